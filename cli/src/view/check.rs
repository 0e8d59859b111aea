//! What a check of a draft says: the share printed elsewhere, then passage by passage.
//!
//! Fed by the command `check` with the draft and the answer of an index. Invariant: the shares by kind
//! add up to the whole.

use super::numbers;
use super::page::{Look, Page, shorten};
use super::piece::{Ink, Piece};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wirecopy::corpus::Document;
use wirecopy::detect::{Printed, PrintedPassage, ScanResult};
use wirecopy::output::escape;
use wirecopy::record::{EvidenceValue, Family, Kind, Member};

/// Others shown of a passage.
const SHOWN: usize = 6;
/// Columns of an id, an outlet or an address.
const NAME_COLUMNS: usize = 300;

/// A draft and what of it is printed elsewhere.
pub(crate) struct Checked<'a> {
    id: &'a str,
    printed: Printed,
    /// Tokens of the draft by what they are.
    labels: BTreeMap<String, usize>,
    passages: Vec<Found<'a>>,
    limits: Limited,
}

/// What an answer may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limited {
    /// Documents that were not searched.
    pub(crate) left_out: usize,
    /// Tokens of a verbatim passage that is found in every case.
    pub(crate) sure_tokens: u32,
    /// Whether the document with the id of the draft was left out.
    pub(crate) itself: bool,
}

/// A passage of the draft.
struct Found<'a> {
    label: String,
    place: PrintedPassage,
    text: &'a str,
    family: Family<'a>,
}

impl<'a> Checked<'a> {
    /// What `result` says of `draft`.
    pub(crate) fn new(draft: &'a Document, result: &'a ScanResult, limits: Limited) -> Self {
        let printed = Printed::of(result, draft);
        let mut labels = BTreeMap::new();
        let mut passages = Vec::new();
        for place in &printed.passages {
            let family = result.family(place.family);
            let label = label(&family);
            if place.counted > 0 {
                *labels.entry(label.clone()).or_insert(0) += place.counted;
            }
            let text = draft.text.get(place.start..place.end).unwrap_or_default();
            passages.push(Found { label, place: place.clone(), text, family });
        }
        Self { id: &draft.id, printed, labels, passages, limits }
    }

    /// Share of the draft that is printed elsewhere.
    pub(crate) fn share(&self) -> f64 {
        self.printed.share()
    }

    /// The parts, the largest first.
    fn parts(&self) -> Vec<(&str, f64)> {
        let mut parts: Vec<(&str, usize)> =
            self.labels.iter().map(|(label, tokens)| (label.as_str(), *tokens)).collect();
        parts.sort_by_key(|&(label, tokens)| (std::cmp::Reverse(tokens), label));
        parts.into_iter().map(|(label, tokens)| (label, self.printed.part(tokens))).collect()
    }

    /// As a record.
    pub(crate) fn record(&self) -> Value {
        let parts: serde_json::Map<String, Value> = self
            .parts()
            .into_iter()
            .map(|(label, share)| (label.to_owned(), json!(share)))
            .collect();
        let passages: Vec<Value> =
            self.passages.iter().map(|found| found.record(self.id)).collect();
        json!({
            "id": self.id,
            "tokens": self.printed.tokens(),
            "share": self.share(),
            "parts": parts,
            "left_out": self.limits.left_out,
            "sure_tokens": self.limits.sure_tokens,
            "same_id_left_out": self.limits.itself,
            "passages": passages,
        })
    }

    /// Appends what a terminal shows.
    pub(crate) fn view(&self, look: Look, out: &mut String) {
        let mut page = Page::new(look, out);
        page.line(&[name(Ink::Heading, self.id, true)]);
        let said = match self.parts().as_slice() {
            [] => "Nothing of this is printed elsewhere.".to_owned(),
            parts => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|(label, share)| format!("{} {label}", percent(*share)))
                    .collect();
                let whole = percent(self.share());
                format!("{whole} of this is printed elsewhere: {}", parts.join(", "))
            }
        };
        page.paragraph(&Piece::own(Ink::Plain, ""), &[Piece::own(Ink::Mark, said)]);
        page.blank();
        for found in &self.passages {
            found.view(self.id, &mut page);
        }
    }
}

