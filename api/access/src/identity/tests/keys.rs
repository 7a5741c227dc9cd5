//! Which key is used, and how keys change: rotation, unknown keys, and an issuer that is down.

use std::{sync::Arc, time::Duration};

use super::{provider::Provider, *};
use crate::identity::{
    IdentityStartError,
    fetch::client,
    issuer::Issuer,
    key_set::{KeySet, NoKey},
    key_source::{KeySource, Origin, Pace},
};

const NO_KEY: &str = "the token's issuer has no such key";
const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(50);

/// Nothing happens by itself, and every attempt is allowed.
const IDLE: Pace = Pace { refresh: LONG, overdue: LONG, keep: LONG, minimum: Duration::ZERO };

fn identity_from(origin: Origin, pace: Pace) -> Identity {
    let source = KeySource::new(ISSUER, origin, pace);
    let issuer = Issuer::with_source(&IssuerConfig::named(ISSUER), "causeway", source);
    Identity::with_issuers(None, vec![issuer])
}

fn from_provider(provider: &Provider, pace: Pace) -> Identity {
    identity_from(Origin::Url { url: provider.url.clone(), client: client(&provider.url).unwrap() }, pace)
}

/// A token that no test has verified before, so that none is answered from memory.
fn fresh(signer: &Signer) -> String {
    signer.sign(&claims_with("jti", json!(Uuid::now_v7())))
}

fn parse(keys: &[Value]) -> Option<KeySet> {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).ok()
}

fn changed(signer: &Signer, name: &str, value: Value) -> Value {
    let mut jwk = signer.jwk();
    jwk[name] = value;
    jwk
}

