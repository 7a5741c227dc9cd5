//! One trivial migration, to develop the test harness against. The real ones replace this file.

use sea_orm_migration::prelude::*;

/// All migrations in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateTrial)]
    }
}

struct CreateTrial;

impl MigrationName for CreateTrial {
    fn name(&self) -> &str {
        "m20260801_create_trial"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateTrial {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("CREATE TABLE trial (id INTEGER PRIMARY KEY)").await?;
        if manager.get_database_backend() == sea_orm::DatabaseBackend::Postgres {
            db.execute_unprepared(ROLES).await?;
        }
        Ok(())
    }
}

const ROLES: &str = "
DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ARRAY['causeway_gateway', 'causeway_statistics'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN EXECUTE format('CREATE ROLE %I NOLOGIN', name); END IF;
    END LOOP;
END $$;
GRANT SELECT, INSERT ON trial TO causeway_gateway;
";
