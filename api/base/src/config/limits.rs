//! What one operation may ask for at most. Each limit is checked before anything runs, and its refusal is `TOO_COSTLY`.

use serde::Deserialize;

/// The limits of one operation. Fields, aliases and directives are counted with every fragment where it is spread.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Tokens of the document's text: names, numbers and punctuation, in texts and comments too. Default: 20000.
    pub tokens: usize,
    /// Levels of fields. The deepest useful question has eleven: a connection has two for each level of the records.
    /// Default: 16.
    pub depth: usize,
    /// Fields in all. Default: 2000.
    pub fields: usize,
    /// Fields of the root. Default: 50.
    pub root_fields: usize,
    /// Aliases in all. Default: 100.
    pub aliases: usize,
    /// Directives in all. Default: 100.
    pub directives: usize,
    /// The cost, as `docs/graphql.md` explains it: about the number of objects that the answer could have. Default: 25000.
    pub cost: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self { tokens: 20_000, depth: 16, fields: 2_000, root_fields: 50, aliases: 100, directives: 100, cost: 25_000 }
    }
}

impl LimitsConfig {
    pub(super) fn problems(&self) -> Vec<String> {
        let limits = [
            ("tokens", self.tokens),
            ("depth", self.depth),
            ("fields", self.fields),
            ("root_fields", self.root_fields),
            ("cost", usize::try_from(self.cost).unwrap_or(usize::MAX)),
        ];
        limits
            .iter()
            .filter(|(_, limit)| *limit == 0)
            .map(|(name, _)| format!("limits.{name} is 0, so that nothing could be asked"))
            .collect()
    }
}
