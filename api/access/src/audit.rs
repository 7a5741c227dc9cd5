//! The audit log: a chain of hashes a mission, so that an entry cannot be changed or removed unseen. Entries name columns,
//! never values.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{CountryCode, audit_entry};
use sha2::{Digest, Sha256};

use crate::entries::Event;

/// The next entry of a mission's chain.
#[must_use]
pub(crate) fn chain(
    mission: CountryCode,
    sequence: i64,
    at: DateTime<Utc>,
    subject: &str,
    event: &Event,
    previous: &str,
) -> audit_entry::Model {
    let mut entry = audit_entry::Model {
        mission_id: mission,
        sequence,
        at,
        subject: subject.to_owned(),
        action: event.command.name().to_owned(),
        object_type: event.command.object_type().to_owned(),
        object_id: event.object_id,
        detail: event.detail.clone(),
        previous_hash: previous.to_owned(),
        hash: String::new(),
    };
    entry.hash = hash(&entry);
    entry
}

/// SHA-256 over every field, each with its length before it so that no two entries read alike; lower-case hexadecimal.
#[must_use]
pub fn hash(entry: &audit_entry::Model) -> String {
    let fields = [
        entry.previous_hash.clone(),
        entry.mission_id.to_string(),
        entry.sequence.to_string(),
        entry.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        entry.subject.clone(),
        entry.action.clone(),
        entry.object_type.clone(),
        entry.object_id.map(|id| id.to_string()).unwrap_or_default(),
        entry.detail.clone(),
    ];
    let mut digest = Sha256::new();
    for field in fields {
        digest.update((field.len() as u64).to_be_bytes());
        digest.update(field.as_bytes());
    }
    hex::encode(digest.finalize())
}
