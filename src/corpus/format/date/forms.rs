//! Dates as people and programs write them: month names, slashes, times and zones.
//!
//! Used by `date` for what no standard covers. A text is cut into numbers, words and signs; the
//! time and the zone are taken out, and what is left must be one day. Invariant: every part of the
//! text is accounted for, and a day that could be another one is none.

use super::words::{self, MOST_BYTES};
use jiff::civil;

/// A day, and what is known of the time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) local: civil::DateTime,
    /// Seconds ahead of UTC; 0 where no zone is named.
    pub(super) ahead: i32,
    pub(super) day_only: bool,
}

/// What follows a number in languages without blanks: each is a piece of its own there.
const COUNTERS: [char; 14] =
    ['年', '月', '日', '년', '월', '일', '時', '时', '点', '點', '시', '分', '분', '秒'];

/// A piece of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    /// A number, and how many digits it has.
    Number(i16, usize),
    Word(&'t str),
    Sign(char),
}

/// Reads a date; none where it is in no known form, or in one that has two readings.
pub(super) fn read(text: &str) -> Option<Moment> {
    let text = words::plain(without_zone_name(text)).filter(|text| text.len() <= MOST_BYTES)?;
    let mut pieces = pieces(&text)?;
    drop_colons(&mut pieces);
    let zone = take_zone(&mut pieces);
    let time = take_time(&mut pieces, zone != Zone::None);
    let day = day(&pieces)?;
    let at = |time, ahead| Moment { local: day.to_datetime(time), ahead, day_only: false };
    match (time, zone) {
        (Clock::At(time), Zone::None) => Some(at(time, 0)),
        (Clock::At(time), Zone::Ahead(ahead)) => Some(at(time, ahead)),
        // Of a time in an unknown zone only the day counts, and so of no time.
        (Clock::At(_), Zone::Vague) | (Clock::None, Zone::None) => {
            Some(Moment { local: day.at(0, 0, 0, 0), ahead: 0, day_only: true })
        }
        _ => None,
    }
}

/// Without the name of a zone in words that follows its offset: `GMT+0100 (Central European Time)`.
fn without_zone_name(text: &str) -> &str {
    let Some((before, name)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) else {
        return text;
    };
    let before = before.trim_end();
    let offset = before.rsplit_once(['+', '-']).map_or("", |(_, offset)| offset);
    let is_offset = matches!(offset.len(), 4 | 5)
        && offset.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let is_name = name.chars().all(|c| c.is_alphabetic() || c.is_whitespace());
    if is_offset && is_name { before } else { text }
}

/// Drops the colons that separate no time: after a word (`Published: ..`), and in logs between the
/// year and the time.
fn drop_colons(pieces: &mut Vec<Piece<'_>>) {
    let mut before = None;
    pieces.retain(|piece| {
        let is_bare = match before.replace(*piece) {
            Some(Piece::Word(word)) => words::is_filler(word),
            Some(Piece::Number(_, 4)) => true,
            _ => false,
        };
        !(is_bare && *piece == Piece::Sign(':'))
    });
}

/// Cuts a text into pieces.
fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let length = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let (piece, taken) = if first.is_ascii_digit() {
            let taken = length(|c| c.is_ascii_digit());
            // Only the fraction of a second has more digits than fit.
            let value = rest.get(..taken)?.parse().unwrap_or(i16::MAX);
            (Some(Piece::Number(value, taken)), taken)
        } else if first.is_alphabetic() {
            let after_number = matches!(pieces.last(), Some(Piece::Number(..)));
            let taken = if after_number && COUNTERS.contains(&first) {
                first.len_utf8()
            } else {
                length(|c| c.is_alphabetic() || ('\u{300}'..'\u{370}').contains(&c))
            };
            (Some(Piece::Word(rest.get(..taken)?)), taken)
        } else {
            let blank = first.is_whitespace();
            ((!blank).then_some(Piece::Sign(first)), first.len_utf8())
        };
        pieces.extend(piece);
        rest = rest.get(taken..)?;
    }
    Some(pieces)
}

/// What a date says of its zone.
#[derive(Debug, PartialEq, Eq)]
enum Zone {
    None,
    /// Seconds ahead of UTC.
    Ahead(i32),
    Vague,
}

