//! The result types that everyone reads: passage pairs, families, their members.
//!
//! Made by detect from documents and spans, written by output. Names and order of the fields of
//! what `fields!` declares are the contract (`docs/cli.md`): every format takes them from there.
//! Invariant: `start..end` are bytes and `char_start..char_end` code points of the document's text
//! as read, and both cut the same string.

mod dedup;
mod excerpt;
mod fields;

pub use crate::judge::{Basis, Evidence, EvidenceValue, Kind};
pub use dedup::{
    CoveredDuplicate, CoveredPair, CutCounts, DedupCounts, DedupSettings, DedupSummary,
    DocumentPair, Duplicate, OutletCounts, RemovedPassage, ThresholdCounts,
};
pub use excerpt::Excerpt;
pub use fields::{Field, Key, Mark, Record, Schema, Type, Value, Visitor};

use crate::corpus::Problem;
use fields::fields;
use serde::Serialize;
use std::borrow::Cow;

fields! {
    /// One side of a passage: where it is and what it says there.
    pub struct Side<'a> {
        /// Document id.
        pub id: &'a str,
        /// Who printed it.
        pub outlet: Option<&'a str>,
        /// When, as written in the input.
        pub date: Option<&'a str>,
        /// Headline.
        pub title: Option<&'a str>,
        /// First byte of the passage.
        pub start: usize,
        /// Byte after the passage.
        pub end: usize,
        /// First code point of the passage.
        pub char_start: usize,
        /// Code point after the passage.
        pub char_end: usize,
        /// The passage as it is in the document.
        pub text: &'a str,
        /// First byte of the words that are quoted, where marks or a signature show them: null for
        /// other kinds, and where the text does not say where they start and end.
        pub quote_start: Option<usize>,
        /// Byte after the quoted words, and after the mark that closes them.
        pub quote_end: Option<usize>,
        /// First code point of the quoted words.
        pub char_quote_start: Option<usize>,
        /// Code point after them.
        pub char_quote_end: Option<usize>,
        /// The date is that of the address or of the file name, for want of another.
        #[serde(skip_serializing_if = "Mark::is_off")]
        pub date_inferred: Mark,
    }
}

fields! {
    /// A passage shared by two documents (or twice in one).
    pub struct PassagePair<'a> {
        /// The earlier side (by date where both are known, then id, then place).
        pub a: Side<'a>,
        /// The later side.
        pub b: Side<'a>,
        /// Columns of the alignment.
        pub tokens: u32,
        /// Columns with equal tokens.
        pub matched: u32,
        /// `matched / tokens`.
        pub identity: f64,
        /// What sort of overlap.
        pub kind: Kind,
        /// How sure the kind is: of families with 0.9, nine in ten are of theirs.
        pub kind_confidence: f64,
        /// Family of the passage.
        pub family: u32,
        /// The evidence for the kind, the weightiest first.
        pub why: Cow<'a, [Evidence]>,
        /// Id of the side that was printed first; unknown where a date is missing or both tie.
        pub first: Option<&'a str>,
        /// Id of the side that the other most likely took it from.
        pub source: Option<&'a str>,
        /// How sure `source` is, up to 1; where there is none, how sure `first` is.
        pub confidence: Option<f64>,
        /// Rank of the family: 1 is what a reader should see first.
        pub rank: u32,
        /// What names `source`; of `date` the other was printed after it, for all that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub source_basis: Option<Basis>,
    }
}

