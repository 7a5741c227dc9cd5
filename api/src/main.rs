//! The program `causeway`: all of it is in the library, but for the allocator.

use std::process::ExitCode;

/// An answer is built of thousands of small values on threads that take turns: the allocator is what the system's spends
/// most of a page's time in (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    causeway::cli::main()
}
