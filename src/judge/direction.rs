//! Who was first, and where each member most likely has the passage from.
//!
//! Feeds the verdict. Dates decide who was first, and only where all are known and one is before
//! all others; where two tie or one is missing, the first is unknown. A source is a member that
//! was there earlier and whose version is nearest; an agency that the document credits goes before
//! it, also where dates are of one day. Who quotes a speaker has the words from the speaker: a
//! quotation has a source only where the member names the other outlet. Furniture and formulas
//! have none. Every claim has a confidence; below the least one it is left out.
//! Invariant: versions are compared with at most a bounded number of wordings, so the cost grows
//! with the members.

use super::Thresholds;
use super::features::Stand;
use super::kind::Kind;
use super::wording::Wording;
use crate::corpus::Date;
use std::cmp::Ordering;

/// A claim that the passage came from another member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Origin {
    /// Index of the member it came from.
    pub member: u32,
    /// How sure that is, up to 1.
    pub confidence: f32,
}

/// The first member of a family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Earliest {
    /// Index of the member.
    pub member: u32,
    /// How sure it is that it was the first to print the passage, up to 1.
    pub confidence: f32,
}

/// Order of two dates; where one is only a day, by day.
#[must_use]
pub fn compare_dates(x: &Date, y: &Date) -> Ordering {
    if x.day_only || y.day_only {
        return x.seconds.div_euclid(86_400).cmp(&y.seconds.div_euclid(86_400));
    }
    x.seconds.cmp(&y.seconds)
}

/// What direction is judged by, for each member.
#[derive(Debug)]
pub(super) struct Trail<'a> {
    pub(super) dates: &'a [Option<&'a Date>],
    pub(super) stands: &'a [Stand<'a>],
    pub(super) wordings: &'a [Wording],
    /// The outlet that a member names close to the passage, as the member of it.
    pub(super) named: &'a [Option<u32>],
}

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Trail<'_> {
    fn before(&self, x: usize, y: usize) -> bool {
        match (self.dates[x], self.dates[y]) {
            (Some(a), Some(b)) => compare_dates(a, b).is_lt(),
            _ => false,
        }
    }

    /// The one document that is dated before all others.
    pub(super) fn first(&self) -> Option<Earliest> {
        let all = 0..self.stands.len();
        let dated = |n: usize| self.dates[n].map(|date| (date.seconds, n));
        let (_, first) = all.clone().map(dated).collect::<Option<Vec<_>>>()?.into_iter().min()?;
        let others = || all.clone().filter(|&n| self.stands[n].doc != self.stands[first].doc);
        if others().next().is_none() || !others().all(|n| self.before(first, n)) {
            return None;
        }
        let seconds = |n: usize| self.dates[n].map_or(0, |date| date.seconds);
        let lead = others().map(seconds).min().unwrap_or(0) - seconds(first);
        // Pages are updated, and a date may be that of a later version: a lead of hours says less
        // than one of days. Who credits an agency that is a later member had it from there.
        let mut confidence = if lead >= 2 * DAY { 0.95 } else { 0.85 };
        let credit = self.stands[first].credit;
        let own = self.stands[first].agency;
        if own.is_none() && others().any(|n| credit.is_some() && self.stands[n].agency == credit) {
            confidence = 0.4;
        }
        Some(Earliest { member: crate::limits::narrow(first), confidence })
    }

    /// Where each member has the passage from.
    pub(super) fn origins(&self, kind: Kind, t: &Thresholds) -> Vec<Option<Origin>> {
        if matches!(kind, Kind::Boilerplate | Kind::Template) {
            return vec![None; self.stands.len()];
        }
        let versions = Versions::of(self);
        let all = 0..self.stands.len();
        all.map(|n| self.origin(n, kind, &versions).filter(|o| o.confidence >= t.least_confidence))
            .collect()
    }

    fn origin(&self, member: usize, kind: Kind, versions: &Versions) -> Option<Origin> {
        self.credited(member).or_else(|| match kind {
            Kind::Reuse | Kind::Internal => versions.nearest(self, member),
            // Who credits an agency has it from there; who does not may have it from one that does.
            Kind::Wire if self.uncredited(member) => versions.nearest(self, member),
            _ => None,
        })
    }

    fn uncredited(&self, member: usize) -> bool {
        self.stands[member].credit.or(self.stands[member].agency).is_none()
    }

    /// The member whose outlet is the agency or the outlet that this one names.
    fn credited(&self, member: usize) -> Option<Origin> {
        let own = self.stands[member];
        if let Some(named) = self.named[member]
            && !self.before(member, named as usize)
        {
            return Some(Origin { member: named, confidence: 0.9 });
        }
        let agency = own.credit.filter(|_| own.agency.is_none())?;
        let of_agency = (0..self.stands.len())
            .filter(|&n| self.stands[n].agency == Some(agency) && !self.before(member, n));
        let source = of_agency.min_by_key(|&n| (self.dates[n].map(|date| date.seconds), n))?;
        Some(Origin { member: crate::limits::narrow(source), confidence: 0.9 })
    }
}

