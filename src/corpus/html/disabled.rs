//! What stands in for HTML in a build without it.

use super::Article;
use crate::corpus::encoding::Refusal;
use crate::corpus::sniff;
use crate::limits::Limits;

/// Refuses.
pub(in crate::corpus) fn article(_: &str, _: &Limits) -> Result<Article, Refusal> {
    Err(sniff::not_built("HTML", "html"))
}
