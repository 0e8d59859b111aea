//! The table from which the models of how sure a kind is are fitted.
//!
//! Not a test of the program: `just calibrate` runs it over the corpora whose families were
//! labelled by reading, and `benches/truth/calibrate.py` fits the weights from what it writes. Each
//! row is a family: kind, places, outlets, month of the first date, what the sureness is at
//! most, and what the models look at.

use super::result::ScanResult;
use super::{Edits, ScanConfig, Scope, Silent, scan, scan_documents};
use crate::corpus::{Document, Meta};
use crate::judge::{self, Cases as _, Thresholds, Witness};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A run whose families have labels: its name (of `benches/truth/kinds_NAME.tsv`), its corpus, and
/// its settings.
struct Run {
    name: &'static str,
    corpus: &'static str,
    min_tokens: u32,
    ngram_size: u32,
    edits: Edits,
    outlets: bool,
    scope: Scope,
}

const RUNS: [Run; 30] = [
    Run::of("news_dev", "news_dev"),
    Run { outlets: false, ..Run::of("no_outlets", "news_dev") },
    Run { min_tokens: 10, ..Run::of("short", "news_dev") },
    Run { min_tokens: 12, edits: Edits::High, ..Run::of("edits", "news_dev") },
    Run::of("german", "copies_dev/german_press"),
    Run::of("senate", "senate_press"),
    Run {
        min_tokens: 12,
        edits: Edits::High,
        ..Run::of("german_edits", "copies_dev/german_press")
    },
    Run::whole("german_whole", "copies_dev/german_press"),
    Run::whole("news_whole", "news_dev"),
    Run::whole("reuters_whole", "copies_dev/reuters21578"),
    Run::whole("senate_whole", "senate_press"),
    Run { min_tokens: 9, edits: Edits::High, ..Run::of("news_nine", "news_dev") },
    Run { min_tokens: 9, edits: Edits::High, ..Run::of("german_nine", "copies_dev/german_press") },
    Run { min_tokens: 30, ..Run::of("senate_long", "senate_press") },
    Run {
        min_tokens: 30,
        scope: Scope::Documents,
        ..Run::of("german_long", "copies_dev/german_press")
    },
    Run { min_tokens: 10, edits: Edits::Low, ..Run::of("news_last", "news_dev") },
    Run { min_tokens: 10, edits: Edits::Low, ..Run::of("german_last", "copies_dev/german_press") },
    Run { min_tokens: 24, edits: Edits::High, ..Run::of("senate_last", "senate_press") },
    Run { min_tokens: 9, edits: Edits::High, ..Run::of("arabic", "copies_dev/arabic_ant") },
    Run::of("news_rest", "rest/news"),
    Run::of("german_rest", "rest/german"),
    Run::check("news_check", "news_dev", 14, 4),
    Run::check("german_check", "copies_dev/german_press", 14, 4),
    Run::check("senate_check", "senate_press", 22, 6),
    Run { edits: Edits::Normal, ..Run::check("news_rest_check", "rest/news", 16, 4) },
    Run::check("german_rest_check", "rest/german", 16, 4),
    Run { edits: Edits::Normal, ..Run::check("news_fresh24", "news_dev", 8, 4) },
    Run::check("senate_fresh24", "senate_press", 24, 5),
    Run::check("news_rest_fresh24", "rest/news", 17, 5),
    Run::check("german_rest_fresh24", "rest/german", 17, 5),
];

impl Run {
    const fn of(name: &'static str, corpus: &'static str) -> Self {
        let (edits, scope) = (Edits::Normal, Scope::Auto);
        Self { name, corpus, min_tokens: 15, ngram_size: 5, edits, outlets: true, scope }
    }

    /// A run whose labels are in no fit.
    const fn check(
        name: &'static str,
        corpus: &'static str,
        min_tokens: u32,
        ngram_size: u32,
    ) -> Self {
        Self { min_tokens, ngram_size, edits: Edits::High, ..Self::of(name, corpus) }
    }

    /// A run over whole documents, those of one outlet among them.
    const fn whole(name: &'static str, corpus: &'static str) -> Self {
        let (edits, scope) = (Edits::High, Scope::Documents);
        Self { min_tokens: 20, edits, scope, ..Self::of(name, corpus) }
    }

    fn result(&self, path: &Path) -> ScanResult {
        let config = ScanConfig {
            inputs: vec![path.display().to_string()],
            min_tokens: self.min_tokens,
            ngram_size: self.ngram_size,
            edits: self.edits,
            scope: self.scope,
            ..ScanConfig::default()
        };
        let result = scan(&config, &Silent).unwrap();
        if self.outlets {
            return result;
        }
        let without = |document: Document| {
            let meta = Meta { outlet: None, ..document.meta };
            Document { meta, ..document }
        };
        let documents = result.documents.into_iter().map(without).collect();
        scan_documents(documents, Vec::new(), &config, &Silent).unwrap()
    }
}

fn table(result: &ScanResult) -> String {
    let inputs = judge::inputs(&result.documents, result, &Thresholds::default());
    let mut table = format!("kind\tplaces\toutlets\tmonth\tmost\t{}\n", judge::NAMES.join("\t"));
    for (family, inputs) in inputs.into_iter().enumerate() {
        let case = result.case(family);
        let document = |place: &Witness| &result.documents[place.doc as usize];
        let places: Vec<String> = case
            .places
            .iter()
            .map(|place| format!("{}:{}-{}", document(place).id, place.start, place.end))
            .collect();
        let mut outlets: Vec<&str> =
            case.places.iter().filter_map(|place| document(place).meta.outlet.as_deref()).collect();
        outlets.sort_unstable();
        outlets.dedup();
        let date = |place: &Witness| document(place).meta.date.as_ref().map(|d| d.seconds);
        let month = case.places.iter().filter_map(date).min().map_or(0, |s| s / 2_629_800);
        let (kind, places) = (result.family_kind(family).name(), places.join(" "));
        let (outlets, most) = (outlets.join("|"), inputs.most);
        write!(table, "{kind}\t{places}\t{outlets}\t{month}\t{most}").unwrap();
        for input in inputs.inputs {
            write!(table, "\t{input}").unwrap();
        }
        table.push('\n');
    }
    table
}

#[test]
#[ignore = "writes the table that `just calibrate` fits"]
fn writes_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpora = std::env::var_os("WIRECOPY_CORPORA").map(PathBuf::from);
    let corpora = corpora.unwrap_or_else(|| root.join("../shared/corpora"));
    let folder = root.join("target/calibration");
    std::fs::create_dir_all(&folder).unwrap();
    for run in RUNS {
        let rest = run.corpus.starts_with("rest/");
        let path = if rest {
            root.join("target").join(run.corpus).with_extension("jsonl")
        } else {
            corpora.join(run.corpus).join("docs.jsonl.zst")
        };
        let table = table(&run.result(&path));
        std::fs::write(folder.join(format!("{}.tsv", run.name)), table).unwrap();
    }
}
