//! From the features of a family to its kind, and the evidence for it.
//!
//! Fed by `features`, feeds the verdict. The order of the questions matters: furniture first (a line that stands on
//! five hundred pages is furniture also where it holds a quotation mark), then quotation (of one
//! house: internal), then formula, then one house under two names, then agency copy; what is left
//! is reuse.
//! `docs/kinds.md` tells what each kind means for a reader.

use super::Thresholds;
use super::evidence::{Evidence, EvidenceValue};
use super::features::Features;
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
    /// The outlets of all documents are known; one that is not counts as a house of its own.
    pub(super) known: bool,
}

impl Spread {
    /// Whether all documents are known to be of one house.
    fn one_house(self) -> bool {
        self.houses <= 1 && self.known
    }
}

/// The kind that the features show.
pub(super) fn kind(e: &Features, spread: Spread, t: &Thresholds) -> Kind {
    if spread.one_outlet {
        Kind::Internal
    } else if is_sheet(e, t) {
        Kind::Template
    } else if is_furniture(e, spread, t) {
        Kind::Boilerplate
    } else if is_half_quoted_name(e, t) {
        Kind::Template
    } else if is_quoted(e, t) {
        if spread.one_house() { Kind::Internal } else { Kind::Quotation }
    } else if is_filled_in(e, t) || is_formula(e, spread, t) {
        Kind::Template
    } else if spread.one_house() {
        Kind::Internal
    } else if e.credited >= t.credited {
        Kind::Wire
    } else {
        Kind::Reuse
    }
}

/// Whether it is somebody's words: in quotation marks, signed, or a block behind a colon (but not a
/// list of figures).
fn is_quoted(e: &Features, t: &Thresholds) -> bool {
    let block = e.introduced >= t.quoted_places && e.covered_most < 0.5;
    e.marked >= t.quoted_places || block && e.numbers < t.numbers
}

/// Whether it comes up again and again.
fn recurs(e: &Features, t: &Thresholds) -> bool {
    let often = e.documents >= t.recurs_documents && e.days >= t.recurs_days;
    often || e.dated < 0.5 && e.documents >= 2 * t.recurs_documents
}

/// Whether it looks like furniture before houses are known.
pub(super) fn may_be_furniture(e: &Features, t: &Thresholds) -> bool {
    let plain = e.marked <= t.furniture_quoted && e.covered <= t.furniture_covered;
    plain && recurs(e, t) && e.edge >= t.recurs_edge
}

fn is_furniture(e: &Features, spread: Spread, t: &Thresholds) -> bool {
    let small = e.covered <= t.furniture_covered;
    // Captions of a gallery that goes from page to page quote people, too.
    if small && recurs(e, t) && spread.largest >= t.recurs_house && e.gallery >= t.gallery {
        return true;
    }
    // Titles have quotation marks, too.
    if small && e.joined >= t.form && e.tokens <= t.joined_tokens {
        return true;
    }
    if !small || e.marked > t.furniture_quoted {
        return false;
    }
    let of_a_house = spread.largest >= t.recurs_house;
    let at_edge = e.edge >= t.recurs_edge && (e.edited < 0.5 || spread.largest >= 0.5);
    if has_form(e, t) {
        return true;
    }
    let plain = e.said < 0.5 || of_a_house && e.documents >= 2 * t.recurs_documents;
    recurs(e, t) && (of_a_house || at_edge) && plain
        || e.edge >= t.furniture_edge && e.contact >= t.contact && e.tokens <= t.note_tokens
        || is_caption(e, t)
        || is_note(e, t)
}

/// Whether it stands under pictures. What stands under a picture in one place and in the text of
/// another is none.
fn is_caption(e: &Features, t: &Thresholds) -> bool {
    e.caption >= t.caption && e.pictured >= t.furniture_edge && e.tokens <= t.caption_tokens
}

/// Whether it has the form of furniture: it presents an author, asks the reader for something, is a
/// notice, or a heading that comes up again.
fn has_form(e: &Features, t: &Thresholds) -> bool {
    let again = e.days >= 2 || e.dated < 0.5;
    let heading = e.heading >= t.heading && e.alone >= t.heading && e.numbers < t.heading_numbers;
    // Where one page presents the author and another only the person, it is a note all the same.
    let author = e.author >= t.form || e.author >= t.some_author && e.person >= t.heading;
    author && e.tokens <= t.author_tokens
        || e.call.max(e.notice) >= t.form && e.tokens <= t.note_tokens
        || heading && again && e.tokens <= t.author_tokens
}

