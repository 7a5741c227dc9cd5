//! What is wrong with a request: tokens that do not hold, documents that ask too much, arguments that are none. Each has its
//! code, and no answer tells anything of the inside: no cause, no statement, no path, no type of ours.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use causeway::config::identity::IssuerConfig;
use causeway_tests::{Answer, Backend, Client, Gateway, Result, TempDir, TestDatabase, both};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use serde_json::{Value, json};

const ISSUER: &str = "https://idp.example";
const KEY_ID: &str = "key-of-the-example";
/// A key pair on P-256 that everybody has, for an issuer that only this test believes.
const X: &str = "z7jabrEYedHdbXkZgp-0H01DTu5ufhdp-8LBe2P_Sts";
const Y: &str = "4NsLAjjHljwZ5sMwPNoX_uLoI1rCIcEEP9JTehUvErI";
const D: &str = "_usWRxLmAP0-F0bTk-vXzVgXjsqlIme-nABFWmrxY30";

const VIEWER: &str = "{ viewer { subject } }";

/// No answer says how it came about.
fn tells_nothing(answer: &Answer) {
    let text = answer.body.to_string();
    for inside in [
        "sqlx",
        "sea_orm",
        "sea-orm",
        "SELECT ",
        "INSERT ",
        "SQLITE",
        "sqlite",
        "postgres",
        "redis",
        "::",
        ".rs",
        "/tmp",
        "/home",
        "/root",
        "panicked",
        "Option<",
        "Vec<",
        "DbErr",
        "fact.",
        "case_file",
        "async",
        "serde",
        "backtrace",
        "Did you mean",
        "did you mean",
    ] {
        assert!(!text.contains(inside), "{inside:?} in {text}");
    }
}

/// A gateway that believes the issuer, and its keys.
async fn with_issuer(db: &TestDatabase, folder: &TempDir) -> Result<Gateway> {
    let file = folder.path().join("keys.json");
    let key = json!({ "kty": "EC", "crv": "P-256", "kid": KEY_ID, "alg": "ES256", "use": "sig", "x": X, "y": Y });
    std::fs::write(&file, json!({ "keys": [key] }).to_string())?;
    Gateway::start_with(db, |config| {
        let mut issuer = IssuerConfig::named(ISSUER);
        issuer.jwks_file = Some(file);
        config.identity.issuers = vec![issuer];
    })
    .await
}

/// The private key as PKCS #8: a fixed frame around the three numbers.
fn private_key() -> Result<EncodingKey> {
    let mut der = vec![0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13];
    der.extend([0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d]);
    der.extend([0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20]);
    der.extend(URL_SAFE_NO_PAD.decode(D)?);
    der.extend([0xa1, 0x44, 0x03, 0x42, 0x00]);
    der.extend(public_point()?);
    Ok(EncodingKey::from_ec_der(&der))
}

fn public_point() -> Result<Vec<u8>> {
    Ok([vec![4], URL_SAFE_NO_PAD.decode(X)?, URL_SAFE_NO_PAD.decode(Y)?].concat())
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "causeway", "sub": "somebody-4711", "exp": get_current_timestamp() + 600,
            "causeway_roles": ["case_supervisor@UA"] })
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn signed(claims: &Value) -> Result<String> {
    let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::ES256) };
    Ok(encode(&header, claims, &private_key()?)?)
}

/// A token whose parts are put together by hand.
fn forged(header: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(&claims()))
}

