//! An issuer's public keys, out of a JSON Web Key Set (RFC 7517). Each key has one algorithm, which follows from the key
//! itself: ES256, ES384 and EdDSA from its curve; of RSA what the key names (RS256 to RS512, PS256 to PS512), and RS256 where it
//! names none. Refuses symmetric keys, short keys, keys meant for something else, and other algorithms, such as ES512.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;

/// How long a key set may be, in bytes.
pub(super) const LONGEST_SET: usize = 1024 * 1024;
/// RSA keys, in bytes of the modulus: NIST SP 800-131A asks for 2048 bits or more; more than 4096 cannot be verified.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=512;
/// A point of Ed25519, in bytes.
const ED25519_BYTES: usize = 32;

/// A key, and the one algorithm that it verifies.
pub(super) struct VerificationKey {
    id: Option<String>,
    pub algorithm: Algorithm,
    pub key: DecodingKey,
}

/// The usable keys of one issuer: at least one.
pub(super) struct KeySet(Vec<VerificationKey>);

/// Why a text is no key set.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeySetError {
    #[error("the key set is longer than 1 MiB")]
    TooLong,
    #[error("not a JSON Web Key Set (an object with an array `keys`)")]
    Malformed,
    #[error(
        "the key set has no usable key: RSA of 2048 to 4096 bits (RS256 to RS512, PS256 to PS512), P-256 (ES256), P-384 (ES384) \
         or Ed25519 (EdDSA), for signatures"
    )]
    NoUsableKey,
}

/// Why a set has no key for a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The set has no such key. A newer set might.
    Unknown,
    /// The set has the key, but it is of another type than the token says.
    OtherType,
    /// The token does not say which of several keys.
    Ambiguous,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// Reads a key set. Keys that cannot be used here are passed over, as RFC 7517, section 5 asks.
    pub fn parse(text: &[u8]) -> Result<Self, KeySetError> {
        if text.len() > LONGEST_SET {
            return Err(KeySetError::TooLong);
        }
        let document: Document = serde_json::from_slice(text).map_err(|_| KeySetError::Malformed)?;
        let keys: Vec<_> = document.keys.into_iter().filter_map(VerificationKey::read).collect();
        if keys.is_empty() { Err(KeySetError::NoUsableKey) } else { Ok(Self(keys)) }
    }

    /// The key for a token with this key id and algorithm in its header. The header only narrows the choice: what
    /// verifies is the algorithm of the key that is returned. Two keys that fit are never tried in turn.
    pub fn select(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&VerificationKey, NoKey> {
        let named = || self.0.iter().filter(move |key| id.is_none() || key.id.as_deref() == id);
        let mut fitting = named().filter(|key| key.algorithm == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(NoKey::Ambiguous),
            (None, _) if id.is_some() && named().next().is_some() => Err(NoKey::OtherType),
            (None, _) => Err(NoKey::Unknown),
        }
    }
}

impl VerificationKey {
    /// A shared secret. Never read from a key set.
    pub fn secret(secret: &[u8]) -> Self {
        Self { id: None, algorithm: Algorithm::HS256, key: DecodingKey::from_secret(secret) }
    }

    fn read(value: serde_json::Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let algorithm = algorithm_of(&jwk)?;
        if !is_for_signatures(&jwk, algorithm) {
            return None;
        }
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { id: jwk.common.key_id, algorithm, key })
    }
}

/// The one algorithm for a key, by its type and length. Lengths are checked here because a short Ed25519 key makes the
/// library panic, and a short RSA key makes signatures that others can forge.
fn algorithm_of(jwk: &Jwk) -> Option<Algorithm> {
    match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let modulus = decoded(&rsa.n)?;
            let length = modulus.iter().skip_while(|byte| **byte == 0).count();
            of_rsa(jwk.common.key_algorithm).filter(|_| RSA_BYTES.contains(&length))
        }
        AlgorithmParameters::EllipticCurve(point) => {
            let (algorithm, bytes) = of_curve(&point.curve)?;
            let is_whole = [&point.x, &point.y].iter().all(|text| decoded_length(text) == Some(bytes));
            is_whole.then_some(algorithm)
        }
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            (decoded_length(&pair.x) == Some(ED25519_BYTES)).then_some(Algorithm::EdDSA)
        }
        _ => None,
    }
}

/// The one algorithm of an RSA key. A key that names none, as some providers publish theirs, is for the oldest alone: with two
/// to choose from, the token would choose.
const fn of_rsa(named: Option<KeyAlgorithm>) -> Option<Algorithm> {
    match named {
        None | Some(KeyAlgorithm::RS256) => Some(Algorithm::RS256),
        Some(KeyAlgorithm::RS384) => Some(Algorithm::RS384),
        Some(KeyAlgorithm::RS512) => Some(Algorithm::RS512),
        Some(KeyAlgorithm::PS256) => Some(Algorithm::PS256),
        Some(KeyAlgorithm::PS384) => Some(Algorithm::PS384),
        Some(KeyAlgorithm::PS512) => Some(Algorithm::PS512),
        Some(_) => None,
    }
}

/// The algorithm of a curve, and how long a coordinate is, in bytes.
const fn of_curve(curve: &EllipticCurve) -> Option<(Algorithm, usize)> {
    match curve {
        EllipticCurve::P256 => Some((Algorithm::ES256, 32)),
        EllipticCurve::P384 => Some((Algorithm::ES384, 48)),
        _ => None,
    }
}

fn is_for_signatures(jwk: &Jwk, algorithm: Algorithm) -> bool {
    let common = &jwk.common;
    common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature)
        && common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify))
        && common.key_algorithm.is_none_or(|named| named == KeyAlgorithm::from(algorithm))
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn decoded_length(text: &str) -> Option<usize> {
    decoded(text).map(|bytes| bytes.len())
}
