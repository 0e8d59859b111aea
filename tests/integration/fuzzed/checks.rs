//! What must hold for any bytes: every reader accepts them, and every optimised path returns what
//! its plain twin returns.
//!
//! The fuzz targets in `fuzz/` run these with bytes that libFuzzer invents, the tests in this
//! folder with the inputs that were kept. This file therefore uses only the library and
//! `serde_json`.

use serde_json::{Map, Value};
use std::path::PathBuf;
use wirecopy::corpus::{Column, Corpus, Document, Encoding, Format, Meta, ReadOptions, Tally};
use wirecopy::detect::{ScanConfig, Scope, Silent, scan_documents};
use wirecopy::limits::Limits;
use wirecopy::shingle;
use wirecopy::text::{Token, Tokenizer, tokenize_plain};

/// Every kernel returns the tokens of the plain tokeniser, in order, on code point boundaries.
pub fn tokenize(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut plain: Vec<Token> = Vec::new();
    tokenize_plain(&text, |token| plain.push(token));
    let mut last = 0;
    for token in &plain {
        assert!(last <= token.start && token.start < token.end);
        assert!(text.get(token.start..token.end).is_some(), "not on a code point boundary");
        last = token.end;
    }
    for kernel in wirecopy::simd::Kernel::all() {
        let mut fast: Vec<Token> = Vec::new();
        Tokenizer::with_kernel(kernel).tokenize(&text, |token| fast.push(token));
        assert_eq!(plain, fast, "{kernel:?}");
    }
}

/// The shingles of a text are those of each window on its own, whatever surrounds it.
pub fn shingle(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let k = usize::from(first % 31) + 2;
    let (words, _) = rest.as_chunks::<4>();
    let tokens: Vec<u32> = words.iter().map(|&word| u32::from_le_bytes(word) & !2).collect();
    let mut found = Vec::new();
    shingle::shingles(&tokens, k, |at, hash| found.push((at, hash)));
    let mut expected = Vec::new();
    for at in 0..tokens.len() {
        let size = if tokens[at] & 1 == 1 { 2 * k } else { k };
        if at + size <= tokens.len() {
            let mut alone = Vec::new();
            shingle::shingles(&tokens[at..at + size], k, |at, hash| alone.push((at, hash)));
            expected.push((at, alone[0].1));
        }
    }
    assert_eq!(found, expected);
    let mut whole = Vec::new();
    let short = shingle::document_shingles(&tokens, k, &mut whole);
    assert_eq!(short, found.is_empty() && !tokens.is_empty());
    assert_eq!(whole.len(), found.len() + usize::from(short));
}

/// JSON Lines against a plain parser: the same documents, with the same texts.
pub fn jsonl(bytes: &[u8]) {
    // A file that starts like a list is read as one.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return;
    }
    // UTF-8 is named because the guess is another encoding when enough bytes are invalid.
    // The text is named because another name is read where the first records have no such column.
    let text = Column { name: "text".to_owned(), chosen: true };
    let encoding = Encoding::named("utf-8");
    let utf8 = ReadOptions { encoding, text, ..ReadOptions::default() };
    let Some(documents) = read("input.jsonl", bytes, utf8) else { return };
    let mut texts = documents.iter().map(|document| document.text.as_str());
    // A record that a general parser accepts and that has one text must come out unchanged.
    for line in bytes.split(|&byte| byte == b'\n') {
        let Ok(Value::Object(record)) = serde_json::from_slice(line) else { continue };
        let once = line.windows(6).filter(|w| w == b"\"text\"").count() == 1;
        if let Some(Value::String(text)) = record.get("text").filter(|_| once)
            && line.len() < 1000
            && strings_only(&record)
        {
            assert!(texts.any(|found| found == text), "lost: {text:?}");
        }
    }
}

/// Whether the columns that are read beside the text cannot make a record fail.
fn strings_only(record: &Map<String, Value>) -> bool {
    record.values().all(|value| matches!(value, Value::String(_)))
}

