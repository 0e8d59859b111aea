//! The native part of the Python package `wirecopy`.
//!
//! Python passes Arrow tables and settings, `inputs` and `columns` make documents and
//! configurations of them, `engine` runs `wirecopy::detect`, `results` and `table` return Arrow
//! tables. `batch`, `streams` and `groups`, for passages `scanning`, `meeting` and `families`, and
//! `copies` are what engines call in their tasks. The classes that people use are in `wirecopy/`
//! beside this folder. Boundary: the library knows nothing of Python, and nothing here prints.

mod batch;
mod capsule;
mod columns;
mod copies;
mod engine;
mod families;
mod filter;
mod groups;
mod index;
mod inputs;
mod kinds;
mod meeting;
mod packed;
mod results;
mod scanning;
mod streams;
mod table;

use pyo3::prelude::*;

/// Shared passages and near-duplicates over Arrow data.
#[pymodule]
mod _wirecopy {
    #[pymodule_export]
    use super::batch::{align_pairs, bands, coverage, postings, sets, signatures, verify_pairs};
    #[pymodule_export]
    use super::copies::{ComponentCopies, ComponentFurniture, agencies, houses_by_furniture};
    #[pymodule_export]
    use super::families::{Blocks, ComponentFamilies, Places};
    #[pymodule_export]
    use super::filter::TextFilter;
    #[pymodule_export]
    use super::groups::Groups;
    #[pymodule_export]
    use super::index::{
        index_add, index_check, index_compact, index_create, index_info, index_query, index_remove,
    };
    #[pymodule_export]
    use super::meeting::{Carried, CellPassages, Meetings, needed};
    #[pymodule_export]
    use super::results::{DedupRun, ScanRun, compare, dedup, scan};
    #[pymodule_export]
    use super::scanning::{Occurrences, Repeated, Shingles, houses, scan_documents};
    #[pymodule_export]
    use super::streams::{
        Best, Buckets, Contract, LargeBuckets, Star, checksum, compare_signatures,
    };
    #[pymodule_export]
    use super::table::{ArrowTable, strings_table};
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
