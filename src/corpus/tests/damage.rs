//! Damage costs what it hits: every other row is a document, or lies where a problem says.

use super::*;
use std::fmt::Write as _;

/// Rows of a file.
const ROWS: usize = 14;

/// Small numbers that look random.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// Dice of the long tests: others with each `WIRECOPY_SEED`.
    pub(super) fn of_seed(usual: u64) -> Self {
        let seed = std::env::var("WIRECOPY_SEED").ok().and_then(|seed| seed.parse().ok());
        Self(seed.unwrap_or(usual))
    }

    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// A file with numbered rows: its bytes, and of each row its range and its text.
fn table(name: &str, dice: &mut Dice) -> (String, Vec<(std::ops::Range<usize>, String)>) {
    let (mut file, mut rows) = (String::new(), Vec::new());
    match name {
        "a.csv" => file.push_str("id,outlet,text\n"),
        "a.tsv" => file.push_str("id\toutlet\ttext\n"),
        _ => {}
    }
    for n in 0..ROWS {
        let words = ["the ferry", "said, at noon,", "was late", "and no \"crew\" came"];
        let mut text = format!("row {n:03}:");
        for _ in 0..2 + dice.roll(4) {
            let _ = write!(text, " {}", words[dice.roll(words.len())]);
        }
        let start = file.len();
        match name {
            "a.csv" => {
                if dice.roll(3) == 0 {
                    text.push_str("\nA second paragraph, of more words");
                }
                let plain = !text.contains([',', '"', '\n']) && dice.roll(2) == 0;
                let field =
                    if plain { text.clone() } else { format!("\"{}\"", text.replace('"', "\"\"")) };
                let _ = writeln!(file, "{n},o{n},{field}");
            }
            "a.tsv" => {
                let _ = writeln!(file, "{n}\to{n}\t{text}");
            }
            _ => {
                let text = text.replace('"', "\\\"");
                let _ = writeln!(file, "{{\"id\":{n},\"outlet\":\"o{n}\",\"text\":\"{text}\"}}");
            }
        }
        rows.push((start..file.len(), text));
    }
    (file, rows)
}

/// Damages a file once inside a row; returns the range that is damaged and what it becomes.
fn damage(file: &str, dice: &mut Dice, first: usize) -> (std::ops::Range<usize>, &'static str) {
    let at = first + dice.roll(file.len() - first);
    let length = [0, 1, 1, 2, 9][dice.roll(5)].min(file.len() - at);
    let put = ["", "\"", ",", "\n", "\t", "x", "\"\"", "{", "\\"][dice.roll(9)];
    (at..at + length, put)
}

/// The lines that a problem names.
fn lines_of(problem: &Problem) -> Option<std::ops::RangeInclusive<u64>> {
    let first = problem.line?;
    let last = problem
        .cause
        .rsplit_once(&format!("lines {first} to "))
        .and_then(|(_, last)| last.split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok());
    Some(first..=last.unwrap_or(first))
}

/// Rows that vanish from `count` damaged files, each with its file.
fn vanished(count: usize, mut dice: Dice) -> Vec<String> {
    let mut lost = Vec::new();
    for n in 0..count {
        let name = ["a.csv", "a.tsv", "a.jsonl"][n % 3];
        let (file, rows) = table(name, &mut dice);
        let (hit, put) = damage(&file, &mut dice, rows[0].0.start);
        let damaged = format!("{}{put}{}", &file[..hit.start], &file[hit.end..]);
        let folder = Folder::new();
        let path = folder.add(name, &damaged);
        let (corpus, _) = open(&[&path], ReadOptions::default()).unwrap();
        let (mut texts, mut lines) = (Vec::new(), Vec::new());
        for block in corpus.blocks() {
            let batch = corpus.parse(block.unwrap());
            texts.extend(batch.documents.iter().map(|document| document.text.to_string()));
            lines.extend(batch.problems.iter().filter_map(lines_of));
        }
        for (range, text) in rows {
            let touched = range.start <= hit.end && hit.start <= range.end;
            if touched || texts.contains(&text) {
                continue;
            }
            let moved = |at: usize| if at >= hit.end { at + put.len() - hit.len() } else { at };
            let line = |at: usize| 1 + damaged[..at].matches('\n').count() as u64;
            let (from, to) = (line(moved(range.start)), line(moved(range.end - 1)));
            if !lines.iter().any(|named| *named.start() <= to && from <= *named.end()) {
                lost.push(format!("{text:?} of {damaged}"));
            }
        }
    }
    lost
}

#[test]
fn no_row_vanishes() {
    let lost = vanished(2_100, Dice(7));
    assert!(lost.is_empty(), "{} rows vanish, such as {}", lost.len(), lost[0]);
}

/// `just damage`: minutes.
#[test]
#[ignore = "takes minutes; `just damage` runs it"]
fn no_row_vanishes_from_many_files() {
    let lost = vanished(60_000, Dice::of_seed(7));
    let some = lost.get(..lost.len().min(60)).unwrap_or_default().join("\n\n");
    assert!(lost.is_empty(), "{} rows vanish, such as {some}", lost.len());
}
