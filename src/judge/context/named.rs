//! What the documents of a family say of its other outlets, beside the passage and at their foot.
//!
//! Fed by `context`, feeds the features and `direction`. An outlet is credited beside the passage,
//! in the paragraph above where a colon leads from that to the passage, in the one below where it
//! is nothing but a source or says where the text was printed before, or at the foot of the text.
//! Invariant: reads a bounded stretch around each place.

use super::{Context, span};
use crate::hash::Map;
use crate::judge::case::{Case, Witness};
use crate::judge::{attribution, excerpt, letters, naming, released};
use std::cell::LazyCell;
use std::ops::Range;

/// What the documents of a family say of its other outlets.
#[derive(Default)]
pub(super) struct Named<'a> {
    /// Places that name one beside the passage or at the foot.
    pub(super) mentioned: usize,
    /// For each place, the earliest place of the one outlet that it credits; empty if none does.
    pub(super) credited: Vec<Option<u32>>,
    /// For each place, the outlet that its document names in a line at the foot; empty if none
    /// does.
    pub(super) partners: Vec<Option<&'a str>>,
}

/// An outlet, and how texts write it.
type Written<'a, 'w> = (&'a str, &'w str);

impl<'a> Context<'a> {
    /// What the documents of a family say of its other outlets.
    pub(super) fn named(&self, case: &Case) -> Named<'a> {
        let others = self.written_outlets(case);
        if others.len() < 2 {
            return Named::default();
        }
        let name = |place: &Witness| Some(self.names[self.outlets[place.doc as usize]? as usize]);
        let seconds = |place: &Witness| self.date(place).map_or(i64::MAX, |date| date.seconds);
        // Most places name none, so these are looked for once one does.
        let earliest = LazyCell::new(|| {
            let mut earliest: Map<&str, (i64, u32)> = Map::default();
            for (n, place) in (0..).zip(&case.places) {
                if let Some(name) = name(place) {
                    let own = (seconds(place), n);
                    let known = earliest.entry(name).or_insert(own);
                    *known = own.min(*known);
                }
            }
            earliest
        });
        let mut mentioned = 0;
        let each = case.places.iter().map(|place| {
            let (text, own) = (self.text(place), name(place));
            let other = |name: &&Written<'a, '_>| own != Some(name.0);
            let line = self.lines.get(&place.doc).filter(|_| !letters::is_letter(text));
            let partner = line.and_then(|line| {
                let mut others = others.iter().filter(other);
                others.find(|name| naming::credits(line, name.1)).map(|name| (name, *line))
            });
            let around = Around::of(text, &span(place));
            // Most places have none.
            let near = others.iter().filter(other).filter(|name| around.has(name.1));
            let near: Vec<_> = near.collect();
            let is_named = partner.is_some() || near.iter().any(|name| around.names(name.1));
            mentioned += usize::from(is_named);
            // Whoever credits two may have it from either.
            let credited = near.iter().filter(|name| around.credits(name.1));
            let credited: Vec<&str> = credited.map(|name| name.0).collect();
            let at_foot = || {
                let (name, line) = partner?;
                attribution::is_credit_at_foot(text, line, name.1).then_some(name.0)
            };
            let credited = match credited[..] {
                [] => at_foot(),
                [name] => Some(name),
                _ => None,
            };
            let source = credited.and_then(|name| earliest.get(name)).map(|(_, n)| *n);
            (source, partner.map(|(name, _)| name.0))
        });
        let (credited, partners): (Vec<_>, Vec<_>) = each.unzip();
        Named { mentioned, credited: or_empty(credited), partners: or_empty(partners) }
    }
}

/// The list, or none if nothing is in it.
fn or_empty<T>(list: Vec<Option<T>>) -> Vec<Option<T>> {
    if list.iter().all(Option::is_none) { Vec::new() } else { list }
}

/// Bytes of a passage from which it is long enough to be an excerpt that a line with more ends.
const LONG_BYTES: usize = 240;

/// What is read around a place for the outlets that are credited there.
struct Around<'t> {
    text: &'t str,
    /// Beside it on either side, and a note below.
    beside: [Range<usize>; 3],
    /// The paragraph above, if it leads to the passage.
    lead: Option<Range<usize>>,
    /// The line below.
    below: Option<&'t str>,
    is_long: bool,
}

impl<'t> Around<'t> {
    fn of(text: &'t str, span: &Range<usize>) -> Self {
        let [before, after] = naming::beside(text, span).map(str::len);
        let Range { start, end } = *span;
        let note = released::note_below(text, end).unwrap_or(end..end);
        Self {
            text,
            beside: [start - before..start, end..end + after, note],
            lead: naming::lead_above(text, start),
            below: excerpt::after_block(text, span),
            is_long: end - start >= LONG_BYTES,
        }
    }

    fn part(&self, part: &Range<usize>) -> &'t str {
        self.text.get(part.clone()).unwrap_or_default()
    }

    /// Whether what is read may name an outlet.
    fn has(&self, name: &str) -> bool {
        let beside = self.beside.iter().chain(&self.lead).map(|part| self.part(part));
        let mut parts = beside.chain(self.below);
        parts.any(|part| naming::all_places(part, name).next().is_some())
    }

    /// Whether an outlet is named beside the passage.
    fn names(&self, name: &str) -> bool {
        self.beside.iter().any(|part| naming::holds(self.part(part), name))
    }

    /// Whether one is credited.
    fn credits(&self, name: &str) -> bool {
        let credits = |part: &Range<usize>| attribution::credits(self.text, part.clone(), name);
        let leads = |lead: &Range<usize>| naming::leads_to(self.part(lead), name) || credits(lead);
        let ends = |line: &str| excerpt::ends_with_source(line, name, self.is_long);
        self.beside.iter().any(credits)
            || self.lead.as_ref().is_some_and(leads)
            || self.below.is_some_and(ends)
    }
}
