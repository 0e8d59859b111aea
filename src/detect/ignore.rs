//! Passages known and unwanted: `--ignore FILE`.
//!
//! A passage goes when four fifths of the shingles of one of its sides are shingles of an
//! ignored passage, so that small edits of a known line are known too, while a passage that only
//! begins with one stays.

use super::Progress;
use crate::corpus::Problem;
use crate::error::{Error, Result};
use crate::hash::Set;
use crate::passage::{Passage, Shard};
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
    /// Reads a list: one passage a line, or a families file.
    pub(super) fn read(path: &Path, size: usize, progress: &dyn Progress) -> Result<Self> {
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
                skipped: true,
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
        tokenizer.tokenize(text, |t| tokens.push(shingle::compact(t.hash)));
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
            let tokens = &shard.document(doc)[span.start as usize..span.end as usize];
            let (mut all, mut known) = (0_u32, 0);
            shingle::shingles(tokens, self.size, |_, hash| {
                all += 1;
                known += u32::from(self.shingles.contains(&hash));
            });
            all > 0 && 5 * known >= 4 * all
        };
        known(passage.doc_a, passage.a) || known(passage.doc_b, passage.b)
    }
}

/// The passage of a line: the line itself, or the text of a family or pair record.
fn record_text(line: &str) -> std::result::Result<String, String> {
    if !line.starts_with('{') {
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
        assert!(record_text("{broken").is_err());
    }
}
