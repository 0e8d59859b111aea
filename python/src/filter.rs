//! Which texts a task may have to send on: a set that can be shipped to every task.
//!
//! Made by the driver from the numbers of the texts that have candidates or copies, used by
//! `batch::sets`. Invariant: a text that was put in is always found; of others one in some hundreds
//! is found too, and dropped where texts and components meet.

use crate::batch::{numbers, whole};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Bits for each text.
const BITS: usize = 12;
/// Bits that each text sets.
const PROBES: u64 = 6;

/// A Bloom filter (Bloom, 1970) of numbers of texts, which are hashes already.
#[pyclass(frozen, module = "wirecopy._wirecopy")]
#[derive(Debug)]
pub(crate) struct TextFilter {
    words: Vec<u64>,
}

#[pymethods]
impl TextFilter {
    /// The filter of the column `text` of a table.
    #[new]
    fn new(input: &Bound<'_, PyAny>) -> PyResult<Self> {
        let batch = whole(input)?;
        let texts = numbers(&batch, "text")?;
        let mut words = vec![0; (texts.values().len() * BITS).div_ceil(64).max(1)];
        for &text in texts.values() {
            for (word, bit) in places(text, words.len()) {
                words[word] |= bit;
            }
        }
        Ok(Self { words })
    }

    /// The filter that `to_bytes` wrote.
    #[staticmethod]
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self {
            words: bytes.as_chunks::<8>().0.iter().map(|&word| u64::from_le_bytes(word)).collect(),
        }
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes: Vec<u8> = self.words.iter().flat_map(|word| word.to_le_bytes()).collect();
        PyBytes::new(py, &bytes)
    }

    fn __contains__(&self, text: i64) -> bool {
        self.may_hold(text)
    }
}

impl TextFilter {
    pub(crate) fn may_hold(&self, text: i64) -> bool {
        let set =
            |(word, bit): (usize, u64)| self.words.get(word).is_some_and(|own| own & bit != 0);
        places(text, self.words.len()).all(set)
    }
}

/// The bits of a text: word and mask of each.
fn places(text: i64, words: usize) -> impl Iterator<Item = (usize, u64)> {
    let hash = wirecopy::hash::mix(text.cast_unsigned());
    let step = wirecopy::hash::mix(hash) | 1;
    (0..PROBES).map(move |n| {
        let place = hash.wrapping_add(n.wrapping_mul(step));
        let word = (u128::from(place) * words as u128) >> 64;
        (usize::try_from(word).unwrap_or(0), 1 << (place & 63))
    })
}
