//! Every bound of the program and its default, in one place.
//!
//! Lowest module of the flow: whatever reads, buffers, groups or prints finds here how much is
//! allowed. Invariant: every bound that a user can meet or move is here; constants that shape one
//! algorithm (a band of an alignment, a look-back) are beside it.

/// Bounds that protect a run against hostile or broken input.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest record (one JSON line, one text file) in bytes, after decompression.
    pub record_bytes: usize,
    /// Largest output of one compressed file in bytes (guards against bombs).
    pub expanded_bytes: u64,
    /// Bytes of one block of input handed to a worker.
    pub block_bytes: usize,
    /// Stored size up to which a worker reads a whole source by itself, where there are several.
    pub small_source_bytes: u64,
    /// Longest web page in bytes.
    pub page_bytes: usize,
    /// Deepest nesting of a web page's elements; tags of deeper ones are left out, not their text.
    pub page_depth: usize,
    /// Most attributes of an element of a web page; others are left out.
    pub page_attributes: usize,
    /// Most elements that a web page may become.
    pub page_elements: usize,
    /// Most columns of a table.
    pub columns: usize,
    /// Files held open at once; where that is not enough for all workers, fewer are started.
    pub open_files: usize,
    /// Problems described one by one in a block; the rest of the block is only counted.
    pub block_problems: usize,
    /// Problems of a run kept to be reported one by one; all are counted.
    pub told_problems: usize,
    /// Distinct column names remembered for the message about a missing column.
    pub named_columns: usize,
    /// Deepest nesting of a JSON record.
    pub json_depth: usize,
    /// Documents that may share a shingle before pairs are sampled through hubs.
    pub shingle_documents: usize,
    /// Occurrences of one shingle in one document that are followed.
    pub shingle_repeats: usize,
    /// Hubs that represent all holders of a viral shingle.
    pub hubs: usize,
    /// Documents of a bucket up to which all its pairs are compared by signature.
    pub bucket_pairs: usize,
    /// Leaders with which the members of a larger bucket are compared.
    pub bucket_leaders: usize,
    /// Documents from which a bucket is counted as a mega-bucket.
    pub mega_bucket: usize,
    /// Candidate pairs that one document proposes.
    pub document_candidates: usize,
    /// Documents of a component up to which all its pairs are verified and listed.
    pub listed_component: usize,
    /// Documents of larger components, in all, up to which is told what other thresholds remove.
    pub ladder_texts: usize,
    /// Comparisons for each document of a larger component, when it is split.
    pub split_comparisons: usize,
    /// Bytes of shingle sets held at once for verification, unless a memory budget says less.
    pub set_bytes: usize,
    /// Warnings printed one by one before they are only counted.
    pub printed_warnings: usize,
    /// Passage pairs reported before the rest is left to the families.
    pub reported_pairs: usize,
    /// Families in an HTML report.
    pub report_families: usize,
    /// Places of one family in an HTML report.
    pub report_family_members: usize,
    /// Places of all families in an HTML report.
    pub report_members: usize,
    /// Pairs in an HTML report.
    pub report_pairs: usize,
    /// Bytes of passages in an HTML report.
    pub report_passage_bytes: usize,
    /// Bytes of whole articles in an HTML report, before compression.
    pub report_text_bytes: usize,
    /// Longest article that an HTML report holds whole.
    pub report_article_bytes: usize,
    /// Bytes of text that an HTML report decompresses at once.
    pub report_block_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 64 << 20,
            expanded_bytes: 1 << 40,
            block_bytes: 1 << 20,
            small_source_bytes: 8 << 20,
            page_bytes: 8 << 20,
            page_depth: 512,
            page_attributes: 128,
            page_elements: 1_000_000,
            columns: 10_000,
            open_files: 1024,
            block_problems: 10_000,
            told_problems: 4096,
            named_columns: 64,
            json_depth: 100,
            shingle_documents: 50,
            shingle_repeats: 8,
            hubs: 8,
            bucket_pairs: 16,
            bucket_leaders: 8,
            mega_bucket: 10_000,
            document_candidates: 32,
            listed_component: 50,
            ladder_texts: 10_000,
            split_comparisons: 32,
            set_bytes: 96 << 20,
            printed_warnings: 20,
            reported_pairs: 2_000_000,
            report_families: 20_000,
            report_family_members: 2_000,
            report_members: 200_000,
            report_pairs: 200_000,
            report_passage_bytes: 24 << 20,
            report_text_bytes: 48 << 20,
            report_article_bytes: 1 << 20,
            report_block_bytes: 256 << 10,
        }
    }
}

impl Limits {
    /// Moves all bounds of an HTML report together, so that passages and whole articles have this
    /// many bytes before compression.
    pub fn scale_report(&mut self, bytes: u64) {
        let default = Self::default();
        let all = (default.report_passage_bytes + default.report_text_bytes) as u128;
        let scaled = |bound: usize| {
            usize::try_from(bound as u128 * u128::from(bytes) / all).unwrap_or(usize::MAX)
        };
        self.report_families = scaled(default.report_families);
        // A small report shows fewer families, not families of a few places.
        self.report_family_members = scaled(default.report_family_members).max(100);
        self.report_members = scaled(default.report_members);
        self.report_pairs = scaled(default.report_pairs);
        self.report_passage_bytes = scaled(default.report_passage_bytes);
        self.report_text_bytes = scaled(default.report_text_bytes);
        self.report_article_bytes = scaled(default.report_article_bytes).max(64 << 10);
    }
}

/// Narrows a count or position that a shard bounds to 32 bits (checked where the shard is built).
pub(crate) fn narrow(value: usize) -> u32 {
    debug_assert!(u32::try_from(value).is_ok(), "a shard holds fewer than 2^32 tokens");
    #[expect(clippy::cast_possible_truncation, reason = "bounded where the shard is built")]
    let narrow = value as u32;
    narrow
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_a_report_move_together() {
        let (default, mut limits) = (Limits::default(), Limits::default());
        limits.scale_report(72 << 20);
        assert_eq!(format!("{limits:?}"), format!("{default:?}"), "72 MiB are the default");
        limits.scale_report(144 << 20);
        assert_eq!((limits.report_families, limits.report_text_bytes), (40_000, 96 << 20));
        limits.scale_report(u64::MAX);
        assert!(limits.report_pairs > default.report_pairs);
    }
}
