//! `compare`: two documents, all they share, and how alike they are as wholes.

use super::result::ScanResult;
use super::{Progress, ScanConfig, scan};
use crate::corpus::Document;
use crate::error::{Error, Result};
use crate::passage::Passage;
use crate::record::{CompareSummary, Compared};
use crate::shingle::{Shingler, Unit};
use crate::text::Span;
use crate::verify;

/// What two documents share.
#[derive(Debug)]
pub struct Comparison {
    result: ScanResult,
    tokens: [usize; 2],
    shared_tokens: [usize; 2],
    jaccard: f64,
    ngram_size: u32,
}

impl Comparison {
    /// The two documents as wholes.
    #[must_use]
    pub fn summary(&self) -> CompareSummary<'_> {
        CompareSummary {
            a: self.compared(0),
            b: self.compared(1),
            jaccard: self.jaccard,
            ngram_size: self.ngram_size,
        }
    }

    /// The passages they share.
    #[must_use]
    pub fn result(&self) -> &ScanResult {
        &self.result
    }

    fn compared(&self, side: usize) -> Compared<'_> {
        let document = &self.result.documents[side];
        Compared {
            id: &document.id,
            outlet: document.meta.outlet.as_deref(),
            date: document.meta.date.as_ref().map(|date| date.text.as_str()),
            title: document.meta.title.as_deref(),
            tokens: self.tokens[side],
            shared_tokens: self.shared_tokens[side],
        }
    }
}

/// Compares the one document of `config.inputs` with the one of `config.against`.
///
/// # Errors
/// As of [`scan`], and where either side holds more than one document.
pub fn compare(config: &ScanConfig, progress: &dyn Progress) -> Result<Comparison> {
    let result = scan(config, progress)?;
    let [a, b] = result.documents.as_slice() else {
        return Err(Error::Setting {
            name: "inputs".into(),
            cause: format!("A and B hold {} documents together", result.documents.len()),
            cure: "name two files of one document each; scan compares many".to_owned(),
        });
    };
    let mut shingler = Shingler::new(Unit::Word, config.ngram_size as usize);
    let (tokens_a, set_a) = shingled(a, &mut shingler);
    let (tokens_b, set_b) = shingled(b, &mut shingler);
    let jaccard = verify::overlap(&set_a, &set_b).jaccard();
    let spans = |side: u32| {
        let of_side = move |doc: u32, span: Span| (doc == side).then_some(span);
        result
            .passages
            .iter()
            .flat_map(move |p: Passage| [of_side(p.doc_a, p.a), of_side(p.doc_b, p.b)])
            .flatten()
            .collect::<Vec<Span>>()
    };
    let shared_tokens = [union(spans(0)), union(spans(1))];
    let tokens = [tokens_a, tokens_b];
    Ok(Comparison { tokens, shared_tokens, jaccard, ngram_size: config.ngram_size, result })
}

/// How many tokens a document has, and its set of shingles, as `dedup` compares it.
fn shingled(document: &Document, shingler: &mut Shingler) -> (usize, Vec<u64>) {
    let mut set = shingler.shingles(&document.text).to_vec();
    verify::make_set(&mut set);
    (shingler.tokens().len(), set)
}

/// Units that any of the spans covers.
fn union(mut spans: Vec<Span>) -> usize {
    spans.sort_unstable();
    let (mut covered, mut done) = (0, 0);
    for span in spans {
        covered += span.end.saturating_sub(span.start.max(done)) as usize;
        done = done.max(span.end);
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Meta;

    #[test]
    fn covered_units_are_counted_once() {
        let span = |start, end| Span { start, end };
        assert_eq!(union(vec![span(5, 9), span(0, 3), span(2, 6), span(2, 3)]), 9);
        assert_eq!(union(Vec::new()), 0);
    }

    #[test]
    fn texts_shorter_than_a_shingle_are_compared_as_wholes() {
        let shingles = |text: &str| {
            let meta = Meta::default();
            let document = Document { id: String::new(), text: text.into(), meta };
            shingled(&document, &mut Shingler::default()).1
        };
        let jaccard = |a: &str, b: &str| verify::overlap(&shingles(a), &shingles(b)).jaccard();
        assert!((jaccard("Three words here", "three words, here") - 1.0).abs() < 1e-12);
        assert!(jaccard("Three words here", "three other words").abs() < 1e-12);
        assert!(jaccard("", "").abs() < 1e-12);
    }
}
