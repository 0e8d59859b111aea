//! Kind, direction and rank of families, with the evidence for them.
//!
//! Fed by detect with the places of each family, feeds record. `occurrence`, `form`, `quotes` and
//! `credit` read the text around one place, `wording` compares versions, `features` sums up a
//! family, `outlets` finds names that are one house, `clients` those that print agency copy,
//! `company` what else the documents of a family share; `kind`, `direction` and `rank` decide.
//! Everything here is a pure function over slices that runs in the rayon pool of its caller; every
//! threshold is in `thresholds`.
//! Invariant: each place is read once, so the cost grows with the places of families, never with
//! pairs; a verdict depends on the set of families and documents, not on their order.

mod agencies;
mod articles;
mod attribution;
mod case;
mod clients;
mod company;
mod context;
mod credit;
mod direction;
mod evidence;
mod excerpt;
mod features;
mod finder;
mod form;
mod hosts;
mod kind;
mod later;
mod letters;
mod lexicon;
mod lines;
mod lists;
mod namesake;
mod naming;
mod occurrence;
mod outlets;
mod program;
mod provenance;
mod quotes;
mod rank;
mod released;
mod sentence;
mod speaker;
mod spread;
mod starts;
mod statement;
mod sureness;
mod thresholds;
mod unlisted;
mod updates;
mod wording;

use case::InOrder;
pub(crate) use case::{Case, Cases, Verdict, Witness};
pub(crate) use credit::agency_named;
pub use direction::Basis;
pub(crate) use direction::{Earliest, Origin, compare_dates};
pub use evidence::{Evidence, EvidenceValue};
pub use kind::Kind;
pub(crate) use occurrence::said;
pub(crate) use spread::Outlets as KnownOutlets;
#[cfg(test)]
pub(crate) use sureness::NAMES;
pub(crate) use thresholds::Thresholds;

use crate::corpus::Document;
use company::Companies;
use context::{Context, Reader, Reading};
use rayon::prelude::*;

/// Outlets of a family, each with the number of its documents there.
type Outlets = Vec<(u32, u32)>;
/// What was read of a family, its outlets, and the family with its first kind and its tokens.
type Read = (Reading, Outlets, (Case, (Kind, u32)));
/// Families that are read together.
const WINDOW: usize = 1024;

/// Judges all families of a run: the verdicts go to `sink` in the order of the families, their
/// ranks are returned. What was read of a family is kept for at most `kept` of them, and read again
/// for the others.
///
/// # Errors
/// Those of `sink`.
pub(crate) fn judge<E>(
    documents: &[Document],
    cases: &impl Cases,
    (kept, thresholds): (usize, &Thresholds),
    sink: &mut impl FnMut(Verdict) -> Result<(), E>,
) -> Result<Vec<u32>, E> {
    let context = Context::new(documents, |doc| cases.has_place(doc));
    let ordered = InOrder::of(cases, documents);
    let windows = || (0..cases.count()).step_by(WINDOW).map(|n| n..cases.count().min(n + WINDOW));
    let mut readings: Vec<Reading> = Vec::new();
    let mut furniture: Vec<Outlets> = Vec::new();
    let mut clients = context.clients();
    let (named, mut companies) = (context.houses(&[], thresholds), Companies::default());
    for window in windows() {
        let read: Vec<Read> = window
            .into_par_iter()
            .map_init(Reader::default, |reader, n| {
                let (case, _) = ordered.case(n);
                let reading = context.read(&case, reader, thresholds);
                let kind = context.first_kind(&case, &reading, &named, thresholds);
                (reading, context.outlets_of(&case), (case, kind))
            })
            .collect();
        for (reading, outlets, (case, kind)) in read {
            companies.add(&case, kind);
            clients.add(&outlets, &reading.features, thresholds);
            let may_be = kind::may_be_furniture(&reading.features, thresholds);
            furniture.extend(Some(outlets).filter(|_| may_be));
            readings.extend(Some(reading).filter(|_| readings.len() < kept));
        }
    }
    let (houses, companies) = (context.houses(&furniture, thresholds), companies.sorted());
    let mut weights = Vec::with_capacity(cases.count());
    for window in windows() {
        let verdicts: Vec<Verdict> = window
            .into_par_iter()
            .map_init(Reader::default, |reader, n| {
                let (case, numbers) = ordered.case(n);
                let again = readings.get(n).is_none();
                let again = again.then(|| context.read(&case, reader, thresholds));
                // One of both is there.
                let reading = again.as_ref().or(readings.get(n))?;
                let known = (&houses, &clients, &companies.of(&case));
                let verdict = context.decide(&case, reading, known, thresholds);
                Some(match numbers {
                    Some(numbers) => verdict.numbered(&numbers),
                    None => verdict,
                })
            })
            .flatten()
            .collect();
        for verdict in verdicts {
            weights.push(verdict.weight);
            sink(verdict)?;
        }
    }
    Ok(ranks(&weights))
}

