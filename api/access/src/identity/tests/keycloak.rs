//! Tokens as Keycloak makes them, claim for claim, and what the log says of one that is refused.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use super::*;

/// An access token of Keycloak 26 for a user of a realm, with an audience mapper for us and nothing else changed.
fn of_keycloak() -> Value {
    let now = get_current_timestamp();
    json!({
        "exp": now + 300, "iat": now, "auth_time": now - 20, "jti": "onrtac:1b2f0d5e-98b1-4f9e-ae5c-8d2f7bfe0a54",
        "iss": ISSUER, "aud": ["causeway", "account"], "sub": "6f0c2a36-7c3b-4f0e-8a51-3f4f2f1f9a10", "typ": "Bearer",
        "azp": "case.front-end", "sid": "4a1a7c5a-6a2e-4c38-b5b4-6d6c7f9d8e71", "acr": "1",
        "allowed-origins": ["https://cases.example.org"],
        "realm_access": { "roles": ["offline_access", "default-roles-ua", "uma_authorization", "kyiv-case-worker"] },
        "resource_access": {
            "case.front-end": { "roles": ["kyiv-supervisor"] },
            "account": { "roles": ["manage-account", "manage-account-links", "view-profile"] },
        },
        "scope": "openid email profile", "email_verified": true, "name": "Canary Name",
        "groups": ["UA/intake"], "preferred_username": "canary", "email": "canary@example.org",
        "organization": { "shelter-12": { "name": ["shelter-12"] } },
    })
}

fn keycloak(signer: &Signer, change: impl FnOnce(&mut IssuerConfig)) -> Identity {
    identity_with(&[signer], |issuer| {
        issuer.roles_claim = "realm_access.roles".to_owned();
        issuer.teams_claim = "groups".to_owned();
        let mapping = [("kyiv-case-worker", "case_worker@UA"), ("kyiv-supervisor", "case_supervisor@UA")];
        let mapping = mapping.map(|(name, meant)| (name.to_owned(), meant.parse().unwrap()));
        issuer.role_mapping = Some(mapping.into());
        issuer.ignore_unmapped = true;
        change(issuer);
    })
}

#[tokio::test]
async fn roles_are_found_by_a_path_and_foreign_ones_left_out() {
    let signer = Signer::rsa("k");
    let token = signer.sign(&of_keycloak());
    let viewer = keycloak(&signer, |_| {}).verify(&token).await.unwrap();
    assert_eq!(viewer.memberships(), memberships(&["case_worker@UA"]));
    assert_eq!(viewer.teams(), ["UA/intake"]);
    // A client may have dots in its name.
    let of_client = keycloak(&signer, |issuer| issuer.roles_claim = "resource_access.case.front-end.roles".to_owned());
    assert_eq!(of_client.verify(&token).await.unwrap().memberships(), memberships(&["case_supervisor@UA"]));
    // Where nothing says that others stand in the list, a role that nobody knows refuses the token as before.
    let strict = keycloak(&signer, |issuer| issuer.ignore_unmapped = false);
    assert_eq!(strict.verify(&token).await, refused("a role in the token is not in the issuer's mapping"));
    for path in
        ["realm_access", "realm_access.role", "realm_access.roles.0", "resource_access.case", "roles", "sub.roles"]
    {
        let elsewhere = keycloak(&signer, |issuer| issuer.roles_claim = path.to_owned());
        assert_eq!(elsewhere.verify(&token).await, refused("the token carries no list of roles"), "{path}");
    }
}

#[tokio::test]
async fn what_is_malformed_or_out_of_place_refuses_the_token_all_the_same() {
    let signer = Signer::ed("k");
    let identity = keycloak(&signer, |issuer| {
        issuer.missions = Some(["UA".parse().unwrap()].into());
        let outside = ("elsewhere".to_owned(), "case_worker@RO".parse().unwrap());
        issuer.role_mapping.as_mut().unwrap().extend([outside]);
        issuer.missions.as_mut().unwrap().insert("RO".parse().unwrap());
    });
    let with = |roles: Value| {
        let mut claims = of_keycloak();
        claims["realm_access"]["roles"] = roles;
        signer.sign(&claims)
    };
    for malformed in
        [json!(["kyiv-case-worker", 7]), json!(["kyiv-case-worker", null]), json!(["kyiv-case-worker", []])]
    {
        let answer = identity.verify(&with(malformed.clone())).await;
        assert_eq!(answer, refused("a role in the token is malformed"), "{malformed}");
    }
    // Nobody is let in without a role, and none is read out of a name that only looks like one.
    for foreign in [json!(["offline_access"]), json!(["hq_protection@*", "case_worker@UA"])] {
        let answer = identity.verify(&with(foreign.clone())).await;
        assert_eq!(answer, refused("no role in the token is in the issuer's mapping"), "{foreign}");
    }
    let viewer = identity.verify(&with(json!(["elsewhere", "offline_access"]))).await.unwrap();
    assert_eq!(viewer.memberships(), memberships(&["case_worker@RO"]));
}

