#!/usr/bin/env python3
"""Scores `first` and `source` where the true order is known.

    direction.py WIRECOPY CORPUS [--seed N]

CORPUS is a folder with docs.jsonl (or .zst) and passages.tsv, planted passages with the source as
doc_a. The source gets an earlier date than the document it was planted in; of every ten plantings
one gets the same day for both and one loses a date. `first` must be the source where dates are
known and differ, and null where they tie or one is missing.

Then copying in generations: a passage goes from A to B and D and from B to C, each time with one
word in twenty replaced, each into an article of its own, on days in this order. `source` must name
the parent.
"""
import argparse
import collections
import datetime
import json
import pathlib
import random
import subprocess
import tempfile


def day(n):
    return (datetime.date(2019, 1, 1) + datetime.timedelta(days=n)).isoformat()


def scan(wirecopy, docs, *flags):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        with open(path / "docs.jsonl", "w", encoding="utf-8") as file:
            for doc in docs:
                file.write(json.dumps(doc, ensure_ascii=False) + "\n")
        command = [wirecopy, "scan", path / "docs.jsonl", "-o", path / "pairs.jsonl",
                   "--families", path / "families.jsonl", "--quiet", *flags]
        subprocess.run(command, check=True)
        with open(path / "families.jsonl", encoding="utf-8") as file:
            return [json.loads(line) for line in file]


def overlaps(member, start, end):
    shared = min(member["end"], end) - max(member["start"], start)
    return 2 * shared >= end - start


def read(corpus):
    path = corpus / "docs.jsonl"
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
    else:
        raw = subprocess.run(["zstd", "-dc", corpus / "docs.jsonl.zst"], check=True,
                             capture_output=True)
        lines = raw.stdout.decode("utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


def planted(args, docs, rows):
    rng = random.Random(args.seed)
    dates = {doc["id"]: day(rng.randrange(600)) for doc in docs}
    case = {}
    for n, row in enumerate(rows):
        source, target = row[0], row[1]
        start = rng.randrange(500)
        dates[source], dates[target] = day(start), day(start + 1 + rng.randrange(60))
        case[n] = "known"
        if n % 10 == 8:
            dates[target], case[n] = dates[source], "tie"
        elif n % 10 == 9:
            dates[rng.choice([source, target])], case[n] = None, "missing"
    dated = [{k: v for k, v in {**doc, "date": dates[doc["id"]]}.items() if v is not None}
             for doc in docs]
    families = scan(args.wirecopy, dated, "--scope", "documents")
    by_doc = collections.defaultdict(list)
    for family in families:
        for member in family["members"]:
            by_doc[member["id"]].append((member, family))
    counts = collections.Counter()
    for n, row in enumerate(rows):
        source, target = row[0], row[1]
        a = [f["family"] for m, f in by_doc[source] if overlaps(m, int(row[4]), int(row[5]))]
        b = [f for m, f in by_doc[target] if overlaps(m, int(row[6]), int(row[7]))]
        both = [f for f in b if f["family"] in a]
        if not both:
            counts[case[n], "not found"] += 1
            continue
        family = both[0]
        others = {m["id"] for m in family["members"]} - {source, target}
        first = family["first"] and family["first"]["id"]
        group = "with others" if others else case[n]
        right = source if group == "known" else None
        if group == "with others":
            known = [m["date"] for m in family["members"]]
            least = min((d for d in known if d), default=None)
            alone = None not in known and len({m["id"] for m in family["members"]
                                               if m["date"] == least}) == 1
            right = next(m["id"] for m in family["members"] if m["date"] == least) if alone else None
        counts[group, "right" if first == right else "null" if first is None else "wrong"] += 1
        if group == "known":
            member = next(m for m in family["members"] if m["id"] == target)
            named = member["source"]
            counts["source", "null" if named is None else
                   "right" if named == source else "wrong"] += 1
            counts["kind", family["kind"]] += 1
    for (group, what), count in sorted(counts.items()):
        print(f"  {group:<12}{what:<12}{count:>6}")
    good = counts["known", "right"]
    print(f"first publisher, dates known and different: {good} of "
          f"{good + counts['known', 'null'] + counts['known', 'wrong']}")


def edited(words, rng, vocabulary):
    return [rng.choice(vocabulary) if rng.random() < 0.05 else word for word in words]


def generations(args, docs):
    rng = random.Random(args.seed + 1)
    long = [doc for doc in docs if len(doc["text"].split()) > 400 and "~" not in doc["id"]]
    rng.shuffle(long)
    vocabulary = [w for doc in long[:50] for w in doc["text"].split() if len(w) > 4]
    trees = min(200, len(long) // 5)
    made, parents = [], {}
    for n in range(trees):
        own = long[5 * n:5 * n + 5]
        words = own[0]["text"].split()
        at = rng.randrange(len(words) - 120)
        a = words[at:at + 100]
        b = edited(a, rng, vocabulary)
        versions = {"A": a, "B": b, "C": edited(b, rng, vocabulary), "D": edited(a, rng, vocabulary)}
        start = rng.randrange(500)
        for later, (name, version) in enumerate(versions.items()):
            # Into the middle of an article that shares nothing with the others.
            host = own[later + 1]["text"].split()
            text = " ".join(host[:100] + version + host[100:])
            made.append({"id": f"{n}{name}", "outlet": f"{name} gazette", "text": text,
                         "date": day(start + 3 * later)})
        parents.update({f"{n}B": f"{n}A", f"{n}D": f"{n}A", f"{n}C": f"{n}B"})
    counts = collections.Counter()
    seen = set()
    for family in scan(args.wirecopy, made):
        ids = {m["id"][:-1] for m in family["members"]}
        if len(ids) != 1 or len(family["members"]) != 4:
            continue
        seen |= ids
        first = family["first"] and family["first"]["id"]
        right = first == f"{ids.copy().pop()}A"
        counts["first", "right" if right else "null" if first is None else "wrong"] += 1
        for member in family["members"]:
            if member["id"] in parents:
                named = member["source"]
                counts["source", "null" if named is None else
                       "right" if named == parents[member["id"]] else "wrong"] += 1
    print(f"generations: {len(seen)} of {trees} families of four")
    for (group, what), count in sorted(counts.items()):
        print(f"  {group:<12}{what:<12}{count:>6}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("wirecopy")
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    docs = read(args.corpus)
    with open(args.corpus / "passages.tsv", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    planted(args, docs, rows)
    generations(args, docs)


if __name__ == "__main__":
    main()
