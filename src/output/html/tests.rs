//! The page as a whole: well formed, the same for every corpus, and nothing of a corpus in it.

use super::embed::tests::unpack;
use super::*;
use crate::corpus::{Date, Document, Meta};
use crate::detect::ScanResult;
use crate::detect::{ScanConfig, Silent, scan_documents};
use crate::limits::Limits;
use crate::output::{LeftOut, TableForm};
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;

/// A result of two documents with one passage; `id`, `outlet`, `title` and text hold `odd`.
fn result(odd: &str) -> ScanResult {
    let words = "seven grey herons stood in the shallow water below the old mill and nobody in \
        the village could say since when they had been there";
    let document = |id: &str, day: i64| Document {
        id: format!("{id} {odd}"),
        text: format!("{odd} {id} wrote \u{1f426} that {words} {odd} and more of {id}.").into(),
        meta: Meta {
            outlet: Some(format!("{odd} {id}").into()),
            date: Some(Date {
                text: odd.to_owned(),
                seconds: day * 86_400,
                day_only: true,
                inferred: false,
            }),
            title: Some(odd.to_owned()),
            url: None,
        },
    };
    let documents = vec![document("one", 3), document("two", 5)];
    scan_documents(documents, Vec::new(), &ScanConfig::default(), &Silent).unwrap()
}

fn page(result: &ScanResult, limits: &Limits) -> (String, ReportSize) {
    let mut out = Vec::new();
    let wanted = Wanted {
        result,
        title: "a title",
        keeps: &|_| true,
        limits,
        to_terminal: false,
        table: TableForm::default(),
    };
    let written = write(wanted, &mut out).unwrap();
    assert_eq!(written.bytes, out.len() as u64);
    (String::from_utf8(out).unwrap(), written)
}

/// The data block `id`, unpacked.
fn block(page: &str, id: &str) -> String {
    let open = format!("<script type=\"application/octet-stream\" id=\"{id}\">");
    let from = page.find(&open).unwrap() + open.len();
    let packed = unpack(page[from..].split('<').next().unwrap());
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    text
}

