//! Whose tokens are believed: [`IdentityConfig`]. Refuses two sources of keys for one issuer, keys over plain HTTP, and
//! names that belong to Causeway itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use entity::CountryCode;
use serde::Deserialize;
use url::{Host, Url};

use crate::membership::{Membership, Place};

/// Names that begin so belong to Causeway's own issuers.
const RESERVED: &str = "causeway-";
/// A day, in seconds: the longest pause between two looks at an issuer's keys.
const LONGEST_PAUSE: u64 = 86_400;

/// Whose tokens are believed.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityConfig {
    /// Believe tokens that `causeway token mint` signs. Whoever can read the key file is then anybody: for
    /// demonstrations and development only. Default: false.
    pub development_issuer: bool,
    /// The secret of the development issuer, 32 bytes; made where absent, readable by its owner alone. Only touched
    /// where the development issuer is on. Default: `development.key`.
    pub development_key_file: PathBuf,
    /// What `aud` must name for a token to be meant for us. Default: `causeway`.
    pub audience: String,
    /// The identity providers. Default: none.
    pub issuers: Vec<IssuerConfig>,
}

/// One identity provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The `iss` of its tokens, exactly.
    pub issuer: String,
    /// What `aud` must name, where this issuer has its own name for us. Default: the common `audience`.
    #[serde(default)]
    pub audience: Option<String>,
    /// Its public keys, as a JSON Web Key Set in a file. The file is looked at again every 30 seconds at most. With neither
    /// this nor `jwks_url` the issuer is asked where they are, by OpenID Connect Discovery.
    #[serde(default)]
    pub jwks_file: Option<PathBuf>,
    /// Where it publishes its public keys as a JSON Web Key Set: `https`, or `http` on this machine. Not beside `jwks_file`.
    #[serde(default)]
    pub jwks_url: Option<Url>,
    /// How old keys from a URL may be before they are fetched again, in seconds. Default: 900.
    #[serde(default = "default_refresh_seconds")]
    pub refresh_seconds: u64,
    /// The shortest time between two attempts to fetch, whatever tokens come in and however the last attempt ended, in
    /// seconds. Default: 60.
    #[serde(default = "default_minimum_fetch_seconds")]
    pub minimum_fetch_seconds: u64,
    /// How long keys are still believed while the issuer cannot be reached, in seconds since they were last confirmed.
    /// Beyond it, its tokens are answered with `UNAVAILABLE`. Default: 86400.
    #[serde(default = "default_keep_seconds")]
    pub keep_seconds: u64,
    /// The claim with the roles, an array of strings: a name, or a path of names such as `realm_access.roles`. The same holds
    /// for the two claims below. Default: `causeway_roles`.
    #[serde(default = "default_roles_claim")]
    pub roles_claim: String,
    /// The claim with a partner's organisation, a string. Default: `causeway_organisation`.
    #[serde(default = "default_organisation_claim")]
    pub organisation_claim: String,
    /// The claim with the teams, an array of strings. Default: `causeway_teams`.
    #[serde(default = "default_teams_claim")]
    pub teams_claim: String,
    /// What this issuer's own names of roles mean here, such as `"aw-kyiv" = "case_worker@UA"`. Where it is given, a role
    /// that is not in it makes the token refused. Default: roles are written as memberships.
    #[serde(default)]
    pub role_mapping: Option<BTreeMap<String, Membership>>,
    /// Leave out roles that are not in `role_mapping`, such as Keycloak's `offline_access`, which stands beside ours in the same
    /// list. A token with none that is in it is refused all the same. Default: false.
    #[serde(default)]
    pub ignore_unmapped: bool,
    /// The missions that this issuer may speak for. A role anywhere else, and in any region, makes the token refused.
    /// Default: all.
    #[serde(default)]
    pub missions: Option<BTreeSet<CountryCode>>,
}

const fn default_refresh_seconds() -> u64 {
    900
}

const fn default_minimum_fetch_seconds() -> u64 {
    60
}

const fn default_keep_seconds() -> u64 {
    86_400
}

fn default_roles_claim() -> String {
    "causeway_roles".to_owned()
}

fn default_organisation_claim() -> String {
    "causeway_organisation".to_owned()
}

fn default_teams_claim() -> String {
    "causeway_teams".to_owned()
}

impl Default for IdentityConfig {
    fn default() -> Self {
        Self {
            development_issuer: false,
            development_key_file: PathBuf::from("development.key"),
            audience: "causeway".to_owned(),
            issuers: Vec::new(),
        }
    }
}

