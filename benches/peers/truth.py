#!/usr/bin/env python3
"""Exact similar pairs of a file: Jaccard of the sets of word 5-shingles (`\\w+`, lower-cased).

    truth.py INPUT.jsonl OUT.tsv [--least 0.4]

An exact prefix join, independent of the code under test: with its shingles sorted from rare to frequent, a document must
share one of its first n - ceil(J n) + 1 with every document of similarity J. OUT has the columns doc_a,
doc_b, jaccard. Needs numpy.
"""
import argparse
import json
import math
import re
from collections import defaultdict

import numpy as np

WORDS = re.compile(r"\w+").findall
K, ODD = 5, np.uint64(0x9E3779B97F4A7C15)


def mixed(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def shingles(text, numbers):
    """The set of shingles of a text, sorted; of fewer than five words one over all."""
    words = WORDS(text.lower())
    if not words:
        return np.empty(0, np.uint64)
    tokens = mixed(np.fromiter((numbers.setdefault(w, len(numbers) + 1) for w in words), np.uint64, len(words)))
    k = min(K, len(words))
    total = np.full(len(words) - k + 1, np.uint64(k))
    for i in range(k):
        total = mixed(total * ODD + tokens[i:len(tokens) - k + 1 + i])
    return np.unique(total)


def join(sets, least):
    every, count = np.unique(np.concatenate(sets), return_counts=True)
    order = np.empty(len(every), np.int64)
    order[np.lexsort((every, count))] = np.arange(len(every))
    ranked = [np.sort(order[np.searchsorted(every, s)]) for s in sets]
    # Shingles of one document come first in the order and can match nothing.
    alone = int((count == 1).sum())
    postings = defaultdict(list)
    for n in sorted(range(len(sets)), key=lambda n: len(ranked[n])):
        mine = ranked[n]
        size = len(mine)
        prefix = mine[:size - math.ceil(least * size - 1e-9) + 1]
        seen = set()
        for shingle in prefix[np.searchsorted(prefix, alone):].tolist():
            seen.update(m for m in postings[shingle] if len(ranked[m]) >= least * size - 1e-9)
            postings[shingle].append(n)
        for m in sorted(seen):
            shared = len(np.intersect1d(mine, ranked[m], assume_unique=True))
            jaccard = shared / (size + len(ranked[m]) - shared)
            if jaccard >= least:
                yield min(m, n), max(m, n), jaccard


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("input"), p.add_argument("out"), p.add_argument("--least", type=float, default=0.4)
    a = p.parse_args()
    ids, sets, numbers = [], [], {}
    with open(a.input, encoding="utf-8") as lines:
        for line in lines:
            d = json.loads(line)
            found = shingles(d["text"], numbers)
            if len(found):
                ids.append(d["id"])
                sets.append(found)
    with open(a.out, "w", encoding="utf-8") as out:
        out.write("doc_a\tdoc_b\tjaccard\n")
        for x, y, jaccard in sorted(join(sets, a.least)):
            out.write(f"{ids[x]}\t{ids[y]}\t{jaccard:.6f}\n")


if __name__ == "__main__":
    main()
