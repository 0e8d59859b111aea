//! Hints to the memory.

/// Asks the memory for `values[at..at + count]` ahead of use; a hint without effect on results.
#[inline(always)]
pub(crate) fn prefetch<T>(values: &[T], at: usize, count: usize) {
    #[cfg(target_arch = "x86_64")]
    for value in
        values.get(at..).unwrap_or_default().iter().take(count).step_by(64 / size_of::<T>())
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing a program can see, and the address is that of a value.
        unsafe { _mm_prefetch(std::ptr::from_ref(value).cast(), _MM_HINT_T0) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, at, count);
}
