//! What the texts of a family say of each other's outlets and of who wrote them.
//!
//! Used by `context` where the text of a family may be reuse. Invariant: asks each place once;
//! whole texts are looked through only where there are few.

use super::{Context, span};
use crate::judge::case::{Case, Witness};
use crate::judge::{attribution, naming, program, released, speaker};

/// Most places of a family whose whole texts are looked through for names.
const JOINT_PLACES: usize = 16;

/// Places of a family that name another outlet of it.
#[derive(Debug, Default)]
pub(super) struct Joint {
    /// In or around the passage ..
    pub(super) near: usize,
    /// .. and credit it there or name their own as well.
    pub(super) attributed: usize,
    /// Anywhere in the text, if the family has few places.
    pub(super) mutual: usize,
}

impl Context<'_> {
    /// Whether a place is in a text that is somebody else's by its own words, or in a notice, or
    /// two texts name the same source or author in a line at the head or the foot. Slow to see, so
    /// that it is asked only where it decides.
    pub(in crate::judge) fn is_released(&self, case: &Case) -> bool {
        let signed = |place: &Witness| {
            let line = self.lines.get(&place.doc).copied();
            let source = line.filter(|line| released::names_source(line));
            let (text, doc) = (self.text(place), place.doc);
            let lines = [source, released::author_note(text), released::byline(text)];
            lines.into_iter().flatten().map(move |line| (line, doc))
        };
        let are_shared = || {
            let mut lines: Vec<(&str, u32)> = case.places.iter().flat_map(signed).collect();
            lines.sort_unstable();
            lines.dedup();
            lines.windows(2).any(|two| two[0].0 == two[1].0)
        };
        let is_of_other = |place: &Witness| {
            let text = self.text(place);
            let stretch = naming::stretch(text, &span(place));
            released::is_released(text)
                || released::is_placed(stretch)
                || released::is_opinion(stretch)
                || program::is_program(stretch)
                || speaker::is_talk(stretch)
        };
        are_shared() || case.places.iter().any(is_of_other)
    }

    /// Places that name another outlet of the family.
    pub(super) fn joint(&self, case: &Case) -> Joint {
        let outlets = self.written_outlets(case);
        let mut joint = Joint::default();
        let is_small = case.places.len() <= JOINT_PLACES;
        for place in &case.places {
            let own = self.outlets[place.doc as usize].map(|outlet| self.names[outlet as usize]);
            let text = naming::stretch(self.text(place), &span(place));
            let held = |(_, written): &&(&str, &str)| naming::holds(text, written);
            let is_own = |(name, _): &&(&str, &str)| own == Some(*name);
            let named: Vec<_> = outlets.iter().filter(|name| !is_own(name)).filter(held).collect();
            let credits = || {
                let whole = 0..text.len();
                named.iter().any(|(_, name)| attribution::credits(text, whole.clone(), name))
            };
            let with_own = || {
                let own = outlets.iter().find(is_own);
                own.is_some_and(|own| naming::names_itself(self.text(place), text, own.1))
            };
            let near = !named.is_empty();
            let anywhere = || {
                let mut others = outlets.iter().filter(|name| !is_own(name));
                is_small && others.any(|(_, name)| naming::holds(self.text(place), name))
            };
            joint.near += usize::from(near);
            joint.attributed += usize::from(near && (with_own() || credits()));
            joint.mutual += usize::from(near || anywhere());
        }
        joint
    }

    /// Places in documents that end with a notice of the rights of another outlet of the family.
    pub(super) fn owned(&self, case: &Case) -> usize {
        let outlets = self.written_papers(case);
        let is_owned = |place: &&Witness| {
            let own = self.outlets[place.doc as usize].map(|outlet| self.names[outlet as usize]);
            let owner = naming::owner(self.text(place));
            let of = |name: &str| owner.is_some_and(|owner| naming::holds(owner, name));
            own.is_some() && outlets.iter().any(|(name, written)| own != Some(name) && of(written))
        };
        case.places.iter().filter(is_owned).count()
    }
}
