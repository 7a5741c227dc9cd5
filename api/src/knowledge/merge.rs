//! Puts the counts of several missions together. It knows no threshold; what it makes is exact and goes on to disclosure
//! control.

use std::collections::BTreeMap;

use entity::{Code, CountryCode};

use super::{
    dimension::{Dimension, Key, number_of, text_of},
    partial::{Group, Partial},
    tabulation::{Condition, Tabulation},
};
use crate::access::CountedMission;

/// The counts of all missions covered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Merged {
    /// How many cases.
    pub(super) cases: i64,
    /// How many cases in each group that has any; keys in the order of [`Tabulation::dimensions`].
    pub(super) groups: BTreeMap<Group, i64>,
}

/// What dimensions take from the missions and not from their facts.
pub(super) struct MissionKeys<'a> {
    missions: Vec<&'a CountedMission>,
    /// The offices of the missions; an office's key is its place in the list.
    offices: Vec<&'a str>,
}

impl<'a> MissionKeys<'a> {
    pub(super) fn new(missions: impl IntoIterator<Item = &'a CountedMission>) -> Self {
        let missions: Vec<&CountedMission> = missions.into_iter().collect();
        let mut offices: Vec<&str> = missions.iter().filter_map(|mission| mission.regional_office.as_deref()).collect();
        offices.sort_unstable();
        offices.dedup();
        Self { missions, offices }
    }

    /// How a key reads; none for one that the dimension does not have.
    pub(super) fn text(&self, dimension: Dimension, key: Key) -> Option<Option<String>> {
        match (dimension, key) {
            (Dimension::RegionalOffice, Some(at)) => {
                let office = self.offices.get(usize::try_from(at).ok()?)?;
                Some(Some((*office).to_owned()))
            }
            _ => text_of(dimension, key),
        }
    }

    fn key(&self, dimension: Dimension, mission: &CountedMission) -> Key {
        match dimension {
            Dimension::Mission => Some(number_of(mission.id)),
            Dimension::Region => mission.un_region.map(|region| region.number().into()),
            _ => {
                let office = mission.regional_office.as_deref()?;
                self.offices.binary_search(&office).ok().and_then(|at| at.try_into().ok())
            }
        }
    }

    /// The missions that a question's filter leaves.
    pub(super) fn chosen(&self, conditions: &[Condition]) -> Vec<&'a CountedMission> {
        let meets = |mission: &CountedMission, condition: &Condition| {
            let text = self.text(condition.dimension, self.key(condition.dimension, mission));
            text.is_some_and(|text| condition.any_of.contains(&text))
        };
        let all = |mission: &&CountedMission| conditions.iter().all(|condition| meets(mission, condition));
        self.missions.iter().copied().filter(all).collect()
    }

    /// Adds up what the missions have. A mission without a partial adds nothing; the caller has one for each.
    pub(super) fn merge<P: AsRef<Partial>>(
        &self,
        question: &Tabulation,
        partials: &BTreeMap<CountryCode, P>,
    ) -> Merged {
        let mut merged = Merged::default();
        for &mission in &self.missions {
            let Some(partial) = partials.get(&mission.id).map(AsRef::as_ref) else { continue };
            let axes = self.axes(question, mission);
            merged.cases += partial.cases;
            for (group, count) in &partial.groups {
                *merged.groups.entry(arrange(&axes, group)).or_default() += count;
            }
        }
        merged
    }

    /// Where each key of a cell comes from: a place in the mission's groups, or the mission itself.
    fn axes(&self, question: &Tabulation, mission: &CountedMission) -> Vec<Axis> {
        let of_facts = &question.facts().group_by;
        let axis = |dimension: &Dimension| match of_facts.iter().position(|candidate| candidate == dimension) {
            Some(at) => Axis::Fact(at),
            None => Axis::Mission(self.key(*dimension, mission)),
        };
        question.dimensions().iter().map(axis).collect()
    }
}

enum Axis {
    Fact(usize),
    Mission(Key),
}

fn arrange(axes: &[Axis], group: &Group) -> Group {
    let mut arranged = Group::default();
    for (key, axis) in arranged.iter_mut().zip(axes) {
        *key = match axis {
            Axis::Fact(at) => group[*at],
            Axis::Mission(key) => *key,
        };
    }
    arranged
}