fields! {
    /// All places of one passage.
    pub struct Family<'a> {
        /// Number of the family, the `family` of its pairs.
        pub family: u32,
        /// Names the family by its content, in 16 hex digits: by the id and the text of its first
        /// member. It is the same in every run, also where later documents join.
        pub key: Cow<'a, str>,
        /// What sort of overlap.
        pub kind: Kind,
        /// How sure the kind is: of families with 0.9, nine in ten are of theirs.
        pub kind_confidence: f64,
        /// Tokens of the passage as the exemplar has it.
        pub tokens: u32,
        /// Members.
        pub size: usize,
        /// Distinct outlets among them.
        pub outlets: usize,
        /// Outlets that are independent of each other: names of one house count once.
        pub houses: usize,
        /// Place in the order of families: 1 is what a reader should see first.
        pub rank: u32,
        /// The earliest member; unknown where dates are missing or tie.
        pub first: Option<First<'a>>,
        /// How sure `first` is, up to 1; unknown where it is.
        pub confidence: Option<f64>,
        /// The evidence for the kind, the weightiest first.
        pub why: Cow<'a, [Evidence]>,
        /// The passage as the exemplar has it; of a quotation the quoted words, without the words
        /// beside them that say whose they are.
        pub text: &'a str,
        /// Everyone who has it, in order of date (unknown last), id and place.
        pub members: Vec<Member<'a>>,
    }
}

fields! {
    /// The earliest member of a family.
    pub struct First<'a> {
        /// Document id.
        pub id: &'a str,
        /// Who printed it.
        pub outlet: Option<&'a str>,
        /// When.
        pub date: Option<&'a str>,
    }
}

fields! {
    /// One place of a family's passage.
    pub struct Member<'a> {
        /// Document id.
        pub id: &'a str,
        /// Who printed it.
        pub outlet: Option<&'a str>,
        /// When, as written in the input.
        pub date: Option<&'a str>,
        /// Headline.
        pub title: Option<&'a str>,
        /// Canonical address, where the input has one.
        pub url: Option<&'a str>,
        /// First byte.
        pub start: usize,
        /// Byte after the last.
        pub end: usize,
        /// First code point.
        pub char_start: usize,
        /// Code point after the last.
        pub char_end: usize,
        /// Id of the member it most likely came from; unknown without evidence.
        pub source: Option<&'a str>,
        /// How sure `source` is, up to 1.
        pub confidence: Option<f64>,
        /// The passage as this document has it, read where it is asked for.
        pub text: Excerpt<'a>,
        /// First byte of the words that are quoted, where marks or a signature show them: null for
        /// other kinds, and where the text does not say where they start and end.
        pub quote_start: Option<usize>,
        /// Byte after the quoted words, and after the mark that closes them.
        pub quote_end: Option<usize>,
        /// First code point of the quoted words.
        pub char_quote_start: Option<usize>,
        /// Code point after them.
        pub char_quote_end: Option<usize>,
        /// The date is that of the address or of the file name, for want of another.
        #[serde(skip_serializing_if = "Mark::is_off")]
        pub date_inferred: Mark,
        /// What names `source`; of `date` this was printed after it, for all that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub source_basis: Option<Basis>,
    }
}

impl<'a> Member<'a> {
    /// The quoted words, or all of the passage where they are not known.
    #[must_use]
    pub fn words(&self) -> &'a str {
        let (quote, text) = (self.quote_start.zip(self.quote_end), self.text.as_str());
        let within = |(start, end): (usize, usize)| {
            text.get(start.checked_sub(self.start)?..end.checked_sub(self.start)?)
        };
        quote.and_then(within).unwrap_or(text)
    }
}

/// Counts of a scan, for the closing line and for saying why nothing was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ScanSummary {
    /// Documents read.
    pub documents: usize,
    /// Records left out, each reported as a warning.
    pub skipped: usize,
    /// Records used with a part unknown or repaired, each reported as a warning.
    pub partly: usize,
    /// Bytes of text.
    pub text_bytes: u64,
    /// Tokens.
    pub tokens: u64,
    /// Documents with fewer tokens than the shortest passage.
    pub short_documents: usize,
    /// Distinct outlets; 0 where none is known.
    pub outlets: usize,
    /// Documents without an outlet.
    pub without_outlet: usize,
    /// Documents without a readable date.
    pub without_date: usize,
    /// Shingles held by two or more documents.
    pub shared_shingles: u64,
    /// Of these, shingles so common that their pairs went through hubs.
    pub hub_shingles: u64,
    /// Pairs found.
    pub pairs: usize,
    /// Pairs listed (the rest is left to the families).
    pub listed_pairs: usize,
    /// Families.
    pub families: usize,
    /// Passages dropped because they are on the list of known ones.
    pub ignored: usize,
    /// Shared passages shorter than the minimum that were seen and dropped.
    pub below_minimum: u64,
    /// The scope that was used: `outlets`, `documents` or `all`.
    pub scope: &'static str,
    /// Name and wall time of each stage in nanoseconds, in order.
    pub stages: Vec<(&'static str, u64)>,
}

