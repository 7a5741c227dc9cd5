//! The one integration binary: a second one would link everything again. One module a subject; `outage` is for tests
//! whose servers fail, and `smoke` tests the harness itself.

mod outage;
mod smoke;
