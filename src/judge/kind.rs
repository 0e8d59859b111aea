//! From the features of a family to its kind, and the evidence for it.
//!
//! Fed by `features` and with the ownership of a family, feeds the verdict. The order of the
//! questions matters: furniture of pages first (a line on five hundred pages is furniture even if
//! it has a quotation mark), then quotation (within one house: internal), then formula, then one
//! house under two names, then agency copy; the rest is reuse. `docs/kinds.md` says what each kind
//! means for a reader. Invariant: the kind depends on features, ownership and thresholds alone.

use super::evidence::{Evidence, EvidenceValue};
use super::features::Features;
use super::thresholds::Thresholds;
use serde::{Deserialize, Serialize};

/// What sort of overlap a passage is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Somebody's words, quoted in the documents.
    Quotation,
    /// Copy of a news agency.
    Wire,
    /// Furniture of pages: sign-up lines, notes on authors, captions, inserts of a house.
    Boilerplate,
    /// Fixed wording, filled in anew each time: reports by formula, stock phrases.
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

    /// The name in records and settings.
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
pub(super) struct Ownership {
    /// All of one outlet, or of one document.
    pub(super) one_outlet: bool,
    /// Distinct houses.
    pub(super) houses: u32,
    /// Share of the documents that the largest house has.
    pub(super) largest: f32,
    /// The outlets of all documents are known; an unknown one counts as a house of its own.
    pub(super) known: bool,
    /// Of one house but for names of guests, who may be of that house.
    pub(super) guests: bool,
}

impl Ownership {
    /// Whether all documents are known to be of one house.
    fn one_house(self) -> bool {
        self.houses <= 1 && self.known
    }
}

/// The kind that the features show.
pub(super) fn kind(f: &Features, ownership: Ownership, t: &Thresholds) -> Kind {
    if ownership.one_outlet {
        Kind::Internal
    } else if is_figure_table(f, t) {
        Kind::Template
    } else if is_furniture(f, ownership, t) {
        Kind::Boilerplate
    } else if is_half_quoted_name(f, t) {
        Kind::Template
    } else if is_quoted(f, t) {
        if ownership.one_house() { Kind::Internal } else { Kind::Quotation }
    } else if is_filled_in(f, t) || is_formula(f, ownership, t) || is_one_wording(f, t) {
        Kind::Template
    } else if ownership.one_house() {
        Kind::Internal
    } else if f.credited >= t.credited {
        Kind::Wire
    } else if is_background(f, t) {
        Kind::Template
    } else if is_reported(f, t) {
        Kind::Quotation
    } else if ownership.guests || f.owned > 0.0 && ownership.houses == 2 {
        // The page of one house under the name of a guest.
        Kind::Internal
    } else {
        Kind::Reuse
    }
}

/// Whether it may be reuse, before houses are known: no agency is credited, and it is not in marks,
/// or half of each document is shared.
pub(super) fn may_be_reuse(f: &Features, t: &Thresholds) -> bool {
    let copy = f.marked < t.quoted_places || f.covered_least >= t.copy_covered;
    copy && f.credited < t.credited
}

/// Whether there is more to show for reuse than the same words on one day, which two outlets may
/// have from an agency that neither credits: they name each other, as joint statements do; one
/// credits the other or names both, and the passage is a good part of each; or one printed days
/// later what is half of its article, and no text says that it is a release or somebody else's.
pub(super) fn is_proven(f: &Features, is_released: impl FnOnce() -> bool, t: &Thresholds) -> bool {
    let named = f.attributed > 0.0 && f.covered_least >= t.joint_covered;
    f.joint >= t.joint || named || may_be_copied_later(f, t) && !is_released()
}

/// Whether one printed days later what is half of its article, if no text says that it is somebody
/// else's.
fn may_be_copied_later(f: &Features, t: &Thresholds) -> bool {
    let later = f.dated >= 1.0 && f.spread >= t.later_days && f.covered_most >= t.copy_covered;
    // A column in the first person is of who speaks in it, and may be in several papers.
    later && f.tokens >= t.later_tokens && f.first_person <= t.first_person
}