/// What the models of sureness look at.
#[cfg(test)]
pub(crate) struct Inputs {
    pub(crate) inputs: [f32; sureness::INPUTS],
    /// What the sureness is at most.
    pub(crate) most: f32,
}

/// The same for each family: the table from which the models are fitted.
#[cfg(test)]
pub(crate) fn inputs(
    documents: &[Document],
    cases: &impl Cases,
    thresholds: &Thresholds,
) -> Vec<Inputs> {
    let context = Context::new(documents, |doc| cases.has_place(doc));
    let mut reader = Reader::default();
    let all = || (0..cases.count()).map(|n| cases.case(n));
    let readings: Vec<Reading> =
        all().map(|case| context.read(&case, &mut reader, thresholds)).collect();
    let named = context.houses(&[], thresholds);
    let (mut clients, mut companies) = (context.clients(), Companies::default());
    let mut furniture: Vec<Outlets> = Vec::new();
    for (case, reading) in all().zip(&readings) {
        companies.add(&case, context.first_kind(&case, reading, &named, thresholds));
        clients.add(&context.outlets_of(&case), &reading.features, thresholds);
        let may_be = kind::may_be_furniture(&reading.features, thresholds);
        furniture.extend(may_be.then(|| context.outlets_of(&case)));
    }
    let (houses, companies) = (context.houses(&furniture, thresholds), companies.sorted());
    let inputs = |(case, reading): (Case, &Reading)| {
        let (ownership, company) = (context.ownership(&case, &houses), companies.of(&case));
        let kind = kind::kind(&reading.features, ownership, thresholds);
        let is_released = || context.is_released(&case);
        let most =
            context.limits((&case, &is_released), reading, (kind, &company), thresholds).most;
        let client = context.client(&case, (kind, &clients), thresholds);
        let inputs = sureness::inputs(&reading.features, (ownership, &company, client));
        Inputs { inputs, most }
    };
    all().zip(&readings).map(inputs).collect()
}

