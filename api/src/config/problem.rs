//! What a configuration that cannot be read says: the setting, the line of the file or the variable it comes from, and for a
//! name that does not exist the nearest one that does.

use std::path::Path;

use figment::error::Kind;
use toml_edit::{ImDocument, TableLike};

/// How alike two names must be to be taken for each other, by Jaro and Winkler, from 0 to 1.
const ALIKE: f64 = 0.75;

/// Describes every problem, one after the other. The file is where it was looked for.
pub(super) fn describe(error: &figment::Error, file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let problems = error.clone().into_iter().map(|error| describe_one(&error, file, &text));
    problems.collect::<Vec<_>>().join("; ")
}

fn describe_one(error: &figment::Error, file: &Path, text: &str) -> String {
    let mut path = error.path.clone();
    let what = match &error.kind {
        Kind::UnknownField(name, known) => {
            if path.last() != Some(name) {
                path.push(name.clone());
            }
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
    fn a_value_of_the_wrong_kind_is_told_with_its_line() {
        let said = said("[http]\nlisten = \"127.0.0.1:1\"\ntimeout_seconds = \"long\"\n");
        assert!(said.contains("FILE, line 3: http.timeout_seconds: "), "{said}");
    }
}
