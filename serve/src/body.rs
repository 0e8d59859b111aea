//! The body of a request: bounded in size and in time.
//!
//! Read by api and write. Invariant: no more than the bound is ever held, and a body that does not
//! come ends the connection.

use crate::refusal::{Answered, Refusal};
use crate::settings::Limits;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use tokio::time::timeout;

/// Reads a body.
///
/// # Errors
/// One that is too large, too slow or cut off.
pub(crate) async fn read(
    headers: &axum::http::HeaderMap,
    body: Body,
    limits: &Limits,
) -> Answered<Bytes> {
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
