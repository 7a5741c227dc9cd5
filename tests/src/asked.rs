//! What tests asked a gateway for, noted for the last step of `./check`, which compares it with the schema: the module
//! `coverage` of the suite reads it. Nothing is noted unless `CAUSEWAY_TEST_TEMP` is set.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Result;

/// The longest text of a document that is noted: longer ones are about limits.
const LONGEST: usize = 50_000;

/// A document that was answered without an error.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    /// By whom: memberships.
    pub who: Vec<String>,
    /// The document, with empty texts in it.
    pub document: String,
    /// The variables, without texts and numbers.
    pub variables: Value,
    /// What of the answer there was: `true` stands for a value, and lists are laid over each other.
    pub answer: Value,
}

/// A file, and what stands in it.
type Notes = Mutex<(File, HashSet<String>)>;

/// Those of this process.
static NOTES: LazyLock<Option<Notes>> = LazyLock::new(|| {
    let file = folder()?.join(crate::random());
    std::fs::create_dir_all(file.parent()?).ok()?;
    Some(Mutex::new((OpenOptions::new().create_new(true).append(true).open(file).ok()?, HashSet::new())))
});

/// Where the notes are, one file a process.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    std::env::var_os("CAUSEWAY_TEST_TEMP").map(|temp| PathBuf::from(temp).join("asked"))
}

/// Notes a request, unless something was wrong with it or the same is noted.
///
/// # Errors
/// When the note cannot be written.
pub(crate) fn note(who: &[String], body: &str, answer: &Value) -> Result {
    let Some(notes) = &*NOTES else { return Ok(()) };
    let fine = answer["errors"].is_null() && answer["data"].is_object() && body.len() < LONGEST;
    // A document that is named by its hash alone was noted when it was sent.
    let Some(request) = serde_json::from_str::<Value>(body).ok().filter(|request| fine && request["query"].is_string())
    else {
        return Ok(());
    };
    let line = serde_json::to_string(&Asked {
        who: who.to_vec(),
        document: without_texts(request["query"].as_str().unwrap_or_default()),
        variables: without_values(&request["variables"]),
        answer: laid_over(&answer["data"]),
    })?;
    let mut notes = notes.lock().map_err(|_| "another thread failed while it noted")?;
    if notes.1.insert(line.clone()) {
        writeln!(notes.0, "{line}")?;
    }
    Ok(())
}

/// A document with its texts emptied, so that documents that differ by names alone are one.
fn without_texts(document: &str) -> String {
    // Block texts and comments are rare: such a document stays as it is.
    if document.contains("\"\"\"") || document.contains('#') {
        return document.to_owned();
    }
    let mut kept = String::with_capacity(document.len());
    let (mut inside, mut escaped) = (false, false);
    for letter in document.chars() {
        let ends = letter == '"' && !escaped;
        if !inside || ends {
            kept.push(letter);
        }
        inside ^= ends;
        escaped = inside && letter == '\\' && !escaped;
    }
    kept
}

/// Variables without what stands in them, but for names of codes, which look like names.
fn without_values(value: &Value) -> Value {
    match value {
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') => value.clone(),
        Value::String(_) => Value::String(String::new()),
        Value::Number(_) => 0.into(),
        Value::Array(items) => {
            let mut kinds: Vec<Value> = Vec::new();
            for item in items.iter().map(without_values) {
                if !kinds.contains(&item) {
                    kinds.push(item);
                }
            }
            Value::Array(kinds)
        }
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), without_values(value))).collect::<Map<_, _>>().into()
        }
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

fn laid_over(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Array(items) => items.iter().map(laid_over).reduce(both).unwrap_or(Value::Null),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), laid_over(value))).collect::<Map<_, _>>().into()
        }
        _ => true.into(),
    }
}

/// What is there in one of two.
fn both(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, value) in other {
                let there = one.remove(&name).unwrap_or_default();
                one.insert(name, both(there, value));
            }
            one.into()
        }
        (Value::Null, there) | (there, _) => there,
    }
}

#[cfg(test)]
mod tests {
    use super::{laid_over, without_texts, without_values};
    use serde_json::json;

    #[test]
    fn a_note_holds_no_name() {
        let document = r#"{ cases(search: "O\"Neill \\", first: 2) { a1: id b: node(id: "") { id } } }"#;
        assert_eq!(without_texts(document), r#"{ cases(search: "", first: 2) { a1: id b: node(id: "") { id } } }"#);
        let variables =
            json!({ "order": [{ "field": "FAMILY_NAME" }], "ids": ["a", "b"], "name": "Ivanov", "first": 3 });
        let bare = json!({ "order": [{ "field": "FAMILY_NAME" }], "ids": [""], "name": "", "first": 0 });
        assert_eq!(without_values(&variables), bare);
    }

    #[test]
    fn a_value_in_any_row_is_a_value() {
        let rows = json!({ "nodes": [{ "a": null, "b": 1 }, { "a": false, "b": null, "c": [] }, null] });
        assert_eq!(laid_over(&rows), json!({ "nodes": { "a": true, "b": true, "c": null } }));
    }
}
