#!/usr/bin/env bash
# The Python package: builds it, installs it with what its tests need into a folder of its own under
# target/, runs the tests and the doctests, and checks the types. Needs python3 with venv, and Java 17
# for the tests on a Spark cluster, which are skipped without it. With
# --release the wheel is built as it is published.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v python3 >/dev/null; then
    echo "python3 is missing: tests of the Python package skipped"
    exit 0
fi
venv=$PWD/target/python-venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2' \
    'pytest>=8' 'pyarrow>=18' 'pandas>=2.2,<3' 'polars>=1.0' 'duckdb>=1.1' 'tqdm>=4.60' 'mypy>=1.10' \
    'pyright[nodejs]>=1.1' 'pyspark[connect]>=4.1,<4.2' 'pysail>=0.7' \
    'datasets>=3' 'datatrove>=0.4' 'daft>=0.7' 'ray[data]>=2.50'
export VIRTUAL_ENV=$venv PATH=$venv/bin:$PATH

cd python
maturin develop --quiet "$@"
mypy
pyright --pythonpath "$venv/bin/python" wirecopy
cd ..
# The program that results are compared with: WIRECOPY, which another build may be making, or one
# built now.
if [ -n "${WIRECOPY:-}" ]; then
    [ -x "$WIRECOPY" ] || echo "waiting for $WIRECOPY"
    until [ -x "$WIRECOPY" ]; do sleep 1; done
else
    cargo build --release --quiet
    export WIRECOPY=$(realpath "${CARGO_TARGET_DIR:-target}")/release/wirecopy
fi
cd python
exec pytest -q
