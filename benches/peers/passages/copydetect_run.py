"""copydetect: winnowed runs of characters, without its filters for program code; its default thresholds."""
import io
import itertools

import common
from copydetect import CodeFingerprint, compare_files

NOISE, GUARANTEE = 25, 30


def prepare(text):
    lower = text.lower()
    # Lower case may change the number of characters in a few scripts; places must stay those of the text.
    kept = lower if len(lower) == len(text) else text
    return CodeFingerprint("text", NOISE, GUARANTEE - NOISE + 1, filter=False, fp=io.StringIO(kept)), kept


def compare(a, b):
    if a[0].hashes.isdisjoint(b[0].hashes):
        return []
    _, _, (one, two) = compare_files(a[0], b[0])
    if len(one) == 0 or len(two) == 0 or len(one[0]) == 0 or len(two[0]) == 0:
        return []
    # It reports which stretches of each text are copied, not which belong together; stretches with common text do.
    found = []
    for (s, e), (t, u) in itertools.product(zip(*one), zip(*two)):
        x, y = a[1][s:e], b[1][t:u]
        if any(x[n:n + NOISE] in y for n in range(0, max(1, len(x) - NOISE + 1), 5)):
            found.append((s, e, t, u))
    return found


if __name__ == "__main__":
    common.run(prepare, compare)
