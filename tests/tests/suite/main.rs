//! The one integration binary: a second one would link everything again. One module a subject; `outage` is for tests
//! whose servers fail, and `smoke` tests the harness itself.

mod leaks;
mod oracle;
mod outage;
mod pages;
mod roles;
mod smoke;
mod statements;
