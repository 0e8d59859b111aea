//! The page: a shell, the report's own style and script with the parts that only a server has, and
//! the data of the latest scan.
//!
//! Asked by browsers. Invariant: shell, style and script are constants; nothing of a corpus is in
//! them, and the script puts what is in the data on the page as text nodes alone.

use crate::refusal::{Answered, Refusal};
use crate::state::State as Shared;
use crate::unchanged::Held;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use std::sync::LazyLock;
use std::time::Duration;
use wirecopy::output::html;

const SHELL: &str = include_str!("../assets/page.html");
/// What is put in the place of modules of the report that only a file needs.
const OWN: [(&str, &str); 1] = [("state", include_str!("../assets/state.js"))];
/// What comes last, instead of the start of the report.
const LAST: [&str; 5] = [
    include_str!("../assets/sets.js"),
    include_str!("../assets/share.js"),
    include_str!("../assets/ask.js"),
    include_str!("../assets/flows.js"),
    include_str!("../assets/main.js"),
];

static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let mut script = "\"use strict\";\n(() => {\n".to_owned();
    for (name, source) in html::modules().iter().filter(|(name, _)| *name != "main") {
        let own = OWN.iter().find(|(own, _)| own == name);
        script.push_str(own.map_or(source, |(_, source)| source));
    }
    for source in LAST {
        script.push_str(source);
    }
    script.push_str("})();\n");
    script
});

static STYLE: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", html::style(), include_str!("../assets/page.css")));

/// How long the page waits for the first scan.
const PATIENCE: Duration = Duration::from_secs(25);

fn constant(text: &'static str, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    // Asked for anew each time: another version of the program has another page.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// `GET /`.
pub(crate) async fn shell() -> Response<Body> {
    constant(SHELL, "text/html; charset=utf-8")
}

/// `GET /page/style.css`.
pub(crate) async fn style() -> Response<Body> {
    constant(STYLE.as_str(), "text/css; charset=utf-8")
}

/// `GET /page/script.js`.
pub(crate) async fn script() -> Response<Body> {
    constant(SCRIPT.as_str(), "text/javascript; charset=utf-8")
}

/// `GET /page/index`: the index of the report over all documents.
pub(crate) async fn index(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Answered<Response<Body>> {
    let browse = shared.archive.browse(PATIENCE).await?;
    let tag = HeaderValue::from_str(&format!("\"{}\"", browse.commit))
        .map_err(|error| Refusal::failed(&error))?;
    // Guard empties the answer.
    let mut response = if Held::of(&headers).has(&tag) {
        Response::new(Body::empty())
    } else {
        browse.index.answer(&headers, "application/json")
    };
    let answer = response.headers_mut();
    answer.insert(ETAG, tag);
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    Ok(response)
}

/// `GET /page/texts/{commit}/{number}`: a block of texts, which never changes.
pub(crate) async fn text(
    State(shared): State<Shared>,
    place: Result<Path<(String, usize)>, PathRejection>,
    headers: HeaderMap,
) -> Answered<Response<Body>> {
    let Path((commit, number)) = place.map_err(|_| Refusal::address())?;
    let browse = shared.archive.browsed_of(&commit);
    let Some(texts) = browse.as_ref().and_then(|browse| browse.texts.get(number)) else {
        return Err(Refusal::new(
            StatusCode::GONE,
            "the index has changed since",
            "load the page again",
        ));
    };
    let mut response = texts.answer(&headers, "text/plain; charset=utf-8");
    let forever = HeaderValue::from_static("private, max-age=86400, immutable");
    response.headers_mut().insert(CACHE_CONTROL, forever);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_that_of_the_report_with_parts_of_its_own() {
        for (name, source) in html::modules() {
            let own = *name == "main" || OWN.iter().any(|(own, _)| own == name);
            assert_eq!(SCRIPT.contains(source), !own, "{name}");
        }
        assert!(!SCRIPT.contains(".innerHTML"));
    }
}
