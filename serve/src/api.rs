//! The answers of the interface.
//!
//! Called by routes. Records are those that the program prints, as JSON. Invariant: every list is
//! bounded and says how many there are.

use crate::answer::{self, Question};
use crate::archive::NO_TEXTS;
use crate::body;
use crate::listing::Brief;
use crate::query::Asked;
use crate::refusal::{Answered, Refusal};
use crate::settings::MIN_TOKENS;
use crate::state::State as Shared;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use std::time::Duration;
use wirecopy::corpus::{Document, Meta, ReadOptions, read_date};
use wirecopy::hash::xxh3_64;
use wirecopy::index::{KeptFamily, Listed, QueryConfig};
use wirecopy::record::Kind;

/// Most rows of a list, and how many there are unless more are asked for.
const MOST_ROWS: usize = 200;
const ROWS: usize = 20;
/// Members of a family in a list, unless more are asked for.
const MEMBERS: usize = 10;
const MOST_MEMBERS: usize = 10_000;
/// Longest start of a list.
const FAR: usize = 1_000_000_000;
/// How long a request waits for the first scan.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an id: each may take three in an address, which is read up to 32 KiB.
const ID_BYTES: usize = 8 << 10;
/// What a text without an id is called.
const DRAFT: &str = "draft";

/// A value as JSON.
pub(crate) fn reply(value: &impl Serialize) -> Answered<Response<Body>> {
    Ok(as_json(written(value)?))
}

/// The same, with the commit that it is of. Of one commit there may be several answers, since what
/// a scan finds comes later, so the tag names the answer too.
pub(crate) fn reply_of(commit: &str, value: &impl Serialize) -> Answered<Response<Body>> {
    let text = written(value)?;
    let tag = HeaderValue::from_str(&format!("\"{commit}-{:016x}\"", xxh3_64(&text)));
    let mut response = as_json(text);
    if let Ok(tag) = tag {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}

fn written(value: &impl Serialize) -> Answered<Vec<u8>> {
    let mut text = serde_json::to_vec(value).map_err(|error| Refusal::failed(&error))?;
    text.push(b'\n');
    Ok(text)
}

fn as_json(text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A document as a request has it, or an answer.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "an object with a text")]
pub(crate) struct Posted {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    text: String,
    outlet: Option<String>,
    date: Option<String>,
    title: Option<String>,
    url: Option<String>,
}

/// An id, which is a text or, as in other inputs, a whole number.
fn id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "an id is a text or a whole number")]
    enum Id {
        Text(String),
        Number(i64),
        Large(u64),
    }
    let id = Option::<Id>::deserialize(from)?;
    Ok(id.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
        Id::Large(number) => number.to_string(),
    }))
}

impl Posted {
    /// As the library has it; a date that cannot be read is refused, for it would be unknown.
    pub(crate) fn document(self, id: impl FnOnce() -> Answered<String>) -> Answered<Document> {
        // What is blank is not known, as in other inputs.
        let known = |text: &String| !text.trim().is_empty();
        let date = self.date.filter(known).map(|text| {
            read_date(&ReadOptions::default(), &text).ok_or_else(|| {
                let text: String = text.chars().take(80).collect();
                Refusal::bad(
                    format!("the date `{text}` cannot be read in one way only"),
                    "write it as 2024-05-31 or 2024-05-31T12:00:00Z",
                )
            })
        });
        let meta = Meta {
            outlet: self.outlet.filter(known).map(Into::into),
            date: date.transpose()?,
            title: self.title,
            url: self.url,
        };
        let id = match self.id.filter(known) {
            Some(given) if given.len() > ID_BYTES => {
                return Err(Refusal::bad(
                    format!("an id has {} bytes", given.len()),
                    format!("give one of {ID_BYTES} at most, which fits in an address"),
                ));
            }
            Some(given) => given,
            None => id()?,
        };
        Ok(Document { id, text: self.text.into(), meta })
    }
}

/// Documents of a body of JSON: one, a list, or one a line; and whether it is one alone.
pub(crate) fn posted(kind: &str, body: &[u8]) -> Answered<(Vec<Posted>, bool)> {
    let unread = |error: serde_json::Error| {
        Refusal::bad(
            format!("the body is no document: {error}"),
            "send {\"text\": ...} with id, outlet, date, title and url as you have them, a list \
             of such, or one a line as application/x-ndjson",
        )
    };
    // Some editors and shells put a mark before the first byte.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if kind == "application/json" {
        // What it is to be is seen first, so that what is wrong in it is named.
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        return if first == Some(&b'[') {
            Ok((serde_json::from_slice(body).map_err(unread)?, false))
        } else {
            Ok((vec![serde_json::from_slice(body).map_err(unread)?], true))
        };
    }
    let lines = serde_json::Deserializer::from_slice(body).into_iter::<Posted>();
    Ok((lines.collect::<Result<_, _>>().map_err(unread)?, false))
}

