//! What is kept of all documents between the readings, and the temporary file of their band keys.

use crate::corpus::{Corpus, RecordPlace};
use crate::detect::prepare::Prepared;
use crate::error::{Error, Result};
use crate::limits::narrow;
use crate::record::OutletCounts;
use crate::store;
use crate::trace;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The documents of one block, column by column.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Number of the block.
    pub(super) index: u64,
    /// 0: the inputs, 1: the other corpus.
    pub(super) side: u8,
    pub(super) places: Vec<RecordPlace>,
    /// Hash of each token stream.
    pub(super) hashes: Vec<u128>,
    /// Tokens of each document; 0: it is compared with nothing.
    pub(super) tokens: Vec<u32>,
    /// The low bytes of the lanes, for the filter by signature.
    pub(super) lanes: Vec<u8>,
    pub(super) keys: Keys,
    pub(super) ids: Ids,
    /// Where copies count only inside one value of a column: a hash of the value.
    pub(super) groups: Vec<u64>,
    /// The number of each document's outlet among `outlet_names`; 0: none.
    pub(super) outlets: Vec<u32>,
    pub(super) outlet_names: Vec<String>,
    /// The documents themselves, where passages are to be found in them.
    pub(super) bodies: Vec<Prepared>,
    /// Where their tokens begin in the array of all, if there is one.
    pub(super) pooled: usize,
    /// Claims to be kept, the higher the better; empty where the first is kept.
    pub(super) claims: Vec<f64>,
    /// Documents shorter than a window.
    pub(super) short: u64,
}

impl Part {
    /// Gives back what was reserved in vain.
    pub(super) fn shrink(&mut self) {
        self.places.shrink_to_fit();
        self.hashes.shrink_to_fit();
        self.tokens.shrink_to_fit();
        self.lanes.shrink_to_fit();
        self.claims.shrink_to_fit();
        self.groups.shrink_to_fit();
        self.outlets.shrink_to_fit();
        self.ids.bytes.shrink_to_fit();
        self.ids.ends.shrink_to_fit();
    }
}

/// Band keys of a part: all of band 0, all of band 1 and so on.
#[derive(Debug)]
pub(super) enum Keys {
    Held(Vec<u32>),
    /// First byte in the temporary file.
    Spilled(u64),
}

impl Default for Keys {
    fn default() -> Self {
        Self::Held(Vec::new())
    }
}

/// Names, one after the other; an empty one means the record's place.
#[derive(Debug, Default)]
pub(super) struct Ids {
    bytes: String,
    ends: Vec<u32>,
}

impl Ids {
    pub(super) fn push(&mut self, id: &str) {
        self.bytes.push_str(id);
        self.ends.push(narrow(self.bytes.len()));
    }

    fn get(&self, n: usize) -> &str {
        let end = |n: usize| self.ends.get(n).map_or(0, |&end| end as usize);
        let start = n.checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(n)).unwrap_or_default()
    }
}

/// All documents, numbered through: the inputs first, then the other corpus.
#[derive(Debug, Default)]
pub(super) struct Documents {
    parts: Vec<Part>,
    /// Number of each part's first document, and of the document after the last.
    starts: Vec<u32>,
    inputs: u32,
}

impl Documents {
    /// Adds the parts of one side, in order.
    pub(super) fn append(&mut self, parts: Vec<Part>) -> Result<()> {
        let mut next = self.starts.pop().unwrap_or(0);
        for part in parts {
            self.starts.push(next);
            let end = u64::from(next) + part.places.len() as u64;
            next = u32::try_from(end).map_err(|_| Error::Limit {
                what: "documents in one run".to_owned(),
                got: end,
                limit: u64::from(u32::MAX),
                cure: "deduplicate fewer at a time".to_owned(),
            })?;
            if part.side == 0 {
                self.inputs = next;
            }
            self.parts.push(part);
        }
        self.starts.push(next);
        Ok(())
    }

    /// Documents of both sides.
    pub(super) fn count(&self) -> u32 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Documents of the inputs, which have the numbers below.
    pub(super) fn inputs(&self) -> u32 {
        self.inputs
    }

    /// The parts, each with the number of its first document.
    pub(super) fn parts(&self) -> impl Iterator<Item = (u32, &Part)> {
        self.starts.iter().copied().zip(&self.parts)
    }

    /// The part of a document, and its number there.
    fn locate(&self, document: u32) -> (&Part, usize) {
        let at = self.starts.partition_point(|&start| start <= document).saturating_sub(1);
        (&self.parts[at], (document - self.starts[at]) as usize)
    }

    pub(super) fn place(&self, document: u32) -> RecordPlace {
        let (part, n) = self.locate(document);
        part.places[n]
    }

    /// Hash of the token stream of a document.
    pub(super) fn hash(&self, document: u32) -> u128 {
        let (part, n) = self.locate(document);
        part.hashes[n]
    }

    pub(super) fn tokens(&self, document: u32) -> u32 {
        let (part, n) = self.locate(document);
        part.tokens[n]
    }

