//! The library's own answer is what to compare with.

use async_graphql::{
    EmptyMutation, EmptySubscription, Interface, Object, PathSegment, Request, Response, Schema, SimpleObject,
    ValidationMode, Variables,
    parser::{parse_query, parse_schema},
};

use super::*;
use crate::error::{InternalError, Result};
use crate::graphql::{documents, expansion::Expansion, shapes::Shapes};

impl Leaves for Leaf {
    fn leaf(&self, field: &str) -> Option<Value> {
        (field == "name").then(|| Value::from(self.name))
    }
}

impl Leaves for Placed {
    fn leaf(&self, field: &str) -> Option<Value> {
        (field == "id").then(|| Value::from(self.0.0))
    }
}

#[derive(Clone, SimpleObject)]
struct Leaf {
    name: &'static str,
    number: Option<i32>,
}

struct Thing(i32);

#[Object]
impl Thing {
    async fn id(&self) -> i32 {
        self.0
    }

    async fn leaf(&self) -> Leaf {
        Leaf { name: "leaf", number: None }
    }

    async fn things(&self) -> Vec<Thing> {
        (1..=self.0).map(|id| Thing(id - 1)).collect()
    }

    // Fails for every other one.
    async fn odd(&self) -> Result<Option<i32>> {
        match self.0 % 2 {
            1 => Ok(Some(self.0)),
            _ => Err(InternalError::new("even").into()),
        }
    }
}

#[derive(Interface)]
#[graphql(field(name = "id", ty = "i32"))]
enum Any {
    Thing(Thing),
}

/// The same, in place.
struct Placed(Thing);

#[Object(name = "Thing")]
impl Placed {
    async fn id(&self) -> i32 {
        self.0.0
    }

    async fn leaf(&self) -> InPlace<Leaf> {
        InPlace(Leaf { name: "leaf", number: None })
    }

    async fn things(&self) -> Listed<InPlace<Placed>> {
        (1..=self.0.0).map(|id| InPlace(Placed(Thing(id - 1)))).collect()
    }

    async fn odd(&self) -> Result<Option<i32>> {
        match self.0.0 % 2 {
            1 => Ok(Some(self.0.0)),
            _ => Err(InternalError::new("even").into()),
        }
    }
}

#[derive(Interface)]
#[graphql(name = "Any", field(name = "id", ty = "i32"))]
enum AnyPlaced {
    Thing(InPlace<Placed>),
}

struct Library;

#[Object(name = "Query")]
impl Library {
    async fn thing(&self) -> Thing {
        Thing(3)
    }

    async fn any(&self) -> Any {
        Any::Thing(Thing(2))
    }
}

struct Ours;

#[Object(name = "Query")]
impl Ours {
    async fn thing(&self) -> InPlace<Placed> {
        InPlace(Placed(Thing(3)))
    }

    async fn any(&self) -> AnyPlaced {
        AnyPlaced::Thing(InPlace(Placed(Thing(2))))
    }
}

#[tokio::test]
async fn it_answers_what_the_library_answers() {
    let library = Schema::new(Library, EmptyMutation, EmptySubscription);
    let ours = ours();
    assert_eq!(library.sdl(), ours.sdl());
    for query in [
        "{ thing { id leaf { name number } } }",
        "{ thing { other: id id things { id things { id leaf { number } } } } }",
        "{ thing { __typename kind: __typename leaf { __typename } } }",
        "{ thing { ...F ... on Thing { things { ...F } } ... { leaf { name } } } } fragment F on Thing { id leaf { number } }",
        "{ thing { leaf { name } leaf { number } things { id } things { leaf { name } } things { id } } }",
        "{ thing { id @skip(if: true) leaf @include(if: true) { name @include(if: false) number } } }",
        "{ thing { things { odd id } odd } }",
        "{ thing { things { odd } leaf { name @skip(if: true) } } }",
        "{ thing { ... on Any { id } leaf { name } } }",
        "{ any { id __typename ... on Thing { leaf { name } things { odd } } } }",
    ] {
        let (theirs, mine) = (library.execute(query).await, written_out(&ours, query).await);
        assert_eq!(sorted(&theirs.data), sorted(&mine.data), "{query}");
        let paths = |response: &Response| -> Vec<(Vec<PathSegment>, String)> {
            let code = |error: &async_graphql::ServerError| format!("{:?}", error.locations);
            let mut paths: Vec<_> = response.errors.iter().map(|error| (error.path.clone(), code(error))).collect();
            paths.sort_by_key(|path| format!("{path:?}"));
            paths
        };
        assert_eq!(paths(&theirs), paths(&mine), "{query}");
    }
}

/// As the gateway's own schema, it runs what was validated before.
fn ours() -> Schema<Ours, EmptyMutation, EmptySubscription> {
    Schema::build(Ours, EmptyMutation, EmptySubscription).validation_mode(ValidationMode::Fast).finish()
}

/// Answers as an operation is run: written out, with errors where their fields stand in the text.
async fn written_out(ours: &Schema<Ours, EmptyMutation, EmptySubscription>, query: &str) -> Response {
    let shapes = Shapes::of(&parse_schema(ours.sdl()).unwrap());
    let document = parse_query(query).unwrap();
    let operation = documents::operation(&document, None).unwrap();
    let (document, places) =
        Expansion::of(&document, operation, &Variables::default(), &shapes).unwrap().into_document();
    let mut request = Request::new(String::new());
    request.set_parsed_query(document);
    let mut response = ours.execute(request).await;
    places.restore(&mut response.errors);
    response
}

/// The library puts members in the order in which they finish.
fn sorted(value: &Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap()
}

#[tokio::test]
async fn members_come_in_the_order_of_the_selection() {
    let ours = ours();
    let answer = written_out(&ours, "{ thing { odd id ... on Thing { leaf { number name } } } }").await;
    let text = serde_json::to_string(&answer.data).unwrap();
    assert_eq!(text, r#"{"thing":{"odd":3,"id":3,"leaf":{"number":null,"name":"leaf"}}}"#);
}
