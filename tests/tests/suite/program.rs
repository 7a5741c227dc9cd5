//! The program as an operator runs it: gateways that are restarted one after the other behind a proxy, a certificate that is
//! renewed by a signal.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use causeway::config::Config;
use causeway_tests::process::Process;
use causeway_tests::program::Launch;
use causeway_tests::{Caller, Gateway, Result, TempDir, TestDatabase, both, data, gateway, nginx};
use reqwest::Certificate;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::net::UnixDatagram;
use tokio::time::timeout;

use crate::PROGRAM;

fn launch<'a>(config: &'a Config, db: &'a TestDatabase, folder: &'a TempDir) -> Launch<'a> {
    Launch { program: Path::new(PROGRAM), config, db, folder, environment: Vec::new() }
}

/// How many requests were answered under load, and what was wrong with the others.
#[derive(Default)]
struct Load {
    over: AtomicBool,
    answered: AtomicU64,
    lost: Mutex<Vec<String>>,
}

impl Load {
    /// Sends one request after the other until it is over; queries, and now and then a mutation, which nobody may send again.
    async fn send(self: Arc<Self>, url: String, token: String) {
        if let Err(lost) = self.send_each(&url, &token).await {
            self.lost.lock().expect("nobody panics").push(lost.to_string());
        }
    }

