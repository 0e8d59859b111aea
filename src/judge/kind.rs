//! From evidence to a kind, and the reasons in words.
//!
//! Feeds the verdict. The order of the questions matters: furniture first (a line that stands on
//! five hundred pages is furniture also where it holds a quotation mark), then quotation, then
//! formula, then agency copy, then one house under two names; what is left is reuse.
//! `docs/kinds.md` tells what each kind means for a reader.

use super::Thresholds;
use super::evidence::Evidence;
use serde::Serialize;

/// What sort of overlap a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Somebody's words, quoted by those who have the passage.
    Quotation,
    /// Copy of a news agency.
    Wire,
    /// Furniture of pages: sign-up lines, notes on authors, captions, house inserts.
    Boilerplate,
    /// Fixed wording that is filled in anew: reports by formula, stock phrases.
    Template,
    /// Within one outlet, one house or one document.
    Internal,
    /// None of the other kinds: text that was copied.
    #[default]
    Reuse,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Quotation,
        Self::Wire,
        Self::Boilerplate,
        Self::Template,
        Self::Internal,
        Self::Reuse,
    ];

    /// The name in records and flags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Quotation => "quotation",
            Self::Wire => "wire",
            Self::Boilerplate => "boilerplate",
            Self::Template => "template",
            Self::Internal => "internal",
            Self::Reuse => "reuse",
        }
    }
}

/// How the documents of a family spread over outlets and houses.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Spread {
    /// All of one outlet, or of one document.
    pub(super) one_outlet: bool,
    /// Distinct houses.
    pub(super) houses: u32,
    /// Share of the documents that the largest house has.
    pub(super) largest: f32,
    /// Documents of outlets that are not known count as houses of their own.
    pub(super) known: bool,
}

/// The kind that the evidence says.
pub(super) fn kind(evidence: &Evidence, spread: Spread, t: &Thresholds) -> Kind {
    if spread.one_outlet {
        Kind::Internal
    } else if is_furniture(evidence, spread, t) {
        Kind::Boilerplate
    } else if is_quotation(evidence, t) {
        Kind::Quotation
    } else if is_template(evidence, t) {
        Kind::Template
    } else if evidence.credited >= t.credited {
        Kind::Wire
    } else if spread.houses <= 1 && spread.known {
        Kind::Internal
    } else {
        Kind::Reuse
    }
}

/// Whether it looks like furniture before houses are known.
pub(super) fn may_be_furniture(e: &Evidence, t: &Thresholds) -> bool {
    e.marked <= t.furniture_quoted
        && e.covered <= t.furniture_covered
        && e.documents >= t.recurs_documents
        && e.days >= t.recurs_days
        && e.edge >= t.recurs_edge
}

fn is_furniture(e: &Evidence, spread: Spread, t: &Thresholds) -> bool {
    if e.marked > t.furniture_quoted || e.covered > t.furniture_covered {
        return false;
    }
    let recurs = e.documents >= t.recurs_documents && e.days >= t.recurs_days;
    let at_edge = e.edge >= t.furniture_edge;
    let note = e.foot >= t.furniture_edge && e.alone >= 0.5 && e.tokens <= t.note_tokens;
    recurs && (spread.largest >= t.recurs_house || e.edge >= t.recurs_edge) && e.said < 0.5
        || at_edge && e.contact >= t.contact
        || e.caption >= t.caption
        || note
}

fn is_quotation(e: &Evidence, t: &Thresholds) -> bool {
    e.marked >= t.quoted_places || e.marked >= t.quoted_some && e.said >= 1.0 - e.marked
}

fn is_template(e: &Evidence, t: &Thresholds) -> bool {
    let filled = e.edited >= t.template_edited
        && e.figures + e.names >= t.template_edits
        && e.figures > 0.0
        && e.spread >= 7;
    let formula = e.spread >= t.formula_days && e.tokens <= t.formula_tokens && e.alone < 0.5;
    filled || formula
}

/// The reasons for a kind, the weightiest first: a name and its value, one space between.
pub(super) fn why(e: &Evidence, spread: Spread, kind: Kind) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut share = |name: &str, value: f32, least: f32| {
        if value >= least {
            reasons.push(format!("{name} {value:.2}"));
        }
    };
    match kind {
        Kind::Quotation => {
            share("quoted", e.quoted, 0.005);
            share("signed", e.signed, 0.005);
            share("said", e.said, 0.005);
        }
        Kind::Boilerplate => {
            share("alone", e.alone, 0.25);
            share("foot", e.foot, 0.25);
            share("head", e.head, 0.25);
            share("contact", e.contact, 0.25);
            share("caption", e.caption, 0.25);
            share("house", spread.largest, 0.51);
        }
        Kind::Template => {
            share("edited", e.edited, 0.005);
            share("figures", e.figures, 0.005);
            share("names", e.names, 0.005);
        }
        Kind::Wire | Kind::Internal | Kind::Reuse => share("quoted", e.quoted, 0.1),
    }
    share("covered", e.covered_most, 0.1);
    if let Some(agency) = e.credit {
        let at = usize::from(kind != Kind::Wire) * reasons.len();
        reasons.insert(at, format!("credit {agency} {:.2}", e.credited));
    }
    if kind == Kind::Internal {
        reasons.insert(0, if spread.one_outlet { "one outlet" } else { "one house" }.to_owned());
    }
    reasons.push(format!("documents {}", e.documents));
    if e.days > 0 {
        reasons.push(format!("days {}", e.days));
    }
    if e.days > 1 && kind == Kind::Template {
        reasons.push(format!("spread {}", e.spread));
    }
    reasons
}
