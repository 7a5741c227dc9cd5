//! placeholder
/// placeholder
pub struct Knowledge;
