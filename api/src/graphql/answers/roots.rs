//! The fields of the root that lead to records: each names what is asked, the reader reads it, and the walk goes on from there.

use async_graphql::{PathSegment, Positioned, Value, parser::types::Field};
use entity::{case_file, table::Table};

use super::{
    pages::{Pages, Shape},
    plan::{self, PagesPlan, Plan, cursors, total},
    walk::{Objects, Walk, step},
};
use crate::access::{Comparison, Predicate, Question, RowId};
use crate::error::Result;
use crate::graphql::{
    entrances::Entrance,
    missions,
    page::PageArguments,
    questions::{Arguments, filter, needed, order, search},
};

impl Walk<'_> {
    /// The answer to a field of the root.
    ///
    /// # Errors
    /// Those of the field itself; what fails below it is noted.
    pub(in crate::graphql) async fn answer(&self, entrance: Entrance, field: &Positioned<Field>) -> Result<Value> {
        let arguments = Arguments::of(&field.node, self.variables);
        match entrance {
            Entrance::List(table) => self.list(table, &arguments, field).await,
            Entrance::One(table) => self.one(table, &arguments, field).await,
            Entrance::CaseByNumber => self.case_by_number(&arguments, field).await,
            Entrance::Missions => self.all_missions(&arguments, field).await,
            Entrance::Mission => self.mission(&arguments, field).await,
            Entrance::Node => self.node(&arguments, field).await,
            Entrance::Nodes => self.nodes(&arguments, field).await,
        }
    }

    /// One row by its global id.
    async fn one(&self, table: &'static Table, arguments: &Arguments, field: &Positioned<Field>) -> Result<Value> {
        let id = needed(arguments.text("id")?, "id")?;
        let opened = self.request.reader().await?.seal().open_id(&id);
        match opened.filter(|(of_type, _)| of_type == table.name) {
            Some((_, row)) => self.row(table, row, field, vec![step(field)]).await,
            None => Ok(Value::Null),
        }
    }

    /// One row by its id; null where there is none for the viewer.
    pub(in crate::graphql) async fn row(
        &self,
        table: &'static Table,
        row: RowId,
        field: &Positioned<Field>,
        path: Vec<PathSegment>,
    ) -> Result<Value> {
        let (plan, asked) = self.planner().rows(table, &field.node.selection_set.node);
        let found = self.request.reader().await?.rows(table, &[row], &asked).await?;
        Ok(self.first(&Objects::Rows(table, found.values().collect()), &plan, path).await)
    }

    /// The one object that there is; null where there is none.
    async fn first(&self, objects: &Objects<'_>, plan: &Plan<'_>, path: Vec<PathSegment>) -> Value {
        let path = |_| path.clone();
        let values = self.objects(objects, plan, &path).await;
        values.into_iter().next().unwrap_or_default()
    }

    async fn list(&self, table: &'static Table, arguments: &Arguments, field: &Positioned<Field>) -> Result<Value> {
        let search = arguments.text("search")?.map(|text| search(table, text)).transpose()?;
        let filter = arguments.given("filter").map(|asked| filter(table, asked)).transpose();
        let filter = filter.map_err(|error| error.within("filter"))?;
        let selection = &field.node.selection_set.node;
        let window = PageArguments::of(arguments)?.window()?;
        let (plan, asked) = self.planner().pages(table, selection);
        let question = Question {
            table,
            missions: arguments.countries("missions")?,
            asked,
            predicate: Some(Predicate::All(filter.into_iter().chain(search).collect())),
            order: arguments.given("orderBy").map(|keys| order(table, keys)).transpose()?.unwrap_or_default(),
            window,
            total: total(selection),
            cursors: cursors(selection),
        };
        let page = self.request.reader().await?.page(&question).await?;
        Ok(self.page(&Pages::of_rows(table, std::iter::once(&page)), &plan, field).await)
    }

    /// The one page of a list at the root.
    async fn page(&self, pages: &Pages<'_>, plan: &PagesPlan<'_>, field: &Positioned<Field>) -> Value {
        let path = |_| vec![step(field)];
        let values = self.pages(pages, plan, &path).await;
        values.into_iter().next().unwrap_or_default()
    }

    async fn case_by_number(&self, arguments: &Arguments, field: &Positioned<Field>) -> Result<Value> {
        let number = needed(arguments.text("caseNumber")?, "caseNumber")?;
        let (plan, asked) = self.planner().rows(&case_file::TABLE, &field.node.selection_set.node);
        let by_number = entity::column::<case_file::Entity>(case_file::Column::CaseNumber);
        let question = Question {
            table: &case_file::TABLE,
            missions: Some(vec![needed(arguments.country("mission")?, "mission")?]),
            asked,
            predicate: Some(Predicate::Is(by_number, Comparison::Equal(number.into()))),
            order: Vec::new(),
            window: PageArguments::default().window()?,
            total: false,
            cursors: false,
        };
        let page = self.request.reader().await?.page(&question).await?;
        let objects = Objects::Rows(&case_file::TABLE, page.rows.iter().collect());
        Ok(self.first(&objects, &plan, vec![step(field)]).await)
    }

    async fn mission(&self, arguments: &Arguments, field: &Positioned<Field>) -> Result<Value> {
        let code = needed(arguments.country("code")?, "code")?;
        let is_mine = self.request.missions().await?.iter().any(|mission| mission.id == code);
        let objects = Objects::Missions(is_mine.then_some(code).into_iter().collect());
        let plan = Plan::Missions(&field.node.selection_set.node);
        Ok(self.first(&objects, &plan, vec![step(field)]).await)
    }

    async fn all_missions(&self, arguments: &Arguments, field: &Positioned<Field>) -> Result<Value> {
        let window = PageArguments::of(arguments)?.window()?;
        let all = self.request.missions().await?;
        let page = missions::page(all, &window)?;
        let objects = Objects::Missions(page.missions.iter().map(|mission| mission.id).collect());
        let cursors = page.missions.iter().map(|mission| Some(mission.id.as_str())).collect();
        let (has_next, has_previous) = (page.has_next, page.has_previous);
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let shape = Shape { begins: 0, ends: page.missions.len(), has_next, has_previous, total };
        let plan = plan::pages(&field.node.selection_set.node, Plan::Missions);
        Ok(self.page(&Pages::one(objects, cursors, shape), &plan, field).await)
    }
}
