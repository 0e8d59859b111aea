//! Which format a file is in.
//!
//! Asked by list for every file found. Magic bytes that no text has decide, also those of formats
//! that this version does not read; then the extension where it is known, the content where it is
//! not.
//! Invariant: a file of an unknown kind is refused by name, never read as something else.

use super::encoding::{self, Detected};
use super::foreign;
use super::kind::{Format, FormatLayout, RECORD_SEPARATOR, past_separators};
use super::table;
use crate::corpus::problem::{Refusal, shortened_to};
use std::borrow::Cow;
use std::io;
use std::path::Path;

/// Bytes of content looked at.
pub(crate) const HEAD_BYTES: u64 = 64 << 10;

/// The same of a line of JSON that is longer.
const LINE_BYTES: u64 = 4 << 20;

/// Bytes of a text file that are looked at: most are what they seem.
pub(crate) const EXPORT_BYTES: u64 = 8 << 10;

/// Bytes of a file with a known extension that are looked at, for the sake of magic bytes. Whoever
/// would have to go far for them gives none.
pub(crate) const MAGIC_BYTES: u64 = 4 << 10;

/// Characters of an unknown extension that are shown.
const SHOWN_EXTENSION: usize = 20;

/// How a file came to be among the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Named by the user: what is wrong with it ends the run.
    Named,
    /// Matched by a glob: read if at all possible.
    Matched,
    /// Found in a folder: read if it is clear what it is.
    Found,
}

/// What a file name says.
#[derive(Debug, PartialEq, Eq)]
enum Name {
    /// One format claims the extension.
    Known(Format),
    /// Several formats claim it: the content decides among them.
    Shared(Format),
    Unsupported(&'static str),
    Unknown(String),
    None,
}

/// Returns the first bytes of what a source holds.
pub(crate) type Head<'h> = &'h dyn Fn(u64) -> io::Result<Vec<u8>>;

/// Tells the formats of a run apart. The first one is the format of text that looks like no other.
/// Beside them are the columns that the user named: what has them is a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sniffer<'f>(pub(crate) &'f [Format], pub(crate) &'f [&'f str]);

impl Sniffer<'_> {
    /// The format of a source, or why it is not read.
    pub(crate) fn decide(
        self,
        path: &Path,
        asked: Asked,
        head: Head<'_>,
    ) -> io::Result<Result<Format, Refusal>> {
        match self.by_name(path) {
            Name::Known(format) => {
                // What cannot be read now is reported where it is read.
                let shown = head(MAGIC_BYTES).ok().and_then(|head| self.shown(&head, format));
                Ok(shown.unwrap_or_else(|| built(format)))
            }
            Name::Unsupported(name) => Ok(Err(foreign::refusal(name))),
            Name::Shared(first) if Some(&first) == self.0.first() => {
                let head = head(EXPORT_BYTES)?;
                if let Some(shown) = self.shown(&head, first) {
                    return Ok(shown);
                }
                let head = decoded(&head);
                let found = self.export(&head).or_else(|| self.tabbed(&head));
                // Only a table has columns that can be asked for.
                let named = asked == Asked::Named;
                let found = found.or_else(|| named.then(|| self.asked_for(&head)).flatten());
                Ok(Ok(found.unwrap_or(first)))
            }
            Name::Shared(first) => Ok(self.shared(first, &whole_line(head)?)),
            Name::Unknown(extension) if asked == Asked::Found => {
                let certain = self.by_magic(&head(HEAD_BYTES)?);
                let shown = shortened_to(SHOWN_EXTENSION, &extension);
                Ok(certain.map_or_else(
                    || {
                        let cause = format!("has an unknown extension: .{shown}");
                        Err(Refusal::new(cause, "say what it is with {input_format}, or rename it"))
                    },
                    built,
                ))
            }
            Name::Unknown(_) | Name::None => {
                let head = whole_line(head)?;
                let found = self.by_content(&head);
                // A file that is named and says nothing of its format is like a stream.
                let is_plain = asked == Asked::Named && found.as_ref().ok() == self.0.first();
                let table = is_plain.then(|| self.table(&head)).flatten();
                Ok(table.map_or(found, Ok))
            }
        }
    }

