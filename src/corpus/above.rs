//! What the names of folders say of the records below them (`outlet=alpha/`).
//!
//! Used by the corpus on the records of a block, whatever their format. Invariant: a value of a
//! record is never replaced, and no id comes from a folder: all its records would share it.

use super::batch::Batch;
use super::columns::{Column, DATE, EXTRA, OUTLET, TITLE};
use super::document::Date;
use super::format::maker::Record;
use super::format::parse_date;
use super::inputs::Inputs;
use std::sync::Arc;

/// The values for the records of one source.
#[derive(Debug)]
pub(super) struct Above {
    outlet: Option<Arc<str>>,
    date: Option<Date>,
    title: Option<String>,
    extra: Option<String>,
}

impl Above {
    /// Of a source of records; none where no folder names a column.
    pub(super) fn of(inputs: &Inputs, source: Option<usize>) -> Option<Self> {
        let found = inputs.sources.get(source?).filter(|found| !found.keys.is_empty())?;
        let options = &inputs.options;
        let value = |column: &Column| found.key(&column.name);
        Some(Self {
            outlet: value(&options.outlet).map(Arc::from),
            date: value(&options.date).and_then(|text| parse_date(options, text)),
            title: value(&options.title).map(str::to_owned),
            extra: options.extra.as_ref().and_then(value).map(str::to_owned),
        })
    }

    /// Completes the documents of a block.
    pub(super) fn complete(&self, batch: &mut Batch) {
        for document in &mut batch.documents {
            let meta = &mut document.meta;
            meta.outlet = meta.outlet.take().or_else(|| self.outlet.clone());
            meta.date = meta.date.take().or_else(|| self.date.clone());
            meta.title = meta.title.take().or_else(|| self.title.clone());
        }
        self.note(batch);
    }

    /// Completes a record on its way to a visitor.
    pub(super) fn complete_record<'r>(&self, mut record: Record<'r>) -> Record<'r> {
        record.date = record.date.take().or_else(|| self.date.clone());
        record.outlet = record.outlet.take().or_else(|| self.outlet.clone());
        record.extra = record.extra.take().or_else(|| self.extra.clone());
        record
    }

    /// Notes that these columns are there.
    pub(super) fn note(&self, batch: &mut Batch) {
        batch.columns.found(std::array::from_fn(|column| match column {
            OUTLET => self.outlet.is_some(),
            DATE => self.date.is_some(),
            TITLE => self.title.is_some(),
            EXTRA => self.extra.is_some(),
            _ => false,
        }));
    }
}
