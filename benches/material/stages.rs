//! Every stage as a repeatable piece of work: the one list that all benches run.

#![allow(clippy::unwrap_used, reason = "a measuring program over its own texts")]

use super::{Draw, SCRIPTS, Script, Words, documents_of_file, json_lines, news};
use std::convert::Infallible;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use wirecopy::corpus::{Corpus, Document, Meta, ReadOptions};
use wirecopy::detect::{ScanConfig, ScanResult, Silent, scan_documents};
use wirecopy::limits::Limits;
use wirecopy::lsh::{Lsh, band_keys};
use wirecopy::output::packed::{Packed, Packing};
use wirecopy::output::{Wanted as WantedOutput, html, jsonl};
use wirecopy::passage::{Families, Passage, Role, Seeds, Settings, Shard, passages};
use wirecopy::shingle::Shingler;
use wirecopy::simd::Kernel;
use wirecopy::sketch::{Banding, Signature, Sketcher, Wanted};
use wirecopy::text::Tokenizer;
use wirecopy::{shingle, verify};

/// Repeatable work, and the bytes of text that it processes.
pub(crate) struct Work {
    pub(crate) bytes: usize,
    pub(crate) run: Box<dyn FnMut()>,
}

/// How much input to measure on, and with which kernel.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) kernel: Kernel,
    /// Number of articles of about five kilobytes each.
    pub(crate) articles: usize,
}

/// Prepares the work of a stage.
pub(crate) type Make = Box<dyn Fn(Setting) -> Work>;

/// A stage, named `stage/case`, with its work.
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) make: Make,
}

/// All stages, in the order of the data flow.
pub(crate) fn all() -> Vec<Stage> {
    let mut stages = Vec::new();
    let mut add = |name: &str, make: Make| stages.push(Stage { name: name.to_owned(), make });
    for script in &SCRIPTS {
        add(&format!("tokenise/{}", script.name), Box::new(move |s| tokenise(script, s)));
    }
    add("shingle/words5", Box::new(shingles));
    for (name, tokens) in [("short", 100), ("article", 900), ("long", 6_000)] {
        add(&format!("sketch/{name}"), Box::new(move |s| sketch(tokens, s)));
    }
    add("band/keys", Box::new(keys));
    add("band/candidates", Box::new(candidates));
    add("verify/set", Box::new(sets));
    add("verify/overlap", Box::new(overlaps));
    add("verify/incidence", Box::new(incidences));
    add("seed/find", Box::new(seed));
    add("seed/match", Box::new(matches));
    add("chain/verbatim", Box::new(|s| align(false, s)));
    add("align/edited", Box::new(|s| align(true, s)));
    add("family/gather", Box::new(family));
    for suffix in ["jsonl", "jsonl.gz", "jsonl.zst", "jsonl.bz2", "json", "csv", "tsv"] {
        add(&format!("read/{suffix}"), Box::new(move |s| read_file(suffix, s)));
    }
    add("read/text_dir", Box::new(read_folder));
    add("write/pairs_jsonl", Box::new(write_pairs));
    add("write/families_jsonl", Box::new(write_families));
    add("write/html", Box::new(write_html));
    for packing in [Packing::Gzip, Packing::Zstd, Packing::Bzip2] {
        let name = packing.suffix().trim_start_matches('.');
        add(&format!("write/{name}"), Box::new(move |s| write_packed(packing, s)));
    }
    stages
}

/// The documents to measure on: those of the file if one is named, else invented news.
fn documents(setting: Setting) -> Vec<Document> {
    documents_of_file().unwrap_or_else(|| news(setting.articles, 900, 7))
}

fn bytes_of(documents: &[Document]) -> usize {
    documents.iter().map(|document| document.text.len()).sum()
}

fn tokens_of(text: &str) -> Vec<u32> {
    let mut tokens = Vec::new();
    Tokenizer::default().compact_tokens(text, &mut tokens);
    tokens
}

