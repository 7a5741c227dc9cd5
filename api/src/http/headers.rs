//! The request headers that are Causeway's own business: who asks, and whether withheld fields refuse the operation.
//! Refuses to guess: a header that is not exactly right is an error, never ignored.

use axum::http::{HeaderMap, HeaderName, header::AUTHORIZATION};

use crate::error::ClientError;

/// Whether withheld fields refuse the operation.
pub(super) const WITHHELD: HeaderName = HeaderName::from_static("causeway-withheld");

/// The bearer token, not verified; `None` without an `Authorization` header.
///
/// # Errors
/// `UNAUTHENTICATED` unless there is exactly one header of the form `Bearer <token>` (RFC 6750, section 2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ClientError> {
    const MALFORMED: ClientError =
        ClientError::Unauthenticated("send exactly one Authorization header, of the form: Bearer <token>");
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(MALFORMED);
    }
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(MALFORMED)?;
    if scheme.eq_ignore_ascii_case("Bearer") && is_token(token) { Ok(Some(token)) } else { Err(MALFORMED) }
}

/// RFC 6750's `b64token`: letters, digits and `-._~+/`, at least one, then any number of `=`.
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

/// Whether `Causeway-Withheld: reject` is set.
///
/// # Errors
/// `BAD_INPUT` for any other value: a misspelt `reject` must not quietly become an answer with holes.
pub(super) fn withheld_reject(headers: &HeaderMap) -> Result<bool, ClientError> {
    let mut values = headers.get_all(WITHHELD).iter();
    match (values.next().map(|value| value.as_bytes()), values.next()) {
        (None, _) => Ok(false),
        (Some(b"reject"), None) => Ok(true),
        _ => Err(ClientError::bad_input("Causeway-Withheld", "the only value of Causeway-Withheld is: reject")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn with(name: HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn exactly_one_bearer_token() {
        let read = |values: &[&'static str]| bearer(&with(AUTHORIZATION, values)).map(|token| token.map(str::to_owned));
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["Bearer abc.d-e_f"]), Ok(Some("abc.d-e_f".to_owned())));
        assert_eq!(read(&["bearer a+/~=="]), Ok(Some("a+/~==".to_owned())), "the scheme has no case");
        let malformed: [&[&'static str]; 10] = [
            &["Bearer a", "Bearer a"],
            &["Bearer"],
            &["Bearer "],
            &["Bearer  a"],
            &["Bearer a b"],
            &["Bearer a,b"],
            &["Bearer =a"],
            &["Bearer ="],
            &["Basic YTpi"],
            &[""],
        ];
        for values in malformed {
            assert!(matches!(read(values), Err(ClientError::Unauthenticated(_))), "{values:?}");
        }
    }

    #[test]
    fn withheld_is_reject_or_absent() {
        assert_eq!(withheld_reject(&with(WITHHELD, &[])), Ok(false));
        assert_eq!(withheld_reject(&with(WITHHELD, &["reject"])), Ok(true));
        for values in [&["rejct"][..], &[""], &["null"], &["reject", "reject"]] {
            assert!(withheld_reject(&with(WITHHELD, values)).is_err(), "{values:?}");
        }
    }
}
