//! Whole pages: how they start, and their article.
//!
//! Used by the format of pages, by warc and by texts in columns.

#[cfg(not(feature = "html"))]
use super::disabled::article;
#[cfg(feature = "html")]
use super::enabled::article;
use crate::corpus::format::article::Article;
use crate::corpus::problem::Refusal;
use crate::limits::Limits;
use memchr::memmem;

/// Whether a file starts as a page does.
pub(crate) fn is_page(head: &[u8]) -> bool {
    let mut start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    // What may come first: a comment of the tool that saved the page, the declaration of XHTML.
    for (open, close) in [(&b"<?xml"[..], &b"?>"[..]), (b"<!--", b"-->"), (b"<!--", b"-->")] {
        let end = start.starts_with(open).then(|| memmem::find(start, close)).flatten();
        let after = end.and_then(|end| start.get(end + close.len()..));
        start = after.map_or(start, <[u8]>::trim_ascii_start);
    }
    let start = start.get(..32).unwrap_or(start).to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

/// The article in a page that is text already.
pub(crate) fn read(page: &str, limits: &Limits) -> Result<Article, Refusal> {
    let article = article(page, limits)?;
    if article.text.trim().is_empty() {
        return Err(Refusal::holds_no("article text"));
    }
    Ok(article)
}
