//! Servers that one test has for itself, to stop, start and pause in mid-run. They listen on loopback, want a random
//! password, and go with their folder when they are dropped. A server keeps its port and its password over a restart.

use crate::certificates::Certificates;
use crate::process::{Process, free_port, postgres_command, postgres_user};
use crate::{Result, TempDir, random};
use rustix::process::Signal;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use url::Url;

/// How often a new server tries another port. Two tests may find the same port free.
const ATTEMPTS: usize = 5;

/// What makes PostgreSQL fast and small. Its data need not outlive the machine, but what was committed outlives its processes, which
/// are stopped at once (`synchronous_commit` is on). TCP only: a path may be too long for a socket.
const POSTGRES_SETTINGS: [&str; 7] = [
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=16MB",
    "max_connections=100",
    // Where there is no IPv6 the server says so and goes on.
    "listen_addresses=127.0.0.1,::1",
    "unix_socket_directories=",
];

/// A PostgreSQL server of one test's own, empty but for what the test makes: `TestDatabase::create_on`.
/// Fields drop in order: the process ends before its folder goes.
pub struct PrivatePostgres {
    process: Option<Process>,
    folder: TempDir,
    port: u16,
    password: String,
}

impl PrivatePostgres {
    /// Makes a new server and starts it. Takes about a second.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub async fn launch() -> Result<Self> {
        let folder = TempDir::create()?;
        let password = random();
        make_cluster(folder.path(), &password)?;
        let mut server = Self { process: None, folder, port: free_port()?, password };
        for _ in 1..ATTEMPTS {
            if server.start().await.is_ok() {
                return Ok(server);
            }
            server.port = free_port()?;
        }
        server.start().await?;
        Ok(server)
    }

    /// The superuser's URL.
    ///
    /// # Errors
    /// Never in practice: the parts are digits.
    pub fn url(&self) -> Result<Url> {
        Ok(format!("postgres://postgres:{}@127.0.0.1:{}/postgres", self.password, self.port).parse()?)
    }

    /// Makes a folder on another disk, which a server may write to.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder_on(disk: &Path) -> Result<PathBuf> {
        let folder = disk.join("tables");
        std::fs::create_dir(&folder)?;
        if let Some(user) = postgres_user()? {
            chown(&folder, Some(user.uid), Some(user.gid))?;
        }
        Ok(folder)
    }

    /// Starts the server, again after a stop, and waits until it takes connections. Nothing happens when it runs.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(&mut self) -> Result {
        if self.process.is_some() {
            return Ok(());
        }
        let data = self.folder.path().join("data");
        let mut command = postgres_command("postgres", self.folder.path())?;
        command.arg("-D").arg(&data).arg("-p").arg(self.port.to_string());
        command.args(POSTGRES_SETTINGS.iter().flat_map(|setting| ["-c", *setting]));
        let mut process = Process::start(command, self.folder.path(), Signal::QUIT)?;
        // The server writes its state into this file's eighth line; a connection could reach somebody else's server.
        let state = data.join("postmaster.pid");
        process.wait_until(async || std::fs::read_to_string(&state).is_ok_and(|text| is_ready(&text))).await?;
        self.process = Some(process);
        Ok(())
    }

    /// Stops the server as a crash does: connections break off, and nothing is written first. What was committed is
    /// recovered at the next start. Nothing happens when it is stopped.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn stop(&mut self) -> Result {
        match self.process.take() {
            Some(process) => process.stop().await,
            None => Ok(()),
        }
    }
}

fn is_ready(state: &str) -> bool {
    state.lines().nth(7).is_some_and(|line| line.trim() == "ready")
}

