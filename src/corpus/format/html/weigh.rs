//! Which blocks of a page are text of its article.
//!
//! Fed with the traits of the blocks. Each tree of a forest asks a few questions about the traits
//! of a block and gives it some points; a block with enough points in sum is text. The trees were
//! grown by gradient boosting on public pages whose text is known (docs/formats.md). Invariant:
//! whole numbers alone, so that every machine chooses the same blocks.

use std::sync::LazyLock;

/// The trees as text: one a line, the node before what follows where the answer is yes, that
/// before what follows where it is no. `12<40` asks whether trait 12 is at most 40; a bare number
/// is the points of a block that gets there.
static FOREST: LazyLock<Vec<Tree>> =
    LazyLock::new(|| include_str!("forest.txt").lines().map(Tree::read).collect());

/// Points that a block between two that are text may lack, and be text too: headings, lists,
/// quotations and short paragraphs inside an article say little for themselves. Counted over six
/// public sets of pages: on those that the trees were not grown on, it finds more than it takes in
/// wrongly.
const LACKED: i64 = 120;

/// Whether a block of so many points is text by itself.
pub(super) fn is_text(points: i64) -> bool {
    points > 0
}

/// Whether a block of so many points is text where blocks before and after it are.
pub(super) fn is_text_within(points: i64) -> bool {
    points > -LACKED
}

/// The points of a block.
pub(super) fn points(traits: &[i32]) -> i64 {
    FOREST.iter().map(|tree| i64::from(tree.points(traits))).sum()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    /// Asks whether a trait is at most some number; where it is not, the answer is at `no`.
    Ask {
        number: usize,
        most: i32,
        no: usize,
    },
    Points(i32),
}

/// Nodes, each before those that follow from it.
#[derive(Debug, PartialEq, Eq)]
struct Tree(Vec<Node>);

impl Tree {
    /// Reads a tree as it is written down.
    fn read(line: &str) -> Self {
        let (mut nodes, mut open): (Vec<Node>, Vec<usize>) = (Vec::new(), Vec::new());
        for word in line.split_ascii_whitespace() {
            if let Some((number, most)) = word.split_once('<') {
                let (number, most) = (number.parse().ok(), most.parse().ok());
                open.push(nodes.len());
                let (number, most) = (number.unwrap_or(usize::MAX), most.unwrap_or_default());
                nodes.push(Node::Ask { number, most, no: 0 });
                continue;
            }
            nodes.push(Node::Points(word.parse().unwrap_or_default()));
            let next = nodes.len();
            if let Some(Node::Ask { no, .. }) = open.pop().and_then(|place| nodes.get_mut(place)) {
                *no = next;
            }
        }
        Self(nodes)
    }

    fn points(&self, traits: &[i32]) -> i32 {
        let mut at = 0;
        // Answers lead further down only.
        while let Some(&node) = self.0.get(at) {
            match node {
                Node::Points(points) => return points,
                Node::Ask { number, most, no } => {
                    let yes = traits.get(number).is_some_and(|&value| value <= most);
                    at = if yes { at + 1 } else { no.max(at + 1) };
                }
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::format::html::traits::COUNT;

    #[test]
    fn trees_are_read_and_asked() {
        let tree = Tree::read("0<5 1<-2 10 20 -30");
        for (traits, points) in [([5, -2], 10), ([0, -1], 20), ([6, -9], -30)] {
            assert_eq!(tree.points(&traits), points, "{traits:?}");
        }
        assert_eq!(Tree::read("7").points(&[]), 7);
        assert_eq!(Tree::read("").points(&[]), 0);
    }

    #[test]
    fn the_forest_asks_for_traits_that_there_are() {
        assert!(FOREST.len() > 10);
        for (tree, line) in FOREST.iter().zip(include_str!("forest.txt").lines()) {
            let asks = tree.0.iter().filter_map(|node| match node {
                Node::Ask { number, no, .. } => Some((*number, *no)),
                Node::Points(_) => None,
            });
            assert!(asks.clone().all(|(number, no)| number < COUNT && no < tree.0.len()), "{line}");
            assert_eq!(asks.count() * 2 + 1, tree.0.len(), "each question has two answers: {line}");
            let words =
                line.split(' ').all(|word| word.split('<').all(|w| w.parse::<i32>().is_ok()));
            assert!(words, "{line}");
        }
    }
}
