//! Passages that documents share: `cargo run --example scan`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use wirecopy::corpus::Document;
use wirecopy::detect::{ScanConfig, Silent, scan_documents};

fn main() -> wirecopy::error::Result<()> {
    let quote = "the harbor will stay closed until the last crane has been tested twice";
    let wire = Document::new("wire", format!("The port said on Sunday that {quote}."));
    let daily = Document::new("daily", format!("\u{201c}{quote},\u{201d} a notice read."));
    let config = ScanConfig { min_tokens: 10, ..ScanConfig::default() };
    let result = scan_documents(vec![wire, daily], Vec::new(), &config, &Silent)?;
    for pair in (0..result.pair_count()).map(|n| result.pair(n)) {
        println!("{} and {}, {} tokens: {}", pair.a.id, pair.b.id, pair.tokens, pair.a.text);
    }
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
