//! A corpus under construction, and the tables that list what was planted.

use crate::shingles::{compare, shingles};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A document.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// Id.
    pub(crate) id: String,
    /// Text.
    pub(crate) text: String,
    /// Its outlet.
    pub(crate) outlet: Option<String>,
    /// Its date.
    pub(crate) date: Option<String>,
}

/// A place in a document, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Document.
    pub(crate) id: String,
    /// First byte.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
}

/// A passage in two documents.
#[derive(Debug, Clone)]
pub(crate) struct Passage {
    /// Where it was taken from.
    pub(crate) a: Place,
    /// Where it was inserted.
    pub(crate) b: Place,
    /// Edit.
    pub(crate) kind: String,
    /// Words at the source.
    pub(crate) tokens: usize,
    /// Length class, or another label of the case.
    pub(crate) note: String,
}

/// A pair of documents whose similarity goes into the table.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    /// One document.
    pub(crate) a: String,
    /// The other.
    pub(crate) b: String,
    /// Edit.
    pub(crate) edit: String,
}

/// Documents and the truth about them.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    /// Documents.
    pub(crate) documents: Vec<Document>,
    /// Passages.
    pub(crate) passages: Vec<Passage>,
    /// Pairs.
    pub(crate) pairs: Vec<Pair>,
    /// Cluster of every document that is a copy or has one.
    pub(crate) clusters: BTreeMap<String, String>,
    /// Holders of each viral passage.
    pub(crate) families: Vec<Vec<Place>>,
}

impl Corpus {
    /// Files to write: name and content. Tables without rows are left out.
    pub(crate) fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        let mut files = vec![("docs.jsonl", self.lines())];
        for (name, table) in [
            ("passages.tsv", self.passage_table()),
            ("pairs.tsv", self.pair_table()),
            ("clusters.tsv", self.cluster_table()),
            ("families.tsv", self.family_table()),
        ] {
            if table.lines().count() > 1 {
                files.push((name, table.into_bytes()));
            }
        }
        files
    }

    fn lines(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for document in &self.documents {
            let Document { id, text, outlet, date } = document;
            let record =
                serde_json::json!({"id": id, "outlet": outlet, "date": date, "text": text});
            out.extend_from_slice(record.to_string().as_bytes());
            out.push(b'\n');
        }
        out
    }

    fn texts(&self) -> BTreeMap<&str, &str> {
        self.documents.iter().map(|d| (d.id.as_str(), d.text.as_str())).collect()
    }

    fn passage_table(&self) -> String {
        let texts = self.texts();
        let mut out =
            "doc_a\tdoc_b\tkind\ttokens\ta_start_byte\ta_end_byte\tb_start_byte\tb_end_byte\t\
                       a_start_char\ta_end_char\tb_start_char\tb_end_char\tnote\n"
                .to_owned();
        for Passage { a, b, kind, tokens, note } in &self.passages {
            let chars = |place: &Place| {
                let text = texts.get(place.id.as_str()).copied().unwrap_or_default();
                let before = text[..place.start].chars().count();
                (before, before + text[place.start..place.end].chars().count())
            };
            let (from_a, to_a) = chars(a);
            let (from_b, to_b) = chars(b);
            let _ = writeln!(
                out,
                "{}\t{}\t{kind}\t{tokens}\t{}\t{}\t{}\t{}\t{from_a}\t{to_a}\t{from_b}\t{to_b}\t{note}",
                a.id, b.id, a.start, a.end, b.start, b.end
            );
        }
        out
    }

    fn pair_table(&self) -> String {
        let texts = self.texts();
        let wanted: BTreeSet<&str> =
            self.pairs.iter().flat_map(|pair| [pair.a.as_str(), pair.b.as_str()]).collect();
        let sets: BTreeMap<&str, BTreeSet<u64>> = wanted
            .into_iter()
            .map(|id| (id, shingles(texts.get(id).copied().unwrap_or_default())))
            .collect();
        let mut out = "doc_a\tdoc_b\tjaccard\tcontainment\tshared\tedit\n".to_owned();
        for Pair { a, b, edit } in &self.pairs {
            let (jaccard, containment, shared) = compare(&sets[a.as_str()], &sets[b.as_str()]);
            let _ = writeln!(out, "{a}\t{b}\t{jaccard:.6}\t{containment:.6}\t{shared}\t{edit}");
        }
        out
    }

    fn cluster_table(&self) -> String {
        let mut out = "doc\tcluster\n".to_owned();
        for (doc, cluster) in &self.clusters {
            let _ = writeln!(out, "{doc}\t{cluster}");
        }
        out
    }

    fn family_table(&self) -> String {
        let mut out = "size\tmembers\n".to_owned();
        for members in &self.families {
            let place = |p: &Place| format!("{}:{}-{}", p.id, p.start, p.end);
            let members_text: Vec<String> = members.iter().map(place).collect();
            let _ = writeln!(out, "{}\t{}", members.len(), members_text.join(" "));
        }
        out
    }
}
