//! A search: each of its words stands somewhere in the columns that the viewer may see, in any order. Every column goes through
//! its mask, as in a filter.

use entity::table::Column;
use sea_orm::sea_query::{Expr, ExprTrait};

use super::keys;
use super::mask::{Mask, Masks, plain};
use crate::error::{ClientError, Result};
use crate::text;

/// The most words of a search. Each is looked for in each column of each row. Few people have names of more words; those who
/// have are found by some of them.
const MOST_WORDS: usize = 20;

/// The rows in which every word is found, over the columns that are visible.
///
/// # Errors
/// `FORBIDDEN` where no column is visible in any row, `BAD_INPUT` for a text without a word.
pub(super) fn condition(masks: &Masks<'_>, columns: &[&'static Column], text: &str) -> Result<Expr> {
    let words = words(text)?;
    let columns = columns.iter().map(|column| column.key().unwrap_or(column));
    let visible: Vec<(Expr, Mask)> = columns
        .map(|column| (plain(column), masks.compared(column)))
        .filter(|(_, mask)| *mask != Mask::Withheld)
        .collect();
    let Some((_, mask)) = visible.first() else {
        let nothing = format!("nothing of {} that could be searched is visible to you", masks.table().name);
        return Err(ClientError::Forbidden(nothing).into());
    };
    // Columns that are visible in the same rows, as names mostly are, are one question about the row and not one for each word.
    if visible.iter().all(|(_, other)| other == mask) {
        let bare: Vec<Expr> = visible.iter().map(|(column, _)| column.clone()).collect();
        return Ok(mask.over(found(&words, &bare)).unwrap_or_else(|| Expr::value(false)));
    }
    let masked: Vec<Expr> = visible.iter().filter_map(|(column, mask)| mask.over(column.clone())).collect();
    Ok(found(&words, &masked))
}

/// Each word in any of the columns.
fn found(words: &[String], columns: &[Expr]) -> Expr {
    let anywhere =
        |word: &String| columns.iter().map(|column| keys::contains(column.clone(), word)).reduce(ExprTrait::or);
    words.iter().filter_map(anywhere).reduce(ExprTrait::and).unwrap_or_else(|| Expr::value(false))
}

fn words(text: &str) -> Result<Vec<String>> {
    let words = text::words(text);
    match words.len() {
        0 => Err(ClientError::bad_input("search", "must have a letter or a digit").into()),
        1..=MOST_WORDS => Ok(words),
        _ => Err(ClientError::bad_input("search", format!("must have at most {MOST_WORDS} words")).into()),
    }
}
