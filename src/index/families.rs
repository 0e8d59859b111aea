//! The families of an index: found anew with each commit, and what became of those before.
//!
//! Used by writer. Families are those that `scan` finds among all documents, with their verdicts
//! and their ranks. A key that no family has any more goes on: as an alias of the family that has
//! most of its places, else as a former family with the documents that are left of it. Invariant:
//! the families depend on the documents alone, only the history depends on what came before.

use super::book::{self, Leaf, Packers};
use super::family::KeptFamily;
use super::live::{Books, Live, Opened, Places};
use super::manifest::{FAMILIES, HISTORY};
use super::words::{Left, put};
use crate::detect::{Progress, ScanConfig, ScanResult, Texts, scan_texts};
use crate::error::{Error, Result};
use crate::hash::{Map, Set, xxh3_64};
use crate::limits::narrow;
use crate::record::{Family, Kind};
use crate::store::Shelf;
use std::io;

/// How families are found.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) config: &'a ScanConfig,
    pub(super) progress: &'a dyn Progress,
}

/// The number of a key.
pub(super) fn number(key: &str) -> Option<u64> {
    (key.len() == 16).then(|| u64::from_str_radix(key, 16).ok()).flatten()
}

/// The hash by which the families of a document are found.
pub(super) fn about(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// What a family is filtered by: 4 bits of its kind, 28 of its outlets, 32 of its size.
fn facts(kind: Kind, outlets: usize, size: usize) -> u64 {
    let kind = Kind::ALL.iter().position(|&one| one == kind).unwrap_or_default() as u64;
    kind << 60 | u64::from(narrow(outlets) & OUTLETS) << 32 | u64::from(narrow(size))
}

/// Bits of the number of outlets.
const OUTLETS: u32 = 0x0fff_ffff;

/// The number of outlets that facts state.
pub(super) fn outlets(facts: u64) -> u64 {
    facts >> 32 & u64::from(OUTLETS)
}

/// The kind that facts state.
pub(super) fn kind(facts: u64) -> Kind {
    let number = usize::try_from(facts >> 60).unwrap_or_default();
    Kind::ALL.get(number).copied().unwrap_or_default()
}

/// The documents of the next commit: those that are in memory, and where the others are.
pub(super) struct Everything {
    pub(super) texts: Texts,
    pub(super) others: Places,
}

/// Finds the families of `live`, which has `everything`, and what became of those of `before`.
///
/// # Errors
/// Damage; an interrupt; what the system says.
pub(super) fn find(
    shelf: &Shelf,
    (live, everything): (&Live, Everything),
    before: &Books,
    run: Run<'_>,
) -> Result<Books> {
    let config = ScanConfig {
        threads: run.config.threads,
        memory: run.config.memory,
        temp_dir: run.config.temp_dir.clone(),
        ..ScanConfig::default()
    };
    let config = config.with_ngram_size(live.parameters.ngram_size);
    let Everything { texts, others } = everything;
    let more = |range| others.read(range);
    let result = scan_texts(texts, (others.len(), &more), &config, run.progress)?;
    let found = Found::of(&result)?;
    drop(result);
    let named = book::write(shelf, FAMILIES, &found.leaves)?;
    let families = Some(Opened::open(shelf, named, FAMILIES)?);
    let leaves = History { live, found: &found }.of(before)?;
    let history = if leaves.is_empty() {
        None
    } else {
        let named = book::write(shelf, HISTORY, &leaves)?;
        Some(Opened::open(shelf, named, HISTORY)?)
    };
    Ok(Books { families, history, stale: false })
}

/// A place of a family in a document.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u64,
    end: u64,
    /// Place of the family in the order of ranks.
    family: usize,
}

/// The families that were found, as leaves of a book in the order of ranks.
struct Found {
    leaves: Vec<Leaf>,
    keys: Set<u64>,
    /// By the hashes of ids.
    places: Map<u64, Vec<Place>>,
}

impl Found {
    fn of(result: &ScanResult) -> Result<Self> {
        let mut bytes = Vec::new();
        let packers = Packers::default();
        let wrote = result.write_families(&|family, to| frame(family, &packers, to), &mut bytes);
        let failed = |what: String| Error::Internal { id: String::new(), what };
        wrote.map_err(|error| failed(error.to_string()))?;
        let mut framed = Vec::with_capacity(result.family_count());
        let mut left = Left(&bytes);
        while !left.0.is_empty() {
            let one = unframe(&mut left);
            framed.push(one.ok_or_else(|| failed("a family cannot be kept".to_owned()))?);
        }
        framed.sort_by_key(|one| one.0);
        let (mut leaves, mut keys) = (Vec::with_capacity(framed.len()), Set::default());
        let mut places: Map<u64, Vec<Place>> = Map::default();
        for (family, (_, leaf, spans)) in framed.into_iter().enumerate() {
            for (&document, (start, end)) in leaf.about.iter().zip(spans) {
                places.entry(document).or_default().push(Place { start, end, family });
            }
            keys.insert(leaf.key);
            leaves.push(leaf);
        }
        Ok(Self { leaves, keys, places })
    }

