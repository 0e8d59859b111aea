//! Who was first, and where each member most likely has the passage from.
//!
//! Fed with dates, provenances and wordings of the members, feeds the verdict. Dates decide who was
//! first, and only if all are known and one is before all others; otherwise the first is unknown,
//! as it is for agency copy where an agency that is a member is not the first. A source is the
//! outlet that a member credits, or the agency, even where its page is of the day after; for agency
//! copy an agency that is a member, even later on the same day: agencies send a report before its
//! page is dated; else, of other kinds, an earlier member with the nearest version. A paper is no
//! source of agency copy unless a member credits it. Who quotes a speaker has the words from the
//! speaker: a quotation has a source only if the member credits the other outlet. Furniture and
//! formulas have none. A member that credits one of a later date has an unknown place in the order,
//! and so has the other. `cycles` takes back claims that contradict each other. Every claim has a
//! confidence; a claim below the least confidence is left out.
//! Invariant: versions are compared with a bounded number of wordings, so the cost grows with the
//! members.

mod cycles;

pub use self::cycles::Basis;
pub(crate) use self::cycles::Origin;

use super::agencies::SEVERAL;
use super::kind::Kind;
use super::provenance::Provenance;
use super::thresholds::Thresholds;
use super::wording::{Wording, Wordings};
use crate::corpus::Date;
use crate::limits::narrow;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The first member of a family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Earliest {
    /// Index of the member.
    pub(crate) member: u32,
    /// How sure it is that it was the first to print the passage, up to 1.
    pub(crate) confidence: f32,
}

/// Order of two dates; where one is only a day, by day.
#[must_use]
pub(crate) fn compare_dates(x: &Date, y: &Date) -> Ordering {
    if x.day_only || y.day_only {
        return x.day().cmp(&y.day());
    }
    x.seconds.cmp(&y.seconds)
}

/// When each member printed the passage, and in which version.
pub(super) struct History<'a> {
    pub(super) dates: Cow<'a, [Option<&'a Date>]>,
    /// The provenance of each of as many members as there are dates.
    pub(super) provenance: &'a dyn Fn(usize) -> Provenance<'a>,
    /// Distinct wordings ..
    pub(super) wordings: &'a Wordings<'a>,
    /// .. and the number of that of each member; both empty where versions cannot matter.
    pub(super) of_place: &'a [u32],
    /// The earliest member of the outlet that a member credits beside the passage or at its foot;
    /// empty if none credits any.
    pub(super) credited: Cow<'a, [Option<u32>]>,
    /// Dates alone may name a source.
    pub(super) ordered: bool,
}

/// Whoever printed a member: an agency or an outlet by its name, else the document.
type Party<'a> = (Option<&'a str>, u32);

