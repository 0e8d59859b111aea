//! Text files: one document a file, the outlet from the sub-directory.
//!
//! Run by the workers, so that the reading itself is parallel.
//! Invariant: a file over `limits.record_bytes` is never read to its end; a file that cannot be
//! read to its end is left out (half a document would look like a whole one).

use super::compressed;
use super::cut::too_long;
use super::encoding::{self, Refusal};
use super::html::{self, Article};
use super::source::Source;
use super::{Batch, Corpus, Document, Format, Meta, Problem, date};
use crate::trace;
use std::io::{self, Read as _};
use std::ops::Range;
use std::sync::Arc;

/// Reads the files of a block.
pub(super) fn parse(corpus: &Corpus, files: Range<usize>, batch: &mut Batch) {
    let mut raw = corpus.pool.take();
    let most = corpus.options.limits.block_problems;
    for number in files {
        let Some(source) = corpus.sources.get(number) else { continue };
        corpus.again.stamp(number, source);
        let start = raw.len();
        let problem = match document(corpus, source, &mut raw) {
            Ok((document, problem)) => {
                batch.documents.push(document);
                if corpus.options.keep_raw {
                    batch.records.push(start..raw.len());
                } else {
                    raw.clear();
                }
                problem
            }
            Err(Refusal { cause, cure }) => {
                raw.truncate(start);
                Some(Problem::skipped(&source.path, None, cause, cure))
            }
        };
        if let Some(problem) = problem {
            batch.report(problem, most);
        }
    }
    if corpus.options.keep_raw {
        batch.raw = raw;
    } else {
        corpus.recycle(raw);
    }
}

/// Appends the file to `raw` and makes a document of it.
pub(super) fn document(
    corpus: &Corpus,
    source: &Source,
    raw: &mut Vec<u8>,
) -> Result<(Document, Option<Problem>), Refusal> {
    let (article, problem) = read_article(corpus, source, raw)?;
    let Article { text, title, outlet, date, .. } = article;
    let outlet = outlet.map(Arc::from);
    let date = date.and_then(|date| date::parse(&date));
    let id = source.path.to_string_lossy().into_owned();
    if source.format == Format::Html {
        corpus.save_text(&id, &text);
    }
    Ok((Document { id, text: text.into(), meta: Meta { outlet, date, title } }, problem))
}

/// The same with all that is known of it.
pub(super) fn article(
    corpus: &Corpus,
    source: &Source,
    raw: &mut Vec<u8>,
) -> Result<Article, Refusal> {
    read_article(corpus, source, raw).map(|(article, _)| article)
}

fn read_article(
    corpus: &Corpus,
    source: &Source,
    raw: &mut Vec<u8>,
) -> Result<(Article, Option<Problem>), Refusal> {
    let limits = &corpus.options.limits;
    let start = raw.len();
    trace::reads_text(&source.path, source.bytes);
    read(source, limits.expanded_bytes, limits.record_bytes, raw).map_err(|error| {
        corpus.note_failure(&source.path, &error);
        let (cause, cure) = compressed::explain(&error, limits.expanded_bytes);
        Refusal::new(cause, cure)
    })?;
    let bytes = raw.get(start..).unwrap_or_default();
    if bytes.len() > limits.record_bytes {
        let (cause, cure) = too_long(limits.record_bytes);
        return Err(Refusal::new(cause, cure));
    }
    let is_page = source.format == Format::Html;
    let (text, problem) = if is_page {
        html::decode(bytes, corpus.options.encoding, None)?
    } else {
        encoding::whole(bytes, corpus.options.encoding)?
    };
    if text.trim_ascii().is_empty() {
        return Err(Refusal::new("is empty", "remove it, or check what should be in it"));
    }
    let noted = |(cause, cure): (String, &str)| Problem::noted(&source.path, None, cause, cure);
    let problem = problem.map(noted);
    let mut article = if is_page {
        html::read(&text, limits)?
    } else {
        // A copy with no more room than needed.
        Article { text: text.as_ref().to_owned(), ..Article::default() }
    };
    // What a page says of itself goes before the sub-directory.
    article.outlet = article.outlet.or_else(|| source.outlet.as_deref().map(str::to_owned));
    Ok((article, problem))
}

/// Reads at most one byte more than a record may have.
fn read(source: &Source, expanded: u64, record: usize, raw: &mut Vec<u8>) -> io::Result<()> {
    let most = (record as u64).saturating_add(1);
    let expected = usize::try_from(source.bytes.min(most)).unwrap_or(record);
    raw.reserve(expected);
    compressed::open(source, expanded, &Arc::default())?.stream.take(most).read_to_end(raw)?;
    Ok(())
}