/// Whether it is a note that stands apart from the article, such as one on the author: at the foot
/// or the head, or in paragraphs of its own, and again after days.
fn is_note(e: &Features, t: &Thresholds) -> bool {
    if e.tokens > t.note_tokens || e.said >= 0.5 {
        return false;
    }
    let often = e.documents >= 3 && e.days >= 3;
    let later = e.spread >= t.note_days;
    let undated = e.dated < 0.5 && e.documents >= 3;
    e.foot >= t.furniture_edge && e.alone >= 0.5 && (later || often || undated)
        || later && e.outer >= 0.95 && e.foot >= 0.5 && e.alone >= 0.5 && of_names(e, 1.5)
        || later && e.head >= 0.95 && e.alone >= 0.5 && of_names(e, 1.5)
        || later && often && e.outer >= 0.95 && e.edge >= 0.95
        || often && e.spread >= t.standing_days && e.alone >= 0.6 && of_names(e, 1.5)
}

/// Whether names stand in it more often by this factor than around it.
fn of_names(e: &Features, times: f32) -> bool {
    e.capitals >= times * e.usual && e.capitals > 0.0
}

/// Whether it is a sheet of figures, again and again with other figures. Captions have dates.
fn is_sheet(e: &Features, t: &Thresholds) -> bool {
    let figures = e.edited >= t.template_edited && e.figures >= 0.5 && !is_caption(e, t);
    figures && e.numbers >= t.numbers && e.spread >= t.formula_many_days && e.marked < 0.3
}

/// Whether figures are filled in anew.
fn is_filled_in(e: &Features, t: &Thresholds) -> bool {
    let figures = e.edited >= t.template_edited && e.figures >= t.template_figures;
    let short = e.tokens <= t.template_tokens && e.covered_most < 0.1;
    figures && e.changes >= 2 && e.numbers >= t.numbers && short
}

/// Whether it may be a phrase: short, and within one sentence.
fn is_phrase(e: &Features, t: &Thresholds) -> bool {
    !e.sentences && e.covered_most < 0.1 && e.tokens <= t.names_tokens
}

/// Whether it is hardly more than names and titles. A shout in capitals is none.
fn is_names(e: &Features, t: &Thresholds) -> bool {
    is_phrase(e, t) && e.capitals >= t.names && of_names(e, t.names_usual) && e.loud < 0.5
}

/// Whether it is a name or title that stands within marks in one text and between those of others'
/// words in another.
fn is_half_quoted_name(e: &Features, t: &Thresholds) -> bool {
    is_names(e, t) && e.marked >= t.quoted_places && e.marked < t.named_marked
}

/// Whether it is a phrase that everybody uses: long in use, or hardly more than names and titles.
fn is_formula(e: &Features, spread: Spread, t: &Thresholds) -> bool {
    let many = e.documents.min(e.days) >= t.formula_many && e.spread >= t.formula_many_days;
    let sentence = e.spread >= t.formula_days && e.tokens <= t.formula_tokens;
    let phrase = e.spread >= t.phrase_days && e.whole < 0.5;
    let aged = many || sentence || phrase;
    aged && is_phrase(e, t) && !spread.one_house() && e.alone < 0.5 || is_names(e, t)
}

/// Room for what one kind has to show.
const MOST_EVIDENCE: usize = 8;

