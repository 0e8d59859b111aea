//! Texts and tokens that do not fit into the memory budget: into temporary files, and back.
//!
//! Fed by read, a block of documents at a time; scan goes on with the files mapped. What a
//! document is called, its metadata and its place in the files stay in memory. In a work folder
//! the files are described by a third one, so that a resumed run need not read the input again.
//! Invariant: a document that comes back is the one that was put in, or the file is refused.

use super::mapped::{Mapped, Spot};
use super::prepare::{Prepared, When};
use crate::corpus::{Date, Document, Meta, Text};
use crate::error::{Error, Result};
use crate::hash;
use crate::limits::narrow;
use crate::store::{Map, Spill, Vault, Words};
use crate::trace;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// In memory a run takes about this many times its text.
pub(super) const TIMES_TEXT: u64 = 4;
const TEXTS: &str = "texts";
const TOKENS: &str = "tokens";
const DOCUMENTS: &str = "documents";
const LIST: &str = "read.list";

/// Where texts and tokens of one run go.
#[derive(Debug)]
pub(super) struct Overflow<'a> {
    vault: &'a Vault<'a>,
    /// Bytes of text to hold in memory.
    limit: u64,
    held: AtomicU64,
    files: Mutex<Option<Arc<Files>>>,
}

#[derive(Debug)]
struct Files {
    texts: Spill,
    tokens: Spill,
    /// Only in a work folder.
    documents: Option<Spill>,
}

/// What a resumed run must know beside the documents.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) skipped: u64,
    pub(super) partly: u64,
}

/// What has been written, all in all.
#[derive(Debug, Serialize, Deserialize)]
struct List {
    texts: u64,
    tokens: u64,
    documents: u64,
    counts: Counts,
}

/// Documents of a block as the third file has them, one block a line.
#[derive(Debug, Serialize, Deserialize)]
struct Block<'a> {
    texts: u64,
    tokens: u64,
    /// Hashes of the stretches of text and tokens.
    text_sum: u64,
    token_sum: u64,
    #[serde(borrow)]
    documents: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    bytes: u32,
    tokens: u32,
    side: u8,
    hash: u64,
    #[serde(borrow)]
    outlet: Option<Cow<'a, str>>,
    #[serde(borrow)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow)]
    date: Option<(Cow<'a, str>, i64, bool, bool)>,
    url: Option<Cow<'a, str>>,
}

impl<'a> Overflow<'a> {
    /// Holds at most `limit` bytes of text in memory.
    pub(super) fn new(vault: &'a Vault<'a>, limit: u64) -> Self {
        Self { vault, limit, held: AtomicU64::new(0), files: Mutex::default() }
    }

    /// Takes note of `bytes` of text that are about to come: it need not fit in memory at first.
    pub(super) fn expect(&self, bytes: u64) -> Result<bool> {
        let over = bytes > self.limit || (self.limit == 0 && self.vault.work().is_some());
        if over {
            self.files()?;
        }
        Ok(over)
    }

    /// When the documents are to be tokenised: what goes to files goes with its tokens.
    pub(super) fn when(&self) -> When {
        if self.limit == u64::MAX { When::Later } else { When::Now }
    }

