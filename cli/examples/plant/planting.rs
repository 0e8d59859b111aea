//! Passages, copies, chains, viral passages and furniture, put into real documents.

use crate::edit::{self, Edit, Stock, sentences};
use crate::random::Random;
use crate::truth::{Corpus, Document, Pair, Passage, Place};
use wirecopy::corpus;

/// The documents that a corpus is built from.
#[derive(Debug)]
pub(crate) struct Source {
    /// Sorted by id.
    pub(crate) documents: Vec<Document>,
    /// Words with the frequencies of the corpus.
    pub(crate) words: Vec<String>,
    /// Seed of the run.
    pub(crate) seed: u64,
}

/// Number of words kept to draw from.
const STOCK: usize = 100_000;
/// Lengths of passages in words.
const LENGTHS: [(usize, usize); 4] = [(10, 20), (20, 50), (50, 100), (100, 300)];

impl Source {
    /// Builds the source from documents.
    pub(crate) fn new(documents: Vec<corpus::Document>, seed: u64) -> Self {
        let own = |d: corpus::Document| Document {
            id: d.id,
            text: d.text.into_string(),
            outlet: d.meta.outlet.map(|outlet| outlet.as_ref().to_owned()),
            date: d.meta.date.map(|date| date.text.clone()),
        };
        let documents: Vec<Document> = documents.into_iter().map(own).collect();
        let mut words: Vec<String> = Vec::new();
        let mut random = Random::new(seed, "words");
        for _ in 0..STOCK {
            let Some(document) = random.choose(&documents) else { break };
            let all: Vec<&str> = document.text.split_whitespace().collect();
            words.extend(random.choose(&all).map(|word| (*word).to_owned()));
        }
        Self { documents, words, seed }
    }

    fn random(&self, name: &str) -> Random {
        Random::new(self.seed, name)
    }

    fn stock(&self) -> Stock<'_> {
        Stock { words: &self.words, sentences: &[] }
    }

    /// A copy of a document under another id.
    fn copy(&self, of: &Document, name: &str, edit: Edit) -> Document {
        let id = format!("{}~{name}", of.id);
        let mut random = self.random(&id);
        let other = random.choose(&self.documents).map_or("", |d| d.text.as_str());
        let others = sentences(other);
        let stock = Stock { sentences: &others, ..self.stock() };
        let text = edit.apply(&of.text, stock, &mut random);
        Document { id, text, ..of.clone() }
    }
}

/// Words of a text with their byte ranges.
fn word_places(text: &str) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                places.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    places
}

/// Places where a text may be inserted into another: after sentences.
fn seams(text: &str) -> Vec<usize> {
    let base = text.as_ptr() as usize;
    sentences(text).iter().map(|s| s.as_ptr() as usize - base + s.len()).collect()
}

/// A passage of so many words at a random place in a text.
fn cut(
    text: &str,
    (low, high): (usize, usize),
    random: &mut Random,
) -> Option<(usize, usize, usize)> {
    let words = word_places(text);
    let want = random.between(low, high);
    let last = words.len().checked_sub(want)?;
    let first = random.below(last + 1);
    Some((words[first].0, words[first + want - 1].1, want))
}

/// Inserts `passage` into a text after a sentence, sometimes as a quotation; returns the new text
/// and the place of the passage.
fn insert(text: &str, passage: &str, random: &mut Random) -> (String, usize, usize) {
    let at = random.choose(&seams(text)).copied().unwrap_or(text.len());
    let (open, close) =
        [("\n", "\n"), (" ", " "), ("\n\u{201c}", "\u{201d}\n"), ("\nIn full:\n", "\n")]
            [random.below(4)];
    let start = at + open.len();
    let text = format!("{}{open}{passage}{close}{}", &text[..at], &text[at..]);
    (text, start, start + passage.len())
}

