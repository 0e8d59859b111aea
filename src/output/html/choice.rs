//! What of a large result goes into the report.
//!
//! First stage of the report: families in order of rank, as many as the bounds in `limits` allow,
//! then the pairs of these families. Invariant: the choice depends on the result and the bounds
//! alone, and everything left out is counted.

use crate::detect::ScanResult;
use crate::hash::Map;
use crate::limits::{Limits, narrow};
use crate::output::format::{LeftOut, Wanted};
use crate::record::{Family, PassagePair};

/// A place of a passage in bytes of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// Number of the document in the report.
    pub(super) document: u32,
    /// First byte.
    pub(super) start: usize,
    /// Byte behind.
    pub(super) end: usize,
}

/// A family in the report.
#[derive(Debug)]
pub(super) struct ChosenFamily<'a> {
    /// The record; `members` may be cut.
    pub(super) record: Family<'a>,
    /// Places of the members that are in the report.
    pub(super) spots: Vec<Spot>,
}

/// A pair in the report.
#[derive(Debug)]
pub(super) struct ChosenPair {
    pub(super) a: Spot,
    pub(super) b: Spot,
    /// Place of the family in the report.
    pub(super) family: u32,
    pub(super) tokens: u32,
    pub(super) matched: u32,
}

/// What goes into the report.
#[derive(Debug, Default)]
pub(super) struct Chosen<'a> {
    /// Indices in the result of the documents that hold a chosen passage, in order of first use:
    /// documents of one family stand near each other.
    pub(super) documents: Vec<usize>,
    /// In order of rank.
    pub(super) families: Vec<ChosenFamily<'a>>,
    /// In order of their families.
    pub(super) pairs: Vec<ChosenPair>,
    /// What stays out; texts are counted later.
    pub(super) left_out: LeftOut,
    by_id: Map<&'a str, usize>,
    numbers: Map<usize, u32>,
}

/// Chooses families, their documents and their pairs.
pub(super) fn choose(report: Wanted<'_>) -> Chosen<'_> {
    let result = report.result;
    let ids = result.documents().iter().enumerate();
    let mut chosen = Chosen {
        by_id: ids.map(|(n, document)| (document.id.as_str(), n)).collect(),
        ..Chosen::default()
    };
    let mut place_of: Map<u32, u32> = Map::default();
    let mut room = Room::new(report.limits);
    let wanted = |number: &usize| (report.keeps)(result.family_kind(*number));
    for number in result.ranked().into_iter().filter(wanted) {
        let mut family = result.family(number);
        let cut = family.members.len().saturating_sub(report.limits.report_family_members);
        family.members.truncate(report.limits.report_family_members);
        if !room.takes(&family) {
            chosen.left_out.families += 1;
            continue;
        }
        chosen.left_out.members += cut;
        place_of.insert(family.family, narrow(chosen.families.len()));
        let members = family.members.iter();
        let spots =
            members.filter_map(|member| chosen.spot(member.id, member.start, member.end)).collect();
        chosen.families.push(ChosenFamily { record: family, spots });
    }
    chosen.pairs(result, &place_of, report.limits.report_pairs);
    chosen
}

/// What the bounds still allow.
struct Room {
    families: usize,
    members: usize,
    passage_bytes: usize,
}

impl Room {
    fn new(limits: &Limits) -> Self {
        Self {
            families: limits.report_families,
            members: limits.report_members,
            passage_bytes: limits.report_passage_bytes,
        }
    }

    /// Takes the room of a family, if there is enough.
    fn takes(&mut self, family: &Family<'_>) -> bool {
        let bytes = family.members.iter().map(|member| member.text.len()).sum::<usize>();
        let bytes = bytes + family.text.len();
        let after = (
            self.families.checked_sub(1),
            self.members.checked_sub(family.members.len()),
            self.passage_bytes.checked_sub(bytes),
        );
        let (Some(families), Some(members), Some(passage_bytes)) = after else { return false };
        *self = Self { families, members, passage_bytes };
        true
    }
}

impl<'a> Chosen<'a> {
    /// A place in a document, which is given a number where it has none yet.
    fn spot(&mut self, id: &str, start: usize, end: usize) -> Option<Spot> {
        let index = *self.by_id.get(id)?;
        let next = narrow(self.documents.len());
        let document = *self.numbers.entry(index).or_insert(next);
        if document == next {
            self.documents.push(index);
        }
        Some(Spot { document, start, end })
    }

    /// Number in the report of a document that is in it.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        self.numbers.get(self.by_id.get(id)?).copied()
    }

    /// Takes the pairs of chosen families between chosen documents, of the first families first.
    fn pairs(&mut self, result: &'a ScanResult, place_of: &Map<u32, u32>, most: usize) {
        let mut wanted: Vec<(u32, usize)> = Vec::new();
        for n in 0..result.pair_count() {
            let pair = result.pair(n);
            let Some(&family) = place_of.get(&pair.family) else { continue };
            if self.number(pair.a.id).is_some() && self.number(pair.b.id).is_some() {
                wanted.push((family, n));
            }
        }
        wanted.sort_unstable();
        self.left_out.pairs = wanted.len().saturating_sub(most);
        wanted.truncate(most);
        for (family, n) in wanted {
            let pair: PassagePair<'a> = result.pair(n);
            let a = self.spot(pair.a.id, pair.a.start, pair.a.end);
            let b = self.spot(pair.b.id, pair.b.start, pair.b.end);
            if let (Some(a), Some(b)) = (a, b) {
                let (tokens, matched) = (pair.tokens, pair.matched);
                self.pairs.push(ChosenPair { a, b, family, tokens, matched });
            }
        }
    }
}
