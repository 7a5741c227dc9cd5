//! The masked column. For one viewer and the missions asked for, a column is plain, withheld, or visible under a condition;
//! every use of a column (select, filter, order, search, cursor) goes through the [`Masks`] of its table. There is no other way to a column.

use entity::codes::PassageClassification;
use entity::{Code, CountryCode, Governed, narrative_passage};
use sea_orm::DbBackend;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};

use super::clearance::{Clearance, Domain, objects_of};
use super::days::Days;
use super::identity::Viewer;
use super::one_of::one_of;
use super::policy::Action;
use super::scope::{ScopeSet, condition};

/// What a viewer gets of a column in the rows that the viewer may see.
#[derive(Clone, Debug, PartialEq)]
pub enum Mask {
    /// The column, in every row.
    Plain,
    /// Nothing, in no row.
    Withheld,
    /// The column where the condition holds, else null.
    Under(Expr),
}

/// The masks of one table for one viewer, over the missions that one question covers.
pub struct Masks<'a, E> {
    clearance: &'a Clearance,
    viewer: &'a Viewer,
    days: &'a Days,
    backend: DbBackend,
    /// The domains that have rows for this viewer, with the missions of the question and the row scopes.
    domains: Vec<(&'a Domain, Vec<CountryCode>, ScopeSet)>,
    table: std::marker::PhantomData<fn() -> E>,
}

impl<'a, E: Governed> Masks<'a, E> {
    /// The masks over `missions`; none given: over all that the viewer has.
    pub(super) fn new(
        clearance: &'a Clearance,
        viewer: &'a Viewer,
        days: &'a Days,
        missions: Option<&[CountryCode]>,
        backend: DbBackend,
    ) -> Self {
        let row = E::object(E::ID).unwrap_or_default();
        let domains = clearance.domains().iter().filter_map(|domain| {
            let asked = |mission: &CountryCode| missions.is_none_or(|missions| missions.contains(mission));
            let covered: Vec<CountryCode> = domain.missions().iter().copied().filter(asked).collect();
            let rows = clearance.scopes(domain, &row, Action::Read);
            (!covered.is_empty() && !rows.is_none()).then_some((domain, covered, rows))
        });
        Self { clearance, viewer, days, backend, domains: domains.collect(), table: std::marker::PhantomData }
    }

    /// Whether no row of the table is visible at all.
    #[must_use]
    pub const fn nothing(&self) -> bool {
        self.domains.is_empty()
    }

    /// The missions whose rows may be visible, sorted.
    #[must_use]
    pub fn missions(&self) -> Vec<CountryCode> {
        let mut missions: Vec<CountryCode> =
            self.domains.iter().flat_map(|(_, missions, _)| missions.iter().copied()).collect();
        missions.sort();
        missions
    }

    /// Rows of these missions.
    pub(super) fn in_missions(&self, missions: &[CountryCode]) -> Expr {
        in_missions::<E>(self.backend, missions)
    }

    /// The condition that a row is there for the viewer.
    #[must_use]
    pub fn rows(&self) -> Expr {
        let arms = self.domains.iter().map(|(_, missions, rows)| match self.under(*rows, missions) {
            None => self.in_missions(missions),
            Some(scope) => self.in_missions(missions).and(scope),
        });
        arms.reduce(ExprTrait::or).unwrap_or_else(|| Expr::value(false))
    }

    /// What the viewer gets of a column in those rows.
    #[must_use]
    pub fn mask(&self, column: E::Column) -> Mask {
        let objects = objects_of::<E>(column);
        let masks: Vec<(Option<PassageClassification>, Mask)> =
            objects.iter().map(|(label, object)| (*label, self.mask_of_object(object))).collect();
        match masks.as_slice() {
            [] => Mask::Withheld,
            [(None, mask)] => mask.clone(),
            all if all.iter().all(|(_, mask)| *mask == Mask::Plain) => Mask::Plain,
            all => {
                let arms = all.iter().filter_map(|(label, mask)| label.and_then(|label| classified(label, mask)));
                arms.reduce(ExprTrait::or).map_or(Mask::Withheld, Mask::Under)
            }
        }
    }

    fn mask_of_object(&self, object: &str) -> Mask {
        let granted: Vec<ScopeSet> =
            self.domains.iter().map(|(domain, _, _)| self.clearance.scopes(domain, object, Action::Read)).collect();
        let pairs = || self.domains.iter().zip(&granted);
        if pairs().all(|((_, _, rows), column)| column.covers(*rows)) {
            return if self.nothing() { Mask::Withheld } else { Mask::Plain };
        }
        let arms = pairs().filter(|(_, column)| !column.is_none()).map(|((_, missions, rows), column)| {
            let scope = if column.covers(*rows) { None } else { self.under(*column, missions) };
            match (scope, self.domains.len()) {
                (Some(scope), 1) => scope,
                (Some(scope), _) => self.in_missions(missions).and(scope),
                (None, _) => self.in_missions(missions),
            }
        });
        arms.reduce(ExprTrait::or).map_or(Mask::Withheld, Mask::Under)
    }

    fn under(&self, scopes: ScopeSet, missions: &[CountryCode]) -> Option<Expr> {
        condition::<E>(scopes, self.viewer, self.days.within(missions, self.backend))
    }

    /// The column as this viewer sees it; none where it is withheld from every row.
    #[must_use]
    pub fn expression(&self, column: E::Column) -> Option<Expr> {
        let plain = Expr::col((E::default(), column));
        match self.mask(column) {
            Mask::Plain => Some(plain),
            Mask::Withheld => None,
            Mask::Under(scope) => Some(CaseStatement::new().case(scope, plain).into()),
        }
    }
}

/// Rows of these missions.
pub(super) fn in_missions<E: Governed>(backend: DbBackend, missions: &[CountryCode]) -> Expr {
    let column = Expr::col((E::default(), E::MISSION_ID));
    match missions {
        [mission] => column.eq(mission.as_str()),
        missions => one_of(backend, column, missions.iter().copied()),
    }
}

/// The passages with this classification of which the text is visible. A passage without one is identifying.
fn classified(label: PassageClassification, mask: &Mask) -> Option<Expr> {
    let column = Expr::col((narrative_passage::Entity, narrative_passage::Column::Classification));
    let mut labelled = column.clone().eq(label.number());
    if label == PassageClassification::Identifying {
        labelled = labelled.or(column.is_null());
    }
    match mask {
        Mask::Withheld => None,
        Mask::Plain => Some(labelled),
        Mask::Under(scope) => Some(labelled.and(scope.clone())),
    }
}