    /// The format of several that claim an extension.
    fn shared(self, first: Format, head: &[u8]) -> Result<Format, Refusal> {
        if self.is_answer(head, first) {
            return Err(foreign::page(first.name()));
        }
        let found = self.by_content(head)?;
        // Text that looks like nothing else is what its name says.
        Ok(if Some(&found) == self.0.first() { first } else { found })
    }

    /// The format that a name alone shows.
    pub(crate) fn known(self, path: &Path) -> Option<Format> {
        match self.by_name(path) {
            Name::Known(format) | Name::Shared(format) => Some(format),
            _ => None,
        }
    }

    /// The format of a stream without a helpful name, by its first bytes. What looks like a table
    /// is one, because nobody can be asked for the extension; other text that has no line of JSON
    /// is one document.
    pub(crate) fn of_stream(self, head: &[u8], usual: Format) -> Result<Format, Refusal> {
        let found = self.by_content(head)?;
        if Some(&found) != self.0.first() {
            return Ok(found);
        }
        if let Some(table) = self.table(head) {
            return Ok(table);
        }
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start);
        let is_json = lines.any(|line| line.starts_with(b"{")) || head.trim_ascii().is_empty();
        if is_json {
            return Ok(usual);
        }
        // Only a table has columns that can be asked for.
        let asked = (!self.1.is_empty()).then(|| self.separated(table::likeliest(&decoded(head))));
        Ok(asked.flatten().unwrap_or(found))
    }

    /// The format of a text that is a table, by its header.
    fn table(self, head: &[u8]) -> Option<Format> {
        self.separated(table::separator(&decoded(head), self.1)?)
    }

    /// The format of tables with a separator.
    fn separated(self, separator: u8) -> Option<Format> {
        self.named(if separator == b'\t' { "tsv" } else { "csv" })
    }

    /// The format of a file that has the extension of a text and is a table of articles.
    fn tabbed(self, head: &[u8]) -> Option<Format> {
        table::has_tabbed_articles(head).then(|| self.named("tsv")).flatten()
    }

    /// The format of a file that has the extension of a text and the columns that were asked for.
    fn asked_for(self, head: &[u8]) -> Option<Format> {
        self.separated(table::asked_separator(head, self.1)?)
    }

    fn named(self, name: &str) -> Option<Format> {
        self.0.iter().find(|format| format.name() == name).copied()
    }

    /// The format of a text that only looks like plain text.
    pub(crate) fn export(self, head: &[u8]) -> Option<Format> {
        let decoded = decoded(head);
        let start = decoded.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&decoded).trim_ascii_start();
        let plain = self.0.first().and_then(|first| first.0.extensions.first())?;
        let shares = |format: &&Format| format.0.extensions.contains(plain);
        self.0.iter().skip(1).filter(shares).find(|format| (format.0.looks_like)(start)).copied()
    }

    /// The format that the first bytes show beyond doubt.
    fn by_magic(self, head: &[u8]) -> Option<Format> {
        self.0.iter().find(|format| (format.0.magic)(head)).copied()
    }

    /// The format that the first bytes show whatever the name says, or why it is not read: nothing
    /// that is text to the eye starts so. What is wrong with a file that is named as one of these
    /// formats its reader says best.
    fn shown(self, head: &[u8], named: Format) -> Option<Result<Format, Refusal>> {
        let is_binary = |format: &Format| {
            matches!(format.0.layout, FormatLayout::Members | FormatLayout::Rows)
                || format.0.inner.is_some()
        };
        let known = self.by_magic(head).filter(is_binary).map(built);
        let known = known.or_else(|| {
            let is_shown = |name: &&str| *name == foreign::POINTER || !is_binary(&named);
            let foreign = foreign::by_magic(head).filter(is_shown)?;
            Some(Err(foreign::refusal(foreign)))
        });
        known.or_else(|| self.is_answer(head, named).then(|| Err(foreign::page(named.name()))))
    }

    /// Whether a file that is named as one of records is a page: that of a login, or of an error.
    fn is_answer(self, head: &[u8], named: Format) -> bool {
        let of_records = matches!(named.0.layout, FormatLayout::Lines | FormatLayout::List);
        of_records && self.by_magic(head).is_some_and(|found| found.name() == "html")
    }

    /// Whether the first bytes show a format beyond doubt.
    pub(crate) fn is_sure(self, head: &[u8]) -> bool {
        self.by_magic(head).is_some()
    }

    /// Judges a file without a helpful name.
    fn by_content(self, head: &[u8]) -> Result<Format, Refusal> {
        if let Some(format) = self.by_magic(head) {
            return built(format);
        }
        if let Some(name) = foreign::by_content(head) {
            return Err(foreign::refusal(name));
        }
        let (head, is_text) = match encoding::judge(head, None) {
            Detected::Utf8 => {
                (Cow::Borrowed(head), matches!(head, [0xff, 0xfe, ..] | [0, 0, 0xfe, 0xff, ..]))
            }
            Detected::Sure(encoding) | Detected::Guessed(encoding) => {
                (Cow::Owned(encoding.decode(head).0.into_owned().into_bytes()), true)
            }
        };
        let binary = || {
            let cure = "take it out; if it is text after all, say so with {input_format} text";
            Refusal::new("is a binary file", cure)
        };
        if head.contains(&0) && !is_text {
            return Err(binary());
        }
        let start = past_blanks(&head);
        if is_sequence(&head) && start.starts_with(b"{") {
            // Each of its records may be on several lines.
            return self.named("json").ok_or_else(binary);
        }
        let found = self.0.iter().find(|format| (format.0.looks_like)(start));
        if found.is_none() && foreign::is_xml(start) {
            return Err(foreign::refusal("XML"));
        }
        found.or(self.0.first()).copied().ok_or_else(binary)
    }

    /// Judges by the extension, looking through one of a compression.
    fn by_name(self, path: &Path) -> Name {
        let Some(name) = path.file_name() else { return Name::None };
        let name = name.to_string_lossy().to_ascii_lowercase();
        let inner =
            [".gz", ".zst", ".zstd", ".bz2", ".xz"].iter().find_map(|end| name.strip_suffix(end));
        match inner.unwrap_or(&name).rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => match self.by_extension(extension) {
                Name::Unknown(other) => self.mirrored(&name).unwrap_or(Name::Unknown(other)),
                found => found,
            },
            _ => Name::None,
        }
    }

    /// What the name of a page in a mirror says, in which its query follows its extension:
    /// `index.html@id=1`, `story.html?page=2`. The content has to agree.
    fn mirrored(self, name: &str) -> Option<Name> {
        let (page, _) = name.split_once(['?', '@', ';', ',', '%', '#'])?;
        let (_, extension) = page.rsplit_once('.')?;
        match self.by_extension(extension) {
            Name::Known(format) | Name::Shared(format) => Some(Name::Shared(format)),
            _ => None,
        }
    }

    fn by_extension(self, extension: &str) -> Name {
        let mut claims = self.0.iter().filter(|format| format.0.extensions.contains(&extension));
        match (claims.next(), claims.next()) {
            (Some(format), None) => Name::Known(*format),
            (Some(first), Some(_)) => Name::Shared(*first),
            (None, _) if extension.is_empty() => Name::None,
            (None, _) => foreign::by_extension(extension)
                .map_or_else(|| Name::Unknown(extension.to_owned()), Name::Unsupported),
        }
    }
}

