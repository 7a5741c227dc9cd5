//! Scopes that rest on a case, on the row itself, or on nothing but the mission.

use entity::{Governed, case_file, referral};

use super::{
    Seen, policy, rows,
    tables::{NOTICE, REPLY},
};
use crate::mask::Mask;
use crate::scope::{RowScope, ScopeSet};

#[test]
fn each_scope_has_a_bit_of_its_own() {
    for scope in RowScope::ALL {
        let set = ScopeSet::NONE.with(scope);
        assert_eq!(set.iter().collect::<Vec<_>>(), [scope]);
        assert_eq!(RowScope::from_name(scope.name()), Some(scope));
    }
    assert_eq!(RowScope::ALL.into_iter().collect::<ScopeSet>(), ScopeSet::MISSION);
}

#[test]
fn a_row_is_in_scopes_that_rest_on_what_it_leads_to_or_names() {
    let fitting = |table| RowScope::ALL.into_iter().filter(|scope| scope.fits(table)).map(RowScope::name).collect();
    let of_notice: Vec<&str> = fitting(&NOTICE);
    assert_eq!(of_notice, ["mission", "own_organisation"]);
    let of_cases = ["mission", "own", "team", "registered", "referred", "referred_consented", "research_consented"];
    for table in [&REPLY, case_file::Entity::TABLE, referral::Entity::TABLE] {
        let fitting: Vec<&str> = fitting(table);
        assert_eq!(fitting, of_cases, "{table:?}");
    }
}

#[tokio::test]
async fn a_scope_can_look_at_the_row_itself() {
    let seen = Seen::with(&[("notice.id", "own_organisation")]).await;
    assert_eq!(rows(&seen, &NOTICE), r#""notice"."mission_id" = 'UA' AND "notice"."organisation" = 'ORG-1'"#);
}

#[tokio::test]
async fn what_is_granted_of_own_rows_alone_is_masked_by_them() {
    let seen = Seen::with(&[("notice.id", "mission"), ("notice.label", "own_organisation")]).await;
    let masks = seen.source().masks(&NOTICE);
    let Mask::Under(visible) = masks.mask(super::tables::named(&NOTICE, "label")) else { panic!("it is not masked") };
    assert_eq!(super::sql(visible), r#""notice"."organisation" = 'ORG-1'"#);
    assert_eq!(rows(&seen, &NOTICE), r#""notice"."mission_id" = 'UA'"#);
}

#[tokio::test]
async fn a_row_of_a_case_is_in_the_scopes_of_its_case() {
    let seen = Seen::with(&[("reply.id", "own")]).await;
    let rows = rows(&seen, &REPLY);
    assert!(rows.contains(r#""scope_case"."owner" = "#) && rows.contains(r#""reply"."case_id""#), "{rows}");
}

#[test]
fn a_grant_that_no_row_can_meet_does_not_load() {
    for (class, scope, table) in [
        ("notice.id", "own", "Notice"),
        ("notice.label", "referred", "Notice"),
        ("reply.text", "own_organisation", "Reply"),
    ] {
        let problems = policy(&[(class, scope)]).err().unwrap().0;
        let said = format!("no row of {table} can be in the scope {scope}");
        assert!(problems.len() == 1 && problems[0].ends_with(&said), "{problems:?}");
    }
}

#[test]
fn a_scope_that_a_case_has_holds_for_no_row_that_leads_to_none() {
    use crate::standpoint::{Decide, Standpoint, condition};
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let seen = runtime.block_on(Seen::with(&[("notice.id", "mission")]));
    let missions = [super::MISSION.parse().unwrap()];
    for decide in [Decide::RowByRow, Decide::AsSet] {
        let source = seen.source();
        let at = Standpoint {
            viewer: source.viewer,
            days: source.days,
            missions: &missions,
            backend: source.backend,
            decide,
        };
        let of = |table, scopes| condition(table, scopes, at).map(super::sql);
        for scope in RowScope::ALL.into_iter().filter(|scope| !scope.fits(&NOTICE)) {
            assert_eq!(of(&NOTICE, ScopeSet::NONE.with(scope)).as_deref(), Some("FALSE"), "{scope:?}");
        }
        assert_eq!(of(&REPLY, ScopeSet::NONE.with(RowScope::OwnOrganisation)).as_deref(), Some("FALSE"));
        assert_eq!(of(&NOTICE, ScopeSet::MISSION), None);
        // One of them suffices, and the other takes nothing away.
        let both = ScopeSet::NONE.with(RowScope::Own).with(RowScope::OwnOrganisation);
        assert_eq!(of(&NOTICE, both).as_deref(), Some(r#""notice"."organisation" = 'ORG-1'"#));
    }
}
