//! What stands in for the listener in a build without events.

use super::Level;
use crate::cli::args::RunArgs;
use crate::error::{Error, Result};

/// Refuses what nobody tells.
pub(in crate::cli) fn listen(run: &RunArgs) -> Result<()> {
    if run.log.most() <= Level::Info {
        return Ok(());
    }
    Err(Error::Setting {
        flag: "--log",
        cause: "this build tells no more than info: it has no feature `trace`".to_owned(),
        cure: "build it with `cargo install --features trace`, or ask for info".to_owned(),
    })
}
