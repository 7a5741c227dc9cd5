//! `derive(Table)`: a table declares itself once, on the struct of its rows, and this makes data of the declaration: the static
//! `TABLE`, a blank row, and the few lines of `Governed` that tie it to the entity. No behaviour comes from here; ordinary code
//! reads the data.
//!
//! The words, by where they stand:
//!
//! | attribute | words |
//! |---|---|
//! | `#[table(...)]` on the struct | `name = "Case"`, `plural = "cases"`, `path = Itself`, `list(cases, "Cases.")`, `one(case, "...")`, `input = "..."` |
//! | `#[column(...)]` on a leaf | `filter`, `order`, `search`, `write`, `needed`, `required`, `derived`, `htcds = "prs_Gender"`, `input = "..."`, `classified_by(kind, unknown = Kind::Worst)`, `whose = Organisation` |
//! | `#[reference(...)]` on a reference, which is named `..._id` | `to = case_file`, `back(field, "...", order = number, search)`, `order(family_name)`, `filter`, `search`, `required` |
//! | `#[key(...)]` on a matching key | the text that it is made from |
//! | `#[hidden]`, `#[hidden(required)]` | what no client sees |
//!
//! `mission_id`, `id` and `version` are known by their names. Comments become descriptions in the schema. What a word means
//! stands at the field of `entity::table::Column` or `Table` that it fills. What one struct cannot know, such as whether a link
//! leads somewhere, `entity::check` finds out.

mod column;
mod declared;
mod expand;
#[cfg(test)]
mod tests;
mod words;

use proc_macro::TokenStream;

/// Makes `TABLE` and the `impl Governed` of the struct of a table's rows.
#[proc_macro_derive(Table, attributes(table, column, reference, key, hidden))]
pub fn table(rows: TokenStream) -> TokenStream {
    let made = syn::parse(rows).and_then(|rows| declared::Table::of(&rows)).map(|table| expand::table(&table));
    made.unwrap_or_else(syn::Error::into_compile_error).into()
}
