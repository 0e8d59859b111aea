#!/usr/bin/env python3
"""Writes one article that holds runs nested in each other, with an article for each pair of runs.

nested.py DEPTH [COPIES] > nested.jsonl: the innermost run is a repeat as it is, every other one only
after what lies between its two halves is cut, so the repeats come to light one round after the other.
"""
import json
import random
import sys

SOUNDS = ["ba", "de", "fi", "go", "lu", "ma", "ne", "ri", "so", "tu", "ka", "pe", "vi", "no", "sha", "tre"]
HALF = 30


def main():
    depth = int(sys.argv[1])
    copies = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = random.Random(20261129)
    words = ["".join(rng.choices(SOUNDS, k=rng.randint(2, 4))) for _ in range(5000)]
    # A text that repeats itself, so that the first round cuts a run whatever the search found.
    print(json.dumps({"id": "same", "text": "ba " * 200}))
    for copy in range(copies):
        inner = []
        for level in range(depth):
            left, right = rng.choices(words, k=HALF), rng.choices(words, k=HALF)
            print(json.dumps({"id": f"a{copy}-{level}", "text": " ".join(left + right) + "."}))
            inner = left + inner + right
        print(json.dumps({"id": f"nested{copy}", "text": " ".join(inner) + "."}))


main()
