//! What happens to a text when it is copied.

use crate::random::Random;

/// An edit, with its rate in percent where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// None.
    Verbatim,
    /// Quotes, dashes, white space, case.
    Typography,
    /// Words replaced, dropped or followed by a stray word.
    Words(usize),
    /// Characters replaced, dropped or doubled, as by an OCR.
    Ocr(usize),
    /// Sentences in another order.
    Reorder,
    /// A percentage of the sentences left out.
    Drop(usize),
    /// Sentences of another text between its own.
    Expand,
}

/// Edits of passages.
pub(crate) const PASSAGES: [Edit; 9] = [
    Edit::Verbatim,
    Edit::Typography,
    Edit::Words(5),
    Edit::Words(10),
    Edit::Words(20),
    Edit::Words(30),
    Edit::Ocr(1),
    Edit::Ocr(3),
    Edit::Ocr(6),
];

/// Edits of whole documents.
pub(crate) const DOCUMENTS: [Edit; 10] = [
    Edit::Typography,
    Edit::Words(2),
    Edit::Words(5),
    Edit::Words(10),
    Edit::Words(20),
    Edit::Ocr(2),
    Edit::Reorder,
    Edit::Drop(25),
    Edit::Drop(50),
    Edit::Expand,
];

/// What edits draw from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stock<'a> {
    /// Words of the corpus with the frequencies they have there.
    pub(crate) words: &'a [String],
    /// Sentences of another document.
    pub(crate) sentences: &'a [&'a str],
}

impl Edit {
    /// Name in the tables.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Verbatim => "verbatim".to_owned(),
            Self::Typography => "typography".to_owned(),
            Self::Words(rate) => format!("word{rate:02}"),
            Self::Ocr(rate) => format!("ocr{rate:02}"),
            Self::Reorder => "reorder".to_owned(),
            Self::Drop(share) => format!("drop{share:02}"),
            Self::Expand => "expand".to_owned(),
        }
    }

    /// The text after the edit. What is left starts and ends with a word.
    pub(crate) fn apply(self, text: &str, stock: Stock<'_>, random: &mut Random) -> String {
        let edited = match self {
            Self::Verbatim => text.to_owned(),
            Self::Typography => typography(text, random),
            Self::Words(rate) => words(text, rate, stock.words, random),
            Self::Ocr(rate) => ocr(text, rate, random),
            Self::Reorder => {
                let mut all = sentences(text);
                random.shuffle(&mut all);
                all.join(" ")
            }
            Self::Drop(share) => {
                let kept: Vec<&str> =
                    sentences(text).into_iter().filter(|_| !random.percent(share)).collect();
                kept.join(" ")
            }
            Self::Expand => expand(text, stock.sentences, random),
        };
        let edited = edited.trim();
        if edited.is_empty() { text.trim().to_owned() } else { edited.to_owned() }
    }
}

/// Sentences of a text: each ends at a full stop and a space, or at a line end.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '\u{3002}');
    let (mut all, mut start) = (Vec::new(), 0);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '\n' || (c.is_whitespace() && ends(before)) {
            all.push(text[start..at].trim());
            start = at;
        }
        before = c;
    }
    all.push(text[start..].trim());
    all.retain(|sentence| !sentence.is_empty());
    all
}

/// The pieces of a text: words with attached punctuation, and the white space between them.
fn pieces(text: &str) -> Vec<&str> {
    let (mut all, mut start, mut blank) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        if blank.is_some_and(|blank| blank != c.is_whitespace()) {
            all.push(&text[start..at]);
            start = at;
        }
        blank = Some(c.is_whitespace());
    }
    all.push(&text[start..]);
    all
}

fn words(text: &str, rate: usize, stock: &[String], random: &mut Random) -> String {
    let all = pieces(text);
    let last = all.len().saturating_sub(1);
    let mut out = String::with_capacity(text.len());
    for (n, piece) in all.into_iter().enumerate() {
        // The first and the last word are kept, so that the place of the copy is known to the word.
        let fixed = n == 0 || n == last || piece.trim().is_empty();
        if fixed || !random.percent(rate) {
            out.push_str(piece);
            continue;
        }
        let stray = random.choose(stock).map_or("word", String::as_str).to_owned();
        match random.below(5) {
            0..3 => out.push_str(&stray),
            3 => {}
            _ => {
                out.push_str(piece);
                out.push(' ');
                out.push_str(&stray);
            }
        }
    }
    out
}

