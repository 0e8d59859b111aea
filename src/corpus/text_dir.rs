//! Text files: one document a file, the outlet from the sub-directory.
//!
//! Run by the workers, so that the reading itself is parallel.
//! Invariant: a file over `limits.record_bytes` is never read to its end; a file that cannot be
//! read to its end is left out (half a document would look like a whole one).

use super::compressed;
use super::cut::too_long;
use super::encoding::{self, Encoding, Refusal, Told};
use super::source::Source;
use super::{Batch, Corpus, Document, Meta, Problem};
use std::borrow::Cow;
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
    let limits = &corpus.options.limits;
    let start = raw.len();
    read(source, limits.expanded_bytes, limits.record_bytes, raw).map_err(|error| {
        let (cause, cure) = compressed::explain(&error, limits.expanded_bytes);
        Refusal::new(cause, cure)
    })?;
    let bytes = raw.get(start..).unwrap_or_default();
    if bytes.len() > limits.record_bytes {
        let (cause, cure) = too_long(limits.record_bytes);
        return Err(Refusal::new(cause, cure));
    }
    let (text, problem) = decode(bytes, corpus.options.encoding)?;
    if text.trim_ascii().is_empty() {
        return Err(Refusal::new("is empty", "remove it, or check what should be in it"));
    }
    // A copy with no more room than needed.
    let text = text.as_ref().to_owned();
    let noted = |(cause, cure): (String, &str)| Problem::noted(&source.path, None, cause, cure);
    let problem = problem.map(noted);
    let meta = Meta { outlet: source.outlet.clone(), ..Meta::default() };
    Ok((Document { id: source.path.to_string_lossy().into_owned(), text, meta }, problem))
}

/// The text of a whole file, and what must be told of it.
type Decoded<'a> = (Cow<'a, str>, Option<(String, &'static str)>);

fn decode(bytes: &[u8], forced: Option<Encoding>) -> Result<Decoded<'_>, Refusal> {
    let cure = encoding::REPAIRED_CURE;
    match encoding::judge(bytes, forced) {
        Told::Utf8 => {
            let mark = encoding::inspect(bytes)?;
            let text = String::from_utf8_lossy(bytes.get(mark..).unwrap_or_default());
            let repaired = matches!(text, Cow::Owned(_));
            Ok((text, repaired.then(|| (encoding::REPAIRED.to_owned(), cure))))
        }
        Told::Sure(encoding) => {
            let (text, repaired) = encoding.decode(bytes);
            Ok((text, repaired.then(|| (encoding::BROKEN.to_owned(), cure))))
        }
        Told::Guessed(encoding) => {
            Ok((encoding.decode(bytes).0, Some(encoding::guessed(encoding))))
        }
    }
}

/// Reads at most one byte more than a record may have.
fn read(source: &Source, expanded: u64, record: usize, raw: &mut Vec<u8>) -> io::Result<()> {
    let most = (record as u64).saturating_add(1);
    let expected = usize::try_from(source.bytes.min(most)).unwrap_or(record);
    raw.reserve(expected);
    compressed::open(source, expanded, &Arc::default())?.stream.take(most).read_to_end(raw)?;
    Ok(())
}
