//! Filters over three values. What is withheld or unknown meets neither a condition nor its contrary, at any depth and through
//! links: random conditions are asked of the gateway and evaluated here, over the values that each caller sees.

use crate::leaks::{found, half_blind, same};
use crate::oracle::{Condition, MaskedRow, Oracle, Sight, Stored, lists, table};
use causeway_tests::{Caller, Result, both};
use entity::table::{Column, Kind};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many random conditions each caller asks of each list. Each is asked with its contrary.
const CONDITIONS: usize = 20;

/// The columns of a table that a filter takes, of some kinds.
fn filtered(of_type: &str, is: impl Fn(&Column) -> bool) -> Vec<&'static Column> {
    let columns = table(of_type).columns.iter();
    columns.filter(|column| column.filter && is(column)).collect()
}

/// The texts.
fn texts(of_type: &str) -> Vec<&'static Column> {
    filtered(of_type, |column| matches!(column.kind, Kind::Text))
}

/// The numbers.
fn numbers(of_type: &str) -> Vec<&'static Column> {
    filtered(of_type, |column| matches!(column.kind, Kind::Number | Kind::Count))
}

/// The links that a filter goes through, each with the type to which it leads.
fn through(of_type: &str) -> Vec<(&'static str, &'static str)> {
    let links = filtered(of_type, |column| column.leads_to().is_some());
    links.iter().filter_map(|column| Some((column.field?, column.leads_to()?.name))).collect()
}

/// A condition on a number.
#[derive(Debug)]
enum OnNumber {
    Eq(i64),
    In(Vec<i64>),
    From(i64),
    Before(i64),
    IsNull(bool),
}

/// A condition of any depth.
#[derive(Debug)]
enum Tree {
    Text(&'static str, Condition),
    Number(&'static str, OnNumber),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Link(&'static str, Box<Tree>),
}

/// Everything that a caller sees, by type and id.
struct Seen(BTreeMap<&'static str, BTreeMap<String, MaskedRow>>);

impl Seen {
    fn by(sight: &Sight<'_>) -> Self {
        let by_id = |rows: Vec<MaskedRow>| rows.into_iter().map(|row| (row.key.1.to_string(), row)).collect();
        Self(entity::TABLES.iter().map(|table| (table.name, by_id(sight.masked(table.name)))).collect())
    }

    fn rows(&self, of_type: &str) -> &BTreeMap<String, MaskedRow> {
        &self.0[of_type]
    }

    /// Whether a condition holds for a row; none where that is unknown.
    fn holds(&self, of_type: &str, tree: &Tree, row: &MaskedRow) -> Option<bool> {
        match tree {
            Tree::Text(field, condition) => condition.holds(row.value(field)),
            Tree::Number(field, condition) => condition.holds(row.value(field)),
            Tree::All(parts) => all(parts.iter().map(|part| self.holds(of_type, part, row))),
            Tree::Any(parts) => {
                all(parts.iter().map(|part| self.holds(of_type, part, row).map(|held| !held))).map(|held| !held)
            }
            Tree::Not(inner) => self.holds(of_type, inner, row).map(|held| !held),
            Tree::Link(link, inner) => {
                let links = through(of_type);
                let (_, there) = links.iter().find(|(field, _)| field == link).expect("it has the link");
                let Some(Stored::Text(id)) = row.value(link) else { return None };
                self.holds(there, inner, self.rows(there).get(id)?)
            }
        }
    }

    /// The ids of the rows of which a condition is known to be true, and of those of which it is known to be false.
    fn known(&self, of_type: &str, tree: &Tree) -> [BTreeSet<String>; 2] {
        [true, false].map(|wanted| {
            let rows = self.rows(of_type).values();
            rows.filter(|row| self.holds(of_type, tree, row) == Some(wanted)).map(|row| row.id.clone()).collect()
        })
    }
}

/// False where one is, else unknown where one is, else true.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(false)) { Some(false) } else { parts.into_iter().collect::<Option<Vec<_>>>().map(|_| true) }
}

impl OnNumber {
    fn holds(&self, value: Option<&Stored>) -> Option<bool> {
        if let Self::IsNull(absent) = self {
            return Some(value.is_none() == *absent);
        }
        let Stored::Number(number) = value? else { panic!("not a number") };
        Some(match self {
            Self::Eq(wanted) => number == wanted,
            Self::In(wanted) => wanted.contains(number),
            Self::From(first) => number >= first,
            Self::Before(end) => number < end,
            Self::IsNull(_) => return None,
        })
    }

