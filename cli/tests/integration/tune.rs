//! `wirecopy tune`, through the binary.

use crate::util::{count_of, wirecopy};
use serde_json::Value;

#[test]
fn tune_reports_what_a_setting_does() {
    let run = wirecopy(&["tune"]).run().expect(0);
    for part in ["32 bands x 4 rows", "█", "1,000,000 documents", "floor(L/5) - 1", "0.70"] {
        assert!(run.text().contains(part), "{part}: {}", run.text());
    }
    assert!(run.text().lines().all(|line| line.chars().count() <= 80), "{}", run.text());
    let args = ["tune", "--format", "json", "--threshold", "0.8", "--bands", "14", "--rows", "8"];
    let run = wirecopy(&args).args(&["--documents", "5"]).run().expect(0);
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!((count_of(&found, "bands"), count_of(&found, "rows")), (14, 8));
    let at = |n: usize| found["curve"][n]["probability"].as_f64().unwrap();
    assert!((at(80) - 0.924).abs() < 0.001 && (at(50) - 0.053).abs() < 0.001);
    assert_eq!(count_of(&found, "memory_bytes"), 5 * count_of(&found, "bytes_per_document"));
    for flags in [["--threshold", "0"], ["--num-perm", "0"], ["--bands", "3"], ["--rows", "x"]] {
        let run = wirecopy(&["tune"]).args(&flags).run().expect(2);
        assert!(run.stdout.is_empty() && run.stderr.contains("--"), "{}", run.stderr);
    }
}

#[test]
fn coverage_is_told_in_words() {
    let run = wirecopy(&["tune", "--measure", "coverage"]).run().expect(0);
    for part in ["threshold 0.45", "cut by half", "15 % of the words changed"] {
        assert!(run.text().contains(part), "{part}: {}", run.text());
    }
    let args = ["tune", "--measure", "coverage", "--threshold", "0.8", "--format", "json"];
    let run = wirecopy(&args).run().expect(0);
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert!((found["least_kept"].as_f64().unwrap() - 0.6).abs() < 1e-9, "{found}");
    assert_eq!(found["copies"][0]["duplicate"], true);
    let run = wirecopy(&["tune", "--measure", "coverage", "--threshold", "2"]).run().expect(2);
    assert!(run.stderr.contains("--threshold"), "{}", run.stderr);
}

#[test]
fn what_would_change_nothing_is_refused() {
    let coverage = ["--bands", "--rows", "--num-perm", "--ngram-size", "--documents"];
    for flag in coverage {
        let run = wirecopy(&["tune", "--measure", "coverage", flag, "4"]).run().expect(2);
        let said = format!("{flag}: what becomes of a copy by coverage depends on the threshold");
        assert!(run.stdout.is_empty() && run.stderr.contains(&said), "{}", run.stderr);
        assert!(run.stderr.contains("leave it out"), "{}", run.stderr);
    }
    for measure in ["coverage", "jaccard"] {
        let run = wirecopy(&["tune", "--measure", measure, "--edits", "high"]).run().expect(2);
        assert!(run.stderr.contains("--edits: "), "{}", run.stderr);
    }
}
