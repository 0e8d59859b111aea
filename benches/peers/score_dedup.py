#!/usr/bin/env python3
"""Scores what a run of dedup found against the exact pairs; prints JSON.

    score_dedup.py TRUTH.tsv OUT --threshold T [--slack S]

OUT holds pairs.tsv, or pairs.jsonl (wirecopy's), or clusters.tsv. Pairs: those named, or all pairs of a cluster. Documents: a
document is rightly called a duplicate if another is similar to it at the threshold. Pairs within --slack of the threshold
count neither way, so that no tool is penalised for splitting words differently.
"""
import argparse
import json
from itertools import combinations
from pathlib import Path


def pair(a, b):
    return (a, b) if a <= b else (b, a)


def found_pairs(out):
    """Pairs of a run, and whether they came from clusters."""
    if (out / "pairs.tsv").exists():
        return {pair(*line.rstrip("\n").split("\t")) for line in open(out / "pairs.tsv", encoding="utf-8")}, False
    if (out / "pairs.jsonl").exists():
        rows = map(json.loads, open(out / "pairs.jsonl", encoding="utf-8"))
        return {pair(d["a"], d["b"]) for d in rows}, False
    members = {}
    for line in open(out / "clusters.tsv", encoding="utf-8"):
        i, cluster = line.rstrip("\n").split("\t")
        members.setdefault(cluster, []).append(i)
    return {pair(a, b) for m in members.values() for a, b in combinations(m, 2)}, True


def rates(true, found, either):
    hit = len(found & true)
    wrong = len(found - true - either)
    return {"true": len(true), "found": len(found), "recall": round(hit / len(true), 5) if true else 1.0,
            "precision": round(hit / (hit + wrong), 5) if hit + wrong else 1.0}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("truth"), p.add_argument("out", type=Path)
    p.add_argument("--threshold", type=float, required=True), p.add_argument("--slack", type=float, default=0.02)
    a = p.parse_args()
    with open(a.truth, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines][1:]
    value = {pair(x, y): float(j) for x, y, j in rows}
    found, clustered = found_pairs(a.out)

    def score(slack):
        true = {k for k, v in value.items() if v >= a.threshold + slack}
        either = {k for k, v in value.items() if abs(v - a.threshold) <= slack} - true if slack else set()
        docs = [{d for p in side for d in p} for side in (true, found, either)]
        return {"pairs": rates(true, found - either, either), "documents": rates(docs[0], docs[1], docs[2])}
    print(json.dumps({"from_clusters": clustered, "exact": score(0), "off_the_edge": score(a.slack)}))


main()