/// Passages copied between documents, at most one into each.
pub(crate) fn passages(source: &Source, each: usize) -> Corpus {
    let mut random = source.random("passages");
    let mut order: Vec<usize> = (0..source.documents.len()).collect();
    random.shuffle(&mut order);
    // Half of the documents are sources and stay unchanged; half receive one passage each.
    let (givers, takers) = order.split_at(order.len() / 2);
    let mut made = Corpus { documents: source.documents.clone(), ..Corpus::default() };
    let mut takers = takers.iter();
    for case in 0..each {
        for (length, edit) in LENGTHS.iter().flat_map(|l| edit::PASSAGES.map(|e| (*l, e))) {
            let Some(&taker) = takers.next() else { return made };
            let mut random = source.random(&format!("{case} {length:?} {}", edit.name()));
            plant(source, &mut made, (givers, taker), (length, edit), &mut random);
        }
    }
    made
}

fn plant(
    source: &Source,
    made: &mut Corpus,
    (givers, taker): (&[usize], usize),
    (length, edit): ((usize, usize), Edit),
    random: &mut Random,
) {
    // A source may be too short, so several are tried.
    for _ in 0..50 {
        let Some(&giver) = random.choose(givers) else { return };
        let from = &source.documents[giver];
        let Some((start, end, tokens)) = cut(&from.text, length, random) else { continue };
        let passage = edit.apply(&from.text[start..end], source.stock(), random);
        let (text, at, after) = insert(&made.documents[taker].text, &passage, random);
        made.documents[taker].text = text;
        made.passages.push(Passage {
            a: Place { id: from.id.clone(), start, end },
            b: Place { id: made.documents[taker].id.clone(), start: at, end: after },
            kind: edit.name(),
            tokens,
            note: format!("t{}_{}", length.0, length.1),
        });
        return;
    }
}

/// Edited copies of whole documents.
pub(crate) fn copies(source: &Source, each: usize) -> Corpus {
    let mut made = Corpus { documents: source.documents.clone(), ..Corpus::default() };
    let mut order: Vec<usize> = (0..source.documents.len()).collect();
    source.random("copies").shuffle(&mut order);
    for (n, &of) in order.iter().take(each * edit::DOCUMENTS.len()).enumerate() {
        let edit = edit::DOCUMENTS[n % edit::DOCUMENTS.len()];
        let original = &source.documents[of];
        let copy = source.copy(original, &edit.name(), edit);
        made.clusters.insert(original.id.clone(), original.id.clone());
        made.clusters.insert(copy.id.clone(), original.id.clone());
        made.pairs.push(Pair { a: original.id.clone(), b: copy.id.clone(), edit: edit.name() });
        made.documents.push(copy);
    }
    made
}

/// Links of a chain.
const LINKS: usize = 8;

/// Chains: each document is an edited copy of the one before. Neighbours are similar, the ends are
/// not; the table lists the similarity of every two links.
pub(crate) fn chains(source: &Source, count: usize) -> Corpus {
    let mut made = Corpus { documents: source.documents.clone(), ..Corpus::default() };
    let mut order: Vec<usize> = (0..source.documents.len()).collect();
    source.random("chains").shuffle(&mut order);
    for &of in order.iter().take(count) {
        let first = source.documents[of].clone();
        let mut chain = vec![first.clone()];
        for link in 1..=LINKS {
            let last = chain.last().unwrap_or(&first).clone();
            let mut copy = source.copy(&last, "x", Edit::Words(3));
            copy.id = format!("{}~link{link}", first.id);
            chain.push(copy);
        }
        for (n, a) in chain.iter().enumerate() {
            for b in &chain[n + 1..] {
                made.pairs.push(Pair {
                    a: a.id.clone(),
                    b: b.id.clone(),
                    edit: "chain".to_owned(),
                });
            }
        }
        made.documents.extend(chain.drain(1..));
    }
    made
}

