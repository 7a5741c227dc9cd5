//! Statistics over coded facts: across missions, cached, under disclosure control. It sees no case, no name and no text; the
//! fact table is all that it reads, through the `Reader`.
//!
//! A question's way: [`tabulation`] (checked, canonical) -> the missions that the viewer may count in -> [`partial`] counts for
//! each of them ([`cache`], else one statement for all that miss) -> [`merge`] -> [`disclosure`] for the viewer's tier ->
//! [`answer`].

mod answer;
mod cache;
mod dimension;
mod disclosure;
mod figures;
mod merge;
mod partial;
mod tabulation;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use entity::CountryCode;
use tokio::sync::Mutex;

pub use answer::{CacheStatus, Statistics, StatisticsCell};
pub use dimension::Dimension;
pub use disclosure::THRESHOLD;
pub use tabulation::{Condition, MOST_CONDITIONS, MOST_DIMENSIONS, Tabulation};

use crate::access::{Clearance, CountedMission, Reader, policy::DisclosureTier};
use crate::clock;
use crate::error::{ClientError, Result};
use crate::redis_link::RedisLink;
use crate::remembered::{Bounds, Remembered};
use crate::telemetry::instruments;
use cache::{Cache, CacheKey};
use figures::{Figures, FiguresKey};
use merge::MissionKeys;
use partial::Partial;
use tabulation::FactPart;

/// The counts of each mission.
type Partials = BTreeMap<CountryCode, Arc<Partial>>;

/// How long a question's turn is kept after it was last asked.
const TURN_KEPT: Duration = Duration::from_secs(60);
/// How many questions can have turns at the same time. One more only means that something is counted twice.
const MOST_TURNS: u64 = 10_000;
/// So much of this process's memory is used for figures that were put together, in bytes.
const MOST_FIGURES: u64 = 16 << 20;

/// What statistics remember between requests.
pub struct Knowledge {
    cache: Cache,
    /// Whoever counts for a question holds its turn, so that a question that many ask at once is counted once.
    turns: Remembered<[u8; 32], Arc<Mutex<()>>>,
    /// Put together from counts, for a tier.
    figures: Remembered<FiguresKey, Arc<Figures>>,
}

impl Knowledge {
    /// Opens the cache, with the tier that gateways share where there is a link to it.
    #[must_use]
    pub fn open(link: Option<Arc<RedisLink>>) -> Self {
        let turns = Remembered::within(Bounds { most: MOST_TURNS, life: None, idle: Some(TURN_KEPT) });
        let figures = Remembered::within(Bounds { most: MOST_FIGURES, life: Some(cache::REMEMBERED), idle: None });
        Self { cache: Cache::open(link), turns, figures }
    }

    /// What a tier may see of missions, all of the reader's snapshot, and in how many of them had to be counted.
    async fn figures(
        &self,
        reader: &Reader,
        question: &Tabulation,
        missions: &[&CountedMission],
        tier: DisclosureTier,
    ) -> Result<(Arc<Figures>, usize)> {
        let key = Figures::key(question, missions, tier);
        if let Some(figures) = self.figures.get(&key) {
            instruments::counts("figures", missions.len());
            return Ok((figures, 0));
        }
        let (partials, counted) = self.partials(reader, question.facts(), missions).await?;
        let keys = MissionKeys::new(missions.iter().copied());
        let figures = Arc::new(Figures::of(question, &keys, &keys.merge(question, &partials), tier)?);
        let weight = u32::try_from(figures.size()).unwrap_or(u32::MAX);
        self.figures.insert_weighing(key, Arc::clone(&figures), weight);
        Ok((figures, counted))
    }

    /// The counts of missions, all of the reader's snapshot, and how many of them had to be counted.
    async fn partials(
        &self,
        reader: &Reader,
        question: &FactPart,
        missions: &[&CountedMission],
    ) -> Result<(Partials, usize)> {
        let keys: Vec<CacheKey> = missions.iter().map(|&mission| CacheKey::new(question, mission)).collect();
        let mut found = Partials::new();
        let missing = self.find_here(&keys, &mut found);
        if missing.is_empty() {
            instruments::counts("process", found.len());
            return Ok((found, 0));
        }
        let turn = self.turns.get_or_insert(question.fingerprint(""), Arc::default());
        let _turn = turn.lock().await;
        // Somebody may have counted them while we waited.
        let missing = self.find_here(&missing, &mut found);
        let here = found.len();
        instruments::counts("process", here);
        if missing.is_empty() {
            return Ok((found, 0));
        }
        let elsewhere = self.cache.elsewhere(&missing, question).await;
        let mut uncounted = Vec::new();
        for (key, partial) in missing.into_iter().zip(elsewhere) {
            match partial {
                Some(partial) => drop(found.insert(key.mission, partial)),
                None => uncounted.push(key),
            }
        }
        instruments::counts("redis", keys.len() - here - uncounted.len());
        instruments::counts("database", uncounted.len());
        found.extend(self.count(reader, question, &uncounted).await?);
        Ok((found, uncounted.len()))
    }

