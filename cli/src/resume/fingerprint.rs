//! What the result of a run depends on, so that another run knows whether it may go on with it.
//!
//! Kept in the work folder while a run lasts, and as a hash in `summary.json`. Invariant: equal
//! fingerprints give equal bytes; a difference is reported by the name of what differs.

use crate::resolve;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;
use wirecopy::corpus::{self, Corpus, DateFormat, Encoding, Format, ReadOptions};
use wirecopy::error::{Error, Result};
use wirecopy::hash;

/// State of a work folder: what the run depends on.
pub(crate) const RUN: &str = "run.json";

/// A file of the input as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    path: String,
    bytes: u64,
    /// Nanoseconds since 1970.
    modified: Option<u64>,
}

/// What the result of a run depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    version: String,
    settings: BTreeMap<String, String>,
    files: Vec<Mark>,
    /// Some input is a stream, which cannot be read again.
    streams: bool,
}

impl Fingerprint {
    /// The fingerprint of a run with these settings.
    pub(crate) fn new(
        version: String,
        settings: BTreeMap<String, String>,
        corpora: &[&Corpus],
    ) -> Self {
        let mut found = Self { version, settings, files: vec![], streams: false };
        for corpus in corpora {
            for source in 0..corpus.source_count() {
                match mark(corpus.source_path(source)) {
                    Some(mark) => found.files.push(mark),
                    None => found.streams = true,
                }
            }
        }
        found
    }

    /// Whether a run over the same can be distinguished from another at all.
    pub(crate) fn is_certain(&self) -> bool {
        !self.streams
    }

    /// As a number for `summary.json`; none where a stream is among the inputs.
    pub(crate) fn digest(&self) -> Result<Option<String>> {
        let bytes = self.to_bytes()?;
        Ok(self.is_certain().then(|| format!("{:032x}", hash::xxh3_128(&bytes))))
    }

    /// For the work folder.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|error| Error::io("fingerprint", error.into()))
    }

    /// What an earlier run kept; none where that is no fingerprint of this version.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Refuses to go on with a run that was another, given the bytes of its fingerprint.
    pub(crate) fn check_same_run(&self, before: &[u8]) -> Result<()> {
        let difference = match Self::from_bytes(before) {
            Some(before) => self.difference(&before),
            None => Some("it was begun by another version".to_owned()),
        };
        let Some(difference) = difference else { return Ok(()) };
        resolve::refuse(
            "--resume",
            format!("the interrupted run was another: {difference}"),
            "leave out --resume to start again",
        )
    }

    /// What differs from the run before, in words.
    fn difference(&self, before: &Self) -> Option<String> {
        if self.version != before.version {
            return Some(format!("it was begun by version {}", before.version));
        }
        for (flag, now) in &self.settings {
            let then = before.settings.get(flag).map_or("", String::as_str);
            if then != now {
                return Some(format!("{flag} was {}, and is {}", said(then), said(now)));
            }
        }
        let unlike = self.files.iter().zip(&before.files).find(|(now, then)| now != then);
        match unlike {
            Some((now, then)) if now.path == then.path => {
                Some(format!("{} has changed since", now.path))
            }
            Some((now, then)) => Some(format!("{} was read, and is {}", then.path, now.path)),
            None => match self.files.len().cmp(&before.files.len()) {
                std::cmp::Ordering::Equal => None,
                std::cmp::Ordering::Less => Some("fewer files are named".to_owned()),
                std::cmp::Ordering::Greater => Some("more files are named".to_owned()),
            },
        }
    }
}

fn said(value: &str) -> &str {
    if value.is_empty() { "not given" } else { value }
}

/// Size and time of a file; none for streams and what is not there.
fn mark(path: &Path) -> Option<Mark> {
    let found =
        fs::metadata(path).ok().filter(|found| found.is_file() && path != Path::new("-"))?;
    let modified = found.modified().ok();
    let since = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let modified = since.and_then(|since| u64::try_from(since.as_nanos()).ok());
    Some(Mark { path: path.display().to_string(), bytes: found.len(), modified })
}

/// Inputs as they may be written down.
pub(crate) fn inputs(inputs: &[String]) -> String {
    inputs.iter().map(|input| corpus::shown(input)).collect::<Vec<_>>().join(" ")
}

/// Every flag that changes what is read, with its value.
pub(crate) fn reading(read: &ReadOptions) -> impl Iterator<Item = (String, String)> {
    let column = |column: &wirecopy::corpus::Column| {
        if column.chosen { column.name.clone() } else { String::new() }
    };
    let format = read.format.map_or("", Format::name);
    let encoding = read.encoding.map_or("", Encoding::name);
    [
        ("--input-format", format.to_owned()),
        ("--input-encoding", encoding.to_owned()),
        ("--text-column", column(&read.text)),
        ("--id-column", column(&read.id)),
        ("--outlet-column", column(&read.outlet)),
        ("--date-column", column(&read.date)),
        ("--title-column", column(&read.title)),
        ("--url-column", column(&read.url)),
        ("--date-format", read.date_format.as_ref().map_or("", DateFormat::pattern).to_owned()),
        ("--html-text", if read.html_text { "yes" } else { "" }.to_owned()),
        ("--max-record-bytes", read.limits.record_bytes.to_string()),
        ("--max-expanded-bytes", read.limits.expanded_bytes.to_string()),
        ("--max-page-bytes", read.limits.page_bytes.to_string()),
        ("--max-columns", read.limits.columns.to_string()),
    ]
    .map(|(flag, value)| (flag.to_owned(), value))
    .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint() -> Fingerprint {
        let file = |path: &str| Mark { path: path.to_owned(), bytes: 7, modified: Some(9) };
        Fingerprint {
            version: "1".to_owned(),
            settings: BTreeMap::from([("--threshold".to_owned(), "0.7".to_owned())]),
            files: vec![file("a.jsonl"), file("b.jsonl")],
            streams: false,
        }
    }

    #[track_caller]
    fn differs(change: impl Fn(&mut Fingerprint), expected: &str) {
        let (before, mut now) = (fingerprint(), fingerprint());
        change(&mut now);
        assert_eq!(now.difference(&before).as_deref(), Some(expected));
        assert_ne!(now.digest().unwrap(), before.digest().unwrap());
    }

    #[test]
    fn a_difference_is_told_by_name() {
        let same = fingerprint();
        assert_eq!(same.difference(&fingerprint()), None);
        differs(|now| now.version = "2".to_owned(), "it was begun by version 1");
        let threshold = |now: &mut Fingerprint| {
            now.settings.insert("--threshold".to_owned(), "0.8".to_owned());
        };
        differs(threshold, "--threshold was 0.7, and is 0.8");
        let new = |now: &mut Fingerprint| {
            now.settings.insert("--against".to_owned(), "x".to_owned());
        };
        differs(new, "--against was not given, and is x");
        differs(|now| now.files[1].bytes = 8, "b.jsonl has changed since");
        differs(|now| now.files[0].modified = None, "a.jsonl has changed since");
        differs(|now| drop(now.files.remove(0)), "a.jsonl was read, and is b.jsonl");
        differs(|now| drop(now.files.pop()), "fewer files are named");
    }

    #[test]
    fn it_survives_the_work_folder() {
        let bytes = fingerprint().to_bytes().unwrap();
        assert_eq!(Fingerprint::from_bytes(&bytes), Some(fingerprint()));
        assert_eq!(Fingerprint::from_bytes(b"{}"), None);
        let stream = Fingerprint { streams: true, ..fingerprint() };
        assert_eq!(stream.digest().unwrap(), None);
    }
}