#[tokio::test]
async fn a_claim_whose_name_has_dots_is_found_by_its_name() {
    let signer = Signer::ed("k");
    let identity = identity_with(&[&signer], |issuer| {
        issuer.roles_claim = "https://example.org/roles".to_owned();
        issuer.organisation_claim = "partner.name".to_owned();
    });
    let mut claims = claims_with("https://example.org/roles", json!(["partner_provider@UA"]));
    claims["partner"] = json!({ "name": "shelter-12" });
    let viewer = identity.verify(&signer.sign(&claims)).await.unwrap();
    assert_eq!(viewer.organisation(), Some("shelter-12"));
}

/// What the subscriber wrote.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// What is written from now on, on this thread.
    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let writer = self.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::INFO);
        tracing::subscriber::set_default(subscriber.with_writer(move || writer.clone()).finish())
    }

    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
        text.lines().filter(|line| line.contains("a token was refused")).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn the_log_says_why_and_nothing_of_the_bearer() {
    let (signer, stranger) = (Signer::ed("key-1"), Signer::ed("key-2"));
    let (identity, log) = (keycloak(&signer, |issuer| issuer.ignore_unmapped = false), Log::default());
    let _guard = log.listen();
    let elsewhere = {
        let mut claims = of_keycloak();
        claims["iss"] = json!("https://identity.example/realms/ua/");
        signer.sign(&claims)
    };
    let mapping = "a role in the token is not in the issuer's mapping";
    let table = [
        (signer.sign(&of_keycloak()), mapping, Some(ISSUER), Some("key-1")),
        (stranger.sign(&of_keycloak()), "the token's issuer has no such key", Some(ISSUER), Some("key-2")),
        (elsewhere, "the token's issuer is not known", None, Some("key-1")),
        ("canary".to_owned(), "the token is malformed", None, None),
        ("canary".repeat(2_000), "the token is longer than 8 KiB", None, None),
    ];
    for (token, reason, issuer, key) in table {
        assert_eq!(identity.verify(&token).await, refused(reason));
        let lines = log.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        let line = &lines[0];
        assert!(line.contains(&format!("reason=\"{reason}\"")), "{line}");
        assert_eq!(line.contains(&format!(" issuer=\"{ISSUER}\"")), issuer.is_some(), "{line}");
        assert_eq!(
            line.contains("said_issuer=\"https://identity.example/realms/ua/\""),
            issuer.is_none() && key.is_some()
        );
        assert!(key.is_none_or(|key| line.contains(&format!("key_id=\"{key}\""))), "{line}");
        let parts = token.split('.').filter(|part| part.len() > 5);
        for hidden in parts.chain(["anary", "6f0c2a36", "kyiv", "intake", "onrtac"]) {
            assert!(!line.contains(hidden), "{hidden}: {line}");
        }
    }
    assert!(identity_with(&[&signer], |_| {}).verify(&signer.sign(&claims())).await.is_ok());
    assert_eq!(log.lines(), Vec::<String>::new(), "one that is believed is no line");
}

#[tokio::test]
async fn strangers_cannot_fill_the_log() {
    let (identity, log) = (identity(&[&Signer::ed("d")]), Log::default());
    let _guard = log.listen();
    for number in 0..500 {
        assert!(identity.verify(&format!("nonsense-{number}")).await.is_err());
    }
    let lines = log.lines();
    assert!((60..100).contains(&lines.len()), "{}", lines.len());
    // How many were left out is said with the next line.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert!(identity.verify("nonsense").await.is_err());
    let lines = log.lines();
    let unsaid = lines[0].split("unsaid=").nth(1).and_then(|rest| rest.split(' ').next());
    assert!(unsaid.and_then(|unsaid| unsaid.parse::<u32>().ok()).is_some_and(|unsaid| unsaid > 300), "{lines:?}");
}
