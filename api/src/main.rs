//! The program `causeway`: reads its arguments and runs one command.

use std::{io::Write, process::ExitCode};

use causeway::cli::{self, Arguments};
use clap::Parser;

/// An answer is built of thousands of small values on threads that take turns: the allocator is what the system's spends
/// most of a page's time in (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(Arguments::parse()).await {
        Ok(code) => code,
        Err(error) => {
            report(&*error);
            ExitCode::FAILURE
        }
    }
}

/// An error goes to standard error. Where nobody reads that, the exit status says enough.
fn report(error: &(dyn std::error::Error + Send + Sync)) {
    let mut output = std::io::stderr().lock();
    let _ = writeln!(output, "causeway: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = writeln!(output, "  because: {error}");
        cause = error.source();
    }
}