/// The page without what stands in data blocks.
fn shell(page: &str) -> String {
    let mut shell = String::new();
    let mut rest = page;
    while let Some(at) = rest.find("octet-stream\" id=\"") {
        let body = at + rest[at..].find('>').unwrap() + 1;
        shell += &rest[..body];
        rest = &rest[body + rest[body..].find('<').unwrap()..];
    }
    shell + rest
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn index_names_what_was_found() {
    let (page, written) = page(&result("x"), &Limits::default());
    let index: Value = serde_json::from_str(&block(&page, "index")).unwrap();
    assert_eq!(written.left_out, LeftOut::default());
    assert_eq!(index["title"], "a title");
    assert_eq!(index["documents"]["id"], serde_json::json!(["one x", "two x"]));
    assert_eq!(index["outlets"], serde_json::json!(["x one", "x two"]));
    assert_eq!(index["families"]["size"], serde_json::json!([2]));
    assert_eq!(index["families"]["first"], serde_json::json!([0]));
    assert_eq!(index["pairs"]["family"], serde_json::json!([0]));
    let texts: Vec<u16> = block(&page, "text-0").encode_utf16().collect();
    let found = result("x");
    let family = found.family(0);
    for (n, member) in family.members.iter().enumerate() {
        let at = number(&index["documents"]["at"][n]);
        let start = at + number(&index["members"]["start"][n]);
        let end = at + number(&index["members"]["end"][n]);
        assert_eq!(String::from_utf16(&texts[start..end]).unwrap(), member.text.as_str());
    }
}

#[test]
fn bounds_are_kept_and_said() {
    let result = result("x");
    let small = Limits { report_text_bytes: 250, ..Limits::default() };
    let (page_of_parts, written) = page(&result, &small);
    assert_eq!(written.left_out, LeftOut { texts: 1, ..LeftOut::default() });
    let index: Value = serde_json::from_str(&block(&page_of_parts, "index")).unwrap();
    let parts = &index["documents"]["parts"];
    assert!(parts[0].is_null() && parts[1].as_array().is_some_and(|ends| ends.len() == 2));
    assert!(block(&page_of_parts, "text-0").ends_with(result.family(0).members[1].text.as_str()));
    let none = Limits { report_families: 0, ..Limits::default() };
    let (_, written) = page(&result, &none);
    assert_eq!(written.left_out, LeftOut { families: 1, ..LeftOut::default() });
    let one = Limits { report_family_members: 1, report_pairs: 0, ..Limits::default() };
    let (_, written) = page(&result, &one);
    assert_eq!(written.left_out, LeftOut { members: 1, ..LeftOut::default() });
    let pairless = Limits { report_pairs: 0, ..Limits::default() };
    let (_, written) = page(&result, &pairless);
    assert_eq!(written.left_out, LeftOut { pairs: 1, ..LeftOut::default() });
}

#[test]
fn texts_are_cut_into_blocks() {
    let result = result("x");
    let (page, _) = page(&result, &Limits { report_block_bytes: 10, ..Limits::default() });
    let index: Value = serde_json::from_str(&block(&page, "index")).unwrap();
    assert_eq!(number(&index["blocks"]), 2);
    assert_eq!(index["documents"]["block"], serde_json::json!([0, 1]));
    assert_eq!(block(&page, "text-1"), result.documents()[1].text);
}

#[test]
fn nothing_found_is_a_page_too() {
    let config = ScanConfig::default();
    let result = scan_documents(Vec::new(), Vec::new(), &config, &Silent).unwrap();
    let (page, written) = page(&result, &Limits::default());
    assert_eq!(written.left_out, LeftOut::default());
    let index: Value = serde_json::from_str(&block(&page, "index")).unwrap();
    assert_eq!(number(&index["blocks"]), 0);
}

#[test]
fn the_title_is_the_names_of_the_inputs() {
    let title =
        |inputs: &[&str]| title(&inputs.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(title(&["/data/news.jsonl"]), "news.jsonl");
    assert_eq!(title(&["articles/", "-"]), "articles, standard input");
    assert_eq!(title(&["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
    assert_eq!(title(&["/"]), "/");
}

#[test]
fn hashes_in_the_policy_are_those_of_style_and_script() {
    let hash = |text: &str| {
        let mut out = Vec::new();
        super::embed::base64(&Sha256::digest(text.as_bytes()), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let now = format!("{}\n{}\n", hash(page::STYLE), hash(page::SCRIPT));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/output/html/hashes.txt");
    if std::env::var_os("WIRECOPY_BLESS").is_some() {
        std::fs::write(path, &now).unwrap();
        return;
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == now,
        "style or script changed: WIRECOPY_BLESS=1 cargo test --release --lib hashes_in_the_policy"
    );
    let (style, script) = now.trim().split_once('\n').unwrap();
    let policy = page::policy();
    assert!(policy.contains(&format!("style-src 'sha256-{style}'")), "{policy}");
    assert!(policy.contains(&format!("script-src 'sha256-{script}'")), "{policy}");
    assert!(policy.starts_with("default-src 'none';"));
    assert!(["-inline", "-eval", "-hashes"].iter().all(|word| !policy.contains(word)));
}

#[test]
fn style_and_script_end_nowhere_in_themselves() {
    for text in [page::STYLE, page::SCRIPT] {
        let lower = text.to_lowercase();
        for ending in ["</script", "</style", "<!--", "]]>", "\r", "\0", "http://", "https://"] {
            let known = usize::from(ending == "http://");
            let found = lower.matches(ending).count();
            // The one address is the name of the SVG namespace.
            assert!(found <= known, "{ending:?} stands in the page {found} times");
        }
    }
    for word in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "fetch(",
        "XMLHttpRequest",
        "import(",
        "setAttribute(\"style\"",
    ] {
        let uses = page::SCRIPT
            .lines()
            .filter(|line| line.contains(word) && !line.trim_start().starts_with("//"));
        assert_eq!(uses.count(), 0, "{word}");
    }
    assert!(!page::STYLE.contains("@import") && !page::STYLE.contains("url("));
}

#[test]
fn page_is_written_in_the_style_of_the_house() {
    for line in page::STYLE.lines().chain(page::SCRIPT.lines()) {
        assert!(line.chars().count() <= 100, "longer than 100 columns: {line}");
        assert!(!line.contains('\u{2014}'), "long dash: {line}");
    }
}

#[test]
fn the_dark_palette_is_set_in_both_ways() {
    let colours = |from: &str| -> Vec<&str> {
        let block = page::STYLE.split(from).nth(1).unwrap().split('}').next().unwrap();
        block.lines().map(str::trim).filter(|line| line.contains(": ")).collect()
    };
    let (light, chosen) = (colours(":root {"), colours(":root[data-theme=\"dark\"] {"));
    assert!(chosen.len() > 20 && chosen.last() == Some(&"color-scheme: dark;"), "{chosen:?}");
    assert_eq!(chosen, colours(":root:not([data-theme]) {"));
    let name = |line: &&str| line.split(':').next().map(str::to_owned);
    let names: Vec<_> = light.iter().map(name).collect();
    assert!(chosen.iter().all(|line| names.contains(&name(line))), "a colour of one theme alone");
    assert_eq!(page::STYLE.matches('{').count(), page::STYLE.matches('}').count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_of_a_corpus_is_markup(odd in any::<String>()) {
        let limits = Limits::default();
        let plain = shell(&page(&result("x"), &limits).0);
        let (hostile, _) = page(&result(&odd), &limits);
        prop_assert!(shell(&hostile) == plain, "the shell differs");
        let index: Value = serde_json::from_str(&block(&hostile, "index")).unwrap();
        prop_assert_eq!(index["documents"]["title"][0].as_str().unwrap(), &odd);
        prop_assert!(block(&hostile, "text-0").contains(&odd));
    }
}