#[test]
fn keys_that_cannot_be_used_here_are_passed_over() {
    let (ec, ec384, ed, rsa) = (Signer::ec("e"), Signer::ec384("e"), Signer::ed("d"), Signer::rsa("r"));
    let short = |signer: &Signer, name: &str| {
        let text = signer.jwk()[name].as_str().unwrap().to_owned();
        changed(signer, name, json!(text[..40]))
    };
    let unusable = [
        json!({ "kty": "oct", "kid": "o", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ" }),
        json!({ "kty": "oct", "kid": "o", "alg": "HS256", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ" }),
        short(&rsa, "n"),
        short(&ec, "x"),
        short(&ed, "x"),
        changed(&ed, "x", json!("not base64!")),
        changed(&ec, "crv", json!("P-384")),
        changed(&ec, "crv", json!("P-521")),
        changed(&ec, "alg", json!("ES384")),
        short(&ec384, "y"),
        changed(&ec384, "crv", json!("P-256")),
        changed(&ec, "crv", json!("secp256k1")),
        changed(&ed, "crv", json!("X25519")),
        changed(&rsa, "use", json!("enc")),
        changed(&rsa, "key_ops", json!(["encrypt"])),
        changed(&rsa, "alg", json!("RSA-OAEP")),
        changed(&rsa, "alg", json!("ES256")),
        changed(&rsa, "alg", json!("HS256")),
        changed(&rsa, "kid", json!(7)),
        json!("a key"),
    ];
    for key in &unusable {
        assert!(parse(std::slice::from_ref(key)).is_none(), "{key}");
    }
    let mut all = unusable.to_vec();
    all.push(ed.jwk());
    assert!(parse(&all).unwrap().select(Some("d"), Algorithm::EdDSA).is_ok());
    for text in ["", "[]", "{}", "{\"keys\": {}}", "{\"keys\": []}"] {
        assert!(KeySet::parse(text.as_bytes()).is_err(), "{text}");
    }
    assert!(KeySet::parse(format!("{}{}", key_set(&[&ed]), " ".repeat(1024 * 1024)).as_bytes()).is_err());
}

/// Two algorithms for one key would leave the choice to the token.
#[test]
fn an_rsa_key_that_names_no_algorithm_has_the_oldest_alone() {
    let mut jwk = Signer::rsa("r").with(Algorithm::PS256).jwk();
    assert_eq!(jwk["alg"], "PS256");
    let named = parse(std::slice::from_ref(&jwk)).unwrap();
    assert!(named.select(Some("r"), Algorithm::PS256).is_ok());
    assert_eq!(named.select(Some("r"), Algorithm::RS256).err(), Some(NoKey::OtherType));
    jwk.as_object_mut().unwrap().remove("alg");
    let unnamed = parse(&[jwk]).unwrap();
    assert!(unnamed.select(Some("r"), Algorithm::RS256).is_ok());
    assert_eq!(unnamed.select(Some("r"), Algorithm::PS256).err(), Some(NoKey::OtherType));
}

#[test]
fn a_key_is_selected_by_its_id_and_never_by_trying() {
    let (ec, ed, twin) = (Signer::ec("e"), Signer::ed("d"), Signer::ed("d"));
    let without_algorithm = {
        let mut jwk = ed.jwk();
        jwk.as_object_mut().unwrap().remove("alg");
        jwk
    };
    let set = parse(&[ec.jwk(), without_algorithm]).unwrap();
    let select = |id, algorithm| set.select(id, algorithm).map(|key| key.algorithm);
    assert_eq!(select(Some("d"), Algorithm::EdDSA), Ok(Algorithm::EdDSA));
    assert_eq!(select(None, Algorithm::EdDSA), Ok(Algorithm::EdDSA));
    assert_eq!(select(Some("d"), Algorithm::ES256), Err(NoKey::OtherType));
    assert_eq!(select(Some("x"), Algorithm::EdDSA), Err(NoKey::Unknown));
    assert_eq!(select(None, Algorithm::RS256), Err(NoKey::Unknown));
    let twins = parse(&[ed.jwk(), twin.jwk()]).unwrap();
    assert_eq!(twins.select(Some("d"), Algorithm::EdDSA).err(), Some(NoKey::Ambiguous));
}

#[tokio::test]
async fn a_token_without_key_id_needs_a_set_with_one_fitting_key() {
    let (one, two, other) = (Signer::ed("1"), Signer::ed("2"), Signer::ec("3"));
    let token = one.sign_without_id(&claims());
    assert!(identity(&[&one, &other]).verify(&token).await.is_ok());
    let answer = identity(&[&one, &two]).verify(&token).await;
    assert_eq!(answer, refused("the token does not say which of the issuer's keys it is for"));
}

#[tokio::test]
async fn a_file_is_read_again_when_it_changes() {
    let folder = Folder::new();
    let (old, new) = (Signer::ed("old"), Signer::ed("new"));
    let path = folder.write("keys.json", &key_set(&[&old]));
    let pace = Pace { refresh: SHORT, overdue: SHORT, keep: LONG, minimum: SHORT };
    let identity = identity_from(Origin::File(path), pace);
    assert!(identity.verify(&fresh(&old)).await.is_ok());
    folder.write("keys.json", &key_set(&[&new]));
    tokio::time::sleep(SHORT * 2).await;
    // The withdrawn key first: the file is read before the key is used, not after.
    assert_eq!(identity.verify(&fresh(&old)).await, refused(NO_KEY));
    assert!(identity.verify(&fresh(&new)).await.is_ok());
    // Half a file, and then none: the last good keys stay.
    folder.write("keys.json", "{\"keys\": [");
    tokio::time::sleep(SHORT * 2).await;
    assert!(identity.verify(&fresh(&new)).await.is_ok());
    std::fs::remove_file(folder.0.join("keys.json")).unwrap();
    tokio::time::sleep(SHORT * 2).await;
    assert!(identity.verify(&fresh(&new)).await.is_ok());
}

#[test]
fn a_key_file_that_cannot_be_used_stops_the_start() {
    let folder = Folder::new();
    for path in [folder.0.join("absent.json"), folder.write("keys.json", "{\"keys\": []}")] {
        let issuer = IssuerConfig { jwks_file: Some(path), ..IssuerConfig::named(ISSUER) };
        let answer = Identity::new(&IdentityConfig { issuers: vec![issuer], ..IdentityConfig::default() });
        assert!(matches!(answer, Err(IdentityStartError::Issuer { .. })));
    }
}

#[tokio::test]
async fn a_configured_url_is_asked_once_for_many_tokens() {
    let signer = Signer::ec("e");
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let issuer = IssuerConfig { jwks_url: Some(provider.url.clone()), ..IssuerConfig::named(ISSUER) };
    let identity = start(&IdentityConfig { issuers: vec![issuer], ..IdentityConfig::default() });
    let tokens: Vec<_> = (0..20).map(|_| fresh(&signer)).collect();
    let answers = futures::future::join_all(tokens.iter().map(|token| identity.verify(token))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(provider.hits(), 1);
}

#[tokio::test]
async fn unknown_key_ids_do_not_hammer_the_issuer() {
    let (signer, new) = (Signer::ed("d"), Signer::ed("new"));
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let pace = Pace { minimum: Duration::from_millis(400), ..IDLE };
    let identity = from_provider(&provider, pace);
    assert!(identity.verify(&fresh(&signer)).await.is_ok());
    provider.answer(Some(key_set(&[&signer, &new])));
    for id in ["a", "b", "c", "new"] {
        let stranger = Signer { id, ..Signer::ed("x") };
        assert_eq!(identity.verify(&fresh(&stranger)).await, refused(NO_KEY));
    }
    assert_eq!(provider.hits(), 1);
    tokio::time::sleep(pace.minimum).await;
    // All at once: one of them asks, and the others wait for its answer.
    let tokens: Vec<_> = (0..20).map(|_| fresh(&new)).collect();
    let answers = futures::future::join_all(tokens.iter().map(|token| identity.verify(token))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(provider.hits(), 2);
}

#[tokio::test]
async fn a_known_key_with_another_algorithm_asks_nobody() {
    let (signer, ec) = (Signer::ed("d"), Signer::ec("d"));
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let identity = from_provider(&provider, IDLE);
    assert!(identity.verify(&fresh(&signer)).await.is_ok());
    assert_eq!(identity.verify(&fresh(&ec)).await, refused("the token's algorithm does not fit the key"));
    assert_eq!(provider.hits(), 1);
}

#[tokio::test]
async fn a_token_verified_a_moment_ago_asks_nobody() {
    let signer = Signer::ed("d");
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let identity = from_provider(&provider, Pace { refresh: SHORT, overdue: SHORT, ..IDLE });
    let token = fresh(&signer);
    let first = identity.verify(&token).await;
    assert!(first.is_ok());
    tokio::time::sleep(SHORT * 2).await;
    assert_eq!(identity.verify(&token).await, first);
    assert_eq!(provider.hits(), 1);
}

#[tokio::test]
async fn ageing_keys_are_used_while_new_ones_are_fetched() {
    let (old, new) = (Signer::ed("old"), Signer::ed("new"));
    let provider = Provider::start(Some(key_set(&[&old]))).await;
    let identity = from_provider(&provider, Pace { refresh: SHORT, ..IDLE });
    assert!(identity.verify(&fresh(&old)).await.is_ok());
    provider.answer(Some(key_set(&[&new])));
    tokio::time::sleep(SHORT * 2).await;
    assert!(identity.verify(&fresh(&old)).await.is_ok());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(provider.hits(), 2);
    assert!(identity.verify(&fresh(&new)).await.is_ok());
}

#[tokio::test]
async fn overdue_keys_are_fetched_before_they_are_used() {
    let (old, new) = (Signer::ed("old"), Signer::ed("new"));
    let provider = Provider::start(Some(key_set(&[&old]))).await;
    let identity = from_provider(&provider, Pace { refresh: SHORT, overdue: SHORT, ..IDLE });
    assert!(identity.verify(&fresh(&old)).await.is_ok());
    provider.answer(Some(key_set(&[&new])));
    tokio::time::sleep(SHORT * 2).await;
    assert_eq!(identity.verify(&fresh(&old)).await, refused(NO_KEY));
}

#[tokio::test]
async fn an_issuer_that_is_down_is_known_by_its_last_good_keys_for_a_while() {
    let signer = Signer::ed("d");
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let pace = Pace { refresh: SHORT, overdue: SHORT, keep: Duration::from_millis(600), ..IDLE };
    let identity = from_provider(&provider, pace);
    assert!(identity.verify(&fresh(&signer)).await.is_ok());
    for broken in [None, Some("{}".to_owned()), Some("x".repeat(2 * 1024 * 1024))] {
        provider.answer(broken);
        tokio::time::sleep(SHORT).await;
        let hits = provider.hits();
        assert!(identity.verify(&fresh(&signer)).await.is_ok());
        assert!(provider.hits() > hits);
    }
    tokio::time::sleep(pace.keep).await;
    assert_eq!(identity.verify(&fresh(&signer)).await, Err(ClientError::Unavailable));
}

#[tokio::test]
async fn an_issuer_that_never_answered_is_unavailable_and_asked_again_later() {
    let signer = Signer::ed("d");
    let provider = Provider::start(None).await;
    let pace = Pace { minimum: Duration::from_millis(300), ..IDLE };
    let identity = from_provider(&provider, pace);
    let token = fresh(&signer);
    for _ in 0..5 {
        assert_eq!(identity.verify(&token).await, Err(ClientError::Unavailable));
    }
    assert_eq!(provider.hits(), 1);
    provider.answer(Some(key_set(&[&signer])));
    tokio::time::sleep(pace.minimum).await;
    assert!(identity.verify(&token).await.is_ok());
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_spend_the_attempt() {
    let signer = Signer::ed("d");
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let identity = Arc::new(from_provider(&provider, Pace { minimum: LONG, ..IDLE }));
    let (other, token) = (Arc::clone(&identity), fresh(&signer));
    let request = tokio::spawn(async move { other.verify(&token).await });
    tokio::time::sleep(Duration::from_millis(5)).await;
    request.abort();
    assert!(identity.verify(&fresh(&signer)).await.is_ok());
    assert_eq!(provider.hits(), 1);
}

#[tokio::test]
async fn https_is_spoken_and_nothing_else_is_accepted_in_its_place() {
    let signer = Signer::ed("d");
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let url = provider.url.as_str().replace("http:", "https:").parse().unwrap();
    let issuer = IssuerConfig { jwks_url: Some(url), ..IssuerConfig::named(ISSUER) };
    let identity = start(&IdentityConfig { issuers: vec![issuer], ..IdentityConfig::default() });
    assert_eq!(identity.verify(&fresh(&signer)).await, Err(ClientError::Unavailable));
    assert_eq!(provider.hits(), 0);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let signer = Signer::ed("d");
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let url = provider.url.join("/moved").unwrap();
    let client = client(&url).unwrap();
    let identity = identity_from(Origin::Url { url, client }, IDLE);
    assert_eq!(identity.verify(&fresh(&signer)).await, Err(ClientError::Unavailable));
    assert_eq!(provider.hits(), 0);
}

fn discovering(provider: &Provider) -> Identity {
    let address = provider.url.join("/.well-known/openid-configuration").unwrap();
    let client = client(&address).unwrap();
    identity_from(Origin::Discovered { address, client }, IDLE)
}

#[tokio::test]
async fn keys_are_found_where_the_issuer_says() {
    let signer = Signer::ed("d");
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let identity = discovering(&provider);
    assert_eq!(identity.verify(&fresh(&signer)).await, Err(ClientError::Unavailable));
    provider.describe(Some(json!({ "issuer": ISSUER, "jwks_uri": provider.url, "more": true }).to_string()));
    assert!(identity.verify(&fresh(&signer)).await.is_ok());
    assert_eq!(provider.hits(), 1);
}

#[tokio::test]
async fn an_issuer_that_says_something_else_is_not_believed() {
    let signer = Signer::ed("d");
    let provider = Provider::start(Some(key_set(&[&signer]))).await;
    let url = provider.url.as_str();
    for said in [
        json!({ "issuer": "https://identity.example/realms/md", "jwks_uri": url }),
        json!({ "issuer": format!("{ISSUER}/"), "jwks_uri": url }),
        json!({ "issuer": ISSUER, "jwks_uri": "http://10.1.2.3/keys" }),
        json!({ "issuer": ISSUER, "jwks_uri": "file:///etc/passwd" }),
        json!({ "issuer": ISSUER, "jwks_uri": "/keys" }),
        json!({ "issuer": ISSUER }),
        json!({ "jwks_uri": url }),
        json!([ISSUER]),
        json!({ "issuer": ISSUER, "jwks_uri": url, "padding": "x".repeat(2 * 1024 * 1024) }),
    ] {
        provider.describe(Some(said.to_string()));
        let answer = discovering(&provider).verify(&fresh(&signer)).await;
        let shown: String = said.to_string().chars().take(80).collect();
        assert_eq!(answer, Err(ClientError::Unavailable), "{shown}");
    }
    assert_eq!(provider.hits(), 0);
}