/// The shingles of each document.
fn shingles_of(documents: &[Document]) -> Vec<Vec<u64>> {
    let mut shingler = Shingler::default();
    documents.iter().map(|document| shingler.shingles(&document.text).to_vec()).collect()
}

fn tokenise(script: &'static Script, setting: Setting) -> Work {
    let mut draw = Draw::new(1);
    let texts: Vec<String> = match documents_of_file() {
        Some(documents) if script.name == "english" => {
            documents.into_iter().map(|document| document.text.into_string()).collect()
        }
        _ => {
            let words = Words::new(script, &mut draw);
            (0..setting.articles).map(|_| words.text(900, &mut draw)).collect()
        }
    };
    let mut tokenizer = Tokenizer::with_kernel(setting.kernel);
    let bytes = texts.iter().map(String::len).sum();
    let run = move || {
        let mut sum = 0;
        for text in &texts {
            tokenizer.tokenize(text, |token| sum ^= token.hash);
        }
        black_box(sum);
    };
    Work { bytes, run: Box::new(run) }
}

fn shingles(setting: Setting) -> Work {
    let documents = documents(setting);
    let tokens: Vec<Vec<u32>> = documents.iter().map(|d| tokens_of(&d.text)).collect();
    let run = move || {
        let mut sum = 0;
        for tokens in &tokens {
            shingle::shingles(tokens, 5, |_, hash| sum ^= hash);
        }
        black_box(sum);
    };
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

fn sketch(tokens: usize, setting: Setting) -> Work {
    let mut draw = Draw::new(2);
    let words = Words::new(&SCRIPTS[0], &mut draw);
    let count = (setting.articles * 900 / tokens).max(1);
    let mut bytes = 0;
    let (mut shingler, mut texts) = (Shingler::default(), Vec::new());
    for _ in 0..count {
        let text = words.text(tokens, &mut draw);
        bytes += text.len();
        texts.push(shingler.shingles(&text).to_vec());
    }
    let mut sketcher = Sketcher::with_kernel(128, setting.kernel).unwrap();
    let mut lanes = vec![0; 128];
    let run = move || {
        for hashes in &texts {
            sketcher.sketch_into(hashes, &mut lanes);
            black_box(&lanes);
        }
    };
    Work { bytes, run: Box::new(run) }
}

fn banding() -> Banding {
    Banding::choose(0.7, Wanted::default()).unwrap()
}

fn signatures(documents: &[Document]) -> Vec<Signature> {
    let mut sketcher = Sketcher::new(banding().lanes()).unwrap();
    shingles_of(documents).iter().map(|hashes| sketcher.sketch(hashes)).collect()
}

fn keys(setting: Setting) -> Work {
    let documents = documents(setting);
    let (signatures, banding, mut keys) = (signatures(&documents), banding(), Vec::new());
    let run = move || {
        keys.clear();
        for signature in &signatures {
            band_keys(signature.lanes(), banding, &mut keys);
        }
        black_box(&keys);
    };
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

fn candidates(setting: Setting) -> Work {
    let documents = documents(setting);
    let mut lsh = Lsh::new(banding());
    for signature in &signatures(&documents) {
        lsh.add(signature);
    }
    let run = move || drop(black_box(lsh.candidates(0.6)));
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

fn sets(setting: Setting) -> Work {
    let documents = documents(setting);
    let (shingles, mut set) = (shingles_of(&documents), Vec::new());
    let run = move || {
        for hashes in &shingles {
            set.clear();
            set.extend_from_slice(hashes);
            verify::make_set(&mut set);
            black_box(&set);
        }
    };
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

fn overlaps(setting: Setting) -> Work {
    let documents = documents(setting);
    let mut sets = shingles_of(&documents);
    sets.iter_mut().for_each(verify::make_set);
    let run = move || {
        for pair in sets.windows(2) {
            black_box(verify::overlap(&pair[0], &pair[1]));
        }
    };
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

/// Every document grouped with the next one.
fn incidences(setting: Setting) -> Work {
    let documents = documents(setting);
    let (shingles, mut incidence) = (shingles_of(&documents), verify::Incidence::default());
    let run = move || {
        for pair in shingles.windows(2) {
            if incidence.fill(&[&pair[0], &pair[1]]) {
                black_box(incidence.overlap(0, 1));
            }
        }
    };
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

/// The documents in the form that the passage search takes, each of its own outlet.
fn shard_of(documents: &[Document]) -> Shard {
    let (mut tokens, mut starts, mut roles) = (Vec::new(), vec![0], Vec::new());
    for (group, document) in (0..).zip(documents) {
        tokens.extend(tokens_of(&document.text));
        starts.push(u32::try_from(tokens.len()).unwrap());
        roles.push(Role { group, side: 2, day: None, key: wirecopy::hash::mix(group.into()) });
    }
    Shard::new(tokens, starts, roles)
}

const NEVER: fn() -> Result<(), Infallible> = || Ok(());

fn found(shard: &Shard, settings: &Settings) -> wirecopy::passage::Matches {
    let seeds = Seeds::find(shard, settings, &NEVER).unwrap();
    seeds.matches(shard, settings, &NEVER).unwrap()
}

fn seed(setting: Setting) -> Work {
    let documents = documents(setting);
    let (shard, settings) = (shard_of(&documents), Settings::default());
    let run = move || drop(black_box(Seeds::find(&shard, &settings, &NEVER)));
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

fn matches(setting: Setting) -> Work {
    let documents = documents(setting);
    let (shard, settings) = (shard_of(&documents), Settings::default());
    let seeds = Seeds::find(&shard, &settings, &NEVER).unwrap();
    let run = move || drop(black_box(seeds.matches(&shard, &settings, &NEVER)));
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

/// From matches to passages: pairs that share one verbatim run (nearly all of the work is
/// chaining), or one with every ninth word replaced (the gaps between matches are aligned).
fn align(edited: bool, setting: Setting) -> Work {
    let mut draw = Draw::new(3);
    let words = Words::new(&SCRIPTS[0], &mut draw);
    let mut texts = Vec::new();
    for _ in 0..setting.articles {
        let mut shared: Vec<String> = (0..150).map(|_| words.word(&mut draw).to_owned()).collect();
        texts.push(format!("{} {}", words.text(100, &mut draw), shared.join(" ")));
        for word in shared.iter_mut().step_by(9).filter(|_| edited) {
            words.word(&mut draw).clone_into(word);
        }
        texts.push(format!("{} {}", shared.join(" "), words.text(100, &mut draw)));
    }
    let bytes = texts.iter().map(String::len).sum();
    let document =
        |text: String| Document { id: String::new(), text: text.into(), meta: Meta::default() };
    let documents: Vec<Document> = texts.into_iter().map(document).collect();
    let (shard, settings) = (shard_of(&documents), Settings::default());
    let mems = found(&shard, &settings);
    let run = move || {
        black_box(passages_of(&shard, &settings, &mems));
    };
    Work { bytes, run: Box::new(run) }
}

fn passages_of(
    shard: &Shard,
    settings: &Settings,
    mems: &wirecopy::passage::Matches,
) -> Vec<Passage> {
    let guard = |_: u32, work: &mut dyn FnMut()| -> Result<(), Infallible> {
        work();
        Ok(())
    };
    passages(shard, settings, mems, &guard).unwrap().passages
}

fn family(setting: Setting) -> Work {
    let documents = documents(setting);
    let (shard, settings) = (shard_of(&documents), Settings::default());
    let passages = passages_of(&shard, &settings, &found(&shard, &settings));
    let run = move || drop(black_box(Families::gather(&passages, &shard)));
    Work { bytes: bytes_of(&documents), run: Box::new(run) }
}

/// Reads everything below `path`, which exists as long as the work does.
fn read(folder: tempfile::TempDir, path: &Path, bytes: usize) -> Work {
    let inputs = [path.to_str().unwrap().to_owned()];
    let run = move || {
        let (corpus, _) = Corpus::open(&inputs, ReadOptions::default()).unwrap();
        for block in corpus.blocks() {
            let batch = corpus.visit(block.unwrap(), &mut |record| {
                black_box(record.text.len());
            });
            black_box(batch.visited);
        }
        let _ = &folder;
    };
    Work { bytes, run: Box::new(run) }
}

fn read_file(suffix: &str, setting: Setting) -> Work {
    let documents = documents(setting);
    let bytes = match suffix {
        "json" => json_list(&documents),
        "csv" => separated(&documents, b','),
        "tsv" => separated(&documents, b'\t'),
        _ => json_lines(&documents),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("news.{suffix}"));
    let file = std::fs::File::create(&path).unwrap();
    let mut packed = Packed::new(Packing::of(&path), file).unwrap();
    packed.write_all(&bytes).unwrap();
    packed.finish().unwrap();
    read(folder, &path, bytes.len())
}

/// All records as one JSON list.
fn json_list(documents: &[Document]) -> Vec<u8> {
    let mut bytes = json_lines(documents);
    let last = bytes.len().saturating_sub(1);
    bytes.iter_mut().take(last).filter(|byte| **byte == b'\n').for_each(|byte| *byte = b',');
    [&b"["[..], &bytes, b"]\n"].concat()
}

/// All records as rows below a header.
fn separated(documents: &[Document], separator: u8) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    out.write_record(["id", "outlet", "text"]).unwrap();
    for document in documents {
        let outlet = document.meta.outlet.as_deref().unwrap_or_default();
        out.write_record([document.id.as_str(), outlet, &document.text]).unwrap();
    }
    out.into_inner().unwrap()
}

fn read_folder(setting: Setting) -> Work {
    let documents = documents(setting);
    let folder = tempfile::tempdir().unwrap();
    for (n, document) in documents.iter().enumerate() {
        let outlet = folder.path().join(format!("outlet-{}", n % 40));
        std::fs::create_dir_all(&outlet).unwrap();
        std::fs::write(outlet.join(format!("{n}.txt")), document.text.as_bytes()).unwrap();
    }
    let path = folder.path().to_path_buf();
    read(folder, &path, bytes_of(&documents))
}

fn scanned(setting: Setting) -> ScanResult {
    scan_documents(documents(setting), Vec::new(), &ScanConfig::default(), &Silent).unwrap()
}

/// The bytes of this work are the bytes written.
fn write(write: impl Fn(&mut Vec<u8>) + 'static) -> Work {
    let mut out = Vec::new();
    write(&mut out);
    let bytes = out.len();
    let run = move || {
        out.clear();
        write(&mut out);
        black_box(&out);
    };
    Work { bytes, run: Box::new(run) }
}

fn write_pairs(setting: Setting) -> Work {
    let result = scanned(setting);
    write(move |out| result.write_pairs(&|pair, to| jsonl::line(pair, to), out).unwrap())
}

fn write_families(setting: Setting) -> Work {
    let result = scanned(setting);
    write(move |out| result.write_families(&|family, to| jsonl::line(family, to), out).unwrap())
}

fn write_html(setting: Setting) -> Work {
    let result = scanned(setting);
    write(move |out| {
        let (keeps, limits) = (|_| true, Limits::default());
        let wanted = WantedOutput {
            result: &result,
            keeps: &keeps,
            title: "news",
            limits: &limits,
            to_terminal: false,
            table: wirecopy::output::TableForm::default(),
        };
        html::write(wanted, out).unwrap();
    })
}

fn write_packed(packing: Packing, setting: Setting) -> Work {
    let lines = json_lines(&documents(setting));
    let bytes = lines.len();
    let run = move || {
        let mut packed = Packed::new(packing, Vec::with_capacity(bytes)).unwrap();
        packed.write_all(&lines).unwrap();
        black_box(packed.finish().unwrap());
    };
    Work { bytes, run: Box::new(run) }
}
