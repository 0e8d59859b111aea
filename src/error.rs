//! What can go wrong, each with its place, its cause and its cure.
//!
//! Every module returns [`Result`]; the program prints the error as
//! `wirecopy: PATH:LINE: cause. cure`. A cure may name settings, written as `{num_perm}`: the
//! library shows the name, the program writes its flag, each by [`with_names`]. Invariants:
//! no variant is used as control flow, every message says what to do next, and a cure holds no
//! text from an input, so that nothing in it is taken for a setting by mistake.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// The library's result.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure that ends the run. What costs only one record is a
/// [`Problem`](crate::corpus::Problem) instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused to read or write.
    #[error("{}: {}. {}", path.display(), plain(&source.to_string()), plain(cure))]
    Io {
        /// File or folder concerned.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
        /// What the user can do.
        cure: String,
    },
    /// An input cannot be read as what it claims to be.
    #[error("{}: {cause}. {}", path.display(), plain(cure))]
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
        "{}: no column `{column}`; the columns are {}. name yours with {setting}",
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
        /// The setting that names the column.
        setting: Cow<'static, str>,
    },
    /// The inputs hold no readable document.
    #[error("{}: no readable document: {cause}. {}", path.display(), plain(cure))]
    NoDocuments {
        /// First input.
        path: PathBuf,
        /// Why there is none.
        cause: String,
        /// What the user can do.
        cure: String,
    },
    /// A setting is outside its range or contradicts another.
    #[error("{name}: {cause}. {}", plain(cure))]
    Setting {
        /// Its name: one of [`SETTINGS`], or what the caller calls it.
        name: Cow<'static, str>,
        /// What is wrong.
        cause: String,
        /// What the user can do.
        cure: String,
    },
    /// A bound of [`Limits`](crate::limits::Limits) was met.
    #[error("{what}: {got} is over the limit of {limit}. {}", plain(cure))]
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
    /// A file of an index is not what was written.
    #[error("{}: byte {offset}: {what}. {}", path.display(), plain(cure))]
    Corrupt {
        /// File concerned.
        path: PathBuf,
        /// First byte of what is damaged.
        offset: u64,
        /// What is wrong.
        what: String,
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
    #[error("interrupted: nothing was published. {}", plain(cure))]
    Interrupted {
        /// What the user can do.
        cure: String,
    },
}

/// Every setting that a message may name. What a setting is called in another language, or as a
/// flag, follows from its name.
pub const SETTINGS: [&str; 32] = [
    "inputs",
    "text_column",
    "id_column",
    "outlet_column",
    "date_column",
    "title_column",
    "url_column",
    "date_format",
    "html_text",
    "input_format",
    "input_encoding",
    "max_record_bytes",
    "max_expanded_bytes",
    "max_page_bytes",
    "max_columns",
    "max_open_files",
    "min_tokens",
    "ngram_size",
    "threshold",
    "num_perm",
    "bands",
    "rows",
    "keep",
    "measure",
    "unit",
    "within",
    "output_format",
    "resume",
    "threads",
    "memory",
    "temp_dir",
    "strict",
];

/// `text` with every setting called by `call`: `{num_perm}` becomes `call("num_perm")`.
#[must_use]
pub fn with_names(text: &str, call: impl Fn(&str) -> String) -> String {
    let (mut named, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('{') {
        named.push_str(before);
        if let Some((name, behind)) =
            after.split_once('}').filter(|(name, _)| SETTINGS.contains(name))
        {
            named.push_str(&call(name));
            rest = behind;
        } else {
            named.push('{');
            rest = after;
        }
    }
    named.push_str(rest);
    named
}

/// `text` with every setting called by its name.
pub(crate) fn plain(text: &str) -> String {
    with_names(text, str::to_owned)
}

impl Error {
    /// The same error with every setting called by `call`, such as its flag for `num_perm`.
    #[must_use]
    pub fn with_names(mut self, call: impl Fn(&str) -> String) -> Self {
        match &mut self {
            Self::Io { source, cure, .. } => {
                let (told, named) = (source.to_string(), with_names(&source.to_string(), &call));
                if told != named {
                    *source = std::io::Error::new(source.kind(), named);
                }
                *cure = with_names(cure, &call);
            }
            Self::MissingColumn { setting, .. } => *setting = Cow::Owned(call(setting)),
            Self::Setting { name, cure, .. } => {
                *name = Cow::Owned(call(name));
                *cure = with_names(cure, &call);
            }
            Self::Input { cure, .. }
            | Self::NoDocuments { cure, .. }
            | Self::Corrupt { cure, .. }
            | Self::Limit { cure, .. }
            | Self::Interrupted { cure } => *cure = with_names(cure, &call),
            Self::Internal { .. } => {}
        }
        self
    }

    /// An I/O failure at `path` with the usual cure for its kind.
    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let cure = match source.kind() {
            _ if Self::is_out_of_files(&source) => {
                "raise `ulimit -n`, or lower {threads} or {max_open_files}"
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

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(name: &str) -> String {
        format!("--{}", name.replace('_', "-"))
    }

    #[test]
    fn settings_are_called_as_the_caller_calls_them() {
        let error = || Error::Setting {
            name: "num_perm".into(),
            cause: "0 is no number of lanes".to_owned(),
            cure: "raise it, or leave {bands} and {rows} out".to_owned(),
        };
        let plain = "num_perm: 0 is no number of lanes. raise it, or leave bands and rows out";
        assert_eq!(error().to_string(), plain);
        let flags =
            "--num-perm: 0 is no number of lanes. raise it, or leave --bands and --rows out";
        assert_eq!(error().with_names(flag).to_string(), flags);
    }

    #[test]
    fn braces_that_name_no_setting_stay() {
        for text in ["", "{", "}", "{}", "{no_setting}", "a {b {", "{{"] {
            assert_eq!(with_names(text, flag), text);
        }
        assert_eq!(with_names("{{rows}} {x{rows}", flag), "{--rows} {x--rows");
    }

    #[test]
    fn what_the_system_says_keeps_its_number() {
        let full = Error::io("x", std::io::Error::from_raw_os_error(28)).with_names(flag);
        assert!(matches!(&full, Error::Io { source, .. } if source.raw_os_error() == Some(28)));
        let files = Error::io("x", std::io::Error::from_raw_os_error(24));
        assert!(files.to_string().contains("lower threads or max_open_files"), "{files}");
        let files = files.with_names(flag).to_string();
        assert!(files.contains("lower --threads or --max-open-files"), "{files}");
    }
}
