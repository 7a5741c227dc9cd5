//! Order and cursors. A page begins after the values of a row, not after a number of rows: the ten-thousandth page costs
//! what the first does. Order keys are masked, so a cursor holds only what its viewer saw, and it is sealed.

use entity::CountryCode;
use entity::table::{ID, MISSION_ID, Table};
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, NullOrdering, Order as SqlOrder, SelectStatement};

use super::{
    json::Json,
    mask::Masks,
    mask_source::MaskSource,
    order::{Direction, Key, OrderKey},
    sealing::RowId,
    selected::{Selected, from_json},
};
use crate::error::Result;

/// The order of a question: masked keys, then mission and id, so that it is total.
pub(super) struct Keyset {
    table: &'static Table,
    keys: Vec<Key>,
}

/// Where a row stands in an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Position {
    values: Vec<Option<Value>>,
    row: RowId,
}

impl Keyset {
    pub(super) fn new(order: &[OrderKey], source: &MaskSource<'_>, masks: &Masks<'_>) -> Result<Self> {
        let keys = order.iter().map(|key| key.masked(source, masks));
        Ok(Self { table: masks.table(), keys: keys.collect::<Result<_>>()? })
    }

    /// For an order that no client chose, such as that of the children of known rows: a key that is withheld falls away and
    /// refuses nobody.
    pub(super) fn of_visible(order: &[OrderKey], source: &MaskSource<'_>, masks: &Masks<'_>) -> Self {
        let keys = order.iter().filter_map(|key| key.seen(source, masks).ok());
        Self { table: masks.table(), keys: keys.collect() }
    }

    /// What a cursor is sealed for besides its viewer: table and order.
    pub(super) fn fingerprint(&self) -> String {
        let keys = self.keys.iter().map(|key| format!("{} {:?}", key.name, key.direction));
        format!("{}:{}", self.table.name, keys.collect::<Vec<_>>().join(","))
    }

    /// Adds the keys to what is selected, for cursors.
    pub(super) fn select(&self, statement: &mut SelectStatement) {
        for (at, key) in self.keys.iter().enumerate() {
            statement.expr_as(key.masked.clone(), key_name(at));
        }
    }

    /// The names under which the keys are selected.
    pub(super) fn selected(&self) -> impl Iterator<Item = String> {
        (0..self.keys.len()).map(key_name)
    }

    /// Orders the rows that refer to one row. They are found by that row and then sorted: in the order of an index a database would
    /// read the mission until it has a page of them, and both databases prefer that, so none may serve.
    pub(super) fn order_few(&self, statement: &mut SelectStatement, backwards: bool) {
        self.order_by_keys(statement, backwards);
        let id = Expr::col((self.table.table, ID));
        statement.order_by_expr(Func::coalesce([id.clone(), id]).into(), sql_order(Direction::Asc, backwards));
    }

    fn order_by_keys(&self, statement: &mut SelectStatement, backwards: bool) {
        for Key { masked, direction, .. } in &self.keys {
            let nulls = if backwards { NullOrdering::First } else { NullOrdering::Last };
            statement.order_by_expr_with_nulls(masked.clone(), sql_order(*direction, backwards), nulls);
        }
    }

    /// Orders a statement, or the other way round.
    pub(super) fn order(&self, statement: &mut SelectStatement, backwards: bool) {
        self.order_by_keys(statement, backwards);
        let tie = sql_order(Direction::Asc, backwards);
        let table = self.table.table;
        statement.order_by((table, MISSION_ID), tie.clone()).order_by((table, ID), tie);
    }

    /// Orders the outer select as the inner one was ordered: a subquery's order is not promised to last.
    pub(super) fn order_selected(&self, statement: &mut SelectStatement, rows: &'static str, backwards: bool) {
        for (at, Key { direction, .. }) in self.keys.iter().enumerate() {
            let nulls = if backwards { NullOrdering::First } else { NullOrdering::Last };
            let key = Expr::col((rows, Alias::new(key_name(at))));
            statement.order_by_expr_with_nulls(key, sql_order(*direction, backwards), nulls);
        }
        let tie = sql_order(Direction::Asc, backwards);
        statement.order_by((rows, MISSION_ID), tie.clone()).order_by((rows, ID), tie);
    }

