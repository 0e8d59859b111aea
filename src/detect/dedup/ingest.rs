//! First reading: every document becomes a signature, a hash of its text and its place.
//!
//! Blocks are cut one after the other, and visited in parallel; no text is kept. What is kept of a
//! document is about a third of a kilobyte, and its band keys (half of that) go to a temporary
//! file where the memory budget asks for it.

use super::bodies::Bodies;
use super::documents::{Documents, Keys, Part, Spill};
use super::search::low_bytes;
use super::{DedupConfig, Keep};
use crate::corpus::{Corpus, Document, Meta, Problem, Record, RecordPlace, Tally};
use crate::detect::Progress;
use crate::detect::clock::go_on;
use crate::detect::overflow::Overflow;
use crate::detect::prepare::{Prepared, When};
use crate::error::{Error, Result};
use crate::hash::{self, Map};
use crate::limits::narrow;
use crate::lsh;
use crate::shingle::Shingler;
use crate::sketch::{Banding, Sketcher};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What the workers share.
pub(super) struct Ingest<'a> {
    pub(super) config: &'a DedupConfig,
    pub(super) banding: Banding,
    pub(super) spill: Spill,
    pub(super) progress: &'a dyn Progress,
    /// Where the documents go that passages are to be found in; none where signatures are made.
    pub(super) overflow: Option<Overflow<'a>>,
    /// Bytes of band keys held in memory.
    held: AtomicU64,
    /// Tokens of all documents whose texts stay in memory, block after block.
    pool: Mutex<Vec<u32>>,
}

/// Counts of a reading.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counts {
    pub(super) skipped: u64,
    pub(super) input_bytes: u64,
}

/// Part of the memory budget that band keys may take: 1 in so many.
const KEY_SHARE: u64 = 16;

/// Documents in memory that one worker takes at a time.
const BLOCK_DOCUMENTS: usize = 64;

impl<'a> Ingest<'a> {
    pub(super) fn new(
        config: &'a DedupConfig,
        banding: Banding,
        overflow: Option<Overflow<'a>>,
        progress: &'a dyn Progress,
    ) -> Self {
        let spill = Spill::new(config.temp_dir.clone());
        let (held, pool) = Default::default();
        Self { config, banding, spill, progress, overflow, held, pool }
    }

    /// Whether the tokens of all documents go into one array.
    fn pools(&self) -> bool {
        self.overflow.as_ref().is_some_and(|overflow| overflow.when() == When::Later)
    }

    /// The documents that were read, where passages are to be found in them.
    pub(super) fn take_bodies(&self, documents: &mut Documents) -> Bodies {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let (bodies, starts) = documents.take_bodies();
        if self.pools() {
            Bodies::pooled(bodies, starts, std::mem::take(&mut *pool))
        } else {
            Bodies::apart(bodies)
        }
    }

    /// Reads one side (0: the inputs, 1: the other corpus) and adds it to `documents`.
    pub(super) fn read(
        &self,
        corpus: &Corpus,
        problems: &[Problem],
        side: u8,
        documents: &mut Documents,
    ) -> Result<Counts> {
        for problem in problems {
            self.progress.problem(problem);
        }
        let seen = Mutex::new((Tally::default(), Vec::new()));
        let input_bytes = AtomicU64::new(0);
        let mut parts: Vec<Part> = corpus
            .blocks()
            .par_bridge()
            .map_init(
                || Worker::new(self),
                |worker, block| {
                    go_on(self.progress)?;
                    let mut part = Part { side, ..Part::default() };
                    let worker =
                        worker.as_mut().map_err(|error| std::mem::replace(error, bug()))?;
                    let mut batch = corpus.visit(block?, &mut |record| {
                        worker.add(&record, &mut part);
                    });
                    worker.seal(&mut part)?;
                    part.index = batch.index;
                    input_bytes.fetch_add(batch.input_bytes, Ordering::Relaxed);
                    self.progress.advance(batch.input_bytes);
                    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    for reading in seen.0.fresh_readings(&batch) {
                        self.progress.note(&reading);
                    }
                    seen.0.add(&batch);
                    seen.1.extend(batch.problems.drain(..).map(|problem| (batch.index, problem)));
                    Ok(part)
                },
            )
            .collect::<Result<_>>()?;
        let (mut tally, mut found) = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        tally.add_problems(problems);
        found.sort_by_key(|(block, problem): &(u64, Problem)| (*block, problem.line));
        for (_, problem) in &found {
            self.progress.problem(problem);
        }
        if let Some(kinds) = tally.passed_over() {
            self.progress.note(&kinds);
        }
        tally.notes().iter().for_each(|note| self.progress.note(note));
        corpus.finish(&tally)?;
        parts.sort_unstable_by_key(|part| part.index);
        documents.append(parts)?;
        Ok(Counts { skipped: tally.skipped(), input_bytes: input_bytes.into_inner() })
    }

