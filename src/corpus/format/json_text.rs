//! JSON as it is written: strings, and the object of an article.
//!
//! Used by every format whose records become JSON objects.

use super::reader::Article;
use std::io::Write as _;

/// Appends what is known of a page or text.
pub(crate) fn article(id: &str, address: Option<&str>, article: &Article, out: &mut Vec<u8>) {
    let fields = [
        ("id", Some(id)),
        ("url", address.or(article.url.as_deref())),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_one_object_with_what_is_known() {
        let mut out = Vec::new();
        let known = Article {
            text: "a \"b\"\n".to_owned(),
            title: Some("T".to_owned()),
            outlet: Some("O".to_owned()),
            author: Some("A".to_owned()),
            date: Some("2024".to_owned()),
            url: Some("http://y.example".to_owned()),
            note: None,
        };
        article("1", Some("http://x.example"), &known, &mut out);
        article("2", None, &Article::default(), &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"id\":\"1\",\"url\":\"http://x.example\",\"outlet\":\"O\",\"date\":\"2024\",\
             \"author\":\"A\",\"title\":\"T\",\"text\":\"a \\\"b\\\"\\n\"}\n\
             {\"id\":\"2\",\"text\":\"\"}\n"
        );
    }
}
