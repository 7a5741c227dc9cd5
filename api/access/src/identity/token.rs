//! What is read of a token before and while its signature is checked. Refuses what is too long, what is not signed, what
//! asks for extensions, and every claim of time, issuer or audience that does not hold.

use jsonwebtoken::{Algorithm, Validation, decode, decode_header, errors::ErrorKind};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::key_set::VerificationKey;
use crate::error::ClientError;

/// How long a token may be, in bytes.
const LONGEST_TOKEN: usize = 8 * 1024;
/// How far the clocks of an issuer and this machine may be apart, in seconds.
const LEEWAY: u64 = 30;

pub(super) const MALFORMED: ClientError = ClientError::Unauthenticated("the token is malformed");
pub(super) const UNKNOWN_KEY: ClientError = ClientError::Unauthenticated("the token's issuer has no such key");
pub(super) const ALGORITHM: ClientError = ClientError::Unauthenticated("the token's algorithm does not fit the key");

/// Refuses a token before anything is done with it.
pub(super) fn check_length(token: &str) -> Result<(), ClientError> {
    if token.len() > LONGEST_TOKEN {
        return Err(ClientError::Unauthenticated("the token is longer than 8 KiB"));
    }
    Ok(())
}

/// The claims of a token whose signature, times, issuer and audience hold.
pub(super) type Claims = Map<String, Value>;

/// What a token says of itself, with nothing checked: it only serves to find the key.
pub(super) struct Unverified {
    pub issuer: String,
    pub algorithm: Algorithm,
    pub key_id: Option<String>,
}

#[derive(Deserialize)]
struct Issued {
    iss: String,
}

impl Unverified {
    /// Reads header and issuer. `none` is no algorithm that the header can have, so it is refused here.
    pub fn read(token: &str) -> Result<Self, ClientError> {
        let header = decode_header(token).map_err(|_| MALFORMED)?;
        // RFC 7515, section 4.1.11: who does not understand a critical extension must refuse. We understand none.
        if header.crit.is_some() {
            return Err(ClientError::Unauthenticated("the token asks for extensions that are not supported"));
        }
        let issued: Issued = jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| MALFORMED)?;
        Ok(Self { issuer: issued.iss, algorithm: header.alg, key_id: header.kid })
    }
}

/// The checks for tokens of one issuer, by the algorithm of the key and no other.
fn validation(algorithm: Algorithm, issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["iss", "aud", "exp"]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY;
    validation
}

/// Verifies the signature, then the times, the issuer and the audience.
pub(super) fn verified(
    token: &str,
    key: &VerificationKey,
    issuer: &str,
    audience: &str,
) -> Result<Claims, ClientError> {
    let validation = validation(key.algorithm, issuer, audience);
    decode::<Claims>(token, &key.key, &validation).map(|token| token.claims).map_err(|error| refusal(error.kind()))
}

/// Names the check that failed. What was in the token stays out of it.
fn refusal(kind: &ErrorKind) -> ClientError {
    match kind {
        ErrorKind::InvalidSignature => ClientError::Unauthenticated("the token's signature does not verify"),
        ErrorKind::ExpiredSignature => ClientError::Unauthenticated("the token has expired"),
        ErrorKind::ImmatureSignature => ClientError::Unauthenticated("the token is not valid yet"),
        ErrorKind::InvalidAudience => ClientError::Unauthenticated("the token is meant for another audience"),
        ErrorKind::MissingRequiredClaim(_) => ClientError::Unauthenticated("the token lacks iss, aud or exp"),
        ErrorKind::InvalidAlgorithm => ALGORITHM,
        _ => MALFORMED,
    }
}
