//! Edges become components: union-find.
//!
//! Fed with verified edges (and, to plan the verification, with candidates) by detect.
//! Invariant: components depend on the set of edges alone. The root of a component is its least
//! node, whatever the order of the edges.

/// Disjoint sets over the nodes `0..n`, with path halving (Tarjan, van Leeuwen, JACM 1984).
///
/// # Examples
/// ```
/// use wirecopy::components::Components;
/// let mut components = Components::new(5);
/// for (a, b) in [(0, 3), (3, 4)] {
///     components.union(a, b);
/// }
/// assert_eq!(components.groups(), [[0, 3, 4]]);
/// ```
#[derive(Debug, Clone)]
pub struct Components {
    parent: Vec<u32>,
}

impl Components {
    /// `nodes` components of one node each.
    #[must_use]
    pub fn new(nodes: u32) -> Self {
        Self { parent: (0..nodes).collect() }
    }

    /// The least node of the component of `node`.
    pub fn find(&mut self, mut node: u32) -> u32 {
        loop {
            let parent = self.parent[node as usize];
            if parent == node {
                return node;
            }
            let grandparent = self.parent[parent as usize];
            self.parent[node as usize] = grandparent;
            node = grandparent;
        }
    }

    /// Joins the components of two nodes; returns whether they were apart.
    pub fn union(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high as usize] = low;
        a != b
    }

    /// The components of two or more nodes, by their least nodes; nodes ascend.
    #[must_use]
    pub fn groups(mut self) -> Vec<Vec<u32>> {
        let mut rooted: Vec<(u32, u32)> = Vec::new();
        let nodes = crate::limits::narrow(self.parent.len());
        for node in 0..nodes {
            let root = self.find(node);
            if root != node {
                rooted.push((root, node));
            }
        }
        rooted.sort_unstable();
        let group = |nodes: &[(u32, u32)]| {
            let root = nodes.first().map(|(root, _)| *root);
            root.into_iter().chain(nodes.iter().map(|(_, node)| *node)).collect()
        };
        rooted.chunk_by(|a, b| a.0 == b.0).map(group).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The components by following edges until nothing changes.
    fn naive(nodes: u32, edges: &[(u32, u32)]) -> Vec<u32> {
        let mut label: Vec<u32> = (0..nodes).collect();
        for _ in 0..nodes {
            for &(a, b) in edges {
                let low = label[a as usize].min(label[b as usize]);
                (label[a as usize], label[b as usize]) = (low, low);
            }
        }
        label
    }

    proptest! {
        #[test]
        fn components_are_those_of_the_naive_twin(
            edges in prop::collection::vec((0_u32..30, 0_u32..30), 0..40)
        ) {
            let mut components = Components::new(30);
            for &(a, b) in &edges {
                let apart = components.find(a) != components.find(b);
                prop_assert_eq!(components.union(a, b), apart);
            }
            let expected = naive(30, &edges);
            for node in 0..30 {
                prop_assert_eq!(components.find(node), expected[node as usize]);
            }
            let groups = components.groups();
            for group in &groups {
                prop_assert!(group.len() > 1 && group.is_sorted());
                prop_assert!(group.iter().all(|&n| expected[n as usize] == group[0]));
            }
            let joined: usize = groups.iter().map(Vec::len).sum();
            let size = |n: &u32| expected.iter().filter(|label| *label == n).count();
            let alone = (0..30).filter(|n| size(n) == 1).count();
            prop_assert_eq!(joined + alone, 30);
        }
    }
}
