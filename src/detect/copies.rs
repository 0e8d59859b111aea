//! Documents that are copies of each other, by how much of both lies in passages they share.
//!
//! Made from a finished scan, written by output. Furniture does not count: passages judged
//! boilerplate, template or internal that recur over a week in three documents or more, and what
//! few outlets print for months, which would make copies of all galleries and service pages of a
//! house, unless two documents are the same from end to end. Used by `dedup` too, where coverage
//! decides. Invariant: a pair is measured from its own passages and from the verdicts on their
//! families, so the table does not depend on the order of the input.

use super::result::ScanResult;
use super::{figures, prepare, quoted};
use crate::hash::Set;
use crate::passage::{Coverage, DocSpan, Passage, recurs};
use crate::record::{CopyPair, Kind};
use crate::text::Span;
use rayon::prelude::*;

/// Coverage from which two documents are called copies. Measured on two sets of planted copies
/// (`docs/copies.md`).
pub const COPY_COVERAGE: f64 = 0.45;

impl ScanResult {
    /// The pairs of documents whose coverage, the mean of both sides, is at least `threshold`.
    ///
    /// Pairs that the scope leaves out have no passages and so are not here. Of a passage that is
    /// so common that its pairs went through hubs, only pairs with a hub are.
    #[must_use]
    pub fn copies(&self, threshold: f64) -> Vec<CopyPair<'_>> {
        self.copies_but(&self.furniture(), threshold)
    }

    /// The same where it is known of each family whether it is furniture.
    pub(super) fn copies_but(&self, furniture: &[Furniture], threshold: f64) -> Vec<CopyPair<'_>> {
        let pairs = self.covering(furniture, threshold);
        pairs.iter().map(|(a, b, coverage)| self.copy(*a, *b, coverage)).collect()
    }

    /// Pairs of documents that share a passage.
    pub(super) fn document_pairs(&self) -> usize {
        self.passages.document_pairs().len()
    }

    /// Of each family whether it is furniture.
    pub(super) fn furniture(&self) -> Vec<Furniture> {
        let of = |n: usize| {
            if self.recurs(n) { self.furniture_of(n, self.family_kind(n)) } else { Furniture::No }
        };
        (0..self.family_count()).into_par_iter().map(of).collect()
    }

    /// The pairs of documents by number, the lower first, that are copies at this threshold.
    pub(super) fn covering(
        &self,
        furniture: &[Furniture],
        threshold: f64,
    ) -> Vec<(u32, u32, Coverage)> {
        let measured = self.measured(furniture, threshold);
        let at = |(a, b, measured): (u32, u32, Measured)| Some((a, b, measured.at(threshold)?));
        measured.into_iter().filter_map(at).collect()
    }

    /// The pairs of documents by number, the lower first, that are copies at this threshold, with
    /// what decides it at any higher one.
    pub(super) fn measured(
        &self,
        furniture: &[Furniture],
        least: f64,
    ) -> Vec<(u32, u32, Measured)> {
        let furniture = |n: usize| furniture[self.families.of_passage[n] as usize];
        self.passages
            .document_pairs()
            .into_par_iter()
            .filter_map(|own| {
                let all = self.passages.some(own.clone());
                let Passage { doc_a, doc_b, .. } = *all.first().filter(|p| p.doc_a != p.doc_b)?;
                let passages = own.zip(&all[..]).map(|(n, passage)| (furniture(n), passage));
                let measured = Measured::of(passages, &self.sides(doc_a, doc_b, least));
                measured.at(least).map(|_| (doc_a, doc_b, measured))
            })
            .collect()
    }

    /// What is known of two documents beside the passages that they share.
    pub(super) fn sides(&self, a: u32, b: u32, least: f64) -> Sides<'_> {
        let house = |doc: u32| self.houses.get(doc as usize).copied().flatten();
        Sides {
            tokens: [a, b].map(|doc| self.lengths[doc as usize]),
            texts: [a, b].map(|doc| &*self.documents[doc as usize].text),
            of_two_houses: house(a).zip(house(b)).is_some_and(|(a, b)| a != b),
            least,
        }
    }

    /// Whether a family of this kind that recurs is what a house prints around its articles.
    pub(super) fn furniture_of(&self, family: usize, kind: Kind) -> Furniture {
        match kind {
            _ if self.stands(family) => Furniture::Standing,
            Kind::Boilerplate | Kind::Template | Kind::Internal => Furniture::OfHouse,
            _ => Furniture::No,
        }
    }

    /// Whether a family recurs as furniture does.
    pub(super) fn recurs(&self, family: usize) -> bool {
        recurs(&self.families.members[family], WEEK, |doc| self.day(doc))
    }

    /// Whether a family recurs so often and so long in few outlets that it is furniture whatever
    /// its kind: names of one house may look like those of two.
    fn stands(&self, family: usize) -> bool {
        let places = &self.families.members[family];
        let documents = || places.chunk_by(|x, y| x.doc == y.doc).map(|same| same[0].doc);
        let outlet = |doc: u32| self.documents[doc as usize].meta.outlet.as_ref();
        if !recurs(places, MONTH, |doc| self.day(doc)) {
            return false;
        }
        let outlets = documents().map(outlet).collect::<Option<Set<_>>>();
        outlets.is_some_and(|outlets| documents().count() >= STANDING * outlets.len())
    }

    fn day(&self, doc: u32) -> Option<i32> {
        self.documents[doc as usize].meta.date.as_ref().and_then(prepare::day)
    }

    fn copy(&self, x: u32, y: u32, coverage: &Coverage) -> CopyPair<'_> {
        let whole = |doc: u32| DocSpan { doc, ..DocSpan::default() };
        let turned = !self.comes_first(whole(x), whole(y));
        let (a, b) = if turned { (y, x) } else { (x, y) };
        let (cover_a, cover_b) = (coverage.of_a, coverage.of_b);
        let (cover_a, cover_b) = if turned { (cover_b, cover_a) } else { (cover_a, cover_b) };
        let id = |doc: u32| self.documents[doc as usize].id.as_str();
        CopyPair {
            a: id(a),
            b: id(b),
            coverage: coverage.mean(),
            cover_a,
            cover_b,
            tokens: coverage.columns,
            identity: f64::from(coverage.matched) / f64::from(coverage.columns.max(1)),
            passages: coverage.passages,
            jaccard: None,
            first: self.is_earlier(whole(a), whole(b)).then(|| id(a)),
        }
    }
}

