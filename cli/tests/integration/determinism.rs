//! The output has the same bytes for any number of threads and any order of the input.

use crate::util::{Dir, count_of, text_of};
use serde_json::json;
use std::collections::BTreeSet;

/// A small random number generator (`SplitMix64`), so that the corpus is the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        wirecopy::hash::mix(self.0)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// An invented word. A few words are frequent and most are rare, as in real text.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = [
            "ba", "den", "fi", "gor", "hal", "jun", "ka", "lem", "mo", "nur", "os", "pel", "ri",
            "sto", "tav", "ün",
        ];
        let mut rank = self.below(6000).min(self.below(6000)).min(self.below(6000)) + 16;
        let mut word = String::new();
        while rank > 0 {
            word += SYLLABLES[rank % 16];
            rank /= 16;
        }
        word
    }

    pub(crate) fn words(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.word()).collect()
    }

    /// The words with about one of `each` replaced, dropped or followed by another.
    fn edit(&mut self, words: &[String], each: usize) -> Vec<String> {
        let mut out = Vec::new();
        for word in words {
            match self.below(each * 3) {
                0 => out.push(self.word()),
                1 => {}
                2 => out.extend([word.clone(), self.word()]),
                _ => out.push(word.clone()),
            }
        }
        out
    }
}

/// JSON Lines of invented documents: passages of 20 to 90 words in 2 to 9 documents with edits,
/// one in 120 documents, one line at the foot of every document of an outlet.
pub(crate) fn corpus(documents: usize) -> Vec<String> {
    let mut random = Random::new(2);
    let mut texts: Vec<Vec<String>> =
        (0..documents).map(|_| (0..8).map(|_| random.words(24).join(" ")).collect()).collect();
    for _ in 0..documents / 4 {
        let size = 20 + random.below(70);
        let passage = random.words(size);
        for _ in 0..2 + random.below(8) {
            let copy = random.edit(&passage, 12).join(" ");
            let (document, place) = (random.below(documents), random.below(8));
            texts[document].insert(place, copy);
        }
    }
    let viral = random.words(40);
    for text in texts.iter_mut().take(120.min(documents)) {
        let copy = random.edit(&viral, 40).join(" ");
        text.insert(random.below(8), copy);
    }
    let foot = random.words(20).join(" ");
    let lines = texts.into_iter().enumerate().map(|(n, mut text)| {
        if n % 12 == 5 {
            text.push(foot.clone());
        }
        json!({
            "id": format!("doc-{n:04}"),
            "outlet": format!("outlet-{}", n % 12),
            "date": format!("2020-{:02}-{:02}", 1 + n % 12, 1 + n % 28),
            "text": text.join(".\n\n"),
        })
        .to_string()
            + "\n"
    });
    lines.collect()
}

/// Pairs and families of one run.
fn scan(dir: &Dir, inputs: &[&str], more: &[&str]) -> (Vec<u8>, Vec<u8>) {
    let out = ["--format", "jsonl", "-o", "pairs.jsonl", "--families", "families.jsonl"];
    dir.command(&["scan"]).args(inputs).args(&out).args(more).run().expect(0);
    (dir.read("pairs.jsonl"), dir.read("families.jsonl"))
}

#[test]
fn threads_do_not_change_the_result() {
    let dir = Dir::new();
    dir.create("docs.jsonl", corpus(400).concat());
    for scope in ["auto", "all"] {
        let one = scan(&dir, &["docs.jsonl"], &["--scope", scope, "--threads", "1"]);
        assert!(one.0.len() > 100_000, "the corpus has many pairs: {} bytes", one.0.len());
        for threads in ["2", "3", "8"] {
            let other = scan(&dir, &["docs.jsonl"], &["--scope", scope, "--threads", threads]);
            assert!(one == other, "--scope {scope}: 1 and {threads} threads differ");
        }
    }
}

#[test]
fn ten_runs_are_one_result() {
    let dir = Dir::new();
    dir.create("docs.jsonl", corpus(150).concat());
    let first = scan(&dir, &["docs.jsonl"], &["--scope", "all"]);
    for run in 1..10 {
        assert!(scan(&dir, &["docs.jsonl"], &["--scope", "all"]) == first, "run {run} differs");
    }
}

#[test]
fn order_of_the_input_does_not_change_the_result() {
    let dir = Dir::new();
    let mut lines = corpus(400);
    dir.create("sorted.jsonl", lines.concat());
    let sorted = scan(&dir, &["sorted.jsonl"], &["--scope", "all"]);
    for round in 0..3 {
        Random::new(round).shuffle(&mut lines);
        dir.create("shuffled.jsonl", lines.concat());
        let shuffled = scan(&dir, &["shuffled.jsonl"], &["--scope", "all"]);
        assert!(sorted == shuffled, "shuffle {round} differs");
    }
    for (part, lines) in lines.chunks(150).enumerate() {
        dir.create(&format!("part-{part}.jsonl"), lines.concat());
    }
    let parts = scan(&dir, &["part-2.jsonl", "part-0.jsonl", "part-1.jsonl"], &["--scope", "all"]);
    assert!(sorted == parts, "three files differ from one");
}

#[test]
fn terminal_view_does_not_depend_on_threads() {
    let dir = Dir::new();
    dir.create("docs.jsonl", corpus(150).concat());
    let view = |threads| {
        let run = dir.command(&["scan", "docs.jsonl", "--format", "text", "--threads", threads]);
        run.run().expect(0).stdout
    };
    assert!(view("1") == view("3"), "the views differ");
}

#[test]
fn viral_passage_is_one_family() {
    let dir = Dir::new();
    dir.create("docs.jsonl", corpus(400).concat());
    scan(&dir, &["docs.jsonl"], &["--scope", "all"]);
    let families = dir.records("families.jsonl");
    let largest = families.iter().max_by_key(|f| count_of(f, "size")).unwrap();
    let members = largest["members"].as_array().unwrap();
    let ids: BTreeSet<&str> = members.iter().map(|m| text_of(m, "id")).collect();
    let missing = (0..120).filter(|n| !ids.contains(format!("doc-{n:04}").as_str())).count();
    assert_eq!(missing, 0, "of 120 documents with the passage, outside its family");
}

#[test]
fn cuts_do_not_depend_on_threads_or_memory() {
    let dir = Dir::new();
    dir.create("docs.jsonl", corpus(150).concat());
    let cut = |more: &[&str]| {
        let run = ["dedup", "docs.jsonl", "-o", "out", "--passages", "--min-tokens", "20"];
        dir.command(&run).args(&["--force", "--quiet"]).args(more).run().expect(0);
        (dir.read("out/kept.jsonl"), dir.read("out/removed.jsonl"))
    };
    let one = cut(&["--threads", "1"]);
    assert!(one.1.len() > 10_000, "{} bytes", one.1.len());
    for more in [&["--threads", "3"][..], &["--threads", "2", "--memory", "64KiB"]] {
        assert!(cut(more) == one, "{more:?}");
    }
}
