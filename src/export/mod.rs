//! Kept records are written back as they were.
//!
//! Above detect, whose result says which records are kept, and corpus, which reads them again;
//! feeds the folder of a result. [`Layout`] names the files, [`plan`] keeps what is to be copied so
//! that an interrupted run need not search again, and [`Keeper`] copies. [`write_cut`] writes
//! what is left where passages were cut. Nowhere else in the project are records written back.
//! Invariant: what is written are the bytes of the input, in its order, unless another [`Form`] was
//! asked for, or something was cut.

mod copied;
mod cut;
mod kept;
mod layout;
pub mod plan;
mod records;
#[cfg(test)]
mod tests;

pub use cut::{CutLayout, CutWritten, Planned, Removed};
pub use cut::{keep_planned, read_planned, write_cut};
pub use kept::Keeper;
pub use layout::{Form, KEPT, Layout, absolute};
