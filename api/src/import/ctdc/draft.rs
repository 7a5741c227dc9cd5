//! One row, understood: every value a code, every flag yes, no or unknown. It refuses the row at the first value that it
//! does not understand, and says in which column, never which value.

use csv::StringRecord;
use entity::codes::{
    AgeBand, DataSource, DurationBand, ExploitationType, ForcedLabourIndustry, Gender, MajorityStatus, MeansOfControl,
    RecruiterRelation, SexExploitationType,
};
use entity::{Code, CodeSet, CountryCode};

use super::{Release, columns::Field, header::Header, perpetrators::Perpetrators, problem::Problem, values};

/// Flags that were assessed. What is in neither set is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assessed<T> {
    /// Flags that say yes.
    pub(super) present: CodeSet<T>,
    /// Flags that say no.
    pub(super) excluded: CodeSet<T>,
}

impl<T> Default for Assessed<T> {
    fn default() -> Self {
        Self { present: CodeSet::default(), excluded: CodeSet::default() }
    }
}

impl<T: Code> Assessed<T> {
    fn note(&mut self, code: T, says: bool) {
        let set = if says { &mut self.present } else { &mut self.excluded };
        set.insert(code);
    }

    /// Whether any flag says anything.
    pub(super) const fn any(&self) -> bool {
        !self.present.is_empty() || !self.excluded.is_empty()
    }
}

/// One row, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) year: Option<i16>,
    pub(super) data_source: Option<DataSource>,
    pub(super) gender: Option<Gender>,
    pub(super) age_band: Option<AgeBand>,
    pub(super) majority: Option<MajorityStatus>,
    pub(super) majority_at_entry: Option<MajorityStatus>,
    pub(super) majority_at_exploitation: Option<MajorityStatus>,
    pub(super) duration: Option<DurationBand>,
    pub(super) citizenship: Option<CountryCode>,
    pub(super) country: Option<CountryCode>,
    pub(super) abduction: Option<bool>,
    pub(super) means: Assessed<MeansOfControl>,
    pub(super) types: Assessed<ExploitationType>,
    pub(super) industries: Assessed<ForcedLabourIndustry>,
    pub(super) sexes: Assessed<SexExploitationType>,
    pub(super) relations: Assessed<RecruiterRelation>,
    pub(super) perpetrators: Perpetrators,
    /// Columns with a value that has no place, and why.
    pub(super) left_behind: Vec<(&'static str, &'static str)>,
}

/// Reads rows of one file.
pub(super) struct Drafter<'a> {
    header: &'a Header,
    this_year: i16,
}

impl<'a> Drafter<'a> {
    /// For a file with this header.
    pub(super) const fn new(header: &'a Header, this_year: i16) -> Self {
        Self { header, this_year }
    }

    /// Understands a row.
    pub(super) fn draft(&self, record: &StringRecord) -> Result<Draft, Problem> {
        let mut draft = Draft::default();
        for ((column, field), value) in self.header.columns.iter().zip(record) {
            if !self.release().is_missing(value) {
                self.put(&mut draft, column, *field, value)?;
            }
        }
        Ok(draft)
    }

    const fn release(&self) -> Release {
        self.header.release
    }

    fn put(&self, draft: &mut Draft, column: &'static str, field: Field, value: &str) -> Result<(), Problem> {
        let flag = || values::flag(value).ok_or(Problem::Flag(column));
        match field {
            Field::Year => draft.year = Some(values::year(value, self.this_year).ok_or(Problem::Year(column))?),
            Field::YearOrBand => self.year_or_band(draft, column, value)?,
            Field::DataSource => draft.data_source = Some(Problem::known(column, values::data_source(value))?),
            Field::Gender => draft.gender = Some(Problem::known(column, values::gender(value))?),
            Field::Age => draft.age_band = Some(Problem::known(column, values::age_band(value))?),
            Field::Majority => draft.majority = Some(Problem::known(column, values::majority(value))?),
            Field::MajorityAtEntry => draft.majority_at_entry = Some(Problem::known(column, values::majority(value))?),
            Field::MajorityAtExploitation => {
                draft.majority_at_exploitation = Some(Problem::known(column, values::majority(value))?);
            }
            Field::Duration => draft.duration = Some(Problem::known(column, values::duration(value))?),
            Field::Citizenship => draft.citizenship = self.country(draft, column, value)?,
            Field::Country => draft.country = self.country(draft, column, value)?,
            Field::Abduction => draft.abduction = Some(flag()?),
            Field::Means(code) => draft.means.note(code, flag()?),
            Field::Type(code) => draft.types.note(code, flag()?),
            Field::Industry(code) => draft.industries.note(code, flag()?),
            Field::Sex(code) => draft.sexes.note(code, flag()?),
            Field::Relation(code) => draft.relations.note(code, flag()?),
            Field::LeftBehind(why) => draft.left_behind.push((column, why)),
            Field::TraffickerRole(_)
            | Field::TraffickerGender
            | Field::TraffickerAge
            | Field::TraffickerRelation
            | Field::TraffickerLeftBehind(_) => {
                let left = draft.perpetrators.put(column, field, value)?;
                draft.left_behind.extend(left.map(|why| (column, why)));
            }
        }
        Ok(())
    }

    fn year_or_band(&self, draft: &mut Draft, column: &'static str, value: &str) -> Result<(), Problem> {
        if values::is_band_of_years(value, self.this_year) {
            draft.left_behind.push((column, "a band of several years; Causeway knows single ones"));
            return Ok(());
        }
        draft.year = Some(values::year(value, self.this_year).ok_or(Problem::Year(column))?);
        Ok(())
    }

    fn country(&self, draft: &mut Draft, column: &'static str, value: &str) -> Result<Option<CountryCode>, Problem> {
        if self.release().is_unknown_country(value) {
            draft.left_behind.push((column, "says that the country is unknown; kept as if it were missing"));
            return Ok(None);
        }
        Problem::known(column, values::country(value, self.release())).map(Some)
    }
}
