//! Who printed how much after whom: the families of a scan, summed up for each two houses.
//!
//! Made from a finished scan, written by output. Only families count in which something was taken,
//! wire and reuse, and only where that is sure enough to be said of somebody. Where a credit names
//! the source of a member, or the source is the agency, the basis is `source`; where only dates
//! speak, `date`, which says after whom it was printed and not from whom, and is never said of an
//! agency; where neither does, there is no basis and no direction. Families overlap, and one lies
//! within another: the words of a document count once in what it has of another house.
//! Invariant: each document of a family counts once, so the work grows with the places, and the
//! table does not depend on the order of the input.

use super::result::ScanResult;
use crate::corpus::Date;
use crate::hash::Map;
use crate::judge::{Basis, Origin, agency_named};
use crate::limits::narrow;
use crate::passage::DocSpan;
use crate::record::{Flow, Kind};
use crate::text::Span;

/// How sure the kind of a family must be for it to count.
const SURE: f32 = 0.8;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// From whom, to whom, on what basis, and of what kind.
type Key = (u32, u32, Option<&'static str>, Kind);

/// One document that printed a passage after another.
struct Step {
    family: u32,
    doc: u32,
    spans: Vec<Span>,
    /// Days after the other.
    days: Option<f64>,
}

impl ScanResult {
    /// The flows between houses, the one of most tokens first.
    #[must_use]
    pub fn flows(&self) -> Vec<Flow<'_>> {
        let names = self.house_names();
        let mut steps: Map<Key, Vec<Step>> = Map::default();
        for family in 0..self.family_count() {
            let taken = matches!(self.verdicts.kind(family), Kind::Wire | Kind::Reuse);
            if taken && self.verdicts.sureness(family) >= SURE {
                self.add_steps(family, &names, &mut steps);
            }
        }
        let mut flows: Vec<Flow<'_>> =
            steps.into_iter().map(|(key, steps)| self.flow(key, &steps, &names)).collect();
        flows.sort_by(|x, y| {
            let names = (x.from, x.to, x.basis, x.kind).cmp(&(y.from, y.to, y.basis, y.kind));
            y.tokens.cmp(&x.tokens).then(y.families.cmp(&x.families)).then(names)
        });
        flows
    }

    /// One name for each house: the first by the alphabet of those that its documents have.
    fn house_names(&self) -> Map<u32, &str> {
        let mut names: Map<u32, &str> = Map::default();
        for (document, house) in self.documents.iter().zip(&self.houses) {
            if let (Some(house), Some(name)) = (house, document.meta.outlet.as_deref()) {
                let known = names.entry(*house).or_insert(name);
                *known = name.min(known);
            }
        }
        names
    }

    /// Adds a step for each document of a family that another house has as well.
    fn add_steps(&self, family: usize, names: &Map<u32, &str>, steps: &mut Map<Key, Vec<Step>>) {
        let places = &self.families.members[family];
        let kind = self.verdicts.kind(family);
        let house = |place: &DocSpan| self.houses[place.doc as usize];
        let first = self.verdicts.first(family).map(|first| places[first.member as usize]);
        let Some(anchor) =
            places.iter().filter(|place| house(place).is_some()).min_by_key(|place| {
                (self.date(**place).map_or(i64::MAX, |date| date.seconds), **place)
            })
        else {
            return;
        };
        let mut done = 0;
        for own in places.chunk_by(|x, y| x.doc == y.doc) {
            let place = &own[0];
            let members = done..done + own.len();
            done = members.end;
            let Some(to) = house(place) else { continue };
            let (credited, dated): (Vec<Origin>, Vec<Origin>) = members
                .filter_map(|n| self.verdicts.origin(family, n))
                .partition(|origin| origin.basis != Basis::Date);
            let of = |origin: &Origin| places[origin.member as usize];
            // A date alone says of no agency that it printed after a paper.
            let dated = || dated.first().map(of).or(first);
            let dated = || dated().filter(|_| agency_named(names[&to]).is_none());
            let (from, basis) = match credited.first().map(of) {
                Some(source) => (source, Some("source")),
                None => dated().map_or((*anchor, None), |first| (first, Some("date"))),
            };
            let Some(before) = house(&from).filter(|before| *before != to) else { continue };
            let (before, to) = match basis {
                None if names[&to] < names[&before] => (to, before),
                _ => (before, to),
            };
            let days = self.date(from).zip(self.date(*place)).map(|(x, y)| days(x, y));
            // The page of an agency may be dated after a copy: that is no time it took.
            let days = days.filter(|days| *days >= 0.0);
            let spans = own.iter().map(|place| place.span).collect();
            let step = Step { family: narrow(family), doc: place.doc, spans, days };
            steps.entry((before, to, basis, kind)).or_default().push(step);
        }
    }

    fn flow<'a>(&self, key: Key, steps: &[Step], names: &Map<u32, &'a str>) -> Flow<'a> {
        let (from, to, basis, kind) = key;
        let mut spans: Map<u32, Vec<Span>> = Map::default();
        for step in steps {
            spans.entry(step.doc).or_default().extend(&step.spans);
        }
        let by_doc: Map<u32, u32> =
            spans.into_iter().map(|(doc, mut spans)| (doc, Span::union(&mut spans))).collect();
        let share = |(doc, tokens): (&u32, &u32)| {
            f64::from(*tokens) / f64::from(self.lengths[*doc as usize].max(1))
        };
        let mut days: Vec<f64> = steps.iter().filter_map(|step| step.days).collect();
        days.sort_by(f64::total_cmp);
        // Families are visited in order, so the steps of one are neighbours.
        let families = steps.chunk_by(|x, y| x.family == y.family).count();
        Flow {
            from: names[&from],
            to: names[&to],
            basis,
            kind,
            families,
            documents: by_doc.len(),
            tokens: by_doc.values().map(|tokens| *tokens as usize).sum(),
            median_days: basis.and(days.get(days.len() / 2).copied()),
            largest_share: by_doc.iter().map(share).fold(0.0, f64::max).min(1.0),
        }
    }
}

/// Days from one date to another, whole ones where one of them is only a day.
#[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
fn days(from: &Date, to: &Date) -> f64 {
    if from.day_only || to.day_only {
        return (to.day() - from.day()) as f64;
    }
    ((to.seconds - from.seconds) as f64 / DAY * 10.0).round() / 10.0
}
