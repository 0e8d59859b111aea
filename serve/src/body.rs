//! The body of a request: bounded in size and in time.
//!
//! Read by api and write. Invariant: no more than the bound is ever held, a body that does not come
//! ends the connection, and one in another encoding is never taken for a text.

use crate::query::shortened;
use crate::refusal::{Answered, Refusal};
use crate::settings::Limits;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use tokio::time::timeout;

/// Reads a body.
///
/// # Errors
/// One that is too large, too slow or cut off.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limits: &Limits) -> Answered<Bytes> {
    refuse_encoded(headers)?;
    let most = limits.body_bytes;
    let large = || {
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body has more than {most} bytes"),
            "send less at once, or start the server with a larger --max-body",
        )
        .closing()
    };
    let told = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if told.is_some_and(|told: u64| told > most as u64) {
        return Err(large());
    }
    let whole = Limited::new(body, most).collect();
    match timeout(limits.body_time, whole).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(large()),
        Ok(Err(error)) => {
            Err(Refusal::bad(format!("the body cannot be read: {error}"), "send it again")
                .closing())
        }
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            format!("the body did not come within {} seconds", limits.body_time.as_secs()),
            "send it faster",
        )
        .closing()),
    }
}

/// Refuses a body that is packed, or whose text is not UTF-8: as it is, it would be other words.
fn refuse_encoded(headers: &HeaderMap) -> Answered<()> {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let refused = |what: &str, name: &str, cure| {
        let cause = format!("the {what} `{}` of the body is not read here", shortened(name));
        Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, cause, cure))
    };
    let packed = value(CONTENT_ENCODING).trim();
    if !packed.is_empty() && !packed.eq_ignore_ascii_case("identity") {
        return refused("content encoding", packed, "send it as it is");
    }
    for parameter in value(CONTENT_TYPE).split(';').skip(1) {
        let Some((name, charset)) = parameter.split_once('=') else { continue };
        let charset = charset.trim().trim_matches('"');
        let is_known =
            ["utf-8", "utf8", "us-ascii"].iter().any(|k| charset.eq_ignore_ascii_case(k));
        if name.trim().eq_ignore_ascii_case("charset") && !is_known {
            return refused("charset", charset, "send the text in UTF-8");
        }
    }
    Ok(())
}