/// Numbers the families in the order in which a reader should see them.
fn ranks(weights: &[f32]) -> Vec<u32> {
    let mut order: Vec<(f32, usize)> = weights.iter().copied().zip(0..).collect();
    order.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    let mut ranks = vec![0; weights.len()];
    for (rank, (_, n)) in (1..).zip(order) {
        ranks[n] = rank;
    }
    ranks
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

    /// Verdicts and ranks, the same whether readings are kept or not.
    fn judged<const N: usize>(
        documents: &[Document],
        cases: &[Case; N],
    ) -> (Vec<Verdict>, Vec<u32>) {
        let [kept, again] = [usize::MAX, 0].map(|kept| {
            let mut verdicts = Vec::new();
            let mut sink = |verdict| {
                verdicts.push(verdict);
                Ok::<(), ()>(())
            };
            let thresholds = Thresholds::default();
            let ranks = judge(documents, cases, (kept, &thresholds), &mut sink).unwrap();
            (verdicts, ranks)
        });
        assert_eq!(kept, again);
        kept
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
            judged(&documents, &cases).0[0].why.clone()
        };
        assert_eq!(why(&places, 0)[0].to_string(), "quoted 0.78");
        assert_eq!(why(&places, 0), why(&turned, 2));
    }

    /// Two papers with the same words of one day may have them from an agency that neither credits;
    /// a joint statement names both.
    #[test]
    fn what_is_shared_on_one_day_is_sure_only_if_it_names_both() {
        let sureness = |who: &str| {
            let text = format!(
                "{who} said today that the old weir below the mill held through the night, \
                 although the river rose faster than at any time since the records began. {}",
                "Engineers opened both sluices and asked the lower lanes to leave before dark. \
                 "
                .repeat(8)
            );
            let documents = [document(&text, 1, 9), document(&text, 2, 9)];
            let place = |doc| Witness { doc, start: 0, end: narrow(text.len()) };
            let cases = [Case { places: vec![place(0), place(1)], exemplar: 0 }];
            let verdicts = judged(&documents, &cases).0;
            assert_eq!(verdicts[0].kind, Kind::Reuse);
            verdicts[0].sureness
        };
        let (alone, joint) = (sureness("The county"), sureness("Paper 1 and Paper 2"));
        assert!(alone <= Thresholds::default().unproven, "{alone}");
        assert!(joint > Thresholds::default().unproven, "{joint}");
    }

    /// A paper that is mentioned is not where a text is from, and no proof that it was copied.
    #[test]
    fn a_credit_names_the_source_and_a_mention_does_not() {
        let story = "The county said that the old weir below the mill held through the night, \
                     although the river rose faster than at any time since the records began. "
            .repeat(3);
        let verdict = |lead: &str| {
            let documents = [document(&story, 1, 9), document(&format!("{lead}{story}"), 2, 9)];
            let place = |doc, start| Witness { doc, start, end: start + narrow(story.len()) };
            let cases =
                [Case { places: vec![place(0, 0), place(1, narrow(lead.len()))], exemplar: 0 }];
            judged(&documents, &cases).0.remove(0)
        };
        let source = |verdict: &Verdict| verdict.origins[1].map(|origin| origin.member);
        let credit = verdict("According to Paper 1, it is still there. ");
        let mention = verdict("Paper 1 moved its printing plant last year. ");
        assert_eq!((credit.kind, source(&credit)), (Kind::Reuse, Some(0)));
        assert_eq!((mention.kind, source(&mention)), (Kind::Reuse, None));
        let unproven = Thresholds::default().unproven;
        assert!(mention.sureness <= unproven, "{}", mention.sureness);
        assert!(credit.sureness > unproven, "{}", credit.sureness);
    }

    /// Who prints a press release, or names a third source as the other does, has it from there.
    #[test]
    fn releases_are_no_proof_of_reuse_and_have_no_source_by_dates() {
        let story = "The county said that the old weir below the mill held through the night, \
                     although the river rose faster than at any time since the records began. "
            .repeat(4);
        let verdict = |head: &str, foot: &str| {
            let text = format!("{head}{story}{foot}");
            let documents = [document(&text, 1, 9), document(&text, 2, 14)];
            let start = narrow(head.len());
            let place = |doc| Witness { doc, start, end: start + narrow(story.len()) };
            let cases = [Case { places: vec![place(0), place(1)], exemplar: 0 }];
            judged(&documents, &cases).0.remove(0)
        };
        let thresholds = Thresholds::default();
        let unproven = thresholds.unproven;
        let plain = verdict("", "\n\nThe end.");
        assert_eq!((plain.kind, plain.origins[1].is_some()), (Kind::Reuse, true));
        assert!(plain.sureness > unproven, "{}", plain.sureness);
        assert!(plain.sureness >= thresholds.whole_sure, "{}", plain.sureness);
        for (head, foot) in [
            ("MILLTOWN /PRNewswire/ -- ", ""),
            ("", "\n\nMedia contact: Ann Other"),
            ("", "\n\nSource: The Weir Board"),
            ("By Ann Other\n\n", ""),
        ] {
            let verdict = verdict(head, foot);
            assert!(verdict.sureness <= unproven, "{head}{foot}: {}", verdict.sureness);
            assert_eq!(verdict.origins, [None, None], "{head}{foot}");
        }
    }

    /// A picture, an advertisement or a link at the foot credits no text.
    #[test]
    fn a_line_at_the_foot_may_credit_something_else() {
        let story = "The county said that the old weir below the mill held through the night, \
                     although the river rose faster than at any time since the records began. "
            .repeat(3);
        let verdict = |foot: &str| {
            let documents = [document(&story, 1, 9), document(&format!("{story}\n\n{foot}"), 2, 9)];
            let place = |doc| Witness { doc, start: 0, end: narrow(story.len()) };
            let cases = [Case { places: vec![place(0), place(1)], exemplar: 0 }];
            judged(&documents, &cases).0.remove(0)
        };
        let credit = verdict("From Paper 1");
        assert_eq!(credit.origins[1].map(|origin| origin.member), Some(0));
        for foot in ["Photo: Paper 1", "Sponsored by Paper 1", "Foto: Paper 1", "Follow Paper 1"] {
            let verdict = verdict(foot);
            assert_eq!((verdict.kind, &verdict.origins[1]), (Kind::Reuse, &None), "{foot}");
        }
    }

    /// Nothing but an agency's page of a later day shows agency copy.
    #[test]
    fn the_later_page_of_an_agency_leaves_it_open() {
        let story = "The county said that the old weir below the mill held through the night, \
                     although the river rose faster than at any time since the records began. "
            .repeat(3);
        let verdict = |day: i64| {
            let mut agency = document(&story, 2, day);
            agency.meta.outlet = Some("Reuters".into());
            let documents = [document(&story, 1, 9), agency];
            let place = |doc| Witness { doc, start: 0, end: narrow(story.len()) };
            let cases = [Case { places: vec![place(0), place(1)], exemplar: 0 }];
            judged(&documents, &cases).0.remove(0)
        };
        let (early, late) = (verdict(8), verdict(11));
        assert_eq!((early.kind, late.kind), (Kind::Wire, Kind::Wire));
        assert_eq!(early.first.map(|first| first.member), Some(1));
        assert_eq!((late.first, late.origins), (None, vec![None; 2]));
        assert!(late.sureness <= Thresholds::default().unproven, "{}", late.sureness);
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
            let (verdicts, mut ranks) = judged(&documents, &cases);
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
            let again = judged(&documents, &turned).0;
            let alone = judged(&documents, &[cases[0].clone()]).0;
            prop_assert_eq!(again[0].kind, alone[0].kind);
            prop_assert_eq!(&again[0].why, &alone[0].why);
            prop_assert_eq!(again[0].houses, alone[0].houses);
            prop_assert_eq!(again[0].weight.to_bits(), alone[0].weight.to_bits());
        }
    }
}
