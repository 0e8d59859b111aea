#!/usr/bin/env python3
"""Fits how sure a kind is, and says how well that holds.

    calibrate.py TABLES [--check HALF,HALF..] [--write WEIGHTS] LABELS...

TABLES is the folder that the ignored test `calibration` writes (`just calibrate` runs both): one
table NAME.tsv for each run, a row a family. Each of LABELS is a file kinds_NAME.tsv of this folder;
labels of a HALF, and of what was drawn with it, are left out of the fit, which is checked on each.
For each kind that the rules give, a logistic model with a ridge says how often they are right. It
is checked by cross-validation, with families kept together that share their first outlet, and
again those of a month. Prints the reliability tables; WEIGHTS is src/judge/sureness/weights.rs.
"""
import collections
import hashlib
import math
import os
import sys

KINDS = ["quotation", "wire", "boilerplate", "template", "internal", "reuse"]
RIDGE = 2.0
FOLDS = 8
SURE = 0.8


def fold(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % FOLDS


def place(text):
    name, span = text.rsplit(":", 1)
    start, end = span.split("-")
    return name, int(start), int(end)


def rows(tables, path):
    """Families with their labels: (half, kind, label, first outlet, month, most, inputs)."""
    name = os.path.basename(path).removeprefix("kinds_").removesuffix(".tsv")
    with open(f"{tables}/{name}.tsv", encoding="utf-8") as table:
        next(table)
        families = [line.rstrip("\n").split("\t") for line in table]
    places = collections.defaultdict(list)
    for n, family in enumerate(families):
        for member in family[1].split():
            document, start, end = place(member)
            places[document].append((start, end, n))
    with open(path, encoding="utf-8") as labels:
        next(labels)
        for line in labels:
            members, half, _, label = line.rstrip("\n").split("\t")[:4]
            best = (0, None)
            for document, start, end in map(place, members.split()):
                for s, e, n in places.get(document, ()):
                    overlap = min(end, e) - max(start, s)
                    if 2 * overlap >= max(end - start, e - s):
                        best = max(best, (overlap, n), key=lambda pair: pair[0])
            if best[1] is not None:
                kind, _, outlets, month, most, *inputs = families[best[1]]
                if outlets and "|" not in outlets:
                    continue  # One outlet: internal by definition.
                most = float(most)
                first = outlets.split("|")[0] or members
                yield half, kind, label, first, month, most, [1.0, *map(float, inputs)]


def solve(matrix, vector):
    """Gaussian elimination with pivots."""
    size = len(vector)
    rows_ = [row[:] + [value] for row, value in zip(matrix, vector)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda r: abs(rows_[r][column]))
        rows_[column], rows_[pivot] = rows_[pivot], rows_[column]
        for r in range(column + 1, size):
            factor = rows_[r][column] / rows_[column][column]
            if factor:
                for k in range(column, size + 1):
                    rows_[r][k] -= factor * rows_[column][k]
    found = [0.0] * size
    for r in range(size - 1, -1, -1):
        rest = sum(rows_[r][k] * found[k] for k in range(r + 1, size))
        found[r] = (rows_[r][size] - rest) / rows_[r][r]
    return found


def probability(weights, inputs):
    total = sum(w * x for w, x in zip(weights, inputs) if x)
    return min(0.99, max(0.01, 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))))


def stated(most, weights, inputs):
    """How sure the program is."""
    return min(most, probability(weights, inputs))


def fit(samples):
    """Newton's method. The ridge leaves the bias alone; the targets are Platt's, which keep a
    kind that was never wrong from being certain."""
    size = len(samples[0][1])
    right = sum(1 for hit, _ in samples if hit)
    high = (right + 1) / (right + 2)
    low = 1 / (len(samples) - right + 2)
    weights = [0.0] * size
    for _ in range(30):
        gradient = [-RIDGE * w * (k > 0) - 1e-6 * w for k, w in enumerate(weights)]
        hessian = [[0.0] * size for _ in range(size)]
        for k in range(size):
            hessian[k][k] = RIDGE * (k > 0) + 1e-6
        for hit, inputs in samples:
            total = max(-30.0, min(30.0, sum(w * x for w, x in zip(weights, inputs))))
            p = 1 / (1 + math.exp(-total))
            error, curve = (high if hit else low) - p, max(1e-6, p * (1 - p))
            used = [k for k in range(size) if inputs[k]]
            for k in used:
                gradient[k] += error * inputs[k]
                for m in used:
                    hessian[k][m] += curve * inputs[k] * inputs[m]
        step = solve(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step)]
        if max(map(abs, step)) < 1e-6:
            break
    return weights


