//! The directory of a mission: organisations that are invented, the same in each. Referrals name them by their keys.

use chrono::NaiveDate;
use entity::codes::{AssistanceType, OrganisationStatus, OrganisationType, Population};
use entity::organisation;

use super::draw::{Draw, plus};
use super::places::Mission;

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Organisation {
    /// What referrals call it.
    pub(super) key: &'static str,
    ty: OrganisationType,
    services: &'static [AssistanceType],
}

const fn of(key: &'static str, ty: OrganisationType, services: &'static [AssistanceType]) -> Organisation {
    Organisation { key, ty, services }
}

/// The partner of the demo in mission UA.
pub(super) const PARTNER: &str = "safe-harbour";

/// All of them.
pub(super) const ORGANISATIONS: &[Organisation] = &[
    of("hope-harbour", OrganisationType::NGO, &[AssistanceType::InformationAndCounselling, AssistanceType::Food]),
    of(PARTNER, OrganisationType::ShelterOrCareProvider, &[AssistanceType::Shelter, AssistanceType::Psychosocial]),
    of("amber-lantern-shelter", OrganisationType::ShelterOrCareProvider, &[AssistanceType::Shelter]),
    of("ninth-bridge-legal-aid", OrganisationType::LegalService, &[AssistanceType::Legal]),
    of("seven-rivers-clinic", OrganisationType::HealthServiceOrganisation, &[AssistanceType::Medical]),
    of("paper-crane-training", OrganisationType::SchoolOrCollege, &[AssistanceType::VocationalTraining]),
    of("quiet-orchard-counselling", OrganisationType::CommunityOrFaithGroup, &[AssistanceType::Psychosocial]),
    of("far-meadow-children", OrganisationType::NGO, &[AssistanceType::GuardianshipAndCare]),
    of("night-owl-line", OrganisationType::NGO, &[AssistanceType::InformationAndCounselling]),
];

/// The directory of a mission. It has numbers of its own, so that cases are drawn as if there were none.
pub(super) fn directory(mission: &Mission, today: NaiveDate) -> Vec<organisation::Model> {
    let mut draw = Draw::new(u64::from(mission.code.number().unsigned_abs()));
    ORGANISATIONS.iter().map(|organisation| row(&mut draw, mission, *organisation, today)).collect()
}

fn row(draw: &mut Draw, mission: &Mission, of: Organisation, today: NaiveDate) -> organisation::Model {
    let added_on = plus(today, -draw.between(30, 900));
    let id = draw.id(added_on);
    let is_current = of.key == PARTNER || draw.percent(85);
    organisation::Model {
        key: Some(of.key.to_owned()),
        name: Some(name(of.key)),
        r#type: Some(of.ty),
        status: Some(if is_current { OrganisationStatus::Active } else { OrganisationStatus::Inactive }),
        services: Some(of.services.iter().copied().collect()),
        serves: Some(draw.each([(Population::Women, 80), (Population::Men, 50), (Population::Families, 40)])),
        phone: draw.percent(90).then(|| format!("+{}000{}", mission.calling_code, draw.digits(6))),
        email: Some(format!("{}@example.org", of.key)),
        country: Some(mission.code),
        receives_referrals: Some(is_current),
        agreement_until: is_current.then(|| plus(today, draw.between(10, 700))),
        ..organisation::Model::blank(mission.code, id)
    }
}

/// `safe-harbour` is Safe Harbour.
fn name(key: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    key.split('-').map(capital).collect::<Vec<_>>().join(" ")
}
