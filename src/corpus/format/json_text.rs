//! JSON as it is written: strings, and the object of an article.
//!
//! Used by every format whose records become JSON objects.

use super::reader::Article;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
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

/// The names of the columns as keys of one object. Where two are the same the first keeps it, since
/// that column is read, and of equal keys readers of JSON take the last.
pub(crate) fn json_names<'n>(names: &[&'n str]) -> Vec<Cow<'n, str>> {
    if !is_repeated(names) {
        return names.iter().map(|&name| Cow::Borrowed(name)).collect();
    }
    let mut taken: BTreeSet<String> = names.iter().map(|&name| name.to_owned()).collect();
    let (mut seen, mut keys) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for &name in names {
        let count = seen.entry(name).or_default();
        *count += 1;
        if *count == 1 {
            keys.push(Cow::Borrowed(name));
            continue;
        }
        let mut key = format!("{name}_{count}");
        while !taken.insert(key.clone()) {
            *count += 1;
            key = format!("{name}_{count}");
        }
        keys.push(Cow::Owned(key));
    }
    keys
}

/// Whether any name is there twice.
fn is_repeated(names: &[&str]) -> bool {
    let before = |n: usize| names.get(..n).unwrap_or_default();
    names.iter().enumerate().any(|(n, name)| before(n).contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_columns_with_one_name_the_first_keeps_it() {
        let names = json_names(&["a", "text", "a", "a_2", "a"]);
        assert_eq!(names, ["a", "text", "a_3", "a_2", "a_4"]);
        assert_eq!(json_names(&["a", "b"]), ["a", "b"]);
    }

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