    /// Hash of the value inside which copies of a document count; never 0.
    fn group(&self, record: &Record<'_>, within: &str) -> u64 {
        let outlet = within == self.config.read.outlet.name;
        let value = if outlet { record.outlet.as_deref() } else { record.extra.as_deref() };
        let place = &record.place;
        let alone = || hash::mix(hash::mix(u64::from(place.source) ^ place.offset) ^ place.line);
        value.map_or_else(alone, |value| hash::xxh3_64(value.as_bytes())) | 1
    }

    /// Adds documents in memory as one side; returns the bytes of their texts.
    pub(super) fn take(
        &self,
        texts: &[Document],
        side: u8,
        documents: &mut Documents,
    ) -> Result<u64> {
        let part = |worker: &mut Worker<'_>, (block, texts): (usize, &[Document])| {
            go_on(self.progress)?;
            let mut part = Part { side, ..Part::default() };
            for (n, document) in texts.iter().enumerate() {
                // By its place a document without an outlet is told from the others.
                let line = (block * BLOCK_DOCUMENTS + n) as u64;
                let place = RecordPlace { source: 0, bytes: 0, offset: side.into(), line };
                let (id, Meta { date, outlet, .. }) = (document.id.clone(), document.meta.clone());
                let (id, text) = (Some(id), &*document.text);
                let record = Record { text, id, date, outlet, extra: None, place };
                worker.add(&record, &mut part);
            }
            worker.seal(&mut part)?;
            Ok(part)
        };
        let parts = texts.par_chunks(BLOCK_DOCUMENTS).enumerate().map_init(
            || Worker::new(self),
            |worker, texts| {
                let worker = worker.as_mut().map_err(|error| std::mem::replace(error, bug()))?;
                part(worker, texts)
            },
        );
        documents.append(parts.collect::<Result<_>>()?)?;
        Ok(texts.iter().map(|document| document.text.len() as u64).sum())
    }
}

/// How good a document's claim to be kept is: by its tokens, the seconds of its date, or what the
/// column to keep by says.
pub(super) fn claim(keep: &Keep, tokens: usize, seconds: Option<f64>, extra: Option<&str>) -> f64 {
    let unknown = f64::NEG_INFINITY;
    match keep {
        Keep::First => unknown,
        Keep::Longest => tokens as f64,
        Keep::Earliest => seconds.map_or(unknown, |seconds| -seconds),
        Keep::Latest => seconds.unwrap_or(unknown),
        Keep::Column(_) => {
            let number = extra.and_then(|text| text.trim().parse().ok());
            number.filter(|number: &f64| !number.is_nan()).unwrap_or(unknown)
        }
    }
}

/// Stands in for an error that was handed on.
fn bug() -> Error {
    Error::Internal { id: String::new(), what: "a worker failed twice".to_owned() }
}

/// Scratch space of one worker.
struct Worker<'a> {
    ingest: &'a Ingest<'a>,
    shingler: Shingler,
    sketcher: Sketcher,
    lanes: Vec<u32>,
    /// Band keys of the block, document by document.
    keys: Vec<u32>,
    /// Numbers of the outlets of the block.
    outlets: Map<String, u32>,
    /// Tokens of the block, where those of all documents go into one array.
    tokens: Vec<u32>,
}

