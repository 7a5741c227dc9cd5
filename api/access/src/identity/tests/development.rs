//! The development issuer: what it signs is believed where it is on, and only there, and its key is its own.

use std::{os::unix::fs::PermissionsExt, time::Duration};

use super::*;
use crate::{
    error::Error,
    identity::{DEVELOPMENT_ISSUER, DevelopmentIssuer, IdentityStartError},
};

const HOUR: Duration = Duration::from_secs(3600);

fn config(folder: &Folder) -> IdentityConfig {
    let development_key_file = folder.0.join("development.key");
    IdentityConfig { development_issuer: true, development_key_file, ..IdentityConfig::default() }
}

fn open(config: &IdentityConfig) -> DevelopmentIssuer {
    DevelopmentIssuer::open(config).unwrap_or_else(|error| panic!("{error}"))
}

fn mint(issuer: &DevelopmentIssuer) -> String {
    issuer.mint("ana", &memberships(&["case_worker@UA"]), None, &["west".to_owned()], HOUR).unwrap()
}

#[tokio::test]
async fn what_it_signs_is_believed_by_whoever_has_the_key() {
    let folder = Folder::new();
    let own = config(&folder);
    let token = mint(&open(&own));
    let viewer = start(&own).verify(&token).await.unwrap();
    assert_eq!((viewer.subject(), viewer.issuer()), ("ana", DEVELOPMENT_ISSUER));
    assert_eq!(viewer.memberships(), memberships(&["case_worker@UA"]));
    assert_eq!(viewer.teams(), ["west"]);
    assert!(viewer.expires_at().abs_diff(get_current_timestamp() + 3600) <= 2);
    let elsewhere = Folder::new();
    assert_eq!(start(&config(&elsewhere)).verify(&token).await, refused("the token's signature does not verify"));
}

#[tokio::test]
async fn it_is_off_unless_it_is_turned_on() {
    let folder = Folder::new();
    let on = config(&folder);
    let token = mint(&open(&on));
    let off = IdentityConfig { development_issuer: false, ..on };
    assert_eq!(start(&off).verify(&token).await, refused("the token's issuer is not known"));
    assert!(start(&off).development().is_none());
    assert!(matches!(DevelopmentIssuer::open(&off), Err(IdentityStartError::DevelopmentIssuerIsOff)));
}

#[tokio::test]
async fn only_hs256_of_its_own_key_is_believed() {
    let folder = Folder::new();
    let config = config(&folder);
    let identity = start(&config);
    let claims = claims_with("iss", json!(DEVELOPMENT_ISSUER));
    let secret = std::fs::read(&config.development_key_file).unwrap();
    for (algorithm, check) in [
        (Algorithm::HS384, "the token's algorithm does not fit the key"),
        (Algorithm::HS512, "the token's algorithm does not fit the key"),
    ] {
        let token = encode(&Header::new(algorithm), &claims, &EncodingKey::from_secret(&secret)).unwrap();
        assert_eq!(identity.verify(&token).await, refused(check));
    }
    let asymmetric = Signer::ed("d").sign(&claims);
    assert_eq!(identity.verify(&asymmetric).await, refused("the token's algorithm does not fit the key"));
    let good = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(&secret)).unwrap();
    assert!(identity.verify(&good).await.is_ok());
}

#[tokio::test]
async fn its_key_does_not_open_other_issuers() {
    let folder = Folder::new();
    let mut config = config(&folder);
    let mut issuer = IssuerConfig::named(ISSUER);
    issuer.jwks_file = Some(folder.write("keys.json", &key_set(&[&Signer::ed("d")])));
    config.issuers.push(issuer);
    let identity = start(&config);
    let secret = std::fs::read(&config.development_key_file).unwrap();
    let token = encode(&Header::new(Algorithm::HS256), &claims(), &EncodingKey::from_secret(&secret)).unwrap();
    assert_eq!(identity.verify(&token).await, refused("the token's issuer has no such key"));
}

#[test]
fn its_key_is_its_owners_alone_and_stays() {
    let folder = Folder::new();
    let config = config(&folder);
    open(&config);
    let path = &config.development_key_file;
    let first = std::fs::read(path).unwrap();
    assert_eq!(first.len(), 32);
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    open(&config);
    assert_eq!(std::fs::read(path).unwrap(), first);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(DevelopmentIssuer::open(&config), Err(IdentityStartError::DevelopmentKey { .. })));
}

#[test]
fn a_key_of_another_length_stops_the_start() {
    let folder = Folder::new();
    for length in [0, 31, 33] {
        let path = folder.write("development.key", &"k".repeat(length));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let answer = Identity::new(&config(&folder));
        assert!(matches!(answer, Err(IdentityStartError::DevelopmentKey { .. })), "{length}");
    }
}

#[test]
fn a_token_that_would_be_refused_is_not_signed() {
    let folder = Folder::new();
    let issuer = open(&config(&folder));
    let roles = memberships(&["case_worker@UA"]);
    let teams = vec![String::new()];
    let cases = [
        ("subject", issuer.mint("", &roles, None, &[], HOUR)),
        ("memberships", issuer.mint("ana", &[], None, &[], HOUR)),
        ("organisation", issuer.mint("ana", &roles, Some("a\u{0}b"), &[], HOUR)),
        ("teams", issuer.mint("ana", &roles, None, &teams, HOUR)),
    ];
    for (expected, answer) in cases {
        let Err(Error::Client(ClientError::BadInput { field, .. })) = answer else { panic!("{expected}") };
        assert_eq!(field, expected);
    }
}
