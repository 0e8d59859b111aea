"""What the runs of the passage peers share: which pairs of documents, in how many processes, and the form of what is found.

These tools compare two texts at a time. They get the pairs to compare (all pairs, a stated sample of them, or those of a
table), each text is prepared once, and two processes share the pairs.
"""
import argparse
import json
import random
import sys
import time
from multiprocessing import Pool
from pathlib import Path


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("input"), p.add_argument("out", type=Path)
    p.add_argument("--pairs", help="table with the columns doc_a and doc_b: compare these")
    p.add_argument("--sample", type=int, default=0, help="compare so many pairs drawn from all")
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    return a


def documents(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            d = json.loads(line)
            yield d["id"], d["text"]


def wanted(a, ids):
    """Pairs of document numbers, and how many all pairs are."""
    n = len(ids)
    every = n * (n - 1) // 2
    if a.pairs:
        number = {i: k for k, i in enumerate(ids)}
        with open(a.pairs, encoding="utf-8") as lines:
            names = lines.readline().rstrip("\n").split("\t")
            at = names.index("doc_a"), names.index("doc_b")
            rows = [line.rstrip("\n").split("\t") for line in lines]
        pairs = {tuple(sorted((number[r[at[0]]], number[r[at[1]]]))) for r in rows}
        return sorted(p for p in pairs if p[0] != p[1]), every
    if a.sample and a.sample < every:
        rng = random.Random(1)
        pairs = {tuple(sorted(rng.sample(range(n), 2))) for _ in range(a.sample)}
        return sorted(pairs), every
    return [(i, j) for i in range(n) for j in range(i + 1, n)], every


class Work:
    """Documents prepared in this process, and the comparison of two of them."""
    prepared = {}
    texts = []
    prepare = None
    compare = None


def batch(pairs):
    """Spans found in some pairs: number of a, number of b, start and end in a, in b (code points)."""
    found, failed = [], 0
    for i, j in pairs:
        for n in (i, j):
            if n not in Work.prepared:
                try:
                    Work.prepared[n] = Work.prepare(Work.texts[n])
                except Exception:  # A text the tool cannot read is a failure of each of its pairs.
                    Work.prepared[n] = None
        if Work.prepared[i] is None or Work.prepared[j] is None:
            failed += 1
            continue
        try:
            found += [(i, j, *spans) for spans in Work.compare(Work.prepared[i], Work.prepared[j])]
        except (IndexError, RecursionError, ValueError, ZeroDivisionError):
            failed += 1
    return found, failed


def run(prepare, compare):
    a = arguments()
    ids, Work.texts = map(list, zip(*documents(a.input)))
    Work.prepare, Work.compare = prepare, compare
    pairs, every = wanted(a, ids)
    size = max(1, min(2000, len(pairs) // (4 * a.threads) or 1))
    start, failed = time.perf_counter(), 0
    with Pool(a.threads) as pool, open(a.out / "found.jsonl", "w", encoding="utf-8") as out:
        for found, bad in pool.imap(batch, (pairs[n:n + size] for n in range(0, len(pairs), size))):
            failed += bad
            for i, j, s, e, t, u in found:
                out.write(json.dumps({"a": {"id": ids[i], "char_start": int(s), "char_end": int(e)},
                                      "b": {"id": ids[j], "char_start": int(t), "char_end": int(u)}}) + "\n")
    note = {"compared": len(pairs), "all_pairs": every, "failed_pairs": failed,
            "compare_s": round(time.perf_counter() - start, 3)}
    (a.out / "note.json").write_text(json.dumps(note))
    print(note, file=sys.stderr)
