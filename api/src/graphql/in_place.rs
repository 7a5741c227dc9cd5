//! Resolving one after the other, in place. The library keeps a future of its own for each field and each item, and polls them
//! all at once; for hundreds of leaves that are there already, this costs more than the leaves (decision 17). Here a leaf is a
//! value, and what has to be read is awaited in turn. Nothing waits longer for it: an operation has one transaction, so that
//! its statements take turns anyway, and the first row that asks for a level below reads it for all ([`super::level`]).
//!
//! | of | use |
//! |---|---|
//! | an object | [`InPlace`] |
//! | a list | [`Listed`] |
//!
//! It answers what the library answers to an operation that is written out, errors and their paths included.

use std::{borrow::Cow, ops::Deref};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Name, ObjectType, OutputType, Positioned, ServerResult, TypeName,
    Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection},
    registry::Registry,
    resolver_utils::Fields,
};
use futures::future::BoxFuture;

/// An object that has leaves at hand.
pub trait Leaves {
    /// The leaf with this name; none where the field is something else, which the library's `resolve_field` then answers.
    fn leaf(&self, field: &str) -> Option<Value>;
}

impl<T: Leaves> Leaves for &T {
    fn leaf(&self, field: &str) -> Option<Value> {
        T::leaf(self, field)
    }
}

/// An object whose fields are resolved one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InPlace<T>(pub T);

impl<T> Deref for InPlace<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: OutputType> TypeName for InPlace<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }
}

impl<T: ContainerType + Leaves> ContainerType for InPlace<T> {
    async fn resolve_field(&self, context: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(context).await
    }

    fn collect_all_fields<'a>(&'a self, context: &ContextSelectionSet<'a>, to: &mut Fields<'a>) -> ServerResult<()> {
        self.0.collect_all_fields(context, to)
    }
}

impl<T: ObjectType + Leaves> ObjectType for InPlace<T> {}

impl<T: ContainerType + Leaves> OutputType for InPlace<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        let items = &context.item.node.items;
        let fields: Vec<_> = items.iter().filter_map(as_field).collect();
        let mut members = IndexMap::with_capacity(fields.len());
        let links = self.leaves(&fields, &mut members);
        if !links.is_empty() {
            // In a box: objects lead to each other, so that their futures would hold each other without end. An object
            // that is asked for leaves alone needs none.
            let rest: BoxFuture<'_, _> = Box::pin(self.links(context, links, &mut members));
            rest.await;
        }
        Ok(if members.is_empty() { Value::Null } else { Value::Object(members) })
    }
}

impl<T: ContainerType + Leaves> InPlace<T> {
    /// Adds the leaves up to the first field that is none; the fields from there on.
    fn leaves<'f>(
        &self,
        fields: &'f [&'f Positioned<Field>],
        members: &mut IndexMap<Name, Value>,
    ) -> &'f [&'f Positioned<Field>] {
        for (at, field) in fields.iter().enumerate() {
            let Some(leaf) = self.leaf_of(field) else { return &fields[at..] };
            members.insert(field.node.response_key().node.clone(), leaf);
        }
        &[]
    }

    fn leaf_of(&self, field: &Positioned<Field>) -> Option<Value> {
        match field.node.name.node.as_str() {
            "__typename" => Some(Value::from(&*T::type_name())),
            name => self.0.leaf(name),
        }
    }

    /// Adds fields, and awaits those that are no leaves.
    async fn links(
        &self,
        context: &ContextSelectionSet<'_>,
        fields: &[&Positioned<Field>],
        members: &mut IndexMap<Name, Value>,
    ) {
        for field in fields {
            let value = match self.leaf_of(field) {
                Some(leaf) => Ok(Some(leaf)),
                None => self.0.resolve_field(&context.with_field(field)).await,
            };
            match value {
                Ok(value) => {
                    members.insert(field.node.response_key().node.clone(), value.unwrap_or_default());
                }
                Err(error) => context.add_error(error),
            }
        }
    }
}

/// An operation is written out before it runs ([`super::expansion`]): what is asked of an object is fields, each key once.
const fn as_field(item: &Positioned<Selection>) -> Option<&Positioned<Field>> {
    match &item.node {
        Selection::Field(field) => Some(field),
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
    }
}

/// A list whose items are resolved one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed<T>(pub Vec<T>);

impl<T> FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: OutputType> OutputType for Listed<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let mut values = Vec::with_capacity(self.0.len());
        for (index, item) in self.0.iter().enumerate() {
            let context_of_item = context.with_index(index);
            let value = item.resolve(&context_of_item, field).await;
            values.push(value.map_err(|error| context_of_item.set_error_path(error))?);
        }
        Ok(Value::List(values))
    }
}

#[cfg(test)]
mod tests;
