//! The terminal view of a scan: family by family, the passage, who has it, and what differs.
//!
//! For people; programs read [`jsonl`](wirecopy::output::jsonl). The caller ranks families by
//! [`Key`] and asks for one at a time, so that a large result is never turned into text as a whole.
//! Invariant: what is folded is counted.

use super::dates;
use super::diff::Word;
use super::holders::{Columns, folded, holders};
use super::marked::{Marked, Version, mark};
use super::numbers::{count, sureness};
use super::page::{Look, Page};
use super::piece::{Ink, Piece};
use super::sources::sources;
use super::wrap;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use wirecopy::output::escape;
use wirecopy::record::{Evidence, Family, Member};
use wirecopy::text::Tokenizer;

/// Which families come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sort {
    /// What matters most: the rank of the family.
    #[default]
    Rank,
    /// Most outlets, then most documents, then the longest passage.
    Outlets,
    /// Most places.
    Size,
    /// Longest passage.
    Length,
    /// Earliest date; unknown last.
    First,
}

/// What families are ranked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    outlets: usize,
    size: usize,
    length: usize,
    first: Option<(u32, u32, u32)>,
    rank: u32,
    family: u32,
}

impl Key {
    /// The key of a family.
    #[must_use]
    pub(crate) fn of(family: &Family<'_>) -> Self {
        Self {
            outlets: family.outlets,
            size: family.size,
            length: family.text.len(),
            first: family.first.as_ref().and_then(|first| dates::key(first.date?)),
            rank: family.rank,
            family: family.family,
        }
    }

    fn rank(&self, sort: Sort) -> impl Ord + use<> {
        let lead = match sort {
            Sort::Outlets => self.outlets,
            Sort::Size => self.size,
            Sort::Length => self.length,
            Sort::Rank | Sort::First => 0,
        };
        let place = if sort == Sort::Rank { self.rank } else { 0 };
        let date = (sort == Sort::First).then(|| self.first.unwrap_or((u32::MAX, 0, 0)));
        (place, date, Reverse((lead, self.outlets, self.size, self.length)), self.family)
    }
}

/// The places in `keys` of the first `top` families in order (`0`: of all).
#[must_use]
pub(crate) fn rank(keys: &[Key], sort: Sort, top: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_cached_key(|&n| keys[n].rank(sort));
    if top > 0 {
        order.truncate(top);
    }
    order
}

/// Lines shown of a long passage: this many of its start ..
const HEAD_LINES: usize = 8;
/// .. and of its end.
const TAIL_LINES: usize = 2;
/// Documents shown that have the passage word for word.
const SHOWN_EQUAL: usize = 8;
/// Documents shown of each other version.
const SHOWN_OTHER: usize = 3;
/// Other versions shown.
const SHOWN_VERSIONS: usize = 4;
/// Changes shown of a version.
const SHOWN_CHANGES: usize = 4;

/// Writes families; keeps its scratch space from one to the next.
#[derive(Debug)]
pub(crate) struct FamilyView {
    look: Look,
    tokenizer: Tokenizer,
}

/// Members whose passages have the same words.
struct Wording<'f, 'a> {
    text: &'a str,
    members: Vec<&'f Member<'a>>,
}

impl FamilyView {
    /// A view that looks like `look`.
    #[must_use]
    pub(crate) fn new(look: Look) -> Self {
        Self { look, tokenizer: Tokenizer::default() }
    }