/// The type of a body without its parameters.
pub(crate) fn body_kind(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a body of this type has documents as JSON.
pub(crate) fn is_json(kind: &str) -> bool {
    matches!(kind, "application/json" | "application/x-ndjson" | "application/jsonl")
}

/// `POST /api/query`.
pub(crate) async fn query(
    State(shared): State<Shared>,
    mut asked: Asked,
    headers: HeaderMap,
    body: Body,
) -> Answered<Response<Body>> {
    let least = asked.number("min_tokens", shared.settings.min_tokens as usize, MIN_TOKENS)?;
    // As many as the index itself searches, unless fewer are asked for.
    let usual = QueryConfig::default().max_candidates;
    let question = Question {
        min_tokens: u32::try_from(least).unwrap_or(u32::MAX),
        max_candidates: asked.number("max_candidates", usual, 1..=usual)?,
        report: asked.flag("report")?,
    };
    asked.done("the settings are min_tokens, max_candidates and report")?;
    let body = body::read(&headers, body, &shared.settings.limits).await?;
    let (texts, alone) = texts(&body_kind(&headers), &body)?;
    let most = shared.settings.limits.query_documents;
    if texts.len() > most {
        return Err(Refusal::bad(
            format!("{} documents are asked about at once, more than {most}", texts.len()),
            "ask in several requests",
        ));
    }
    let commit = shared.archive.commit();
    shared.metrics.questions(texts.len());
    shared
        .work(move || {
            let mut answers = Vec::new();
            for text in texts {
                let text = text.document(|| free_id(&commit.reader))?;
                answers.push(answer::answer(&commit, &text, question)?);
            }
            match answers.as_slice() {
                [only] if alone => reply_of(&commit.name, only),
                all => reply_of(&commit.name, &json!({ "answers": all })),
            }
        })
        .await
}

/// What a body asks about, and whether that is one text.
fn texts(kind: &str, body: &[u8]) -> Answered<(Vec<Posted>, bool)> {
    if is_json(kind) {
        return posted(kind, body);
    }
    if !kind.is_empty() && !kind.starts_with("text/") && kind != "application/octet-stream" {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body is of a type that is not read here",
            "send text/plain in UTF-8, application/json or application/x-ndjson",
        ));
    }
    let text = std::str::from_utf8(body).map_err(|error| {
        Refusal::bad(
            format!("byte {} of the text is not UTF-8", error.valid_up_to()),
            "send the text in UTF-8",
        )
    })?;
    let text = text.to_owned();
    let none = None::<String>;
    let of = Posted { id: none, text, outlet: None, date: None, title: None, url: None };
    Ok((vec![of], true))
}

/// A name for a text that no document has.
fn free_id(reader: &wirecopy::index::Reader) -> Answered<String> {
    for n in 1_u32.. {
        let id = if n == 1 { DRAFT.to_owned() } else { format!("{DRAFT}-{n}") };
        if reader.listed(&id)?.is_none() {
            return Ok(id);
        }
    }
    Err(Refusal::failed(&"no name is free"))
}

/// `GET /api/documents`: one by its id, else a list.
pub(crate) async fn documents(
    State(shared): State<Shared>,
    mut asked: Asked,
) -> Answered<Response<Body>> {
    if let Some(id) = asked.text("id") {
        asked.done("with id there are no other settings")?;
        return document(&shared, id).await;
    }
    let (from, count) = page(&mut asked)?;
    let outlet = asked.text("outlet");
    let text = asked.text("text").map(|text| text.to_lowercase());
    asked.done("the settings are id, or outlet, text, from and count")?;
    let listing = shared.archive.listing(PATIENCE).await?;
    shared
        .look(move || {
            let wanted = |one: &&Listed| {
                let own = one.meta.outlet.as_deref();
                let is_of = outlet.as_deref().is_none_or(|outlet| own == Some(outlet));
                let has = |text: &str| names(one).to_lowercase().contains(text);
                is_of && text.as_deref().is_none_or(has)
            };
            let found: Vec<&Listed> = listing.documents.iter().filter(wanted).collect();
            let rows: Vec<_> = found.iter().skip(from).take(count).map(|one| listed(one)).collect();
            list(&listing.commit.name, "documents", &rows, (found.len(), from, count))
        })
        .await
}

