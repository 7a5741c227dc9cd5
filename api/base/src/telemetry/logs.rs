//! The export of log lines: those of this crate from `info` up, without what makes a line worth guarding. A line leaves with
//! its text, which is a constant in the source, and with the fields on a list; a cause, which may quote a value, stays on the
//! machine, where the reference that leaves with the line leads to it.

use std::fmt::Debug;

use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry_otlp::{ExporterBuildError, LogExporter};
use opentelemetry_sdk::{
    Resource,
    logs::{SdkLogRecord, SdkLogger, SdkLoggerProvider},
};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, filter::filter_fn, layer::Context, registry::LookupSpan};

use super::{OURS, is_ours, said_once::SaidOnce};

/// The fields that leave: names of ours, of the configuration, numbers. A test looks that texts are constants.
const LEAVE: [&str; 8] = ["address", "check", "code", "issuer", "kind", "reference", "signal", "status"];

/// The export that the variables of the OpenTelemetry specification describe.
pub(super) fn provider(resource: Resource) -> Result<SdkLoggerProvider, ExporterBuildError> {
    let exporter = SaidOnce::new("logs", LogExporter::builder().with_http().build()?);
    Ok(SdkLoggerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The layer that turns our log lines into the collector's.
pub(super) fn layer<S>(logs: &SdkLoggerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let leaves =
        filter_fn(|metadata| metadata.is_event() && *metadata.level() <= Level::INFO && is_ours(metadata.target()));
    Lines(logs.logger(OURS)).with_filter(leaves)
}

struct Lines(SdkLogger);

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut record = self.0.create_log_record();
        let level = *event.metadata().level();
        record.set_severity_text(level.as_str());
        record.set_severity_number(match level {
            Level::ERROR => Severity::Error,
            Level::WARN => Severity::Warn,
            _ => Severity::Info,
        });
        event.record(&mut Leaving(&mut record));
        self.0.emit(record);
    }
}

/// Takes what leaves, and drops the rest.
struct Leaving<'a>(&'a mut SdkLogRecord);

impl Leaving<'_> {
    fn take(&mut self, field: &Field, value: impl FnOnce() -> AnyValue) {
        match field.name() {
            "message" => self.0.set_body(value()),
            name if LEAVE.contains(&name) => self.0.add_attribute(name, value()),
            _ => {}
        }
    }
}

impl Visit for Leaving<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.take(field, || format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, || value.to_owned().into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.take(field, || i64::try_from(value).unwrap_or(i64::MAX).into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.take(field, || value.into());
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// The texts in the calls of the macros that write lines which leave.
    fn texts(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("logs.rs") {
                let source = fs::read_to_string(&path).unwrap();
                for start in ["tracing::error!(", "tracing::warn!(", "tracing::info!("] {
                    let calls = source.split(start).skip(1).filter_map(|rest| rest.split(");").next());
                    found.extend(calls.flat_map(|call| call.split('"').skip(1).step_by(2)).map(str::to_owned));
                }
                // By another name they would not be found.
                for other in ["use tracing::{error", "use tracing::{warn", "use tracing::{info", "tracing::event!("] {
                    assert!(!source.contains(other), "{other} in {}", path.display());
                }
            }
        }
    }

    #[test]
    fn the_text_of_a_line_is_a_constant() {
        let mut found = Vec::new();
        for source in ["src", "../access/src", "../src"] {
            texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join(source), &mut found);
        }
        assert!(found.len() > 20 && found.iter().any(|text| text == "internal error"), "{found:?}");
        let with_value: Vec<&String> = found.iter().filter(|text| text.contains('{')).collect();
        assert!(with_value.is_empty(), "values in the text of lines: {with_value:?}");
    }
}
