//! How a run reports what it is doing.

use crate::corpus::Problem;

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Name for people.
    pub name: &'static str,
    /// Units to do (bytes or partitions); 0 where unknown.
    pub total: u64,
}

/// Receives the events of a run. Stages start and problems are reported from one thread at a time.
pub trait Progress: Sync {
    /// A stage starts.
    fn start(&self, stage: Stage);
    /// Some units of the stage are done; called from any thread.
    fn advance(&self, units: u64);
    /// A record (or file) was left out or used in part.
    fn problem(&self, problem: &Problem);
    /// Further problems that are only counted: records left out, and records used in part.
    fn more_problems(&self, _skipped: u64, _noted: u64) {}
    /// Something about the run that the user should know: how it goes about, what it will take.
    fn note(&self, _text: &str) {}
    /// Whether the user asked to stop; asked between pieces of work.
    fn stopped(&self) -> bool {
        false
    }
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _: Stage) {}
    fn advance(&self, _: u64) {}
    fn problem(&self, _: &Problem) {}
}
