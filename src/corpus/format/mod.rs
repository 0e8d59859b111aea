//! How each format is read: one file a format, and one line in [`FORMATS`].
//!
//! Fed by blocks with bytes of a source, feeds the batches of the corpus. Invariant: outside this
//! folder nothing knows one format from another but by its facts ([`Format`]).
//!
//! A new format is a file that implements [`InputFormat`], its `mod` line and its row here: its
//! facts (name, extensions, magic bytes, layout) and the methods of its layout. Everything else
//! (sniffing, cutting, compression, encodings, reading again, writing back, names of formats)
//! follows from these.

mod arc;
mod arrow;
mod article;
mod body;
mod crawl;
mod csv;
mod date;
mod docx;
mod excerpt;
mod fields;
mod html;
mod http;
mod json;
mod json_columns;
mod json_document;
mod json_envelope;
mod json_flat;
mod json_path;
mod json_ranges;
mod json_record;
mod json_records;
mod json_text;
mod jsonl;
pub(super) mod maker;
mod markdown;
mod news;
mod parquet;
pub(super) mod reader;
#[cfg(any(feature = "arrow", feature = "parquet"))]
mod row_file;
mod rtf;
mod subtitles;
mod tagged;
mod text;
#[cfg(any(feature = "arrow", feature = "parquet"))]
mod typed;
mod warc;

#[cfg(feature = "arrow")]
pub(crate) use arrow::rows as arrow_rows;
pub(crate) use json_path::without_nan;
#[cfg(feature = "parquet")]
pub(crate) use parquet::rows;
pub(crate) use reader::Edit;

use super::columns::{DATE, is_missing};
use super::document::Date;
use super::options::ReadOptions;
use super::problem::Refusal;
use super::source::kind::Format;
use reader::{Article, InputFormat};
use std::path::Path;

/// Every format; the first is that of text which looks like no other.
static FORMATS: &[&dyn InputFormat] = &[
    &text::PlainText,
    &jsonl::JsonLines,
    &json::JsonList,
    &csv::CSV,
    &csv::TSV,
    &parquet::Parquet,
    &arrow::Arrow,
    &html::Html,
    &subtitles::Subtitles,
    &markdown::Markdown,
    &warc::Warc,
    &arc::Arc,
    &docx::Docx,
    &rtf::Rtf,
    &news::LEXISNEXIS,
    &news::NEXIS,
    &news::FACTIVA,
    &news::PROQUEST,
];

/// Appends an article as a JSON object with a line feed.
pub(super) fn json_article(id: &str, article: &Article, out: &mut Vec<u8>) {
    json_text::article(id, None, article, out);
}

/// Reads a date; none where it is in none of the known forms.
pub(super) fn parse_date(options: &ReadOptions, text: &str) -> Option<Date> {
    date::parse(text, options.date_format.as_ref())
}

/// A date as texts write it; none where it can be read in more ways than one.
pub(crate) fn written_date(text: &str) -> Option<Date> {
    date::parse(text, None)
}

/// What must be said of a date that a document states and that is not used.
pub(super) fn unread_date(options: &ReadOptions, stated: &str) -> Option<Refusal> {
    let is_unread = !is_missing(DATE, stated) && parse_date(options, stated).is_none();
    is_unread.then(|| date::unread(stated))
}

/// The date of a document that is a file: what it says of itself, else the day in its address or in
/// its name.
pub(super) fn document_date(
    options: &ReadOptions,
    path: &Path,
    (stated, address): (Option<&str>, Option<&str>),
) -> Option<Date> {
    let stated = stated.and_then(|text| parse_date(options, text));
    let stated = stated.or_else(|| address.and_then(date::of_address));
    stated.or_else(|| date::of_name(path))
}

/// How sources of a format are read.
pub(super) fn of(format: Format) -> &'static dyn InputFormat {
    let known = FORMATS.iter().find(|known| Format(known.facts()) == format);
    known.copied().unwrap_or(&text::PlainText)
}

impl Format {
    /// One JSON object a line.
    pub const JSON_LINES: Self = Self(&jsonl::FACTS);

    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|format| format.name() == name)
    }

    /// All formats, also those that this build does not read.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().map(|format| Self(format.facts()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn formats_are_found_by_their_names() {
        let names: Vec<_> = Format::all().map(Format::name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "each has its own");
        for name in names {
            let format = Format::named(name).unwrap();
            assert_eq!(of(format).facts().name, name);
            assert!(!format.about().is_empty() && !format.0.extensions.is_empty(), "{name}");
        }
        assert_eq!(Format::named("xlsx"), None);
        assert_eq!(Format::named("jsonl"), Some(Format::JSON_LINES));
    }
}
