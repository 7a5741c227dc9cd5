//! Counting facts: the one statement of statistics. It reads the fact table alone, under a role that can read nothing else,
//! and refuses any column of any other table by its types.

use std::collections::HashMap;

use entity::codes::UnRegion;
use entity::{CountryCode, fact, mission};
use futures::future::BoxFuture;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, ColumnType, IdenStatic, QueryResult};

use super::one_of::one_of;
use super::reader::Reader;
use crate::error::Result;

/// One value of a fact column as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stored {
    /// A code number, a year, a truth value (0 or 1) or a set of bits.
    Number(i64),
    /// A country.
    Text(String),
}

/// A condition on one fact column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactCondition {
    /// The column has one of the values; an empty option stands for *unknown*.
    OneOf(Vec<Option<Stored>>),
    /// The set has any of these bits; `or_empty`: or nothing is known.
    AnyBit {
        /// The bits.
        bits: i64,
        /// Whether a set with nothing in it meets the condition too.
        or_empty: bool,
    },
}

/// Which facts to count, and by what.
#[derive(Clone, Debug, Default)]
pub struct FactQuestion {
    /// The columns to group by.
    pub group_by: Vec<fact::Column>,
    /// The conditions, all of which hold.
    pub conditions: Vec<(fact::Column, FactCondition)>,
}

/// How many facts of one mission share these values; the values in the order of [`FactQuestion::group_by`].
pub type FactCount = (Vec<Option<Stored>>, i64);

/// A mission as statistics know it: the state of its data, and what it is counted under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedMission {
    /// Which.
    pub id: CountryCode,
    /// The region it is counted under.
    pub un_region: Option<UnRegion>,
    /// The office it is counted under.
    pub regional_office: Option<String>,
    /// How many writes it has seen.
    pub data_version: i64,
    /// The hash of its latest audit entry; empty before the first one.
    pub audit_head: String,
}

impl Reader {
    /// Counts the facts of missions, in one statement for all of them. The caller has seen to it that the viewer may count in each.
    ///
    /// # Errors
    /// Those of the database.
    pub fn count_facts<'a>(
        &'a self,
        missions: &'a [CountryCode],
        question: &'a FactQuestion,
    ) -> BoxFuture<'a, Result<HashMap<CountryCode, Vec<FactCount>>>> {
        Box::pin(async move {
            let mut counts: HashMap<CountryCode, Vec<FactCount>> = missions
                .iter()
                .filter(|mission| self.clearance.tier(**mission).is_some())
                .map(|mission| (*mission, Vec::new()))
                .collect();
            if counts.is_empty() {
                return Ok(counts);
            }
            let mut statement = Query::select();
            statement.column(fact::Column::MissionId).columns(question.group_by.iter().copied());
            statement.expr_as(Expr::col(Asterisk).count(), "cases").from(fact::Entity);
            let mission = Expr::col(fact::Column::MissionId);
            statement.and_where(one_of(self.inner.pool.backend(), mission, counts.keys().copied()));
            for (column, condition) in &question.conditions {
                statement.and_where(to_sql(*column, condition));
            }
            statement
                .group_by_col(fact::Column::MissionId)
                .add_group_by(question.group_by.iter().map(|column| Expr::col(*column)));
            for row in self.statistics_session().await?.query(fact::Entity, &statement).await? {
                let mission: CountryCode = row.try_get("", "mission_id")?;
                let values = question.group_by.iter().map(|column| read(*column, &row)).collect::<Result<_>>()?;
                counts.entry(mission).or_default().push((values, row.try_get("", "cases")?));
            }
            Ok(counts)
        })
    }

    /// Missions as they are in the snapshot of the facts: data version and audit head, which together name the state of their
    /// data, and the region and office they are counted under.
    ///
    /// # Errors
    /// Those of the database.
    pub fn counted_missions<'a>(&'a self, missions: &'a [CountryCode]) -> BoxFuture<'a, Result<Vec<CountedMission>>> {
        Box::pin(async move {
            use mission::Column::{AuditHead, DataVersion, Id, RegionalOffice, UnRegion};
            let mut statement = Query::select();
            statement.columns([Id, UnRegion, RegionalOffice, DataVersion, AuditHead]).from(mission::Entity);
            statement.and_where(self.has_id_of(missions)).order_by(Id, Order::Asc);
            let rows = self.statistics_session().await?.query(mission::Entity, &statement).await?;
            let mission = |row: &QueryResult| {
                Ok(CountedMission {
                    id: row.try_get_by(0)?,
                    un_region: row.try_get_by(1)?,
                    regional_office: row.try_get_by(2)?,
                    data_version: row.try_get_by(3)?,
                    audit_head: row.try_get_by(4)?,
                })
            };
            rows.iter().map(mission).collect()
        })
    }
}

fn to_sql(column: fact::Column, condition: &FactCondition) -> Expr {
    let stored = || Expr::col(column);
    match condition {
        FactCondition::AnyBit { bits, or_empty } => {
            let any = stored().bit_and(*bits).ne(0_i64);
            if *or_empty { any.or(stored().eq(0_i64)) } else { any }
        }
        FactCondition::OneOf(values) => {
            let known = values.iter().flatten().map(|value| to_value(column, value));
            let one_of = stored().is_in(known);
            if values.contains(&None) { one_of.or(stored().is_null()) } else { one_of }
        }
    }
}

fn to_value(column: fact::Column, stored: &Stored) -> sea_orm::Value {
    match stored {
        Stored::Text(text) => text.as_str().into(),
        Stored::Number(number) if matches!(column.def().get_column_type(), ColumnType::Boolean) => {
            (*number != 0).into()
        }
        Stored::Number(number) => (*number).into(),
    }
}

fn read(column: fact::Column, row: &QueryResult) -> Result<Option<Stored>> {
    let name = column.as_str();
    Ok(match column.def().get_column_type() {
        ColumnType::SmallInteger => row.try_get::<Option<i16>>("", name)?.map(|number| Stored::Number(number.into())),
        ColumnType::BigInteger => row.try_get::<Option<i64>>("", name)?.map(Stored::Number),
        ColumnType::Boolean => row.try_get::<Option<bool>>("", name)?.map(|truth| Stored::Number(truth.into())),
        _ => row.try_get::<Option<String>>("", name)?.map(Stored::Text),
    })
}
