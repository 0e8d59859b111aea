//! Families, outlets and documents of a commit, as lists that can be filtered.
//!
//! Made by archive for each commit, from the families that the index keeps or, where it keeps none
//! that hold, from those that a scan found; read by api. Invariant: it is of one commit, and its
//! families are those that `wirecopy scan` finds over the same documents.

use crate::commit::Commit;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wirecopy::error::Result;
use wirecopy::hash::Map;
use wirecopy::index::{FamilyState, KeptFamily, Listed};
use wirecopy::record::Kind;

/// What there is in a commit.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) commit: Arc<Commit>,
    /// The families in order of rank.
    pub(crate) families: Vec<Brief>,
    /// The same as a scan found them; none: they are read from the index.
    found: Option<Vec<KeptFamily>>,
    /// Places in `families`.
    by_key: Map<String, usize>,
    /// The documents in the order of their ids.
    pub(crate) documents: Vec<Listed>,
    /// Of each document the places in `families`.
    families_of: Vec<Vec<usize>>,
    pub(crate) outlets: Vec<OutletRow>,
}

/// What families are filtered by.
#[derive(Debug)]
pub(crate) struct Brief {
    pub(crate) key: String,
    pub(crate) kind: Kind,
    pub(crate) outlets: BTreeSet<String>,
    /// The passage in lower case.
    pub(crate) text: String,
    /// First and last date of a member, in seconds.
    pub(crate) dates: Option<(i64, i64)>,
}

/// An outlet, and how much of it there is.
#[derive(Debug, Default, Serialize)]
pub(crate) struct OutletRow {
    pub(crate) outlet: Option<String>,
    documents: usize,
    /// Families with a member of it; unknown where the index keeps no texts.
    families: Option<usize>,
    /// Documents that share something; unknown as well.
    sharing: Option<usize>,
    first_date: Option<String>,
    last_date: Option<String>,
    #[serde(skip)]
    dates: Option<(i64, i64)>,
}

impl Listing {
    /// Whether the families that an index keeps are those of now. An index without texts has none,
    /// and no scan could find any.
    pub(crate) fn is_kept(commit: &Commit) -> bool {
        !commit.reader.info().texts || commit.reader.family_state() == FamilyState::Current
    }

    /// From the families that the index keeps.
    ///
    /// # Errors
    /// Damage.
    pub(crate) fn kept(commit: &Arc<Commit>) -> Result<Self> {
        let mut listing = Self::empty(commit)?;
        commit.reader.each_family(&mut |family| listing.take(&family))?;
        Ok(listing.finished())
    }

    /// From the families that a scan of the commit found, in order of rank.
    ///
    /// # Errors
    /// Damage.
    pub(crate) fn found(commit: &Arc<Commit>, families: Vec<KeptFamily>) -> Result<Self> {
        let mut listing = Self::empty(commit)?;
        for family in &families {
            listing.take(family);
        }
        listing.found = Some(families);
        Ok(listing.finished())
    }

    fn empty(commit: &Arc<Commit>) -> Result<Self> {
        let documents = commit.reader.documents_after(None, usize::MAX)?;
        Ok(Self {
            commit: Arc::clone(commit),
            families: Vec::new(),
            found: None,
            by_key: Map::default(),
            families_of: vec![Vec::new(); documents.len()],
            documents,
            outlets: Vec::new(),
        })
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.documents.binary_search_by(|one| one.id.as_str().cmp(id)).ok()
    }

    fn take(&mut self, family: &KeptFamily) {
        let place = self.families.len();
        let mut dates = None;
        for member in &family.members {
            let Some(document) = self.place(&member.id) else { continue };
            if let Some(own) = self.families_of.get_mut(document)
                && own.last() != Some(&place)
            {
                own.push(place);
            }
            let date = self.documents.get(document).and_then(|one| one.meta.date.as_ref());
            dates = wider(dates, date.map(|date| (date.seconds, date.seconds)));
        }
        self.by_key.insert(family.key.clone(), place);
        let outlets = family.members.iter().filter_map(|member| member.outlet.clone());
        self.families.push(Brief {
            key: family.key.clone(),
            kind: family.kind,
            outlets: outlets.collect(),
            text: family.text.to_lowercase(),
            dates,
        });
    }

    fn finished(mut self) -> Self {
        self.outlets = outlets(&self.documents, &self.families, &self.families_of);
        if !self.commit.reader.info().texts {
            for row in &mut self.outlets {
                (row.families, row.sharing) = (None, None);
            }
        }
        self
    }

    /// The family at a place of `families`, with all its members.
    ///
    /// # Errors
    /// Damage.
    pub(crate) fn family_at(&self, place: usize) -> Result<Option<KeptFamily>> {
        match (&self.found, self.families.get(place)) {
            (Some(found), _) => Ok(found.get(place).cloned()),
            (None, Some(brief)) => self.commit.reader.family(&brief.key),
            (None, None) => Ok(None),
        }
    }

    /// The family that has a key, or had it before it grew, joined another or was split.
    ///
    /// # Errors
    /// Damage.
    pub(crate) fn family(&self, key: &str) -> Result<Option<KeptFamily>> {
        if let Some(&place) = self.by_key.get(key) {
            return self.family_at(place);
        }
        let Some(kept) = self.commit.reader.family(key)? else { return Ok(None) };
        // What a scan found is newer than what the index keeps.
        match self.by_key.get(&kept.key).filter(|_| self.found.is_some()) {
            Some(&place) => self.family_at(place),
            None => Ok(Some(kept)),
        }
    }

    /// The families of a document, in order of rank.
    pub(crate) fn families_of(&self, id: &str) -> impl Iterator<Item = &Brief> {
        let places = self.place(id).and_then(|document| self.families_of.get(document));
        places.into_iter().flatten().filter_map(|&place| self.families.get(place))
    }
}

fn wider(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((low, high)), Some((from, to))) => Some((low.min(from), high.max(to))),
        (one, other) => one.or(other),
    }
}

fn outlets(documents: &[Listed], families: &[Brief], of: &[Vec<usize>]) -> Vec<OutletRow> {
    let mut rows: BTreeMap<Option<&str>, OutletRow> = BTreeMap::new();
    for (document, own) in documents.iter().zip(of) {
        let outlet = document.meta.outlet.as_deref();
        let row = rows.entry(outlet).or_default();
        row.outlet = outlet.map(str::to_owned);
        row.documents += 1;
        *row.sharing.get_or_insert(0) += usize::from(!own.is_empty());
        row.families.get_or_insert(0);
        if let Some(date) = &document.meta.date {
            if row.dates.is_none_or(|(low, _)| date.seconds < low) {
                row.first_date = Some(date.text.clone());
            }
            if row.dates.is_none_or(|(_, high)| date.seconds > high) {
                row.last_date = Some(date.text.clone());
            }
            row.dates = wider(row.dates, Some((date.seconds, date.seconds)));
        }
    }
    for outlet in families.iter().flat_map(|family| &family.outlets) {
        if let Some(row) = rows.get_mut(&Some(outlet.as_str())) {
            *row.families.get_or_insert(0) += 1;
        }
    }
    let mut rows: Vec<OutletRow> = rows.into_values().collect();
    rows.sort_by(|x, y| y.documents.cmp(&x.documents).then_with(|| x.outlet.cmp(&y.outlet)));
    rows
}
