//! `wirecopy scan` on the bundled sample, end to end.

use crate::dedup::gzip;
use crate::determinism::corpus;
use crate::util::{Dir, count_of, root, short, text_of, wirecopy};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

const SAMPLE: &str = "examples/articles";
const SAMPLE_JSONL: &str = "examples/articles.jsonl";
const TWEET: &str = "wasting his time trying to negotiate";

/// Pairs of the sample under additional arguments.
fn pairs(more: &[&str]) -> Vec<Value> {
    wirecopy(&["scan", SAMPLE_JSONL, "--format", "jsonl"]).args(more).run().expect(0).records()
}

/// Families of the sample under additional arguments.
fn families(more: &[&str]) -> Vec<Value> {
    families_of(SAMPLE_JSONL, more)
}

fn families_of(input: &str, more: &[&str]) -> Vec<Value> {
    let dir = Dir::new();
    let path = dir.join("families.jsonl");
    let args = ["--format", "jsonl", "--families", path.to_str().unwrap()];
    wirecopy(&["scan", input]).args(&args).args(more).run().expect(0);
    dir.records("families.jsonl")
}

/// The text with every run of white space as one space.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has(record: &Value, words: &str) -> bool {
    flat(text_of(record, "text")).contains(words)
}

#[track_caller]
fn only<'a>(records: &'a [Value], what: &str, wanted: impl Fn(&Value) -> bool) -> &'a Value {
    let found: Vec<&Value> = records.iter().filter(|r| wanted(r)).collect();
    assert_eq!(found.len(), 1, "{what}: {found:#?}");
    found[0]
}

fn outlets(family: &Value) -> BTreeSet<&str> {
    family["members"].as_array().unwrap().iter().map(|m| text_of(m, "outlet")).collect()
}

#[test]
fn tweet_is_one_family_of_three_outlets() {
    let all = families(&[]);
    let tweet = only(&all, "the tweet", |f| has(f, TWEET));
    let expected = BTreeSet::from(["capital-ledger", "prairie-post", "the-meridian"]);
    assert_eq!(outlets(tweet), expected);
    assert_eq!((count_of(tweet, "size"), count_of(tweet, "outlets")), (3, 3));
    assert_eq!(text_of(&tweet["first"], "outlet"), "capital-ledger");
    assert_eq!(text_of(&tweet["first"], "date"), "2017-10-01");
    assert_eq!(tweet["kind"], "quotation");
    for pair in pairs(&[]).iter().filter(|p| p["family"] == tweet["family"]) {
        for side in [&pair["a"], &pair["b"]] {
            let text = flat(text_of(side, "text"));
            assert!(text.starts_with("I told Rex Tillerson"), "{text}");
            assert!(text.ends_with("Little Rocket Man"), "{text}");
        }
        assert_eq!((count_of(pair, "tokens"), count_of(pair, "matched")), (22, 22));
    }
}

#[test]
fn agency_paragraph_is_one_family_of_five_outlets() {
    let all = families(&[]);
    let crane = only(&all, "the agency paragraph", |f| has(f, "dropping an empty container"));
    let expected = ["capital-ledger", "city-desk", "harbor-courier", "northwire", "prairie-post"];
    assert_eq!(outlets(crane), BTreeSet::from(expected));
    assert_eq!(count_of(crane, "size"), 5);
    assert_eq!(text_of(&crane["first"], "outlet"), "northwire");
    let lines = fs::read_to_string(root().join(SAMPLE_JSONL)).unwrap();
    for member in crane["members"].as_array().unwrap() {
        let record = lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
        let record = record.into_iter().find(|r| r["id"] == member["id"]).unwrap();
        let (start, end) = (count_of(member, "start"), count_of(member, "end"));
        let text = flat(&text_of(&record, "text")[start..end]);
        assert!(text.starts_with("A cable on the Number Four crane"), "{text}");
        // The paper that dropped a clause has four words after the gap, too few to justify it.
        let dropped = text_of(member, "outlet") == "prairie-post";
        let ends = text.ends_with("test its remaining cables");
        assert!(ends || dropped && text.ends_with("while inspectors"), "{text}");
    }
}

