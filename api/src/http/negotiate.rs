//! Which media type an answer has (RFC 9110, section 12.5.1). Refuses to answer in a type that the client excluded.

use std::cmp::Reverse;

use axum::http::{HeaderMap, header::ACCEPT};

/// What the API answers in, in the server's order of preference. The draft would have a client without `Accept` get
/// `application/graphql-response+json`; its own audit, and clients from before 2025, expect `application/json`, whose status
/// codes such clients understand. The clients decide.
pub(super) const API: &[MediaType] = &[MediaType::Json, MediaType::GraphqlResponse];

/// What GET /graphql answers in: the same, and a page where a browser asks for one.
pub(super) const API_OR_PAGE: &[MediaType] = &[MediaType::Json, MediaType::GraphqlResponse, MediaType::Html];

/// A media type that the edge can answer in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`: what was well-formed answers 200, since an intermediary may have made any other status.
    Json,
    /// `application/graphql-response+json`: the status code says how the operation went.
    GraphqlResponse,
    /// `text/html`: a browser asks.
    Html,
}

impl MediaType {
    const fn essence(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
            Self::Html => "text/html",
        }
    }

    /// The value of `Content-Type`.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// The best of the offered types: highest quality, then named rather than matched by a wildcard, then named first by the
/// client, then offered first. `None`: none is acceptable (406).
pub(super) fn negotiate(headers: &HeaderMap, offered: &[MediaType]) -> Option<MediaType> {
    let values: Vec<&str> = headers.get_all(ACCEPT).iter().map(|value| value.to_str().unwrap_or_default()).collect();
    let ranges: Vec<MediaRange<'_>> =
        values.iter().flat_map(|value| value.split(',')).filter_map(MediaRange::parse).collect();
    if values.iter().all(|value| value.trim().is_empty()) {
        return offered.first().copied();
    }
    let rated = offered.iter().enumerate().filter_map(|(offer, media)| Some((rate(&ranges, *media)?, offer, *media)));
    rated.max_by_key(|(rating, offer, _)| (*rating, Reverse(*offer))).map(|(_, _, media)| media)
}

/// (quality, specificity, position) of the most specific range that matches; `None` where that one excludes the type.
fn rate(ranges: &[MediaRange<'_>], media: MediaType) -> Option<(u16, u8, Reverse<usize>)> {
    let matching = ranges
        .iter()
        .enumerate()
        .filter_map(|(position, range)| Some((range.specificity(media)?, Reverse(position), range.quality)));
    let (specificity, position, quality) = matching.max()?;
    (quality > 0).then_some((quality, specificity, position))
}

/// One element of `Accept`, or a whole `Content-Type`.
pub(super) struct MediaRange<'a> {
    essence: &'a str,
    /// No `charset`, or UTF-8, the only one there is here.
    utf8: bool,
    /// In thousandths; 0 excludes.
    quality: u16,
}

impl<'a> MediaRange<'a> {
    /// `None` where the element is empty or its quality is not one.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next().filter(|essence| !essence.is_empty())?;
        let mut range = Self { essence, utf8: true, quality: 1000 };
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name.to_ascii_lowercase().as_str() {
                "q" => range.quality = quality(value)?,
                "charset" => range.utf8 = value.trim_matches('"').eq_ignore_ascii_case("utf-8"),
                _ => {}
            }
        }
        Some(range)
    }

    /// Whether this is `application/json`, in UTF-8.
    pub(super) fn is_json(&self) -> bool {
        self.specificity(MediaType::Json) == Some(2)
    }

    /// 2: by its name, 1: `type/*`, 0: `*/*`; `None`: it does not match.
    fn specificity(&self, media: MediaType) -> Option<u8> {
        let wanted = media.essence();
        let whole_type = self.essence.strip_suffix("/*");
        match whole_type {
            _ if !self.utf8 => None,
            _ if self.essence.eq_ignore_ascii_case(wanted) => Some(2),
            Some("*") => Some(0),
            Some(kind) => wanted.split('/').next().filter(|own| own.eq_ignore_ascii_case(kind)).map(|_| 1),
            None => None,
        }
    }
}

/// `0` to `1` with at most three decimals, in thousandths.
fn quality(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok().filter(|_| digits)?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::{MediaType::*, *};

    fn accept(values: &[&'static str], offered: &[MediaType]) -> Option<MediaType> {
        let headers = values.iter().map(|value| (ACCEPT, HeaderValue::from_static(value))).collect();
        negotiate(&headers, offered)
    }

    #[test]
    fn the_api_table() {
        let table: &[(&[&'static str], Option<MediaType>)] = &[
            (&[], Some(Json)),
            (&[""], Some(Json)),
            (&["*/*"], Some(Json)),
            (&["application/*"], Some(Json)),
            (&["application/json"], Some(Json)),
            (&["APPLICATION/JSON"], Some(Json)),
            (&["application/graphql-response+json"], Some(GraphqlResponse)),
            (
                &["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"],
                Some(GraphqlResponse),
            ),
            (&["application/json, application/graphql-response+json"], Some(Json)),
            (&["application/json", "application/graphql-response+json"], Some(Json)),
            (&["application/json;q=0.9, application/graphql-response+json"], Some(GraphqlResponse)),
            (&["application/graphql-response+json;q=0.5, application/json;q=0.501"], Some(Json)),
            (&["application/graphql-response+json, */*"], Some(GraphqlResponse)),
            (&["*/*, application/graphql-response+json"], Some(GraphqlResponse)),
            (&["application/graphql-response+json;q=0.1, */*"], Some(Json)),
            (&["application/json;q=0, */*"], Some(GraphqlResponse)),
            (&["application/json ; q=0.2 , application/graphql-response+json ; q=0.3"], Some(GraphqlResponse)),
            (&["application/json;q=0"], None),
            (&["application/json; charset=latin1"], None),
            (&["application/json; charset=\"UTF-8\""], Some(Json)),
            (&["application/json;q=2"], None),
            (&["application/json;q=0.1234"], None),
            (&["text/html"], None),
            (&["text/*"], None),
            (&["application/xml, image/png"], None),
        ];
        for (values, expected) in table {
            assert_eq!(accept(values, API), *expected, "{values:?}");
        }
    }

    #[test]
    fn a_browser_gets_the_page_and_a_client_does_not() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        assert_eq!(accept(&[browser], API_OR_PAGE), Some(Html));
        assert_eq!(accept(&["*/*"], API_OR_PAGE), Some(Json));
        assert_eq!(accept(&["application/json, text/html;q=0.9"], API_OR_PAGE), Some(Json));
        assert_eq!(accept(&[browser], API), Some(Json));
    }
}
