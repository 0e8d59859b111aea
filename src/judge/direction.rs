//! Who was first, and where each member most likely has the passage from.
//!
//! Fed with dates, provenances and wordings of the members, feeds the verdict. Dates decide who was
//! first, and only if all are known and one is before all others; otherwise the first is unknown. A
//! source is an earlier member with the nearest version; an agency that the document credits takes
//! precedence, even on the same day. Whoever quotes a speaker has the words from the speaker: a
//! quotation has a source only if the member names the other outlet. Furniture and formulas have
//! none. Every claim has a confidence; a claim below the least confidence is left out.
//! Invariant: versions are compared with a bounded number of wordings, so the cost grows with the
//! members.

use super::kind::Kind;
use super::provenance::Provenance;
use super::thresholds::Thresholds;
use super::wording::Wording;
use crate::corpus::Date;
use crate::limits::narrow;
use std::cmp::Ordering;

/// A claim that the passage came from another member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Origin {
    /// Index of the member it came from.
    pub(crate) member: u32,
    /// How sure that is, up to 1.
    pub(crate) confidence: f32,
}

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
        return x.seconds.div_euclid(86_400).cmp(&y.seconds.div_euclid(86_400));
    }
    x.seconds.cmp(&y.seconds)
}

/// When each member printed the passage, and in which version.
#[derive(Debug)]
pub(super) struct History<'a> {
    pub(super) dates: &'a [Option<&'a Date>],
    pub(super) provenances: &'a [Provenance<'a>],
    /// Distinct wordings ..
    pub(super) wordings: &'a [Wording],
    /// .. and the number of that of each member; both empty where versions cannot matter.
    pub(super) of_place: &'a [u32],
    /// The earliest member of the outlet that a member names beside the passage; empty if none
    /// names any.
    pub(super) named: &'a [Option<u32>],
}

/// Seconds of a day.
const DAY: i64 = 86_400;

