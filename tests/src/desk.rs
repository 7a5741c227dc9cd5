//! The commands of the program, as an operator runs them: in a folder of their own, with nothing in the environment but what is
//! given, and nobody at a terminal.

use std::fs::{Permissions, set_permissions, write};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::{Result, TempDir};

/// An operator's folder: a master key, a configuration, and what else a test puts there.
pub struct Desk {
    program: PathBuf,
    folder: TempDir,
}

/// What a command said, and whether it was content.
#[derive(Debug)]
pub struct Said {
    /// Whether it succeeded.
    pub content: bool,
    /// Its output.
    pub output: String,
    /// Its output, and then its errors.
    pub text: String,
}

impl Desk {
    /// With a master key that is the owner's alone.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(program: &str) -> Result<Self> {
        let desk = Self { program: std::path::absolute(program)?, folder: TempDir::create()? };
        write(desk.path("master.key"), "0123456789abcdef0123456789abcdef")?;
        desk.allow("master.key", 0o600)?;
        Ok(desk)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Gives a file in it a mode.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn allow(&self, name: &str, mode: u32) -> Result {
        Ok(set_permissions(self.path(name), Permissions::from_mode(mode))?)
    }

    /// Writes the configuration: a database, and whatever else. `HERE` in it is the folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn configure(&self, url: &str, more: &str) -> Result {
        let more = more.replace("HERE", &self.folder().to_string_lossy());
        let text = format!("master_key_file = \"master.key\"\nlog = \"warn\"\n[database]\nurl = {url:?}\n{more}");
        Ok(write(self.path("causeway.toml"), text)?)
    }

    /// A command that has not begun, for who wants its output elsewhere.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.folder()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs a command, whose arguments have no spaces in them.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn run(&self, arguments: &str) -> Result<Said> {
        self.run_with(arguments, &[])
    }

    /// Runs it with something in its environment.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn run_with(&self, arguments: &str, environment: &[(&str, &str)]) -> Result<Said> {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        Said::of(self.command(&arguments).envs(environment.iter().copied()).output()?)
    }

    /// Runs a command at a terminal, where somebody types a line. It needs the program `script`.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn at_terminal(&self, arguments: &str, line: &str) -> Result<Said> {
        let typed_command = format!("{} {arguments}", self.program.display());
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &typed_command, "/dev/null"]);
        command.current_dir(self.folder()).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        // The pipe stays open until it ends: a terminal that is gone is no answer.
        let mut typed = child.stdin.take().ok_or("no pipe")?;
        writeln!(typed, "{line}")?;
        Said::of(child.wait_with_output()?)
    }
}

impl Said {
    /// What a command that has ended said.
    ///
    /// # Errors
    /// When it is no text.
    pub fn of(Output { status, stdout, stderr }: Output) -> Result<Self> {
        let output = String::from_utf8(stdout)?;
        let text = format!("{output}{}", String::from_utf8(stderr)?);
        Ok(Self { content: status.success(), output, text })
    }

    /// Everything that is wanted stands in what it said.
    pub fn has(&self, content: bool, wanted: &[&str]) -> &Self {
        assert_eq!(self.content, content, "{}", self.text);
        for wanted in wanted {
            assert!(self.text.contains(wanted), "{wanted:?} is not in: {}", self.text);
        }
        self
    }

    /// Nothing of this does.
    pub fn lacks(&self, unwanted: &[&str]) -> &Self {
        for unwanted in unwanted {
            assert!(!self.text.contains(unwanted), "{unwanted:?} is in: {}", self.text);
        }
        self
    }
}
