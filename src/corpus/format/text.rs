//! Plain text: one document a file.
//!
//! Invariant: the text is the file as decoded, without a change.

use super::html::is_page;
use super::news;
use super::reader::{Article, InputFormat};
use super::tagged;
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::source::kind::Facts;
use crate::corpus::source::table;
use serde::de::IgnoredAny;

/// Text, one document a file.
#[derive(Debug)]
pub(crate) struct PlainText;

static FACTS: Facts = Facts {
    name: "text",
    about: "One document a file",
    extensions: &["txt", "text"],
    ..Facts::PLAIN
};

impl InputFormat for PlainText {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn article_in(
        &self,
        inputs: &Inputs,
        text: &str,
    ) -> Result<(Article, Option<Refusal>), Refusal> {
        // Whoever says that it is text knows.
        let is_open = inputs.options.format.is_none();
        let other = || if is_open { other_format(text) } else { None };
        let garbled = || tagged::is_twice_encoded(text).then(garbled);
        let note = news::unread(text).or_else(other).or_else(garbled);
        // A copy with no more room than needed.
        Ok((Article { text: text.to_owned(), ..Article::default() }, note))
    }
}

/// A note about a text whose letters were encoded twice.
fn garbled() -> Refusal {
    let cause =
        "has letters that were encoded twice (`\u{c3}\u{bc}` for `\u{fc}`), and is read as it is";
    Refusal::new(cause, "mend it, for example with ftfy, or fetch it again")
}

/// Bytes of a text in which a table is looked for.
const TABLE_BYTES: usize = 8 << 10;

/// A note about a text that is in another format by the look of its start: its name alone says that
/// it is text.
fn other_format(text: &str) -> Option<Refusal> {
    let (what, name) = shown(text)?;
    let cause = format!("looks like {what}, and is read as one text");
    let cure = format!("if it is, say so with {{input_format}} {name}, or rename it");
    Some(Refusal::new(cause, cure))
}

/// The format that a text seems to be in, and its name in settings.
fn shown(text: &str) -> Option<(&'static str, &'static str)> {
    let start = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    let is_object = |text: &str| {
        let mut inside = text.strip_prefix('{').unwrap_or_default().trim_start();
        inside.starts_with('"') && {
            inside = inside.get(1..).unwrap_or_default();
            inside.split_once('"').is_some_and(|(_, rest)| rest.trim_start().starts_with(':'))
        }
    };
    if is_object(start) {
        let line = start.lines().next().unwrap_or_default();
        let is_line = serde_json::from_str::<IgnoredAny>(line).is_ok();
        return Some(if is_line { ("JSON Lines", "jsonl") } else { ("JSON", "json") });
    }
    if start.strip_prefix('[').is_some_and(|list| is_object(list.trim_start())) {
        return Some(("a JSON list", "json"));
    }
    if is_page(start.as_bytes()) {
        return Some(("a web page", "html"));
    }
    let head = start.as_bytes().get(..TABLE_BYTES).unwrap_or(start.as_bytes());
    match table::separator_of_articles(head)? {
        b'\t' => Some(("a table", "tsv")),
        _ => Some(("a table", "csv")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_format_is_known_by_its_start() {
        for (text, expected) in [
            ("\u{feff}{\"id\":1,\"text\":\"a\"}\n{\"id\":2", Some("jsonl")),
            ("{\n  \"text\": \"a\"\n}", Some("json")),
            ("[\n {\"text\":\"a\"}]", Some("json")),
            ("\n<!DOCTYPE html><title>x</title>", Some("html")),
            ("id,outlet,text\r\n1,a,Words\r\n", Some("csv")),
            ("headline;body\nOne;Words\n", Some("csv")),
            ("id\ttext\n1\tWords\n", Some("tsv")),
            ("Words, and more words.\nOthers, too.", None),
            ("{The words of a song} are here: \"none\".", None),
            ("[Editor's note: {\"x\"}]", None),
            ("Text, title and date were lost.\nNobody knows, why or how.", None),
            ("<p>A paragraph</p>", None),
            ("", None),
        ] {
            assert_eq!(shown(text).map(|(_, name)| name), expected, "{text}");
        }
        let note = other_format("{\"text\":\"a\"}").unwrap();
        assert_eq!(note.cause, "looks like JSON Lines, and is read as one text");
        assert!(note.cure.contains("{input_format} jsonl"), "{}", note.cure);
    }
}
