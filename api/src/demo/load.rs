//! Loads demo cases into an empty database, as the operator. Every batch is one transaction of one mission, audited like any
//! other write.

use chrono::NaiveDate;
use entity::{CountryCode, organisation};

use super::Generator;
use crate::access::{Access, Command};
use crate::casework::{batch, bundle::CaseBundle};
use crate::clock;
use crate::error::Result;

/// The most cases in one transaction.
const BATCH: usize = 500;

/// Sets up the missions of the demo and writes that many cases into them. `progress` is told how many cases are written so far.
///
/// # Errors
/// Those of the database; batches that were written before stay.
pub async fn load(access: &Access, seed: u64, cases: usize, mut progress: impl FnMut(usize)) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the demo is loaded by the operator")]
    access.set_up_missions_as_operator(Generator::missions()).await?;
    let mut generator = Generator::new(seed, today());
    let mut bundles = generator.bundles(cases).peekable();
    let (mut written, mut current) = (0, None);
    while let Some(first) = bundles.next() {
        let mission = first.case.mission_id;
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Some(next) = bundles.next_if(|next| next.case.mission_id == mission)
        {
            batch.push(next);
        }
        written += batch.len();
        let is_first = current.replace(mission) != Some(mission);
        let organisations = if is_first { Generator::organisations(mission, today()) } else { Vec::new() };
        write(access, mission, organisations, batch).await?;
        progress(written);
    }
    Ok(())
}

/// The last day that has begun in every mission of the demo: nothing in it happens in the future of any of them.
#[must_use]
pub fn today() -> NaiveDate {
    let now = clock::now();
    let days = Generator::missions().into_iter().map(|mission| clock::day(now, clock::zone(mission.id, None)));
    days.min().unwrap_or_else(|| clock::latest_day(now))
}

async fn write(
    access: &Access,
    mission: CountryCode,
    organisations: Vec<organisation::Model>,
    batch: Vec<CaseBundle>,
) -> Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the demo is loaded by the operator, into a database without records"
    )]
    let writer = access.everything_as_operator("demo", vec![mission]);
    let open = writer.open_batch(Command::LoadDemo, mission)?;
    open.add::<organisation::Entity>(organisations).await?;
    batch::add(open, batch).await?;
    writer.commit().await
}
