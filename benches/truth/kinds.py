#!/usr/bin/env python3
"""Confusion matrix of the kinds of families against labels given by hand.

    kinds.py kinds_news_dev.tsv FAMILIES [--half dev|held|fresh] [--wrong]

A family is the labelled one if it has a member that overlaps one of the members named by half of
the longer; of several, the one with the most overlap. A label whose family was not found is
counted apart.
"""
import argparse
import json
from collections import Counter, defaultdict

KINDS = ["quotation", "wire", "boilerplate", "template", "internal", "reuse"]


def places(text):
    for part in text.split(" "):
        name, span = part.rsplit(":", 1)
        start, end = span.split("-")
        yield name, int(start), int(end)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("truth")
    parser.add_argument("families")
    parser.add_argument("--half", choices=["dev", "held", "fresh"])
    parser.add_argument("--wrong", action="store_true", help="list the families judged wrongly")
    args = parser.parse_args()
    by_doc = defaultdict(list)
    with open(args.families, encoding="utf-8") as file:
        for family in map(json.loads, file):
            for m in family["members"]:
                by_doc[m["id"]].append((m["start"], m["end"], family))
    table, lost, wrong = Counter(), 0, []
    with open(args.truth, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for line in lines[1:]:
        members, half, _, label, reason = line.split("\t")
        if args.half and half != args.half:
            continue
        votes = Counter()
        found = {}
        for name, start, end in places(members):
            for s, e, family in by_doc[name]:
                overlap = min(e, end) - max(s, start)
                if 2 * overlap >= max(e - s, end - start):
                    votes[family["family"]] += overlap
                    found[family["family"]] = family
        if not votes:
            lost += 1
            continue
        best = found[max(sorted(votes), key=votes.get)]
        table[label, best["kind"]] += 1
        if label != best["kind"]:
            wrong.append((label, best, reason))
    print(f"{sum(table.values())} families, {lost} labels without a family")
    print(f"{'label':<12}" + "".join(f"{kind[:10]:>11}" for kind in KINDS)
          + f"{'precision':>11}{'recall':>8}{'F1':>7}")
    scores = []
    for label in KINDS:
        true = table[label, label]
        said = sum(table[other, label] for other in KINDS)
        are = sum(table[label, kind] for kind in KINDS)
        precision = true / said if said else 0.0
        recall = true / are if are else 0.0
        score = 2 * true / (said + are) if said + are else None
        if are:
            scores.append(score)
        print(f"{label:<12}" + "".join(f"{table[label, kind]:>11}" for kind in KINDS)
              + f"{precision:>11.3f}{recall:>8.3f}{score or 0:>7.3f}")
    print(f"macro F1 {sum(scores) / max(1, len(scores)):.3f}, "
          f"right {sum(table[k, k] for k in KINDS) / max(1, sum(table.values())):.3f}")
    if args.wrong:
        for label, family, reason in sorted(wrong, key=lambda w: (w[0], w[1]["kind"])):
            text = " ".join(family["text"].split())[:110]
            print(f"{label} ({reason}) -> {family['kind']} {family['why']} "
                  f"{family['size']}/{family['outlets']}: {text}")


if __name__ == "__main__":
    main()
