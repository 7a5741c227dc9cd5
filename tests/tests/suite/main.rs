//! The one integration binary: a second one would link everything again. One module a subject; `outage` is for tests
//! whose servers fail, and `smoke` tests the harness itself.

mod bad_input;
mod database;
mod mutations;
mod outage;
mod policy;
mod records;
mod smoke;
mod statistics;
