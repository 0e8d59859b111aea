//! What is wrong with a record, a file or a run, in words.
//!
//! Made by everything that reads; the lowest file of the module. Invariant: whatever is wrong comes
//! with what the user can do about it.

use crate::error::with_names;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// How the cause starts where a record has no column of the text.
pub(super) const NO_TEXT: &str = "no text column:";

/// Characters of a name in a message.
const SHOWN_CHARACTERS: usize = 60;

/// A name as a message shows it: a whole article may be where a name should be.
pub(super) fn shortened(name: &str) -> Cow<'_, str> {
    shortened_to(SHOWN_CHARACTERS, name)
}

/// A name of which so many characters are shown.
pub(crate) fn shortened_to(most: usize, name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(most) {
        None => Cow::Borrowed(name),
        Some((end, _)) => Cow::Owned(format!("{}..", name.get(..end).unwrap_or_default())),
    }
}

/// Why a source cannot be read at all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What is wrong.
    pub(super) cause: String,
    /// What the user can do.
    pub(super) cure: String,
}

impl Refusal {
    pub(super) fn new(cause: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { cause: cause.into(), cure: cure.into() }
    }

    /// A record longer than `most` bytes.
    pub(super) fn too_long(most: usize) -> Self {
        Self::new(
            format!("record over the limit: {most} bytes"),
            "split the document, or raise {max_record_bytes}",
        )
    }

    /// A format that this build leaves out.
    pub(super) fn not_built(name: &str, feature: &str) -> Self {
        Self::new(
            format!("is {name}, which this build does not read: it has no feature `{feature}`"),
            format!("build it with `cargo install --features {feature}`, or convert the file"),
        )
    }

    /// A file in which there is none of what is read from its format.
    pub(super) fn holds_no(what: &str) -> Self {
        Self::new(format!("holds no {what}"), "remove it, or check what it holds")
    }

    /// A file or stream without a byte, or a document without a word.
    pub(super) fn empty() -> Self {
        Self::new("is empty", "remove it, or check what should be in it")
    }
}

/// A record (or file) that could not be used, or only in part; the run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File concerned.
    pub path: PathBuf,
    /// 1-based line or record, where there is one.
    pub line: Option<u64>,
    /// What is wrong.
    pub cause: String,
    /// What the user can do; it may name settings (see [`with_names`]).
    pub cure: String,
    /// Whether the record was left out (`false`: it was used, with a part unknown).
    pub skipped: bool,
}

impl std::fmt::Display for Problem {
    /// `PATH:LINE: cause. cure`, with settings called by their names.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, line, cause, cure, .. } = self;
        write!(f, "{}", path.display())?;
        if let Some(line) = line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {cause}. {}", with_names(cure, str::to_owned))
    }
}

impl Problem {
    /// The same problem with every setting called by `call`, such as its flag for `num_perm`.
    #[must_use]
    pub fn with_names(&self, call: impl Fn(&str) -> String) -> Self {
        Self { cure: with_names(&self.cure, call), ..self.clone() }
    }

    /// A record or file that is left out.
    pub(super) fn skipped(
        path: &Path,
        line: Option<u64>,
        cause: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let (cause, cure) = (cause.into(), cure.into());
        Self { path: path.to_path_buf(), line, cause, cure, skipped: true }
    }

    /// A record or file that is used, with a part unknown or repaired.
    pub(super) fn noted(
        path: &Path,
        line: Option<u64>,
        cause: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self { skipped: false, ..Self::skipped(path, line, cause, cure) }
    }

    /// A source, or a record of it, that is left out for a reason.
    pub(super) fn refused(path: &Path, line: Option<u64>, refusal: Refusal) -> Self {
        Self::skipped(path, line, refusal.cause, refusal.cure)
    }
}
