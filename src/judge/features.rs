//! The features of a family: what its places show together.
//!
//! Fed by `sight` and `wording` with each place, feeds `kind` and `rank`. Invariant: cost grows with
//! the places of a family; nothing here depends on their order.

use super::Thresholds;
use super::sight::Sight;
use super::wording::{Edits, Wording};
use std::sync::Arc;

/// What is known of one place beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stand<'a> {
    /// Document.
    pub(super) doc: u32,
    /// Name of its outlet.
    pub(super) outlet: Option<&'a str>,
    /// Day of publication, days since 1970.
    pub(super) day: Option<i64>,
    /// Agency that the document credits at its head or foot.
    pub(super) credit: Option<&'a str>,
    /// Agency that its outlet is.
    pub(super) agency: Option<&'a str>,
    /// Another outlet of the family that the document credits at its foot.
    pub(super) partner: Option<&'a str>,
}

/// The features of a family. Shares are of its places.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Features {
    /// Distinct documents.
    pub(super) documents: u32,
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
    /// Share with a word of saying close by.
    pub(super) said: f32,
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
    /// Share of the document that the passage is: middle place ..
    pub(super) covered: f32,
    /// .. and the largest.
    pub(super) covered_most: f32,
    /// Share under pictures.
    pub(super) caption: f32,
    /// Share under pictures, at the head, or alone, where pictures stand.
    pub(super) pictured: f32,
    /// Share close by a gallery of pictures.
    pub(super) gallery: f32,
    /// Share with an address or the like.
    pub(super) contact: f32,
    /// Share that belongs to a sentence presenting a person ..
    pub(super) person: f32,
    /// .. who writes or comments, or tells how to reach one.
    pub(super) author: f32,
    /// Share that asks the reader to do something on the page.
    pub(super) call: f32,
    /// Share that says whose opinions these are, who helped, or what may be done with the text.
    pub(super) notice: f32,
    /// Share that is a heading or a list of links by its form.
    pub(super) heading: f32,
    /// Share that is titles joined to each other or to names.
    pub(super) joined: f32,
    /// Share that begins a paragraph behind a line that ends in a colon.
    pub(super) introduced: f32,
    /// The agency credited most.
    pub(super) credit: Option<Arc<str>>,
    /// Share of places whose document credits an agency or another outlet, or is of an agency.
    pub(super) credited: f32,
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
    /// .. and of the text around it.
    pub(super) usual: f32,
    /// Share that is all in capitals.
    pub(super) loud: f32,
    /// Share that begins and ends with a sentence.
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
    /// Gathers what the places of a family show; `exemplar` is the place that stands for it.
    pub(super) fn gather(
        stands: &[Stand<'_>],
        sights: &[Sight],
        wordings: &[Wording],
        exemplar: usize,
        thresholds: &Thresholds,
    ) -> Self {
        let count = sights.len().max(1) as f32;
        let share = |test: &dyn Fn(&Sight) -> bool| {
            sights.iter().filter(|sight| test(sight)).count() as f32 / count
        };
        let marked =
            |sight: &Sight| sight.signed || sight.spoken || sight.quoted >= thresholds.quoted;
        let mut covered: Vec<f32> = sights.iter().map(|sight| sight.covered).collect();
        covered.sort_by(f32::total_cmp);
        let mut features = Self {
            quoted: mean(sights.iter().map(|sight| sight.quoted)),
            marked: share(&marked),
            signed: share(&|sight| sight.signed),
            spoken: share(&|sight| sight.spoken),
            said: share(&|sight| sight.said),
            head: share(&|sight| sight.head),
            foot: share(&|sight| sight.foot),
            alone: share(&|sight| sight.alone),
            outer: share(&|sight| sight.outer),
            edge: share(&|sight| sight.head || sight.foot || sight.alone),
            whole: share(&|sight| sight.whole),
            covered: covered.get(covered.len() / 2).copied().unwrap_or(0.0),
            covered_most: covered.last().copied().unwrap_or(0.0),
            caption: share(&|sight| sight.caption),
            pictured: share(&|sight| sight.caption || sight.head || sight.alone),
            gallery: share(&|sight| sight.gallery),
            contact: share(&|sight| sight.contact),
            person: share(&|sight| sight.form.person),
            author: share(&|sight| sight.form.author),
            call: share(&|sight| sight.form.call),
            notice: share(&|sight| sight.form.notice),
            heading: share(&|sight| sight.form.heading),
            joined: share(&|sight| sight.form.joined),
            introduced: share(&|sight| sight.form.introduced),
            ..Self::default()
        };
        features.note_stands(stands, sights);
        features.note_edits(wordings, exemplar);
        features
    }

    fn note_stands(&mut self, stands: &[Stand<'_>], sights: &[Sight]) {
        let distinct = |values: &mut Vec<i64>| {
            values.sort_unstable();
            values.dedup();
            crate::limits::narrow(values.len())
        };
        let mut days: Vec<i64> = stands.iter().filter_map(|stand| stand.day).collect();
        let days_known = days.len();
        self.days = distinct(&mut days);
        self.dated = days_known as f32 / stands.len().max(1) as f32;
        let spread = days.last().zip(days.first()).map_or(0, |(last, first)| last - first);
        self.spread = u32::try_from(spread).unwrap_or(u32::MAX);
        let mut documents: Vec<i64> = stands.iter().map(|stand| i64::from(stand.doc)).collect();
        self.documents = distinct(&mut documents);
        self.note_credits(stands, sights);
    }

    /// Notes who is credited: by the documents, right at the passage, or as another outlet, whose
    /// own documents then count with those that credit it.
    fn note_credits(&mut self, stands: &[Stand<'_>], sights: &[Sight]) {
        let mut partners: Vec<&str> = stands.iter().filter_map(|stand| stand.partner).collect();
        partners.sort_unstable();
        partners.dedup();
        let mut credits: Vec<&str> = Vec::new();
        for (stand, sight) in stands.iter().zip(sights) {
            let own = stand.outlet.filter(|outlet| partners.binary_search(outlet).is_ok());
            let agency = stand.agency.or(sight.credit).or(stand.credit);
            credits.extend(agency.or(stand.partner).or(own));
        }
        self.credited = credits.len() as f32 / stands.len().max(1) as f32;
        credits.sort_unstable();
        let most = credits.chunk_by(|x, y| x == y).max_by_key(|same| (same.len(), same[0]));
        self.credit = most.map(|same| Arc::from(same[0]));
    }

    fn note_edits(&mut self, wordings: &[Wording], exemplar: usize) {
        let Some(main) = wordings.get(exemplar) else { return };
        self.tokens = crate::limits::narrow(main.len());
        self.capitals = main.names() as f32 / main.len().max(1) as f32;
        self.loud = main.loud() as f32 / main.len().max(1) as f32;
        self.numbers = main.figures() as f32 / main.len().max(1) as f32;
        let (mut all, mut edited) = (Edits::default(), 0_u32);
        for wording in wordings {
            let edits = main.edits(wording);
            edited += u32::from(edits.words > 0);
            all.add(edits);
        }
        self.changes = all.words;
        let words = all.words.max(1) as f32;
        self.figures = all.figures as f32 / words;
        self.names = all.names as f32 / words;
        // The passage itself has no edits.
        self.edited = edited as f32 / wordings.len().saturating_sub(1).max(1) as f32;
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
