//! The report for people: one HTML file with everything in it.
//!
//! Reads a [`ScanResult`](crate::detect::ScanResult), writes a page that opens from the file system
//! and asks the network for nothing. The page is a constant shell (`page`: markup, style and script
//! from the files beside this one) around data: an index of outlets, documents, families and pairs
//! (`index`), and the texts of the documents in blocks (`texts`), both compressed and in Base64
//! (`embed`). What a large result must leave out is settled first (`choice`) and said on the page.
//! Invariant: nothing of a corpus is ever markup. Every byte of text, id, title, outlet or date
//! is in Base64, and the script puts it on the page as text nodes alone; the policy in the head
//! of the page allows the page's own script and style by their hashes and nothing else.

mod choice;
mod embed;
mod handed;
mod index;
mod page;
#[cfg(test)]
mod tests;
mod texts;

use super::format::{Compressible, Format, LeftOut, ReportSize, Wanted};
use crate::corpus;
use std::io::{self, Write};

/// The format.
#[derive(Debug)]
pub(super) struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm"]
    }

    fn compression(&self) -> Compressible {
        Compressible::Never
    }

    fn write(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<Option<ReportSize>> {
        write(wanted, out).map(Some)
    }
}

/// What a report of these inputs is called: the names without their folders.
#[must_use]
pub fn title(inputs: &[String]) -> String {
    let name = |input: &String| {
        if input == "-" {
            return "standard input".to_owned();
        }
        let shown = corpus::shown(input);
        let last = shown.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next();
        last.filter(|last| !last.is_empty()).unwrap_or(&*shown).to_owned()
    };
    let names: Vec<String> = inputs.iter().take(NAMED).map(name).collect();
    match inputs.len().checked_sub(NAMED) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names.join(", ")),
    }
}

/// Inputs that are named in the title.
const NAMED: usize = 3;

/// Writes the report.
///
/// # Errors
/// What `out` returns.
pub fn write(report: Wanted<'_>, out: &mut dyn Write) -> io::Result<ReportSize> {
    let chosen = choice::choose(report);
    let texts = texts::Texts::of(report.result.documents(), &chosen, report.limits);
    let index = index::index(report, &chosen, &texts);
    let mut out = Counted { inner: out, bytes: 0 };
    page::write(&index, &texts, &mut out)?;
    Ok(ReportSize { bytes: out.bytes, left_out: index.left_out() })
}

/// The data of a report without the page around it, for a page that asks for it piece by piece.
#[derive(Debug)]
pub struct ReportData {
    /// The index as JSON, as the module `model` of the script reads it.
    pub index: Vec<u8>,
    /// The blocks of texts that the index refers to, in UTF-8.
    pub texts: Vec<Vec<u8>>,
    /// What had to be left out.
    pub left_out: LeftOut,
}

/// The data of the report.
///
/// # Errors
/// A bug in the types of the index.
pub fn data(report: Wanted<'_>) -> io::Result<ReportData> {
    let chosen = choice::choose(report);
    let texts = texts::Texts::of(report.result.documents(), &chosen, report.limits);
    let index = index::index(report, &chosen, &texts);
    Ok(ReportData {
        index: serde_json::to_vec(&index).map_err(io::Error::other)?,
        texts: (0..texts.block_count()).map(|n| texts.block(n)).collect(),
        left_out: index.left_out(),
    })
}

/// The modules of the report's script by their names, in the order in which they use each other.
#[must_use]
pub fn modules() -> &'static [(&'static str, &'static str)] {
    page::MODULES
}

/// The style of the report.
#[must_use]
pub fn style() -> &'static str {
    page::STYLE
}

/// Counts what passes.
struct Counted<'a> {
    inner: &'a mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
