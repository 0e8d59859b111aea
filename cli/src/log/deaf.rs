//! The listener of a build without events.

use super::Level;
use crate::args::RunArgs;
use wirecopy::error::{Error, Result};

/// Refuses levels at which only the library has something to say.
pub(crate) fn listen(run: &RunArgs) -> Result<()> {
    if run.log.most() <= Level::Info {
        return Ok(());
    }
    Err(Error::Setting {
        name: "--log".into(),
        cause: "this build reports no more than info: it has no feature `trace`".to_owned(),
        cure: "build it with `cargo install --path cli --features trace`, or ask for info"
            .to_owned(),
    })
}
