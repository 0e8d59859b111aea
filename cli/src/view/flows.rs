//! Who printed how much after whom, in a few lines below the families.
//!
//! Used by the terminal view of `scan`. Invariant: "from" is said only where evidence names the
//! source, "after" where only dates speak, and neither where the order is unknown.

use super::numbers::{count, grouped, percent};
use super::page::{Look, Page};
use super::piece::{Ink, Piece};
use wirecopy::record::Flow;

/// Flows shown.
const SHOWN: usize = 5;

/// Appends the largest flows whose order is known, and how many there are beside them, with the
/// number of documents without a date, of so many, where the order of some is unknown.
pub(crate) fn flows(
    flows: &[Flow<'_>],
    (undated, documents): (usize, usize),
    look: Look,
    out: &mut String,
) {
    if flows.is_empty() {
        return;
    }
    let known: Vec<&Flow<'_>> = flows.iter().filter(|flow| flow.basis.is_some()).collect();
    let mut page = Page::new(look, out);
    let title = "who printed after whom, in wire copy and reuse that is sure";
    page.paragraph(&Piece::own(Ink::Plain, ""), &[Piece::own(Ink::Heading, title)]);
    for flow in known.iter().take(SHOWN) {
        let word = if flow.basis == Some("source") { " from " } else { " after " };
        let text = [
            Piece::name(Ink::Plain, flow.to),
            Piece::own(Ink::Faint, word),
            Piece::name(Ink::Plain, flow.from),
            Piece::own(Ink::Faint, amount(flow)),
        ];
        page.paragraph(&Piece::own(Ink::Plain, "  "), &text);
    }
    let unknown = flows.len() - known.len();
    let more = known.len().saturating_sub(SHOWN);
    if more + unknown > 0 {
        let mut parts = Vec::new();
        if more > 0 {
            parts.push(format!("{} more", grouped(more as u64)));
        }
        if unknown > 0 {
            let dates = match undated {
                0 => String::new(),
                n => {
                    let all = count(documents, "document", "documents");
                    format!(" ({} of {all} undated)", grouped(n as u64))
                }
            };
            parts.push(format!("{} whose order is unknown{dates}", grouped(unknown as u64)));
        }
        let and = if known.is_empty() { "" } else { "and " };
        let text = format!("{and}{}: --flows NAME.csv writes all", parts.join(", "));
        page.paragraph(&Piece::own(Ink::Plain, "  "), &[Piece::own(Ink::Faint, text)]);
    }
    page.blank();
}

fn amount(flow: &Flow<'_>) -> String {
    let families = count(flow.families, "family", "families");
    let words = count(flow.tokens, "word", "words");
    let share = percent(flow.largest_share);
    let later = match flow.median_days {
        Some(0.0) => ", the same day".to_owned(),
        Some(1.0) => ", 1 day later".to_owned(),
        Some(days) => format!(", {days} days later"),
        None => String::new(),
    };
    let kind = flow.kind.name();
    format!(": {kind}, {families}, {words}{later}, up to {share} of an article")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirecopy::record::Kind;

    #[test]
    fn from_and_after_are_told_apart() {
        let flow = |basis, days| Flow {
            from: "Bay Herald",
            to: "Hill Post",
            basis,
            kind: Kind::Reuse,
            families: 2,
            documents: 1,
            tokens: 1_930,
            median_days: days,
            largest_share: 0.985,
        };
        let mut out = String::new();
        let all =
            [flow(Some("source"), Some(1.0)), flow(Some("date"), Some(2.5)), flow(None, None)];
        flows(&all, (0, 4), Look { width: 120, color: false }, &mut out);
        assert!(
            out.contains("Hill Post from Bay Herald: reuse, 2 families, 1,930 words, 1 day later")
        );
        assert!(out.contains("Hill Post after Bay Herald"), "{out}");
        assert!(out.contains("and 1 whose order is unknown: "), "{out}");
        out.clear();
        flows(&all[2..], (2, 2), Look { width: 120, color: false }, &mut out);
        let unknown = "\n  1 whose order is unknown (2 of 2 documents undated): --flows NAME.csv";
        assert!(out.contains(unknown), "{out}");
        out.clear();
        flows(&[], (2, 2), Look { width: 120, color: false }, &mut out);
        assert_eq!(out, "");
    }
}
