//! Copies among a part of the documents, for engines that spread them over machines.
//!
//! Fed by a program such as the Python package with the passages of some pairs of documents and the
//! whole families of these, once [`ScanStages`](super::ScanStages) has found them all. Which
//! passages are furniture is for `judge` to say, and what it must know of other documents comes in
//! two rounds before: [`CopyStages::agencies`], then [`CopyStages::furniture`] and of that
//! [`CopyStages::houses`]. Invariant: all parts together list the pairs that
//! [`ScanResult::copies`](super::ScanResult::copies) lists of all documents.

use super::clock::in_pool;
use super::copies::Furniture;
use super::found::Found;
use super::locate::Located;
use super::result::ScanResult;
use super::table::Filing;
use super::twins::Outlets;
use crate::corpus::Document;
use crate::error::Result;
use crate::judge::{Case, Cases, KnownOutlets};
use crate::limits::{Limits, narrow};
use crate::passage::{DocSpan, Families, Passage};
use crate::record::CopyPair;

/// Outlets of a family by number, each with the number of its documents there.
pub type OutletCounts = Vec<(u32, u32)>;

/// Some documents, in their order, with what they share.
#[derive(Debug, Default)]
pub struct Part {
    /// The documents.
    pub documents: Vec<Document>,
    /// Tokens of each.
    pub lengths: Vec<u32>,
    /// All passages of some pairs of them, each with its family (by its index here); a family of
    /// fewer than three places, which is never furniture, may be none.
    pub passages: Vec<(Passage, Option<u32>)>,
    /// All places of each family, in their order, and the index of the one that represents it.
    pub families: Vec<(Vec<DocSpan>, usize)>,
}

/// The stages that find copies, for the tasks of an engine.
#[derive(Debug)]
pub struct CopyStages {
    threshold: f64,
    /// Names of the outlets of all documents, sorted and different.
    names: Vec<String>,
    known: KnownOutlets,
}

impl CopyStages {
    /// The stages for this threshold and the names of the outlets of all documents (sorted by their
    /// bytes and different).
    ///
    /// # Examples
    /// ```
    /// use wirecopy::corpus::Document;
    /// use wirecopy::detect::{CopyStages, Part};
    /// let stages = CopyStages::new(0.45, Vec::new());
    /// let documents = vec![Document::new("a", "The ferry sails at noon.")];
    /// let part = Part { documents, lengths: vec![5], ..Part::default() };
    /// let mut pairs = 0;
    /// stages.copies(part, &mut |_| pairs += 1)?;
    /// assert_eq!(pairs, 0);
    /// # Ok::<(), wirecopy::error::Error>(())
    /// ```
    #[must_use]
    pub fn new(threshold: f64, names: Vec<String>) -> Self {
        Self { threshold, known: KnownOutlets::new(names.clone(), &[]), names }
    }

    /// The same once it is known which outlets (by number) are agencies, and of each its house;
    /// these may be none yet.
    #[must_use]
    pub fn with_outlets(self, agencies: &[u32], houses: Vec<u32>) -> Self {
        let known = KnownOutlets::new(self.names.clone(), agencies).with_houses(houses);
        Self { known, ..self }
    }

