//! Inputs become prepared documents: blocks are cut one after the other, parsed and tokenised in
//! parallel.

use super::clock::{self, Clock};
use super::overflow::{Overflow, TIMES_TEXT};
use super::prepare::{self, Prepared};
use super::{Progress, ScanConfig};
use crate::corpus::{Corpus, Document, Problem, ReadOptions, Tally};
use crate::error::{Error, Result};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// What a reading gave beside the documents.
#[derive(Debug, Default)]
struct Seen {
    tally: Tally,
    /// Problems with the number of their block, to be reported in input order.
    problems: Vec<(u64, Problem)>,
}

impl Seen {
    /// Keeps memory flat when every record is broken: only the first problems are reported one by
    /// one, all are counted.
    fn bound(&mut self, told: usize) {
        if self.problems.len() / 2 > told {
            self.problems.sort_by_key(|(block, problem)| (*block, problem.line));
            self.problems.truncate(told);
        }
    }
}

/// What was made of the documents of one side, and how many records were left out or used in part.
#[derive(Debug)]
pub(super) struct Read<T = Prepared> {
    pub(super) documents: Vec<T>,
    pub(super) skipped: u64,
    pub(super) partly: u64,
}

/// Reads and tokenises all documents of one side.
pub(super) fn read(
    inputs: &[String],
    side: u8,
    overflow: &Overflow<'_>,
    config: &ScanConfig,
    clock: &mut Clock<'_>,
) -> Result<Read> {
    let progress = clock.progress;
    let expect = |bytes: u64| estimate(bytes, overflow, config, progress);
    read_each((inputs, &expect), config, clock, &|documents| {
        let mut block = prepare::prepare(documents, side, overflow.when())?;
        overflow.take(&mut block)?;
        Ok(block)
    })
}

/// What is called with the bytes of the input before it is read.
type Expect<'a> = &'a dyn Fn(u64) -> Result<()>;

/// Reads all documents of one side and makes of each block what `each` makes of it.
pub(super) fn read_each<T: Send>(
    (inputs, expect): (&[String], Expect<'_>),
    config: &ScanConfig,
    clock: &mut Clock<'_>,
    each: &(dyn Fn(Vec<Document>) -> Result<Vec<T>> + Sync),
) -> Result<Read<T>> {
    let options = ReadOptions { temp_dir: config.temp_dir.clone(), ..config.read.clone() };
    let (corpus, problems) = Corpus::open(inputs, options)?;
    clock.start("read", corpus.input_bytes())?;
    let progress = clock.progress;
    expect(corpus.input_bytes())?;
    for problem in &problems {
        progress.problem(problem);
    }
    let seen = Mutex::new(Seen::default());
    // One list from the start: those of all blocks beside it would be as much memory again, which
    // is free later, but in pieces.
    let made: Mutex<Vec<T>> = Mutex::default();
    corpus
        .blocks()
        .par_bridge()
        .map(|block| {
            clock::go_on(progress)?;
            let mut batch = corpus.parse(block?);
            progress.advance(batch.input_bytes);
            let mut seen_now = seen.lock().unwrap_or_else(PoisonError::into_inner);
            for reading in seen_now.tally.fresh_readings(&batch) {
                progress.note(&reading);
            }
            seen_now.tally.add(&batch);
            let numbered = batch.problems.drain(..).map(|problem| (batch.index, problem));
            seen_now.problems.extend(numbered);
            seen_now.bound(config.read.limits.told_problems);
            drop(seen_now);
            let all = each(batch.documents)?;
            made.lock().unwrap_or_else(PoisonError::into_inner).extend(all);
            Ok::<(), Error>(())
        })
        .collect::<Result<()>>()?;
    let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    seen.tally.add_problems(&problems);
    seen.problems.sort_by_key(|(block, problem)| (*block, problem.line));
    seen.problems.iter().for_each(|(_, problem)| progress.problem(problem));
    if let Some(kinds) = seen.tally.passed_over() {
        progress.note(&kinds);
    }
    let (skipped, partly) = (seen.tally.skipped(), seen.tally.noted());
    let told = |skipped: bool| {
        let all = seen.problems.iter().map(|(_, problem)| problem).chain(&problems);
        all.filter(|problem| problem.skipped == skipped).count() as u64
    };
    progress.more_problems(skipped - told(true), partly - told(false));
    seen.tally.notes().iter().for_each(|note| progress.note(note));
    corpus.finish(&seen.tally)?;
    if config.strict && skipped > 0 {
        return Err(Error::Setting {
            name: "strict".into(),
            cause: match skipped {
                1 => "a file or record was left out".to_owned(),
                several => format!("{several} files or records were left out"),
            },
            cure: "mend them (see the warnings), or run without {strict}".to_owned(),
        });
    }
    let documents = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Read { documents, skipped, partly })
}

/// Bytes of input from which a run is long enough to report what it will take.
const LONG_RUN: u64 = 256 << 20;

/// Bytes in the largest unit of which there is one.
fn size(bytes: u64) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match units.into_iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", bytes as f64 / unit as f64),
        None => format!("{bytes} bytes"),
    }
}

/// Says what a long run will take, and how it goes about that.
fn estimate(
    bytes: u64,
    overflow: &Overflow<'_>,
    config: &ScanConfig,
    progress: &dyn Progress,
) -> Result<()> {
    let over = overflow.expect(bytes)?;
    let needed = size(TIMES_TEXT * bytes);
    match config.memory {
        Some(memory) if over => progress.note(&format!(
            "{} of input would take about {needed} of memory, the budget is {}: working with \
             temporary files of about as much in {}",
            size(bytes),
            size(memory),
            config.temp_folder().display()
        )),
        None if bytes >= LONG_RUN => progress.note(&format!(
            "{} of input will take about {needed} of memory. {{memory}} sets a bound",
            size(bytes)
        )),
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        let told = [0, 1023, 1024, 5 << 20, (1 << 30) - 1, 3 << 29].map(size);
        let expected = ["0 bytes", "1023 bytes", "1.0 KiB", "5.0 MiB", "1024.0 MiB", "1.5 GiB"];
        assert_eq!(told, expected);
    }
}