async fn is_refused(gateway: &Gateway, name: &str, token: Option<String>) -> Result {
    let answer = gateway.with_token(token.clone()).query(VIEWER).await?;
    assert_eq!((answer.status.as_u16(), answer.codes()), (401, vec!["UNAUTHENTICATED"]), "{name}: {}", answer.body);
    assert!(answer.body.get("data").is_none(), "{name}");
    let error = &answer.body["errors"][0];
    assert_eq!(error["extensions"], json!({ "code": "UNAUTHENTICATED" }), "{name}");
    let text = answer.body.to_string();
    for secret in ["somebody-4711", ISSUER, KEY_ID, "case_supervisor", "UA"] {
        assert!(!text.contains(secret), "{name}: {text}");
    }
    for part in token.iter().flat_map(|token| token.split('.')).filter(|part| part.len() > 3) {
        assert!(!text.contains(part), "{name}: {text}");
    }
    tells_nothing(&answer);
    Ok(())
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_refused() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let folder = TempDir::create()?;
    let gateway = with_issuer(&db, &folder).await?;
    // First that the issuer is believed at all: else everything below would be refused for nothing.
    let good = signed(&claims())?;
    let answer = gateway.with_token(Some(good.clone())).query(VIEWER).await?;
    assert_eq!(answer.data()["viewer"]["subject"], "somebody-4711", "{}", answer.body);

    is_refused(&gateway, "none at all", None).await?;
    for (name, token) in [
        ("malformed", "not-a-token".to_owned()),
        ("two parts", "abc.def".to_owned()),
        ("cut short", good[..good.len() - 8].to_owned()),
        ("longer than a token", "x".repeat(9000)),
        ("expired", signed(&with("exp", json!(get_current_timestamp() - 3600)))?),
        ("not yet valid", signed(&with("nbf", json!(get_current_timestamp() + 3600)))?),
        ("for another audience", signed(&with("aud", json!("elsewhere")))?),
        ("of an unknown issuer", signed(&with("iss", json!("https://evil.example")))?),
        ("of our own issuer's name", signed(&with("iss", json!("causeway-development")))?),
        ("without an expiry", signed(&without("exp"))?),
        ("without an audience", signed(&without("aud"))?),
        ("without an issuer", signed(&without("iss"))?),
        ("without a subject", signed(&without("sub"))?),
        ("without roles", signed(&without("causeway_roles"))?),
        ("with a role that does not parse", signed(&with("causeway_roles", json!(["case_supervisor@"])))?),
    ] {
        is_refused(&gateway, name, Some(token)).await?;
    }
    for (name, algorithm) in [("none", "none"), ("None", "None"), ("NONE", "NONE")] {
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": KEY_ID });
        is_refused(&gateway, name, Some(forged(&header, ""))).await?;
        let signature = good.rsplit('.').next().unwrap_or_default();
        is_refused(&gateway, name, Some(forged(&header, signature))).await?;
    }
    Ok(())
}

/// The classic confusion: the public key of an issuer, which everybody has, used as the secret of a symmetric signature.
#[tokio::test]
async fn a_public_key_is_no_secret() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let folder = TempDir::create()?;
    let gateway = with_issuer(&db, &folder).await?;
    let point = public_point()?;
    let keys = std::fs::read(folder.path().join("keys.json"))?;
    let jwk: Value = serde_json::from_slice(&keys)?;
    let info =
        [
            &[
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
                0x48,
            ][..],
            &[0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00],
            &point,
        ]
        .concat();
    let pem = base64::engine::general_purpose::STANDARD.encode(&info);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n{}\n-----END PUBLIC KEY-----\n", &pem[..64], &pem[64..]);
    let secrets: [(&str, Vec<u8>); 7] = [
        ("the point", point.clone()),
        ("the coordinate", URL_SAFE_NO_PAD.decode(X)?),
        ("the coordinate as text", X.as_bytes().to_vec()),
        ("the DER", info),
        ("the PEM", pem.into_bytes()),
        ("the JWK", jwk["keys"][0].to_string().into_bytes()),
        ("the key set", keys),
    ];
    for (name, secret) in secrets {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(algorithm) };
            let token = encode(&header, &claims(), &EncodingKey::from_secret(&secret))?;
            is_refused(&gateway, name, Some(token)).await?;
        }
    }
    Ok(())
}