/// Whether the passages of a family are printed around articles, so that they make no copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Furniture {
    /// They count.
    No,
    /// They recur, and are of a kind that one house prints around its articles.
    OfHouse,
    /// Few outlets print them for months.
    Standing,
}

impl Furniture {
    /// What most of a span is, of a text that has furniture at these places.
    pub(super) fn at(span: Span, places: &[(Span, Self)]) -> Self {
        let most = places.iter().filter(|(place, _)| 2 * place.overlap(span) > span.len());
        most.map(|(_, own)| *own).max().unwrap_or(Self::No)
    }
}

/// How much of two texts lies in the passages that count, and in all of them where these are both
/// texts from end to end: a notice that a house prints every week is furniture in other articles,
/// and a copy of itself. Where the two say the same with other figures, nothing counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    counted: Option<Coverage>,
    total: Option<Coverage>,
}

/// Two documents, the first of them first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides<'t> {
    pub(super) tokens: [u32; 2],
    pub(super) texts: [&'t str; 2],
    /// Both outlets are known, and are different houses.
    pub(super) of_two_houses: bool,
    /// The lowest threshold at which the two are wanted.
    pub(super) least: f64,
}

impl Sides<'_> {
    /// Measures passages of the two; none where what these say differs in its figures.
    ///
    /// What one text repeats counts once. Between two houses it counts each time: they rarely share
    /// a gallery, and a teaser with a sentence of the story shows that the story is no box.
    fn measure(&self, passages: &[&Passage]) -> Option<Coverage> {
        let [tokens_a, tokens_b] = self.tokens;
        let of = |passages: &[&Passage]| {
            let coverage = Coverage::of(passages.iter().copied(), tokens_a, tokens_b);
            if self.of_two_houses { coverage.between_houses() } else { coverage }
        };
        let mut coverage = of(passages);
        if !coverage.reaches(self.least) {
            return None;
        }
        if !self.of_two_houses && passages.len() > 1 {
            coverage = of(&Coverage::once(passages, tokens_a, tokens_b));
        }
        let may_quote = self.of_two_houses && !coverage.is_most_of_one();
        if may_quote && quoted::own_share(self.texts, passages) < OWN_SHARE {
            return None;
        }
        let spans = || {
            let of = |span: fn(&Passage) -> Span| passages.iter().map(|p| span(p)).collect();
            [of(|passage| passage.a), of(|passage| passage.b)]
        };
        let changed = coverage.columns.saturating_sub(coverage.matched) >= CHANGED;
        let other = || changed && figures::differ(self.texts, spans());
        Some(coverage).filter(|coverage| coverage.reaches(self.least) && !other())
    }

    /// Whether each of two texts that are mostly furniture says something that the other does not:
    /// the headline over a notice that a house puts in the place of its articles. Where they share
    /// more than that `beside` the furniture, it does not count.
    fn have_their_own(&self, beside: &[&Passage], total: &Coverage) -> bool {
        let [tokens_a, tokens_b] = self.tokens;
        let counted = Coverage::of(beside.iter().copied(), tokens_a, tokens_b);
        let own = |tokens: u32, counted: f64, total: f64| {
            let (own, shared) = (f64::from(tokens) * (1.0 - total), f64::from(tokens) * counted);
            own >= OWN && shared < own
        };
        own(tokens_a, counted.of_a, total.of_a) && own(tokens_b, counted.of_b, total.of_b)
    }
}

