//! What counts as a passage.
//!
//! Made by detect from the settings of a run, read by seed, hubs, mem and merge.

use crate::shingle;

/// Settings of the passage engine, in tokens and alignment score.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Shortest passage, in columns of the alignment before its edges are trimmed.
    pub min_tokens: u32,
    /// Words of a seed shingle; it has twice as many tokens where it starts with a character, but
    /// no more than the shortest passage.
    pub shingle: usize,
    /// Documents that may share a shingle before hubs represent all.
    pub max_documents: usize,
    /// Occurrences of a shingle in one document that are followed.
    pub max_repeats: usize,
    /// Hubs of a shingle in more documents than that, of each side and cell of days.
    pub hubs: usize,
    /// Salt of the hub choice.
    pub seed: u64,
    /// Score of a passage, per token of the minimum length, below which it is chance; what it
    /// repeats counts once.
    pub min_score_per_token: f32,
    /// What the tokens of one edit after its first cost besides, in single edits: an edit of
    /// several tokens is how a form is filled in.
    pub slot_cost: i32,
    /// Share of the minimum length that must be left when the edges are trimmed.
    pub min_trimmed: f32,
    /// Lowest share of equal tokens: a passage is at most this much longer than its evidence.
    pub min_identity: f32,
    /// Longest gap between two exact matches, in tokens, however strong the evidence.
    pub max_gap: u32,
}

/// Share of equal tokens in what is shorter than the minimum when its edges are trimmed.
const TRIMMED_IDENTITY: f32 = 0.85;

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_tokens: 15,
            shingle: 5,
            max_documents: 50,
            max_repeats: 8,
            hubs: 8,
            seed: 0,
            min_score_per_token: 1.65,
            slot_cost: 2,
            min_trimmed: 0.93,
            min_identity: 0.6667,
            max_gap: 80,
        }
    }
}

impl Settings {
    /// Whether an alignment without a verbatim run of the minimum length is long and good enough
    /// to be a passage, if its evidence is; `untrimmed` are its columns before the edges were
    /// trimmed. What is shorter then has few edits, but some: a verbatim run has no other length
    /// than its own.
    pub(super) fn accepts(&self, columns: u32, untrimmed: u32, matched: u32, score: i32) -> bool {
        let is_dense = || matched < columns && matched as f32 >= TRIMMED_IDENTITY * columns as f32;
        columns.max(untrimmed) >= self.min_tokens
            && (columns >= self.min_tokens || is_dense())
            && self.may_accept(columns, score)
            && self.supports(matched, columns)
    }

    /// Score below which a passage is chance.
    pub(super) fn least_score(&self) -> f32 {
        self.min_tokens as f32 * self.min_score_per_token
    }

    /// Tokens in the seed shingle that starts with `token`; a run of the minimum length holds one
    /// in every script.
    #[inline(always)]
    pub(crate) fn window(&self, token: u32) -> usize {
        shingle::window_within(token, self.shingle, self.min_tokens as usize)
    }

    /// Calls `sink` with the start and the hash of every seed shingle of `tokens`, in order.
    #[inline(always)]
    pub(crate) fn shingles(&self, tokens: &[u32], sink: impl FnMut(usize, u64)) {
        shingle::shingles_within(tokens, self.shingle, self.min_tokens as usize, sink);
    }

    /// The hash of the seed shingle of `tokens` that starts at a place, if it fits.
    #[inline(always)]
    pub(super) fn shingle_at(&self, tokens: &[u32], at: usize) -> Option<u64> {
        shingle::shingle_at(tokens, at, self.shingle, self.min_tokens as usize)
    }

    /// Whether an alignment of at most so many columns and so high a score can be accepted.
    pub(super) fn may_accept(&self, columns: u32, score: i32) -> bool {
        columns as f32 >= self.min_tokens as f32 * self.min_trimmed
            && score as f32 >= self.least_score()
    }

    /// Whether some alignment with `matched` equal tokens can be long enough.
    pub(super) fn may_reach(&self, matched: u32) -> bool {
        matched as f32 >= self.min_tokens as f32 * self.min_trimmed * self.min_identity - 1.0
    }

    /// Equal tokens without which no passage is reported.
    pub(super) fn least_matched(&self) -> u32 {
        (0..self.min_tokens).find(|&n| self.may_reach(n)).unwrap_or(self.min_tokens)
    }

    /// Whether `matched` equal tokens support an alignment of `columns`.
    pub(super) fn supports(&self, matched: u32, columns: u32) -> bool {
        matched as f32 >= self.min_identity * columns as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A passage has 20 tokens or more, 19 when its edges are trimmed, and a score of 33.
    fn settings() -> Settings {
        Settings { min_tokens: 20, ..Settings::default() }
    }

    #[test]
    fn the_minimum_length_counts_before_the_edges_are_trimmed() {
        assert!(settings().accepts(20, 20, 20, 80));
        assert!(settings().accepts(20, 0, 20, 80), "what was not extended has no other length");
        assert!(settings().accepts(19, 20, 18, 69));
        assert!(!settings().accepts(19, 19, 18, 69));
        assert!(!settings().accepts(19, 20, 19, 76), "a verbatim run of nineteen");
        assert!(settings().accepts(19, 20, 17, 62));
        assert!(!settings().accepts(19, 20, 16, 55), "three edits in nineteen");
    }

    #[test]
    fn most_of_the_minimum_length_is_left_when_the_edges_are_trimmed() {
        assert!(settings().accepts(19, 40, 18, 69));
        assert!(!settings().accepts(18, 40, 17, 65), "below 93 % of the minimum");
    }

    #[test]
    fn a_passage_has_the_score_that_its_minimum_length_asks_for() {
        assert!(settings().accepts(20, 20, 19, 33));
        assert!(!settings().accepts(20, 20, 19, 32), "function words");
    }

    #[test]
    fn two_of_three_tokens_are_equal() {
        assert!(settings().supports(21, 31));
        assert!(!settings().supports(20, 31));
        assert!(settings().accepts(31, 31, 21, 80));
        assert!(!settings().accepts(31, 31, 20, 80));
    }

    #[test]
    fn few_equal_tokens_cannot_grow_into_a_passage() {
        // 20 x 0.93 x 0.6667 = 12.4, less one.
        assert!(settings().may_reach(12));
        assert!(!settings().may_reach(11));
    }
}
