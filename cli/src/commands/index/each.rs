//! One answer for every text: many texts are asked for at once, on all workers.
//!
//! Used by `index query --each`. Invariant: an answer is what a query of its text alone gives, and
//! answers come in the order of the texts.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use wirecopy::corpus::Document;
use wirecopy::detect::{COPY_COVERAGE, ScanConfig, in_workers};
use wirecopy::error::{Error, Result};
use wirecopy::index::{Answer, QueryConfig, Reader};
use wirecopy::record::{CopyPair, Family, PassagePair};

/// What an index holds of one text.
#[derive(serde::Serialize)]
struct Record<'a> {
    /// Its id.
    id: &'a str,
    /// Documents of the index that were searched, and that were not.
    searched: usize,
    left_out: usize,
    passages: Vec<PassagePair<'a>>,
    families: Vec<Family<'a>>,
    copies: Vec<CopyPair<'a>>,
    /// Keys of families of the index that the passages are in.
    keys: Vec<String>,
}

/// The answers to some texts.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// A JSON object and a line feed for each text.
    pub(super) lines: Vec<String>,
    /// Documents that were not searched.
    pub(super) left_out: usize,
    /// Whether anything is shared.
    pub(super) found: bool,
}

/// Asks for each of `texts`.
pub(super) fn answers(
    reader: &Reader,
    texts: &[Document],
    config: &QueryConfig,
) -> Result<Answers> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let workers = if config.scan.threads == 0 { cores() } else { config.scan.threads };
    let (next, all) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let alone = ScanConfig { threads: 1, ..config.scan.clone() };
    let work = || {
        while let Some((n, text)) = {
            let n = next.fetch_add(1, Ordering::Relaxed);
            texts.get(n).map(|text| (n, text))
        } {
            let answer = reader.query(text.clone(), config)?;
            let line = line(reader, text, &answer)?;
            let found = answer.result.pair_count() > 0;
            if let Ok(mut all) = all.lock() {
                all.push((n, line, answer.left_out, found));
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let started: Vec<_> = (0..workers.min(texts.len()))
            .map(|_| scope.spawn(|| in_workers(&alone, work)))
            .collect();
        let ended = started.into_iter().map(|worker| {
            let failed = |_| Error::Internal { id: String::new(), what: "a query failed".into() };
            worker.join().map_err(failed)?
        });
        ended.collect::<Result<()>>()
    })?;
    let mut all = all.into_inner().unwrap_or_default();
    all.sort_unstable_by_key(|one| one.0);
    let mut answers = Answers::default();
    for (_, line, left_out, found) in all {
        answers.lines.push(line);
        answers.left_out += left_out;
        answers.found |= found;
    }
    Ok(answers)
}

fn line(reader: &Reader, text: &Document, answer: &Answer) -> Result<String> {
    let result = &answer.result;
    let passages: Vec<PassagePair<'_>> = (0..result.pair_count()).map(|n| result.pair(n)).collect();
    // The text is told apart by its place: a document of the index may have its id.
    let others = passages.iter().enumerate().map(|(n, pair)| {
        let [a, _] = result.pair_documents(n);
        let other = if a == 0 { &pair.b } else { &pair.a };
        (other.id, other.start..other.end)
    });
    let keys = reader.keys_at(others)?;
    let record = Record {
        id: &text.id,
        searched: answer.candidates,
        left_out: answer.left_out,
        passages,
        families: result.ranked().into_iter().map(|n| result.family(n)).collect(),
        copies: result.copies(COPY_COVERAGE),
        keys,
    };
    let failed =
        |error: serde_json::Error| Error::Internal { id: text.id.clone(), what: error.to_string() };
    Ok(serde_json::to_string(&record).map_err(failed)? + "\n")
}
