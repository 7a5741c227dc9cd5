//! Names that fit a culture: `data/names.txt`, parsed once. The lists hold common names and no real person's.

use std::{collections::BTreeMap, sync::LazyLock};

use super::draw::Draw;

const TEXT: &str = include_str!("data/names.txt");

/// The names of every culture in the file, by its name.
pub(super) static CULTURES: LazyLock<BTreeMap<&'static str, Culture>> = LazyLock::new(|| read(TEXT));

/// The names of one language or cultural region.
#[derive(Default)]
pub(super) struct Culture {
    pub(super) female: Vec<Spelling>,
    pub(super) male: Vec<Spelling>,
    pub(super) family: Vec<Spelling>,
    two_families: bool,
    /// Whether the family name is said first.
    pub(super) family_first: bool,
}

/// One name: masculine and feminine form, in Latin letters and in the original script where that is another one.
#[derive(Clone, Copy)]
pub(super) struct Spelling {
    pub(super) latin: [&'static str; 2],
    pub(super) original: Option<[&'static str; 2]>,
}

/// Which forms of a name fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Masculine = 0,
    Feminine = 1,
}

impl Culture {
    /// Given names and family name. `original` asks for the original script, where the culture has one.
    pub(super) fn name(&self, draw: &mut Draw, form: Form, original: bool) -> (String, String) {
        let given = if form == Form::Feminine { &self.female } else { &self.male };
        let given = spelt(draw.pick(given), form, original);
        let family = spelt(draw.pick(&self.family), form, original);
        if self.two_families && draw.percent(80) {
            let second = spelt(draw.pick(&self.family), form, original);
            return (given.to_owned(), format!("{family} {second}"));
        }
        (given.to_owned(), family.to_owned())
    }

    /// Whether names are also written in another script.
    pub(super) fn has_original(&self) -> bool {
        self.family.first().is_some_and(|name| name.original.is_some())
    }
}

fn spelt(name: Option<Spelling>, form: Form, original: bool) -> &'static str {
    let forms = name.map(|name| name.original.filter(|_| original).unwrap_or(name.latin));
    forms.map_or("", |forms| forms[form as usize])
}

fn read(text: &'static str) -> BTreeMap<&'static str, Culture> {
    let mut cultures: BTreeMap<&'static str, Culture> = BTreeMap::new();
    let mut current = "";
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            current = name;
        } else if let Some((key, list)) = line.split_once(':') {
            let culture = cultures.entry(current).or_default();
            let names = list.split(',').map(|name| spelling(name.trim()));
            match key {
                "female" => culture.female.extend(names),
                "male" => culture.male.extend(names),
                "family" => culture.family.extend(names),
                "families" => culture.two_families = true,
                _ => culture.family_first = true,
            }
        }
    }
    cultures
}

fn spelling(text: &'static str) -> Spelling {
    let forms = |text: &'static str| {
        let (masculine, feminine) = text.split_once('/').unwrap_or((text, text));
        [masculine, feminine]
    };
    match text.split_once('=') {
        Some((latin, original)) => Spelling { latin: forms(latin), original: Some(forms(original)) },
        None => Spelling { latin: forms(text), original: None },
    }
}
