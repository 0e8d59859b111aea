//! Markdown: one document a file, below what its front matter says of it.
//!
//! Generators of sites and note takers put the title, the date and more in front of a text, between
//! lines of `---` (YAML) or `+++` (TOML). Plain values of well-known names become what is known of
//! the document; the rest of the front matter is neither text nor read. Offsets refer to what is
//! below it. Invariant: what is no front matter to its last line is text.

use super::reader::{Article, InputFormat};
use crate::corpus::columns::{DATE, OUTLET, Plan, TITLE, URL};
use crate::corpus::inputs::Inputs;
use crate::corpus::options::ReadOptions;
use crate::corpus::problem::Refusal;
use crate::corpus::source::kind::Facts;

/// Markdown, one document a file.
#[derive(Debug)]
pub(crate) struct Markdown;

static FACTS: Facts = Facts {
    name: "markdown",
    about: "Text below its front matter, one document a file",
    extensions: &["md", "markdown"],
    extracts: true,
    ..Facts::PLAIN
};

/// Lines of a front matter, at most.
const MOST_LINES: usize = 500;

/// What else an outlet is called here, where no value is a group.
const SOURCES: [&str; 2] = ["source", "site"];

/// What begins a value that is not plain: lists, groups, blocks, references and tags.
const SPECIAL: [char; 9] = ['[', '{', '|', '>', '&', '*', '!', '%', '@'];

impl InputFormat for Markdown {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn article_in(
        &self,
        inputs: &Inputs,
        file: &str,
    ) -> Result<(Article, Option<Refusal>), Refusal> {
        let Some((known, text)) = front_matter(file) else {
            return Ok((Article { text: file.to_owned(), ..Article::default() }, None));
        };
        if text.trim().is_empty() {
            return Err(Refusal::holds_no("text below its front matter"));
        }
        Ok((known.article(&inputs.options, text), None))
    }
}

/// The plain values of a front matter, by their names.
#[derive(Debug, Default)]
struct Known {
    names: Vec<String>,
    values: Vec<String>,
}

impl Known {
    fn push(&mut self, name: &str, value: String) {
        self.names.push(name.to_owned());
        self.values.push(value);
    }

    /// A text of which this is known.
    fn article(self, options: &ReadOptions, text: &str) -> Article {
        let plan = Plan::new(options.columns(), &self.names);
        let named = |name: &&str| self.names.iter().position(|known| known == name);
        let value = |at: Option<usize>| self.values.get(at?).cloned();
        let source = value(SOURCES.iter().find_map(named));
        let is_address = |text: &String| text.contains("://");
        let url = value(plan.at[URL]).filter(is_address);
        Article {
            text: text.to_owned(),
            title: value(plan.at[TITLE]),
            outlet: value(plan.at[OUTLET]).or_else(|| source.clone().filter(|s| !is_address(s))),
            author: value(named(&"author")),
            date: value(plan.at[DATE]),
            url: url.or_else(|| source.filter(is_address)),
            note: None,
        }
    }
}

/// What a file says of itself before its text, and the text; none where it starts otherwise.
fn front_matter(file: &str) -> Option<(Known, &str)> {
    let start = file.strip_prefix('\u{feff}').unwrap_or(file);
    let mut lines = start.split_inclusive('\n');
    let first = lines.next()?;
    let (is_toml, ends): (bool, &[&str]) = match first.trim_end() {
        "---" => (false, &["---", "..."]),
        "+++" => (true, &["+++"]),
        _ => return None,
    };
    let (mut known, mut at, mut state) = (Known::default(), first.len(), State::default());
    for line in lines.take(MOST_LINES) {
        at += line.len();
        let line = line.trim_end();
        if ends.contains(&line) {
            let text = start.get(at..)?;
            let blank = text.len() - text.trim_start_matches(['\n', '\r']).len();
            return state.has_names.then(|| text.get(blank..)).flatten().map(|text| (known, text));
        }
        if is_toml { state.toml(line, &mut known)? } else { state.yaml(line, &mut known)? }
    }
    None
}

/// What the lines of a front matter so far mean for the next.
#[derive(Debug, Default)]
struct State {
    has_names: bool,
    /// In a group of TOML, whose names are its own.
    in_group: bool,
    /// In a list of TOML that goes on over lines.
    in_list: bool,
}

impl State {
    /// A line of YAML; none where it can be none. What belongs to the name above is indented.
    fn yaml(&mut self, line: &str, known: &mut Known) -> Option<()> {
        let is_inside = line.starts_with([' ', '\t']) || line == "-" || line.starts_with("- ");
        if line.is_empty() || line.starts_with('#') {
            return Some(());
        }
        if is_inside || line.starts_with([']', '}']) {
            return self.has_names.then_some(());
        }
        let (name, value) = line.split_once(':')?;
        let name = unquoted(name.trim_end());
        if !is_name(name) || !(value.is_empty() || value.starts_with([' ', '\t'])) {
            return None;
        }
        self.has_names = true;
        if let Some(value) = plain(value) {
            known.push(name, value);
        }
        Some(())
    }

    /// A line of TOML; none where it can be none.
    fn toml(&mut self, line: &str, known: &mut Known) -> Option<()> {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            return Some(());
        }
        if self.in_list {
            self.in_list = !line.contains(']');
            return Some(());
        }
        if line.starts_with('[') {
            (self.has_names, self.in_group) = (true, true);
            return Some(());
        }
        let (name, value) = line.split_once('=')?;
        let name = unquoted(name.trim_end());
        if !is_name(name) {
            return None;
        }
        self.has_names = true;
        let value = value.trim();
        self.in_list = value.starts_with('[') && !value.contains(']');
        let several = value.starts_with("\"\"\"") || value.starts_with("'''");
        if let Some(value) = plain(value).filter(|_| !self.in_group && !several) {
            known.push(name, value);
        }
        Some(())
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    !name.is_empty() && name.chars().all(is_part)
}

