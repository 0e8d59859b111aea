//! The features of a family: what its places show together.
//!
//! Fed by `occurrence`, `provenance` and `wording` with each place, feeds `kind` and `rank`.
//! Invariant: cost grows with the places of a family; nothing here depends on their order.

use super::occurrence::Occurrence;
use super::provenance::Provenance;
use super::thresholds::Thresholds;
use super::wording::{Edits, Wording};
use crate::limits::narrow;
use std::sync::Arc;

/// The features of a family. Shares are of its places.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Features {
    /// Distinct documents.
    pub(super) documents: u32,
    /// One of them has it twice.
    pub(super) repeated: bool,
    /// Distinct days.
    pub(super) days: u32,
    /// Days from the first to the last.
    pub(super) spread: u32,
    /// Words of the passage.
    pub(super) tokens: u32,
    /// Mean share of the passage inside quotation marks.
    pub(super) quoted: f32,
    /// Share of places that are quoted or signed.
    pub(super) marked: f32,
    /// Share signed with a handle.
    pub(super) signed: f32,
    /// Share in a transcript that names the speaker.
    pub(super) spoken: f32,
    /// Share with a verb of saying close by.
    pub(super) said: f32,
    /// Share with a verb of saying inside.
    pub(super) told: f32,
    /// Share with either.
    pub(super) reported: f32,
    /// Share of the words that are of the first person: the mean.
    pub(super) first_person: f32,
    /// Share that opens as letters do.
    pub(super) letter: f32,
    /// Share at the head.
    pub(super) head: f32,
    /// Share at the foot.
    pub(super) foot: f32,
    /// Share in paragraphs of its own.
    pub(super) alone: f32,
    /// Share in the first or the last seventh of the document.
    pub(super) outer: f32,
    /// Share at the head, at the foot or alone.
    pub(super) edge: f32,
    /// Share of the document that the passage makes up: the middle place ..
    pub(super) covered: f32,
    /// .. the largest ..
    pub(super) covered_most: f32,
    /// .. and the least.
    pub(super) covered_least: f32,
    /// Share under pictures.
    pub(super) caption: f32,
    /// Share under pictures, at the head, or alone, which is where pictures are.
    pub(super) pictured: f32,
    /// Share near a gallery of pictures.
    pub(super) gallery: f32,
    /// Share with an address or the like.
    pub(super) contact: f32,
    /// Share that belongs to a sentence presenting a person ..
    pub(super) person: f32,
    /// .. who writes or comments, or that says how to reach one.
    pub(super) author: f32,
    /// Share that asks the reader to do something on the page.
    pub(super) call: f32,
    /// Share that says whose opinions these are, who helped, or what may be done with the text.
    pub(super) notice: f32,
    /// Share that is a heading or a list of links by its form.
    pub(super) heading: f32,
    /// Share that is titles joined to each other or to names.
    pub(super) joined: f32,
    /// Share that starts a paragraph after a line that ends in a colon.
    pub(super) introduced: f32,
    /// The agency credited most.
    pub(super) credit: Option<Arc<str>>,
    /// Share of places whose document credits an agency or another outlet, or comes from an agency.
    pub(super) credited: f32,
    /// Share of places right at which an agency is credited.
    pub(super) beside: f32,
    /// Share of places in documents of an agency.
    pub(super) agency: f32,
    /// Share of places beside which another outlet of the family is named.
    pub(super) named: f32,
    /// Share in documents that end with a notice of the rights of another outlet of the family, if
    /// much of each is shared.
    pub(super) owned: f32,
    /// Share in a block that a line before says is quoted from another outlet of the family.
    pub(super) excerpt: f32,
    /// Share that names another outlet of the family in or around the passage, as joint statements
    /// do; read only where it may be reuse.
    pub(super) joint: f32,
    /// Share whose whole text names another outlet of the family, read as `joint` is and only of a
    /// few documents.
    pub(super) mutual: f32,
    /// Share that credits such an outlet there, or names it together with its own.
    pub(super) attributed: f32,
    /// Share of places with edits against the passage.
    pub(super) edited: f32,
    /// Edited words, over all places.
    pub(super) changes: u32,
    /// Share of the edited words that are figures.
    pub(super) figures: f32,
    /// Share of the edited words that are names.
    pub(super) names: f32,
    /// Share of the words of the passage that are names ..
    pub(super) capitals: f32,
    /// .. and of the words around it.
    pub(super) usual: f32,
    /// Share that is all in capitals.
    pub(super) loud: f32,
    /// Share that starts with a sentence.
    pub(super) starts: f32,
    /// Share that starts and ends with one.
    pub(super) whole: f32,
    /// A sentence ends inside the passage.
    pub(super) sentences: bool,
    /// Share of the words of the passage that are figures.
    pub(super) numbers: f32,
    /// Share of the places with a known date.
    pub(super) dated: f32,
}

