"""Repeats of WORDS words or more by a suffix array over the words of all texts (pydivsufsort), beside what our run has cut.

    python exact_repeats.py INPUT.jsonl REMOVED.jsonl WORDS

Prints, as JSON, the seconds and words of the suffix array's repeats (every word in a run of WORDS words or more that occurs
earlier in the file), and how many of them our cuts cover too, how many only one of both has. REMOVED.jsonl is that of
`wirecopy dedup INPUT.jsonl -o DIR --passages --min-tokens WORDS --keep first`.
"""
import json
import re
import resource
import sys
import time
from array import array

import numpy as np
import pydivsufsort

WORD = re.compile(r"\w+(?:['\u2019]\w+)*")


def main():
    path, removed, least = sys.argv[1], sys.argv[2], int(sys.argv[3])
    begun = time.perf_counter()
    known, ids, where, starts = {}, array("q"), {}, []
    with open(path, encoding="utf-8") as lines:
        for n, record in enumerate(map(json.loads, lines)):
            where[record["id"]] = n
            starts.append(len(ids))
            for match in WORD.finditer(record["text"]):
                ids.append(known.setdefault(match.group().lower(), len(known)))
            # A word that occurs once ends the text.
            ids.append(known.setdefault((n,), len(known)))
    words = np.frombuffer(ids, np.int64)
    order = pydivsufsort.divsufsort(words)
    common = pydivsufsort.kasai(words, order)
    repeated = repeats(order, common, least, len(words))
    took = time.perf_counter() - begun
    ours = np.zeros(len(words), bool)
    with open(path, encoding="utf-8") as lines:
        texts = {r["id"]: r["text"] for r in map(json.loads, lines)}
    with open(removed, encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["kept_in"] is None:
                continue
            text, start = texts[row["id"]], starts[where[row["id"]]]
            inside = [n for n, m in enumerate(WORD.finditer(text))
                      if row["char_start"] <= m.start() and m.end() <= row["char_end"]]
            ours[start + inside[0]:start + inside[-1] + 1] = True
    print(json.dumps({
        "words": len(words), "seconds": round(took, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "exact": int(repeated.sum()), "ours": int(ours.sum()), "both": int((repeated & ours).sum()),
        "exact_alone": int((repeated & ~ours).sum()), "ours_alone": int((ours & ~repeated).sum())}))


def repeats(order, common, least, count):
    """Which words are in a run that occurs earlier: of all suffixes with a long common prefix the first is left."""
    out = np.zeros(count + 1, np.int64)
    common = np.asarray(common)
    long = np.nonzero(common[:len(order) - 1] >= least)[0]
    # Neighbours in the array with a long common prefix are one group.
    for group in np.split(long, np.nonzero(np.diff(long) > 1)[0] + 1) if len(long) else []:
        members = order[group[0]:group[-1] + 2]
        first = members.min()
        for place in members:
            if place != first:
                out[place] += 1
                out[place + least] -= 1
    return np.cumsum(out)[:count] > 0


if __name__ == "__main__":
    main()