#[test]
fn sample_has_these_families_and_no_other() {
    let mut found: Vec<(usize, String)> =
        families(&[]).iter().map(|f| (count_of(f, "size"), first_words(f))).collect();
    found.sort();
    let expected = [
        (2, "File photo Tugboats idle below"),
        (2, "The lamp at Gannet Point"),
        (3, "I told Rex Tillerson our"),
        (5, "A cable on the Number"),
    ];
    assert_eq!(found, expected.map(|(size, words)| (size, words.to_owned())));
    let ids: BTreeSet<String> = pairs(&["--scope", "all"])
        .iter()
        .flat_map(|p| [short(text_of(&p["a"], "id")), short(text_of(&p["b"], "id"))])
        .collect();
    for alone in ["prairie-post/sugar-beets", "city-desk/night-bus", "city-desk/weather"] {
        assert!(!ids.contains(alone), "{alone} shares nothing");
    }
}

/// The first five words of a family's text without punctuation.
fn first_words(family: &Value) -> String {
    let text = text_of(family, "text");
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.take(5).collect::<Vec<_>>().join(" ")
}

/// The kind of the only family whose text contains `words`.
#[track_caller]
fn kind_of<'a>(all: &'a [Value], words: &str) -> &'a str {
    text_of(only(all, words, |f| has(f, words)), "kind")
}

#[test]
fn sample_shows_the_kinds() {
    let all = families(&["--scope", "all"]);
    assert_eq!(kind_of(&all, TWEET), "quotation");
    assert_eq!(kind_of(&all, "dropping an empty container"), "wire");
    assert_eq!(kind_of(&all, "Tugboats idle below"), "boilerplate");
    assert_eq!(kind_of(&all, "The lamp at Gannet Point"), "reuse");
    assert_eq!(kind_of(&all, "Sign up for the Courier Morning Brief"), "internal");
    let mut ranks: Vec<usize> = all.iter().map(|f| count_of(f, "rank")).collect();
    ranks.sort_unstable();
    assert_eq!(ranks, (1..=all.len()).collect::<Vec<_>>());
    let last = |words: &str| count_of(only(&all, words, |f| has(f, words)), "rank");
    assert_eq!(last("Tugboats idle below"), all.len(), "furniture comes last");
    for family in &all {
        assert!(!family["why"].as_array().unwrap().is_empty(), "{family}");
    }
}

#[test]
fn sample_names_the_source_of_each_member() {
    let all = families(&[]);
    let source = |words: &str, outlet: &str| {
        let family = only(&all, words, |f| has(f, words));
        let members = family["members"].as_array().unwrap();
        let member = members.iter().find(|m| text_of(m, "outlet") == outlet).unwrap();
        assert_eq!(member["source"].is_null(), member["confidence"].is_null(), "{member}");
        member["source"].as_str().map(short)
    };
    let agency = Some("northwire/saltmarsh-crane".to_owned());
    for credits in ["capital-ledger", "prairie-post"] {
        assert_eq!(source("dropping an empty container", credits), agency);
    }
    assert_eq!(source("dropping an empty container", "northwire"), None);
    let feature = Some("harbor-courier/lighthouse-lamp".to_owned());
    assert_eq!(source("The lamp at Gannet Point", "the-meridian"), feature);
    assert_eq!(source(TWEET, "prairie-post"), None, "who quotes has it from the speaker");
    // Without dates no member is first.
    for family in families_of(SAMPLE, &[]) {
        assert!(family["first"].is_null() && family["confidence"].is_null(), "{family}");
    }
}

