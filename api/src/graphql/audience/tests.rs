//! What is there somebody of the audience can reach, and what is absent nobody can: of the policy that ships, and of policies that
//! lack one field each.

use std::collections::BTreeSet;

use apollo_compiler::schema::ExtendedType;

use super::reach::roles;
use super::*;
use crate::access::policy::{Action, Policy, Rule};
use crate::graphql::schema;

fn whole() -> Schema {
    parsed(&schema::print(&schema::running())).unwrap()
}

fn shipped() -> Policy {
    Policy::shipped().unwrap()
}

fn valid(schema: &Schema) -> Schema {
    let text = schema.to_string();
    async_graphql::parser::parse_schema(&text).unwrap();
    let read = Schema::parse_and_validate(&text, "schema").map_err(|wrong| wrong.errors.to_string());
    read.unwrap().into_inner()
}

/// The coordinates of the members of types of one ending, as fields of the type that they are about: `Case.status` of `CaseFilter.status`.
fn members(schema: &Schema, ending: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, ty) in &schema.types {
        let Some(about) = name.strip_suffix(ending) else { continue };
        let members: Vec<&str> = match ty {
            ExtendedType::Object(object) if ending.is_empty() => {
                object.fields.keys().map(|name| name.as_str()).collect()
            }
            ExtendedType::InputObject(input) if !ending.is_empty() => {
                input.fields.keys().map(|name| name.as_str()).collect()
            }
            _ => continue,
        };
        found.extend(members.into_iter().map(|member| format!("{about}.{member}")));
    }
    found
}

/// The governed members that are there.
fn governed(schema: &Schema, ending: &str, reach: &Reach) -> BTreeSet<String> {
    members(schema, ending).intersection(reach.governed()).cloned().collect()
}

fn split(field: &str) -> (&str, &str) {
    field.split_once('.').unwrap()
}

/// Which audience a role belongs to is where it may be held, and its name.
#[test]
fn every_role_has_its_audience() {
    let policy = shipped();
    let of = |audience| roles(&policy, audience).collect::<Vec<_>>();
    let in_missions = ["case_worker", "case_supervisor", "data_entry", "mission_analyst", "mission_admin"];
    assert_eq!(of(ViewerKind::Mission), [&in_missions[..], &["data_protection_officer"]].concat());
    let wide = ["regional_analyst", "hq_analyst", "hq_protection", "data_protection_officer"];
    assert_eq!(of(ViewerKind::Headquarters), wide);
    assert_eq!(of(ViewerKind::Partner), ["partner_provider", "partner_researcher"]);
}

/// Asked of the compiled decisions of each role: a field is there if one role sees it and the row that it is in, and, of a link, one
/// the rows that it leads to.
#[test]
fn a_field_is_there_if_a_role_can_see_it() {
    let (policy, whole) = (shipped(), whole());
    for audience in ViewerKind::ALL {
        let reach = Reach::of(&policy, audience).unwrap();
        let left = cut(&whole, &reach);
        let decisions: Vec<_> =
            roles(&policy, audience).map(|role| policy.compile_now(&[role.to_owned()], None).unwrap()).collect();
        let may = |field: &str, action| {
            let of_field = |object: &str| object == field || object.starts_with(&format!("{field}["));
            let classes = policy.classes();
            let ruling: Vec<_> = classes.iter().filter(|class| classes.objects(*class).any(of_field)).collect();
            assert!(!ruling.is_empty(), "{field}");
            let row = classes.of(&format!("{}.id", split(field).0)).unwrap();
            decisions.iter().any(|role| {
                !role.scopes(row, Action::Read).is_none()
                    && ruling.iter().any(|class| !role.scopes(*class, action).is_none())
            })
        };
        for field in governed(&whole, "", &reach) {
            let (ty, name) = split(&field);
            // A link is there if the row that it leads to is.
            let there = whole.type_field(ty, name).unwrap().ty.inner_named_type();
            let there = format!("{there}.id");
            let leads_on = !reach.governed().contains(&there) || may(&there, Action::Read);
            assert_eq!(
                left.type_field(ty, name).is_ok(),
                leads_on && may(&field, Action::Read),
                "{audience:?} {field}"
            );
        }
        for field in governed(&whole, "Input", &reach) {
            let is_there = members(&left, "Input").contains(&field);
            assert_eq!(is_there, may(&field, Action::Write), "{audience:?} {field}");
        }
        valid(&left);
    }
}

