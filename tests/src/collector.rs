//! A collector of telemetry, as an operator has one: it takes OTLP over HTTP and keeps what it gets.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::{logs::v1::LogRecord, metrics::v1::metric::Data, trace::v1::Span};
use prost::Message;

use crate::Result;

/// What was exported so far: the signal (`traces`, `metrics`, `logs`) and the body.
#[derive(Clone, Default)]
pub struct Collector(Arc<Mutex<Vec<(String, Bytes)>>>);

/// The points of metrics, by what Prometheus calls the instrument; of each point the attributes as one text, sorted.
pub type Metrics = BTreeMap<String, BTreeSet<String>>;

impl Collector {
    /// Listens on a port.
    ///
    /// # Errors
    /// When it is taken.
    pub async fn listen(address: SocketAddr) -> Result<(String, Self)> {
        async fn take(Path(signal): Path<String>, State(collector): State<Collector>, body: Bytes) {
            collector.0.lock().unwrap_or_else(PoisonError::into_inner).push((signal, body));
        }
        let collector = Self::default();
        let router = Router::new().route("/v1/{signal}", post(take)).with_state(collector.clone());
        let listener = tokio::net::TcpListener::bind(address).await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok((url, collector))
    }

    /// All bodies of a signal.
    #[must_use]
    pub fn bodies(&self, signal: &str) -> Vec<Bytes> {
        let received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        received.iter().filter(|(of, _)| of == signal).map(|(_, body)| body.clone()).collect()
    }

    /// All spans.
    ///
    /// # Errors
    /// For a body that is none.
    pub fn spans(&self) -> Result<Vec<Span>> {
        let mut spans = Vec::new();
        for body in self.bodies("traces") {
            let scopes = ExportTraceServiceRequest::decode(body)?.resource_spans.into_iter();
            spans.extend(scopes.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans));
        }
        Ok(spans)
    }

    /// All log lines.
    ///
    /// # Errors
    /// For a body that is none.
    pub fn lines(&self) -> Result<Vec<LogRecord>> {
        let mut lines = Vec::new();
        for body in self.bodies("logs") {
            let scopes = ExportLogsServiceRequest::decode(body)?.resource_logs.into_iter();
            lines.extend(scopes.flat_map(|resource| resource.scope_logs).flat_map(|scope| scope.log_records));
        }
        Ok(lines)
    }

    /// Every point that was ever told.
    ///
    /// # Errors
    /// For a body that is none, and for a kind of metric that no instrument of ours is.
    pub fn metrics(&self) -> Result<Metrics> {
        let mut metrics = Metrics::new();
        for body in self.bodies("metrics") {
            let scopes = ExportMetricsServiceRequest::decode(body)?.resource_metrics.into_iter();
            for metric in scopes.flat_map(|resource| resource.scope_metrics).flat_map(|scope| scope.metrics) {
                let name = metric.name.replace('.', "_");
                let unit = if metric.unit == "s" { "_seconds" } else { "" };
                let (names, points): (Vec<String>, Vec<_>) = match metric.data {
                    Some(Data::Histogram(data)) => (
                        ["_bucket", "_count", "_sum"].map(|part| format!("{name}{unit}{part}")).into(),
                        data.data_points.into_iter().map(|point| point.attributes).collect(),
                    ),
                    Some(Data::Sum(data)) => (
                        vec![format!("{name}{unit}{}", if data.is_monotonic { "_total" } else { "" })],
                        data.data_points.into_iter().map(|point| point.attributes).collect(),
                    ),
                    Some(Data::Gauge(data)) => (
                        vec![format!("{name}{unit}")],
                        data.data_points.into_iter().map(|point| point.attributes).collect(),
                    ),
                    other => return Err(format!("{name}: {other:?}").into()),
                };
                let points: Vec<String> = points.iter().map(|attributes| told(attributes)).collect();
                for name in names {
                    metrics.entry(name).or_default().extend(points.iter().cloned());
                }
            }
        }
        Ok(metrics)
    }

    /// Waits until something is there.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn until(&self, what: &str, there: impl Fn(&Self) -> Result<bool>) -> Result {
        let began = Instant::now();
        while !there(self)? {
            if began.elapsed() > Duration::from_secs(20) {
                return Err(format!("{what} does not come").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

/// A value as a text.
#[must_use]
pub fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    }
}

/// Attributes as one text, sorted.
#[must_use]
pub fn told(attributes: &[KeyValue]) -> String {
    let attribute = |attribute: &KeyValue| {
        let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
        format!("{}={}", attribute.key, text(value))
    };
    let attributes: BTreeSet<String> = attributes.iter().map(attribute).collect();
    attributes.into_iter().collect::<Vec<_>>().join(" ")
}