/// Whether a few printed days later what is nearly a whole article. Of the labels that show this
/// all 20 are reuse, of which the models see too little to be as sure.
pub(super) fn is_whole_copy(
    f: &Features,
    is_released: impl FnOnce() -> bool,
    t: &Thresholds,
) -> bool {
    let whole = f.covered_most >= t.whole_covered && f.documents <= t.whole_documents;
    whole && may_be_copied_later(f, t) && !is_released()
}

/// Whether the dates of the members say who has it from whom: not where it may be another kind,
/// unless it is paragraphs long and the days differ, nor of a statement that those who printed it
/// may have made together or have from who wrote it.
pub(super) fn has_order(
    f: &Features,
    (kind, sureness): (Kind, f32),
    is_released: impl FnOnce() -> bool,
    t: &Thresholds,
) -> bool {
    let is_reuse = kind == Kind::Reuse;
    let long = is_reuse && f.tokens >= t.later_tokens && f.spread > 0;
    (sureness >= t.sure || long) && !(is_reuse && (f.joint > 0.0 || is_released()))
}

/// Whether it is background that is used again after weeks. Of the passages that the labels have of
/// this form, one in ten was copied.
fn is_background(f: &Features, t: &Thresholds) -> bool {
    let part = f.covered_most < t.furniture_covered && f.tokens <= t.background_tokens;
    part && f.spread > t.phrase_days
}

/// Whether it is somebody's words without marks: the first person speaks, and a verb of saying is
/// in or near the passage.
fn is_reported(f: &Features, t: &Thresholds) -> bool {
    f.first_person > t.first_person && f.reported >= t.reported
}

/// Whether it is somebody's words: in quotation marks, signed, a letter, a block that is said to be
/// quoted from another outlet, or one after a colon (but not a list of figures).
fn is_quoted(f: &Features, t: &Thresholds) -> bool {
    // Where most of both documents is shared, the copy around somebody's words is as well.
    let copy =
        f.covered_least >= t.copy_covered && f.tokens as f32 * (1.0 - f.quoted) >= t.copy_tokens;
    // A letter that is printed whole is nothing but somebody's words.
    let letter = f.letter >= t.quoted_places && f.tokens >= t.excerpt_tokens;
    if copy && f.signed.max(f.spoken) < t.quoted_places {
        return letter;
    }
    let block = f.introduced >= t.quoted_places && f.covered_most < 0.5;
    // Phrases stand near such lines by chance, and an agency's copy is anybody's who pays for it.
    let excerpt =
        f.excerpt >= t.quoted_places && f.tokens >= t.wording_tokens && f.credited < t.credited;
    letter || excerpt || f.marked >= t.quoted_places || block && f.numbers < t.numbers
}

/// Whether it recurs: in many documents on many days.
fn recurs(f: &Features, t: &Thresholds) -> bool {
    let often = f.documents >= t.recurs_documents && f.days >= t.recurs_days;
    often || f.dated < 0.5 && f.documents >= 2 * t.recurs_documents
}

/// Whether it looks like furniture of pages, before houses are known.
pub(super) fn may_be_furniture(f: &Features, t: &Thresholds) -> bool {
    let plain = f.marked <= t.furniture_quoted && f.covered <= t.furniture_covered;
    // What names both is of two parties that speak together, as offices do, and shows no house.
    plain && recurs(f, t) && f.edge >= t.recurs_edge && f.joint < t.parties
}

fn is_furniture(f: &Features, ownership: Ownership, t: &Thresholds) -> bool {
    let small = f.covered <= t.furniture_covered;
    // Captions of a gallery that is repeated on page after page quote people, too.
    if small && recurs(f, t) && ownership.largest >= t.recurs_house && f.gallery >= t.gallery {
        return true;
    }
    // Titles have quotation marks, too.
    if small && f.joined >= t.form && f.tokens <= t.joined_tokens {
        return true;
    }
    if !small || f.marked > t.furniture_quoted {
        return false;
    }
    let of_a_house = ownership.largest >= t.recurs_house;
    let at_edge = f.edge >= t.recurs_edge && (f.edited < 0.5 || ownership.largest >= 0.5);
    if has_form(f, t) {
        return true;
    }
    let plain = f.said < 0.5 || of_a_house && f.documents >= 2 * t.recurs_documents;
    recurs(f, t) && (of_a_house || at_edge) && plain
        || f.edge >= t.furniture_edge && f.contact >= t.contact && f.tokens <= t.note_tokens
        || is_caption(f, t)
        || is_inserted(f, t)
        || is_note(f, t)
}

