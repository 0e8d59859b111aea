#!/usr/bin/env python3
"""Grows the forest that weighs the blocks of web pages: src/corpus/format/html/forest.txt.

    just grow-forest PAGES      or      grow.py PAGES OUT [--check]

PAGES is a folder with the pages (`*.html`) and `pages.jsonl`, one object a page:

    {"name": "a.html", "text": "the whole text of the article", "group": "publisher", "weight": 1}

Pages of one group are never both grown on and checked with. README.md here says which public
collections the kept forest was grown on. `blocks.jsonl` (the blocks of each page with their traits)
is written into PAGES by the ignored test `blocks_of_pages` of the library; --check cross-validates
over three parts of the groups instead of writing a forest.

Needs numpy and scikit-learn. The forest depends on the version of scikit-learn.
"""

import collections
import hashlib
import json
import math
import pathlib
import re
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

WORD = re.compile(r"\w+")
TREES, RATE, LEAVES = 120, 0.1, 12
# A block is text where the model is at least this sure.
SURE = 0.58
# Points are whole numbers: hundredths of log odds.
SCALE = 100
# Folds of the check.
FOLDS = 3
# A repeated text of at least so many letters is text as often as the article has it.
REPEATED = 12
# Traits by their numbers: characters of a block, and the percentage of them in links.
LENGTH, LINKED = 0, 1


def words(text):
    return WORD.findall((text or "").lower())


def grams(text):
    found = words(text)
    return collections.Counter(zip(found, found[1:], found[2:]))


def scores(truth, got):
    """Share of the 3-grams of the truth that were found, and of those found that are right."""
    a, b = grams(truth), grams(got)
    both = sum((a & b).values())
    right = both / sum(b.values()) if b else float(not a)
    return both / max(1, sum(a.values())), right


def labels(blocks, truth):
    """Share of the words of each block that are in the truth, and the number of its words."""
    known, own, found = set(grams(truth)), [], []
    for n, (text, _) in enumerate(blocks):
        more = words(text)
        found += more
        own += [n] * len(more)
    covered = np.zeros(len(found), bool)
    for at in range(len(found) - 2):
        if tuple(found[at : at + 3]) in known:
            covered[at : at + 3] = True
    sizes, hits = np.zeros(len(blocks)), np.zeros(len(blocks))
    np.add.at(sizes, np.array(own, int), 1)
    np.add.at(hits, np.array(own, int), covered)
    shares = hits / np.maximum(sizes, 1)
    drop_repeats(blocks, truth, shares, sizes)
    return shares, sizes


def drop_repeats(blocks, truth, shares, sizes):
    """Of blocks with one text only as many are text as the truth has, in the likeliest places."""
    same = collections.defaultdict(list)
    for n, (text, _) in enumerate(blocks):
        same[" ".join(words(text))].append(n)
    line = f" {' '.join(words(truth))} "

    def likely(n):
        near = [j for j in range(max(0, n - 4), min(len(blocks), n + 5)) if j != n]
        return sum((shares[j] - 0.5) * min(sizes[j], 30) for j in near)

    for text, places in same.items():
        if len(places) > 1 and len(text) > REPEATED:
            for n in sorted(places, key=likely, reverse=True)[max(1, line.count(f" {text} ")) :]:
                shares[n] = 0


def material(folder):
    """Pages with blocks, in order of their names."""
    pages = [json.loads(line) for line in open(folder / "pages.jsonl", encoding="utf-8")]
    rows = (json.loads(line) for line in open(folder / "blocks.jsonl", encoding="utf-8"))
    blocks = {row["name"]: row["blocks"] for row in rows}
    pages = [page for page in pages if blocks.get(page["name"]) and len(words(page["text"])) > 2]
    for page in pages:
        page["blocks"] = blocks[page["name"]]
    return sorted(pages, key=lambda page: page["name"])


def table(pages):
    """Traits, shares, weights, and the page of each block."""
    traits, shares, weights, owner = [], [], [], []
    for n, page in enumerate(pages):
        share, size = labels(page["blocks"], page["text"])
        whole = max(20, (size * (share > 0.5)).sum())
        traits += [traits_of for _, traits_of in page["blocks"]]
        shares.append(share)
        weights.append(np.minimum(0.3, np.maximum(size, 1) / whole) * page.get("weight", 1))
        owner += [n] * len(share)
    traits = np.array(traits, dtype=np.int32)
    return traits, np.concatenate(shares), np.concatenate(weights), np.array(owner)


def grow(traits, shares, weights, pages):
    """Blocks that are half text weigh nothing; of short links one in five is enough."""
    sure = weights * abs(2 * shares - 1)
    easy = (traits[:, LINKED] == 100) & (traits[:, LENGTH] < 60) & (shares < 0.5)
    kept = (sure > 0) & (~easy | (np.arange(len(shares)) % 5 == 0))
    sure = sure * np.where(easy, 5, 1)
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=30,
        l2_regularization=5,
        early_stopping=False,
    )
    scaled = sure[kept] * 1000 / sure.sum() * pages
    return model.fit(traits[kept], shares[kept] > 0.5, sample_weight=scaled)


def lines(model):
    """The forest as `weigh.rs` reads it; the first tree is the number of points to start with."""
    base = float(np.ravel(model._baseline_prediction)[0]) - math.log(SURE / (1 - SURE))
    yield str(round(base * SCALE))
    for (tree,) in model._predictors:
        nodes, out, todo = tree.nodes, [], [0]
        while todo:
            node = nodes[todo.pop()]
            if node["is_leaf"]:
                out.append(str(round(float(node["value"]) * SCALE)))
                continue
            out.append(f"{node['feature_idx']}<{math.floor(node['num_threshold'])}")
            todo += [node["right"], node["left"]]
        yield " ".join(out)


def check(pages):
    """Means over pages, each weighed by a forest that has seen no page of its group."""
    traits, shares, weights, owner = table(pages)
    digest = [hashlib.md5(page["group"].encode()).digest() for page in pages]
    fold = np.array([int.from_bytes(d, "big") % FOLDS for d in digest])[owner]
    sure = np.zeros(len(shares))
    for part in range(FOLDS):
        seen, unseen = fold != part, fold == part
        model = grow(traits[seen], shares[seen], weights[seen], len(pages))
        sure[unseen] = model.predict_proba(traits[unseen])[:, 1]
    rows = []
    for n, page in enumerate(pages):
        chosen = zip(page["blocks"], sure[owner == n])
        text = "\n\n".join(block for (block, _), s in chosen if s > SURE)
        rows.append(scores(page["text"], text))
    found, right = np.mean(rows, axis=0)
    print(f"{len(pages)} pages: found {found:.4f}, right {right:.4f}")


def main():
    folder = pathlib.Path(sys.argv[1])
    pages = material(folder)
    if "--check" in sys.argv:
        return check(pages)
    traits, shares, weights, _ = table(pages)
    model = grow(traits, shares, weights, len(pages))
    pathlib.Path(sys.argv[2]).write_text("\n".join(lines(model)) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