/// Tokens of a headline, at least.
const OWN: f64 = 6.0;
/// Share of the words outside of quotations that two houses have in common, at least, where neither
/// text is mostly in the other: else they report the same speech.
const OWN_SHARE: f64 = 0.2;

/// Days over which furniture recurs, at least, and over which a text recurs that is furniture
/// although several outlets seem to have it.
const WEEK: i32 = 7;
const MONTH: i32 = 28;
/// Documents an outlet in which such a text is, at least.
const STANDING: usize = 5;
/// Columns of unequal tokens from which it is asked what kind of tokens these are.
const CHANGED: u32 = 3;

impl Measured {
    /// Measures two texts by those of their passages that count, and by all.
    ///
    /// Under two names only what stands is a notice in the place of articles: what many papers of
    /// an agency print once each is a story, though it recurs.
    pub(super) fn of<'p>(
        passages: impl IntoIterator<Item = (Furniture, &'p Passage)>,
        sides: &Sides<'_>,
    ) -> Self {
        let passages: Vec<(Furniture, &Passage)> = passages.into_iter().collect();
        let up_to = |most: Furniture| -> Vec<&Passage> {
            passages.iter().filter(|(furniture, _)| *furniture <= most).map(|(_, p)| *p).collect()
        };
        let counted = up_to(Furniture::No);
        let whole = counted.len() != passages.len();
        let total = || {
            let total = sides.measure(&up_to(Furniture::Standing))?;
            let beside = if sides.of_two_houses { Furniture::OfHouse } else { Furniture::No };
            let apart = || sides.have_their_own(&up_to(beside), &total);
            (total.is_total() && !apart()).then_some(total)
        };
        Self { counted: sides.measure(&counted), total: whole.then(total).flatten() }
    }

    /// What makes the two copies at a threshold; none where they are not.
    pub(super) fn at(&self, threshold: f64) -> Option<Coverage> {
        let reaches = |coverage: &Coverage| coverage.reaches(threshold);
        self.counted.filter(reaches).or_else(|| self.total.filter(reaches))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ScanConfig, Scope, Silent, scan_documents};
    use super::*;
    use crate::corpus::{Date, Document, Meta};

    fn words(seed: u64, count: u64) -> String {
        let word = |n: u64| format!("w{:x}", crate::hash::mix(seed << 32 | n) >> 40);
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }

