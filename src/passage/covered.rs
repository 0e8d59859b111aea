//! Which tokens of two documents lie in passages of theirs.
//!
//! Used by merge once a pair of documents has used up its free rows.

use super::aligned::Passage;
use super::mem::Mem;
use crate::text::Span;

/// Which tokens of two documents lie in passages of theirs: a chain on such tokens alone would say
/// nothing new.
#[derive(Debug, Default)]
pub(super) struct Covered {
    a: Vec<bool>,
    b: Vec<bool>,
    /// Passages that are marked.
    marked: usize,
}

impl Covered {
    /// Forgets the passages of the last two documents.
    pub(super) fn clear(&mut self) {
        self.a.clear();
        self.b.clear();
        self.marked = 0;
    }

    /// Whether all matches of a chain lie in `passages` on both sides; those passages that were
    /// there in an earlier call are the same.
    pub(super) fn holds(&mut self, mems: &[Mem], chain: &[usize], passages: &[Passage]) -> bool {
        for passage in &passages[self.marked..] {
            mark(&mut self.a, passage.a);
            mark(&mut self.b, passage.b);
        }
        self.marked = passages.len();
        chain.iter().map(|&n| &mems[n]).all(|mem| {
            let within = |marks: &[bool], start: u32| {
                let place = start as usize..(start + mem.len) as usize;
                marks.get(place).is_some_and(|place| place.iter().all(|&marked| marked))
            };
            within(&self.a, mem.a) && within(&self.b, mem.b)
        })
    }
}

fn mark(marks: &mut Vec<bool>, place: Span) {
    let (start, end) = (place.start as usize, place.end as usize);
    marks.resize(marks.len().max(end), false);
    marks[start..end].fill(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mem(a: u32, b: u32, len: u32) -> Mem {
        Mem { doc_a: 0, doc_b: 1, a, b, len }
    }

    fn passage(a: (u32, u32), b: (u32, u32)) -> Passage {
        let span = |(start, end)| Span { start, end };
        let (a, b) = (span(a), span(b));
        Passage { doc_a: 0, doc_b: 1, a, b, columns: 0, matched: 0, score: 0, shadow: false }
    }

    #[test]
    fn a_chain_is_covered_where_all_its_tokens_are_in_passages_on_both_sides() {
        let passages = [passage((10, 20), (50, 60)), passage((20, 30), (100, 110))];
        let holds = |mems: &[Mem]| {
            let chain: Vec<usize> = (0..mems.len()).collect();
            Covered::default().holds(mems, &chain, &passages)
        };
        assert!(holds(&[mem(10, 50, 10)]));
        assert!(holds(&[mem(15, 103, 5), mem(25, 55, 5)]), "in any passages");
        assert!(!holds(&[mem(9, 50, 10)]), "the first token of the first document is not");
        assert!(!holds(&[mem(10, 49, 10)]), "the first token of the second document is not");
        assert!(!holds(&[mem(25, 55, 6)]), "the last token is not");
        assert!(!holds(&[mem(10, 50, 5), mem(40, 200, 5)]), "the second match is not");
    }

    #[test]
    fn passages_are_marked_as_they_come_and_forgotten_with_their_documents() {
        let mut covered = Covered::default();
        let mut passages = vec![passage((0, 10), (0, 10))];
        let mems = [mem(20, 20, 5), mem(0, 0, 5)];
        assert!(!covered.holds(&mems, &[0], &passages));
        passages.push(passage((20, 30), (20, 30)));
        assert!(covered.holds(&mems, &[0, 1], &passages));
        covered.clear();
        assert!(!covered.holds(&mems, &[1], &[]));
        assert!(!covered.holds(&mems, &[1], &passages[1..]));
    }
}
