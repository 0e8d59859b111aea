#!/usr/bin/env bash
# ThreadSanitizer on the parallel pipeline: the library's tests of detect, passage and lsh, the
# tests that run the program with several threads, and runs over the bundled sample. Needs nightly
# with rust-src. A report ends the process with status 66, so its output need not be read.
set -euo pipefail
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
export RUSTFLAGS="-Zsanitizer=thread" RUSTDOCFLAGS="-Zsanitizer=thread"
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
export PROPTEST_CASES=${PROPTEST_CASES:-8}
cargo=(cargo +nightly)
flags=(-Zbuild-std --target "$target" --release)

"${cargo[@]}" test "${flags[@]}" -p wirecopy --lib -- detect:: passage:: lsh::
"${cargo[@]}" test "${flags[@]}" -p wirecopy --test integration -- budget::
"${cargo[@]}" test "${flags[@]}" -p wirecopy-cli --test integration -- determinism:: \
    dedup::threads_and_memory dedup::the_order_of_the_input

"${cargo[@]}" build "${flags[@]}"
wirecopy=${CARGO_TARGET_DIR:-target}/$target/release/wirecopy
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for memory in "" "--memory 4KiB"; do
    # shellcheck disable=SC2086
    "$wirecopy" scan examples/articles.jsonl --threads 4 -q -o "$out/pairs.jsonl" $memory
    # shellcheck disable=SC2086
    "$wirecopy" dedup examples/articles.jsonl --threads 4 -q -o "$out/clean" --force $memory
    "$wirecopy" scan examples/articles --threads 4 -q --format html -o "$out/report.html"
done
echo "no report"
