//! The one integration binary: a second one would link everything again. One module a subject; `outage` is for tests
//! whose servers fail, and `smoke` tests the harness itself.

mod backup;
mod bad_input;
mod database;
mod edge;
mod fairness;
mod front_ends;
mod identity_provider;
mod leaks;
mod mutations;
mod oracle;
mod outage;
mod pages;
mod policy;
mod program;
mod records;
mod roles;
mod smoke;
mod statements;
mod statistics;
mod telemetry;
mod trusted_documents;
