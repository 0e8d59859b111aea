//! Where a text is in its record as it is written.
//!
//! Used by the writer of what is left. Invariant: a place that is returned holds the whole value
//! and nothing else.

use memchr::{memchr2_iter, memmem};
use std::ops::Range;

/// Where a text is in a row of a table.
pub(super) struct Cell {
    pub(super) range: Range<usize>,
    /// With quotation marks, which are part of the range.
    pub(super) quoted: bool,
}

/// Finds the one field of a row that holds a text; none where it is written otherwise, or twice.
/// Quotation marks inside a field may be part of the text (`plain_marks`).
pub(super) fn cell(raw: &[u8], text: &str, plain_marks: bool) -> Option<Cell> {
    let border = |byte: Option<&u8>| {
        byte.is_none_or(|byte| b",;\t|^:\r\n".contains(byte) || byte.is_ascii_whitespace())
    };
    let find = |wanted: &str| {
        let mut places = memmem::find_iter(raw, wanted).map(|start| start..start + wanted.len());
        let (first, second) = (places.next()?, places.next());
        let before = first.start.checked_sub(1).and_then(|n| raw.get(n));
        (second.is_none() && border(before) && border(raw.get(first.end))).then_some(first)
    };
    let cell = |quoted: bool| move |range| Cell { range, quoted };
    find(&quoted(text)).map(cell(true)).or_else(|| {
        // A mark that comes to the front of what is left would open a field.
        find(text).filter(|_| plain_marks || !text.contains('"')).map(cell(false))
    })
}

/// A text as a field with quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The strings of a line of JSON, with their quotation marks.
pub(super) fn strings(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut open = None;
    let mut skip = 0;
    memchr2_iter(b'"', b'\\', line).filter_map(move |at| {
        if at < skip {
            return None;
        }
        if line[at] == b'\\' {
            skip = at + 2;
            return None;
        }
        match open.take() {
            None => {
                open = Some(at);
                None
            }
            Some(start) => Some(start..at + 1),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_of_a_text_is_found_in_its_row() {
        let found = |raw: &str, text: &str| {
            cell(raw.as_bytes(), text, raw.contains('\t'))
                .map(|cell| (raw[cell.range].to_owned(), cell.quoted))
        };
        let own = |text: &str, quoted: bool| Some((text.to_owned(), quoted));
        assert_eq!(found("a,\"b \"\"c\"\", d\",e", "b \"c\", d"), own("\"b \"\"c\"\", d\"", true));
        assert_eq!(found("a\tb \"c\" d\te\r", "b \"c\" d"), own("b \"c\" d", false));
        assert_eq!(found("a;b c;e", "b c"), own("b c", false));
        assert_eq!(found("a;b \"c\" d;e", "b \"c\" d"), None, "it could be opened by its marks");
        // Part of a field, and a text that is there twice.
        assert_eq!(found("a,xb c,e", "b c"), None);
        assert_eq!(found("b c,b c", "b c"), None);
    }

    #[test]
    fn strings_end_at_their_own_marks() {
        let line = br#"{"a":"x\"y\\","b":["z"],"c":1}"#;
        let found: Vec<&[u8]> = strings(line).map(|range| &line[range]).collect();
        let expected: [&[u8]; 5] = [br#""a""#, br#""x\"y\\""#, br#""b""#, br#""z""#, br#""c""#];
        assert_eq!(found, expected);
    }
}
