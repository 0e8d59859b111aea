"""What the peers that look for edited copies share: reading, runs of words, near pairs, writing."""
import json
import re
from pathlib import Path

WORD = re.compile(r"\w+").findall
ROWS = 1024


def read(path):
    """Ids and texts."""
    with open(path, encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [r["id"] for r in records], [r["text"] for r in records]


def shingles(text, n):
    """The runs of n words of a text; of a shorter text the whole."""
    words = WORD(text.lower())
    if len(words) < n:
        return [" ".join(words)] if words else []
    return list(map(" ".join, zip(*(words[i:] for i in range(n)))))


def near(vectors, least):
    """Pairs of rows whose product is at least so much, the lower first, by blocks of rows."""
    import numpy as np
    for start in range(0, len(vectors), ROWS):
        product = vectors[start:start + ROWS] @ vectors[start:].T
        for a, b in zip(*np.nonzero(product >= least)):
            if a < b:
                yield start + int(a), start + int(b), float(product[a, b])


def write(folder, ids, pairs):
    with open(Path(folder) / "pairs.tsv", "w", encoding="utf-8") as out:
        for a, b, similarity in pairs:
            out.write(f"{ids[a]}\t{ids[b]}\t{similarity:.4f}\n")
