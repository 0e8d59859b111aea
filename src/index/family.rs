//! A family as an index keeps it.
//!
//! Made by families of what detect found, and read back by reader. As JSON it has the fields of a
//! family record (`docs/cli.md`), and how an index has it. Invariant: it names only documents that
//! are in the index.

use crate::hash::Set;
use crate::record::{Basis, Family, First, Kind, Mark, Member};
use serde::{Deserialize, Serialize};

/// A family of an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptFamily {
    /// Names it by its content. Under a key that it had before it opens too.
    pub key: String,
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
    /// Outlets that are independent of each other.
    pub houses: usize,
    /// Place in the order of families: 1 is what a reader should see first.
    pub rank: u32,
    /// The earliest member; unknown where dates are missing or tie.
    pub first: Option<KeptFirst>,
    /// How sure `first` is, up to 1.
    pub confidence: Option<f64>,
    /// The evidence for the kind, the weightiest first.
    pub why: Vec<String>,
    /// The passage as the exemplar has it; empty where the index keeps no texts.
    pub text: String,
    /// Everyone who has it, in order of date (unknown last), id and place.
    pub members: Vec<KeptMember>,
    /// It is a family no more: its members were removed but for these, which may be none, or
    /// changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub former: bool,
}

/// The earliest member of a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFirst {
    /// Document id.
    pub id: String,
    /// Who printed it.
    pub outlet: Option<String>,
    /// When.
    pub date: Option<String>,
}

/// One place of a family's passage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptMember {
    /// Document id.
    pub id: String,
    /// Who printed it.
    pub outlet: Option<String>,
    /// When, as written in the input.
    pub date: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// Canonical address.
    pub url: Option<String>,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// First code point.
    pub char_start: usize,
    /// Code point after the last.
    pub char_end: usize,
    /// Id of the member it most likely came from; unknown without evidence.
    pub source: Option<String>,
    /// How sure `source` is, up to 1.
    pub confidence: Option<f64>,
    /// The passage as this document has it; empty where the index keeps no texts.
    pub text: String,
    /// First byte of the words that are quoted.
    pub quote_start: Option<usize>,
    /// Byte after the quoted words.
    pub quote_end: Option<usize>,
    /// First code point of the quoted words.
    pub char_quote_start: Option<usize>,
    /// Code point after them.
    pub char_quote_end: Option<usize>,
    /// The date is that of the address or of the file name, for want of another.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub date_inferred: bool,
    /// What names `source`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_basis: Option<Basis>,
}

/// What an index knows of families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FamilyState {
    /// They were never found.
    None,
    /// Documents were added or removed since they were found.
    Stale,
    /// They are those of all documents.
    Current,
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

impl KeptFamily {
    /// What a scan found.
    pub(super) fn of(family: &Family<'_>) -> Self {
        Self {
            key: family.key.to_string(),
            kind: family.kind,
            kind_confidence: family.kind_confidence,
            tokens: family.tokens,
            size: family.size,
            outlets: family.outlets,
            houses: family.houses,
            rank: family.rank,
            first: family.first.as_ref().map(KeptFirst::of),
            confidence: family.confidence,
            why: family.why.iter().map(ToString::to_string).collect(),
            text: family.text.to_owned(),
            members: family.members.iter().map(KeptMember::of).collect(),
            former: false,
        }
    }

    /// What a key opens of whose family no document is left.
    pub(super) fn gone(key: String) -> Self {
        Self {
            key,
            kind: Kind::default(),
            kind_confidence: 0.0,
            tokens: 0,
            size: 0,
            outlets: 0,
            houses: 0,
            rank: 0,
            first: None,
            confidence: None,
            why: Vec::new(),
            text: String::new(),
            members: Vec::new(),
            former: true,
        }
    }

    /// Leaves out the members that are in the index no more; whether any is left.
    pub(super) fn keep(&mut self, is_there: &mut dyn FnMut(&str) -> bool) -> bool {
        let before = self.members.len();
        self.members.retain(|member| is_there(&member.id));
        let Some(first) = self.members.first() else { return false };
        if self.members.len() < before {
            // The passage may be told in the words of one that is gone.
            self.text.clone_from(&first.text);
            self.size = self.members.len();
            let mut outlets: Vec<&str> =
                self.members.iter().filter_map(|member| member.outlet.as_deref()).collect();
            outlets.sort_unstable();
            outlets.dedup();
            self.outlets = outlets.len();
            self.houses = self.houses.min(self.members.len());
            let left: Set<String> = self.members.iter().map(|member| member.id.clone()).collect();
            if !self.first.as_ref().is_some_and(|first| left.contains(&first.id)) {
                (self.first, self.confidence) = (None, None);
            }
            for member in &mut self.members {
                if member.source.as_ref().is_some_and(|source| !left.contains(source)) {
                    (member.source, member.confidence) = (None, None);
                    member.source_basis = None;
                }
            }
        }
        true
    }
}

impl KeptFirst {
    fn of(first: &First<'_>) -> Self {
        Self { id: first.id.to_owned(), outlet: owned(first.outlet), date: owned(first.date) }
    }
}

impl KeptMember {
    fn of(member: &Member<'_>) -> Self {
        Self {
            id: member.id.to_owned(),
            outlet: owned(member.outlet),
            date: owned(member.date),
            title: owned(member.title),
            url: owned(member.url),
            start: member.start,
            end: member.end,
            char_start: member.char_start,
            char_end: member.char_end,
            source: owned(member.source),
            confidence: member.confidence,
            text: member.text.as_str().to_owned(),
            quote_start: member.quote_start,
            quote_end: member.quote_end,
            char_quote_start: member.char_quote_start,
            char_quote_end: member.char_quote_end,
            date_inferred: member.date_inferred == Mark(true),
            source_basis: member.source_basis,
        }
    }
}