/// File names from which the first byte of an input picks one: every format and compression, and
/// names that leave the format to be sniffed.
pub const NAMES: [&str; 20] = [
    "input.jsonl.gz",
    "input.jsonl.zst",
    "input.jsonl.bz2",
    "input.txt",
    "input.txt.gz",
    "input.ndjson",
    "input.json",
    "input.csv",
    "input.tsv",
    "input.csv.zst",
    "input.html",
    "input.parquet",
    "input.warc",
    "input.warc.gz",
    "input",
    "input.dump",
    "input.json.bz2",
    "input.html.gz",
    "input.srt",
    "input.vtt",
];

/// Every reader accepts any bytes: it returns documents or an error, in bounded memory, and never
/// panics.
pub fn decode(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(first) % NAMES.len()];
    for document in read(name, rest, ReadOptions::default()).unwrap_or_default() {
        assert!(!document.id.is_empty());
    }
}

/// A crawl in ARC: any bytes are read or refused.
pub fn arc(bytes: &[u8]) {
    any("input.arc", bytes, None);
}

/// A Word document: any bytes are read or refused.
pub fn docx(bytes: &[u8]) {
    any("input.docx", bytes, None);
}

/// An RTF document: any bytes are read or refused.
pub fn rtf(bytes: &[u8]) {
    any("input.rtf", bytes, None);
}

/// Markdown with or without a front matter: any bytes are read or refused.
pub fn markdown(bytes: &[u8]) {
    any("input.md", bytes, None);
}

/// A text in a column that holds HTML: it is read as it is and as HTML.
pub fn markup(bytes: &[u8]) {
    let record = serde_json::json!({"text": String::from_utf8_lossy(bytes)}).to_string();
    for html_text in [false, true] {
        let options = ReadOptions { html_text, ..ReadOptions::default() };
        let found = read("input.jsonl", record.as_bytes(), options);
        assert!(found.is_none_or(|documents| documents.len() <= 1));
    }
}

/// A ZIP archive: any bytes are read or refused.
pub fn zip(bytes: &[u8]) {
    any("input.zip", bytes, None);
}

/// An Arrow file or stream: any bytes are read or refused.
pub fn arrow(bytes: &[u8]) {
    any("input.arrow", bytes, None);
}

/// Tables, whose first byte picks the separator: any bytes are read or refused.
pub fn tables(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let name = if first & 1 == 0 { "input.csv" } else { "input.tsv" };
    any(name, rest, None);
}

/// A date and an address: any text is a date or unknown.
pub fn dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let record = serde_json::json!({"text": "a", "date": text, "url": text});
    let found = read("input.jsonl", record.to_string().as_bytes(), ReadOptions::default());
    assert_eq!(found.map(|documents| documents.len()), Some(1));
}

/// A list inside an object, and columns inside groups: any bytes are read or refused.
pub fn envelope(bytes: &[u8]) {
    any("input.json", bytes, None);
    any("input.json", &[b"{\"hits\":{\"hits\":[", bytes, b"]}}"].concat(), None);
}

/// A page whose JSON-LD is any text: the page is read, whatever its script says.
pub fn json_ld(bytes: &[u8]) {
    let script = String::from_utf8_lossy(bytes);
    if script.contains(['<', '\0']) {
        return;
    }
    let prose = "The old pump house on Canal Row will open to visitors on Saturday, at noon. ";
    let page = format!(
        "<html><head><script type='application/ld+json'>{script}</script></head>\
         <body><article><h1>Pumps</h1><p>{}</p></article></body></html>",
        prose.repeat(4)
    );
    let found = read("input.html", page.as_bytes(), ReadOptions::default());
    assert_eq!(found.map(|documents| documents.len()), Some(1));
}

/// Pieces of pages that cost a parser much where there are many.
const PIECES: [&str; 16] = [
    "<p ",
    "<div ",
    "<b ",
    "<a ",
    "</p ",
    "</div ",
    "<table><tr ",
    "<form ",
    ">x",
    "/>",
    "</span>",
    "<svg ",
    "<font size=1>",
    "'",
    "<li ",
    "</b>",
];

