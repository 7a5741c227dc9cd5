//! When cases are registered. Cases of a mission come in the order of their days, so that case numbers, ids and the order of
//! rows tell the day and nothing else.

use chrono::{Datelike, NaiveDate};

use super::draw::{Draw, plus};

/// Cases by year of registration, in thousandths. 2005 to 2020 near the counts of CTDC (k-anonymised release of July 2021,
/// `yearOfRegistration`), flattened; CTDC ends in 2021, so what follows is made up. Later years are like the last one.
const YEARS: &[(i32, f64)] = &[
    (2005, 20.0),
    (2006, 20.0),
    (2007, 20.0),
    (2008, 18.0),
    (2009, 18.0),
    (2010, 20.0),
    (2011, 24.0),
    (2012, 22.0),
    (2013, 26.0),
    (2014, 38.0),
    (2015, 72.0),
    (2016, 150.0),
    (2017, 100.0),
    (2018, 140.0),
    (2019, 150.0),
    (2020, 45.0),
    (2021, 40.0),
    (2022, 45.0),
    (2023, 45.0),
    (2024, 40.0),
    (2025, 35.0),
    (2026, 30.0),
];

/// The years in which cases are registered, each with the weight of all years up to it.
pub(super) struct Calendar {
    today: NaiveDate,
    years: Vec<(i32, f64)>,
}

impl Calendar {
    /// The years up to today; the year 2005 alone where today is before it.
    pub(super) fn new(today: NaiveDate) -> Self {
        let (first, last) = (2005, today.year().max(2005));
        let mut sum = 0.0;
        let years = (first..=last).map(|year| {
            let known = YEARS.iter().rev().find(|(known, _)| *known <= year);
            sum += known.map_or(0.0, |(_, weight)| *weight);
            (year, sum)
        });
        Self { today, years: years.collect() }
    }

    /// The day of registration of case `index` of `count`.
    pub(super) fn day(&self, draw: &mut Draw, index: usize, count: usize) -> NaiveDate {
        let total = self.years.last().map_or(0.0, |(_, sum)| *sum);
        let at = (index as f64 + draw.fraction()) / count.max(1) as f64 * total;
        let place = self.years.iter().position(|(_, sum)| at < *sum).unwrap_or(self.years.len() - 1);
        let before = place.checked_sub(1).map_or(0.0, |before| self.years[before].1);
        let (year, sum) = self.years[place];
        let (Some(first), Some(last)) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31))
        else {
            return self.today;
        };
        let days = (last.min(self.today) - first).num_days() as f64;
        plus(first, (days * (at - before) / (sum - before)) as i64)
    }
}
