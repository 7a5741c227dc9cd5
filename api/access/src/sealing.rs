//! Seals what others carry for us: global ids and cursors, which a client carries, and values that Redis keeps. They are
//! encrypted and authenticated, so that none tells anything (a UUIDv7 tells when a case was registered) and none can be made up,
//! or put into the place of another. It refuses whatever it did not seal itself.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::CountryCode;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// A row: the mission that holds it and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId {
    /// The mission.
    pub mission: CountryCode,
    /// The id in the mission.
    pub id: Uuid,
}

/// The longest global id that is looked at; longer ones were not sealed here.
const LONGEST_ID: usize = 4096;
/// The longest cursor: it holds folded keys, and one letter may become eighteen, so that a name of 500 becomes 9,000 bytes; an
/// order has up to seven texts. The body of a request is hardly longer.
const LONGEST_CURSOR: usize = 128 * 1024;

/// Seals and opens ids, cursors and values under keys derived from the master key.
#[derive(Clone)]
pub struct Seal {
    ids: Aes256GcmSiv,
    cursors: Aes256GcmSiv,
    values: Aes256GcmSiv,
}

impl Seal {
    /// Derives the keys. The master key must have at least 32 bytes; configuration sees to it.
    #[must_use]
    pub fn new(master_key: &[u8]) -> Self {
        Self {
            ids: cipher(master_key, b"causeway global id 1"),
            cursors: cipher(master_key, b"causeway cursor 1"),
            values: cipher(master_key, b"causeway value in Redis 1"),
        }
    }

    /// The global id of a row: always the same text for the same row.
    #[must_use]
    pub fn id(&self, type_name: &str, row: RowId) -> String {
        let mut plain = [0; 18];
        plain[..2].copy_from_slice(row.mission.as_str().as_bytes());
        plain[2..].copy_from_slice(row.id.as_bytes());
        let mut sealed = type_name.as_bytes().to_vec();
        sealed.push(b':');
        sealed.extend(encrypt(&self.ids, &plain, type_name.as_bytes()));
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The type and row of a global id; none for any other text.
    #[must_use]
    pub fn open_id(&self, text: &str) -> Option<(String, RowId)> {
        let sealed = decode(text, LONGEST_ID)?;
        let colon = sealed.iter().position(|byte| *byte == b':')?;
        let type_name = String::from_utf8(sealed[..colon].to_vec()).ok()?;
        let plain = decrypt(&self.ids, &sealed[colon + 1..], type_name.as_bytes())?;
        let (mission, id) = plain.split_at_checked(2)?;
        let mission = std::str::from_utf8(mission).ok()?.parse().ok()?;
        Some((type_name, RowId { mission, id: Uuid::from_slice(id).ok()? }))
    }

    /// Seals a cursor for one question of one viewer.
    #[must_use]
    pub fn cursor(&self, plain: &[u8], question: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(encrypt(&self.cursors, plain, question))
    }

    /// What was sealed; none where text or question differ in anything.
    #[must_use]
    pub fn open_cursor(&self, text: &str, question: &[u8]) -> Option<Vec<u8>> {
        decrypt(&self.cursors, &decode(text, LONGEST_CURSOR)?, question)
    }

    /// Seals a value for the place of this name, such as a key in Redis.
    #[must_use]
    pub fn value(&self, plain: &[u8], name: &str) -> Vec<u8> {
        encrypt(&self.values, plain, name.as_bytes())
    }

    /// What was sealed for this place; none for anything else, such as a value of another place.
    #[must_use]
    pub fn open_value(&self, sealed: &[u8], name: &str) -> Option<Vec<u8>> {
        decrypt(&self.values, sealed, name.as_bytes())
    }
}

fn decode(text: &str, longest: usize) -> Option<Vec<u8>> {
    (text.len() <= longest).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten()
}

fn cipher(master_key: &[u8], label: &[u8]) -> Aes256GcmSiv {
    // HMAC takes a key of any length.
    let key =
        <Hmac<Sha256> as Mac>::new_from_slice(master_key).map(|mac| mac.chain_update(label).finalize().into_bytes());
    Aes256GcmSiv::new(&key.unwrap_or_default())
}

/// GCM-SIV stays safe under a fixed nonce: equal texts give equal results, and that is all that shows. Global ids must be equal.
fn encrypt(cipher: &Aes256GcmSiv, msg: &[u8], aad: &[u8]) -> Vec<u8> {
    // Encryption fails only beyond 64 GiB; an empty text opens for nobody.
    cipher.encrypt(&Nonce::default(), Payload { msg, aad }).unwrap_or_default()
}

fn decrypt(cipher: &Aes256GcmSiv, msg: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    cipher.decrypt(&Nonce::default(), Payload { msg, aad }).ok()
}
