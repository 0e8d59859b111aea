//! Kind, direction and rank of families, with the evidence.
//!
//! Fed by detect with the places of each family, feeds record. `credit`, `form`, `quotes` and
//! `sight` read the text around one place; `wording` compares versions; `evidence` sums up a
//! family; `outlets` finds names that are one house; `kind`, `direction` and `rank` decide.
//! Everything here is a pure function over slices; every threshold stands in [`Thresholds`].
//! Invariant: each place is read once, so the cost grows with the places of families, never with
//! pairs; a verdict depends on the set of families and documents, not on their order.

mod credit;
mod direction;
mod evidence;
mod features;
mod form;
mod kind;
mod lexicon;
mod naming;
mod outlets;
mod quotes;
mod rank;
mod sight;
mod thresholds;
mod wording;

pub use direction::{Earliest, Origin, compare_dates};
pub use evidence::{Evidence, EvidenceValue};
pub use kind::Kind;
pub use thresholds::Thresholds;

use crate::corpus::{Date, Document};
use crate::limits::narrow;
use crate::text::Tokenizer;
use features::{Features, Stand};
use kind::Spread;
use outlets::Houses;
use rayon::prelude::*;
use sight::Sight;
use wording::Wording;

/// One place of a family's passage, in bytes of its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witness {
    /// Document.
    pub doc: u32,
    /// First byte.
    pub start: u32,
    /// Byte behind.
    pub end: u32,
}

/// A family to judge.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// All its places.
    pub places: Vec<Witness>,
    /// The place that stands for it.
    pub exemplar: usize,
}

/// What is found of a family.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// What sort of overlap it is.
    pub kind: Kind,
    /// The first to print it, where known.
    pub first: Option<Earliest>,
    /// For each place, where it most likely has the passage from.
    pub origins: Vec<Option<Origin>>,
    /// Place in the order of families, from 1.
    pub rank: u32,
    /// The evidence for the kind, the weightiest first.
    pub why: Vec<Evidence>,
    /// Outlets that are independent of each other, names of one house counted once.
    pub houses: u32,
    weight: f32,
}

/// Judges all families of a run.
#[must_use]
pub fn judge(documents: &[Document], cases: &[Case], thresholds: &Thresholds) -> Vec<Verdict> {
    let desk = Desk::new(documents, cases);
    let heard: Vec<Heard<'_>> = cases
        .par_iter()
        .map_init(Tokenizer::default, |tokenizer, case| desk.hear(case, tokenizer, thresholds))
        .collect();
    let furniture: Vec<Vec<(u32, u32)>> = cases
        .iter()
        .zip(&heard)
        .filter(|(_, heard)| kind::may_be_furniture(&heard.features, thresholds))
        .map(|(case, _)| desk.outlets_of(case))
        .collect();
    let houses = Houses::find(&desk.names, &desk.agencies, &furniture, thresholds);
    let mut verdicts: Vec<Verdict> = cases
        .par_iter()
        .zip(heard)
        .map(|(case, heard)| desk.decide(case, &heard, &houses, thresholds))
        .collect();
    rank(&mut verdicts);
    verdicts
}

/// Numbers the families in the order a reader should see them.
fn rank(verdicts: &mut [Verdict]) {
    let weights = verdicts.iter().map(|verdict| verdict.weight);
    let mut order: Vec<(f32, usize)> = weights.zip(0..).collect();
    order.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    for (rank, (_, n)) in (1..).zip(order) {
        verdicts[n].rank = rank;
    }
}

/// Outlets of a family whose names are looked for.
const NAMED_OUTLETS: usize = 12;
/// Bytes to either side of a passage that tell what is usual there.
const AROUND_BYTES: usize = 1500;

/// The text around a span, the span with it.
fn around<'t>(text: &'t str, span: &std::ops::Range<usize>) -> &'t str {
    let start = credit::floor(text, span.start.saturating_sub(AROUND_BYTES));
    text.get(start..credit::floor(text, span.end + AROUND_BYTES)).unwrap_or_default()
}

/// What was read at the places of a family.
struct Heard<'a> {
    features: Features,
    stands: Vec<Stand<'a>>,
    wordings: Vec<Wording>,
    named: Vec<Option<u32>>,
}

/// What is known of the documents.
struct Desk<'a> {
    documents: &'a [Document],
    /// Names of the outlets, sorted.
    names: Vec<&'a str>,
    /// Outlet of each document.
    outlets: Vec<Option<u32>>,
    /// Agency that each outlet is.
    agencies: Vec<Option<&'static str>>,
    /// Agency that each document with a place credits.
    credits: Vec<Option<&'static str>>,
}

