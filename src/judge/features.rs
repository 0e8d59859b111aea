//! The features of a family: what its places show together.
//!
//! Fed by `occurrence`, `provenance` and `wording` with each place, feeds `kind` and `rank`.
//! Invariant: cost grows with the places of a family; nothing here depends on their order.

use super::occurrence::Occurrence;
use super::provenance::Provenance;
use super::thresholds::Thresholds;
use super::wording::{Edits, Wording};
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
    /// Share that starts and ends with a sentence.
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
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share is from 0 to 1, so its steps fit"
)]
fn mean(shares: impl ExactSizeIterator<Item = f32>) -> f32 {
    /// Steps from 0 to 1: a power of two, so that scaling loses nothing.
    const STEPS: f64 = (1_u64 << 32) as f64;
    let count = shares.len().max(1) as f64;
    let sum: u64 = shares.map(|share| (f64::from(share) * STEPS) as u64).sum();
    (sum as f64 / STEPS / count) as f32
}

impl Features {
    /// Gathers what the places of a family show; the text of the `exemplar` represents it.
    /// `versions` are the distinct wordings, and the number of its wording for each place.
    pub(super) fn gather(
        provenances: &[Provenance<'_>],
        occurrences: &[Occurrence],
        versions: (&[Wording], &[u32]),
        exemplar: usize,
        thresholds: &Thresholds,
    ) -> Self {
        let count = occurrences.len().max(1) as f32;
        let share = |test: &dyn Fn(&Occurrence) -> bool| {
            occurrences.iter().filter(|occurrence| test(occurrence)).count() as f32 / count
        };
        let marked = |occurrence: &Occurrence| {
            occurrence.signed || occurrence.spoken || occurrence.quoted >= thresholds.quoted
        };
        let mut covered: Vec<f32> =
            occurrences.iter().map(|occurrence| occurrence.covered).collect();
        covered.sort_by(f32::total_cmp);
        let mut features = Self {
            quoted: mean(occurrences.iter().map(|occurrence| occurrence.quoted)),
            marked: share(&marked),
            signed: share(&|occurrence| occurrence.signed),
            spoken: share(&|occurrence| occurrence.spoken),
            said: share(&|occurrence| occurrence.said),
            reported: share(&|occurrence| occurrence.said || occurrence.told),
            told: share(&|occurrence| occurrence.told),
            first_person: mean(occurrences.iter().map(|occurrence| occurrence.first_person)),
            letter: share(&|occurrence| occurrence.letter),
            head: share(&|occurrence| occurrence.head),
            foot: share(&|occurrence| occurrence.foot),
            alone: share(&|occurrence| occurrence.alone),
            outer: share(&|occurrence| occurrence.outer),
            edge: share(&|occurrence| occurrence.head || occurrence.foot || occurrence.alone),
            whole: share(&|occurrence| occurrence.whole),
            covered: covered.get(covered.len() / 2).copied().unwrap_or(0.0),
            covered_most: covered.last().copied().unwrap_or(0.0),
            covered_least: covered.first().copied().unwrap_or(0.0),
            caption: share(&|occurrence| occurrence.caption),
            pictured: share(&|occurrence| {
                occurrence.caption || occurrence.head || occurrence.alone
            }),
            gallery: share(&|occurrence| occurrence.gallery),
            contact: share(&|occurrence| occurrence.contact),
            person: share(&|occurrence| occurrence.form.person),
            author: share(&|occurrence| occurrence.form.author),
            call: share(&|occurrence| occurrence.form.call),
            notice: share(&|occurrence| occurrence.form.notice),
            heading: share(&|occurrence| occurrence.form.heading),
            joined: share(&|occurrence| occurrence.form.joined),
            introduced: share(&|occurrence| occurrence.form.introduced),
            ..Self::default()
        };
        features.add_provenances(provenances, occurrences);
        features.add_edits(versions, exemplar);
        features
    }

    fn add_provenances(&mut self, provenances: &[Provenance<'_>], occurrences: &[Occurrence]) {
        let distinct = |values: &mut Vec<i64>| {
            values.sort_unstable();
            values.dedup();
            crate::limits::narrow(values.len())
        };
        let mut days: Vec<i64> =
            provenances.iter().filter_map(|provenance| provenance.day).collect();
        let days_known = days.len();
        self.days = distinct(&mut days);
        self.dated = days_known as f32 / provenances.len().max(1) as f32;
        let spread = days.last().zip(days.first()).map_or(0, |(last, first)| last - first);
        self.spread = u32::try_from(spread).unwrap_or(u32::MAX);
        let mut documents: Vec<i64> =
            provenances.iter().map(|provenance| i64::from(provenance.doc)).collect();
        self.documents = distinct(&mut documents);
        self.repeated = provenances.len() > documents.len();
        self.add_credits(provenances, occurrences);
    }

    /// Adds the credits: of the documents, right at the passage, or of another outlet, whose own
    /// documents then count with those that credit it.
    fn add_credits(&mut self, provenances: &[Provenance<'_>], occurrences: &[Occurrence]) {
        let mut partners: Vec<&str> =
            provenances.iter().filter_map(|provenance| provenance.partner).collect();
        partners.sort_unstable();
        partners.dedup();
        let mut credits: Vec<&str> = Vec::new();
        let mut beside = 0_u32;
        for (provenance, occurrence) in provenances.iter().zip(occurrences) {
            let own = provenance.outlet.filter(|outlet| partners.binary_search(outlet).is_ok());
            let agency = provenance.agency.or(occurrence.credit).or(provenance.credit);
            beside += u32::from(occurrence.credit.is_some());
            credits.extend(agency.or(provenance.partner).or(own));
        }
        let places = provenances.len().max(1) as f32;
        self.credited = credits.len() as f32 / places;
        self.beside = beside as f32 / places;
        let of_agency = |provenance: &&Provenance<'_>| provenance.agency.is_some();
        self.agency = provenances.iter().filter(of_agency).count() as f32 / places;
        credits.sort_unstable();
        let most = credits.chunk_by(|x, y| x == y).max_by_key(|same| (same.len(), same[0]));
        self.credit = most.map(|same| Arc::from(same[0]));
    }

    fn add_edits(&mut self, (wordings, of_place): (&[Wording], &[u32]), exemplar: usize) {
        let wording = |number: &u32| wordings.get(*number as usize);
        let Some(main) = of_place.get(exemplar).and_then(wording) else { return };
        self.tokens = crate::limits::narrow(main.len());
        self.capitals = main.names() as f32 / main.len().max(1) as f32;
        self.loud = main.loud() as f32 / main.len().max(1) as f32;
        self.numbers = main.figures() as f32 / main.len().max(1) as f32;
        let (mut all, mut edited) = (Edits::default(), 0_u32);
        let edits: Vec<Edits> = wordings.iter().map(|wording| main.edits(wording)).collect();
        for &number in of_place {
            let edits = edits[number as usize];
            edited += u32::from(edits.words > 0);
            all.add(edits);
        }
        self.changes = all.words;
        let words = all.words.max(1) as f32;
        self.figures = all.figures as f32 / words;
        self.names = all.names as f32 / words;
        // The passage itself has no edits.
        self.edited = edited as f32 / of_place.len().saturating_sub(1).max(1) as f32;
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
        let bits = |shares: &[f32]| mean(shares.iter().copied()).to_bits();
        assert_eq!(bits(&shares), bits(&turned));
        assert_eq!(bits(&shares), 0.775_f32.to_bits());
        assert_eq!(bits(&[1.0, 1.0, 1.0]), 1_f32.to_bits());
        assert_eq!(bits(&[]), 0_f32.to_bits());
    }
}