impl Found<'_> {
    fn others(&self, draft: &str) -> Vec<&Member<'_>> {
        self.family.members.iter().filter(|member| member.id != draft).collect()
    }

    fn record(&self, draft: &str) -> Value {
        let others: Vec<Value> = self
            .others(draft)
            .into_iter()
            .map(|member| {
                json!({
                    "id": member.id,
                    "outlet": member.outlet,
                    "date": member.date,
                    "title": member.title,
                    "url": member.url,
                })
            })
            .collect();
        json!({
            "start": self.place.start,
            "end": self.place.end,
            "tokens": self.place.tokens,
            "text": self.text,
            "kind": self.family.kind,
            "kind_confidence": self.family.kind_confidence,
            "label": self.label,
            "key": self.family.key,
            "printed": others,
        })
    }

    fn view(&self, draft: &str, page: &mut Page<'_>) {
        let tokens = numbers::count(self.place.tokens, "token", "tokens");
        page.line(&[
            Piece::own(Ink::Heading, self.label.clone()),
            Piece::own(Ink::Faint, format!("  {tokens}")),
        ]);
        page.paragraph(&Piece::own(Ink::Faint, "  | "), &[Piece::prose(Ink::Plain, self.text)]);
        let others = self.others(draft);
        for member in others.iter().take(SHOWN) {
            let place = member.url.or(member.title).unwrap_or(member.id);
            let mut row = vec![Piece::own(Ink::Plain, "    ")];
            row.push(name(Ink::Outlet, member.outlet.unwrap_or("(no outlet)"), false));
            if let Some(date) = member.date {
                row.push(Piece::own(Ink::Plain, "  "));
                row.push(Piece::name(Ink::Plain, super::dates::day(date)));
            }
            row.push(Piece::own(Ink::Plain, "  "));
            row.push(name(Ink::Faint, place, false));
            page.line(&row);
        }
        if let Some(more) = others.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            page.line(&[Piece::own(Ink::Faint, format!("    and {more} more"))]);
        }
        page.blank();
    }
}

/// A name of a corpus, of which as much is shown as a name has that is one.
fn name(ink: Ink, text: &str, keeps_end: bool) -> Piece<'static> {
    Piece::own(ink, shorten(&escape::line(text), NAME_COLUMNS, keeps_end))
}

/// What a passage is called: whose it is, where that is known, else its kind.
fn label(family: &Family<'_>) -> String {
    let credit = family.why.iter().find_map(|evidence| match &evidence.value {
        EvidenceValue::Credit { name, .. } => Some(name.to_string()),
        _ => None,
    });
    match (family.kind, credit) {
        (Kind::Wire, Some(name)) => name,
        (Kind::Reuse, _) => "unexplained".to_owned(),
        (kind, _) => kind.name().to_owned(),
    }
}

/// A share in whole per cent, as people write it: what is little is not nothing, and what is nearly
/// all is not all.
pub(crate) fn percent(share: f64) -> String {
    match 100.0 * share {
        some if some > 0.0 && some < 1.0 => "<1 %".to_owned(),
        most if most > 99.0 && most < 100.0 => ">99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

/// Which draft has the largest share that is printed elsewhere, and how much that is.
pub(crate) fn above(id: &str, worst: f64, (most, others): (f64, usize)) -> String {
    let (mut share, mut limit) = (percent(worst), percent(most));
    if share == limit {
        (share, limit) = (numbers::percent(worst), numbers::percent(most));
    }
    let others = match others {
        0 => String::new(),
        n => format!("; so is too much of {}", numbers::count(n, "other draft", "other drafts")),
    };
    let id = shorten(id, NAME_COLUMNS, true);
    format!("{share} of `{id}` is printed elsewhere, more than {limit}{others}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_not_rounded_to_nothing_or_all() {
        let shares = [0.0, 0.0004, 0.0099, 0.01, 0.304, 0.99, 0.999, 1.0].map(percent);
        assert_eq!(shares.join(", "), "0 %, <1 %, <1 %, 1 %, 30 %, 99 %, >99 %, 100 %");
    }

    #[test]
    fn what_is_over_the_limit_is_named() {
        assert_eq!(
            above("a.txt", 0.62, (0.3, 0)),
            "62 % of `a.txt` is printed elsewhere, more than 30 %"
        );
        assert_eq!(
            above("a.txt", 0.304, (0.302, 2)),
            "30.4 % of `a.txt` is printed elsewhere, more than 30.2 %; so is too much of 2 other \
             drafts"
        );
        assert!(above(&"x".repeat(9_000), 0.6, (0.0, 1)).chars().count() < 400);
    }
}