fn ocr(text: &str, rate: usize, random: &mut Random) -> String {
    const ALIKE: [(char, char); 10] = [
        ('e', 'c'),
        ('l', '1'),
        ('o', '0'),
        ('h', 'b'),
        ('n', 'u'),
        ('i', 'l'),
        ('s', '5'),
        ('t', 'f'),
        ('a', 'o'),
        ('r', 'i'),
    ];
    let all: Vec<char> = text.chars().collect();
    let last = all.len().saturating_sub(1);
    let mut out = String::with_capacity(text.len());
    for (n, c) in all.into_iter().enumerate() {
        if n == 0 || n == last || c.is_whitespace() || !random.percent(rate) {
            out.push(c);
            continue;
        }
        match random.below(4) {
            0 => {}
            1 => out.extend([c, c]),
            _ => out.push(ALIKE.iter().find(|(from, _)| *from == c).map_or('x', |(_, to)| *to)),
        }
    }
    out
}

fn typography(text: &str, random: &mut Random) -> String {
    let upper = random.percent(20);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\u{201c}' | '\u{201d}' => {
                out.push(['"', '\u{201c}', '\u{201d}', '\u{ab}'][random.below(4)]);
            }
            '\'' | '\u{2019}' => out.push(['\'', '\u{2019}'][random.below(2)]),
            '-' | '\u{2013}' => out.push(['-', '\u{2013}'][random.below(2)]),
            c if c.is_whitespace() => out.push_str([" ", " ", "\n", "\u{a0}"][random.below(4)]),
            c if upper => out.extend(c.to_uppercase()),
            c => out.push(c),
        }
    }
    out
}

fn expand(text: &str, others: &[&str], random: &mut Random) -> String {
    let mut out = Vec::new();
    for sentence in sentences(text) {
        out.push(sentence);
        if random.percent(30)
            && let Some(other) = random.choose(others)
        {
            out.push(other);
        }
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The harbour froze overnight. Ferries \"stayed\" in port!\nNobody minded - much. \
                        Children skated to the old light and back before school began.";

    fn apply(edit: Edit, seed: u64) -> String {
        let words = ["lorry".to_owned(), "seven".to_owned()];
        let stock = Stock { words: &words, sentences: &["Somewhere else it rained."] };
        edit.apply(TEXT, stock, &mut Random::new(seed, "edit"))
    }

    #[test]
    fn an_edit_is_the_same_for_the_same_seed() {
        for edit in PASSAGES.into_iter().chain(DOCUMENTS) {
            assert_eq!(apply(edit, 3), apply(edit, 3), "{edit:?}");
        }
        assert_ne!(apply(Edit::Words(30), 3), apply(Edit::Words(30), 4));
    }

    #[test]
    fn edits_do_what_their_names_say() {
        assert_eq!(apply(Edit::Verbatim, 1), TEXT);
        let letters = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        assert_eq!(letters(&apply(Edit::Typography, 1)), letters(TEXT));
        let edited = apply(Edit::Words(30), 1);
        assert!(edited.starts_with("The ") && edited.ends_with("began."), "{edited}");
        assert!(edited.contains("lorry") || edited.contains("seven"), "{edited}");
        let mut order: Vec<String> =
            sentences(&apply(Edit::Reorder, 2)).iter().map(|s| (*s).to_owned()).collect();
        let mut own: Vec<String> = sentences(TEXT).iter().map(|s| (*s).to_owned()).collect();
        assert_ne!(order, own);
        order.sort();
        own.sort();
        assert_eq!(order, own);
        assert!(sentences(&apply(Edit::Drop(50), 1)).len() < sentences(TEXT).len());
        assert!(apply(Edit::Expand, 5).contains("it rained"));
    }

    #[test]
    fn a_text_without_words_stays() {
        let stock = Stock { words: &[], sentences: &[] };
        for edit in PASSAGES.into_iter().chain(DOCUMENTS) {
            assert_eq!(edit.apply("", stock, &mut Random::new(1, "x")), "", "{edit:?}");
        }
    }
}