    /// The rows beyond a position.
    pub(super) fn beyond(&self, position: &Position, backwards: bool) -> Expr {
        let row = |column: &'static str| Expr::col((self.table.table, column));
        let here = Expr::tuple([row(MISSION_ID), row(ID)]);
        let there = Expr::tuple([Expr::value(position.row.mission.as_str()), Expr::value(position.row.id)]);
        let mut beyond = if backwards { here.lt(there) } else { here.gt(there) };
        for (Key { masked, direction, .. }, value) in self.keys.iter().zip(&position.values).rev() {
            let ascending = (*direction == Direction::Asc) != backwards;
            beyond = match value {
                Some(value) => {
                    let further = match ascending {
                        true => masked.clone().gt(value.clone()),
                        false => masked.clone().lt(value.clone()),
                    };
                    let further = if backwards { further } else { further.or(masked.clone().is_null()) };
                    further.or(masked.clone().eq(value.clone()).and(beyond))
                }
                // Nulls come last: nothing lies behind them but other nulls; everything else lies before.
                None if backwards => masked.clone().is_not_null().or(masked.clone().is_null().and(beyond)),
                None => masked.clone().is_null().and(beyond),
            };
        }
        beyond
    }

    /// The rows beyond a position in the missions of the masks, as conditions one after the other, in the order in which the rows
    /// come. Without keys these are the rest of one mission and then the other missions whole: a database finds the beginning
    /// of either in its index, and does not for a comparison of pairs beside a list of missions (PostgreSQL 15 then reads
    /// every row before the position).
    pub(super) fn legs(&self, position: &Position, backwards: bool, masks: &Masks<'_>) -> Vec<Expr> {
        if !self.keys.is_empty() {
            return vec![self.beyond(position, backwards)];
        }
        let row = |column: &'static str| Expr::col((self.table.table, column));
        let (here, id) = (position.row.mission, row(ID));
        let further = if backwards { id.lt(position.row.id) } else { id.gt(position.row.id) };
        let lies_beyond = |mission: &CountryCode| if backwards { *mission < here } else { *mission > here };
        let others: Vec<CountryCode> = masks.missions().into_iter().filter(lies_beyond).collect();
        let mut legs = vec![row(MISSION_ID).eq(here.as_str()).and(further)];
        legs.extend((!others.is_empty()).then(|| masks.in_missions(&others)));
        legs
    }

    /// Where a selected row stands. Its keys were selected from this place on.
    pub(super) fn position(&self, row: RowId, selected: &Selected<'_>, from: usize) -> Result<Position> {
        let values = self.keys.iter().enumerate().map(|(at, key)| {
            let value = selected.cell(key.kind, from + at)?;
            Ok((value != value.as_null()).then_some(value))
        });
        Ok(Position { values: values.collect::<Result<_>>()?, row })
    }

    /// The position that was written with [`Position::to_bytes`] for the same order.
    pub(super) fn parse(&self, bytes: &[u8]) -> Option<Position> {
        let (mission, id, values): (String, uuid::Uuid, Vec<Json<'_>>) = serde_json::from_slice(bytes).ok()?;
        let row = RowId { mission: mission.parse().ok()?, id };
        if values.len() != self.keys.len() {
            return None;
        }
        let values = self.keys.iter().zip(values).map(|(key, json)| match json {
            Json::Null => Some(None),
            json => from_json(key.kind, &json).map(Some),
        });
        Some(Position { values: values.collect::<Option<_>>()?, row })
    }
}

impl Position {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let values: Vec<serde_json::Value> = self.values.iter().map(to_json).collect();
        serde_json::to_vec(&(self.row.mission.as_str(), self.row.id, values)).unwrap_or_default()
    }
}

fn key_name(at: usize) -> String {
    format!("_k{at}")
}

const fn sql_order(direction: Direction, backwards: bool) -> SqlOrder {
    match (direction, backwards) {
        (Direction::Asc, false) | (Direction::Desc, true) => SqlOrder::Asc,
        _ => SqlOrder::Desc,
    }
}

fn to_json(value: &Option<Value>) -> serde_json::Value {
    match value {
        Some(Value::SmallInt(Some(number))) => serde_json::Value::from(*number),
        Some(Value::Int(Some(number))) => serde_json::Value::from(*number),
        Some(Value::BigInt(Some(number))) => serde_json::Value::from(*number),
        Some(Value::Bool(Some(truth))) => serde_json::Value::from(*truth),
        Some(Value::ChronoDate(Some(date))) => serde_json::Value::from(date.to_string()),
        Some(Value::Uuid(Some(id))) => serde_json::Value::from(id.to_string()),
        Some(Value::String(Some(text))) => serde_json::Value::from(text.as_str()),
        _ => serde_json::Value::Null,
    }
}