/// Whether a text is a sequence of JSON texts (RFC 7464) by its first byte.
fn is_sequence(head: &[u8]) -> bool {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).starts_with(&[RECORD_SEPARATOR])
}

/// The start of a text without its mark, blanks, and what precedes each record of a sequence of
/// JSON texts.
fn past_blanks(head: &[u8]) -> &[u8] {
    past_separators(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head))
}

/// The first bytes, and more of them where they are one line of JSON: what follows it shows whether
/// it is a record.
fn whole_line(head: Head<'_>) -> io::Result<Vec<u8>> {
    let start = head(HEAD_BYTES)?;
    let is_whole = (start.len() as u64) < HEAD_BYTES || start.contains(&b'\n');
    let is_json = || past_blanks(&start).starts_with(b"{");
    if is_whole || !is_json() { Ok(start) } else { head(LINE_BYTES) }
}

/// The start of a text as UTF-8 where it is in an encoding with zero bytes.
fn decoded(head: &[u8]) -> Cow<'_, [u8]> {
    match head.contains(&0).then(|| encoding::judge(head, None)) {
        Some(Detected::Sure(encoding) | Detected::Guessed(encoding)) => {
            Cow::Owned(encoding.decode(head).0.into_owned().into_bytes())
        }
        _ => Cow::Borrowed(head),
    }
}

