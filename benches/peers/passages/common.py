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


def prepared(n):
    """A prepared document; None if the tool cannot read it."""
    if n not in Work.prepared:
        try:
            Work.prepared[n] = Work.prepare(Work.texts[n])
        except Exception:  # Whatever it is, each pair of this text has failed.
            Work.prepared[n] = None
    return Work.prepared[n]


def batch(pairs):
    """Spans found in some pairs (number of a, of b, start and end in a, in b, in code points), failures, and the seconds
    and number of preparations and comparisons."""
    found, failed, before, start = [], 0, len(Work.prepared), time.perf_counter()
    for i, j in pairs:
        prepared(i), prepared(j)
    middle = time.perf_counter()
    for i, j in pairs:
        a, b = prepared(i), prepared(j)
        try:
            found += [(i, j, *spans) for spans in Work.compare(a, b)] if a is not None and b is not None else []
            failed += a is None or b is None
        except (IndexError, RecursionError, ValueError, ZeroDivisionError):
            failed += 1
    return found, failed, (middle - start, len(Work.prepared) - before, time.perf_counter() - middle, len(pairs))


def run(prepare, compare):
    a = arguments()
    ids, Work.texts = map(list, zip(*documents(a.input)))
    Work.prepare, Work.compare = prepare, compare
    pairs, every = wanted(a, ids)
    size = max(1, min(2000, len(pairs) // (4 * a.threads) or 1))
    failed, sums = 0, [0, 0, 0, 0]
    if a.sample:
        # All are prepared before the pairs are shared out, so that the peak memory is that of a whole run.
        start = time.perf_counter()
        for n in range(len(ids)):
            prepared(n)
        sums[:2] = time.perf_counter() - start, len(ids)
    with Pool(a.threads) as pool, open(a.out / "found.jsonl", "w", encoding="utf-8") as out:
        for found, bad, spent in pool.imap(batch, (pairs[n:n + size] for n in range(0, len(pairs), size))):
            failed += bad
            sums = [x + y for x, y in zip(sums, spent)]
            for i, j, s, e, t, u in found:
                out.write(json.dumps({"a": {"id": ids[i], "char_start": int(s), "char_end": int(e)},
                                      "b": {"id": ids[j], "char_start": int(t), "char_end": int(u)}}) + "\n")
    # Every document is prepared once and all pairs are compared, shared evenly between the processes.
    all_s = (sums[0] / max(1, sums[1]) * len(ids) + sums[2] / max(1, sums[3]) * every) / a.threads
    note = {"compared": len(pairs), "all_pairs": every, "failed_pairs": failed, "estimated_s": round(all_s, 3)}
    (a.out / "note.json").write_text(json.dumps(note))
    print(note, file=sys.stderr)
