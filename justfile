# The quick part of .ci/run
check: lint test

# All tests
test:
    cargo test --release

# The unit tests again, with overflow checks and debug assertions
checked:
    cargo test -p wirecopy --lib

# The HTML report in Chromium (installs what it needs; FILES: some of tests/browser)
browser *FILES:
    scripts/browser_tests.sh {{FILES}}

# The wheel on other Pythons, with what there is newest for them (PYTHONS: python3.10 python3.13)
python-versions *PYTHONS:
    scripts/python_versions.sh {{PYTHONS}}

# The Python package: builds it, and runs its tests (needs python3)
python:
    scripts/python_tests.sh

# Rows and records of 82,000 damaged files: each is a document, or lies where a problem says
# (WIRECOPY_SEED=N: other damage)
damage:
    cargo test --release --lib corpus::tests::damage -- --ignored --nocapture

# The search against brute force on 10,000 random corpora: no verbatim run is left out
oracle:
    cargo test --lib passage::oracle -- --ignored --nocapture

# Every two of 5,000 documents that `dedup --measure coverage` keeps, aligned (needs the corpora; a
# few minutes)
kept:
    cargo test --release --lib no_two_kept_documents_of_corpora -- --ignored --nocapture

# Hashes of the report's style and script, after a change of either
hashes:
    WIRECOPY_BLESS=1 cargo test --release --lib hashes_in_the_policy

# Format and lints
lint:
    cargo fmt --check
    cargo clippy --workspace --all-targets -- -D warnings

# Reference of the library
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc -p wirecopy --no-deps

# Licences, sources and bans of the dependencies (needs cargo-deny)
deny:
    cargo deny check bans licenses sources

# Everything, recorded in benches/runs, and docs/benchmarks.md built from the record: an hour or two
# on 2 cores, most of it for the slow peers (needs python3, and the corpora for the comparisons)
bench *FLAGS:
    python3 benches/record.py run {{FLAGS}}
    python3 benches/record.py docs

# Instructions, whole runs and the fastest peer on a small file: under five minutes once built
bench-quick:
    python3 benches/record.py run --quick

# Speed of the stages, about 2 minutes (FILTER: part of a name, such as tokenise/)
bench-stages FILTER='':
    cargo bench --bench stages -- {{FILTER}}

# Instructions of the hot stages against the stored counts (needs valgrind)
instructions:
    cargo bench --bench instructions

# Stores the counts; the commit should say why
instructions-bless:
    WIRECOPY_BLESS=1 cargo bench --bench instructions

# Line coverage (needs cargo-llvm-cov)
coverage:
    cargo llvm-cov --html

# Do the tests notice broken code? (needs cargo-mutants)
mutants:
    cargo mutants --file 'src/text/**' --file 'src/passage/**' --file 'src/shingle.rs'

# Reading speed of every format (needs python3 and zstd; FILE: JSON Lines)
bench-formats FILE *MORE:
    cargo build --release
    python3 benches/formats.py {{FILE}} {{MORE}}

# Loads our output with pyarrow and DuckDB (installs them into target/venv)
check-parquet *MORE:
    scripts/check_parquet.sh {{MORE}}

# Kills and disturbs scan and dedup at every system call of small runs (Linux on x86_64)
crash:
    WIRECOPY_CRASH=all cargo test --release -p wirecopy-cli --test integration -- --nocapture --test-threads 2 a_kill_at_any_system_call an_error_at_any_write

# Tests of inputs in object stores, in a build with that feature
object-store:
    cargo clippy -p wirecopy-cli --all-targets --features object-store -- -D warnings
    cargo test --release -p wirecopy-cli --features object-store --test integration remote

# Writes docs/cli.md from --help
cli-docs:
    WIRECOPY_BLESS=1 cargo test -p wirecopy-cli --test integration reference_page

# Time to add FILE (JSON Lines) to an index and to ask it, with 1, 4 and 16 segments
bench-index FILE QUERIES='200':
    cargo bench --bench index -- {{FILE}} {{QUERIES}}

# Every byte of a small index changed, every length cut: some minutes on two cores
damage-index:
    cargo test --release -p wirecopy --lib -- --ignored every_damage_is_named

