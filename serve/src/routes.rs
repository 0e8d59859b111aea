//! The table of addresses.
//!
//! Built by listen. Invariant: every address of the interface is in `assets/openapi.json` with its
//! methods, and nothing else is; a test compares the two.

use crate::guard;
use crate::refusal::Refusal;
use crate::state::State;
use crate::{api, metrics, page, write};
use axum::Router;
use axum::http::header::ALLOW;
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, get, post};

/// An address, its methods, and what answers.
type Row = (&'static str, &'static [&'static str], MethodRouter<State>);

/// What programs ask for.
fn interface() -> Vec<Row> {
    vec![
        ("/api/query", &["POST"], post(api::query)),
        (
            "/api/documents",
            &["GET", "POST", "DELETE"],
            get(api::documents).post(write::add).delete(write::remove),
        ),
        ("/api/families", &["GET"], get(api::families)),
        ("/api/families/{key}", &["GET"], get(api::family)),
        ("/api/outlets", &["GET"], get(api::outlets)),
        ("/api/flows", &["GET"], get(api::flows)),
        ("/api/stats", &["GET"], get(api::stats)),
        ("/api/openapi.json", &["GET"], get(api::openapi)),
        ("/healthz", &["GET"], get(api::health)),
        ("/metrics", &["GET"], get(metrics::metrics)),
    ]
}

/// What the page asks for.
fn page() -> Vec<Row> {
    vec![
        ("/", &["GET"], get(page::shell)),
        ("/page/style.css", &["GET"], get(page::style)),
        ("/page/script.js", &["GET"], get(page::script)),
        ("/page/index", &["GET"], get(page::index)),
        ("/page/texts/{commit}/{number}", &["GET"], get(page::text)),
    ]
}

/// The addresses of the interface with their methods.
#[must_use]
pub fn addresses() -> Vec<(&'static str, &'static [&'static str])> {
    interface().into_iter().map(|(path, methods, _)| (path, methods)).collect()
}

/// All addresses, each guarded.
pub(crate) fn router(state: &State) -> Router {
    let mut router = Router::new();
    for (path, methods, answers) in interface().into_iter().chain(page()) {
        let mut all = methods.join(", ");
        if methods.contains(&"GET") {
            all.push_str(", HEAD");
        }
        all.push_str(", OPTIONS");
        let allowed = all.clone();
        let options = move || async move {
            let allow = HeaderValue::from_str(&allowed).unwrap_or(HeaderValue::from_static("GET"));
            (StatusCode::NO_CONTENT, [(ALLOW, allow)]).into_response()
        };
        let refuse = move || async move {
            Refusal::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "this address has no such method",
                format!("use one of {all}"),
            )
            .allowing(&all)
        };
        router = router.route(path, answers.options(options).fallback(refuse));
    }
    router
        .fallback(|| async {
            Refusal::missing(
                "there is nothing at this address",
                "the page is at /, and /api/openapi.json says what programs may ask for",
            )
        })
        .layer(axum::middleware::from_fn_with_state(State::clone(state), guard::guard))
        .with_state(State::clone(state))
}
