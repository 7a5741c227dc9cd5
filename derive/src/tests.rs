//! What is made of a table, as a file that is reviewed, and what is said of declarations that are wrong.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::{declared::Table, expand};

/// What the macro makes of a struct.
fn made(rows: &str) -> syn::Result<String> {
    let rows = syn::parse_str(rows)?;
    Ok(expand::table(&Table::of(&rows)?).to_string())
}

/// The struct of rows in the file of an entity.
fn rows(entity: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entity/src").join(entity);
    let text = fs::read_to_string(file).unwrap();
    let end = text.find("\n}\n").unwrap() + 3;
    let begins = text.find("pub struct Model").unwrap();
    let begins = text[..begins].rfind("\n\n").unwrap();
    text[begins..end].to_owned()
}

/// As `cargo fmt` would write it.
fn formatted(code: &str) -> String {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is part of the toolchain");
    rustfmt.stdin.take().unwrap().write_all(code.as_bytes()).unwrap();
    let output = rustfmt.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The expansion of one table, for reviewers. To write it anew: `UPDATE_GOLDEN=1 cargo test -p causeway-derive`.
#[test]
fn the_expansion_is_the_one_that_was_reviewed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("expansions/narrative_passage.rs");
    let made = formatted(&made(&rows("narrative_passage.rs")).unwrap());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &made).unwrap();
    }
    let reviewed = fs::read_to_string(&file).unwrap_or_default();
    assert!(made == reviewed, "{} is stale; write it anew with UPDATE_GOLDEN=1", file.display());
}

/// A struct with columns beside the three that every table has.
fn with(table: &str, columns: &str) -> String {
    format!(
        "#[sea_orm(table_name = \"t\")] #[table({table})] struct Model {{
            /// The mission.
            mission_id: CountryCode,
            /// The id.
            id: Uuid,
            /// The version.
            version: Option<i32>,
            {columns}
        }}"
    )
}

const TABLE: &str = "name = \"T\", plural = \"ts\", path = Child";

/// What is said of a struct that is wrong.
fn said(rows: &str) -> String {
    made(rows).expect_err("this is wrong").to_string()
}

#[test]
fn a_table_that_is_wrong_is_told_what_would_be_right() {
    assert_eq!(said("#[table(name = \"T\")] enum Model {}"), "a table is declared by the struct of its rows");
    assert_eq!(said("struct Model { id: Uuid }"), "#[table(...)] has to say what the table is");
    assert_eq!(said(&with("name = \"T\"", "")), "#[table(...)] has to say `plural`, several rows within a sentence");
    assert_eq!(said(&with("colour = 3", "")), "a table knows these words: name, plural, path, list, one, input");
    assert_eq!(said(&with("name = \"T\", name = \"U\"", "")), "this stands here twice");
    assert_eq!(said(&with("list(rows, \"Rows.\", 3)", "")), "a field and what it says, no more");
    let unnamed = with(TABLE, "").replace("#[sea_orm(table_name = \"t\")]", "");
    assert_eq!(said(&unnamed), "say the name in the database: #[sea_orm(table_name = \"...\")]");
    let without = with(TABLE, "").replace("version:", "revision:");
    assert_eq!(said(&without), "a table has a column `version`");
}

#[test]
fn a_column_that_is_wrong_is_told_what_would_be_right() {
    let said = |column: &str| said(&with(TABLE, &format!("/// Words.\n{column}")));
    let words = "a column knows these words: filter, order, search, write, needed, required, derived, htcds, input, classified_by, whose";
    assert_eq!(said("#[column(colour)] a: Option<String>"), words);
    assert_eq!(said("#[column(filter, filter)] a: Option<String>"), "this stands here twice");
    assert_eq!(said("#[column(filter)] #[column(order)] a: Option<String>"), "one #[column] is enough");
    let role = "one of #[column], #[reference], #[key] and #[hidden]: a column has one role";
    assert_eq!(said("#[column(filter)] #[hidden] a: Option<String>"), role);
    let derived = "what Causeway derives no client writes: `derived`, or `write` and `needed`";
    assert_eq!(said("#[column(write, derived)] a: Option<String>"), derived);
    let unwritten = "`input` describes what clients write: `write` is missing";
    assert_eq!(said("#[column(input = \"A.\")] a: Option<String>"), unwritten);
    let inputless = "clients write this column: `input` of #[table(...)] says what their input is";
    assert_eq!(said("#[column(write)] a: Option<String>"), inputless);
    assert_eq!(said("#[key(b)] a_key: Option<String>"), "this table has no column `b`");
    assert_eq!(said("#[column(classified_by(b, unknown = B::C))] a: Option<String>"), "this table has no column `b`");
    let unclassified = "say how a row without a class counts: `unknown = ...`";
    assert_eq!(said("#[column(classified_by(b, worst = B::C))] a: Option<String>"), unclassified);
    assert_eq!(said("#[hidden(filter)] a: Option<String>"), "what is hidden knows this word alone: required");
    assert_eq!(self::said(&with(TABLE, "a: Option<String>")), "say in a comment what the column means");
}

/// A column may have the name of a word of the language.
#[test]
fn a_raw_name_is_the_name_without_its_mark() {
    let made = made(&with(TABLE, "/// What it is.\nr#type: Option<String>")).unwrap();
    for said in ["name : \"type\"", "field : Some (\"type\")", "object : Some (\"T.type\")", "r#type : None"] {
        assert!(made.contains(said), "{said}: {made}");
    }
}

#[test]
fn a_link_that_is_wrong_is_told_what_would_be_right() {
    let said = |column: &str| said(&with(TABLE, &format!("/// Words.\n{column}")));
    let unnamed = "a reference is named after the field that follows it: `case_id` of `case`";
    assert_eq!(said("#[reference(to = case_file)] case: Option<Uuid>"), unnamed);
    assert_eq!(said("#[reference(required)] case_id: Option<Uuid>"), "say where it leads: `to = case_file`");
    let words = "a reference knows these words: to, back, order, filter, search, required";
    assert_eq!(said("#[reference(to = case_file, write)] case_id: Option<Uuid>"), words);
    let back = "a list that leads back knows these words: order, search";
    assert_eq!(said("#[reference(to = case_file, back(ts, \"Ts.\", filter))] case_id: Option<Uuid>"), back);
    let order = "this table has no column `day`";
    assert_eq!(said("#[reference(to = case_file, back(ts, \"Ts.\", order = day))] case_id: Option<Uuid>"), order);
}
