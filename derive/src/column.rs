//! One column as its field declares it.

use syn::ext::IdentExt as _;
use syn::{Attribute, Field, Ident, LitStr, Path, Type, meta::ParseNestedMeta, parenthesized, spanned::Spanned};

use crate::words::{doc, flag, lower_camel, once, only, value};

/// A column.
pub struct Column {
    /// Its name in the database.
    pub name: Ident,
    /// The type of its values.
    pub ty: Type,
    /// What its comment says.
    pub doc: String,
    /// What it is in its row.
    pub role: Role,
    /// What is said of it.
    pub said: Said,
}

/// What a column is in its row.
pub enum Role {
    /// `mission_id`.
    Mission,
    /// `id`.
    Id,
    /// `version`.
    Version,
    /// A value.
    Leaf,
    /// A reference.
    Link(Box<Link>),
    /// The matching key of this column.
    Key(Ident),
    /// Nobody sees it.
    Hidden,
}

/// The words of a column that stand alone or have a plain value.
#[derive(Default)]
pub struct Said {
    /// Lists can be filtered by it.
    pub filter: bool,
    /// Lists can be ordered by it.
    pub order: bool,
    /// A search looks into it.
    pub search: bool,
    /// Clients may write it.
    pub write: bool,
    /// A new row needs it.
    pub needed: bool,
    /// The database keeps no row without it.
    pub required: bool,
    /// Causeway fills it.
    pub derived: bool,
    /// Its name in HTCDS.
    pub htcds: Option<LitStr>,
    /// What inputs say of it.
    pub input: Option<LitStr>,
    /// What decides its class.
    pub classified_by: Option<Classified>,
    /// Whose row it says that it is: a variant of `Whose`.
    pub whose: Option<Ident>,
}

/// What decides the class of a column.
pub struct Classified {
    /// The column.
    pub by: Ident,
    /// The code as which a row without one counts.
    pub unknown: Path,
}

/// Where a reference leads.
pub struct Link {
    /// The module of the table.
    pub to: Ident,
    /// The list that leads back.
    pub back: Option<Back>,
    /// The leaves of the linked row by which lists can be ordered.
    pub order: Vec<Ident>,
}

/// A list that leads back.
pub struct Back {
    /// Its field.
    pub field: Ident,
    /// What the schema says of it.
    pub doc: LitStr,
    /// The column by which it is ordered.
    pub order: Option<Ident>,
    /// Whether a search goes on to its rows.
    pub search: bool,
}

impl Column {
    /// The column of a field.
    ///
    /// # Errors
    /// What cannot be said of it.
    pub fn of(field: &Field) -> syn::Result<Self> {
        let name = field.ident.clone().ok_or_else(|| syn::Error::new(field.span(), "a column needs a name"))?;
        let mut said = Said::default();
        let role = match name.to_string().as_str() {
            "mission_id" => Role::Mission,
            "id" => Role::Id,
            "version" => Role::Version,
            _ => declared(&name, &field.attrs, &mut said)?,
        };
        if matches!(role, Role::Mission | Role::Id | Role::Version) {
            said.required = true;
            said.derived = matches!(role, Role::Version);
        }
        let column = Self { ty: field.ty.clone(), doc: doc(&field.attrs), role, said, name };
        column.contradiction().map_or(Ok(()), |why| Err(syn::Error::new(column.name.span(), why)))?;
        Ok(column)
    }

    /// The field of the schema; none for what no client can name.
    pub fn field(&self) -> Option<String> {
        let name = self.name.unraw().to_string();
        match &self.role {
            Role::Mission | Role::Key(_) | Role::Hidden => None,
            Role::Id | Role::Version | Role::Leaf => Some(lower_camel(&name)),
            Role::Link(_) => Some(lower_camel(name.strip_suffix("_id").unwrap_or(&name))),
        }
    }

    /// Why what is said of it cannot all be true.
    fn contradiction(&self) -> Option<&'static str> {
        let is_written = self.said.write || self.said.needed;
        if self.doc.is_empty() {
            return Some("say in a comment what the column means");
        }
        if is_written && self.said.derived {
            return Some("what Causeway derives no client writes: `derived`, or `write` and `needed`");
        }
        (self.said.input.is_some() && !is_written).then_some("`input` describes what clients write: `write` is missing")
    }
}

