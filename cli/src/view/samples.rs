//! Records of invented articles for the tests of the views.

use wirecopy::record::{Evidence, Family, First, Kind, Mark, Member};

/// The agency's version.
pub(super) const FERRY: &str = "The night ferry to Sandholm will stay in port until at least \
    Thursday, the harbour authority said on Monday, after divers found a crack in the second of \
    its two rudders. Some 1,400 passengers with bookings for the week will be moved to the day \
    crossing or refunded in full.";

/// A member at `char_start`; byte and code point offsets are the same in these texts.
pub(super) fn member<'a>(
    outlet: &'a str,
    id: &'a str,
    date: &'a str,
    title: &'a str,
    text: &'a str,
) -> Member<'a> {
    let some = |value: &'a str| (!value.is_empty()).then_some(value);
    Member {
        id,
        outlet: some(outlet),
        date: some(date),
        start: 120,
        end: 120 + text.len(),
        char_start: 120,
        char_end: 120 + text.chars().count(),
        source: None,
        confidence: None,
        title: some(title),
        url: None,
        text: text.into(),
        quote_start: None,
        quote_end: None,
        char_quote_start: None,
        char_quote_end: None,
        date_inferred: Mark::default(),
        source_basis: None,
    }
}

/// A family of `members` (in their order), its passage that of the first.
pub(super) fn family(number: u32, members: Vec<Member<'_>>) -> Family<'_> {
    let mut outlets: Vec<&str> = members.iter().filter_map(|m| m.outlet).collect();
    outlets.sort_unstable();
    outlets.dedup();
    let first = members.first().filter(|m| m.date.is_some()).map(|m| First {
        id: m.id,
        outlet: m.outlet,
        date: m.date,
    });
    let kind = if outlets.len() > 1 { Kind::Reuse } else { Kind::Internal };
    let (size, text) = (members.len(), members.first().map_or("", |m| m.text.as_str()));
    Family {
        family: number,
        key: "0123456789abcdef".into(),
        tokens: 20,
        kind,
        kind_confidence: 0.9,
        size,
        outlets: outlets.len(),
        confidence: first.as_ref().map(|_| 0.95),
        first,
        text,
        why: vec![
            Evidence::share("covered", 0.6),
            Evidence::count("documents", u32::try_from(size).unwrap()),
        ]
        .into(),
        rank: number + 1,
        houses: outlets.len(),
        members,
    }
}

/// An agency report in five papers, two of them with edits.
pub(super) fn ferry() -> Family<'static> {
    const SHORTER: &str = "The night ferry to Sandholm will remain in port until at least \
        Thursday, the harbour authority said on Monday, after divers found a crack in one of \
        its two rudders. Some 1,400 passengers will be moved to the day crossing or refunded.";
    const LOCAL: &str = "The night ferry to Sandholm will stay in port until at least \
        Thursday, harbour master Ida Brandt told this newspaper, after divers found a crack in \
        the second of its two rudders. Some 1,400 passengers with bookings for the week, among \
        them the under-15 handball team, will be moved to the day crossing or refunded in full.";
    family(
        4,
        vec![
            member(
                "north-wire",
                "north-wire/0304.txt",
                "2024-03-04",
                "Sandholm night ferry out of service",
                FERRY,
            ),
            member(
                "bay-herald",
                "bay-herald/ferry.txt",
                "2024-03-04",
                "Night ferry stays in port",
                FERRY,
            ),
            member(
                "island-post",
                "island-post/2024-03-05.txt",
                "2024-03-05",
                "Cracked rudder stops the night ferry to Sandholm",
                LOCAL,
            ),
            member("the-courier", "the-courier/harbour.txt", "2024-03-05", "In brief", SHORTER),
            member(
                "westland-news",
                "westland-news/17.txt",
                "2024-03-06",
                "In brief: harbour",
                SHORTER,
            ),
        ],
    )
}

/// A sentence that occurs twice in one document, without outlet or date.
pub(super) fn repeat() -> Family<'static> {
    const TEXT: &str = "Subscribers read the whole report on the morning of its publication; \
        everyone else from noon.";
    let once = member("", "notes/about.txt", "", "", TEXT);
    let mut again = once.clone();
    (again.start, again.end) = (2310, 2310 + TEXT.len());
    (again.char_start, again.char_end) = (again.start, again.end);
    family(9, vec![once, again])
}

/// A long Japanese passage with one changed word.
pub(super) fn japanese() -> Family<'static> {
    const OLD: &str = "港湾局は月曜日、夜行フェリーの舵に亀裂が見つかったため、少なくとも木曜日まで運航を休止すると発表した。「安全を最優先する」と局長は述べた。";
    const NEW: &str = "港湾局は月曜日、夜行フェリーの舵に亀裂が見つかったため、少なくとも金曜日まで運航を休止すると発表した。「安全を最優先する」と局長は述べた。";
    family(
        11,
        vec![
            member("北港新聞", "北港新聞/0304.txt", "2024-03-04", "夜行フェリー休止", OLD),
            member("島日報", "島日報/0305.txt", "2024-03-05", "フェリー、金曜日まで休止へ", NEW),
        ],
    )
}
