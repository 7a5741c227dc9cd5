//! The release before this one counted the entries of the audit by the version of the data, and knew no `audit_chain`. Its gateways
//! serve beside new ones while an update rolls, and again after the steps were undone.

use causeway::access::audit;
use causeway::clock;
use causeway_tests::{Client, Desk, Gateway, Result, both};
use entity::{CountryCode, audit_chain, audit_entry, change, mission};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, TransactionTrait,
};
use serde_json::{Value, json};

use crate::{PROGRAM, records};

const UPDATE: &str = "mutation($input: UpdateCaseInput!) { updateCase(input: $input) { userErrors { field code } } }";
/// The step that the old release lacks.
const PARTED: &str = "m20261127_000060_part_audit_from_data";

fn ukraine() -> CountryCode {
    "UA".parse().expect("UA is a country")
}

/// Writes as the old release did: a change and an entry at the next version of the data, behind the head that the mission names.
async fn append_as_before(rows: &DatabaseConnection) -> Result {
    let transaction = rows.begin().await?;
    let of_ukraine = mission::Column::Id.eq(ukraine());
    let raised = Expr::col(mission::Column::DataVersion).add(1);
    let turn = mission::Entity::update_many().col_expr(mission::Column::DataVersion, raised).filter(of_ukraine.clone());
    assert_eq!(turn.exec(&transaction).await?.rows_affected, 1);
    let state = mission::Entity::find_by_id(ukraine()).one(&transaction).await?.ok_or("no such mission")?;
    let mut entry = entry_behind(&state)?;
    entry.hash = audit::hash(&entry);
    let noted = change::Model {
        mission_id: entry.mission_id,
        data_version: entry.sequence,
        at: entry.at,
        object_type: entry.object_type.clone(),
        object_id: entry.object_id,
        kind: "imported".to_owned(),
    };
    noted.into_active_model().insert(&transaction).await?;
    let head = Expr::value(entry.hash.clone());
    entry.into_active_model().insert(&transaction).await?;
    let linked = mission::Entity::update_many().col_expr(mission::Column::AuditHead, head).filter(of_ukraine);
    linked.exec(&transaction).await?;
    Ok(transaction.commit().await?)
}

fn entry_behind(state: &mission::Model) -> Result<audit_entry::Model> {
    Ok(audit_entry::Model {
        mission_id: state.id,
        sequence: state.data_version,
        at: chrono::SubsecRound::trunc_subsecs(clock::now(), 6),
        subject: "operator".to_owned(),
        action: "import_cases".to_owned(),
        object_type: "Case".to_owned(),
        object_id: None,
        detail: "1 cases".to_owned(),
        previous_hash: state.audit_head.clone(),
        hash: String::new(),
    })
}

fn numbered(number: &str) -> Value {
    json!({ "mission": "UA", "individual": { "gender": "FEMININE" }, "case": { "caseNumber": number } })
}

async fn update(client: &Client, id: &str, individual: Value) -> Result {
    let answer = client.run(UPDATE, json!({ "input": { "id": id, "individual": individual } })).await?;
    assert!(answer.codes().is_empty(), "{}", answer.body);
    assert_eq!(answer.data()["updateCase"]["userErrors"], json!([]), "{}", answer.body);
    Ok(())
}

async fn end_of_chain(rows: &DatabaseConnection) -> Result<i64> {
    Ok(audit_chain::Entity::find_by_id(ukraine()).one(rows).await?.ok_or("no chain")?.sequence)
}

