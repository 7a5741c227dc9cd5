//! What the gateway tells its operators: log lines on standard error and, where the environment names a collector,
//! OpenTelemetry traces, metrics and logs over OTLP.
//!
//! What leaves is on lists, and nothing of a person is on them: spans and instruments have the attributes that their code
//! names ([`instruments`], [`spans`]), log lines lose all but their fixed text and a few fields ([`logs`]). No argument, no
//! value, no token, no text of a client; a client's name for an operation only where the manifest of trusted documents has it.

pub mod instruments;
mod logs;
mod metrics;
pub mod said_once;
pub mod spans;
mod traces;

use std::io::IsTerminal;

use opentelemetry::KeyValue;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::{Resource, logs::SdkLoggerProvider, metrics::SdkMeterProvider, trace::SdkTracerProvider};
use tokio::task::spawn_blocking;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt};
use uuid::Uuid;

/// Lines and spans of other crates may hold anything; ours hold what this crate lets them.
const OURS: &str = "causeway";

/// What was set up, to be ended in order.
#[derive(Default)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
    logs: Option<SdkLoggerProvider>,
}

impl Telemetry {
    /// Sets up logging for the whole process, with the directives of `filter` (default: `info`), and the export of what the
    /// environment asks for. Called once in a process.
    ///
    /// # Errors
    /// For a filter that cannot be read, and for a collector's address that cannot be used.
    pub fn start(filter: Option<&str>) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let filter = EnvFilter::try_new(filter.unwrap_or("info")).map_err(|error| format!("log: {error}"))?;
        let lines =
            tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(wants_colours()).with_target(false);
        let telemetry = Self::exported()?;
        let layers = tracing_subscriber::registry()
            .with(lines.with_filter(filter))
            // Before the logs: a line belongs to the span that this layer has entered.
            .with(telemetry.traces.as_ref().map(traces::layer))
            .with(telemetry.logs.as_ref().map(logs::layer));
        let _ = tracing::subscriber::set_global_default(layers);
        if let Some(metrics) = &telemetry.metrics {
            instruments::start(metrics);
        }
        Ok(telemetry)
    }

    fn exported() -> Result<Self, ExporterBuildError> {
        let wanted = |signal| is_wanted(signal, |name| std::env::var(name).ok());
        let any = ["TRACES", "METRICS", "LOGS"].into_iter().any(wanted);
        if !any {
            return Ok(Self::default());
        }
        crate::tls::use_ring();
        let resource = resource();
        Ok(Self {
            traces: wanted("TRACES").then(|| traces::provider(resource.clone())).transpose()?,
            metrics: wanted("METRICS").then(|| metrics::provider(resource.clone())).transpose()?,
            logs: wanted("LOGS").then(|| logs::provider(resource)).transpose()?,
        })
    }

    /// Sends what has not been sent yet. Takes at most five seconds where the collector does not answer.
    pub async fn end(self) {
        let Self { traces, metrics, logs } = self;
        // Each waits for a thread of its own.
        let ended = tokio::join!(
            spawn_blocking(move || traces.map(|traces| traces.shutdown())),
            spawn_blocking(move || metrics.map(|metrics| metrics.shutdown())),
            spawn_blocking(move || logs.map(|logs| logs.shutdown())),
        );
        drop(ended);
    }
}

/// Whether the environment asks for the export of a signal, by the variables of the OpenTelemetry specification: an address
/// for all signals or for this one turns it on.
fn is_wanted(signal: &str, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_on = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is = |name: &str, what: &str| variable(name).as_deref() == Some(what);
    (is_on("OTEL_EXPORTER_OTLP_ENDPOINT") || is_on(&format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")))
        && !is("OTEL_SDK_DISABLED", "true")
        && !is(&format!("OTEL_{signal}_EXPORTER"), "none")
}

/// Who tells: this process, of which there may be several. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` go before.
fn resource() -> Resource {
    let own = [
        KeyValue::new("service.name", "causeway"),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", Uuid::new_v4().to_string()),
    ];
    let given = Resource::builder().build();
    let is_given = |own: &KeyValue| {
        // Without a name the library makes one up.
        given.get(&own.key).is_some_and(|value| !value.as_str().starts_with("unknown_service"))
    };
    Resource::builder().with_attributes(own.into_iter().filter(|own| !is_given(own))).build()
}

/// A terminal shows colours; a journal shows their codes. <https://no-color.org>
fn wants_colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Whether a span or a line is of one of our crates: `causeway`, `causeway_access`.
fn is_ours(target: &str) -> bool {
    target.strip_prefix(OURS).is_some_and(|rest| rest.is_empty() || rest.starts_with("::") || rest.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::is_wanted;

    #[test]
    fn only_a_collector_that_is_named_is_told_anything() {
        let with = |signal: &str, pairs: &'static [(&str, &str)]| {
            is_wanted(signal, |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(!with("TRACES", &[]));
        assert!(!with("TRACES", &[("OTEL_EXPORTER_OTLP_ENDPOINT", "")]));
        assert!(with("TRACES", &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")]));
        let metrics = &[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://collector:4318/v1/metrics")];
        assert!(with("METRICS", metrics) && !with("LOGS", metrics));
        let no_logs = &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), ("OTEL_LOGS_EXPORTER", "none")];
        assert!(with("TRACES", no_logs) && !with("LOGS", no_logs));
        let off = &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), ("OTEL_SDK_DISABLED", "true")];
        assert!(!with("TRACES", off));
    }
}