#[test]
fn kinds_can_be_chosen() {
    let all = families(&["--scope", "all", "--kind", "quotation,wire"]);
    let kinds: BTreeSet<&str> = all.iter().map(|f| text_of(f, "kind")).collect();
    assert_eq!(kinds, BTreeSet::from(["quotation", "wire"]));
    for pair in pairs(&["--kind", "boilerplate"]) {
        assert_eq!(pair["kind"], "boilerplate");
        assert!(pair["rank"].as_u64().unwrap() > 0);
    }
}

const KINDS: [&str; 6] = ["quotation", "wire", "boilerplate", "template", "internal", "reuse"];

#[test]
fn records_have_the_fields_of_the_contract() {
    let side = ["char_end", "char_start", "date", "end", "id", "outlet", "start", "text", "title"];
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let set = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<BTreeSet<_>>();
    for pair in pairs(&["--scope", "all"]) {
        assert!(
            keys(&pair)
                .is_superset(&set(&["a", "b", "family", "identity", "kind", "matched", "tokens"])),
            "{pair}"
        );
        assert!(keys(&pair["a"]).is_superset(&set(&side)), "{pair}");
        assert!(keys(&pair["b"]).is_superset(&set(&side)), "{pair}");
        let share = count_of(&pair, "matched") as f64 / count_of(&pair, "tokens") as f64;
        assert!((pair["identity"].as_f64().unwrap() - share).abs() < 1e-3, "{pair}");
        assert!(KINDS.contains(&text_of(&pair, "kind")), "{pair}");
        let judged = set(&["confidence", "first", "rank", "source", "why"]);
        assert!(keys(&pair).is_superset(&judged), "{pair}");
    }
    let family = [
        "confidence",
        "family",
        "first",
        "houses",
        "kind",
        "members",
        "outlets",
        "rank",
        "size",
        "text",
        "why",
    ];
    let place = [
        "char_end",
        "char_start",
        "confidence",
        "date",
        "end",
        "id",
        "outlet",
        "source",
        "start",
        "url",
    ];
    for record in families(&["--scope", "all"]) {
        assert!(keys(&record).is_superset(&set(&family)), "{record}");
        let members = record["members"].as_array().unwrap();
        assert_eq!(members.len(), count_of(&record, "size"), "{record}");
        for member in members {
            assert!(keys(member).is_superset(&set(&place)), "{record}");
        }
    }
}

/// Checks that both kinds of offset cut the text of a side.
fn check_side(side: &Value, document: &str) {
    let text = text_of(side, "text");
    assert_eq!(&document[count_of(side, "start")..count_of(side, "end")], text);
    let (from, to) = (count_of(side, "char_start"), count_of(side, "char_end"));
    assert_eq!(document.chars().skip(from).take(to - from).collect::<String>(), text);
    let ends = [text.chars().next(), text.chars().last()];
    assert!(ends.iter().all(|c| c.is_some_and(char::is_alphanumeric)), "token borders: {text}");
}

#[test]
fn offsets_cut_the_text() {
    let from_folder = wirecopy(&["scan", SAMPLE, "--format", "jsonl", "--scope", "all"]);
    let from_folder = from_folder.run().expect(0).records();
    assert!(!from_folder.is_empty());
    for side in from_folder.iter().flat_map(|p| [&p["a"], &p["b"]]) {
        let path = root().join(SAMPLE).join(short(text_of(side, "id")) + ".txt");
        check_side(side, &fs::read_to_string(path).unwrap());
    }
    // Both forms of the sample agree, except for the order of sides, since there are no dates here.
    let key = |pair: &Value| {
        let side = |s: &Value| (short(text_of(s, "id")), count_of(s, "start"), count_of(s, "end"));
        let mut sides = [side(&pair["a"]), side(&pair["b"])];
        sides.sort();
        sides
    };
    let folder: BTreeSet<_> = from_folder.iter().map(key).collect();
    let lines: BTreeSet<_> = pairs(&["--scope", "all"]).iter().map(key).collect();
    assert_eq!(folder, lines);
}

