//! An article of an export, taken apart: title, outlet, date and text.
//!
//! Used by the readers of blocks and by those who write articles as JSON. Invariant: fields of the
//! database (length, subjects, load date) are never part of the text, and no line of the text is
//! taken for one.

use super::{Layout, factiva, lexisnexis, nexis_uni, proquest};
use crate::corpus::format::reader::Article;

/// The article in a member of an export; none where there is no article, only what an export says
/// of itself.
pub(super) fn read(member: &str, layout: Layout) -> Option<Article> {
    let lines: Vec<&str> = member.lines().map(str::trim_end).collect();
    match layout {
        Layout::LexisNexis => lexisnexis::article(&lines),
        Layout::NexisUni => nexis_uni::article(&lines),
        Layout::Factiva => factiva::article(&lines),
        Layout::ProQuest => proquest::article(&lines),
    }
}
