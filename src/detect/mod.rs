//! The front door: settings in, results out.
//!
//! The only place where stages and the rayon pool meet. Used by the command line and by programs.
//! Invariant: the result depends on texts, ids and settings alone, never on threads or the order
//! of the input.

mod archive;
#[cfg(test)]
mod calibration;
mod clock;
mod compare;
mod config;
mod copies;
mod dedup;
mod documents;
mod figures;
mod flows;
mod found;
mod ignore;
mod keys;
mod known;
mod locate;
mod mapped;
mod overflow;
mod parts;
mod prepare;
mod printed;
mod progress;
mod quoted;
mod read;
mod result;
mod scan;
mod sieve;
mod spilled;
mod spread;
mod table;
mod twins;
mod verdicts;

pub use crate::shingle::Unit;
pub use archive::{Archive, Proposed, scan_against};
pub use compare::{Comparison, compare, compare_documents};
pub use config::{Edits, NGRAM_SIZES, ScanConfig, Scope};
pub use copies::COPY_COVERAGE;
pub use dedup::{Candidate, GroupDocument, Leaders, Read, Stages, TextSet};
pub use dedup::{CutConfig, CutDocument, CutPlace, CutResult, KeptPlace, cut_passages};
pub use dedup::{DedupConfig, DedupResult, Keep, Measure, Run, dedup, dedup_documents};
pub use documents::{Each, Made, More, Texts, Tokenised};
pub use documents::{each_document, each_of, each_tokenised, in_workers, scan_texts, sort_numbers};
pub use parts::{CopyStages, OutletCounts, Part};
pub(crate) use prepare::Fetched;
pub use printed::{Printed, PrintedPassage};
pub use progress::{Progress, Silent, Stage};
pub(crate) use result::FamilyPart;
pub use result::ScanResult;
pub(crate) use scan::scan_fetched;
pub use scan::{LeaveOut, scan, scan_documents, scan_resumable};
pub(crate) use sieve::{Keeper, Wanted, fetch};
pub use spread::{Holder, Meeting, Occurrence, Run as OccurrenceRun, ScanStages};