#[test]
fn outlet_of_a_folder_is_its_name() {
    let found = wirecopy(&["scan", SAMPLE, "--format", "jsonl"]).run().expect(0).records();
    assert!(!found.is_empty());
    for side in found.iter().flat_map(|p| [&p["a"], &p["b"]]) {
        let id = short(text_of(side, "id"));
        assert_eq!(id.split('/').next(), side["outlet"].as_str());
        assert_eq!(side["date"], Value::Null);
    }
}

#[test]
fn earlier_side_is_a() {
    let found = pairs(&["--scope", "all"]);
    for pair in &found {
        let key = |s: &Value| {
            (text_of(s, "date").to_owned(), text_of(s, "id").to_owned(), count_of(s, "start"))
        };
        assert!(key(&pair["a"]) < key(&pair["b"]), "{pair}");
    }
    let reprint = only(&found, "the reprint", |p| has(&p["a"], "beat a coal shovel"));
    assert_eq!(text_of(&reprint["a"], "outlet"), "harbor-courier");
    assert_eq!(text_of(&reprint["b"], "outlet"), "the-meridian");
    assert_eq!(count_of(reprint, "matched"), 244);
}

#[test]
fn default_scope_is_between_outlets() {
    for pair in pairs(&[]) {
        assert_ne!(pair["a"]["outlet"], pair["b"]["outlet"], "{pair}");
    }
    let documents = pairs(&["--scope", "documents"]);
    let boilerplate = documents.iter().filter(|p| has(&p["a"], "Courier Morning Brief")).count();
    assert_eq!(boilerplate, 3, "three articles of one outlet share a line");
    assert!(documents.iter().all(|p| p["a"]["id"] != p["b"]["id"]), "no document with itself");
}

#[test]
fn scope_all_finds_the_repeat_inside_an_article() {
    let found = pairs(&["--scope", "all"]);
    let repeat = only(&found, "the pull quote", |p| p["a"]["id"] == p["b"]["id"]);
    assert_eq!(repeat["kind"], "internal");
    assert_eq!(short(text_of(&repeat["a"], "id")), "the-meridian/diplomacy-by-tweet");
    assert!(has(&repeat["a"], "you have already spent the only coin you brought"));
    assert!(count_of(&repeat["a"], "end") <= count_of(&repeat["b"], "start"));
    let boilerplate = found.iter().filter(|p| has(&p["a"], "Courier Morning Brief"));
    assert!(boilerplate.into_iter().all(|p| p["kind"] == "internal"));
}

#[test]
fn minimum_length_is_kept() {
    // The minimum applies to the alignment before its ends are trimmed, so slightly fewer is right.
    for pair in pairs(&["--min-tokens", "30"]) {
        assert!(count_of(&pair, "tokens") >= 25, "{pair:#}");
    }
    let none = wirecopy(&["scan", SAMPLE_JSONL, "--min-tokens", "400"]).run().expect(0);
    let said = format!("{}{}", none.text(), none.stderr);
    assert!(said.contains("400"), "says why nothing was found: {said}");
}

#[test]
fn empty_result_is_explained() {
    let dir = Dir::new();
    dir.create("one/a.txt", "A short note about nothing in particular.");
    dir.create("two/b.txt", "Another note, on something else.");
    let run = dir.command(&["scan", "."]).run().expect(0);
    let said = format!("{}{}", run.text(), run.stderr).to_lowercase();
    assert!(said.contains("short"), "both documents are below the minimum: {said}");
    dir.create("docs.jsonl", corpus(60)[0].clone());
    let run = dir.command(&["scan", "docs.jsonl"]).run().expect(0);
    let said = format!("{}{}", run.text(), run.stderr).to_lowercase();
    assert!(said.contains("one document") || said.contains("1 document"), "{said}");
    // Three articles that share a line, all of one outlet, in the default scope.
    let lines = fs::read_to_string(root().join(SAMPLE_JSONL)).unwrap();
    let one: Vec<&str> = lines.lines().filter(|l| l.contains("Courier Morning Brief")).collect();
    dir.create("one.jsonl", one.join("\n"));
    let run = dir.command(&["scan", "one.jsonl"]).run().expect(0);
    let said = format!("{}{}", run.text(), run.stderr).to_lowercase();
    assert!(said.contains("one outlet") || said.contains("1 outlet"), "{said}");
    assert!(said.contains("--scope"), "and what to do about it: {said}");
}

