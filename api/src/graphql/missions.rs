//! The mission as the schema shows it: one tenant. It is no governed table: it holds no case data, and every viewer with a role
//! in it sees it.

use entity::{CountryCode, mission};

use crate::access::Window;
use crate::error::ClientError;

/// The name of its type.
pub(super) const NAME: &str = "Mission";

/// The global id of a mission. A mission is no secret, so its id needs no seal.
pub(super) fn id(code: CountryCode) -> String {
    format!("{NAME}.{code}")
}

/// The mission of a global id; none where it is that of something else.
pub(super) fn of_id(id: &str) -> Option<CountryCode> {
    id.strip_prefix(NAME)?.strip_prefix('.')?.parse().ok()
}

/// A page of missions.
pub(super) struct Page<'m> {
    /// The missions, in the order of their codes. The code is the cursor.
    pub(super) missions: Vec<&'m mission::Model>,
    /// Whether there are others behind the last one.
    pub(super) has_next: bool,
    /// Whether there are others before the first one.
    pub(super) has_previous: bool,
}

/// The missions of a viewer are few: the page is cut here.
///
/// # Errors
/// `BAD_INPUT` for a cursor that is no code.
pub(super) fn page<'m>(missions: &'m [mission::Model], window: &Window) -> Result<Page<'m>, ClientError> {
    let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
    let place: Option<CountryCode> = match &window.beyond {
        None => None,
        Some(cursor) => {
            let field = if window.backwards { "before" } else { "after" };
            Some(cursor.parse().map_err(|_| ClientError::bad_input(field, "not a cursor of this list"))?)
        }
    };
    let is_within = |mission: &&mission::Model| {
        place.is_none_or(|place| if window.backwards { mission.id < place } else { mission.id > place })
    };
    let mut within: Vec<&mission::Model> = missions.iter().filter(is_within).collect();
    let more = within.len() > limit;
    match window.backwards {
        true => drop(within.drain(..within.len().saturating_sub(limit))),
        false => within.truncate(limit),
    }
    let (has_next, has_previous) = if window.backwards { (place.is_some(), more) } else { (more, place.is_some()) };
    Ok(Page { missions: within, has_next, has_previous })
}
