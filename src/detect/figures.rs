//! Whether two texts say the same in the same words with other figures.
//!
//! Asked by `copies` of pairs that share much. The daily count of an authority, a table of results
//! and a notice of dividends are written anew into one form; what differs is all that they have to
//! say. Somebody who edits a text changes its words at least as often as its numbers.
//! Invariant: the answer is the same for both orders of the two texts.

use crate::text::{Span, Tokenizer};

/// Numbers that both texts must have in what they share, to say anything.
const NUMBERS: usize = 10;
/// Share of the words that must be the same.
const WORDS: f64 = 0.84;
/// By how much the share of the numbers that are the same must be less.
const LESS: f64 = 0.25;

/// Whether the stretches of two texts (in tokens) have the same words and other numbers.
pub(super) fn differ(texts: [&str; 2], spans: [Vec<Span>; 2]) -> bool {
    let [a, b] = texts;
    let [of_a, of_b] = spans;
    let (a, b) = (Said::of(a, of_a), Said::of(b, of_b));
    if a.numbers.len().min(b.numbers.len()) < NUMBERS {
        return false;
    }
    let words = share(&a.words, &b.words);
    words >= WORDS && words - share(&a.numbers, &b.numbers) >= LESS
}

/// Hashes of the tokens in some stretches of a text, sorted.
#[derive(Default)]
struct Said {
    words: Vec<u64>,
    numbers: Vec<u64>,
}

impl Said {
    fn of(text: &str, mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        let (mut said, mut n, mut spans) = (Self::default(), 0, spans.into_iter().peekable());
        Tokenizer::default().tokenize(text, |token| {
            while spans.next_if(|span| span.end <= n).is_some() {}
            if spans.peek().is_some_and(|span| span.start <= n) {
                let bytes = text.as_bytes().get(token.start..token.end).unwrap_or_default();
                let is_number = bytes.iter().any(u8::is_ascii_digit);
                let list = if is_number { &mut said.numbers } else { &mut said.words };
                list.push(token.hash);
            }
            n += 1;
        });
        said.words.sort_unstable();
        said.numbers.sort_unstable();
        said
    }
}

/// Share of the shorter of two sorted lists that the other has too.
fn share(a: &[u64], b: &[u64]) -> f64 {
    let (mut x, mut y, mut common) = (0, 0, 0_usize);
    while let (Some(one), Some(other)) = (a.get(x), b.get(y)) {
        common += usize::from(one == other);
        (x, y) = (x + usize::from(one <= other), y + usize::from(other <= one));
    }
    common as f64 / a.len().min(b.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report of a day, with its own figures.
    fn report(seed: u64, word: &str) -> String {
        let sentence = |n: u64| {
            let figure = crate::hash::mix(seed << 8 | n) % 9000;
            format!("district number {n} reported {figure} cases and {word} since the {n} of May. ")
        };
        (1..12).map(sentence).collect()
    }

    fn whole(text: &str) -> Vec<Span> {
        let mut count = 0;
        Tokenizer::default().tokenize(text, |_| count += 1);
        vec![Span { start: 0, end: count }]
    }

    fn both(a: &str, b: &str) -> bool {
        let [x, y] = [differ([a, b], [whole(a), whole(b)]), differ([b, a], [whole(b), whole(a)])];
        assert_eq!(x, y);
        x
    }

    #[test]
    fn a_form_with_other_figures_is_told_from_an_edited_copy() {
        let monday = report(1, "deaths");
        assert!(both(&monday, &report(2, "deaths")));
        assert!(!both(&monday, &monday));
        // Some of the figures were corrected, or words and figures were changed alike.
        let figures: Vec<&str> = monday.split(". ").collect();
        let tuesday = report(2, "deaths");
        let mixed: Vec<&str> =
            figures[..7].iter().copied().chain(tuesday.split(". ").skip(7)).collect();
        assert!(!both(&monday, &mixed.join(". ")));
        let words: Vec<&str> = monday.split(' ').collect();
        let noise = |(n, word): (usize, &&str)| {
            if n % 3 == 0 { format!("q{word}") } else { (*word).to_owned() }
        };
        let changed: Vec<String> = words.iter().enumerate().map(noise).collect();
        assert!(!both(&monday, &changed.join(" ")));
        // Nothing is said by a few figures.
        let cut = |text: &str| text.split(' ').take(30).collect::<Vec<_>>().join(" ");
        assert!(!both(&cut(&monday), &cut(&report(2, "deaths"))));
    }

    #[test]
    fn only_what_is_inside_the_stretches_counts() {
        let (a, b) = (report(1, "deaths"), report(2, "deaths"));
        let first = |end| vec![Span { start: 0, end }];
        assert!(!differ([&a, &b], [first(40), first(40)]));
        assert!(!differ([&a, &b], [Vec::new(), whole(&b)]));
    }
}
