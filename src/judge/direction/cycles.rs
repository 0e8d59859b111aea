//! Claims on who has a passage from whom that contradict each other.
//!
//! Fed by `direction` with the claims of a family, which it takes back in part. Where two parties,
//! or several in a ring, would have it from each other, none of the claims stands. A claim of more
//! weight comes first: what a member says of itself, then an agency that is a member, then dates,
//! so that one of less weight never takes it back. Invariant: what is left has no ring of parties;
//! the cost grows with the members.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A claim that the passage came from another member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Origin {
    /// Index of the member it came from.
    pub(crate) member: u32,
    /// How sure that is, up to 1.
    pub(crate) confidence: f32,
    /// Why.
    pub(crate) basis: Basis,
}

/// What a claim rests on, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The member credits the other, or the agency that it is.
    Credit,
    /// The other is an agency, and the passage is agency copy.
    Agency,
    /// The other is dated earlier: it was printed after it, for all that is known.
    Date,
}

impl Basis {
    /// All of them, the weightiest first.
    pub(crate) const ALL: [Self; 3] = [Self::Credit, Self::Agency, Self::Date];

    /// Its name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Agency => "agency",
            Self::Date => "date",
        }
    }
}

/// Takes back the claims of one basis after the other that close a ring of parties, and those that
/// would turn round what was `denied`: from a party to one that it credits although that is dated
/// later.
pub(super) fn take_back<P: Ord + Copy>(
    claims: &mut [Option<Origin>],
    party: &impl Fn(usize) -> P,
    denied: &[(P, P)],
) {
    let edge = |n: usize, claim: &Origin| (party(claim.member as usize), party(n));
    let denied: BTreeSet<(P, P)> = denied.iter().copied().collect();
    for (n, claim) in claims.iter_mut().enumerate() {
        *claim = claim.filter(|claim| !denied.contains(&edge(n, claim)));
    }
    let mut standing: BTreeSet<(P, P)> = BTreeSet::new();
    for basis in Basis::ALL {
        let of_basis = |(n, claim): (usize, &Option<Origin>)| {
            claim.as_ref().filter(|claim| claim.basis == basis).map(|claim| edge(n, claim))
        };
        let apart = |(from, to): &(P, P)| from != to;
        let fresh: BTreeSet<(P, P)> =
            claims.iter().enumerate().filter_map(of_basis).filter(apart).collect();
        if fresh.is_empty() {
            continue;
        }
        let all: BTreeSet<(P, P)> = standing.union(&fresh).copied().collect();
        let inner = in_rings(&all);
        let closes = |edge: &(P, P)| inner.contains(&edge.0) && inner.contains(&edge.1);
        for (n, claim) in claims.iter_mut().enumerate() {
            let stands = |own: &Origin| {
                let edge = edge(n, own);
                own.basis != basis || edge.0 == edge.1 || !closes(&edge)
            };
            *claim = claim.filter(stands);
        }
        standing.extend(fresh.into_iter().filter(|edge| !closes(edge)));
    }
}

/// The parties in rings, or between two: what is left when those that nothing comes from, and those
/// that have nothing from another, are taken away in turn.
fn in_rings<P: Ord + Copy>(edges: &BTreeSet<(P, P)>) -> BTreeSet<P> {
    let mut inner: BTreeSet<P> = edges.iter().flat_map(|&(from, to)| [from, to]).collect();
    for turned in [false, true] {
        let mut next: BTreeMap<P, Vec<P>> = BTreeMap::new();
        let mut count: BTreeMap<P, usize> = BTreeMap::new();
        for &(from, to) in edges {
            let (from, to) = if turned { (to, from) } else { (from, to) };
            if inner.contains(&from) && inner.contains(&to) {
                next.entry(from).or_default().push(to);
                *count.entry(to).or_default() += 1;
            }
        }
        let mut free: Vec<P> = inner.iter().filter(|p| !count.contains_key(p)).copied().collect();
        while let Some(party) = free.pop() {
            inner.remove(&party);
            for after in next.get(&party).into_iter().flatten() {
                if let Some(left) = count.get_mut(after) {
                    *left -= 1;
                    if *left == 0 {
                        free.push(*after);
                    }
                }
            }
        }
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of claims, each as a member, what it is from, and the basis; a member is its
    /// own party but for those from 10 on, which are of the party of their last digit.
    fn left(of: &[(usize, u32, Basis)], denied: &[(usize, usize)]) -> Vec<(usize, u32)> {
        let mut claims: Vec<Option<Origin>> = vec![None; 20];
        for &(member, source, basis) in of {
            claims[member] = Some(Origin { member: source, confidence: 0.9, basis });
        }
        take_back(&mut claims, &|n| n % 10, denied);
        let own = |(n, claim): (usize, &Option<Origin>)| claim.map(|claim| (n, claim.member));
        claims.iter().enumerate().filter_map(own).collect()
    }

    #[test]
    fn claims_that_contradict_each_other_are_taken_back() {
        use Basis::{Agency, Credit, Date};
        assert_eq!(left(&[(0, 1, Credit), (1, 0, Credit)], &[]), []);
        assert_eq!(left(&[(0, 1, Date), (11, 10, Date)], &[]), [], "of one outlet each");
        assert_eq!(left(&[(0, 1, Credit), (1, 0, Agency)], &[]), [(0, 1)]);
        assert_eq!(left(&[(0, 1, Agency), (1, 0, Date)], &[]), [(0, 1)]);
        let ring = [(0, 1, Date), (1, 2, Date), (2, 0, Date), (3, 0, Date)];
        assert_eq!(left(&ring, &[]), [(3, 0)]);
        let chain = [(1, 0, Credit), (2, 1, Credit), (3, 1, Date), (10, 0, Date)];
        assert_eq!(left(&chain, &[]), [(1, 0), (2, 1), (3, 1), (10, 0)]);
    }

    #[test]
    fn a_denied_credit_is_not_turned_round() {
        use Basis::Agency;
        // Party 0 credits party 1, which is dated later.
        assert_eq!(left(&[(1, 0, Agency), (2, 0, Agency)], &[(0, 1)]), [(2, 0)]);
    }
}
