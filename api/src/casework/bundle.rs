//! A whole case as rows: what is registered, and what the importer and the demo generator make. It knows no rule.

use entity::{
    case_file, consent, episode_trafficker, exploitation, individual, narrative, narrative_passage, referral,
    trafficker, trafficking_episode,
};

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
