#!/usr/bin/env bash
# Tests of the HTML report in Chromium. Installs what they need: Chromium from Debian (as root),
# playwright-core and axe-core from npm. Prints a line and skips the tests if that is not possible.
#
#   scripts/browser_tests.sh [FILE..]     all tests, or some files of tests/browser
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
    printf 'SKIPPED: tests of the HTML report in a browser: %s\n' "$1"
    exit 0
}

chromium=${CHROMIUM:-/usr/bin/chromium}
if [ ! -x "$chromium" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium || true
fi
[ -x "$chromium" ] || skip "there is no $chromium"
command -v node >/dev/null || skip "there is no node"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || skip "node is older than 20"
command -v npm >/dev/null || skip "there is no npm"

if ! (cd tests/browser && npm ci --no-audit --no-fund --silent); then
    skip "the npm packages cannot be had"
fi
# The program that writes the pages: WIRECOPY, or one built now.
[ -x "${WIRECOPY:-}" ] || cargo build --release --quiet
target=${CARGO_TARGET_DIR:-target}
export WIRECOPY="${WIRECOPY:-$(realpath "$target")/release/wirecopy}"
cd tests/browser
exec node --test --test-concurrency=1 --test-reporter=spec ${@+"$@"}
