//! A document that was read, on its way to the caller; and how one is made from columns.
//!
//! Used by the readers of tables, lists, Parquet and WARC. Invariant: the same values make the same
//! document, whatever format they were in.

use super::date;
use super::excerpt;
use super::tagged;
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, DATE, ID, OUTLET, TEXT, is_missing};
use crate::corpus::document::{Date, Document, Meta};
use crate::corpus::inputs::Inputs;
use crate::corpus::place::RecordPlace;
use crate::corpus::problem::{NO_TEXT, Problem, Refusal};
use crate::hash::Map;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// What to do about two columns of one name.
pub(crate) const REPEATED: &str =
    "to read another, name it by its number with {text_column} and the like, or rename it";

/// A document that was read.
#[derive(Debug)]
pub(crate) struct Parsed<'a> {
    /// The id column; none: `PATH:N`, or `PATH`.
    pub(crate) id: Option<String>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) meta: Meta,
    /// The extra column, where one was asked for.
    pub(crate) extra: Option<String>,
    pub(crate) place: RecordPlace,
}

/// Takes the documents that are read.
pub(crate) type Emit<'e> = &'e mut dyn FnMut(Parsed<'_>);

impl Parsed<'_> {
    /// As a document with its name.
    pub(crate) fn named(self, inputs: &Inputs) -> Document {
        let Self { id, text, meta, place, .. } = self;
        let id = id.unwrap_or_else(|| inputs.name(&place));
        Document { id, text: text.into_owned().into(), meta }
    }
}

/// A document as a visitor sees it.
#[derive(Debug)]
pub struct Record<'a> {
    /// A text with the tokens of the document's text (separators may differ, unless documents are
    /// seen whole).
    pub text: &'a str,
    /// The id column; none where there is none (then the name is `PATH:N`, or `PATH`).
    pub id: Option<String>,
    /// When, where known.
    pub date: Option<Date>,
    /// Who printed it, where known; only where documents are seen whole
    /// ([`ReadOptions::whole`](crate::corpus::ReadOptions::whole)).
    pub outlet: Option<Arc<str>>,
    /// The column of [`ReadOptions::extra`](crate::corpus::ReadOptions::extra), where known.
    pub extra: Option<String>,
    /// Where the record is.
    pub place: RecordPlace,
}

/// Takes the documents that are visited.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(Record<'_>);

/// Hands a document on to a visitor.
pub(crate) fn hand_over(found: Parsed<'_>, sink: Sink<'_>) {
    let Parsed { id, text, meta, extra, place } = found;
    let Meta { date, outlet, .. } = meta;
    sink(Record { text: &text, id, date, outlet, extra, place });
}

/// Values of the wanted columns.
pub(crate) type Columns<'a> = [Option<Cow<'a, str>>; COLUMNS];

/// Makes documents from columns, for one block of one source.
pub(crate) struct Maker<'a> {
    pub(crate) inputs: &'a Inputs,
    path: &'a Path,
    outlets: Map<String, Arc<str>>,
    /// What the column of the text is called.
    text_name: &'a str,
    /// Some columns are read by well-known names, so that their values are counted.
    known: bool,
    /// The source has a column of the text.
    pub(crate) has_text: bool,
    /// Texts that hold HTML are read as such.
    html_text: bool,
    pub(crate) batch: &'a mut Batch,
}

impl<'a> Maker<'a> {
    /// For `source`; none where there is no such source.
    pub(crate) fn new(inputs: &'a Inputs, source: usize, batch: &'a mut Batch) -> Option<Self> {
        let path = &inputs.sources.get(source)?.path;
        let plan = inputs.plan(source);
        let text_name = plan.and_then(|plan| plan.names[TEXT].as_deref());
        let text_name = text_name.unwrap_or(&inputs.options.text.name);
        let known = plan.is_some_and(|plan| plan.known.contains(&true));
        let (outlets, has_text) = (Map::default(), true);
        let html_text = tagged::is_read(inputs, source);
        Some(Self { inputs, path, outlets, text_name, known, has_text, html_text, batch })
    }

