//! Today, mission by mission. A statement may read rows of several missions, of which some have tomorrow already.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::CountryCode;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait};

use super::one_of::one_of;
use crate::clock;

/// Which day it is in each mission, at one moment.
#[derive(Clone, Debug)]
pub(super) struct Days {
    moment: DateTime<Utc>,
    of_mission: BTreeMap<CountryCode, NaiveDate>,
}

impl Days {
    /// The days of a moment in these missions.
    pub(super) fn at(moment: DateTime<Utc>, zones: &[(CountryCode, Tz)]) -> Self {
        let of_mission = zones.iter().map(|(mission, zone)| (*mission, clock::day(moment, *zone))).collect();
        Self { moment, of_mission }
    }

    /// Today in a mission; in one that is not among them, by the time zone of its country.
    pub(super) fn today(&self, mission: CountryCode) -> NaiveDate {
        let of_country = || clock::day(self.moment, clock::zone(mission, None));
        self.of_mission.get(&mission).copied().unwrap_or_else(of_country)
    }

    /// Today in the missions of one condition.
    pub(super) const fn within<'a>(&'a self, missions: &'a [CountryCode], backend: DbBackend) -> Today<'a> {
        Today { days: self, missions, backend }
    }
}

/// Today in the missions that a condition is about. Rows of other missions it does not know.
#[derive(Clone, Copy)]
pub(super) struct Today<'a> {
    days: &'a Days,
    missions: &'a [CountryCode],
    backend: DbBackend,
}

impl Today<'_> {
    /// The day in the column is today, in the mission that the row names, or later.
    pub(super) fn or_later(&self, mission: &Expr, day: &Expr) -> Expr {
        let mut missions_of: BTreeMap<NaiveDate, Vec<CountryCode>> = BTreeMap::new();
        for mission in self.missions {
            missions_of.entry(self.days.today(*mission)).or_default().push(*mission);
        }
        if let (1, Some((today, _))) = (missions_of.len(), missions_of.first_key_value()) {
            return day.clone().gte(*today);
        }
        let arms = missions_of
            .into_iter()
            .map(|(today, missions)| one_of(self.backend, mission.clone(), missions).and(day.clone().gte(today)));
        arms.reduce(ExprTrait::or).unwrap_or_else(|| Expr::value(false))
    }
}