/// Pages of many tags and attributes: a pair of bytes is a piece and how often it is written, or an
/// attribute. They are read or refused, in bounded time.
pub fn attributes(bytes: &[u8]) {
    let mut page = String::from("<html><body>");
    let (pairs, _) = bytes.as_chunks::<2>();
    for (place, &[what, times]) in pairs.iter().enumerate() {
        let times = usize::from(times);
        if let Some(piece) = PIECES.get(usize::from(what % 32)) {
            page.push_str(&piece.repeat(1 + times % 64));
        } else {
            let numbers = 0..=times * 4;
            page.extend(numbers.map(|number| format!("a{place}_{number}=1 ")));
        }
        if page.len() > 1 << 19 {
            break;
        }
    }
    any("input.html", page.as_bytes(), None);
}

/// Pages of a crawl, whose first byte picks how their bodies are encoded.
pub fn body(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let encodings = ["gzip", "br", "deflate", "zstd", "gzip, br", "", "zstd, deflate"];
    let encoding = encodings[usize::from(first) % encodings.len()];
    let chunked = if first & 0x80 == 0 { "" } else { "Transfer-Encoding: chunked\r\n" };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: {encoding}\r\n{chunked}\r\n"
    );
    let length = head.len() + rest.len();
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\n\
         Content-Length: {length}\r\n\r\n{head}"
    );
    any("input.warc", &[record.as_bytes(), rest, b"\r\n\r\n"].concat(), None);
}

/// Exports of news databases, whose first byte picks the layout.
pub fn exports(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let names = ["lexisnexis", "nexis", "factiva", "proquest"];
    any("input.txt", rest, Format::named(names[usize::from(first) % names.len()]));
}

fn any(name: &str, bytes: &[u8], format: Option<Format>) {
    let options = ReadOptions { format, ..ReadOptions::default() };
    for document in read(name, bytes, options).unwrap_or_default() {
        assert!(!document.id.is_empty());
    }
}

/// Limits small enough that a hostile file costs little, large enough to get past a file header.
fn limits() -> Limits {
    Limits { record_bytes: 1 << 20, expanded_bytes: 8 << 20, ..Limits::default() }
}

/// Reads `bytes` as a file called `name`, the way a user's file is read; `None` if the file as a
/// whole is refused.
///
/// Every document that comes out is checked: its text is what later stages index.
fn read(name: &str, bytes: &[u8], options: ReadOptions) -> Option<Vec<Document>> {
    let scratch = Scratch::new();
    let path = scratch.0.join(name);
    std::fs::write(&path, bytes).expect("the scratch folder is writable");
    let limits = limits();
    let options = ReadOptions { limits: limits.clone(), ..options };
    let inputs = [path.to_string_lossy().into_owned()];
    let (corpus, problems) = Corpus::open(&inputs, options).ok()?;
    let mut tally = Tally::default();
    tally.add_problems(&problems);
    let (mut documents, mut refused) = (Vec::new(), false);
    for block in corpus.blocks() {
        let mut batch = corpus.parse(block.ok()?);
        refused |= batch.problems.iter().any(|problem| problem.skipped && problem.line.is_none());
        tally.add(&batch);
        documents.append(&mut batch.documents);
    }
    assert_eq!(tally.documents(), documents.len() as u64, "the tally counts what comes out");
    assert!(documents.iter().all(|d| d.text.len() <= limits.record_bytes));
    // An error must come with a message.
    if let Err(error) = corpus.finish(&tally) {
        assert!(!error.to_string().is_empty());
    }
    (!refused).then_some(documents)
}

/// A folder for one thread, in memory where possible, removed on drop.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let base = PathBuf::from("/dev/shm");
        let base = if base.is_dir() { base } else { std::env::temp_dir() };
        let (process, thread) = (std::process::id(), std::thread::current().id());
        let folder = base.join(format!("wirecopy-fuzz-{process}-{thread:?}"));
        std::fs::create_dir_all(&folder).expect("a scratch folder can be made");
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A document number and a byte range.
type Place = (usize, usize, usize);