fn names(document: &Listed) -> String {
    format!("{}\n{}", document.meta.title.as_deref().unwrap_or_default(), document.id)
}

fn listed(document: &Listed) -> serde_json::Value {
    let meta = &document.meta;
    json!({
        "id": document.id,
        "outlet": meta.outlet.as_deref(),
        "date": meta.date.as_ref().map(|date| &date.text),
        "title": meta.title,
        "url": meta.url,
        "bytes": document.text_bytes,
    })
}

async fn document(shared: &Shared, id: String) -> Answered<Response<Body>> {
    let commit = shared.archive.commit();
    let listing = shared.archive.listed();
    shared
        .look(move || {
            let (Some(document), Some(row)) =
                (commit.reader.document(&id)?, commit.reader.listed(&id)?)
            else {
                return Err(Refusal::missing(
                    "no document has this id",
                    "look for it in /api/documents",
                ));
            };
            // Without texts families are not known, as they are not before the first list is made.
            let listing = listing.filter(|listing| listing.commit.reader.info().texts);
            let families = listing.map(|listing| {
                let families = listing.families_of(&id);
                families
                    .map(|brief| json!({ "key": brief.key, "kind": brief.kind }))
                    .collect::<Vec<_>>()
            });
            let mut all = listed(&row);
            if let Some(object) = all.as_object_mut() {
                let is_kept = document.text.as_withheld().is_none();
                let text = is_kept.then(|| document.text.as_str());
                object.insert("text".to_owned(), json!(text));
                object.insert("families".to_owned(), json!(families));
            }
            reply_of(&commit.name, &all)
        })
        .await
}

/// Where a page of a list starts and how many rows it has.
fn page(asked: &mut Asked) -> Answered<(usize, usize)> {
    Ok((asked.number("from", 0, 0..=FAR)?, asked.number("count", ROWS, 1..=MOST_ROWS)?))
}

/// A page of a list, with how many there are and where the next page starts.
fn list(
    commit: &str,
    name: &str,
    rows: &impl Serialize,
    (total, from, count): (usize, usize, usize),
) -> Answered<Response<Body>> {
    let next = from + count;
    let next = (next < total).then_some(next);
    reply_of(commit, &json!({ "commit": commit, "total": total, "next": next, name: rows }))
}

/// Which families are wanted, and how much of them.
struct Wanted {
    kinds: Vec<Kind>,
    outlet: Option<String>,
    /// In lower case.
    text: Option<String>,
    outlets: usize,
    after: Option<i64>,
    before: Option<i64>,
    members: usize,
}

impl Wanted {
    fn of(asked: &mut Asked) -> Answered<Self> {
        Ok(Self {
            kinds: asked.kinds()?,
            outlet: asked.text("outlet"),
            text: asked.text("text").map(|text| text.to_lowercase()),
            outlets: asked.number("min_outlets", 0, 0..=FAR)?,
            after: date(asked, "after")?,
            before: date(asked, "before")?,
            members: asked.number("members", MEMBERS, 0..=MOST_MEMBERS)?,
        })
    }

    fn takes(&self, brief: &Brief) -> bool {
        let is_after = |after| brief.dates.is_some_and(|(_, last)| last >= after);
        let is_before = |before| brief.dates.is_some_and(|(first, _)| first <= before);
        (self.kinds.is_empty() || self.kinds.contains(&brief.kind))
            && self.outlet.as_ref().is_none_or(|outlet| brief.outlets.contains(outlet))
            && brief.outlets.len() >= self.outlets
            && self.text.as_deref().is_none_or(|text| brief.text.contains(text))
            && self.after.is_none_or(is_after)
            && self.before.is_none_or(is_before)
    }
}

/// `GET /api/families`.
pub(crate) async fn families(
    State(shared): State<Shared>,
    mut asked: Asked,
) -> Answered<Response<Body>> {
    let (from, count) = page(&mut asked)?;
    let wanted = Wanted::of(&mut asked)?;
    asked.done(
        "the settings are kind, outlet, text, min_outlets, after, before, members, from and count",
    )?;
    let listing = shared.archive.listing(PATIENCE).await?;
    if !listing.commit.reader.info().texts {
        return Err(Refusal::missing(NO_TEXTS, "make an index with texts"));
    }
    shared
        .look(move || {
            let all = listing.families.iter().enumerate();
            let found: Vec<usize> =
                all.filter(|(_, brief)| wanted.takes(brief)).map(|(place, _)| place).collect();
            let mut rows: Vec<KeptFamily> = Vec::new();
            for &place in found.iter().skip(from).take(count) {
                rows.extend(listing.family_at(place)?);
            }
            for family in &mut rows {
                family.members.truncate(wanted.members);
            }
            list(&listing.commit.name, "families", &rows, (found.len(), from, count))
        })
        .await
}

