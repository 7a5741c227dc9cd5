//! A table as the struct of its rows declares it, with what can be checked by this struct alone.

use syn::{Data, DeriveInput, Fields, Ident, LitStr, meta::ParseNestedMeta, parenthesized};

use crate::{
    column::{Column, Role},
    words::{doc, once, only, table_name, value},
};

/// A table.
pub struct Table {
    /// The name of its type.
    pub name: LitStr,
    /// What a row is.
    pub doc: String,
    /// Several of its rows.
    pub plural: LitStr,
    /// Its name in the database.
    pub table: LitStr,
    /// How a row leads to its case: a variant of `CasePath`.
    pub path: Ident,
    /// Its list at the root.
    pub list: Option<Entry>,
    /// The field at the root for one row.
    pub one: Option<Entry>,
    /// What its input says.
    pub input: Option<LitStr>,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A field of the schema and what it says.
pub struct Entry {
    /// The field.
    pub name: Ident,
    /// What the schema says of it.
    pub doc: LitStr,
}

#[derive(Default)]
struct Said {
    name: Option<LitStr>,
    plural: Option<LitStr>,
    path: Option<Ident>,
    list: Option<Entry>,
    one: Option<Entry>,
    input: Option<LitStr>,
}

impl Table {
    /// The table of a struct of rows.
    ///
    /// # Errors
    /// What is missing, unknown or contradicts itself, each where it stands.
    pub fn of(rows: &DeriveInput) -> syn::Result<Self> {
        let Data::Struct(data) = &rows.data else {
            return Err(syn::Error::new(rows.ident.span(), "a table is declared by the struct of its rows"));
        };
        let Fields::Named(fields) = &data.fields else {
            return Err(syn::Error::new(rows.ident.span(), "the columns of a table have names"));
        };
        let attribute = only(&rows.attrs, "table")?;
        let missing = |what: &str| syn::Error::new(rows.ident.span(), format!("#[table(...)] has to say {what}"));
        let mut said = Said::default();
        attribute.ok_or_else(|| missing("what the table is"))?.parse_nested_meta(|meta| said.word(&meta))?;
        let table = Self {
            name: said.name.ok_or_else(|| missing("`name`, the type of the schema"))?,
            doc: doc(&rows.attrs),
            plural: said.plural.ok_or_else(|| missing("`plural`, several rows within a sentence"))?,
            table: table_name(&rows.attrs)?,
            path: said.path.ok_or_else(|| missing("`path`, how a row leads to its case"))?,
            list: said.list,
            one: said.one,
            input: said.input,
            columns: fields.named.iter().map(Column::of).collect::<syn::Result<_>>()?,
        };
        table.mistake().map_or(Ok(table), Err)
    }

    /// What is wrong among its columns.
    fn mistake(&self) -> Option<syn::Error> {
        for name in ["mission_id", "id", "version"] {
            if self.column(name).is_none() {
                return Some(syn::Error::new(self.name.span(), format!("a table has a column `{name}`")));
            }
        }
        self.columns.iter().find_map(|column| self.unknown(column).or_else(|| self.written(column)))
    }

    /// A column that another one names, and that is not there.
    fn unknown(&self, column: &Column) -> Option<syn::Error> {
        let ordered = match &column.role {
            Role::Link(link) => link.back.as_ref().and_then(|back| back.order.as_ref()),
            Role::Key(text) => Some(text),
            _ => None,
        };
        let named = ordered.into_iter().chain(column.said.classified_by.as_ref().map(|classified| &classified.by));
        let mut unknown = named.filter(|named| self.column(&named.to_string()).is_none());
        unknown.next().map(|name| syn::Error::new(name.span(), format!("this table has no column `{name}`")))
    }

    /// A column that clients write, of a table whose input says nothing.
    fn written(&self, column: &Column) -> Option<syn::Error> {
        let is_written = column.said.write || column.said.needed;
        (is_written && self.input.is_none()).then(|| {
            syn::Error::new(
                column.name.span(),
                "clients write this column: `input` of #[table(...)] says what their input is",
            )
        })
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Said {
    fn word(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match word.as_str() {
            "name" => once(&mut self.name, meta, value(meta)),
            "plural" => once(&mut self.plural, meta, value(meta)),
            "path" => once(&mut self.path, meta, value(meta)),
            "list" => once(&mut self.list, meta, entry(meta)),
            "one" => once(&mut self.one, meta, entry(meta)),
            "input" => once(&mut self.input, meta, value(meta)),
            _ => Err(meta.error("a table knows these words: name, plural, path, list, one, input")),
        }
    }
}

/// `list(cases, "Cases.")`.
fn entry(meta: &ParseNestedMeta<'_>) -> syn::Result<Entry> {
    let content;
    parenthesized!(content in meta.input);
    let name = content.parse()?;
    content.parse::<syn::Token![,]>()?;
    let entry = Entry { name, doc: content.parse()? };
    content.parse::<Option<syn::Token![,]>>()?;
    if content.is_empty() { Ok(entry) } else { Err(content.error("a field and what it says, no more")) }
}