    async fn send_each(&self, url: &str, token: &str) -> Result {
        let client = reqwest::Client::new();
        let query = json!({ "query": "{ cases(missions: [UA], first: 2) { nodes { caseNumber } } }" });
        let mutation = json!({ "query": "mutation { registerCase(input: { mission: UA, individual: { gender: FEMININE } }) { userErrors { code } } }" });
        for number in 0.. {
            if self.over.load(Ordering::Relaxed) {
                break;
            }
            let body = if number % 20 == 7 { &mutation } else { &query };
            let answer = client.post(url).bearer_auth(token).json(body).send().await?;
            let (status, text) = (answer.status(), answer.text().await?);
            let body: Value = serde_json::from_str(&text).map_err(|_| format!("{status}: {text}"))?;
            if !status.is_success() || !body["errors"].is_null() {
                return Err(format!("{status}: {body}").into());
            }
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    async fn goes_on(&self, proxy: &Process) -> Result {
        let (before, began) = (self.answered.load(Ordering::Relaxed), Instant::now());
        while self.answered.load(Ordering::Relaxed) < before + 50 {
            let lost = self.lost.lock().expect("nobody panics").clone();
            if !lost.is_empty() || began.elapsed() > Duration::from_secs(20) {
                return Err(format!("lost: {lost:?}, after {:?}; {}", began.elapsed(), proxy.log()?).into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

both! {
    /// Two gateways behind a proxy, each restarted under load: no request is lost.
    async fn a_rolling_restart_loses_no_request(db: &TestDatabase) -> Result {
        let test = "program::a_rolling_restart_loses_no_request";
        if !data::has_program(test, "nginx")? { return Ok(()) }
        drop(Gateway::with_demo(db, 40).await?);
        let (folder, balancer) = (TempDir::create()?, TempDir::create()?);
        let config = gateway::config(db, &folder)?;
        let mut launch = launch(&config, db, &folder);
        launch.environment = vec![("CAUSEWAY_HTTP__DRAIN_SECONDS", "1".to_owned())];
        let mut gateways = vec![launch.serve().await?, launch.serve().await?];
        let (proxy, address) = nginx::start(&balancer, &[gateways[0].address, gateways[1].address]).await?;
        let token = gateways[0].token(&Caller::of("case_supervisor@UA"))?;
        let load = Arc::new(Load::default());
        let url = format!("http://{address}/graphql");
        let senders: Vec<_> = (0..6).map(|_| tokio::spawn(Arc::clone(&load).send(url.clone(), token.clone()))).collect();
        load.goes_on(&proxy).await?;
        for _ in 0..2 {
            let gateway = gateways.remove(0);
            let address = gateway.address;
            gateway.process.stop().await?;
            load.goes_on(&proxy).await?;
            gateways.push(launch.serve_at(address).await?);
            load.goes_on(&proxy).await?;
        }
        load.over.store(true, Ordering::Relaxed);
        futures::future::try_join_all(senders).await?;
        assert_eq!(*load.lost.lock().expect("nobody panics"), Vec::<String>::new());
        assert!(load.answered.load(Ordering::Relaxed) >= 250);
        Ok(())
    }

    /// systemd is told when the gateway listens, and when it begins to stop.
    async fn a_supervisor_is_told(db: &TestDatabase) -> Result {
        let folder = TempDir::create()?;
        let config = gateway::config(db, &folder)?;
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path)?;
        let heard = async || -> Result<String> {
            let mut message = [0; 100];
            let length = timeout(Duration::from_secs(20), socket.recv(&mut message)).await??;
            Ok(String::from_utf8_lossy(&message[..length]).trim().to_owned())
        };
        let mut launch = launch(&config, db, &folder);
        launch.environment = vec![
            ("NOTIFY_SOCKET", path.to_string_lossy().into_owned()),
            ("CAUSEWAY_HTTP__DRAIN_SECONDS", "0".to_owned()),
        ];
        let program = launch.serve().await?;
        assert_eq!(heard().await?, "READY=1");
        program.process.signal(Signal::TERM)?;
        assert_eq!(heard().await?, "STOPPING=1");
        program.process.stop().await
    }

    /// Without a certificate SIGHUP is nothing to end for.
    async fn without_a_certificate_the_signal_is_only_told(db: &TestDatabase) -> Result {
        let folder = TempDir::create()?;
        let mut config = gateway::config(db, &folder)?;
        config.log = Some("info".to_owned());
        let program = launch(&config, db, &folder).serve().await?;
        program.process.signal(Signal::HUP)?;
        let began = Instant::now();
        while !program.process.log()?.contains("there is no certificate to be read again") {
            assert!(began.elapsed() < Duration::from_secs(10), "{}", program.process.log()?);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(reqwest::get(program.url("/health/live")).await?.status(), 200);
        program.process.stop().await
    }

    /// SIGHUP has the certificate read again: new connections get the new one. One that cannot be read is said, and the one
    /// that was read before stays.
    async fn a_certificate_is_renewed_by_a_signal(db: &TestDatabase) -> Result {
        let folder = TempDir::create()?;
        let config = gateway::config(db, &folder)?;
        let (certificate, key) = (folder.path().join("tls.pem"), folder.path().join("tls.key"));
        let renew = || -> Result<Certificate> {
            let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
            std::fs::write(&certificate, made.cert.pem())?;
            std::fs::write(&key, made.signing_key.serialize_pem())?;
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
            Ok(Certificate::from_pem(made.cert.pem().as_bytes())?)
        };
        let first = renew()?;
        let mut launch = launch(&config, db, &folder);
        launch.environment = vec![
            ("CAUSEWAY_HTTP__TLS_CERTIFICATE_FILE", certificate.to_string_lossy().into_owned()),
            ("CAUSEWAY_HTTP__TLS_KEY_FILE", key.to_string_lossy().into_owned()),
        ];
        let program = launch.serve().await?;
        let url = format!("https://localhost:{}/health/live", program.address.port());
        // A client of its own each time: a connection that is there keeps its certificate.
        let believes = async |certificate: &Certificate| {
            let client = reqwest::Client::builder().tls_certs_only([certificate.clone()]).build()?;
            Ok::<bool, reqwest::Error>(client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200))
        };
        assert!(believes(&first).await?);
        let second = renew()?;
        assert!(!believes(&second).await? && believes(&first).await?, "nobody has said so yet");
        program.process.signal(Signal::HUP)?;
        let began = Instant::now();
        while !believes(&second).await? {
            assert!(began.elapsed() < Duration::from_secs(10), "{}", program.process.log()?);
        }
        assert!(!believes(&first).await?);
        std::fs::write(&certificate, "no certificate")?;
        program.process.signal(Signal::HUP)?;
        while !program.process.log()?.contains("the certificate cannot be read; the old one stays") {
            assert!(began.elapsed() < Duration::from_secs(10), "{}", program.process.log()?);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(believes(&second).await?);
        Ok(())
    }
}
