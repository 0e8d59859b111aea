#!/usr/bin/env bash
# Loads what wirecopy writes with pyarrow and duckdb, which are installed from PyPI into target/venv
# unless scripts/python_tests.sh has them in its folder already. --datasets adds Hugging Face datasets
# (a larger download).
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
packages=(pyarrow duckdb)
[ "${1:-}" = --datasets ] && packages+=(datasets)
venv=target/python-venv
if ! "$venv/bin/python" -c "import $(IFS=,; echo "${packages[*]}")" 2>/dev/null; then
    venv=$target/venv
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
fi
# The program: WIRECOPY, or one built now.
[ -x "${WIRECOPY:-}" ] || cargo build --release --quiet
"$venv/bin/python" scripts/check_parquet.py --wirecopy "${WIRECOPY:-$target/release/wirecopy}"
