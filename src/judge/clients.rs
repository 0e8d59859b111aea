//! Outlets that print much agency copy.
//!
//! Fed by `judge` with what was read of each family, feeds the sureness of reuse: what two outlets
//! share on a day without a credit is agency copy rather than a copy of one from the other if most
//! else that they share is. Invariant: sums over families, so their order does not matter.

use super::features::Features;
use super::thresholds::Thresholds;

/// Families of each outlet whose copy is shared: with an agency's credit, and all.
#[derive(Debug)]
pub(super) struct Clients {
    families: Vec<(u32, u32)>,
}

impl Clients {
    /// None of so many outlets has been seen.
    pub(super) fn new(outlets: usize) -> Self {
        Self { families: vec![(0, 0); outlets] }
    }

    /// Counts a family of these outlets, if it may be copy that they share.
    pub(super) fn add(&mut self, outlets: &[(u32, u32)], f: &Features, t: &Thresholds) {
        if outlets.len() < 2 || !is_copy(f, t) {
            return;
        }
        let credited = u32::from(f.credited >= t.credited);
        for (outlet, _) in outlets {
            if let Some((wire, all)) = self.families.get_mut(*outlet as usize) {
                *wire += credited;
                *all += 1;
            }
        }
    }

    /// The share of what is no agency copy in what these outlets share: one unless all of them are
    /// known to share agency copy for the most part.
    pub(super) fn own_share(&self, outlets: &[(u32, u32)], t: &Thresholds) -> f32 {
        let share = |outlet: u32| {
            let (wire, all) = self.families.get(outlet as usize).copied().unwrap_or_default();
            if wire < t.client_families { 0.0 } else { wire as f32 / all.max(1) as f32 }
        };
        let least = outlets.iter().map(|(outlet, _)| share(*outlet)).fold(1.0, f32::min);
        if outlets.is_empty() || least < t.client_share { 1.0 } else { 1.0 - least }
    }
}

/// Whether it may be copy: a sentence or more without marks, within the days of one piece of news.
fn is_copy(f: &Features, t: &Thresholds) -> bool {
    let plain = f.marked.max(f.excerpt) < t.quoted_places;
    plain && f.tokens >= t.client_tokens && f.spread <= t.client_days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_own(clients: &Clients, outlets: &[(u32, u32)], expected: f32) {
        let own = clients.own_share(outlets, &Thresholds::default());
        assert!((own - expected).abs() < 1e-6, "{own}");
    }

    #[test]
    fn outlets_that_share_agency_copy_are_clients() {
        let t = Thresholds::default();
        let copy = Features { tokens: t.client_tokens, credited: 1.0, ..Features::default() };
        let own = Features { credited: 0.0, ..copy.clone() };
        let quoted = Features { marked: 1.0, ..own.clone() };
        let late = Features { spread: t.client_days + 1, ..own.clone() };
        let short = Features { tokens: t.client_tokens - 1, ..own.clone() };
        let mut clients = Clients::new(3);
        let both = [(0, 1), (1, 1)];
        for _ in 0..t.client_families {
            assert_own(&clients, &both, 1.0);
            clients.add(&both, &copy, &t);
        }
        assert_own(&clients, &both, 0.0);
        // None of these is copy that is shared.
        for other in [&quoted, &late, &short] {
            clients.add(&both, other, &t);
        }
        clients.add(&both[..1], &own, &t);
        assert_own(&clients, &both, 0.0);
        assert_own(&clients, &[(0, 1), (2, 1)], 1.0);
        assert_own(&clients, &[], 1.0);
        for _ in 0..t.client_families {
            clients.add(&[(1, 2), (2, 1)], &own, &t);
        }
        assert_own(&clients, &both, 0.5);
        clients.add(&[(1, 2), (2, 1)], &own, &t);
        assert_own(&clients, &both, 1.0);
    }
}