    fn files(&self) -> Result<Arc<Files>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = &*files {
            return Ok(Arc::clone(files));
        }
        let documents = self.vault.work().map(|_| self.vault.spill(DOCUMENTS)).transpose()?;
        let (texts, tokens) = (self.vault.spill(TEXTS)?, self.vault.spill(TOKENS)?);
        Ok(Arc::clone(files.insert(Arc::new(Files { texts, tokens, documents }))))
    }

    fn has_begun(&self) -> bool {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Takes the documents of a block: they stay as they are while there is room.
    pub(super) fn take(&self, block: &mut [Prepared]) -> Result<()> {
        let bytes: u64 = block.iter().map(|one| one.document.text.len() as u64).sum();
        let held = self.held.fetch_add(bytes, Ordering::Relaxed);
        if held + bytes > self.limit || self.has_begun() { self.spill(block) } else { Ok(()) }
    }

    /// Moves texts and tokens into the files.
    fn spill(&self, block: &mut [Prepared]) -> Result<()> {
        let files = self.files()?;
        let (mut text, mut tokens) = (Vec::new(), Vec::new());
        for one in block.iter() {
            text.extend_from_slice(one.document.text.as_bytes());
            tokens.extend_from_slice(&one.tokens);
        }
        let (text_at, token_at) = (files.texts.append(&text)?, files.tokens.words(&tokens)? / 4);
        if let Some(documents) = &files.documents {
            let described = Block {
                texts: text_at,
                tokens: token_at,
                text_sum: hash::xxh3_64(&text),
                token_sum: sum(&tokens),
                documents: block.iter().map(Entry::of).collect(),
            };
            let mut line =
                serde_json::to_vec(&described).map_err(|e| files.texts.failed(e.into()))?;
            let sum = format!("{:016x}", hash::xxh3_64(&line));
            line.splice(0..0, sum.into_bytes());
            line.push(b'\n');
            documents.append(&line)?;
        }
        let mut spot = Spot { text: text_at, bytes: 0, tokens: token_at, count: 0 };
        for one in block {
            spot.bytes = narrow(one.document.text.len());
            spot.count = one.count;
            one.spot = Some(spot);
            // A text that is withheld still has the places of its tokens.
            if one.document.text.as_withheld().is_none() {
                one.document.text = Text::default();
            }
            one.tokens = Vec::new();
            spot.text += u64::from(spot.bytes);
            spot.tokens += u64::from(spot.count);
        }
        Ok(())
    }

    /// Ends the files, if there are any; what was held until then goes there as well.
    pub(super) fn finish(self, all: &mut [Prepared], counts: Counts) -> Result<Option<Mapped>> {
        if !self.has_begun() {
            return Ok(None);
        }
        for some in all.chunk_by_mut(|x, y| x.spot.is_none() == y.spot.is_none()) {
            if some[0].spot.is_none() {
                some.chunks_mut(64).try_for_each(|block| self.spill(block))?;
            }
        }
        let files = self.files()?;
        if let (Some(work), Some(documents)) = (self.vault.work(), &files.documents) {
            let all = [&files.texts, &files.tokens, documents];
            all.into_iter().try_for_each(Spill::settle)?;
            let [texts, tokens, documents] = all.map(Spill::bytes);
            let list = List { texts, tokens, documents, counts };
            let list = serde_json::to_vec(&list).map_err(|e| files.texts.failed(e.into()))?;
            work.keep_checked(LIST, &list)?;
        }
        drop(self.files);
        // Every worker is done, so nothing else holds the files.
        let files = Arc::into_inner(files).ok_or_else(|| {
            Error::io("temporary files", std::io::Error::other("they are still in use"))
        })?;
        mapped(&files.texts, files.tokens).map(Some)
    }
}

fn mapped(texts: &Spill, tokens: Spill) -> Result<Mapped> {
    Ok(Mapped { texts: Arc::new(Map::of(texts)?), tokens: Words::of(tokens)? })
}

/// What an interrupted run has read: documents, counts and files; none if it was not at the end
/// of its reading.
pub(super) fn known(vault: &Vault<'_>) -> Result<Option<(Vec<Prepared>, Counts, Mapped)>> {
    let Some(list) = vault.work().map(|work| work.checked(LIST)).transpose()?.flatten() else {
        return Ok(None);
    };
    let Ok(list) = serde_json::from_slice::<List>(&list) else { return Ok(None) };
    let open = |name, bytes| vault.reopen(name, bytes);
    let (Some(texts), Some(tokens), Some(documents)) =
        (open(TEXTS, list.texts)?, open(TOKENS, list.tokens)?, open(DOCUMENTS, list.documents)?)
    else {
        return Ok(None);
    };
    let mapped = mapped(&texts, tokens)?;
    let described = Map::of(&documents)?;
    let mut outlets = hash::Map::<String, Arc<str>>::default();
    let mut all = Vec::new();
    for line in described.bytes().split_inclusive(|&byte| byte == b'\n') {
        let block = block(line).ok_or_else(|| documents.damaged())?;
        restore(&block, &mapped, &mut outlets, &mut all).ok_or_else(|| texts.damaged())?;
    }
    trace::goes_on("documents");
    Ok(Some((all, list.counts, mapped)))
}