/// Wordings that are compared with each member.
const WORDINGS: usize = 32;

/// Each wording once: its earliest members.
struct Versions {
    /// Members in order of wording, then date.
    wordings: Vec<Vec<usize>>,
}

impl Versions {
    fn of(trail: &Trail<'_>) -> Self {
        let mut members: Vec<usize> =
            (0..trail.stands.len()).filter(|&n| trail.dates[n].is_some()).collect();
        let date = |n: usize| trail.dates[n].map_or(0, |date| date.seconds);
        members.sort_by_key(|&n| (trail.wordings[n].identity, date(n), n));
        let same =
            |x: &usize, y: &usize| trail.wordings[*x].identity == trail.wordings[*y].identity;
        let mut wordings: Vec<Vec<usize>> = members.chunk_by(same).map(<[usize]>::to_vec).collect();
        wordings.sort_by_key(|members| (date(members[0]), members[0]));
        wordings.truncate(WORDINGS);
        Self { wordings }
    }

    /// The earlier member with the nearest version. Of members with one wording the earliest is
    /// named, with the less confidence the more of them there are.
    fn nearest(&self, trail: &Trail<'_>, member: usize) -> Option<Origin> {
        let own = &trail.wordings[member];
        let earlier = |n: &usize| {
            trail.before(*n, member) && trail.stands[*n].doc != trail.stands[member].doc
        };
        let mut ranked: Vec<(u32, usize, usize)> = Vec::new();
        for members in &self.wordings {
            let Some(&first) = members.iter().find(|n| earlier(n)) else { continue };
            let same = members.iter().filter(|n| earlier(n)).count();
            ranked.push((trail.wordings[first].edits(own).words, first, same));
        }
        ranked.sort_unstable();
        let &(edits, source, same) = ranked.first()?;
        let margin =
            ranked.get(1).map_or(1.0, |next| (next.0 - edits) as f32 / next.0.max(1) as f32);
        // Both may have it from a third that is not here.
        let likeness = 1.0 - edits as f32 / (own.len() + 1) as f32;
        let confidence = 0.8 * likeness.max(0.0) * (0.5 + 0.5 * margin) / same as f32;
        Some(Origin { member: crate::limits::narrow(source), confidence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Tokenizer;

    fn date(day: i64) -> Date {
        Date { text: format!("day {day}"), seconds: day * DAY, day_only: true }
    }

    /// A family of members given as (day, outlet is an agency, credits it, text).
    struct Members {
        dates: Vec<Option<Date>>,
        stands: Vec<Stand<'static>>,
        wordings: Vec<Wording>,
        named: Vec<Option<u32>>,
    }

    fn members(of: &[(Option<i64>, bool, bool, &str)]) -> Members {
        let mut tokenizer = Tokenizer::default();
        let stand = |(doc, member): (u32, &(Option<i64>, bool, bool, &str))| Stand {
            doc,
            outlet: None,
            day: member.0,
            credit: member.2.then_some("AP"),
            agency: member.1.then_some("AP"),
            partner: None,
        };
        Members {
            dates: of.iter().map(|member| member.0.map(date)).collect(),
            stands: (0..).zip(of).map(stand).collect(),
            wordings: of.iter().map(|member| Wording::of(member.3, &mut tokenizer)).collect(),
            named: vec![None; of.len()],
        }
    }

    impl Members {
        fn judge<R>(&self, ask: impl Fn(&Trail<'_>) -> R) -> R {
            let dates: Vec<Option<&Date>> = self.dates.iter().map(Option::as_ref).collect();
            let (stands, wordings, named) = (&self.stands, &self.wordings, &self.named);
            ask(&Trail { dates: &dates, stands, wordings, named })
        }

        fn first(&self) -> Option<u32> {
            self.judge(|trail| trail.first().map(|first| first.member))
        }

        fn sources(&self, kind: Kind) -> Vec<Option<u32>> {
            let origins = self.judge(|trail| trail.origins(kind, &Thresholds::default()));
            origins.into_iter().map(|origin| origin.map(|origin| origin.member)).collect()
        }
    }

    const TEXT: &str = "a cable on the crane snapped before dawn and nobody was hurt at the quay";
    const EDIT: &str = "a cable on the crane parted before dawn and nobody was hurt at the quay";
    const MORE: &str = "a cable on the crane parted before dawn and nobody was hurt at the pier";

    #[test]
    fn who_was_first_is_known_or_not_said() {
        let first =
            |days: [Option<i64>; 3]| members(&days.map(|day| (day, false, false, TEXT))).first();
        assert_eq!(first([Some(3), Some(1), Some(2)]), Some(1));
        assert_eq!(first([Some(1), Some(1), Some(2)]), None, "a tie");
        assert_eq!(first([Some(1), Some(2), None]), None, "a date is missing");
        assert_eq!(members(&[(Some(1), false, false, TEXT)]).first(), None, "nobody to be before");
    }

    #[test]
    fn the_nearest_earlier_version_is_the_source() {
        let family = members(&[
            (Some(1), false, false, TEXT),
            (Some(4), false, false, EDIT),
            (Some(8), false, false, MORE),
        ]);
        assert_eq!(family.sources(Kind::Reuse), [None, Some(0), Some(1)]);
        assert_eq!(family.sources(Kind::Quotation), [None; 3]);
        assert_eq!(family.sources(Kind::Boilerplate), [None; 3]);
        let undated = members(&[(None, false, false, TEXT), (Some(4), false, false, TEXT)]);
        assert_eq!(undated.sources(Kind::Reuse), [None; 2]);
    }

    #[test]
    fn many_equal_versions_leave_the_source_open() {
        let same = [1, 2, 3, 9].map(|day| (Some(day), false, false, TEXT));
        let sources = members(&same).sources(Kind::Reuse);
        assert_eq!(sources, [None, Some(0), None, None]);
    }

    #[test]
    fn who_credits_an_agency_has_it_from_there() {
        let family = members(&[
            (Some(1), false, true, TEXT),
            (Some(1), true, false, TEXT),
            (Some(1), false, false, TEXT),
        ]);
        assert_eq!(family.sources(Kind::Wire), [Some(1), None, None]);
        let late = members(&[(Some(1), false, true, TEXT), (Some(3), true, false, TEXT)]);
        assert_eq!(late.sources(Kind::Wire), [None; 2], "it was not there yet");
        let first = late.judge(|trail| trail.first().map(|first| first.confidence));
        assert!(first.is_some_and(|sure| sure < 0.5), "the agency's own date is later: {first:?}");
    }
}
