//! WARC: the pages and texts of a crawl.
//!
//! [`RecordRanges`] finds the ends of records by their lengths, and where a length is wrong by the
//! start of the next record; `each` turns responses, resources and conversions that hold a page or
//! plain text into documents. All other records are passed over, counted by what they are. The
//! headers of a record can be named as columns (`WARC-Target-URI` as the id), in any case.
//! Invariant: a record with a wrong length costs itself and the next at most, never the file.

use super::crawl::{self, Entry};
use super::fields::{Fields, HEADER_BYTES, header_end};
use super::http::{self, Held, text_type};
use super::json_text;
use super::maker::{Columns, Emit, Maker, Parsed};
use super::reader::{InputFormat, Splitter};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, TEXT};
use crate::corpus::inputs::Inputs;
use crate::corpus::options::ReadOptions;
use crate::corpus::problem::{Refusal, shortened_to};
use crate::corpus::records::RawRecords;
use crate::corpus::source::encoding::Encoding;
use crate::corpus::source::kind::{Facts, FormatLayout};
use memchr::memmem;
use std::borrow::Cow;
use std::ops::Range;

/// How a record starts.
const START: &[u8] = b"WARC/";
/// The same after the record before, without its version.
const NEXT: &[u8] = b"\nWARC/";
/// Bytes of that with the version: `0.18`, `1.1`.
const NEXT_BYTES: usize = NEXT.len() + 2;

/// The line feed before the next record.
fn find_next(bytes: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes, NEXT).find(|at| {
        let version = bytes.get(at + NEXT.len()..at + NEXT_BYTES);
        matches!(version, Some([b'0'..=b'9', b'.']))
    })
}

/// A crawl.
#[derive(Debug)]
pub(crate) struct Warc;

static FACTS: Facts = Facts {
    name: "warc",
    about: "A crawl",
    extensions: &["warc", "wet"],
    magic: |head| matches!(head, [b'W', b'A', b'R', b'C', b'/', b'0'..=b'9', ..]),
    layout: FormatLayout::Members,
    extracts: true,
    ..Facts::PLAIN
};

impl InputFormat for Warc {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn splitter(&self) -> Box<dyn Splitter> {
        Box::new(CrawlSplitter(RecordRanges::default()))
    }

    fn each(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
        batch.columns.found(std::array::from_fn(|column| column == TEXT));
        let Some(mut maker) = Maker::new(inputs, records.source, batch) else { return };
        self.members(&records, &mut |number, bytes| {
            record(&mut maker, records.source, (number, bytes), emit);
        });
        batch.problems.sort_by_key(|problem| problem.line);
        inputs.recycle(records.raw);
    }

    fn members(&self, records: &RawRecords, sink: &mut dyn FnMut(u64, &[u8])) {
        numbered(records, sink);
    }

    fn member_to_json(&self, inputs: &Inputs, id: &str, member: &[u8], out: &mut Vec<u8>) {
        let most = inputs.options.limits.record_bytes;
        if let Ok(Found { held: Held::Text(content), fields, .. }) = content(member, most)
            && let Ok(entry) = crawl::entry(inputs, &content, address(fields))
        {
            json_text::article(id, entry.address, &entry.article, out);
        }
    }
}

/// The cutter's view of a crawl.
#[derive(Debug)]
struct CrawlSplitter(RecordRanges);

impl Splitter for CrawlSplitter {
    fn reset(&mut self) {
        self.0 = RecordRanges::default();
    }

    fn last(&mut self, raw: &[u8]) -> Option<usize> {
        let mut last = None;
        self.0.records(raw, &mut |range| {
            last = Some(range.end);
            true
        });
        last
    }

    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        self.0.first(chunk)
    }

    fn count(&self, raw: &[u8]) -> u64 {
        let mut count = 0;
        RecordRanges::default().records(raw, &mut |_| {
            count += 1;
            true
        });
        count
    }

    /// Each page has an encoding of its own, so the bytes are passed on as they are.
    fn encoding(&self) -> Option<Encoding> {
        Some(Encoding::utf8())
    }

    fn matters(&self, start: &[u8]) -> bool {
        matters(start)
    }

    fn uses_cut(&self) -> bool {
        true
    }

    fn inner_start(&self, record: &[u8]) -> Option<usize> {
        inner_start(record)
    }
}

/// Finds the ends of records.
#[derive(Debug, Default, Clone)]
struct RecordRanges {
    /// Where the open record starts.
    start: usize,
    /// Where its content ends, by its length.
    end: Option<usize>,
    /// Its length is wrong, or it has none: bytes searched for the next.
    lost: Option<usize>,
    /// Bytes looked at.
    seen: usize,
}