/// Passages with 2, 4, 8, ... up to `most` holders.
pub(crate) fn viral(source: &Source, most: usize) -> Corpus {
    let mut made = Corpus { documents: source.documents.clone(), ..Corpus::default() };
    let mut order: Vec<usize> = (0..source.documents.len()).collect();
    source.random("viral").shuffle(&mut order);
    let (givers, takers) = order.split_at(order.len() / 4);
    let mut takers = takers.iter();
    let sizes = std::iter::successors(Some(2), |n| (n * 2 <= most).then_some(n * 2));
    for (n, size) in sizes.enumerate() {
        let mut random = source.random(&format!("viral {n}"));
        let Some(&giver) = givers.get(n) else { break };
        let from = &source.documents[giver];
        let Some((start, end, tokens)) = cut(&from.text, (30, 60), &mut random) else { continue };
        let mut places = vec![Place { id: from.id.clone(), start, end }];
        for &taker in takers.by_ref().take(size - 1) {
            let document = &mut made.documents[taker];
            let (text, at, after) = insert(&document.text, &from.text[start..end], &mut random);
            document.text = text;
            places.push(Place { id: document.id.clone(), start: at, end: after });
        }
        for place in &places[1..] {
            made.passages.push(Passage {
                a: places[0].clone(),
                b: place.clone(),
                kind: "verbatim".to_owned(),
                tokens,
                note: format!("viral{size}"),
            });
        }
        made.families.push(places);
    }
    made
}

/// A block of furniture for each outlet, at the end of each of its documents.
pub(crate) fn boilerplate(source: &Source) -> Corpus {
    let mut made = Corpus { documents: source.documents.clone(), ..Corpus::default() };
    let mut last: std::collections::BTreeMap<String, Place> = std::collections::BTreeMap::new();
    for document in &mut made.documents {
        let Some(outlet) = document.outlet.clone() else { continue };
        let mut random = source.random(&format!("furniture {outlet}"));
        let words: Vec<&str> =
            (0..40).filter_map(|_| random.choose(&source.words).map(String::as_str)).collect();
        let block = words.join(" ");
        let start = document.text.len() + 2;
        document.text = format!("{}\n\n{block}\n", document.text);
        let place = Place { id: document.id.clone(), start, end: start + block.len() };
        if let Some(before) = last.insert(outlet, place.clone()) {
            let (kind, note) = ("boilerplate".to_owned(), "tail".to_owned());
            made.passages.push(Passage { a: before, b: place, kind, tokens: words.len(), note });
        }
    }
    made
}

/// For speed: all documents and copies of some of them, shuffled. Of those copied the first has
/// `size` copies, the next half as many, and so on down to one; then the series repeats.
pub(crate) fn mix(source: &Source, size: usize) -> Corpus {
    const EDITS: [Edit; 4] = [Edit::Verbatim, Edit::Typography, Edit::Words(2), Edit::Drop(10)];
    let mut random = source.random("mix");
    let mut made = Corpus { documents: source.documents.clone(), ..Corpus::default() };
    for (original, copies) in copied(source, size) {
        for n in 0..copies {
            let edit = EDITS[random.below(EDITS.len())];
            let copy = source.copy(original, &format!("{n}"), edit);
            made.pairs.push(Pair { a: original.id.clone(), b: copy.id.clone(), edit: edit.name() });
            made.clusters.insert(original.id.clone(), original.id.clone());
            made.clusters.insert(copy.id.clone(), original.id.clone());
            made.documents.push(copy);
        }
    }
    random.shuffle(&mut made.documents);
    made
}

/// The documents that [`mix`] copies, each with the number of its copies: `size`, a half, a quarter
/// and so on down to one, repeatedly.
fn copied(source: &Source, size: usize) -> impl Iterator<Item = (&Document, usize)> {
    let counts = std::iter::successors(Some(size), move |&copies| {
        Some(if copies > 1 { copies / 2 } else { size })
    });
    source.documents.iter().step_by(3).zip(counts)
}

