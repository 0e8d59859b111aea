//! Clusters of documents against true clusters.
//!
//! Fed with a table of truth and the `duplicates.jsonl` of `dedup`, feeds the score of a result.
//! Both are partitions of the documents of the truth; a document that the result does not name is a
//! cluster of its own, and documents missing from the truth are left out and counted.
//! Measures: pairwise precision and recall; the adjusted Rand index (Hubert and Arabie, Journal of
//! Classification 1985), 1 for equal partitions and 0 on average for random ones; homogeneity,
//! completeness and their harmonic mean, the V-measure (Rosenberg and Hirschberg, EMNLP 2007).

use super::rates::Rates;
use super::table::TruthTable;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// A document and its cluster, as `dedup` writes them.
#[derive(Debug, Clone, Deserialize)]
pub struct Assignment {
    /// Document.
    pub id: String,
    /// Cluster: a number or a name.
    pub cluster: ClusterName,
}

/// The name of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
pub enum ClusterName {
    /// As a number.
    Number(u64),
    /// As a text.
    Text(String),
}

/// Cluster of every document.
pub type Partition = BTreeMap<String, String>;

/// The partition of a table with the columns `doc` and `cluster`.
///
/// # Errors
/// A missing column, a document in two rows.
pub fn truth(rows: &TruthTable) -> Result<Partition> {
    let mut partition = Partition::new();
    for row in rows.iter() {
        let (doc, cluster) = (row.get("doc")?, row.get("cluster")?);
        if partition.insert(doc.to_owned(), cluster.to_owned()).is_some() {
            return Err(row.broken(&format!("document `{doc}` is in a second cluster")));
        }
    }
    Ok(partition)
}

/// The partition of a result that was read from `path`.
///
/// # Errors
/// A document in two clusters.
pub fn found(members: Vec<Assignment>, path: &Path) -> Result<Partition> {
    let mut partition = Partition::new();
    for Assignment { id, cluster } in members {
        let cluster = match cluster {
            ClusterName::Number(number) => number.to_string(),
            ClusterName::Text(text) => text,
        };
        if let Some(other) = partition.insert(id.clone(), cluster.clone()).filter(|o| *o != cluster)
        {
            return Err(Error::Input {
                path: path.to_path_buf(),
                cause: format!("document `{id}` is in the clusters {other} and {cluster}"),
                cure: "score a result that names each document once".to_owned(),
            });
        }
    }
    Ok(partition)
}

/// The measures of one partition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ClusterScore {
    /// Documents of the truth.
    pub documents: usize,
    /// Clusters of two and more in the truth.
    pub truth_clusters: usize,
    /// Clusters of two and more in the result, among the documents of the truth.
    pub found_clusters: usize,
    /// Documents of the result that are missing from the truth.
    pub unknown: usize,
    /// Pairs of documents in one cluster.
    pub pairs: Rates,
    /// Adjusted Rand index.
    pub adjusted_rand: f64,
    /// How far each cluster holds members of one true cluster only, from 0 to 1.
    pub homogeneity: f64,
    /// How far each true cluster lies in one cluster, from 0 to 1.
    pub completeness: f64,
    /// Harmonic mean of the two.
    pub v_measure: f64,
}

/// Scores the partition `found` against `truth`.
#[must_use]
pub fn score(truth: &Partition, found: &Partition) -> ClusterScore {
    let alone = |doc: &String| (true, doc.clone());
    let cluster = |doc: &String| found.get(doc).map_or_else(|| alone(doc), |c| (false, c.clone()));
    let mut cells: BTreeMap<(&String, (bool, String)), usize> = BTreeMap::new();
    for (doc, class) in truth {
        *cells.entry((class, cluster(doc))).or_default() += 1;
    }
    let (mut classes, mut clusters) = (BTreeMap::new(), BTreeMap::new());
    for ((class, cluster), count) in &cells {
        *classes.entry(class).or_insert(0) += count;
        *clusters.entry(cluster).or_insert(0) += count;
    }
    let cells: Vec<usize> = cells.values().copied().collect();
    let table = Contingency {
        classes: classes.into_values().collect(),
        clusters: clusters.into_values().collect(),
        cells,
    };
    let many = |sizes: &[usize]| sizes.iter().filter(|&&size| size > 1).count();
    let [both, in_class, in_cluster] =
        [&table.cells, &table.classes, &table.clusters].map(|sizes| pairs(sizes));
    let (homogeneity, completeness) = table.homogeneity_and_completeness();
    ClusterScore {
        documents: truth.len(),
        truth_clusters: many(&table.classes),
        found_clusters: many(&table.clusters),
        unknown: found.keys().filter(|doc| !truth.contains_key(*doc)).count(),
        pairs: rates(both, in_class, in_cluster),
        adjusted_rand: adjusted_rand(both, in_class, in_cluster, pairs(&[truth.len()])),
        homogeneity,
        completeness,
        v_measure: Rates::new(homogeneity, completeness).f1,
    }
}

