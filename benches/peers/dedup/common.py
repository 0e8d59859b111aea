"""What the runs of the peers share: arguments, reading, tokens, writing.

Every peer reads the same JSON Lines, makes sets of five words in lower case, and writes what wirecopy writes: the kept
lines (`kept.jsonl`), and either pairs (`pairs.tsv`) or clusters (`clusters.tsv`). Where a peer hands out single steps,
the way between them is the quickest found that keeps its meaning; orjson reads, the lines are kept as they are.
"""
import argparse
import re
from pathlib import Path

WORDS = re.compile(r"\w+").findall


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("input"), p.add_argument("out", type=Path)
    p.add_argument("--threshold", type=float, required=True), p.add_argument("--num-perm", type=int, required=True)
    p.add_argument("--bands", type=int, required=True), p.add_argument("--rows", type=int, required=True)
    p.add_argument("--ngram", type=int, required=True), p.add_argument("--threads", type=int, required=True)
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    return a


def records(path):
    """The id and text of each line."""
    import orjson
    with open(path, "rb") as lines:
        for line in lines:
            d = orjson.loads(line)
            yield d["id"], d["text"]


def batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def shingles(text, n):
    """The five-word runs of a text, as strings; of a shorter text the whole."""
    words = WORDS(text.lower())
    if len(words) < n:
        return [" ".join(words)] if words else []
    return list(map(" ".join, zip(*(words[i:] for i in range(n)))))


def components(count, pairs):
    """The least member of each document's component."""
    parent = list(range(count))

    def find(x):
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x
    for a, b in pairs:
        a, b = find(a), find(b)
        if a != b:
            parent[max(a, b)] = min(a, b)
    return [find(x) for x in range(count)]


def write_pairs(out, ids, pairs):
    with open(out / "pairs.tsv", "w", encoding="utf-8") as f:
        f.writelines(f"{ids[a]}\t{ids[b]}\n" for a, b in pairs)


def write_clusters(out, ids, labels):
    sizes = {}
    for label in labels:
        sizes[label] = sizes.get(label, 0) + 1
    with open(out / "clusters.tsv", "w", encoding="utf-8") as f:
        f.writelines(f"{i}\t{label}\n" for i, label in zip(ids, labels) if sizes[label] > 1)


def write_kept(path, out, labels):
    """Copies the lines of the first document of each component."""
    with open(path, "rb") as lines, open(out / "kept.jsonl", "wb") as kept:
        kept.writelines(line for n, line in enumerate(lines) if labels[n] == n)


def write_found(a, ids, pairs):
    labels = components(len(ids), pairs)
    write_pairs(a.out, ids, pairs)
    write_kept(a.input, a.out, labels)