    /// Appends a family and an empty line.
    pub(crate) fn family(&mut self, family: &Family<'_>, out: &mut String) {
        let mut page = Page::new(self.look, out);
        let passage = Version::new(&mut self.tokenizer, family.text);
        heading(family, passage.words.len(), &mut page);
        reasons(family, &mut page);
        sources(family, format!("#{}  ", family.family).len(), &mut page);
        page.blank();
        quoted(family.text, &mut page);
        page.blank();
        let (equal, others) = self.groups(family, &passage);
        let shown = shown(&equal, &others);
        let columns = Columns::of(family, &shown, self.look.columns());
        rows(family, &equal, SHOWN_EQUAL, columns, &mut page);
        for (n, group) in others.iter().take(SHOWN_VERSIONS).enumerate() {
            if n > 0 || !equal.is_empty() {
                page.blank();
            }
            rows(family, &group.members, SHOWN_OTHER, columns, &mut page);
            if group.text.is_empty() {
                unkept(&mut page);
                continue;
            }
            let version = Version::new(&mut self.tokenizer, group.text);
            changes(&passage, &version, columns, &mut page);
        }
        rest(&others, columns, &mut page);
        page.blank();
    }

    /// Members with the words of the passage, and those of each other version, largest first.
    fn groups<'f, 'a>(
        &mut self,
        family: &'f Family<'a>,
        passage: &Version<'_>,
    ) -> (Vec<&'f Member<'a>>, Vec<Wording<'f, 'a>>) {
        let main = identity(&passage.words);
        let mut places: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        let mut equal = Vec::new();
        let mut others: Vec<Wording<'f, 'a>> = Vec::new();
        for member in &family.members {
            let key = identity(&Version::new(&mut self.tokenizer, member.words()).words);
            if key == main {
                equal.push(member);
                continue;
            }
            let place = *places.entry(key).or_insert(others.len());
            if place == others.len() {
                others.push(Wording { text: member.words(), members: Vec::new() });
            }
            others[place].members.push(member);
        }
        others.sort_by_key(|group| Reverse(group.members.len()));
        (equal, others)
    }
}

/// Says why nothing is shown of some members: only an index without texts has no words of them.
fn unkept(page: &mut Page<'_>) {
    let text = "the index keeps the tokens of these, not their words";
    page.paragraph(&Piece::own(Ink::Faint, "  ┆ "), &[Piece::own(Ink::Faint, text)]);
}

/// What two versions of the same words have in common.
fn identity(words: &[Word]) -> Vec<u64> {
    words.iter().map(|word| word.hash).collect()
}

/// The line that says how many families were left out and how to see them.
pub(crate) fn more(left: usize, look: Look, out: &mut String) {
    if left == 0 {
        return;
    }
    let text = format!(
        "and {}: --top 0 shows all, -o NAME.jsonl --families NAME.jsonl writes them for programs",
        count(left, "more family", "more families")
    );
    let mut page = Page::new(look, out);
    page.paragraph(&Piece::own(Ink::Plain, ""), &[Piece::own(Ink::Faint, text)]);
    page.blank();
}

fn heading(family: &Family<'_>, tokens: usize, page: &mut Page<'_>) {
    let mut ids: Vec<_> = family.members.iter().map(|one| (one.id, one.outlet)).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut parts = Vec::new();
    if family.outlets > 0 {
        parts.push(count(family.outlets, "outlet", "outlets"));
    }
    parts.push(count(ids.len(), "document", "documents"));
    if family.size > ids.len() {
        parts.push(count(family.size, "place", "places"));
    }
    parts.push(count(tokens, "token", "tokens"));
    parts.extend(period(family));
    let lead = format!("#{}  ", family.family);
    let (sure, kind) = (sureness(family.kind_confidence), family.kind.name());
    let text = format!("{sure}{kind} · {}", parts.join(" · "));
    page.hanging(&Piece::own(Ink::Heading, lead), &[Piece::own(Ink::Heading, text)]);
}

/// Why the family is of its kind.
fn reasons(family: &Family<'_>, page: &mut Page<'_>) {
    if family.why.is_empty() {
        return;
    }
    let lead = " ".repeat(format!("#{}  ", family.family).len());
    let text = format!("because: {}", Evidence::join(&family.why, ", "));
    page.paragraph(&Piece::own(Ink::Plain, lead), &[Piece::own(Ink::Faint, text)]);
}