/// Mean of shares. They are summed as whole multiples of a small step, because a sum of floats
/// depends on their order in its last digit.
#[derive(Debug, Default)]
struct Mean(u64);

impl Mean {
    /// Steps from 0 to 1: a power of two, so that scaling loses nothing.
    const STEPS: f64 = (1_u64 << 32) as f64;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share is from 0 to 1, so its steps fit"
    )]
    fn add(&mut self, share: f32) {
        self.0 += (f64::from(share) * Self::STEPS) as u64;
    }

    /// The mean of so many shares.
    #[expect(clippy::cast_possible_truncation, reason = "rounded to a share in single precision")]
    fn of(&self, count: usize) -> f32 {
        (self.0 as f64 / Self::STEPS / count.max(1) as f64) as f32
    }
}

/// Declares what is counted of the places of a family, each as a share of them.
macro_rules! shares {
    ($($field:ident: |$seen:ident| $test:expr;)*) => {
        /// How many places show what is a share of them in the end.
        #[derive(Debug, Default)]
        struct Counts {
            $($field: u32,)*
        }

        impl Counts {
            fn add(&mut self, seen: &Occurrence) {
                $(
                    let $seen = seen;
                    self.$field += u32::from($test);
                )*
            }

            /// The shares of so many places.
            fn shares(&self, places: usize) -> Features {
                let places = places.max(1) as f32;
                Features { $($field: self.$field as f32 / places,)* ..Features::default() }
            }
        }
    };
}

shares! {
    signed: |seen| seen.signed;
    spoken: |seen| seen.spoken;
    said: |seen| seen.said;
    reported: |seen| seen.said || seen.told;
    told: |seen| seen.told;
    letter: |seen| seen.letter;
    head: |seen| seen.head;
    foot: |seen| seen.foot;
    alone: |seen| seen.alone;
    outer: |seen| seen.outer;
    edge: |seen| seen.head || seen.foot || seen.alone;
    starts: |seen| seen.starts;
    whole: |seen| seen.whole;
    caption: |seen| seen.caption;
    pictured: |seen| seen.caption || seen.head || seen.alone;
    gallery: |seen| seen.gallery;
    contact: |seen| seen.contact;
    person: |seen| seen.form.person;
    author: |seen| seen.form.author;
    call: |seen| seen.form.call;
    notice: |seen| seen.form.notice;
    heading: |seen| seen.form.heading;
    joined: |seen| seen.form.joined;
    introduced: |seen| seen.form.introduced;
}

/// What the places of a family show, summed up place by place: a family may have a place in every
/// document of a run.
#[derive(Debug, Default)]
pub(super) struct Gathered<'a> {
    counts: Counts,
    marked: u32,
    quoted: Mean,
    first_person: Mean,
    covered: Vec<f32>,
    days: Vec<i64>,
    documents: Vec<u32>,
    credits: Vec<&'a str>,
    beside: u32,
    of_agency: u32,
    edits: Edits,
    edited: u32,
    /// The outlets that a place credits at the foot of its document, sorted.
    partners: Vec<&'a str>,
}

impl<'a> Gathered<'a> {
    /// None of a family with these partners.
    pub(super) fn new(partners: impl Iterator<Item = &'a str>) -> Self {
        let mut partners: Vec<&str> = partners.collect();
        partners.sort_unstable();
        partners.dedup();
        Self { partners, ..Self::default() }
    }