    fn input(&self) -> Value {
        match self {
            Self::Eq(number) => json!({ "eq": number }),
            Self::In(numbers) => json!({ "in": numbers }),
            Self::From(number) => json!({ "from": number }),
            Self::Before(number) => json!({ "before": number }),
            Self::IsNull(absent) => json!({ "isNull": absent }),
        }
    }
}

impl Tree {
    /// As GraphQL input.
    fn input(&self) -> Value {
        let each = |parts: &[Self]| parts.iter().map(Self::input).collect::<Vec<_>>();
        match self {
            Self::Text(field, condition) => json!({ *field: condition.input() }),
            Self::Number(field, condition) => json!({ *field: condition.input() }),
            Self::All(parts) => json!({ "and": each(parts) }),
            Self::Any(parts) => json!({ "or": each(parts) }),
            Self::Not(inner) => json!({ "not": inner.input() }),
            Self::Link(link, inner) => json!({ *link: inner.input() }),
        }
    }
}

/// Draws conditions that a caller may ask.
struct Draw<'a> {
    random: StdRng,
    sight: &'a Sight<'a>,
    seen: &'a Seen,
}

impl Draw<'_> {
    fn tree(&mut self, of_type: &'static str, depth: u32) -> Tree {
        if depth == 0 {
            return self.leaf(of_type);
        }
        match self.random.random_range(0..10) {
            0 | 1 => Tree::All(self.several(of_type, depth)),
            2 | 3 => Tree::Any(self.several(of_type, depth)),
            4..=6 => Tree::Not(Box::new(self.tree(of_type, depth - 1))),
            7 | 8 => match through(of_type).choose(&mut self.random) {
                Some((link, there)) if self.may_ask(of_type, link) && self.asks_something(there) => {
                    Tree::Link(link, Box::new(self.tree(there, depth - 1)))
                }
                _ => self.leaf(of_type),
            },
            _ => self.leaf(of_type),
        }
    }

    fn several(&mut self, of_type: &'static str, depth: u32) -> Vec<Tree> {
        (0..self.random.random_range(0..4)).map(|_| self.tree(of_type, depth - 1)).collect()
    }

    fn may_ask(&self, of_type: &str, field: &str) -> bool {
        !self.sight.never(&format!("{of_type}.{field}"))
    }

    /// The fields of a table that the caller may ask about; a number comes with `true`.
    fn fields(&self, of_type: &'static str) -> Vec<(&'static str, bool)> {
        let texts = texts(of_type).into_iter().map(|column| (column, false));
        let columns = texts.chain(numbers(of_type).into_iter().map(|column| (column, true)));
        let fields = columns.filter_map(|(column, is_number)| Some((column.field?, is_number)));
        fields.filter(|(field, _)| self.may_ask(of_type, field)).collect()
    }

    fn asks_something(&self, of_type: &'static str) -> bool {
        !self.fields(of_type).is_empty() && !self.seen.rows(of_type).is_empty()
    }

    fn leaf(&mut self, of_type: &'static str) -> Tree {
        let fields = self.fields(of_type);
        let (field, is_number) = *fields.choose(&mut self.random).expect("a field to ask about");
        // What really stands in some row, seen or hidden.
        let rows: Vec<&MaskedRow> = self.seen.rows(of_type).values().collect();
        let truth = rows.choose(&mut self.random).and_then(|row| row.truth[field].clone());
        if is_number {
            let Some(Stored::Number(number)) = truth else {
                return Tree::Number(field, OnNumber::IsNull(self.random.random()));
            };
            return Tree::Number(
                field,
                match self.random.random_range(0..5) {
                    0 => OnNumber::Eq(number),
                    1 => OnNumber::In(vec![number, number + 1]),
                    2 => OnNumber::From(number),
                    3 => OnNumber::Before(number),
                    _ => OnNumber::In(Vec::new()),
                },
            );
        }
        let Some(Stored::Text(text)) =
            truth.filter(|text| matches!(text, Stored::Text(text) if text.is_ascii() && text.len() > 1))
        else {
            return Tree::Text(field, Condition::IsNull(self.random.random()));
        };
        Tree::Text(
            field,
            match self.random.random_range(0..6) {
                0 => Condition::Eq(text),
                1 => Condition::In(vec![text, "nobody".to_owned()]),
                2 => Condition::Contains(text[1..].to_owned()),
                3 => Condition::StartsWith(text[..1].to_owned()),
                4 => Condition::In(Vec::new()),
                _ => Condition::IsNull(self.random.random()),
            },
        )
    }
}

