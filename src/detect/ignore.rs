//! Passages known and unwanted (setting `ignore`), from the list that known reads.
//!
//! A passage goes when four fifths of the tokens of one of its sides lie in shingles of ignored
//! passages, so that small edits of a known line are known too (one changed word spoils `k`
//! shingles but a single token), while a passage that only begins with one stays.

use super::spilled::Shard;
use super::{Progress, ScanConfig, known};
use crate::corpus::ReadOptions;
use crate::error::Result;
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
        let read = |path: &Path| Self::read(path, config, progress);
        config.ignore.as_deref().map(read).transpose()
    }

    /// The passages of a list.
    fn read(path: &Path, config: &ScanConfig, progress: &dyn Progress) -> Result<Self> {
        let size = config.ngram_size as usize;
        let mut ignored = Self { size, ..Self::default() };
        let mut tokenizer = Tokenizer::default();
        let options = ReadOptions { temp_dir: config.temp_dir.clone(), ..config.read.clone() };
        known::read(path, (&options, size), progress, &mut |text| {
            ignored.add(text, &mut tokenizer)
        })?;
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
            let tokens = shard.stretch(doc, span.places());
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
