//! What a configuration that cannot be read says: the setting, the line of the file or the variable it comes from, and for a
//! name that does not exist the nearest one that does.

use std::path::Path;

use figment::{
    Figment,
    error::Kind,
    providers::Serialized,
    value::{Dict, Value},
};
use serde::de::DeserializeOwned;
use toml_edit::{ImDocument, TableLike};

/// How alike two names must be to be taken for each other, by Jaro and Winkler, from 0 to 1.
const ALIKE: f64 = 0.75;

/// More problems than anybody reads.
const MOST: usize = 50;

/// Something that is wrong.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// What it is, for the operator: one line.
    pub(super) text: String,
    /// The setting that it is about, such as `identity.issuers.0.missions`; for a name that does not exist the nearest one that
    /// does. Empty: nothing could be read.
    pub(super) setting: String,
}

impl Problem {
    /// One for which nothing could be read.
    pub(super) const fn of_all(text: String) -> Self {
        Self { text, setting: String::new() }
    }

    /// One that begins with its setting, with its line in the file.
    pub(super) fn judged(problem: &str, file: &Path) -> Self {
        Self { text: located(problem, file), setting: setting(problem) }
    }

    fn of_reading(error: &figment::Error, file: &Path, text: &str) -> Self {
        let mut path = path_of(error);
        match &error.kind {
            Kind::UnknownField(name, known) => {
                let meant = nearest(name, known).unwrap_or(name).to_owned();
                path.pop();
                path.push(meant);
            }
            Kind::MissingField(name) => path.push(name.clone().into_owned()),
            _ => {}
        }
        Self { text: describe_one(error, file, text), setting: path.join(".") }
    }
}

/// Reads what can be read, and says what is wrong with the rest: the first problem hides the others, so what has one is taken
/// out and the rest is read again. The file is where it was looked for. Where nothing is left, the last problem is of everything.
pub(super) fn read<T: DeserializeOwned + Default>(figment: &Figment, file: &Path) -> (T, Vec<Problem>) {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut problems = Vec::new();
    let mut read: Result<T, _> = figment.extract();
    let mut rest: Dict = figment.extract().unwrap_or_default();
    while let Err(error) = read {
        for error in error.clone() {
            let problem = Problem::of_reading(&error, file, &text);
            // What was taken out before is not missing.
            let is_told = matches!(error.kind, Kind::MissingField(_))
                && problems.iter().any(|told: &Problem| told.setting == problem.setting);
            problems.extend((!is_told).then_some(problem));
        }
        // Each of them, not the first alone.
        let mended = error.into_iter().filter(|error| mend(&mut rest, error)).count();
        if mended == 0 || problems.len() >= MOST {
            problems.iter_mut().rev().take(1).for_each(|last| last.setting.clear());
            return (T::default(), problems);
        }
        read = Figment::from(Serialized::defaults(rest.clone())).extract();
    }
    (read.unwrap_or_default(), problems)
}

/// Names the line of the setting with which a problem begins, such as `http.listen` or `identity.issuers[0].missions`.
pub(super) fn located(problem: &str, file: &Path) -> String {
    let path: Vec<String> = setting(problem).split('.').map(str::to_owned).collect();
    let text = std::fs::read_to_string(file).unwrap_or_default();
    match line(&text, &path) {
        Some(line) => format!("{}, line {line}: {problem}", file.display()),
        None => problem.to_owned(),
    }
}

/// The setting with which a problem begins, as a path: `identity.issuers.0.missions`.
pub(super) fn setting(problem: &str) -> String {
    problem.split([' ', ':']).next().unwrap_or_default().replace('[', ".").replace(']', "")
}

/// Where a problem is; that of a setting that does not exist has its name.
fn path_of(error: &figment::Error) -> Vec<String> {
    let mut path = error.path.clone();
    if let Kind::UnknownField(name, _) = &error.kind
        && path.last() != Some(name)
    {
        path.push(name.clone());
    }
    path
}

/// Takes what is wrong out, so that the rest can be read; whether anything could be done. A setting that has to be there, a text
/// in each place, is put in: without its table the numbers of those after it would change.
fn mend(settings: &mut Dict, error: &figment::Error) -> bool {
    if let Kind::MissingField(name) = &error.kind
        && let Some(table) = table(settings, &error.path)
        && !table.contains_key(name.as_ref())
    {
        table.insert(name.clone().into_owned(), Value::from(""));
        return true;
    }
    remove(settings, &path_of(error))
}

/// The table at a path.
fn table<'a>(settings: &'a mut Dict, path: &[String]) -> Option<&'a mut Dict> {
    let Some((first, rest)) = path.split_first() else { return Some(settings) };
    match (settings.get_mut(first)?, rest) {
        (Value::Dict(_, below), rest) => table(below, rest),
        (Value::Array(_, tables), [at, rest @ ..]) => match tables.get_mut(at.parse::<usize>().ok()?)? {
            Value::Dict(_, below) => table(below, rest),
            _ => None,
        },
        _ => None,
    }
}

