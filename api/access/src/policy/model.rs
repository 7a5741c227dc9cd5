//! What a model must decide, whatever the rules are: a model that loads and means something else by them would open
//! everything at once. It refuses a model that answers one of a few probes wrongly, and names it.

use casbin::CoreApi;
use entity::CountryCode;

use super::{Rule, add_role_set, enforcer, role_set_name};

/// What is wrong with the model.
pub(super) fn problems(model: &str) -> Vec<String> {
    let wrong = wrong(model).unwrap_or_else(|error| vec![error.to_string()]);
    wrong.into_iter().map(|problem| format!("model.conf: {problem}")).collect()
}

/// How many of the rules are known, who asks, for which mission, class, action and scope, the right answer, and what a
/// wrong one means.
type Probe<'a> = (usize, &'a [&'a str], [&'a str; 4], bool, &'a str);

fn wrong(model: &str) -> casbin::Result<Vec<String>> {
    let allow = rule("reader", "own", "allow");
    let (deny, deny_all) = (rule("other", "own", "deny"), rule("third", "*", "deny"));
    let mission = CountryCode::UNALLOCATED;
    let rules = [(None, &allow), (Some(mission), &deny), (None, &deny_all)];
    let (here, elsewhere) = (mission.as_str(), "elsewhere");
    // Only the first rule is known to the probes of it: a denial elsewhere must not hide a wrong answer.
    let probes: [Probe<'_>; 9] = [
        (1, &["reader"], [here, "names", "read", "own"], true, "a rule that allows must allow"),
        (1, &["nobody"], [here, "names", "read", "own"], false, "a rule must hold for its role alone"),
        (1, &["reader"], [here, "texts", "read", "own"], false, "a rule must hold for its class alone"),
        (1, &["reader"], [here, "names", "write", "own"], false, "a rule must hold for its action alone"),
        (1, &["reader"], [here, "names", "read", "mission"], false, "a rule must hold for its scope alone"),
        (3, &["other", "reader"], [here, "names", "read", "own"], false, "a denial must win"),
        (3, &["other", "reader"], [elsewhere, "names", "read", "own"], true, "a rule must hold in its mission alone"),
        (3, &["reader", "third"], [here, "names", "read", "own"], false, "a denial of every scope must deny each"),
        (3, &["reader"], [here, "names", "read", "own"], true, "a denial must hold for its role alone"),
    ];
    let mut wrong = Vec::new();
    for (known, roles, [mission, class, action, scope], expected, problem) in probes {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let mut enforcer = enforcer(model, &rules[..known])?;
        add_role_set(&mut enforcer, &roles)?;
        if enforcer.enforce((role_set_name(&roles).as_str(), mission, class, action, scope))? != expected {
            wrong.push(problem.to_owned());
        }
    }
    Ok(wrong)
}

fn rule(role: &str, scope: &str, effect: &str) -> Rule {
    let [role, scope, effect] = [role, scope, effect].map(str::to_owned);
    Rule { role, class: "names".to_owned(), action: "read".to_owned(), scope, effect }
}
