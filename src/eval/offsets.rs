//! Whether the offsets of detections agree with the documents, and of which outlets these are.
//!
//! Fed with the documents and the detections of a result, feeds the score of passages with the
//! number of wrong offsets. Invariant: a detection is right only if its bytes and its code points
//! cut the same, non-empty string.

use super::passages::{DetectedSide, Detection};
use crate::corpus;
use crate::error::Result;
use crate::hash::Map;
use serde::Serialize;

/// Texts and outlets of documents, by id.
#[derive(Debug, Default)]
pub struct Texts(Map<String, (String, Option<String>)>);

/// Counts of the sides of detections whose offsets were checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Offsets {
    /// Sides checked.
    pub checked: usize,
    /// Sides whose offsets disagree or lie outside the text, or whose document is unknown.
    pub wrong: usize,
}

impl Texts {
    /// Reads all documents of some inputs.
    ///
    /// # Errors
    /// An input that cannot be read, or none with a document.
    pub fn read(inputs: &[String]) -> Result<Self> {
        let mut texts = Self::default();
        for document in corpus::read_all(inputs)? {
            let outlet = document.meta.outlet.map(|outlet| outlet.as_ref().to_owned());
            texts.0.insert(document.id, (document.text.into_string(), outlet));
        }
        Ok(texts)
    }

    /// Whether two documents are of one outlet; documents without an outlet count as of one
    /// unknown outlet.
    #[must_use]
    pub fn same_outlet(&self, a: &str, b: &str) -> bool {
        let outlet = |id: &str| self.0.get(id).and_then(|(_, outlet)| outlet.as_deref());
        outlet(a) == outlet(b)
    }

    /// Checks the offsets of detections.
    #[must_use]
    pub fn check(&self, detections: &[Detection]) -> Offsets {
        let sides = detections.iter().flat_map(|found| [&found.a, &found.b]);
        let mut offsets = Offsets::default();
        for side in sides {
            offsets.checked += 1;
            offsets.wrong += usize::from(!self.agrees(side));
        }
        offsets
    }

    fn agrees(&self, side: &DetectedSide) -> bool {
        let Some((text, _)) = self.0.get(&side.id) else { return false };
        let (Some(start), Some(end)) = (side.start, side.end) else { return false };
        let (Some(before), Some(inside)) = (text.get(..start), text.get(start..end)) else {
            return false;
        };
        let first = before.chars().count();
        !inside.is_empty()
            && first == side.char_start
            && first + inside.chars().count() == side.char_end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_must_cut_the_same_string() {
        let mut texts = Texts::default();
        texts.0.insert("a".to_owned(), ("für alle".to_owned(), Some("x".to_owned())));
        texts.0.insert("b".to_owned(), ("alle".to_owned(), None));
        let side = |id: &str, start, end, char_start, char_end| DetectedSide {
            id: id.to_owned(),
            char_start,
            char_end,
            start: Some(start),
            end: Some(end),
        };
        let detection = |a, b| Detection { a, b, tokens: 1, family: None };
        let right = side("b", 0, 4, 0, 4);
        let sides = [
            (side("a", 5, 9, 4, 8), true),
            (side("a", 5, 9, 5, 9), false),
            (side("a", 2, 9, 2, 8), false),
            (side("a", 5, 99, 4, 98), false),
            (side("c", 0, 1, 0, 1), false),
        ];
        for (side, agrees) in sides {
            let found = texts.check(&[detection(side.clone(), right.clone())]);
            assert_eq!(found, Offsets { checked: 2, wrong: usize::from(!agrees) }, "{side:?}");
        }
        assert!(!texts.same_outlet("a", "b") && texts.same_outlet("b", "b"));
    }
}
