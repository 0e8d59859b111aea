//! What else the documents of a family share.
//!
//! Fed by `judge` with the places and the kind of each family, feeds `sureness` and the proof that
//! reuse needs: a sentence that two texts share is more likely agency copy where they share three
//! paragraphs of it besides, and fixed wording where they share nothing else. The kinds are those
//! that the names of outlets give, before furniture shows which are one house. Invariant: nothing
//! here depends on the order of families or places, and the cost of a family does not grow with
//! what its documents share.

use super::case::Case;
use super::features::Features;
use super::kind::Kind;
use super::thresholds::Thresholds;
use crate::limits::narrow;

/// Families of more documents are furniture or what everybody quotes, and say nothing about two.
const MOST_DOCUMENTS: usize = 8;
/// Places of a document that are looked at on either side of one.
const REACH: usize = 64;
/// Tokens of a family that count: a copied page is no more company than a few paragraphs.
const MOST_TOKENS: u32 = 400;

/// A place of a family, in the order of documents and their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    doc: u32,
    start: u32,
    end: u32,
    family: u32,
}

/// All families that may be company, by their places.
#[derive(Debug, Default)]
pub(super) struct Companies {
    places: Vec<Place>,
    /// Kind and tokens of every family.
    families: Vec<(Kind, u32)>,
}

/// Tokens of the other families that two or more documents of a family share, by kind, and how many
/// families that are.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Company {
    tokens: [u32; Kind::ALL.len()],
    families: u32,
}

impl Companies {
    /// Adds the next family. All are added before any is asked for.
    pub(super) fn add(&mut self, case: &Case, (kind, tokens): (Kind, u32)) {
        let family = narrow(self.families.len());
        self.families.push((kind, tokens.min(MOST_TOKENS)));
        if may_have(case) {
            let place = |&place: &super::Witness| {
                let super::Witness { doc, start, end } = place;
                Place { doc, start, end, family }
            };
            self.places.extend(case.places.iter().map(place));
        }
    }

    /// The same once all are added.
    pub(super) fn sorted(mut self) -> Self {
        self.places.sort_unstable();
        self
    }

    /// What else the documents of a family share.
    pub(super) fn of(&self, case: &Case) -> Company {
        if !may_have(case) {
            return Company::default();
        }
        let mut found: Vec<(u32, u32)> = Vec::new();
        for own in &case.places {
            let at = self.places.partition_point(|p| (p.doc, p.start) < (own.doc, own.start));
            let before = self.places[..at].iter().rev().take(REACH);
            let near = before.chain(self.places[at..].iter().take(REACH));
            let other = |p: &&Place| p.doc == own.doc && (p.end <= own.start || p.start >= own.end);
            found.extend(near.filter(other).map(|p| (p.family, p.doc)));
        }
        found.sort_unstable();
        found.dedup();
        let mut company = Company::default();
        for same in found.chunk_by(|x, y| x.0 == y.0).filter(|same| same.len() >= 2) {
            let (kind, tokens) = self.families[same[0].0 as usize];
            company.tokens[kind as usize] += tokens;
            company.families += 1;
        }
        company
    }
}

/// Whether a family has few enough documents.
fn may_have(case: &Case) -> bool {
    let mut docs: Vec<u32> = case.places.iter().map(|place| place.doc).collect();
    docs.sort_unstable();
    docs.dedup();
    (2..=MOST_DOCUMENTS).contains(&docs.len())
}

impl Company {
    /// One of so many tokens of some kinds.
    #[cfg(test)]
    pub(super) fn of_tokens(tokens: &[(Kind, u32)]) -> Self {
        let mut company = Self::default();
        for (kind, tokens) in tokens {
            company.tokens[*kind as usize] += tokens;
            company.families += 1;
        }
        company
    }

    /// Tokens of families of a kind.
    pub(super) fn tokens(&self, kind: Kind) -> u32 {
        self.tokens[kind as usize]
    }

    /// Share of the tokens that are of a kind.
    pub(super) fn share(&self, kind: Kind) -> f32 {
        let all: u32 = self.tokens.iter().sum();
        self.tokens(kind) as f32 / all.max(1) as f32
    }

    /// How many other families they share.
    pub(super) fn families(&self) -> u32 {
        self.families
    }

    /// Tokens of text that somebody edited: agency copy, reuse, and what one house has twice.
    pub(super) fn edited(&self) -> u32 {
        [Kind::Wire, Kind::Reuse, Kind::Internal].map(|kind| self.tokens(kind)).iter().sum()
    }
}

