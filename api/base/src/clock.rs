//! The clock: the one place that asks what time it is and on which day that falls. A day is the day of a mission, by its time
//! zone: in Auckland today is not what it is in Honolulu, and UTC is where nobody works.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::CountryCode;

/// Now.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that asks")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The day on which a moment falls in a time zone.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the moment is in the zone that is asked about")]
pub fn day(moment: DateTime<Utc>, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

/// The time zone of a mission: the one that was set, else that of its country's capital. UTC where neither is known.
#[must_use]
pub fn zone(mission: CountryCode, set: Option<&str>) -> Tz {
    let known = |name: &str| name.parse::<Tz>().ok();
    set.and_then(known).or_else(|| known(mission.country().time_zone)).unwrap_or(Tz::UTC)
}

/// The latest day that has begun anywhere. What lies behind it is in the future for every mission.
#[must_use]
pub fn latest_day(moment: DateTime<Utc>) -> NaiveDate {
    day(moment, Tz::Pacific__Kiritimati)
}

#[cfg(test)]
mod tests {
    use super::{Tz, day, latest_day, zone};
    use entity::CountryCode;

    #[test]
    fn each_country_has_a_zone_that_is_known() {
        for country in CountryCode::all() {
            let name = country.country().time_zone;
            let without = ["AQ", "BV", "HM", "UM"].contains(&country.as_str());
            assert_eq!(name.is_empty(), without, "{country}");
            assert!(name.is_empty() || name.parse::<Tz>().is_ok(), "{country}: {name}");
        }
        let code = |code: &str| code.parse::<CountryCode>().unwrap();
        assert_eq!(zone(code("UA"), None), Tz::Europe__Kyiv);
        assert_eq!(zone(code("UA"), Some("Pacific/Auckland")), Tz::Pacific__Auckland);
        assert_eq!(zone(code("UA"), Some("Mars/Olympus")), Tz::Europe__Kyiv);
        assert_eq!(zone(CountryCode::UNALLOCATED, None), Tz::UTC);
    }

    #[test]
    fn a_moment_falls_on_different_days() {
        let moment = "2026-03-01T10:30:00Z".parse().unwrap();
        let days = [Tz::Pacific__Pago_Pago, Tz::Pacific__Honolulu, Tz::UTC, Tz::Europe__Kyiv, Tz::Pacific__Auckland];
        let days = days.map(|zone| day(moment, zone).to_string());
        assert_eq!(days, ["2026-02-28", "2026-03-01", "2026-03-01", "2026-03-01", "2026-03-01"]);
        assert_eq!(day("2026-03-01T11:30:00Z".parse().unwrap(), Tz::Pacific__Auckland).to_string(), "2026-03-02");
        assert_eq!(latest_day(moment).to_string(), "2026-03-02");
    }
}
