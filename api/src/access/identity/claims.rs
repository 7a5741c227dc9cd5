//! From the claims of a verified token to a [`Viewer`]. One role that is malformed, unmapped or out of place makes the
//! whole token refused: a viewer with some of the roles that an issuer meant to give is somebody that nobody meant.

use serde_json::Value;

use super::{
    membership::Membership,
    token::Claims,
    viewer::{Attributes, Viewer},
};
use crate::{config::identity::IssuerConfig, error::ClientError};

/// How long a subject, an organisation or a team may be, in bytes. OpenID Connect Core, section 2 has 255 for `sub`.
const LONGEST_NAME: usize = 255;

/// The viewer that a verified token of this issuer stands for.
pub(super) fn viewer(claims: &Claims, config: &IssuerConfig) -> Result<Viewer, ClientError> {
    Ok(Viewer::new(Attributes {
        subject: subject(claims)?,
        issuer: config.issuer.clone(),
        memberships: memberships(claims, config)?,
        organisation: organisation(claims, &config.organisation_claim)?,
        teams: teams(claims, &config.teams_claim)?,
        expires_at: expires_at(claims)?,
    }))
}

/// The names that a token of the development issuer may carry are checked in the same way before it is signed.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_NAME && !text.chars().any(char::is_control)
}

fn name(value: &Value) -> Option<String> {
    value.as_str().filter(|text| is_name(text)).map(str::to_owned)
}

fn subject(claims: &Claims) -> Result<String, ClientError> {
    let subject = claims.get("sub").and_then(name);
    subject.ok_or(ClientError::Unauthenticated("the token's sub is missing or malformed"))
}

fn memberships(claims: &Claims, config: &IssuerConfig) -> Result<Vec<Membership>, ClientError> {
    let roles = claims.get(&config.roles_claim).and_then(Value::as_array).filter(|roles| !roles.is_empty());
    let roles = roles.ok_or(ClientError::Unauthenticated("the token carries no list of roles"))?;
    roles.iter().map(|role| membership(role, config)).collect()
}

fn membership(role: &Value, config: &IssuerConfig) -> Result<Membership, ClientError> {
    let role = role.as_str().ok_or(ClientError::Unauthenticated("a role in the token is malformed"))?;
    let membership = match &config.role_mapping {
        Some(mapping) => mapping.get(role).cloned().ok_or("a role in the token is not in the issuer's mapping"),
        None => role.parse().map_err(|_| "a role in the token is malformed"),
    };
    let membership = membership.map_err(ClientError::Unauthenticated)?;
    if !config.may_speak_for(&membership.place) {
        return Err(ClientError::Unauthenticated("a role in the token is outside the issuer's missions"));
    }
    Ok(membership)
}

fn organisation(claims: &Claims, claim: &str) -> Result<Option<String>, ClientError> {
    let refused = ClientError::Unauthenticated("the token's organisation is malformed");
    match claims.get(claim) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => name(value).map(Some).ok_or(refused),
    }
}

fn teams(claims: &Claims, claim: &str) -> Result<Vec<String>, ClientError> {
    let teams = match claims.get(claim) {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(value) => value.as_array().and_then(|teams| teams.iter().map(name).collect()),
    };
    teams.ok_or(ClientError::Unauthenticated("the token's teams are malformed"))
}

/// RFC 7519 lets a time be a fraction; it is cut, so that a viewer never lives longer than the token.
fn expires_at(claims: &Claims) -> Result<u64, ClientError> {
    let exp = claims.get("exp");
    let whole = exp.and_then(Value::as_u64).or_else(|| exp.and_then(Value::as_f64).map(|seconds| seconds as u64));
    whole.ok_or(ClientError::Unauthenticated("the token lacks iss, aud or exp"))
}
