//! Text, in one place: the form in which it is stored, and the form in which it is compared and ordered. What is made here is
//! compared byte by byte, so that SQLite and PostgreSQL find and order the same, whatever the locale of the database.
//!
//! The folded form is stored beside the text as its matching key (`Table::keys` of the entities). Whoever changes what [`folded`] gives adds a
//! migration that sets the keys to null; `causeway migrate up` then makes them anew.

use any_ascii::any_ascii_char;
use sea_orm::Value;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

#[cfg(test)]
mod tests;

/// The form in which text is stored: NFC, so that one spelling is one text whatever keyboard wrote it.
#[must_use]
pub fn stored(text: &str) -> String {
    text.nfc().collect()
}

/// A value in the form in which it is stored; what is no text stays as it is.
#[must_use]
pub fn stored_value(value: Value) -> Value {
    match value {
        Value::String(Some(text)) => Value::from(stored(&text)),
        other => other,
    }
}

/// The form in which text is compared: compatibility forms resolved, accents taken away, letters of any script in Latin ones as
/// far as there are any, lower case, without apostrophes, one space for a run of spaces and hyphens. Letter by letter: what
/// stands in a text is found in it by its own spelling.
#[must_use]
pub fn folded(text: &str) -> String {
    let bare = text.nfkd().filter(|letter| !is_accent(*letter)).map(plain_arabic).nfc();
    bare.fold(String::with_capacity(text.len()), |mut folded, letter| {
        fold(letter, &mut folded);
        folded
    })
}

/// The words of a search, folded, each once. A word of which nothing is left, such as a hyphen, is none.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace().map(folded) {
        let word = word.trim();
        if !word.is_empty() && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

fn fold(letter: char, folded: &mut String) {
    let latin = latin(letter);
    if latin.is_empty() && !is_silent(letter) {
        folded.extend(letter.to_lowercase());
    }
    for letter in latin.chars() {
        match letter {
            '\'' | '`' => {}
            '-' => space(folded),
            letter if letter.is_ascii_whitespace() => space(folded),
            letter if letter.is_ascii_control() => {}
            letter => folded.push(letter.to_ascii_lowercase()),
        }
    }
}

fn space(folded: &mut String) {
    if !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// The letter in Latin letters; empty where there are none. A letter of which an apostrophe would be left, and emoji and other
/// signs that only have a name, stay what they are.
fn latin(letter: char) -> &'static str {
    match letter {
        // Alef and ayin, for which Latin has only an apostrophe: their vowel is what people write.
        '\u{0627}' | '\u{0639}' | '\u{05D0}' | '\u{05E2}' => "a",
        letter => {
            let latin = any_ascii_char(letter);
            let is_named = latin.len() > 3 && !letter.is_alphanumeric();
            let is_lost = letter.is_alphabetic() && latin.chars().all(|latin| matches!(latin, '\'' | '`'));
            if is_named || is_lost { "" } else { latin }
        }
    }
}

/// Accents and vowel points of scripts in which they come and go with the writer. Those of Indic scripts are letters and stay.
const fn is_accent(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}'..='\u{05C7}'
        | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06DC}'
        | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06ED}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Letters of Arabic script that writers exchange. What carries a hamza or a madda has lost it as an accent before.
const fn plain_arabic(letter: char) -> char {
    match letter {
        '\u{0671}' => '\u{0627}',                                        // alef wasla: alef
        '\u{0629}' | '\u{06C1}' | '\u{06BE}' | '\u{06D5}' => '\u{0647}', // ta marbuta, forms of heh: heh
        '\u{0649}' | '\u{06CC}' => '\u{064A}',                           // alef maksura, Farsi yeh: ya
        '\u{06A9}' => '\u{0643}',                                        // keheh: kaf
        letter => letter,
    }
}

/// What says nothing by itself: signs of hardness and softness, hamza, tatweel, marks without a Latin letter, joiners and
/// other invisible characters.
fn is_silent(letter: char) -> bool {
    matches!(letter,
        '\u{044A}' | '\u{044C}' | '\u{042A}' | '\u{042C}' | '\u{0621}' | '\u{0640}' | '\u{02B0}'..='\u{02FF}'
        | '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
        || letter.is_control()
        || is_combining_mark(letter)
}
