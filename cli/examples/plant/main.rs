//! Builds evaluation corpora from any real text: `cargo run --release --example plant -- --help`.
//!
//! Reads documents as `wirecopy` does, plants what a detector should find, and writes
//! `docs.jsonl` with tables of truth in bytes and code points (docs/eval.md names the columns).
//! The same input, set and seed give the same bytes.

#![allow(clippy::print_stderr, reason = "a tool of the benchmarks")]

mod adversarial;
mod edit;
mod planting;
mod random;
mod shingles;
mod truth;

use clap::{Parser, ValueEnum};
use planting::Source;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truth::Corpus;
use wirecopy::corpus;
use wirecopy::error::{Error, Result};

/// Makes evaluation corpora with known truth from any real text.
#[derive(Debug, Parser)]
#[command(name = "plant", max_term_width = 100)]
struct Args {
    /// What is made
    #[arg(value_enum)]
    set: Set,
    /// Documents to make it from, in any format that wirecopy reads
    #[arg(required = true)]
    inputs: Vec<String>,
    /// Folder for docs.jsonl and the tables; it must not exist
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Documents of the input that are used (0: all)
    #[arg(long, default_value_t = 0, value_name = "N")]
    documents: usize,
    /// How many are planted: cases of each cell, copies, holders of the largest passage, or
    /// documents of each adversarial group
    #[arg(long, default_value_t = 40, value_name = "N")]
    size: usize,
    /// Another seed makes another corpus
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
}

/// A type of corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Set {
    /// Passages copied between documents: length x edit x noise (passages.tsv)
    Passages,
    /// Edited copies of documents with exact similarities (pairs.tsv, clusters.tsv)
    Copies,
    /// Chains of copies, each near the last and far from the first (pairs.tsv)
    Chains,
    /// Passages that many documents hold, from 2 to --size holders (passages.tsv, families.tsv)
    Viral,
    /// A fixed block of lines in every document of an outlet (passages.tsv)
    Boilerplate,
    /// Near-identical, identical, periodic, tiny and threshold-straddling documents
    /// (pairs.tsv, clusters.tsv)
    Adversarial,
    /// The documents themselves with many copies among them, for speed (pairs.tsv, clusters.tsv)
    Mix,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(summary) => {
            eprintln!("plant: {summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("plant: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<String> {
    let documents = read(&args.inputs, args.documents)?;
    let source = Source::new(documents, args.seed);
    let size = args.size.max(2);
    if args.set == Set::Mix {
        check(planting::mix_bytes(&source, size))?;
    }
    let made = make(args.set, &source, size);
    publish(&made, &args.output)?;
    Ok(format!(
        "{}: {} documents, {} passages, {} pairs",
        args.output.display(),
        made.documents.len(),
        made.passages.len(),
        made.pairs.len()
    ))
}

/// Most bytes of copies that are held in memory.
const MOST_BYTES: u64 = 4 << 30;

/// Refuses a corpus that would not fit in memory.
fn check(bytes: u64) -> Result<()> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(Error::Limit {
        what: "bytes of copies, which are made in memory".to_owned(),
        got: bytes,
        limit: MOST_BYTES,
        cure: "ask for a smaller --size, or fewer --documents".to_owned(),
    })
}

fn make(set: Set, source: &Source, size: usize) -> Corpus {
    match set {
        Set::Passages => planting::passages(source, size),
        Set::Copies => planting::copies(source, size),
        Set::Chains => planting::chains(source, size),
        Set::Viral => planting::viral(source, size),
        Set::Boilerplate => planting::boilerplate(source),
        Set::Adversarial => adversarial::make(source, size),
        Set::Mix => planting::mix(source, size),
    }
}

/// The first `most` documents (0: all) in the order of their ids.
fn read(inputs: &[String], most: usize) -> Result<Vec<corpus::Document>> {
    let mut documents = corpus::read_all(inputs)?;
    documents.sort_by(|x, y| (&x.id, &x.text).cmp(&(&y.id, &y.text)));
    documents.dedup_by(|x, y| x.id == y.id);
    if most > 0 {
        documents.truncate(most);
    }
    Ok(documents)
}

/// Writes a corpus into a folder of its own.
fn publish(made: &Corpus, folder: &Path) -> Result<()> {
    let fail = |error| Error::io(folder, error);
    std::fs::create_dir(folder).map_err(fail)?;
    for (name, bytes) in made.files() {
        let path = folder.join(name);
        let mut file = std::fs::File::create(&path).map_err(|error| Error::io(&path, error))?;
        file.write_all(&bytes).map_err(|error| Error::io(&path, error))?;
    }
    Ok(())
}
