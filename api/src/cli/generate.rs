//! `causeway generate`: manual pages and completions, made of the arguments themselves, so that they say what is so. For whoever
//! makes a package.

use std::{fs, io, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory, Subcommand};
use clap_complete::Shell;

use super::{Arguments, Outcome, say};

/// Write what a package has beside the program.
///
/// Example: `causeway generate manual target/release/man`
#[derive(Debug, Args)]
pub struct Generate {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write a manual page for each command into a folder, which is made where there is none.
    ///
    /// Example: `causeway generate manual target/release/man`
    Manual {
        /// The folder.
        folder: PathBuf,
    },
    /// Print what a shell needs to complete commands and options.
    ///
    /// Example: `causeway generate completions bash > /etc/bash_completion.d/causeway`
    Completions {
        /// The shell.
        shell: Shell,
    },
}

impl Generate {
    pub(super) fn run(self) -> Outcome {
        match self.action {
            Action::Manual { folder } => {
                fs::create_dir_all(&folder)?;
                clap_mangen::generate_to(Arguments::command(), &folder)?;
            }
            Action::Completions { shell } => say(completions(shell)?.trim_end()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn completions(shell: Shell) -> io::Result<String> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "causeway", &mut text);
    String::from_utf8(text).map_err(io::Error::other)
}
