//! Who was first and where members have the passage from, claim by claim.

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
    texts: Vec<String>,
    of_place: Vec<u32>,
    credited: Vec<Option<u32>>,
}

fn members(of: &[(Option<i64>, bool, bool, &str)]) -> Members {
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
        texts: of.iter().map(|member| member.3.to_owned()).collect(),
        of_place: (0..).zip(of).map(|(n, _)| n).collect(),
        credited: vec![None; of.len()],
    }
}

impl Members {
    fn judge<R: PartialEq + std::fmt::Debug>(&self, ask: impl Fn(&History<'_>) -> R) -> R {
        let dates: Vec<Option<&Date>> = self.dates.iter().map(Option::as_ref).collect();
        let make = |n: usize| Wording::of(&self.texts[n], &mut Tokenizer::default());
        let (of_place, credited) = (&self.of_place[..], &self.credited[..]);
        let [held, anew] = [usize::MAX, 0].map(|room| {
            let wordings = &Wordings::within(room, self.texts.len(), &make);
            let provenance = |n: usize| self.provenances[n];
            ask(&History {
                dates: Cow::Borrowed(&dates),
                provenance: &provenance,
                wordings,
                of_place,
                credited: Cow::Borrowed(credited),
                ordered: true,
            })
        });
        assert_eq!(held, anew, "whether wordings are held or made anew");
        held
    }

    fn first(&self) -> Option<u32> {
        self.judge(|history| history.first(Kind::Reuse).map(|first| first.member))
    }

    fn origins(&self, kind: Kind) -> Vec<Option<Origin>> {
        self.judge(|history| history.origins(kind, None, &Thresholds::default()))
    }

    fn sources(&self, kind: Kind) -> Vec<Option<u32>> {
        let origins = self.origins(kind);
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
    assert_eq!(members(&[(Some(1), false, false, TEXT)]).first(), None, "no other to be before");
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
    assert_eq!(family.sources(Kind::Wire), [Some(1), None, Some(1)]);
    assert_eq!(family.sources(Kind::Quotation), [Some(1), None, None], "no agency copy");
    let late = members(&[(Some(1), false, true, TEXT), (Some(3), true, false, TEXT)]);
    assert_eq!(late.sources(Kind::Wire), [None; 2], "it was not there yet");
    let first = late.judge(|history| history.first(Kind::Reuse).map(|first| first.confidence));
    assert!(first.is_some_and(|sure| sure < 0.5), "the agency's own date is later: {first:?}");
}

#[test]
fn an_agency_that_is_a_member_is_the_source_on_its_day_and_of_undated_members() {
    let sure = |of: &[(Option<i64>, bool, bool, &str)]| {
        let origins = members(of).origins(Kind::Wire);
        let of_first = origins.first().copied().flatten();
        of_first.map(|origin| (origin.member, origin.confidence))
    };
    let agency = (Some(2), true, false, EDIT);
    assert_eq!(sure(&[(Some(2), false, false, EDIT), agency]), Some((1, 0.8)));
    assert_eq!(sure(&[(None, false, false, EDIT), agency]), Some((1, 0.7)));
    let longer = format!("{EDIT} where wardens of seven boats live");
    let longer = longer.as_str();
    assert_eq!(sure(&[(Some(2), false, false, longer), agency]), Some((1, 0.6)));
    assert_eq!(sure(&[(Some(1), false, false, EDIT), agency]), None, "it was not there yet");
    let nearest = [(Some(2), false, false, EDIT), (Some(1), true, false, TEXT), agency];
    assert_eq!(sure(&nearest), Some((2, 0.8)));
}

#[test]
fn an_agency_is_the_source_at_a_later_hour_and_if_credited_on_the_day_after() {
    let noon = DAY / 2;
    let sure = |hours: [i64; 2], credits| {
        let mut family = members(&[(None, false, credits, EDIT), (None, true, false, EDIT)]);
        family.dates = hours.map(|hours| Some(time(noon + hours * 3_600))).to_vec();
        let origins = family.origins(Kind::Wire);
        origins[0].map(|origin| (origin.member, origin.confidence))
    };
    assert_eq!(sure([0, 9], true), Some((1, 0.9)));
    assert_eq!(sure([0, 9], false), Some((1, 0.8)));
    assert_eq!(sure([0, 20], true), Some((1, 0.7)));
    assert_eq!(sure([0, 20], false), None);
    assert_eq!(sure([0, 40], true), None);
    let mut unnamed = members(&[(Some(2), false, true, EDIT), (Some(2), true, false, EDIT)]);
    unnamed.provenances[0].credit = Some(SEVERAL);
    assert_eq!(unnamed.sources(Kind::Wire), [Some(1), None], "agencies without a name");
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
    let first =
        family.judge(|history| history.first(Kind::Reuse).map(|f| (f.member, f.confidence)))?;
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
    let (plain, agency, credits, both) = ([false; 2], [true, false], [false, true], [true, true]);
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
    for kind in [Kind::Reuse, Kind::Internal] {
        assert_eq!(family.sources(kind), [None, Some(0)], "{kind:?}");
    }
    for kind in [Kind::Quotation, Kind::Boilerplate, Kind::Template, Kind::Wire] {
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
    let sure = family
        .judge(|history| history.credited(0, &history.copies()).map(|origin| origin.confidence));
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
    family.credited = vec![Some(1), None, Some(0)];
    let origins = family.origins(Kind::Quotation);
    assert_eq!(origins[0], Some(Origin { member: 1, confidence: 0.9, basis: Basis::Credit }));
    assert_eq!(origins[1..], [None; 2], "the last was there before the outlet it names");
}

#[test]
fn a_credit_to_a_later_page_leaves_the_order_open() {
    let mut family = members(&[(Some(1), false, false, TEXT), (Some(6), false, false, TEXT)]);
    assert_eq!((family.first(), family.sources(Kind::Reuse)), (Some(0), vec![None, Some(0)]));
    family.credited = vec![Some(1), None];
    assert_eq!((family.first(), family.sources(Kind::Reuse)), (None, vec![None; 2]));
    // An agency that says from whom it has a report is not where that one has it from.
    let mut family = members(&[(Some(1), true, false, TEXT), (Some(1), false, false, TEXT)]);
    assert_eq!(family.sources(Kind::Wire), [None, Some(0)]);
    family.credited = vec![Some(1), None];
    assert_eq!(family.sources(Kind::Wire), [Some(1), None]);
    family.dates[1] = Some(date(6));
    assert_eq!(family.sources(Kind::Wire), [None, None]);
}

#[test]
fn an_agency_that_is_a_member_was_before_the_papers() {
    let first = |of: &[(Option<i64>, bool, bool, &str)], kind| {
        members(of).judge(|history| history.first(kind).map(|first| first.member))
    };
    let (paper, agency) = ((Some(1), false, false, TEXT), (Some(4), true, false, TEXT));
    assert_eq!(first(&[paper, agency], Kind::Wire), None);
    assert_eq!(first(&[paper, agency], Kind::Reuse), Some(0));
    let early = (Some(0), true, false, TEXT);
    assert_eq!(first(&[paper, early], Kind::Wire), Some(1));
    let other = (Some(4), false, true, TEXT);
    assert_eq!(first(&[paper, other], Kind::Wire), Some(0), "no agency is a member");
}

/// The confidence that the last member has it from the nearest, and which that is.
fn nearest(texts: &[&str]) -> (u32, f32) {
    let of: Vec<_> = (1..).zip(texts).map(|(day, text)| (Some(day), false, false, *text)).collect();
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
            let (edition, _) = &editions[0];
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
