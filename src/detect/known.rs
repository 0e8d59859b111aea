//! A list of known passages, read from a file: one passage a line, or records of an earlier run.
//!
//! Feeds ignore. Of a family the passages are those of all its members, of a pair both sides: how
//! another has it may differ by more than small edits. Records are JSON objects, one a line or in a
//! list, or rows of a table, which corpus reads. Invariant: a file that holds no such list is
//! refused by name, and what of a list is not used is said.

use super::Progress;
use crate::corpus::{Column, Corpus, Format, Problem, ReadOptions, open_plain};
use crate::error::{Error, Result};
use serde::de::{Deserializer as _, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Columns of passages in tables, each with one that may be beside it: of members and of their
/// family, of both sides of a pair, and of any passage. In columns with types, a group has a point
/// before the name in it.
const COLUMNS: [(&str, Option<&str>); 7] = [
    ("member_text", Some("text")),
    ("member.text", Some("text")),
    ("a_text", Some("b_text")),
    ("a.text", Some("b.text")),
    ("b_text", None),
    ("b.text", None),
    ("text", None),
];
/// What a table of results has of them, in the first line of a text.
const OF_RESULTS: [&str; 2] = ["member_text", "a_text"];

/// Bytes that show what a file holds.
const HEAD_BYTES: u64 = 8 << 10;

/// What to do about a file that holds no list.
const CURE: &str = "give the families of a run as JSON Lines, JSON, CSV, TSV or Parquet, or write \
                    one passage a line, in UTF-8";

/// Takes a passage; returns whether it is long enough to be of use.
type Add<'a> = &'a mut dyn FnMut(&str) -> bool;

/// Hands every passage of a list to `add`; what is not used is reported to `progress`.
///
/// # Errors
/// A file that cannot be read or holds no list.
pub(super) fn read(
    path: &Path,
    (options, tokens): (&ReadOptions, usize),
    progress: &dyn Progress,
    add: Add<'_>,
) -> Result<()> {
    let failed = |error| Error::io(path, error);
    let mut stream = open_plain(path, options.limits.expanded_bytes).map_err(failed)?;
    let mut head = Vec::new();
    stream.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(failed)?;
    let form = Form::of(path, &head).map_err(|cause| refused(path, cause))?;
    let start = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let head = io::Cursor::new(head.split_off(start));
    let bytes = BufReader::new(head.chain(stream));
    let mut list = List { path, tokens, progress, add };
    match form {
        Form::Lines => list.lines(bytes, options.limits.record_bytes),
        Form::Array => list.array(bytes),
        Form::Objects => list.objects(bytes),
        Form::Table(format) => list.table(options, format),
    }
}

fn refused(path: &Path, cause: impl Into<String>) -> Error {
    Error::Input { path: path.to_path_buf(), cause: cause.into(), cure: CURE.to_owned() }
}

/// How a list is written.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// One passage or one record a line.
    Lines,
    /// Records in a JSON list.
    Array,
    /// Records over several lines.
    Objects,
    /// Rows of a table; its format where the name need not say it.
    Table(Option<Format>),
}

impl Form {
    /// Judges by the name and the first bytes of a file; else says what it is.
    fn of(path: &Path, head: &[u8]) -> std::result::Result<Self, String> {
        if [&b"PAR1"[..], b"ARROW1"].iter().any(|magic| head.starts_with(magic)) {
            return Ok(Self::Table(None));
        }
        if head.contains(&0) {
            return Err("this is no text in UTF-8, so no list of passages".to_owned());
        }
        let text = String::from_utf8_lossy(head);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let first = text.lines().next().unwrap_or_default();
        if header_has(first, &OF_RESULTS) {
            // Results with tabs had quotation marks around what needed them, and lines in it.
            return Ok(Self::Table(Format::all().find(|format| format.name() == "csv")));
        }
        if let Some(table) = named_table(path) {
            let cause = || format!("this {table} has no column of passages (`text`)");
            return header_has(first, &COLUMNS.map(|(name, _)| name))
                .then_some(Self::Table(None))
                .ok_or_else(cause);
        }
        let start: String = first.chars().take(9).collect();
        let start = start.to_ascii_lowercase();
        if start.starts_with("<!doctype") || start.starts_with("<html") {
            return Err("this is a page, such as a report, and no list of passages".to_owned());
        }
        if is_view(first) {
            return Err("this is a result as terminals show it, and no list of passages".to_owned());
        }
        let inside = text.strip_prefix('[').map(str::trim_start);
        if inside.is_some_and(|inside| is_record(inside) || inside.trim_end() == "]") {
            return Ok(Self::Array);
        }
        Ok(if is_record(text) && first.trim_end() == "{" { Self::Objects } else { Self::Lines })
    }
}

/// The table that a name promises, below the ending of a compression.
fn named_table(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let packed = [".gz", ".zst", ".bz2", ".xz"];
    let name = packed.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    [("CSV", ".csv"), ("TSV", ".tsv")]
        .into_iter()
        .find_map(|(table, end)| name.ends_with(end).then_some(table))
}

