//! From texts to pairs that may be near-duplicates: `cargo run --example sketch`.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use wirecopy::lsh::Lsh;
use wirecopy::shingle::Shingler;
use wirecopy::sketch::{Banding, Sketcher, Wanted};

fn main() -> wirecopy::error::Result<()> {
    let ferry = "The ferry to the island will not sail before noon, the port said on";
    let banding = Banding::choose(0.7, Wanted::default())?;
    let (mut shingler, mut sketcher) = (Shingler::default(), Sketcher::new(banding.lanes())?);
    let mut lsh = Lsh::new(banding);
    for text in [format!("{ferry} Monday."), "A cat.".into(), format!("{ferry} Friday.")] {
        lsh.add(&sketcher.sketch(shingler.shingles(&text)));
    }
    lsh.candidates(0.5).iter().for_each(|pair| println!("{} and {}", pair.low, pair.high));
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
