//! Commands are policy: who may run one is a line of `rules.csv`, what it says is written as the fields are, and what the program
//! fills itself is written under the right to run it.

use causeway_tests::{Answer, Client, Gateway, Result, TempDir, TestDatabase, both};
use serde_json::{Value, json};

use super::folder::{folder, line};
use crate::mutations::input;

const UPDATE: &str = "mutation($input: UpdateCaseInput!) { updateCase(input: $input) {
  case { status } userErrors { field code } conflict { currentVersion fields } } }";

/// A gateway with this policy and no records.
async fn with(db: &TestDatabase, policy: &TempDir) -> Result<Gateway> {
    let folder = policy.path().to_owned();
    let gateway = Gateway::start_with(db, |config| config.policy_dir = Some(folder)).await?;
    causeway::demo::load(&gateway.app.access, 1, 0, |_| ()).await?;
    Ok(gateway)
}

fn overlay(rules: &'static str) -> Result<TempDir> {
    folder("missions/UA.csv", move |_| format!("role,class,action,scope,effect\n{rules}\n"))
}

async fn update(client: &Client, input: Value) -> Result<Answer> {
    client.run(UPDATE, json!({ "input": input })).await
}

fn refusal(answer: &Answer) -> &str {
    assert_eq!(answer.codes(), ["FORBIDDEN"], "{}", answer.body);
    answer.body["errors"][0]["message"].as_str().unwrap_or_default()
}

