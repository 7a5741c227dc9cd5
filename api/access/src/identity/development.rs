//! The development issuer: tokens that Causeway signs for itself, with a secret in a file, so that a first look needs no
//! identity provider. Off unless the configuration turns it on. Refuses a key file that others can read.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::Path,
    time::Duration,
};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use rand::{TryRngCore, rngs::OsRng};
use serde::Serialize;
use uuid::Uuid;

use super::{
    IdentityStartError, claims::is_name, issuer::Issuer, key_set::VerificationKey, viewer::DEVELOPMENT_ISSUER,
};
use crate::{
    config::identity::{IdentityConfig, IssuerConfig},
    error::{ClientError, InternalError, Result},
};
use base::membership::Membership;

/// The `aud` of the development issuer's tokens.
pub const DEVELOPMENT_AUDIENCE: &str = "causeway";
/// 256 bits, as RFC 7518, section 3.2 asks of a key for HS256.
const SECRET_BYTES: usize = 32;

/// Signs tokens for development and demonstrations: anybody, with any role.
pub struct DevelopmentIssuer {
    key: EncodingKey,
    secret: [u8; SECRET_BYTES],
}

#[derive(Serialize)]
struct DevelopmentClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: u64,
    nbf: u64,
    exp: u64,
    jti: Uuid,
    causeway_roles: &'a [Membership],
    #[serde(skip_serializing_if = "Option::is_none")]
    causeway_organisation: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    causeway_teams: &'a [String],
}

impl DevelopmentIssuer {
    /// Opens the issuer, and makes its key where there is none.
    ///
    /// # Errors
    /// Where the configuration does not turn the issuer on, and where the key file cannot be read or made, is not 32
    /// bytes long, or can be read by others than its owner.
    pub fn open(config: &IdentityConfig) -> Result<Self, IdentityStartError> {
        if !config.development_issuer {
            return Err(IdentityStartError::DevelopmentIssuerIsOff);
        }
        let path = &config.development_key_file;
        let secret =
            read_or_create(path).map_err(|cause| IdentityStartError::DevelopmentKey { path: path.clone(), cause })?;
        Ok(Self { key: EncodingKey::from_secret(&secret), secret })
    }

    /// Signs a token, valid from now for `ttl`.
    ///
    /// # Errors
    /// `BAD_INPUT` for a token that would be refused when it is used: no role, or a subject, organisation or team that
    /// is empty, longer than 255 bytes or has control characters.
    pub fn mint(
        &self,
        subject: &str,
        memberships: &[Membership],
        organisation: Option<&str>,
        teams: &[String],
        ttl: Duration,
    ) -> Result<String> {
        check(subject, memberships, organisation, teams)?;
        let now = get_current_timestamp();
        let claims = DevelopmentClaims {
            iss: DEVELOPMENT_ISSUER,
            aud: DEVELOPMENT_AUDIENCE,
            sub: subject,
            iat: now,
            nbf: now,
            exp: now.saturating_add(ttl.as_secs()),
            jti: Uuid::now_v7(),
            causeway_roles: memberships,
            causeway_organisation: organisation,
            causeway_teams: teams,
        };
        let token = encode(&Header::new(Algorithm::HS256), &claims, &self.key).map_err(InternalError::new)?;
        Ok(token)
    }

    /// The other side: whose tokens [`super::Identity`] then believes.
    pub(super) fn issuer(&self) -> Issuer {
        let config = IssuerConfig::named(DEVELOPMENT_ISSUER);
        Issuer::with_secret(config, DEVELOPMENT_AUDIENCE, VerificationKey::secret(&self.secret))
    }
}

fn check(
    subject: &str,
    memberships: &[Membership],
    organisation: Option<&str>,
    teams: &[String],
) -> Result<(), ClientError> {
    const SHAPE: &str = "1 to 255 bytes without control characters";
    if !is_name(subject) {
        return Err(ClientError::bad_input("subject", SHAPE));
    }
    if memberships.is_empty() {
        return Err(ClientError::bad_input("memberships", "at least one role is needed"));
    }
    if !organisation.is_none_or(is_name) {
        return Err(ClientError::bad_input("organisation", SHAPE));
    }
    if !teams.iter().all(|team| is_name(team)) {
        return Err(ClientError::bad_input("teams", SHAPE));
    }
    Ok(())
}

fn read_or_create(path: &Path) -> io::Result<[u8; SECRET_BYTES]> {
    match create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path),
        created => created,
    }
}

/// Makes the file with its final permissions, so that at no time anybody else can open it.
fn create(path: &Path) -> io::Result<[u8; SECRET_BYTES]> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let mut secret = [0; SECRET_BYTES];
    OsRng.try_fill_bytes(&mut secret).map_err(io::Error::other)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    Ok(secret)
}

fn read(path: &Path) -> io::Result<[u8; SECRET_BYTES]> {
    let file = File::open(path)?;
    refuse_readable_by_others(&file)?;
    let mut bytes = Vec::with_capacity(SECRET_BYTES + 1);
    // One byte more than the key has, to notice a longer file.
    file.take(SECRET_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let wrong = |_| io::Error::new(ErrorKind::InvalidData, "not 32 bytes; delete it, and a new one is made");
    bytes.try_into().map_err(wrong)
}

#[cfg(unix)]
fn refuse_readable_by_others(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(io::Error::new(ErrorKind::PermissionDenied, "others than its owner have access to it; chmod 600 it"))
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_: &File) -> io::Result<()> {
    Ok(())
}
