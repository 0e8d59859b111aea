//! Whether backslashes stand for something in a table, as they do in dumps of databases.
//!
//! Asked once a table, about its first rows. `COPY` of Postgres writes line ends and tabs as `\n`
//! and `\t`, and `MySQL` writes a backslash before separators and line ends. In other tables a
//! backslash is text, as in `C:\new`. Invariant: they stand for something only where a row shows it
//! and no row speaks against it; where that is open they are text, and that is said.

use super::fields::{is_escaped, meant, without_end};
use crate::corpus::header::{Dialect, Escapes};
use memchr::memchr;

/// What the first rows of a table, which follow its header, show of their backslashes.
pub(super) fn found(dialect: Dialect, rows: &[u8]) -> Escapes {
    if memchr(b'\\', rows).is_none() {
        return Escapes::No;
    }
    let seen = Seen::of(dialect, rows);
    let tabs = dialect.delimiter == b'\t' && !dialect.quotes;
    if seen.odd {
        Escapes::No
    } else if seen.separators && keeps_fields(dialect, rows) || tabs && (seen.nulls || seen.breaks)
    {
        Escapes::Yes
    } else if tabs && seen.letters {
        Escapes::Maybe
    } else {
        Escapes::No
    }
}

/// What backslashes are before.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each was seen or was not")]
struct Seen {
    /// What none stands before that means something.
    odd: bool,
    /// A letter that stands for a line end or a tab.
    letters: bool,
    /// Two of these in a row, as between paragraphs.
    breaks: bool,
    /// A separator or a line end.
    separators: bool,
    /// `\N` is a field.
    nulls: bool,
}

impl Seen {
    fn of(dialect: Dialect, rows: &[u8]) -> Self {
        let mut seen = Self::default();
        let (mut at, mut after_break) = (0, None);
        while let Some(next) = rows.get(at..).and_then(|rest| memchr(b'\\', rest)) {
            let place = at + next;
            at = place + 2;
            // The rows are cut off somewhere.
            let Some(&letter) = rows.get(place + 1) else { break };
            let is_border = |byte: Option<&u8>| {
                byte.is_none_or(|byte| [dialect.delimiter, b'\r', b'\n'].contains(byte))
            };
            match letter {
                b'N' => {
                    let before = place.checked_sub(1).and_then(|at| rows.get(at));
                    let is_field = is_border(before) && is_border(rows.get(at));
                    seen.nulls |= is_field;
                    seen.odd |= !is_field;
                }
                b'n' | b'r' => {
                    seen.letters = true;
                    seen.breaks |= after_break == Some(place);
                    after_break = Some(at);
                }
                b'0' | b'\\' | b'"' | b'\'' => {}
                // The line after the last row of Postgres.
                b'.' if is_border(rows.get(at)) => {}
                _ if is_border(Some(&letter)) => seen.separators = true,
                _ if meant(letter).is_some() => seen.letters = true,
                _ => seen.odd = true,
            }
        }
        seen
    }
}

/// Whether some row has as many fields as the header, and others if backslashes are text.
fn keeps_fields(dialect: Dialect, rows: &[u8]) -> bool {
    let told = Dialect { escapes: Escapes::Yes, ..dialect };
    let (mut start, mut at) = (0, 0);
    while let Some(end) = rows.get(at..).and_then(|rest| memchr(dialect.line_end, rest)) {
        let end = at + end;
        at = end + 1;
        if is_escaped(rows, end) {
            continue;
        }
        let row = without_end(rows.get(start..end).unwrap_or_default());
        start = at;
        let is_plain = memchr(b'\\', row).is_some() && !row.contains(&b'"');
        let is_marked = dialect.quotes && row.windows(2).any(|pair| pair == b"\\\"");
        let splits = row.split(|byte| *byte == dialect.line_end).count() > 1;
        if (is_plain || is_marked)
            && told.count(row) == dialect.columns
            && (splits || dialect.count(row) != dialect.columns)
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(delimiter: u8, rows: &str) -> Escapes {
        let quotes = delimiter == b',';
        found(Dialect { quotes, columns: 3, ..Dialect::with(delimiter) }, rows.as_bytes())
    }

    #[test]
    fn dumps_show_what_backslashes_are() {
        for rows in [
            "1\t\\N\tOne.\\nTwo C:\\\\new\n",
            "1\ta\tOne.\\n\\nTwo.\\tThree.\n",
            "1\ta\tOne.\\r\\nTwo.\n",
            "1\ta\tOne\\\ttwo\\\nand three\n",
        ] {
            assert_eq!(of(b'\t', rows), Escapes::Yes, "{rows}");
        }
        assert_eq!(of(b',', "1,\\N,One\\, two\n"), Escapes::Yes);
        assert_eq!(of(b',', "1,a,He said \\\"so\\\"\\, and left\n"), Escapes::Yes);
        assert_eq!(of(b',', "1,a,One\\\ntwo\n"), Escapes::Yes);
    }

    #[test]
    fn elsewhere_a_backslash_is_text() {
        for rows in [
            "1\ta\tIn C:\\Windows\\new\n",
            "1\t\\N\tIn C:\\Windows\n",
            "1\ta\tIn C:\\New\n",
            "1\ta\tNone.\n",
            "1\ta\tA share \\\\\n",
        ] {
            assert_eq!(of(b'\t', rows), Escapes::No, "{rows}");
        }
        for rows in ["1,\\N,One\\nTwo\n", "1,a,\"One\\, two\"\n", "1,a,One\\\n2,b,Two\n"] {
            assert_eq!(of(b',', rows), Escapes::No, "{rows}");
        }
        assert_eq!(of(b'\t', "1\ta\tIn C:\\new\\table\n"), Escapes::Maybe);
        assert_eq!(of(b'\t', "1\ta\tOne.\\nTwo.\n"), Escapes::Maybe);
    }
}