/// The development issuer signs with a secret: neither of the others' names helps, and off means off.
#[tokio::test]
async fn the_development_issuer_is_off_unless_turned_on() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let on = Gateway::start(&db).await?;
    let roles = ["hq_protection@*".parse()?];
    let issuer = on.app.identity.development().ok_or("no issuer")?;
    let token =
        issuer.mint("me", &roles, None, &[], std::time::Duration::from_secs(60)).map_err(|error| error.to_string())?;
    assert_eq!(on.with_token(Some(token.clone())).query(VIEWER).await?.status, 200);
    let off = Gateway::start_with(&db, |config| config.identity.development_issuer = false).await?;
    is_refused(&off, "development issuer", Some(token.clone())).await?;
    // Another gateway's secret is another secret.
    let other = Gateway::start(&db).await?;
    is_refused(&other, "another secret", Some(token)).await
}

async fn refused(client: &Client, document: &str, status: u16, code: &str) -> Result<Answer> {
    let answer = client.query(document).await?;
    let shown: String = document.chars().take(80).collect();
    assert_eq!(
        (answer.status.as_u16(), answer.codes().first().copied()),
        (status, Some(code)),
        "{shown}: {}",
        answer.body
    );
    assert!(answer.body.get("data").is_none_or(Value::is_null), "{shown}");
    tells_nothing(&answer);
    Ok(answer)
}

#[tokio::test]
async fn a_document_that_asks_too_much_is_refused() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 0).await?;
    let client = gateway.as_role("hq_protection@*")?;
    let began = std::time::Instant::now();

    let large = format!("{{ viewer {{ subject }} }} #{}", "x".repeat(1024 * 1024));
    refused(&client, &large, 413, "TOO_COSTLY").await?;
    let aliases: String = (0..10_000).map(|at| format!("a{at}:viewer{{subject}} ")).collect();
    refused(&client, &format!("{{{aliases}}}"), 400, "TOO_COSTLY").await?;
    let fields = "viewer{subject} ".repeat(10_000);
    refused(&client, &format!("{{{fields}}}"), 400, "TOO_COSTLY").await?;
    let deep = format!("{{{}id{}}}", "case{individual{".repeat(50), "}}".repeat(50));
    refused(&client, &deep, 400, "TOO_COSTLY").await?;
    let twenty = format!("{{cases{{nodes{{{}id{}}}}}}}", "individual{cases{nodes{".repeat(6), "}}}".repeat(6));
    refused(&client, &twenty, 400, "TOO_COSTLY").await?;
    // A thousand lists in one another, in an argument.
    let lists = format!("{{cases(missions:{}UA{}){{totalCount}}}}", "[".repeat(1000), "]".repeat(1000));
    refused(&client, &lists, 400, "TOO_COSTLY").await?;
    let directives = format!("{{viewer{}{{subject}}}}", " @include(if:true)".repeat(5_000));
    refused(&client, &directives, 400, "TOO_COSTLY").await?;

    // Ten fragments that each spread the next ten times: ten thousand million fields.
    let bomb: String =
        (0..10).map(|at| format!("fragment f{at} on Viewer {{{}}}", format!("...f{} ", at + 1).repeat(10))).collect();
    refused(&client, &format!("{{viewer{{...f0}}}} {bomb} fragment f10 on Viewer {{subject}}"), 400, "TOO_COSTLY")
        .await?;
    for circle in [
        "{viewer{...a}} fragment a on Viewer {...a}",
        "{viewer{...a}} fragment a on Viewer {...b} fragment b on Viewer {...a}",
        "{cases{nodes{...a}}} fragment a on Case {individual{cases{nodes{...a}}}}",
    ] {
        refused(&client, circle, 400, "BAD_INPUT").await?;
    }
    assert!(began.elapsed().as_secs() < 20, "refusing took {:?}", began.elapsed());
    assert_eq!(client.query(VIEWER).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_document_that_is_none_is_refused() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 0).await?;
    let client = gateway.as_role("case_supervisor@UA")?;
    for document in [
        "",
        "{",
        "}{",
        "query",
        "{ viewer }",
        "{ viewer { subjekt } }",
        "{ cases { nodes { individual { familyNam } } } }",
        "{ case { id } }",
        "{ case(id: 7, more: 1) { id } }",
        "{ cases(first: \"ten\") { totalCount } }",
        "{ cases(first: 1.5) { totalCount } }",
        "{ cases(filter: { no: 1 }) { totalCount } }",
        "{ viewer { ...missing } }",
        "fragment a on Viewer { subject }",
        "subscription { viewer { subject } }",
        "mutation { deleteCase(id: 1) { id } }",
        "mutation { registerCase(input: { mission: UA }) { userErrors { code } } }",
        "{ statistics(groupBy: [AGE]) { total } }",
        "{ __type(name: 5) { name } }",
        "{ viewer { subject } } { viewer { subject } }",
    ] {
        refused(&client, document, 400, "BAD_INPUT").await?;
    }
    // What is none of a scalar of ours is refused before anything runs, as what is none of any other.
    for missions in ["[XX]", "[ua]", "[7]", "\"DROP TABLE individual\"", "[\"UA' OR 1=1\"]"] {
        refused(&client, &format!("{{ cases(missions: {missions}) {{ totalCount }} }}"), 400, "BAD_INPUT").await?;
    }
    let answer = client.query("{ viewer { subjekt } }").await?;
    assert!(!answer.body.to_string().contains("subject\""), "a suggestion: {}", answer.body);
    Ok(())
}