#[test]
fn against_pairs_one_side_of_each_set() {
    let dir = Dir::new();
    let lines = fs::read_to_string(root().join(SAMPLE_JSONL)).unwrap();
    let (mut left, mut right) = (String::new(), String::new());
    for line in lines.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let set = if record["outlet"] == "northwire" { &mut left } else { &mut right };
        *set += &(line.to_owned() + "\n");
    }
    dir.create("left.jsonl", left);
    dir.create("right.jsonl", right);
    let run = dir.command(&["scan", "left.jsonl", "--against", "right.jsonl", "--format", "jsonl"]);
    let found = run.run().expect(0).records();
    assert_eq!(found.len(), 4, "the agency paragraph and its four reprints");
    for pair in &found {
        let sides = [text_of(&pair["a"], "outlet"), text_of(&pair["b"], "outlet")];
        assert_eq!(sides.iter().filter(|o| **o == "northwire").count(), 1, "{pair}");
    }
}

#[test]
fn ignored_passage_is_dropped() {
    let dir = Dir::new();
    dir.create(
        "known.txt",
        "i told rex tillerson our wonderful secretary of state that he is wasting his time \
         trying to negotiate with little rocket man\n",
    );
    let list = dir.join("known.txt");
    let without = pairs(&["--ignore", list.to_str().unwrap()]);
    assert!(without.iter().all(|p| !has(&p["a"], TWEET)), "the tweet is known");
    assert_eq!(pairs(&[]).len() - without.len(), 3, "and nothing else is gone");
    // With one word changed it is still the same line.
    let edited = "i told rex tillerson our wonderful secretary of state that he is wasting much \
                  time trying to negotiate with little rocket man";
    dir.create("edited.txt", edited);
    let edited = dir.join("edited.txt");
    assert_eq!(pairs(&["--ignore", edited.to_str().unwrap()]), without);
    // A families file of an earlier run works too.
    let path = dir.join("families.jsonl");
    let path = path.to_str().unwrap();
    pairs(&["--families", path]);
    let rest = pairs(&["--ignore", path]);
    assert!(rest.is_empty(), "{rest:#?}");
}

#[test]
fn cut_pairs_are_reported_and_families_stay_complete() {
    let dir = Dir::new();
    let path = dir.join("families.jsonl");
    let args = ["scan", SAMPLE_JSONL, "--format", "jsonl", "--max-pairs", "2", "--families"];
    let run = wirecopy(&args).args(&[path.to_str().unwrap()]).run().expect(0);
    assert_eq!(run.records().len(), 2);
    let all = pairs(&[]).len();
    assert!(run.stderr.contains(&(all - 2).to_string()), "says what was cut: {}", run.stderr);
    assert_eq!(dir.records("families.jsonl"), families(&[]));
}

#[test]
fn max_days_keeps_neighbours_in_time() {
    let found = pairs(&["--max-days", "2"]);
    assert!(!found.is_empty() && found.len() < pairs(&[]).len());
    let day = |s: &Value| {
        let date = text_of(s, "date");
        let number = |r: std::ops::Range<usize>| date[r].parse::<i64>().unwrap();
        // September has 30 days; the sample has no other months.
        (number(5..7) - 9) * 30 + number(8..10)
    };
    assert!(found.iter().all(|p| day(&p["b"]) - day(&p["a"]) <= 2));
}