fn unquoted(name: &str) -> &str {
    let inside = |mark: char| name.strip_prefix(mark)?.strip_suffix(mark);
    inside('"').or_else(|| inside('\'')).unwrap_or(name)
}

/// The value after a name, without marks and without a remark; none where it is empty or not plain.
fn plain(value: &str) -> Option<String> {
    let value = value.trim();
    let first = value.chars().next()?;
    let text = match first {
        '"' | '\'' => {
            let inside = value.get(1..)?;
            let end = closing(inside, first)?;
            let after = inside.get(end + 1..)?.trim_start();
            if !after.is_empty() && !after.starts_with('#') {
                return None;
            }
            let inside = inside.get(..end)?;
            if first == '"' { unescaped(inside) } else { inside.replace("''", "'") }
        }
        _ if first == '#' || value.starts_with(SPECIAL) => return None,
        _ => {
            let end = value.find(" #");
            value.get(..end.unwrap_or(value.len()))?.trim_end().to_owned()
        }
    };
    let is_nothing = matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL");
    (!is_nothing).then_some(text)
}

/// Where the mark is that closes a value.
fn closing(inside: &str, mark: char) -> Option<usize> {
    let bytes = inside.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let doubled = mark == '\'' && byte == b'\'' && bytes.get(at + 1) == Some(&b'\'');
        if doubled || (mark == '"' && byte == b'\\') {
            at += 2;
        } else if char::from(byte) == mark {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

/// A value in double marks; JSON has nearly the same escapes.
fn unescaped(inside: &str) -> String {
    serde_json::from_str(&format!("\"{inside}\"")).unwrap_or_else(|_| inside.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str) -> Option<(Article, String)> {
        let (known, text) = front_matter(file)?;
        let article = known.article(&ReadOptions::default(), text);
        Some((article, text.to_owned()))
    }

    #[test]
    fn what_is_in_front_of_a_text_is_no_text() {
        let file = "\u{feff}---\r\n# made by hand\r\ntitle: \"The pump: \\\"open\\\"\"\r\n\
            date: 2020-01-05 10:00:00 # about\r\nauthor: 'Ada O''Quill'\r\n\
            source: Harbour Post\r\nlink: https://post.example/a#b\r\ntags:\r\n- old\r\n  - two\r\n\
            authors: [A, B]\r\nsummary: |\r\n  One line.\r\n\r\n  Another: one.\r\n\
            draft: ~\r\n---\r\n\r\nThe text.\r\n";
        let (article, text) = read(file).unwrap();
        assert_eq!(text, "The text.\r\n");
        assert_eq!(article.title.as_deref(), Some("The pump: \"open\""));
        assert_eq!(article.date.as_deref(), Some("2020-01-05 10:00:00"));
        assert_eq!(article.author.as_deref(), Some("Ada O'Quill"));
        assert_eq!(article.outlet.as_deref(), Some("Harbour Post"));
        assert_eq!(article.url.as_deref(), Some("https://post.example/a#b"));
    }

    #[test]
    fn a_source_may_be_an_address() {
        let (article, _) = read("---\nsource: https://post.example/a\n---\nThe text.").unwrap();
        assert_eq!(article.outlet, None);
        assert_eq!(article.url.as_deref(), Some("https://post.example/a"));
    }

    #[test]
    fn toml_is_read_too() {
        let file = "+++\ntitle = 'The pump'\ndate = 2020-01-05T10:00:00Z\ntags = [\n \"a\",\n]\n\
            url = \"/a\"\n[params]\npublication = \"none\"\n+++\nThe text.";
        let (article, text) = read(file).unwrap();
        assert_eq!((text.as_str(), article.title.as_deref()), ("The text.", Some("The pump")));
        assert_eq!(article.date.as_deref(), Some("2020-01-05T10:00:00Z"));
        assert_eq!((article.outlet, article.url), (None, None), "a group's, and no address");
    }

    #[test]
    fn other_lines_are_text() {
        for file in [
            "The text.",
            "---\n\nA rule, and the text below it.\n\n---\nMore.",
            "---\nNote: this\nis prose, as the second line shows.\n---\n",
            "---\ntitle: never closed\nMore: lines\n",
            "--- \n---\nThe text.",
            "---\n- a list\n---\n",
            "----\ntitle: x\n----\n",
            "+++\nwords\n+++\n",
            "---",
            "",
        ] {
            assert!(read(file).is_none(), "{file}");
        }
        let long = format!("---\n{}---\n", "a: b\n".repeat(MOST_LINES));
        assert!(read(&long).is_none());
    }

    #[test]
    fn values_that_are_not_plain_are_unknown() {
        for value in
            ["[a]", "{a: b}", "|", ">-", "&a b", "*a", "!t x", "null", "", "# x", "\"a\" b"]
        {
            assert_eq!(plain(value), None, "{value}");
        }
        assert_eq!(plain(" a#b ").as_deref(), Some("a#b"));
        assert_eq!(plain("\"open"), None);
        assert_eq!(plain("\"\\x\"").as_deref(), Some("\\x"));
    }
}