#[tokio::test]
async fn variables_and_operations_that_do_not_fit_are_refused() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 0).await?;
    let client = gateway.as_role("case_supervisor@UA")?;
    let document = "query($id: ID!, $first: Int) { case(id: $id) { id } cases(first: $first) { totalCount } }";
    for variables in [
        Value::Null,
        json!({}),
        json!({ "id": null }),
        json!({ "id": ["a"] }),
        json!({ "id": { "a": 1 } }),
        json!({ "id": "a", "first": "ten" }),
        json!({ "id": "a", "first": 99_999_999_999_i64 }),
        json!({ "id": "a", "first": [] }),
        json!({ "id": true }),
    ] {
        let answer = client.run(document, variables.clone()).await?;
        assert_eq!(answer.codes().first(), Some(&"BAD_INPUT"), "{variables}: {}", answer.body);
        tells_nothing(&answer);
    }
    for body in [
        json!({ "query": "query A { viewer { subject } }", "operationName": "B" }),
        json!({ "query": "query A { viewer { subject } } query B { viewer { subject } }" }),
        json!({ "query": "query A { viewer { subject } } query B { viewer { subject } }", "operationName": "C" }),
        json!({ "query": "{ viewer { subject } }", "operationName": "A" }),
        json!({ "query": "{ viewer { subject } }", "operationName": 7 }),
        json!({ "query": "{ viewer { subject } }", "variables": [1] }),
        json!({ "query": "{ viewer { subject } }", "variables": "x" }),
        json!({ "query": 7 }),
        json!({}),
        json!([{ "query": "{ viewer { subject } }" }]),
        json!("text"),
    ] {
        let answer = client.post(body.to_string()).await?;
        assert_eq!((answer.status.as_u16(), answer.codes()), (400, vec!["BAD_INPUT"]), "{body}: {}", answer.body);
        tells_nothing(&answer);
    }
    for body in ["", "{", "null", "\u{0}", "{\"query\":\"{viewer{subject}}\"}}"] {
        let answer = client.post(body.to_owned()).await?;
        assert_eq!((answer.status.as_u16(), answer.codes()), (400, vec!["BAD_INPUT"]), "{body:?}");
        tells_nothing(&answer);
    }
    let deep = format!(
        "{{\"query\":\"{{viewer{{subject}}}}\",\"variables\":{}1{}}}",
        "{\"a\":".repeat(50_000),
        "}".repeat(50_000)
    );
    let answer = client.post(deep).await?;
    assert!(answer.status == 400 || answer.status == 413, "{}", answer.status);
    tells_nothing(&answer);
    Ok(())
}

