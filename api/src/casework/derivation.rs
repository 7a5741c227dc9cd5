//! What the trusted base asks about a case that is written: whether anything derived rests on what was touched, and what follows.

use entity::{
    case_file, consent, episode_trafficker, exploitation, fact, individual, referral, table::Column, trafficker,
    trafficking_episode,
};
use futures::future::{BoxFuture, FutureExt};

use super::derive::{self, Facts};
use crate::access::{CaseRows, Derives};
use crate::error::Result;

/// Derives as case management knows it.
#[derive(Clone, Copy, Debug)]
pub struct Derivation;

impl Derives for Derivation {
    fn rests_on(&self, column: &Column) -> bool {
        let whole = [
            &consent::TABLE,
            &episode_trafficker::TABLE,
            &exploitation::TABLE,
            &referral::TABLE,
            &trafficker::TABLE,
            &trafficking_episode::TABLE,
        ];
        match column.table {
            table if *table == case_file::TABLE => OF_CASE.contains(&column.name),
            table if *table == individual::TABLE => OF_INDIVIDUAL.contains(&column.name),
            table => whole.contains(&table),
        }
    }

    fn derive<'a>(&'a self, case: CaseRows<'a, '_>) -> BoxFuture<'a, Result<fact::Model>> {
        derive(case).boxed()
    }
}

/// Columns of a case on which something derived rests: those of its fact, and the day from which its age is reckoned.
const OF_CASE: [&str; 11] = [
    "id",
    "individual_id",
    "record_key",
    "data_source",
    "status",
    "trafficking_status",
    "registered_on",
    "year_of_registration",
    "age_band",
    "majority_status",
    "consents_in_force",
];

/// Likewise of an individual.
const OF_INDIVIDUAL: [&str; 4] = ["id", "birth_date", "gender", "citizenships"];

async fn derive(mut case: CaseRows<'_, '_>) -> Result<fact::Model> {
    let individual = case.one::<individual::Entity>().await?;
    let consents = case.of::<consent::Entity>().await?;
    let mut file = case.one::<case_file::Entity>().await?;
    derive::case(&mut file, &individual, &consents);
    case.put::<case_file::Entity>(file.clone())?;
    let mut episodes = case.of::<trafficking_episode::Entity>().await?;
    for episode in &mut episodes {
        derive::episode(episode);
        case.put::<trafficking_episode::Entity>(episode.clone())?;
    }
    for mut referral in case.of::<referral::Entity>().await? {
        derive::referral(&mut referral, &consents);
        case.put::<referral::Entity>(referral)?;
    }
    let exploitations = case.of::<exploitation::Entity>().await?;
    let involvements = case.of::<episode_trafficker::Entity>().await?;
    let traffickers = as_involved(case.of::<trafficker::Entity>().await?, &involvements);
    Ok(derive::fact(&Facts {
        individual: &individual,
        case: &file,
        episodes: &episodes,
        exploitations: &exploitations,
        traffickers: &traffickers,
        involvements: &involvements,
    }))
}

/// The traffickers, each once, in the order of the involvements.
fn as_involved(
    traffickers: Vec<trafficker::Model>,
    involvements: &[episode_trafficker::Model],
) -> Vec<trafficker::Model> {
    let place = |one: &trafficker::Model| involvements.iter().position(|of| of.trafficker_id == Some(one.id));
    let mut traffickers = traffickers;
    traffickers.sort_by_key(place);
    traffickers
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entity::{Governed, column, narrative, narrative_passage, table::Role};
    use sea_orm::{Iterable, ModelTrait};

    use super::*;
    use crate::casework::bundle::CaseBundle;
    use crate::demo::Generator;

    /// Gives the rows what others have in every column on which nothing derived is said to rest; how many values became others.
    fn exchange<E: Governed>(rows: &mut [E::Model], others: &[E::Model]) -> usize {
        let mut exchanged = 0;
        for (row, other) in rows.iter_mut().zip(others) {
            for typed in E::Column::iter() {
                let column = column::<E>(typed);
                if matches!(column.role, Role::Leaf) && !column.derived && !Derivation.rests_on(column) {
                    exchanged += usize::from(row.get(typed) != other.get(typed));
                    row.set(typed, other.get(typed));
                }
            }
        }
        exchanged
    }

    fn derived(mut bundle: CaseBundle) -> (fact::Model, Vec<sea_orm::Value>) {
        bundle.derive();
        let of_case = case_file::Column::iter().filter(|typed| column::<case_file::Entity>(*typed).derived);
        (bundle.fact(), of_case.map(|typed| bundle.case.get(typed)).collect())
    }

    /// What is derived does not change where nothing changes on which it is said to rest: a column that were missing there would
    /// leave facts as they were.
    #[test]
    fn what_is_derived_rests_on_nothing_else() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let mut generator = Generator::new(7, day);
        let bundles: Vec<CaseBundle> = generator.bundles(80).collect();
        let mut exchanged = 0;
        for (bundle, other) in bundles.iter().zip(&bundles[1..]) {
            let mut mixed = bundle.clone();
            exchanged +=
                exchange::<case_file::Entity>(std::slice::from_mut(&mut mixed.case), std::slice::from_ref(&other.case));
            exchanged += exchange::<individual::Entity>(
                std::slice::from_mut(&mut mixed.individual),
                std::slice::from_ref(&other.individual),
            );
            exchanged += exchange::<narrative::Entity>(&mut mixed.narratives, &other.narratives);
            exchanged += exchange::<narrative_passage::Entity>(&mut mixed.passages, &other.passages);
            assert_eq!(derived(mixed), derived(bundle.clone()));
        }
        assert!(exchanged > 500, "{exchanged}");
    }
}
