//! What all levels of a walk share; and what a level is given: its objects, what is asked of them, where they stand.

use std::sync::{Mutex, PoisonError};

use async_graphql::{
    Name, PathSegment, Positioned, ServerError, Value, Variables, indexmap::IndexMap, parser::types::Field,
};
use entity::{CountryCode, table::Table};
use futures::future::{self, BoxFuture};

use super::plan::{Plan, Planner};
use crate::access::Row;
use crate::error::Error;
use crate::graphql::request_context::RequestContext;

/// The walk of one field at the root.
pub(in crate::graphql) struct Walk<'a> {
    pub(super) request: &'a RequestContext,
    pub(super) variables: &'a Variables,
    errors: Mutex<Vec<ServerError>>,
}

/// Where in the answer each object of a level stands, by its number in the level. It is asked where something fails alone.
pub(super) type Path<'p> = &'p (dyn Fn(usize) -> Vec<PathSegment> + Sync + 'p);

/// The objects of one level: they are of one type, and what hangs below them is read together.
pub(super) enum Objects<'r> {
    /// Rows of a table.
    Rows(&'static Table, Vec<&'r Row>),
    /// Missions, by their codes.
    Missions(Vec<CountryCode>),
}

impl Objects<'_> {
    pub(super) const fn len(&self) -> usize {
        match self {
            Self::Rows(_, rows) => rows.len(),
            Self::Missions(codes) => codes.len(),
        }
    }

    /// The name of their type.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Rows(table, _) => table.name,
            Self::Missions(_) => crate::graphql::missions::NAME,
        }
    }
}

impl<'a> Walk<'a> {
    /// Begins one.
    pub(in crate::graphql) fn new(request: &'a RequestContext, variables: &'a Variables) -> Self {
        Self { request, variables, errors: Mutex::default() }
    }

    /// What makes plans of what is asked.
    pub(super) const fn planner(&self) -> Planner<'a> {
        Planner { variables: self.variables }
    }

    /// What failed below the field.
    pub(in crate::graphql) fn into_errors(self) -> Vec<ServerError> {
        self.errors.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The objects of a level with what is asked of them, in their order. In a box, since levels hold each other without end:
    /// one for a level, whatever its size.
    pub(super) fn objects<'w>(
        &'w self,
        objects: &'w Objects<'w>,
        plan: &'w Plan<'w>,
        path: Path<'w>,
    ) -> BoxFuture<'w, Vec<Value>> {
        match (objects, plan) {
            // Nothing is asked of nobody.
            _ if objects.len() == 0 => Box::pin(future::ready(Vec::new())),
            (Objects::Rows(table, rows), Plan::Rows(asked)) => Box::pin(self.rows(table, rows, asked, path)),
            (Objects::Missions(codes), Plan::Missions(asked)) => Box::pin(self.missions(codes, asked, path)),
            // A plan is made for the objects that it is about.
            _ => Box::pin(future::ready(vec![Value::Null; objects.len()])),
        }
    }

    /// Notes an error of a field, at each place where the field then is null. It is logged once, if at all.
    pub(super) fn fail(
        &self,
        error: impl Into<Error>,
        field: &Positioned<Field>,
        places: impl Iterator<Item = Vec<PathSegment>>,
    ) {
        let error = async_graphql::Error::from(error.into()).into_server_error(field.pos);
        let of_field = places.map(|mut path| {
            path.push(step(field));
            ServerError { path, ..error.clone() }
        });
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).extend(of_field);
    }
}

/// The step from an object to one of its fields.
pub(super) fn step(field: &Positioned<Field>) -> PathSegment {
    PathSegment::Field(field.node.response_key().node.to_string())
}

/// The path of a field of an object.
pub(super) fn below(mut path: Vec<PathSegment>, field: &Positioned<Field>) -> Vec<PathSegment> {
    path.push(step(field));
    path
}

/// The members of the objects of a level, as they are filled in.
pub(super) struct Members(Vec<IndexMap<Name, Value>>);

impl Members {
    /// For so many objects with so many fields each.
    pub(super) fn of(objects: usize, fields: usize) -> Self {
        Self((0..objects).map(|_| IndexMap::with_capacity(fields)).collect())
    }

    /// Adds a field to each of the objects; they have so far the fields that are asked for before it.
    pub(super) fn add(&mut self, field: &Positioned<Field>, values: impl IntoIterator<Item = Value>) {
        let key = &field.node.response_key().node;
        for (members, value) in self.0.iter_mut().zip(values) {
            members.insert(key.clone(), value);
        }
    }

    /// The objects.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.0.into_iter().map(Value::Object).collect()
    }
}
