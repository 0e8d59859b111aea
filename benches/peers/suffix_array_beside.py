"""Google's suffix-array tool (deduplicate-text-datasets) beside `wirecopy dedup --passages` on one file.

    WIRECOPY_SUFFIX_ARRAY=.../dedup_dataset python3 benches/peers/suffix_array_beside.py INPUT.jsonl --out FOLDER
                                    [--bytes 350] [--threads 2] [--binary PATH]

The tool finds strings of so many bytes or more that occur twice; ours passages of 50 words or more. Both are made into words
of the texts that are in a repeat, whichever of its places is kept, and the table says how many both have and how many one alone
has. Wall and CPU seconds and the peak of the largest process are those of all steps (`make`, `self-similar`, `collect`).
"""
import argparse
import bisect
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORD = re.compile(r"\w+(?:['’]\w+)*")
# Before each text, so that no string reaches over two.
MARK = b"\xff\xff"


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("input"), p.add_argument("--out", type=Path, required=True), p.add_argument("--threads", type=int, default=2)
    p.add_argument("--bytes", type=int, default=350)
    p.add_argument("--binary", default=os.environ.get("WIRECOPY_BINARY", str(ROOT / "target/release/wirecopy")))
    p.add_argument("--tool", default=os.environ.get("WIRECOPY_SUFFIX_ARRAY"))
    a = p.parse_args()
    if not a.tool:
        sys.exit("WIRECOPY_SUFFIX_ARRAY names no program: build https://github.com/google-research/deduplicate-text-datasets "
                 "with `cargo build --release` and give its dedup_dataset")
    shutil.rmtree(a.out, ignore_errors=True)
    (a.out / "cache").mkdir(parents=True)
    return a


def run(command):
    """Standard output, wall and CPU seconds, and peak bytes."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command[0]} {command[1]}: status {status}")
    return said, time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def repeats(a, texts):
    """Byte ranges of repeats in each text, and what finding them took."""
    path, starts, at = str(a.out / "text"), [], 0
    with open(path, "wb") as out:
        for n, text in enumerate(texts):
            head = MARK + n.to_bytes(4, "little")
            out.write(head + text)
            starts.append(at + len(head))
            at += len(head) + len(text)
    cache = ["--cache-dir", str(a.out / "cache"), "--length-threshold", str(a.bytes)]
    steps = (["make"], ["self-similar", *cache, "--num-threads", str(a.threads)], ["collect", *cache])
    took = [run([a.tool, step[0], "--data-file", path, *step[1:]]) for step in steps]
    ranges = took[-1][0].decode().split("out\n", 1)[1]
    found = [[] for _ in texts]
    for line in ranges.splitlines():
        start, end = map(int, line.split())
        # Bytes of a mark may be equal too.
        n = bisect.bisect_right(starts, start + len(MARK) + 4) - 1
        found[n].append((max(0, start - starts[n]), end - starts[n]))
    return found, [sum(one[1] for one in took), sum(one[2] for one in took), max(one[3] for one in took)]


def cuts(a, where):
    """Byte ranges of what we cut and of what we keep instead, and what it took."""
    out = a.out / "ours"
    took = run([a.binary, "dedup", a.input, "-o", str(out), "--passages", "--quiet", "--threads", str(a.threads)])
    found = [[] for _ in where]
    with open(out / "removed.jsonl", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            if row["kept_in"] is not None:
                found[where[row["id"]]].append((row["start"], row["end"]))
                found[where[row["kept_in"]]].append((row["kept_start"], row["kept_end"]))
    return found, list(took[1:])


def words(texts, found):
    """The words of all texts that lie in a range, as (text, number) pairs."""
    inside = set()
    for n, ranges in enumerate(found):
        if not ranges:
            continue
        text = texts[n].decode()
        at, places, end = 0, [], 0
        for match in WORD.finditer(text):
            at += len(text[end:match.start()].encode())
            long = len(match.group().encode())
            places.append((at, at + long))
            at, end = at + long, match.end()
        begins = [place[0] for place in places]
        for start, stop in ranges:
            for word in range(bisect.bisect_left(begins, start), len(places)):
                if places[word][1] > stop:
                    break
                inside.add((n, word))
    return inside


def main():
    a = arguments()
    with open(a.input, encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    texts = [record["text"].encode() for record in records]
    theirs, their_cost = repeats(a, texts)
    ours, our_cost = cuts(a, {record["id"]: n for n, record in enumerate(records)})
    theirs, ours = words(texts, theirs), words(texts, ours)
    name = Path(a.input).stem
    print("| file | tool | words in repeats | both | alone | wall s | CPU s | peak MB |\n|---|---|---|---|---|---|---|---|")
    for tool, own, other, cost in (("suffix array", theirs, ours, their_cost), ("wirecopy", ours, theirs, our_cost)):
        print(f"| {name} | {tool} | {len(own):,} | {len(own & other):,} | {len(own - other):,} | {cost[0]:.1f} | {cost[1]:.2f} "
              f"| {cost[2] / 1e6:.0f} |")
    (a.out / "text.table.bin").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