both! {
    /// Codes of arguments that statistics and lists refuse.
    async fn arguments_that_are_none_are_refused(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 20).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        let cases = [
            ("{ statistics(groupBy: [GENDER, AGE_BAND, CITIZENSHIP, DATA_SOURCE]) { total } }", "BAD_INPUT", "groupBy"),
            ("{ statistics(groupBy: [GENDER, GENDER]) { total } }", "BAD_INPUT", "groupBy"),
            ("{ statistics(filter: { gender: { eq: \"WOMAN\" } }) { total } }", "BAD_INPUT", "filter"),
            ("{ statistics(filter: { citizenship: { in: [\"XX\"] } }) { total } }", "BAD_INPUT", "filter"),
            ("{ statistics(filter: { yearOfRegistration: { eq: \"12\" } }) { total } }", "BAD_INPUT", "filter"),
            ("{ statistics(filter: { gender: { eq: \"' OR 1=1 --\" } }) { total } }", "BAD_INPUT", "filter"),
            ("{ statistics(filter: { gender: { in: [] } }) { total } }", "BAD_INPUT", "filter"),
            ("{ statistics(missions: []) { total } }", "BAD_INPUT", "missions"),
            ("{ statistics(missions: [MD]) { total } }", "FORBIDDEN", ""),
            ("{ statistics(missions: [UA, MD]) { total } }", "FORBIDDEN", ""),
            ("{ statistics(missions: [ZW]) { total } }", "FORBIDDEN", ""),
            ("{ flows(from: GENDER, to: GENDER) { total } }", "BAD_INPUT", "to"),
            ("{ cases(first: -1) { totalCount } }", "BAD_INPUT", "first"),
            ("{ cases(first: 101) { totalCount } }", "BAD_INPUT", "first"),
            ("{ cases(after: \"nonsense\") { totalCount } }", "BAD_INPUT", "after"),
        ];
        for (document, code, field) in cases {
            let answer = client.query(document).await?;
            assert_eq!(answer.codes(), [code], "{document}: {}", answer.body);
            let named = answer.body["errors"][0]["extensions"]["field"].as_str().unwrap_or_default();
            assert_eq!(named, field, "{document}: {}", answer.body);
            tells_nothing(&answer);
        }
        // A mission that is not the viewer's and one that does not exist answer the same.
        let message = async |document: &str| -> Result<Value> { Ok(client.query(document).await?.body["errors"][0]["message"].clone()) };
        assert_eq!(message("{ statistics(missions: [MD]) { total } }").await?, message("{ statistics(missions: [ZW]) { total } }").await?);
        for id in ["", "x", "AAAA", "null", "' OR '1'='1", "\u{1}", &"A".repeat(4000)] {
            let answer = client.run("query($id: ID!) { case(id: $id) { id } node(id: $id) { id } }", json!({ "id": id })).await?;
            assert!(answer.data()["case"].is_null() && answer.data()["node"].is_null(), "{id:?}");
            tells_nothing(&answer);
            let answer = client.run("mutation($id: ID!) { updateCase(input: { id: $id }) { userErrors { code } } }", json!({ "id": id })).await?;
            assert_eq!(answer.codes(), ["NOT_FOUND"], "{id:?}: {}", answer.body);
            tells_nothing(&answer);
        }
        Ok(())
    }

    /// Texts that a database may stumble over come back as values or as refusals, never as an internal error.
    async fn strange_texts_are_values_or_refusals(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 20).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        for text in ["a\u{0}b", "%", "_", "\\", "'", "\"", "';--", "\u{202e}", "\u{feff}", "😀", "' OR 1=1 --"] {
            let by_number = "query($t: String!) { caseByNumber(mission: UA, caseNumber: $t) { id } }";
            let search = "query($t: String!) { cases(search: $t) { totalCount } }";
            for document in [by_number, search] {
                let answer = client.run(document, json!({ "t": text })).await?;
                assert!(!answer.codes().contains(&"INTERNAL"), "{text:?}: {}", answer.body);
                tells_nothing(&answer);
            }
        }
        Ok(())
    }
}
