//! WARC: the pages and texts of a crawl.
//!
//! [`RecordRanges`] finds the ends of records by their lengths, and where a length is wrong by the
//! start of the next record; `each` turns responses, resources and conversions that hold a page or
//! plain text into documents. All other records are passed over. The headers of a record can be
//! named as columns (`WARC-Target-URI` as the id).
//! Invariant: a record with a wrong length costs itself and the next at most, never the file.

use super::html::{self, host};
use super::json_text;
use super::maker::{Columns, Emit, Maker, Parsed, which};
use super::reader::{Article, InputFormat, Splitter};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, DATE, OUTLET, TEXT, TITLE};
use crate::corpus::inputs::Inputs;
use crate::corpus::place::RecordPlace;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::encoding::Encoding;
use crate::corpus::source::kind::{Facts, FormatLayout};
use memchr::memmem;
use std::borrow::Cow;
use std::io::Read as _;
use std::ops::Range;

/// How a record starts.
const START: &[u8] = b"WARC/";
/// The same after the record before.
const NEXT: &[u8] = b"\nWARC/1.";
/// Longest header of a record or response.
const HEADER_BYTES: usize = 64 << 10;

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
        if let Ok(Some(entry)) = entry(inputs, member) {
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
        let found = raw.get(from..).and_then(|rest| memmem::find(rest, NEXT));
        if found.is_none() {
            self.lost = Some(raw.len().saturating_sub(NEXT.len()).max(from));
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
                let inside = memmem::find(chunk, NEXT).map(|at| at + 1).filter(|at| *at < left);
                if inside.is_some() {
                    return inside;
                }
                let after = chunk.get(left..)?;
                let blank = after.iter().take(4).take_while(|byte| b"\r\n".contains(byte));
                Some(left + blank.count())
            }
            None => memmem::find(chunk, NEXT).map(|at| at + 1),
        }
    }
}

/// Length of a header with the empty line after it.
fn header_end(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..HEADER_BYTES).unwrap_or(bytes);
    let crlf = memmem::find(head, b"\r\n\r\n").map(|at| at + 4);
    let lf = memmem::find(head, b"\n\n").map(|at| at + 2);
    [crlf, lf].into_iter().flatten().min()
}

/// The lines `Name: value` of a header.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn all(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        self.0.split(|byte| *byte == b'\n').filter_map(|line| {
            let colon = memchr::memchr(b':', line)?;
            let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
            Some((name.trim_ascii(), value.trim_ascii()))
        })
    }

    fn get(self, name: &str) -> Option<&'a str> {
        let mut all = self.all();
        let found = all.find(|(field, _)| field.eq_ignore_ascii_case(name.as_bytes()))?;
        std::str::from_utf8(found.1).ok()
    }

    fn number(self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }
}

/// A record with something to read.
struct Content<'a> {
    fields: Fields<'a>,
    payload: Cow<'a, [u8]>,
    is_page: bool,
    declared: Option<Encoding>,
}

/// What a record holds; none where that is no text.
fn content(record: &[u8], most: usize) -> Result<Option<Content<'_>>, Refusal> {
    let broken = |cause: &str| Refusal::new(cause, "fetch or write the file again");
    let header = header_end(record).filter(|_| record.starts_with(START));
    let Some(header) = header else { return Err(broken("is not a WARC record")) };
    let fields = Fields(record.get(..header).unwrap_or_default());
    let body = record.get(header..).unwrap_or_default();
    let kind = fields.get("warc-type").unwrap_or_default();
    let Some(length) = fields.number("content-length") else {
        return Err(broken("the record has no length"));
    };
    let type_of = |fields: Fields<'_>| fields.get("content-type").unwrap_or_default().to_owned();
    let is_http = kind == "response" && type_of(fields).starts_with("application/http");
    if !is_http && !["resource", "conversion"].contains(&kind) {
        return Ok(None);
    }
    let whole = body.get(..length).filter(|_| {
        let after = body.get(length..).unwrap_or_default();
        after.iter().all(|byte| b"\r\n".contains(byte))
    });
    let (mut payload, mut media) = (Cow::Borrowed(whole.unwrap_or(body)), type_of(fields));
    if is_http {
        let Some(split) = header_end(&payload) else { return Ok(None) };
        let http = payload.get(..split).unwrap_or_default().to_vec();
        if !has_status_200(&http) {
            return Ok(None);
        }
        media = type_of(Fields(&http));
        if text_type(&media).is_some() {
            payload =
                decoded(payload.get(split..).unwrap_or_default(), Fields(&http), most)?.into();
        }
    }
    let Some(is_page) = text_type(&media) else { return Ok(None) };
    if whole.is_none() {
        return Err(broken("the record has not the length it claims"));
    }
    let declared = media.split(';').find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let charset = name.trim().eq_ignore_ascii_case("charset");
        charset.then(|| Encoding::named(value.trim().trim_matches('"'))).flatten()
    });
    Ok(Some(Content { fields, payload, is_page, declared }))
}

fn has_status_200(http: &[u8]) -> bool {
    http.starts_with(b"HTTP/") && http.split(|byte| *byte == b' ').nth(1) == Some(b"200")
}

