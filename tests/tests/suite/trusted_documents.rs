//! Documents by their hash, and which documents are run for whom.

use causeway::config::{Config, TrustMode};
use causeway::graphql::documents::DocumentHash;
use causeway_tests::{Answer, Backend, Gateway, Result, TempDir, TestDatabase};
use serde_json::{Value, json};

const TRUSTED: &str = "query Who { viewer { subject } }";
const OTHER: &str = "{ viewer { roles } }";

/// The hash of a document, as a manifest has it.
pub fn hash(text: &str) -> String {
    DocumentHash::of(text).to_string()
}

/// A manifest with one document, and the mode of staff of missions.
fn trusting(mode: TrustMode, folder: &TempDir, manifest: &Value) -> Result<impl FnOnce(&mut Config)> {
    let file = folder.path().join("manifest.json");
    std::fs::write(&file, manifest.to_string())?;
    Ok(move |config: &mut Config| {
        config.trusted_documents.manifest_file = Some(file);
        config.trusted_documents.mission = mode;
    })
}

fn subject(answer: &Answer) -> &Value {
    &answer.data()["viewer"]["subject"]
}

#[tokio::test]
async fn a_document_that_was_seen_is_asked_for_by_its_hash() -> Result {
    let db = TestDatabase::create(Backend::Sqlite).await?;
    let gateway = Gateway::with_demo(&db, 0).await?;
    let client = gateway.as_role("case_supervisor@UA")?;
    let by_hash = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash(TRUSTED) } } });
    let unknown = client.post(by_hash.to_string()).await?;
    assert_eq!((unknown.status.as_u16(), unknown.codes()), (400, vec!["NOT_FOUND"]), "{}", unknown.body);
    assert_eq!(unknown.body["errors"][0]["message"], "PersistedQueryNotFound");
    let mut both = by_hash.clone();
    both["query"] = json!(TRUSTED);
    assert_eq!(subject(&client.post(both.to_string()).await?), "case_supervisor");
    assert_eq!(subject(&client.post(by_hash.to_string()).await?), "case_supervisor");
    let id = json!({ "documentId": format!("sha256:{}", hash(TRUSTED)), "operationName": "Who" });
    assert_eq!(subject(&client.post(id.to_string()).await?), "case_supervisor");
    // What others have asked is theirs: nobody learns from a hash that somebody asked for just that.
    let other = gateway.as_role("case_worker@UA")?;
    assert_eq!(other.post(id.to_string()).await?.codes(), ["NOT_FOUND"]);
    other.query(OTHER).await?;
    assert_eq!(client.post(json!({ "documentId": hash(OTHER) }).to_string()).await?.codes(), ["NOT_FOUND"]);
    both["query"] = json!(TRUSTED);
    assert_eq!(subject(&other.post(both.to_string()).await?), "case_worker");
    assert_eq!(subject(&other.post(id.to_string()).await?), "case_worker");
    assert_eq!(gateway.with_token(None).post(id.to_string()).await?.status, 401);

    both["query"] = json!(OTHER);
    let forged = client.post(both.to_string()).await?;
    assert_eq!(
        (forged.codes(), &forged.body["errors"][0]["extensions"]["field"]),
        (vec!["BAD_INPUT"], &json!("extensions"))
    );
    for id in ["", "sha256:", "abc", &"g".repeat(64), &"0".repeat(65), &"é".repeat(32)] {
        let answer = client.post(json!({ "documentId": id }).to_string()).await?;
        assert_eq!((answer.status.as_u16(), answer.codes()), (400, vec!["BAD_INPUT"]), "{id}");
    }
    // What does not run is not remembered either.
    let broken = "{ viewer { nothing } }";
    client.query(broken).await?;
    let answer = client.post(json!({ "documentId": hash(broken) }).to_string()).await?;
    assert_eq!(answer.codes(), ["NOT_FOUND"]);
    Ok(())
}

#[tokio::test]
async fn where_trust_is_enforced_nothing_else_is_run() -> Result {
    let (db, folder) = (TestDatabase::create(Backend::Sqlite).await?, TempDir::create()?);
    Gateway::with_demo(&db, 0).await?;
    let apollo = json!({ "format": "apollo-persisted-query-manifest", "version": 1,
                         "operations": [{ "id": hash(TRUSTED), "name": "Who", "type": "query", "body": TRUSTED }] });
    for manifest in [json!({ hash(TRUSTED): TRUSTED }), apollo] {
        let gateway = Gateway::start_with(&db, trusting(TrustMode::Enforce, &folder, &manifest)?).await?;
        let client = gateway.as_role("case_supervisor@UA")?;
        assert_eq!(subject(&client.post(json!({ "documentId": hash(TRUSTED) }).to_string()).await?), "case_supervisor");
        assert_eq!(subject(&client.query(TRUSTED).await?), "case_supervisor");
        // Not even what another kind of viewer has had run, and what does not parse is not told apart.
        let headquarters = gateway.as_role("hq_analyst@*")?;
        assert_eq!(headquarters.query(OTHER).await?.codes(), Vec::<&str>::new());
        for other in [OTHER, "{ __schema { types { name } } }", "nonsense", "query Who { viewer { subject }  }", ""] {
            let answer = client.query(other).await?;
            assert_eq!((answer.status.as_u16(), answer.codes()), (400, vec!["FORBIDDEN"]), "{other}: {}", answer.body);
        }
        let answer = client.post(json!({ "documentId": hash(OTHER) }).to_string()).await?;
        assert_eq!(answer.codes(), ["FORBIDDEN"], "{}", answer.body);
    }
    let gateway =
        Gateway::start_with(&db, trusting(TrustMode::Log, &folder, &json!({ hash(TRUSTED): TRUSTED }))?).await?;
    assert_eq!(gateway.as_role("case_supervisor@UA")?.query(OTHER).await?.codes(), Vec::<&str>::new());
    Ok(())
}

#[tokio::test]
async fn a_manifest_with_anything_wrong_stops_the_start() -> Result {
    let (db, folder) = (TestDatabase::create(Backend::Sqlite).await?, TempDir::create()?);
    for (manifest, said) in [
        (json!([]), "neither an object of documents"),
        (json!({ hash(TRUSTED): OTHER }), "is not the SHA-256 of its document"),
        (json!({ "who": TRUSTED }), "who is not the SHA-256 of its document"),
        (json!({ hash("{ nothing }"): "{ nothing }" }), "does not fit the schema"),
        (json!({ hash("nonsense"): "nonsense" }), "does not fit the schema"),
    ] {
        let started = Gateway::start_with(&db, trusting(TrustMode::Enforce, &folder, &manifest)?).await;
        let error = started.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(said) && error.contains("manifest.json"), "{manifest}: {error}");
    }
    Ok(())
}
