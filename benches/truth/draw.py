#!/usr/bin/env python3
"""Draws families for labelling by hand, and shows them with their surroundings.

    draw.py sample FAMILIES DOCS > drawn.tsv     a stratified sample: keys, half, stratum
    draw.py unmarked FAMILIES DOCS > more.tsv    more of those without a quotation mark at hand
    draw.py fresh FAMILIES DOCS known.tsv        a later draw, of families not in known.tsv
    draw.py later FAMILIES DOCS known.tsv HALF OWN UNMARKED ANY
                                                 so many from the half not read while the forms of
                                                 furniture were made: in paragraphs of their own or
                                                 at the edges, without a mark, and any
    draw.py rest FAMILIES DOCS known.tsv HALF OWN UNMARKED ANY
                                                 the same from all that is not in known.tsv
    draw.py census FAMILIES DOCS known.tsv       all that does not overlap known.tsv, in two halves
    draw.py show FAMILIES DOCS drawn.tsv [A B]   entries A..B of it, to be read

A family is named by members: `id:start-end` (bytes), at most four, joined by spaces. A family of
a later run is the same if it holds a member that overlaps one of these by half.
The draw depends on the seed and the members alone. No text of the documents is written by
`sample`.
"""
import hashlib
import json
import sys
from collections import Counter, defaultdict

SEED = "wirecopy kinds 1"
SIZES = [(2, 2), (3, 4), (5, 9), (10, 10**9)]
OUTLETS = [(1, 2), (3, 4), (5, 10**9)]
WANTED = 400
# Most families quote somebody, so the other kinds would hardly appear. A second draw is therefore
# taken from the families whose places have no quotation mark inside or within three bytes.
UNMARKED = 160
MARKS = set("\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb")


def number(text):
    return int.from_bytes(hashlib.sha256(f"{SEED} {text}".encode()).digest()[:8], "big")


def place(member):
    return f"{member['id']}:{member['start']}-{member['end']}"


def key(family):
    members = sorted(family["members"], key=lambda m: number(place(m)))
    return " ".join(place(m) for m in members[:4])


def stratum(family):
    size = next(n for n, (low, high) in enumerate(SIZES) if low <= family["size"] <= high)
    outlets = next(n for n, (low, high) in enumerate(OUTLETS) if low <= family["outlets"] <= high)
    return f"s{SIZES[size][0]}o{OUTLETS[outlets][0]}"


def sample(families):
    strata = defaultdict(list)
    for family in families:
        strata[stratum(family)].append(key(family))
    for keys in strata.values():
        keys.sort(key=number)
    # The same number from each stratum; what a small one lacks is taken from the others.
    drawn, left = [], dict(strata)
    room = WANTED
    for n, name in enumerate(sorted(strata, key=lambda name: (len(strata[name]), name))):
        share = room // (len(strata) - n)
        take = left[name][:share]
        drawn += [(k, name) for k in take]
        room -= len(take)
    drawn.sort(key=lambda entry: number("order " + entry[0]))
    print("members\thalf\tstratum")
    for k, name in drawn:
        half = "held" if number("half " + k) % 2 else "dev"
        print(f"{k}\t{half}\t{name}")


def is_unmarked(family, docs):
    for m in family["members"]:
        data = docs[m["id"]]["text"].encode()
        near = data[max(0, m["start"] - 3):m["end"] + 3].decode("utf-8", "ignore")
        # An apostrophe inside a word is not a quotation mark.
        words = near.replace("\u2019s", "s").replace("'s", "s")
        if MARKS & set(words):
            return False
    return True


def unmarked(families, docs):
    keys = [key(f) for f in families if is_unmarked(f, docs)]
    keys.sort(key=number)
    print("members\thalf\tstratum")
    for k in keys[:UNMARKED]:
        half = "held" if number("half " + k) % 2 else "dev"
        print(f"{k}\t{half}\tunmarked")


# A draw to evaluate on after both halves of the first were looked at: without a mark, at the edges
# of their documents, and any.
FRESH = [("unmarked", 60), ("outer", 45), ("any", 55)]


def is_outer(family, docs):
    def outer(m):
        size = len(docs[m["id"]]["text"].encode())
        return m["end"] <= size / 7 or size - m["start"] <= size / 7
    return all(map(outer, family["members"]))


def fresh(families, docs, known):
    with open(known, encoding="utf-8") as file:
        taken = {line.split("\t")[0] for line in file}
    left = sorted((f for f in families if key(f) not in taken), key=lambda f: number("f " + key(f)))
    tests = {
        "unmarked": lambda f: is_unmarked(f, docs),
        "outer": lambda f: is_outer(f, docs) and is_unmarked(f, docs),
        "any": lambda f: True,
    }
    print("members\thalf\tstratum")
    for name, wanted in FRESH:
        drawn = [f for f in left if key(f) not in taken and tests[name](f)][:wanted]
        for f in drawn:
            taken.add(key(f))
            print(f"{key(f)}\tfresh\t{name}")


