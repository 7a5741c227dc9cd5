//! The text form of memberships, what a viewer makes of them, and what the configuration refuses.

use super::*;
use crate::identity::{MembershipError, Place, ViewerKind};

#[test]
fn memberships_are_written_as_they_are_read() {
    for text in ["case_worker@UA", "hq_analyst@*", "regional_analyst@region:RO Vienna"] {
        let membership: Membership = text.parse().unwrap();
        assert_eq!(membership.to_string(), text);
        let json = serde_json::to_string(&membership).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Membership>(&json).unwrap(), membership);
    }
    assert_eq!("a@region:RO Vienna".parse::<Membership>().unwrap().place, Place::Region("RO Vienna".to_owned()));
}

#[test]
fn other_shapes_are_no_membership() {
    let long = format!("{}@UA", "a".repeat(41));
    let cases = [
        ("", MembershipError::NoPlace),
        ("case_worker", MembershipError::NoPlace),
        ("@UA", MembershipError::Role),
        ("Case_Worker@UA", MembershipError::Role),
        ("case worker@UA", MembershipError::Role),
        ("case-worker@UA", MembershipError::Role),
        ("căse@UA", MembershipError::Role),
        (&long, MembershipError::Role),
        ("case_worker@", MembershipError::Place),
        ("case_worker@ua", MembershipError::Place),
        ("case_worker@XX", MembershipError::Place),
        ("case_worker@UA ", MembershipError::Place),
        ("case_worker@UA@*", MembershipError::Place),
        ("case_worker@**", MembershipError::Place),
        ("case_worker@region:", MembershipError::Place),
        ("case_worker@region: RO Vienna", MembershipError::Place),
        ("case_worker@region:RO\nVienna", MembershipError::Place),
        ("case_worker@Region:RO Vienna", MembershipError::Place),
    ];
    for (text, error) in cases {
        assert_eq!(text.parse::<Membership>(), Err(error), "{text:?}");
    }
    assert!(format!("{}@UA", "a".repeat(40)).parse::<Membership>().is_ok());
}

#[test]
fn the_kind_follows_from_the_memberships() {
    let kind = |texts: &[&str]| Viewer::system("test", memberships(texts)).kind();
    assert_eq!(kind(&["case_worker@UA", "mission_analyst@RO"]), ViewerKind::Mission);
    assert_eq!(kind(&["case_worker@UA", "hq_analyst@*"]), ViewerKind::Headquarters);
    assert_eq!(kind(&["regional_analyst@region:RO Vienna"]), ViewerKind::Headquarters);
    assert_eq!(kind(&["hq_analyst@*", "partner_researcher@UA"]), ViewerKind::Partner);
    assert_eq!(kind(&["partnership@UA"]), ViewerKind::Mission);
}

#[test]
fn a_viewer_has_each_membership_once_and_in_order() {
    let viewer = Viewer::system("importer", memberships(&["b@*", "a@UA", "b@*", "a@RO"]));
    assert_eq!(viewer.memberships(), memberships(&["a@RO", "a@UA", "b@*"]));
    assert_eq!((viewer.subject(), viewer.issuer()), ("importer", "causeway-system"));
}

#[tokio::test]
async fn debug_shows_nobody() {
    let signer = Signer::ed("d");
    let mut claims = claims_with("causeway_roles", serde_json::json!(["partner_provider@UA"]));
    claims["causeway_organisation"] = serde_json::json!("shelter-12");
    claims["causeway_teams"] = serde_json::json!(["west"]);
    let viewer = identity(&[&signer]).verify(&signer.sign(&claims)).await.unwrap();
    let shown = format!("{viewer:?} {viewer:#?}");
    assert!(shown.contains("partner_provider"), "{shown}");
    for hidden in ["kc-4711", "shelter-12", "west"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn the_configuration_names_every_problem() {
    let mut first = IssuerConfig::named("Causeway-Development");
    first.jwks_url = Some("http://identity.example/keys".parse().unwrap());
    first.jwks_file = Some("keys.json".into());
    first.minimum_fetch_seconds = 0;
    first.teams_claim = "causeway_roles".to_owned();
    let mut second = IssuerConfig::named("no address");
    second.missions = Some(["UA".parse().unwrap()].into());
    second.role_mapping = Some([("x".to_owned(), "hq_analyst@*".parse().unwrap())].into());
    let third =
        IssuerConfig { jwks_url: Some("https://me:secret@identity.example/".parse().unwrap()), ..second.clone() };
    let mut fourth = IssuerConfig::named("https://identity.example/realms/md");
    fourth.ignore_unmapped = true;
    fourth.roles_claim = "realm_access..roles".to_owned();
    fourth.teams_claim = String::new();
    let config = IdentityConfig { issuers: vec![first, second, third, fourth], ..IdentityConfig::default() };
    let problems = config.validate().unwrap_err();
    let settings: Vec<_> = problems.iter().map(|problem| problem.split(": ").next().unwrap()).collect();
    assert_eq!(
        settings,
        [
            "issuers[0].issuer",
            "issuers[0].jwks_url",
            "issuers[0].minimum_fetch_seconds",
            "issuers[0].teams_claim",
            "issuers[1].issuer",
            "issuers[1].role_mapping",
            "issuers[2].issuer",
            "issuers[2].jwks_url",
            "issuers[2].role_mapping",
            "issuers[3].roles_claim",
            "issuers[3].teams_claim",
            "issuers[3].ignore_unmapped",
        ]
    );
    assert!(problems.iter().all(|problem| !problem.contains("secret")), "{problems:?}");
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    let problems = |url: &str| {
        let issuer = IssuerConfig { jwks_url: Some(url.parse().unwrap()), ..IssuerConfig::named(ISSUER) };
        IdentityConfig { issuers: vec![issuer], ..IdentityConfig::default() }.validate().is_err()
    };
    for good in ["https://a.example/", "http://127.0.0.1:8080/keys", "http://[::1]/keys", "http://localhost/keys"] {
        assert!(!problems(good), "{good}");
    }
    for bad in ["http://a.example/", "http://10.0.0.1/", "http://localhost.a.example/", "ftp://localhost/", "file:///k"]
    {
        assert!(problems(bad), "{bad}");
    }
}

#[test]
fn an_unknown_setting_is_an_error_and_the_rest_has_defaults() {
    let read = |text: &str| serde_json::from_str::<IdentityConfig>(text);
    let config = read(r#"{"issuers":[{"issuer":"https://a.example","jwks_file":"k","missions":["UA"]}]}"#).unwrap();
    assert!(config.validate().is_ok());
    assert!(!config.development_issuer);
    assert_eq!(config.audience, "causeway");
    assert_eq!(config.issuers[0].minimum_fetch_seconds, 60);
    for text in [
        r#"{"development":true}"#,
        r#"{"issuers":[{"issuer":"a","jwks":"k"}]}"#,
        r#"{"issuers":[{"issuer":"a","role_mapping":{"x":"nonsense"}}]}"#,
        r#"{"issuers":[{"issuer":"a","missions":["XX"]}]}"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}
