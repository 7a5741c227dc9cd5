//! Tests of statistics, and what they share: a database of their own, facts made from a seed, and viewers with any role.

mod attacking;
mod counting;
mod facts;
mod foreign_values;
mod refused_commands;
mod remembering;
mod reordering;
mod rights;
mod shared_cache;
mod spelling;
mod suppressing;

use std::{path::PathBuf, sync::Arc, time::Duration};

use entity::codes::MissionStatus;
use entity::{CountryCode, fact, mission};

use super::{Knowledge, Statistics, Tabulation};
use crate::access::{Access, Command, Reader, Seal, identity::Identity, migrations, policy::Policy};
use crate::clock;
use crate::config::{DatabaseConfig, IdentityConfig, Secret};
use crate::error::{ClientError, Error};

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("causeway-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A database with missions, and whoever may ask.
struct World {
    access: Access,
    identity: Identity,
    _folder: Folder,
}

impl World {
    /// A database with these missions and no facts.
    async fn with_missions(codes: &[&str]) -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}", folder.0.join("causeway.db").display());
        let policy = Policy::load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../policies")).unwrap();
        let config = DatabaseConfig { url: Secret::new(url), ..DatabaseConfig::default() };
        migrations::up(&config).await.unwrap();
        let access = Access::open(&config, Arc::new(policy), Seal::new(&[7; 32])).await.unwrap();
        let missions = codes.iter().map(|code| mission_of(code)).collect();
        #[expect(clippy::disallowed_methods, reason = "nobody has a role yet")]
        access.set_up_missions_as_operator(missions).await.unwrap();
        let development_key_file = folder.0.join("development.key");
        let config = IdentityConfig { development_issuer: true, development_key_file, ..IdentityConfig::default() };
        Self { access, identity: Identity::new(&config).unwrap(), _folder: folder }
    }

    /// A reader for somebody with these roles.
    async fn reader(&self, roles: &[&str]) -> Reader {
        let roles: Vec<_> = roles.iter().map(|role| role.parse().unwrap()).collect();
        let issuer = self.identity.development().unwrap();
        let token = issuer.mint("ana", &roles, None, &[], Duration::from_secs(60)).unwrap();
        let viewer = self.identity.verify(&token).await.unwrap();
        self.access.reader(Arc::new(viewer)).await.unwrap()
    }

    /// Adds facts to a mission, as one write.
    async fn put(&self, mission: &str, facts: Vec<fact::Model>) {
        let mission: CountryCode = mission.parse().unwrap();
        #[expect(clippy::disallowed_methods, reason = "facts come with cases; statistics need no cases")]
        let writer = self.access.everything_as_operator("test", vec![mission]);
        let open = writer.open_batch(Command::ImportCtdc, mission).unwrap();
        open.put_facts(facts).await.unwrap();
        open.close(0);
        writer.commit().await.unwrap();
    }

    /// What somebody who sees exact figures everywhere is answered.
    async fn exact(&self, knowledge: &Knowledge, question: Tabulation) -> Statistics {
        let reader = self.reader(&["hq_protection@*"]).await;
        Statistics::answer(knowledge, &reader, None, question).await.unwrap()
    }
}

fn mission_of(code: &str) -> mission::Model {
    let id: CountryCode = code.parse().unwrap();
    let country = id.country();
    mission::Model {
        id,
        un_region: country.un_region,
        regional_office: (!country.regional_office.is_empty()).then(|| country.regional_office.to_owned()),
        status: MissionStatus::Active,
        data_version: 0,
        audit_head: String::new(),
        time_zone: None,
        created_at: clock::now(),
    }
}

fn client(error: Error) -> ClientError {
    match error {
        Error::Client(error) => error,
        Error::Internal(error) => panic!("{:?}", error.cause()),
    }
}
