//! The releases of CTDC that are understood, and how they differ in their conventions.

use super::columns::{Columns, K_ANONYMISED_2020_CORE, K_ANONYMISED_2021, SYNTHETIC_2021, VICTIM_PERPETRATOR_2022};

/// One release of CTDC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Global k-anonymised data, 15 July 2021.
    KAnonymised2021,
    /// Seven columns of the global k-anonymised data of 14 April 2020.
    KAnonymised2020Core,
    /// Global synthetic data, 25 August 2021.
    Synthetic2021,
    /// Victim-perpetrator synthetic data, 1 December 2022.
    VictimPerpetrator2022,
}

impl Release {
    /// Every release.
    pub const ALL: [Self; 4] =
        [Self::KAnonymised2021, Self::KAnonymised2020Core, Self::Synthetic2021, Self::VictimPerpetrator2022];

    /// The name in case numbers and import keys. Never changed: by it a second import knows the first.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::KAnonymised2021 => "kanon-2021",
            Self::KAnonymised2020Core => "kanon-2020-core",
            Self::Synthetic2021 => "synthetic-2021",
            Self::VictimPerpetrator2022 => "vp-2022",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::KAnonymised2021 => "CTDC global k-anonymised, 15 July 2021",
            Self::KAnonymised2020Core => "CTDC global k-anonymised, 14 April 2020, seven columns",
            Self::Synthetic2021 => "CTDC global synthetic, 25 August 2021",
            Self::VictimPerpetrator2022 => "CTDC victim-perpetrator synthetic, 1 December 2022",
        }
    }

    /// Whether its rows describe no person.
    #[must_use]
    pub const fn is_synthetic(self) -> bool {
        matches!(self, Self::Synthetic2021 | Self::VictimPerpetrator2022)
    }

    /// Whether countries are ISO 3166-1 alpha-3 codes; alpha-2 in the others.
    pub(super) const fn has_alpha3(self) -> bool {
        matches!(self, Self::Synthetic2021)
    }

    /// The country code that stands for *unknown country*, as another thing than a missing one.
    pub(super) fn is_unknown_country(self, code: &str) -> bool {
        self == Self::KAnonymised2020Core && matches!(code, "0" | "00")
    }

    /// Whether a value stands for a missing one. `NA` never does: it is Namibia.
    pub(super) fn is_missing(self, value: &str) -> bool {
        value.is_empty() || (self == Self::KAnonymised2020Core && value == "-99")
    }

    /// Its columns.
    pub(super) const fn columns(self) -> Columns {
        match self {
            Self::KAnonymised2021 => K_ANONYMISED_2021,
            Self::KAnonymised2020Core => K_ANONYMISED_2020_CORE,
            Self::Synthetic2021 => SYNTHETIC_2021,
            Self::VictimPerpetrator2022 => VICTIM_PERPETRATOR_2022,
        }
    }
}