/// What the audiences are for shows in what they lack.
#[test]
fn audiences_differ_by_what_they_can_see() {
    let (policy, text) = (shipped(), schema::print(&schema::running()));
    let of = |audience| absent(&text, &policy, audience).unwrap();
    assert_eq!(of(ViewerKind::Mission), [""; 0]);
    let headquarters = of(ViewerKind::Headquarters);
    assert!(headquarters.contains(&"Mutation".to_owned()) && !headquarters.contains(&"Trafficker".to_owned()));
    let partner = of(ViewerKind::Partner);
    let all = ["Trafficker", "TraffickingEpisode", "Referral", "Consent", "Mutation", "IndividualInput"];
    let parts = ["Case.owner", "CaseFilter.riskLevel", "CaseOrderField.OWNER", "Case.referrals", "Query.referrals"];
    for name in all.into_iter().chain(parts) {
        assert!(partner.contains(&name.to_owned()), "{name}: {partner:?}");
    }
    for there in ["Case", "Query.cases", "Case.exploitations", "CaseOrderField.INDIVIDUAL_FAMILY_NAME", "Statistics"] {
        assert!(!partner.contains(&there.to_owned()), "{there}");
    }
}

/// Each governed field in turn is seen and written by nobody: it goes from objects, filters, inputs and orders, nothing else of its
/// type does but what it alone led to, and what is left is a schema.
#[test]
fn what_one_field_takes_with_it() {
    let (policy, whole) = (shipped(), whole());
    let reach = Reach::of(&policy, ViewerKind::Mission).unwrap();
    for field in reach.governed() {
        let (ty, name) = split(field);
        let left = valid(&cut(&whole, &reach.without(field)));
        if name == "id" {
            for gone in [ty.to_owned(), format!("{ty}Connection"), format!("{ty}Edge")] {
                assert!(!left.types.contains_key(gone.as_str()), "{gone} without {field}");
            }
            continue;
        }
        for ending in ["", "Filter", "Input"] {
            goes_alone(&whole, &left, field, ending);
        }
        let order = |schema: &Schema| {
            let orders = schema.get_enum(&format!("{ty}OrderField"));
            orders.is_some_and(|orders| orders.values.contains_key(screaming(name).as_str()))
        };
        assert!(!order(&left), "order by {field}");
    }
    let kept = members(&cut(&whole, &reach), "Filter");
    assert_eq!(kept, members(&whole, "Filter"), "with every field nothing goes");
}

/// A field goes from a type, and of the type's other fields none does; but an input goes with what it cannot do without.
fn goes_alone(whole: &Schema, left: &Schema, field: &str, ending: &str) {
    let (ty, name) = split(field);
    let (before, after) = (members(whole, ending), members(left, ending));
    assert!(!after.contains(field), "{field} in {ty}{ending}");
    let input = whole.get_input_object(&format!("{ty}{ending}"));
    let is_needed = input.and_then(|input| input.fields.get(name)).is_some_and(|field| field.is_required());
    for other in before.iter().filter(|other| split(other).0 == ty && *other != field) {
        // A list goes with the link that leads back to it.
        let is_list = ending.is_empty()
            && whole.type_field(ty, split(other).1).unwrap().ty.inner_named_type().ends_with("Connection");
        assert!(is_list || after.contains(other) != is_needed, "{other} in {ty}{ending} without {field}");
    }
}

/// A name as enumerations have it: `FAMILY_NAME`.
fn screaming(name: &str) -> String {
    name.chars().fold(String::new(), |mut screaming, letter| {
        if letter.is_uppercase() {
            screaming.push('_');
        }
        screaming.push(letter.to_ascii_uppercase());
        screaming
    })
}

