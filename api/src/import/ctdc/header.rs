//! Recognises a release by its header; where two have the same, it is the later one until the values tell. It refuses a
//! header with a column too many or too few, and says which; it refuses to repeat a first line that is no header, because
//! that may be a row.

use std::{collections::BTreeSet, fmt};

use super::{Release, columns::Field};

/// Stata cuts names to so many characters, and some copies have been through it. Names are compared up to here.
const STATA: usize = 32;

/// So much of an unknown name is repeated, in characters.
const LONGEST_NAME: usize = 60;

/// The original files carry this as a column of its own.
const TERMS: &str = "By using this data you agree";

/// The columns of a file in its own order.
#[derive(Debug)]
pub(super) struct Header {
    /// The release.
    pub(super) release: Release,
    /// The columns, each with what it becomes.
    pub(super) columns: Vec<(&'static str, Field)>,
}

/// What is wrong with the first line.
#[derive(Debug, PartialEq, Eq)]
pub enum HeaderProblem {
    /// Most of it is not known in any release.
    NoHeader,
    /// It is nearly that of a release.
    Differs {
        /// The release that comes nearest.
        release: Release,
        /// Columns of the release that the file does not have.
        missing: Vec<&'static str>,
        /// Columns of the file that the release does not have.
        unknown: Vec<String>,
        /// Columns that the file has more than once.
        repeated: Vec<&'static str>,
    },
}

impl fmt::Display for HeaderProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader => {
                let titles: Vec<&str> = Release::ALL.iter().map(|release| release.title()).collect();
                write!(
                    formatter,
                    "the first line is not the header of a release that is known, separated by commas or tabs: {}",
                    titles.join("; ")
                )
            }
            Self::Differs { release, missing, unknown, repeated } => {
                write!(formatter, "the header is not that of {}", release.title())?;
                let unknown: Vec<&str> = unknown.iter().map(String::as_str).collect();
                for (what, names) in [("missing", missing), ("unknown", &unknown), ("more than once", repeated)] {
                    if !names.is_empty() {
                        write!(formatter, "; {what}: {}", names.join(", "))?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// The release that has these columns, in whatever order.
pub(super) fn recognise(names: &[String]) -> Result<Header, HeaderProblem> {
    let names: Vec<&str> = names.iter().map(|name| name.trim_start_matches('\u{feff}').trim()).collect();
    let nearest = Release::ALL.into_iter().min_by_key(|release| distance(*release, &names));
    let release = nearest.ok_or(HeaderProblem::NoHeader)?;
    let found: Vec<Option<(&'static str, Field)>> = names.iter().map(|name| column(release, name)).collect();
    let known = found.iter().flatten().count();
    if known * 2 <= names.len() {
        return Err(HeaderProblem::NoHeader);
    }
    let problem = differences(release, &names, &found);
    match problem {
        Some(problem) => Err(problem),
        None => Ok(Header { release, columns: found.into_iter().flatten().collect() }),
    }
}

fn differences(release: Release, names: &[&str], found: &[Option<(&'static str, Field)>]) -> Option<HeaderProblem> {
    let mut seen = BTreeSet::new();
    let repeated: Vec<_> = found.iter().flatten().map(|(name, _)| *name).filter(|name| !seen.insert(*name)).collect();
    let missing: Vec<_> = release.columns().iter().map(|(name, _)| *name).filter(|name| !seen.contains(name)).collect();
    let unknown: Vec<_> =
        names.iter().zip(found).filter(|(_, found)| found.is_none()).map(|(name, _)| shown(name)).collect();
    let differs = !(repeated.is_empty() && missing.is_empty() && unknown.is_empty());
    differs.then_some(HeaderProblem::Differs { release, missing, unknown, repeated })
}

/// How many columns the file has that the release has not, and the other way round.
fn distance(release: Release, names: &[&str]) -> usize {
    let common: BTreeSet<&str> = names.iter().filter_map(|name| column(release, name)).map(|(name, _)| name).collect();
    (names.len() + release.columns().len()).saturating_sub(2 * common.len())
}

fn column(release: Release, name: &str) -> Option<(&'static str, Field)> {
    if name.starts_with(TERMS) {
        return Some((TERMS, Field::LeftBehind("the terms of use, which are no data")));
    }
    release.columns().iter().find(|(own, _)| *own == name || is_cut(own, name)).copied()
}

/// Whether a name is another one cut to Stata's length.
fn is_cut(whole: &str, name: &str) -> bool {
    name.len() == STATA && whole.starts_with(name)
}

fn shown(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect::<String>().escape_debug().to_string()
}
