//! Where family sorts and keeps more records than may fit into memory.
//!
//! Handed in by detect, which has files; [`Held`] is the plain room, in memory. A record is a row
//! of numbers, ordered as its numbers are. Invariant: what is sorted comes back in order and
//! complete, and what is kept reads as it was, wherever it was in between.

use rayon::prelude::*;
use std::marker::PhantomData;

/// Makes sorters and tables.
pub trait Room: Sync {
    /// What may go wrong.
    type Error: Send;
    /// Its sorters.
    type Sorter<const N: usize>: Sorter<N, Error = Self::Error>;
    /// What writes its tables.
    type Writer<const N: usize>: Writer<N, Error = Self::Error>;

    /// A sorter without rows.
    fn sorter<const N: usize>(&self) -> Self::Sorter<N>;

    /// A table without rows.
    fn writer<const N: usize>(&self) -> Self::Writer<N>;
}

/// Sorts rows.
pub trait Sorter<const N: usize> {
    /// What may go wrong.
    type Error;
    /// The rows in order.
    type Sorted: Iterator<Item = Result<[u32; N], Self::Error>>;

    /// Adds a row.
    ///
    /// # Errors
    /// As the room has them.
    fn push(&mut self, row: [u32; N]) -> Result<(), Self::Error>;

    /// All rows, ascending.
    ///
    /// # Errors
    /// As the room has them.
    fn sorted(self) -> Result<Self::Sorted, Self::Error>;
}

/// Writes a table, row by row.
pub trait Writer<const N: usize> {
    /// What may go wrong.
    type Error;
    /// What it becomes.
    type Table: Rows<N>;

    /// Adds a row.
    ///
    /// # Errors
    /// As the room has them.
    fn push(&mut self, row: [u32; N]) -> Result<(), Self::Error>;

    /// How many rows there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The table, complete.
    ///
    /// # Errors
    /// As the room has them.
    fn finish(self) -> Result<Self::Table, Self::Error>;
}

/// Rows that can be read in any order.
pub trait Rows<const N: usize>: Sync {
    /// The row of a number, which must be one of the table.
    fn row(&self, n: usize) -> [u32; N];
}

/// The plain room: everything is in memory.
#[derive(Debug)]
pub struct Held<E>(PhantomData<fn() -> E>);

/// Rows in memory.
#[derive(Debug)]
pub struct HeldRows<E, const N: usize>(Vec<[u32; N]>, PhantomData<fn() -> E>);

impl<E> Default for Held<E> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<E: Send> Room for Held<E> {
    type Error = E;
    type Sorter<const N: usize> = HeldRows<E, N>;
    type Writer<const N: usize> = HeldRows<E, N>;

    fn sorter<const N: usize>(&self) -> HeldRows<E, N> {
        HeldRows(Vec::new(), PhantomData)
    }

    fn writer<const N: usize>(&self) -> HeldRows<E, N> {
        HeldRows(Vec::new(), PhantomData)
    }
}

impl<E, const N: usize> Sorter<N> for HeldRows<E, N> {
    type Error = E;
    type Sorted = std::iter::Map<std::vec::IntoIter<[u32; N]>, fn([u32; N]) -> Result<[u32; N], E>>;

    fn push(&mut self, row: [u32; N]) -> Result<(), E> {
        self.0.push(row);
        Ok(())
    }

    fn sorted(mut self) -> Result<Self::Sorted, E> {
        self.0.par_sort_unstable();
        Ok(self.0.into_iter().map(Ok))
    }
}

impl<E, const N: usize> Writer<N> for HeldRows<E, N> {
    type Error = E;
    type Table = Self;

    fn push(&mut self, row: [u32; N]) -> Result<(), E> {
        self.0.push(row);
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn finish(self) -> Result<Self, E> {
        Ok(self)
    }
}

impl<E, const N: usize> Rows<N> for HeldRows<E, N> {
    fn row(&self, n: usize) -> [u32; N] {
        self.0[n]
    }
}
