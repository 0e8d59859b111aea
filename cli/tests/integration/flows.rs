//! `scan --flows`: who printed how much after whom.

use crate::determinism::Random;
use crate::util::{Dir, count_of, text_of, wirecopy};
use serde_json::{Value, json};

const STORY: &str = "The old weir below the mill held through the night, although the river rose \
    faster than at any time since the records began. Engineers had opened both sluices in the \
    afternoon and asked the families in the lower lanes to leave their houses before dark. By \
    midnight the water stood a hand below the crown, and a dozen volunteers were still filling \
    sandbags by the light of two tractors. The harbour office said that the worst was over when the \
    wind turned at four. No one was hurt, but three barns and the footbridge at the tannery were \
    carried away, and the road to the upper valley will stay closed until the slope has been \
    examined. The county has promised to pay for the repairs of the weir within the year.";

fn documents(dir: &Dir, more: &[Value]) -> String {
    let agency = json!({"id": "a", "outlet": "Associated Press", "date": "2019-03-01",
        "title": "Weir holds", "text": format!("MILLBRIDGE (AP) \u{2014} {STORY}")});
    let paper = json!({"id": "b", "outlet": "Bay Herald", "date": "2019-03-03", "title": "Weir",
        "text": format!("MILLBRIDGE (AP) \u{2014} {STORY}\n\nOur reporter asked the miller, who had \
            slept through all of it and wondered where his footbridge was.")});
    let all: Vec<&Value> = [&agency, &paper].into_iter().chain(more).collect();
    let lines: Vec<String> = all.iter().map(ToString::to_string).collect();
    dir.create("docs.jsonl", lines.join("\n"));
    dir.join("docs.jsonl").to_str().unwrap().to_owned()
}

fn scan(dir: &Dir, more: &[Value]) -> (Vec<Value>, Vec<Value>) {
    let docs = documents(dir, more);
    let (flows, families) = (dir.join("flows.jsonl"), dir.join("families.jsonl"));
    let results = ["--flows", flows.to_str().unwrap(), "--families", families.to_str().unwrap()];
    let pairs = dir.join("pairs.jsonl");
    wirecopy(&["scan", &docs, "-o", pairs.to_str().unwrap()]).args(&results).run().expect(0);
    (dir.records("flows.jsonl"), dir.records("families.jsonl"))
}

#[test]
fn copy_of_an_agency_flows_to_the_paper() {
    let dir = Dir::new();
    let (flows, families) = scan(&dir, &[]);
    let [flow] = &flows[..] else { panic!("{flows:#?}\n{families:#?}") };
    let names = (text_of(flow, "from"), text_of(flow, "to"), text_of(flow, "basis"));
    assert_eq!(names, ("Associated Press", "Bay Herald", "source"));
    assert_eq!((text_of(flow, "kind"), count_of(flow, "families")), ("wire", 1));
    assert_eq!((count_of(flow, "documents"), flow["median_days"].as_f64()), (1, Some(2.0)));
    let share = flow["largest_share"].as_f64().unwrap();
    assert!((0.8..0.95).contains(&share), "the paper added two lines: {share}");
    let [family] = &families[..] else { panic!("{families:#?}") };
    assert!(family["kind_confidence"].as_f64().unwrap() >= 0.8, "{family:#?}");
    assert_eq!(count_of(flow, "tokens"), count_of(family, "tokens"));
}

/// A date alone never says that an agency printed after a paper.
#[test]
fn no_agency_prints_after_a_paper_by_date_alone() {
    let dir = Dir::new();
    let text = format!("MILLBRIDGE (AP) \u{2014} {STORY}");
    let document = |id: &str, outlet: &str, day: u32| {
        json!({"id": id, "outlet": outlet,
        "date": format!("2019-03-0{day}"), "title": "Weir", "text": text})
    };
    let lines = |outlet: &str| {
        let both = [document("a", "Bay Herald", 1), document("b", outlet, 3)];
        both.map(|document| document.to_string()).join("\n")
    };
    let flow = |outlet: &str| {
        dir.create("late.jsonl", lines(outlet));
        let (docs, flows) = (dir.join("late.jsonl"), dir.join("late.flows.jsonl"));
        let pairs = dir.join("late.pairs.jsonl");
        let args = ["scan", docs.to_str().unwrap(), "-o", pairs.to_str().unwrap(), "--flows"];
        wirecopy(&args).args(&[flows.to_str().unwrap()]).run().expect(0);
        let found = dir.records("late.flows.jsonl");
        let [flow] = &found[..] else { panic!("{outlet}: {found:#?}") };
        (text_of(flow, "from").to_owned(), flow["basis"].clone())
    };
    assert_eq!(flow("Hill Post"), ("Bay Herald".to_owned(), json!("date")));
    assert_eq!(flow("Reuters"), ("Bay Herald".to_owned(), Value::Null));
}

fn words(random: &mut Random) -> String {
    random.words(150).join(" ")
}

/// What is not sure makes no flow: nobody is said to have taken anything.
#[test]
fn a_sentence_of_the_day_makes_no_flow() {
    let dir = Dir::new();
    let (sentence, _) = STORY.split_once('.').unwrap();
    let document = |id: &str, outlet: &str, text: &str| json!({"id": id, "outlet": outlet, "date": "2019-05-01", "text": text});
    // A sentence within a long report is hardly ever more than background.
    let mut random = Random::new(3);
    let mut report = || format!("{}. {sentence}. {}", words(&mut random), words(&mut random));
    let more = [document("c", "Hill Post", &report()), document("d", "The Ledger", &report())];
    let lines: Vec<String> = more.iter().map(ToString::to_string).collect();
    dir.create("short.jsonl", lines.join("\n"));
    let docs = dir.join("short.jsonl");
    let (flows, pairs) = (dir.join("flows.csv"), dir.join("pairs.jsonl"));
    let args = ["scan", docs.to_str().unwrap(), "-o", pairs.to_str().unwrap(), "--flows"];
    wirecopy(&args).args(&[flows.to_str().unwrap()]).run().expect(0);
    assert_eq!(dir.records("pairs.jsonl").len(), 1);
    let table = std::fs::read_to_string(&flows).unwrap();
    assert_eq!(table.lines().count(), 1, "the names of the columns alone: {table}");
}

/// An editor's note on a family hangs on its key.
#[test]
fn the_key_of_a_family_stays_when_later_documents_join() {
    let dir = Dir::new();
    let (_, before) = scan(&dir, &[]);
    let late = json!({"id": "c", "outlet": "Hill Post", "date": "2019-03-09", "text": STORY});
    let (_, after) = scan(&dir, &[late]);
    assert_eq!((count_of(&before[0], "size"), count_of(&after[0], "size")), (2, 3));
    let key = text_of(&before[0], "key");
    assert_eq!(key, text_of(&after[0], "key"));
    assert!(key.len() == 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
}