impl RecordRanges {
    /// Hands the ranges of whole records to `found`, until that says to stop.
    fn records(&mut self, raw: &[u8], found: &mut dyn FnMut(Range<usize>) -> bool) {
        self.seen = raw.len();
        while let Some(end) = self.record(raw) {
            let record = self.start..end;
            *self = Self { start: end, seen: raw.len(), ..Self::default() };
            if !found(record) {
                return;
            }
        }
    }

    /// The end of the open record with what separates it; none where it is not whole yet.
    fn record(&mut self, raw: &[u8]) -> Option<usize> {
        if let Some(from) = self.lost {
            return self.next(raw, from);
        }
        let known = self.end.or_else(|| self.claimed(raw));
        if let Some(from) = self.lost {
            return self.next(raw, from);
        }
        let end = known?;
        self.end = Some(end);
        let after = raw.get(end..end.checked_add(4)?)?;
        if after == b"\r\n\r\n" {
            return Some(end + 4);
        }
        // Some writers leave out the empty lines, or write line feeds alone.
        match after {
            [b'\n', b'\n', ..] => Some(end + 2),
            b"WARC" => Some(end),
            _ => self.next(raw, self.start + 1),
        }
    }

    /// Where the open record ends by its length; none where that is not known yet, or the
    /// record is lost.
    fn claimed(&mut self, raw: &[u8]) -> Option<usize> {
        let record = raw.get(self.start..).filter(|record| !record.is_empty())?;
        let header = header_end(record);
        let fields = Fields(record.get(..header.unwrap_or(0)).unwrap_or_default());
        let length = fields.number("content-length").filter(|_| record.starts_with(START));
        let lost = if header.is_some() { length.is_none() } else { record.len() > HEADER_BYTES };
        if lost {
            self.lost = Some(self.start + 1);
        }
        Some(self.start.saturating_add(header?).saturating_add(length?))
    }

    /// The start of the next record, searched for from `from`.
    fn next(&mut self, raw: &[u8], from: usize) -> Option<usize> {
        let found = raw.get(from..).and_then(find_next);
        if found.is_none() {
            self.lost = Some(raw.len().saturating_sub(NEXT_BYTES).max(from));
        }
        found.map(|at| from + at + 1)
    }

    /// The end of the open record, in bytes that follow those looked at so far.
    fn first(&mut self, chunk: &[u8]) -> Option<usize> {
        match self.end.filter(|_| self.lost.is_none()) {
            Some(end) => {
                let left = end.saturating_sub(self.seen);
                self.seen = self.seen.saturating_add(chunk.len());
                // Another record inside: the length is wrong.
                let inside = find_next(chunk).map(|at| at + 1).filter(|at| *at < left);
                if inside.is_some() {
                    return inside;
                }
                let after = chunk.get(left..)?;
                let blank = after.iter().take(4).take_while(|byte| b"\r\n".contains(byte));
                Some(left + blank.count())
            }
            None => find_next(chunk).map(|at| at + 1),
        }
    }
}

/// What a record holds, and its header.
struct Found<'a> {
    held: Held<'a>,
    fields: Fields<'a>,
    /// It has the length that it claims.
    whole: bool,
}

impl Found<'_> {
    /// What must be reported of how the record was written.
    fn note(&self) -> Option<Refusal> {
        if !self.whole {
            return Some(crawl::wrong_length());
        }
        let reason = self.fields.get("warc-truncated")?;
        let shown = shortened_to(SHOWN_REASON, reason.trim());
        let cause = format!("the crawler cut the page short (WARC-Truncated: {shown})");
        Some(Refusal::new(cause, "crawl it again with a higher limit; what there is is used"))
    }
}

/// Characters of the reason for a cut that are shown.
const SHOWN_REASON: usize = 40;

/// What a record is that tells of a crawl or of another page, by its address: wget keeps its
/// arguments and its log so, browsers the text, the picture and the parts of a page.
fn about(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    if scheme.eq_ignore_ascii_case("metadata") {
        return Some("metadata".to_owned());
    }
    let (kind, of) = rest.split_once(':')?;
    let is_about = scheme.eq_ignore_ascii_case("urn") && of.contains("://");
    is_about.then(|| format!("urn:{}", shortened_to(SHOWN_REASON, kind)))
}