/// The format, if this build reads it.
fn built(format: Format) -> Result<Format, Refusal> {
    match format.0.missing {
        Some((name, feature)) => Err(Refusal::not_built(name, feature)),
        None => Ok(format),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(test: impl Fn(Sniffer<'_>)) {
        let all: Vec<Format> = Format::all().collect();
        test(Sniffer(&all, &[]));
    }

    fn format(name: &str) -> Format {
        Format::named(name).unwrap()
    }

    #[test]
    fn names() {
        let known = [
            ("x.rtf", "rtf"),
            ("x.md", "markdown"),
            ("x.jsonl.zst", "jsonl"),
            ("x.csv.gz", "csv"),
            ("x.jsonl.bz2", "jsonl"),
            ("x.tab", "tsv"),
        ];
        let others = [
            ("x.json.gz", Name::Shared(format("jsonl"))),
            ("a/x.TXT", Name::Shared(format("text"))),
            ("x.tar.gz", Name::Unsupported("tar")),
            ("x.gz", Name::None),
            ("x.", Name::None),
            ("README", Name::None),
            (".hidden", Name::None),
            ("x.py", Name::Unknown("py".to_owned())),
        ];
        let known = known.map(|(name, of)| (name, Name::Known(format(of))));
        sniffed(|sniffer| {
            for (name, expected) in known.iter().chain(&others) {
                assert_eq!(sniffer.by_name(Path::new(name)), *expected, "{name}");
            }
            let alone = |name: &str| sniffer.known(Path::new(name)).map(Format::name);
            let found = ["x.json", "x.csv", "x.pdf"].map(alone);
            assert_eq!(found, [Some("jsonl"), Some("csv"), None]);
        });
    }

    #[test]
    fn contents() {
        sniffed(|sniffer| {
            let found = |head: &[u8]| sniffer.by_content(head).map(Format::name);
            assert_eq!(found(b" \n{\"a\":1}"), Ok("jsonl"));
            assert_eq!(found(b"\xef\xbb\xbf{}"), Ok("jsonl"));
            assert_eq!(found(b"Some text"), Ok("text"));
            assert_eq!(found(b"\xff\xfea\0"), Ok("text"));
            assert_eq!(found(b"\xff\xfe{\0}\0"), Ok("jsonl"), "UTF-16");
            assert_eq!(found(b"[{\"text\":"), Ok("json"));
            assert_eq!(found(b"[sic] a text"), Ok("text"));
            assert_eq!(found(b"{\n \"a\": 1}"), Ok("json"));
            assert_eq!(found(b"{bad}\n{\"a\":1}"), Ok("jsonl"));
            assert_eq!(found(b"WARC/1.0\r\n"), Ok("warc"));
            assert_eq!(found(b"WARC/x"), Ok("text"));
            let cause = |head: &[u8]| sniffer.by_content(head).unwrap_err().cause;
            assert!(cause(b"\x7fELF\0\0").contains("binary"));
            assert!(cause(b"\x1f\x8b\x08\0").contains("twice"));
            assert!(cause(b"%PDF-1.7").contains("PDF"));
        });
    }

    #[test]
    fn streams_are_known_by_their_first_bytes() {
        sniffed(|sniffer| {
            let found = |head: &[u8]| {
                sniffer.of_stream(head, Format::JSON_LINES).map_or("none", Format::name)
            };
            assert_eq!(found(b"{\"text\":1}\n"), "jsonl");
            assert_eq!(found(b"broken\n{\"text\":1}\n"), "jsonl");
            assert_eq!(found(b""), "jsonl");
            assert_eq!(found(b"[{\"text\":\"x\"}]"), "json");
            assert_eq!(found(b"id,text\n1,\"words, more\"\n"), "csv");
            assert_eq!(found(b"id\ttext\n1\twords\n"), "tsv");
            let wide = "\u{feff}id,text\r\n1,words\r\n".encode_utf16();
            assert_eq!(found(&wide.flat_map(u16::to_le_bytes).collect::<Vec<_>>()), "csv");
            let asked = Sniffer(sniffer.0, &["#2"]);
            let found_asked =
                |head: &[u8]| asked.of_stream(head, Format::JSON_LINES).unwrap().name();
            assert_eq!(found_asked(b"1,words and words\n2,words\n"), "csv");
            assert_eq!(found_asked(b"1\twords, and words\n"), "tsv");
            assert_eq!(found_asked(b"broken\n{\"text\":1}\n"), "jsonl");
            assert_eq!(found(b"Words, and more words.\nOthers.\n"), "text");
            assert_eq!(found(b"<!doctype html><p>x"), "html");
            assert_eq!(found(b"\x7fELF\0\0"), "none");
        });
    }

    #[test]
    fn a_named_file_whose_name_says_nothing_may_be_a_table() {
        sniffed(|sniffer| {
            let found = |name: &str, asked: Asked, head: &'static [u8]| {
                let decided = sniffer.decide(Path::new(name), asked, &|_| Ok(head.to_vec()));
                decided.unwrap().map_or("none", Format::name)
            };
            let table = b"id;text\n1;words\n";
            for name in ["export.dat", "export", "export.gz"] {
                assert_eq!(found(name, Asked::Named, table), "csv", "{name}");
                assert_eq!(found(name, Asked::Named, b"Words, and more.\nOthers.\n"), "text");
            }
            assert_eq!(found("export", Asked::Found, table), "text", "in a folder it may be one");
        });
    }

    #[test]
    fn a_text_that_is_a_table_of_articles_is_one() {
        sniffed(|sniffer| {
            let found = |head: &[u8]| {
                let decided =
                    sniffer.decide(Path::new("x.txt"), Asked::Found, &|_| Ok(head.to_vec()));
                decided.unwrap().map_or("none", Format::name)
            };
            assert_eq!(found(b"id\ttext\r\n1\twords\r\n"), "tsv");
            let wide = "\u{feff}id\ttext\r\n1\twords\r\n".encode_utf16();
            assert_eq!(found(&wide.flat_map(u16::to_le_bytes).collect::<Vec<_>>()), "tsv");
            assert_eq!(found(b"name\tplace\nA\tB\n"), "text", "nothing shows that it has texts");
            assert_eq!(found(b"id,text\n1,words\n"), "text", "a sentence may have commas");
        });
    }

    #[test]
    fn a_text_with_the_columns_that_were_asked_for_is_a_table() {
        let all: Vec<Format> = Format::all().collect();
        let found = |wanted: &[&str], asked: Asked, head: &'static [u8]| {
            let sniffer = Sniffer(&all, wanted);
            let decided = sniffer.decide(Path::new("x.txt"), asked, &|_| Ok(head.to_vec()));
            decided.unwrap().map_or("none", Format::name)
        };
        let table = b"nr,words\n1,\"The ferry, held.\"\n";
        assert_eq!(found(&["words"], Asked::Named, table), "csv");
        assert_eq!(found(&["#2"], Asked::Named, table), "csv");
        assert_eq!(found(&["words"], Asked::Found, table), "text", "in a folder it may be one");
        assert_eq!(found(&["body"], Asked::Named, table), "text");
        assert_eq!(found(&["words"], Asked::Named, b"Words, of words\nmore\n"), "text");
        assert_eq!(found(&["#2"], Asked::Named, b"No such sign\nat all\n"), "text");
    }

    #[test]
    fn magic_bytes_go_before_the_name() {
        sniffed(|sniffer| {
            let found = |name: &str, head: &'static [u8]| {
                let decided = sniffer.decide(Path::new(name), Asked::Found, &|_| Ok(head.to_vec()));
                decided.unwrap().map(Format::name)
            };
            for name in ["a.txt", "a.csv", "a.jsonl", "a.json", "a.arrow", "a.html"] {
                assert_eq!(found(name, b"PAR1\x15\0"), Ok("parquet"), "{name}");
                assert_eq!(found(name, b"WARC/1.0\r\n"), Ok("warc"), "{name}");
                let pdf = found(name, b"%PDF-1.7\n");
                assert_eq!(pdf.is_err(), name != "a.arrow", "{name}");
            }
            assert_eq!(found("a.parquet", b"ARROW1\0\0"), Ok("arrow"));
            assert_eq!(found("a.txt", b"<!doctype html><p>x"), Ok("text"), "what its name says");
            assert_eq!(found("a.csv", b"{\"a\":1}\n"), Ok("csv"));
            let broken = sniffer
                .decide(Path::new("a.csv"), Asked::Found, &|_| Err(io::ErrorKind::Other.into()));
            assert_eq!(broken.unwrap().map(Format::name), Ok("csv"));
        });
    }

    #[test]
    fn content_decides_where_formats_share_an_extension() {
        sniffed(|sniffer| {
            let json = |head: &'static [u8]| {
                let decided = sniffer.decide(Path::new("x.json"), Asked::Found, &|most| {
                    Ok(head.get(..usize::try_from(most).unwrap()).unwrap_or(head).to_vec())
                });
                decided.unwrap().unwrap().name()
            };
            assert_eq!(json(b"[{}]"), "json");
            assert_eq!(json(b"{}"), "jsonl");
            assert_eq!(json(b"no JSON"), "jsonl", "what its name says");
        });
    }

    #[test]
    fn pages_of_mirrors_are_known_by_name_and_content() {
        sniffed(|sniffer| {
            let found = |name: &str, head: &'static [u8]| {
                let decided = sniffer.decide(Path::new(name), Asked::Found, &|_| Ok(head.to_vec()));
                decided.unwrap().map(Format::name)
            };
            let page = b"<!DOCTYPE html><p>x";
            for name in ["a.php", "a.html@id=1.2", "a.htm?x=1", "a.aspx", "a.com", "a"] {
                assert_eq!(found(name, page), Ok("html"), "{name}");
            }
            assert_eq!(found("a.html?id=1", b"<div>no head"), Ok("html"), "as its name says");
            assert_eq!(found("a.html?id=1", b"[{}]"), Ok("json"), "as its content says");
            assert_eq!(
                found("a.css?v=2", b"p {}").unwrap_err().cause,
                "has an unknown extension: .css?v=2"
            );
            let wide: &[u8] = b"\xff\xfe1\0 \0o\0f\0 \x002\0 \0D\0O\0C\0U\0M\0E\0N\0T\0S\0\n\0\
                L\0E\0N\0G\0T\0H\0:\0";
            assert_eq!(found("a.txt", wide), Ok("lexisnexis"), "in UTF-16");
            assert_eq!(found("a.txt", b"words"), Ok("text"));
            assert!(found("a.php", b"<?php echo 1;").is_err());
            let long = found(&format!("a.{}", "x".repeat(90)), b"x").unwrap_err().cause;
            assert!(long.ends_with("xx..") && long.len() < 60, "{long}");
        });
    }
}
