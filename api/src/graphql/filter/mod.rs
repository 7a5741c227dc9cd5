//! Filters and orders as GraphQL input: from named fields to a [`Predicate`]. A comparison with nothing in it is no condition;
//! null is none of them and is refused, wherever it stands.

mod comparison;
mod tables;

pub use comparison::{
    BooleanFilter, CodeFilter, CodeSetFilter, CountryFilter, CountryListFilter, DateFilter, IntFilter, TextFilter,
    given,
};
pub use tables::{
    CaseFilter, CaseOrder, ConsentFilter, IndividualFilter, IndividualOrder, NarrativeFilter, NarrativeOrder,
    ReferralFilter, ReferralOrder, TraffickerFilter, TraffickerOrder,
};

use async_graphql::MaybeUndefined;
use entity::{Governed, lower_camel};

use crate::access::{Comparison, Predicate};
use crate::error::ClientError;

/// What can be said of one column.
pub trait Compared {
    /// The comparisons, all of which hold.
    ///
    /// # Errors
    /// `BAD_INPUT` for null, for a text that cannot be looked for, or for a list with too many values.
    fn comparisons(self) -> Result<Vec<Comparison>, ClientError>;
}

/// The condition that each comparison makes on a column, whose filter is the field of this name (`case_number`).
fn on<E: Governed>(
    column: E::Column,
    filter: MaybeUndefined<impl Compared>,
    field: &str,
) -> Result<Vec<Predicate<E>>, ClientError> {
    if filter.is_undefined() {
        return Ok(Vec::new());
    }
    let name = lower_camel(field);
    let comparisons = match given(filter, &name)? {
        Some(filter) => filter.comparisons().map_err(|error| error.within(&name))?,
        None => Vec::new(),
    };
    Ok(comparisons.into_iter().map(|comparison| Predicate::Is(column, comparison)).collect())
}

/// The conditions of several filters of a table, the name of whose list is given.
fn each<E, F>(filters: Vec<F>, name: &str) -> Result<Vec<Predicate<E>>, ClientError>
where
    E: Governed,
    Predicate<E>: TryFrom<F, Error = ClientError>,
{
    let numbered = filters.into_iter().enumerate();
    let tried = numbered
        .map(|(at, filter)| Predicate::try_from(filter).map_err(|error| error.within(&at.to_string()).within(name)));
    tried.collect()
}
