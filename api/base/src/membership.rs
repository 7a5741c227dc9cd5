//! A [`Membership`]: a role, and the place where it holds, with their text form `case_worker@UA`, `hq_analyst@*` and
//! `regional_analyst@region:RO Vienna`. Refuses every text that is not exactly one of these three shapes.

use std::{fmt, str::FromStr};

use entity::CountryCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How long the name of a role may be, in bytes.
const LONGEST_ROLE: usize = 40;
/// How long the name of a region may be, in bytes.
const LONGEST_REGION: usize = 80;
/// What stands before the name of a region.
const REGION: &str = "region:";
/// The place that is every mission.
const EVERYWHERE: &str = "*";

/// The name of a role of the policy. Whether the policy has such a role is not asked here: one that it does not have
/// is given nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleName(String);

/// Where a role holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In one mission.
    Mission(CountryCode),
    /// In the missions that a regional office covers, by the name of the office.
    Region(String),
    /// In every mission.
    Everywhere,
}

/// A role and the place where it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Membership {
    /// The role.
    pub role: RoleName,
    /// Where it holds.
    pub place: Place,
}

/// Why a text is no membership. It never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MembershipError {
    /// No `@` parts the text.
    #[error("a membership is a role, @ and a place: case_worker@UA, hq_analyst@* or regional_analyst@region:RO Vienna")]
    NoPlace,
    /// The role has another form than [`RoleName`] allows.
    #[error("a role is 1 to 40 lower-case letters (a to z), digits and underscores")]
    Role,
    /// What follows `@` is none of the three shapes.
    #[error("a place is an ISO 3166-1 alpha-2 code in capitals, region: with the name of a regional office, or *")]
    Place,
}

impl RoleName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is this a role of partner organisations?
    #[must_use]
    pub fn is_partner(&self) -> bool {
        self.0.starts_with("partner_")
    }
}

impl FromStr for RoleName {
    type Err = MembershipError;

    fn from_str(text: &str) -> Result<Self, MembershipError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if text.is_empty() || text.len() > LONGEST_ROLE || !text.bytes().all(allowed) {
            return Err(MembershipError::Role);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Place {
    type Err = MembershipError;

    fn from_str(text: &str) -> Result<Self, MembershipError> {
        if text == EVERYWHERE {
            return Ok(Self::Everywhere);
        }
        match text.strip_prefix(REGION) {
            Some(name) if is_region_name(name) => Ok(Self::Region(name.to_owned())),
            Some(_) => Err(MembershipError::Place),
            None => text.parse().map(Self::Mission).map_err(|_| MembershipError::Place),
        }
    }
}

/// Blanks around a name would make two regions of one.
fn is_region_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_REGION
        && name.trim() == name
        && !name.chars().any(|letter| letter.is_control() || letter == '@')
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mission(code) => code.fmt(formatter),
            Self::Region(name) => write!(formatter, "{REGION}{name}"),
            Self::Everywhere => formatter.write_str(EVERYWHERE),
        }
    }
}

impl FromStr for Membership {
    type Err = MembershipError;

    fn from_str(text: &str) -> Result<Self, MembershipError> {
        let (role, place) = text.split_once('@').ok_or(MembershipError::NoPlace)?;
        Ok(Self { role: role.parse()?, place: place.parse()? })
    }
}

impl fmt::Display for Membership {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.role, self.place)
    }
}

impl Serialize for Membership {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Membership {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
