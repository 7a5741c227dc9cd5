//! Where masks come from: a viewer, the clearance that belongs to that viewer, the days, and the missions of one question.

use entity::CountryCode;
use entity::table::Table;
use sea_orm::DbBackend;

use super::{clearance::Clearance, days::Days, identity::Viewer, mask::Masks};

/// Makes the masks of any table for one question.
#[derive(Clone, Copy)]
pub(super) struct MaskSource<'a> {
    pub(super) clearance: &'a Clearance,
    pub(super) viewer: &'a Viewer,
    pub(super) days: &'a Days,
    pub(super) missions: Option<&'a [CountryCode]>,
    pub(super) backend: DbBackend,
    /// Whether the rows hang below others, whose missions are among those of the question, and are of the same missions.
    pub(super) below: bool,
}

impl<'a> MaskSource<'a> {
    /// The masks of one table.
    #[must_use]
    pub(super) fn masks(&self, table: &'static Table) -> Masks<'a> {
        Masks::new(table, *self)
    }
}