/// A line of the third file.
fn block(line: &[u8]) -> Option<Block<'_>> {
    let (sum, line) = line.strip_suffix(b"\n")?.split_at_checked(16)?;
    let given = u64::from_str_radix(std::str::from_utf8(sum).ok()?, 16).ok()?;
    (given == hash::xxh3_64(line)).then(|| serde_json::from_slice(line).ok()).flatten()
}

/// The documents of a block, if texts and tokens are what was written.
fn restore(
    block: &Block<'_>,
    mapped: &Mapped,
    outlets: &mut hash::Map<String, Arc<str>>,
    all: &mut Vec<Prepared>,
) -> Option<()> {
    let bytes: usize = block.documents.iter().map(|entry| entry.bytes as usize).sum();
    let count: usize = block.documents.iter().map(|entry| entry.tokens as usize).sum();
    let (text, token) = (usize::try_from(block.texts).ok()?, usize::try_from(block.tokens).ok()?);
    let text_sum = hash::xxh3_64(mapped.texts.bytes().get(text..text + bytes)?);
    let token_sum = sum(tokens_of(mapped, token, count)?);
    if (text_sum, token_sum) != (block.text_sum, block.token_sum) {
        return None;
    }
    let mut spot = Spot { text: block.texts, bytes: 0, tokens: block.tokens, count: 0 };
    for entry in &block.documents {
        (spot.bytes, spot.count) = (entry.bytes, entry.tokens);
        let outlet = entry.outlet.as_ref().map(|name| {
            let new = || Arc::from(name.as_ref());
            Arc::clone(outlets.entry(name.to_string()).or_insert_with(new))
        });
        let date = entry.date.as_ref().map(|(text, seconds, day_only, inferred)| Date {
            text: text.to_string(),
            seconds: *seconds,
            day_only: *day_only,
            inferred: *inferred,
        });
        let title = entry.title.as_ref().map(ToString::to_string);
        let url = entry.url.as_ref().map(ToString::to_string);
        let meta = Meta { outlet, date, title, url };
        let document = Document { id: entry.id.to_string(), text: Text::default(), meta };
        all.push(Prepared::spilled(document, spot, entry.side, entry.hash));
        spot.text += u64::from(spot.bytes);
        spot.tokens += u64::from(spot.count);
    }
    Some(())
}

impl<'a> Entry<'a> {
    fn of(one: &'a Prepared) -> Self {
        let meta = &one.document.meta;
        Self {
            id: Cow::Borrowed(&one.document.id),
            bytes: narrow(one.document.text.len()),
            tokens: narrow(one.tokens.len()),
            side: one.side,
            hash: one.text_hash,
            outlet: meta.outlet.as_deref().map(Cow::Borrowed),
            title: meta.title.as_deref().map(Cow::Borrowed),
            date: meta
                .date
                .as_ref()
                .map(|d| (Cow::Borrowed(&*d.text), d.seconds, d.day_only, d.inferred)),
            url: meta.url.as_deref().map(Cow::Borrowed),
        }
    }
}

/// Tokens of the file, if they are there.
fn tokens_of(mapped: &Mapped, at: usize, count: usize) -> Option<&[u32]> {
    let end = at.checked_add(count)?;
    (end <= mapped.tokens.len()).then(|| mapped.tokens.at(at..end))
}

/// Hash of tokens.
fn sum(tokens: &[u32]) -> u64 {
    tokens.iter().fold(tokens.len() as u64, |sum, &token| hash::mix(sum ^ u64::from(token)))
}