/// Whether the texts name each other's outlets and share other passages that nobody else is
/// credited for, as those who make a statement together do: three fifths of the texts, or one of
/// them where paragraphs are shared besides.
pub(super) fn is_made_together(f: &Features, company: &Company, t: &Thresholds) -> bool {
    let besides = company.tokens(Kind::Reuse);
    f.mutual >= t.joint && besides >= t.wording_tokens
        || f.mutual > 0.0 && besides >= t.later_tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Witness;

    fn case(places: &[(u32, u32, u32)]) -> Case {
        let place = |&(doc, start, end): &(u32, u32, u32)| Witness { doc, start, end };
        Case { places: places.iter().map(place).collect(), exemplar: 0 }
    }

    fn company(others: &[(&Case, Kind, u32)], own: &Case) -> Company {
        let mut all = Companies::default();
        for (case, kind, tokens) in others {
            all.add(case, (*kind, *tokens));
        }
        all.add(own, (Kind::Reuse, 30));
        all.sorted().of(own)
    }

    #[test]
    fn it_is_what_two_of_the_documents_share_elsewhere() {
        let own = case(&[(0, 100, 200), (1, 0, 100)]);
        let wire = case(&[(0, 300, 400), (1, 300, 400)]);
        let apart = case(&[(0, 500, 600), (2, 500, 600)]);
        let over = case(&[(0, 150, 250), (1, 50, 150)]);
        let long = case(&[(1, 700, 900), (0, 0, 100)]);
        let found = company(
            &[
                (&wire, Kind::Wire, 20),
                (&apart, Kind::Wire, 50),
                (&over, Kind::Template, 20),
                (&long, Kind::Reuse, 5000),
            ],
            &own,
        );
        let tokens = Kind::ALL.map(|kind| found.tokens(kind));
        assert_eq!((tokens, found.families()), ([0, 20, 0, 0, 0, MOST_TOKENS], 2));
        assert_eq!(found.edited(), 20 + MOST_TOKENS);
        assert!((found.share(Kind::Wire) - 20.0 / 420.0).abs() < 1e-6);
        assert_eq!(company(&[], &own), Company::default());
    }

    #[test]
    fn texts_that_name_each_other_and_share_more_are_made_together() {
        #[track_caller]
        fn assert_together(mutual: f32, besides: &[(Kind, u32)], expected: bool) {
            let features = Features { mutual, ..Features::default() };
            let company = Company::of_tokens(besides);
            let together = is_made_together(&features, &company, &Thresholds::default());
            assert_eq!(together, expected, "{mutual} {besides:?}");
        }
        assert_together(1.0, &[(Kind::Reuse, 20)], true);
        assert_together(0.5, &[(Kind::Reuse, 20)], false);
        assert_together(0.5, &[(Kind::Reuse, 80)], true);
        assert_together(0.0, &[(Kind::Reuse, 400)], false);
        assert_together(1.0, &[], false);
        // What is quoted or an agency's in both says nothing.
        assert_together(1.0, &[(Kind::Quotation, 80), (Kind::Wire, 80)], false);
    }

    #[test]
    fn families_of_many_documents_are_none_and_have_none() {
        let places: Vec<(u32, u32, u32)> = (0..9).map(|doc| (doc, 100, 200)).collect();
        let (many, few) = (case(&places), case(&[(0, 0, 90), (1, 0, 90)]));
        assert_eq!(company(&[(&many, Kind::Reuse, 20)], &few), Company::default());
        assert_eq!(company(&[(&few, Kind::Reuse, 20)], &many), Company::default());
        let eight = case(&places[..8]);
        assert_eq!(company(&[(&eight, Kind::Reuse, 20)], &few).families(), 1);
    }

    #[test]
    fn it_does_not_depend_on_the_order() {
        let families = [
            (case(&[(0, 0, 90), (1, 0, 90)]), Kind::Wire, 10),
            (case(&[(1, 400, 490), (0, 400, 490), (1, 600, 690)]), Kind::Quotation, 20),
        ];
        let own = case(&[(0, 100, 200), (1, 100, 200)]);
        let turned = case(&[(1, 100, 200), (0, 100, 200)]);
        let [first, second] = &families;
        let in_order = company(&[(&first.0, first.1, first.2), (&second.0, second.1, 20)], &own);
        let other = company(&[(&second.0, second.1, 20), (&first.0, first.1, first.2)], &turned);
        assert_eq!(in_order, other);
        assert_eq!(in_order.families(), 2);
    }
}
