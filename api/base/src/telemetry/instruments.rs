//! What is measured: each instrument with its unit, and the attributes that it may have. Names and attributes are those of
//! OpenTelemetry's semantic conventions where it has them, else begin with `causeway.`; docs/telemetry.md lists them. Every
//! attribute has few values, known beforehand: none is a client's text.
//!
//! Where no metrics are exported, nothing is measured. Gauges have to be named after [`super::Telemetry::start`].

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram, Meter, MeterProvider, UpDownCounter},
};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::OURS;

/// Those of this process.
static INSTRUMENTS: OnceLock<Instruments> = OnceLock::new();

/// Upper ends of a histogram's buckets, in seconds: those that the conventions advise for requests, and two below, where
/// most of our answers are.
const REQUEST_SECONDS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Those for statements; the conventions' begin at a millisecond, and most of our statements are done by then.
const STATEMENT_SECONDS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 10.0];

struct Instruments {
    meter: Meter,
    request_duration: Histogram<f64>,
    active_requests: UpDownCounter<i64>,
    errors: Counter<u64>,
    operation_duration: Histogram<f64>,
    mission_duration: Histogram<f64>,
    statement_duration: Histogram<f64>,
    statistics: Counter<u64>,
    counts: Counter<u64>,
    refusals: Counter<u64>,
}

/// Measures from now on.
pub(super) fn start(provider: &SdkMeterProvider) {
    let meter = provider.meter(OURS);
    let duration = |name: &'static str, description: &'static str, boundaries: &[f64]| {
        let histogram = meter.f64_histogram(name).with_unit("s").with_description(description);
        histogram.with_boundaries(boundaries.to_vec()).build()
    };
    let counter = |name: &'static str, unit: &'static str, description: &'static str| {
        meter.u64_counter(name).with_unit(unit).with_description(description).build()
    };
    let instruments = Instruments {
        request_duration: duration("http.server.request.duration", "Duration of HTTP requests", &REQUEST_SECONDS),
        active_requests: meter
            .i64_up_down_counter("http.server.active_requests")
            .with_unit("{request}")
            .with_description("Requests that are being answered")
            .build(),
        errors: counter("causeway.errors", "{answer}", "Answers with an error, by the code of the first"),
        operation_duration: duration(
            "causeway.operation.duration",
            "Duration of GraphQL operations that were run",
            &REQUEST_SECONDS,
        ),
        mission_duration: duration(
            "causeway.mission.request.duration",
            "Duration of requests of verified viewers, by the mission that they work for",
            &REQUEST_SECONDS,
        ),
        statement_duration: duration(
            "db.client.operation.duration",
            "Duration of statements and commands",
            &STATEMENT_SECONDS,
        ),
        statistics: counter("causeway.statistics.answers", "{answer}", "Statistics, by how much was remembered"),
        counts: counter("causeway.statistics.counts", "{count}", "Counts of missions, by where they were found"),
        refusals: counter(
            "causeway.refusals",
            "{command}",
            "Commands that were refused, or undone with their operation, and counted for the audit",
        ),
        meter,
    };
    let _ = INSTRUMENTS.set(instruments);
}

