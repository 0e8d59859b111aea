//! A build without the feature `documents` reads no DOCX.

use crate::corpus::format::reader::Article;
use crate::corpus::problem::Refusal;
use crate::corpus::source::kind::Wanted;

pub(super) fn article(_: &[u8], _: Wanted) -> Result<(Article, Option<Refusal>), Refusal> {
    Err(Refusal::not_built("DOCX", "documents"))
}
