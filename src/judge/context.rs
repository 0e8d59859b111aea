//! What is known about the documents and outlets of a run, and the reading of a family in it.
//!
//! Fed by `judge` with documents and cases; reads the text around each place through `occurrence`,
//! `wording`, `naming` and `credit`, and joins what `kind`, `direction` and `rank` decide into a
//! verdict. Invariant: each place is read once, in the order of the case.

mod named;
mod others;

use self::named::Named;
use super::case::{Case, Verdict, Witness};
use super::clients::Clients;
use super::company::{self, Company};
use super::direction::History;
use super::features::{Features, Gathered};
use super::form::Known;
use super::kind::{self, Kind, Ownership};
use super::lines::floor;
use super::lists::Lists;
use super::occurrence::{self, Own};
use super::outlets::{self, Houses};
use super::provenance::Provenance;
use super::thresholds::Thresholds;
use super::wording::{self, Edits, Versions, Wording, Wordings};
use super::{credit, excerpt, later, naming, rank, sentence, sureness, unlisted, updates};
use crate::corpus::{Date, Document};
use crate::hash::{Map, Set};
use crate::limits::narrow;
use crate::text::Tokenizer;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cell::{LazyCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

/// Outlets of a family whose names are looked for in its documents.
const NAMED_OUTLETS: usize = 12;
/// Texts of a family of which what was read is held; of the others it is read at each place.
const HELD_VERSIONS: usize = 1024;
/// Bytes on either side of a passage that show what share of capitals is usual there.
const AROUND_BYTES: usize = 1500;

/// The documents of a run with what is known about their outlets.
pub(super) struct Context<'a> {
    documents: &'a [Document],
    /// Names of the outlets, sorted.
    names: Vec<&'a str>,
    /// How texts write them.
    written: Vec<Option<String>>,
    /// Outlet of each document.
    outlets: Vec<Option<u32>>,
    /// Agency that each outlet is.
    agencies: Vec<Option<&'a str>>,
    /// Agency that each document credits; only documents with a place are read.
    credits: Vec<Option<&'a str>>,
    /// Line that may credit an outlet, of those of these documents that have one.
    lines: Map<u32, &'a str>,
}

/// What was read at the places of a family. All families are read before any is decided, so what
/// can be read again cheaply is not kept.
pub(super) struct Reading {
    pub(super) features: Features,
    /// For each place, the place of an outlet that it credits; empty if none credits any.
    credited: Vec<Option<u32>>,
    /// For each place the bytes of somebody's words; empty if the family may be no quotation.
    quotes: Vec<Option<Range<u32>>>,
}

/// What limits how sure a kind is, whatever the models say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// What the sureness is at least, where the outlets share no agency copy.
    least: f32,
    /// What it is at most ..
    pub(super) most: f32,
    /// .. for dates to name a source.
    dated: f32,
}

/// What a worker reads with, from family to family.
#[derive(Debug, Default)]
pub(super) struct Reader {
    tokenizer: Tokenizer,
    lists: Lists,
}

impl<'a> Context<'a> {
    pub(super) fn new(documents: &'a [Document], has_place: impl Fn(u32) -> bool + Sync) -> Self {
        let distinct: Set<&str> = documents.iter().filter_map(outlet).collect();
        let mut names: Vec<&str> = distinct.into_iter().collect();
        names.sort_unstable();
        Self::of_outlets(documents, names, has_place)
    }

    /// The same where the names of the outlets of all documents, sorted and different, are known.
    pub(super) fn of_outlets(
        documents: &'a [Document],
        names: Vec<&'a str>,
        has_place: impl Fn(u32) -> bool + Sync,
    ) -> Self {
        let numbers: Map<&str, u32> = names.iter().copied().zip(0..).collect();
        let number = |name: &str| numbers.get(name).copied();
        let outlets = documents.iter().map(|document| outlet(document).and_then(number)).collect();
        let written = names.iter().map(|name| naming::written(name)).collect();
        let agencies = names.iter().map(|name| credit::agency_named(name)).collect();
        let credit = |(doc, document): (usize, &'a Document)| {
            let text = document.text.as_str();
            let read = || credit::agency_of(text).or_else(|| unlisted::agency_of(text));
            has_place(narrow(doc)).then(read).flatten()
        };
        let credits = documents.par_iter().enumerate().map(credit).collect();
        let line = |(doc, document): (usize, &'a Document)| {
            let doc = narrow(doc);
            let line = has_place(doc).then(|| naming::credit_line(&document.text));
            line.filter(|line| !line.is_empty()).map(|line| (doc, line))
        };
        let lines: Vec<(u32, &str)> = documents.par_iter().enumerate().filter_map(line).collect();
        let lines = lines.into_iter().collect();
        let mut context = Self { documents, names, written, outlets, agencies, credits, lines };
        context.add_unlisted();
        context
    }

