//! What can go wrong, each with its place, its cause and its cure.
//!
//! Every module returns [`Result`]; the command line prints the error as
//! `wirecopy: PATH:LINE: cause. cure`. Invariant: no variant is used as control flow, and every
//! message tells the reader what to do next.

use std::path::{Path, PathBuf};

/// The library's result.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure that ends the run. What costs only one record is a
/// [`Problem`](crate::corpus::Problem) instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused to read or write.
    #[error("{}: {source}. {cure}", path.display())]
    Io {
        /// File or folder concerned.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
        /// What the user can do.
        cure: String,
    },
    /// An input cannot be read as what it claims to be.
    #[error("{}: {cause}. {cure}", path.display())]
    Input {
        /// File or folder concerned.
        path: PathBuf,
        /// What is wrong.
        cause: String,
        /// What the user can do.
        cure: String,
    },
    /// A named column exists in no record.
    #[error(
        "{}: no column `{column}`; the columns are {}. name yours with {flag}",
        path.display(),
        found.join(", ")
    )]
    MissingColumn {
        /// First input in which it was looked for.
        path: PathBuf,
        /// The column that was asked for.
        column: String,
        /// Columns that are there.
        found: Vec<String>,
        /// Flag that names the column.
        flag: &'static str,
    },
    /// The inputs hold no readable document.
    #[error("{}: no readable document: {cause}. {cure}", path.display())]
    NoDocuments {
        /// First input.
        path: PathBuf,
        /// Why there is none.
        cause: String,
        /// What the user can do.
        cure: String,
    },
    /// A setting is outside its range or contradicts another.
    #[error("{flag}: {cause}. {cure}")]
    Setting {
        /// Flag that set it.
        flag: &'static str,
        /// What is wrong.
        cause: String,
        /// What the user can do.
        cure: String,
    },
    /// A bound of [`Limits`](crate::limits::Limits) was met.
    #[error("{what}: {got} is over the limit of {limit}. {cure}")]
    Limit {
        /// What is bounded.
        what: String,
        /// The value met.
        got: u64,
        /// The bound.
        limit: u64,
        /// What the user can do.
        cure: String,
    },
    /// A worker failed on a document; a panic is a bug.
    #[error("document {id}: internal error: {what}. please report it with the document")]
    Internal {
        /// Document in work.
        id: String,
        /// Message of the panic.
        what: String,
    },
    /// The user asked to stop (Ctrl-C).
    #[error("interrupted: nothing was published. {cure}")]
    Interrupted {
        /// What the user can do.
        cure: String,
    },
}

impl Error {
    /// An I/O failure at `path` with the usual cure for its kind.
    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let cure = match source.kind() {
            _ if Self::is_out_of_files(&source) => {
                "raise `ulimit -n`, or lower --threads or --max-open-files"
            }
            ErrorKind::NotFound => "check the path",
            ErrorKind::PermissionDenied => "check the permissions",
            ErrorKind::StorageFull => "free some space or write elsewhere",
            ErrorKind::AlreadyExists => "choose another name",
            _ => "check the disk and try again",
        };
        Self::Io { path: path.as_ref().to_path_buf(), source, cure: cure.to_owned() }
    }

    /// Whether the process, or the system, may open no further file. That says nothing about the
    /// file, so it is never a reason to leave one out.
    #[must_use]
    pub fn is_out_of_files(error: &std::io::Error) -> bool {
        // EMFILE and ENFILE; the standard library has no kind for them.
        cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24))
    }
}