/// The role that the attributes of a field give it.
fn declared(name: &Ident, attributes: &[Attribute], said: &mut Said) -> syn::Result<Role> {
    let [column, link, key, hidden] = [
        only(attributes, "column")?,
        only(attributes, "reference")?,
        only(attributes, "key")?,
        only(attributes, "hidden")?,
    ];
    match (column, link, key, hidden) {
        (None, None, None, None) => Ok(Role::Leaf),
        (Some(column), None, None, None) => {
            column.parse_nested_meta(|meta| said.word(&meta))?;
            Ok(Role::Leaf)
        }
        (None, Some(attribute), None, None) => link_of(name, attribute, said),
        (None, None, Some(key), None) => key.parse_args().map(Role::Key),
        (None, None, None, Some(hidden)) => {
            if !matches!(hidden.meta, syn::Meta::Path(_)) {
                hidden.parse_nested_meta(|meta| match meta.path.is_ident("required") {
                    true => flag(&mut said.required, &meta),
                    false => Err(meta.error("what is hidden knows this word alone: required")),
                })?;
            }
            Ok(Role::Hidden)
        }
        _ => Err(syn::Error::new(
            name.span(),
            "one of #[column], #[reference], #[key] and #[hidden]: a column has one role",
        )),
    }
}

impl Said {
    fn word(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match word.as_str() {
            "filter" => flag(&mut self.filter, meta),
            "order" => flag(&mut self.order, meta),
            "search" => flag(&mut self.search, meta),
            "write" => flag(&mut self.write, meta),
            "needed" => flag(&mut self.needed, meta),
            "required" => flag(&mut self.required, meta),
            "derived" => flag(&mut self.derived, meta),
            "htcds" => once(&mut self.htcds, meta, value(meta)),
            "input" => once(&mut self.input, meta, value(meta)),
            "classified_by" => once(&mut self.classified_by, meta, classified_by(meta)),
            "whose" => once(&mut self.whose, meta, value(meta)),
            _ => Err(meta.error(
                "a column knows these words: filter, order, search, write, needed, required, derived, htcds, input, classified_by, whose",
            )),
        }
    }
}

fn link_of(name: &Ident, attribute: &Attribute, said: &mut Said) -> syn::Result<Role> {
    if !name.to_string().ends_with("_id") {
        return Err(syn::Error::new(
            name.span(),
            "a reference is named after the field that follows it: `case_id` of `case`",
        ));
    }
    let (mut to, mut back, mut order) = (None, None, Vec::new());
    attribute.parse_nested_meta(|meta| {
        let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match word.as_str() {
            "to" => once(&mut to, &meta, value(&meta)),
            "back" => once(&mut back, &meta, back_of(&meta)),
            "order" => meta.parse_nested_meta(|leaf| {
                order.push(leaf.path.require_ident()?.clone());
                Ok(())
            }),
            "filter" => flag(&mut said.filter, &meta),
            "search" => flag(&mut said.search, &meta),
            "required" => flag(&mut said.required, &meta),
            _ => Err(meta.error("a reference knows these words: to, back, order, filter, search, required")),
        }
    })?;
    let to = to.ok_or_else(|| syn::Error::new_spanned(attribute, "say where it leads: `to = case_file`"))?;
    Ok(Role::Link(Box::new(Link { to, back, order })))
}

/// `classified_by(classification, unknown = PassageClassification::Identifying)`.
fn classified_by(meta: &ParseNestedMeta<'_>) -> syn::Result<Classified> {
    let content;
    parenthesized!(content in meta.input);
    let by = content.parse()?;
    content.parse::<syn::Token![,]>()?;
    let word: Ident = content.parse()?;
    if word != "unknown" {
        return Err(syn::Error::new(word.span(), "say how a row without a class counts: `unknown = ...`"));
    }
    content.parse::<syn::Token![=]>()?;
    Ok(Classified { by, unknown: content.parse()? })
}

/// `back(episodes, "Times through the process.", order = number, search)`.
fn back_of(meta: &ParseNestedMeta<'_>) -> syn::Result<Back> {
    let content;
    parenthesized!(content in meta.input);
    let field = content.parse()?;
    content.parse::<syn::Token![,]>()?;
    let mut back = Back { field, doc: content.parse()?, order: None, search: false };
    while content.parse::<Option<syn::Token![,]>>()?.is_some() && !content.is_empty() {
        let word: Ident = content.parse()?;
        match word.to_string().as_str() {
            "order" => {
                content.parse::<syn::Token![=]>()?;
                back.order = Some(content.parse()?);
            }
            "search" => back.search = true,
            _ => return Err(syn::Error::new(word.span(), "a list that leads back knows these words: order, search")),
        }
    }
    Ok(back)
}