    /// The family that has most of these places, and of several the first.
    fn most_like(&self, old: &KeptFamily) -> Option<u64> {
        let mut votes: Map<usize, usize> = Map::default();
        for member in &old.members {
            let (start, end) = (member.start as u64, member.end as u64);
            let mut own: Vec<usize> = Vec::new();
            for place in self.places.get(&about(&member.id)).into_iter().flatten() {
                let shared = place.end.min(end).saturating_sub(place.start.max(start));
                if 2 * shared >= end - start && !own.contains(&place.family) {
                    own.push(place.family);
                }
            }
            for family in own {
                *votes.entry(family).or_default() += 1;
            }
        }
        let best = votes.into_iter().max_by_key(|&(n, count)| (count, std::cmp::Reverse(n)))?;
        self.leaves.get(best.0).map(|leaf| leaf.key)
    }
}

/// Writes a family so that [`unframe`] reads it, compressed on the worker that has formatted it.
fn frame(family: &Family<'_>, packers: &Packers, to: &mut Vec<u8>) {
    let kept = KeptFamily::of(family);
    let record = serde_json::to_vec(&kept).unwrap_or_default();
    let stored = packers.pack(&record).unwrap_or_default();
    put(family.rank.into(), to);
    put(number(&kept.key).unwrap_or_default(), to);
    put(facts(kept.kind, kept.outlets, kept.size), to);
    put(record.len() as u64, to);
    put(stored.len() as u64, to);
    to.extend_from_slice(&stored);
    put(kept.members.len() as u64, to);
    for member in &kept.members {
        put(about(&member.id), to);
        put(member.start as u64, to);
        put(member.end as u64, to);
    }
}

/// Rank, leaf, and the spans of what the leaf is about.
type Framed = (u64, Leaf, Vec<(u64, u64)>);

/// Reads what [`frame`] wrote; none where that has failed.
fn unframe(left: &mut Left<'_>) -> Option<Framed> {
    let (rank, key, facts) = (left.word()?, left.word()?, left.word()?);
    let (bytes, length) = (left.word()?.try_into().ok()?, left.word()?.try_into().ok()?);
    let stored = left.take(length).filter(|stored| !stored.is_empty())?.to_vec();
    let (mut about, mut spans) = (Vec::new(), Vec::new());
    for _ in 0..left.word()? {
        about.push(left.word()?);
        spans.push((left.word()?, left.word()?));
    }
    Some((rank, Leaf { key, facts, target: key, about, stored, bytes }, spans))
}

/// What became of earlier keys.
struct History<'a> {
    live: &'a Live,
    found: &'a Found,
}

/// What became of a key.
#[derive(Debug, Clone)]
enum Became {
    Alias(u64),
    Former(Box<KeptFamily>),
    Gone,
}

impl History<'_> {
    /// The leaves of the new history, in the order of keys.
    fn of(&self, before: &Books) -> Result<Vec<Leaf>> {
        let mut became: Map<u64, Became> = Map::default();
        let (mut order, mut aliases) = (Vec::new(), Vec::new());
        for opened in [&before.families, &before.history].into_iter().flatten() {
            for n in 0..opened.book.len() {
                let row = opened.book.row(n)?;
                if self.found.keys.contains(&row.key) || became.contains_key(&row.key) {
                    continue;
                }
                if let Some(target) = row.target() {
                    aliases.push((row.key, target));
                    continue;
                }
                let record = opened.book.record(&row)?;
                let old: KeptFamily = serde_json::from_slice(&record)
                    .map_err(|_| opened.book.damaged("this is no family"))?;
                became.insert(row.key, self.became(old)?);
                order.push(row.key);
            }
        }
        for (key, target) in aliases {
            let now = match became.get(&target) {
                _ if self.found.keys.contains(&target) => Became::Alias(target),
                Some(Became::Former(_)) => Became::Alias(target),
                Some(other) => other.clone(),
                None => Became::Gone,
            };
            became.insert(key, now);
            order.push(key);
        }
        order.sort_unstable();
        order.dedup();
        let leaves = order.into_iter().filter_map(|key| became.remove(&key).map(|now| (key, now)));
        let packers = Packers::default();
        leaves.filter_map(|(key, now)| leaf(key, now, &packers).transpose()).collect()
    }

    fn became(&self, old: KeptFamily) -> Result<Became> {
        if let Some(key) = self.found.most_like(&old) {
            return Ok(Became::Alias(key));
        }
        let key = old.key.clone();
        let (left, is_left) = self.live.still(KeptFamily { former: true, ..old })?;
        Ok(Became::Former(Box::new(if is_left { left } else { KeptFamily::gone(key) })))
    }
}

/// The leaf of a key; none of an alias that leads nowhere.
fn leaf(key: u64, became: Became, packers: &Packers) -> Result<Option<Leaf>> {
    let failed = |what: io::Error| Error::Internal { id: String::new(), what: what.to_string() };
    let leaf = match became {
        Became::Gone => return Ok(None),
        Became::Alias(target) => Leaf { key, target, ..Leaf::default() },
        Became::Former(family) => {
            let record = serde_json::to_vec(&family).map_err(|error| failed(error.into()))?;
            let stored = packers.pack(&record).map_err(failed)?;
            Leaf { key, target: key, bytes: narrow(record.len()), stored, ..Leaf::default() }
        }
    };
    Ok(Some(leaf))
}
