//! What is hidden stays hidden from who asks over the public interface: in every order of the dimensions, by what lines leave,
//! and by what an answer says of itself.

use std::collections::{BTreeMap, BTreeSet};

use causeway_tests::gateway::some_case;
use causeway_tests::{Client, Gateway, Result, both};
use serde_json::{Value, json};

/// The keys of a cell, each with its dimension.
type Keys = BTreeSet<(String, Option<String>)>;
/// The counts of cells under their keys; none for the suppressed ones.
type Cells = BTreeMap<Keys, Option<i64>>;

const DOCUMENT: &str =
    "query($by: [Dimension!]!, $filter: StatisticsFilter) { statistics(groupBy: $by, filter: $filter) {
    total suppressedCells cells { keys count } } }";

/// An answer: its cells and its total.
async fn ask(client: &Client, by: &[&str], filter: Value) -> Result<(Cells, Option<i64>)> {
    let data = client.data(DOCUMENT, json!({ "by": by, "filter": filter })).await?;
    cells(by, &data["statistics"])
}

fn cells(by: &[&str], answer: &Value) -> Result<(Cells, Option<i64>)> {
    let mut cells = Cells::new();
    for cell in answer["cells"].as_array().ok_or("no cells")? {
        let keys = cell["keys"].as_array().ok_or("no keys")?.iter().map(|key| key.as_str().map(str::to_owned));
        let keys = by.iter().map(|name| (*name).to_owned()).zip(keys).collect();
        assert!(cells.insert(keys, cell["count"].as_i64()).is_none(), "a cell stands there twice");
    }
    let suppressed = cells.values().filter(|count| count.is_none()).count();
    assert_eq!(answer["suppressedCells"], json!(suppressed));
    Ok((cells, answer["total"].as_i64()))
}

fn orders<'a>(of: &[&'a str]) -> Vec<Vec<&'a str>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let first = |at: usize| {
        let mut rest = of.to_vec();
        let first = rest.remove(at);
        orders(&rest).into_iter().map(move |rest| [vec![first], rest].concat())
    };
    (0..of.len()).flat_map(first).collect()
}

/// Hidden cells that everybody knows nevertheless: each is the only one of a line whose total is shown.
fn told(table: &Cells, by_one: &BTreeMap<&str, Cells>) -> BTreeMap<Keys, i64> {
    let lines = by_one.values().flatten().filter_map(|(keys, total)| Some((keys, (*total)?)));
    let only = lines.filter_map(|(keys, total)| {
        let mut cells = table.iter().filter(|(candidate, _)| keys.is_subset(candidate));
        let (cell, count) = cells.next()?;
        (count.is_none() && cells.next().is_none()).then(|| (cell.clone(), total))
    });
    only.collect()
}

/// For every line of a table what its total leaves, and how many cells share that: those that are listed without a count and not
/// told otherwise. A line whose cells nothing could protect has none, since they are not even listed.
fn remainders(table: &Cells, total: Option<i64>, by_one: &BTreeMap<&str, Cells>) -> Vec<(i64, i64)> {
    let told = told(table, by_one);
    let line = |in_it: &dyn Fn(&Keys) -> bool, total: i64| {
        let cells = table.iter().filter(|(keys, _)| in_it(keys));
        cells.fold((total, 0), |(left, hidden), (keys, count)| match count.as_ref().or_else(|| told.get(keys)) {
            Some(count) => (left - count, hidden),
            None => (left, hidden + 1),
        })
    };
    let mut lines: Vec<(i64, i64)> = total.map(|total| line(&|_| true, total)).into_iter().collect();
    for (keys, total) in by_one.values().flatten() {
        if let Some(total) = total {
            lines.push(line(&|candidate| keys.is_subset(candidate), *total));
        }
    }
    lines
}