/// Whether one of some columns is in a header.
fn header_has(line: &str, columns: &[&str]) -> bool {
    let mut names = line.split([',', '\t', ';']).map(|name| name.trim().trim_matches('"'));
    names.any(|name| columns.contains(&name))
}

/// Whether a line begins a family as the terminal shows it: `#12  wire · ..`.
fn is_view(line: &str) -> bool {
    let rest = line.strip_prefix('#').unwrap_or_default();
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    after.len() < rest.len() && after.starts_with("  ") && after.contains(" · ")
}

/// Whether a text begins as a record does: one that merely begins with a brace is a passage.
fn is_record(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// The passages of a family, of a pair, or of any other record with a text.
fn passages(record: &Value) -> impl Iterator<Item = &str> {
    let sides = ["a", "b"].into_iter().filter_map(|side| record.get(side));
    let members = record.get("members").and_then(Value::as_array).into_iter().flatten();
    let places = std::iter::once(record).chain(sides).chain(members);
    places.filter_map(|place| place.get("text")?.as_str())
}

/// A list that is read.
struct List<'a> {
    path: &'a Path,
    /// Tokens of the shortest passage that is of use.
    tokens: usize,
    progress: &'a dyn Progress,
    add: Add<'a>,
}

impl List<'_> {
    /// Reads passages and records, one a line; a line that is none is reported and left out.
    fn lines(&mut self, mut bytes: impl BufRead, most: usize) -> Result<()> {
        let mut line = Vec::new();
        for n in 1.. {
            line.clear();
            let mut room = bytes.by_ref().take(most as u64 + 1);
            let got = room.read_until(b'\n', &mut line);
            if got.map_err(|error| Error::io(self.path, error))? == 0 {
                break;
            }
            if line.len() > most {
                return Err(Error::Input {
                    path: self.path.to_path_buf(),
                    cause: format!("line {n} is over the limit of a record: {most} bytes"),
                    cure: "write one passage a line, or raise {max_record_bytes}".to_owned(),
                });
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim();
            if is_record(text) {
                match serde_json::from_str(text) {
                    Ok(record) => self.record(n, &record),
                    Err(error) => self.no_record(n, &format!("not a JSON record: {error}")),
                }
            } else if !text.is_empty() && !(self.add)(text) {
                self.short(n);
            }
        }
        Ok(())
    }

    /// Reads the records of a JSON list.
    fn array(&mut self, bytes: impl BufRead) -> Result<()> {
        let path = self.path;
        let mut json = serde_json::Deserializer::from_reader(bytes);
        let read = json.deserialize_seq(Records(self)).and_then(|()| json.end());
        read.map_err(|error| broken(path, error))
    }

    /// Reads JSON records over several lines, one after the other.
    fn objects(&mut self, bytes: impl BufRead) -> Result<()> {
        let records = serde_json::Deserializer::from_reader(bytes).into_iter::<Value>();
        for (n, record) in (1..).zip(records) {
            self.record(n, &record.map_err(|error| broken(self.path, error))?);
        }
        Ok(())
    }

    /// Reads the columns of passages that a table has, in one pass over its rows.
    fn table(&mut self, options: &ReadOptions, format: Option<Format>) -> Result<()> {
        if !self.path.is_file() {
            return Err(Error::Input {
                path: self.path.to_path_buf(),
                cause: "this is a table, which is looked at more than once, and no plain file"
                    .to_owned(),
                cure: "write it to a file first".to_owned(),
            });
        }
        let column = |name: &str| Column { name: name.to_owned(), chosen: true };
        let mut wrong = Vec::new();
        for (name, beside) in COLUMNS {
            let options = ReadOptions {
                format,
                text: column(name),
                extra: beside.map(column),
                temp_dir: options.temp_dir.clone(),
                limits: options.limits.clone(),
                ..ReadOptions::default()
            };
            let (any, problems) = self.columns(options)?;
            if any {
                for problem in &problems {
                    self.progress.problem(problem);
                }
                return Ok(());
            }
            wrong = problems;
        }
        match wrong.first() {
            Some(Problem { cause, .. }) => {
                Err(refused(self.path, format!("no passage in this table is read: {cause}")))
            }
            None => Ok(()),
        }
    }

    /// Reads a column of a table and the one beside it, where its first rows have it; returns
    /// whether there is a passage in it, and what is wrong.
    fn columns(&mut self, options: ReadOptions) -> Result<(bool, Vec<Problem>)> {
        let input = [self.path.to_string_lossy().into_owned()];
        let (corpus, mut problems) = Corpus::open(&input, options)?;
        let (mut any, mut has_column) = (false, false);
        for block in corpus.blocks() {
            let mut short = Vec::new();
            let batch = corpus.visit(block?, &mut |row| {
                any = true;
                let mut used = (self.add)(row.text);
                used |= row.extra.as_deref().is_some_and(|text| (self.add)(text));
                if !used {
                    short.push(row.place.line);
                }
            });
            for line in short {
                self.short(line);
            }
            has_column |= batch.has_text();
            problems.extend(batch.problems);
            // A table without the column would say so of every row.
            if !has_column {
                break;
            }
        }
        Ok((any, problems))
    }

    fn record(&mut self, n: u64, record: &Value) {
        let (mut any, mut used) = (false, false);
        for text in passages(record) {
            any = true;
            used |= (self.add)(text);
        }
        match (any, used) {
            (false, _) => self.no_record(n, "the record has no `text`"),
            (true, false) => self.short(n),
            (true, true) => {}
        }
    }

    fn no_record(&self, n: u64, cause: &str) {
        self.problem(n, cause, "write one passage a line, or families");
    }

    fn short(&self, n: u64) {
        let cause = format!("the passage has fewer than {} tokens", self.tokens);
        self.problem(n, &cause, "give more of it; it is not used");
    }

    fn problem(&self, n: u64, cause: &str, cure: &str) {
        self.progress.problem(&Problem {
            path: self.path.to_path_buf(),
            line: Some(n),
            cause: cause.to_owned(),
            cure: cure.to_owned(),
            skipped: false,
        });
    }
}