/// The contingency table of two partitions: sizes of the true clusters, of the found ones, and of
/// their non-empty intersections.
struct Contingency {
    classes: Vec<usize>,
    clusters: Vec<usize>,
    cells: Vec<usize>,
}

impl Contingency {
    fn homogeneity_and_completeness(&self) -> (f64, f64) {
        let [classes, clusters, joint] =
            [&self.classes, &self.clusters, &self.cells].map(|sizes| entropy(sizes));
        // H(C|K) = H(C,K) - H(K).
        let rate = |own: f64, other: f64| {
            if own > 0.0 { (1.0 - (joint - other) / own).clamp(0.0, 1.0) } else { 1.0 }
        };
        (rate(classes, clusters), rate(clusters, classes))
    }
}

/// Pairs inside groups of these sizes.
fn pairs(sizes: &[usize]) -> f64 {
    sizes.iter().map(|&n| n as f64 * n.saturating_sub(1) as f64 / 2.0).sum()
}

fn rates(both: f64, in_class: f64, in_cluster: f64) -> Rates {
    let rate = |whole: f64| if whole > 0.0 { both / whole } else { 1.0 };
    Rates::new(rate(in_cluster), rate(in_class))
}

fn adjusted_rand(both: f64, in_class: f64, in_cluster: f64, all: f64) -> f64 {
    let expected = if all > 0.0 { in_class * in_cluster / all } else { 0.0 };
    let most = f64::midpoint(in_class, in_cluster);
    if (most - expected).abs() < f64::EPSILON {
        return 1.0;
    }
    (both - expected) / (most - expected)
}

fn entropy(sizes: &[usize]) -> f64 {
    let all = sizes.iter().sum::<usize>().max(1) as f64;
    sizes.iter().map(|&n| n as f64 / all).filter(|p| *p > 0.0).map(|p| -p * p.ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(pairs: &[(&str, &str)]) -> Partition {
        pairs.iter().map(|(doc, cluster)| ((*doc).to_owned(), (*cluster).to_owned())).collect()
    }

    fn close(value: f64, wanted: f64) {
        assert!((value - wanted).abs() < 1e-9, "{value} instead of {wanted}");
    }

    #[test]
    fn equal_partitions_score_one_whatever_their_names() {
        let truth = partition(&[("a", "1"), ("b", "1"), ("c", "2"), ("d", "3")]);
        let same = partition(&[("a", "x"), ("b", "x")]);
        let score = score(&truth, &same);
        for value in [score.adjusted_rand, score.v_measure, score.pairs.f1] {
            close(value, 1.0);
        }
        assert_eq!((score.truth_clusters, score.found_clusters, score.unknown), (1, 1, 0));
    }

    #[test]
    fn by_hand() {
        // Truth {a b c} {d e f}; result {a b} {c d} {e f}.
        let truth =
            partition(&[("a", "1"), ("b", "1"), ("c", "1"), ("d", "2"), ("e", "2"), ("f", "2")]);
        let answer = partition(&[
            ("a", "x"),
            ("b", "x"),
            ("c", "y"),
            ("d", "y"),
            ("e", "z"),
            ("f", "z"),
            ("g", "z"),
        ]);
        let score = score(&truth, &answer);
        // Common pairs 2, in classes 6, in clusters 3, of 15.
        close(score.pairs.precision, 2.0 / 3.0);
        close(score.pairs.recall, 1.0 / 3.0);
        close(score.adjusted_rand, (2.0 - 1.2) / (4.5 - 1.2));
        // H(C) = ln 2, H(C|K) = ln 2 / 3; H(K) = ln 3, H(K|C) = H(C|K) + H(K) - H(C).
        let (two, three) = (2f64.ln(), 3f64.ln());
        close(score.homogeneity, 1.0 - (two / 3.0) / two);
        close(score.completeness, 1.0 - (two / 3.0 + three - two) / three);
        assert_eq!(score.unknown, 1);
    }

    #[test]
    fn one_large_cluster_is_complete_and_not_homogeneous() {
        let truth = partition(&[("a", "1"), ("b", "1"), ("c", "2"), ("d", "2")]);
        let large = partition(&[("a", "x"), ("b", "x"), ("c", "x"), ("d", "x")]);
        let score = score(&truth, &large);
        close(score.homogeneity, 0.0);
        close(score.completeness, 1.0);
        close(score.adjusted_rand, 0.0);
    }

    #[test]
    fn a_document_in_two_clusters_is_refused() {
        let member =
            |cluster| Assignment { id: "a".to_owned(), cluster: ClusterName::Number(cluster) };
        let path = Path::new("duplicates.jsonl");
        let error = found(vec![member(1), member(2)], path).unwrap_err().to_string();
        assert!(error.starts_with("duplicates.jsonl: document `a` is in the clusters 1 and 2"));
        assert_eq!(found(vec![member(1), member(1)], path).unwrap().len(), 1);
    }
}
