//! What a tier may see of a question's counts, ready to be sent, and what that is remembered under. Like the counts themselves
//! it is never stale: the key names the state of every mission's data.

use std::sync::Arc;

use entity::Code;
use entity::codes::UnRegion;
use sha2::{Digest, Sha256};

use super::{
    answer::{self, StatisticsCell},
    disclosure::{self, Disclosed},
    merge::{Merged, MissionKeys},
    tabulation::Tabulation,
};
use crate::access::{CountedMission, policy::DisclosureTier};
use crate::error::Result;

/// Figures under disclosure control.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) cells: Arc<Vec<StatisticsCell>>,
    pub(super) total: Option<i64>,
    pub(super) threshold: u32,
    pub(super) suppressed_cells: u32,
}

/// What figures are remembered under.
pub(super) type FiguresKey = [u8; 32];

impl Figures {
    /// What a tier may see of exact counts.
    pub(super) fn of(
        question: &Tabulation,
        keys: &MissionKeys<'_>,
        merged: &Merged,
        tier: DisclosureTier,
    ) -> Result<Self> {
        let disclosed: Disclosed = disclosure::disclose(merged, question.group_by().len(), tier);
        let suppressed = disclosed.cells.iter().filter(|(_, count)| count.is_none()).count();
        Ok(Self {
            cells: Arc::new(answer::cells(question, keys, &disclosed)?),
            total: disclosed.total,
            threshold: disclosed.threshold,
            suppressed_cells: u32::try_from(suppressed).unwrap_or(u32::MAX),
        })
    }

    /// The key of figures that a tier may see: the question, the order of its dimensions, and for each mission the state of
    /// its data and the places it is counted under.
    pub(super) fn key(question: &Tabulation, missions: &[&CountedMission], tier: DisclosureTier) -> FiguresKey {
        let mut digest = Sha256::new();
        let mut add = |part: &[u8]| {
            digest.update(part);
            digest.update([0]);
        };
        add(format!("{tier:?}").as_bytes());
        add(question.facts().canonical().as_bytes());
        question.group_by().iter().for_each(|dimension| add(dimension.name().as_bytes()));
        for mission in missions {
            add(mission.id.as_str().as_bytes());
            add(&mission.data_version.to_be_bytes());
            add(mission.audit_head.as_bytes());
            add(&mission.un_region.map_or(-1, UnRegion::number).to_be_bytes());
            add(mission.regional_office.as_deref().unwrap_or_default().as_bytes());
        }
        digest.finalize().into()
    }

    /// What they take in memory, in bytes; an estimate.
    pub(super) fn size(&self) -> usize {
        let cell = |cell: &StatisticsCell| {
            size_of::<StatisticsCell>()
                + cell.keys.iter().map(|key| 24 + key.as_ref().map_or(0, String::len)).sum::<usize>()
        };
        200 + self.cells.iter().map(cell).sum::<usize>()
    }
}
