//! Synthetic cases for the demo and for tests. Seeded: the same seed and day give the same data, ids included. It makes rows and
//! no decisions: what a viewer sees of them is decided where it always is. No row, name or number belongs to a real case.
//!
//! | file | makes |
//! |---|---|
//! | `draw`, `calendar` | numbers, choices, ids; days of registration |
//! | `names`, `places` | names that fit a culture; citizenships, missions, countries of exploitation |
//! | `truth` | what is so in a case |
//! | `person`, `management`, `process`, `control`, `exploitations`, `perpetrators`, `consents`, `referrals`, `passages` | what was recorded of it, as rows |
//! | `organisations` | the directory of each mission |
//! | `load` | the rows in a database |

mod calendar;
mod consents;
mod control;
mod draw;
mod exploitations;
mod load;
mod management;
mod names;
mod organisations;
mod passages;
mod perpetrators;
mod person;
mod places;
mod process;
mod referrals;
#[cfg(test)]
mod tests;
mod truth;

use chrono::{Datelike, NaiveDate, NaiveTime};
use entity::{CountryCode, mission, organisation};

pub use load::{load, today};

use crate::casework::{bundle::CaseBundle, empty};
use calendar::Calendar;
use draw::{Draw, plus};
use management::Rank;
use places::{MISSIONS, Mission};
use referrals::{Desk, Scenario};
use truth::Truth;

/// How many cases `causeway demo` makes unless told otherwise.
pub const CASES: usize = 13_500;

/// Makes synthetic cases from a seed.
pub struct Generator {
    draw: Draw,
    calendar: Calendar,
    today: NaiveDate,
}

impl Generator {
    /// A generator whose cases end today: referrals expire before or after it, and nothing was registered after it.
    #[must_use]
    pub fn new(seed: u64, today: NaiveDate) -> Self {
        Self { draw: Draw::new(seed), calendar: Calendar::new(today), today }
    }

    /// The missions of the demo, ready to be set up.
    #[must_use]
    pub fn missions() -> Vec<mission::Model> {
        let founded = NaiveDate::from_ymd_opt(2005, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN).and_utc();
        MISSIONS.iter().map(|mission| empty::mission(mission.code, founded)).collect()
    }

    /// The directory of a mission, today.
    #[must_use]
    pub fn organisations(mission: CountryCode, today: NaiveDate) -> Vec<organisation::Model> {
        let of = MISSIONS.iter().find(|of| of.code == mission);
        of.map(|mission| organisations::directory(mission, today)).unwrap_or_default()
    }

    /// That many cases, mission by mission, in each in the order of registration. One case is in memory at a time.
    pub fn bundles(&mut self, cases: usize) -> impl Iterator<Item = CaseBundle> {
        let total: u32 = MISSIONS.iter().map(|mission| mission.share).sum();
        let mut shares = 0;
        let mut before = 0;
        let counts = MISSIONS.iter().map(move |mission| {
            shares += mission.share;
            let up_to = cases * shares as usize / total.max(1) as usize;
            let count = up_to - before;
            before = up_to;
            (mission, count)
        });
        let mut year = (MISSIONS.first().map(|mission| mission.code), 0, 0);
        counts.flat_map(|(mission, count)| (0..count).map(move |index| (mission, index, count))).filter_map(
            move |(mission, index, count)| {
                let day = self.calendar.day(&mut self.draw, index, count);
                if (Some(mission.code), day.year()) != (year.0, year.1) {
                    year = (Some(mission.code), day.year(), 0);
                }
                year.2 += 1;
                self.bundle(mission, day, Rank { index, count, number: year.2 })
            },
        )
    }

    fn bundle(&mut self, mission: &'static Mission, day: NaiveDate, rank: Rank) -> Option<CaseBundle> {
        let draw = &mut self.draw;
        let truth = Truth::draw(draw, mission, day, self.today)?;
        let scenario = Scenario::of(mission.code.as_str(), rank.index, rank.count)
            .filter(|scenario| scenario.is_current() || plus(day, 30) < self.today);
        let individual = person::individual(draw, &truth);
        let people = management::people(draw, mission, rank);
        let case = management::case(draw, &truth, &individual, &people, rank, scenario);
        let desk = Desk { recorder: &people.owner, last_day: case.closed_on.unwrap_or(self.today) };
        let (episodes, exploitations) = process::episodes(draw, &truth);
        let (traffickers, involvements) = perpetrators::traffickers(draw, &truth, &episodes);
        let (narratives, passages) = passages::narratives(draw, &truth, &individual, desk.last_day);
        let (referrals, to_referrals) = referrals::referrals(draw, &truth, &desk, scenario);
        let mut consents = consents::consents(draw, &truth, desk.recorder, desk.last_day);
        consents.extend(to_referrals);
        consents.sort_by_key(|consent| consent.decided_on);
        let mut bundle = CaseBundle {
            individual,
            case,
            episodes,
            exploitations,
            traffickers,
            involvements,
            narratives,
            passages,
            consents,
            referrals,
        };
        bundle.derive();
        Some(bundle)
    }
}