/// The approximate number of bytes that [`mix`] adds.
pub(crate) fn mix_bytes(source: &Source, size: usize) -> u64 {
    copied(source, size)
        .map(|(original, copies)| (original.text.len() as u64).saturating_mul(copies as u64))
        .fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shingles::{compare, shingles};

    /// A small corpus of invented words with sentences and paragraphs.
    fn source(seed: u64) -> Source {
        let mut random = Random::new(9, "corpus");
        let word = |random: &mut Random| {
            let n = random.below(900).min(random.below(900));
            format!("w{n}\u{fc}")
        };
        let documents = (0..160).map(|n| {
            let sentence = |random: &mut Random| {
                let words: Vec<String> = (0..12).map(|_| word(random)).collect();
                format!("{}.", words.join(" "))
            };
            let text: Vec<String> = (0..30).map(|_| sentence(&mut random)).collect();
            let meta = corpus::Meta {
                outlet: Some(format!("o{}", n % 5).as_str().into()),
                ..corpus::Meta::default()
            };
            corpus::Document { id: format!("d{n:03}"), text: text.join(" ").into(), meta }
        });
        Source::new(documents.collect(), seed)
    }

    fn text<'a>(made: &'a Corpus, place: &Place) -> &'a str {
        let document = made.documents.iter().find(|d| d.id == place.id).unwrap();
        &document.text[place.start..place.end]
    }

    #[test]
    fn every_place_of_the_truth_cuts_what_was_planted() {
        let made = passages(&source(1), 2);
        assert_eq!(made.passages.len(), 2 * 36);
        for passage in &made.passages {
            let (a, b) = (text(&made, &passage.a), text(&made, &passage.b));
            assert_eq!(a.split_whitespace().count(), passage.tokens);
            if passage.kind == "verbatim" {
                assert_eq!(a, b);
            }
            assert_eq!(b, b.trim());
        }
        let viral = viral(&source(1), 64);
        assert_eq!(viral.families.iter().map(Vec::len).collect::<Vec<_>>(), [2, 4, 8, 16, 32, 64]);
        for family in &viral.families {
            assert!(family.iter().all(|p| text(&viral, p) == text(&viral, &family[0])));
        }
        let furniture = boilerplate(&source(1));
        assert_eq!(furniture.passages.len(), 160 - 5);
        assert!(
            furniture.passages.iter().all(|p| text(&furniture, &p.a) == text(&furniture, &p.b))
        );
    }

    #[test]
    fn offsets_in_the_table_agree() {
        let made = passages(&source(1), 1);
        let files = made.files();
        let table =
            String::from_utf8(files.iter().find(|f| f.0 == "passages.tsv").unwrap().1.clone())
                .unwrap();
        for (row, passage) in table.lines().skip(1).zip(&made.passages) {
            let cells: Vec<&str> = row.split('\t').collect();
            let number = |n: usize| cells[n].parse::<usize>().unwrap();
            let document = made.documents.iter().find(|d| d.id == passage.b.id).unwrap();
            let cut: String =
                document.text.chars().skip(number(10)).take(number(11) - number(10)).collect();
            assert_eq!(cut, document.text[number(6)..number(7)]);
        }
    }

    #[test]
    fn chains_are_alike_link_by_link_and_not_at_the_ends() {
        let made = chains(&source(1), 3);
        let jaccard = |a: &str, b: &str| {
            let set =
                |id: &str| shingles(&made.documents.iter().find(|d| d.id == id).unwrap().text);
            compare(&set(a), &set(b)).0
        };
        let first = &made.pairs[0].a;
        assert!(jaccard(first, &format!("{first}~link1")) > 0.6);
        assert!(jaccard(first, &format!("{first}~link8")) < 0.5);
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let bytes = |seed| mix(&source(seed), 8).files();
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
        let copies = copies(&source(1), 2);
        assert_eq!((copies.pairs.len(), copies.documents.len()), (20, 180));
    }
}
