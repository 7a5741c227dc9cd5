//! The one episode of a row, with the flags that say no beside those that say yes.

use entity::{Code, CodeSet, case_file, trafficking_episode};
use uuid::Uuid;

use super::draft::{Assessed, Draft};

/// The episode of a case.
pub(super) fn of(draft: &Draft, case: &case_file::Model) -> trafficking_episode::Model {
    trafficking_episode::Model {
        case_id: Some(case.id),
        number: Some(1),
        duration_band: draft.duration,
        majority_at_entry: draft.majority_at_entry,
        majority_at_exploitation: draft.majority_at_exploitation,
        recruiter_relations: present(&draft.relations),
        recruiter_relations_excluded: excluded(&draft.relations),
        abduction: draft.abduction,
        means_of_control: present(&draft.means),
        means_of_control_excluded: excluded(&draft.means),
        exploitation_types_excluded: excluded(&draft.types),
        forced_labour_industries_excluded: excluded(&draft.industries),
        sex_exploitation_types_excluded: excluded(&draft.sexes),
        ..trafficking_episode::Model::blank(case.mission_id, Uuid::now_v7())
    }
}

/// Nothing where nothing was assessed, the empty set where all that was assessed is not the case.
fn present<T: Code>(flags: &Assessed<T>) -> Option<CodeSet<T>> {
    flags.any().then_some(flags.present)
}

fn excluded<T: Code>(flags: &Assessed<T>) -> Option<CodeSet<T>> {
    flags.any().then_some(flags.excluded)
}
