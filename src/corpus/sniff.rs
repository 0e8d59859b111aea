//! Which format a file is in.
//!
//! Asked by source for every file found. The extension decides where it is known, the content
//! where it is not; magic bytes of formats that this version does not read win over both.
//! Invariant: a file of an unknown kind is refused by name, never read as something else.

use super::encoding::{self, Refusal, Told};
use super::{Format, columnar, compressed, html};
use std::borrow::Cow;
use std::io;
use std::path::Path;

/// Bytes of content looked at.
const HEAD_BYTES: u64 = 64 << 10;

/// How a file came to be among the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Named by the user: what is wrong with it ends the run.
    Named,
    /// Matched by a glob: read if at all possible.
    Matched,
    /// Found in a folder: read if it is clear what it is.
    Found,
}

/// What a file name tells.
#[derive(Debug, PartialEq, Eq)]
enum Name {
    Known(Format),
    /// JSON in one of its two forms.
    Json,
    Unsupported(&'static str),
    Unknown(String),
    None,
}

/// Gives the first bytes of what a source holds.
pub(super) type Head<'h> = &'h dyn Fn(u64) -> io::Result<Vec<u8>>;

/// The format of a source, or why it is not read.
pub(super) fn decide(
    path: &Path,
    asked: Asked,
    head: Head<'_>,
) -> io::Result<Result<Format, Refusal>> {
    match by_name(path) {
        Name::Known(format) => Ok(built(format)),
        Name::Unsupported(name) => Ok(Err(unsupported(name))),
        Name::Json => Ok(by_content(&head(HEAD_BYTES)?).map(json)),
        Name::Unknown(extension) if asked == Asked::Found => Ok(Err(Refusal::new(
            format!("has an unknown extension: .{extension}"),
            "say what it is with --input-format, or rename it",
        ))),
        Name::Unknown(_) | Name::None => Ok(by_content(&head(HEAD_BYTES)?)),
    }
}

/// The format that a name alone tells.
pub(super) fn known(path: &Path) -> Option<Format> {
    match by_name(path) {
        Name::Known(format) => Some(format),
        Name::Json => Some(Format::JsonLines),
        _ => None,
    }
}

/// Judges a file without a helpful name.
fn by_content(head: &[u8]) -> Result<Format, Refusal> {
    if let Some(name) = foreign(head) {
        return Err(unsupported(name));
    }
    if let Some(format) = magic(head) {
        return built(format);
    }
    let (head, is_text) = match encoding::judge(head, None) {
        Told::Utf8 => {
            (Cow::Borrowed(head), matches!(head, [0xff, 0xfe, ..] | [0, 0, 0xfe, 0xff, ..]))
        }
        Told::Sure(encoding) | Told::Guessed(encoding) => {
            (Cow::Owned(encoding.decode(head).0.into_owned().into_bytes()), true)
        }
    };
    if head.contains(&0) && !is_text {
        return Err(Refusal::new(
            "is a binary file",
            "take it out; if it is text after all, say so with --input-format text",
        ));
    }
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    Ok(match start.first() {
        Some(b'[') if is_list(start) => Format::Json,
        Some(b'{') if is_line(start) => Format::JsonLines,
        Some(b'{') => Format::Json,
        _ => Format::Text,
    })
}

/// The format that the first bytes tell beyond doubt.
fn magic(head: &[u8]) -> Option<Format> {
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let start = start.get(..32).unwrap_or(start).to_ascii_lowercase();
    match head {
        [b'P', b'A', b'R', b'1', ..] => Some(Format::Parquet),
        [b'W', b'A', b'R', b'C', b'/', b'0'..=b'9', ..] => Some(Format::Warc),
        _ if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") => {
            Some(Format::Html)
        }
        _ => None,
    }
}

/// The format, if this build reads it.
fn built(format: Format) -> Result<Format, Refusal> {
    match format {
        Format::Parquet if !columnar::READS => Err(not_built("Parquet", "parquet")),
        Format::Html if !html::READS => Err(not_built("HTML", "html")),
        format => Ok(format),
    }
}

/// The refusal of a format that this build leaves out.
pub(super) fn not_built(name: &str, feature: &str) -> Refusal {
    Refusal::new(
        format!("is {name}, which this build does not read: it has no feature `{feature}`"),
        format!(
            "build it with `cargo install --path cli --features {feature}`, or convert the file"
        ),
    )
}

/// What a file called `.json` holds that looks like `format`.
fn json(format: Format) -> Format {
    if format == Format::Text { Format::JsonLines } else { format }
}

/// Whether a list of JSON objects begins here.
fn is_list(start: &[u8]) -> bool {
    let inside = start.get(1..).unwrap_or_default().trim_ascii_start();
    matches!(inside.first(), None | Some(b'{' | b']'))
}

/// Whether the first line could be a record of its own.
fn is_line(start: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b'\n', start) else { return true };
    let line = start.get(..end).unwrap_or_default();
    let next = start.get(end..).unwrap_or_default().trim_ascii_start();
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() || next.starts_with(b"{")
}

