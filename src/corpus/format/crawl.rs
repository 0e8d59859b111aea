//! Pages and texts of a crawl become documents, whatever the crawl is stored in.
//!
//! Used by [`warc`](super::warc) and [`arc`](super::arc). Invariant: a record that is not read is
//! counted by what it is.

use super::html::{self, host};
use super::http::Content;
use super::maker::{Columns, Emit, Maker};
use super::reader::Article;
use crate::corpus::columns::{DATE, OUTLET, TITLE, URL};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;

/// What a record has to say as a document.
pub(crate) struct Entry<'a> {
    pub(crate) article: Article,
    pub(crate) address: Option<&'a str>,
    /// What must be reported.
    pub(crate) note: Option<Refusal>,
}

/// The payload of a record in `body`, which holds the rest of it: what has the length that the
/// record claims, with true, or else all there is.
pub(crate) fn payload(body: &[u8], length: usize) -> (&[u8], bool) {
    let claimed = body.get(..length).filter(|_| {
        let after = body.get(length..).unwrap_or_default();
        after.iter().all(|byte| b"\r\n".contains(byte))
    });
    (claimed.unwrap_or(body.trim_ascii_end()), claimed.is_some())
}

/// What is reported of a record whose length is wrong.
pub(crate) fn wrong_length() -> Refusal {
    let cause = "the record has not the length it claims";
    Refusal::new(cause, "fetch the file again; what there is is used")
}

/// The article in a page or text.
pub(crate) fn entry<'a>(
    inputs: &Inputs,
    content: &Content<'_>,
    address: Option<&'a str>,
) -> Result<Entry<'a>, Refusal> {
    let options = &inputs.options;
    let (text, repaired) = html::decode(&content.payload, options.encoding, content.declared)?;
    let mut article = if content.is_page {
        html::read(&text, &options.limits)?
    } else {
        Article { text: text.into_owned(), ..Article::default() }
    };
    let note = repaired.or(article.note.take());
    Ok(Entry { article, address, note })
}

/// Makes a document of an entry, with the `values` that its record names as columns.
pub(crate) fn document(
    maker: &mut Maker<'_>,
    at: (usize, u64),
    entry: Entry<'_>,
    mut values: Columns<'_>,
    emit: Emit<'_>,
) {
    maker.batch.columns.record();
    if let Some(note) = entry.note {
        maker.report(at.1, note);
    }
    maker.batch.columns.found(values.each_ref().map(Option::is_some));
    let Article { text, title, outlet, date, url, .. } = entry.article;
    let host = || entry.address.and_then(host);
    values[OUTLET] = values[OUTLET].take().or_else(|| outlet.or_else(host).map(Into::into));
    values[DATE] = values[DATE].take().or(date.map(Into::into));
    values[TITLE] = values[TITLE].take().or(title.map(Into::into));
    let address = entry.address.map(|address| address.to_owned().into());
    values[URL] = values[URL].take().or(address).or(url.map(Into::into));
    maker.extracted(at, text, values, emit);
}
