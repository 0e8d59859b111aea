#!/usr/bin/env bash
# Installs pyarrow and duckdb from PyPI into target/venv and loads with them what wirecopy writes.
# --datasets adds Hugging Face datasets (a larger download).
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${CARGO_TARGET_DIR:-target}/venv
packages=(pyarrow duckdb)
[ "${1:-}" = --datasets ] && packages+=(datasets)
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
cargo build --release --quiet
"$venv/bin/python" scripts/check_parquet.py \
    --wirecopy "${CARGO_TARGET_DIR:-target}/release/wirecopy"
