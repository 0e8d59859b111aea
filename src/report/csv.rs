//! CSV by RFC 4180, for spreadsheets and data frames.
//!
//! Fields are put in quotation marks where they need them. Invariant: a reader that follows the
//! same rules gets the same rows back. Spreadsheets run formulas: a string that begins like one
//! (`=`, `+`, `-`, `@`) is written as it is, because programs must get the text unchanged.

use super::rows::{Cell, Column};

/// Appends the names of columns; a group and the name in it are joined by `_`.
pub fn header(columns: &[Column], out: &mut Vec<u8>) {
    for (n, column) in columns.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        match column.group() {
            Some((group, name)) => field(&format!("{group}_{name}"), out),
            None => field(&column.name, out),
        }
    }
    out.push(b'\n');
}

/// Appends a row; no value is an empty field.
pub fn row(cells: &[Cell<'_>], out: &mut Vec<u8>) {
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        match cell {
            Cell::Null => {}
            // An empty string is told from no value.
            Cell::Text(text) if text.is_empty() => out.extend_from_slice(b"\"\""),
            Cell::Text(text) => field(text, out),
            Cell::Whole(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Cell::Fraction(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Cell::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        }
    }
    out.push(b'\n');
}

fn field(text: &str, out: &mut Vec<u8>) {
    let plain = !text.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r'))
        && !text.starts_with(' ')
        && !text.ends_with(' ');
    if plain {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for piece in text.split_inclusive('"') {
        out.extend_from_slice(piece.as_bytes());
        if piece.ends_with('"') {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::rows::{PAIR, Type};
    use proptest::prelude::*;
    use std::borrow::Cow;

    #[test]
    fn groups_are_joined_to_names() {
        let mut out = Vec::new();
        header(&PAIR, &mut out);
        assert!(out.starts_with(b"a_id,a_outlet,"));
        assert!(out.ends_with(b",rank\n"));
        assert_eq!(PAIR[0].kind, Type::Text);
    }

    proptest! {
        #[test]
        fn a_reader_gets_the_same_row(
            texts in prop::collection::vec(
                prop::collection::vec(prop_oneof![
                    Just("\""), Just(","), Just("\n"), Just("\r"), Just("a"), Just(" "),
                    Just("\u{e9}"),
                ], 0..6).prop_map(|parts| parts.concat()),
                1..5,
            )
        ) {
            let cells: Vec<Cell<'_>> =
                texts.iter().map(|text| Cell::Text(Cow::Borrowed(text))).collect();
            let mut out = Vec::new();
            row(&cells, &mut out);
            let mut reader = ::csv::ReaderBuilder::new();
            let mut reader = reader.has_headers(false).from_reader(&out[..]);
            let back = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(back.iter().collect::<Vec<_>>(), texts);
        }
    }
}
