//! Certificates for a server of one test's own: an authority, and what it signed for the server and for its client.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::Result;

/// An authority with two certificates, in files. Both names hold for 127.0.0.1 and localhost alone.
pub struct Certificates {
    folder: PathBuf,
}

impl Certificates {
    /// Makes them in a folder.
    ///
    /// # Errors
    /// When they cannot be made or written.
    pub fn make(folder: &Path) -> Result<Self> {
        let made = Self { folder: folder.to_owned() };
        let mut authority = CertificateParams::new(Vec::<String>::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // A name of its own, or what it signs would look self-signed.
        authority.distinguished_name.push(DnType::CommonName, "authority of a test");
        let key = KeyPair::generate()?;
        std::fs::write(made.authority(), authority.self_signed(&key)?.pem())?;
        let issuer = Issuer::new(authority, key);
        for (certificate, key_file) in [made.server(), made.client()] {
            let key = KeyPair::generate()?;
            let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
            std::fs::write(certificate, CertificateParams::new(names)?.signed_by(&key, &issuer)?.pem())?;
            std::fs::write(key_file, key.serialize_pem())?;
        }
        Ok(made)
    }

    /// The authority's certificate.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// The server's certificate and key.
    #[must_use]
    pub fn server(&self) -> (PathBuf, PathBuf) {
        (self.folder.join("server.pem"), self.folder.join("server.key"))
    }

    /// The client's certificate and key.
    #[must_use]
    pub fn client(&self) -> (PathBuf, PathBuf) {
        (self.folder.join("client.pem"), self.folder.join("client.key"))
    }
}