fn make_cluster(folder: &Path, password: &str) -> Result {
    let secret = folder.join("password");
    write_secret(&secret, password)?;
    if let Some(user) = postgres_user()? {
        for path in [folder, &secret] {
            chown(path, Some(user.uid), Some(user.gid))?;
        }
    }
    let mut command = postgres_command("initdb", folder)?;
    command.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
    let output = command.arg("--pwfile").arg(&secret).arg("--pgdata").arg(folder.join("data")).output()?;
    if !output.status.success() {
        return Err(format!("initdb failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(())
}

fn write_secret(path: &Path, text: &str) -> Result {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// A Redis server of one test's own. It keeps nothing: a restart empties it.
/// Fields drop in order: the process ends before its folder goes.
pub struct PrivateRedis {
    process: Option<Process>,
    folder: TempDir,
    port: u16,
    password: String,
    tls: Option<Tls>,
}

/// How a Redis server speaks TLS.
struct Tls {
    certificates: Certificates,
    wants_certificate: bool,
}

impl PrivateRedis {
    /// Starts a new server.
    ///
    /// # Errors
    /// When Redis is not installed, or does not start.
    pub async fn launch() -> Result<Self> {
        Self::launch_with(TempDir::create()?, None).await
    }

    /// Starts a new server that speaks TLS and nothing else, and may want a certificate of whoever connects.
    ///
    /// # Errors
    /// When Redis is not installed, was built without TLS, or does not start.
    pub async fn launch_with_tls(wants_certificate: bool) -> Result<Self> {
        causeway::tls::use_ring();
        let folder = TempDir::create()?;
        let certificates = Certificates::make(folder.path())?;
        Self::launch_with(folder, Some(Tls { certificates, wants_certificate })).await
    }

    async fn launch_with(folder: TempDir, tls: Option<Tls>) -> Result<Self> {
        let mut server = Self { process: None, folder, port: free_port()?, password: random(), tls };
        for _ in 1..ATTEMPTS {
            if server.start().await.is_ok() {
                return Ok(server);
            }
            server.port = free_port()?;
        }
        server.start().await?;
        Ok(server)
    }

    /// The URL, with the password.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "rediss" } else { "redis" };
        format!("{scheme}://:{}@127.0.0.1:{}", self.password, self.port)
    }

    /// Its certificates, where it speaks TLS.
    #[must_use]
    pub fn certificates(&self) -> Option<&Certificates> {
        self.tls.as_ref().map(|tls| &tls.certificates)
    }

    fn client(&self) -> Result<redis::Client> {
        let Some(certificates) = self.certificates() else { return Ok(redis::Client::open(self.url())?) };
        let (certificate, key) = certificates.client();
        let client_tls =
            redis::ClientTlsConfig { client_cert: std::fs::read(certificate)?, client_key: std::fs::read(key)? };
        let root_cert = Some(std::fs::read(certificates.authority())?);
        let certificates = redis::TlsCertificates { client_tls: Some(client_tls), root_cert };
        Ok(redis::Client::build_with_tls(self.url(), certificates)?)
    }

    /// Starts the server, again after a stop, and waits until it answers. Nothing happens when it runs.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(&mut self) -> Result {
        if self.process.is_some() {
            return Ok(());
        }
        let settings = self.folder.path().join("redis.conf");
        // A file, because everybody can read a command line.
        write_secret(&settings, &self.settings())?;
        let mut command = Command::new("redis-server");
        command.arg(&settings);
        let mut process = Process::start(command, self.folder.path(), Signal::KILL)?;
        let client = self.client()?;
        // The password tells this server from another one on the same port.
        process.wait_until(async || client.get_multiplexed_async_connection().await.is_ok()).await?;
        self.process = Some(process);
        Ok(())
    }

    /// Kills the server. Nothing happens when it is stopped.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn stop(&mut self) -> Result {
        match self.process.take() {
            Some(process) => process.stop().await,
            None => Ok(()),
        }
    }

    /// Freezes the server: connections stay open, and nothing answers. That is the outage that a timeout must catch.
    ///
    /// # Errors
    /// When it is stopped.
    pub fn pause(&self) -> Result {
        self.process.as_ref().ok_or("Redis is stopped")?.signal(Signal::STOP)
    }

    /// Lets a frozen server go on.
    ///
    /// # Errors
    /// When it is stopped.
    pub fn resume(&self) -> Result {
        self.process.as_ref().ok_or("Redis is stopped")?.signal(Signal::CONT)
    }

    fn settings(&self) -> String {
        let listens = match &self.tls {
            None => format!("port {}", self.port),
            Some(Tls { certificates, wants_certificate }) => {
                let (certificate, key) = certificates.server();
                format!(
                    "port 0\ntls-port {}\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients {}",
                    self.port,
                    certificate.display(),
                    key.display(),
                    certificates.authority().display(),
                    if *wants_certificate { "yes" } else { "no" }
                )
            }
        };
        format!(
            "bind 127.0.0.1\n{listens}\nrequirepass {}\nsave \"\"\nappendonly no\npidfile redis.pid\n",
            self.password
        )
    }
}