    /// Adds what one place shows, and what was edited there.
    pub(super) fn add(
        &mut self,
        (provenance, seen): (&Provenance<'a>, &Occurrence),
        edits: Edits,
        thresholds: &Thresholds,
    ) {
        let marked = seen.signed || seen.spoken || seen.quoted >= thresholds.quoted;
        self.counts.add(seen);
        self.marked += u32::from(marked);
        self.quoted.add(seen.quoted);
        self.first_person.add(seen.first_person);
        self.covered.push(seen.covered);
        self.days.extend(provenance.day);
        self.documents.push(provenance.doc);
        self.edited += u32::from(edits.words > 0);
        self.edits.add(edits);
        // The documents of an outlet that others credit count with those that credit it.
        let own = provenance.outlet.filter(|outlet| self.partners.binary_search(outlet).is_ok());
        let agency = provenance.agency.or(seen.credit).or(provenance.credit);
        self.credits.extend(agency.or(provenance.partner).or(own));
        self.beside += u32::from(seen.credit.is_some());
        self.of_agency += u32::from(provenance.agency.is_some());
    }

    /// The features of the family, whose text is `main`, if it has any place.
    pub(super) fn features(mut self, main: Option<&Wording>) -> Features {
        let places = self.documents.len();
        let share = |count: u32| count as f32 / places.max(1) as f32;
        let covered = &mut self.covered;
        covered.sort_unstable_by(f32::total_cmp);
        let mut features = Features {
            marked: share(self.marked),
            quoted: self.quoted.of(places),
            first_person: self.first_person.of(places),
            covered: covered.get(covered.len() / 2).copied().unwrap_or(0.0),
            covered_most: covered.last().copied().unwrap_or(0.0),
            covered_least: covered.first().copied().unwrap_or(0.0),
            credited: self.credits.len() as f32 / places.max(1) as f32,
            beside: share(self.beside),
            agency: share(self.of_agency),
            ..self.counts.shares(places)
        };
        let days = &mut self.days;
        features.dated = days.len() as f32 / places.max(1) as f32;
        days.sort_unstable();
        days.dedup();
        features.days = narrow(days.len());
        let spread = days.last().zip(days.first()).map_or(0, |(last, first)| last - first);
        features.spread = u32::try_from(spread).unwrap_or(u32::MAX);
        self.documents.sort_unstable();
        self.documents.dedup();
        features.documents = narrow(self.documents.len());
        features.repeated = places > self.documents.len();
        self.credits.sort_unstable();
        let same = self.credits.chunk_by(|x, y| x == y);
        let most = same.max_by_key(|same| (same.len(), same[0]));
        features.credit = most.map(|same| Arc::from(same[0]));
        if let Some(main) = main {
            let of_words = |count: usize| count as f32 / main.len().max(1) as f32;
            features.tokens = narrow(main.len());
            features.capitals = of_words(main.names());
            features.loud = of_words(main.loud());
            features.numbers = of_words(main.figures());
            features.changes = self.edits.words;
            let words = self.edits.words.max(1) as f32;
            features.figures = self.edits.figures as f32 / words;
            features.names = self.edits.names as f32 / words;
            // The passage itself has no edits.
            features.edited = self.edited as f32 / places.saturating_sub(1).max(1) as f32;
        }
        features
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_does_not_depend_on_the_order_of_the_places() {
        let (shares, turned) = ([0.8, 0.625, 0.9], [0.9, 0.625, 0.8]);
        let naive = |shares: [f32; 3]| shares.iter().sum::<f32>().to_bits();
        assert_ne!(naive(shares), naive(turned), "a plain sum of floats does");
        let bits = |shares: &[f32]| {
            let mut mean = Mean::default();
            for share in shares {
                mean.add(*share);
            }
            mean.of(shares.len()).to_bits()
        };
        assert_eq!(bits(&shares), bits(&turned));
        assert_eq!(bits(&shares), 0.775_f32.to_bits());
        assert_eq!(bits(&[1.0, 1.0, 1.0]), 1_f32.to_bits());
        assert_eq!(bits(&[]), 0_f32.to_bits());
    }
}
