//! How sure the kind of a family is.
//!
//! Fed by `context` with the features, the ownership, the company and the kind of a family, feeds
//! the verdict and `rank`. The rules of `kind` decide; a logistic model for each kind, fitted on
//! families that were labelled by reading, then says how often they are right on families like this
//! one (Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin
//! Classifiers, 1999). `benches/truth/calibrate.py` fits the weights; `docs/kinds.md` has the
//! reliability table.
//! Invariant: a number from 0.01 to 0.99 that depends on these alone.

mod weights;

use super::company::Company;
use super::features::Features;
use super::kind::{Kind, Ownership};
use weights::WEIGHTS;

/// What the model looks at.
pub(crate) const INPUTS: usize = 66;

/// Their names, in the tables from which the weights are fitted.
#[cfg(test)]
pub(crate) const NAMES: [&str; INPUTS] = [
    "quoted",
    "marked",
    "said",
    "introduced",
    "tokens",
    "short",
    "covered_most",
    "covered",
    "whole",
    "alone",
    "edge",
    "foot",
    "documents",
    "houses",
    "same_day",
    "spread",
    "edited",
    "figures",
    "names",
    "capitals",
    "numbers",
    "credited",
    "agency",
    "named",
    "form",
    "pictured",
    "largest",
    "dated",
    "told",
    "first_person",
    "near",
    "weeks",
    "far",
    "long",
    "contact",
    "loud",
    "changes",
    "near_sentence",
    "near_long",
    "undated_sentence",
    "undated_long",
    "unquoted",
    "near_unquoted",
    "covered_least",
    "beside",
    "outer",
    "reported",
    "fragment",
    "few",
    "joint",
    "joint_near",
    "joint_covered",
    "joint_told",
    "with_wire",
    "with_reuse",
    "with_quotation",
    "with_template",
    "with_edited",
    "with_any",
    "with_families",
    "alike",
    "starts",
    "mutual",
    "all_mutual",
    "client",
    "later",
];

/// Tokens of a sentence: fewer may be a phrase.
const SENTENCE: u32 = 25;
/// Tokens of a clause: fewer that do not start and end with a sentence are a part of one.
const CLAUSE: u32 = 15;
/// Tokens below which anybody may come upon the same words.
const FEW: u32 = 12;
/// Share of a passage in quotation marks up to which none of it is.
const UNQUOTED: f32 = 0.01;
/// Tokens of a long paragraph, or two.
const PARAGRAPHS: u32 = 80;
/// Days for which reports are of the same news.
const NEWS_DAYS: u32 = 3;
/// Days after which what is half of a document ..
const LATER_DAYS: u32 = 2;
/// .. was had from the first, rather than from a third.
const LATER_COVERED: f32 = 0.5;
/// Days of a week.
const WEEK: u32 = 7;

/// What the model looks at, each about from 0 to 1; `client` is the share of agency copy in what
/// the outlets share besides.
#[expect(clippy::too_many_lines, reason = "a list, of which each line is one input")]
pub(super) fn inputs(
    f: &Features,
    (ownership, company, client): (Ownership, &Company, f32),
) -> [f32; INPUTS] {
    let log = |value: u32, most: f32| ((value as f32).ln_1p() / most.ln_1p()).min(1.0);
    let flag = |test: bool| f32::from(u8::from(test));
    let short = flag(f.tokens < SENTENCE);
    let dated = f.dated >= 1.0;
    let near = dated && f.spread <= NEWS_DAYS;
    let (sentence, paragraphs) = (f.tokens >= SENTENCE, f.tokens >= PARAGRAPHS);
    // The proof by days, as far as features show it.
    let later = dated && paragraphs && f.spread >= LATER_DAYS && f.covered_most >= LATER_COVERED;
    let unquoted = f.quoted < UNQUOTED;
    let form = f.author.max(f.call).max(f.notice).max(f.heading).max(f.joined).max(f.contact);
    [
        f.quoted,
        f.marked,
        f.said,
        f.introduced,
        log(f.tokens, 400.0),
        short,
        f.covered_most.min(1.0),
        f.covered.min(1.0),
        f.whole,
        f.alone,
        f.edge,
        f.foot,
        log(f.documents, 50.0),
        log(ownership.houses, 50.0),
        flag(f.days == 1 && dated),
        log(f.spread, 365.0),
        f.edited,
        f.figures,
        f.names,
        f.capitals,
        f.numbers,
        f.credited,
        f.agency,
        f.named,
        form,
        f.caption.max(f.gallery),
        ownership.largest,
        f.dated,
        f.told,
        (f.first_person * 10.0).min(1.0),
        flag(near),
        flag(dated && f.spread <= 2 * WEEK),
        flag(f.spread > 4 * WEEK),
        flag(paragraphs),
        f.contact,
        f.loud,
        (f.changes as f32 / (f.tokens.max(1) * f.documents.max(1)) as f32 * 5.0).min(1.0),
        flag(near && sentence),
        flag(near && paragraphs),
        flag(!dated && sentence),
        flag(!dated && paragraphs),
        flag(unquoted),
        flag(near && unquoted),
        f.covered_least.min(1.0),
        f.beside,
        f.outer,
        f.reported,
        flag(f.tokens < CLAUSE && f.whole < 0.5),
        flag(f.tokens < FEW),
        f.joint,
        if near { f.joint } else { 0.0 },
        f.joint * f.covered_least.min(1.0),
        f.joint * f.told,
        company.share(Kind::Wire),
        company.share(Kind::Reuse),
        company.share(Kind::Quotation),
        company.share(Kind::Template),
        log(company.edited(), 400.0),
        flag(company.families() > 0),
        log(company.families(), 20.0),
        f.covered_least / f.covered_most.max(0.001),
        f.starts,
        f.mutual,
        flag(f.mutual >= 1.0),
        client,
        flag(later),
    ]
}

/// How sure it is that a family that shows this is of the kind that the rules give.
pub(super) fn sureness(
    f: &Features,
    (ownership, company, client): (Ownership, &Company, f32),
    kind: Kind,
) -> f32 {
    if ownership.one_outlet {
        // It is internal by definition, whatever the text is.
        return MOST;
    }
    let [bias, weights @ ..] = &WEIGHTS[kind as usize];
    let inputs = inputs(f, (ownership, company, client));
    let sum: f32 = weights.iter().zip(inputs).map(|(weight, input)| weight * input).sum();
    (1.0 / (1.0 + (-(bias + sum)).exp())).clamp(LEAST, MOST)
}

/// Nothing is certain.
const LEAST: f32 = 0.01;
/// The same at the other end.
const MOST: f32 = 0.99;
