//! Data of the page, compressed once and sent many times.
//!
//! Made by browse from a scan and by answer from a question. Invariant: what is sent is the same
//! with and without compression.

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read as _, Write as _};
use wirecopy::detect::ScanResult;
use wirecopy::error::{Error, Result};
use wirecopy::limits::Limits;
use wirecopy::output::html::{self, ReportData};
use wirecopy::output::{TableForm, Wanted};

/// Bytes compressed by gzip.
#[derive(Debug, Clone)]
pub(crate) struct Packed(Bytes);

impl Packed {
    /// Compresses.
    ///
    /// # Errors
    /// None that are known of a buffer in memory.
    pub(crate) fn of(plain: &[u8]) -> Result<Self> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let packed = encoder.write_all(plain).and_then(|()| encoder.finish());
        Ok(Self(packed.map_err(|error| failed(&error))?.into()))
    }

    /// As an answer to whoever has sent `headers`.
    pub(crate) fn answer(&self, headers: &HeaderMap, kind: &'static str) -> Response<Body> {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let gzip = accepted.is_some_and(|accepted| {
            accepted.split(',').any(|one| {
                let mut parts = one.split(';').map(str::trim);
                parts.next() == Some("gzip") && parts.next() != Some("q=0")
            })
        });
        let mut response = if gzip {
            let mut response = Response::new(Body::from(self.0.clone()));
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        } else {
            let mut plain = Vec::new();
            // What was compressed here can be decompressed.
            GzDecoder::new(&*self.0).read_to_end(&mut plain).ok();
            Response::new(Body::from(plain))
        };
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        response
    }
}

/// The data of the report over a result.
///
/// # Errors
/// A bug in the types of the report.
pub(crate) fn data(result: &ScanResult, title: &str) -> Result<ReportData> {
    let limits = Limits::default();
    let wanted = Wanted {
        result,
        keeps: &|_| true,
        title,
        limits: &limits,
        to_terminal: false,
        table: TableForm::default(),
    };
    html::data(wanted).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Internal { id: "of the page".to_owned(), what: error.to_string() }
}
