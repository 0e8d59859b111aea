//! Near-duplicates among documents: `cargo run --example dedup`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use wirecopy::corpus::Document;
use wirecopy::detect::{DedupConfig, Silent, dedup_documents};

fn main() -> wirecopy::error::Result<()> {
    let ferry = "The ferry to the island will not sail before noon, the port said";
    let storm = "Forecasters expect the storm to move out over the sea during the night.";
    let texts = [("a", format!("{ferry}.")), ("b", storm.into()), ("c", format!("{ferry} today."))];
    let documents = texts.map(|(id, text)| Document::new(id, text));
    let result = dedup_documents(&documents, &[], &DedupConfig::default(), &Silent)?;
    for found in result.duplicates() {
        println!("cluster {}: {}, Jaccard {:.2}", found.cluster, found.id, found.jaccard);
    }
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
