//! The tokens of a shard, in memory or in a file.

use crate::passage::{self, Tokens};
use crate::store::Words;
use std::ops::Range;

/// A shard whose tokens may be in a file.
pub(in crate::detect) type Shard = passage::Shard<Words>;

impl Tokens for Words {
    #[inline(always)]
    fn at(&self, range: Range<usize>) -> &[u32] {
        Words::at(self, range)
    }
}
