//! Positions in a text: borders of code points, and the lines around them.
//!
//! Used by all files that read the text around a passage. Invariant: a position that is returned
//! lies on a border of code points if the one handed in does, or if it went through [`floor`].

/// The largest border of code points up to `at`.
#[must_use]
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Where the line of the byte at `at` starts.
#[must_use]
pub(super) fn line_start(text: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |newline| newline + 1)
}

/// Where the line of the byte at `at` ends, before its newline.
#[must_use]
pub(super) fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |newline| at + newline)
}

/// The text up to its first newline.
#[must_use]
pub(super) fn first_line(text: &str) -> &str {
    &text[..line_end(text, 0)]
}

/// The text after its last newline.
#[must_use]
pub(super) fn last_line(text: &str) -> &str {
    &text[line_start(text, text.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_newlines() {
        let text = "one\ntwo\n\nfour";
        let around = |at: usize| &text[line_start(text, at)..line_end(text, at)];
        assert_eq!([around(0), around(3), around(4), around(8)], ["one", "one", "two", ""]);
        assert_eq!(around(text.len()), "four");
        assert_eq!((first_line(text), last_line(text)), ("one", "four"));
        assert_eq!((first_line("\n"), last_line("\n"), last_line("")), ("", "", ""));
    }

    #[test]
    fn borders_do_not_cut_letters() {
        let text = "a\u{e9}b";
        let borders: Vec<usize> = (0..6).map(|at| floor(text, at)).collect();
        assert_eq!(borders, [0, 1, 1, 3, 4, 4]);
    }
}