impl<'a> Worker<'a> {
    fn new(ingest: &'a Ingest<'a>) -> Result<Self> {
        let lanes = ingest.banding.lanes();
        Ok(Self {
            ingest,
            shingler: Shingler::new(ingest.config.unit, ingest.config.ngram_size as usize),
            sketcher: Sketcher::new(lanes)?,
            lanes: vec![0; lanes],
            keys: Vec::new(),
            outlets: Map::default(),
            tokens: Vec::new(),
        })
    }

    fn add(&mut self, record: &Record<'_>, part: &mut Part) {
        // Where passages are searched, nothing asks for the shingles of a whole text.
        if self.ingest.overflow.is_some() {
            self.shingler.read(record.text);
        } else {
            self.shingler.shingles(record.text);
        }
        let tokens = self.shingler.tokens().len();
        if self.ingest.overflow.is_some() {
            part.bodies.push(self.body(record));
        } else {
            self.sketcher.sketch_into(self.shingler.hashes(), &mut self.lanes);
            lsh::band_keys(&self.lanes, self.ingest.banding, &mut self.keys);
            part.lanes.extend(low_bytes(&self.lanes));
        }
        if let Some(within) = &self.ingest.config.within {
            part.groups.push(self.ingest.group(record, within));
        }
        let outlet = self.outlet(record.outlet.as_deref(), part);
        part.outlets.push(outlet);
        part.places.push(record.place);
        part.hashes.push(self.shingler.text_hash());
        part.tokens.push(u32::try_from(tokens).unwrap_or(u32::MAX));
        part.short += u64::from(self.shingler.is_short());
        part.ids.push(record.id.as_deref().unwrap_or_default());
        if self.ingest.config.keep != Keep::First {
            let seconds = record.date.as_ref().map(|date| date.seconds as f64);
            let keep = &self.ingest.config.keep;
            part.claims.push(claim(keep, tokens, seconds, record.extra.as_deref()));
        }
    }

    /// The number of an outlet in its block; 0: none.
    fn outlet(&mut self, name: Option<&str>, part: &mut Part) -> u32 {
        let Some(name) = name else { return 0 };
        if let Some(&number) = self.outlets.get(name) {
            return number;
        }
        part.outlet_names.push(name.to_owned());
        let number = narrow(part.outlet_names.len());
        self.outlets.insert(name.to_owned(), number);
        number
    }

    /// The document itself, without a name.
    fn body(&mut self, record: &Record<'_>) -> Prepared {
        let (outlet, date) = (record.outlet.clone(), record.date.clone());
        let meta = Meta { outlet, date, ..Meta::default() };
        let tokens = self.shingler.tokens();
        let count = narrow(tokens.len());
        let own = if self.ingest.pools() {
            self.tokens.extend_from_slice(tokens);
            Vec::new()
        } else {
            tokens.to_vec()
        };
        Prepared {
            document: Document { id: String::new(), text: record.text.to_owned().into(), meta },
            tokens: own,
            count,
            spot: None,
            aside: None,
            side: 0,
            text_hash: hash::xxh3_64(record.text.as_bytes()),
        }
    }

    /// Ends a part: the band keys are turned round, so that a band's lie together, and go to the
    /// temporary file where memory is short.
    fn seal(&mut self, part: &mut Part) -> Result<()> {
        let (count, bands) = (part.places.len(), self.ingest.banding.bands());
        let mut turned = vec![0; self.keys.len()];
        for (n, keys) in self.keys.chunks_exact(bands).enumerate() {
            for (band, &key) in keys.iter().enumerate() {
                turned[band * count + n] = key;
            }
        }
        self.keys.clear();
        self.outlets.clear();
        if let Some(overflow) = &self.ingest.overflow {
            overflow.take(&mut part.bodies)?;
        }
        if !self.tokens.is_empty() {
            let mut pool = self.ingest.pool.lock().unwrap_or_else(PoisonError::into_inner);
            part.pooled = pool.len();
            pool.append(&mut self.tokens);
        }
        part.shrink();
        let size = turned.len() as u64 * 4;
        let most = self.ingest.config.memory.map_or(u64::MAX, |memory| memory / KEY_SHARE);
        let held = self.ingest.held.fetch_add(size, Ordering::Relaxed);
        part.keys = if held + size > most {
            Keys::Spilled(self.ingest.spill.write(&turned)?)
        } else {
            Keys::Held(turned)
        };
        Ok(())
    }
}
