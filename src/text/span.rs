//! Half-open ranges, and from bytes to code points.

use std::ops::Range;

/// A half-open range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First unit.
    pub start: u32,
    /// Unit after the last.
    pub end: u32,
}

impl Span {
    /// Units in the span.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "spans of results are never empty")]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// The units as places in a slice of them.
    pub(crate) fn places(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Units that both hold.
    #[must_use]
    pub fn overlap(self, other: Self) -> u32 {
        self.end.min(other.end).saturating_sub(self.start.max(other.start))
    }

    /// Whether all of it is in another.
    #[must_use]
    pub(crate) fn is_in(self, other: Self) -> bool {
        other.start <= self.start && self.end <= other.end
    }

    /// Whether nine tenths of it lie in another.
    #[must_use]
    pub(crate) fn lies_in(self, other: Self) -> bool {
        10 * u64::from(self.overlap(other)) >= 9 * u64::from(self.len())
    }

    /// Units that at least one of the spans holds; they are sorted here.
    #[must_use]
    pub(crate) fn union(spans: &mut [Self]) -> u32 {
        spans.sort_unstable();
        let (mut held, mut end) = (0, 0);
        for span in spans {
            held += span.end.saturating_sub(span.start.max(end));
            end = end.max(span.end);
        }
        held
    }

    /// Whether nine tenths of each lie in the other.
    #[must_use]
    pub(crate) fn nearly_equals(self, other: Self) -> bool {
        self.lies_in(other) && other.lies_in(self)
    }
}

/// Code-point offsets of ascending byte offsets (on code-point borders) in `text`.
pub(crate) fn char_offsets(text: &str, bytes: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let (mut at, mut chars) = (0, 0);
    bytes
        .into_iter()
        .map(|byte| {
            chars += count_chars(&text.as_bytes()[at..byte]);
            at = byte;
            chars
        })
        .collect()
}

/// Code points that start in `bytes`.
fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_nested_and_overlapping_spans_count_once() {
        let union = |spans: &[(u32, u32)]| {
            let mut spans: Vec<Span> =
                spans.iter().map(|&(start, end)| Span { start, end }).collect();
            Span::union(&mut spans)
        };
        assert_eq!(union(&[]), 0);
        assert_eq!(union(&[(5, 9), (0, 4)]), 8);
        assert_eq!(union(&[(5, 9), (0, 3), (2, 6), (2, 3)]), 9);
        assert_eq!(union(&[(0, 100), (20, 40), (20, 40), (90, 110)]), 110);
    }

    #[test]
    fn counts_code_points_between_offsets() {
        let text = "aß\u{1f600}b";
        assert_eq!(char_offsets(text, [0, 1, 3, 7, 8]), [0, 1, 2, 3, 4]);
    }
}
