//! Documents added and removed over the interface, for whoever shows the token.
//!
//! Called by routes. Invariant: the lock of the index is held only while a request writes, so an
//! `add` of the program can come between, and a request waits a moment for it; without a token at
//! the start nothing is ever written.

use crate::api::{body_kind, is_json, posted, reply_of};
use crate::body;
use crate::query::Asked;
use crate::refusal::{Answered, Refusal};
use crate::state::{Shared, State as Held};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use serde_json::json;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wirecopy::corpus::Document;
use wirecopy::error::Error;
use wirecopy::index::{Added, Writer};

/// Refuses whoever does not show the token.
fn allowed(shared: &Shared, headers: &HeaderMap) -> Answered<()> {
    let Some(token) = &shared.settings.token else {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "this server only reads: it was started without a token",
            "add documents with `wirecopy index add`, or start it with --token-file",
        )
        .closing());
    };
    if token.is_shown_by(headers) { Ok(()) } else { Err(Refusal::without_token().closing()) }
}

/// `POST /api/documents`.
pub(crate) async fn add(
    State(shared): State<Held>,
    headers: HeaderMap,
    asked: Asked,
    body: Body,
) -> Answered<Response<Body>> {
    allowed(&shared, &headers)?;
    asked.done("there are no settings here")?;
    let kind = body_kind(&headers);
    if !is_json(&kind) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "documents are read from JSON alone",
            "send application/json or application/x-ndjson",
        )
        .closing());
    }
    let body = body::read(&headers, body, &shared.settings.limits).await?;
    let (all, _) = posted(&kind, &body)?;
    let without = || Refusal::bad("a document has no id", "give each an id of its own");
    let documents = all
        .into_iter()
        .map(|one| one.document(|| Err(without())))
        .collect::<Answered<Vec<Document>>>()?;
    let added = written(&shared, move |path| writer(&path)?.add(documents)).await?;
    let Added { added, replaced, unchanged, repeated, .. } = added;
    let commit = shared.archive.commit();
    let answer = json!({
        "commit": commit.name,
        "added": added,
        "replaced": replaced,
        "unchanged": unchanged,
        "repeated": repeated,
        "documents": commit.reader.len(),
    });
    reply_of(&commit.name, &answer)
}

/// `DELETE /api/documents?id=...`.
pub(crate) async fn remove(
    State(shared): State<Held>,
    headers: HeaderMap,
    mut asked: Asked,
) -> Answered<Response<Body>> {
    allowed(&shared, &headers)?;
    let Some(id) = asked.text("id") else {
        return Err(Refusal::bad("no document is named", "name one: /api/documents?id=ID"));
    };
    asked.done("the only setting is id")?;
    let ids = vec![id];
    let missing = written(&shared, move |path| writer(&path)?.remove(&ids)).await?;
    if !missing.is_empty() {
        return Err(Refusal::missing("no document has this id", "look for it in /api/documents"));
    }
    let commit = shared.archive.commit();
    let answer = json!({ "commit": commit.name, "removed": 1, "documents": commit.reader.len() });
    reply_of(&commit.name, &answer)
}

/// Writes, one request at a time, and opens the commit that this made.
async fn written<T: Send + 'static>(
    shared: &Held,
    write: impl FnOnce(PathBuf) -> wirecopy::error::Result<T> + Send + 'static,
) -> Answered<T> {
    let _turn = shared.writer.lock().await;
    let own = Held::clone(shared);
    let done = tokio::task::spawn_blocking(move || {
        let written = write(own.archive.path().to_path_buf())?;
        own.archive.reopen()?;
        Ok(written)
    });
    match done.await {
        Ok(Ok(written)) => Ok(written),
        Ok(Err(Error::Input { cause, cure, .. })) => Err(Refusal::later(cause, cure)),
        Ok(Err(error)) => Err(unwritten(&error).unwrap_or_else(|| error.into())),
        Err(panicked) => Err(Refusal::failed(&panicked)),
    }
}

/// How long a request waits for a writer elsewhere, and between two looks: most write for less.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(5);

/// The writer of an index, once no other one is at work.
fn writer(index: &Path) -> wirecopy::error::Result<Writer> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(writer) = Writer::try_open(index)? {
            return Ok(writer);
        }
        std::thread::sleep(PAUSE);
    }
    Writer::open(index)
}

/// Why nothing can be written, where whoever keeps the server can mend it.
fn unwritten(error: &Error) -> Option<Refusal> {
    let Error::Io { source, .. } = error else { return None };
    let (status, cause, cure) = match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (
            StatusCode::INSUFFICIENT_STORAGE,
            "there is no space left for the index, and nothing of this was written",
            "free some on the disk of the server, and send it again",
        ),
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "the server may not write to its index",
            "let its user write to the folder of the index, and send it again",
        ),
        _ => return None,
    };
    tracing::error!(error = %error, "not written");
    Some(Refusal::new(status, cause, cure))
}