    fn document(id: &str, outlet: Option<&str>, day: i64, text: String) -> Document {
        let date = Date {
            text: day.to_string(),
            seconds: day * 86_400,
            day_only: true,
            ..Date::default()
        };
        let meta = Meta {
            outlet: outlet.map(Into::into),
            date: (day > 0).then_some(date),
            ..Meta::default()
        };
        Document { id: id.to_owned(), text: text.into(), meta }
    }

    fn scan(documents: Vec<Document>) -> ScanResult {
        let config = ScanConfig { scope: Scope::Documents, ..ScanConfig::default() };
        scan_documents(documents, Vec::new(), &config, &Silent).unwrap()
    }

    #[test]
    fn a_copy_cut_by_half_is_found_with_its_shares() {
        let story = words(1, 200);
        let half = format!("{} {}", words(2, 25), story.rsplitn(101, ' ').last().unwrap());
        let other = words(3, 200);
        let documents = vec![
            document("late", None, 9, half),
            document("early", None, 2, story),
            document("other", None, 5, other),
        ];
        let result = scan(documents);
        let copies = result.copies(COPY_COVERAGE);
        let [pair] = &copies[..] else { panic!("{copies:?}") };
        assert_eq!((pair.a, pair.b, pair.first), ("early", "late", Some("early")));
        assert!((pair.cover_a - 0.5).abs() < 0.01 && (pair.cover_b - 0.8).abs() < 0.01);
        assert!((pair.coverage - f64::midpoint(pair.cover_a, pair.cover_b)).abs() < 1e-12);
        assert_eq!((pair.passages, pair.tokens, pair.jaccard), (1, 100, None));
        assert!(pair.identity > 0.99);
        assert_eq!(result.copies(0.7), []);
    }

    /// Pages of one house that share most of their words over a month are no copies, unless they
    /// are printed within days.
    #[test]
    fn furniture_of_a_house_does_not_count() {
        let page = |n: u64, day: i64| {
            let text = format!("{} {}", words(7, 90), words(100 + n, 40));
            document(&format!("p{n}"), Some("The Bay Herald"), day, text)
        };
        let month = scan((0..4).map(|n| page(n, 1 + 9 * n.cast_signed())).collect());
        assert_eq!(month.copies(COPY_COVERAGE), []);
        let week = scan((0..4).map(|n| page(n, 1 + n.cast_signed())).collect());
        assert_eq!(week.copies(COPY_COVERAGE).len(), 6);
        // The page without an article of its own is the same page every time, unless it has the
        // headline of one.
        let bare = |own: u64| {
            let page = |n: u64| {
                let text = format!("{} {}", words(100 + n, own), words(7, 90));
                document(&format!("b{n}"), Some("The Bay Herald"), 1 + 9 * n.cast_signed(), text)
            };
            scan((0..4).map(page).collect()).copies(COPY_COVERAGE).len()
        };
        assert_eq!((bare(0), bare(4), bare(9)), (6, 6, 0));
        let undated = scan((0..4).map(|n| page(n, 0)).collect());
        assert_eq!(undated.copies(COPY_COVERAGE).len(), 6);
    }

    /// A notice under headlines that two names print week after week is none, and a story that
    /// many papers print once each, under ledes of their own, is one.
    #[test]
    fn a_notice_under_two_names_is_told_from_a_story_of_many_papers() {
        let pages = |outlets: u64, own: u64| {
            let page = |n: u64| {
                let text = format!("{} {}", words(100 + n, own), words(7, 90));
                let outlet = format!("{} of the Bay", words(50 + n % outlets, 1));
                document(&format!("n{n:02}"), Some(&outlet), 1 + 5 * n.cast_signed(), text)
            };
            scan((0..12).map(page).collect()).copies(COPY_COVERAGE).len()
        };
        assert_eq!([pages(1, 9), pages(2, 9), pages(12, 9)], [0, 0, 66]);
        assert_eq!([pages(2, 0), pages(2, 4)], [66, 66], "pages without a headline are the same");
    }
}
