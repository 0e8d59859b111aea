//! Passages known and unwanted (setting `ignore`).
//!
//! A passage goes when four fifths of the tokens of one of its sides lie in shingles of ignored
//! passages, so that small edits of a known line are known too (one changed word spoils `k`
//! shingles but a single token), while a passage that only begins with one stays.

use super::spilled::Shard;
use super::{Progress, ScanConfig};
use crate::corpus::Problem;
use crate::error::{Error, Result};
use crate::hash::Set;
use crate::passage::Passage;
use crate::shingle;
use crate::text::{Span, Tokenizer};
use std::path::Path;

/// Shingles of ignored passages.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    shingles: Set<u64>,
    size: usize,
}

impl Ignored {
    /// The passages that a scan is to ignore, if it names any.
    pub(super) fn of(config: &ScanConfig, progress: &dyn Progress) -> Result<Option<Self>> {
        let read = |path: &Path| Self::read(path, config.ngram_size as usize, progress);
        config.ignore.as_deref().map(read).transpose()
    }

    /// Reads a list: one passage a line, or a families file.
    fn read(path: &Path, size: usize, progress: &dyn Progress) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
        let mut ignored = Self { size, ..Self::default() };
        let mut tokenizer = Tokenizer::default();
        for (n, line) in (1..).zip(bytes.split(|&b| b == b'\n')) {
            let line = String::from_utf8_lossy(line);
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() {
                continue;
            }
            let problem = |cause: &str, cure: &str| Problem {
                path: path.to_path_buf(),
                line: Some(n),
                cause: cause.to_owned(),
                cure: cure.to_owned(),
                skipped: false,
            };
            let text = match record_text(line) {
                Ok(text) => text,
                Err(cause) => {
                    progress.problem(&problem(&cause, "write one passage a line, or families"));
                    continue;
                }
            };
            if !ignored.add(&text, &mut tokenizer) {
                let cause = format!("the passage has fewer than {size} tokens");
                progress.problem(&problem(&cause, "give more of it; it is not used"));
            }
        }
        Ok(ignored)
    }

    fn add(&mut self, text: &str, tokenizer: &mut Tokenizer) -> bool {
        let mut tokens = Vec::new();
        tokenizer.compact_tokens(text, &mut tokens);
        let mut added = false;
        shingle::shingles(&tokens, self.size, |_, hash| {
            self.shingles.insert(hash);
            added = true;
        });
        added
    }

    /// Whether one side of a passage is known.
    pub(super) fn knows(&self, passage: &Passage, shard: &Shard) -> bool {
        let known = |doc: u32, span: Span| {
            let tokens = &shard.document(doc)[span.places()];
            let (mut known, mut done) = (0, 0);
            shingle::shingles(tokens, self.size, |at, hash| {
                if self.shingles.contains(&hash) {
                    let end = at + shingle::window(tokens[at], self.size);
                    known += end - done.max(at);
                    done = end.max(done);
                }
            });
            5 * known >= 4 * tokens.len()
        };
        known(passage.doc_a, passage.a) || known(passage.doc_b, passage.b)
    }
}

/// The passage of a line: the line itself, or the text of a family or pair record. A line that
/// merely begins with a brace is a passage; one that begins as a record does must be one.
fn record_text(line: &str) -> std::result::Result<String, String> {
    let begins_as_record =
        line.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"'));
    if !begins_as_record {
        return Ok(line.to_owned());
    }
    let record: serde_json::Value =
        serde_json::from_str(line).map_err(|error| format!("not a JSON record: {error}"))?;
    let text = record.get("text").or_else(|| record.get("a").and_then(|a| a.get("text")));
    match text.and_then(serde_json::Value::as_str) {
        Some(text) => Ok(text.to_owned()),
        None => Err("the record has no `text`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_records_give_their_text() {
        assert_eq!(record_text("a known line"), Ok("a known line".to_owned()));
        assert_eq!(record_text(r#"{"family":1,"text":"x y"}"#), Ok("x y".to_owned()));
        assert_eq!(record_text(r#"{"a":{"text":"x"},"b":{}}"#), Ok("x".to_owned()));
        assert!(record_text(r#"{"id":1}"#).is_err());
        assert!(record_text("{\"broken").is_err());
        assert_eq!(record_text("{{ advert }}"), Ok("{{ advert }}".to_owned()));
    }
}
