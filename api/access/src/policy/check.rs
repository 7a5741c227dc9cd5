//! What must hold of the policy files together: everything that they name exists, an overlay only tightens, a class has a rule,
//! and a grant can be met by some row.

use std::collections::BTreeSet;

use super::{Action, Classes, DisclosureTier, PolicyFiles, RowScope, Rule};

/// Every problem, one line each.
pub(super) fn problems(files: &PolicyFiles, classes: &Classes) -> Vec<String> {
    let roles: BTreeSet<&str> = files.roles.iter().map(|row| row.role.as_str()).collect();
    let mut problems: Vec<String> = files.roles.iter().flat_map(|row| places(&row.role, &row.held_in)).collect();
    if roles.len() != files.roles.len() {
        problems.push("roles.csv: a role stands there twice".to_owned());
    }
    let sources = std::iter::once(("rules.csv".to_owned(), &files.rules, false))
        .chain(files.overlays.iter().map(|(mission, rules)| (format!("missions/{mission}.csv"), rules, true)));
    for (file, rules, overlay) in sources {
        for rule in rules {
            problems.extend(rule_problems(rule, &roles, classes, overlay).into_iter().map(|problem| {
                format!(
                    "{file}: {},{},{},{},{}: {problem}",
                    rule.role, rule.class, rule.action, rule.scope, rule.effect
                )
            }));
        }
    }
    problems.extend(classes_without_a_rule(files, classes));
    problems
}

fn places(role: &str, held_in: &str) -> Vec<String> {
    let unknown = held_in.split_ascii_whitespace().filter(|place| !["mission", "region", "everywhere"].contains(place));
    unknown.map(|place| format!("roles.csv: {role}: no such place: {place}")).collect()
}

fn rule_problems(rule: &Rule, roles: &BTreeSet<&str>, classes: &Classes, overlay: bool) -> Vec<String> {
    let mut problems = Vec::new();
    if !roles.contains(rule.role.as_str()) {
        problems.push(format!("no such role: {}", rule.role));
    }
    let deny = rule.effect == "deny";
    if !deny && rule.effect != "allow" {
        problems.push(format!("the effect must be allow or deny, not {}", rule.effect));
    }
    if overlay && !deny {
        problems.push("an overlay can only tighten: its effect must be deny".to_owned());
    }
    let every_scope = deny && rule.scope == "*";
    if rule.action == Action::Count.name() {
        if rule.class != "statistics" {
            problems.push("count is for the class statistics alone".to_owned());
        }
        if !every_scope && !DisclosureTier::ALL.iter().any(|tier| tier.name() == rule.scope) {
            problems.push(format!("no such disclosure tier: {}", rule.scope));
        }
    } else {
        let (class, action) = (classes.by_name(&rule.class), Action::from_name(&rule.action));
        if action.is_none() {
            problems.push(format!("no such action: {}", rule.action));
        }
        if class.is_none() {
            problems.push(format!("no such class: {}", rule.class));
        }
        if let (Some(class), Some(action)) = (class, action)
            && !classes.actions(class).contains(&action)
        {
            let others = classes.actions(class).map(Action::name).join(" and ");
            problems.push(format!("what one may do with {} is {others}", rule.class));
        }
        match RowScope::from_name(&rule.scope) {
            None if !every_scope => problems.push(format!("no such scope: {}", rule.scope)),
            Some(scope) if !deny => problems.extend(tables_without(scope, &rule.class, classes)),
            _ => {}
        }
    }
    problems
}

/// The tables of a class that have no rows which could ever be in a scope: a grant would look like one and give nothing.
fn tables_without(scope: RowScope, class: &str, classes: &Classes) -> Vec<String> {
    let tables = classes.by_name(class).into_iter().flat_map(|class| classes.tables(class));
    let unfit = tables.filter(|table| !scope.fits(table));
    unfit.map(|table| format!("no row of {} can be in the scope {}", table.name, scope.name())).collect()
}

fn classes_without_a_rule(files: &PolicyFiles, classes: &Classes) -> Vec<String> {
    let ruled: BTreeSet<&str> = files.rules.iter().map(|rule| rule.class.as_str()).collect();
    let without = classes.iter().map(|class| classes.name(class)).filter(|class| !ruled.contains(class));
    without.map(|class| format!("rules.csv: the class {class} has no rule")).collect()
}
