//! Why a request is not answered: a status, a cause and a cure, as JSON.
//!
//! Returned by all that answers. Invariant: an inner failure is logged in full, and says to the
//! stranger only that it happened.

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::json;
use wirecopy::error::{Error, with_names};

/// What an answer is, or why there is none.
pub(crate) type Answered<T> = Result<T, Refusal>;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    cause: String,
    cure: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// A refusal of some status.
    pub(crate) fn new(
        status: StatusCode,
        cause: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { status, cause: cause.into(), cure: cure.into(), headers: Vec::new() }
    }

    /// A request that says something wrong.
    pub(crate) fn bad(cause: impl Into<String>, cure: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, cause, cure)
    }

    /// An address of which a part cannot be read.
    pub(crate) fn address() -> Self {
        Self::bad(
            "the address is not readable",
            "write it in UTF-8, with %20 and the like as needed",
        )
    }

    /// Something that is not there.
    pub(crate) fn missing(cause: impl Into<String>, cure: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, cause, cure)
    }

    /// Something that is not there yet, or that there is too much of now.
    pub(crate) fn later(cause: impl Into<String>, cure: impl Into<String>) -> Self {
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, cause, cure);
        refusal.with(RETRY_AFTER, "1")
    }

    /// With a header.
    pub(crate) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// With the methods that are allowed.
    pub(crate) fn allowing(mut self, methods: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(methods).ok().map(|value| (ALLOW, value)));
        self
    }

    /// The last answer of its connection: what else comes over it is not read.
    pub(crate) fn closing(self) -> Self {
        self.with(CONNECTION, "close")
    }

    /// Asks for the token.
    pub(crate) fn without_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "the token is missing or is another",
            "send the header `Authorization: Bearer TOKEN` with the one of the server",
        )
        .with(WWW_AUTHENTICATE, "Bearer")
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Setting { name, cause, cure } => {
                let cure = with_names(&cure, str::to_owned);
                Self::bad(format!("{name}: {cause}"), cure)
            }
            Error::Limit { what, got, limit, cure } => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("{what}: {got} is over the limit of {limit}"),
                cure,
            ),
            error => Self::failed(&error),
        }
    }
}

impl Refusal {
    /// A failure of ours.
    pub(crate) fn failed(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %error, "failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the server failed at this",
            "its log has the reason; `wirecopy index check` looks for damage",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let text = json!({ "error": { "cause": self.cause, "cure": self.cure } }).to_string();
        let mut response = Response::new(Body::from(text + "\n"));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.headers);
        response
    }
}
