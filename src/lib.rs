//! wirecopy finds what was copied: the passages that documents share, and the families these
//! form.
//!
//! | what you have | what you call | what you get |
//! |---|---|---|
//! | files, folders, globs | [`detect::scan`] | passages, families: [`detect::ScanResult`] |
//! | documents in memory | [`detect::scan_documents`] | the same |
//! | two files | [`detect::compare`] | what they share ([`detect::Comparison`]) |
//! | two documents in memory | [`detect::compare_documents`] | the same |
//! | files, folders, globs | [`detect::dedup`] | near-duplicates ([`detect::DedupResult`]) |
//! | documents in memory | [`detect::dedup_documents`] | the same |
//! | documents that are to be kept | [`index::Writer`] | an index |
//! | an index and a text | [`index::Reader::query`] | what they share ([`index::Answer`]) |
//! | files, for your own use | [`corpus::Corpus`] | documents, and problems with place and cure |
//! | a text | [`shingle::Shingler`] | its shingles |
//! | shingles | [`sketch::Sketcher`] | a signature ([`sketch::Signature`]) |
//! | signatures | [`lsh::Lsh`] | pairs that may be near-duplicates |
//! | two sets of shingles | [`verify::overlap`] | the exact similarity |
//! | a truth and a result | [`eval`] | precision and recall |
//!
//! [`detect`] is the front door: settings in, results out. What is below it are functions of texts
//! and settings, each of use alone. `docs/method.md` explains the method.
//!
//! ```
//! use wirecopy::corpus::{Document, Meta};
//! use wirecopy::detect::{ScanConfig, Silent, scan_documents};
//!
//! let quote = "I told Rex Tillerson, our wonderful Secretary of State, that he is wasting his \
//!              time trying to negotiate with Little Rocket Man";
//! let document = |id: &str, text: String| Document {
//!     id: id.to_owned(),
//!     text: text.into(),
//!     meta: Meta::default(),
//! };
//! let documents = vec![
//!     document("morning", format!("The President wrote on Sunday: {quote}.")),
//!     document("evening", format!("\u{201c}{quote},\u{201d} read the tweet that surprised us.")),
//! ];
//! let result = scan_documents(documents, Vec::new(), &ScanConfig::default(), &Silent)?;
//! assert_eq!(result.pair_count(), 1);
//! let pair = result.pair(0);
//! assert_eq!((pair.tokens, pair.identity), (22, 1.0));
//! assert_eq!(pair.a.text, quote);
//! # Ok::<(), wirecopy::error::Error>(())
//! ```

// Lowest first: a module names only modules above it in this list, which
// tests/integration/architecture.rs holds.
pub mod limits;

pub mod trace;

pub mod error;

pub mod hash;

pub mod store;

pub mod simd;

pub mod corpus;

pub mod text;

pub mod shingle;

pub mod sketch;

pub mod lsh;

pub mod verify;

pub mod components;

pub mod passage;

pub mod cluster;

pub mod judge;

pub mod record;

pub mod detect;

pub mod index;

pub mod eval;

pub mod output;

pub mod export;