#[test]
fn edited_copies_are_aligned() {
    let found = pairs(&[]);
    let crane: Vec<&Value> = found.iter().filter(|p| has(&p["a"], "empty container")).collect();
    assert_eq!(crane.len(), 10, "five outlets, all pairs");
    for pair in crane {
        let (tokens, matched) = (count_of(pair, "tokens"), count_of(pair, "matched"));
        assert!(matched <= tokens && matched >= 67 && tokens <= 92, "{tokens} {matched}");
    }
}

#[test]
fn result_goes_to_a_file() {
    let dir = Dir::new();
    let path = dir.join("pairs.jsonl");
    let args = ["scan", SAMPLE_JSONL, "--format", "jsonl", "-o", path.to_str().unwrap()];
    let run = wirecopy(&args).run().expect(0);
    assert!(run.stdout.is_empty());
    assert_eq!(dir.records("pairs.jsonl"), pairs(&[]));
    let left = fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(left, 1, "no temporary file is left");
}

#[test]
fn failed_run_publishes_nothing() {
    let dir = Dir::new();
    dir.create("docs.jsonl", "{\"id\":\"a\",\"text\":\"fine\"}\nbroken\n");
    dir.create("pairs.jsonl", "an earlier result\n");
    let args = ["scan", "docs.jsonl", "--strict", "--format", "jsonl", "-o", "pairs.jsonl"];
    dir.command(&args).run().expect(2);
    assert_eq!(dir.read("pairs.jsonl"), b"an earlier result\n");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn standard_input_is_json_lines() {
    let bytes = fs::read(root().join(SAMPLE_JSONL)).unwrap();
    let run = wirecopy(&["scan", "-", "--format", "jsonl"]).stdin(bytes).run().expect(0);
    assert_eq!(run.records(), pairs(&[]));
}

#[test]
fn compressed_input_is_read() {
    let (dir, plain) = (Dir::new(), fs::read(root().join(SAMPLE_JSONL)).unwrap());
    dir.create("docs.jsonl.zst", zstd::encode_all(plain.as_slice(), 3).unwrap());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &plain).unwrap();
    dir.create("docs.jsonl.gz", gzip.finish().unwrap());
    for name in ["docs.jsonl.zst", "docs.jsonl.gz"] {
        let run = dir.command(&["scan", name, "--format", "jsonl"]).run().expect(0);
        assert_eq!(run.records(), pairs(&[]), "{name}");
    }
}

#[test]
fn named_columns_are_read() {
    let dir = Dir::new();
    let lines = fs::read_to_string(root().join(SAMPLE_JSONL)).unwrap();
    for line in lines.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let renamed = json!({
            "url": record["id"], "series": record["outlet"], "when": record["date"],
            "headline": record["title"], "body": record["text"],
        });
        let mut all = fs::read(dir.join("docs.jsonl")).unwrap_or_default();
        all.extend_from_slice((renamed.to_string() + "\n").as_bytes());
        dir.create("docs.jsonl", all);
    }
    let run = dir.command(&["scan", "docs.jsonl", "--format", "jsonl", "--column", "body"]);
    let run = run.args(&["--id-column", "url", "--series-column", "series"]);
    let run = run.args(&["--date-column", "when", "--title-column", "headline"]).run().expect(0);
    assert_eq!(run.records(), pairs(&[]));
}

#[test]
fn closed_output_ends_the_run_quietly() {
    let dir = Dir::new();
    dir.create("docs.jsonl", corpus(400).concat());
    for format in ["jsonl", "text"] {
        let run = dir.command(&["scan", "docs.jsonl", "--format", format, "--scope", "all"]);
        let run = run.run_closing_early().expect(0);
        assert!(!run.stdout.is_empty());
        assert!(!run.stderr.to_lowercase().contains("pipe"), "{}", run.stderr);
    }
}

#[test]
fn wrong_flags_and_paths_fail_with_a_cure() {
    wirecopy(&["scan", SAMPLE, "--no-such-flag"]).run().expect(2);
    wirecopy(&["scan"]).run().expect(2);
    wirecopy(&["scan", SAMPLE, "--min-tokens", "many"]).run().expect(2);
    wirecopy(&["scan", SAMPLE, "--format", "papyrus"]).run().expect(2);
    let run = wirecopy(&["scan", "no/such/place"]).run().expect(2);
    assert!(run.stderr.starts_with("wirecopy: no/such/place: "), "{}", run.stderr);
    assert!(run.stdout.is_empty());
}

