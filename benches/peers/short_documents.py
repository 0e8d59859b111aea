#!/usr/bin/env python3
"""Cuts the articles of a file into documents of 50 to 200 words, and repeats some of them edited.

    python3 benches/peers/short_documents.py INPUT.jsonl [--documents 60000] [--copies 0.2] [--edit 0.02] > short.jsonl

A share --copies of the documents is followed by a copy in which a share of 0 to twice --edit of the words is another
word of the article. The same bytes for the same arguments.
"""
import argparse
import json
import random
import sys


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("input"), p.add_argument("--documents", type=int, default=60_000)
    p.add_argument("--copies", type=float, default=0.2), p.add_argument("--edit", type=float, default=0.02)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    rng, made = random.Random(a.seed), []
    with open(a.input, encoding="utf-8") as lines:
        for line in lines:
            d = json.loads(line)
            words, at, n = d["text"].split(" "), 0, 0
            while len(words) - at >= 50:
                size = rng.randint(50, 200)
                part, at = words[at:at + size], at + size
                if len(part) < 50:
                    break
                made.append({"id": f"{d['id']}.{n}", "text": " ".join(part)})
                if rng.random() < a.copies:
                    share = rng.uniform(0, 2 * a.edit)
                    copy = [rng.choice(words) if rng.random() < share else word for word in part]
                    made.append({"id": f"{d['id']}.{n}~", "text": " ".join(copy)})
                n += 1
            if len(made) >= a.documents:
                break
    rng.shuffle(made)
    for d in made[:a.documents]:
        sys.stdout.write(json.dumps(d, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
