//! Formats that are known by name or by their first bytes, and that nothing here reads.
//!
//! Asked by sniff and encoding. Invariant: such a file is refused by name, with the way to make it
//! readable, and never read as text.

use super::compressed::Compression;
use crate::corpus::problem::Refusal;

/// What a file with this extension is called, if nothing here reads it.
pub(crate) fn by_extension(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "xml" => "XML",
        "wat" => "WAT",
        "pdf" => "PDF",
        "doc" => "Word before DOCX",
        "odt" => "OpenDocument",
        "epub" => "EPUB",
        "xls" | "xlsx" => "Excel",
        "7z" => "7-Zip",
        "rar" => "RAR",
        "lz4" => "LZ4",
        "lzma" => "LZMA",
        "orc" => "ORC",
        "avro" => "Avro",
        "sqlite" | "sqlite3" => "SQLite",
        "mht" | "mhtml" => "MHTML",
        "zip" => "ZIP",
        "tar" | "tgz" => "tar",
        _ => return None,
    })
}

/// What a file with these first bytes is called, if nothing here reads it.
pub(crate) fn by_content(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'P', b'K', 3, 4, ..] => Some("ZIP"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("PDF"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("Office before DOCX and XLSX"),
        [b'7', b'z', 0xbc, 0xaf, ..] => Some("7-Zip"),
        [b'R', b'a', b'r', b'!', ..] => Some("RAR"),
        [b'F', b'E', b'A', b'1', ..] => Some("Feather of version 1"),
        [b'O', b'b', b'j', 1, ..] => Some("Avro"),
        [b'O', b'R', b'C', 0..=8, ..] => Some("ORC"),
        _ if head.starts_with(b"SQLite format 3\0") => Some("SQLite"),
        _ if Compression::of(head) != Compression::None => Some("compressed twice"),
        _ => None,
    }
}

/// The refusal of such a file.
pub(crate) fn refusal(name: &str) -> Refusal {
    let cure = match name {
        "LZ4" | "LZMA" | "compressed twice" => {
            "decompress it first; this version reads plain, gzip, zstd, bzip2 and xz files"
        }
        "ZIP" | "tar" | "7-Zip" | "RAR" => "unpack it and name the folder",
        _ => {
            "convert it to a format that is read, such as text (.txt), JSON Lines (.jsonl), CSV, \
             Parquet or HTML"
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
    fn the_refusal_says_what_is_read_instead() {
        for name in ["PDF", "XML"] {
            let refusal = refusal(name);
            assert!(refusal.cause.contains(name));
            assert!(refusal.cure.contains("JSON Lines"), "{}", refusal.cure);
        }
        assert!(refusal("LZ4").cure.contains("decompress"));
        assert!(refusal("tar").cure.contains("unpack"));
        assert_eq!(refusal("compressed twice").cause, "is compressed twice");
    }

    #[test]
    fn names_and_first_bytes() {
        assert_eq!(by_extension("tgz"), Some("tar"));
        assert_eq!(by_extension("doc"), Some("Word before DOCX"));
        assert_eq!(by_extension("txt"), None);
        assert_eq!(by_content(b"PK\x03\x04..."), Some("ZIP"));
        assert_eq!(by_content(b"\xfd7zXZ\0."), Some("compressed twice"));
        assert_eq!(by_content(b"%PDF-1.7"), Some("PDF"));
        assert_eq!(by_content(b"\xd0\xcf\x11\xe0.."), Some("Office before DOCX and XLSX"));
        assert_eq!(by_content(b"\x1f\x8b\x08\0"), Some("compressed twice"));
        assert_eq!(by_content(b"SQLite format 3\0.."), Some("SQLite"));
        assert_eq!(by_content(b"Obj\x01.."), Some("Avro"));
        assert_eq!(by_content(b"ORC\x02.."), Some("ORC"));
        assert_eq!(by_content(b"ORCHIDS"), None);
        assert_eq!(by_extension("mhtml"), Some("MHTML"));
        assert_eq!(by_content(b"{\"a\":1}"), None);
    }
}
