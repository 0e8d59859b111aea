//! The lines of an article of an export: fields, paragraphs, blocks.
//!
//! Used by the readers of all layouts. Lines that were broken for their width are joined again, and
//! paragraphs end with a line feed.

use std::ops::Range;

/// The value of a field that begins a line: `LENGTH: 500 words`; its name in any case.
pub(super) fn field<'l>(line: &'l str, names: &[&str]) -> Option<&'l str> {
    value(line, |name| names.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

/// The same where the name is written as it is in the list.
pub(super) fn exact_field<'l>(line: &'l str, names: &[&str]) -> Option<&'l str> {
    value(line, |name| names.contains(&name))
}

pub(super) fn is_field(line: &str, names: &[&str]) -> bool {
    field(line, names).is_some()
}

/// The name of a field that begins a line.
pub(super) fn name(line: &str) -> Option<&str> {
    Some(line.split_once(':')?.0.trim())
}

fn value(line: &str, is_known: impl Fn(&str) -> bool) -> Option<&str> {
    let (name, value) = line.split_once(':')?;
    is_known(name.trim()).then(|| value.trim())
}

/// Characters of the name of a field.
const NAME_CHARACTERS: usize = 30;

/// Whether a line begins with what looks like a field in capitals: `TICKER: POST`.
pub(super) fn is_in_capitals(line: &str) -> bool {
    let Some(name) = name(line) else { return false };
    let fits = |c: char| c.is_uppercase() || " -/&".contains(c);
    (3..=NAME_CHARACTERS).contains(&name.chars().count()) && name.chars().all(fits)
}

/// Paragraphs: lines joined by spaces, blank lines between them become one line feed.
pub(super) fn paragraphs<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let (mut text, mut open) = (String::new(), false);
    for line in lines.map(str::trim) {
        if line.is_empty() {
            open = false;
            continue;
        }
        if !text.is_empty() {
            text.push(if open { ' ' } else { '\n' });
        }
        text.push_str(line);
        open = true;
    }
    text
}

/// A value with single blanks; none where it is blank.
pub(super) fn full(value: &str) -> Option<String> {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty()).then_some(value)
}

/// Lines as one value.
pub(super) fn joined(lines: &[&str]) -> Option<String> {
    full(&lines.join(" "))
}

/// Runs of filled lines; one also ends before a line of which `begins` is true.
pub(super) fn blocks(lines: &[&str], begins: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match blocks.last_mut().filter(|block| block.end == at && !begins(line)) {
            Some(open) => open.end = at + 1,
            None => blocks.push(at..at + 1),
        }
    }
    blocks
}

/// What is said of all rights, in the languages of the databases.
const RESERVED: [&str; 6] = [
    "all rights reserved",
    "alle rechte vorbehalten",
    "alle rechten voorbehouden",
    "tous droits réservés",
    "todos los derechos reservados",
    "tutti i diritti riservati",
];

/// Whether a line says whose the rights are: `Copyright 2020 The Post`. Prose about copyright has
/// neither a sign nor a year after the word.
pub(super) fn is_rights(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    let signed = |text: &str| {
        let text = text.trim_start_matches([' ', ':', ',']);
        let year = || {
            let digits = text.as_bytes().first_chunk::<4>();
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
        };
        text.starts_with("(c)") || text.starts_with('\u{a9}') || year()
    };
    RESERVED.iter().any(|words| line.starts_with(words))
        || line.starts_with('\u{a9}')
        || line.strip_prefix("(c)").is_some_and(signed)
        || line.strip_prefix("copyright").is_some_and(signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_told_from_prose() {
        for line in [
            "  Copyright 2020 The Post",
            "Copyright (c) 2020 The Post",
            "COPYRIGHT \u{a9} The Post",
            "(c) 2020, The Post. All rights reserved.",
            "\u{a9} The Post",
            "All Rights Reserved",
        ] {
            assert!(is_rights(line), "{line}");
        }
        for line in ["copyright law, the clerk said", "All rights of way near the mill", "(c) a"] {
            assert!(!is_rights(line), "{line}");
        }
    }

    #[test]
    fn blocks_are_runs_of_lines() {
        let lines = ["a", "b", "", "c", "X: d", "e", " ", ""];
        assert_eq!(blocks(&lines, |line| line.starts_with('X')), [0..2, 3..4, 4..6]);
        assert!(blocks(&["", " "], |_| false).is_empty());
    }
}
