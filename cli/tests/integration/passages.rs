//! `wirecopy dedup --passages`, end to end.

use crate::determinism::Random;
use crate::util::{Dir, count_of, text_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Articles with a box of one house, an edited agency text, copies, and one that repeats itself.
fn articles() -> Vec<Value> {
    let mut random = Random::new(11);
    let (notice, wire) = (random.words(60).join(" "), random.words(80));
    let mut articles = Vec::new();
    for n in 0..24 {
        let (lede, rest) = (random.words(40).join(" "), random.words(40).join(" "));
        let text = match n % 4 {
            0 => format!("{lede}.\n\n\u{201c}{notice}\u{201d}\n\n{rest}"),
            1 => {
                let mut wire = wire.clone();
                "corrected".clone_into(&mut wire[n]);
                format!("{lede} \u{2014} {}; {rest}", wire.join(" "))
            }
            2 => format!("{notice} {lede} {notice}"),
            _ => format!("{lede} {rest} {lede}"),
        };
        articles.push(json!({"zz": [1, null], "id": format!("a{n:02}"), "text": text, "n": n}));
    }
    articles.push(json!({"id": "copy", "text": articles[3]["text"]}));
    articles
}

fn folder(articles: &[Value]) -> Dir {
    let dir = Dir::new();
    let lines: Vec<String> = articles.iter().map(ToString::to_string).collect();
    dir.create("docs.jsonl", lines.join("\n") + "\n");
    dir
}

/// Words as the tokens are, for texts of plain words.
fn words(text: &str) -> Vec<String> {
    let is_mark = |c: char| !c.is_alphanumeric();
    text.split(is_mark).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The text without its cuts, each of which is checked against what it states.
fn without_cuts(text: &str, cuts: &[Value], full: &BTreeMap<&str, &str>) -> String {
    let mut rest = text.to_owned();
    for row in cuts.iter().rev() {
        let (start, end) = (count_of(row, "start"), count_of(row, "end"));
        assert_eq!(&text[start..end], text_of(row, "text"));
        assert_eq!(text[..start].chars().count(), count_of(row, "char_start"));
        assert_eq!(text[..end].chars().count(), count_of(row, "char_end"));
        rest.replace_range(start..end, "");
        if let Some(keeper) = row["kept_in"].as_str() {
            let range = count_of(row, "kept_start")..count_of(row, "kept_end");
            let (own, other) = (words(&text[start..end]), words(&full[keeper][range]));
            let equal = own.iter().zip(&other).filter(|(x, y)| x == y).count();
            assert!(equal * 10 >= own.len() * 9, "{own:?} {other:?}");
        }
    }
    rest
}

#[test]
fn kept_and_removed_are_the_input_and_nothing_is_kept_twice() {
    let articles = articles();
    let dir = folder(&articles);
    let run = dir.command(&["dedup", "docs.jsonl", "-o", "out", "--passages"]).run().expect(0);
    assert!(run.text().contains("cuts"), "{}", run.text());
    let mut rows: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in dir.records("out/removed.jsonl") {
        rows.entry(text_of(&row, "id").to_owned()).or_default().push(row);
    }
    check_places(&dir.records("out/removed.jsonl"), &dir.records("out/kept.jsonl"));
    let kept: BTreeMap<String, Value> = dir
        .records("out/kept.jsonl")
        .into_iter()
        .map(|record| (text_of(&record, "id").to_owned(), record))
        .collect();
    assert!(!kept.contains_key("copy"), "an equal text goes whole");
    let full: BTreeMap<&str, &str> =
        articles.iter().map(|a| (text_of(a, "id"), text_of(a, "text"))).collect();
    for article in &articles {
        let (id, text) = (text_of(article, "id"), text_of(article, "text"));
        let rest = without_cuts(text, rows.get(id).map_or(&[], Vec::as_slice), &full);
        let Some(record) = kept.get(id) else {
            assert_eq!(rest, "", "{id}: what goes whole is listed as a whole");
            continue;
        };
        let mut expected = article.clone();
        expected["text"] = json!(rest);
        assert_eq!(record, &expected, "all other columns stay");
    }
    let mut windows = BTreeSet::new();
    for record in kept.values() {
        for window in words(text_of(record, "text")).windows(50) {
            assert!(windows.insert(window.to_vec()), "kept twice: {}", window.join(" "));
        }
    }
}

/// Every place that keeps a cut is in a document that is kept, and no cut is there.
fn check_places(removed: &[Value], kept: &[Value]) {
    for row in removed.iter().filter(|row| !row["kept_in"].is_null()) {
        let keeper = &row["kept_in"];
        assert!(kept.iter().any(|record| record["id"] == *keeper), "{row}");
        let is_apart = |cut: &&Value| {
            count_of(cut, "end") <= count_of(row, "kept_start")
                || count_of(row, "kept_end") <= count_of(cut, "start")
        };
        let mut cuts = removed.iter().filter(|cut| cut["id"] == *keeper);
        assert!(cuts.all(|cut| is_apart(&cut)), "{row}");
    }
}

#[test]
fn a_cut_names_a_place_that_is_kept_to_the_end() {
    let words = |name: &str, count: usize| -> String {
        (0..count).map(|n| format!("{name}{n}")).collect::<Vec<String>>().join(" ")
    };
    let (first, second) = (words("p", 65), words("q", 75));
    let (long, short) = (words("b", 300), words("a", 30));
    let of =
        |id: &str, outlet: &str, text: String| json!({"id": id, "outlet": outlet, "text": text});
    let articles = [
        of("Y", "Bay Herald", format!("{first}.\n\n{long}")),
        of("X", "Bay Herald", format!("{first} {second}.\n\n{short}.\n\n{first} {second}.")),
        of("Z", "Bay Herald", format!("{first} {first}.")),
        of("V", "Bay Herald", format!("{first} {first}!")),
    ];
    let dir = folder(&articles);
    for way in [&[][..], &["--within", "outlet", "--min-left", "40", "--keep", "longest"]] {
        let args = ["dedup", "docs.jsonl", "-o", "out", "--passages", "--force"];
        dir.command(&args).args(way).run().expect(0);
        let removed = dir.records("out/removed.jsonl");
        check_places(&removed, &dir.records("out/kept.jsonl"));
        let in_y = removed.iter().filter(|row| row["id"] == "X" && row["kept_in"] == "Y").count();
        assert_eq!(in_y, 2, "both times the first words are kept by the other: {removed:?}");
    }
}

#[test]
fn threads_change_nothing_and_a_dry_run_writes_nothing() {
    let dir = folder(&articles());
    let args = ["dedup", "docs.jsonl", "--passages", "--keep", "longest", "--min-left", "30"];
    dir.command(&args).args(&["-o", "one", "--threads", "1"]).run().expect(0);
    dir.command(&args).args(&["-o", "two", "--threads", "3"]).run().expect(0);
    for name in ["kept.jsonl", "removed.jsonl"] {
        let read = |out: &str| dir.read(&format!("{out}/{name}"));
        assert_eq!(read("one"), read("two"), "{name}");
    }
    let run = dir.command(&args).args(&["--dry-run", "--format", "json"]).run().expect(0);
    let told: Value = serde_json::from_str(run.text()).unwrap();
    let cuts = dir.records("one/removed.jsonl").iter().filter(|r| !r["kept_in"].is_null()).count();
    assert_eq!(count_of(&told, "cuts"), cuts);
    assert!(!dir.join("clean").exists());
}

#[test]
fn rows_of_a_table_stay_as_they_are_but_for_their_text() {
    for (name, mark) in [("docs.csv", ','), ("docs.tsv", '\t')] {
        let dir = folder(&articles());
        let row = |id: &str, text: &str| {
            let text = text.replace(['\n', '\t'], " ");
            let text =
                if mark == '\t' { text } else { format!("\"{}\"", text.replace('"', "\"\"")) };
            format!("{id}{mark}{text}{mark}x y")
        };
        let mut table = format!("id{mark}text{mark}source\n");
        let mut lines = String::new();
        for (n, article) in articles().iter().enumerate() {
            let text = text_of(article, "text").replace(['\n', '\t'], " ");
            // Marks in the text, and some rows without marks around it.
            let text = if n % 3 == 0 { text } else { format!("He said \"yes\" to {n}, {text}") };
            table += &(row(text_of(article, "id"), &text) + "\n");
            lines += &(json!({"id": article["id"], "text": text}).to_string() + "\n");
        }
        dir.create(name, &table);
        dir.create("same.jsonl", lines);
        let flags = ["dedup", "--passages", "--quiet"];
        let run = dir.command(&flags).args(&[name, "-o", "out"]).run().expect(0);
        assert!(!run.stderr.contains("JSON Lines"), "{}", run.stderr);
        dir.command(&flags).args(&["same.jsonl", "-o", "same"]).run().expect(0);
        let removed = |out: &str| dir.read(&format!("{out}/removed.jsonl"));
        assert_eq!(removed("out"), removed("same"), "{name}");
        let mut expected = format!("id{mark}text{mark}source\n");
        for record in dir.records("same/kept.jsonl") {
            expected += &(row(text_of(&record, "id"), text_of(&record, "text")) + "\n");
        }
        let kept = String::from_utf8(dir.read(&format!("out/kept{}", &name[4..]))).unwrap();
        assert_eq!(kept, expected, "{name}");
        assert!(kept.len() + 1000 < table.len());
    }
}

/// Rows of Parquet and Arrow are kept as such, with all their columns.
#[cfg(all(feature = "parquet", feature = "html", feature = "arrow"))]
#[test]
fn rows_of_parquet_and_arrow_stay_as_they_are_but_for_their_text() {
    let mut all = articles();
    all.pop();
    for (n, article) in all.iter_mut().enumerate() {
        let (title, date) = (format!("T\u{fc} {n}"), "2024-03-02");
        *article = json!({"id": article["id"], "text": article["text"], "outlet": "Post",
            "date": date, "title": title, "n": n});
    }
    let dir = folder(&all);
    let lines: Vec<String> = all.iter().map(ToString::to_string).collect();
    let once = ["dedup", "docs.jsonl", "--threshold", "1", "--quiet", "--output-format", "parquet"];
    dir.command(&once).args(&["-o", "made"]).run().expect(0);
    dir.create("docs.parquet", dir.read("made/kept.parquet"));
    for (name, is_file) in [("file.arrow", true), ("stream.arrow", false)] {
        dir.create(name, crate::formats::arrow(&lines, is_file));
    }
    dir.command(&["dedup", "docs.jsonl", "-o", "same", "--passages", "--quiet"]).run().expect(0);
    let expected = dir.records("same/kept.jsonl");
    for name in ["docs.parquet", "file.arrow", "stream.arrow"] {
        let out = format!("{name}.out");
        let args = ["dedup", name, "-o", &out, "--passages", "--quiet"];
        let run = dir.command(&args).run().expect(0);
        assert!(!run.stderr.contains("JSON Lines"), "{}", run.stderr);
        let removed = |out: &str| dir.read(&format!("{out}/removed.jsonl"));
        assert_eq!(removed(&out), removed("same"), "{name}");
        let form = name.rsplit('.').next().unwrap();
        let kept = format!("{out}/kept.{form}");
        let back = format!("{name}.back");
        let args = ["dedup", &kept, "-o", &back, "--threshold", "1", "--output-format", "jsonl"];
        dir.command(&args).args(&["--quiet"]).run().expect(0);
        let records = dir.records(&format!("{back}/kept.jsonl"));
        assert_eq!(records.len(), expected.len(), "{name}");
        for (record, expected) in records.iter().zip(&expected) {
            for column in record.as_object().unwrap().keys() {
                let cell = |record: &Value| record[column].to_string().replace('"', "");
                assert_eq!(cell(record), cell(expected), "{name} {column}");
            }
        }
    }
}

#[test]
fn other_formats_are_kept_as_json_lines_and_wrong_flags_are_refused() {
    let dir = folder(&articles());
    let mut list = articles();
    for article in &mut list {
        article["source"] = json!("x");
    }
    dir.create("docs.json", serde_json::to_string(&list).unwrap());
    let run = dir.command(&["dedup", "docs.json", "-o", "out", "--passages"]).run().expect(0);
    assert!(run.stderr.contains("JSON Lines"), "{}", run.stderr);
    let kept = dir.records("out/kept.jsonl");
    assert!(kept.len() > 20 && kept.iter().all(|record| text_of(record, "source") == "x"));
    assert!(dir.records("out/removed.jsonl").len() > 10);
    let refused = ["dedup", "docs.jsonl", "-o", "no", "--passages", "--min-tokens", "2"];
    let run = dir.command(&refused).run().expect(2);
    assert!(run.stderr.contains("--min-tokens"), "{}", run.stderr);
}
