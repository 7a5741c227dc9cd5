//! Where people come from and where they were exploited: `data/countries.csv` and `data/missions.csv`. A row that names no
//! country of the code list is left out; a test counts the rows.

use std::sync::LazyLock;

use entity::CountryCode;
use serde::Deserialize;

use super::draw::Draw;

/// Every country that people of the demo come from or were exploited in.
pub(super) static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| rows(include_str!("data/countries.csv")));
/// The missions, the first one first.
pub(super) static MISSIONS: LazyLock<Vec<Mission>> = LazyLock::new(|| {
    let rows: Vec<MissionRow> = rows(include_str!("data/missions.csv"));
    rows.into_iter().map(Mission::from).collect()
});

static CITIZENSHIPS: LazyLock<Vec<(&'static Country, u32)>> =
    LazyLock::new(|| COUNTRIES.iter().map(|country| (country, country.as_citizenship)).collect());
static DESTINATIONS: LazyLock<Vec<(&'static Country, u32)>> =
    LazyLock::new(|| COUNTRIES.iter().map(|country| (country, country.as_exploitation)).collect());

/// One country.
#[derive(Deserialize)]
pub(super) struct Country {
    #[serde(rename = "country")]
    pub(super) code: CountryCode,
    /// The culture whose names its citizens bear; empty where no citizen is in the demo.
    pub(super) culture: String,
    /// What most people speak, BCP 47.
    pub(super) language: String,
    as_citizenship: u32,
    as_exploitation: u32,
}

/// One mission of the demo. Shares of citizenships and destinations follow the weights of the countries in CTDC only roughly.
pub(super) struct Mission {
    pub(super) code: CountryCode,
    /// Its part of all cases, relative to the other missions'.
    pub(super) share: u32,
    pub(super) calling_code: String,
    /// The language of narratives, beside English.
    pub(super) text_language: String,
    pub(super) towns: Vec<String>,
    origins: Vec<CountryCode>,
    destinations: Vec<CountryCode>,
}

#[derive(Deserialize)]
struct MissionRow {
    mission: CountryCode,
    share: u32,
    calling_code: String,
    text_language: String,
    towns: String,
    origins: String,
    destinations: String,
}

impl From<MissionRow> for Mission {
    fn from(row: MissionRow) -> Self {
        let codes = |list: &str| list.split_whitespace().filter_map(|code| code.parse().ok()).collect();
        Self {
            code: row.mission,
            share: row.share,
            calling_code: row.calling_code,
            text_language: row.text_language,
            towns: row.towns.split_whitespace().map(|town| town.replace('-', " ")).collect(),
            origins: codes(&row.origins),
            destinations: codes(&row.destinations),
        }
    }
}

impl Mission {
    /// The citizenship of somebody whom the mission assists: most are its own citizens who came back.
    pub(super) fn citizenship(&self, draw: &mut Draw) -> Option<&'static Country> {
        match draw.below(100) {
            0..64 => country(self.code),
            64..86 => draw.pick(&self.origins).and_then(country).or_else(|| country(self.code)),
            _ => draw.weighted(&CITIZENSHIPS),
        }
    }

    /// Where a citizen of that country was exploited.
    pub(super) fn country_of_exploitation(&self, draw: &mut Draw, citizenship: CountryCode) -> Option<CountryCode> {
        let own_citizen = citizenship == self.code;
        match draw.below(100) {
            0..30 => Some(self.code),
            30..76 if !own_citizen => Some(self.code),
            30..88 => draw.pick(&self.destinations),
            _ => draw.weighted(&DESTINATIONS).map(|country| country.code),
        }
    }

    /// One of the mission's towns.
    pub(super) fn town(&self, draw: &mut Draw) -> &str {
        let at = draw.below(u32::try_from(self.towns.len()).unwrap_or(u32::MAX));
        self.towns.get(at as usize).map_or("", String::as_str)
    }
}

/// The country with this code, if the demo has it and its citizens have names.
pub(super) fn country(code: CountryCode) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code == code && !country.culture.is_empty())
}

/// The mission in this country.
pub(super) fn mission(code: CountryCode) -> Option<&'static Mission> {
    MISSIONS.iter().find(|mission| mission.code == code)
}

fn rows<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes()).into_deserialize().filter_map(Result::ok).collect()
}