/// A list is there if somebody may see which of its rows belong to the row that has it.
#[test]
fn a_list_needs_the_link_that_leads_back() {
    let (policy, whole) = (shipped(), whole());
    let reach = Reach::of(&policy, ViewerKind::Mission).unwrap();
    for (link, list) in [
        ("TraffickingEpisode.case", "Case.episodes"),
        ("Exploitation.case", "Case.exploitations"),
        ("Exploitation.episode", "TraffickingEpisode.exploitations"),
        ("Case.individual", "Individual.cases"),
        ("NarrativePassage.narrative", "Narrative.passages"),
    ] {
        assert!(whole.type_field(split(list).0, split(list).1).is_ok(), "{list}");
        let left = cut(&whole, &reach.without(link));
        assert!(left.type_field(split(list).0, split(list).1).is_err(), "{list} without {link}");
    }
}

/// A list can be searched while somebody may see anything that the search looks into.
#[test]
fn a_search_needs_something_to_look_into() {
    let (policy, whole) = (shipped(), whole());
    let reach = Reach::of(&policy, ViewerKind::Mission).unwrap();
    let names = ["Individual.givenNames", "Individual.familyName", "Individual.identityNumber"];
    for (list, searched) in [
        ("individuals", &names[..]),
        ("cases", &[&names[..], &["Case.caseNumber"]].concat()[..]),
        ("narratives", &["NarrativePassage.text"][..]),
        ("referrals", &["Referral.organisation"][..]),
    ] {
        let has = |reach: &Reach| {
            let left = cut(&whole, reach);
            let field = left.type_field("Query", list).unwrap();
            field.argument_by_name("search").is_some()
        };
        assert!(
            has(&reach) && searched.iter().all(|field| searched.len() == 1 || has(&reach.without(field))),
            "{list}"
        );
        assert!(!has(&searched.iter().fold(reach.clone(), |reach, field| reach.without(field))), "{list}");
    }
}

/// A mutation goes with the right to run it, and comes with the right to ask for it, whatever fields somebody may write.
#[test]
fn a_mutation_is_there_for_who_runs_or_asks() {
    let whole = whole();
    let mutations = |schema: &Schema| {
        let root = schema.get_object("Mutation");
        root.map(|root| root.fields.keys().map(|name| name.to_string()).collect::<Vec<_>>()).unwrap_or_default()
    };
    let of = |change: fn(&mut Vec<Rule>)| {
        let mut files = shipped().files().clone();
        change(&mut files.rules);
        let reach = Reach::of(&Policy::new(files).unwrap(), ViewerKind::Mission).unwrap();
        mutations(&valid(&cut(&whole, &reach)))
    };
    let mut all = mutations(&whole);
    assert_eq!(of(|_| ()), all);
    let denies = |rules: &mut Vec<Rule>| {
        for rule in rules.iter_mut().filter(|rule| rule.class == "command.updateCase") {
            rule.effect = "deny".to_owned();
        }
    };
    all.retain(|mutation| mutation != "updateCase");
    assert_eq!(of(denies), all);
    let asks = |rules: &mut Vec<Rule>| {
        for rule in rules.iter_mut().filter(|rule| rule.class == "command.updateCase") {
            rule.action = "ask".to_owned();
        }
    };
    assert_eq!(of(asks), of(|_| ()));
}

/// Whoever may do nothing sees who they are, the missions and the vocabularies.
#[test]
fn nobody_is_left_with_what_policy_does_not_govern() {
    let whole = whole();
    let reach = Reach::of(&shipped(), ViewerKind::Mission).unwrap().nothing();
    let left = valid(&cut(&whole, &reach));
    let query = left.get_object("Query").unwrap();
    let fields: Vec<_> = query.fields.keys().map(|name| name.as_str()).collect();
    assert_eq!(fields, ["codeList", "mission", "missions", "node", "nodes", "viewer"]);
    assert!(left.get_object("Mutation").is_none() && left.get_object("Statistics").is_none());
    assert_eq!(left.types.keys().filter(|name| name.starts_with("Case")).count(), 0);
}
