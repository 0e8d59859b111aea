//! Looking through an index: documents, outlets and families, a page at a time.
//!
//! Used by the program and by servers. Invariant: a page depends on what is in the index, not on
//! how it is spread over segments.

use super::documents::{self, Entry};
use super::families::{about, kind, number, outlets};
use super::family::{FamilyState, KeptFamily, KeptMember};
use super::live::Opened;
use super::reader::Reader;
use super::segment::Segment;
use crate::corpus::{Date, Meta};
use crate::error::Result;
use crate::hash::Map;
use crate::record::Kind;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// What is known of a document without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its metadata.
    pub meta: Meta,
    /// Tokens of its text.
    pub tokens: u32,
    /// Bytes of its text.
    pub text_bytes: u32,
}

impl Listed {
    fn of(segment: &Segment, entry: &Entry) -> Result<Self> {
        let (id, meta) = segment.meta(entry)?;
        Ok(Self { id, meta, tokens: entry.tokens, text_bytes: entry.text_bytes })
    }
}

/// An outlet, and what of it is in an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutletCount {
    /// Its name; none for documents without one.
    pub outlet: Option<String>,
    /// Its documents.
    pub documents: u64,
    /// Tokens of all of them.
    pub tokens: u64,
    /// The earliest date, as written in the input.
    pub first: Option<String>,
    /// The latest date.
    pub last: Option<String>,
}

/// Which families are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FamilyFilter {
    /// Only these kinds; none: all.
    pub kinds: Vec<Kind>,
    /// Only with so many outlets or more.
    pub outlets: u32,
}

/// Some families of an index.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FamilyPage {
    /// The families, in the order of their ranks.
    pub families: Vec<KeptFamily>,
    /// How many there are of the sort that was asked for.
    pub total: u64,
}

impl Reader {
    /// At most `count` documents in the order of their ids, from the one after `after`.
    ///
    /// # Errors
    /// Damage.
    pub fn documents_after(&self, after: Option<&str>, count: usize) -> Result<Vec<Listed>> {
        let mut all = Vec::new();
        for member in &self.live().members {
            let segment = &member.segment;
            let start = after.map_or(Ok(0), |after| segment.after(after))?;
            let own = (start..segment.documents()).filter(|&doc| member.holds(doc)).take(count);
            for doc in own {
                all.push(Listed::of(segment, &segment.entry(doc)?)?);
            }
        }
        all.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        all.truncate(count);
        Ok(all)
    }

    /// What is known of a document, without its text.
    ///
    /// # Errors
    /// Damage.
    pub fn listed(&self, id: &str) -> Result<Option<Listed>> {
        let Some(place) = self.live().find(id)? else { return Ok(None) };
        let (Some(entry), Some(member)) =
            (self.live().entry(place)?, self.live().members.get(place.0))
        else {
            return Ok(None);
        };
        Listed::of(&member.segment, &entry).map(Some)
    }

    /// All outlets in the order of their names, the documents without one first. Reads the record
    /// of every document.
    ///
    /// # Errors
    /// Damage.
    pub fn outlets(&self) -> Result<Vec<OutletCount>> {
        #[derive(Default)]
        struct Own {
            documents: u64,
            tokens: u64,
            first: Option<Date>,
            last: Option<Date>,
        }
        let mut all: BTreeMap<Option<String>, Own> = BTreeMap::new();
        let mut record = Vec::new();
        for member in &self.live().members {
            for doc in member.documents() {
                let entry = member.segment.entry(doc)?;
                record.clear();
                member.segment.record(&entry, &mut record)?;
                let meta = documents::read(&record).map(|(_, meta)| meta).unwrap_or_default();
                let own = all.entry(meta.outlet.as_deref().map(str::to_owned)).or_default();
                own.documents += 1;
                own.tokens += u64::from(entry.tokens);
                let Some(date) = meta.date else { continue };
                let order = |date: &Date| (date.seconds, date.text.clone());
                if own.first.as_ref().is_none_or(|first| order(&date) < order(first)) {
                    own.first = Some(date.clone());
                }
                if own.last.as_ref().is_none_or(|last| order(&date) > order(last)) {
                    own.last = Some(date);
                }
            }
        }
        let counts = all.into_iter().map(|(outlet, own)| OutletCount {
            outlet,
            documents: own.documents,
            tokens: own.tokens,
            first: own.first.map(|date| date.text),
            last: own.last.map(|date| date.text),
        });
        Ok(counts.collect())
    }

    /// What the index knows of families.
    #[must_use]
    pub fn family_state(&self) -> FamilyState {
        self.live().books.state()
    }

