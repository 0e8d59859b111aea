//! Web pages: the article in a page, and what the page says of it.
//!
//! Used by `text_dir` for HTML files and by warc for responses. Offsets refer to the text that is
//! extracted here. Invariant: a page that would grow beyond bounds when it is parsed ([`shape`]) is
//! refused before that.

use crate::corpus::encoding::{self, Encoding, Refusal, Told, Whole};
use crate::limits::Limits;

#[cfg(feature = "html")]
mod enabled;
#[cfg(feature = "html")]
mod shape;
#[cfg(feature = "html")]
pub(super) use enabled::article;

#[cfg(not(feature = "html"))]
mod disabled;
#[cfg(not(feature = "html"))]
pub(super) use disabled::article;

/// Whether this build reads the format.
pub(super) const READS: bool = cfg!(feature = "html");

/// Bytes in which a page says its encoding.
const DECLARATION_BYTES: usize = 4096;

/// An article and what its page says of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Article {
    pub text: String,
    pub title: Option<String>,
    pub outlet: Option<String>,
    pub author: Option<String>,
    /// As the page has it.
    pub date: Option<String>,
}

/// The page in `bytes`; `declared` is what came with it (an HTTP header).
pub(super) fn decode(
    bytes: &[u8],
    forced: Option<Encoding>,
    declared: Option<Encoding>,
) -> Result<Whole<'_>, Refusal> {
    let told = encoding::judge(bytes, forced);
    let open = forced.is_none() && !matches!(told, Told::Sure(_));
    if open
        && std::str::from_utf8(bytes).is_err()
        && let Some(encoding) = declared.or_else(|| declaration(bytes))
    {
        let (text, repaired) = encoding.decode(bytes);
        let told = (encoding::BROKEN.to_owned(), encoding::REPAIRED_CURE);
        return Ok((text, repaired.then_some(told)));
    }
    encoding::whole(bytes, forced)
}

/// The encoding that a page says it has.
fn declaration(bytes: &[u8]) -> Option<Encoding> {
    let head = bytes.get(..DECLARATION_BYTES).unwrap_or(bytes).to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset=")? + b"charset=".len();
    let rest = head.get(at..)?;
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte));
    let name = std::str::from_utf8(rest.get(..end.unwrap_or(rest.len()))?).ok()?;
    Encoding::named(name)
}

/// The article in a page that is text already.
pub(super) fn read(page: &str, limits: &Limits) -> Result<Article, Refusal> {
    let article = article(page, limits)?;
    if article.text.trim().is_empty() {
        return Err(Refusal::new("holds no article text", "remove it, or check what it holds"));
    }
    Ok(article)
}
