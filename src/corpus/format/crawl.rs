//! Pages and texts of a crawl become documents, whatever the crawl is stored in.
//!
//! Used by [`warc`](super::warc) and [`arc`](super::arc). Invariant: a record that is not read is
//! counted by what it is.

use super::html::{self, host};
use super::http::Content;
use super::maker::{Columns, Emit, Maker};
use super::reader::Article;
use crate::corpus::columns::{DATE, OUTLET, TEXT, TITLE, URL};
use crate::corpus::inputs::Inputs;
use crate::corpus::place::RecordPlace;
use crate::corpus::problem::Refusal;

/// What a record has to say as a document.
pub(crate) struct Entry<'a> {
    pub(crate) article: Article,
    pub(crate) address: Option<&'a str>,
    /// What must be reported.
    pub(crate) note: Option<Refusal>,
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
    (source, number): (usize, u64),
    entry: Entry<'_>,
    mut values: Columns<'_>,
    emit: Emit<'_>,
) {
    let inputs = maker.inputs;
    maker.batch.columns.record();
    if let Some(note) = entry.note {
        maker.report(number, note);
    }
    maker.batch.columns.found(values.each_ref().map(Option::is_some));
    let Article { text, title, outlet, date, url, .. } = entry.article;
    let host = || entry.address.and_then(host);
    let place = RecordPlace {
        source: u32::try_from(source).unwrap_or(u32::MAX),
        bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
        offset: inputs.copies.keep(&text),
        line: number,
    };
    inputs.save_text(&inputs.name(&place), &text);
    values[TEXT] = Some(text.into());
    values[OUTLET] = values[OUTLET].take().or_else(|| outlet.or_else(host).map(Into::into));
    values[DATE] = values[DATE].take().or(date.map(Into::into));
    values[TITLE] = values[TITLE].take().or(title.map(Into::into));
    let address = entry.address.map(|address| address.to_owned().into());
    values[URL] = values[URL].take().or(address).or(url.map(Into::into));
    if let Some(found) = maker.document(values, place, number) {
        emit(found);
    }
}
