//! The program itself, as an operator runs it: a process with a configuration file, an environment and signals.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use causeway::access::identity::DevelopmentIssuer;
use causeway::config::Config;
use rustix::process::Signal;
use tokio::net::TcpStream;

use crate::process::{Process, free_port};
use crate::{Caller, Result, TempDir, TestDatabase};

/// How long a token is valid: longer than any run.
const TOKEN_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// How a gateway is started.
pub struct Launch<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its keys, and where it finds Redis; everything else is the default.
    pub config: &'a Config,
    /// Its database.
    pub db: &'a TestDatabase,
    /// Where its files are.
    pub folder: &'a TempDir,
    /// Its environment, which has nothing else in it.
    pub environment: Vec<(&'a str, String)>,
}

/// A gateway that serves.
pub struct Program {
    /// The process.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    issuer: DevelopmentIssuer,
}

impl Launch<'_> {
    /// Starts it on a port of its own, and waits until it serves.
    ///
    /// # Errors
    /// What it says where it does not.
    pub async fn serve(&self) -> Result<Program> {
        self.serve_at(SocketAddr::from(([127, 0, 0, 1], free_port()?))).await
    }

    /// Starts it at an address, and waits until it serves.
    ///
    /// # Errors
    /// What it says where it does not.
    pub async fn serve_at(&self, address: SocketAddr) -> Result<Program> {
        // For the clients, who ask for one as soon as they are built.
        causeway::tls::use_ring();
        // Several may have one folder for their keys.
        let folder = self.folder.path().join(address.port().to_string());
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("causeway.toml");
        std::fs::write(&file, settings(self.config, self.db, address)?)?;
        let mut command = Command::new(std::path::absolute(self.program)?);
        command.arg("--config").arg(&file).arg("serve").env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let mut process = Process::start(command, &folder, Signal::TERM)?;
        process.wait_until(async || TcpStream::connect(address).await.is_ok()).await?;
        Ok(Program { process, address, issuer: DevelopmentIssuer::open(&self.config.identity)? })
    }
}

impl Program {
    /// The address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A token.
    ///
    /// # Errors
    /// When a membership is malformed.
    pub fn token(&self, caller: &Caller) -> Result<String> {
        caller.token(&self.issuer, TOKEN_LIFE)
    }
}

/// The configuration as a file: everything that does not say otherwise is the default.
fn settings(config: &Config, db: &TestDatabase, address: SocketAddr) -> Result<String> {
    let quoted = |text: &str| serde_json::to_string(text);
    let path = |path: &PathBuf| quoted(&path.to_string_lossy());
    let key = config.master_key_file.as_ref().ok_or("the configuration names no master key")?;
    let redis = match &db.redis_url {
        Some(redis) => format!("[redis]\nurl = {}\nprefix = {}\n", quoted(redis)?, quoted(&db.redis_prefix)?),
        None => String::new(),
    };
    Ok(format!(
        "master_key_file = {}\nlog = {}\n[database]\nurl = {}\n{redis}[http]\nlisten = \"{address}\"\n\
         [fairness]\nrequests_per_minute = {}\n\
         [identity]\ndevelopment_issuer = true\ndevelopment_key_file = {}\n",
        path(key)?,
        quoted(config.log.as_deref().unwrap_or("warn"))?,
        quoted(&db.url)?,
        // Tests and measurements are few viewers who send as much as they can.
        u32::MAX,
        path(&config.identity.development_key_file)?,
    ))
}
