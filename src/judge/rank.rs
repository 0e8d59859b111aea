//! Which families a reader should see first.
//!
//! Fed with features, ownership and kind, feeds the order of the terminal view and of reports. A
//! family weighs more the more independent houses have it, the longer it is, and the more its kind
//! matters to a reader; what recurs over months weighs less than what ran within days.
//! `weight = kind * sureness * ln(1 + houses) * ln(1 + tokens / 10) * rarity`
//! Invariant: a weight is positive and finite.

use super::features::Features;
use super::kind::{Kind, Ownership};

/// The weight of a family: the larger, the earlier.
pub(super) fn weight(features: &Features, ownership: Ownership, kind: Kind, sureness: f32) -> f32 {
    let worth = match kind {
        Kind::Reuse => 1.0,
        Kind::Wire => 0.9,
        Kind::Quotation => 0.8,
        Kind::Internal => 0.3,
        Kind::Template => 0.1,
        Kind::Boilerplate => 0.02,
    };
    let houses = (ownership.houses as f32).ln_1p();
    let length = (features.tokens as f32 / 10.0).ln_1p();
    // Readers already know a passage that recurs over months.
    let rarity = 1.0 / (1.0 + (features.spread as f32 / 90.0)).ln_1p().max(1.0);
    worth * sureness * houses * length * rarity
}
