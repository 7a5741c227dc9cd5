//! The baseline's edge: `POST /same/{name}`, `POST /fewest/{name}`, `GET /health`.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path as FilePath;
use std::str::FromStr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use causeway_tests::Result;
use redis::aio::MultiplexedConnection;
use serde::Serialize;
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, PgPool};
use tokio::net::TcpListener;

use super::counts;
use super::nest::{Page, Shape};
use super::replay::{Replay, Rows};
use crate::plan::{Answer, Fewest, Orders, Same};

/// Everything that a request needs.
struct Baseline {
    pool: PgPool,
    /// With the missions in scope, for statements outside a transaction.
    scoped: PgPool,
    redis: MultiplexedConnection,
    same: HashMap<String, Arc<SameReady>>,
    fewest: HashMap<String, FewestReady>,
}

struct SameReady {
    variants: Vec<Replay>,
    answer: Writing,
}

enum FewestReady {
    Constant(Bytes),
    Statement(Vec<Arc<str>>, bool),
    Redis(String),
}

enum Writing {
    Constant(Bytes),
    Nested(Bytes),
    Page(Shape, usize),
    One(Shape, Vec<String>),
    Counts(Vec<(String, Vec<String>)>),
}

/// Serves until the process ends.
pub async fn run(orders: &FilePath, listen: SocketAddr) -> Result {
    let orders: Orders = serde_json::from_slice(&std::fs::read(orders)?)?;
    let baseline = Arc::new(Baseline::prepare(&orders).await?);
    let router = axum::Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/same/{name}", post(same))
        .route("/fewest/{name}", post(fewest))
        .with_state(baseline);
    axum::serve(TcpListener::bind(listen).await?, router).await?;
    Ok(())
}

/// As the gateway connects: see `access/pool.rs`.
async fn connect(orders: &Orders, missions: Option<&str>) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(&orders.database)?
        .application_name("baseline")
        .options([("statement_timeout", "15000ms"), ("jit", "off"), ("plan_cache_mode", "force_generic_plan")])
        .disable_statement_logging();
    let options = match missions {
        Some(missions) => options.options([("causeway.missions", missions)]),
        None => options,
    };
    let pool = PgPoolOptions::new().max_connections(orders.connections).test_before_acquire(false);
    Ok(pool.connect_with(options).await?)
}

impl Baseline {
    async fn prepare(orders: &Orders) -> Result<Self> {
        let pool = connect(orders, None).await?;
        let scoped = connect(orders, Some(&orders.missions.join(","))).await?;
        let redis = redis::Client::open(orders.redis.as_str())?.get_multiplexed_async_connection().await?;
        let mut baseline = Self { pool, scoped, redis, same: HashMap::new(), fewest: HashMap::new() };
        for plan in &orders.plans {
            let same = baseline.same_of(&plan.same).await?;
            baseline.same.insert(plan.name.clone(), Arc::new(same));
            baseline.fewest.insert(plan.name.clone(), FewestReady::new(&plan.fewest));
        }
        Ok(baseline)
    }

    async fn same_of(&self, same: &Same) -> Result<SameReady> {
        let mut variants = Vec::with_capacity(same.variants.len());
        for steps in same.variants.iter().filter(|steps| !steps.is_empty()) {
            variants.push(Replay::prepare(&self.pool, steps).await?);
        }
        Ok(SameReady { variants, answer: Writing::new(&same.answer) })
    }
}

impl FewestReady {
    fn new(fewest: &Fewest) -> Self {
        match fewest {
            Fewest::Constant(text) => Self::Constant(text.clone().into()),
            Fewest::Statement { variants, years } => {
                Self::Statement(variants.iter().map(|sql| sql.as_str().into()).collect(), *years)
            }
            Fewest::Redis(key) => Self::Redis(key.clone()),
        }
    }
}