    /// The family that has a key now, or had it before.
    ///
    /// # Errors
    /// Damage.
    pub fn family(&self, key: &str) -> Result<Option<KeptFamily>> {
        let Some(key) = number(key) else { return Ok(None) };
        let books = &self.live().books;
        let (families, history) = (books.families.as_ref(), books.history.as_ref());
        let find = |opened: Option<&Opened>, key| opened.map(|o| o.book.find(key)).transpose();
        let look = |key| match find(families, key)?.flatten() {
            Some(row) => Ok(Some((families, row))),
            None => Ok(find(history, key)?.flatten().map(|row| (history, row))),
        };
        let found = match look(key)? {
            Some((_, row)) if row.target().is_some() => look(row.target().unwrap_or_default())?,
            found => found,
        };
        match found {
            // Of a family whose documents are all gone the key still tells that.
            Some((Some(opened), row)) if row.target().is_none() => {
                let (family, is_left) = self.read(opened, &row)?;
                Ok(Some(if is_left { family } else { KeptFamily::gone(family.key) }))
            }
            _ => Ok(None),
        }
    }

    /// At most `count` families that pass a filter, from the one at `from` in the order of ranks.
    ///
    /// # Errors
    /// Damage.
    pub fn families(&self, filter: &FamilyFilter, from: u64, count: usize) -> Result<FamilyPage> {
        let mut page = FamilyPage { families: Vec::new(), total: 0 };
        let Some(opened) = &self.live().books.families else { return Ok(page) };
        for n in 0..opened.book.len() {
            let facts = opened.book.facts(n)?;
            let is_kind = filter.kinds.is_empty() || filter.kinds.contains(&kind(facts));
            if !is_kind || outlets(facts) < u64::from(filter.outlets) {
                continue;
            }
            if page.total >= from && page.families.len() < count {
                let row = opened.book.ranked(n)?.0;
                page.families.extend(self.kept(opened, &row)?);
            }
            page.total += 1;
        }
        Ok(page)
    }

    /// Gives every family to `sink`, in the order of ranks, one at a time.
    ///
    /// # Errors
    /// Damage.
    pub fn each_family(&self, sink: &mut dyn FnMut(KeptFamily)) -> Result<()> {
        let Some(opened) = &self.live().books.families else { return Ok(()) };
        for n in 0..opened.book.len() {
            let row = opened.book.ranked(n)?.0;
            self.kept(opened, &row)?.into_iter().for_each(&mut *sink);
        }
        Ok(())
    }

    /// The families that a document is in, in the order of ranks.
    ///
    /// # Errors
    /// Damage.
    pub fn families_of(&self, id: &str) -> Result<Vec<KeptFamily>> {
        let Some(opened) = &self.live().books.families else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for n in opened.book.about(about(id))? {
            let family = self.kept(opened, &opened.book.ranked(n)?.0)?;
            found.extend(family.filter(|one| one.members.iter().any(|member| member.id == id)));
        }
        Ok(found)
    }

    /// The families that have some bytes of the text of a document, in the order of ranks.
    ///
    /// # Errors
    /// Damage.
    pub fn families_at(&self, id: &str, bytes: Range<usize>) -> Result<Vec<KeptFamily>> {
        let mut found = self.families_of(id)?;
        found.retain(|family| {
            let mut own = family.members.iter().filter(|member| member.id == id);
            own.any(|member| member.start < bytes.end && bytes.start < member.end)
        });
        Ok(found)
    }

    /// Keys of the families that have some bytes of any of these texts, by the ids of their
    /// documents, in the order of ranks. Each family is read once, however many texts are in it.
    ///
    /// # Errors
    /// Damage.
    pub fn keys_at<'a>(
        &self,
        places: impl IntoIterator<Item = (&'a str, Range<usize>)>,
    ) -> Result<Vec<String>> {
        let Some(opened) = &self.live().books.families else { return Ok(Vec::new()) };
        let mut asked: Map<&str, Vec<Range<usize>>> = Map::default();
        let mut numbers = Vec::new();
        for (id, bytes) in places {
            let ranges = asked.entry(id).or_default();
            if ranges.is_empty() {
                numbers.extend(opened.book.about(about(id))?);
            }
            ranges.push(bytes);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut keys = Vec::new();
        for n in numbers {
            let family = self.kept(opened, &opened.book.ranked(n)?.0)?;
            let is_asked = |member: &KeptMember| {
                let mut ranges = asked.get(member.id.as_str()).into_iter().flatten();
                ranges.any(|bytes| member.start < bytes.end && bytes.start < member.end)
            };
            let family = family.filter(|family| family.members.iter().any(is_asked));
            keys.extend(family.map(|family| family.key));
        }
        Ok(keys)
    }

    /// A family as it is kept, without documents that were removed since; none if none is left.
    fn kept(&self, opened: &Opened, row: &super::book::Row) -> Result<Option<KeptFamily>> {
        let (family, is_left) = self.read(opened, row)?;
        Ok(is_left.then_some(family))
    }

    /// The same, and whether any document is left of it.
    fn read(&self, opened: &Opened, row: &super::book::Row) -> Result<(KeptFamily, bool)> {
        let record = opened.book.record(row)?;
        let family: serde_json::Result<KeptFamily> = serde_json::from_slice(&record);
        let family = family.map_err(|_| opened.book.damaged("this is no family"))?;
        if self.family_state() == FamilyState::Current || family.members.is_empty() {
            return Ok((family, true));
        }
        self.live().still(family)
    }
}
