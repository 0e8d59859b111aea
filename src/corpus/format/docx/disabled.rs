//! A build without the feature `documents` reads no DOCX.

use crate::corpus::format::reader::Article;
use crate::corpus::problem::Refusal;

pub(super) fn article(_: &[u8], _: usize) -> Result<(Article, Option<Refusal>), Refusal> {
    Err(Refusal::not_built("DOCX", "documents"))
}
