//! What replaces HTML in a build without it.

use crate::corpus::format::article::Article;
use crate::corpus::problem::Refusal;
use crate::limits::Limits;

/// Refuses.
pub(crate) fn article(_: &str, _: &Limits) -> Result<Article, Refusal> {
    Err(Refusal::not_built("HTML", "html"))
}

/// Refuses, too.
pub(crate) fn fragment(_: &str, _: &Limits) -> Result<String, Refusal> {
    Err(Refusal::not_built("HTML", "html"))
}