    /// The same with outlets that are agencies by the reports of other documents, as texts write
    /// their names.
    pub(super) fn with_agencies(mut self, agencies: impl Iterator<Item = Option<&'a str>>) -> Self {
        for (own, known) in self.agencies.iter_mut().zip(agencies) {
            *own = known.or(*own);
        }
        self
    }

    /// Takes outlets for agencies whose own reports start as those of agencies do.
    fn add_unlisted(&mut self) {
        for (outlet, credit) in self.unlisted() {
            self.agencies[outlet as usize] = Some(credit);
        }
    }

    /// Outlets that are agencies by their own reports, as these write their names.
    pub(super) fn unlisted(&self) -> BTreeMap<u32, &'a str> {
        let known = self.outlets.iter().zip(&self.credits);
        let own = known.filter_map(|(outlet, credit)| Some(((*outlet)?, (*credit)?)));
        let is_own = |(outlet, credit): &(u32, &str)| {
            self.written[*outlet as usize].as_deref() == Some(*credit)
        };
        own.filter(is_own).collect()
    }

    /// Counts of agency copy for each outlet, all zero.
    pub(super) fn clients(&self) -> Clients {
        Clients::new(self.names.len())
    }

    /// Joins the outlets that are one house, by their names and by the `furniture` that they share.
    pub(super) fn houses(&self, furniture: &[Vec<(u32, u32)>], thresholds: &Thresholds) -> Houses {
        Houses::find(&self.names, &self.agencies, furniture, thresholds)
    }

    /// Reads all places of a family.
    pub(super) fn read(
        &self,
        case: &Case,
        reader: &mut Reader,
        thresholds: &Thresholds,
    ) -> Reading {
        let Named { mentioned, credited, partners } = self.named(case);
        let partner = |n: usize| partners.get(n).copied().flatten();
        let lists = &mut reader.lists;
        let mut known = (lists, Known::default());
        let own_text = |n: usize| case.places.get(n).map_or("", |place| self.own(place));
        let is_there = case.exemplar < case.places.len();
        let main = is_there.then(|| Wording::of(own_text(case.exemplar), &mut reader.tokenizer));
        let mut gathered = Gathered::new(partners.iter().copied().flatten());
        let (mut versions, mut read): (Versions, Vec<(Own, Edits)>) = Default::default();
        let mut words = Vec::with_capacity(case.places.len());
        for (n, place) in case.places.iter().enumerate() {
            let text = own_text(n);
            let number = versions.add(text, own_text);
            let fresh;
            let (own, edits) = if let Some(known) = read.get(number) {
                known
            } else {
                let own = Own::of(text, known.0);
                let tokenizer = &mut reader.tokenizer;
                let other = main.as_ref().filter(|_| text != own_text(case.exemplar));
                let edits = other.map(|main| main.edits(&Wording::of(text, tokenizer)));
                fresh = (own, edits.unwrap_or_default());
                if number == read.len() && number < HELD_VERSIONS {
                    read.push(fresh);
                    &read[number]
                } else {
                    &fresh
                }
            };
            let text = self.text(place);
            let seen = occurrence::read(text, &span(place), own, &mut known);
            words.push(occurrence::words(text, &span(place), &seen));
            let provenance = Provenance { partner: partner(n), ..self.provenance(place) };
            gathered.add((&provenance, &seen), *edits, thresholds);
        }
        let mut features = gathered.features(main.as_ref());
        let share = |places: usize| places as f32 / case.places.len().max(1) as f32;
        features.named = share(mentioned);
        features.excerpt = share(self.excerpts(case, features.tokens >= thresholds.excerpt_tokens));
        if features.covered_least >= thresholds.copy_covered {
            features.owned = share(self.owned(case));
        }
        if kind::may_be_reuse(&features, thresholds) {
            let joint = self.joint(case);
            features.joint = share(joint.near);
            features.attributed = share(joint.attributed);
            features.mutual = share(joint.mutual);
        }
        if let Some(place) = case.places.get(case.exemplar) {
            let own = self.own(place);
            features.sentences =
                kind::may_be_phrase(&features, thresholds) && sentence::ends_inside(own);
            if kind::asks_for_names(&features, thresholds) {
                features.usual = wording::capital_share(around(self.text(place), &span(place)));
            }
        }
        let quotes = if features.marked >= thresholds.quoted_places {
            words.into_iter().map(|words| words.map(|(start, end)| start..end)).collect()
        } else {
            Vec::new()
        };
        Reading { features, credited, quotes }
    }

    /// The passage as it is at a place.
    fn own(&self, place: &Witness) -> &'a str {
        self.text(place).get(span(place)).unwrap_or_default()
    }

    /// The outlets of a family, each with the number of its documents there.
    pub(super) fn outlets_of(&self, case: &Case) -> Vec<(u32, u32)> {
        let mut found: Vec<(u32, u32)> = case
            .places
            .iter()
            .filter_map(|place| Some((self.outlets[place.doc as usize]?, place.doc)))
            .collect();
        found.sort_unstable();
        found.dedup();
        found.chunk_by(|x, y| x.0 == y.0).map(|same| (same[0].0, narrow(same.len()))).collect()
    }

    /// The verdict on a family.
    pub(super) fn decide(
        &self,
        case: &Case,
        reading: &Reading,
        (houses, clients, company): (&Houses, &Clients, &Company),
        thresholds: &Thresholds,
    ) -> Verdict {
        let ownership = self.ownership(case, houses);
        let kind = kind::kind(&reading.features, ownership, thresholds);
        let released = LazyCell::new(|| self.is_released(case));
        let is_released = || *released;
        let limits = self.limits((case, &is_released), reading, (kind, company), thresholds);
        let client = self.client(case, (kind, clients), thresholds);
        let sureness = sureness::sureness(&reading.features, (ownership, company, client), kind);
        let least = if client > 0.0 { 0.0 } else { limits.least };
        let sureness = sureness.max(least).min(limits.most);
        let ordered = kind::has_order(
            &reading.features,
            (kind, sureness.min(limits.dated)),
            is_released,
            thresholds,
        );
        let quotes = match kind {
            Kind::Quotation => reading.quotes.clone(),
            _ => Vec::new(),
        };
        Verdict {
            kind,
            quotes,
            sureness,
            why: kind::why(&reading.features, ownership, kind),
            houses: ownership.houses,
            weight: rank::weight(&reading.features, ownership, kind, sureness),
            ..self.trace(case, &reading.credited, (kind, ordered), thresholds)
        }
    }

    /// The share of agency copy in what the outlets of a family share, if it may be reuse.
    pub(super) fn client(
        &self,
        case: &Case,
        (kind, clients): (Kind, &Clients),
        thresholds: &Thresholds,
    ) -> f32 {
        match kind {
            Kind::Reuse => 1.0 - clients.own_share(&self.outlets_of(case), thresholds),
            _ => 0.0,
        }
    }

    /// What the sureness of a kind is at least and at most.
    pub(super) fn limits(
        &self,
        (case, is_released): (&Case, &dyn Fn() -> bool),
        reading: &Reading,
        (kind, company): (Kind, &Company),
        thresholds: &Thresholds,
    ) -> Limits {
        let f = &reading.features;
        let (shown, unproven) = (Limits { least: 0.0, most: 1.0, dated: 1.0 }, thresholds.unproven);
        match kind {
            Kind::Reuse if kind::is_proven(f, is_released, thresholds) => {
                let is_copy = company.tokens(Kind::Wire) == 0
                    && kind::is_whole_copy(f, is_released, thresholds);
                Limits { least: if is_copy { thresholds.whole_sure } else { 0.0 }, ..shown }
            }
            // That two texts name each other and share more says that one has it from the other or
            // both made it, and nothing about who was first.
            Kind::Reuse if company::is_made_together(f, company, thresholds) => {
                Limits { dated: unproven, ..shown }
            }
            Kind::Reuse => Limits { most: unproven, dated: unproven, ..shown },
            Kind::Wire if self.is_of_late_agency(case, f) => Limits { most: unproven, ..shown },
            _ => shown,
        }
    }

    /// The kind of a family before furniture shows which outlets are one house, and its tokens.
    pub(super) fn first_kind(
        &self,
        case: &Case,
        reading: &Reading,
        named: &Houses,
        thresholds: &Thresholds,
    ) -> (Kind, u32) {
        let ownership = self.ownership(case, named);
        (kind::kind(&reading.features, ownership, thresholds), reading.features.tokens)
    }

    /// Whether nothing shows agency copy but an agency's own page, of a later day than another.
    fn is_of_late_agency(&self, case: &Case, features: &Features) -> bool {
        let earliest = |of_agency: bool| {
            let of = |place: &&Witness| self.provenance(place).agency.is_some() == of_agency;
            case.places.iter().filter(of).filter_map(|place| self.provenance(place).day).min()
        };
        features.credited <= features.agency
            && earliest(true).zip(earliest(false)).is_some_and(|(agency, other)| other < agency)
    }

    /// Who was first, and where each member has the passage from; by dates alone only where the
    /// kind has an order.
    fn trace(
        &self,
        case: &Case,
        credited: &[Option<u32>],
        (kind, ordered): (Kind, bool),
        thresholds: &Thresholds,
    ) -> Verdict {
        let places = || case.places.iter();
        let dates: Vec<Option<&Date>> = places().map(|place| self.date(place)).collect();
        let provenance = |n: usize| self.provenance(&case.places[n]);
        // Wordings are compared only with those of earlier members, or of agencies.
        let of_agency = || places().any(|place| self.provenance(place).agency.is_some());
        let compared = match kind {
            Kind::Reuse | Kind::Internal => ordered && dates.iter().flatten().count() >= 2,
            Kind::Wire => of_agency(),
            _ => false,
        };
        let own = |n: usize| case.places.get(n).map_or("", |place| self.own(place));
        let versions = if compared {
            Versions::of((0..case.places.len()).map(own), own)
        } else {
            Versions::default()
        };
        let tokenizer = RefCell::new(Tokenizer::default());
        let text = |number: usize| own(versions.first[number] as usize);
        let make = |number: usize| Wording::of(text(number), &mut tokenizer.borrow_mut());
        let wordings = Wordings::new(versions.first.len(), &make);
        let history = History {
            dates: Cow::Borrowed(&dates),
            provenance: &provenance,
            wordings: &wordings,
            of_place: &versions.of_place,
            credited: Cow::Borrowed(credited),
            ordered,
        };
        let first = history.first(kind);
        let updated = first.and_then(|first| case.places.get(first.member as usize));
        let updated = updated.filter(|place| self.is_updated(case, place)).map(|place| place.doc);
        let origins = history.origins(kind, updated, thresholds);
        let first = first.filter(|_| updated.is_none());
        Verdict { first, origins, ..Verdict::default() }
    }

    /// Whether the page of the first place was changed after its date: when it got the passage is
    /// not known.
    fn is_updated(&self, case: &Case, first: &Witness) -> bool {
        let others = case.places.iter().filter(|place| place.doc != first.doc);
        let next = others.filter_map(|place| self.date(place)).min_by_key(|date| date.seconds);
        self.date(first).zip(next).is_some_and(|(date, next)| {
            let text = self.text(first);
            let title = self.documents[first.doc as usize].meta.title.as_deref();
            later::names_later_day(text, date)
                || updates::is_updated_late(text, date, next)
                || updates::is_live(text)
                || title.is_some_and(updates::is_live)
        })
    }

    fn text(&self, place: &Witness) -> &'a str {
        &self.documents[place.doc as usize].text
    }

    fn date(&self, place: &Witness) -> Option<&'a Date> {
        self.documents[place.doc as usize].meta.date.as_ref()
    }

    fn provenance(&self, place: &Witness) -> Provenance<'a> {
        let outlet = self.outlets[place.doc as usize];
        Provenance {
            doc: place.doc,
            outlet: outlet.map(|outlet| self.names[outlet as usize]),
            partner: None,
            day: self.date(place).map(Date::day),
            credit: self.credits[place.doc as usize],
            agency: outlet.and_then(|outlet| self.agencies[outlet as usize]),
        }
    }

    /// The outlets of a family with their names as texts write them; the first of many.
    fn written_outlets(&self, case: &Case) -> Vec<(&'a str, &str)> {
        let outlets = self.outlets_of(case);
        let outlets = outlets.iter().take(NAMED_OUTLETS).map(|(outlet, _)| *outlet as usize);
        outlets.filter_map(|n| Some((self.names[n], self.written[n].as_deref()?))).collect()
    }

    /// Those of them that are no agencies.
    fn written_papers(&self, case: &Case) -> Vec<(&'a str, &str)> {
        let mut outlets = self.written_outlets(case);
        outlets.retain(|(name, _)| {
            let outlet = self.names.binary_search(name).ok();
            outlet.is_some_and(|outlet| self.agencies[outlet].is_none())
        });
        outlets
    }

    /// Places in a block that a line before says is quoted from another outlet of the family, or,
    /// if it is `long`, that the paragraph before says is reported by one, or that is paragraphs of
    /// its own after one that names it or before a line that does so as the source.
    fn excerpts(&self, case: &Case, long: bool) -> usize {
        // What an agency is said to report is its copy.
        let outlets = self.written_papers(case);
        let is_excerpt = |place: &&Witness| {
            let own = self.outlets[place.doc as usize].map(|outlet| self.names[outlet as usize]);
            let mut others = outlets.iter().filter(|(name, _)| own != Some(name));
            let leads: Vec<&str> = naming::leads(self.text(place), place.start as usize).collect();
            let near = |read: fn(&'a str, &Range<usize>) -> Option<&'a str>| {
                read(self.text(place), &span(place)).filter(|_| long)
            };
            let (report, block) = (near(naming::before), near(naming::before_block));
            let source = near(excerpt::after_block);
            // Most texts name no other outlet there, so that is asked first.
            let reports = |name: &str| {
                let held = |text: &&str| naming::holds(text, name);
                let reported = report.filter(held).is_some_and(naming::reports);
                naming::is_distinctive(name) && (reported || block.as_ref().is_some_and(held))
            };
            leads.iter().any(|lead| naming::is_source(lead))
                || others.any(|(_, name)| {
                    reports(name)
                        || source.is_some_and(|line| excerpt::ends_with_source(line, name, true))
                        || leads.iter().any(|lead| naming::leads_to(lead, name))
                })
        };
        case.places.iter().filter(is_excerpt).count()
    }

    /// How the documents of a family are spread over outlets and houses.
    pub(super) fn ownership(&self, case: &Case, houses: &Houses) -> Ownership {
        let mut documents: Vec<u32> = case.places.iter().map(|place| place.doc).collect();
        documents.sort_unstable();
        documents.dedup();
        let count = documents.len();
        let outlet = |doc: &u32| self.outlets[*doc as usize];
        let same_outlet = outlet(&documents[0]).is_some()
            && documents.iter().all(|doc| outlet(doc) == outlet(&documents[0]));
        let mut known: Vec<u32> =
            documents.iter().filter_map(outlet).map(|n| houses.of(n)).collect();
        let unknown = count - known.len();
        let guest =
            |doc: &u32| outlet(doc).is_some_and(|n| outlets::is_of_guests(self.names[n as usize]));
        let guests = documents.iter().any(guest) && unknown == 0 && {
            let others = documents.iter().filter(|doc| !guest(doc)).filter_map(outlet);
            let mut houses: Vec<u32> = others.map(|n| houses.of(n)).collect();
            houses.dedup();
            houses.len() == 1
        };
        known.sort_unstable();
        let sizes: Vec<usize> = known.chunk_by(|x, y| x == y).map(<[u32]>::len).collect();
        let largest = sizes.iter().max().copied().unwrap_or(0).max(usize::from(unknown > 0));
        Ownership {
            one_outlet: count == 1 || same_outlet,
            houses: narrow(sizes.len() + unknown),
            largest: largest as f32 / count.max(1) as f32,
            known: unknown == 0,
            guests,
        }
    }
}

fn outlet(document: &Document) -> Option<&str> {
    document.meta.outlet.as_deref()
}

fn span(place: &Witness) -> Range<usize> {
    place.start as usize..place.end as usize
}

/// The text around a span, including the span.
fn around<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    let start = floor(text, span.start.saturating_sub(AROUND_BYTES));
    text.get(start..floor(text, span.end + AROUND_BYTES)).unwrap_or_default()
}
