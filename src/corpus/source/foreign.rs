//! Formats that are known by name or by their first bytes, and that nothing here reads.
//!
//! Asked by sniff and encoding. Invariant: such a file is refused by name, with the way to make it
//! readable, and never read as text.

use super::compressed::Compression;
use crate::corpus::problem::Refusal;

/// What messages are called: their text may be encoded, twice over, behind a header.
const MESSAGE: &str = "a message of e-mail";
/// What many messages in one file are called, each below a line that starts with `From`.
const MAILBOX: &str = "a mailbox";
/// What scans and screenshots are called: words in them have to be recognised first.
const IMAGE: &str = "an image";
/// What is kept in the place of a page.
const LINK: &str = "a link to a page, and not the page";
/// What a browser has of a file that it fetches.
const UNFINISHED: &str = "a download that is not finished";
/// What Git keeps in the place of a large file that was not fetched.
pub(crate) const POINTER: &str = "a pointer of Git LFS, and not the file itself";
/// Bytes in which the header of a message is looked for.
const HEADER_BYTES: usize = 16 << 10;

/// What a file with this extension is called, if nothing here reads it.
pub(crate) fn by_extension(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "xml" | "rss" | "atom" => "XML",
        "wat" => "WAT",
        "pdf" => "PDF",
        "doc" => "Word before DOCX",
        "odt" | "ods" | "odp" => "OpenDocument",
        "epub" => "EPUB",
        "mobi" | "azw" | "azw3" | "fb2" | "djvu" | "chm" => "an electronic book",
        "ps" | "eps" => "PostScript",
        "pages" | "numbers" => "a document of iWork",
        "slk" => "SYLK",
        "jpg" | "jpeg" | "png" | "gif" | "tif" | "tiff" | "webp" | "heic" | "bmp" => IMAGE,
        "ass" | "ssa" | "sbv" | "ttml" | "dfxp" => "subtitles other than SubRip and WebVTT",
        "url" | "webloc" | "lnk" | "desktop" => LINK,
        "part" | "crdownload" | "download" | "partial" => UNFINISHED,
        "sql" => "a dump of SQL",
        "ipynb" => "a notebook",
        "har" => "a record of requests",
        "cdx" | "cdxj" => "an index of a crawl",
        "h5" | "hdf5" => "HDF5",
        "xls" | "xlsx" | "xlsm" | "xlsb" => "Excel",
        "ppt" | "pptx" => "PowerPoint",
        "ris" | "bib" | "enw" | "nbib" => "a list of references",
        "js" => "a script, as archives of Twitter have them",
        "dta" => "Stata",
        "sav" => "SPSS",
        "rds" | "rdata" => "R data",
        "pkl" | "pickle" => "pickle",
        "webarchive" => "a web archive of Safari",
        "7z" => "7-Zip",
        "rar" => "RAR",
        "lz4" => "LZ4",
        "lzma" => "LZMA",
        "orc" => "ORC",
        "avro" => "Avro",
        "sqlite" | "sqlite3" => "SQLite",
        "mht" | "mhtml" => "MHTML",
        "eml" | "emlx" | "msg" => MESSAGE,
        "mbox" => MAILBOX,
        "zip" => "ZIP",
        "tar" | "tgz" => "tar",
        _ => return None,
    })
}

/// What a file with these first bytes is called, if nothing here reads it.
pub(crate) fn by_content(head: &[u8]) -> Option<&'static str> {
    let is_mailbox = || is_message(head.strip_prefix(b"From ").map_or(&[], past_line));
    by_magic(head)
        .or_else(|| is_message(head).then_some(MESSAGE))
        .or_else(|| is_mailbox().then_some(MAILBOX))
}

/// The same by magic bytes alone, with which no text starts.
pub(crate) fn by_magic(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'P', b'K', 3, 4, ..] => Some("ZIP"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("PDF"),
        [0xff, 0xd8, 0xff, ..] | [0x89, b'P', b'N', b'G', ..] | [b'G', b'I', b'F', b'8', ..] => {
            Some(IMAGE)
        }
        _ if head.starts_with(b"%!PS-Adobe-") => Some("PostScript"),
        _ if head.starts_with(b"\x89HDF\r\n\x1a\n") => Some("HDF5"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("Office before DOCX and XLSX"),
        [b'7', b'z', 0xbc, 0xaf, ..] => Some("7-Zip"),
        [b'R', b'a', b'r', b'!', ..] => Some("RAR"),
        [b'F', b'E', b'A', b'1', ..] => Some("Feather of version 1"),
        [b'O', b'b', b'j', 1, ..] => Some("Avro"),
        [b'O', b'R', b'C', 0..=8, ..] => Some("ORC"),
        _ if head.starts_with(b"SQLite format 3\0") => Some("SQLite"),
        _ if head.starts_with(b"version https://git-lfs.github.com/spec/") => Some(POINTER),
        _ if Compression::of(head) != Compression::None => Some("compressed twice"),
        _ => None,
    }
}

/// What follows the first line.
fn past_line(head: &[u8]) -> &[u8] {
    let end = head.iter().position(|byte| *byte == b'\n');
    end.and_then(|end| head.get(end + 1..)).unwrap_or_default()
}

/// Whether bytes start with the header of a message, or of a page that is kept as one: fields, one
/// of which is the version of the encoding that only messages have.
fn is_message(head: &[u8]) -> bool {
    let head = head.get(..HEADER_BYTES).unwrap_or(head);
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let is_field = |line: &&[u8]| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let continues = line.starts_with(b" ") || line.starts_with(b"\t");
        continues || name.len() < line.len() && !name.is_empty() && name.iter().all(is_name)
    };
    let version = b"mime-version:";
    let is_version = |line: &[u8]| {
        line.get(..version.len()).is_some_and(|start| start.eq_ignore_ascii_case(version))
    };
    lines.by_ref().take_while(is_field).any(is_version)
}