    /// The outlets of `documents`, all of which have a passage, that are agencies by their own
    /// reports.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn agencies(&self, documents: &[Document]) -> Result<Vec<u32>> {
        alone(|| Ok(self.known.agencies_in(documents)))
    }

    /// The outlets of each family, none of one that cannot be furniture, once agencies are known.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn furniture(&self, part: Part) -> Result<Vec<OutletCounts>> {
        alone(|| {
            let all: Vec<usize> = (0..part.families.len()).collect();
            let mut result = found(part);
            let cases = cases(&mut result, &all)?;
            Ok(self.known.furniture(&result.documents, &cases))
        })
    }

    /// The house of each outlet, of the furniture in all parts.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn houses(&self, furniture: &[OutletCounts]) -> Result<Vec<u32>> {
        alone(|| Ok(self.known.find_houses(furniture)))
    }

    /// Calls `sink` with the copies of a part, once agencies and houses are known.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn copies(&self, part: Part, sink: &mut (dyn FnMut(CopyPair<'_>) + Send)) -> Result<()> {
        alone(|| {
            let mut result = found(part);
            let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
            let houses = Outlets::of(names.iter().map(|name| Some(*name))).houses;
            let house = |document: &Document| {
                let place = names.binary_search(&document.meta.outlet.as_deref()?).ok()?;
                houses.get(place).copied().flatten()
            };
            result.houses = result.documents.iter().map(house).collect();
            let recurring: Vec<usize> =
                (0..result.family_count()).filter(|&n| result.recurs(n)).collect();
            let cases = cases(&mut result, &recurring)?;
            // One more for passages without a family.
            let mut furniture = vec![Furniture::No; result.family_count() + 1];
            for (&n, kind) in recurring.iter().zip(self.known.kinds(&result.documents, &cases)) {
                if let Some(own) = furniture.get_mut(n) {
                    *own = result.furniture_of(n, kind);
                }
            }
            result.copies_but(&furniture, self.threshold).into_iter().for_each(sink);
            Ok(())
        })
    }
}

/// Does some work in one thread.
fn alone<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    in_pool(1, Limits::default().open_files, work)
}

/// What a scan of these documents alone would have found.
fn found(part: Part) -> ScanResult {
    let Part { documents, lengths, mut passages, families } = part;
    passages.sort_unstable();
    let none = narrow(families.len());
    let (passages, of_passage): (Vec<Passage>, Vec<u32>) =
        passages.into_iter().map(|(passage, family)| (passage, family.unwrap_or(none))).unzip();
    let (members, exemplar) = families.into_iter().unzip();
    let families = Families { of_passage, members, exemplar };
    let passages = Found::Held(passages);
    ScanResult { documents, passages, families, lengths, ..ScanResult::default() }
}

