//! Filters and orders as GraphQL input: from named fields to a [`Predicate`]. A comparison with nothing in it is no condition.

mod comparison;
mod tables;

pub use comparison::{
    BooleanFilter, CodeFilter, CodeSetFilter, CountryFilter, CountryListFilter, DateFilter, IntFilter, TextFilter,
};
pub use tables::{
    CaseFilter, CaseOrder, ConsentFilter, IndividualFilter, IndividualOrder, NarrativeFilter, NarrativeOrder,
    ReferralFilter, ReferralOrder, TraffickerFilter, TraffickerOrder,
};

use entity::Governed;

use crate::access::{Comparison, Predicate};

/// What can be said of one column.
pub trait Compared {
    /// The comparisons, all of which hold.
    fn comparisons(self) -> Vec<Comparison>;
}

/// The condition that each comparison makes on a column.
fn on<E: Governed>(column: E::Column, filter: Option<impl Compared>) -> impl Iterator<Item = Predicate<E>> {
    filter.into_iter().flat_map(Compared::comparisons).map(move |comparison| Predicate::Is(column, comparison))
}
