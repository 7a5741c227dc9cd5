//! What is said once when it begins, and once when it is over: [`Trouble`]. And an exporter that says so that the collector
//! does not take what it is sent. Requests never wait for it.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    logs::{LogBatch, LogExporter},
    metrics::{Temporality, data::ResourceMetrics, exporter::PushMetricExporter},
    trace::{SpanData, SpanExporter},
};

/// A trouble that many meet and one line tells of.
#[derive(Debug, Default)]
pub struct Trouble(AtomicBool);

impl Trouble {
    /// None yet.
    pub const fn none() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Whether it begins with this.
    pub fn begins(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }

    /// Whether it was there and is over. Costs a look where there is none.
    pub fn ends(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}

/// The exporter of one signal.
pub(super) struct SaidOnce<E> {
    exporter: E,
    signal: &'static str,
    trouble: Trouble,
}

impl<E> SaidOnce<E> {
    /// Wraps the exporter of a signal: traces, metrics or logs.
    pub(super) const fn new(signal: &'static str, exporter: E) -> Self {
        Self { exporter, signal, trouble: Trouble::none() }
    }

    fn note(&self, outcome: OTelSdkResult) -> OTelSdkResult {
        let signal = self.signal;
        match &outcome {
            Err(cause) if self.trouble.begins() => {
                tracing::warn!(signal, %cause, "telemetry is lost: the collector does not take it");
            }
            Ok(()) if self.trouble.ends() => tracing::info!(signal, "the collector takes telemetry again"),
            _ => {}
        }
        outcome
    }
}

impl<E> fmt::Debug for SaidOnce<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SaidOnce").field("signal", &self.signal).finish_non_exhaustive()
    }
}

impl<E: SpanExporter> SpanExporter for SaidOnce<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.note(self.exporter.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for SaidOnce<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        self.note(self.exporter.export(batch).await)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for SaidOnce<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.note(self.exporter.export(metrics).await)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}
