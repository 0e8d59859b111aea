//! The vector kernels: byte classes of a text as bit masks, places of JSON marks, lane minima.
//!
//! The only module with `unsafe` code. Feeds corpus (marks), text (masks) and sketch (lanes). Each
//! kernel has a plain twin; the processor is asked once which to use (AVX-512, AVX2, else the
//! twin), and tests hold that all agree.
//! Invariant: results depend on the input alone, never on the kernel that made them.

#![expect(unsafe_code, reason = "vector instructions; every block says why it is sound")]

mod lanes;
mod marks;
mod masks;

pub(crate) use lanes::{LANES, equal_bytes, least_products};
pub use marks::Marks;
pub(crate) use masks::{BLOCK, Masks};

/// Instruction sets a kernel exists for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// No vector instructions.
    Plain,
    /// 32 bytes at a time.
    Avx2,
    /// 64 bytes at a time, compares straight into mask registers.
    Avx512,
}

impl Kernel {
    /// The best kernel of this processor.
    #[must_use]
    pub fn best() -> Self {
        static BEST: std::sync::OnceLock<Kernel> = std::sync::OnceLock::new();
        *BEST.get_or_init(|| Self::all().last().copied().unwrap_or(Self::Plain))
    }

    /// Every kernel that runs on this processor, slowest first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut kernels = vec![Self::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx2") {
                kernels.push(Self::Avx2);
            }
            if std::arch::is_x86_feature_detected!("avx512bw") {
                kernels.push(Self::Avx512);
            }
        }
        kernels
    }
}

/// Asks the memory for `values[at..at + count]` ahead of use; a hint without effect on results.
#[inline(always)]
pub(crate) fn prefetch(values: &[u32], at: usize, count: usize) {
    #[cfg(target_arch = "x86_64")]
    for value in values.get(at..).unwrap_or_default().iter().take(count).step_by(16) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing a program can see, and the address is that of a value.
        unsafe { _mm_prefetch(std::ptr::from_ref(value).cast(), _MM_HINT_T0) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, at, count);
}
