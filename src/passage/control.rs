//! How the caller of a search stops it, and catches what goes wrong in it.
//!
//! Handed in by detect and called between pieces of work by seed, mem and search.

/// Asks between pieces of work whether to go on; its error ends the search.
pub type GoOn<'a, E> = &'a (dyn Fn() -> Result<(), E> + Sync);

/// Runs a piece of work on a document; turns a panic into the caller's error.
pub type Guard<'a, E> = &'a (dyn Fn(u32, &mut dyn FnMut()) -> Result<(), E> + Sync);
