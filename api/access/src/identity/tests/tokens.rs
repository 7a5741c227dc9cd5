//! Which tokens are accepted, and which check refuses each of the others.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use serde_json::{Value, json};

use super::*;
use crate::identity::ViewerKind;

const MALFORMED: &str = "the token is malformed";
const SIGNATURE: &str = "the token's signature does not verify";
const ALGORITHM: &str = "the token's algorithm does not fit the key";
const NO_KEY: &str = "the token's issuer has no such key";
const LACKS: &str = "the token lacks iss, aud or exp";
const ROLE: &str = "a role in the token is malformed";

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn each_algorithm_is_accepted_with_its_key() {
    let signers = [
        Signer::rsa("r2"),
        Signer::rsa("r3").with(Algorithm::RS384),
        Signer::rsa("r5").with(Algorithm::RS512),
        Signer::rsa("p2").with(Algorithm::PS256),
        Signer::rsa("p3").with(Algorithm::PS384),
        Signer::rsa("p5").with(Algorithm::PS512),
        Signer::ec("e2"),
        Signer::ec384("e3"),
        Signer::ed("d"),
    ];
    let identity = identity(&signers.each_ref());
    let claims = claims();
    for signer in &signers {
        let viewer = identity.verify(&signer.sign(&claims)).await.unwrap();
        assert_eq!(viewer.subject(), "kc-4711");
        assert_eq!(viewer.issuer(), ISSUER);
        assert_eq!(viewer.kind(), ViewerKind::Mission);
        assert_eq!(viewer.memberships(), memberships(&["case_worker@UA"]));
        assert_eq!(viewer.expires_at(), claims["exp"].as_u64().unwrap());
    }
}

#[tokio::test]
async fn a_claim_that_does_not_hold_is_refused() {
    let signer = Signer::ed("d");
    let identity = identity(&[&signer]);
    let now = get_current_timestamp();
    let cases = [
        ("exp", json!(now - 40), "the token has expired"),
        ("exp", Value::Null, LACKS),
        ("exp", json!("soon"), LACKS),
        ("nbf", json!(now + 60), "the token is not valid yet"),
        ("nbf", json!("soon"), MALFORMED),
        ("aud", json!("another"), "the token is meant for another audience"),
        ("aud", json!(["another", "third"]), "the token is meant for another audience"),
        ("aud", Value::Null, LACKS),
        ("iss", json!("https://elsewhere.example"), "the token's issuer is not known"),
        ("iss", json!([ISSUER]), MALFORMED),
        ("iss", Value::Null, MALFORMED),
        ("sub", Value::Null, "the token's sub is missing or malformed"),
        ("sub", json!(""), "the token's sub is missing or malformed"),
        ("sub", json!("two\nlines"), "the token's sub is missing or malformed"),
    ];
    for (name, value, check) in cases {
        let token = signer.sign(&claims_with(name, value.clone()));
        let answer = identity.verify(&token).await;
        // A string where a time is due may be named as missing or as malformed.
        if name == "exp" && value.is_string() {
            assert!(answer.is_err(), "{name} = {value}");
        } else {
            assert_eq!(answer, refused(check), "{name} = {value}");
        }
    }
}