# Speed, memory and growth of scan compared with `wc -w` (needs python3; FILE: JSON Lines)
bench-scan FILE *MORE:
    cargo build --release
    python3 benches/scan.py {{FILE}} {{MORE}}

# Fuzzes one target (tokenize, shingle, chain, jsonl, decode) for some seconds from the kept inputs
# (needs nightly and cargo-fuzz)
fuzz TARGET SECONDS="60":
    mkdir -p fuzz/found/{{TARGET}}
    cargo +nightly fuzz run --fuzz-dir fuzz {{TARGET}} fuzz/found/{{TARGET}} fuzz/corpus/{{TARGET}} -- -max_total_time={{SECONDS}} -timeout=30 -rss_limit_mb=4096

# Grows the forest that weighs blocks of web pages anew, on pages whose text is known
# (benches/pages/README.md; needs python3 with numpy and scikit-learn)
grow-forest PAGES:
    WIRECOPY_PAGES={{PAGES}} cargo test --release --lib blocks_of_pages -- --ignored
    benches/pages/grow.py {{PAGES}} src/corpus/format/html/forest.txt

# Keeps a minimal set of the kept and found inputs with the same coverage; the tests run them
fuzz-keep TARGET:
    cp -n fuzz/found/{{TARGET}}/* fuzz/corpus/{{TARGET}}/
    cargo +nightly fuzz cmin --fuzz-dir fuzz {{TARGET}}

# Are holders of a viral passage lost? (2 to 100 outlets, cut and edited; about a minute)
viral:
    cargo test --release --lib twenty_draws -- --ignored --nocapture

# The articles that the sources of two corpora have besides, for `calibrate` (needs the corpora)
rest:
    git clone --quiet --bare https://github.com/ramybaly/Article-Bias-Prediction target/rest/news.git
    git clone --quiet --bare https://github.com/SpitfireX/insm-reuse target/rest/german.git
    python3 benches/truth/rest.py "${WIRECOPY_CORPORA:-../shared/corpora}" \
        target/rest/news.git target/rest/german.git target/rest

# How sure each kind is, fitted anew on all labels but those of `fresh24`, on which the fit is then
# checked (needs the corpora and `just rest`; about five minutes)
calibrate:
    #!/usr/bin/env bash
    set -euo pipefail
    cargo test --release --lib calibration -- --ignored
    for run in german edits senate german_edits; do
        cp "target/calibration/$run.tsv" "target/calibration/${run}_more.tsv"
    done
    python3 benches/truth/calibrate.py target/calibration \
        --check fresh24 --write src/judge/sureness/weights.rs \
        benches/truth/kinds_{news_dev,short,no_outlets,german,german_more,edits,senate}.tsv \
        benches/truth/kinds_{german_edits,german_whole,news_whole,reuters_whole,senate_whole}.tsv \
        benches/truth/kinds_{news_nine,german_nine,senate_long,german_long}.tsv \
        benches/truth/kinds_{news_last,german_last,senate_last,arabic}.tsv \
        benches/truth/kinds_{edits,senate,german_edits}_more.tsv \
        benches/truth/kinds_{news,german}_rest.tsv \
        benches/truth/kinds_{news,german,senate,news_rest,german_rest}_check.tsv \
        benches/truth/kinds_{senate,news,news_rest,german_rest}_fresh24.tsv

# Undefined behaviour in the pure parts (needs nightly with miri); TARGET for another byte order needs
# a C compiler for it (s390x-unknown-linux-gnu: gcc-s390x-linux-gnu). Uses tree borrows, because
# crossbeam, a dependency of rayon, violates stacked borrows.
miri TARGET="x86_64-unknown-linux-gnu":
    INSTA_WORKSPACE_ROOT="{{justfile_directory()}}" PROPTEST_CASES=4 MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-tree-borrows -Zmiri-ignore-leaks -Zmiri-permissive-provenance" cargo +nightly miri test -p wirecopy --no-default-features --lib --target {{TARGET}} -- hash:: sketch:: lsh:: text:: shingle:: verify:: components:: passage::

# Data races in the parallel pipeline (needs nightly with rust-src)
tsan:
    scripts/tsan.sh