/// Judges by the extension, looking through one of a compression.
fn by_name(path: &Path) -> Name {
    let Some(name) = path.file_name() else { return Name::None };
    let name = name.to_string_lossy().to_ascii_lowercase();
    let inner = [".gz", ".zst", ".zstd", ".bz2"].iter().find_map(|end| name.strip_suffix(end));
    match inner.unwrap_or(&name).rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => by_extension(extension),
        _ => Name::None,
    }
}

fn by_extension(extension: &str) -> Name {
    match extension {
        "txt" | "text" | "md" | "markdown" => Name::Known(Format::Text),
        "jsonl" | "ndjson" | "jsonlines" => Name::Known(Format::JsonLines),
        "json" => Name::Json,
        "csv" => Name::Known(Format::Csv),
        "tsv" | "tab" => Name::Known(Format::Tsv),
        "parquet" | "pq" => Name::Known(Format::Parquet),
        "html" | "htm" | "xhtml" => Name::Known(Format::Html),
        "xml" => Name::Unsupported("XML"),
        "warc" | "wet" => Name::Known(Format::Warc),
        "wat" => Name::Unsupported("WAT"),
        "pdf" => Name::Unsupported("PDF"),
        "xz" => Name::Unsupported("xz"),
        "lz4" => Name::Unsupported("LZ4"),
        "zip" => Name::Unsupported("ZIP"),
        "tar" | "tgz" => Name::Unsupported("tar"),
        "" => Name::None,
        other => Name::Unknown(other.to_owned()),
    }
}

/// Formats that are known by their first bytes and that nothing here reads.
pub(super) fn foreign(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'P', b'K', 3, 4, ..] => Some("ZIP"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("xz"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("PDF"),
        _ if compressed::Compression::of(head) != compressed::Compression::None => {
            Some("compressed twice")
        }
        _ => None,
    }
}

/// The refusal of a known format.
pub(super) fn unsupported(name: &str) -> Refusal {
    let cure = match name {
        "xz" | "LZ4" | "compressed twice" => {
            "decompress it first; this version reads plain, gzip, zstd and bzip2 files"
        }
        "ZIP" | "tar" => "unpack it and name the folder",
        _ => {
            "convert it; this version reads text (.txt, .md), JSON Lines (.jsonl, .ndjson), JSON \
             (.json), CSV, TSV, Parquet, HTML and WARC, also as .gz, .zst and .bz2"
        }
    };
    match name {
        "compressed twice" => Refusal::new("is compressed twice", cure),
        _ => Refusal::new(format!("is {name}, which this version does not read"), cure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let known = |name: &str| by_name(Path::new(name));
        assert_eq!(known("a/x.TXT"), Name::Known(Format::Text));
        assert_eq!(known("x.md"), Name::Known(Format::Text));
        assert_eq!(known("x.jsonl.zst"), Name::Known(Format::JsonLines));
        assert_eq!(known("x.json.gz"), Name::Json);
        assert_eq!(known("x.csv.gz"), Name::Known(Format::Csv));
        assert_eq!(known("x.jsonl.bz2"), Name::Known(Format::JsonLines));
        assert_eq!(known("x.tab"), Name::Known(Format::Tsv));
        assert_eq!(known("x.tar.gz"), Name::Unsupported("tar"));
        assert_eq!(known("x.gz"), Name::None);
        assert_eq!(known("README"), Name::None);
        assert_eq!(known(".hidden"), Name::None);
        assert_eq!(known("x.py"), Name::Unknown("py".to_owned()));
    }

    #[test]
    fn contents() {
        assert_eq!(by_content(b" \n{\"a\":1}"), Ok(Format::JsonLines));
        assert_eq!(by_content(b"\xef\xbb\xbf{}"), Ok(Format::JsonLines));
        assert_eq!(by_content(b"Some text"), Ok(Format::Text));
        assert_eq!(by_content(b"\xff\xfea\0"), Ok(Format::Text));
        assert_eq!(by_content(b"\xff\xfe{\0}\0"), Ok(Format::JsonLines), "UTF-16");
        assert_eq!(by_content(b"[{\"text\":"), Ok(Format::Json));
        assert_eq!(by_content(b"[sic] a text"), Ok(Format::Text));
        assert_eq!(by_content(b"{\n \"a\": 1}"), Ok(Format::Json));
        assert_eq!(by_content(b"{bad}\n{\"a\":1}"), Ok(Format::JsonLines));
        assert!(by_content(b"\x7fELF\0\0").unwrap_err().cause.contains("binary"));
        assert!(by_content(b"\x1f\x8b\x08\0").unwrap_err().cause.contains("twice"));
        assert!(by_content(b"%PDF-1.7").unwrap_err().cause.contains("PDF"));
    }

    #[test]
    fn unsupported_says_what_is_read() {
        for name in ["PDF", "XML"] {
            let refusal = unsupported(name);
            assert!(refusal.cause.contains(name));
            assert!(refusal.cure.contains("JSON Lines"), "{}", refusal.cure);
        }
    }
}
