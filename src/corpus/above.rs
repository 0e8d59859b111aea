//! What the names of folders say of the records below them (`outlet=alpha/`).
//!
//! Used by the corpus on the records of a block, whatever their format. Invariant: a value of a
//! record is never replaced, and no id comes from a folder: all its records would share it. Columns
//! that were not chosen are known by the names that are known in tables, and that is said.

use super::batch::Batch;
use super::columns::{DATE, EXTRA, OUTLET, Plan, TITLE};
use super::document::Date;
use super::format::maker::Record;
use super::format::parse_date;
use super::inputs::Inputs;
use super::options::ReadOptions;
use super::source::file::Source;
use std::sync::Arc;

/// The values that the folders above a source give to columns.
#[derive(Debug)]
pub(super) struct Folders<'s> {
    values: Vec<&'s str>,
    plan: Plan,
}

impl<'s> Folders<'s> {
    /// None where no folder has the form of a column.
    pub(super) fn above(options: &ReadOptions, source: &'s Source) -> Option<Self> {
        // The innermost folder of a name counts.
        let keys = source.keys.iter().rev();
        let (names, values): (Vec<String>, Vec<&str>) =
            keys.map(|(name, value)| (name.clone(), value.as_str())).unzip();
        let plan = || Plan::of_folders(options.columns(), &names);
        (!values.is_empty()).then(|| Self { plan: plan(), values })
    }

    /// The value of a column.
    pub(super) fn value(&self, column: usize) -> Option<&'s str> {
        self.values.get(self.plan.at[column]?).copied()
    }

    /// Notes which columns are known by another name than the plain one.
    pub(super) fn note(&self, batch: &mut Batch) {
        let reading = self.plan.reading();
        if !reading.is_empty() {
            batch.columns.readings.insert(format!("{reading}, by names of folders"));
        }
    }
}

/// The values for the records of one source.
#[derive(Debug)]
pub(super) struct Above<'s> {
    outlet: Option<Arc<str>>,
    date: Option<Date>,
    title: Option<String>,
    extra: Option<String>,
    folders: Folders<'s>,
}

impl<'s> Above<'s> {
    /// Of a source of records; none where no folder names a column.
    pub(super) fn of(inputs: &'s Inputs, source: Option<usize>) -> Option<Self> {
        let options = &inputs.options;
        let folders = Folders::above(options, inputs.sources.get(source?)?)?;
        Some(Self {
            outlet: folders.value(OUTLET).map(Arc::from),
            date: folders.value(DATE).and_then(|text| parse_date(options, text)),
            title: folders.value(TITLE).map(str::to_owned),
            extra: folders.value(EXTRA).map(str::to_owned),
            folders,
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
        self.folders.note(batch);
        batch.columns.found(std::array::from_fn(|column| match column {
            OUTLET => self.outlet.is_some(),
            DATE => self.date.is_some(),
            TITLE => self.title.is_some(),
            EXTRA => self.extra.is_some(),
            _ => false,
        }));
    }
}
