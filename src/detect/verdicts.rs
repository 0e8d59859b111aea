//! The verdicts on families, in memory or in files.
//!
//! Fed by judge, one family after the other, read by result. What depends on the places of a family
//! (who had it from whom) is in a table with a row for each, so that a pair is looked up without
//! the rest of its family. Invariant: what is read is what was judged.

use super::table::{Filing, Table, TableWriter, halves, whole};
use crate::error::Result;
use crate::hash::Map;
use crate::judge::{Basis, Earliest, Evidence, EvidenceValue, Kind, Origin, Verdict};
use crate::limits::narrow;
use crate::passage::{Room, Rows, Writer};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Kind, houses, first member (from 1) and how sure, then where origins and evidence start, how
/// much evidence there is, and how sure the kind is.
type Head = [u32; HEAD];
/// Numbers of a member.
const MEMBER: usize = 5;
/// Numbers of a head.
const HEAD: usize = 10;

/// The verdicts of a run.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    heads: Table<HEAD>,
    /// Of each member the one it came from (from 1), how sure that is and why, and the bytes of the
    /// words that it quotes, which are none where they end at 0.
    members: Table<MEMBER>,
    /// Position of each family in the order of ranks, from 1.
    ranks: Vec<u32>,
    why: Why,
}

/// The evidence of all families.
#[derive(Debug)]
enum Why {
    Held(Vec<Evidence>),
    /// Name, sort of value, value, and who is credited.
    Filed {
        rows: Table<4>,
        names: Vec<&'static str>,
        credited: Vec<Arc<str>>,
    },
}

impl Default for Why {
    fn default() -> Self {
        Self::Held(Vec::new())
    }
}

impl Verdicts {
    fn head(&self, family: usize) -> Head {
        self.heads.row(family)
    }

    /// The kind of a family.
    pub(super) fn kind(&self, family: usize) -> Kind {
        Kind::ALL[self.head(family)[0] as usize]
    }

    /// How sure the kind of a family is.
    pub(super) fn sureness(&self, family: usize) -> f32 {
        let [.., sure] = self.head(family);
        f32::from_bits(sure)
    }

    /// Position of a family in the order of ranks.
    pub(super) fn rank(&self, family: usize) -> u32 {
        self.ranks[family]
    }

    /// Independent outlets of a family.
    pub(super) fn houses(&self, family: usize) -> u32 {
        self.head(family)[1]
    }

    /// The first to print the passage of a family.
    pub(super) fn first(&self, family: usize) -> Option<Earliest> {
        let [_, _, member, sure, ..] = self.head(family);
        let confidence = f32::from_bits(sure);
        member.checked_sub(1).map(|member| Earliest { member, confidence })
    }

    /// Where a member of a family has the passage from.
    pub(super) fn origin(&self, family: usize, member: usize) -> Option<Origin> {
        let [from, sure, why, ..] = self.member(family, member);
        let (confidence, basis) = (f32::from_bits(sure), Basis::ALL[why as usize]);
        from.checked_sub(1).map(|member| Origin { member, confidence, basis })
    }

    /// The bytes of the words that a member of a family quotes.
    pub(super) fn quote(&self, family: usize, member: usize) -> Option<Range<u32>> {
        let [.., start, end] = self.member(family, member);
        (end > 0).then_some(start..end)
    }

    fn member(&self, family: usize, member: usize) -> [u32; MEMBER] {
        let [_, _, _, _, high, low, ..] = self.head(family);
        self.members.row(whole([high, low]) + member)
    }

    /// The evidence for the kind of a family.
    pub(super) fn why(&self, family: usize) -> Cow<'_, [Evidence]> {
        let [.., high, low, count, _] = self.head(family);
        let range = whole([high, low])..whole([high, low]) + count as usize;
        match &self.why {
            Why::Held(all) => Cow::Borrowed(&all[range]),
            Why::Filed { rows, names, credited } => {
                range.map(|n| evidence(rows.row(n), names, credited)).collect()
            }
        }
    }
}

/// Evidence of a row.
fn evidence(row: [u32; 4], names: &[&'static str], credited: &[Arc<str>]) -> Evidence {
    let [name, sort, value, credit] = row;
    let name_of = |n: u32| names[n as usize];
    let value = match sort {
        0 => EvidenceValue::Share(f32::from_bits(value)),
        1 => EvidenceValue::Count(value),
        2 => EvidenceValue::Common(name_of(value)),
        _ => EvidenceValue::Credit {
            name: Arc::clone(&credited[credit as usize]),
            share: f32::from_bits(value),
        },
    };
    Evidence { name: name_of(name), value }
}

/// Takes verdicts.
pub(super) struct VerdictWriter<'v> {
    heads: TableWriter<'v, HEAD>,
    members: TableWriter<'v, MEMBER>,
    why: WhyWriter<'v>,
}

enum WhyWriter<'v> {
    Held(Vec<Evidence>),
    Filed(RowsOfEvidence<'v>),
}

/// Evidence as rows, and the texts that they refer to.
struct RowsOfEvidence<'v> {
    rows: TableWriter<'v, 4>,
    names: Vec<&'static str>,
    credited: Vec<Arc<str>>,
    numbers: Map<Arc<str>, u32>,
}

impl<'v> VerdictWriter<'v> {
    pub(super) fn new(filing: &Filing<'v>) -> Self {
        let why = match filing.vault {
            None => WhyWriter::Held(Vec::new()),
            Some(_) => WhyWriter::Filed(RowsOfEvidence {
                rows: filing.writer(),
                names: Vec::new(),
                credited: Vec::new(),
                numbers: Map::default(),
            }),
        };
        Self { heads: filing.writer(), members: filing.writer(), why }
    }

