//! What a run does, reported as it happens to subscribers of the [`tracing`] crate.
//!
//! Used by all that read, keep or publish; nothing here changes what is done. Who embeds the
//! library installs a subscriber of its own, the program one for its log. Without the feature
//! `trace` nothing is reported.
//!
//! | target | level | what |
//! |---|---|---|
//! | `wirecopy::detect` | info | span `stage` (`name`, `total`): a part of the work |
//! | `wirecopy::detect` | info | what is left of an interrupted run is used, or why it is not |
//! | `wirecopy::detect` | info | fewer threads work than were asked for |
//! | `wirecopy::detect` | debug | a temporary file is begun (`what`, `place`) |
//! | `wirecopy::corpus` | debug | a source is read (`path`, `format`, `bytes`) |
//! | `wirecopy::corpus` | debug | a source is copied as it is read, to be read again (`path`) |
//! | `wirecopy::corpus` | trace | a file of one document is read (`path`, `bytes`) |
//! | `wirecopy::store` | debug | a file or folder is published (`path`) |
//!
//! Invariant: events are of files and stages, never of records, so that they cost nothing when
//! nothing listens.
//!
//! [`tracing`]: https://docs.rs/tracing

#[cfg(feature = "trace")]
mod enabled;
#[cfg(feature = "trace")]
pub use enabled::{Stage, goes_on, stage, starts_again};
#[cfg(feature = "trace")]
pub(crate) use enabled::{copies, few_workers, published, reads, reads_text, spills};

#[cfg(not(feature = "trace"))]
mod disabled;
#[cfg(not(feature = "trace"))]
pub use disabled::{Stage, goes_on, stage, starts_again};
#[cfg(not(feature = "trace"))]
pub(crate) use disabled::{copies, few_workers, published, reads, reads_text, spills};