both! {
    /// MAJORITY_STATUS x REGION x YEAR_OF_REGISTRATION hid other cells in each of its six orders, and together they gave one.
    async fn every_order_hides_the_same_cells(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 400).await?;
        let mut tried = 0;
        for role in ["hq_analyst@*", "mission_analyst@UA"] {
            let client = gateway.as_role(role)?;
            for by in [&["MAJORITY_STATUS", "REGION", "YEAR_OF_REGISTRATION"][..], &["GENDER", "MAJORITY_STATUS", "REGION"], &["CITIZENSHIP", "DATA_SOURCE"]] {
                let first = ask(&client, by, Value::Null).await?;
                tried += usize::from(first.0.values().any(Option::is_none) && first.0.values().any(Option::is_some));
                for order in orders(by) {
                    assert_eq!(ask(&client, &order, Value::Null).await?, first, "{role} {order:?}");
                }
            }
            let flows = "query($from: Dimension!, $to: Dimension!) { flows(from: $from, to: $to) { total suppressedCells cells { keys count } } }";
            let mut both = Vec::new();
            for (from, to) in [("CITIZENSHIP", "AGE_BAND"), ("AGE_BAND", "CITIZENSHIP")] {
                let data = client.data(flows, json!({ "from": from, "to": to })).await?;
                both.push(cells(&[from, to], &data["flows"])?);
            }
            assert_eq!(both[0], both[1], "{role}");
            assert_eq!(both[0], ask(&client, &["AGE_BAND", "CITIZENSHIP"], Value::Null).await?, "{role}");
        }
        let analyst = gateway.as_role("hq_analyst@*")?;
        assert!(tried > 1, "hardly a table has both: {tried}");
        let filters = [
            "{ gender: { in: [\"FEMININE\", \"MASCULINE\"] }, dataSource: { eq: \"CASE_MANAGEMENT\" } }",
            "{ dataSource: { in: [\"CASE_MANAGEMENT\"] }, gender: { in: [\"MASCULINE\", \"FEMININE\", \"MASCULINE\"] } }",
        ];
        let mut answers = Vec::new();
        for filter in filters {
            let document = format!("{{ statistics(groupBy: [REGION, YEAR_OF_REGISTRATION], filter: {filter}) {{ total suppressedCells cells {{ keys count }} }} }}");
            let data = analyst.data(&document, Value::Null).await?;
            answers.push(cells(&["REGION", "YEAR_OF_REGISTRATION"], &data["statistics"])?);
        }
        assert_eq!(answers[0], answers[1]);
        Ok(())
    }

    /// What a line's total leaves is shared by so many cells that each of them may have many counts; it is not their number.
    async fn what_a_line_leaves_is_more_than_one_for_each(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 400).await?;
        let mut tried = 0;
        for role in ["hq_analyst@*", "mission_analyst@UA", "partner_researcher@UA"] {
            let client = gateway.as_role(role)?;
            let dimensions = ["CITIZENSHIP", "AGE_BAND", "GENDER", "COUNTRY_OF_EXPLOITATION", "YEAR_OF_REGISTRATION", "MISSION"];
            let mut alone = BTreeMap::new();
            for dimension in dimensions {
                let (table, total) = ask(&client, &[dimension], Value::Null).await?;
                for (left, hidden) in remainders(&table, total, &BTreeMap::new()) {
                    assert!(hidden == 0 || left - hidden >= 11, "{role} {dimension}: {left} for {hidden}");
                }
                alone.insert(dimension, table);
            }
            for (at, one) in dimensions.iter().enumerate() {
                for other in &dimensions[at + 1..] {
                    let (table, total) = ask(&client, &[*one, *other], Value::Null).await?;
                    let by_one = alone.iter().filter(|(name, _)| *name == one || *name == other);
                    let by_one = by_one.map(|(name, cells)| (*name, cells.clone())).collect();
                    for (left, hidden) in remainders(&table, total, &by_one) {
                        assert!(hidden == 0 || left - hidden >= 11, "{role} {one} x {other}: {left} for {hidden}");
                        tried += usize::from(hidden > 0);
                    }
                }
            }
        }
        assert!(tried > 20, "hardly a line has hidden cells: {tried}");
        Ok(())
    }

    /// Whether an answer was remembered tells whether somebody wrote. It is said to those alone who see exact figures.
    async fn an_outsider_does_not_hear_of_writes(db: &TestDatabase) -> Result {
        let gateway = Gateway::with_demo(db, 40).await?;
        let document = "{ statistics(missions: [UA]) { cache tier } flows(missions: [UA]) { cache } }";
        let worker = gateway.as_role("case_worker@UA")?;
        let outsiders = ["mission_analyst@UA", "mission_admin@UA", "regional_analyst@region:RO Vienna", "hq_analyst@*", "partner_researcher@UA"];
        for _ in 0..3 {
            for role in outsiders {
                let answer = gateway.as_role(role)?.data(document, Value::Null).await?;
                assert_eq!((&answer["statistics"]["cache"], &answer["flows"]["cache"]), (&Value::Null, &Value::Null), "{role}");
                assert_ne!(answer["statistics"]["tier"], "EXACT");
            }
            let exactly = worker.data(document, Value::Null).await?;
            assert_eq!(exactly["statistics"]["tier"], "EXACT");
            assert_eq!(worker.data(document, Value::Null).await?["statistics"]["cache"], "HIT");
            worker.register(some_case()).await?;
            assert_eq!(worker.data(document, Value::Null).await?["statistics"]["cache"], "MISS");
        }
        Ok(())
    }
}