    /// Takes the verdict on the next family.
    pub(super) fn push(&mut self, verdict: Verdict) -> Result<()> {
        let kind = Kind::ALL.iter().position(|&kind| kind == verdict.kind).unwrap_or(0);
        let (member, sure) =
            verdict.first.map_or((0, 0), |first| (first.member + 1, first.confidence.to_bits()));
        let [high, low] = halves(self.members.len() as u64);
        let [why_high, why_low] = halves(self.why.len() as u64);
        let (kind, count) = (narrow(kind), narrow(verdict.why.len()));
        self.heads.push([
            kind,
            verdict.houses,
            member,
            sure,
            high,
            low,
            why_high,
            why_low,
            count,
            verdict.sureness.to_bits(),
        ])?;
        let mut quotes = verdict.quotes.into_iter();
        for origin in verdict.origins {
            let why = |basis| Basis::ALL.iter().position(|&one| one == basis).unwrap_or(0);
            let row = |o: Origin| [o.member + 1, o.confidence.to_bits(), narrow(why(o.basis))];
            let [from, sure, why] = origin.map_or([0; 3], row);
            let quote = quotes.next().flatten().unwrap_or_default();
            self.members.push([from, sure, why, quote.start, quote.end])?;
        }
        verdict.why.into_iter().try_for_each(|evidence| self.why.push(evidence))
    }

    /// All verdicts; `ranks` are those of the families.
    pub(super) fn finish(self, ranks: Vec<u32>) -> Result<Verdicts> {
        let why = match self.why {
            WhyWriter::Held(all) => Why::Held(all),
            WhyWriter::Filed(of) => {
                Why::Filed { rows: of.rows.finish()?, names: of.names, credited: of.credited }
            }
        };
        Ok(Verdicts { heads: self.heads.finish()?, members: self.members.finish()?, ranks, why })
    }
}

impl WhyWriter<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Held(all) => all.len(),
            Self::Filed(of) => of.rows.len(),
        }
    }

    fn push(&mut self, evidence: Evidence) -> Result<()> {
        match self {
            Self::Held(all) => {
                all.push(evidence);
                Ok(())
            }
            Self::Filed(of) => of.push(&evidence),
        }
    }
}

impl RowsOfEvidence<'_> {
    fn push(&mut self, evidence: &Evidence) -> Result<()> {
        let name = self.name(evidence.name);
        let row = match &evidence.value {
            EvidenceValue::Share(share) => [name, 0, share.to_bits(), 0],
            EvidenceValue::Count(count) => [name, 1, *count, 0],
            EvidenceValue::Common(what) => [name, 2, self.name(what), 0],
            EvidenceValue::Credit { name: who, share } => {
                let next = narrow(self.credited.len());
                let number = *self.numbers.entry(Arc::clone(who)).or_insert(next);
                if number == next {
                    self.credited.push(Arc::clone(who));
                }
                [name, 3, share.to_bits(), number]
            }
        };
        self.rows.push(row)
    }

    /// Number of a name: there are a few dozen.
    fn name(&mut self, name: &'static str) -> u32 {
        let known = self.names.iter().position(|&known| known == name);
        narrow(known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Vault;

    #[test]
    fn verdicts_in_files_are_those_in_memory() {
        let credit = |name: &str| EvidenceValue::Credit { name: name.into(), share: 0.25 };
        let basis = |m: u32| Basis::ALL[m as usize % 3];
        let origin = |m: u32| Origin { member: m, confidence: 0.5, basis: basis(m) };
        let verdict = |n: u32| Verdict {
            kind: Kind::ALL[n as usize % 6],
            first: n.is_multiple_of(2).then_some(Earliest { member: n, confidence: 0.75 }),
            origins: (0..n).map(|m| (m % 3 > 0).then(|| origin(m))).collect(),
            quotes: (0..n).filter(|_| n > 9).map(|m| (m % 4 > 0).then_some(m..m + 7)).collect(),
            why: vec![
                Evidence::share("quoted", n as f32 / 100.0),
                Evidence::ONE_HOUSE,
                Evidence::of("credit", credit(["AP", "dpa"][n as usize % 2])),
                Evidence::count("documents", n),
            ],
            houses: n + 3,
            sureness: n as f32 / 64.0,
            ..Verdict::default()
        };
        let vault = Vault::scratch(None);
        for vault in [None, Some(&vault)] {
            let mut writer = VerdictWriter::new(&Filing::new(vault, 0));
            for n in 0..50 {
                writer.push(verdict(n)).unwrap();
            }
            let read = writer.finish((1..51).collect()).unwrap();
            for n in 0..50 {
                let (family, wanted) = (n as usize, verdict(n));
                assert_eq!(read.kind(family), wanted.kind);
                assert_eq!(read.rank(family), n + 1);
                assert_eq!(read.houses(family), wanted.houses);
                assert_eq!(read.sureness(family).to_bits(), wanted.sureness.to_bits());
                assert_eq!(read.first(family), wanted.first);
                assert_eq!(*read.why(family), wanted.why);
                let origins: Vec<Option<Origin>> =
                    (0..family).map(|member| read.origin(family, member)).collect();
                assert_eq!(origins, wanted.origins);
                let quotes = (0..family).map(|member| read.quote(family, member));
                let wanted = (0..family).map(|n| wanted.quotes.get(n).cloned().flatten());
                assert!(quotes.eq(wanted));
            }
        }
    }
}
