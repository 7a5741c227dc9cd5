//! Adds counts up over missions and writes them as statistics: cells with texts for keys, the largest first.

use std::cmp::Reverse;
use std::collections::HashMap;

use causeway_tests::Result;
use serde::Serialize;

use super::cell::Cell;
use super::replay::Rows;

#[derive(Serialize)]
struct Data<'a> {
    data: Outer<'a>,
}

#[derive(Serialize)]
struct Outer<'a> {
    statistics: Statistics<'a>,
}

#[derive(Serialize)]
struct Statistics<'a> {
    total: i64,
    cells: Vec<Counted<'a>>,
}

#[derive(Serialize)]
struct Counted<'a> {
    keys: Vec<Option<&'a str>>,
    count: i64,
    suppressed: bool,
}

/// The whole answer; none where no statement counted.
pub fn answer(rows: &[Rows], dimensions: &[(String, Vec<String>)]) -> Result<Option<Vec<u8>>> {
    let counted = rows.iter().find_map(|rows| Some((rows, rows.columns.place("cases")?)));
    let Some((rows, cases)) = counted else { return Ok(None) };
    let places: Vec<(usize, &[String])> = dimensions
        .iter()
        .map(|(column, names)| Some((rows.columns.place(column)?, names.as_slice())))
        .collect::<Option<_>>()
        .ok_or("the statement that counts lacks a dimension")?;
    let mut groups: HashMap<Vec<Option<&str>>, i64> = HashMap::new();
    for row in &rows.rows {
        let keys = places.iter().map(|(at, names)| key(&row[*at], names)).collect();
        *groups.entry(keys).or_default() += row[cases].number().unwrap_or_default();
    }
    let mut groups: Vec<(Vec<Option<&str>>, i64)> = groups.into_iter().collect();
    groups.sort_by_key(|(keys, count)| {
        (Reverse(*count), keys.iter().map(|key| (key.is_none(), *key)).collect::<Vec<_>>())
    });
    let total = groups.iter().map(|(_, count)| count).sum();
    let cells = groups.into_iter().map(|(keys, count)| Counted { keys, count, suppressed: false });
    let statistics = Statistics { total, cells: cells.collect() };
    Ok(Some(serde_json::to_vec(&Data { data: Outer { statistics } })?))
}

fn key<'a>(cell: &Cell, names: &'a [String]) -> Option<&'a str> {
    cell.number().and_then(|at| names.get(usize::try_from(at).ok()?)).map(String::as_str)
}