impl Writing {
    fn new(answer: &Answer) -> Self {
        match answer {
            Answer::Nothing => Self::Constant(Bytes::new()),
            Answer::Constant(text) => Self::Constant(text.clone().into()),
            Answer::Nested(text) => Self::Nested(text.clone().into()),
            Answer::Page { tree, cursor } => Self::Page(Shape::new(tree), *cursor),
            Answer::One { tree, path } => Self::One(Shape::new(tree), path.clone()),
            Answer::Counts { dimensions } => Self::Counts(dimensions.clone()),
        }
    }

    fn write(&self, rows: &[Rows]) -> Result<Bytes> {
        Ok(match self {
            Self::Constant(text) => text.clone(),
            Self::Nested(text) => {
                for rows in rows {
                    std::hint::black_box(rows.to_json()?);
                }
                text.clone()
            }
            Self::Page(shape, cursor) => {
                #[derive(Serialize)]
                struct Data<T> {
                    data: T,
                }
                #[derive(Serialize)]
                struct Cases<'a> {
                    cases: Page<'a>,
                }
                let level = shape.nest(rows);
                serde_json::to_vec(&Data { data: Cases { cases: level.page(*cursor) } })?.into()
            }
            Self::One(shape, path) => shape.nest(rows).one(path)?.into(),
            Self::Counts(dimensions) => counts::answer(rows, dimensions)?.ok_or("nothing was counted")?.into(),
        })
    }
}

/// What a request says: `variables.years`, and `extensions.variant`.
fn parse(body: &[u8]) -> Result<Value> {
    Ok(serde_json::from_slice(body)?)
}

fn variant<T>(variants: &[T], request: &Value) -> Result<usize> {
    let named = request["extensions"]["variant"].as_u64().unwrap_or_default();
    let named = usize::try_from(named)?;
    if named < variants.len() { Ok(named) } else { Err("there is no such variant".into()) }
}

async fn same(State(baseline): State<Arc<Baseline>>, Path(name): Path<String>, body: Bytes) -> Response {
    // A client that goes away must not leave a connection in the middle of a transaction.
    let run = tokio::spawn(async move {
        let same = baseline.same.get(&name).ok_or("there is no such plan")?;
        if same.variants.is_empty() {
            return same.answer.write(&[]);
        }
        let request = parse(&body)?;
        let replay = &same.variants[variant(&same.variants, &request)?];
        same.answer.write(&replay.run(&baseline.pool, &request["variables"]).await?)
    });
    respond(run.await.unwrap_or_else(|cause| Err(cause.into())))
}

async fn fewest(State(baseline): State<Arc<Baseline>>, Path(name): Path<String>, body: Bytes) -> Response {
    let run = async {
        match baseline.fewest.get(&name).ok_or("there is no such plan")? {
            FewestReady::Constant(text) => Ok(text.clone()),
            FewestReady::Redis(key) => {
                let get = redis::cmd("GET").arg(key).to_owned();
                let found: Option<Vec<u8>> = get.query_async(&mut baseline.redis.clone()).await?;
                Ok(found.ok_or("Redis has no such answer")?.into())
            }
            FewestReady::Statement(variants, years) => {
                let request = parse(&body)?;
                let sql = &variants[variant(variants, &request)?];
                let mut query = sqlx::query_scalar::<_, String>(AssertSqlSafe(Arc::clone(sql)));
                if *years {
                    query = query.bind(years_of(&request)?);
                }
                Ok(query.fetch_one(&baseline.scoped).await?.into())
            }
        }
    };
    respond(run.await)
}

fn years_of(request: &Value) -> Result<Vec<i16>> {
    let years = request["variables"]["years"].as_array().ok_or("the request names no years")?;
    years.iter().map(|year| Ok(year.as_str().ok_or("a year is no text")?.parse()?)).collect()
}

fn respond(answer: Result<Bytes>) -> Response {
    match answer {
        Ok(body) => {
            ([(header::CONTENT_TYPE, "application/graphql-response+json; charset=utf-8")], body).into_response()
        }
        Err(cause) => {
            eprintln!("{cause}");
            (StatusCode::INTERNAL_SERVER_ERROR, cause.to_string()).into_response()
        }
    }
}
