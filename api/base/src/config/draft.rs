//! A configuration as far as it could be read, so that a mistake in it hides nothing of what else is wrong. It tells which
//! settings cannot be relied on: what stands there is a default or a wrong value, and no second problem may be made of it.

use std::path::Path;

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};

use super::{Config, ConfigError, ConfigSource, problem, problem::Problem, source};

/// What could be read of a configuration.
#[derive(Debug)]
pub struct ConfigDraft {
    /// What can be read of it; the rest is at its default or absent.
    pub config: Config,
    problems: Vec<Problem>,
}

impl ConfigDraft {
    /// Reads file and environment.
    #[must_use]
    pub fn read(file: Option<&Path>) -> Self {
        let source = ConfigSource::find(file);
        let file = source.file().unwrap_or(Path::new(source::FILE)).to_owned();
        if let Some(Err(error)) = source.file().map(std::fs::read) {
            let text = format!("the file {} cannot be read: {error}", file.display());
            let config = Config { source, ..Config::default() };
            return Self { config, problems: vec![Problem::of_all(text)] };
        }
        let (config, problems): (Config, _) = problem::read(&settings(&source), &file);
        let mut draft = Self { config: Config { source, ..config }, problems };
        draft.judge(&file);
        draft
    }

    /// The configuration, where everything in it is right.
    ///
    /// # Errors
    /// Whatever is malformed, unknown or impossible.
    pub fn finish(self) -> Result<Config, ConfigError> {
        match self.problems.is_empty() {
            true => Ok(self.config),
            false => Err(ConfigError::Invalid { problems: self.problems(), source_of: self.config.source }),
        }
    }

    /// Everything that is wrong, one line each.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        self.problems.iter().map(|problem| problem.text.clone()).collect()
    }

    /// Whether something is wrong with a setting, such as `identity.issuers.0.missions`, with a part of it, or with what it is
    /// part of.
    #[must_use]
    pub fn is_wrong(&self, setting: &str) -> bool {
        let has = |whole: &str, part: &str| {
            whole.is_empty() || part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.problems.iter().any(|wrong| has(&wrong.setting, setting) || has(setting, &wrong.setting))
    }

    /// Adds what cannot be right among what could be read.
    fn judge(&mut self, file: &Path) {
        let judged = self.config.problems().into_iter().filter(|problem| !self.follows(problem));
        let judged: Vec<Problem> = judged.map(|problem| Problem::judged(&problem, file)).collect();
        self.problems.extend(judged);
    }

    /// Whether a problem names a setting that is wrong, in full or beside its own: then it says nothing new.
    #[must_use]
    pub fn follows(&self, problem: &str) -> bool {
        let own = problem::setting(problem);
        let table = own.rsplit_once('.').map_or("", |(table, _)| table);
        let mut words = problem.split([' ', ',', ';', ':']).map(problem::setting).filter(|word| !word.is_empty());
        words.any(|word| match word.contains('.') {
            true => self.is_wrong(&word),
            false => self.is_wrong(&format!("{table}.{word}")),
        })
    }
}

/// File, then environment.
fn settings(source: &ConfigSource) -> Figment {
    let environment = Env::prefixed("CAUSEWAY_")
        .filter(|key| is_setting(key.as_str()))
        .map(|key| place(&key.as_str().to_ascii_lowercase()).into());
    let file = source.file().map_or_else(Figment::new, |file| Figment::from(Toml::file_exact(file)));
    file.merge(environment.split("."))
}

/// `CAUSEWAY_CONFIG` names the file itself; `CAUSEWAY_TEST_*` is for the test set-up.
fn is_setting(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key != "config" && !key.starts_with("test_")
}

/// The short names that users rely on, and where they belong.
fn place(key: &str) -> String {
    match key {
        "database_url" => "database.url",
        "redis_url" => "redis.url",
        "dev_issuer" => "identity.development_issuer",
        "listen" => "http.listen",
        other => return other.replace("__", "."),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What could be read of a file.
    fn draft(text: &str) -> ConfigDraft {
        let file = std::env::temp_dir().join(format!("causeway-draft-{}.toml", uuid::Uuid::now_v7()));
        std::fs::write(&file, text).unwrap();
        let draft = ConfigDraft::read(Some(&file));
        std::fs::remove_file(&file).unwrap();
        draft
    }

    #[test]
    fn a_default_for_a_wrong_value_is_no_second_mistake() {
        for (text, setting) in [
            ("[redis]\nprefix = \"x\"\n", "redis.url"),
            ("[redis]\nurl = 1\nca_file = \"ca.pem\"\n", "redis.url"),
            ("[[identity.issuers]]\njwks_file = \"a\"\n", "identity.issuers.0.issuer"),
            ("[[identity.issuers]]\nissuer = \"a\"\njwks_url = \"nowhere\"\n", "identity.issuers.0.jwks_url"),
            (
                "[[identity.issuers]]\nissuer = \"a\"\njwks_file = \"a\"\nmissions = [\"XQ\"]\n",
                "identity.issuers.0.missions",
            ),
            ("[http]\ntls_certificate_file = \"a\"\ntls_key_file = 1\n", "http.tls_key_file"),
            ("[trusted_documents]\nmanifest_fil = \"a\"\npartner = \"log\"\n", "trusted_documents.manifest_file"),
            ("identiti = 1\n", "identity.issuers"),
            ("[http\n", "database.url"),
        ] {
            let draft = draft(text);
            assert_eq!(draft.problems().len(), 1, "{text}: {:?}", draft.problems());
            assert!(draft.is_wrong(setting), "{text}: {:?}", draft.problems);
        }
    }

    #[test]
    fn what_has_a_mistake_of_its_own_is_told_beside_the_others() {
        let draft =
            draft("[http]\nlisten = \"nowhere\"\nmax_body_bytes = 0\n[redis]\nurl = \"cache\"\ntimeout_ms = 0\n");
        assert_eq!(draft.problems().len(), 4, "{:?}", draft.problems());
        for (setting, wrong) in [
            ("http", true),
            ("http.listen", true),
            ("http.max_body_bytes", true),
            ("redis.url", true),
            ("redis.timeout_ms", true),
            ("redis.prefix", false),
            ("http.timeout_seconds", false),
            ("http.list", false),
            ("database.url", false),
        ] {
            assert_eq!(draft.is_wrong(setting), wrong, "{setting}");
        }
    }
}
