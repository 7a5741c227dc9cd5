//! The releases of CTDC that are understood, and how they differ in their conventions.

use super::columns::{Columns, K_ANONYMISED_2020_CORE, K_ANONYMISED_2021, SYNTHETIC_2021, VICTIM_PERPETRATOR_2022};

/// Rows of another release are no few faults any more where they are one in so many.
const FEW: usize = 20;

/// One release of CTDC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Global k-anonymised data, 15 July 2021.
    KAnonymised2021,
    /// Global k-anonymised data, 14 April 2020: the same headings, other conventions.
    KAnonymised2020,
    /// Seven columns of the global k-anonymised data of 14 April 2020.
    KAnonymised2020Core,
    /// Global synthetic data, 25 August 2021.
    Synthetic2021,
    /// Victim-perpetrator synthetic data, 1 December 2022.
    VictimPerpetrator2022,
}

impl Release {
    /// Every release.
    pub const ALL: [Self; 5] = [
        Self::KAnonymised2021,
        Self::KAnonymised2020,
        Self::KAnonymised2020Core,
        Self::Synthetic2021,
        Self::VictimPerpetrator2022,
    ];

    /// The name in case numbers and import keys. Never changed: by it a second import knows the first.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::KAnonymised2021 => "kanon-2021",
            Self::KAnonymised2020 => "kanon-2020",
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
            Self::KAnonymised2020 => "CTDC global k-anonymised, 14 April 2020",
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
        self.is_of_2020() && matches!(code, "0" | "00")
    }

    /// Whether a value stands for a missing one. `NA` never does: it is Namibia.
    pub(super) fn is_missing(self, value: &str) -> bool {
        value.is_empty() || (self.is_of_2020() && value == "-99")
    }

    const fn is_of_2020(self) -> bool {
        matches!(self, Self::KAnonymised2020 | Self::KAnonymised2020Core)
    }

    /// The release of a file, where its headings are those of two: the values tell. `of_2020` of its rows have a value that
    /// the release of 2021 never has. In that of 2020 it is nearly every row, and still about one in five in copies in which
    /// -99 was emptied; a few in a file of 2021 are faults, which their rows are left out for.
    pub(super) const fn by_values(self, rows: usize, of_2020: usize) -> Self {
        match self {
            Self::KAnonymised2021 if of_2020 > 0 && of_2020 * FEW >= rows => Self::KAnonymised2020,
            other => other,
        }
    }

    /// Whether another release has the same headings.
    pub(super) const fn has_twin(self) -> bool {
        matches!(self, Self::KAnonymised2021)
    }

    /// Its columns.
    pub(super) const fn columns(self) -> Columns {
        match self {
            Self::KAnonymised2021 | Self::KAnonymised2020 => K_ANONYMISED_2021,
            Self::KAnonymised2020Core => K_ANONYMISED_2020_CORE,
            Self::Synthetic2021 => SYNTHETIC_2021,
            Self::VictimPerpetrator2022 => VICTIM_PERPETRATOR_2022,
        }
    }
}
