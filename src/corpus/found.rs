//! A document that was found, on its way to whoever asked; and how one is made from columns.
//!
//! Used by the readers of tables, lists, Parquet and WARC. Invariant: the same values give the same
//! document, whatever format they stood in.

use super::{Batch, Corpus, Date, Document, Meta, Place, Problem, date};
use crate::hash::Map;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// A document that was found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    /// The id column; none: `PATH:N`, or `PATH`.
    pub id: Option<String>,
    pub text: Cow<'a, str>,
    pub meta: Meta,
    pub place: Place,
}

/// Takes the documents found.
pub(super) type Emit<'e> = &'e mut dyn FnMut(Found<'_>);

impl Found<'_> {
    /// As a document with its name.
    pub(super) fn named(self, corpus: &Corpus) -> Document {
        let Self { id, text, meta, place } = self;
        let id = id.unwrap_or_else(|| corpus.name(&place));
        Document { id, text: text.into_owned().into(), meta }
    }
}

/// Values of the five columns.
pub(super) type Columns<'a> = [Option<Cow<'a, str>>; super::tally::COLUMNS];

/// Makes documents from columns, for one block of one source.
pub(super) struct Maker<'a> {
    pub(super) corpus: &'a Corpus,
    path: &'a Path,
    outlets: Map<String, Arc<str>>,
    /// The source has a column of the text.
    pub(super) has_text: bool,
    pub(super) batch: &'a mut Batch,
}

impl<'a> Maker<'a> {
    /// For `source`; none where there is no such source.
    pub(super) fn new(corpus: &'a Corpus, source: usize, batch: &'a mut Batch) -> Option<Self> {
        let path = &corpus.sources.get(source)?.path;
        Some(Self { corpus, path, outlets: Map::default(), has_text: true, batch })
    }

    /// A document of a record; `line` is told in warnings.
    pub(super) fn found<'t>(
        &mut self,
        values: Columns<'t>,
        place: Place,
        line: u64,
    ) -> Option<Found<'t>> {
        let [text, id, outlet, date, title] = values;
        let Some(text) = text else {
            let name = &self.corpus.options.text.name;
            let what = if self.has_text { "the text is null: column" } else { "no text column:" };
            let cause = format!("{what} `{name}`");
            let cure = "name the column of the text with --text-column, or mend the record";
            self.skip(line, cause, cure);
            return None;
        };
        let full = |value: Option<Cow<'t, str>>| value.filter(|value| !value.is_empty());
        let outlet = full(outlet).map(|name| self.intern(&name));
        let date = full(date).and_then(|text| self.date(&text, line));
        let title = full(title).map(Cow::into_owned);
        let id = full(id).map(Cow::into_owned);
        Some(Found { id, text, meta: Meta { outlet, date, title }, place })
    }

    fn date(&mut self, text: &str, line: u64) -> Option<Date> {
        let date = date::parse(text);
        if date.is_none() {
            let shown: String = text.chars().take(40).collect();
            let cause = format!("unreadable date: `{shown}`");
            self.note(line, cause, "write it as YYYY-MM-DD or as RFC 3339; it is unknown now");
        }
        date
    }

    /// One copy of each outlet's name a block.
    fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.outlets.get(name) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = Arc::from(name);
        self.outlets.insert(name.to_owned(), Arc::clone(&shared));
        shared
    }

    pub(super) fn skip(&mut self, line: u64, cause: impl Into<String>, cure: &str) {
        let most = self.corpus.options.limits.block_problems;
        self.batch.report(Problem::skipped(self.path, Some(line), cause, cure), most);
    }

    pub(super) fn note(&mut self, line: u64, cause: impl Into<String>, cure: &str) {
        let most = self.corpus.options.limits.block_problems;
        self.batch.report(Problem::noted(self.path, Some(line), cause, cure), most);
    }
}

/// Which of the columns a name is.
pub(super) fn which(corpus: &Corpus, name: &str) -> [bool; super::tally::COLUMNS] {
    corpus.options.columns().map(|column| column.name == name)
}
