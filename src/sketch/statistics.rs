//! Statistics of the estimator: bias and variance against the formula and the textbook.

use super::estimate::estimate;
use super::minhash::Sketcher;
use crate::hash::mix;

/// Lanes of the signatures.
const LANES: usize = 128;

/// The textbook's signature: lane `i` keeps the least of
/// `(a_i x + b_i) mod p` over all shingles, with `p = 2^61 - 1` and `a_i`, `b_i` from `seed`
/// (Broder, Charikar, Frieze, Mitzenmacher, "Min-wise independent permutations", STOC 1998).
fn textbook(shingles: &[u64], lanes: usize, seed: u64) -> Vec<u64> {
    const PRIME: u64 = (1 << 61) - 1;
    let modulo = |value: u128| u64::try_from(value % u128::from(PRIME)).unwrap_or(PRIME);
    let lane = |i: u64| {
        let a = mix(seed ^ mix(2 * i)) % (PRIME - 1) + 1;
        let b = mix(seed ^ mix(2 * i + 1)) % PRIME;
        let value = |&x: &u64| modulo(u128::from(a) * u128::from(x % PRIME) + u128::from(b));
        shingles.iter().map(value).min().unwrap_or(u64::MAX)
    };
    (0..lanes as u64).map(lane).collect()
}

/// Mean and variance of a sample.
fn moments(sample: &[f64]) -> (f64, f64) {
    let count = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / count;
    (mean, sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0))
}

/// Two sets of which `shared` of `union` elements are common; the elements of every trial differ.
fn sets(union: usize, shared: usize, trial: u64) -> (Vec<u64>, Vec<u64>) {
    let element = |i: usize| mix(mix(trial) ^ i as u64);
    let alone = (union - shared) / 2;
    let a = (0..shared + alone).map(element).collect();
    let b = (0..shared).chain(shared + alone..union).map(element).collect();
    (a, b)
}

/// So many trials, or what a slower build does in the time.
fn trials(optimised: u64) -> u64 {
    if cfg!(miri) {
        optimised / 5_000 + 4
    } else if cfg!(debug_assertions) {
        optimised / 10
    } else {
        optimised
    }
}

/// Standard errors by which a mean of so many trials may be off.
const ERRORS: f64 = 4.5;

#[test]
#[cfg_attr(miri, ignore = "the variance of a dozen trials says nothing")]
fn the_estimate_is_unbiased_and_its_variance_at_most_binomial() {
    let trials = trials(40_000);
    let mut sketcher = Sketcher::new(LANES).unwrap();
    for union in [60, 150, 400, 1000, 2000] {
        for shared in [union / 2, union * 4 / 5] {
            let estimates: Vec<f64> = (0..trials)
                .map(|trial| {
                    let (a, b) = sets(union, shared, trial);
                    estimate(&sketcher.sketch(&a), &sketcher.sketch(&b))
                })
                .collect();
            let jaccard = shared as f64 / union as f64;
            let binomial = jaccard * (1.0 - jaccard) / LANES as f64;
            let (mean, variance) = moments(&estimates);
            let (bias, ratio) = (mean - jaccard, variance / binomial);
            println!("n {union}, J {jaccard:.2}: bias {bias:+.5}, variance ratio {ratio:.3}");
            let error = (binomial / trials as f64).sqrt();
            assert!(bias.abs() < 0.002_f64.max(ERRORS * error), "n {union}: bias {bias}");
            // The ratio's own standard error is sqrt(2 / trials).
            let most = 1.0 + ERRORS * (2.0 / trials as f64).sqrt();
            assert!(ratio <= most, "n {union}: variance ratio {ratio}");
        }
    }
}

#[test]
fn lanes_agree_as_often_as_those_of_the_textbook() {
    let (union, shared, trials) = (150, 105, trials(2_000));
    let mut sketcher = Sketcher::new(LANES).unwrap();
    let (mut own, mut reference) = (Vec::new(), Vec::new());
    for trial in 0..trials {
        let (a, b) = sets(union, shared, trial + 1_000_000);
        own.push(estimate(&sketcher.sketch(&a), &sketcher.sketch(&b)));
        let (a, b) = (textbook(&a, LANES, trial), textbook(&b, LANES, trial));
        let equal = a.iter().zip(&b).filter(|(a, b)| a == b).count();
        reference.push(equal as f64 / LANES as f64);
    }
    let ((own, _), (reference, variance)) = (moments(&own), moments(&reference));
    let error = (2.0 * variance / trials as f64).sqrt();
    assert!((own - reference).abs() < ERRORS * error, "{own} against {reference}");
}

#[test]
fn bands_are_found_as_the_formula_says() {
    let (bands, rows, trials) = (14, 8, trials(20_000));
    let mut sketcher = Sketcher::new(bands * rows).unwrap();
    for union in [100, 300, 1000] {
        let shared = union * 4 / 5;
        let found = (0..trials).filter(|&trial| {
            let (a, b) = sets(union, shared, trial + 7_000_000);
            let (a, b) = (sketcher.sketch(&a), sketcher.sketch(&b));
            a.lanes().chunks(rows).zip(b.lanes().chunks(rows)).any(|(a, b)| a == b)
        });
        let share = found.count() as f64 / trials as f64;
        let expected = 1.0 - (1.0 - 0.8_f64.powi(8)).powi(14);
        println!("n {union}: found {share:.4}, formula {expected:.4}");
        let (less, more) = if cfg!(miri) { (0.5, 0.5) } else { (0.01, 0.03) };
        assert!(share > expected - less && share < expected + more, "n {union}: {share}");
    }
}
