//! The one integration binary: a second one would link everything again. One module a subject; `outage` is for tests
//! whose servers fail, and `smoke` tests the harness itself.

/// The program itself, for tests that start it.
const PROGRAM: &str = env!("CARGO_BIN_EXE_causeway-under-test");

mod arguments;
mod audiences;
mod backup;
mod bad_input;
mod breadth;
mod connections;
mod contention;
mod coverage;
mod database;
mod days;
mod disclosure;
mod edge;
mod failures;
mod fairness;
mod forms;
mod front_ends;
mod identity_provider;
mod leaks;
mod mutations;
mod names;
mod opened;
mod operator;
mod oracle;
mod organisations;
mod outage;
mod pages;
mod plans;
mod policy;
mod pooler;
mod program;
mod records;
mod reference;
mod refusals;
mod roles;
mod saved_organisations;
mod shared_redis;
mod smoke;
mod statements;
mod statistics;
mod telemetry;
mod three_values;
mod timing;
mod too_much;
mod trusted_documents;
mod two_releases;
mod withheld;