/// Whether it is a caption. What is under a picture in one place and in running text in another is
/// none.
fn is_caption(f: &Features, t: &Thresholds) -> bool {
    f.caption >= t.caption && f.pictured >= t.furniture_edge && f.tokens <= t.caption_tokens
}

/// Whether it is a paragraph that a page has twice, as galleries and inserts are, and an article
/// has none.
fn is_inserted(f: &Features, t: &Thresholds) -> bool {
    let same = f.repeated && f.changes == 0;
    same && f.alone >= 0.5 && f.reported < 0.5 && f.tokens <= t.caption_tokens
}

/// Whether it has the form of furniture: it presents an author, asks the reader for something, is a
/// notice, or a heading that recurs.
fn has_form(f: &Features, t: &Thresholds) -> bool {
    let again = f.days >= 2 || f.dated < 0.5;
    let heading = f.heading >= t.heading && f.alone >= t.heading && f.numbers < t.heading_numbers;
    // It is still a note if one page presents the author and another only the person.
    let author = f.author >= t.form || f.author >= t.some_author && f.person >= t.heading;
    author && f.tokens <= t.author_tokens
        || f.call.max(f.notice) >= t.form && f.tokens <= t.note_tokens
        || heading && again && f.tokens <= t.author_tokens
}

/// Whether it is a note set apart from the article, such as one on the author: at the foot or the
/// head, or in paragraphs of its own, and repeated after days.
fn is_note(f: &Features, t: &Thresholds) -> bool {
    if f.tokens > t.note_tokens || f.said >= 0.5 {
        return false;
    }
    let often = f.documents >= 3 && f.days >= 3;
    let later = f.spread >= t.note_days;
    let undated = f.dated < 0.5 && f.documents >= 3;
    f.foot >= t.furniture_edge && f.alone >= 0.5 && (later || often || undated)
        || later && f.outer >= 0.95 && f.foot >= 0.5 && f.alone >= 0.5 && of_names(f, 1.5)
        || later && f.head >= 0.95 && f.alone >= 0.5 && of_names(f, 1.5)
        || later && often && f.outer >= 0.95 && f.edge >= 0.95
        || often && f.spread >= t.standing_days && f.alone >= 0.6 && of_names(f, 1.5)
}

/// Whether names are more frequent in it than around it, by this factor.
fn of_names(f: &Features, times: f32) -> bool {
    f.capitals >= times * f.usual && f.capitals > 0.0
}

/// Whether it is a table of figures, repeated with other figures. Captions are none: their dates
/// differ as well.
fn is_figure_table(f: &Features, t: &Thresholds) -> bool {
    let figures = f.edited >= t.template_edited && f.figures >= 0.5 && !is_caption(f, t);
    figures && f.numbers >= t.numbers && f.spread >= t.formula_many_days && f.marked < 0.3
}

/// Whether it is a short text whose figures are filled in anew.
fn is_filled_in(f: &Features, t: &Thresholds) -> bool {
    let figures = f.edited >= t.template_edited && f.figures >= t.template_figures;
    let short = f.tokens <= t.template_tokens && f.covered_most < 0.1;
    figures && f.changes >= 2 && f.numbers >= t.numbers && short
}

/// Whether it may be a phrase: short and within one sentence.
fn is_phrase(f: &Features, t: &Thresholds) -> bool {
    !f.sentences && may_be_phrase(f, t)
}

/// Whether it is a phrase if no sentence ends inside it.
pub(super) fn may_be_phrase(f: &Features, t: &Thresholds) -> bool {
    f.covered_most < 0.1 && f.tokens <= t.names_tokens
}

/// Whether the kind may depend on the share of names around the passage.
pub(super) fn asks_for_names(f: &Features, t: &Thresholds) -> bool {
    let phrase = is_phrase(f, t) && f.capitals >= t.names;
    let note = f.tokens <= t.note_tokens && f.alone >= 0.5 && f.said < 0.5;
    f.capitals > 0.0 && (phrase || note && f.spread >= t.note_days.min(t.standing_days))
}

