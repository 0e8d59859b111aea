//! Near-duplicates of a file of JSON Lines, by the library.
//!
//! `cargo run --release --example dedup -- examples/articles.jsonl 0.4`
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use wirecopy::detect::{DedupConfig, Keep, Silent, dedup};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let input = args.next().unwrap_or_else(|| "examples/articles.jsonl".to_owned());
    let threshold = args.next().map_or(Ok(0.4), |text| text.parse())?;
    let config = DedupConfig {
        inputs: vec![input],
        threshold,
        keep: Keep::Longest,
        ..DedupConfig::default()
    };
    let result = dedup(&config, &Silent)?;
    for member in result.duplicates() {
        let (id, cluster) = (&member.id, member.cluster);
        match &member.duplicate_of {
            None => println!("cluster {cluster}: keep {id}"),
            Some(kept) => println!("cluster {cluster}: {id} is {:.3} like {kept}", member.jaccard),
        }
    }
    let summary = result.summary();
    println!("{} of {} documents are kept", summary.kept, summary.documents);
    Ok(())
}
