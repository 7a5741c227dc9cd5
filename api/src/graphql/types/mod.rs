//! GraphQL objects, one file a type: the leaves of the row, and the links to other rows.

mod case;
mod consent;
mod exploitation;
mod individual;
mod mission;
mod narrative;
mod narrative_passage;
mod referral;
mod trafficker;
mod trafficker_involvement;
mod trafficking_episode;
mod viewer;

pub use case::Case;
pub use consent::Consent;
pub use exploitation::Exploitation;
pub use individual::Individual;
pub use mission::{CodeList, Mission};
pub use narrative::Narrative;
pub use narrative_passage::NarrativePassage;
pub use referral::Referral;
pub use trafficker::Trafficker;
pub use trafficker_involvement::TraffickerInvolvement;
pub use trafficking_episode::TraffickingEpisode;
pub use viewer::ViewerObject;

use async_graphql::{Context, ID};
use entity::Governed;

use super::level::Place;
use super::request_context::request;
use crate::error::Result;

/// The global id of a row.
async fn global_id<E: Governed>(context: &Context<'_>, place: &Place<E>) -> Result<ID> {
    Ok(ID(request(context)?.reader().await?.seal().id(E::TYPE_NAME, place.id)))
}

/// The names of all leaves and links that are withheld in this row, sorted.
fn withheld_fields<E: Governed>(place: &Place<E>) -> Vec<String> {
    let mut names: Vec<String> = place.withheld.iter().filter_map(E::field).collect();
    names.sort_unstable();
    names
}

/// Declares the object of a governed table: its leaves, merged with the links that the file defines as `$links`.
macro_rules! governed_object {
    ($(#[$doc:meta])* $name:ident, $fields:ident, $links:ident, $table:ident) => {
        $(#[$doc])*
        pub type $name = $crate::graphql::in_place::InPlace<$fields>;

        $(#[$doc])*
        #[derive(async_graphql::MergedObject)]
        #[graphql(name_type)]
        pub struct $fields($table::Model, $links);

        /// The links of the object, and what is not governed.
        pub struct $links($crate::graphql::level::Place<$table::Entity>);

        impl async_graphql::TypeName for $fields {
            fn type_name() -> std::borrow::Cow<'static, str> {
                <$table::Entity as entity::Governed>::TYPE_NAME.into()
            }
        }

        impl $crate::graphql::in_place::Leaves for $fields {
            fn leaf(&self, field: &str) -> Option<async_graphql::Value> {
                match field {
                    "id" => self.1.0.global_id.clone().map(async_graphql::Value::String),
                    $crate::graphql::selection::WITHHELD => Some($crate::graphql::types::withheld_fields(&self.1.0).into()),
                    _ => <$table::Entity as entity::Governed>::leaf(&self.0, field),
                }
            }
        }

        impl $fields {
            /// The global id, for the interface `Node`.
            ///
            /// # Errors
            /// Where there is no request.
            pub async fn id(&self, context: &async_graphql::Context<'_>) -> $crate::error::Result<async_graphql::ID> {
                $crate::graphql::types::global_id(context, &self.1.0).await
            }
        }

        impl $crate::graphql::level::Table for $table::Entity {
            type Node = $name;

            fn node(
                row: $crate::access::Row<Self>,
                level: &std::sync::Arc<$crate::graphql::level::Level<Self>>,
            ) -> $name {
                let $crate::access::Row { model, id, global_id, withheld, .. } = row;
                let level = std::sync::Arc::clone(level);
                $crate::graphql::in_place::InPlace($fields(
                    model,
                    $links($crate::graphql::level::Place { id, global_id, withheld, level }),
                ))
            }
        }
    };
}
use governed_object;
