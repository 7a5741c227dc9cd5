//! Whole cases by the thousand, as the operator brings them in.

use entity::{
    case_file, consent, episode_trafficker, exploitation, individual, narrative, narrative_passage, referral,
    trafficker, trafficking_episode,
};

use super::bundle::CaseBundle;
use crate::access::OpenBatch;
use crate::error::Result;

/// Adds whole cases of one mission with their facts, and closes it.
///
/// # Errors
/// Those of the database; nothing of the transaction may last then.
pub async fn add(open: OpenBatch<'_>, bundles: Vec<CaseBundle>) -> Result<()> {
    let cases = bundles.len();
    let facts = bundles.iter().map(CaseBundle::fact).collect();
    let mut rows = Rows::default();
    for bundle in bundles {
        rows.take(bundle);
    }
    open.add::<individual::Entity>(rows.individuals).await?;
    open.add::<case_file::Entity>(rows.cases).await?;
    open.add::<trafficking_episode::Entity>(rows.episodes).await?;
    open.add::<exploitation::Entity>(rows.exploitations).await?;
    open.add::<trafficker::Entity>(rows.traffickers).await?;
    open.add::<episode_trafficker::Entity>(rows.involvements).await?;
    open.add::<narrative::Entity>(rows.narratives).await?;
    open.add::<narrative_passage::Entity>(rows.passages).await?;
    open.add::<consent::Entity>(rows.consents).await?;
    open.add::<referral::Entity>(rows.referrals).await?;
    open.put_facts(facts).await?;
    open.close(cases);
    Ok(())
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
