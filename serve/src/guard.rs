//! What every request passes: is it meant for this server, how long may it take, what is said of
//! it in the log and to the browser.
//!
//! Around all routes. Invariant: a page of another site can neither reach this server under its own
//! name (rebinding) nor read an answer (there is no CORS), and nothing of an answer runs as script
//! but the script of the page.

use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::state::State as Shared;
use crate::unchanged::Held;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use std::time::{Duration, Instant};

/// What the page may do: its own script and style, requests to this server, nothing else.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// Time for the whole of a request: body, wait and work.
fn whole_time(settings: &Settings) -> Duration {
    let limits = &settings.limits;
    limits.body_time + 2 * limits.request_time
}

/// Checks a request, answers it in its time, logs and counts it.
pub(crate) async fn guard(
    State(shared): State<Shared>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let started = Instant::now();
    let method = request.method().clone();
    let route = route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
    let is_read = method == Method::GET || method == Method::HEAD;
    let held = if is_read { Held::of(request.headers()) } else { Held::default() };
    let checked = check(&shared.settings, request.headers(), (&method, request.uri()));
    let mut response = match checked {
        Err(refusal) => refusal.into_response(),
        Ok(()) => match tokio::time::timeout(whole_time(&shared.settings), next.run(request)).await
        {
            Ok(response) => response,
            Err(_) => Refusal::later("the answer took too long", "ask for less").into_response(),
        },
    };
    response = held.without(response);
    protect(response.headers_mut());
    let (status, took) = (response.status().as_u16(), started.elapsed());
    shared.metrics.request(&route, status, took);
    let ms = took.as_secs_f64() * 1000.0;
    if status >= 500 {
        tracing::warn!(method = %method, route, status, ms, "request");
    } else {
        tracing::info!(method = %method, route, status, ms, "request");
    }
    response
}

/// Refuses what is not meant for this server, or comes from a page of another site.
fn check(
    settings: &Settings,
    headers: &HeaderMap,
    (method, uri): (&Method, &Uri),
) -> Result<(), Refusal> {
    if head_bytes(headers, (method, uri)) > settings.limits.head_bytes {
        return Err(Refusal::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            format!("the head of the request has more than {} bytes", settings.limits.head_bytes),
            "send fewer and shorter headers",
        )
        .closing());
    }
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|value| value.to_str().ok());
    let host = uri.authority().map(axum::http::uri::Authority::as_str).or(host);
    let (Some(host), None) = (host, hosts.next()) else {
        return Err(
            Refusal::bad("the request has no single Host", "send one Host header").closing()
        );
    };
    if !is_ours(settings, host) {
        return Err(Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server does not answer under the name in the Host header",
            "use the address it printed at its start, or start it with --host NAME",
        )
        .closing());
    }
    let safe = method == Method::GET || method == Method::HEAD || method == Method::OPTIONS;
    let origin = headers.get(ORIGIN).and_then(|value| value.to_str().ok());
    let foreign = origin.is_some_and(|origin| {
        origin.split_once("://").is_none_or(|(_, from)| !from.eq_ignore_ascii_case(host))
    });
    if !safe && foreign {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "the request comes from a page of another site",
            "ask from a program, or from the page of this server",
        )
        .closing());
    }
    Ok(())
}

/// Bytes of the head of a request, about: what reads it stops a good deal later than it is told to.
fn head_bytes(headers: &HeaderMap, (method, uri): (&Method, &Uri)) -> usize {
    // The version and the marks between.
    const REST: usize = "  HTTP/1.1\r\n\r\n".len();
    let line = method.as_str().len() + uri.path().len() + uri.query().map_or(0, str::len) + REST;
    let field = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() + 4;
    line + headers.iter().map(field).sum::<usize>()
}

/// Whether a name (with or without a port) is one of this server.
fn is_ours(settings: &Settings, host: &str) -> bool {
    let (name, rest) = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or_default(),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if !rest.is_empty() && !rest.strip_prefix(':').is_some_and(is_port) {
        return false;
    }
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let own = settings.listen.ip();
    name == "localhost"
        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip == own)
        || settings
            .hosts
            .iter()
            .any(|known| known.trim_end_matches('.').eq_ignore_ascii_case(&name))
}

/// What a browser is told of every answer.
fn protect(headers: &mut HeaderMap) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "no-referrer");
    set(CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_server_are_answered() {
        let mut settings = Settings::new("x");
        settings.hosts = vec!["desk.example".to_owned()];
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:9",
            "127.0.0.1",
            "[::1]:8080",
            "desk.example",
            "Desk.Example:443",
        ] {
            assert!(is_ours(&settings, host), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "[::1].evil.example",
            "[::1]evil.example:80",
            "localhost:8.evil.example",
            "localhost.evil.example",
            "",
            "[",
            "10.0.0.1",
        ] {
            assert!(!is_ours(&settings, host), "{host}");
        }
    }
}