fn broken(path: &Path, error: serde_json::Error) -> Error {
    if error.is_io() {
        return Error::io(path, error.into());
    }
    Error::Input {
        path: path.to_path_buf(),
        cause: format!("the JSON in it is broken: {error}"),
        cure: "write the file again".to_owned(),
    }
}

/// Hands on the records of a list.
struct Records<'l, 'a>(&'l mut List<'a>);

impl<'de> Visitor<'de> for Records<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut records: A) -> std::result::Result<(), A::Error> {
        let mut n = 0;
        while let Some(record) = records.next_element()? {
            n += 1;
            self.0.record(n, &record);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Silent;
    use super::*;

    fn form(name: &str, head: &str) -> std::result::Result<Form, String> {
        Form::of(Path::new(name), head.as_bytes())
    }

    #[test]
    fn a_list_is_told_by_its_name_and_its_start() {
        for line in ["a known line", "{{ advert }}", "[Advertisement] buy", "", "#1 wire", "[1]"] {
            assert_eq!(form("known.txt", line), Ok(Form::Lines), "{line}");
        }
        assert_eq!(form("f.jsonl", "{\"family\":1}\n{"), Ok(Form::Lines));
        assert_eq!(form("f", "\u{feff}[\n{\"family\":1},"), Ok(Form::Array));
        assert_eq!(form("f", "[\n]\n"), Ok(Form::Array));
        assert_eq!(form("f", "{\n  \"family\": 1\n}"), Ok(Form::Objects));
        assert_eq!(form("F.CSV.gz", "family,text\n"), Ok(Form::Table(None)));
        assert_eq!(form("f.tsv", "id\t\"text\"\n"), Ok(Form::Table(None)));
        let csv = Format::all().find(|format| format.name() == "csv");
        for (name, head) in [("f", "family\tmember_text\n"), ("f.tsv", "\u{feff}a_id\ta_text\n")] {
            assert_eq!(form(name, head), Ok(Form::Table(csv)));
        }
        for (name, head) in [
            ("known.csv", "a known line, with a comma"),
            ("r", "<!DOCTYPE html>"),
            ("v", "#252  wire · 2 outlets · 2 documents"),
            ("w", "a\0b\0"),
        ] {
            assert!(form(name, head).is_err(), "{name}");
        }
    }

    #[test]
    fn all_members_and_both_sides_are_passages() {
        let of = |record: &str| -> Vec<String> {
            let record = serde_json::from_str(record).unwrap();
            passages(&record).map(str::to_owned).collect()
        };
        assert_eq!(of(r#"{"a":{"text":"x"},"b":{"text":"y"},"tokens":2}"#), ["x", "y"]);
        let family = r#"{"text":"x","members":[{"id":"1","text":"y"},{"text":"z"},{"text":null}]}"#;
        assert_eq!(of(family), ["x", "y", "z"]);
        assert!(of(r#"{"id":1,"members":"1 2","a":"x"}"#).is_empty());
    }

    #[test]
    fn what_is_broken_or_too_long_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let mut options = ReadOptions::default();
        options.limits.record_bytes = 64;
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let mut found = Vec::new();
            let read = read(&path, (&options, 1), &Silent, &mut |text| {
                found.push(text.to_owned());
                true
            });
            read.map(|()| found).map_err(|error| error.to_string())
        };
        assert_eq!(
            read(b"\xef\xbb\xbf x y \r\n\n{\"broken\n{\"text\":\"z\"}").unwrap(),
            ["x y", "z"]
        );
        assert_eq!(read(b"[{\"text\":\"x\"},\n{\"text\":\"y\"}]").unwrap(), ["x", "y"]);
        assert_eq!(read(b"{\n\"text\":\"x\"}\n{\n\"text\":\"y\"}\n").unwrap(), ["x", "y"]);
        assert!(read(b"[]").unwrap().is_empty() && read(b"").unwrap().is_empty());
        assert!(read(b"[{\"text\":\"x\"}, 1,").unwrap_err().contains("broken"));
        assert!(read(&[b'x'; 65]).unwrap_err().contains("line 1 is over the limit"));
        assert_eq!(read(&[b'x'; 64]).unwrap().len(), 1);
        assert!(read(b"PAR1 and no more").is_err());
    }
}
