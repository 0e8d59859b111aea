//! Speed of every stage on one thread: `cargo bench --bench stages [-- FILTER]`
//!
//! The input is invented news, or the documents of `WIRECOPY_BENCH_FILE`. Rates are bytes of text a
//! second, or bytes of the file where a format is read or written. The tokeniser and the sketch run
//! with every kernel that the processor supports, the rest with the best one.

#![allow(clippy::unwrap_used, reason = "a measuring program")]

#[path = "material/mod.rs"]
mod material;

use criterion::{Criterion, Throughput};
use material::stages::{Setting, all};
use std::time::Duration;
use wirecopy::simd::Kernel;

/// Articles to measure on: about four megabytes.
const ARTICLES: usize = 800;

fn bench(criterion: &mut Criterion, wanted: &dyn Fn(&str) -> bool) {
    for stage in all() {
        let kernels = match stage.name.split('/').next() {
            Some("tokenise" | "sketch") => Kernel::all(),
            _ => vec![Kernel::best()],
        };
        for kernel in kernels {
            let name = if Kernel::all().len() > 1 && kernel != Kernel::best() {
                format!("{}/{kernel:?}", stage.name)
            } else {
                stage.name.clone()
            };
            if !wanted(&name) {
                continue;
            }
            let mut work = (stage.make)(Setting { kernel, articles: ARTICLES });
            let (stage, case) = name.split_once('/').unwrap();
            let mut group = criterion.benchmark_group(stage);
            group.throughput(Throughput::Bytes(work.bytes as u64));
            group.bench_function(case, |bencher| bencher.iter(|| (work.run)()));
            group.finish();
        }
    }
}

fn main() {
    // Preparing the input of stages that were filtered out would take most of the time.
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let wanted = |name: &str| filter.as_deref().is_none_or(|filter| name.contains(filter));
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    bench(&mut criterion, &wanted);
    criterion.final_summary();
}