/// A request is being answered until this is dropped.
pub struct ActiveRequest(&'static str);

impl ActiveRequest {
    /// Begins, by method.
    pub fn begin(method: &'static str) -> Self {
        Self::count(method, 1);
        Self(method)
    }

    fn count(method: &'static str, change: i64) {
        if let Some(measured) = INSTRUMENTS.get() {
            measured.active_requests.add(change, &[KeyValue::new("http.request.method", method)]);
        }
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        Self::count(self.0, -1);
    }
}

/// A request was answered, with the code of the first error.
pub fn request(method: &'static str, route: &str, status: u16, code: Option<&str>, took: Duration) {
    let Some(measured) = INSTRUMENTS.get() else { return };
    let mut attributes = vec![
        KeyValue::new("http.request.method", method),
        KeyValue::new("http.route", route.to_owned()),
        KeyValue::new("http.response.status_code", i64::from(status)),
    ];
    if let Some(code) = code {
        measured.errors.add(1, &[with_code(code)]);
    }
    if status >= 500 {
        attributes.push(KeyValue::new("error.type", status.to_string()));
    }
    measured.request_duration.record(took.as_secs_f64(), &attributes);
}

/// Measures how long something takes: to its end, or, where nobody waits for it any more, until it is dropped.
pub struct Timed<F: FnMut(Option<&str>, Duration)> {
    began: Instant,
    record: F,
    has_ended: bool,
}

/// The `error.type` of what nobody waited for: its time was up, or its client went away.
const CUT_OFF: &str = "CUT_OFF";

impl<F: FnMut(Option<&str>, Duration)> Timed<F> {
    /// Begins; `record` gets the code that it ended with, and the time.
    pub fn begin(record: F) -> Self {
        Self { began: Instant::now(), record, has_ended: false }
    }

    /// It has ended, with a code where it failed.
    pub fn end(mut self, code: Option<&str>) {
        self.has_ended = true;
        (self.record)(code, self.began.elapsed());
    }
}

impl<F: FnMut(Option<&str>, Duration)> Drop for Timed<F> {
    fn drop(&mut self) {
        if !self.has_ended {
            (self.record)(Some(CUT_OFF), self.began.elapsed());
        }
    }
}

/// An operation ran: `query` or `mutation`, and its name, where that is the operator's own.
pub fn operation(kind: &'static str, name: Option<&str>, code: Option<&str>, took: Duration) {
    let Some(measured) = INSTRUMENTS.get() else { return };
    let mut attributes = vec![KeyValue::new("graphql.operation.type", kind)];
    attributes.extend(name.map(|name| KeyValue::new("graphql.operation.name", name.to_owned())));
    attributes.extend(code.map(with_code));
    measured.operation_duration.record(took.as_secs_f64(), &attributes);
}

/// A request of a verified viewer was answered or refused, its wait for a place included: for a mission, or a word where it is
/// not one, and for a kind of viewer.
pub fn mission(mission: &str, viewer: &'static str, code: Option<&str>, took: Duration) {
    let Some(measured) = INSTRUMENTS.get() else { return };
    let mut attributes =
        vec![KeyValue::new("causeway.mission", mission.to_owned()), KeyValue::new("causeway.viewer.kind", viewer)];
    attributes.extend(code.map(with_code));
    measured.mission_duration.record(took.as_secs_f64(), &attributes);
}

/// A statement or command of a system, an operation and perhaps a table ended.
pub(super) fn statement(
    (system, operation, table): (&'static str, &'static str, &'static str),
    code: Option<&str>,
    took: Duration,
) {
    let Some(measured) = INSTRUMENTS.get() else { return };
    let mut attributes = vec![KeyValue::new("db.system.name", system), KeyValue::new("db.operation.name", operation)];
    if !table.is_empty() {
        attributes.push(KeyValue::new("db.collection.name", table));
    }
    attributes.extend(code.map(with_code));
    measured.statement_duration.record(took.as_secs_f64(), &attributes);
}

/// Statistics were answered: how much of it was remembered.
pub fn statistics(cache: &'static str) {
    if let Some(measured) = INSTRUMENTS.get() {
        measured.statistics.add(1, &[KeyValue::new("causeway.cache.result", cache)]);
    }
}

/// Counts of missions were found in `place`: in this process, in Redis, or in the database.
pub fn counts(place: &'static str, number: usize) {
    if let Some(measured) = INSTRUMENTS.get() {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        measured.counts.add(number, &[KeyValue::new("causeway.cache.place", place)]);
    }
}

/// Commands of a kind of viewer in a mission were refused, or undone; each is counted for the audit by now.
pub fn refusals(mission: &str, viewer: &'static str, code: &'static str, times: u32) {
    if let Some(measured) = INSTRUMENTS.get() {
        let attributes = [
            KeyValue::new("causeway.mission", mission.to_owned()),
            KeyValue::new("causeway.viewer.kind", viewer),
            with_code(code),
        ];
        measured.refusals.add(times.into(), &attributes);
    }
}

/// Tells how many connections of a pool are idle and in use, whenever metrics leave.
pub fn connections(pool: &'static str, read: impl Fn() -> (u64, u64) + Send + Sync + 'static) {
    let description = "Connections to the database, by whether they are in use";
    gauge("db.client.connection.count", "{connection}", description, move |tell| {
        let (idle, used) = read();
        for (state, number) in [("idle", idle), ("used", used)] {
            let pool = KeyValue::new("db.client.connection.pool.name", pool);
            tell(number, &[pool, KeyValue::new("db.client.connection.state", state)]);
        }
    });
}

/// Tells how many operations run and wait, and how many slots there are; nothing once `read` has nothing to tell.
pub fn admission(read: impl Fn() -> Option<[u64; 3]> + Send + Sync + 'static) {
    let description = "Operations that run, those that wait for a slot, and the slots";
    gauge("causeway.admission.operations", "{operation}", description, move |tell| {
        for (state, number) in ["running", "waiting", "slots"].into_iter().zip(read().into_iter().flatten()) {
            tell(number, &[KeyValue::new("causeway.admission.state", state)]);
        }
    });
}

/// Tells whether there is a connection to Redis; nothing once `read` has nothing to tell.
pub fn redis(read: impl Fn() -> Option<bool> + Send + Sync + 'static) {
    gauge("causeway.redis.connected", "{connection}", "Whether there is a connection to Redis", move |tell| {
        read().into_iter().for_each(|connected| tell(connected.into(), &[]));
    });
}

/// A number that is looked up whenever metrics leave. It has to be named after [`start`].
fn gauge(
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    read: impl Fn(&mut dyn FnMut(u64, &[KeyValue])) + Send + Sync + 'static,
) {
    let Some(measured) = INSTRUMENTS.get() else { return };
    let gauge = measured.meter.u64_observable_gauge(name).with_unit(unit).with_description(description);
    let _ = gauge.with_callback(move |observer| read(&mut |value, state| observer.observe(value, state))).build();
}

fn with_code(code: &str) -> KeyValue {
    KeyValue::new("error.type", code.to_owned())
}
