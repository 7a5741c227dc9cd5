//! What rows ought to say is withheld of them: by policy and row alone, whatever an operation asks for.

use super::Sight;
use entity::CountryCode;
use std::collections::HashMap;
use uuid::Uuid;

/// What is withheld of each row that the caller sees, by the global id of the row.
pub type WithheldOfRows = HashMap<String, Vec<String>>;

impl Sight<'_> {
    /// The fields of a row that the caller may not see, sorted. `reads`: whether the text may be read, of a passage.
    pub fn withheld(&self, of_type: &str, mission: CountryCode, cases: &[Uuid], reads: bool) -> Vec<String> {
        let fields = self.oracle.matrix.fields(of_type);
        let hidden = fields.filter(|field| !self.sees(mission, &format!("{of_type}.{field}"), cases));
        let mut withheld: Vec<String> = hidden.map(str::to_owned).collect();
        withheld.extend((!reads).then(|| "text".to_owned()));
        withheld.sort_unstable();
        withheld
    }

    /// The same of every row of every type.
    pub fn withheld_of_rows(&self) -> WithheldOfRows {
        let records = &self.oracle.records;
        let mut all = WithheldOfRows::new();
        let mut of = |of_type: &str, (mission, id): (CountryCode, Uuid), cases: Vec<Uuid>, reads: bool| {
            if self.sees(mission, &format!("{of_type}.id"), &cases) {
                all.insert(self.oracle.id(of_type, mission, id), self.withheld(of_type, mission, &cases, reads));
            }
        };
        records.cases.keys().for_each(|row| of("Case", *row, vec![row.1], true));
        records.individuals.keys().for_each(|row| of("Individual", *row, records.cases_of(row.0, row.1), true));
        records.traffickers.keys().for_each(|row| of("Trafficker", *row, records.cases_with(row.0, row.1), true));
        for (row, passage) in &records.passages {
            of("NarrativePassage", *row, passage.case_id.into_iter().collect(), self.reads(passage));
        }
        macro_rules! children {
            ($($table:ident: $of_type:literal),*) => {$(
                for (row, child) in &records.$table {
                    of($of_type, *row, child.case_id.into_iter().collect(), true);
                }
            )*};
        }
        children!(
            consents: "Consent", episodes: "TraffickingEpisode", exploitations: "Exploitation",
            involvements: "TraffickerInvolvement", narratives: "Narrative", referrals: "Referral"
        );
        all
    }
}