/// Whether a media type is that of a page; none where it is not text at all.
fn text_type(media: &str) -> Option<bool> {
    let kind = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "text/html" | "application/xhtml+xml" => Some(true),
        "text/plain" => Some(false),
        _ => None,
    }
}

/// A payload freed of what HTTP wraps it in; at most `most` bytes.
fn decoded(payload: &[u8], http: Fields<'_>, most: usize) -> Result<Vec<u8>, Refusal> {
    let chunked = http.get("transfer-encoding").is_some_and(|value| value.contains("chunked"));
    let plain = if chunked { unchunked(payload) } else { None };
    let plain = plain.unwrap_or_else(|| payload.to_vec());
    let mut out = Vec::new();
    let read = match http.get("content-encoding").unwrap_or_default().trim() {
        // Some crawlers store the page decoded and leave the header as it was.
        "gzip" | "x-gzip" if plain.starts_with(&[0x1f, 0x8b]) => {
            let gzip = flate2::bufread::MultiGzDecoder::new(&plain[..]);
            gzip.take(most as u64 + 1).read_to_end(&mut out)
        }
        "br" | "zstd" | "deflate" if std::str::from_utf8(&plain).is_err() => {
            return Err(Refusal::new(
                "the page is compressed in a way that is not read",
                "crawl it without that encoding, or with gzip",
            ));
        }
        _ => return Ok(plain),
    };
    if read.is_err() {
        return Err(Refusal::new("the page's gzip data are damaged", "fetch the page again"));
    }
    if out.len() > most {
        return Err(Refusal::too_long(most));
    }
    Ok(out)
}

/// The data of chunks; none where there are none.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(rest.len());
    loop {
        let line = memchr::memchr(b'\n', rest)?;
        let size = std::str::from_utf8(rest.get(..line)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(line + 1..)?;
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?;
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))?;
    }
}

/// Whether a record is of a kind that is read, judged by its start.
fn matters(record: &[u8]) -> bool {
    let Some(header) = header_end(record) else { return true };
    let fields = Fields(record.get(..header).unwrap_or_default());
    let kind = fields.get("warc-type").unwrap_or_default();
    if kind != "response" {
        return ["resource", "conversion"].contains(&kind);
    }
    let body = record.get(header..).unwrap_or_default();
    let http = body.get(..header_end(body).unwrap_or(0)).unwrap_or_default();
    text_type(Fields(http).get("content-type").unwrap_or_default()).is_some()
}

/// What a record has to say as a document.
struct Entry<'a> {
    article: Article,
    address: Option<&'a str>,
    fields: Fields<'a>,
    /// What must be reported.
    note: Option<Refusal>,
}

/// Reads a record; none where it holds no text.
fn entry<'a>(inputs: &Inputs, record: &'a [u8]) -> Result<Option<Entry<'a>>, Refusal> {
    let options = &inputs.options;
    let Some(found) = content(record, options.limits.record_bytes)? else { return Ok(None) };
    let Content { fields, payload, is_page, declared } = found;
    let (text, note) = html::decode(&payload, options.encoding, declared)?;
    let article = if is_page {
        html::read(&text, &options.limits)?
    } else {
        Article { text: text.into_owned(), ..Article::default() }
    };
    let address = fields.get("warc-target-uri").map(|uri| uri.trim_matches(['<', '>']));
    Ok(Some(Entry { article, address, fields, note }))
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
    let found = match entry(inputs, record) {
        Ok(None) => return,
        Ok(Some(found)) => found,
        Err(refusal) => return maker.refuse(number, refusal),
    };
    maker.batch.columns.record();
    if let Some(note) = found.note {
        maker.report(number, note);
    }
    let mut values: Columns<'_> = [const { None }; COLUMNS];
    for (name, value) in found.fields.all() {
        let (Ok(name), Ok(value)) = (std::str::from_utf8(name), std::str::from_utf8(value)) else {
            continue;
        };
        let wanted = which(&inputs.options, name);
        for (slot, _) in values.iter_mut().zip(wanted).filter(|(_, wanted)| *wanted) {
            *slot = Some(Cow::Borrowed(value));
        }
    }
    maker.batch.columns.found(values.each_ref().map(Option::is_some));
    let Article { text, title, outlet, date, .. } = found.article;
    let host = || found.address.and_then(host);
    let place = RecordPlace {
        source: u32::try_from(source).unwrap_or(u32::MAX),
        bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
        offset: inputs.copies.keep(&text),
        line: number,
    };
    inputs.save_text(&inputs.name(&place), &text);
    values[TEXT] = Some(text.into());
    values[OUTLET] = values[OUTLET].take().or_else(|| outlet.or_else(host).map(Cow::Owned));
    values[DATE] = values[DATE].take().or(date.map(Cow::Owned));
    values[TITLE] = values[TITLE].take().or(title.map(Cow::Owned));
    if let Some(found) = maker.document(values, place, number) {
        emit(found);
    }
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
    record.get(1..).and_then(|rest| memmem::find(rest, NEXT)).map(|at| at + 2)
}

#[cfg(test)]
mod tests;
