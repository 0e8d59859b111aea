//! Where results go: standard output, or files that appear only when all are complete.

use super::resolve::Target;
use super::{output, signal};
use std::io::{self, Write};
use std::path::Path;
use wirecopy::error::{Error, Result};
use wirecopy::store::{self, Draft};

/// Writes one kind of result.
pub(super) type Writer<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Writes the main result, and beside it, where asked for, other files. Files are published when
/// all are written: when any fails, all are what they were before. What is not published yet stands
/// in the folder `work`, if there is one.
pub(super) fn publish(
    target: &Target,
    work: Option<&Path>,
    main: Writer<'_>,
    beside: &[(&Path, Writer<'_>)],
) -> Result<()> {
    let beside: Vec<Draft> = drafts(work, beside)?;
    let Some(path) = &target.path else {
        to_stdout(main)?;
        return store::publish_all(beside);
    };
    let mut all = vec![draft(path, work, main)?];
    all.extend(beside);
    store::publish_all(all)
}

/// Writes files that are to be published later.
pub(super) fn drafts(work: Option<&Path>, files: &[(&Path, Writer<'_>)]) -> Result<Vec<Draft>> {
    files.iter().map(|(path, write)| draft(path, work, *write)).collect()
}

/// Writes to standard output.
pub(super) fn to_stdout(write: Writer<'_>) -> Result<()> {
    output::to_stdout(write).map_err(|error| Error::io(Path::new("standard output"), error))
}

fn draft(path: &Path, work: Option<&Path>, write: Writer<'_>) -> Result<Draft> {
    let mut out = Stoppable(Draft::create_in(path, work)?);
    match write(&mut out) {
        Ok(()) => Ok(out.0),
        Err(_) if signal::stopped() => Err(Error::Interrupted { cure: "run it again".to_owned() }),
        Err(error) => Err(Error::io(path, error)),
    }
}

/// A file whose writing ends at Ctrl-C.
struct Stoppable(Draft);

impl Write for Stoppable {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if signal::stopped() {
            return Err(io::Error::other("interrupted"));
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