both! {
    /// The old gateway moves the mission alone. The new one goes on behind what is there, be it a change of data or none.
    async fn an_entry_of_an_old_gateway_is_gone_on_behind(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let rows = records::open(db).await?;
        let id = worker.register(numbered("UA-1")).await?;
        for (gender, entries) in [("MASCULINE", 4), ("FEMININE", 6)] {
            append_as_before(&rows).await?;
            assert_eq!(end_of_chain(&rows).await?, entries - 2, "the old one knows no chain");
            update(&worker, &id, json!({ "gender": gender })).await?;
            assert_eq!(end_of_chain(&rows).await?, entries);
            assert_eq!(records::broken_chain(&rows, ukraine()).await?, None);
        }
        append_as_before(&rows).await?;
        update(&worker, &id, json!({})).await?;
        assert_eq!(end_of_chain(&rows).await?, 8);
        assert_eq!(records::broken_chain(&rows, ukraine()).await?, None);
        Ok(())
    }

    /// Both write at once: nothing is refused, and nothing is lost.
    async fn an_old_gateway_and_two_new_ones_write_at_once(db: &TestDatabase) -> Result {
        let gateways = [Gateway::with_demo(db, 0).await?, Gateway::start(db).await?];
        let rows = records::open(db).await?;
        let workers = gateways.iter().map(|gateway| gateway.as_role("case_worker@UA")).collect::<Result<Vec<_>>>()?;
        let new = (0..20).map(|at| workers[at % 2].register(numbered(&format!("UA-{at}"))));
        let old = async {
            for _ in 0..10 {
                append_as_before(&rows).await?;
            }
            Ok(())
        };
        futures::future::try_join(futures::future::try_join_all(new), old).await?;
        assert_eq!(records::audit(&rows, ukraine()).await?.len(), 1 + 20 + 10);
        // Whoever came last: the next one finds the end.
        workers[0].register(numbered("UA-last")).await?;
        assert_eq!(records::broken_chain(&rows, ukraine()).await?, None);
        Ok(())
    }

    /// A mission that the old program set up after the step ran.
    async fn a_mission_without_an_end_of_its_chain_gets_one(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let rows = records::open(db).await?;
        let deleted = audit_chain::Entity::delete_many().filter(audit_chain::Column::MissionId.eq(ukraine()));
        assert_eq!(deleted.exec(&rows).await?.rows_affected, 1);
        gateway.as_role("case_worker@UA")?.register(numbered("UA-1")).await?;
        assert_eq!(end_of_chain(&rows).await?, 2);
        assert_eq!(records::broken_chain(&rows, ukraine()).await?, None);
        Ok(())
    }

    /// Back to the old release, and forward again: each goes on behind the last entry, also behind one that changed no data.
    async fn steps_undone_and_run_again_leave_the_chain_whole(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 0).await?;
        let worker = gateway.as_role("case_worker@UA")?;
        let id = worker.register(numbered("UA-1")).await?;
        for _ in 0..3 {
            update(&worker, &id, json!({})).await?;
        }
        update(&worker, &id, json!({ "gender": "MASCULINE" })).await?;
        update(&worker, &id, json!({})).await?;
        gateway.app.access.close().await;
        let desk = Desk::new(PROGRAM)?;
        desk.configure(&db.url, &format!("owner_url = {:?}\n", db.owner_url))?;
        let status = desk.run("migrate status")?;
        let since = status.output.lines().skip_while(|line| !line.ends_with(PARTED)).count();
        let gone = ["lost: the table audit_chain with 18 rows", "lost: the table field_change with 1 rows"];
        desk.run(&format!("migrate down --steps {since} --yes"))?.has(true, &gone);
        let rows = records::open(db).await?;
        append_as_before(&rows).await?;
        assert_eq!(records::audit(&rows, ukraine()).await?.len(), 8);
        assert_eq!(records::broken_links(&rows, ukraine()).await?, None);
        desk.run("migrate up")?.has(true, &[&format!("applied {PARTED}")]);
        assert_eq!(end_of_chain(&rows).await?, 8);
        let gateway = Gateway::start(db).await?;
        update(&gateway.as_role("case_worker@UA")?, &id, json!({ "gender": "FEMININE" })).await?;
        assert_eq!(end_of_chain(&rows).await?, 9);
        assert_eq!(records::broken_links(&rows, ukraine()).await?, None);
        Ok(())
    }
}
