//! Which families a reader should see first.
//!
//! Feeds the order of the terminal view and of reports. A family counts the more the more
//! independent houses have it, the longer it is, and the more its kind is worth to a reader;
//! what stands everywhere for years counts less than what ran in some days.
//! `weight = kind * ln(1 + houses) * ln(1 + tokens / 10) * rarity`

use super::features::Features;
use super::kind::{Kind, Spread};

/// The weight of a family: the larger, the earlier.
pub(super) fn weight(features: &Features, spread: Spread, kind: Kind) -> f32 {
    let worth = match kind {
        Kind::Reuse => 1.0,
        Kind::Wire => 0.9,
        Kind::Quotation => 0.8,
        Kind::Internal => 0.3,
        Kind::Template => 0.1,
        Kind::Boilerplate => 0.02,
    };
    let houses = (spread.houses as f32).ln_1p();
    let length = (features.tokens as f32 / 10.0).ln_1p();
    // A passage that comes up again over months is known to its readers.
    let rarity = 1.0 / (1.0 + (features.spread as f32 / 90.0)).ln_1p().max(1.0);
    worth * houses * length * rarity
}
