//! How much of a text others have printed, passage by passage.
//!
//! Asked by the program and the server of the answer of an index. Invariant: every token of the
//! text counts once, for the family that holds most of the text; what the text alone has between
//! two shared parts of a passage counts for none.

use super::ScanResult;
use crate::corpus::Document;
use crate::text::{Elsewhere, Tokenizer};
use std::cmp::Reverse;
use std::ops::Range;

/// What of a text is printed elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Printed {
    /// First byte of each token of the text.
    pub starts: Vec<usize>,
    /// In the order of the text.
    pub passages: Vec<PrintedPassage>,
}

/// A passage of a text that others have.
#[derive(Debug, Clone)]
pub struct PrintedPassage {
    /// Its family, as [`ScanResult::family`] takes it.
    pub family: usize,
    /// Where it is in the text, in bytes.
    pub start: usize,
    /// End of it, in bytes.
    pub end: usize,
    /// Tokens that others have.
    pub tokens: usize,
    /// Those of them that no larger passage has.
    pub counted: usize,
}

impl Printed {
    /// What `result` has of `text`, which is one of its documents.
    #[must_use]
    pub fn of(result: &ScanResult, text: &Document) -> Self {
        Self::with(&mut Elsewhere::default(), result, text)
    }

    /// The same, by what has read some of the places already, or is to be asked about them again.
    #[must_use]
    pub fn with<'t>(
        elsewhere: &mut Elsewhere<'t>,
        result: &'t ScanResult,
        text: &'t Document,
    ) -> Self {
        let mut starts = Vec::new();
        Tokenizer::default().tokenize(&text.text, |token| starts.push(token.start));
        let mut found = Vec::new();
        for n in 0..result.family_count() {
            let family = result.family(n);
            let (own, others): (Vec<_>, Vec<_>) =
                family.members.iter().partition(|member| member.id == text.id);
            elsewhere.turn_to(others.iter().map(|member| member.text.as_str()));
            for (start, end) in own.iter().map(|member| (member.start, member.end)) {
                let at = |byte: usize| starts.partition_point(|&token| token < start + byte);
                let held = elsewhere.held(text.text.get(start..end).unwrap_or_default());
                let held: Vec<Range<usize>> =
                    held.into_iter().map(|held| at(held.start)..at(held.end)).collect();
                let tokens = held.iter().map(ExactSizeIterator::len).sum();
                found.push((PrintedPassage { family: n, start, end, tokens, counted: 0 }, held));
            }
        }
        found.sort_by_key(|(passage, _)| (Reverse(passage.tokens), passage.start));
        let mut taken = vec![false; starts.len()];
        for (passage, held) in &mut found {
            for held in held {
                let held = taken.get_mut(held.clone()).unwrap_or_default();
                passage.counted += held.iter().filter(|taken| !**taken).count();
                held.fill(true);
            }
        }
        found.sort_by_key(|(passage, _)| (passage.start, passage.end));
        let passages = found.into_iter().map(|(passage, _)| passage).collect();
        Self { starts, passages }
    }

    /// Tokens of the text.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.starts.len()
    }

    /// Share of the tokens that is printed elsewhere.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.part(self.passages.iter().map(|passage| passage.counted).sum())
    }

    /// Share of the text that so many tokens are.
    #[must_use]
    pub fn part(&self, tokens: usize) -> f64 {
        tokens as f64 / self.tokens().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{ScanConfig, Silent, scan_documents};

    #[test]
    fn every_token_counts_once_for_the_passage_that_holds_most() {
        let words = |from: u32, to: u32| -> String {
            let words: Vec<String> = (from..to).map(|n| format!("word{n}")).collect();
            words.join(" ")
        };
        let draft = Document::new("draft", words(0, 100));
        let others = vec![
            Document::new("a", format!("{} {}", words(500, 520), words(10, 50))),
            Document::new("b", format!("{} {}", words(600, 620), words(40, 60))),
        ];
        let config = ScanConfig::default();
        let result = scan_documents(vec![draft.clone()], others, &config, &Silent).unwrap();
        let printed = Printed::of(&result, &draft);
        let counts: Vec<(usize, usize)> =
            printed.passages.iter().map(|passage| (passage.tokens, passage.counted)).collect();
        assert_eq!(counts, [(40, 40), (20, 10)]);
        assert_eq!((printed.tokens(), printed.share()), (100, 0.5));
        let none = scan_documents(vec![draft.clone()], Vec::new(), &config, &Silent).unwrap();
        assert!(Printed::of(&none, &draft).share().abs() < 1e-12);
    }
}
