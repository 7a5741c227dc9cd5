//! The fields of missions. What a mission is named is at hand; the rest is read once for all of an operation.

use async_graphql::{Name, Value, parser::types::SelectionSet};
use entity::{Code, CountryCode, codes::MissionStatus, mission};

use super::{
    plan::fields,
    walk::{Members, Path, Walk},
};
use crate::clock;
use crate::error::{InternalError, Result};
use crate::graphql::missions;

impl Walk<'_> {
    /// The values of missions, each with what is asked of it.
    pub(super) async fn missions(&self, codes: &[CountryCode], asked: &SelectionSet, path: Path<'_>) -> Vec<Value> {
        let mut members = Members::of(codes.len(), asked.items.len());
        for field in fields(asked) {
            match self.of_missions(codes, &field.node.name.node).await {
                Ok(values) => members.add(field, values),
                Err(error) => {
                    self.fail(error, field, (0..codes.len()).map(path));
                    members.add(field, codes.iter().map(|_| Value::Null));
                }
            }
        }
        members.into_values()
    }

    /// A field of missions.
    async fn of_missions(&self, codes: &[CountryCode], field: &str) -> Result<Vec<Value>> {
        let each = |value: &dyn Fn(CountryCode) -> Value| codes.iter().map(|code| value(*code)).collect();
        Ok(match field {
            "__typename" => each(&|_| missions::NAME.into()),
            "id" => each(&|code| missions::id(code).into()),
            "code" => each(&|code| code.as_str().into()),
            "name" => each(&|code| code.country().name.into()),
            "timeZone" => {
                let zones = self.request.reader().await?.clearance().zones();
                let known = |code| zones.iter().find(|(mission, _)| *mission == code).map(|(_, zone)| *zone);
                each(&|code| known(code).unwrap_or_else(|| clock::zone(code, None)).name().into())
            }
            "unRegion" | "regionalOffice" | "status" => {
                let all = self.request.missions().await?;
                each(&|code| of_row(all.iter().find(|mission| mission.id == code), field))
            }
            _ => return Err(InternalError::new(format!("a mission has no field {field}")).into()),
        })
    }
}

/// A field of a mission's row. A client keeps one copy of a mission, so that it must be the same whatever led to it: all are read
/// where the viewer's missions are. Rows are only ever seen of missions that are in use.
fn of_row(row: Option<&mission::Model>, field: &str) -> Value {
    match field {
        "unRegion" => row.and_then(|row| row.un_region).map_or(Value::Null, code),
        "regionalOffice" => {
            let office = row.and_then(|row| row.regional_office.as_deref());
            office.filter(|office| !office.is_empty()).into()
        }
        _ => code(row.map_or(MissionStatus::Active, |row| row.status)),
    }
}

fn code(code: impl Code) -> Value {
    Value::Enum(Name::new(code.described().graphql))
}
