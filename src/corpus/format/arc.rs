//! ARC: the pages of a crawl as they were stored before WARC.
//!
//! A record is one line (`URL IP date type length`, in version 2 with more between), the response,
//! and a line feed. The first record describes the file. Fed with blocks as [`warc`](super::warc)
//! is, and like it counts what it passes over.
//! Invariant: a record whose length is wrong ends where the next line of a record follows, and
//! costs nothing but itself; every byte is searched once.

use super::crawl::{self, Entry};
use super::http::{self, Held};
use super::json_text;
use super::maker::{Columns, Emit, Maker};
use super::reader::{InputFormat, Splitter};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, TEXT};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::encoding::Encoding;
use crate::corpus::source::kind::{Facts, FormatLayout};
use std::ops::Range;

/// How a file starts.
const START: &[u8] = b"filedesc://";
/// Longest line that begins a record.
const LINE_BYTES: usize = 8 << 10;
/// Digits of a date: year, month, day, hours, minutes, seconds.
const DATE_DIGITS: usize = 14;

/// Whether a file starts as one does, and not as text that has the same word first.
fn is_start(head: &[u8]) -> bool {
    head.starts_with(START) && Line::of(head).is_some()
}

/// An old crawl.
#[derive(Debug)]
pub(crate) struct Arc;

static FACTS: Facts = Facts {
    name: "arc",
    about: "A crawl of the time before WARC",
    extensions: &["arc"],
    magic: is_start,
    layout: FormatLayout::Members,
    extracts: true,
    ..Facts::PLAIN
};

impl InputFormat for Arc {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn splitter(&self) -> Box<dyn Splitter> {
        Box::new(ArcSplitter::default())
    }

    fn each(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
        batch.columns.found(std::array::from_fn(|column| column == TEXT));
        let Some(mut maker) = Maker::new(inputs, records.source, batch) else { return };
        self.members(&records, &mut |number, bytes| {
            record(&mut maker, (records.source, number), bytes, emit);
        });
        batch.problems.sort_by_key(|problem| problem.line);
        inputs.recycle(records.raw);
    }

    fn members(&self, block: &RawRecords, sink: &mut dyn FnMut(u64, &[u8])) {
        let mut number = block.first_record;
        let mut ranges = Ranges::default();
        while let Some(range) = ranges.next(&block.raw, true) {
            sink(number, block.raw.get(range).unwrap_or_default());
            number += 1;
        }
    }

    fn member_to_json(&self, inputs: &Inputs, id: &str, member: &[u8], out: &mut Vec<u8>) {
        let Ok(Some((line, Held::Text(content)))) = content(inputs, member) else { return };
        if let Ok(entry) = crawl::entry(inputs, &content, Some(line.address)) {
            json_text::article(id, entry.address, &entry.article, out);
        }
    }
}

/// The line that begins a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line<'a> {
    address: &'a str,
    media: &'a str,
    length: usize,
    /// Its own length with the line feed.
    bytes: usize,
}

impl<'a> Line<'a> {
    /// The line at the start of `record`; none where there is no such line.
    fn of(record: &'a [u8]) -> Option<Self> {
        let most = record.get(..LINE_BYTES).unwrap_or(record);
        let end = memchr::memchr(b'\n', most)?;
        let text = std::str::from_utf8(most.get(..end)?).ok()?.trim_end();
        // An address may hold blanks, so the fields are counted from the end where they are five.
        let fields: Vec<&str> = text.split(' ').collect();
        let (first, last) = (fields.first()?, fields.last()?);
        if !first.contains(':') || !is_number(last) {
            return None;
        }
        let at = |n: usize| fields.get(n).copied();
        let from_end = |n: usize| fields.len().checked_sub(n).and_then(at);
        let (date, media) =
            if at(2).is_some_and(is_date) { (at(2), at(3)) } else { (from_end(3), from_end(2)) };
        let (date, media) = (date?, media?);
        let address = text.split_once(&format!(" {date} "))?.0;
        let address = address.rsplit_once(' ').map_or(address, |(address, _)| address);
        let length = last.parse().ok()?;
        is_date(date).then_some(Self { address, media, length, bytes: end + 1 })
    }
}

