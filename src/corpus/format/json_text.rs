//! JSON as it is written: strings, and the object of an article.
//!
//! Used by every format whose records become JSON objects.

use super::reader::Article;
use std::io::Write as _;

/// Appends what is known of a page or text.
pub(crate) fn article(id: &str, address: Option<&str>, article: &Article, out: &mut Vec<u8>) {
    let fields = [
        ("id", Some(id)),
        ("url", address),
        ("outlet", article.outlet.as_deref()),
        ("date", article.date.as_deref()),
        ("author", article.author.as_deref()),
        ("title", article.title.as_deref()),
        ("text", Some(article.text.as_str())),
    ];
    let mut separator = b'{';
    for (name, value) in fields {
        let Some(value) = value else { continue };
        out.push(separator);
        separator = b',';
        string(name, out);
        out.push(b':');
        string(value, out);
    }
    out.extend_from_slice(b"}\n");
}

/// Appends a JSON string.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    serde_json::to_writer(out.by_ref(), text).ok();
}
