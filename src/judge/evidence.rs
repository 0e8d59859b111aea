//! The evidence for a verdict, as records state it.
//!
//! Made by `kind` once for each family, kept in the verdict, handed on by record, and turned into
//! text by the writer of an output format. Invariant: as text, a piece of evidence is its name and
//! its value with one space between, and no name holds a space.

use serde::{Serialize, Serializer};
use std::fmt::{self, Display, Formatter, Write as _};
use std::sync::Arc;

/// One piece of evidence: a name and a value. `docs/kinds.md` explains the names.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What was seen, as `quoted` or `documents`.
    pub name: &'static str,
    /// How much of it.
    pub value: EvidenceValue,
}

/// The value of a piece of evidence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EvidenceValue {
    /// A share, from 0 to 1; two decimals as text.
    Share(f32),
    /// A count.
    Count(u32),
    /// What all documents have in common: `outlet` or `house`.
    Common(&'static str),
    /// Who is credited, and the share of the places that do so.
    Credit {
        /// Name of the agency or outlet.
        name: Arc<str>,
        /// Share of the places.
        share: f32,
    },
}

impl Evidence {
    /// All documents are of one outlet.
    pub const ONE_OUTLET: Self = Self::of("one", EvidenceValue::Common("outlet"));
    /// All documents are of one house.
    pub const ONE_HOUSE: Self = Self::of("one", EvidenceValue::Common("house"));

    /// A name and a value.
    #[must_use]
    pub const fn of(name: &'static str, value: EvidenceValue) -> Self {
        Self { name, value }
    }

    /// A share.
    #[must_use]
    pub const fn share(name: &'static str, share: f32) -> Self {
        Self::of(name, EvidenceValue::Share(share))
    }

    /// A count.
    #[must_use]
    pub const fn count(name: &'static str, count: u32) -> Self {
        Self::of(name, EvidenceValue::Count(count))
    }

    /// A list of evidence as one text.
    #[must_use]
    pub fn join(list: &[Self], separator: &str) -> String {
        let mut text = String::new();
        for (n, evidence) in list.iter().enumerate() {
            if n > 0 {
                text.push_str(separator);
            }
            // Writing to a string cannot fail.
            write!(text, "{evidence}").ok();
        }
        text
    }
}

impl Display for Evidence {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        f.write_char(' ')?;
        match &self.value {
            EvidenceValue::Share(share) => two_decimals(*share, f),
            EvidenceValue::Count(count) => count.fmt(f),
            EvidenceValue::Common(what) => f.write_str(what),
            EvidenceValue::Credit { name, share } => {
                f.write_str(name)?;
                f.write_char(' ')?;
                two_decimals(*share, f)
            }
        }
    }
}

impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A share with two decimals, as `{:.2}` has it. Pairs have several each, and the general way is
/// most of the cost of writing them. The product of 24 and 7 bits fits a double, so nothing is lost
/// before rounding.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number from 0 to 100"
)]
fn two_decimals(share: f32, f: &mut Formatter<'_>) -> fmt::Result {
    let hundredths = (f64::from(share) * 100.0).round_ties_even();
    if !(0.0..=100.0).contains(&hundredths) {
        return write!(f, "{share:.2}");
    }
    let hundredths = hundredths as u8;
    let digit = |value: u8| char::from(b'0' + value % 10);
    f.write_char(digit(hundredths / 100))?;
    f.write_char('.')?;
    f.write_char(digit(hundredths / 10))?;
    f.write_char(digit(hundredths))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn evidence_is_a_name_and_a_value() {
        let credit = EvidenceValue::Credit { name: "Bay Herald".into(), share: 0.5 };
        let list = [
            Evidence::share("quoted", 0.98),
            Evidence::count("documents", 12_345),
            Evidence::ONE_HOUSE,
            Evidence::of("credit", credit),
        ];
        let text = "quoted 0.98; documents 12345; one house; credit Bay Herald 0.50";
        assert_eq!(Evidence::join(&list, "; "), text);
        assert_eq!(Evidence::join(&[], "; "), "");
        let json = serde_json::to_string(&[Evidence::ONE_OUTLET]).unwrap();
        assert_eq!(json, "[\"one outlet\"]");
    }

    fn assert_two_decimals(share: f32) {
        assert_eq!(Evidence::share("x", share).to_string(), format!("x {share:.2}"));
    }

    #[test]
    fn shares_have_two_decimals() {
        // Ties such as 0.125 among them, and what is no share.
        for n in 0..=1_000_u16 {
            assert_two_decimals(f32::from(n) / 1_000.0);
            assert_two_decimals(f32::from(n) / 1_024.0);
        }
        for odd in [-1.0, 1.25, 1e9, f32::NAN, f32::INFINITY] {
            assert_two_decimals(odd);
        }
    }

    proptest! {
        #[test]
        fn any_share_has_two_decimals(share in 0_f32..=1.01) {
            assert_two_decimals(share);
        }
    }
}
