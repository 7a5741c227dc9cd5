//! nginx in front of gateways, as a balancer that keeps connections, and that only a connection tells who is there.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use rustix::process::Signal;

use crate::process::{Process, free_port};
use crate::{Result, TempDir, data};

/// Starts it with its files in a folder; the process, and where it listens. It must not remember a gateway's absence: by default
/// it does so for ten seconds, longer than the restarts of a test are apart. Bodies may have any size, and the gateway is told
/// from whom a request comes.
///
/// # Errors
/// When it does not start.
pub async fn start(folder: &TempDir, gateways: &[SocketAddr]) -> Result<(Process, SocketAddr)> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let servers: String = gateways.iter().map(|gateway| format!("server {gateway} max_fails=0;")).collect();
    let path = folder.path().display();
    let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {path}/{name};"))
        .collect();
    let configuration = format!(
        "daemon off; worker_processes 1; pid {path}/nginx.pid; error_log stderr;\n\
         events {{ worker_connections 512; }}\n\
         http {{ access_log off; client_max_body_size 0; client_body_buffer_size 4m; {temp} upstream gateways {{ {servers} keepalive 16; }}\n\
         server {{ listen {address}; location / {{ proxy_pass http://gateways; proxy_http_version 1.1;\n\
         proxy_set_header Connection \"\"; proxy_set_header Host $host;\n\
         proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }} }}\n"
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, configuration)?;
    let mut command = Command::new(data::find_program("nginx").ok_or("no nginx")?);
    command.arg("-p").arg(folder.path()).arg("-c").arg(&file).arg("-e").arg("stderr");
    let mut process = Process::start(command, folder.path(), Signal::TERM)?;
    process.wait_until(async || tokio::net::TcpStream::connect(address).await.is_ok()).await?;
    Ok((process, address))
}