def is_unread(family):
    digest = hashlib.sha256(f"half {key(family)}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 2 == 1


def in_own_paragraph(m, docs):
    data = docs[m["id"]]["text"].encode()
    before = data[max(0, m["start"] - 80):m["start"]].decode("utf-8", "ignore").split("\n")[-1]
    after = data[m["end"]:m["end"] + 80].decode("utf-8", "ignore").split("\n")[0]
    return all(sum(map(str.isalnum, beside)) <= 16 for beside in (before, after))


def unknown(families, known):
    """The families that are not in `known`, found by overlap, so that those of another scan are
    left out too."""
    taken = defaultdict(list)
    with open(known, encoding="utf-8") as file:
        for line in file.read().splitlines()[1:]:
            for part in line.split("\t")[0].split(" "):
                name, span = part.rsplit(":", 1)
                start, end = map(int, span.split("-"))
                taken[name].append((start, end))
    def is_known(family):
        return any(m["start"] < end and start < m["end"]
                   for m in family["members"] for start, end in taken[m["id"]])
    return [f for f in families if not is_known(f)]


def census(families, known):
    print("members\thalf\tstratum")
    for f in sorted(unknown(families, known), key=lambda f: number(f"census {key(f)}")):
        half = "rest-held" if number(f"rest {key(f)}") % 2 else "rest-dev"
        print(f"{key(f)}\t{half}\t{stratum(f)}")


def later(families, docs, known, half, *wanted, among=is_unread):
    """A draw by position alone; the kinds that a run gave are not read."""
    left = [f for f in unknown(families, known) if among(f)]
    left.sort(key=lambda f: number(f"{half} {key(f)}"))
    own = lambda f: all(in_own_paragraph(m, docs) for m in f["members"])
    tests = [
        ("own", lambda f: is_unmarked(f, docs) and (own(f) or is_outer(f, docs))),
        ("unmarked", lambda f: is_unmarked(f, docs)),
        ("any", lambda f: True),
    ]
    print("members\thalf\tstratum")
    drawn = set()
    for (name, test), count in zip(tests, map(int, wanted)):
        for f in [f for f in left if key(f) not in drawn and test(f)][:count]:
            drawn.add(key(f))
            print(f"{key(f)}\t{half}\t{name}")


def around(text, start, end, reach):
    data = text.encode()
    before = data[max(0, start - reach):start].decode("utf-8", "ignore")
    after = data[end:end + reach].decode("utf-8", "ignore")
    return before, data[start:end].decode("utf-8", "ignore"), after, len(data)


def flat(text):
    return " / ".join(text.split("\n"))


def show(families, docs, drawn, first, last):
    by_place = {place(m): f for f in families for m in f["members"]}
    for n, line in enumerate(drawn[first:last], first):
        members = line.split("\t")[0].split(" ")
        family = by_place[members[0]]
        outlets = Counter(m["outlet"] or "?" for m in family["members"])
        dates = sorted(m["date"] or "?" for m in family["members"])
        print(f"=== {n} size {family['size']} outlets {dict(outlets.most_common(7))} "
              f"{dates[0][:10]}..{dates[-1][:10]} ({len(set(d[:10] for d in dates))} days)")
        text = flat(family["text"])
        print("TEXT:", text if len(text) < 700 else text[:450] + " [...] " + text[-200:])
        chosen = [m for m in family["members"] if place(m) in members][:2]
        for m in chosen:
            before, own, after, size = around(docs[m["id"]]["text"], m["start"], m["end"], 110)
            note = f"{m['outlet']} {(m['date'] or '?')[:10]} {m['start']}-{m['end']}/{size}"
            print(f"  [{note}] ...{flat(before)}>>>{flat(own[:25])} ~ {flat(own[-25:])}<<<{flat(after)}...")
            print(f"     head: {flat(docs[m['id']]['text'][:70])}")


def main():
    command, families_path, docs_path = sys.argv[1:4]
    with open(families_path, encoding="utf-8") as file:
        families = [json.loads(line) for line in file]
    if command == "sample":
        return sample(families)
    if command == "census":
        return census(families, sys.argv[4])
    with open(docs_path, encoding="utf-8") as file:
        docs = {d["id"]: d for d in map(json.loads, file)}
    if command == "fresh":
        return fresh(families, docs, sys.argv[4])
    if command == "later":
        return later(families, docs, *sys.argv[4:])
    if command == "rest":
        return later(families, docs, *sys.argv[4:], among=lambda _: True)
    if command == "unmarked":
        return unmarked(families, docs)
    with open(sys.argv[4], encoding="utf-8") as file:
        drawn = file.read().splitlines()[1:]
    first = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    last = int(sys.argv[6]) if len(sys.argv) > 6 else len(drawn)
    return show(families, docs, drawn, first, last)


if __name__ == "__main__":
    main()