/// Whether a text that is no page is XML: a feed, say, or an export.
pub(crate) fn is_xml(start: &[u8]) -> bool {
    ["<?xml", "<rss", "<feed"].iter().any(|tag| start.starts_with(tag.as_bytes()))
}

/// The refusal of a page that has the name of a file of records.
pub(crate) fn page(name: &str) -> Refusal {
    Refusal::new(
        format!("is a web page, and no {name}: perhaps an answer in the place of the file"),
        "fetch the file again; if the page is meant, say so with {input_format} html",
    )
}

/// The refusal of such a file.
pub(crate) fn refusal(name: &str) -> Refusal {
    let cure = match name {
        "LZ4" | "LZMA" | "compressed twice" => {
            "decompress it first; this version reads plain, gzip, zstd, bzip2 and xz files"
        }
        "ZIP" | "tar" | "7-Zip" | "RAR" => "unpack it and name the folder",
        MESSAGE | MAILBOX => {
            "save what the messages say as text (.txt) or pages (.html), or export them as CSV"
        }
        IMAGE => "have the words in it recognised (OCR), and save them as text (.txt)",
        "PDF" => "take its text out, for example with `pdftotext FILE.pdf`",
        _ => {
            "convert it to a format that is read, such as text (.txt), JSON Lines (.jsonl), CSV, \
             Parquet or HTML"
        }
    };
    match name {
        POINTER => Refusal::new(format!("is {name}"), "fetch the file with `git lfs pull`"),
        LINK => Refusal::new(format!("is {name}"), "save the page itself (.html)"),
        UNFINISHED => Refusal::new(
            format!("is {name}"),
            "fetch it again; if it is whole, rename it to what it is",
        ),
        "compressed twice" => Refusal::new("is compressed twice", cure),
        _ => Refusal::new(format!("is {name}, which this version does not read"), cure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_says_what_is_read_instead() {
        for name in ["EPUB", "XML"] {
            let refusal = refusal(name);
            assert!(refusal.cause.contains(name));
            assert!(refusal.cure.contains("JSON Lines"), "{}", refusal.cure);
        }
        assert!(refusal("PDF").cure.contains("pdftotext") && refusal(IMAGE).cure.contains("OCR"));
        assert_eq!(refusal(LINK).cause, "is a link to a page, and not the page");
        assert!(refusal(UNFINISHED).cure.contains("rename"));
        assert!(refusal("LZ4").cure.contains("decompress"));
        assert!(refusal("tar").cure.contains("unpack"));
        assert_eq!(refusal("compressed twice").cause, "is compressed twice");
    }

    #[test]
    fn xml_is_known_by_how_it_starts() {
        assert!(is_xml(b"<?xml version='1.0'?><news>") && is_xml(b"<rss version='2.0'>"));
        assert!(!is_xml(b"<p>The pump house opens.") && !is_xml(b""));
    }

    #[test]
    fn messages_are_known_by_their_header() {
        for message in [
            "Received: from a\r\n\tby b; Monday\r\nSubject: Pumps: open\r\nMIME-Version: 1.0\r\n",
            "Mime-Version: 1.0\n\nThe pump house opens.",
        ] {
            assert_eq!(by_content(message.as_bytes()), Some(MESSAGE), "{message}");
            assert!(refusal(MESSAGE).cure.contains(".txt"));
        }
        for text in [
            "Subject: Pumps\n\nMIME-Version: 1.0",
            "The pump house opens.\nMIME-Version: 1.0",
            "Note: it opens\nMIME-Versions: 2",
            ": x\nMIME-Version: 1.0",
            "",
        ] {
            assert_eq!(by_content(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn names_and_first_bytes() {
        for (name, what) in [
            ("tgz", Some("tar")),
            ("doc", Some("Word before DOCX")),
            ("txt", None),
            ("mhtml", Some("MHTML")),
            ("eml", Some(MESSAGE)),
            ("ris", Some("a list of references")),
            ("crdownload", Some(UNFINISHED)),
            ("webloc", Some(LINK)),
            ("tiff", Some(IMAGE)),
        ] {
            assert_eq!(by_extension(name), what, "{name}");
        }
        for (head, what) in [
            (&b"PK\x03\x04..."[..], Some("ZIP")),
            (b"\xfd7zXZ\0.", Some("compressed twice")),
            (b"%PDF-1.7", Some("PDF")),
            (b"\xd0\xcf\x11\xe0..", Some("Office before DOCX and XLSX")),
            (b"\x1f\x8b\x08\0", Some("compressed twice")),
            (b"SQLite format 3\0..", Some("SQLite")),
            (b"Obj\x01..", Some("Avro")),
            (b"ORC\x02..", Some("ORC")),
            (b"ORCHIDS", None),
            (b"%!PS-Adobe-3.0\n", Some("PostScript")),
            (b"\x89PNG\r\n", Some(IMAGE)),
            (b"From a Tue Jan 7 2020\nTo: b\nMIME-Version: 1.0\n\nx", Some(MAILBOX)),
            (b"From here to there:\nMIME-Versions are many.", None),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", Some(POINTER)),
            (b"{\"a\":1}", None),
        ] {
            assert_eq!(by_content(head), what, "{head:?}");
        }
    }
}
