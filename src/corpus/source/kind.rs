//! What is known of a format before any file is read.
//!
//! Stated by each file of `format`, used to find out which format a source is in and how it is cut
//! and written back. Invariant: a [`Format`] is only a reference to its facts; how it is read is
//! known to `format` alone.

/// Precedes each record of a sequence of JSON texts (RFC 7464).
pub(crate) const RECORD_SEPARATOR: u8 = 0x1e;

/// What follows blanks and such separators.
pub(crate) fn past_separators(bytes: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == RECORD_SEPARATOR;
    let start = bytes.iter().take_while(|byte| is_blank(byte)).count();
    bytes.get(start..).unwrap_or_default()
}

/// How a file of a format is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatLayout {
    /// The file is one document.
    Document,
    /// One record a line, below a header where there is one: neighbours can be copied together.
    Lines,
    /// The records are the values of one list.
    List,
    /// Each record has its own header and its own encoding; records are known by their numbers.
    Members,
    /// Rows in columns, read from the end of the file; records are known by their numbers.
    Rows,
}

/// Takes the bytes of a file and how much of its text is wanted; returns the text, and why it is
/// not whole.
pub(crate) type Inner = fn(&[u8], Wanted) -> Option<(String, Option<String>)>;

/// How much of a text is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it; no part of the file may expand to more than so many bytes.
    All(usize),
    /// About so many bytes of its start, to see what it is; what is wrong after them is no matter.
    Start(usize),
}

impl Wanted {
    /// Whether a text of so many bytes is enough.
    pub(crate) fn is_met(self, bytes: usize) -> bool {
        matches!(self, Self::Start(wanted) if bytes >= wanted)
    }
}

/// The facts of a format.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Its name in settings.
    pub(crate) name: &'static str,
    /// One line for people who choose among formats.
    pub(crate) about: &'static str,
    /// Extensions in lower case; the first is that of a file that is written in it. Where several
    /// formats claim one, the content decides among them, and the first where it decides nothing.
    pub(crate) extensions: &'static [&'static str],
    /// Whether the first bytes of a source show the format beyond doubt.
    pub(crate) magic: fn(&[u8]) -> bool,
    /// Whether the start of a text, without white space, looks like the format.
    pub(crate) looks_like: fn(&[u8]) -> bool,
    pub(crate) layout: FormatLayout,
    /// The text of a document is extracted at some cost: it is kept where it will be read again,
    /// and can be saved.
    pub(crate) extracts: bool,
    /// The text in a file of a word processor; none where it has none. Exports of news databases
    /// come in such files too.
    pub(crate) inner: Option<Inner>,
    /// What people call the format and the feature that reads it, in a build without the feature.
    pub(crate) missing: Option<(&'static str, &'static str)>,
}

impl Facts {
    /// The facts of a format without any that is special.
    pub(crate) const PLAIN: Self = Self {
        name: "",
        about: "",
        extensions: &[],
        magic: |_| false,
        looks_like: |_| false,
        layout: FormatLayout::Document,
        extracts: false,
        inner: None,
        missing: None,
    };
}

/// A format of input.
#[derive(Clone, Copy)]
pub struct Format(pub(crate) &'static Facts);

impl Format {
    /// The name in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The extension of a file that is written in it.
    #[must_use]
    pub fn extension(self) -> &'static str {
        self.0.extensions.first().copied().unwrap_or(self.0.name)
    }

    /// One line about the format, for people who choose.
    #[must_use]
    pub fn about(self) -> &'static str {
        self.0.about
    }

    /// How its files are made up.
    #[must_use]
    pub fn layout(self) -> FormatLayout {
        self.0.layout
    }

    /// Whether records are known by their numbers, and their texts copied where they are read
    /// again.
    #[must_use]
    pub fn is_numbered(self) -> bool {
        matches!(self.0.layout, FormatLayout::Members | FormatLayout::Rows)
    }

    /// Whether a file is one document.
    #[must_use]
    pub fn is_document(self) -> bool {
        self.0.layout == FormatLayout::Document
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Format {}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Format").field(&self.0.name).finish()
    }
}