/// Least number of tokens of a passage.
const LEAST: usize = 8;

/// The passage engine against brute force: every long verbatim run is found, every count is
/// possible, and no place leaves its text.
pub fn chain(bytes: &[u8]) {
    let texts: Vec<Vec<u8>> = bytes
        .split(|&byte| byte == 0)
        .take(6)
        .map(|text| text.iter().copied().take(300).collect())
        .collect();
    let word = |byte: &u8| format!("word{byte}");
    let documents = texts.iter().enumerate().map(|(n, text)| Document {
        id: n.to_string(),
        text: text.iter().map(word).collect::<Vec<_>>().join(" ").into(),
        meta: Meta::default(),
    });
    let config = ScanConfig {
        min_tokens: u32::try_from(LEAST).unwrap_or(8),
        ngram_size: 3,
        scope: Scope::All,
        threads: 1,
        read: ReadOptions {
            limits: Limits { shingle_repeats: 1000, ..Limits::default() },
            ..ReadOptions::default()
        },
        ..ScanConfig::default()
    };
    let result = scan_documents(documents.collect(), Vec::new(), &config, &Silent)
        .expect("small texts are no reason to fail");
    for n in 0..result.pair_count() {
        let pair = result.pair(n);
        assert!(pair.matched <= pair.tokens && pair.identity <= 1.0);
        for side in [&pair.a, &pair.b] {
            assert_eq!(side.text.split(' ').count(), words(side.text), "cut inside a word");
        }
        if pair.a.id == pair.b.id {
            assert!(pair.a.end <= pair.b.start, "a repeat overlaps itself");
        }
    }
    // Families are complete; pairs that only repeat listed places are left to them.
    let mut places: Vec<Place> = Vec::new();
    for n in 0..result.family_count() {
        for member in result.family(n).members {
            let doc: usize = member.id.parse().expect("ids are numbers");
            places.push((doc, member.start, member.end));
        }
    }
    for run in runs(&texts) {
        run.check(&texts, &places);
    }
}

fn words(text: &str) -> usize {
    text.split(' ').filter(|word| word.starts_with("word")).count()
}

/// A run of equal words in two texts that cannot be extended to the left or right.
struct Run {
    a: (usize, usize),
    b: (usize, usize),
    len: usize,
}

/// All long verbatim runs between two texts, by comparing every pair of positions.
fn runs(texts: &[Vec<u8>]) -> Vec<Run> {
    let mut runs = Vec::new();
    for (x, a) in texts.iter().enumerate() {
        for (y, b) in texts.iter().enumerate().skip(x + 1) {
            for (i, j) in (0..a.len()).flat_map(|i| (0..b.len()).map(move |j| (i, j))) {
                if i > 0 && j > 0 && a[i - 1] == b[j - 1] {
                    continue;
                }
                let len = a[i..].iter().zip(&b[j..]).take_while(|(p, q)| p == q).count();
                if len >= LEAST {
                    runs.push(Run { a: (x, i), b: (y, j), len });
                }
            }
        }
    }
    runs
}

impl Run {
    /// Checks that on each side more than half of the run is inside places of families.
    fn check(&self, texts: &[Vec<u8>], places: &[Place]) {
        for (text, from) in [self.a, self.b] {
            let mut at: usize = texts[text][..from].iter().map(|byte| bytes_of(*byte)).sum();
            let mut held = 0;
            for byte in &texts[text][from..from + self.len] {
                let holds = |place: &&Place| place.0 == text && (place.1..place.2).contains(&at);
                held += usize::from(places.iter().find(holds).is_some());
                at += bytes_of(*byte);
            }
            assert!(2 * held > self.len, "run {:?} {:?} of {} lost", self.a, self.b, self.len);
        }
    }
}

/// Bytes of a word and the space after it.
fn bytes_of(byte: u8) -> usize {
    "word ".len() + byte.to_string().len()
}