fn is_number(field: &str) -> bool {
    !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_date(field: &str) -> bool {
    is_number(field) && (8..=DATE_DIGITS).contains(&field.len())
}

/// Finds the ranges of records.
#[derive(Debug, Default)]
struct Ranges {
    /// Where the open record starts.
    start: usize,
    /// Bytes searched for the next record, where the length of the open one is wrong.
    searched: Option<usize>,
}

impl Ranges {
    /// The next record in `raw`, with the line feeds around it; at the `end` of what there is, also
    /// one that is cut short.
    fn next(&mut self, raw: &[u8], end: bool) -> Option<Range<usize>> {
        let rest = raw.get(self.start..).unwrap_or_default();
        if rest.trim_ascii().is_empty() {
            return None;
        }
        let found = self.border(raw, end);
        let border = found.or_else(|| end.then_some(raw.len()))?;
        let range = self.start..border;
        *self = Self { start: border, searched: None };
        Some(range)
    }

    /// Where the open record ends; none where that is not known yet.
    fn border(&mut self, raw: &[u8], end: bool) -> Option<usize> {
        if self.searched.is_none() {
            let from = self.start + blank(raw.get(self.start..)?);
            let rest = raw.get(from..)?;
            match Line::of(rest) {
                Some(line) => {
                    let claimed = from.saturating_add(line.bytes).saturating_add(line.length);
                    match raw.get(claimed..).filter(|after| !after.is_empty()) {
                        // Line feeds belong to the record before them.
                        Some(after) if fits(after) => {
                            let ends = claimed + blank(after);
                            return (end || ends < raw.len()).then_some(ends);
                        }
                        None if !end => return None,
                        _ => {}
                    }
                }
                None if !end
                    && memchr::memchr(b'\n', rest).is_none()
                    && rest.len() < LINE_BYTES =>
                {
                    return None;
                }
                None => {}
            }
            self.searched = Some(from + 1);
        }
        self.search(raw)
    }

    /// The start of the next line that begins a record.
    fn search(&mut self, raw: &[u8]) -> Option<usize> {
        let mut from = self.searched?;
        while let Some(at) = raw.get(from..).and_then(|rest| memchr::memchr(b'\n', rest)) {
            let line = from + at + 1;
            let rest = raw.get(line..).unwrap_or_default();
            if starts(rest) && Line::of(rest).is_some() {
                return Some(line);
            }
            if rest.len() < LINE_BYTES && memchr::memchr(b'\n', rest).is_none() {
                break;
            }
            from = line;
        }
        self.searched = Some(from);
        None
    }
}

/// Whether what follows a record is what should: its line feed, or the next record.
fn fits(after: &[u8]) -> bool {
    after.first().is_some_and(|byte| b"\r\n".contains(byte)) || Line::of(after).is_some()
}

/// Line breaks at the start.
fn blank(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| b"\r\n".contains(byte)).count()
}

/// Whether a line begins like an address; cheap, so that bodies are searched fast.
fn starts(line: &[u8]) -> bool {
    let scheme = line.iter().take(12).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    scheme >= 2 && line.get(scheme) == Some(&b':')
}

/// The cutter's view of a crawl.
#[derive(Debug, Default)]
struct ArcSplitter {
    ranges: Ranges,
    /// Where the open record ends by its length, counted from the last reset.
    claimed: Option<usize>,
    seen: usize,
}

impl Splitter for ArcSplitter {
    fn reset(&mut self) {
        *self = Self::default();
    }

    fn last(&mut self, raw: &[u8]) -> Option<usize> {
        let mut last = None;
        while let Some(range) = self.ranges.next(raw, false) {
            last = Some(range.end);
        }
        let from = self.ranges.start;
        let rest = raw.get(from..).unwrap_or_default();
        let skipped = blank(rest);
        let line = rest.get(skipped..).and_then(Line::of);
        self.claimed = line.filter(|_| self.ranges.searched.is_none()).map(|line| {
            from.saturating_add(skipped).saturating_add(line.bytes).saturating_add(line.length)
        });
        self.seen = raw.len();
        last
    }

    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        let seen = self.seen;
        self.seen = seen.saturating_add(chunk.len());
        let Some(claimed) = self.claimed else {
            return Ranges { start: 0, searched: Some(0) }.search(chunk);
        };
        let left = claimed.saturating_sub(seen);
        let after = chunk.get(left..).filter(|after| !after.is_empty())?;
        Some(left + blank(after))
    }

    fn count(&self, raw: &[u8]) -> u64 {
        let mut ranges = Ranges::default();
        std::iter::from_fn(|| ranges.next(raw, true)).count() as u64
    }

    /// Each page has an encoding of its own, so the bytes are passed on as they are.
    fn encoding(&self) -> Option<Encoding> {
        Some(Encoding::utf8())
    }

    fn uses_cut(&self) -> bool {
        true
    }

    fn matters(&self, start: &[u8]) -> bool {
        let line = Line::of(start.get(blank(start)..).unwrap_or_default());
        line.is_none_or(|line| http::text_type(line.media).is_some())
    }

    fn inner_start(&self, record: &[u8]) -> Option<usize> {
        let from = blank(record) + 1;
        Ranges { start: 0, searched: Some(from) }.search(record)
    }
}

