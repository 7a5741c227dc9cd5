//! Tests of identity, and what they share: keys to sign with, claims to sign, and folders that go away.

mod development;
mod keycloak;
mod keys;
mod provider;
mod tokens;
mod words;

use std::{path::PathBuf, sync::OnceLock};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp, jwk::Jwk};
use p256::pkcs8::EncodePrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Identity, Membership, Viewer};
use crate::{
    config::identity::{IdentityConfig, IssuerConfig},
    error::ClientError,
};

/// The issuer that the tests configure.
const ISSUER: &str = "https://identity.example/realms/ua";

/// A private key, and the name that its public half has in a key set.
#[derive(Clone)]
struct Signer {
    id: &'static str,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Signer {
    fn ec(id: &'static str) -> Self {
        let secret = p256::SecretKey::from_slice(&random()).unwrap();
        let key = EncodingKey::from_ec_der(secret.to_pkcs8_der().unwrap().as_bytes());
        Self { id, algorithm: Algorithm::ES256, key }
    }

    fn ec384(id: &'static str) -> Self {
        let secret = p384::SecretKey::from_slice(&rand::random::<[u8; 48]>()).unwrap();
        let key = EncodingKey::from_ec_der(secret.to_pkcs8_der().unwrap().as_bytes());
        Self { id, algorithm: Algorithm::ES384, key }
    }

    fn ed(id: &'static str) -> Self {
        // PKCS #8 for Ed25519 (RFC 8410, section 7): a fixed beginning, then the 32 bytes, of which any will do.
        let mut secret = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
        secret.extend(random());
        let key = EncodingKey::from_ed_der(&secret);
        Self { id, algorithm: Algorithm::EdDSA, key }
    }

    /// One key for all tests: making it takes seconds.
    fn rsa(id: &'static str) -> Self {
        let secret = rsa_key().to_pkcs1_der().unwrap();
        Self { id, algorithm: Algorithm::RS256, key: EncodingKey::from_rsa_der(secret.as_bytes()) }
    }

    /// The same key for another algorithm.
    fn with(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    fn jwk(&self) -> Value {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(self.id);
        jwk["use"] = json!("sig");
        jwk
    }

    fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.to_owned()), ..Header::new(self.algorithm) };
        encode(&header, claims, &self.key).unwrap()
    }

    fn sign_without_id(&self, claims: &Value) -> String {
        encode(&Header::new(self.algorithm), claims, &self.key).unwrap()
    }
}

fn rsa_key() -> &'static rsa::RsaPrivateKey {
    static KEY: OnceLock<rsa::RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap())
}

fn random() -> [u8; 32] {
    rand::random()
}

fn key_set(signers: &[&Signer]) -> String {
    json!({ "keys": signers.iter().map(|signer| signer.jwk()).collect::<Vec<_>>() }).to_string()
}

/// What a good token says.
fn claims() -> Value {
    let now = get_current_timestamp();
    json!({
        "iss": ISSUER, "aud": "causeway", "sub": "kc-4711", "iat": now, "nbf": now, "exp": now + 300,
        "causeway_roles": ["case_worker@UA"],
    })
}

/// The good claims with one of them changed, or taken away by null.
fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("causeway-identity-{}", Uuid::now_v7()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Identity with one issuer, whose keys are in a file; `change` may change its configuration.
fn identity_with(signers: &[&Signer], change: impl FnOnce(&mut IssuerConfig)) -> Identity {
    let folder = Folder::new();
    let mut issuer = IssuerConfig::named(ISSUER);
    issuer.jwks_file = Some(folder.write("keys.json", &key_set(signers)));
    change(&mut issuer);
    start(&IdentityConfig { issuers: vec![issuer], ..IdentityConfig::default() })
}

fn identity(signers: &[&Signer]) -> Identity {
    identity_with(signers, |_| {})
}

fn start(config: &IdentityConfig) -> Identity {
    Identity::new(config).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(check: &'static str) -> Result<Viewer, ClientError> {
    Err(ClientError::Unauthenticated(check))
}

fn memberships(texts: &[&str]) -> Vec<Membership> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}