    /// Reads the text of a record as HTML where that is wanted; else it is counted if it holds any.
    pub(crate) fn read_markup(&mut self, values: &mut Columns<'_>) -> Result<(), Refusal> {
        let Some(text) = values[TEXT].take() else { return Ok(()) };
        values[TEXT] = Some(if self.html_text {
            tagged::read(self.inputs, text)?
        } else {
            self.batch.columns.tagged += u64::from(tagged::is_shown(&text));
            self.batch.columns.escaped += u64::from(tagged::has_escaped_ends(&text));
            self.batch.columns.garbled += u64::from(tagged::is_twice_encoded(&text));
            text
        });
        Ok(())
    }

    /// A document of a record; `line` is named in warnings.
    pub(crate) fn document<'t>(
        &mut self,
        values: Columns<'t>,
        place: RecordPlace,
        line: u64,
    ) -> Option<Parsed<'t>> {
        if self.known {
            for (count, value) in self.batch.columns.with.iter_mut().zip(&values) {
                *count += u64::from(value.as_ref().is_some_and(|value| !value.is_empty()));
            }
        }
        let [text, id, outlet, date, title, url, extra] = values;
        let Some(text) = text else {
            let name = self.text_name;
            let what = if self.has_text { "the text is null: column" } else { NO_TEXT };
            let cause = format!("{what} `{name}`");
            let cure = "name the column of the text with {text_column}, or mend the record";
            self.skip(line, cause, cure);
            return None;
        };
        if excerpt::is_withheld(&text) {
            self.refuse(line, excerpt::withheld());
            return None;
        }
        if let Some(what) = excerpt::cut_off(&text).or_else(|| excerpt::filled(&text)) {
            self.report(line, what);
        }
        let full = |value: Option<Cow<'t, str>>| value.filter(|value| !value.is_empty());
        let known = |value: Option<Cow<'t, str>>, column| {
            full(value).filter(|value| !is_missing(column, value))
        };
        let outlet = known(outlet, OUTLET).map(|name| self.intern(&name));
        let date = known(date, DATE).and_then(|text| self.date(&text, line));
        let url = full(url).map(Cow::into_owned);
        let date = date.or_else(|| url.as_deref().and_then(date::of_address));
        self.batch.columns.inferred += u64::from(date.as_ref().is_some_and(|date| date.inferred));
        let mut title = full(title).map(Cow::into_owned);
        if self.html_text {
            title = title.map(|title| tagged::title(self.inputs, &title));
        }
        let id = known(id, ID).map(Cow::into_owned);
        let extra = full(extra).map(Cow::into_owned);
        Some(Parsed { id, text, meta: Meta { outlet, date, title, url }, extra, place })
    }

    /// Hands on the document of a text that was taken out of a record, with the other values that
    /// the record has; the text is kept and saved where the run needs it again.
    pub(crate) fn extracted(
        &mut self,
        (source, number): (usize, u64),
        text: String,
        mut values: Columns<'_>,
        emit: Emit<'_>,
    ) {
        let place = RecordPlace {
            source: u32::try_from(source).unwrap_or(u32::MAX),
            bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
            offset: self.inputs.copies.keep(&text),
            line: number,
        };
        self.inputs.save_text(&self.inputs.name(&place), &text);
        values[TEXT] = Some(text.into());
        if let Some(found) = self.document(values, place, number) {
            emit(found);
        }
    }

    fn date(&mut self, text: &str, line: u64) -> Option<Date> {
        let date = date::parse(text, self.inputs.options.date_format.as_ref());
        if date.is_none() {
            self.report(line, date::unread(text));
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

    pub(crate) fn skip(&mut self, line: u64, cause: impl Into<String>, cure: &str) {
        let most = self.inputs.options.limits.block_problems;
        self.batch.report(Problem::skipped(self.path, Some(line), cause, cure), most);
    }

    /// Leaves a record out.
    pub(crate) fn refuse(&mut self, line: u64, refusal: Refusal) {
        self.skip(line, refusal.cause, &refusal.cure);
    }

    /// Reports what is wrong with a record that is used.
    pub(crate) fn report(&mut self, line: u64, what: Refusal) {
        self.note(line, what.cause, &what.cure);
    }

    fn note(&mut self, line: u64, cause: impl Into<String>, cure: &str) {
        let most = self.inputs.options.limits.block_problems;
        self.batch.report(Problem::noted(self.path, Some(line), cause, cure), most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Format, ReadOptions};

    fn values(given: [Option<&str>; COLUMNS]) -> Columns<'_> {
        given.map(|value| value.map(Cow::Borrowed))
    }

    #[test]
    fn columns_become_a_document() {
        let inputs = Inputs::of_one(Format::JSON_LINES, ReadOptions::default());
        let mut batch = Batch::default();
        let mut maker = Maker::new(&inputs, 0, &mut batch).unwrap();
        let place = RecordPlace { line: 3, ..RecordPlace::default() };
        let day = Some("2024-01-02");
        let all = [Some("t"), Some("i"), Some("o"), day, Some("h"), Some("u"), Some("x")];
        let found = maker.document(values(all), place, 3).unwrap();
        assert_eq!((found.id.as_deref(), found.extra.as_deref()), (Some("i"), Some("x")));
        assert_eq!(found.meta.outlet.as_deref(), Some("o"));
        assert_eq!(found.meta.title.as_deref(), Some("h"));
        assert_eq!(found.meta.url.as_deref(), Some("u"));
        assert_eq!(found.meta.date.as_ref().map(|date| date.text.as_str()), Some("2024-01-02"));
        let same = maker.document(values(all), place, 4).unwrap();
        let (one, two) = (found.meta.outlet.as_ref(), same.meta.outlet.as_ref());
        assert!(one.zip(two).is_some_and(|(one, two)| Arc::ptr_eq(one, two)), "one copy a block");
        let none = Some("");
        let empty = [Some("t"), none, none, none, none, none, none];
        let found = maker.document(values(empty), place, 5).unwrap();
        assert_eq!((&found.id, &found.extra, &found.meta), (&None, &None, &Meta::default()));
        assert_eq!(found.named(&inputs).id, "in:3");
        for word in ["NaN", " null ", "N/A", "\\N", "Unknown", "NA", " "] {
            let word = Some(word);
            let missing = [Some("t"), word, word, word, word, None, None];
            let found = maker.document(values(missing), place, 6).unwrap();
            assert_eq!((found.meta.outlet, found.meta.date), (None, None), "{word:?}");
            assert_eq!((found.id.as_deref(), found.meta.title.as_deref()), (None, word));
        }
        assert_eq!(batch.problems, []);
    }

    #[test]
    fn a_missing_text_and_an_unreadable_date_are_reported() {
        let inputs = Inputs::of_one(Format::JSON_LINES, ReadOptions::default());
        let mut batch = Batch::default();
        let mut maker = Maker::new(&inputs, 0, &mut batch).unwrap();
        let place = RecordPlace::default();
        assert!(maker.document(values([None; COLUMNS]), place, 1).is_none());
        maker.has_text = false;
        assert!(maker.document(values([None; COLUMNS]), place, 2).is_none());
        let dated = [Some("t"), None, None, Some("some day"), None, None, None];
        assert!(maker.document(values(dated), place, 3).unwrap().meta.date.is_none());
        assert!(Maker::new(&inputs, 1, &mut Batch::default()).is_none(), "no such source");
        let reported: Vec<_> = batch
            .problems
            .iter()
            .map(|problem| (problem.line.unwrap(), problem.skipped, problem.cause.as_str()))
            .collect();
        assert_eq!(
            reported,
            [
                (1, true, "the text is null: column `text`"),
                (2, true, "no text column: `text`"),
                (3, false, "unreadable date: `some day`"),
            ]
        );
    }
}
