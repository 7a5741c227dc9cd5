//! A server process that a test starts for itself. It is signalled by its own id only, and dies with its owner.

use crate::Result;
use rustix::process::{Pid, Signal, geteuid, kill_process};
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(20);

/// A running child process. It is stopped when dropped.
pub struct Process {
    child: Child,
    log: PathBuf,
    stop: Signal,
}

impl Process {
    /// Starts `command` in `folder`; what it prints goes to `folder/log`, which an error message repeats. `stop` is the
    /// signal that ends it.
    pub fn start(mut command: Command, folder: &Path, stop: Signal) -> Result<Self> {
        let log = folder.join("log");
        let output = File::create(&log)?;
        command.current_dir(folder).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        Ok(Self { child: command.spawn()?, log, stop })
    }

    /// Waits until `ready` says yes.
    ///
    /// # Errors
    /// When the process ends instead (its port was taken, for one), or takes too long.
    pub async fn wait_until(&mut self, ready: impl AsyncFn() -> bool) -> Result {
        let started = Instant::now();
        while !ready().await {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server ended ({status}): {}", self.last_words()).into());
            }
            if started.elapsed() > PATIENCE {
                return Err(format!("the server does not get ready: {}", self.last_words()).into());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn signal(&self, signal: Signal) -> Result {
        Ok(kill_process(Pid::from_child(&self.child), signal)?)
    }

    /// Stops the process, and waits for its end.
    pub async fn stop(mut self) -> Result {
        self.signal(self.stop)?;
        let started = Instant::now();
        while self.child.try_wait()?.is_none() {
            if started.elapsed() > PATIENCE {
                return Err(format!("the server does not stop: {}", self.last_words()).into());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Stops the process without a runtime to wait on; kills it when it does not stop soon.
    fn finish(&mut self) -> Result {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        self.signal(self.stop)?;
        for _ in 0..250 {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// What it has printed so far.
    ///
    /// # Errors
    /// When the log is gone.
    pub fn log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(&self.log)?)
    }

    fn last_words(&self) -> String {
        self.log().unwrap_or_else(|cause| format!("no log: {cause}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(cause) = self.finish() {
            eprintln!("server process {} may stay behind: {cause}", self.child.id());
        }
    }
}

/// A loopback port that is free now. It lies below the range that outgoing connections take their ports from, so a server
/// that is stopped for a while finds its port free again.
pub fn free_port() -> Result<u16> {
    (0..1000)
        .map(|_| rand::random_range(20_000..32_000))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or_else(|| "no free port".into())
}

/// A user of this machine, by number.
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The user that PostgreSQL runs as: it refuses to be root. `None` where the tests do not run as root.
pub(crate) fn postgres_user() -> Result<Option<User>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let found = fields.filter(|fields| fields.len() > 3).find(|fields| fields[0] == "postgres");
    let fields = found.ok_or("PostgreSQL does not run as root, and there is no user `postgres`: run `./check`")?;
    Ok(Some(User { uid: fields[2].parse()?, gid: fields[3].parse()? }))
}

/// A command of PostgreSQL's, run as the user that it accepts. Debian keeps servers out of the search path, by version.
pub fn postgres_command(program: &str, folder: &Path) -> Result<Command> {
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let newest = versions.filter(|path| version(path).is_some()).max_by_key(|path| version(path));
    let mut command = Command::new(newest.map_or_else(|| program.into(), |path| path.join("bin").join(program)));
    if let Some(user) = postgres_user()? {
        command.uid(user.uid).gid(user.gid);
    }
    command.current_dir(folder);
    Ok(command)
}
