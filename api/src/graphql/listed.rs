//! A list of objects whose fields are all at hand. The library keeps a future of its own for each field and each item, and polls
//! them all at once; for hundreds of values that are there already, this costs more than the values (decision 17).

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
};

/// An object whose fields are all at hand.
pub trait Leaves {
    /// What is asked of it by a field; none where there is no such field.
    fn leaf(&self, field: &Field) -> Option<Value>;
}

/// A list of such objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed<'l, T>(pub &'l [T]);

impl<T: OutputType + Leaves> OutputType for Listed<'_, T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        list(self.0, &context.item.node, &T::type_name())
    }
}

/// What a selection asks of each of several objects of this type.
///
/// # Errors
/// Where it asks for a field that they have not.
pub fn list<T: Leaves>(items: &[T], selection: &SelectionSet, type_name: &str) -> ServerResult<Value> {
    // An operation is written out before it runs (`expansion.rs`): what is asked of an object is fields, each key once.
    let fields: Vec<&Positioned<Field>> = selection.items.iter().filter_map(as_field).collect();
    items.iter().map(|item| object(item, &fields, type_name)).collect::<ServerResult<Vec<_>>>().map(Value::List)
}

fn object(item: &impl Leaves, fields: &[&Positioned<Field>], type_name: &str) -> ServerResult<Value> {
    let members = fields.iter().map(|field| {
        let value = match field.node.name.node.as_str() {
            "__typename" => Some(type_name.into()),
            _ => item.leaf(&field.node),
        };
        let unknown = || ServerError::new("no such field", Some(field.pos));
        Ok((field.node.response_key().node.clone(), value.ok_or_else(unknown)?))
    });
    Ok(Value::Object(members.collect::<ServerResult<_>>()?))
}

const fn as_field(item: &Positioned<Selection>) -> Option<&Positioned<Field>> {
    match &item.node {
        Selection::Field(field) => Some(field),
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{
        EmptyMutation, EmptySubscription, Object, Request, Schema, SimpleObject, ValidationMode, Variables,
        parser::{parse_query, parse_schema},
    };

    use super::*;
    use crate::graphql::{documents, expansion::Expansion, shapes::Shapes};

    #[derive(Clone, SimpleObject)]
    struct Leaf {
        name: &'static str,
        number: Option<i32>,
    }

    impl Leaves for Leaf {
        fn leaf(&self, field: &Field) -> Option<Value> {
            match field.name.node.as_str() {
                "name" => Some(self.name.into()),
                "number" => Some(self.number.into()),
                _ => None,
            }
        }
    }

    const LEAVES: [Leaf; 2] = [Leaf { name: "one", number: Some(1) }, Leaf { name: "none", number: None }];

    struct Library;

    #[Object(name = "Query")]
    impl Library {
        async fn leaves(&self) -> Vec<Leaf> {
            LEAVES.to_vec()
        }
    }

    struct Ours;

    #[Object(name = "Query")]
    impl Ours {
        async fn leaves(&self) -> Listed<'static, Leaf> {
            Listed(&LEAVES)
        }
    }

    /// The library's own answer is what to compare with. Members come in the order of the selection.
    #[tokio::test]
    async fn it_answers_what_the_library_answers() {
        let library = Schema::new(Library, EmptyMutation, EmptySubscription);
        let ours = Schema::build(Ours, EmptyMutation, EmptySubscription).validation_mode(ValidationMode::Fast).finish();
        assert_eq!(library.sdl(), ours.sdl());
        let shapes = Shapes::of(&parse_schema(ours.sdl()).unwrap());
        for query in [
            "{ leaves { name number } }",
            "{ leaves { __typename other: number number name } }",
            "{ leaves { ...F ... on Leaf { name } } leaves { number } } fragment F on Leaf { number }",
            "{ leaves { name @skip(if: true) number @include(if: true) } }",
        ] {
            let document = parse_query(query).unwrap();
            let operation = documents::operation(&document, None).unwrap();
            let expansion = Expansion::of(&document, operation, &Variables::default(), &shapes).unwrap();
            let mut request = Request::new("");
            request.set_parsed_query(expansion.into_document());
            let (theirs, mine) = (library.execute(query).await, ours.execute(request).await);
            assert!(mine.errors.is_empty(), "{query}: {:?}", mine.errors);
            assert_eq!(theirs.data, mine.data, "{query}");
        }
    }
}
