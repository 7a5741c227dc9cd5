//! What the gateway tells its operators: log lines on standard error and, where the environment names a collector,
//! OpenTelemetry traces over OTLP. It refuses to export anything but the spans of this crate: log lines, which may hold the
//! cause of an error, stay on the machine.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use axum::http::HeaderMap;
use opentelemetry::{KeyValue, global, propagation::Extractor, trace::TracerProvider};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, SpanData},
};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{EnvFilter, Layer, filter::filter_fn, layer::SubscriberExt, registry::LookupSpan};

/// The variables of the OpenTelemetry specification that name a collector. Either turns the export on.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/// Spans of other crates may hold anything; ours hold what [`crate::http`] lets them.
const OURS: &str = "causeway";

/// What was set up, to be ended in order.
pub struct Telemetry(Option<Traces>);

impl Telemetry {
    /// Sets up logging for the whole process, with the directives of `filter` (default: `info`), and the export of traces if
    /// the environment names a collector. Only the first call of a process has an effect.
    ///
    /// # Errors
    /// For a filter that cannot be read, and for a collector's address that cannot be used.
    pub fn start(filter: Option<&str>) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let filter = EnvFilter::try_new(filter.unwrap_or("info")).map_err(|error| format!("log: {error}"))?;
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
        let traces = is_wanted(|name| std::env::var(name).ok()).then(Traces::from_environment).transpose()?;
        let layers = tracing_subscriber::registry().with(lines.with_filter(filter));
        let _ = tracing::subscriber::set_global_default(layers.with(traces.as_ref().map(Traces::layer)));
        Ok(Self(traces))
    }

    /// Sends what has not been sent yet. Takes at most a few seconds where the collector does not answer.
    pub async fn end(self) {
        if let Some(traces) = self.0 {
            // It waits for the exporter's own thread.
            let _ = tokio::task::spawn_blocking(move || traces.0.shutdown()).await;
        }
    }
}

/// Whether the environment asks for the export of traces.
fn is_wanted(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_on = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    ENDPOINTS.into_iter().any(is_on) && variable("OTEL_SDK_DISABLED").as_deref() != Some("true")
}

/// The export of traces over OTLP, as HTTP with protocol buffers.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// The export that the variables of the OpenTelemetry specification describe: address, headers, timeout, sampler, name
    /// of the service.
    ///
    /// # Errors
    /// For an address or headers that cannot be used.
    pub fn from_environment() -> Result<Self, ExporterBuildError> {
        crate::tls::use_ring();
        Ok(Self::through(SpanExporter::builder().with_http().build()?))
    }

    /// The export to one address, such as `http://127.0.0.1:4318/v1/traces`.
    ///
    /// # Errors
    /// For an address that cannot be used.
    pub fn to(endpoint: &str) -> Result<Self, ExporterBuildError> {
        crate::tls::use_ring();
        Ok(Self::through(SpanExporter::builder().with_http().with_endpoint(endpoint).build()?))
    }

    fn through(exporter: SpanExporter) -> Self {
        global::set_text_map_propagator(TraceContextPropagator::new());
        let mut resource = Resource::builder();
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name("causeway");
        }
        let resource = resource.with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build();
        let exporter = SaidOnce { exporter, is_failing: AtomicBool::new(false) };
        Self(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
    }

    /// The layer that turns our spans into the collector's.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let ours =
            |target: &str| target == OURS || target.strip_prefix(OURS).is_some_and(|rest| rest.starts_with("::"));
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer(OURS))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(filter_fn(move |metadata| metadata.is_span() && ours(metadata.target())))
    }

    /// Sends what ended so far.
    ///
    /// # Errors
    /// When the collector did not take it.
    pub fn flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }
}

/// Makes a span part of the caller's trace, where the request names one (W3C Trace Context). Without export it does nothing.
pub fn continue_trace(span: &Span, headers: &HeaderMap) {
    if headers.contains_key("traceparent") {
        let parent = global::get_text_map_propagator(|propagator| propagator.extract(&Headers(headers)));
        // Fails only where nothing is exported, or the span is not sampled.
        let _ = span.set_parent(parent);
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}

/// An exporter that says once that the collector does not take spans, and once that it does again. Requests never wait for it.
struct SaidOnce<E> {
    exporter: E,
    is_failing: AtomicBool,
}

impl<E> fmt::Debug for SaidOnce<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SaidOnce").finish_non_exhaustive()
    }
}

impl<E: opentelemetry_sdk::trace::SpanExporter> opentelemetry_sdk::trace::SpanExporter for SaidOnce<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let outcome = self.exporter.export(batch).await;
        let was_failing = self.is_failing.swap(outcome.is_err(), Ordering::Relaxed);
        match &outcome {
            Err(error) if !was_failing => tracing::warn!(%error, "traces are lost: the collector does not take them"),
            Ok(()) if was_failing => tracing::info!("the collector takes traces again"),
            _ => {}
        }
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: std::time::Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::is_wanted;

    #[test]
    fn only_a_collector_that_is_named_gets_traces() {
        let with = |pairs: &'static [(&str, &str)]| {
            is_wanted(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(!with(&[]));
        assert!(!with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")]));
        assert!(with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")]));
        assert!(with(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4318/v1/traces")]));
        assert!(!with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), ("OTEL_SDK_DISABLED", "true")]));
    }
}
