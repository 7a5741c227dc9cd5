//! The alleged perpetrators of a row: one for each gender that is reported, or one whose gender is not. The row speaks of
//! all of them together, so each has the age, the relationship and the roles that it names.

use entity::codes::{AgeBand, Gender, RelationshipToTrafficker, RoleInProcess};
use entity::{CodeSet, episode_trafficker, trafficker, trafficking_episode};
use uuid::Uuid;

use super::{columns::Field, problem::Problem, values};

/// What a row says of its perpetrators, of all of them together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Perpetrators {
    /// Whether it says anything.
    pub(super) any: bool,
    /// One perpetrator for each.
    pub(super) genders: Vec<Gender>,
    /// Their age, where it is one band and one of ours.
    pub(super) age_band: Option<AgeBand>,
    /// Their relationship to the individual, the first one reported.
    pub(super) relationship: Option<RelationshipToTrafficker>,
    /// What they did.
    pub(super) roles: CodeSet<RoleInProcess>,
}

impl Perpetrators {
    /// Takes a value of one of their columns. Why it, or some of it, is left behind, if so.
    pub(super) fn put(
        &mut self,
        column: &'static str,
        field: Field,
        value: &str,
    ) -> Result<Option<&'static str>, Problem> {
        self.any = true;
        match field {
            Field::TraffickerGender => {
                let genders = values::several(value).map(|one| Problem::known(column, values::gender(one)));
                self.genders = genders.collect::<Result<_, _>>()?;
                Ok(None)
            }
            Field::TraffickerAge => self.put_age(column, value),
            Field::TraffickerRelation => self.put_relationship(column, value),
            Field::TraffickerRole(role) => match values::flag(value).ok_or(Problem::Flag(column))? {
                true => {
                    self.roles.insert(role);
                    Ok(None)
                }
                false => Ok(Some("says that no perpetrator had the role")),
            },
            Field::TraffickerLeftBehind(why) => Ok(Some(why)),
            _ => Ok(None),
        }
    }

    fn put_age(&mut self, column: &'static str, value: &str) -> Result<Option<&'static str>, Problem> {
        let bands = values::several(value).map(|one| match values::is_wide_age_band(one) {
            true => Ok(None),
            false => Problem::known(column, values::age_band(one)).map(Some),
        });
        let bands = bands.collect::<Result<Vec<_>, _>>()?;
        let [Some(band)] = bands.as_slice() else {
            return Ok(Some("several age bands, or one that is wider than ours"));
        };
        self.age_band = Some(*band);
        Ok(None)
    }

    fn put_relationship(&mut self, column: &'static str, value: &str) -> Result<Option<&'static str>, Problem> {
        let all = values::several(value).map(|one| Problem::known(column, values::relationship(one)));
        let all = all.collect::<Result<Vec<_>, _>>()?;
        self.relationship = all.first().copied();
        Ok((all.len() > 1).then_some("several relationships; the first is kept"))
    }
}

/// The traffickers of an episode and what they did in it.
pub(super) fn of(
    perpetrators: &Perpetrators,
    episode: &trafficking_episode::Model,
) -> (Vec<trafficker::Model>, Vec<episode_trafficker::Model>) {
    if !perpetrators.any {
        return Default::default();
    }
    let mut genders: Vec<_> = perpetrators.genders.iter().copied().map(Some).collect();
    if genders.is_empty() {
        genders.push(None);
    }
    let profile = |gender| trafficker::Model {
        gender,
        age_band: perpetrators.age_band,
        ..trafficker::Model::blank(episode.mission_id, Uuid::now_v7())
    };
    let traffickers: Vec<trafficker::Model> = genders.into_iter().map(profile).collect();
    let involvements = traffickers.iter().map(|trafficker| involvement(perpetrators, episode, trafficker.id)).collect();
    (traffickers, involvements)
}

fn involvement(
    perpetrators: &Perpetrators,
    episode: &trafficking_episode::Model,
    trafficker: Uuid,
) -> episode_trafficker::Model {
    episode_trafficker::Model {
        case_id: episode.case_id,
        episode_id: Some(episode.id),
        trafficker_id: Some(trafficker),
        roles: (!perpetrators.roles.is_empty()).then_some(perpetrators.roles),
        relationship: perpetrators.relationship,
        ..episode_trafficker::Model::blank(episode.mission_id, Uuid::now_v7())
    }
}