/// Days for which agency copy is news.
const NEWS_DAYS: i64 = 3;
/// Most members of agencies that are asked for the version of another.
const AGENTS: usize = 8;
/// A version is full that has all but one of so many parts of the words of another.
const FULL: usize = 10;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What is looked at for the origin of each member of a family.
struct Sources<'a> {
    editions: Editions<'a>,
    /// The earliest members of agencies with their wordings, for agency copy.
    agents: Vec<(usize, Cow<'a, Wording>)>,
    /// The members of each agency by date, those without one first.
    copies: Vec<(&'a str, Option<i64>, usize)>,
}

impl<'a> History<'a> {
    /// The wording of a member.
    fn wording(&self, member: usize) -> Cow<'a, Wording> {
        self.wordings.get(self.of_place[member] as usize)
    }

    fn provenance(&self, member: usize) -> Provenance<'a> {
        (self.provenance)(member)
    }

    fn before(&self, x: usize, y: usize) -> bool {
        match (self.dates[x], self.dates[y]) {
            (Some(a), Some(b)) => compare_dates(a, b).is_lt(),
            _ => false,
        }
    }

    /// The one document that is dated before all others. An agency has its copy before anybody
    /// prints it, whenever its own page is dated.
    pub(super) fn first(&self, kind: Kind) -> Option<Earliest> {
        let all = 0..self.dates.len();
        let dated = |n: usize| self.dates[n].map(|date| (date.seconds, n));
        let (_, first) = all.clone().map(dated).collect::<Option<Vec<_>>>()?.into_iter().min()?;
        let doc = self.provenance(first).doc;
        let others = || all.clone().filter(|&n| self.provenance(n).doc != doc);
        if others().next().is_none() || !others().all(|n| self.before(first, n)) {
            return None;
        }
        let Provenance { credit, agency, .. } = self.provenance(first);
        let of_agency = |n| self.provenance(n).agency.is_some();
        let after_agency = kind == Kind::Wire && agency.is_none() && others().any(of_agency);
        if after_agency || all.clone().any(|n| self.credits_later(n).is_some()) {
            return None;
        }
        let seconds = |n: usize| self.dates[n].map_or(0, |date| date.seconds);
        let lead = others().map(seconds).min().unwrap_or(0) - seconds(first);
        // Pages are updated, and a date may be that of a later version: a lead of hours says less
        // than one of days. A member that credits an agency has the passage from there, even if the
        // agency's own copy is dated later.
        let mut confidence = if lead >= 2 * DAY { 0.95 } else { 0.85 };
        if agency.is_none()
            && credit.is_some()
            && others().any(|n| self.provenance(n).agency == credit)
        {
            confidence = 0.4;
        }
        Some(Earliest { member: narrow(first), confidence })
    }

    /// The member that this one credits although it is dated later.
    fn credits_later(&self, member: usize) -> Option<usize> {
        let source = self.credited.get(member).copied().flatten()? as usize;
        self.before(member, source).then_some(source)
    }

    /// For each member, where it has the passage from. When the document `updated` got it is not
    /// known.
    pub(super) fn origins(
        &self,
        kind: Kind,
        updated: Option<u32>,
        t: &Thresholds,
    ) -> Vec<Option<Origin>> {
        if matches!(kind, Kind::Boilerplate | Kind::Template) {
            return vec![None; self.dates.len()];
        }
        // Where a credit and the dates contradict each other, one of the two dates is wrong.
        let all = 0..self.dates.len();
        let denied: Vec<(usize, usize)> =
            all.clone().filter_map(|n| Some((n, self.credits_later(n)?))).collect();
        let doc = |n: usize| self.provenance(n).doc;
        let mut unknown: Vec<u32> = denied.iter().flat_map(|&(a, b)| [doc(a), doc(b)]).collect();
        unknown.extend(updated);
        unknown.sort_unstable();
        let known = |n: usize| unknown.binary_search(&doc(n)).is_err();
        let dates: Vec<_> = all.map(|n| self.dates[n].filter(|_| known(n))).collect();
        let mut credited = self.credited.to_vec();
        for &(member, _) in &denied {
            credited[member] = None;
        }
        let (dates, credited) = (Cow::Owned(dates), Cow::Owned(credited));
        let mut claims = History { dates, credited, ..*self }.claims(kind, t);
        let denied: Vec<_> =
            denied.iter().map(|&(from, to)| (self.party(from), self.party(to))).collect();
        cycles::take_back(&mut claims, &|n| self.party(n), &denied);
        claims
    }

    /// Whoever printed a member, for claims that contradict each other.
    fn party(&self, member: usize) -> Party<'a> {
        let own = self.provenance(member);
        let name = own.agency.or(own.outlet);
        (name, if name.is_some() { 0 } else { own.doc })
    }

    fn claims(&self, kind: Kind, t: &Thresholds) -> Vec<Option<Origin>> {
        let agents = if kind == Kind::Wire { self.agents() } else { Vec::new() };
        let agents = agents.into_iter().map(|n| (n, self.wording(n))).collect();
        let mut sources = Sources { editions: Editions::of(self), agents, copies: self.copies() };
        let mut claim = |n| self.claim(n, kind, &mut sources);
        let is_sure = |claim: &Origin| claim.confidence >= t.least_confidence;
        (0..self.dates.len()).map(|n| claim(n).filter(is_sure)).collect()
    }

    fn claim(&self, member: usize, kind: Kind, sources: &mut Sources<'a>) -> Option<Origin> {
        let credited = self.credited(member, &sources.copies);
        let of_agency = || self.of_agency(member, &sources.agents);
        credited.or_else(of_agency).or_else(|| match kind {
            Kind::Reuse | Kind::Internal if self.ordered => sources.editions.nearest(self, member),
            _ => None,
        })
    }

    /// The earliest members of agencies, one for each wording.
    fn agents(&self) -> Vec<usize> {
        let of_agency = |n: &usize| self.provenance(*n).agency.is_some();
        let mut agents: Vec<usize> = (0..self.of_place.len()).filter(of_agency).collect();
        agents.sort_by_key(|&n| (self.dates[n].map_or(i64::MAX, |date| date.seconds), n));
        let mut seen: Vec<u32> = Vec::new();
        agents.retain(|&n| {
            let new = seen.len() < AGENTS && !seen.contains(&self.of_place[n]);
            if new {
                seen.push(self.of_place[n]);
            }
            new
        });
        agents
    }

    /// The member of an agency from which one that credits none has agency copy. Whoever prints it
    /// is not earlier than the agency, but a date may be only a day, or missing.
    fn of_agency(&self, member: usize, agents: &[(usize, Cow<'a, Wording>)]) -> Option<Origin> {
        // One that credits agencies without a name may mean any.
        let unnamed = || self.provenance(member).credit == Some(SEVERAL);
        if agents.is_empty() || !self.uncredited(member) && !unnamed() {
            return None;
        }
        let own = self.wording(member);
        let not_later = agents.iter().filter(|(n, _)| self.days_later(member, *n) <= 0);
        let (source, theirs) = not_later.min_by_key(|(n, theirs)| {
            let date = self.dates[*n].map_or(i64::MAX, |date| date.seconds);
            (theirs.distance(&own), date, *n)
        })?;
        // An agency has the full version; a longer one may have been written by the other.
        let full = theirs.len() * FULL >= own.len() * (FULL - 1);
        let days = self.dates[member].zip(self.dates[*source]);
        let days = days.map(|(own, theirs)| own.day() - theirs.day());
        let sure = match (full, days) {
            (true, Some(0..=NEWS_DAYS)) => 0.8,
            (true, None) => 0.7,
            _ => 0.6,
        };
        // What was edited may be the words that both have for the same event.
        let edits = theirs.distance(&own);
        let likeness = 1.0 - edits as f32 / (own.len() + 1) as f32;
        let confidence = sure * likeness.max(0.0);
        Some(Origin { member: narrow(*source), confidence, basis: Basis::Agency })
    }

    /// The members of each agency by date, those without one first.
    fn copies(&self) -> Vec<(&'a str, Option<i64>, usize)> {
        let date = |n: usize| self.dates[n].map(|date| date.seconds);
        let copy = |n| self.provenance(n).agency.map(|agency| (agency, date(n), n));
        let mut copies: Vec<_> = (0..self.dates.len()).filter_map(copy).collect();
        copies.sort_unstable();
        copies
    }

    fn uncredited(&self, member: usize) -> bool {
        let own = self.provenance(member);
        own.credit.or(own.agency).is_none()
    }

    /// The member of the outlet or the agency that this one names; `copies` are the members of
    /// agencies by date.
    fn credited(&self, member: usize, copies: &[(&str, Option<i64>, usize)]) -> Option<Origin> {
        let own = self.provenance(member);
        let basis = Basis::Credit;
        if let Some(source) = self.credited.get(member).copied().flatten() {
            return Some(Origin { member: source, confidence: 0.9, basis });
        }
        let agency = own.credit.filter(|_| own.agency.is_none())?;
        let first = copies.partition_point(|(name, ..)| *name < agency);
        let (name, _, source) = copies.get(first)?;
        let confidence = match self.days_later(member, *source) {
            ..=0 => 0.9,
            // The morning after, or another time zone.
            1 => 0.7,
            _ => return None,
        };
        (*name == agency).then_some(Origin { member: narrow(*source), confidence, basis })
    }

    /// Days that a member is dated after another; none where either is not dated.
    fn days_later(&self, member: usize, other: usize) -> i64 {
        let day = |n: usize| self.dates[n].map(Date::day);
        day(other).zip(day(member)).map_or(0, |(other, member)| other - member)
    }
}

/// Most wordings that are compared with a member.
const WORDINGS: usize = 32;

/// The members with one wording.
struct Edition {
    /// By date.
    members: Vec<usize>,
    /// Their dates.
    seconds: Vec<i64>,
    /// How many of the members before each position have a date with a time of day.
    timed: Vec<u32>,
    /// The members by document, as positions.
    by_doc: Vec<(u32, usize)>,
}

impl Edition {
    fn of(members: Vec<usize>, history: &History<'_>) -> Self {
        let date = |n: &usize| history.dates[*n];
        let seconds = members.iter().map(|n| date(n).map_or(0, |date| date.seconds)).collect();
        let mut timed = Vec::with_capacity(members.len() + 1);
        timed.push(0);
        let mut sum = 0;
        for n in &members {
            sum += u32::from(date(n).is_some_and(|date| !date.day_only));
            timed.push(sum);
        }
        let doc = |(at, n): (usize, &usize)| (history.provenance(*n).doc, at);
        let mut by_doc: Vec<(u32, usize)> = members.iter().enumerate().map(doc).collect();
        by_doc.sort_unstable();
        Self { members, seconds, timed, by_doc }
    }

    /// The first of the members that are earlier than one of another document, and their number.
    /// They are counted by searches, because a passage can have thousands of members with one
    /// wording.
    fn earlier(&self, history: &History<'_>, member: usize) -> Option<(usize, u32)> {
        let date = history.dates[member]?;
        let day = date.day().saturating_mul(DAY);
        let before = |seconds: i64| self.seconds.partition_point(|&other| other < seconds);
        // Members of the same day are earlier if both have a time.
        let whole = before(day);
        let end = if date.day_only { whole } else { before(date.seconds) };
        let doc = history.provenance(member).doc;
        let own = self.by_doc.partition_point(|place| place.0 < doc);
        let own = self.by_doc[own..].iter().take_while(|place| place.0 == doc);
        let is_timed = |at: usize| self.timed[at + 1] > self.timed[at];
        let own = own.filter(|(_, at)| *at < whole || *at < end && is_timed(*at)).count();
        let count = whole + (self.timed[end] - self.timed[whole]) as usize - own;
        if count == 0 {
            return None;
        }
        let of_another = |n: &&usize| history.provenance(**n).doc != doc;
        let timed_after = |at: usize| self.timed.partition_point(|&sum| sum <= self.timed[at]) - 1;
        let mut at = 0;
        while at < end {
            if at >= whole {
                at = timed_after(at);
            }
            if let Some(first) = self.members.get(at).filter(of_another) {
                return Some((*first, narrow(count)));
            }
            at += 1;
        }
        None
    }
}

/// The distinct wordings of a family.
struct Editions<'a> {
    /// By the date of their first member, with their words.
    editions: Vec<(Edition, Cow<'a, Wording>)>,
    /// Edited words from each wording that is held to each edition, where they were counted.
    distances: Vec<[u32; WORDINGS]>,
}

/// Not counted yet.
const UNKNOWN: u32 = u32::MAX;

impl<'a> Editions<'a> {
    fn of(history: &History<'a>) -> Self {
        let mut members: Vec<usize> =
            (0..history.of_place.len()).filter(|&n| history.dates[n].is_some()).collect();
        let date = |n: usize| history.dates[n].map_or(0, |date| date.seconds);
        let identity = |n: usize| history.wordings.identity(history.of_place[n] as usize);
        members.sort_by_key(|&n| (identity(n), date(n), n));
        let same = |x: &usize, y: &usize| identity(*x) == identity(*y);
        let mut editions: Vec<Vec<usize>> = members.chunk_by(same).map(<[usize]>::to_vec).collect();
        editions.sort_by_key(|members| (date(members[0]), members[0]));
        editions.truncate(WORDINGS);
        let edition = |members: Vec<usize>| {
            let words = history.wording(members[0]);
            (Edition::of(members, history), words)
        };
        let editions = editions.into_iter().map(edition).collect();
        Self { editions, distances: vec![[UNKNOWN; WORDINGS]; history.wordings.held()] }
    }

    /// The earlier member with the nearest version. Of members with the same wording the earliest
    /// is named, with less confidence the more of them there are.
    fn nearest(&mut self, history: &History<'_>, member: usize) -> Option<Origin> {
        let number = *history.of_place.get(member)? as usize;
        let own = history.wordings.get(number);
        let mut fresh = [UNKNOWN; WORDINGS];
        let known = self.distances.get_mut(number).unwrap_or(&mut fresh);
        let mut ranked: Vec<(u32, usize, u32)> = Vec::new();
        for ((edition, words), distance) in self.editions.iter().zip(known) {
            let Some((first, same)) = edition.earlier(history, member) else { continue };
            if *distance == UNKNOWN {
                *distance = words.distance(&own);
            }
            ranked.push((*distance, first, same));
        }
        ranked.sort_unstable();
        let &(edits, source, same) = ranked.first()?;
        let margin =
            ranked.get(1).map_or(1.0, |next| (next.0 - edits) as f32 / next.0.max(1) as f32);
        // Both may have it from a third that is not in the corpus.
        let likeness = 1.0 - edits as f32 / (own.len() + 1) as f32;
        let confidence = 0.8 * likeness.max(0.0) * (0.5 + 0.5 * margin) / same as f32;
        Some(Origin { member: narrow(source), confidence, basis: Basis::Date })
    }
}

#[cfg(test)]
mod tests;
