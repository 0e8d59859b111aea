//! The comparison of instruction counts (benches/instructions.rs) can fail, and the stored counts
//! can be read.

#[path = "../../benches/material/counts.rs"]
mod counts;

use crate::checkout::root;
use counts::{Counts, Verdict};

fn stored() -> Counts {
    let text = std::fs::read_to_string(root().join("benches/instructions.tsv")).unwrap();
    Counts::read(&text).unwrap()
}

#[test]
fn stored_counts_come_back_as_written() {
    let counts = stored();
    assert!(counts.compiler.starts_with("rustc 1."), "{}", counts.compiler);
    assert!(counts.stages.len() > 20, "{}", counts.stages.len());
    assert_eq!(Counts::read(&counts.write()).unwrap(), counts);
}

#[test]
fn a_loss_of_more_than_three_per_cent_is_seen_in_every_stage() {
    let counts = stored();
    for (stage, &count) in &counts.stages {
        assert_eq!(counts.judge(stage, count), Verdict::Holds(0.0));
        let scaled = |percent: u64| counts.judge(stage, count * percent / 100);
        assert!(matches!(scaled(105), Verdict::Slower(_)), "{stage}");
        assert!(matches!(scaled(102), Verdict::Holds(_)), "{stage}");
        assert!(matches!(scaled(95), Verdict::Faster(_)), "{stage}");
    }
    assert_eq!(counts.judge("no such stage", 1), Verdict::New);
}

#[test]
fn a_damaged_file_is_refused_by_line() {
    let damaged = "# compiler: rustc 1.95.0\ntokenise/x\t12\nno count here\n";
    assert_eq!(Counts::read(damaged).unwrap_err(), "line 3: no `stage TAB count`");
}