both! {
    /// A line of the policy, and no `if`. The status that a new case begins with is the program's to fill.
    async fn a_clerk_never_changes_a_status(db: &TestDatabase) -> Result {
        let policy = overlay("data_entry,case.status,write,*,deny")?;
        let gateway = with(db, &policy).await?;
        let clerk = gateway.as_role("data_entry@UA")?;
        let id = clerk.register(input("UA-1")).await?;
        let answer = update(&clerk, json!({ "id": id, "case": { "status": "CLOSED" } })).await?;
        assert_eq!(refusal(&answer), "you may not write Case.status of this case");
        let answer = update(&clerk, json!({ "id": id, "case": { "riskLevel": "HIGH" } })).await?;
        assert_eq!(answer.data()["updateCase"]["case"]["status"], "ACTIVE", "{}", answer.body);
        let mut begun = input("UA-2");
        begun["case"]["status"] = json!("FOLLOW_UP");
        let register = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } } }";
        let answer = clerk.run(register, json!({ "input": begun })).await?;
        assert_eq!(refusal(&answer), "you may not write Case.status of this case");
        // Others go on, and so do clerks elsewhere.
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let answer = update(&supervisor, json!({ "id": id, "case": { "status": "FOLLOW_UP" } })).await?;
        assert_eq!(answer.data()["updateCase"]["case"]["status"], "FOLLOW_UP", "{}", answer.body);
        Ok(())
    }

    /// Whoever may write every field of a case, and not run the command, changes none.
    async fn a_command_that_is_denied_is_not_run(db: &TestDatabase) -> Result {
        let policy = overlay("data_entry,command.updateCase,run,*,deny")?;
        let gateway = with(db, &policy).await?;
        let clerk = gateway.as_role("data_entry@UA")?;
        let id = clerk.register(input("UA-1")).await?;
        let answer = update(&clerk, json!({ "id": id, "case": { "riskLevel": "HIGH" } })).await?;
        assert_eq!(refusal(&answer), "you may not run command.updateCase on this case");
        let answer = update(&clerk, json!({ "id": id })).await?;
        assert_eq!(refusal(&answer), "you may not run command.updateCase on this case");
        Ok(())
    }

    /// Who may only ask is told so: not that it is forbidden, and not that it is done.
    async fn to_ask_is_not_to_run(db: &TestDatabase) -> Result {
        let asks = |text: String| {
            let text = text.replace("data_entry,command.updateCase,run,", "data_entry,command.updateCase,ask,");
            line("case_supervisor,command.updateCase,ask,mission,allow")(text)
        };
        let policy = folder("rules.csv", asks)?;
        let gateway = with(db, &policy).await?;
        let clerk = gateway.as_role("data_entry@UA")?;
        let id = clerk.register(input("UA-1")).await?;
        let answer = update(&clerk, json!({ "id": id, "case": { "riskLevel": "HIGH" } })).await?;
        assert!(refusal(&answer).contains("needs the confirmation of a second person"), "{}", answer.body);
        // Asking gives no field that is not the clerk's to write, and no case that is not the clerk's.
        let supervisor = gateway.as_role("case_supervisor@UA")?;
        let theirs = supervisor.register(input("UA-2")).await?;
        assert_eq!(update(&clerk, json!({ "id": theirs })).await?.codes(), ["NOT_FOUND"]);
        // Who may do both runs it.
        let answer = update(&supervisor, json!({ "id": id, "case": { "status": "FOLLOW_UP" } })).await?;
        assert_eq!(answer.data()["updateCase"]["case"]["status"], "FOLLOW_UP", "{}", answer.body);
        Ok(())
    }

    /// An attack: who may write a field and not read it names an old version, and learns nothing of who changed what in it.
    async fn a_conflict_names_only_what_is_readable(db: &TestDatabase) -> Result {
        let denied = "case_worker,case.management,read,*,deny\ncase_worker,individual.background,read,*,deny";
        let policy = overlay(denied)?;
        let gateway = with(db, &policy).await?;
        let (worker, supervisor) = (gateway.as_role("case_worker@UA")?, gateway.as_role("case_supervisor@UA")?);
        let id = worker.register(input("UA-1")).await?;
        let hidden = json!({ "id": id, "case": { "riskLevel": "HIGH", "team": "UA/north" }, "individual": { "gender": "MASCULINE" } });
        update(&supervisor, hidden.clone()).await?;
        let stale = json!({ "id": id, "version": 1, "individualVersion": 1, "case": { "riskLevel": "LOW" } });
        let answer = update(&worker, stale.clone()).await?;
        assert_eq!(answer.data()["updateCase"]["conflict"], json!({ "currentVersion": 2, "fields": [] }), "{}", answer.body);
        assert!(answer.body["extensions"]["withheld"].is_null(), "{}", answer.body);
        let nothing_else = answer.body.to_string();
        for told in ["riskLevel", "team", "gender", "HIGH", "MASCULINE"] {
            assert!(!nothing_else.contains(told), "{told}: {nothing_else}");
        }
        // One more hidden change makes the version another one, and the answer no other.
        update(&supervisor, json!({ "id": id, "case": { "team": null } })).await?;
        let again = update(&worker, stale.clone()).await?;
        assert_eq!(again.data()["updateCase"]["conflict"], json!({ "currentVersion": 3, "fields": [] }), "{}", again.body);
        // Beside what is readable nothing tells that there is more.
        update(&supervisor, json!({ "id": id, "case": { "status": "FOLLOW_UP", "riskLevel": "MEDIUM" } })).await?;
        let again = update(&worker, stale.clone()).await?;
        let readable = json!({ "currentVersion": 4, "fields": ["Case.status"] });
        assert_eq!(again.data()["updateCase"]["conflict"], readable, "{}", again.body);
        assert_eq!(again.data()["updateCase"]["userErrors"].as_array().map(Vec::len), Some(2));
        // The supervisor, who reads all of it, is told all of it.
        let all = update(&supervisor, stale).await?;
        let fields = ["Case.riskLevel", "Case.status", "Case.team", "Individual.gender"];
        assert_eq!(all.data()["updateCase"]["conflict"]["fields"], json!(fields), "{}", all.body);
        Ok(())
    }
}

/// The lines that a role needs no more: rows, links and what is derived are written under the right to run a command.
#[test]
fn what_the_program_fills_needs_no_line() -> Result {
    let policy = causeway::access::policy::Policy::shipped()?;
    let writes = policy.files().rules.iter().filter(|rule| rule.action == "write");
    let rows = writes.filter(|rule| rule.class == "link.case" || rule.class == "case.row");
    assert_eq!(rows.count(), 0);
    Ok(())
}
