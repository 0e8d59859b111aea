//! Answers that whoever asks has already.
//!
//! Used by guard for every answer with a tag, and by page before it makes its largest one.
//! Invariant: nothing but a tag of what is here now makes an answer empty.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};

/// What whoever asks has, as a request says it.
#[derive(Debug, Default)]
pub(crate) struct Held(Vec<HeaderValue>);

impl Held {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(headers.get_all(IF_NONE_MATCH).iter().cloned().collect())
    }

    /// Whether that with this tag is among it. A cache may have weakened the tag.
    pub(crate) fn has(&self, tag: &HeaderValue) -> bool {
        let lines = self.0.iter().filter_map(|line| line.to_str().ok());
        let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
        tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
    }

    /// The answer, without its body where that is held already.
    pub(crate) fn without(&self, answer: Response<Body>) -> Response<Body> {
        let is_held = answer.status() == StatusCode::OK
            && answer.headers().get(ETAG).is_some_and(|tag| self.has(tag));
        if is_held { unchanged(answer) } else { answer }
    }
}

fn unchanged(answer: Response<Body>) -> Response<Body> {
    let (mut head, _) = answer.into_parts();
    head.status = StatusCode::NOT_MODIFIED;
    head.headers.remove(CONTENT_TYPE);
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, Body::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_lists_and_weakened_and_never_in_part() {
        let tag = HeaderValue::from_static("\"abc-1\"");
        let has = |said: &'static str| {
            let mut headers = HeaderMap::new();
            headers.append(IF_NONE_MATCH, HeaderValue::from_static("\"other\""));
            headers.append(IF_NONE_MATCH, HeaderValue::from_static(said));
            Held::of(&headers).has(&tag)
        };
        for held in ["\"abc-1\"", "W/\"abc-1\"", "\"x\", \"abc-1\"", "*", "\"x\",W/\"abc-1\""] {
            assert!(has(held), "{held}");
        }
        for not in ["", "\"abc\"", "abc-1", "\"abc-12\"", "W/", "**"] {
            assert!(!has(not), "{not}");
        }
    }
}
