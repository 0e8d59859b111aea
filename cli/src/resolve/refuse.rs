//! Refusals of what was typed.
//!
//! Used by the rest of resolve and by the commands. Invariant: a refusal names the flag, the cause
//! and the cure.

use wirecopy::error::{Error, Result};

/// A setting that cannot be.
pub(crate) fn refuse<T>(
    flag: &'static str,
    cause: impl Into<String>,
    cure: impl Into<String>,
) -> Result<T> {
    Err(Error::Setting { name: flag.into(), cause: cause.into(), cure: cure.into() })
}
