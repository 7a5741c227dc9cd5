//! The masked column. For one viewer and the missions asked for, a column is plain, withheld, or visible under a condition;
//! every use of a column (select, filter, order, search, cursor) goes through the [`Masks`] of its table. There is no other way to a column.
//!
//! What is hidden must not be told by time either. A value that is hidden in some rows is compared inside
//! `CASE WHEN <visible> THEN value END` and nowhere else: a database decides such a condition before it looks at the value, and
//! has no index for the whole. Of `<visible> AND value = x` it would look for x first, and then ask of each row found, hidden
//! ones too, whether it is visible. An index serves a viewer to whom the column is plain in every row.

use entity::CountryCode;
use entity::table::{Column, Table};
use sea_orm::DbBackend;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};

use super::granted::{Granted, GrantedIn};
use super::mask_source::MaskSource;
use super::policy::{Action, ClassId, CodeClass, Governing};
use super::scope::ScopeSet;
use super::standpoint::Decide;

/// What a viewer gets of a column in the rows that the viewer may see.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mask {
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
pub(super) struct Masks<'a> {
    /// The rows that are there for this viewer.
    rows: Granted<'a>,
}

impl<'a> Masks<'a> {
    pub(super) fn new(table: &'static Table, source: MaskSource<'a>) -> Self {
        Self { rows: Granted::new(table, source, Action::Read) }
    }

    /// The table.
    #[must_use]
    pub(super) const fn table(&self) -> &'static Table {
        self.rows.table
    }

    /// Whether no row of the table is visible at all.
    #[must_use]
    pub(super) const fn nothing(&self) -> bool {
        self.rows.domains.is_empty()
    }

    /// The missions whose rows may be visible, sorted.
    #[must_use]
    pub(super) fn missions(&self) -> Vec<CountryCode> {
        let mut missions: Vec<CountryCode> =
            self.rows.domains.iter().flat_map(|granted| granted.missions.iter().copied()).collect();
        missions.sort();
        missions
    }

    /// Rows of these missions.
    pub(super) fn in_missions(&self, missions: &[CountryCode]) -> Expr {
        self.rows.in_missions(missions)
    }

    /// The condition that a row is there for the viewer.
    #[must_use]
    pub(super) fn rows(&self) -> Expr {
        self.rows_by(Decide::RowByRow)
    }

    fn rows_by(&self, decide: Decide) -> Expr {
        self.rows.condition(decide).unwrap_or_else(|| Expr::value(false))
    }

    /// What the viewer gets of a column in those rows. It is here that a column of another table is found out: nothing.
    #[must_use]
    pub(super) fn mask(&self, column: &'static Column) -> Mask {
        self.mask_by(column, Decide::RowByRow)
    }

    fn mask_by(&self, column: &'static Column, decide: Decide) -> Mask {
        if column.table != self.table() {
            return Mask::Withheld;
        }
        match self.rows.source.clearance.classes().governing(column) {
            Governing::Nobody => Mask::Withheld,
            Governing::Class(class) => self.mask_of_class(*class, decide),
            Governing::ByCode(by, classes) => {
                let masks = classes.iter().map(|code| (code, self.mask_of_class(code.class, decide)));
                let masks: Vec<(&CodeClass, Mask)> = masks.collect();
                if masks.iter().all(|(_, mask)| *mask == Mask::Plain) {
                    return Mask::Plain;
                }
                let arms = masks.iter().filter_map(|(code, mask)| with_code(by, code, mask));
                arms.reduce(ExprTrait::or).map_or(Mask::Withheld, Mask::Under)
            }
        }
    }

    fn mask_of_class(&self, class: ClassId, decide: Decide) -> Mask {
        let domains = &self.rows.domains;
        let granted: Vec<ScopeSet> =
            domains.iter().map(|rows| rows.domain.decisions().scopes(class, Action::Read)).collect();
        let pairs = || domains.iter().zip(&granted);
        if pairs().all(|(rows, column)| column.covers(rows.scopes)) {
            return if self.nothing() { Mask::Withheld } else { Mask::Plain };
        }
        let arms =
            pairs().filter(|(_, column)| !column.is_none()).map(|(GrantedIn { missions, scopes, .. }, column)| {
                let scope = if column.covers(*scopes) { None } else { self.rows.under(*column, missions, decide) };
                match (scope, domains.len()) {
                    (Some(scope), 1) => scope,
                    (Some(scope), _) => self.in_missions(missions).and(scope),
                    (None, _) => self.in_missions(missions),
                }
            });
        arms.reduce(ExprTrait::or).map_or(Mask::Withheld, Mask::Under)
    }

    /// Whether some rows of the missions are hidden from this viewer.
    fn hides_rows(&self) -> bool {
        self.rows.domains.iter().any(|granted| !granted.scopes.covers(ScopeSet::MISSION))
    }

    /// The column as this viewer sees it, to be compared or to be ordered by; none where it is withheld from every row.
    #[must_use]
    pub(super) fn expression(&self, column: &'static Column) -> Option<Expr> {
        self.compared(column).over(plain(column))
    }

    /// What the viewer gets of a column where it is compared, which is decided for every row of the missions: plain only where
    /// none of their rows is hidden.
    pub(super) fn compared(&self, column: &'static Column) -> Mask {
        let rows = || self.rows_by(Decide::AsSet);
        match self.mask_by(column, Decide::AsSet) {
            Mask::Plain if self.hides_rows() => Mask::Under(rows()),
            Mask::Under(scope) if self.hides_rows() => Mask::Under(rows().and(scope)),
            other => other,
        }
    }

    /// The column as this viewer sees it, in rows that something else has chosen already, or to follow a reference: an index
    /// may serve it where it is plain in every row that the viewer sees. None where it is withheld from every row.
    #[must_use]
    pub(super) fn seen(&self, column: &'static Column) -> Option<Expr> {
        self.mask(column).over(plain(column))
    }

    /// A condition as a value of its own, true or false. SQLite asked for the value of `(a, b) IN (...)` reads the whole set for
    /// each pair that is not in it, to find out whether that is false or unknown; asked for a decision it does not.
    pub(super) fn decided(&self, condition: Expr) -> Expr {
        match self.rows.source.backend {
            DbBackend::Postgres => condition,
            _ => CaseStatement::new().case(condition, true).finally(false).into(),
        }
    }
}

/// The column itself, whoever sees it.
pub(super) fn plain(column: &Column) -> Expr {
    Expr::col((column.table.table, column.name))
}

/// The rows in which another column has this code, and of which the value that it classifies is visible. A value that nobody
/// has classified counts as the one that its table says.
fn with_code(by: &Column, code: &CodeClass, mask: &Mask) -> Option<Expr> {
    let column = plain(by);
    let mut coded = column.clone().eq(code.number);
    if code.or_unknown {
        coded = coded.or(column.is_null());
    }
    match mask {
        Mask::Withheld => None,
        Mask::Plain => Some(coded),
        Mask::Under(scope) => Some(coded.and(scope.clone())),
    }
}