/// Takes a setting out; whether it was there.
fn remove(settings: &mut Dict, path: &[String]) -> bool {
    match path {
        [] => false,
        [last] => settings.remove(last).is_some(),
        [first, rest @ ..] => match settings.get_mut(first) {
            Some(Value::Dict(_, below)) => remove(below, rest),
            Some(Value::Array(_, tables)) => {
                let table = rest[0].parse().ok().filter(|at| *at < tables.len());
                match (table, &rest[1..]) {
                    (Some(at), []) => drop(tables.remove(at)),
                    (Some(at), below) => match &mut tables[at] {
                        Value::Dict(_, settings) => return remove(settings, below),
                        _ => drop(tables.remove(at)),
                    },
                    (None, _) => return settings.remove(first).is_some(),
                }
                true
            }
            // What is wrong lies in a value that is no table: it goes as a whole.
            _ => settings.remove(first).is_some(),
        },
    }
}

fn describe_one(error: &figment::Error, file: &Path, text: &str) -> String {
    let path = path_of(error);
    let what = match &error.kind {
        Kind::UnknownField(name, known) => {
            let nearest = nearest(name, known).map(|nearest| format!("; did you mean {nearest}?")).unwrap_or_default();
            format!("there is no setting {}{nearest}", path.join("."))
        }
        _ if path.is_empty() => return error.to_string(),
        kind => format!("{}: {kind}", path.join(".")),
    };
    match line(text, &path) {
        Some(line) => format!("{}, line {line}: {what}", file.display()),
        None => what,
    }
}

fn nearest(name: &str, known: &'static [&'static str]) -> Option<&'static str> {
    let alike = known.iter().map(|known| (strsim::jaro_winkler(name, known), *known));
    alike.filter(|(alike, _)| *alike >= ALIKE).max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, known)| known)
}

/// The line of a setting in a file, counted from 1.
fn line(text: &str, path: &[String]) -> Option<usize> {
    let document = ImDocument::parse(text).ok()?;
    let mut table: &dyn TableLike = document.as_table();
    let (mut place, mut steps) = (None, path.iter());
    while let Some(step) = steps.next() {
        let (key, item) = table.get_key_value(step)?;
        place = key.span();
        table = match (item.as_array_of_tables(), item.as_table_like()) {
            // The next step is the number of a table.
            (Some(tables), _) => match steps.next() {
                Some(number) => tables.get(number.parse().ok()?)?,
                None => break,
            },
            (None, Some(table)) => table,
            (None, None) => break,
        };
    }
    place.map(|span| text[..span.start].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    /// What is said of a file.
    fn said(text: &str) -> String {
        let file = std::env::temp_dir().join(format!("causeway-problem-{}-{:x}.toml", std::process::id(), text.len()));
        std::fs::write(&file, text).unwrap();
        let said = Config::load(Some(&file)).unwrap_err().to_string();
        std::fs::remove_file(&file).unwrap();
        said.replace(&file.display().to_string(), "FILE")
    }

    #[test]
    fn a_typo_is_told_with_its_line_and_the_nearest_name() {
        for (text, wanted) in [
            (
                "# none\n\n[http]\nlisten_ = \"127.0.0.1:1\"\n",
                "FILE, line 4: there is no setting http.listen_; did you mean listen?",
            ),
            ("[htpp]\nlisten = \"127.0.0.1:1\"\n", "FILE, line 1: there is no setting htpp; did you mean http?"),
            (
                "[database]\n\nmax_conections = 3\n",
                "FILE, line 3: there is no setting database.max_conections; did you mean max_connections?",
            ),
            ("[http]\nzzz = 1\n", "FILE, line 2: there is no setting http.zzz"),
            (
                "[[identity.issuers]]\nissuer = \"https://a.example\"\n[[identity.issuers]]\nisuer = \"https://b.example\"\n",
                "line 4: there is no setting identity.issuers.1.isuer; did you mean issuer?",
            ),
        ] {
            let said = said(text);
            assert!(said.contains(wanted), "{said}");
        }
    }

    #[test]
    fn every_problem_is_told_at_once_each_with_its_line() {
        let said = said(
            "[http]\nlisten = \"nowhere\"\ntimeout_seconds = \"long\"\nmax_body_bytes = 0\nlisen = 1\n\
             [database]\nurl = \"mysql://db\"\n[redis]\nprefix = \"x\"\n\
             [[identity.issuers]]\njwks_file = \"a\"\n[[identity.issuers]]\nissuer = \"\"\nmissions = [\"XQ\"]\n",
        );
        for wanted in [
            "FILE, line 2: http.listen: ",
            "FILE, line 3: http.timeout_seconds: ",
            "FILE, line 5: there is no setting http.lisen; did you mean listen?",
            "FILE, line 7: database.url must begin with sqlite: or postgres:",
            "url",
            "issuer",
            "FILE, line 14: identity.issuers.1.missions.0: ",
        ] {
            assert!(said.contains(wanted), "{wanted} is not in: {said}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_told_with_its_line() {
        let said = said("[http]\nlisten = \"127.0.0.1:1\"\ntimeout_seconds = \"long\"\n");
        assert!(said.contains("FILE, line 3: http.timeout_seconds: "), "{said}");
    }
}
