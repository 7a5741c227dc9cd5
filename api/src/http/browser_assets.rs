//! The files of the browser page, built into the program, so that the page works without a network and without a disk. Each
//! is served under a hash of its content and may be cached for ever. Refuses any other path: there is no directory to leave.

use std::{io::Read, sync::LazyLock};

use axum::{
    extract::Path,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::{layers, negotiate::MediaType, respond};
use crate::error::InternalError;

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    gzipped: bool,
}

/// What is large is stored compressed. Origin, version and licence of each: assets/browser/README.md.
static ASSETS: [Asset; 6] = [
    Asset::plain("page.js", SCRIPT, include_bytes!("../../assets/browser/page.js")),
    Asset::plain("page.css", STYLE, include_bytes!("../../assets/browser/page.css")),
    Asset::plain("react.js", SCRIPT, include_bytes!("../../assets/browser/vendor/react.production.min.js")),
    Asset::plain("react-dom.js", SCRIPT, include_bytes!("../../assets/browser/vendor/react-dom.production.min.js")),
    Asset::gzipped("graphiql.js", SCRIPT, include_bytes!("../../assets/browser/vendor/graphiql.min.js.gz")),
    Asset::gzipped("graphiql.css", STYLE, include_bytes!("../../assets/browser/vendor/graphiql.min.css.gz")),
];

/// One hash over all files: it changes when the program's copy of any of them does.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    ASSETS.iter().for_each(|asset| hash.update(asset.bytes));
    hex::encode(&hash.finalize()[..8])
});

impl Asset {
    const fn plain(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        Self { name, content_type, bytes, gzipped: false }
    }

    const fn gzipped(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        Self { name, content_type, bytes, gzipped: true }
    }

    fn serve(&self, headers: &HeaderMap) -> Response {
        if !self.gzipped {
            return self.respond([], self.bytes);
        }
        if accepts_gzip(headers) {
            return self.respond([(CONTENT_ENCODING, HeaderValue::from_static("gzip"))], self.bytes);
        }
        let mut plain = Vec::new();
        match GzDecoder::new(self.bytes).read_to_end(&mut plain) {
            Ok(_) => self.respond([], plain),
            Err(cause) => {
                let error = InternalError::new(cause).into();
                respond::failure(MediaType::Json, StatusCode::INTERNAL_SERVER_ERROR, &error)
            }
        }
    }

    fn respond<const N: usize>(&self, encoding: [(HeaderName, HeaderValue); N], body: impl IntoResponse) -> Response {
        let kept = "public, max-age=31536000, immutable";
        let headers = [(CONTENT_TYPE, self.content_type), (CACHE_CONTROL, kept), (VARY, "accept-encoding")];
        (headers, encoding, body).into_response()
    }
}

/// GET /browser/{version}/{name}
pub(super) async fn get(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| version == *VERSION && asset.name == name) {
        Some(asset) => asset.serve(&headers),
        None => layers::not_found().await,
    }
}

/// Writes the version into the page's addresses.
pub(super) fn with_version(html: &str) -> String {
    html.replace("{version}", &VERSION)
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, parameter) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = parameter.trim().strip_prefix("q=").is_some_and(|q| q.bytes().all(|b| matches!(b, b'0' | b'.')));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_page_exists() {
        let html = include_str!("../../assets/browser/page.html");
        let named: Vec<&str> =
            html.split("/browser/{version}/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(named.len(), ASSETS.len());
        for name in named {
            assert!(ASSETS.iter().any(|asset| asset.name == name), "{name}");
        }
        assert!(!html.contains("http://") && !html.contains("https://"), "the page must work offline");
    }

    #[test]
    fn gzip_only_where_it_is_accepted() {
        let accepts = |value| accepts_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]));
        assert!(accepts("gzip, deflate, br") && accepts("br, GZIP;q=0.5"));
        assert!(!accepts("br") && !accepts("gzip;q=0") && !accepts("gzip;q=0.000") && !accepts(""));
    }
}
