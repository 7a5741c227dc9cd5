//! A pgbouncer of a test's own, before the database of a test. It listens on loopback, logs in with the password of the URL,
//! and has fewer connections than a gateway, so that transactions must share them.

use crate::process::{Process, free_port, postgres_user};
use crate::{Result, TempDir, data};
use rustix::process::Signal;
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use url::Url;

/// How often a new pooler tries another port.
const ATTEMPTS: usize = 5;

/// A pooler in transaction mode. Fields drop in order: the process ends before its folder goes.
pub struct Pooler {
    _process: Process,
    _folder: TempDir,
    url: Url,
}

impl Pooler {
    /// Starts one before the database of a URL, with more lines for its configuration. `None`, by name, where pgbouncer is not
    /// installed.
    ///
    /// # Errors
    /// When it does not start, or the skip cannot be recorded.
    pub async fn launch(test: &str, url: &str, settings: &str) -> Result<Option<Self>> {
        let Some(program) = data::find_program("pgbouncer") else {
            data::skip(test, "no pgbouncer")?;
            return Ok(None);
        };
        let server: Url = url.parse()?;
        for _ in 1..ATTEMPTS {
            if let Ok(pooler) = Self::start(&program, &server, settings).await {
                return Ok(Some(pooler));
            }
        }
        Ok(Some(Self::start(&program, &server, settings).await?))
    }

    /// The URL of the database, through the pooler.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    async fn start(program: &Path, server: &Url, settings: &str) -> Result<Self> {
        let (folder, port) = (TempDir::create()?, free_port()?);
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, configuration(server, port, settings)?)?;
        let users = folder.path().join("users");
        let (user, password) = (server.username(), server.password().unwrap_or_default());
        std::fs::write(&users, format!("\"{user}\" \"{password}\"\n"))?;
        let mut command = Command::new(program);
        command.arg(&file);
        // It refuses to be root, as PostgreSQL does.
        if let Some(user) = postgres_user()? {
            command.uid(user.uid).gid(user.gid);
            for path in [folder.path(), &file, &users] {
                chown(path, Some(user.uid), Some(user.gid))?;
            }
        }
        let mut process = Process::start(command, folder.path(), Signal::INT)?;
        process.wait_until(async || TcpStream::connect(("127.0.0.1", port)).is_ok()).await?;
        let mut url = server.clone();
        url.set_host(Some("127.0.0.1"))?;
        url.set_port(Some(port)).map_err(|()| "no port")?;
        Ok(Self { _process: process, _folder: folder, url })
    }
}

fn configuration(server: &Url, port: u16, settings: &str) -> Result<String> {
    let (host, to) = (server.host_str().ok_or("no host")?, server.port().unwrap_or(5432));
    Ok(format!(
        "[databases]\n* = host={host} port={to}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = users\npool_mode = transaction\ndefault_pool_size = 3\n{settings}\n"
    ))
}
