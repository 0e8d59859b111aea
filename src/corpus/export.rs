//! Records as they are become JSON objects, one a line, with all their columns.
//!
//! Used by those who write records of one format in another. Invariant: every column is there, in
//! its order and under its name; a record says nothing but what it holds.

use super::cut::Cutter;
use super::files;
use super::format;
use super::format::json_article;
use super::header::Header;
use super::inputs::Inputs;
use super::problem::Refusal;
use super::source::encoding;
use super::source::file::Source;
use super::source::kind::FormatLayout;
use crate::error::{Error, Result};
use std::io::Read as _;
use std::ops::Range;
use std::sync::Arc;

/// Hands numbered records to `line` as JSON objects, one a line.
pub(super) fn numbered_to_json(
    inputs: &Inputs,
    source: usize,
    wanted: &[Range<u64>],
    line: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let Some(found) = inputs.sources.get(source) else { return Ok(()) };
    let format = format::of(found.format);
    if found.format.layout() == FormatLayout::Rows {
        return format.rows_to_json((inputs, source), wanted, line);
    }
    let path = found.path.to_string_lossy();
    let mut out = Vec::new();
    members(inputs, source, wanted, &mut |number, member| {
        out.clear();
        format.member_to_json(inputs, &format!("{path}:{number}"), member, &mut out);
        if out.is_empty() { Ok(()) } else { line(&out) }
    })
}

/// Hands members of a source, known by their numbers, to `take` as they are.
pub(super) fn members(
    inputs: &Inputs,
    source: usize,
    wanted: &[Range<u64>],
    take: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
) -> Result<()> {
    let Some(found) = inputs.sources.get(source) else { return Ok(()) };
    let mut cutter = Cutter::new(source, found.format);
    let mut next = 0;
    while let Some(cut) = cutter.next_block(inputs) {
        let records = cut?.records;
        let mut done = Ok(());
        format::of(found.format).members(&records, &mut |number, member| {
            while wanted.get(next).is_some_and(|range| range.end <= number) {
                next += 1;
            }
            let take_it = wanted.get(next).is_some_and(|range| range.contains(&number));
            if take_it && done.is_ok() {
                done = take(number, member);
            }
        });
        inputs.recycle(records.raw);
        done?;
    }
    Ok(())
}

/// Appends a one-document file as a JSON object with a line feed.
pub(super) fn document_to_json(inputs: &Inputs, source: usize, out: &mut Vec<u8>) -> Result<()> {
    let Some(found) = inputs.sources.get(source) else { return Ok(()) };
    let read = files::article(inputs, found, &mut Vec::new());
    let (article, _) = read.map_err(|refusal| refused(found, refusal))?;
    json_article(&found.path.to_string_lossy(), &article, out);
    Ok(())
}

/// Fails where two tables among the sources have not the same columns.
pub(super) fn check_same_columns(inputs: &Inputs) -> Result<()> {
    check_same_schema(inputs)?;
    let mut first: Option<(usize, Header)> = None;
    for (source, found) in inputs.sources.iter().enumerate() {
        let Some(Ok(header)) = header(inputs, found) else { continue };
        // What only lies beside the tables is passed over.
        if !found.named && !header.has_text() {
            continue;
        }
        match &first {
            None => first = Some((source, header)),
            Some((other, known)) => {
                if let Some(what) = known.difference(&header) {
                    return Err(misfit(inputs, (*other, source), what));
                }
            }
        }
    }
    Ok(())
}

fn check_same_schema(inputs: &Inputs) -> Result<()> {
    let rows = |(_, found): &(usize, &Source)| found.format.layout() == FormatLayout::Rows;
    let mut all = inputs.sources.iter().enumerate().filter(rows);
    let Some((first, found)) = all.next() else { return Ok(()) };
    let known = inputs.needed_file(first)?;
    for (source, _) in all {
        if !format::of(found.format).same_columns(&known, &inputs.needed_file(source)?) {
            return Err(misfit(inputs, (first, source), "has other columns than"));
        }
    }
    Ok(())
}

fn misfit(inputs: &Inputs, (first, second): (usize, usize), what: &str) -> Error {
    Error::Input {
        path: inputs.path(second).to_path_buf(),
        cause: format!("{what} {}", inputs.path(first).display()),
        cure: "use {output_format} jsonl, or run them one by one".to_owned(),
    }
}

fn refused(source: &Source, refusal: Refusal) -> Error {
    let Refusal { cause, cure } = refusal;
    Error::Input { path: source.path.clone(), cause, cure }
}

/// The header of a table, from as much of it as is needed; none where it has none.
fn header(inputs: &Inputs, found: &Source) -> Option<Result<Header>> {
    let is_cut = !matches!(found.format.layout(), FormatLayout::Document | FormatLayout::Rows);
    if found.stream || !is_cut || !format::of(found.format).splitter().has_header() {
        return None;
    }
    let read = |most: u64| {
        let opened = found.open(inputs.options.limits.expanded_bytes, &Arc::default())?;
        let stream = encoding::to_utf8(opened.stream, inputs.options.encoding).stream;
        let mut raw = Vec::new();
        stream.take(most).read_to_end(&mut raw)?;
        Ok(raw)
    };
    // As much as the cutter has when it looks for the header.
    let mut most = inputs.options.limits.block_bytes.max(encoding::HEAD_BYTES) as u64;
    loop {
        let raw = match read(most) {
            Ok(raw) => raw,
            Err(error) => return Some(Err(Error::io(&found.path, error))),
        };
        let mark = usize::from(raw.starts_with(b"\xef\xbb\xbf")) * 3;
        let text = raw.get(mark..).unwrap_or_default();
        let mut splitter = format::of(found.format).splitter();
        let end = splitter.first(text);
        let whole = (raw.len() as u64) < most || most > inputs.options.limits.record_bytes as u64;
        if end.is_some() || whole {
            let header = splitter.header(inputs, text);
            let header = header.map(|found| found.map(|(_, header)| header));
            return header.map_err(|refusal| refused(found, refusal)).transpose();
        }
        most *= 16;
    }
}
