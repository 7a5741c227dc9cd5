//! What of the schema the other tests asked for: `./check` runs this behind them. A field of which no test got a value, an argument,
//! a field of an input or a value to order by that no test gave, and a governed field that some role never asked for are
//! untested, and have to stand in `tests/uncovered.txt`, which may only become shorter.

mod schema;
mod walk;

use causeway_tests::{Result, asked};
use std::collections::BTreeSet;
use std::path::Path;

use schema::Wanted;
use walk::Found;

/// The list of what nothing tests, and why, from the root of the project.
const LIST: &str = "tests/uncovered.txt";

/// What the list says: one name a line, and the reason behind `#`.
fn listed() -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(LIST))?;
    let names = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

#[test]
#[ignore = "looks at what all other tests asked for, behind them: `./check` runs it"]
fn everything_is_asked_for() -> Result {
    let folder = asked::folder().ok_or("CAUSEWAY_TEST_TEMP is not set: nothing was noted")?;
    let wanted = Wanted::read()?;
    let mut found = Found::default();
    for file in std::fs::read_dir(&folder).map_err(|cause| format!("{}: {cause}", folder.display()))? {
        for line in std::fs::read_to_string(file?.path())?.lines() {
            found.add(&wanted.schema, &serde_json::from_str(line)?)?;
        }
    }
    assert!(found.documents() > 500, "only {} documents were noted: the tests did not run", found.documents());
    let untested: BTreeSet<String> = wanted.names(&found)?;
    let listed = listed()?;
    let lines = |names: &mut dyn Iterator<Item = &String>| names.map(|name| format!("\n  {name}")).collect::<String>();
    let new = lines(&mut untested.difference(&listed));
    let stale = lines(&mut listed.difference(&untested));
    assert!(new.is_empty(), "no test asks for, or gets a value of:{new}\nWrite one; {LIST} should not grow.");
    assert!(stale.is_empty(), "tested by now, or not there: remove from {LIST}:{stale}");
    Ok(())
}
