//! A change that was made against a version which is no longer the row's. What changed since is told as far as the viewer may read
//! it in this row now, and no further: no other field, and no number of others.

use entity::table::{ID, Table};
use entity::{Governed, field_change};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ModelTrait, Value};

use super::{
    columns::Columns,
    held::{mission_of, uuid_of, version_in, version_of},
    policy::field_of,
    projection::Projection,
    sealing::RowId,
    selected::Selected,
    writer::Writer,
};
use crate::error::{ClientError, Result};

/// What a row is now that was changed since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stale {
    /// Its version, where the viewer may read it.
    pub current: Option<i32>,
    /// The policy objects of fields that changed since and that the viewer may read, sorted.
    pub fields: Vec<String>,
}

impl Writer {
    /// What changed of a row, which was read unmasked, since it had this version; none where it still has it.
    pub(super) async fn changed_since<E: Governed>(&self, row: E::Model, version: i32) -> Result<Option<Stale>> {
        if version_of::<E>(&row) == Some(version) {
            return Ok(None);
        }
        let place = mission_of::<E>(&row).zip(uuid_of(&row.get(E::ID)));
        let (mission, id) = place.ok_or(ClientError::NotFound)?;
        let row = RowId { mission, id };
        let changed = self.changed_columns(E::TABLE, row, version).await?;
        Ok(Some(self.told(E::TABLE, row, changed).await?))
    }

    /// The columns that commands changed after a version.
    async fn changed_columns(&self, table: &'static Table, row: RowId, version: i32) -> Result<Columns> {
        use field_change::Column::{MissionId, NewField, ObjectId, ObjectType, Version};
        let mut statement = Query::select();
        statement.distinct().column(NewField).from(field_change::Entity);
        statement.and_where(Expr::col(MissionId).eq(row.mission)).and_where(Expr::col(ObjectId).eq(row.id));
        statement.and_where(Expr::col(ObjectType).eq(table.name)).and_where(Expr::col(Version).gt(version));
        let rows = self.session().await?.query(field_change::Entity, &statement).await?;
        let objects: Vec<String> = rows.iter().map(|row| row.try_get("", "new_field")).collect::<Result<_, _>>()?;
        Ok(Columns::of_fields(table, objects.iter().filter_map(|object| Some(field_of(object).split_once('.')?.1))))
    }

    /// What the viewer may know of them in this row. It goes through the masks, and into no list of what is withheld.
    async fn told(&self, table: &'static Table, row: RowId, changed: Columns) -> Result<Stale> {
        let missions = [row.mission];
        let source = self.source(Some(&missions));
        let masks = source.masks(table);
        let Some(version) = version_in(table).filter(|_| !masks.nothing()) else { return Ok(Stale::default()) };
        let projection = Projection::new(&changed.with(version).into(), &masks, 0);
        let mut statement = projection.select();
        statement.and_where(masks.rows()).and_where(self.refers_to(table, ID, &[row])).limit(1);
        let statement = if projection.is_plain() { statement } else { projection.masked(statement, Vec::new(), &[]) };
        let rows = self.session().await?.query_table(table, &statement).await?;
        let Some(seen) = rows.first() else { return Ok(Stale::default()) };
        let seen = projection.row(&Selected::Row(seen))?;
        let readable = changed.iter(table).filter(|column| !seen.refused.contains(column));
        let mut fields: Vec<String> = readable.filter_map(|column| column.object.map(str::to_owned)).collect();
        fields.sort();
        let current = match seen.value(version) {
            Value::Int(version) => *version,
            _ => None,
        };
        Ok(Stale { current, fields })
    }
}