both! {
    /// A condition finds the rows of which it is known to be true, its contrary those of which it is known to be false.
    async fn what_is_unknown_meets_nothing(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let [mut told, mut unknown] = [0, 0];
        for (seed, caller) in half_blind().into_iter().enumerate() {
            let client = gateway.as_caller(&caller)?;
            let sight = oracle.sight(caller);
            let seen = Seen::by(&sight);
            let mut draw = Draw { random: StdRng::seed_from_u64(seed as u64), sight: &sight, seen: &seen };
            for (list, of_type) in lists().map(|(list, table)| (list, table.name)) {
                if !draw.asks_something(of_type) {
                    continue;
                }
                for _ in 0..CONDITIONS {
                    let tree = draw.tree(of_type, 4);
                    let [yes, no] = seen.known(of_type, &tree);
                    told += usize::from(!yes.is_empty() && !no.is_empty());
                    unknown += usize::from(yes.len() + no.len() < seen.rows(of_type).len());
                    let filter = tree.input();
                    let who = format!("{:?}, {list}: {filter}", sight.caller.roles);
                    same(&found(&client, list, of_type, &filter).await?, &yes, &who);
                    same(&found(&client, list, of_type, &json!({ "not": filter })).await?, &no, &format!("{who}, not"));
                }
            }
        }
        // Conditions that nothing meets, or everything, would show little.
        assert!(told > 50 && unknown > 50, "{told} conditions divide the rows, {unknown} are unknown of some");
        Ok(())
    }

    /// The contrary of a condition on a linked row is the condition's contrary on that row.
    async fn a_contrary_goes_through_a_link(db: &TestDatabase) -> Result {
        let (gateway, oracle) = Oracle::over(db, 300).await?;
        let caller = Caller::of("case_worker@UA");
        let client = gateway.as_caller(&caller)?;
        let cases = oracle.sight(caller).masked("Case").len();
        let count = async |filter: Value| -> Result<usize> { Ok(found(&client, "cases", "Case", &filter).await?.len()) };
        let begins = json!({ "familyName": { "startsWith": "K" } });
        let around = count(json!({ "not": { "individual": begins } })).await?;
        let within = count(json!({ "individual": { "not": begins } })).await?;
        let itself = count(json!({ "individual": begins })).await?;
        let absent = count(json!({ "individual": { "familyName": { "isNull": true } } })).await?;
        assert_eq!(around, within);
        assert!(itself > 0 && within > 0 && absent > 0, "{itself} begin so, {within} do not, of {absent} that is not known");
        assert_eq!(itself + within + absent, cases, "each case is one of the three");
        assert_eq!(count(json!({ "not": { "not": { "individual": begins } } })).await?, itself);
        Ok(())
    }
}
