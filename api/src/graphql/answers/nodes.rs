//! What global ids stand for, whatever it is: the fields `node` and `nodes`. One statement for each type among the ids.

use std::collections::HashMap;

use async_graphql::{PathSegment, Positioned, Value, parser::types::Field};
use entity::{CountryCode, TABLES, table::Table};

use super::{
    plan::{Plan, on},
    walk::{Objects, Walk, step},
};
use crate::access::{Asked, Row, RowId};
use crate::error::{ClientError, Result};
use crate::graphql::{
    missions,
    page::LARGEST_PAGE,
    questions::{Arguments, needed},
};

impl Walk<'_> {
    /// What one global id stands for.
    pub(super) async fn node(&self, arguments: &Arguments, field: &Positioned<Field>) -> Result<Value> {
        let id = needed(arguments.text("id")?, "id")?;
        let found = self.of_ids(&[id], field, |_| vec![step(field)]).await?;
        Ok(found.into_iter().next().unwrap_or_default())
    }

    /// What several global ids stand for.
    pub(super) async fn nodes(&self, arguments: &Arguments, field: &Positioned<Field>) -> Result<Value> {
        let ids = arguments.ids("ids")?;
        if ids.len() > LARGEST_PAGE.unsigned_abs() as usize {
            return Err(ClientError::bad_input("ids", format!("must be at most {LARGEST_PAGE}")).into());
        }
        let path = |at| vec![step(field), PathSegment::Index(at)];
        Ok(Value::List(self.of_ids(&ids, field, path).await?))
    }

    /// What global ids stand for, in their order; null where there is nothing for the viewer. One statement for each type among
    /// the ids. `path` is where the object of each id stands.
    async fn of_ids(
        &self,
        ids: &[String],
        field: &Positioned<Field>,
        path: impl Fn(usize) -> Vec<PathSegment> + Sync,
    ) -> Result<Vec<Value>> {
        let mut values = vec![Value::Null; ids.len()];
        let reader = self.request.reader().await?;
        let opened: Vec<Option<(String, RowId)>> = ids.iter().map(|id| reader.seal().open_id(id)).collect();
        let selection = &field.node.selection_set.node;
        for table in TABLES {
            let asked_for = opened.iter().enumerate().filter_map(|(place, opened)| Some((place, opened.as_ref()?)));
            let asked_for = asked_for.filter(|(_, (of_type, _))| of_type == table.name);
            let asked_for: Vec<(usize, RowId)> = asked_for.map(|(place, (_, row))| (place, *row)).collect();
            let Some(selection) = on(selection, table.name).filter(|_| !asked_for.is_empty()) else { continue };
            let (plan, asked) = self.planner().rows(table, selection);
            let found = self.several(table, &asked_for, &asked).await?;
            // The same id may stand in several places.
            let there = asked_for.into_iter().filter_map(|(place, row)| Some((place, found.get(&row)?)));
            let (places, rows): (Vec<usize>, Vec<&Row>) = there.unzip();
            self.put(&mut values, &places, &Objects::Rows(table, rows), &plan, &path).await;
        }
        if let Some(selection) = on(selection, missions::NAME) {
            let (places, codes) = self.missions_of_ids(ids).await?.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
            self.put(&mut values, &places, &Objects::Missions(codes), &Plan::Missions(selection), &path).await;
        }
        Ok(values)
    }

    async fn several(
        &self,
        table: &'static Table,
        asked_for: &[(usize, RowId)],
        asked: &Asked,
    ) -> Result<HashMap<RowId, Row>> {
        let ids: Vec<RowId> = asked_for.iter().map(|(_, row)| *row).collect();
        self.request.reader().await?.rows(table, &ids, asked).await
    }

    /// The missions of the viewer among global ids, with their places.
    async fn missions_of_ids(&self, ids: &[String]) -> Result<Vec<(usize, CountryCode)>> {
        let named = ids.iter().enumerate().filter_map(|(place, id)| Some((place, missions::of_id(id)?)));
        let named: Vec<(usize, CountryCode)> = named.collect();
        if named.is_empty() {
            return Ok(named);
        }
        let mine = self.request.missions().await?;
        Ok(named.into_iter().filter(|(_, code)| mine.iter().any(|mission| mission.id == *code)).collect())
    }

    /// Puts the values of objects where they belong.
    async fn put(
        &self,
        values: &mut [Value],
        places: &[usize],
        objects: &Objects<'_>,
        plan: &Plan<'_>,
        path: &(impl Fn(usize) -> Vec<PathSegment> + Sync),
    ) {
        let path = |at: usize| path(places[at]);
        for (place, value) in places.iter().zip(self.objects(objects, plan, &path).await) {
            values[*place] = value;
        }
    }
}
