//! Whether a stream, or a named file whose name says nothing, is a table, and what separates its
//! fields.
//!
//! Asked by sniff. Invariant: the first line has to look like a header, and the second has to agree
//! with it; prose with commas does not.

use crate::corpus::columns::are_of_articles;

/// Longest name of a column, in bytes, and most words in it.
const NAME_BYTES: usize = 40;
const NAME_WORDS: usize = 3;

/// What separates the fields of the table that `head` is the start of.
pub(crate) fn separator(head: &[u8]) -> Option<u8> {
    let mut lines = lines(head);
    let (header, second) = (lines.next()?, lines.next());
    b",;\t|".iter().copied().find(|separator| {
        let is_separator = |byte: &u8| byte == separator;
        let names: Vec<&[u8]> = header.split(is_separator).collect();
        let fields = |line: &[u8]| line.split(is_separator).count();
        let agrees = second.is_none_or(|line| fields(line) >= names.len() || line.contains(&b'"'));
        names.len() > 1 && agrees && names.iter().all(|name| is_name(name))
    })
}

/// Whether a text is a table of articles that tabs separate: spreadsheets call what they write so
/// "Unicode text" and give it the extension of a text.
pub(crate) fn has_tabbed_articles(head: &[u8]) -> bool {
    if separator(head) != Some(b'\t') {
        return false;
    }
    let header = String::from_utf8_lossy(lines(head).next().unwrap_or_default());
    let name = |field: &str| plain_name(field).to_owned();
    are_of_articles(&header.split('\t').map(name).collect::<Vec<_>>())
}

/// The lines that are not blank.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let lines = head.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// A name without blanks and quotation marks around it.
fn plain_name(field: &str) -> &str {
    field.trim().trim_matches('"')
}

/// Whether a field could be the name of a column.
fn is_name(field: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(field) else { return false };
    let name = plain_name(name);
    let plain = |c: char| c.is_alphanumeric() || "_-. #:/".contains(c);
    !name.is_empty()
        && name.len() <= NAME_BYTES
        && name.chars().all(plain)
        && name.chars().any(char::is_alphabetic)
        && name.split_whitespace().count() <= NAME_WORDS
        && !name.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::{has_tabbed_articles, separator};

    #[test]
    fn tabs_and_well_known_names_are_a_table_of_articles() {
        assert!(has_tabbed_articles(b"id\ttext\r\n1\tWords, and more.\r\n"));
        assert!(has_tabbed_articles(b"\xef\xbb\xbf\"Headline\"\t\"Full_Text\"\n"));
        for other in ["text\n", "a\ttext\n1\t2\n", "id,text\n1,x\n", "id\ttitle\n1\tx\n", ""] {
            assert!(!has_tabbed_articles(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_header_and_a_row_are_a_table() {
        assert_eq!(separator(b"id,text\n1,x\n"), Some(b','));
        assert_eq!(separator(b"\xef\xbb\xbf\"id\";\"full text\"\r\n1;x\r\n"), Some(b';'));
        assert_eq!(separator(b"id\ttext\n1\tx, y\n"), Some(b'\t'));
        assert_eq!(separator(b"id,text\n\"a\nb\""), Some(b','), "a field of several lines");
        assert_eq!(separator(b"id,text"), Some(b','), "a header alone");
    }

    #[test]
    fn prose_is_no_table() {
        for text in [
            "Words, and many more words that follow.\nOthers.\n",
            "London, Paris\nwere named.\n",
            "one\ntwo\n",
            "",
            "a,,b\n1,2,3\n",
            "1,2\n3,4\n",
        ] {
            assert_eq!(separator(text.as_bytes()), None, "{text}");
        }
    }
}
