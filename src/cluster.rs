//! Components become clusters around a representative.
//!
//! Last stage of the flow of `dedup`: verified edges are joined by components, and cut here.
//! A chain A-B-C makes one component although A and C may have nothing in common; so a component
//! is split greedily: the node with the best claim represents a cluster of all that are similar
//! to it, and the rest is split likewise.
//! Invariant: every member is within the threshold of its representative, by exact similarity;
//! the representative has the best claim of its cluster; no node is lost.

use crate::error::Result;

/// Nodes, of which one represents all.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// The node with the best claim.
    pub representative: u32,
    /// The others, ascending, with their exact similarity to it.
    pub members: Vec<(u32, f64)>,
}

/// What the splitter asks about the nodes of one component.
pub trait Similar {
    /// Whether `node`, which is near no node that was asked about, belongs to one of the
    /// representatives so far all the same: its index, and the similarity.
    ///
    /// # Errors
    /// Whatever fails while the similarity is computed.
    fn joins(&mut self, node: u32, representatives: &[u32]) -> Result<Option<(usize, f64)>>;

    /// The nodes whose similarity to `node` is known to reach the threshold, each once; those that
    /// are not free do not count.
    ///
    /// # Errors
    /// Whatever fails while the similarity is computed.
    fn near(&mut self, node: u32, splitter: &Splitter) -> Result<Vec<(u32, f64)>>;
}

/// Splits components; remembers which nodes are taken.
///
/// # Examples
/// ```
/// use wirecopy::cluster::{Similar, Splitter};
/// use wirecopy::error::Result;
///
/// /// Numbers are similar to their neighbours.
/// struct Neighbours(Vec<u32>);
///
/// impl Similar for Neighbours {
///     fn joins(&mut self, _: u32, _: &[u32]) -> Result<Option<(usize, f64)>> {
///         Ok(None)
///     }
///
///     fn near(&mut self, node: u32, _: &Splitter) -> Result<Vec<(u32, f64)>> {
///         let near = |other: &&u32| node.abs_diff(**other) == 1;
///         Ok(self.0.iter().filter(near).map(|&other| (other, 0.9)).collect())
///     }
/// }
///
/// // The chain 0 - 1 - 2 is cut: 2 is not similar to 0.
/// let clusters = Splitter::new(3).split(&[0, 1, 2], &mut Neighbours(vec![0, 1, 2]))?;
/// assert_eq!(clusters[0].members, [(1, 0.9)]);
/// assert_eq!(clusters[1].representative, 2);
/// # Ok::<(), wirecopy::error::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Splitter {
    taken: Vec<bool>,
}

impl Splitter {
    /// For the nodes `0..nodes`, all of them free.
    #[must_use]
    pub fn new(nodes: u32) -> Self {
        Self { taken: vec![false; nodes as usize] }
    }

    /// Whether a node is in no cluster yet.
    #[must_use]
    pub fn is_free(&self, node: u32) -> bool {
        !self.taken[node as usize]
    }

    /// Splits one component whose nodes come in order of claim, the best first. Clusters of one
    /// node are among the result.
    ///
    /// # Errors
    /// Those of `similar`.
    pub fn split(&mut self, nodes: &[u32], similar: &mut impl Similar) -> Result<Vec<Cluster>> {
        let (mut clusters, mut representatives): (Vec<Cluster>, Vec<u32>) = Default::default();
        for &node in nodes {
            if !self.is_free(node) {
                continue;
            }
            self.taken[node as usize] = true;
            if let Some((cluster, similarity)) = similar.joins(node, &representatives)? {
                clusters[cluster].members.push((node, similarity));
                continue;
            }
            let mut members = similar.near(node, self)?;
            members.retain(|(node, _)| self.is_free(*node));
            for (node, _) in &members {
                self.taken[*node as usize] = true;
            }
            representatives.push(node);
            clusters.push(Cluster { representative: node, members });
        }
        for cluster in &mut clusters {
            cluster.members.sort_unstable_by_key(|(node, _)| *node);
        }
        Ok(clusters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers within some reach of each other are similar; every other one of the pairs is known
    /// from the start.
    struct Close {
        reach: u32,
        nodes: Vec<u32>,
    }

    impl Similar for Close {
        fn joins(&mut self, node: u32, others: &[u32]) -> Result<Option<(usize, f64)>> {
            let close = |other: &u32| node.abs_diff(*other) < self.reach;
            Ok(others.iter().position(close).map(|at| (at, 0.9)))
        }

        fn near(&mut self, node: u32, _: &Splitter) -> Result<Vec<(u32, f64)>> {
            let close =
                |other: &&u32| node.abs_diff(**other) < self.reach && other.is_multiple_of(2);
            Ok(self.nodes.iter().filter(close).map(|&other| (other, 0.9)).collect())
        }
    }

    #[test]
    fn a_chain_is_cut() {
        // 0 - 1 - 2 is a chain: 2 is not similar to 0.
        let mut close = Close { reach: 2, nodes: vec![0, 1, 2] };
        let clusters = Splitter::new(3).split(&[0, 1, 2], &mut close).unwrap();
        assert_eq!(clusters[0].members, [(1, 0.9)]);
        assert_eq!((clusters[1].representative, clusters[1].members.len()), (2, 0));
    }

    proptest! {
        #[test]
        fn no_node_is_lost_and_no_member_is_far(
            nodes in prop::collection::btree_set(0_u32..60, 0..30),
            reach in 1_u32..9,
        ) {
            let nodes: Vec<u32> = nodes.into_iter().collect();
            let mut close = Close { reach, nodes: nodes.clone() };
            let clusters = Splitter::new(60).split(&nodes, &mut close).unwrap();
            let mut all = Vec::new();
            for (n, cluster) in clusters.iter().enumerate() {
                let representative = cluster.representative;
                all.push(representative);
                for (member, _) in &cluster.members {
                    prop_assert!(member.abs_diff(representative) < reach);
                    prop_assert!(representative < *member, "best claim");
                    all.push(*member);
                }
                let apart = |other: &Cluster| {
                    representative.abs_diff(other.representative) >= reach
                };
                prop_assert!(clusters[..n].iter().all(apart));
            }
            all.sort_unstable();
            prop_assert_eq!(all, nodes);
        }
    }
}
