#!/usr/bin/env bash
# The wheel on other Pythons: builds it once as it is published, installs it into a folder of its own
# under target/ for each of them, with the newest pyarrow, polars, DuckDB and pandas that there are for
# it, and runs the tests that need no engine. The wheel is one for all (abi3), so none is built twice.
#
#   scripts/python_versions.sh python3.10 python3.13    each a program of that name or a path
#   WHEEL=FILE scripts/python_versions.sh …             of a wheel that is there
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- python3.10 python3.13

builder=$PWD/target/python-builder
if [ -z "${WHEEL:-}" ]; then
    [ -x "$builder/bin/python" ] || python3 -m venv "$builder"
    "$builder/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2'
    rm -rf target/wheels
    (cd python && "$builder/bin/maturin" build --quiet --release --out ../target/wheels)
    WHEEL=$(echo target/wheels/*.whl)
fi
WHEEL=$(realpath "$WHEEL")
tests=$PWD/python/tests
for python in "$@"; do
    if ! command -v "$python" >/dev/null; then
        echo "$python is missing: not tested"
        continue
    fi
    name=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
    venv=$PWD/target/python-$name
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check \
        pytest pyarrow pandas polars duckdb tqdm typing-extensions
    "$venv/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps "$WHEEL"
    "$venv/bin/python" - "$name" <<'END'
import importlib.metadata as metadata, sys, wirecopy
names = ("wirecopy", "pyarrow", "pandas", "polars", "duckdb")
assert "site-packages" in wirecopy.__file__, wirecopy.__file__
print("Python", sys.argv[1], *(f"{name} {metadata.version(name)}" for name in names))
END
    # From elsewhere, so that the package that is installed is tested and not the source.
    (cd "$venv" && bin/python -m pytest -q -c /dev/null --rootdir "$tests" -p no:cacheprovider \
        "$tests"/test_{inputs,results,index,batch,runs}.py)
done