def validate(data, group):
    """(kind, right, probability) of every family, by models that have not seen its fold."""
    out = []
    for n in range(FOLDS):
        for kind in KINDS:
            own = [(fold(group(rest)) == n, row) for row in data
                   for k, _, *rest in [row] if k == kind]
            test = [row for is_test, row in own if is_test]
            train = [(k == l, x) for is_test, (k, l, *_, x) in own if not is_test]
            if train and test:
                weights = fit(train)
                out += [(kind, kind == l, stated(most, weights, x))
                        for _, l, *_, most, x in test]
    return out


def report(title, judged, labels):
    print(f"\n{title}")
    bins = collections.defaultdict(list)
    for _, right, p in judged:
        bins[min(9, int(p * 10))].append((right, p))
    error = 0.0
    print("stated  families  right")
    for b in sorted(bins):
        share = sum(r for r, _ in bins[b]) / len(bins[b])
        stated = sum(p for _, p in bins[b]) / len(bins[b])
        error += abs(share - stated) * len(bins[b]) / len(judged)
        print(f"{stated:6.3f} {len(bins[b]):9} {share:6.3f}")
    print(f"calibration error (10 bins) {error:.4f}")
    for kind in KINDS:
        own = [(r, p) for k, r, p in judged if k == kind]
        sure = [r for r, p in own if p >= SURE]
        right = sum(sure)
        print(f"{kind:12} judged {len(own):5}, right {sum(r for r, _ in own):5}; at {SURE} and above "
              f"{len(sure):5}, right {right / max(1, len(sure)):.3f}, "
              f"of all of the kind {right / max(1, labels[kind]):.3f}")


WEIGHTS = '''//! The weights of the models in `sureness`.
//!
//! Written by `benches/truth/calibrate.py`, which fits them; read by `sureness` alone.

use super::INPUTS;

/// For each kind, in the order of `Kind::ALL`, the bias and the weights of the inputs.
#[rustfmt::skip]
pub(super) static WEIGHTS: [[f32; INPUTS + 1]; 6] = [
%s];
'''


def rust(models):
    out = ""
    for kind in KINDS:
        out += f"    // {kind}\n    [\n"
        numbers = [f"{w:.3f}" for w in models[kind]]
        for n in range(0, len(numbers), 9):
            out += "        " + ", ".join(numbers[n:n + 9]) + ",\n"
        out += "    ],\n"
    return WEIGHTS % out


def main():
    tables, *paths = sys.argv[1:]
    options = {}
    while paths[0].startswith("--"):
        options[paths[0]] = paths[1]
        paths = paths[2:]
    every = [row for path in paths for row in rows(tables, path)]

    halves = options.get("--check", "").split(",")

    def is_reserved(row):
        return row[0].removesuffix("-drawn") in halves

    data = [row[1:] for row in every if not is_reserved(row)]
    labels = collections.Counter(label for _, label, *_ in data)
    print(f"{len(data)} families with a label: {dict(labels)}")
    report("cross-validated by outlet", validate(data, lambda rest: rest[0]), labels)
    report("cross-validated by month", validate(data, lambda rest: rest[1]), labels)
    models = {kind: fit([(k == l, x) for k, l, *_, x in data if k == kind]) for kind in KINDS}
    for half in filter(None, halves):
        own = [row[1:] for row in every if row[0].removesuffix("-drawn") == half]
        judged = [(k, k == l, stated(most, models[k], x)) for k, l, *_, most, x in own]
        report(f"checked on {half}", judged, collections.Counter(l for _, l, *_ in own))
    if "--write" in options:
        with open(options["--write"], "w", encoding="utf-8") as out:
            out.write(rust(models))


if __name__ == "__main__":
    main()
