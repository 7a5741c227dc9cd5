//! From the claims of a verified token to a [`Viewer`]. One role that is malformed, unmapped or out of place makes the
//! whole token refused: a viewer with some of the roles that an issuer meant to give is somebody that nobody meant. Where the
//! configuration says so, names of roles that the issuer's mapping does not have are for others, and are left out.

use serde_json::Value;

use base::membership::Membership;

use super::{
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
    let roles = find(claims, &config.roles_claim).and_then(Value::as_array).filter(|roles| !roles.is_empty());
    let roles = roles.ok_or(ClientError::Unauthenticated("the token carries no list of roles"))?;
    let memberships = roles.iter().filter_map(|role| membership(role, config).transpose());
    let memberships: Vec<_> = memberships.collect::<Result<_, _>>()?;
    if memberships.is_empty() {
        return Err(ClientError::Unauthenticated("no role in the token is in the issuer's mapping"));
    }
    Ok(memberships)
}

/// What a role means here; `None` for one that is for others.
fn membership(role: &Value, config: &IssuerConfig) -> Result<Option<Membership>, ClientError> {
    let role = role.as_str().ok_or(ClientError::Unauthenticated("a role in the token is malformed"))?;
    let membership = match &config.role_mapping {
        Some(mapping) if config.ignore_unmapped && !mapping.contains_key(role) => return Ok(None),
        Some(mapping) => mapping.get(role).cloned().ok_or("a role in the token is not in the issuer's mapping"),
        None => role.parse().map_err(|_| "a role in the token is malformed"),
    };
    let membership = membership.map_err(ClientError::Unauthenticated)?;
    if !config.may_speak_for(&membership.place) {
        return Err(ClientError::Unauthenticated("a role in the token is outside the issuer's missions"));
    }
    Ok(Some(membership))
}

/// A claim by its path, such as `realm_access.roles`. Names may have dots themselves, such as `https://example.org/roles` or a
/// client's in `resource_access`: the longest name that there is counts.
fn find<'claims>(claims: &'claims Claims, path: &str) -> Option<&'claims Value> {
    let inner = || {
        let mut splits = path.rmatch_indices('.').map(|(dot, _)| (&path[..dot], &path[dot + 1..]));
        splits.find_map(|(name, rest)| find(claims.get(name)?.as_object()?, rest))
    };
    claims.get(path).or_else(inner)
}

fn organisation(claims: &Claims, claim: &str) -> Result<Option<String>, ClientError> {
    let refused = ClientError::Unauthenticated("the token's organisation is malformed");
    match find(claims, claim) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => name(value).map(Some).ok_or(refused),
    }
}

fn teams(claims: &Claims, claim: &str) -> Result<Vec<String>, ClientError> {
    let teams = match find(claims, claim) {
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