impl History<'_> {
    /// The wording of a member.
    fn wording(&self, member: usize) -> &Wording {
        &self.wordings[self.of_place[member] as usize]
    }

    fn before(&self, x: usize, y: usize) -> bool {
        match (self.dates[x], self.dates[y]) {
            (Some(a), Some(b)) => compare_dates(a, b).is_lt(),
            _ => false,
        }
    }

    /// The one document that is dated before all others.
    pub(super) fn first(&self) -> Option<Earliest> {
        let all = 0..self.provenances.len();
        let dated = |n: usize| self.dates[n].map(|date| (date.seconds, n));
        let (_, first) = all.clone().map(dated).collect::<Option<Vec<_>>>()?.into_iter().min()?;
        let others =
            || all.clone().filter(|&n| self.provenances[n].doc != self.provenances[first].doc);
        if others().next().is_none() || !others().all(|n| self.before(first, n)) {
            return None;
        }
        let seconds = |n: usize| self.dates[n].map_or(0, |date| date.seconds);
        let lead = others().map(seconds).min().unwrap_or(0) - seconds(first);
        // Pages are updated, and a date may be that of a later version: a lead of hours says less
        // than one of days. A member that credits an agency has the passage from there, even if the
        // agency's own copy is dated later.
        let mut confidence = if lead >= 2 * DAY { 0.95 } else { 0.85 };
        let credit = self.provenances[first].credit;
        let own = self.provenances[first].agency;
        if own.is_none()
            && others().any(|n| credit.is_some() && self.provenances[n].agency == credit)
        {
            confidence = 0.4;
        }
        Some(Earliest { member: narrow(first), confidence })
    }

    /// For each member, where it has the passage from.
    pub(super) fn origins(&self, kind: Kind, t: &Thresholds) -> Vec<Option<Origin>> {
        if matches!(kind, Kind::Boilerplate | Kind::Template) {
            return vec![None; self.provenances.len()];
        }
        let mut editions = Editions::of(self);
        let all = 0..self.provenances.len();
        let mut origin = |n| self.origin(n, kind, &mut editions);
        all.map(|n| origin(n).filter(|o| o.confidence >= t.least_confidence)).collect()
    }

    fn origin(&self, member: usize, kind: Kind, editions: &mut Editions) -> Option<Origin> {
        self.credited(member).or_else(|| match kind {
            Kind::Reuse | Kind::Internal => editions.nearest(self, member),
            // A member that credits an agency has the passage from there; one that does not may
            // have it from a member that does.
            Kind::Wire if self.uncredited(member) => editions.nearest(self, member),
            _ => None,
        })
    }

    fn uncredited(&self, member: usize) -> bool {
        self.provenances[member].credit.or(self.provenances[member].agency).is_none()
    }

    /// The member of the outlet or the agency that this one names.
    fn credited(&self, member: usize) -> Option<Origin> {
        let own = self.provenances[member];
        if let Some(named) = self.named.get(member).copied().flatten()
            && !self.before(member, named as usize)
        {
            return Some(Origin { member: named, confidence: 0.9 });
        }
        let agency = own.credit.filter(|_| own.agency.is_none())?;
        let of_agency = (0..self.provenances.len())
            .filter(|&n| self.provenances[n].agency == Some(agency) && !self.before(member, n));
        let source = of_agency.min_by_key(|&n| (self.dates[n].map(|date| date.seconds), n))?;
        Some(Origin { member: narrow(source), confidence: 0.9 })
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
        let doc = |(at, n): (usize, &usize)| (history.provenances[*n].doc, at);
        let mut by_doc: Vec<(u32, usize)> = members.iter().enumerate().map(doc).collect();
        by_doc.sort_unstable();
        Self { members, seconds, timed, by_doc }
    }

    /// The first of the members that are earlier than one of another document, and their number.
    /// They are counted by searches, because a passage can have thousands of members with one
    /// wording.
    fn earlier(&self, history: &History<'_>, member: usize) -> Option<(usize, u32)> {
        let date = history.dates[member]?;
        let day = date.seconds.div_euclid(DAY).saturating_mul(DAY);
        let before = |seconds: i64| self.seconds.partition_point(|&other| other < seconds);
        // Members of the same day are earlier if both have a time.
        let whole = before(day);
        let end = if date.day_only { whole } else { before(date.seconds) };
        let doc = history.provenances[member].doc;
        let own = self.by_doc.partition_point(|place| place.0 < doc);
        let own = self.by_doc[own..].iter().take_while(|place| place.0 == doc);
        let is_timed = |at: usize| self.timed[at + 1] > self.timed[at];
        let own = own.filter(|(_, at)| *at < whole || *at < end && is_timed(*at)).count();
        let count = whole + (self.timed[end] - self.timed[whole]) as usize - own;
        if count == 0 {
            return None;
        }
        let of_another = |n: &&usize| history.provenances[**n].doc != doc;
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
struct Editions {
    /// By the date of their first member.
    editions: Vec<Edition>,
    /// Edited words from each wording to each edition, where they were counted.
    distances: Vec<[u32; WORDINGS]>,
}

/// Not counted yet.
const UNKNOWN: u32 = u32::MAX;

impl Editions {
    fn of(history: &History<'_>) -> Self {
        let mut members: Vec<usize> =
            (0..history.of_place.len()).filter(|&n| history.dates[n].is_some()).collect();
        let date = |n: usize| history.dates[n].map_or(0, |date| date.seconds);
        let identity = |n: usize| history.wording(n).identity;
        members.sort_by_key(|&n| (identity(n), date(n), n));
        let same = |x: &usize, y: &usize| identity(*x) == identity(*y);
        let mut editions: Vec<Vec<usize>> = members.chunk_by(same).map(<[usize]>::to_vec).collect();
        editions.sort_by_key(|members| (date(members[0]), members[0]));
        editions.truncate(WORDINGS);
        let editions = editions.into_iter().map(|members| Edition::of(members, history)).collect();
        Self { editions, distances: vec![[UNKNOWN; WORDINGS]; history.wordings.len()] }
    }

    /// The earlier member with the nearest version. Of members with the same wording the earliest
    /// is named, with less confidence the more of them there are.
    fn nearest(&mut self, history: &History<'_>, member: usize) -> Option<Origin> {
        let number = *history.of_place.get(member)? as usize;
        let own = &history.wordings[number];
        let known = &mut self.distances[number];
        let mut ranked: Vec<(u32, usize, u32)> = Vec::new();
        for (edition, distance) in self.editions.iter().zip(known) {
            let Some((first, same)) = edition.earlier(history, member) else { continue };
            if *distance == UNKNOWN {
                *distance = history.wording(first).distance(own);
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
        Some(Origin { member: narrow(source), confidence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Tokenizer;
    use proptest::prelude::*;

    fn date(day: i64) -> Date {
        Date { text: format!("day {day}"), seconds: day * DAY, day_only: true, inferred: false }
    }

    /// A family of members given as (day, outlet is an agency, credits it, text).
    struct Members {
        dates: Vec<Option<Date>>,
        provenances: Vec<Provenance<'static>>,
        wordings: Vec<Wording>,
        of_place: Vec<u32>,
        named: Vec<Option<u32>>,
    }

    fn members(of: &[(Option<i64>, bool, bool, &str)]) -> Members {
        let mut tokenizer = Tokenizer::default();
        let provenance = |(doc, member): (u32, &(Option<i64>, bool, bool, &str))| Provenance {
            doc,
            outlet: None,
            day: member.0,
            credit: member.2.then_some("AP"),
            agency: member.1.then_some("AP"),
            partner: None,
        };
        Members {
            dates: of.iter().map(|member| member.0.map(date)).collect(),
            provenances: (0..).zip(of).map(provenance).collect(),
            wordings: of.iter().map(|member| Wording::of(member.3, &mut tokenizer)).collect(),
            of_place: (0..).zip(of).map(|(n, _)| n).collect(),
            named: vec![None; of.len()],
        }
    }

    impl Members {
        fn judge<R>(&self, ask: impl Fn(&History<'_>) -> R) -> R {
            let dates: Vec<Option<&Date>> = self.dates.iter().map(Option::as_ref).collect();
            let (provenances, wordings, named) = (&self.provenances, &self.wordings, &self.named);
            ask(&History { dates: &dates, provenances, wordings, of_place: &self.of_place, named })
        }

        fn first(&self) -> Option<u32> {
            self.judge(|history| history.first().map(|first| first.member))
        }

        fn sources(&self, kind: Kind) -> Vec<Option<u32>> {
            let origins = self.judge(|history| history.origins(kind, &Thresholds::default()));
            origins.into_iter().map(|origin| origin.map(|origin| origin.member)).collect()
        }
    }

    const TEXT: &str = "a cable on the crane snapped before dawn and nobody was hurt at the quay";
    const EDIT: &str = "a cable on the crane parted before dawn and nobody was hurt at the quay";
    const MORE: &str = "a cable on the crane parted before dawn and nobody was hurt at the pier";

    #[test]
    fn the_first_is_known_or_left_open() {
        let first =
            |days: [Option<i64>; 3]| members(&days.map(|day| (day, false, false, TEXT))).first();
        assert_eq!(first([Some(3), Some(1), Some(2)]), Some(1));
        assert_eq!(first([Some(1), Some(1), Some(2)]), None, "a tie");
        assert_eq!(first([Some(1), Some(2), None]), None, "a date is missing");
        assert_eq!(
            members(&[(Some(1), false, false, TEXT)]).first(),
            None,
            "no other to be before"
        );
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
    fn a_credited_agency_is_the_source() {
        let family = members(&[
            (Some(1), false, true, TEXT),
            (Some(1), true, false, TEXT),
            (Some(1), false, false, TEXT),
        ]);
        assert_eq!(family.sources(Kind::Wire), [Some(1), None, None]);
        let late = members(&[(Some(1), false, true, TEXT), (Some(3), true, false, TEXT)]);
        assert_eq!(late.sources(Kind::Wire), [None; 2], "it was not there yet");
        let first = late.judge(|history| history.first().map(|first| first.confidence));
        assert!(first.is_some_and(|sure| sure < 0.5), "the agency's own date is later: {first:?}");
    }

    fn time(seconds: i64) -> Date {
        Date { text: String::new(), seconds, day_only: false, inferred: false }
    }

    #[test]
    fn dates_are_compared_by_day_where_one_is_only_a_day() {
        let noon = DAY / 2;
        assert_eq!(compare_dates(&time(noon), &time(noon + 1)), Ordering::Less);
        assert_eq!(compare_dates(&time(noon), &time(noon)), Ordering::Equal);
        assert_eq!(compare_dates(&date(0), &time(noon)), Ordering::Equal);
        assert_eq!(compare_dates(&time(DAY - 1), &date(0)), Ordering::Equal);
        assert_eq!(compare_dates(&date(1), &time(noon)), Ordering::Greater);
        assert_eq!(compare_dates(&date(-1), &time(noon)), Ordering::Less);
        // Before 1970, too, a day starts at midnight.
        assert_eq!(compare_dates(&date(-1), &time(-1)), Ordering::Equal);
    }

    /// How sure it is that the first of two members is the first, its lead given in seconds.
    fn sure_of_lead(lead: i64, own: [bool; 2], other: [bool; 2]) -> Option<f32> {
        let mut family =
            members(&[(Some(9), own[0], own[1], TEXT), (Some(9), other[0], other[1], TEXT)]);
        family.dates = vec![Some(time(9 * DAY)), Some(time(9 * DAY + lead))];
        let first = family.judge(|history| history.first().map(|f| (f.member, f.confidence)))?;
        assert_eq!(first.0, 0);
        Some(first.1)
    }

    #[test]
    fn a_lead_of_two_days_makes_surer_of_the_first() {
        let sure = |lead| sure_of_lead(lead, [false; 2], [false; 2]);
        assert_eq!(sure(1), Some(0.85));
        assert_eq!(sure(DAY + DAY / 2), Some(0.85));
        assert_eq!(sure(2 * DAY - 1), Some(0.85));
        assert_eq!(sure(2 * DAY), Some(0.95));
        assert_eq!(sure(30 * DAY), Some(0.95));
        assert_eq!(sure(0), None, "a tie");
    }

    #[test]
    fn a_credited_agency_makes_doubtful_who_was_first() {
        let (plain, agency, credits, both) =
            ([false; 2], [true, false], [false, true], [true, true]);
        let sure = |own, other| sure_of_lead(9 * DAY, own, other);
        assert_eq!(sure(credits, agency), Some(0.4));
        assert_eq!(sure(credits, plain), Some(0.95), "the agency is not a member");
        assert_eq!(sure(credits, credits), Some(0.95), "both had it from the agency");
        assert_eq!(sure(plain, agency), Some(0.95), "nothing is credited");
        assert_eq!(sure(both, agency), Some(0.95), "it is the agency itself");
    }

    #[test]
    fn two_places_of_one_document_are_no_order() {
        let mut family = members(&[(Some(1), false, false, TEXT), (Some(4), false, false, TEXT)]);
        for provenance in &mut family.provenances {
            provenance.doc = 7;
        }
        assert_eq!(family.first(), None);
        assert_eq!(family.sources(Kind::Internal), [None; 2]);
        // A third document makes both places of the first one equally early.
        let mut family = members(&[1, 1, 4].map(|day| (Some(day), false, false, TEXT)));
        family.provenances[1].doc = 0;
        assert_eq!(family.first(), Some(0));
    }

    #[test]
    fn kinds_have_sources_or_not() {
        let family = members(&[(Some(1), false, false, TEXT), (Some(4), false, false, EDIT)]);
        for kind in [Kind::Reuse, Kind::Internal, Kind::Wire] {
            assert_eq!(family.sources(kind), [None, Some(0)], "{kind:?}");
        }
        for kind in [Kind::Quotation, Kind::Boilerplate, Kind::Template] {
            assert_eq!(family.sources(kind), [None; 2], "{kind:?}");
        }
        // What credits an agency has it from there, even where the agency is not a member, and
        // an agency writes its own.
        let credits = members(&[(Some(1), false, false, TEXT), (Some(4), false, true, TEXT)]);
        assert_eq!(credits.sources(Kind::Wire), [None; 2]);
        let agency = members(&[(Some(1), false, false, TEXT), (Some(4), true, false, TEXT)]);
        assert_eq!(agency.sources(Kind::Wire), [None; 2]);
    }

    #[test]
    fn the_source_is_the_earliest_member_of_the_agency() {
        let mut family = members(&[
            (Some(5), false, true, TEXT),
            (Some(4), true, false, TEXT),
            (Some(3), true, false, EDIT),
            (Some(2), false, false, TEXT),
            (Some(1), true, false, TEXT),
        ]);
        family.provenances[4].agency = Some("AFP");
        assert_eq!(family.sources(Kind::Wire)[0], Some(2));
        let sure = family.judge(|history| history.credited(0).map(|origin| origin.confidence));
        assert_eq!(sure, Some(0.9));
        // An agency that credits another wrote it itself.
        family.provenances[0].agency = Some("dpa");
        assert_eq!(family.sources(Kind::Wire)[0], None);
    }

    #[test]
    fn an_outlet_named_beside_the_passage_is_the_source() {
        let mut family = members(&[
            (Some(2), false, false, TEXT),
            (Some(2), false, false, EDIT),
            (Some(1), false, false, TEXT),
        ]);
        family.named = vec![Some(1), None, Some(0)];
        let origins =
            family.judge(|history| history.origins(Kind::Quotation, &Thresholds::default()));
        assert_eq!(origins[0], Some(Origin { member: 1, confidence: 0.9 }));
        assert_eq!(origins[1..], [None; 2], "the last was there before the outlet it names");
    }

    /// The confidence that the last member has it from the nearest, and which that is.
    fn nearest(texts: &[&str]) -> (u32, f32) {
        let of: Vec<_> =
            (1..).zip(texts).map(|(day, text)| (Some(day), false, false, *text)).collect();
        let origin =
            members(&of).judge(|history| Editions::of(history).nearest(history, texts.len() - 1));
        origin.map_or((u32::MAX, 0.0), |origin| (origin.member, origin.confidence))
    }

    #[test]
    fn confidence_falls_with_edits_rivals_and_equal_versions() {
        let own = "one two three four five six seven eight nine";
        // Each edit is a word there and a word here.
        let two = "one two drei four five six seven eight nine";
        let six = "one zwei drei four five six sieben eight nine";
        let close = |found: (u32, f32), member: u32, sure: f32| {
            assert_eq!(found.0, member);
            assert!((found.1 - sure).abs() < 1e-6, "{found:?} instead of {sure}");
        };
        close(nearest(&[own, own]), 0, 0.8);
        close(nearest(&[two, own]), 0, 0.8 * (1.0 - 2.0 / 10.0));
        let margin = (6.0 - 2.0) / 6.0;
        let sure = 0.8 * (1.0 - 2.0 / 10.0) * (0.5 + 0.5 * margin);
        close(nearest(&[six, two, own]), 1, sure);
        close(nearest(&[six, two, two, own]), 1, sure / 2.0);
        close(nearest(&[two, two, own]), 0, 0.8 * (1.0 - 2.0 / 10.0) / 2.0);
    }

    #[test]
    fn versions_are_compared_with_a_bounded_number_of_wordings() {
        let texts: Vec<String> =
            (0..=WORDINGS).map(|n| format!("one two {n}n four five six seven eight")).collect();
        let last = texts[WORDINGS].as_str();
        let texts: Vec<&str> = texts.iter().map(String::as_str).chain([last]).collect();
        assert_ne!(nearest(&texts).0, narrow(WORDINGS), "it is not among the earliest wordings");
        assert_eq!(nearest(&texts[1..]).0, narrow(WORDINGS - 1));
    }

    proptest! {
        /// Many members in few documents on few days, some with a time of day.
        #[test]
        fn earlier_members_are_counted_as_by_comparing_each(
            of in prop::collection::vec((0_u32..4, 0_i64..3, 0_i64..3, any::<bool>()), 1..12),
        ) {
            let dates: Vec<Date> = of
                .iter()
                .map(|&(_, day, hour, day_only)| Date {
                    text: String::new(),
                    seconds: day * DAY + if day_only { 0 } else { hour * 3600 },
                    day_only,
                    inferred: false,
                })
                .collect();
            let mut family =
                members(&of.iter().map(|_| (None, false, false, TEXT)).collect::<Vec<_>>());
            family.dates = dates.into_iter().map(Some).collect();
            for (provenance, (doc, ..)) in family.provenances.iter_mut().zip(&of) {
                provenance.doc = *doc;
            }
            family.judge(|history| {
                let editions = Editions::of(history).editions;
                let edition = &editions[0];
                for member in 0..of.len() {
                    let earlier = |n: &&usize| {
                        history.before(**n, member) && of[**n].0 != of[member].0
                    };
                    let mut all = edition.members.iter().filter(earlier);
                    let expected = all.next().map(|first| (*first, 1 + narrow(all.count())));
                    assert_eq!(edition.earlier(history, member), expected, "{member} of {of:?}");
                }
            });
        }
    }
}
