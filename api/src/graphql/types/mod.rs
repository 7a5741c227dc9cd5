//! GraphQL objects that are no tables, one file a type.

mod code_list;
mod viewer;

pub use code_list::CodeList;
pub use viewer::ViewerObject;
