//! Buffers that wait to be used again, so that reading allocates once a worker and not once a
//! block.

use std::sync::{Mutex, PoisonError};

/// Buffers waiting to be used again.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Vec<Vec<u8>>>);

impl Pool {
    /// An empty buffer, with room if one was given back.
    pub(super) fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes a buffer back; what a giant record has blown up is freed instead.
    pub(super) fn give(&self, mut buffer: Vec<u8>, block_bytes: usize) {
        if buffer.capacity() == 0 || buffer.capacity() > block_bytes.saturating_mul(2) {
            return;
        }
        buffer.clear();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}
