//! Whether a stream, or a named file whose name says nothing, is a table, and what separates its
//! fields.
//!
//! Asked by sniff. Invariant: the first line has to look like a header, and the second has to agree
//! with it; prose with commas does not.

use crate::corpus::columns::{are_of_articles, numbered};

/// Longest name of a column, in bytes, and most words in it.
const NAME_BYTES: usize = 40;
const NAME_WORDS: usize = 3;

/// What may separate fields, the likeliest first.
const SEPARATORS: [u8; 5] = [b',', b';', b'\t', b'|', b'^'];

/// Lines before a header of well-known names that may be something else.
const PREAMBLE_LINES: usize = 20;

/// What separates the fields of the table that `head` is the start of. `asked` are the columns that
/// the user named: a line with one of them is a header, whatever else is in it.
pub(crate) fn separator(head: &[u8], asked: &[&str]) -> Option<u8> {
    let all: Vec<&[u8]> = lines(head).take(PREAMBLE_LINES + 2).collect();
    let (header, second) = (*all.first()?, all.get(1));
    // Of a text it is not known yet that it is a table.
    let said = named_separator(header).filter(|separator| !separator.is_ascii_alphanumeric());
    if said.is_some() {
        return said;
    }
    let mut pairs = all.iter().zip(all.iter().skip(1).map(Some).chain([None])).enumerate();
    let known = pairs.find_map(|(n, (line, next))| {
        let is_header = |separator: &u8| {
            let names = names(line, *separator);
            let is_asked = asked.iter().any(|name| names.iter().any(|own| own == name));
            // Below other lines it is one only where a row follows.
            let fits = n == 0 || next.is_some_and(|next| agrees(next, *separator, names.len()));
            is_asked || fits && are_of_articles(&names)
        };
        SEPARATORS.into_iter().find(is_header)
    });
    let known = known.or_else(|| {
        // A column that is asked for by its number.
        let place = asked.iter().find_map(|name| numbered(name))?;
        let separator = likeliest(head);
        let fields = header.split(|byte| *byte == separator).count();
        (fields > place.max(1)).then_some(separator)
    });
    known.or_else(|| {
        SEPARATORS.into_iter().find(|separator| {
            let names: Vec<&[u8]> = header.split(|byte| byte == separator).collect();
            let agrees = second.is_none_or(|line| agrees(line, *separator, names.len()));
            agrees && are_names(&names)
        })
    })
}

/// What separates the fields of a text of which only the columns that were asked for show that it
/// is a table: a line has one of their names, or the first has as many fields as their numbers.
pub(crate) fn asked_separator(head: &[u8], asked: &[&str]) -> Option<u8> {
    let by_name = lines(head).take(PREAMBLE_LINES + 1).find_map(|line| {
        let has = |separator: &u8| {
            let names = names(line, *separator);
            names.len() > 1 && asked.iter().any(|name| names.iter().any(|own| own == name))
        };
        SEPARATORS.into_iter().find(has)
    });
    by_name.or_else(|| {
        let place = asked.iter().filter_map(|name| numbered(name)).max()?;
        let separator = likeliest(head);
        let fields = |line: &[u8]| line.split(|byte| *byte == separator).count();
        let mut first = lines(head).take(2);
        first.next().is_some_and(|line| fields(line) > place.max(1)).then_some(separator)
    })
}

/// What separates the most fields of the first line: for text of which it is known that it is a
/// table, also without a header.
pub(crate) fn likeliest(head: &[u8]) -> u8 {
    let first = lines(head).next().unwrap_or_default();
    let count = |separator: u8| memchr::memchr_iter(separator, first).count();
    let shown = SEPARATORS.into_iter().rev().filter(|separator| count(*separator) > 0);
    // Tabs are in no prose.
    shown.max_by_key(|separator| (count(*separator), *separator == b'\t')).unwrap_or(b',')
}

/// The separator that a first line `sep=;` names, in quotation marks or not.
pub(crate) fn named_separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (start, named) = line.split_at_checked(4)?;
    match named {
        _ if !start.eq_ignore_ascii_case(b"sep=") => None,
        [separator] => Some(*separator),
        // Saved again, the line is padded with the separators of the table.
        [_, separator, more @ ..] if more.iter().all(|byte| byte == separator) => Some(*separator),
        _ => None,
    }
}