/// The evidence for a kind, the weightiest first.
pub(super) fn why(e: &Features, spread: Spread, kind: Kind) -> Vec<Evidence> {
    let mut why = Vec::with_capacity(MOST_EVIDENCE);
    let mut share = |name: &'static str, value: f32, least: f32| {
        if value >= least {
            why.push(Evidence::share(name, value));
        }
    };
    match kind {
        Kind::Quotation => {
            share("quoted", e.quoted, 0.005);
            share("introduced", e.introduced, 0.005);
            share("signed", e.signed, 0.005);
            share("spoken", e.spoken, 0.005);
            share("said", e.said, 0.005);
        }
        Kind::Boilerplate => {
            share("alone", e.alone, 0.25);
            share("foot", e.foot, 0.25);
            share("head", e.head, 0.25);
            share("contact", e.contact, 0.25);
            share("caption", e.caption, 0.25);
            share("gallery", e.gallery, 0.25);
            share("author", e.author, 0.25);
            share("call", e.call, 0.25);
            share("notice", e.notice, 0.25);
            share("heading", e.heading, 0.25);
            share("joined", e.joined, 0.25);
            share("house", spread.largest, 0.51);
        }
        Kind::Template => {
            share("edited", e.edited, 0.005);
            share("figures", e.figures, 0.005);
            share("names", e.names, 0.005);
            share("capitals", e.capitals, 0.4);
            share("quoted", e.quoted, 0.1);
        }
        Kind::Wire | Kind::Internal | Kind::Reuse => share("quoted", e.quoted, 0.1),
    }
    share("covered", e.covered_most, 0.1);
    if let Some(name) = &e.credit {
        let at = usize::from(kind != Kind::Wire) * why.len();
        let credit = EvidenceValue::Credit { name: name.clone(), share: e.credited };
        why.insert(at, Evidence::of("credit", credit));
    }
    if kind == Kind::Internal {
        let one = if spread.one_outlet { Evidence::ONE_OUTLET } else { Evidence::ONE_HOUSE };
        why.insert(0, one);
    }
    why.push(Evidence::count("documents", e.documents));
    if e.days > 0 {
        why.push(Evidence::count("days", e.days));
    }
    if e.days > 1 && kind == Kind::Template {
        why.push(Evidence::count("spread", e.spread));
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: fn() -> Thresholds = Thresholds::default;

    /// Two documents of two houses that share an unquoted sentence on one day.
    fn plain() -> (Features, Spread) {
        let features = Features {
            documents: 2,
            days: 1,
            dated: 1.0,
            tokens: 30,
            covered: 0.05,
            covered_most: 0.06,
            capitals: 0.1,
            usual: 0.1,
            ..Features::default()
        };
        (features, Spread { one_outlet: false, houses: 2, largest: 0.5, known: true })
    }

    #[track_caller]
    fn assert_kind(change: impl Fn(&mut Features, &mut Spread), expected: Kind) {
        let (mut features, mut spread) = plain();
        change(&mut features, &mut spread);
        assert_eq!(kind(&features, spread, &T()), expected, "{features:?}");
        let why = why(&features, spread, expected);
        let named = |evidence: &Evidence| !evidence.name.contains(' ');
        assert!(!why.is_empty() && why.iter().all(named), "names are single words: {why:?}");
    }

    #[test]
    fn each_kind_has_its_evidence() {
        assert_kind(|_, _| {}, Kind::Reuse);
        assert_kind(|_, spread| spread.one_outlet = true, Kind::Internal);
        assert_kind(|_, spread| spread.houses = 1, Kind::Internal);
        assert_kind(|e, _| e.marked = 0.5, Kind::Quotation);
        assert_kind(|e, _| e.introduced = 0.5, Kind::Quotation);
        assert_kind(|e, _| (e.introduced, e.numbers) = (0.5, 0.3), Kind::Reuse);
        assert_kind(|e, _| (e.introduced, e.covered_most) = (0.5, 1.0), Kind::Reuse);
        assert_kind(|e, _| e.credited = 0.5, Kind::Wire);
        assert_kind(|e, _| (e.spread, e.days, e.tokens) = (90, 2, 18), Kind::Template);
        assert_kind(|e, _| (e.capitals, e.tokens) = (0.6, 16), Kind::Template);
        assert_kind(|e, spread| (e.marked, spread.houses) = (1.0, 1), Kind::Internal);
        // A phrase is a formula sooner than a whole sentence.
        assert_kind(|e, _| (e.spread, e.days) = (14, 2), Kind::Template);
        assert_kind(|e, _| (e.spread, e.days, e.whole) = (90, 2, 1.0), Kind::Reuse);
        assert_kind(|e, _| (e.spread, e.days, e.tokens) = (90, 2, 41), Kind::Reuse);
    }

    #[test]
    fn names_are_quoted_where_most_places_are() {
        let names = |marked| {
            move |e: &mut Features, _: &mut Spread| {
                (e.capitals, e.marked) = (0.6, marked);
            }
        };
        assert_kind(names(0.5), Kind::Template);
        assert_kind(names(2.0 / 3.0), Kind::Template);
        assert_kind(names(0.75), Kind::Quotation);
        assert_kind(names(1.0), Kind::Quotation);
        assert_kind(|e, _| (e.capitals, e.introduced) = (0.6, 1.0), Kind::Quotation);
        assert_kind(|e, _| (e.capitals, e.loud, e.marked) = (0.6, 0.6, 0.5), Kind::Quotation);
        let fixed = |e: &mut Features, spread: &mut Spread| {
            names(0.5)(e, spread);
            spread.houses = 1;
        };
        assert_kind(fixed, Kind::Template);
    }

    #[test]
    fn furniture_recurs_or_stands_apart() {
        let recurs = |e: &mut Features, spread: &mut Spread| {
            (e.documents, e.days, e.spread) = (40, 35, 300);
            spread.largest = 0.95;
        };
        assert_kind(recurs, Kind::Boilerplate);
        let quoted = |e: &mut Features, spread: &mut Spread| {
            recurs(e, spread);
            e.marked = 0.9;
        };
        assert_kind(quoted, Kind::Quotation);
        let gallery = |e: &mut Features, spread: &mut Spread| {
            quoted(e, spread);
            e.gallery = 0.8;
        };
        assert_kind(gallery, Kind::Boilerplate);
        let end = |e: &mut Features, _: &mut Spread| (e.foot, e.alone, e.edge) = (1.0, 1.0, 1.0);
        assert_kind(end, Kind::Reuse);
        let note = |e: &mut Features, spread: &mut Spread| {
            end(e, spread);
            (e.days, e.spread) = (2, 9);
        };
        assert_kind(note, Kind::Boilerplate);
        assert_kind(|e, _| (e.caption, e.pictured) = (1.0, 1.0), Kind::Boilerplate);
        // A picture in a long reprint does not make it a caption, nor does one of two places.
        assert_kind(|e, _| (e.caption, e.pictured, e.tokens) = (1.0, 1.0, 200), Kind::Reuse);
        assert_kind(|e, _| (e.caption, e.pictured) = (0.5, 0.5), Kind::Reuse);
        // Its form tells furniture wherever it stands, but not where it is quoted.
        assert_kind(|e, _| e.author = 1.0, Kind::Boilerplate);
        assert_kind(|e, _| (e.author, e.person) = (0.5, 1.0), Kind::Boilerplate);
        assert_kind(|e, _| (e.author, e.person) = (0.5, 0.5), Kind::Reuse);
        assert_kind(|e, _| e.call = 1.0, Kind::Boilerplate);
        assert_kind(|e, _| e.notice = 1.0, Kind::Boilerplate);
        assert_kind(|e, _| (e.author, e.marked) = (1.0, 1.0), Kind::Quotation);
        assert_kind(|e, _| e.joined = 1.0, Kind::Boilerplate);
        let heading = |e: &mut Features, _: &mut Spread| (e.heading, e.alone) = (1.0, 1.0);
        assert_kind(heading, Kind::Reuse);
        let again = |e: &mut Features, spread: &mut Spread| {
            heading(e, spread);
            e.days = 2;
        };
        assert_kind(again, Kind::Boilerplate);
        // Nor is a whole article that five papers print furniture.
        let reprint = |e: &mut Features, spread: &mut Spread| {
            recurs(e, spread);
            (e.covered, e.covered_most) = (0.9, 1.0);
        };
        assert_kind(reprint, Kind::Reuse);
    }

    #[test]
    fn figures_filled_in_anew_make_a_template() {
        let sheet = |e: &mut Features, _: &mut Spread| {
            (e.edited, e.figures, e.numbers, e.changes) = (1.0, 0.7, 0.2, 6);
        };
        assert_kind(sheet, Kind::Template);
        // Captions have dates, which differ.
        let captions = |e: &mut Features, spread: &mut Spread| {
            sheet(e, spread);
            (e.spread, e.caption, e.pictured) = (60, 1.0, 1.0);
        };
        assert_kind(captions, Kind::Boilerplate);
        // One other figure in a report of a few hundred words is a correction.
        assert_kind(|e, _| (e.edited, e.figures, e.changes) = (1.0, 0.7, 6), Kind::Reuse);
    }
}
