//! Columns of one name, each read as its own.
//!
//! Used by rows. The reader of rows finds columns by their names, so of several with one name it
//! would read the last for all. Invariant: a row has of every column the value of that column.

use parquet::bloom_filter::Sbbf;
use parquet::column::page::PageReader;
use parquet::column::reader::ColumnReader;
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::RowGroupReader;
use parquet::record::reader::{ReaderIter, RowIter, TreeBuilder};
use parquet::record::{Field, Row};
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};
use std::sync::Arc;

/// A column of a row: its name, its value and its type.
pub(super) type Column<'r> = (&'r str, &'r Field, Option<&'r Type>);

/// How many columns of the same name come before each column.
#[derive(Debug)]
pub(super) struct Turns(Vec<usize>);

impl Turns {
    /// Of the columns of a file.
    pub(super) fn of(fields: &[TypePtr]) -> Self {
        let before = |n: usize| fields.iter().take(n);
        let same = |n: usize, name: &str| before(n).filter(|one| one.name() == name).count();
        Self(fields.iter().enumerate().map(|(n, field)| same(n, field.name())).collect())
    }

    /// The rows of a row group: for each turn those of the columns whose turn it is.
    ///
    /// # Errors
    /// A damaged file.
    pub(super) fn rows(&self, group: &dyn RowGroupReader) -> Parquet<Vec<ReaderIter>> {
        let last = self.0.iter().max().copied().unwrap_or_default();
        if last == 0 {
            let schema = group.metadata().schema_descr_ptr();
            return Ok(vec![TreeBuilder::new().as_iter(schema, group)?]);
        }
        (0..=last).map(|turn| self.of_turn(group, turn)).collect()
    }

    fn of_turn(&self, group: &dyn RowGroupReader, turn: usize) -> Parquet<ReaderIter> {
        let schema = group.metadata().schema_descr();
        let is_its = |root: usize| self.0.get(root) == Some(&turn);
        let roots = schema.root_schema().get_fields().iter().enumerate();
        let fields = roots.filter(|(n, _)| is_its(*n)).map(|(_, field)| Arc::clone(field));
        let own = Type::group_type_builder("schema").with_fields(fields.collect()).build()?;
        // Of equal names the last is read, so those of this turn come last.
        let (own_leaves, mut order): (Vec<usize>, Vec<usize>) =
            (0..schema.num_columns()).partition(|&leaf| is_its(schema.get_column_root_idx(leaf)));
        order.extend(own_leaves);
        let columns = order.iter().filter_map(|&leaf| group.metadata().columns().get(leaf));
        let metadata = RowGroupMetaData::builder(group.metadata().schema_descr_ptr())
            .set_num_rows(group.metadata().num_rows())
            .set_column_metadata(columns.cloned().collect())
            .build()?;
        let ordered = Ordered { group, metadata, order };
        TreeBuilder::new().as_iter(Arc::new(SchemaDescriptor::new(Arc::new(own))), &ordered)
    }

    /// The columns of a row in the order of the file, from its parts.
    pub(super) fn columns<'r>(&self, parts: &'r [Row], fields: &'r [TypePtr]) -> Vec<Column<'r>> {
        let mut parts: Vec<_> = parts.iter().map(Row::get_column_iter).collect();
        let turns = self.0.iter().zip(fields);
        let columns = turns.filter_map(|(&turn, field)| {
            let (name, value) = parts.get_mut(turn)?.next()?;
            Some((name.as_str(), value, Some(&**field)))
        });
        columns.collect()
    }
}

/// A row group whose columns are in another order.
struct Ordered<'g> {
    group: &'g dyn RowGroupReader,
    metadata: RowGroupMetaData,
    order: Vec<usize>,
}

impl Ordered<'_> {
    fn leaf(&self, n: usize) -> Parquet<usize> {
        let none = || ParquetError::General(format!("there is no column {n}"));
        self.order.get(n).copied().ok_or_else(none)
    }
}

impl RowGroupReader for Ordered<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        &self.metadata
    }

    fn num_columns(&self) -> usize {
        self.order.len()
    }

    fn get_column_page_reader(&self, n: usize) -> Parquet<Box<dyn PageReader>> {
        self.group.get_column_page_reader(self.leaf(n)?)
    }

    fn get_column_reader(&self, n: usize) -> Parquet<ColumnReader> {
        self.group.get_column_reader(self.leaf(n)?)
    }

    fn get_column_bloom_filter(&self, n: usize) -> Option<&Sbbf> {
        self.group.get_column_bloom_filter(self.leaf(n).ok()?)
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Parquet<RowIter<'_>> {
        RowIter::from_row_group(projection, self)
    }
}