#[tokio::test]
async fn clocks_may_be_apart_by_less_than_the_leeway() {
    let signer = Signer::ed("d");
    let identity = identity(&[&signer]);
    let now = get_current_timestamp();
    for (name, value) in [("exp", now - 15), ("nbf", now + 15)] {
        let answer = identity.verify(&signer.sign(&claims_with(name, json!(value)))).await;
        assert!(answer.is_ok(), "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn one_of_several_audiences_is_enough_and_an_issuer_may_have_its_own() {
    let signer = Signer::ed("d");
    let token = signer.sign(&claims_with("aud", json!(["account", "causeway"])));
    assert!(identity(&[&signer]).verify(&token).await.is_ok());
    let other = identity_with(&[&signer], |issuer| issuer.audience = Some("causeway-ua".to_owned()));
    assert_eq!(other.verify(&token).await, refused("the token is meant for another audience"));
    assert!(other.verify(&signer.sign(&claims_with("aud", json!("causeway-ua")))).await.is_ok());
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let signer = Signer::ed("d");
    let identity = identity(&[&signer]);
    let good = signer.sign(&claims());
    for text in ["", ".", "..", "a.b.c", "Bearer", &good[1..], &format!("{good}.x"), &format!("x.{good}")] {
        assert_eq!(identity.verify(text).await, refused(MALFORMED), "{text}");
    }
    let long = format!("{good}{}", "A".repeat(8 * 1024));
    assert_eq!(identity.verify(&long).await, refused("the token is longer than 8 KiB"));
}

#[tokio::test]
async fn a_changed_payload_and_a_foreign_signature_are_refused() {
    let (signer, stranger) = (Signer::ed("d"), Signer::ed("d"));
    let identity = identity(&[&signer]);
    let good = signer.sign(&claims());
    let parts: Vec<_> = good.split('.').collect();
    let payload = encoded(&claims_with("causeway_roles", json!(["hq_protection@*"])));
    let changed = format!("{}.{payload}.{}", parts[0], parts[2]);
    assert_eq!(identity.verify(&changed).await, refused(SIGNATURE));
    assert_eq!(identity.verify(&stranger.sign(&claims())).await, refused(SIGNATURE));
    assert_eq!(identity.verify(&format!("{}.{}.", parts[0], parts[1])).await, refused(SIGNATURE));
}

#[tokio::test]
async fn the_algorithm_none_is_refused_however_it_is_written() {
    let identity = identity(&[&Signer::ed("d")]);
    for name in ["none", "None", "NONE", ""] {
        let token = format!("{}.{}.", encoded(&json!({ "alg": name, "kid": "d" })), encoded(&claims()));
        assert_eq!(identity.verify(&token).await, refused(MALFORMED), "{name}");
    }
}

#[tokio::test]
async fn a_public_key_used_as_a_shared_secret_is_refused() {
    let signer = Signer::rsa("r");
    let identity = identity(&[&signer]);
    let pem = rsa_key().to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
    let der = rsa_key().to_public_key().to_public_key_der().unwrap();
    let jwk = signer.jwk().to_string();
    let modulus = URL_SAFE_NO_PAD.decode(signer.jwk()["n"].as_str().unwrap()).unwrap();
    for secret in [pem.as_bytes(), der.as_bytes(), jwk.as_bytes(), &modulus] {
        for (id, check) in [(Some("r".to_owned()), ALGORITHM), (None, NO_KEY)] {
            let header = Header { kid: id, ..Header::new(Algorithm::HS256) };
            let token = encode(&header, &claims(), &EncodingKey::from_secret(secret)).unwrap();
            assert_eq!(identity.verify(&token).await, refused(check));
        }
    }
}

#[tokio::test]
async fn another_algorithm_of_the_same_key_is_refused() {
    let signer = Signer::rsa("r");
    let identity = identity(&[&signer]);
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let token = Signer { algorithm, ..signer.clone() }.sign(&claims());
        assert_eq!(identity.verify(&token).await, refused(ALGORITHM), "{algorithm:?}");
    }
}

#[tokio::test]
async fn a_critical_extension_is_refused() {
    let signer = Signer::ed("d");
    let header =
        Header { crit: Some(vec!["exp".to_owned()]), kid: Some("d".to_owned()), ..Header::new(signer.algorithm) };
    let token = encode(&header, &claims(), &signer.key).unwrap();
    let answer = identity(&[&signer]).verify(&token).await;
    assert_eq!(answer, refused("the token asks for extensions that are not supported"));
}

#[tokio::test]
async fn one_bad_role_refuses_the_whole_token() {
    let signer = Signer::ed("d");
    let identity = identity(&[&signer]);
    let list = "the token carries no list of roles";
    let cases = [
        (json!(["case_worker@UA", "case_worker"]), ROLE),
        (json!(["case_worker@UA", "hq_analyst@**"]), ROLE),
        (json!(["case_worker@UA", 7]), ROLE),
        (json!(["case_worker@UA", { "role": "hq_analyst" }]), ROLE),
        (json!("case_worker@UA"), list),
        (json!([]), list),
        (Value::Null, list),
    ];
    for (roles, check) in cases {
        let token = signer.sign(&claims_with("causeway_roles", roles.clone()));
        assert_eq!(identity.verify(&token).await, refused(check), "{roles}");
    }
}

#[tokio::test]
async fn an_issuer_of_one_mission_speaks_for_that_mission_alone() {
    let signer = Signer::ed("d");
    let identity = identity_with(&[&signer], |issuer| issuer.missions = Some(["UA".parse().unwrap()].into()));
    assert!(identity.verify(&signer.sign(&claims())).await.is_ok());
    for place in ["RO", "*", "region:RO Vienna"] {
        let roles = json!(["case_worker@UA", format!("case_worker@{place}")]);
        let answer = identity.verify(&signer.sign(&claims_with("causeway_roles", roles))).await;
        assert_eq!(answer, refused("a role in the token is outside the issuer's missions"), "{place}");
    }
}

#[tokio::test]
async fn a_mapping_is_the_only_source_of_roles_where_there_is_one() {
    let signer = Signer::ed("d");
    let identity = identity_with(&[&signer], |issuer| {
        issuer.roles_claim = "groups".to_owned();
        issuer.role_mapping = Some([("aw-kyiv".to_owned(), "case_worker@UA".parse().unwrap())].into());
    });
    let viewer = identity.verify(&signer.sign(&claims_with("groups", json!(["aw-kyiv"])))).await.unwrap();
    assert_eq!(viewer.memberships(), memberships(&["case_worker@UA"]));
    for roles in [json!(["aw-kyiv", "aw-lviv"]), json!(["hq_protection@*"])] {
        let answer = identity.verify(&signer.sign(&claims_with("groups", roles))).await;
        assert_eq!(answer, refused("a role in the token is not in the issuer's mapping"));
    }
}

#[tokio::test]
async fn organisation_and_teams_are_taken_over_or_the_token_refused() {
    let signer = Signer::ed("d");
    let identity = identity(&[&signer]);
    let mut claims = claims_with("causeway_roles", json!(["partner_provider@UA"]));
    claims["causeway_organisation"] = json!("shelter-12");
    claims["causeway_teams"] = json!(["west", "east", "west"]);
    let viewer = identity.verify(&signer.sign(&claims)).await.unwrap();
    assert_eq!(viewer.kind(), ViewerKind::Partner);
    assert_eq!(viewer.organisation(), Some("shelter-12"));
    assert_eq!(viewer.teams(), ["east", "west"]);
    // Of anybody but a partner the organisation means nothing.
    let staff =
        identity.verify(&signer.sign(&claims_with("causeway_organisation", json!("shelter-12")))).await.unwrap();
    assert_eq!((staff.kind(), staff.organisation()), (ViewerKind::Mission, None));
    let bad = [
        ("causeway_organisation", json!(12), "the token's organisation is malformed"),
        ("causeway_organisation", json!(""), "the token's organisation is malformed"),
        ("causeway_teams", json!("west"), "the token's teams are malformed"),
        ("causeway_teams", json!(["west", 1]), "the token's teams are malformed"),
    ];
    for (name, value, check) in bad {
        assert_eq!(identity.verify(&signer.sign(&claims_with(name, value))).await, refused(check));
    }
}

#[tokio::test]
async fn a_remembered_token_is_forgotten_when_it_expires() {
    let signer = Signer::ed("d");
    let identity = identity(&[&signer]);
    // In its last second before the leeway ends: accepted, though never from memory, since it has expired.
    let token = signer.sign(&claims_with("exp", json!(get_current_timestamp() - 28)));
    assert!(identity.verify(&token).await.is_ok());
    tokio::time::sleep(std::time::Duration::from_millis(3_500)).await;
    assert_eq!(identity.verify(&token).await, refused("the token has expired"));
}
