//! A whole case as rows: what the importer and the demo generator make, and what a fact is derived from. It owns no rule
//! about who may write it; the writer checks every column.

use entity::{
    case_file, consent, episode_trafficker, exploitation, individual, narrative, narrative_passage, referral,
    trafficker, trafficking_episode,
};

use crate::access::{Standing, Writer};
use crate::error::Result;

use super::derive;

/// Every row of one case. Ids and missions are set; derived columns are set by [`CaseBundle::derive`].
#[derive(Clone, Debug)]
pub struct CaseBundle {
    /// The individual assisted.
    pub individual: individual::Model,
    /// The case.
    pub case: case_file::Model,
    /// Times through the process, the first one first.
    pub episodes: Vec<trafficking_episode::Model>,
    /// Exploitations in the episodes.
    pub exploitations: Vec<exploitation::Model>,
    /// Alleged perpetrators.
    pub traffickers: Vec<trafficker::Model>,
    /// What each did in which episode.
    pub involvements: Vec<episode_trafficker::Model>,
    /// Narratives.
    pub narratives: Vec<narrative::Model>,
    /// Their passages.
    pub passages: Vec<narrative_passage::Model>,
    /// The consent ledger, the earliest entry first.
    pub consents: Vec<consent::Model>,
    /// Referrals in and out.
    pub referrals: Vec<referral::Model>,
}

impl CaseBundle {
    /// Computes every derived column from the columns that it derives from.
    pub fn derive(&mut self) {
        derive::case(&mut self.case, &self.individual, &self.consents);
        for episode in &mut self.episodes {
            derive::episode(episode);
        }
        for referral in &mut self.referrals {
            derive::referral(referral, &self.consents);
        }
    }
}

/// Adds whole cases of one mission with their facts.
///
/// # Errors
/// `FORBIDDEN` for columns that the viewer may not write; those of the database.
pub(crate) async fn add(writer: &Writer, standing: &Standing, bundles: Vec<CaseBundle>) -> Result<()> {
    let facts = bundles.iter().map(derive::fact).collect();
    let mut rows = Rows::default();
    for bundle in bundles {
        rows.take(bundle);
    }
    writer.insert::<individual::Entity>(standing, rows.individuals).await?;
    writer.insert::<case_file::Entity>(standing, rows.cases).await?;
    writer.insert::<trafficking_episode::Entity>(standing, rows.episodes).await?;
    writer.insert::<exploitation::Entity>(standing, rows.exploitations).await?;
    writer.insert::<trafficker::Entity>(standing, rows.traffickers).await?;
    writer.insert::<episode_trafficker::Entity>(standing, rows.involvements).await?;
    writer.insert::<narrative::Entity>(standing, rows.narratives).await?;
    writer.insert::<narrative_passage::Entity>(standing, rows.passages).await?;
    writer.insert::<consent::Entity>(standing, rows.consents).await?;
    writer.insert::<referral::Entity>(standing, rows.referrals).await?;
    writer.put_facts(facts).await
}

/// The rows of several cases, by table.
#[derive(Default)]
struct Rows {
    individuals: Vec<individual::Model>,
    cases: Vec<case_file::Model>,
    episodes: Vec<trafficking_episode::Model>,
    exploitations: Vec<exploitation::Model>,
    traffickers: Vec<trafficker::Model>,
    involvements: Vec<episode_trafficker::Model>,
    narratives: Vec<narrative::Model>,
    passages: Vec<narrative_passage::Model>,
    consents: Vec<consent::Model>,
    referrals: Vec<referral::Model>,
}

impl Rows {
    fn take(&mut self, bundle: CaseBundle) {
        self.individuals.push(bundle.individual);
        self.cases.push(bundle.case);
        self.episodes.extend(bundle.episodes);
        self.exploitations.extend(bundle.exploitations);
        self.traffickers.extend(bundle.traffickers);
        self.involvements.extend(bundle.involvements);
        self.narratives.extend(bundle.narratives);
        self.passages.extend(bundle.passages);
        self.consents.extend(bundle.consents);
        self.referrals.extend(bundle.referrals);
    }
}
