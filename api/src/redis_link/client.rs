//! The client of Redis: where it connects to, whom it trusts over TLS, and what it shows of itself. It refuses files that
//! cannot be used, before anything is connected to.

use std::path::Path;

use redis::{Client, ClientTlsConfig, TlsCertificates};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::config::RedisConfig;

/// The client of a configuration.
///
/// # Errors
/// What cannot be used of it. The URL is not repeated: it may hold a password.
pub(super) fn client(config: &RedisConfig) -> Result<Client, String> {
    let url = config.url.expose();
    if config.has_tls() {
        crate::tls::use_ring();
        certificates(config).and_then(|certificates| {
            Client::build_with_tls(url, certificates)
                .map_err(|_| "redis.url and its certificates cannot be used".to_owned())
        })
    } else {
        Client::open(url).map_err(|_| "redis.url cannot be used".to_owned())
    }
}

/// The files as the client wants them; whoever is trusted where none is named, it asks the system.
fn certificates(config: &RedisConfig) -> Result<TlsCertificates, String> {
    let root_cert = config.ca_file.as_deref().map(|file| read("redis.ca_file", file)).transpose()?;
    let mut trusted = RootCertStore::empty();
    if let (Some(pem), Some(file)) = (&root_cert, &config.ca_file) {
        for certificate in chain("redis.ca_file", file, pem)? {
            trusted.add(certificate).map_err(|error| unusable("redis.ca_file", file, error))?;
        }
    }
    let files = config.certificate_file.as_deref().zip(config.key_file.as_deref());
    let client_tls = files.map(|(certificate, key)| own(trusted, certificate, key)).transpose()?;
    Ok(TlsCertificates { client_tls, root_cert })
}

/// What the gateway shows of itself.
fn own(trusted: RootCertStore, certificate: &Path, key: &Path) -> Result<ClientTlsConfig, String> {
    let client_cert = read("redis.certificate_file", certificate)?;
    let client_key = read("redis.key_file", key)?;
    let chain = chain("redis.certificate_file", certificate, &client_cert)?;
    let private = PrivateKeyDer::from_pem_slice(&client_key).map_err(|error| unusable("redis.key_file", key, error))?;
    ClientConfig::builder()
        .with_root_certificates(trusted)
        .with_client_auth_cert(chain, private)
        .map_err(|error| unusable("redis.key_file", key, error))?;
    Ok(ClientTlsConfig { client_cert, client_key })
}

fn read(setting: &str, file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| unusable(setting, file, error))
}

fn chain(setting: &str, file: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(setting, file, error))?;
    if chain.is_empty() { Err(unusable(setting, file, "it holds no certificate in PEM")) } else { Ok(chain) }
}

fn unusable(setting: &str, file: &Path, problem: impl std::fmt::Display) -> String {
    format!("{setting} {}: {problem}", file.display())
}
