//! The masked column. For one viewer and the missions asked for, a column is plain, withheld, or visible under a condition;
//! every use of a column (select, filter, order, search, cursor) goes through the [`Masks`] of its table. There is no other way to a column.
//!
//! What is hidden must not be told by time either. A value that is hidden in some rows is compared inside
//! `CASE WHEN <visible> THEN value END` and nowhere else: a database decides such a condition before it looks at the value, and
//! has no index for the whole. Of `<visible> AND value = x` it would look for x first, and then ask of each row found, hidden
//! ones too, whether it is visible. An index serves a viewer to whom the column is plain in every row.

use entity::codes::PassageClassification;
use entity::{Code, CountryCode, Governed, narrative_passage};
use sea_orm::DbBackend;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};

use super::clearance::{Clearance, Domain, objects_of};
use super::days::Days;
use super::identity::Viewer;
use super::one_of::one_of;
use super::policy::Action;
use super::scope::{Asked, ScopeSet, Standpoint, condition};

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

impl Mask {
    /// What stands behind the mask: null in the rows in which the condition does not hold; none where it is withheld.
    pub(super) fn over(&self, plain: Expr) -> Option<Expr> {
        match self {
            Self::Plain => Some(plain),
            Self::Withheld => None,
            Self::Under(visible) => Some(CaseStatement::new().case(visible.clone(), plain).into()),
        }
    }
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
        self.rows_asked(Asked::OfEach)
    }

    fn rows_asked(&self, asked: Asked) -> Expr {
        let arms = self.domains.iter().map(|(_, missions, rows)| match self.under(*rows, missions, asked) {
            None => self.in_missions(missions),
            Some(scope) => self.in_missions(missions).and(scope),
        });
        arms.reduce(ExprTrait::or).unwrap_or_else(|| Expr::value(false))
    }

    /// What the viewer gets of a column in those rows.
    #[must_use]
    pub fn mask(&self, column: E::Column) -> Mask {
        self.mask_asked(column, Asked::OfEach)
    }

    fn mask_asked(&self, column: E::Column, asked: Asked) -> Mask {
        let objects = objects_of::<E>(column);
        let masks: Vec<(Option<PassageClassification>, Mask)> =
            objects.iter().map(|(label, object)| (*label, self.mask_of_object(object, asked))).collect();
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

    fn mask_of_object(&self, object: &str, asked: Asked) -> Mask {
        let granted: Vec<ScopeSet> =
            self.domains.iter().map(|(domain, _, _)| self.clearance.scopes(domain, object, Action::Read)).collect();
        let pairs = || self.domains.iter().zip(&granted);
        if pairs().all(|((_, _, rows), column)| column.covers(*rows)) {
            return if self.nothing() { Mask::Withheld } else { Mask::Plain };
        }
        let arms = pairs().filter(|(_, column)| !column.is_none()).map(|((_, missions, rows), column)| {
            let scope = if column.covers(*rows) { None } else { self.under(*column, missions, asked) };
            match (scope, self.domains.len()) {
                (Some(scope), 1) => scope,
                (Some(scope), _) => self.in_missions(missions).and(scope),
                (None, _) => self.in_missions(missions),
            }
        });
        arms.reduce(ExprTrait::or).map_or(Mask::Withheld, Mask::Under)
    }

    fn under(&self, scopes: ScopeSet, missions: &[CountryCode], asked: Asked) -> Option<Expr> {
        let Self { viewer, days, backend, .. } = *self;
        condition::<E>(scopes, Standpoint { viewer, days, missions, backend, asked })
    }

    /// Whether some rows of the missions are hidden from this viewer.
    fn hides_rows(&self) -> bool {
        self.domains.iter().any(|(_, _, rows)| !rows.covers(ScopeSet::MISSION))
    }

    /// The column as this viewer sees it, to be compared or to be ordered by; none where it is withheld from every row.
    #[must_use]
    pub fn expression(&self, column: E::Column) -> Option<Expr> {
        self.compared(column).over(Expr::col((E::default(), column)))
    }

    /// What the viewer gets of a column where it is compared, which is decided for every row of the missions: plain only where
    /// none of their rows is hidden.
    pub(super) fn compared(&self, column: E::Column) -> Mask {
        let rows = || self.rows_asked(Asked::OfAll);
        match self.mask_asked(column, Asked::OfAll) {
            Mask::Plain if self.hides_rows() => Mask::Under(rows()),
            Mask::Under(scope) if self.hides_rows() => Mask::Under(rows().and(scope)),
            other => other,
        }
    }

    /// The column as this viewer sees it, in rows that something else has chosen already, or to follow a reference: an index
    /// may serve it where it is plain in every row that the viewer sees. None where it is withheld from every row.
    #[must_use]
    pub fn seen(&self, column: E::Column) -> Option<Expr> {
        self.mask(column).over(Expr::col((E::default(), column)))
    }

    /// A condition as a value of its own, true or false. SQLite asked for the value of `(a, b) IN (...)` reads the whole set for
    /// each pair that is not in it, to find out whether that is false or unknown; asked for a decision it does not.
    pub(super) fn decided(&self, condition: Expr) -> Expr {
        match self.backend {
            DbBackend::Postgres => condition,
            _ => CaseStatement::new().case(condition, true).finally(false).into(),
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