#[test]
fn the_name_of_a_result_decides_its_format() {
    let dir = Dir::new();
    let scan = |name: &str| dir.command(&["scan", &absolute(SAMPLE), "-o", name]).run();
    for name in ["x.JSON", "x.json", "x.tsv", "x.CSV.gz", "x.txt", "x.jsonl"] {
        scan(name).expect(0);
    }
    let list: serde_json::Value = serde_json::from_slice(&dir.read("x.json")).unwrap();
    assert_eq!(list.as_array().unwrap(), &dir.records("x.jsonl"));
    assert_eq!(dir.read("x.JSON"), dir.read("x.json"));
    assert!(dir.read("x.tsv").starts_with(b"a_id\t"));
    assert!(dir.read("x.CSV.gz").starts_with(&[0x1f, 0x8b]));
    let run = dir.command(&["scan", &absolute(SAMPLE), "--color", "never"]).run().expect(0);
    assert_eq!(String::from_utf8(dir.read("x.txt")).unwrap(), run.text());
    for (name, says) in [
        ("x.xlsx", "no format is known by the name `x.xlsx`"),
        ("result", "let it end in .jsonl, .json,"),
        ("x.html.gz", "`x.html.gz`"),
        ("none/x.csv", "there is no folder none"),
    ] {
        let run = scan(name).expect(2);
        assert!(run.stderr.contains(says), "{}", run.stderr);
        assert!(!run.stderr.contains("documents"), "before any work: {}", run.stderr);
    }
    dir.command(&["scan", &absolute(SAMPLE), "-o", "x.xlsx", "--format", "csv"]).run().expect(0);
    assert!(dir.read("x.xlsx").starts_with(b"a_id,"));
    let run = dir.command(&["scan", &absolute(SAMPLE), "--families", "f.html"]).run().expect(2);
    assert!(run.stderr.contains("--families"), "{}", run.stderr);
}

#[test]
fn standard_input_is_judged_by_its_first_bytes() {
    let words = "the ferry was held at the pier for six hours on friday after a crack was found";
    let dir = Dir::new();
    let scan = |bytes: Vec<u8>| {
        let run = dir.command(&["scan", "-", "--format", "jsonl"]).stdin(bytes).run().expect(0);
        run.records().len()
    };
    let csv = format!("id,outlet,text\n1,a,\"{words}\"\n2,b,\"{words}\"\n");
    assert_eq!(scan(csv.clone().into_bytes()), 1);
    assert_eq!(scan(csv.replace(',', "\t").replace('"', "").into_bytes()), 1);
    assert_eq!(scan(gzip(csv.as_bytes())), 1);
    let list = format!("[{{\"text\":\"{words}\"}},{{\"text\":\"{words}\"}}]");
    assert_eq!(scan(list.clone().into_bytes()), 1);
    let lines = list.trim_matches(['[', ']']).replace("},{", "}\n{");
    assert_eq!(scan(lines.into_bytes()), 1);
    dir.create("a.txt", words);
    let compare = ["compare", "-", "a.txt", "--exit-code"];
    dir.command(&compare).stdin(words).run().expect(0);
    let run = dir.command(&["scan", "-"]).stdin("PAR1 and more").run().expect(2);
    assert!(run.stderr.contains("save it to a file"), "{}", run.stderr);
}

#[test]
fn temporary_folders_are_made() {
    let dir = Dir::new();
    let sample = absolute(SAMPLE);
    let args = ["scan", &sample, "--temp-dir", "a/scratch", "--memory", "1MiB"];
    dir.command(&args).run().expect(0);
    assert!(dir.join("a/scratch").is_dir());
    dir.create("file", "x");
    let run = dir.command(&["scan", &absolute(SAMPLE), "--temp-dir", "file"]).run().expect(2);
    assert!(run.stderr.contains("--temp-dir: file is no folder"), "{}", run.stderr);
}