fn date(asked: &mut Asked, name: &str) -> Answered<Option<i64>> {
    let Some(text) = asked.text(name) else { return Ok(None) };
    match read_date(&ReadOptions::default(), &text) {
        Some(date) => Ok(Some(date.seconds)),
        None => Err(Refusal::bad(format!("{name}: no date"), "write it as 2024-05-31")),
    }
}

/// `GET /api/families/{key}`.
pub(crate) async fn family(
    State(shared): State<Shared>,
    key: Result<Path<String>, PathRejection>,
    asked: Asked,
) -> Answered<Response<Body>> {
    asked.done("there are no settings here")?;
    let Path(key) = key.map_err(|_| Refusal::address())?;
    let listing = shared.archive.listing(PATIENCE).await?;
    shared
        .look(move || match listing.family(&key)? {
            Some(family) => reply_of(&listing.commit.name, &family),
            None => Err(Refusal::missing(
                "no family has this key, nor had one that goes on under another",
                "look for it in /api/families",
            )),
        })
        .await
}

/// `GET /api/outlets`.
pub(crate) async fn outlets(
    State(shared): State<Shared>,
    mut asked: Asked,
) -> Answered<Response<Body>> {
    let (from, count) = page(&mut asked)?;
    let text = asked.text("text").map(|text| text.to_lowercase());
    asked.done("the settings are text, from and count")?;
    let listing = shared.archive.listing(PATIENCE).await?;
    let found: Vec<_> = listing
        .outlets
        .iter()
        .filter(|row| {
            let name = row.outlet.as_deref().unwrap_or_default();
            text.as_deref().is_none_or(|text| name.to_lowercase().contains(text))
        })
        .collect();
    let rows: Vec<_> = found.iter().skip(from).take(count).collect();
    list(&listing.commit.name, "outlets", &rows, (found.len(), from, count))
}

/// `GET /api/flows`.
pub(crate) async fn flows(
    State(shared): State<Shared>,
    mut asked: Asked,
) -> Answered<Response<Body>> {
    let (page_from, count) = page(&mut asked)?;
    let (source, to, outlet) = (asked.text("source"), asked.text("to"), asked.text("outlet"));
    let kinds = asked.kinds()?;
    let basis = asked.one_of("basis", &["source", "date"])?;
    asked.done("the settings are source, to, outlet, kind, basis, from and count")?;
    let browse = shared.archive.browse(PATIENCE).await?;
    let is = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|w| w == name);
    let found: Vec<_> = browse
        .flows
        .iter()
        .filter(|flow| {
            let either = is(&outlet, &flow.from) || is(&outlet, &flow.to);
            let of_kind = kinds.is_empty() || kinds.contains(&flow.kind);
            let on_basis = basis.as_deref().is_none_or(|basis| flow.basis == Some(basis));
            either && of_kind && on_basis && is(&source, &flow.from) && is(&to, &flow.to)
        })
        .collect();
    let rows: Vec<_> = found.iter().skip(page_from).take(count).map(|flow| &flow.json).collect();
    list(&browse.commit, "flows", &rows, (found.len(), page_from, count))
}

/// `GET /api/stats`.
pub(crate) async fn stats(State(shared): State<Shared>, asked: Asked) -> Answered<Response<Body>> {
    asked.done("there are no settings here")?;
    let commit = shared.archive.commit();
    let browse = shared.archive.browsed();
    reply_of(
        &commit.name,
        &json!({
            "version": env!("CARGO_PKG_VERSION"),
            "commit": commit.name,
            "index": commit.reader.info(),
            "scans": shared.archive.scans(&commit),
            "scan": browse.as_ref().map(|browse| &browse.summary),
            "writable": shared.settings.token.is_some(),
        }),
    )
}

/// `GET /healthz`.
pub(crate) async fn health(State(shared): State<Shared>, asked: Asked) -> Answered<Response<Body>> {
    asked.done("there are no settings here")?;
    let is_behind = shared.archive.is_behind();
    let status = if is_behind { "behind" } else { "ok" };
    let documents = shared.archive.commit().reader.len();
    let mut response = reply(&json!({ "status": status, "documents": documents }))?;
    if is_behind {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(response)
}

/// `GET /api/openapi.json`.
pub(crate) async fn openapi() -> Response<Body> {
    as_json(include_str!("../assets/openapi.json"))
}
