//! Reading attributes: words that stand alone, words with a value, and comments.

use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, meta::ParseNestedMeta};

/// Sets a word that stands alone.
///
/// # Errors
/// Where it was set before.
pub fn flag(is_set: &mut bool, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if std::mem::replace(is_set, true) { Err(meta.error("this stands here twice")) } else { Ok(()) }
}

/// Sets the value of a word, once it is read.
///
/// # Errors
/// Where it was set before, or cannot be read.
pub fn once<T>(place: &mut Option<T>, meta: &ParseNestedMeta<'_>, value: syn::Result<T>) -> syn::Result<()> {
    match place.replace(value?) {
        Some(_) => Err(meta.error("this stands here twice")),
        None => Ok(()),
    }
}

/// The value of `word = value`.
///
/// # Errors
/// Where none follows, or one of another kind.
pub fn value<T: syn::parse::Parse>(meta: &ParseNestedMeta<'_>) -> syn::Result<T> {
    meta.value()?.parse()
}

/// What a comment says, without the spaces around each line. The schema says it in the same way.
pub fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(said) if said.path.is_ident("doc") => match &said.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The attribute with this name.
///
/// # Errors
/// Where there are two.
pub fn only<'a>(attributes: &'a [Attribute], name: &str) -> syn::Result<Option<&'a Attribute>> {
    let mut named = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    let first = named.next();
    match named.next() {
        Some(second) => Err(syn::Error::new_spanned(second, format!("one #[{name}] is enough"))),
        None => Ok(first),
    }
}

/// The name of the table in the database, as the entity has it: `#[sea_orm(table_name = "case_file")]`.
///
/// # Errors
/// Where it says none.
pub fn table_name(attributes: &[Attribute]) -> syn::Result<LitStr> {
    let mut name = None;
    if let Some(of_entity) = only(attributes, "sea_orm")? {
        of_entity.parse_nested_meta(|meta| match meta.path.is_ident("table_name") {
            true => once(&mut name, &meta, value(&meta)),
            false => meta.value().and_then(|said| said.parse::<Expr>()).map(|_| ()),
        })?;
    }
    name.ok_or_else(|| {
        syn::Error::new(
            proc_macro2::Span::call_site(),
            "say the name in the database: #[sea_orm(table_name = \"...\")]",
        )
    })
}

/// `family_name` becomes `familyName`.
pub fn lower_camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capital(word))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