    /// Takes what this process remembers; the rest.
    fn find_here(&self, keys: &[CacheKey], found: &mut Partials) -> Vec<CacheKey> {
        let mut missing = Vec::new();
        for key in keys {
            match self.cache.here(key) {
                Some(partial) => drop(found.insert(key.mission, partial)),
                None => missing.push(*key),
            }
        }
        missing
    }

    /// Counts in one statement, and remembers it.
    async fn count(&self, reader: &Reader, question: &FactPart, keys: &[CacheKey]) -> Result<Partials> {
        if keys.is_empty() {
            return Ok(Partials::new());
        }
        let missions: Vec<CountryCode> = keys.iter().map(|key| key.mission).collect();
        let counts = reader.count_facts(&missions, &question.to_sql()).await?;
        let mut counted = Vec::with_capacity(keys.len());
        for key in keys {
            // A mission that the reader refuses to count is refused here too, and not taken for empty.
            let counts = counts.get(&key.mission).ok_or_else(not_yours)?;
            counted.push((*key, Arc::new(Partial::of(&question.group_by, counts)?)));
        }
        let partials = counted.iter().map(|(key, partial)| (key.mission, Arc::clone(partial))).collect();
        self.cache.remember(question, counted);
        Ok(partials)
    }
}

impl Statistics {
    /// Answers a question over missions; none named: all in which the viewer may count.
    ///
    /// # Errors
    /// `FORBIDDEN` where a mission is named in which the viewer may not count, whether there is such a mission or not, and
    /// where there is no mission at all in which the viewer may; `BAD_INPUT` for an empty list; those of the database.
    pub async fn answer(
        knowledge: &Knowledge,
        reader: &Reader,
        missions: Option<&[CountryCode]>,
        question: Tabulation,
    ) -> Result<Self> {
        let covered = covered(reader.clearance(), missions)?;
        let in_snapshot = reader.counted_missions(&covered).await?;
        let as_of = clock::now();
        let chosen = MissionKeys::new(&in_snapshot).chosen(question.missions());
        let codes: Vec<CountryCode> = chosen.iter().map(|mission| mission.id).collect();
        let tier = least_exact(reader.clearance(), if codes.is_empty() { &covered } else { &codes })?;
        let (figures, counted) = knowledge.figures(reader, &question, &chosen, tier).await?;
        let cache = CacheStatus::of(codes.len(), counted);
        instruments::statistics(cache.name());
        Ok(Self {
            cells: Arc::clone(&figures.cells),
            total: figures.total,
            tier,
            threshold: figures.threshold,
            suppressed_cells: figures.suppressed_cells,
            cache: (tier == DisclosureTier::Exact).then_some(cache),
            missions: codes,
            as_of,
        })
    }
}

/// The missions to count in, sorted, each once.
fn covered(clearance: &Clearance, named: Option<&[CountryCode]>) -> Result<Vec<CountryCode>> {
    let missions = clearance.missions().iter().copied();
    let may: BTreeSet<CountryCode> = missions.filter(|mission| clearance.tier(*mission).is_some()).collect();
    if may.is_empty() {
        return Err(ClientError::Forbidden("your roles give you no statistics".to_owned()).into());
    }
    let Some(named) = named else { return Ok(may.into_iter().collect()) };
    if named.is_empty() {
        return Err(ClientError::bad_input("missions", "names no mission; leave it out for all of yours").into());
    }
    let named: BTreeSet<CountryCode> = named.iter().copied().collect();
    if named.is_subset(&may) { Ok(named.into_iter().collect()) } else { Err(not_yours().into()) }
}

/// The same for a mission that is not the viewer's and for one that does not exist.
fn not_yours() -> ClientError {
    ClientError::Forbidden("you may not count in one of these missions, or there is no such mission".to_owned())
}

/// The tier of an answer over several missions.
fn least_exact(clearance: &Clearance, missions: &[CountryCode]) -> Result<DisclosureTier> {
    // A mission without a tier must not vanish from the comparison.
    let tiers: Option<Vec<DisclosureTier>> = missions.iter().map(|mission| clearance.tier(*mission)).collect();
    tiers.and_then(|tiers| tiers.into_iter().max()).ok_or_else(|| not_yours().into())
}
