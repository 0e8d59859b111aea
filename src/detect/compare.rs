//! `compare`: two documents, all they share, and how alike they are as wholes.

use super::result::ScanResult;
use super::{Progress, ScanConfig, scan};
use crate::corpus::Document;
use crate::error::{Error, Result};
use crate::hash;
use crate::record::{CompareSummary, Compared};
use crate::shingle;
use crate::text::{Span, Tokenizer};

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
            flag: "compare",
            cause: format!("A and B hold {} documents together", result.documents.len()),
            cure: "name two files of one document each; scan compares many".to_owned(),
        });
    };
    let size = config.ngram_size as usize;
    let (tokens_a, tokens_b) = (tokens(a), tokens(b));
    let jaccard = jaccard(&shingles(&tokens_a, size), &shingles(&tokens_b, size));
    let spans = |side: u32| {
        let of_side = move |doc: u32, span: Span| (doc == side).then_some(span);
        result
            .passages
            .iter()
            .flat_map(move |p| [of_side(p.doc_a, p.a), of_side(p.doc_b, p.b)])
            .flatten()
            .collect::<Vec<Span>>()
    };
    let shared_tokens = [union(spans(0)), union(spans(1))];
    let tokens = [tokens_a.len(), tokens_b.len()];
    Ok(Comparison { tokens, shared_tokens, jaccard, ngram_size: config.ngram_size, result })
}

fn tokens(document: &Document) -> Vec<u32> {
    let mut tokens = Vec::new();
    Tokenizer::default()
        .tokenize(&document.text, |token| tokens.push(shingle::compact(token.hash)));
    tokens
}

/// The set of shingles, sorted.
fn shingles(tokens: &[u32], size: usize) -> Vec<u64> {
    let mut set = Vec::new();
    shingle::shingles(tokens, size, |_, hash| set.push(hash::mix(hash)));
    set.sort_unstable();
    set.dedup();
    set
}

/// Shared members of two sorted sets by all members; 1 where both are empty.
fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let common = a.iter().filter(|hash| b.binary_search(hash).is_ok()).count();
    let all = a.len() + b.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
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

    #[test]
    fn covered_units_are_counted_once() {
        let span = |start, end| Span { start, end };
        assert_eq!(union(vec![span(5, 9), span(0, 3), span(2, 6), span(2, 3)]), 9);
        assert_eq!(union(Vec::new()), 0);
    }

    #[test]
    fn similarity_of_sets() {
        let close = |x: f64, y: f64| (x - y).abs() < 1e-12;
        assert!(close(jaccard(&[1, 2, 3], &[2, 3, 4]), 0.5));
        assert!(close(jaccard(&[], &[]), 1.0));
        assert!(close(jaccard(&[1], &[]), 0.0));
    }
}