/// Whether it is hardly more than names and titles. Words all in capitals are none.
fn is_names(f: &Features, t: &Thresholds) -> bool {
    is_phrase(f, t) && f.capitals >= t.names && of_names(f, t.names_usual) && f.loud < 0.5
}

/// Whether it is a name or title that is inside quotation marks in some texts and, in others,
/// between those of somebody's words.
fn is_half_quoted_name(f: &Features, t: &Thresholds) -> bool {
    is_names(f, t) && f.marked >= t.quoted_places && f.marked < t.named_marked
}

/// Whether it is a phrase in general use: used for long, or hardly more than names and titles.
fn is_formula(f: &Features, ownership: Ownership, t: &Thresholds) -> bool {
    let many = f.documents.min(f.days) >= t.formula_many && f.spread >= t.formula_many_days;
    let sentence = f.spread >= t.formula_days && f.tokens <= t.formula_tokens;
    let phrase = f.spread >= t.phrase_days && f.whole < 0.5;
    let aged = many || sentence || phrase;
    aged && is_phrase(f, t) && !ownership.one_house() && f.alone < 0.5 || is_names(f, t)
}

/// Whether it is so short, and even so not the same in all places, that the documents may say the
/// same thing in the words that everybody has for it. Of such families one in six was copied.
fn is_one_wording(f: &Features, t: &Thresholds) -> bool {
    f.tokens < t.wording_tokens && f.changes > 0
}

/// Room for what one kind has to show.
const MOST_EVIDENCE: usize = 8;

/// The evidence for a kind, the weightiest first.
pub(super) fn why(f: &Features, ownership: Ownership, kind: Kind) -> Vec<Evidence> {
    let mut why = Vec::with_capacity(MOST_EVIDENCE);
    let mut share = |name: &'static str, value: f32, least: f32| {
        if value >= least {
            why.push(Evidence::share(name, value));
        }
    };
    match kind {
        Kind::Quotation => {
            share("quoted", f.quoted, 0.005);
            share("introduced", f.introduced, 0.005);
            share("excerpt", f.excerpt, 0.005);
            share("signed", f.signed, 0.005);
            share("spoken", f.spoken, 0.005);
            share("said", f.said, 0.005);
        }
        Kind::Boilerplate => {
            share("alone", f.alone, 0.25);
            share("foot", f.foot, 0.25);
            share("head", f.head, 0.25);
            share("contact", f.contact, 0.25);
            share("caption", f.caption, 0.25);
            share("gallery", f.gallery, 0.25);
            share("author", f.author, 0.25);
            share("call", f.call, 0.25);
            share("notice", f.notice, 0.25);
            share("heading", f.heading, 0.25);
            share("joined", f.joined, 0.25);
            share("house", ownership.largest, 0.51);
        }
        Kind::Template => {
            share("edited", f.edited, 0.005);
            share("figures", f.figures, 0.005);
            share("names", f.names, 0.005);
            share("capitals", f.capitals, 0.4);
            share("quoted", f.quoted, 0.1);
        }
        Kind::Wire | Kind::Internal => share("quoted", f.quoted, 0.1),
        Kind::Reuse => {
            share("quoted", f.quoted, 0.1);
            share("joint", f.joint, 0.005);
        }
    }
    share("covered", f.covered_most, 0.1);
    if let Some(name) = &f.credit {
        let at = usize::from(kind != Kind::Wire) * why.len();
        let credit = EvidenceValue::Credit { name: name.clone(), share: f.credited };
        why.insert(at, Evidence::of("credit", credit));
    }
    if kind == Kind::Internal {
        let one = if ownership.one_outlet { Evidence::ONE_OUTLET } else { Evidence::ONE_HOUSE };
        why.insert(0, one);
    }
    why.push(Evidence::count("documents", f.documents));
    if f.days > 0 {
        why.push(Evidence::count("days", f.days));
    }
    if f.days > 1 && kind == Kind::Template {
        why.push(Evidence::count("spread", f.spread));
    }
    why
}

#[cfg(test)]
mod tests;
