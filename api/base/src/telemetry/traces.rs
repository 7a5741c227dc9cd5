//! The export of spans, as HTTP with protocol buffers: those of this crate and no others, without the log lines in them, and
//! as part of the caller's trace (W3C Trace Context).

use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderMap;
use opentelemetry::{global, propagation::Extractor, trace::TracerProvider};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

use super::{OURS, is_ours, said_once::SaidOnce};

/// Whether spans are exported from this process.
static EXPORTED: AtomicBool = AtomicBool::new(false);

/// The export that the variables of the OpenTelemetry specification describe: address, headers, timeout, sampler.
pub(super) fn provider(resource: Resource) -> Result<SdkTracerProvider, ExporterBuildError> {
    global::set_text_map_propagator(TraceContextPropagator::new());
    EXPORTED.store(true, Ordering::Relaxed);
    let exporter = SaidOnce::new("traces", SpanExporter::builder().with_http().build()?);
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// Whether somebody gets the spans.
pub(super) fn are_exported() -> bool {
    EXPORTED.load(Ordering::Relaxed)
}

/// The layer that turns our spans into the collector's.
pub(super) fn layer<S>(traces: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer()
        .with_tracer(traces.tracer(OURS))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_filter(filter_fn(|metadata| metadata.is_span() && is_ours(metadata.target())))
}

/// Makes a span part of the caller's trace, where the request names one. Without export it does nothing.
pub(super) fn continue_trace(span: &Span, headers: &HeaderMap) {
    if headers.contains_key(TRACE) {
        let parent = global::get_text_map_propagator(|propagator| propagator.extract(&Headers(headers)));
        // Fails only where nothing is exported, or the span is not sampled.
        let _ = span.set_parent(parent);
    }
}

/// The name of the header that says which trace a request is part of: digits alone. `tracestate` is any text of a client's, and
/// would leave with every span.
const TRACE: &str = "traceparent";

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).filter(|_| key == TRACE)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACE]
    }
}
