//! The terminal view, seen: snapshots of invented records, and what holds for any record.

use super::compare::CompareView;
use super::page::Look;
use super::samples::{FERRY, family, ferry, japanese, member, repeat};
use super::text::{self, FamilyView, Key, Sort};
use super::wrap;
use proptest::prelude::*;
use wirecopy::output::escape;
use wirecopy::record::{
    Basis, CompareSummary, Compared, Evidence, Family, Kind, Mark, Member, PassagePair, Side,
};

fn view(family: &Family<'_>, width: usize, color: bool) -> String {
    let mut out = String::new();
    FamilyView::new(Look { width, color }).family(family, &mut out);
    out
}

#[test]
fn eighty_columns() {
    insta::assert_snapshot!(view(&ferry(), 80, false));
}

#[test]
fn eighty_columns_in_colour() {
    insta::assert_snapshot!(view(&ferry(), 80, true).replace('\x1b', "^"));
}

#[test]
fn forty_columns() {
    insta::assert_snapshot!(view(&ferry(), 40, false));
}

#[test]
fn a_wide_terminal() {
    insta::assert_snapshot!(view(&ferry(), 132, false));
}

#[test]
fn a_repeat_in_one_document() {
    insta::assert_snapshot!(view(&repeat(), 80, false));
}

#[test]
fn wide_characters() {
    insta::assert_snapshot!(view(&japanese(), 60, false));
}

#[test]
fn long_lists_are_folded() {
    let names: Vec<(String, String)> = (0..130)
        .map(|n| (format!("paper-{:02}", n * n % 23), format!("paper-{:02}/{n}.txt", n * n % 23)))
        .collect();
    let versions: Vec<String> = (0..130)
        .map(|n| {
            FERRY.replace(
                "1,400",
                &if n % 13 == 5 { (n * 7).to_string() } else { "1,400".to_owned() },
            )
        })
        .collect();
    let members = names
        .iter()
        .zip(&versions)
        .map(|((outlet, id), text)| member(outlet, id, "2024-03-04", "", text))
        .collect();
    insta::assert_snapshot!(view(&family(2, members), 80, false));
}

#[test]
fn a_long_passage_is_shown_by_its_ends() {
    let long = [FERRY; 6].join("\n\n");
    let members = vec![
        member("a", "a/1", "2024-03-04", "", &long),
        member("b", "b/1", "2024-03-05", "", &long),
    ];
    insta::assert_snapshot!(view(&family(3, members), 80, false));
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let evil = "Pay \x1b[2J\x1b]0;owned\x07 the \u{202e}elgnissap\u{202c} at once\u{9b}31m";
    let members = vec![
        member(evil, evil, evil, evil, evil),
        member("b\n#1 reuse", "b\r", "", evil, "Pay the passenger at \x1b[0m noon"),
    ];
    let shown = view(&family(3, members), 80, false);
    assert!(!shown.contains(|c| escape::is_unsafe(c) && c != '\n'), "{shown}");
}

#[test]
fn families_are_ranked() {
    let keys: Vec<Key> = [repeat(), ferry(), japanese()].iter().map(Key::of).collect();
    assert_eq!(text::rank(&keys, Sort::Outlets, 0), [1, 2, 0]);
    assert_eq!(text::rank(&keys, Sort::Length, 2), [1, 2]);
    assert_eq!(text::rank(&keys, Sort::First, 0), [1, 2, 0]);
    assert_eq!(text::rank(&keys, Sort::Size, 1), [1]);
}

#[test]
fn what_is_left_out_is_said() {
    let look = Look { width: 80, color: false };
    let mut out = String::new();
    text::more(0, look, &mut out);
    assert_eq!(out, "");
    text::more(1234, look, &mut out);
    insta::assert_snapshot!(out, @r"
        and 1,234 more families: --top 0 shows all, -o NAME.jsonl --families NAME.jsonl
        writes them for programs
        ");
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_terminal(
        words in prop::collection::vec("[a-zé東京 .]{1,12}", 1..60),
        names in prop::collection::vec("[a-z/東.\u{1b}\n\u{202e}]{1,50}", 2..6),
        width in 20_usize..140,
    ) {
        let text = words.join(" ");
        let other = words[..words.len() / 2].join(" ");
        let texts = [&text, &other].into_iter().cycle();
        let members = names
            .iter()
            .zip(texts)
            .map(|(name, text)| member(name, name, "2024-03-04", name, text))
            .collect();
        for line in view(&family(1, members), width, false).lines() {
            prop_assert!(wrap::width_of(line) <= width, "{line:?}");
        }
    }
}

fn side<'a>(id: &'a str, char_start: usize, text: &'a str) -> Side<'a> {
    let (start, end) = (char_start, char_start + text.len());
    let char_end = char_start + text.chars().count();
    let (outlet, date, title) = (None, None, None);
    let date_inferred = Mark::default();
    Side {
        id,
        outlet,
        date,
        title,
        start,
        end,
        char_start,
        char_end,
        text,
        quote_start: None,
        quote_end: None,
        char_quote_start: None,
        char_quote_end: None,
        date_inferred,
    }
}

fn compared(width: usize, color: bool) -> String {
    let family = ferry();
    let (a, b) = (&family.members[0], &family.members[2]);
    let whole = |m: &Member<'static>, tokens, shared_tokens| Compared {
        id: m.id,
        outlet: m.outlet,
        date: m.date,
        title: m.title,
        tokens,
        shared_tokens,
    };
    let summary = CompareSummary {
        a: whole(a, 180, 51),
        b: whole(b, 420, 57),
        jaccard: 0.1234,
        ngram_size: 5,
    };
    let pair = PassagePair {
        a: side(b.id, 1840, &b.text),
        b: side(a.id, 120, &a.text),
        tokens: 61,
        matched: 44,
        identity: 44.0 / 61.0,
        kind: Kind::Reuse,
        kind_confidence: 0.9,
        family: 0,
        why: vec![Evidence::count("documents", 2), Evidence::count("days", 2)].into(),
        source_basis: None,
        first: None,
        source: None,
        confidence: None,
        rank: 1,
    };
    let mut out = String::new();
    let mut view = CompareView::new(Look { width, color });
    view.summary(&summary, 1, &mut out);
    view.passage(1, &pair, a.id, &mut out);
    out
}

#[test]
fn a_source_that_is_not_sure_says_so() {
    let mut family = ferry();
    for (n, confidence) in [(1, 0.9), (2, 0.95), (3, 0.6)] {
        family.members[n].source = Some("north-wire/0304.txt");
        family.members[n].confidence = Some(confidence);
    }
    let shown = view(&family, 100, false);
    let line = "    source: north-wire for 2 documents, probably north-wire for 1 document\n";
    assert!(shown.contains(line), "{shown}");
    family.members[1].source_basis = Some(Basis::Date);
    let shown = view(&family, 100, false);
    let lines = "    source: north-wire for 1 document, probably north-wire for 1 document\n    \
                 printed after: north-wire for 1 document\n";
    assert!(shown.contains(lines), "{shown}");
    assert!(!view(&ferry(), 100, false).contains("source:"));
}

#[test]
fn two_documents_one_below_the_other() {
    insta::assert_snapshot!(compared(80, false));
}

#[test]
fn two_documents_side_by_side() {
    insta::assert_snapshot!(compared(112, false));
}

#[test]
fn two_documents_side_by_side_in_colour() {
    insta::assert_snapshot!(compared(112, true).replace('\x1b', "^"));
}
