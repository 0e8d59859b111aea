//! What is cut from which document, as it is written out: from a search, or from the state of an
//! interrupted run.
//!
//! One line of JSON for each document of the inputs, in order. Invariant: a list that is there is
//! complete, and says all that is needed to write the result without another search.

use super::super::plan;
use crate::corpus::RecordPlace;
use crate::detect::{CutDocument, CutPlace, CutResult, KeptPlace};
use crate::error::Result;
use crate::store::FolderDraft;
use serde::{Deserialize, Serialize};

/// A document of the inputs, and what it loses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Source, bytes, first byte and number of its record.
    place: (u32, u32, u64, u64),
    /// What it loses; none: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(default)]
    pub(super) cut: Option<PlannedCut>,
}

/// What a document loses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlannedCut {
    pub(super) id: String,
    /// Both halves of the hash of its tokens, by which its text is known again.
    hash: (u64, u64),
    /// What is left goes too.
    pub(super) whole: bool,
    /// In order.
    pub(super) cuts: Vec<PlannedPlace>,
}

/// A stretch that is cut, in tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlannedPlace {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Where it is kept, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(default)]
    pub(super) kept: Option<PlannedKept>,
}

/// Where a stretch is kept, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlannedKept {
    pub(super) family: u32,
    pub(super) id: String,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Planned {
    /// The documents of a result, in order.
    pub fn all(result: &CutResult) -> impl Iterator<Item = Self> {
        result.documents().map(|(document, place, cut)| {
            let RecordPlace { source, bytes, offset, line } = place;
            let cut = cut.map(|cut| PlannedCut::of(result, document, cut));
            Self { place: (source, bytes, offset, line), cut }
        })
    }

    /// Where its record is.
    pub(super) fn place(&self) -> RecordPlace {
        let (source, bytes, offset, line) = self.place;
        RecordPlace { source, bytes, offset, line }
    }
}

impl PlannedCut {
    fn of(result: &CutResult, document: u32, cut: &CutDocument) -> Self {
        let kept = |kept: KeptPlace| PlannedKept {
            family: kept.family,
            id: result.id(kept.document).into_owned(),
            start: kept.start,
            end: kept.end,
        };
        let place = |place: &CutPlace| PlannedPlace {
            start: place.start,
            end: place.end,
            kept: place.kept.map(kept),
        };
        let hash = result.text_hash(document);
        Self {
            id: result.id(document).into_owned(),
            hash: ((hash >> 64) as u64, crate::hash::low64(hash)),
            whole: cut.whole,
            cuts: cut.cuts.iter().map(place).collect(),
        }
    }

    /// The hash of the tokens of the text.
    pub(super) fn hash(&self) -> u128 {
        u128::from(self.hash.0) << 64 | u128::from(self.hash.1)
    }
}

/// Keeps what is planned under `name` in the work folder.
///
/// # Errors
/// A file that cannot be written.
pub fn keep_planned(folder: &FolderDraft, name: &str, result: &CutResult) -> Result<()> {
    folder.keep_written(name, |out| {
        Planned::all(result).try_for_each(|planned| {
            serde_json::to_writer(&mut *out, &planned)?;
            out.write_all(b"\n")
        })
    })
}

/// Reads back what was planned; `None` where nothing is there.
///
/// # Errors
/// A file that cannot be opened.
pub fn read_planned(
    folder: &FolderDraft,
    name: &str,
) -> Result<Option<impl Iterator<Item = Result<Planned>> + use<>>> {
    plan::lines(folder, name, |line| serde_json::from_str(line).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_planned_is_read_back() {
        let root = tempfile::tempdir().unwrap();
        let folder = FolderDraft::begin(&root.path().join("out")).unwrap();
        assert!(read_planned(&folder, "cuts").unwrap().is_none());
        let kept = PlannedKept { family: 1, id: "a \"b\"\n".to_owned(), start: 0, end: u32::MAX };
        let places = vec![
            PlannedPlace { start: 3, end: 60, kept: Some(kept) },
            PlannedPlace { start: 70, end: 99, kept: None },
        ];
        let cut = PlannedCut { id: "d".to_owned(), hash: (u64::MAX, 7), whole: true, cuts: places };
        let all = [
            Planned { place: (0, u32::MAX, u64::MAX, 1), cut: None },
            Planned { place: (1, 0, 0, 0), cut: Some(cut) },
        ];
        let lines = all.each_ref().map(|one| serde_json::to_string(one).unwrap());
        folder.keep_state("cuts", lines.join("\n").as_bytes()).unwrap();
        let back: Result<Vec<Planned>> = read_planned(&folder, "cuts").unwrap().unwrap().collect();
        assert_eq!(back.unwrap(), all);
        let hash = all[1].cut.as_ref().map(PlannedCut::hash);
        assert_eq!(hash, Some(u128::from(u64::MAX) << 64 | 7));
        folder.keep_state("cuts", &lines[1].as_bytes()[..9]).unwrap();
        let error = read_planned(&folder, "cuts").unwrap().unwrap().next().unwrap().unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
