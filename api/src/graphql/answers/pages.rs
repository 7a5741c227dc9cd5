//! The fields of connections: pages that were read together. The rows of all of them are one level.

use async_graphql::{
    PathSegment, Positioned, Value,
    parser::types::{Field, SelectionSet},
};
use entity::table::Table;

use super::{
    plan::{OfEdge, OfPage, fields},
    walk::{Members, Objects, Path, Walk, below},
};
use crate::access::Page;
use crate::error::InternalError;

/// Pages of one level.
pub(super) struct Pages<'r> {
    /// The objects of all pages, one page after the other.
    objects: Objects<'r>,
    /// A cursor for each of them, where cursors were asked for.
    cursors: Vec<Option<&'r str>>,
    pages: Vec<Shape>,
}

/// What there is of a page besides its objects.
pub(super) struct Shape {
    /// The number of its first object, among those of all pages.
    pub(super) begins: usize,
    /// The number behind its last one.
    pub(super) ends: usize,
    /// Whether there are rows behind the last one.
    pub(super) has_next: bool,
    /// Whether there are rows before the first one.
    pub(super) has_previous: bool,
    /// How many rows there are in all.
    pub(super) total: i64,
}

impl<'r> Pages<'r> {
    /// Pages of rows.
    pub(super) fn of_rows(table: &'static Table, read: impl Iterator<Item = &'r Page>) -> Self {
        let (mut rows, mut cursors, mut pages) = (Vec::new(), Vec::new(), Vec::new());
        for page in read {
            let begins = rows.len();
            rows.extend(&page.rows);
            cursors.extend(page.cursors.iter().map(Option::as_deref));
            pages.push(Shape {
                begins,
                ends: rows.len(),
                has_next: page.has_next,
                has_previous: page.has_previous,
                total: page.total.unwrap_or_default(),
            });
        }
        Self { objects: Objects::Rows(table, rows), cursors, pages }
    }

    /// One page of something.
    pub(super) fn one(objects: Objects<'r>, cursors: Vec<Option<&'r str>>, shape: Shape) -> Self {
        Self { objects, cursors, pages: vec![shape] }
    }

    /// The page that an object is on, and its place there.
    fn place(&self, at: usize) -> (usize, usize) {
        let page = self.pages.partition_point(|page| page.ends <= at);
        (page, at - self.pages.get(page).map_or(at, |page| page.begins))
    }

    fn cursor(&self, at: usize) -> Option<&'r str> {
        self.cursors.get(at).copied().flatten()
    }

    /// Values of all objects as a list for each page.
    pub(super) fn lists(&self, values: Vec<Value>) -> impl Iterator<Item = Value> {
        let mut values = values.into_iter();
        self.pages.iter().map(move |page| Value::List(values.by_ref().take(page.ends - page.begins).collect()))
    }

    /// The path of an object in a list of its page.
    pub(super) fn path(&self, at: usize, field: &Positioned<Field>, path: Path<'_>) -> Vec<PathSegment> {
        let (page, place) = self.place(at);
        let mut path = below(path(page), field);
        path.push(PathSegment::Index(place));
        path
    }
}

impl Walk<'_> {
    /// The values of pages, each with what is asked of it.
    pub(super) async fn pages(
        &self,
        pages: &Pages<'_>,
        asked: &[(&Positioned<Field>, OfPage<'_>)],
        path: Path<'_>,
    ) -> Vec<Value> {
        let mut members = Members::of(pages.pages.len(), asked.len());
        for (field, of_page) in asked {
            match of_page {
                OfPage::TypeName => {
                    let name = Value::from(format!("{}Connection", pages.objects.name()));
                    members.add(field, pages.pages.iter().map(|_| name.clone()));
                }
                OfPage::Total => members.add(field, pages.pages.iter().map(|page| page.total.into())),
                OfPage::Info(asked) => {
                    members.add(field, pages.pages.iter().map(|page| page_info(pages, page, asked)));
                }
                OfPage::Nodes(plan) => {
                    let places = |at| pages.path(at, field, path);
                    let nodes = self.objects(&pages.objects, plan, &places).await;
                    members.add(field, pages.lists(nodes));
                }
                OfPage::Edges(asked) => {
                    let places = |at| pages.path(at, field, path);
                    let edges = self.edges(pages, asked, &places).await;
                    members.add(field, pages.lists(edges));
                }
                OfPage::Unknown => {
                    let unknown = InternalError::new(format!("a connection has no field {}", field.node.name.node));
                    self.fail(unknown, field, (0..pages.pages.len()).map(path));
                }
            }
        }
        members.into_values()
    }

    /// The edges of all pages.
    async fn edges(&self, pages: &Pages<'_>, asked: &[(&Positioned<Field>, OfEdge<'_>)], path: Path<'_>) -> Vec<Value> {
        let all = 0..pages.objects.len();
        let mut members = Members::of(all.len(), asked.len());
        for (field, of_edge) in asked {
            match of_edge {
                OfEdge::TypeName => {
                    let name = Value::from(format!("{}Edge", pages.objects.name()));
                    members.add(field, all.clone().map(|_| name.clone()));
                }
                OfEdge::Cursor => {
                    let missing: Vec<usize> = all.clone().filter(|at| pages.cursor(*at).is_none()).collect();
                    if !missing.is_empty() {
                        let unmade = InternalError::new("a cursor was asked for and not made");
                        self.fail(unmade, field, missing.into_iter().map(path));
                    }
                    members.add(field, all.clone().map(|at| pages.cursor(at).map(str::to_owned).into()));
                }
                OfEdge::Node(plan) => {
                    let places = |at| below(path(at), field);
                    let nodes = self.objects(&pages.objects, plan, &places).await;
                    members.add(field, nodes);
                }
                OfEdge::Unknown => {
                    let unknown = InternalError::new(format!("an edge has no field {}", field.node.name.node));
                    self.fail(unknown, field, all.clone().map(path));
                }
            }
        }
        members.into_values()
    }
}

/// Where a page stands in its list.
fn page_info(pages: &Pages<'_>, page: &Shape, asked: &SelectionSet) -> Value {
    let cursor = |at: Option<usize>| Value::from(at.and_then(|at| pages.cursor(at)).map(str::to_owned));
    let some = page.begins < page.ends;
    let value = |name: &str| match name {
        "__typename" => "PageInfo".into(),
        "hasNextPage" => page.has_next.into(),
        "hasPreviousPage" => page.has_previous.into(),
        "startCursor" => cursor(some.then_some(page.begins)),
        "endCursor" => cursor(some.then(|| page.ends - 1)),
        _ => Value::Null,
    };
    let members =
        fields(asked).map(|field| (field.node.response_key().node.clone(), value(field.node.name.node.as_str())));
    Value::Object(members.collect())
}
