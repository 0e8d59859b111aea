//! The input of the benches: invented prose from a seed, or the documents of a file.
//!
//! Words are invented from the letters of a script and drawn as unevenly as in real text (a few
//! words often, most seldom), so that lengths, repeats and shared shingles are close to those of
//! news. `WIRECOPY_BENCH_FILE` names a file whose documents are used instead.

#![allow(dead_code, reason = "each bench uses its own part")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers drawn below small bounds"
)]
#![allow(clippy::panic, reason = "a measuring program")]

pub(crate) mod stages;

use std::sync::Arc;
use wirecopy::corpus::{Corpus, Document, Meta, ReadOptions};
use wirecopy::hash::mix;

/// Random numbers from a seed, the same on every machine.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mix(self.0) % bound.max(1) as u64) as usize
    }

    /// The rank of a word: the cube of a uniform draw, so that low ranks are frequent.
    fn rank(&mut self, words: usize) -> usize {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((share * share * share) * words as f64) as usize
    }
}

/// A script to write in: its name, its letters, and whether spaces separate its words.
pub(crate) struct Script {
    pub(crate) name: &'static str,
    first: u32,
    letters: u32,
    spaced: bool,
}

/// Scripts that take different paths through the tokeniser.
pub(crate) const SCRIPTS: [Script; 11] = [
    Script { name: "english", first: 0x61, letters: 26, spaced: true },
    Script { name: "latin_accents", first: 0xe0, letters: 22, spaced: true },
    Script { name: "greek", first: 0x3b1, letters: 17, spaced: true },
    Script { name: "cyrillic", first: 0x430, letters: 32, spaced: true },
    Script { name: "hebrew", first: 0x5d0, letters: 26, spaced: true },
    Script { name: "arabic", first: 0x628, letters: 19, spaced: true },
    Script { name: "devanagari", first: 0x915, letters: 36, spaced: true },
    Script { name: "thai", first: 0xe01, letters: 44, spaced: false },
    Script { name: "hangul", first: 0xac00, letters: 11_000, spaced: true },
    Script { name: "kana", first: 0x3042, letters: 80, spaced: false },
    Script { name: "han", first: 0x4e00, letters: 6_000, spaced: false },
];

/// Words of a script.
pub(crate) struct Words {
    words: Vec<String>,
    spaced: bool,
}

impl Words {
    pub(crate) fn new(script: &Script, draw: &mut Draw) -> Self {
        let count = 20_000;
        let letter = |draw: &mut Draw| {
            let number = script.first + draw.below(script.letters as usize) as u32;
            char::from_u32(number).unwrap_or('x')
        };
        // Frequent words are short, as in every natural language.
        let word = |n: usize, draw: &mut Draw| {
            let length = 2 + draw.below(3 + n * 8 / count);
            let mut word: String = (0..length).map(|_| letter(draw)).collect();
            if script.name == "latin_accents" {
                word = word.chars().zip("etaoinshr".chars().cycle()).flat_map(both).collect();
            }
            word
        };
        let words = (0..count).map(|n| word(n, draw)).collect();
        Self { words, spaced: script.spaced }
    }

    /// A text of about `tokens` words in sentences and paragraphs.
    pub(crate) fn text(&self, tokens: usize, draw: &mut Draw) -> String {
        let chosen: Vec<&str> = (0..tokens).map(|_| self.word(draw)).collect();
        self.join(&chosen, draw)
    }

    pub(crate) fn word(&self, draw: &mut Draw) -> &str {
        &self.words[draw.rank(self.words.len())]
    }

    fn join(&self, words: &[&str], draw: &mut Draw) -> String {
        let mut text = String::new();
        let mut left = 0;
        for (n, word) in words.iter().enumerate() {
            let begins = left == 0;
            if begins {
                left = 6 + draw.below(24);
            }
            left -= 1;
            let mut letters = word.chars();
            match letters.next() {
                Some(first) if begins => text.extend(first.to_uppercase()),
                Some(first) => text.push(first),
                None => {}
            }
            text.push_str(letters.as_str());
            let last = n + 1 == words.len();
            text.push_str(match (left, draw.below(40)) {
                (0, 0..8) => ".\n\n",
                _ if last => ".",
                (0, _) if self.spaced => ". ",
                (0, _) => "\u{3002}",
                (_, 0) => "\u{2019}s ",
                (_, 1..3) => ", ",
                _ if self.spaced => " ",
                _ => "",
            });
        }
        text
    }
}

fn both((a, b): (char, char)) -> [char; 2] {
    [b, a]
}

/// News of several outlets: some articles contain a passage of another, verbatim or reworded, and
/// one in twenty is an edited copy of an earlier one.
pub(crate) fn news(count: usize, tokens: usize, seed: u64) -> Vec<Document> {
    let mut draw = Draw::new(seed);
    let words = Words::new(&SCRIPTS[0], &mut draw);
    let mut all: Vec<Vec<&str>> = Vec::new();
    for n in 0..count {
        let length = tokens / 2 + draw.below(tokens);
        let mut article: Vec<&str> = (0..length).map(|_| words.word(&mut draw)).collect();
        if n > 0 && draw.below(20) == 0 {
            article = edited(&all[draw.below(n)], 25, &words, &mut draw);
        } else if n > 0 && draw.below(3) == 0 {
            let other = &all[draw.below(n)];
            let start = draw.below(other.len());
            let passage = &other[start..other.len().min(start + 20 + draw.below(80))];
            let one_in = if draw.below(2) == 0 { 0 } else { 9 };
            let passage = edited(passage, one_in, &words, &mut draw);
            let at = draw.below(article.len());
            article.splice(at..at, passage);
        }
        all.push(article);
    }
    let document = |(n, article): (usize, &Vec<&str>)| Document {
        id: format!("article-{n}"),
        text: words.join(article, &mut draw).into(),
        meta: Meta { outlet: Some(Arc::from(format!("outlet-{}", n % 40))), ..Meta::default() },
    };
    all.iter().enumerate().map(document).collect()
}

/// The words with one in so many replaced (none if that is 0).
fn edited<'a>(from: &[&'a str], one_in: usize, words: &'a Words, draw: &mut Draw) -> Vec<&'a str> {
    let mut copy = from.to_vec();
    for word in &mut copy {
        if one_in > 0 && draw.below(one_in) == 0 {
            *word = words.word(draw);
        }
    }
    copy
}

/// The documents of `WIRECOPY_BENCH_FILE`, or none.
pub(crate) fn documents_of_file() -> Option<Vec<Document>> {
    let path = std::env::var("WIRECOPY_BENCH_FILE").ok()?;
    let (corpus, _) = Corpus::open(std::slice::from_ref(&path), ReadOptions::default())
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    let batch = |block| match block {
        Ok(block) => corpus.parse(block).documents,
        Err(error) => panic!("{path}: {error}"),
    };
    Some(corpus.blocks().flat_map(batch).collect())
}

/// Documents as JSON Lines.
pub(crate) fn json_lines(documents: &[Document]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for document in documents {
        let record = serde_json::json!({
            "id": document.id,
            "outlet": document.meta.outlet.as_deref(),
            "text": document.text.as_str(),
        });
        bytes.extend_from_slice(record.to_string().as_bytes());
        bytes.push(b'\n');
    }
    bytes
}
