//! Relay connections: pages of nodes with cursors, and the arguments that choose a page.

use std::borrow::Cow;

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName, Value};

use super::cost::Weighted;
use super::in_place::{InPlace, Leaves, Listed};
use super::selection::{asks_for, asks_for_below};
use crate::access::Window;
use crate::error::{ClientError, InternalError, Result};

/// How many nodes a page has where the client does not say.
pub const DEFAULT_PAGE: i32 = 20;
/// The most nodes of one page.
pub const LARGEST_PAGE: i32 = 100;

/// The four arguments of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageArguments {
    /// At most so many from the beginning.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// At most so many from the end.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

impl PageArguments {
    /// The window that they describe.
    ///
    /// # Errors
    /// `BAD_INPUT` for a size that is negative or too large, and for both directions at once.
    pub fn window(self) -> Result<Window> {
        let Self { first, after, last, before } = self;
        if (first.is_some() || after.is_some()) && (last.is_some() || before.is_some()) {
            return Err(ClientError::bad_input(
                "last",
                "first and after page forwards, last and before backwards: not both at once",
            )
            .into());
        }
        let backwards = last.is_some() || before.is_some();
        let (name, size) = if backwards { ("last", last) } else { ("first", first) };
        let size = size.unwrap_or(DEFAULT_PAGE);
        let limit = u64::try_from(size).ok().filter(|_| size <= LARGEST_PAGE);
        let refusal = || ClientError::bad_input(name, format!("must be from 0 to {LARGEST_PAGE}"));
        Ok(Window { limit: limit.ok_or_else(refusal)?, backwards, beyond: if backwards { before } else { after } })
    }
}

/// Whether the number of all rows is asked for.
#[must_use]
pub fn wants_total(context: &Context<'_>) -> bool {
    asks_for(context, "totalCount")
}

/// Whether any cursor is asked for.
#[must_use]
pub fn wants_cursors(context: &Context<'_>) -> bool {
    [("edges", "cursor"), ("pageInfo", "startCursor"), ("pageInfo", "endCursor")]
        .iter()
        .any(|(field, below)| asks_for_below(context, field, below))
}

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there are nodes behind the last one.
    pub has_next_page: bool,
    /// Whether there are nodes before the first one.
    pub has_previous_page: bool,
    /// The cursor of the first node.
    pub start_cursor: Option<String>,
    /// The cursor of the last node.
    pub end_cursor: Option<String>,
}

/// A node and where it stands.
pub type Edge<T> = InPlace<EdgeFields<T>>;

/// What an [`Edge`] has.
pub struct EdgeFields<T> {
    /// The node.
    pub node: T,
    /// Where it stands; made where it is asked for.
    pub cursor: Option<String>,
}

/// One page of nodes.
pub type Connection<T> = InPlace<ConnectionFields<T>>;

/// What a [`Connection`] has.
pub struct ConnectionFields<T> {
    /// The nodes with their cursors.
    pub edges: Vec<Edge<T>>,
    /// Whether there are nodes behind the last one.
    pub has_next: bool,
    /// Whether there are nodes before the first one.
    pub has_previous: bool,
    /// The number of all nodes, where it was asked for.
    pub total: Option<i64>,
}

impl<T> Default for ConnectionFields<T> {
    fn default() -> Self {
        Self { edges: Vec::new(), has_next: false, has_previous: false, total: Some(0) }
    }
}

impl Leaves for PageInfo {
    fn leaf(&self, field: &str) -> Option<Value> {
        Some(match field {
            "hasNextPage" => self.has_next_page.into(),
            "hasPreviousPage" => self.has_previous_page.into(),
            "startCursor" => self.start_cursor.clone().into(),
            "endCursor" => self.end_cursor.clone().into(),
            _ => return None,
        })
    }
}

/// Its fields lead to rows, or may fail.
impl<T> Leaves for EdgeFields<T> {
    fn leaf(&self, _: &str) -> Option<Value> {
        None
    }
}

impl<T> Leaves for ConnectionFields<T> {
    fn leaf(&self, field: &str) -> Option<Value> {
        (field == "totalCount").then(|| self.total.unwrap_or_default().into())
    }
}

impl<T: OutputType> TypeName for EdgeFields<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for ConnectionFields<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// A node and where it stands in the list.
#[Object(name_type)]
impl<T: OutputType> EdgeFields<T> {
    /// The node.
    async fn node(&self) -> &T {
        &self.node
    }

    /// Opaque; for `after` and `before` of the same list in the same order.
    async fn cursor(&self) -> Result<&str> {
        Ok(self.cursor.as_deref().ok_or_else(|| InternalError::new("a cursor was asked for and not made"))?)
    }
}

/// One page of a list.
#[Object(name_type)]
impl<T: OutputType> ConnectionFields<T> {
    /// The nodes with their cursors.
    async fn edges(&self) -> Listed<&Edge<T>> {
        self.edges.iter().collect()
    }

    /// The nodes.
    async fn nodes(&self) -> Listed<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> InPlace<PageInfo> {
        InPlace(PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.edges.first().and_then(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().and_then(|edge| edge.cursor.clone()),
        })
    }

    /// How many rows there are in all that the viewer may see and that meet the filter.
    #[graphql(directive = Weighted::apply("20".to_owned()))]
    async fn total_count(&self) -> i64 {
        self.total.unwrap_or_default()
    }
}
