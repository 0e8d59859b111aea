//! The instruction sets that kernels exist for, and the choice among them.

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
