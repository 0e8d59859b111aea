//! Documents kept, and asked for what a draft shares with them: `cargo run --example index`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use wirecopy::corpus::Document;
use wirecopy::index::{QueryConfig, Reader, Writer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("news.index");
    let wire = "the harbor will stay closed until the last crane has been tested twice by the port";
    Writer::create(&path, 5)?.add(vec![Document::new("wire", format!("We learn that {wire}."))])?;
    let draft = Document::new("draft", format!("\u{201c}Indeed, {wire},\u{201d} she wrote."));
    let answer = Reader::open(&path)?.query(draft, &QueryConfig::default())?;
    for pair in (0..answer.result.pair_count()).map(|n| answer.result.pair(n)) {
        println!("{} and {}, {} tokens: {}", pair.a.id, pair.b.id, pair.tokens, pair.a.text);
    }
    assert_eq!(answer.result.pair_count(), 1);
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