/// Takes the zone out: a name, an offset after a time, or both.
fn take_zone(pieces: &mut Vec<Piece<'_>>) -> Zone {
    let mut zone = Zone::None;
    let offset = pieces.iter().rposition(|piece| matches!(piece, Piece::Sign('+' | '-' | '−')));
    if let Some((at, ahead, taken)) = offset.and_then(|at| offset_at(pieces, at)) {
        pieces.drain(at..at + taken);
        zone = Zone::Ahead(ahead);
    }
    pieces.retain(|piece| {
        let Piece::Word(word) = *piece else { return true };
        if let Some(ahead) = words::zone(word) {
            if zone == Zone::None {
                zone = Zone::Ahead(ahead);
            }
            return false;
        }
        let vague = words::is_vague_zone(word);
        if vague && zone == Zone::None {
            zone = Zone::Vague;
        }
        !vague
    });
    // What enclosed the name: `+0100 (CET)`.
    pieces.retain(|piece| !matches!(piece, Piece::Sign('(' | ')')));
    zone
}

/// The offset at a sign that follows a time or the name of a zone: its place, seconds and pieces.
fn offset_at(pieces: &[Piece<'_>], at: usize) -> Option<(usize, i32, usize)> {
    let sign = if pieces.get(at) == Some(&Piece::Sign('+')) { 1 } else { -1 };
    let before = pieces.get(..at)?;
    // Before the fraction of a second.
    let whole = match before.split_last_chunk::<2>() {
        Some((whole, [Piece::Sign('.' | ','), Piece::Number(..)])) => whole,
        _ => before,
    };
    let after_time = match before {
        [.., Piece::Word(word)] => words::zone(word).is_some(),
        _ => matches!(whole, [.., Piece::Sign(':'), Piece::Number(_, 2)]),
    };
    if !after_time {
        return None;
    }
    let (hours, minutes, taken) = match *pieces.get(at + 1..)? {
        [Piece::Number(hours, 1 | 2), Piece::Sign(':'), Piece::Number(minutes, 2), ..] => {
            (hours, minutes, 4)
        }
        [Piece::Number(both, 4), ..] => (both / 100, both % 100, 2),
        [Piece::Number(hours, 1 | 2), ..] => (hours, 0, 2),
        _ => return None,
    };
    let fits = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    fits.then_some((at, sign * seconds, taken))
}

/// What a date says of the time.
#[derive(Debug, PartialEq, Eq)]
enum Clock {
    None,
    At(civil::Time),
    /// There is no such time.
    Wrong,
}

/// Takes the time out, where there is one; `in_zone`: a zone was named.
fn take_time(pieces: &mut Vec<Piece<'_>>, in_zone: bool) -> Clock {
    let colon = |window: &[Piece<'_>]| {
        let [Piece::Number(_, 1 | 2), between, Piece::Number(_, 2)] = window else { return false };
        let words = ["h", "時", "时", "点", "點", "시"];
        matches!(between, Piece::Sign(':'))
            || matches!(between, Piece::Word(word) if words.contains(word))
    };
    let start = pieces.windows(3).position(colon).or_else(|| dotted(pieces, in_zone));
    let Some(start) = start else { return hour_of_the_clock(pieces) };
    let before = start.checked_sub(1).and_then(|at| pieces.get(at));
    let half = match before {
        Some(Piece::Word("上午" | "午前" | "오전")) => Some(false),
        Some(Piece::Word("下午" | "午後" | "午后" | "오후")) => Some(true),
        _ => None,
    };
    let Some((time, end)) = time_at(pieces, start, half) else { return Clock::Wrong };
    // The `T` between day and time.
    let is_part = half.is_some() || before == Some(&Piece::Word("t"));
    pieces.drain(start - usize::from(is_part)..end);
    Clock::At(time)
}

/// The place of a time with a point, `10.30`: one that a word or a zone shows to be no day.
fn dotted(pieces: &[Piece<'_>], in_zone: bool) -> Option<usize> {
    let is_point = |at: usize| pieces.get(at) == Some(&Piece::Sign('.'));
    let is_dotted = |window: &[Piece<'_>]| {
        matches!(window, [Piece::Number(_, 1 | 2), Piece::Sign('.'), Piece::Number(_, 2)])
    };
    let mut places = pieces.windows(3).enumerate().filter(|(_, window)| is_dotted(window));
    places.find_map(|(at, _)| {
        let before = pieces.get(..at).unwrap_or_default();
        let is_first = matches!(
            before,
            [.., Piece::Word("kl" | "klo" | "klockan" | "ore" | "godz")]
                | [.., Piece::Word("kl" | "godz"), Piece::Sign('.')]
        );
        let after = pieces.get(at + 3..).unwrap_or_default();
        let is_last = matches!(after, [Piece::Word("uhr"), ..]) || half_of_the_day(after).is_some();
        let alone = !is_point(at + 3) && (is_first || !at.checked_sub(1).is_some_and(is_point));
        let in_zone = in_zone && after.is_empty();
        (alone && (is_first || is_last || in_zone)).then_some(at)
    })
}

/// The time that starts at a piece, and where it ends; `half` of the day is what comes before it.
fn time_at(pieces: &[Piece<'_>], start: usize, half: Option<bool>) -> Option<(civil::Time, usize)> {
    let number = |at: usize| match pieces.get(at) {
        Some(Piece::Number(value, 1 | 2)) => i8::try_from(*value).ok(),
        _ => None,
    };
    let (mut hour, minute) = (number(start)?, number(start + 2)?);
    let (mut second, mut end) = (0, start + 3);
    if pieces.get(end) == Some(&Piece::Sign(':')) {
        second = number(end + 1)?;
        end += 2;
        let fraction = matches!(pieces.get(end), Some(Piece::Sign('.' | ',')));
        if fraction && matches!(pieces.get(end + 1), Some(Piece::Number(..))) {
            end += 2;
        }
    }
    if let Some(Piece::Word("分" | "분")) = pieces.get(end) {
        end += 1;
        if let [Piece::Number(value, 1 | 2), Piece::Word("秒" | "초"), ..] = pieces.get(end..)? {
            second = i8::try_from(*value).ok()?;
            end += 2;
        }
    }
    let after = half_of_the_day(pieces.get(end..)?);
    if let Some(half) = half.or_else(|| Some(after?.0)) {
        hour = twelve_hours(hour, half)?;
        end += after.map_or(0, |after| after.1);
    }
    // A leap second belongs to the minute.
    let time = civil::Time::new(hour, minute, second.min(59), 0).ok();
    Some((time.filter(|_| second <= 60)?, end))
}

/// `5 pm`, without minutes.
fn hour_of_the_clock(pieces: &mut Vec<Piece<'_>>) -> Clock {
    let half = |piece: &Piece<'_>| matches!(piece, Piece::Word("am" | "pm"));
    let Some(at) = pieces.iter().position(half).filter(|at| *at > 0) else { return Clock::None };
    let Some(Piece::Number(hour, 1 | 2)) = pieces.get(at - 1) else { return Clock::None };
    let after = pieces.get(at) == Some(&Piece::Word("pm"));
    let hour = i8::try_from(*hour).ok().and_then(|hour| twelve_hours(hour, after));
    pieces.drain(at - 1..=at);
    hour.and_then(|hour| civil::Time::new(hour, 0, 0, 0).ok()).map_or(Clock::Wrong, Clock::At)
}

/// `am`, `p.m.` at the start of some pieces: true for the second half, and how many pieces it is.
fn half_of_the_day(pieces: &[Piece<'_>]) -> Option<(bool, usize)> {
    match pieces {
        [Piece::Word(half @ ("am" | "pm")), ..] => Some((*half == "pm", 1)),
        [
            Piece::Word(half @ ("a" | "p")),
            Piece::Sign('.'),
            Piece::Word("m"),
            Piece::Sign('.'),
            ..,
        ] => Some((*half == "p", 4)),
        _ => None,
    }
}

fn twelve_hours(hour: i8, after: bool) -> Option<i8> {
    (1..=12).contains(&hour).then_some(hour % 12 + if after { 12 } else { 0 })
}

/// The one day that the pieces are.
fn day(pieces: &[Piece<'_>]) -> Option<civil::Date> {
    let (mut month, mut numbers, mut marks) = (None, Vec::new(), Vec::new());
    for (at, piece) in pieces.iter().enumerate() {
        match *piece {
            Piece::Number(value, digits) => numbers.push((value, digits)),
            Piece::Word(word) => {
                let ordinal = at > 0
                    && matches!(pieces.get(at - 1), Some(Piece::Number(_, 1 | 2)))
                    && ["st", "nd", "rd", "th", "er", "º", "ª", "e"].contains(&word);
                if ordinal || words::is_filler(word) {
                    continue;
                }
                if let Some(place) =
                    ["年월", "월", "月", "日", "일", "年", "년"].iter().find(|mark| **mark == word)
                {
                    marks.push(*place);
                } else {
                    // A second month makes it no date.
                    if month.replace(words::month(word)?).is_some() {
                        return None;
                    }
                }
            }
            Piece::Sign('.' | ',' | '/' | '-' | '–' | '|' | '·' | 'º' | '°' | '\'') => {}
            Piece::Sign(_) => return None,
        }
    }
    match (month, numbers.as_slice()) {
        (Some(month), &[(day, 1 | 2), (year, 4)] | &[(year, 4), (day, 1 | 2)]) => {
            date(year, month, day)
        }
        (None, &[(year, 4), (month, 1 | 2), (day, 1 | 2)]) => {
            date(year, i8::try_from(month).ok()?, day)
        }
        // Where one of both can be no month, or both are the same, there is one reading.
        (None, &[(a, 1 | 2), (b, 1 | 2), (year, 4)]) if marks.is_empty() => {
            match (a > 12, b > 12) {
                (true, false) => date(year, i8::try_from(b).ok()?, a),
                (false, true) => date(year, i8::try_from(a).ok()?, b),
                (false, false) if a == b => date(year, i8::try_from(a).ok()?, b),
                _ => None,
            }
        }
        _ => None,
    }
}

fn date(year: i16, month: i8, day: i16) -> Option<civil::Date> {
    civil::Date::new(year, month, i8::try_from(day).ok()?).ok().filter(|_| year > 0)
}

/// Whether a text is a day of which only the order of day and month is not known.
pub(super) fn has_two_readings(text: &str) -> bool {
    let text = text.to_lowercase();
    let Some(mut pieces) = pieces(&text).filter(|_| text.len() <= MOST_BYTES) else { return false };
    let zone = take_zone(&mut pieces);
    if take_time(&mut pieces, zone != Zone::None) == Clock::Wrong {
        return false;
    }
    pieces.retain(|piece| !matches!(piece, Piece::Sign('.' | '/' | '-' | ',')));
    matches!(
        pieces.as_slice(),
        [Piece::Number(1..=12, 1 | 2), Piece::Number(1..=12, 1 | 2), Piece::Number(_, 2 | 4)]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text) {
            None => "unknown".to_owned(),
            Some(Moment { local, day_only: true, .. }) => local.date().to_string(),
            Some(Moment { local, ahead, .. }) => format!("{local} {ahead:+}"),
        }
    }

    #[test]
    fn one_day_in_many_forms() {
        for text in [
            "2021/03/07",
            "2021.3.7",
            "2021-3-7",
            "7 March 2021",
            "March 7, 2021",
            "Mar. 7th, 2021",
            "Sunday, March 7, 2021",
            "7. März 2021",
            "So, 07. März 2021",
            "1er mars 2021",
            "7 de marzo de 2021",
            "domingo, 7 de março de 2021",
            "7 marzo 2021",
            "7 maart 2021",
            "7 марта 2021 г.",
            "7 marca 2021 r.",
            "7 Mart 2021",
            "2021. március 7.",
            "2021年3月7日",
            "2021년 3월 7일",
            "7-Mar-2021",
            "07-mars-2021",
            "2021 Mar 7",
            "7. mars 2021",
            "7 березня 2021",
            "mar 7 mar 2021",
            "March 7, 2021 10:30 CET",
            "Published: March 7, 2021",
            "Stand: 07. März 2021",
            "Publié le 7 mars 2021",
            "Mis à jour le 7 mars 2021",
            "7. Mrz. 2021",
            "2021. márc. 7.",
            "7 Μαρ 2021",
            "7 ΜΑΡΤΙΟΥ 2021",
            "7 آذار 2021",
            "2021年3月7日星期日",
            "2021年3月7日(日)",
            "2021년 3월 7일 일요일",
            "sunnuntaina 7. maaliskuuta 2021",
            "neděle 7. března 2021",
            "duminică, 7 martie 2021",
            "2021. március 7., vasárnap",
            "Κυριακή 7 Μαρτίου 2021",
            "неділя, 7 березня 2021",
            "الأحد 7 مارس 2021",
            "zo 7 maart 2021",
            "søn 7. mars 2021",
            "7 March 2021 10.30 CET",
        ] {
            let day = if text.starts_with("1er") { "2021-03-01" } else { "2021-03-07" };
            let expected = if text.starts_with("mar 7") { "unknown" } else { day };
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn times_and_zones() {
        for (text, expected) in [
            ("2021-03-07 05:00:00 +0100", "2021-03-07T05:00:00 +3600"),
            ("2021-03-07 05:00:00.123456 +00:00", "2021-03-07T05:00:00 +0"),
            ("2021-03-07 05:00:00 UTC", "2021-03-07T05:00:00 +0"),
            ("2021/03/07 5:06", "2021-03-07T05:06:00 +0"),
            ("Sun Mar 07 10:00:00 +0000 2021", "2021-03-07T10:00:00 +0"),
            ("Sun Mar  7 10:00:00 2021", "2021-03-07T10:00:00 +0"),
            ("Sun Mar  7 10:00:00 UTC 2021", "2021-03-07T10:00:00 +0"),
            ("March 7, 2021 at 4:05 p.m. EST", "2021-03-07T16:05:00 -18000"),
            ("March 7, 2021 12:05 AM", "2021-03-07T00:05:00 +0"),
            ("7 mars 2021 à 18h30", "2021-03-07T18:30:00 +0"),
            ("Sun Mar 07 2021 10:00:00 GMT+0100 (CET)", "2021-03-07T10:00:00 +3600"),
            ("March 7, 2021 5 pm", "2021-03-07T17:00:00 +0"),
            ("25/12/2021 08:00", "2021-12-25T08:00:00 +0"),
            ("05/Jan/2021:10:00:00 +0000", "2021-01-05T10:00:00 +0"),
            (
                "Sun Mar 07 2021 10:00:00 GMT+0100 (Central European Standard Time)",
                "2021-03-07T10:00:00 +3600",
            ),
            ("7. mars 2021 kl. 10.30", "2021-03-07T10:30:00 +0"),
            ("7. März 2021, 10.30 Uhr", "2021-03-07T10:30:00 +0"),
            ("7 marzo 2021 ore 10:30", "2021-03-07T10:30:00 +0"),
            ("7 de marzo de 2021 a las 10:30", "2021-03-07T10:30:00 +0"),
            ("7 марта 2021 в 10:30", "2021-03-07T10:30:00 +0"),
            ("March 7, 2021 10.30am GMT", "2021-03-07T10:30:00 +0"),
            ("2021年3月7日 10時30分", "2021-03-07T10:30:00 +0"),
            ("2021年3月7日下午3:05", "2021-03-07T15:05:00 +0"),
            ("2021년 3월 7일 오전 10시 30분", "2021-03-07T10:30:00 +0"),
            ("12 HAZİRAN 2021", "2021-06-12"),
            ("5 تشرين الثاني 2021", "2021-11-05"),
            ("п’ятниця, 5 березня 2021", "2021-03-05"),
            ("7 March 2021 10.30", "unknown"),
            ("mar. 5 mai 2020", "unknown"),
            ("5 listopad 2021", "unknown"),
            ("Published: March 7: 2021", "unknown"),
            ("07.03.2021", "unknown"),
            ("03/07/2021", "unknown"),
            ("07/07/2021", "2021-07-07"),
            ("25.12.2021", "2021-12-25"),
            ("25/13/2021", "unknown"),
            ("7 March 21", "unknown"),
            ("March 2021", "unknown"),
            ("30 February 2021", "unknown"),
            ("March 7, 2021 13:05 pm", "unknown"),
            ("March 7, 2021 10:05 11:06", "unknown"),
            ("draft of March 7, 2021", "unknown"),
            ("March 7, 2021 and 2022", "unknown"),
            ("March 7, 2021 UTC", "unknown"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_day_with_two_readings_is_known_as_such() {
        assert!(has_two_readings("1/5/2020") && has_two_readings("01.05.20 10:00"));
        assert!(!has_two_readings("25/12/2020") && !has_two_readings("yesterday"));
    }
}
