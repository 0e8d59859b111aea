"""difflib of the Python library: equal runs of eight or more words, in lower case."""
import re
from difflib import SequenceMatcher

import common

WORD = re.compile(r"\w+")
LEAST = 8


def prepare(text):
    found = list(WORD.finditer(text))
    return [m.group().lower() for m in found], [m.span() for m in found]


def compare(a, b):
    blocks = SequenceMatcher(None, a[0], b[0], autojunk=False).get_matching_blocks()
    return [(a[1][i][0], a[1][i + n - 1][1], b[1][j][0], b[1][j + n - 1][1]) for i, j, n in blocks if n >= LEAST]


if __name__ == "__main__":
    common.run(prepare, compare)
