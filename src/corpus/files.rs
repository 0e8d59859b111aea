//! Files that are one document each: the outlet comes from the sub-directory.
//!
//! Run by the workers, so that the reading itself is parallel.
//! Invariant: a file over `limits.record_bytes` is never read to its end; a file that cannot be
//! read to its end is left out (half a document would look like a whole one).

use super::above::Folders;
use super::batch::Batch;
use super::columns::{DATE, OUTLET, TITLE};
use super::document::{Document, Meta};
use super::format;
use super::format::maker::{Parsed, Sink, hand_over};
use super::format::reader::Article;
use super::inputs::Inputs;
use super::place::RecordPlace;
use super::problem::{Problem, Refusal};
use super::source::compressed;
use super::source::file::Source;
use crate::trace;
use std::io::{self, Read as _};
use std::ops::Range;
use std::sync::Arc;

/// Reads the files of a block.
pub(super) fn parse(inputs: &Inputs, files: Range<usize>, batch: &mut Batch) {
    each(inputs, files, batch, &mut |_, document, _, batch| batch.documents.push(document));
}

/// Visits the files of a block.
pub(super) fn visit(inputs: &Inputs, files: Range<usize>, batch: &mut Batch, sink: Sink<'_>) {
    each(inputs, files, batch, &mut |number, document, raw, batch| {
        // A text file is read again whole, so its length only serves those who copy it; a text
        // that was extracted is kept.
        let extracts = inputs.sources.get(number).is_some_and(|source| source.format.0.extracts);
        let length = if extracts { document.text.len() } else { raw.len() };
        let place = RecordPlace {
            source: u32::try_from(number).unwrap_or(u32::MAX),
            bytes: u32::try_from(length).unwrap_or(u32::MAX),
            offset: if extracts { inputs.copies.keep(&document.text) } else { 0 },
            line: 0,
        };
        batch.visited += 1;
        let Document { text, meta, .. } = document;
        let text = text.into_string().into();
        hand_over(Parsed { id: None, text, meta, extra: None, place }, sink);
    });
}

/// Takes the number of a source, its document, its bytes and the batch of its block.
type Take<'t> = &'t mut dyn FnMut(usize, Document, &[u8], &mut Batch);

fn each(inputs: &Inputs, files: Range<usize>, batch: &mut Batch, take: Take<'_>) {
    let mut raw = inputs.pool.take();
    let most = inputs.options.limits.block_problems;
    for number in files {
        let Some(source) = inputs.sources.get(number) else { continue };
        inputs.copies.stamp(number, source);
        raw.clear();
        let problems = match document(inputs, source, &mut raw) {
            Ok((document, problems)) => {
                if let Some(folders) = Folders::above(&inputs.options, source) {
                    folders.note(batch);
                }
                take(number, document, &raw, batch);
                problems
            }
            Err(refusal) => vec![Problem::refused(&source.path, None, refusal)],
        };
        for problem in problems {
            batch.report(problem, most);
        }
    }
    inputs.recycle(raw);
}

/// Appends the file to `raw` and makes a document of it.
pub(super) fn document(
    inputs: &Inputs,
    source: &Source,
    raw: &mut Vec<u8>,
) -> Result<(Document, Vec<Problem>), Refusal> {
    let (article, problem) = article(inputs, source, raw)?;
    let Article { text, title, outlet, date, url, .. } = article;
    let outlet = outlet.map(Arc::from);
    let unread = date.as_deref().and_then(|date| format::unread_date(&inputs.options, date));
    let unread =
        unread.map(|Refusal { cause, cure }| Problem::noted(&source.path, None, cause, cure));
    let stated = (date.as_deref(), url.as_deref());
    let date = format::document_date(&inputs.options, &source.path, stated);
    let id = source.path.to_string_lossy().into_owned();
    if source.format.0.extracts {
        inputs.save_text(&id, &text);
    }
    let problems = problem.into_iter().chain(unread).collect();
    Ok((Document { id, text: text.into(), meta: Meta { outlet, date, title, url } }, problems))
}

/// The same with all that is known of it.
pub(super) fn article(
    inputs: &Inputs,
    source: &Source,
    raw: &mut Vec<u8>,
) -> Result<(Article, Option<Problem>), Refusal> {
    let limits = &inputs.options.limits;
    let start = raw.len();
    trace::reads_text(&source.path, source.bytes);
    read(source, limits.expanded_bytes, limits.record_bytes, raw).map_err(|error| {
        inputs.note_failure(&source.path, &error);
        compressed::explain(&error, limits.expanded_bytes)
    })?;
    let bytes = raw.get(start..).unwrap_or_default();
    if bytes.len() > limits.record_bytes {
        return Err(Refusal::too_long(limits.record_bytes));
    }
    let (mut article, note) = format::of(source.format).article(inputs, bytes)?;
    // What a damaged file of a word processor does not show is left out, be it other articles.
    let problem = note.map(|Refusal { cause, cure }| match source.format.0.inner {
        Some(_) => Problem::skipped(&source.path, None, cause, &cure),
        None => Problem::noted(&source.path, None, cause, cure),
    });
    // What a page says of itself goes before the folders it is in.
    let options = &inputs.options;
    let folders = Folders::above(options, source);
    let above = |column| folders.as_ref()?.value(column).map(str::to_owned);
    article.outlet = article.outlet.or_else(|| above(OUTLET));
    article.outlet = article.outlet.or_else(|| source.outlet.as_deref().map(str::to_owned));
    article.date = article.date.or_else(|| above(DATE));
    article.title = article.title.or_else(|| above(TITLE));
    Ok((article, problem))
}

/// Reads at most one byte more than a record may have.
fn read(source: &Source, expanded: u64, record: usize, raw: &mut Vec<u8>) -> io::Result<()> {
    let most = (record as u64).saturating_add(1);
    let expected = usize::try_from(source.bytes.min(most)).unwrap_or(record);
    raw.reserve(expected);
    source.open(expanded, &Arc::default())?.stream.take(most).read_to_end(raw)?;
    Ok(())
}