impl IdentityConfig {
    /// Checks what the types cannot.
    ///
    /// # Errors
    /// Every problem, each as one line that begins with the setting.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        let mut problems = Vec::new();
        if self.audience.is_empty() {
            problems.push("audience: is empty".to_owned());
        }
        let mut names = BTreeSet::new();
        for (at, issuer) in self.issuers.iter().enumerate() {
            let mut report = |setting: &str, what: &str| problems.push(format!("issuers[{at}].{setting}: {what}"));
            if !names.insert(issuer.issuer.as_str()) {
                report("issuer", "is configured twice");
            }
            issuer.check_name(&mut report);
            issuer.check_keys(&mut report);
            issuer.check_claims(&mut report);
            issuer.check_missions(&mut report);
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

impl IssuerConfig {
    /// An issuer of this name with every default, and no keys yet.
    #[must_use]
    pub fn named(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audience: None,
            jwks_file: None,
            jwks_url: None,
            refresh_seconds: default_refresh_seconds(),
            minimum_fetch_seconds: default_minimum_fetch_seconds(),
            keep_seconds: default_keep_seconds(),
            roles_claim: default_roles_claim(),
            organisation_claim: default_organisation_claim(),
            teams_claim: default_teams_claim(),
            role_mapping: None,
            ignore_unmapped: false,
            missions: None,
        }
    }

    /// May this issuer give a role at this place?
    #[must_use]
    pub fn may_speak_for(&self, place: &Place) -> bool {
        match (&self.missions, place) {
            (None, _) => true,
            (Some(missions), Place::Mission(code)) => missions.contains(code),
            (Some(_), Place::Region(_) | Place::Everywhere) => false,
        }
    }

    fn check_name(&self, report: &mut impl FnMut(&str, &str)) {
        if self.issuer.is_empty() {
            report("issuer", "is empty");
        }
        if self.issuer.trim().to_ascii_lowercase().starts_with(RESERVED) {
            report("issuer", "begins with causeway-, which is kept for Causeway's own issuers");
        }
        if self.audience.as_ref().is_some_and(String::is_empty) {
            report("audience", "is empty; leave it out for the common audience");
        }
    }

    fn check_keys(&self, report: &mut impl FnMut(&str, &str)) {
        match (&self.jwks_file, &self.jwks_url) {
            (Some(_), None) => {}
            (None, Some(url)) => check_url("jwks_url", url, report),
            (None, None) => match Url::parse(&self.issuer) {
                Ok(url) => check_url("issuer", &url, report),
                Err(_) => report("issuer", "is no URL at which its keys could be found; give jwks_url or jwks_file"),
            },
            (Some(_), Some(_)) => report("jwks_url", "is given beside jwks_file; give one of them"),
        }
        for (setting, seconds) in [
            ("refresh_seconds", self.refresh_seconds),
            ("minimum_fetch_seconds", self.minimum_fetch_seconds),
            ("keep_seconds", self.keep_seconds),
        ] {
            if seconds == 0 {
                report(setting, "is 0; give at least 1");
            }
        }
        for (setting, seconds) in
            [("refresh_seconds", self.refresh_seconds), ("minimum_fetch_seconds", self.minimum_fetch_seconds)]
        {
            if seconds > LONGEST_PAUSE {
                report(setting, "is more than a day (86400)");
            }
        }
        if self.keep_seconds < self.refresh_seconds {
            report("keep_seconds", "is less than refresh_seconds, so that good keys would be dropped unused");
        }
    }

    fn check_claims(&self, report: &mut impl FnMut(&str, &str)) {
        let claims = [
            ("roles_claim", &self.roles_claim),
            ("organisation_claim", &self.organisation_claim),
            ("teams_claim", &self.teams_claim),
        ];
        for (at, (setting, name)) in claims.iter().enumerate() {
            if name.split('.').any(str::is_empty) {
                report(setting, "is empty, or a part of its path is");
            } else if ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"].contains(&name.as_str()) {
                report(setting, "is a registered claim, which has another meaning");
            } else if claims[..at].iter().any(|(_, other)| other == name) {
                report(setting, "names a claim that is used for something else");
            }
        }
    }

    fn check_missions(&self, report: &mut impl FnMut(&str, &str)) {
        if self.missions.as_ref().is_some_and(BTreeSet::is_empty) {
            report("missions", "is empty; name at least one, or leave it out for all");
        }
        let Some(mapping) = &self.role_mapping else {
            if self.ignore_unmapped {
                report("ignore_unmapped", "needs role_mapping, which says what is meant for us");
            }
            return;
        };
        if mapping.is_empty() {
            report("role_mapping", "is empty, so that every token would be refused; leave it out");
        }
        if mapping.values().any(|membership| !self.may_speak_for(&membership.place)) {
            report("role_mapping", "gives a role at a place that missions does not have");
        }
    }
}

/// Keys that came over plain HTTP could be anybody's, and a password in a URL ends up in logs.
fn check_url(setting: &str, url: &Url, report: &mut impl FnMut(&str, &str)) {
    if !is_trustworthy(url) {
        report(setting, "must be https (http is for this machine alone)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        report(setting, "holds a user name or a password; an issuer's keys are public");
    }
}

/// Whether what comes from an address comes from whom it names: over TLS, or from this machine.
pub fn is_trustworthy(url: &Url) -> bool {
    url.scheme() == "https" || url.scheme() == "http" && is_loopback(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