/// Some families as the judge takes them.
fn cases(result: &mut ScanResult, wanted: &[usize]) -> Result<Vec<Case>> {
    let places = wanted.iter().filter_map(|&n| result.families.members.get(n)).flatten().copied();
    result.located = Located::find(&result.documents, places, &Filing::new(None, 0))?;
    Ok(wanted.iter().map(|&n| result.case(n)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{ScanConfig, Scope, Silent, scan_documents};
    use super::*;
    use crate::components::Components;
    use crate::corpus::{Date, Meta};
    use crate::hash::mix;

    /// A number below `most`, of what it is drawn for.
    fn draw(seed: u64, of: u64, most: u64) -> u64 {
        mix(seed ^ mix(of)) % most
    }

    fn words(story: u64, count: u64) -> String {
        let word = |n: u64| format!("w{:x}", mix(story << 32 | n) >> 44);
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }

    /// Pages of papers that print each other's stories whole or in part, under the furniture of
    /// their house (of one paper there is more of it than of a story) or none, over a month.
    fn documents(seed: u64) -> Vec<Document> {
        let outlets = ["Bay Herald", "Echo", "Gulf Times", "Herald Weekend", "Northwire"];
        let page = |n: u64| {
            let own = |what: u64, most: u64| draw(seed, n << 8 | what, most);
            let outlet = outlets[usize::try_from(own(0, 5)).unwrap()];
            let house = u64::from(outlet.contains("Herald"));
            let story = words(1000 * seed + own(1, 12), 60 + own(2, 40));
            let mut text =
                vec![format!("SALTMARSH ({outlet}) - {story}."), words(9000 + n, own(3, 60))];
            if outlet == "Echo" {
                text.push(words(33, 180));
            } else if own(4, 3) > 0 {
                text.push(format!("{}.\n{}", words(77 + house, 50), words(5 + house, 30)));
            }
            let day = i64::try_from(own(5, 30)).unwrap();
            let date = Date { seconds: day * 86_400, day_only: true, ..Date::default() };
            let date = (own(6, 8) > 0).then_some(date);
            let meta = Meta { outlet: Some(outlet.into()), date, ..Meta::default() };
            Document { id: format!("d{n:02}"), text: text.join("\n\n").into(), meta }
        };
        (0..40).map(page).collect()
    }

    /// The parts of a scan: of each component its documents, passages and families.
    fn parts(found: &ScanResult) -> Vec<Part> {
        let mut components = Components::new(narrow(found.documents.len()));
        for passage in found.passages.iter() {
            components.union(passage.doc_a, passage.doc_b);
        }
        let home: Vec<u32> =
            (0..narrow(found.documents.len())).map(|doc| components.find(doc)).collect();
        let of = |root: u32| {
            let docs = (0..narrow(home.len())).filter(|&doc| home[doc as usize] == root);
            let docs: Vec<u32> = docs.collect();
            let place = |doc: u32| narrow(docs.binary_search(&doc).unwrap());
            let own = |n: &usize| home[found.families.members[*n][0].doc as usize] == root;
            let numbers: Vec<usize> = (0..found.family_count()).filter(own).collect();
            let family = |n: &usize| {
                let members = found.families.members[*n].iter();
                let members = members.map(|at| DocSpan { doc: place(at.doc), ..*at }).collect();
                (members, found.families.exemplar[*n])
            };
            let passage = |(passage, of): (Passage, &u32)| {
                let (doc_a, doc_b) = (place(passage.doc_a), place(passage.doc_b));
                let family = numbers.binary_search(&(*of as usize)).ok().map(narrow);
                (Passage { doc_a, doc_b, ..passage }, family)
            };
            let all = found.passages.iter().zip(&found.families.of_passage);
            Part {
                documents: docs.iter().map(|&n| found.documents[n as usize].clone()).collect(),
                lengths: docs.iter().map(|&n| found.lengths[n as usize]).collect(),
                passages: all
                    .filter(|(p, _)| home[p.doc_a as usize] == root)
                    .map(passage)
                    .collect(),
                families: numbers.iter().map(family).collect(),
            }
        };
        let mut roots = home.clone();
        roots.sort_unstable();
        roots.dedup();
        roots.into_iter().map(of).collect()
    }

    /// A pair as text, since what it borrows ends with its part.
    fn told(pair: &CopyPair<'_>) -> String {
        format!("{pair:?}")
    }

    #[test]
    fn parts_have_the_copies_of_the_whole() {
        let (mut furniture, mut decided, mut listed) = (0, 0, 0);
        for seed in 0..12 {
            let documents = documents(seed);
            let config = ScanConfig { scope: Scope::Documents, threads: 1, ..Default::default() };
            let found = scan_documents(documents.clone(), Vec::new(), &config, &Silent).unwrap();
            let mut names: Vec<String> =
                documents.iter().map(|d| d.meta.outlet.as_deref().unwrap().to_owned()).collect();
            names.sort_unstable();
            names.dedup();
            let stages = CopyStages::new(COPY, names);
            let agencies = |part: Part| stages.agencies(&part.documents).unwrap();
            let agencies: Vec<u32> = parts(&found).into_iter().flat_map(agencies).collect();
            assert!(!agencies.is_empty(), "outlets sign their reports");
            let stages = stages.with_outlets(&agencies, Vec::new());
            let of_part = |part: Part| stages.furniture(part).unwrap();
            let counts: Vec<OutletCounts> = parts(&found).into_iter().flat_map(of_part).collect();
            furniture += counts.iter().filter(|outlets| !outlets.is_empty()).count();
            let houses = stages.houses(&counts).unwrap();
            let stages = stages.with_outlets(&agencies, houses);
            let mut copies: Vec<String> = Vec::new();
            for part in parts(&found) {
                stages.copies(part, &mut |pair| copies.push(told(&pair))).unwrap();
            }
            let mut whole: Vec<String> = found.copies(COPY).iter().map(told).collect();
            copies.sort_unstable();
            whole.sort_unstable();
            assert_eq!(copies, whole);
            let plain = vec![Furniture::No; found.family_count()];
            decided += usize::from(found.copies_but(&plain, COPY).len() != whole.len());
            listed += whole.len();
        }
        let seen = (furniture, decided, listed);
        assert!(furniture > 0 && decided > 6 && listed > 100, "{seen:?}");
    }

    const COPY: f64 = super::super::COPY_COVERAGE;
}
