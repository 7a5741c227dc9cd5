//! The export of metrics, as HTTP with protocol buffers, once a minute (`OTEL_METRIC_EXPORT_INTERVAL`). What is measured
//! stands in [`super::instruments`].

use opentelemetry_otlp::{ExporterBuildError, MetricExporter};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider};

use super::said_once::SaidOnce;

/// The export that the variables of the OpenTelemetry specification describe.
pub(super) fn provider(resource: Resource) -> Result<SdkMeterProvider, ExporterBuildError> {
    let exporter = SaidOnce::new("metrics", MetricExporter::builder().with_http().build()?);
    Ok(SdkMeterProvider::builder().with_periodic_exporter(exporter).with_resource(resource).build())
}