/// What a record holds, and its line; none where it only describes the file.
fn content<'a>(inputs: &Inputs, record: &'a [u8]) -> Result<Option<(Line<'a>, Held<'a>)>, Refusal> {
    let record = record.get(blank(record)..).unwrap_or_default();
    let Some(line) = Line::of(record) else {
        return Err(Refusal::new("is not an ARC record", "fetch or write the file again"));
    };
    if record.starts_with(START) {
        return Ok(None);
    }
    let body = record.get(line.bytes..).unwrap_or_default();
    let (payload, whole) = crawl::payload(body, line.length);
    let is_http = payload.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"http"));
    let held = if is_http {
        http::response(payload, inputs.options.limits.record_bytes)?
    } else {
        http::typed(payload.into(), line.media)
    };
    Ok(Some((
        line,
        match held {
            Held::Text(mut content) if !whole => {
                content.note = content.note.or_else(|| Some(crawl::wrong_length()));
                Held::Text(content)
            }
            held => held,
        },
    )))
}

fn record(maker: &mut Maker<'_>, at: (usize, u64), record: &[u8], emit: Emit<'_>) {
    let inputs = maker.inputs;
    let (_, number) = at;
    let most = inputs.options.limits.record_bytes;
    if record.len() > most {
        return maker.refuse(number, Refusal::too_long(most));
    }
    let (line, content) = match content(inputs, record) {
        Ok(None) => return,
        Ok(Some((line, Held::Text(content)))) => (line, content),
        Ok(Some((_, Held::Other(kind)))) => return maker.batch.pass_over(&kind),
        Err(refusal) => return maker.refuse(number, refusal),
    };
    match crawl::entry(inputs, &content, Some(line.address)) {
        Ok(entry) => {
            let entry = Entry { note: entry.note.or(content.note), ..entry };
            let values: Columns<'_> = [const { None }; COLUMNS];
            crawl::document(maker, at, entry, values, emit);
        }
        Err(refusal) => maker.refuse(number, refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Format, ReadOptions};

    const FILE: &str = "filedesc://x.arc 0.0.0.0 20080430204825 text/plain 76\n\
        1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n\n";

    fn made(address: &str, head: &str, body: &str) -> String {
        let http = format!("{head}\r\n\r\n{body}");
        let media = "text/html";
        format!("{address} 1.2.3.4 20080430204826 {media} {}\n{http}\n", http.len())
    }

    fn text(address: &str, body: &str) -> String {
        made(address, "HTTP/1.1 200 OK\r\nContent-Type: text/plain", body)
    }

    #[test]
    fn a_text_with_the_same_word_first_is_no_crawl() {
        assert!(is_start(FILE.as_bytes()));
        for other in [
            "filedesc://",
            "filedesc://{\"text\":\"The dam held.\"}\n{}\n a b c d",
            "filedesc://d-1\", \"text\": \"The dam held for a year.\"}\n",
        ] {
            assert!(!is_start(other.as_bytes()), "{other}");
        }
    }

    fn read(raw: &str) -> Batch {
        let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
        let mut batch = Batch::default();
        Arc.parse(&inputs, RawRecords::first(raw.as_bytes()), &mut batch);
        batch
    }

    fn texts(batch: &Batch) -> Vec<&str> {
        batch.documents.iter().map(|document| document.text.as_str()).collect()
    }

    #[test]
    fn lines_begin_records() {
        let line =
            Line::of(b"http://a.example/x y 1.2.3.4 20080430204826 text/html 12\nrest").unwrap();
        assert_eq!(
            (line.address, line.media, line.length),
            ("http://a.example/x y", "text/html", 12)
        );
        let second = b"http://a.example/ 1.2.3.4 20080430204826 text/html 200 sum - 99 f.arc 12\n";
        let line = Line::of(second).unwrap();
        assert_eq!((line.address, line.media, line.length), ("http://a.example/", "text/html", 12));
        for bad in ["", "words\n", "http://a 1 2 3\n", "a: b c d 12\n", "a: 1 20080101 x 12"] {
            assert_eq!(Line::of(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn pages_are_read_and_others_counted() {
        let raw = [
            FILE.to_owned(),
            text("http://www.a.example/1", "one"),
            made("http://a.example/2", "HTTP/1.1 404 Gone\r\nContent-Type: text/html", "x"),
            "dns:a.example 1.2.3.4 20080430204826 text/dns 5\nwords\n".to_owned(),
            text("http://b.example/3", "two"),
        ];
        let batch = read(&raw.concat());
        assert_eq!((texts(&batch), batch.problems.len()), (vec!["one", "two"], 0));
        assert_eq!(batch.documents[0].meta.outlet.as_deref(), Some("a.example"));
        assert_eq!(batch.documents[1].id, "in:5", "every record counts");
        let passed: Vec<_> = batch.passed_over.iter().map(|(k, n)| (k.as_str(), *n)).collect();
        assert_eq!(passed, [("404", 1), ("text/dns", 1)]);
    }

    #[test]
    fn a_lie_about_a_length_costs_its_record_at_most() {
        let (one, two) = (text("http://a.example/1", "one"), text("http://b.example/2", "two"));
        let length = one.lines().next().unwrap().rsplit(' ').next().unwrap();
        for lie in ["3", "70", "99999999", "99999999999999999999"] {
            let bad = one.replacen(&format!(" {length}\n"), &format!(" {lie}\n"), 1);
            let batch = read(&[FILE, &bad, &two].concat());
            assert!(texts(&batch).contains(&"two"), "{lie}: {:?}", batch.documents);
            assert!(batch.documents.len() + batch.problems.len() >= 2 || lie == "3", "{lie}");
        }
    }

    #[test]
    fn the_cutter_sees_whole_records() {
        let (a, b) = (text("http://a.example/1", "one"), text("http://b.example/2", "two"));
        let all = [FILE, &a, &b].concat();
        for cut in 0..=all.len() {
            let mut splitter = Arc.splitter();
            let first = splitter.last(&all.as_bytes()[..cut]).unwrap_or(0);
            assert!(
                [0, FILE.len(), FILE.len() + a.len()].contains(&first) || cut == all.len(),
                "{cut}"
            );
            let end = splitter.last(all.as_bytes());
            let last = end.unwrap_or(first);
            assert_eq!(
                Arc.splitter().count(&all.as_bytes()[..last]),
                if last > FILE.len() { 2 } else { 1 }
            );
        }
        assert_eq!(Arc.splitter().count(all.as_bytes()), 3);
        let mut splitter = Arc.splitter();
        let part = FILE.len() + 80;
        assert_eq!(splitter.last(&all.as_bytes()[..part]), Some(FILE.len()));
        splitter.reset();
        let open = &all.as_bytes()[FILE.len()..];
        assert_eq!(splitter.last(&open[..80]), None);
        assert_eq!(splitter.first(&open[80..]), Some(a.len() - 80));
        assert!(splitter.matters(b"http://a 1 20080430204826 text/html 12\n"));
        assert!(!splitter.matters(b"http://a 1 20080430204826 image/png 12\n"));
        assert_eq!(splitter.inner_start(open), Some(a.len()));
    }

    #[test]
    fn members_become_json() {
        let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
        let mut out = Vec::new();
        Arc.member_to_json(&inputs, "in:2", text("http://a.example/1", "one").as_bytes(), &mut out);
        Arc.member_to_json(&inputs, "in:1", FILE.as_bytes(), &mut out);
        let json = String::from_utf8(out).unwrap();
        assert_eq!(json, "{\"id\":\"in:2\",\"url\":\"http://a.example/1\",\"text\":\"one\"}\n");
    }
}