/// One document of a comparison, as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared<'a> {
    /// Document id.
    pub id: &'a str,
    /// Who printed it.
    pub outlet: Option<&'a str>,
    /// When, as written in the input.
    pub date: Option<&'a str>,
    /// Headline.
    pub title: Option<&'a str>,
    /// Tokens of the text.
    pub tokens: usize,
    /// Of these, tokens inside a shared passage.
    pub shared_tokens: usize,
}

/// Two documents compared as wholes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CompareSummary<'a> {
    /// The first document the user named.
    pub a: Compared<'a>,
    /// The second.
    pub b: Compared<'a>,
    /// Jaccard similarity of the sets of shingles; 1 where neither text has any.
    pub jaccard: f64,
    /// Tokens of a shingle.
    pub ngram_size: u32,
}

fields! {
    /// Two documents that are copies of each other, by the passages that they share.
    pub struct CopyPair<'a> {
        /// Id of the earlier document (by date where both are known, then by id).
        pub a: &'a str,
        /// Id of the other.
        pub b: &'a str,
        /// Mean of `cover_a` and `cover_b`.
        pub coverage: f64,
        /// Share of the tokens of `a` inside passages that it shares with `b`, without furniture.
        pub cover_a: f64,
        /// The same of `b`.
        pub cover_b: f64,
        /// Columns of the alignments of these passages.
        pub tokens: u32,
        /// Share of the columns with equal tokens.
        pub identity: f64,
        /// Number of these passages.
        pub passages: u32,
        /// Jaccard similarity of the sets of shingles, where it was computed.
        pub jaccard: Option<f64>,
        /// Id of the document that was printed first; unknown where a date is missing or both tie.
        pub first: Option<&'a str>,
    }
}

fields! {
    /// A record or file that was left out.
    pub struct Skipped<'a> {
        /// The file.
        pub path: Cow<'a, str>,
        /// Its line, or the number of the record; unknown where the file as a whole is meant.
        pub record: Option<usize>,
        /// What is wrong.
        pub cause: &'a str,
        /// What to do about it.
        pub cure: &'a str,
    }
}

impl<'a> Skipped<'a> {
    /// What a problem says.
    #[must_use]
    pub fn of(problem: &'a Problem) -> Self {
        Self {
            path: problem.path.to_string_lossy(),
            record: problem.line.and_then(|line| usize::try_from(line).ok()),
            cause: &problem.cause,
            cure: &problem.cure,
        }
    }
}

fields! {
    /// What one outlet printed after another, over all families of one kind in which something was
    /// taken. The names of one house are one outlet.
    pub struct Flow<'a> {
        /// Who had it before; where the order is unknown, the first of the two by name.
        pub from: &'a str,
        /// Who printed it.
        pub to: &'a str,
        /// `source` where evidence names whom it was taken from, `date` where only dates speak;
        /// unknown where nothing says who was first.
        pub basis: Option<&'static str>,
        /// Wire or reuse.
        pub kind: Kind,
        /// Families.
        pub families: usize,
        /// Documents that printed something of them.
        pub documents: usize,
        /// Tokens of all these places.
        pub tokens: usize,
        /// Days from one to the other: the middle one of all documents with both dates.
        pub median_days: Option<f64>,
        /// The largest share of a document that was printed before.
        pub largest_share: f64,
    }
}