/// Whether a line has as many fields as the header, or may go on below.
fn agrees(line: &[u8], separator: u8, fields: usize) -> bool {
    line.split(|byte| *byte == separator).count() >= fields || line.contains(&b'"')
}

/// Whether fields could be the names of columns. The first may be empty, as that of an index is,
/// and the last, where a separator ends each line.
fn are_names(names: &[&[u8]]) -> bool {
    let mut own = names;
    if let [first, rest @ ..] = own
        && first.trim_ascii().is_empty()
    {
        own = rest;
    }
    if let [rest @ .., last] = own
        && last.trim_ascii().is_empty()
    {
        own = rest;
    }
    own.len() > 1 && own.iter().all(|name| is_name(name))
}

/// Whether a text is a table of articles that tabs separate: spreadsheets call what they write so
/// "Unicode text" and give it the extension of a text.
pub(crate) fn has_tabbed_articles(head: &[u8]) -> bool {
    separator_of_articles(head) == Some(b'\t')
}

/// What separates the fields of a table of articles, by the names in the first line.
pub(crate) fn separator_of_articles(head: &[u8]) -> Option<u8> {
    let header = lines(head).next()?;
    separator(head, &[]).filter(|separator| are_of_articles(&names(header, *separator)))
}

/// The names in a header.
fn names(line: &[u8], separator: u8) -> Vec<String> {
    let line = String::from_utf8_lossy(line);
    line.split(char::from(separator)).map(|field| plain_name(field).to_owned()).collect()
}

/// The lines that are not blank; a line feed ends them, or a carriage return where there is none.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let end = if head.contains(&b'\n') { b'\n' } else { b'\r' };
    head.split(move |byte| *byte == end).map(without_return).filter(|line| !line.is_empty())
}

/// Without the blanks at its end but for tabs, which are empty fields.
fn without_return(line: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b'\r' | b' ');
    let end = line.iter().rposition(|byte| !blank(byte)).map_or(0, |at| at + 1);
    line.get(..end).unwrap_or_default()
}

/// A name without blanks and quotation marks around it.
fn plain_name(field: &str) -> &str {
    field.trim().trim_matches('"')
}

/// Whether a field could be the name of a column.
fn is_name(field: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(field) else { return false };
    let name = plain_name(name);
    let plain = |c: char| c.is_alphanumeric() || "_-. #:/()%&+".contains(c);
    !name.is_empty()
        && name.len() <= NAME_BYTES
        && name.chars().all(plain)
        && name.chars().any(char::is_alphabetic)
        && name.split_whitespace().count() <= NAME_WORDS
        && !name.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::{has_tabbed_articles, likeliest};

    fn separator(head: &[u8]) -> Option<u8> {
        super::separator(head, &[])
    }

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
    fn headers_as_programs_write_them() {
        for (head, expected) in [
            (",id,outlet\n0,1,a\n", b','),
            ("id;outlet;\n1;a;\n", b';'),
            ("name,share (%)\na,1\n", b','),
            ("id^outlet^words\n1^a^b\n", b'^'),
            ("sep=;\nx\n", b';'),
            ("id,outlet,text\r1,a,b\r", b','),
            ("id,text,what the reader said about it in June\n1,b\n", b','),
            ("Export of the archive\n\nid,text\n1,b\n", b','),
        ] {
            assert_eq!(separator(head.as_bytes()), Some(expected), "{head}");
        }
        assert_eq!(separator(b"He wrote:\nid,text\nand no more.\n"), None, "no row follows");
    }

    #[test]
    fn a_column_that_is_asked_for_shows_a_table() {
        let asked = |head: &str| super::separator(head.as_bytes(), &["Story"]);
        assert_eq!(asked("Story\nOne and two.\n"), Some(b','));
        assert_eq!(asked("a note\n\nx;Story\n1;One\n"), Some(b';'));
        assert_eq!(asked("The Story, told.\n"), None);
        let third = |head: &str| super::separator(head.as_bytes(), &["#3"]);
        assert_eq!(third("1;a;one, two\n2;b;three\n"), Some(b';'));
        assert_eq!(third("Words, and more.\n"), None);
        assert_eq!((likeliest(b"1\tx\ty, z\n"), likeliest(b"words")), (b'\t', b','));
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
