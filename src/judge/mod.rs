//! Kind, direction and rank of families, with the evidence for them.
//!
//! Fed by detect with the places of each family, feeds record. `occurrence`, `form`, `quotes` and
//! `credit` read the text around one place, `wording` compares versions, `features` sums up a
//! family, `outlets` finds names that are one house; `kind`, `direction` and `rank` decide.
//! Everything here is a pure function over slices that runs in the rayon pool of its caller; every
//! threshold is in `thresholds`.
//! Invariant: each place is read once, so the cost grows with the places of families, never with
//! pairs; a verdict depends on the set of families and documents, not on their order.

mod case;
mod context;
mod credit;
mod direction;
mod evidence;
mod features;
mod finder;
mod form;
mod kind;
mod lexicon;
mod lines;
mod lists;
mod naming;
mod occurrence;
mod outlets;
mod provenance;
mod quotes;
mod rank;
mod sentence;
mod thresholds;
mod wording;

pub(crate) use case::{Case, Cases, Verdict, Witness};
pub(crate) use direction::{Origin, compare_dates};
pub use evidence::{Evidence, EvidenceValue};
pub use kind::Kind;
pub(crate) use thresholds::Thresholds;

use crate::corpus::Document;
use context::{Context, Reader, Reading};
use rayon::prelude::*;

/// Judges all families of a run.
#[must_use]
pub(crate) fn judge(
    documents: &[Document],
    cases: &impl Cases,
    thresholds: &Thresholds,
) -> Vec<Verdict> {
    let context = Context::new(documents, |doc| cases.has_place(doc));
    let readings: Vec<Reading> = (0..cases.count())
        .into_par_iter()
        .map_init(Reader::default, |reader, n| context.read(&cases.case(n), reader, thresholds))
        .collect();
    let furniture: Vec<Vec<(u32, u32)>> = (0..)
        .zip(&readings)
        .filter(|(_, reading)| kind::may_be_furniture(&reading.features, thresholds))
        .map(|(n, _)| context.outlets_of(&cases.case(n)))
        .collect();
    let houses = context.houses(&furniture, thresholds);
    let mut verdicts: Vec<Verdict> = readings
        .into_par_iter()
        .enumerate()
        .map(|(n, reading)| context.decide(&cases.case(n), &reading, &houses, thresholds))
        .collect();
    rank(&mut verdicts);
    verdicts
}

/// Numbers the families in the order in which a reader should see them.
fn rank(verdicts: &mut [Verdict]) {
    let weights = verdicts.iter().map(|verdict| verdict.weight);
    let mut order: Vec<(f32, usize)> = weights.zip(0..).collect();
    order.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    for (rank, (_, n)) in (1..).zip(order) {
        verdicts[n].rank = rank;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Date, Meta};
    use crate::limits::narrow;
    use proptest::prelude::*;

    impl<const N: usize> Cases for [Case; N] {
        fn count(&self) -> usize {
            N
        }

        fn case(&self, n: usize) -> Case {
            self[n].clone()
        }

        fn has_place(&self, doc: u32) -> bool {
            self.iter().flat_map(|case| &case.places).any(|place| place.doc == doc)
        }
    }

    fn document(text: &str, outlet: usize, day: i64) -> Document {
        let date =
            Date { text: day.to_string(), seconds: day * 86_400, day_only: true, inferred: false };
        let outlet = (outlet > 0).then(|| format!("Paper {outlet}").into());
        let meta = Meta { outlet, date: (day > 0).then_some(date), title: None, url: None };
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
                let (x, y) = (lines::floor(text, *x), lines::floor(text, *y));
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
            let alone = judge(&documents, &[cases[0].clone()], &Thresholds::default());
            prop_assert_eq!(again[0].kind, alone[0].kind);
            prop_assert_eq!(&again[0].why, &alone[0].why);
            prop_assert_eq!(again[0].houses, alone[0].houses);
            prop_assert_eq!(again[0].weight.to_bits(), alone[0].weight.to_bits());
        }
    }
}
