//! The listener of a build without events.

use super::level::{Level, Log};
use wirecopy::error::{Error, Result};

/// Refuses levels at which only the library has something to say.
pub(crate) fn listen(log: &Log, _quiet: bool) -> Result<()> {
    if log.most() <= Level::Info {
        return Ok(());
    }
    Err(Error::Setting {
        name: "--log".into(),
        cause: "this build reports no more than info: it has no feature `trace`".to_owned(),
        cure: "build it with `cargo install --path cli --features trace`, or ask for info"
            .to_owned(),
    })
}
