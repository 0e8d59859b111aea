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

/// Asks the system for larger pages where these values, which are read all over, will be written:
/// fewer of the addresses of its pages have to be looked up. A hint without effect on results.
pub(crate) fn prefer_large_pages<T>(values: &mut Vec<T>) {
    #[cfg(target_os = "linux")]
    {
        use rustix::mm::{Advice, madvise};
        /// Fewest bytes for which larger pages are asked for: several of them.
        const LARGE_BYTES: usize = 8 << 20;
        const PAGE: usize = 4096;
        let room = values.capacity() * size_of::<T>();
        let start = values.as_mut_ptr().cast::<u8>();
        let first = start.align_offset(PAGE);
        if room < LARGE_BYTES || first > room {
            return;
        }
        let whole = (room - first) / PAGE * PAGE;
        // SAFETY: the pages are within what the vector owns, and the advice neither changes nor
        // frees what is in them.
        unsafe { madvise(start.add(first).cast(), whole, Advice::LinuxHugepage) }.ok();
    }
    #[cfg(not(target_os = "linux"))]
    let _ = values;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_same_on_larger_pages() {
        for count in [0, 1, 5000, if cfg!(miri) { 6000 } else { 3 << 20 }] {
            let mut values = Vec::with_capacity(count);
            prefer_large_pages(&mut values);
            values.extend(0..count);
            prefer_large_pages(&mut values);
            assert!(values.iter().copied().eq(0..count));
        }
    }
}