/// The first and the last day, where known.
fn period(family: &Family<'_>) -> Option<String> {
    let mut known: Vec<&str> = family.members.iter().filter_map(|member| member.date).collect();
    known.sort_by_key(|date| dates::key(date));
    let day = |date: &&str| escape::line(dates::day(date)).into_owned();
    let (first, last) = (known.first().map(day)?, known.last().map(day)?);
    Some(if first == last { first } else { format!("{first} to {last}") })
}

/// The passage after a bar; only the ends of a long one.
fn quoted(text: &str, page: &mut Page<'_>) {
    let bar = Piece::own(Ink::Faint, "  ┃ ");
    let room = page.look.measure().saturating_sub(wrap::width_of(bar.text()));
    let mut lines = wrap::wrap(&[Piece::prose(Ink::Plain, text)], room);
    if lines.len() <= HEAD_LINES + TAIL_LINES + 1 {
        page.lines(&bar, lines);
        return;
    }
    let tail = lines.split_off(lines.len() - TAIL_LINES);
    let left_out = lines.len() - HEAD_LINES;
    page.lines(&bar, lines.into_iter().take(HEAD_LINES));
    let fold = format!("… {} …", count(left_out, "line", "lines"));
    page.lines(&bar, [vec![Piece::own(Ink::Faint, fold)]]);
    page.lines(&bar, tail);
}

/// The members whose rows will be seen, to fit the columns to.
fn shown<'f, 'a>(equal: &[&'f Member<'a>], others: &[Wording<'f, 'a>]) -> Vec<&'f Member<'a>> {
    let equal = equal.iter().take(SHOWN_EQUAL);
    let others = others.iter().take(SHOWN_VERSIONS);
    equal.chain(others.flat_map(|group| group.members.iter().take(SHOWN_OTHER))).copied().collect()
}

fn rows(
    family: &Family<'_>,
    members: &[&Member<'_>],
    most: usize,
    columns: Columns,
    page: &mut Page<'_>,
) {
    let holders = holders(members);
    // A line that folds one document would be no shorter than its row.
    let most = if holders.len() == most + 1 { most + 1 } else { most };
    for holder in holders.iter().take(most) {
        columns.row(family, holder, page);
    }
    if let Some(rest) = holders.get(most..).filter(|rest| !rest.is_empty()) {
        page.paragraph(&indent(columns, page), &folded(rest));
    }
}

/// Spaces up to where rows start.
fn indent(columns: Columns, page: &Page<'_>) -> Piece<'static> {
    Piece::own(Ink::Plain, " ".repeat(columns.start(page.look.columns())))
}

/// What differs in a version, below its documents.
fn changes(passage: &Version<'_>, version: &Version<'_>, columns: Columns, page: &mut Page<'_>) {
    let lead = Piece::own(Ink::Faint, format!("{}  ┆ ", indent(columns, page).text()));
    match mark(passage, version, page.look.color) {
        Marked::Apart(text) => page.paragraph(&lead, &[Piece::own(Ink::Faint, text)]),
        Marked::Changes(all) => {
            for change in all.iter().take(SHOWN_CHANGES) {
                page.paragraph(&lead, change);
            }
            if let Some(left) = all.len().checked_sub(SHOWN_CHANGES).filter(|left| *left > 0) {
                let text = format!("and {}", count(left, "more change", "more changes"));
                page.paragraph(&lead, &[Piece::own(Ink::Faint, text)]);
            }
        }
    }
}

/// The line for versions that are not shown.
fn rest(others: &[Wording<'_, '_>], columns: Columns, page: &mut Page<'_>) {
    let Some(rest) = others.get(SHOWN_VERSIONS..).filter(|rest| !rest.is_empty()) else { return };
    let members: Vec<&Member<'_>> = rest.iter().flat_map(|g| g.members.iter().copied()).collect();
    let versions = count(rest.len(), "more version", "more versions");
    let documents = count(holders(&members).len(), "document", "documents");
    let text = format!("and {versions} in {documents}");
    page.blank();
    page.paragraph(&indent(columns, page), &[Piece::own(Ink::Plain, text)]);
}