    /// Hash of the value inside which copies of a document count; 0 where they count anywhere.
    pub(super) fn group(&self, document: u32) -> u64 {
        let (part, n) = self.locate(document);
        part.groups.get(n).copied().unwrap_or(0)
    }

    /// Takes the documents themselves, in their order, and where their tokens begin in the array
    /// of all.
    pub(super) fn take_bodies(&mut self) -> (Vec<Prepared>, Vec<usize>) {
        let (mut bodies, mut starts) = (Vec::new(), Vec::new());
        for part in &mut self.parts {
            let mut next = part.pooled;
            for body in std::mem::take(&mut part.bodies) {
                starts.push(next);
                next += body.token_count();
                bodies.push(body);
            }
        }
        (bodies, starts)
    }

    /// The outlet of a document, where it is known.
    pub(super) fn outlet(&self, document: u32) -> Option<&str> {
        let (part, n) = self.locate(document);
        let name = (*part.outlets.get(n)? as usize).checked_sub(1)?;
        part.outlet_names.get(name).map(String::as_str)
    }

    pub(super) fn claim(&self, document: u32) -> f64 {
        let (part, n) = self.locate(document);
        part.claims.get(n).copied().unwrap_or(f64::NEG_INFINITY)
    }

    /// The low bytes of a document's lanes.
    pub(super) fn lanes(&self, document: u32, lanes: usize) -> &[u8] {
        let (part, n) = self.locate(document);
        part.lanes.get(n * lanes..(n + 1) * lanes).unwrap_or_default()
    }

    /// The name of a document: its id, else its place.
    pub(super) fn id<'a>(&'a self, document: u32, corpora: &'a [Corpus]) -> Cow<'a, str> {
        let (part, n) = self.locate(document);
        let (id, place) = (part.ids.get(n), part.places[n]);
        if !id.is_empty() {
            return Cow::Borrowed(id);
        }
        let Some(corpus) = corpora.get(usize::from(part.side)) else { return Cow::Borrowed("") };
        Cow::Owned(corpus.name(&place))
    }

    /// What each outlet loses, by name, where any document has an outlet.
    pub(super) fn outlets(&self, removed: &[u32]) -> Vec<OutletCounts> {
        let mut counts: BTreeMap<Option<&str>, (usize, usize)> = BTreeMap::new();
        let mut removed = removed.iter().copied().peekable();
        for (first, part) in self.parts().filter(|(_, part)| part.side == 0) {
            for (&outlet, document) in part.outlets.iter().zip(first..) {
                let name = (outlet as usize).checked_sub(1).and_then(|n| part.outlet_names.get(n));
                let counts = counts.entry(name.map(String::as_str)).or_default();
                counts.0 += 1;
                counts.1 += usize::from(removed.next_if_eq(&document).is_some());
            }
        }
        if counts.keys().all(Option::is_none) {
            return Vec::new();
        }
        let row = |(outlet, (documents, removed)): (Option<&str>, _)| OutletCounts {
            outlet: outlet.map(str::to_owned),
            documents,
            removed,
        };
        counts.into_iter().map(row).collect()
    }

    /// Frees what only the search needs.
    pub(super) fn forget_signatures(&mut self) {
        for part in &mut self.parts {
            part.keys = Keys::default();
            part.lanes = Vec::new();
            part.hashes = Vec::new();
        }
    }
}

/// The temporary file of band keys; made when first needed.
#[derive(Debug)]
pub(super) struct Spill {
    folder: Option<PathBuf>,
    file: OnceLock<Mutex<File>>,
    end: AtomicU64,
}

impl Spill {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, file: OnceLock::new(), end: AtomicU64::new(0) }
    }

    /// Bytes written.
    pub(super) fn bytes(&self) -> u64 {
        self.end.load(Ordering::Relaxed)
    }

    /// Appends keys; returns where they start.
    pub(super) fn write(&self, keys: &[u32]) -> Result<u64> {
        let mut bytes = vec![0; keys.len() * 4];
        for (to, key) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(keys) {
            *to = key.to_le_bytes();
        }
        if self.file.get().is_none() {
            let fresh = Mutex::new(store::scratch(self.folder.as_deref())?);
            trace::spills("band keys", &store::temporary_folder(self.folder.as_deref()));
            self.file.get_or_init(|| fresh);
        }
        let start = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.with(|file| store::write_at(file, &bytes, start))?;
        Ok(start)
    }

    /// Reads as many keys as `keys` has room for, from byte `start`.
    pub(super) fn read(&self, start: u64, keys: &mut [u32]) -> Result<()> {
        let mut bytes = vec![0; keys.len() * 4];
        self.with(|file| store::read_at(file, &mut bytes, start))?;
        for (key, from) in keys.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *key = u32::from_le_bytes(*from);
        }
        Ok(())
    }

    fn with(&self, work: impl FnOnce(&File) -> std::io::Result<()>) -> Result<()> {
        let Some(file) = self.file.get() else { return Ok(()) };
        let file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = || store::temporary_folder(self.folder.as_deref());
        work(&file).map_err(|error| Error::io(folder(), error))
    }
}