/// What a record holds; of a compressed page at most `most` bytes.
fn content(record: &[u8], most: usize) -> Result<Found<'_>, Refusal> {
    let broken = |cause: &str| Refusal::new(cause, "fetch or write the file again");
    let header = header_end(record).filter(|_| record.starts_with(START));
    let Some(header) = header else { return Err(broken("is not a WARC record")) };
    let fields = Fields(record.get(..header).unwrap_or_default());
    let body = record.get(header..).unwrap_or_default();
    let kind = fields.get("warc-type").unwrap_or_default().to_ascii_lowercase();
    let Some(length) = fields.number("content-length") else {
        return Err(broken("the record has no length"));
    };
    let (payload, whole) = crawl::payload(body, length);
    let media = fields.media();
    let starts_as_http = || payload.get(..5).is_some_and(|p| p.eq_ignore_ascii_case(b"http/"));
    let held = match kind.as_str() {
        "response" if http::kind_of(media) == "application/http" || starts_as_http() => {
            http::response(payload, most)?
        }
        "response" | "resource" | "conversion" => match address(fields).and_then(about) {
            Some(what) => Held::Other(what.into()),
            None => http::typed(payload.into(), media),
        },
        other => Held::Other(http::kind_of(other).into_owned().into()),
    };
    Ok(Found { held, fields, whole })
}

/// The address of a record.
fn address(fields: Fields<'_>) -> Option<&str> {
    fields.get("warc-target-uri").map(|uri| uri.trim_matches(['<', '>']))
}

/// Whether a record is of a kind that is read, judged by its start.
fn matters(record: &[u8]) -> bool {
    let Some(header) = header_end(record) else { return true };
    let fields = Fields(record.get(..header).unwrap_or_default());
    let kind = fields.get("warc-type").unwrap_or_default().to_ascii_lowercase();
    if kind != "response" {
        let is_read = ["resource", "conversion"].contains(&kind.as_str());
        return is_read && address(fields).and_then(about).is_none();
    }
    let body = record.get(header..).unwrap_or_default();
    let http = body.get(..header_end(body).unwrap_or(0)).unwrap_or_default();
    text_type(Fields(http).media()).is_some()
}

fn record(
    maker: &mut Maker<'_>,
    source: usize,
    (number, record): (u64, &[u8]),
    emit: &mut dyn FnMut(Parsed<'_>),
) {
    let inputs = maker.inputs;
    let most = inputs.options.limits.record_bytes;
    if record.len() > most {
        if matters(record) {
            maker.refuse(number, Refusal::too_long(most));
        }
        return;
    }
    let found = match content(record, most) {
        Ok(found) => found,
        Err(refusal) => return maker.refuse(number, refusal),
    };
    let cut = found.note();
    let content = match found.held {
        Held::Text(content) => content,
        Held::Other(kind) => return maker.batch.pass_over(&kind),
    };
    if let Some(cut) = cut {
        maker.report(number, cut);
    }
    match crawl::entry(inputs, &content, address(found.fields)) {
        Ok(entry) => {
            let entry = Entry { note: entry.note.or(content.note), ..entry };
            let values = named(&inputs.options, found.fields);
            crawl::document(maker, (source, number), entry, values, emit);
        }
        Err(refusal) => maker.refuse(number, refusal),
    }
}

/// The headers of a record that the user named as columns.
fn named<'a>(options: &ReadOptions, fields: Fields<'a>) -> Columns<'a> {
    let mut values: Columns<'a> = [const { None }; COLUMNS];
    let columns = options.columns();
    for (name, value) in fields.all() {
        let (Ok(name), Ok(value)) = (std::str::from_utf8(name), std::str::from_utf8(value)) else {
            continue;
        };
        for (slot, column) in values.iter_mut().zip(columns) {
            if column.is_some_and(|column| column.name.eq_ignore_ascii_case(name)) {
                *slot = Some(Cow::Borrowed(value));
            }
        }
    }
    values
}

/// The records of a block, each with its number.
fn numbered(block: &RawRecords, sink: &mut dyn FnMut(u64, &[u8])) {
    let (mut number, mut start) = (block.first_record, 0);
    loop {
        let rest = block.raw.get(start..).unwrap_or_default();
        let mut end = 0;
        RecordRanges::default().records(rest, &mut |range| {
            end = range.end;
            sink(number, rest.get(range).unwrap_or_default());
            number += 1;
            true
        });
        // At the end of the source: a record that is cut short, or claims more than there is.
        let left = rest.get(end..).unwrap_or_default();
        if left.trim_ascii().is_empty() {
            return;
        }
        let length = inner_start(left).unwrap_or(left.len());
        sink(number, left.get(..length).unwrap_or_default());
        number += 1;
        start += end + length;
    }
}

/// The start of another record inside a record that claims too much.
fn inner_start(record: &[u8]) -> Option<usize> {
    record.get(1..).and_then(find_next).map(|at| at + 2)
}

#[cfg(test)]
mod tests;