#[test]
fn spellings_of_an_outlet_are_one() {
    let words = "the ferry was held at the pier for six hours on friday after a crack was found";
    let dir = Dir::new();
    let record = |id: &str, outlet: &str| {
        format!("{{\"id\":\"{id}\",\"outlet\":\"{outlet}\",\"text\":\"{words} {id}\"}}\n")
    };
    let one = [record("1", "The Post"), record("2", "THE  POST"), record("3", "cnn.com")].concat();
    let run = dir.command(&["scan", "-", "--format", "jsonl"]).stdin(one).run().expect(0);
    let pairs = run.records();
    assert_eq!(pairs.len(), 2, "not within one house");
    assert!(run.stderr.contains("3 documents of 2 outlets"), "{}", run.stderr);
    let two = [record("1", "CNN"), record("2", "www.cnn.com")].concat();
    let run = dir.command(&["scan", "-", "--format", "jsonl"]).stdin(two).run().expect(0);
    assert!(run.stderr.contains("`CNN` and `www.cnn.com` may be one house"), "{}", run.stderr);
}

/// The path of something in the checkout, for runs in another folder.
fn absolute(name: &str) -> String {
    root().join(name).display().to_string()
}

#[test]
fn terminal_view() {
    let run = wirecopy(&["scan", SAMPLE, "--color", "never"]).run().expect(0);
    insta::assert_snapshot!("terminal_view", run.text());
}

#[test]
fn terminal_view_fits_80_columns() {
    for input in [SAMPLE, SAMPLE_JSONL] {
        let run = wirecopy(&["scan", input, "--color", "never", "--scope", "all"]).run().expect(0);
        for line in run.text().lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", line.chars().count());
        }
    }
}

#[test]
fn compare_shows_both_texts() {
    let file = |name| format!("{SAMPLE}/{name}.txt");
    let (a, b) = (file("harbor-courier/lighthouse-lamp"), file("the-meridian/last-keeper"));
    let run = wirecopy(&["compare", &a, &b]).run().expect(0);
    assert!(flat(run.text()).contains("214 steps"), "{}", run.text());
    let (a, b) = (file("prairie-post/sugar-beets"), file("city-desk/night-bus"));
    wirecopy(&["compare", &a, &b, "--exit-code"]).run().expect(1);
    wirecopy(&["compare", &a, "no-such-file.txt"]).run().expect(2);
}

#[test]
fn compare_judges_as_scan() {
    let file = |name| format!("{SAMPLE}/{name}.txt");
    let pairs = |args: &[&str]| -> Vec<serde_json::Value> {
        let run = wirecopy(&[args, &["--format", "jsonl"]].concat()).run().expect(0);
        run.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (a, b) = (file("northwire/saltmarsh-crane"), file("prairie-post/grain-barges"));
    let compared = pairs(&["compare", &a, &b]);
    let kinds: Vec<&str> = compared.iter().filter_map(|pair| pair["kind"].as_str()).collect();
    assert_eq!(kinds, ["wire"]);
    assert_eq!(compared[0]["a"]["outlet"], "northwire");
    // What is quoted ends with the quotation, on either side.
    let quotations = pairs(&["scan", SAMPLE, "--kind", "quotation"]);
    assert!(!quotations.is_empty());
    for side in quotations.iter().flat_map(|pair| [&pair["a"], &pair["b"]]) {
        let at = |name: &str| usize::try_from(side[name].as_u64().unwrap()).unwrap();
        let text = side["text"].as_str().unwrap();
        let quote = &text[at("quote_start") - at("start")..at("quote_end") - at("start")];
        assert!(quote.starts_with("I told") && quote.ends_with("Man"), "{side}");
    }
}