impl<'a> Desk<'a> {
    fn new(documents: &'a [Document], cases: &[Case]) -> Self {
        let outlet = |document: &'a Document| document.meta.outlet.as_deref();
        let mut names: Vec<&str> = documents.iter().filter_map(outlet).collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: &str| narrow(names.partition_point(|other| *other < name));
        let outlets = documents.iter().map(|document| outlet(document).map(number)).collect();
        let agencies = names.iter().map(|name| credit::agency_named(name)).collect();
        let mut read = vec![false; documents.len()];
        for place in cases.iter().flat_map(|case| &case.places) {
            read[place.doc as usize] = true;
        }
        let credit = |(document, read): (&Document, &bool)| {
            read.then(|| credit::agency_of(&document.text)).flatten()
        };
        let credits = documents.par_iter().zip(&read).map(credit).collect();
        Self { documents, names, outlets, agencies, credits }
    }

    fn date(&self, place: &Witness) -> Option<&'a Date> {
        self.documents[place.doc as usize].meta.date.as_ref()
    }

    fn stand(&self, place: &Witness) -> Stand<'a> {
        let outlet = self.outlets[place.doc as usize];
        Stand {
            doc: place.doc,
            outlet: outlet.map(|outlet| self.names[outlet as usize]),
            partner: None,
            day: self.date(place).map(|date| date.seconds.div_euclid(86_400)),
            credit: self.credits[place.doc as usize],
            agency: outlet.and_then(|outlet| self.agencies[outlet as usize]),
        }
    }

    /// Reads all places of a family.
    fn hear(&self, case: &Case, tokenizer: &mut Tokenizer, thresholds: &Thresholds) -> Heard<'a> {
        let text = |place: &Witness| self.documents[place.doc as usize].text.as_str();
        let span = |place: &Witness| place.start as usize..place.end as usize;
        let mut stands: Vec<Stand<'a>> =
            case.places.iter().map(|place| self.stand(place)).collect();
        let named = self.named(case, &mut stands);
        let sights: Vec<Sight> =
            case.places.iter().map(|place| sight::look(text(place), span(place))).collect();
        let own = |place: &Witness| text(place).get(span(place)).unwrap_or_default();
        let wordings: Vec<Wording> =
            case.places.iter().map(|place| Wording::of(own(place), tokenizer)).collect();
        let mut features = Features::gather(&stands, &sights, &wordings, case.exemplar, thresholds);
        if let Some(place) = case.places.get(case.exemplar) {
            features.sentences = wording::has_sentence_end(own(place));
            features.usual = wording::capital_share(around(text(place), &span(place)));
        }
        Heard { features, stands, wordings, named }
    }

    /// For each place, the earliest place of another outlet that it names beside the passage; notes
    /// outlets credited at the foot of documents.
    fn named(&self, case: &Case, stands: &mut [Stand<'a>]) -> Vec<Option<u32>> {
        let outlets = self.outlets_of(case);
        let others: Vec<(&'a str, String)> = outlets
            .iter()
            .take(NAMED_OUTLETS)
            .map(|(outlet, _)| self.names[*outlet as usize])
            .filter_map(|name| Some((name, naming::written(name)?)))
            .collect();
        if others.len() < 2 {
            return vec![None; stands.len()];
        }
        let owners: Vec<Option<&str>> = stands.iter().map(|stand| stand.outlet).collect();
        let seconds = |n: usize| self.date(&case.places[n]).map_or(i64::MAX, |date| date.seconds);
        let earliest = |name: &str| {
            let own = (0..owners.len()).filter(|&n| owners[n] == Some(name));
            own.min_by_key(|&n| (seconds(n), n)).map(narrow)
        };
        let each = stands.iter_mut().zip(&case.places).map(|(stand, place)| {
            let text = self.documents[place.doc as usize].text.as_str();
            let beside = naming::beside(text, &(place.start as usize..place.end as usize));
            let line = naming::credit_line(text);
            let other = |name: &&(&'a str, String)| stand.outlet != Some(name.0);
            let held = |text: &str| {
                let held = |name: &&(&'a str, String)| naming::holds(text, &name.1);
                others.iter().filter(other).find(held).map(|name| name.0)
            };
            stand.partner = held(line);
            let near = beside.iter().find_map(|text| held(text)).or(stand.partner);
            near.and_then(earliest)
        });
        each.collect()
    }

    /// Outlets of a family with their documents.
    fn outlets_of(&self, case: &Case) -> Vec<(u32, u32)> {
        let mut found: Vec<(u32, u32)> = case
            .places
            .iter()
            .filter_map(|place| Some((self.outlets[place.doc as usize]?, place.doc)))
            .collect();
        found.sort_unstable();
        found.dedup();
        found.chunk_by(|x, y| x.0 == y.0).map(|same| (same[0].0, narrow(same.len()))).collect()
    }

    /// How the documents of a family spread.
    fn spread(&self, case: &Case, houses: &Houses) -> Spread {
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
        known.sort_unstable();
        let sizes: Vec<usize> = known.chunk_by(|x, y| x == y).map(<[u32]>::len).collect();
        let largest = sizes.iter().max().copied().unwrap_or(0).max(usize::from(unknown > 0));
        Spread {
            one_outlet: count == 1 || same_outlet,
            houses: narrow(sizes.len() + unknown),
            largest: largest as f32 / count.max(1) as f32,
            known: unknown == 0,
        }
    }

    fn decide(&self, case: &Case, heard: &Heard<'_>, houses: &Houses, t: &Thresholds) -> Verdict {
        let spread = self.spread(case, houses);
        let kind = kind::kind(&heard.features, spread, t);
        let dates: Vec<Option<&Date>> = case.places.iter().map(|place| self.date(place)).collect();
        let trail = direction::Trail {
            dates: &dates,
            stands: &heard.stands,
            wordings: &heard.wordings,
            named: &heard.named,
        };
        Verdict {
            kind,
            first: trail.first(),
            origins: trail.origins(kind, t),
            rank: 0,
            why: kind::why(&heard.features, spread, kind),
            houses: spread.houses,
            weight: rank::weight(&heard.features, spread, kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Meta;
    use proptest::prelude::*;

    fn document(text: &str, outlet: usize, day: i64) -> Document {
        let date = Date { text: day.to_string(), seconds: day * 86_400, day_only: true };
        let outlet = (outlet > 0).then(|| format!("Paper {outlet}").into());
        let meta = Meta { outlet, date: (day > 0).then_some(date), title: None };
        Document { id: format!("{outlet:?}", outlet = meta.outlet), text: text.into(), meta }
    }

    /// Quoted shares of 20/25, 20/32 and 18/20: the last digit of a plain sum of floats, and with
    /// it a reason in two decimals, depends on their order.
    #[test]
    fn reasons_do_not_depend_on_the_order_of_the_places() {
        let passages = [
            "so \"we hold the dam here\"",
            "he put it: \"we hold the dam here",
            "\"we hold this ground\"",
        ];
        let documents: Vec<Document> = passages
            .iter()
            .zip(1..)
            .map(|(passage, outlet)| document(&format!("{passage}\"."), outlet, 0))
            .collect();
        let witness =
            |(doc, passage): (u32, &&str)| Witness { doc, start: 0, end: narrow(passage.len()) };
        let places: Vec<Witness> = (0..).zip(&passages).map(witness).collect();
        let turned: Vec<Witness> = places.iter().rev().copied().collect();
        let why = |places: &[Witness], exemplar| {
            let cases = [Case { places: places.to_vec(), exemplar }];
            judge(&documents, &cases, &Thresholds::default())[0].why.clone()
        };
        assert_eq!(why(&places, 0)[0].to_string(), "quoted 0.78");
        assert_eq!(why(&places, 0), why(&turned, 2));
    }

    /// Places anywhere in odd texts.
    fn odd() -> impl Strategy<Value = Vec<(String, usize, i64, usize, usize)>> {
        let text = "([a-z]{1,6}|[ \"\u{201c}\u{201d}\u{ab}(/@:.]|\n|AP|dpa|Paper 1|\\PC){0,60}";
        prop::collection::vec((text, 0_usize..4, 0_i64..5, 0_usize..80, 0_usize..80), 1..9)
    }

    proptest! {
        #[test]
        fn any_family_of_any_texts_is_judged(places in odd()) {
            let documents: Vec<Document> =
                places.iter().map(|p| document(&p.0, p.1, p.2)).collect();
            let witness = |(doc, (text, _, _, x, y)): (u32, &(String, usize, i64, usize, usize))| {
                let (x, y) = (credit::floor(text, *x), credit::floor(text, *y));
                Witness { doc, start: narrow(x.min(y)), end: narrow(x.max(y)) }
            };
            let places: Vec<Witness> = (0..).zip(&places).map(witness).collect();
            let case = |places: &[Witness]| Case { places: places.to_vec(), exemplar: 0 };
            let cases = [case(&places), case(&places[..1])];
            let verdicts = judge(&documents, &cases, &Thresholds::default());
            let mut ranks: Vec<u32> = verdicts.iter().map(|verdict| verdict.rank).collect();
            ranks.sort_unstable();
            prop_assert_eq!(ranks, [1, 2]);
            for (verdict, case) in verdicts.iter().zip(&cases) {
                prop_assert_eq!(verdict.origins.len(), case.places.len());
                prop_assert!(!verdict.why.is_empty());
                for origin in verdict.origins.iter().flatten() {
                    prop_assert!((0.5..=1.0).contains(&origin.confidence));
                    prop_assert!((origin.member as usize) < case.places.len());
                }
            }
            // The verdict does not depend on the order of the places.
            let mut turned = places.clone();
            turned.reverse();
            let last = turned.len() - 1;
            let turned = [Case { places: turned, exemplar: last }];
            let again = judge(&documents, &turned, &Thresholds::default());
            let alone = judge(&documents, &cases[..1], &Thresholds::default());
            prop_assert_eq!(again[0].kind, alone[0].kind);
            prop_assert_eq!(&again[0].why, &alone[0].why);
            prop_assert_eq!(again[0].houses, alone[0].houses);
            prop_assert_eq!(again[0].weight.to_bits(), alone[0].weight.to_bits());
        }
    }
}
