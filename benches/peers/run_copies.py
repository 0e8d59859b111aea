#!/usr/bin/env python3
"""dedup by coverage beside peers on planted copies: which pairs each finds, and for how much CPU time.

    python3 benches/peers/run_copies.py INPUT.jsonl --truth pairs.tsv [--negatives negatives.tsv] --out FOLDER
                                        [--name NAME] [--threads 2] [--peers retsim,simhash,news-copy] [--rounds 3]

INPUT holds articles and their edited copies; the columns doc_a and doc_b of pairs.tsv name the pairs, those of negatives.tsv
pairs that are none. Copies whose id holds ~expand contain other articles: a pair with one that is not in pairs.tsv is neither
right nor wrong. Ours runs with its defaults. Each peer writes its pairs with their similarity, and the table has its best
threshold for this file, which favours it, and the usual one. Peers that take longer than a minute run once. FOLDER gets
NAME-raw.csv (all runs), NAME.csv and NAME.md.
"""
import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import install

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# The threshold that its makers or users name, and the program.
PEERS = {"retsim": (0.9, "retsim_run.py"), "simhash": (1 - 3 / 64, "simhash_run.py"), "news-copy": (0.45, "news_copy_run.py")}


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("input"), p.add_argument("--out", type=Path, required=True), p.add_argument("--name", default=None)
    p.add_argument("--truth", required=True), p.add_argument("--negatives", default=None)
    p.add_argument("--threads", type=int, default=2), p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--peers", default=",".join(PEERS))
    p.add_argument("--binary", default=os.environ.get("WIRECOPY_BINARY", str(ROOT / "target/release/wirecopy")))
    a = p.parse_args()
    a.name = a.name or "copies-" + Path(a.input).stem
    a.out.mkdir(parents=True, exist_ok=True)
    return a


def named(path):
    with open(path, newline="") as table:
        return {tuple(sorted((row["doc_a"], row["doc_b"]))) for row in csv.DictReader(table, delimiter="\t")}


def ours(folder):
    """Our pairs; all of them are at the one threshold."""
    with open(folder / "result" / "pairs.jsonl") as lines:
        rows = [json.loads(line) for line in lines]
    return {tuple(sorted((row["a"], row["b"]))): 1.0 for row in rows}


def theirs(folder):
    with open(folder / "pairs.tsv", newline="") as table:
        return {tuple(sorted((a, b))): float(s) for a, b, s in csv.reader(table, delimiter="\t")}


def quality(found, truth, negatives):
    """Precision, recall, F1 and how many negatives are among the pairs."""
    open_ = {name for pair in truth for name in pair if "~expand" in name}
    counted = {p for p in found if p in truth or not (p[0] in open_ or p[1] in open_)}
    right = len(counted & truth)
    precision, recall = right / max(1, len(counted)), right / max(1, len(truth))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4),
            "negatives": len(found & negatives)}


def at(pairs, threshold, truth, negatives):
    return quality({p for p, s in pairs.items() if s >= threshold}, truth, negatives)


def best(pairs, truth, negatives):
    """The threshold of hundredths that gives the highest F1."""
    steps = [n / 100 for n in range(10, 100)]
    return max(((t, at(pairs, t, truth, negatives)) for t in steps), key=lambda found: (found[1]["f1"], found[0]))


def measure(command, threads, log, env):
    done = subprocess.run([sys.executable, "-I", "-S", str(HERE / "measure.py"), str(threads), str(log), *command],
                          stdout=subprocess.PIPE, env=env, text=True)
    return json.loads(done.stdout)


def jobs(a):
    found, missing = [("wirecopy", None, ours, lambda out: [
        a.binary, "dedup", a.input, "-o", str(out / "result"), "--measure", "coverage", "--quiet", "--threads",
        str(a.threads)])], []
    for peer in filter(None, a.peers.split(",")):
        usual, program = PEERS[peer]
        reason = install.install(peer)
        if reason:
            missing.append((peer, "not installed: " + reason))
            continue

        def command(out, peer=peer, program=program):
            return [str(install.python(peer)), str(HERE / "copies" / program), a.input, str(out), str(a.threads)]
        found.append((peer, usual, theirs, command))
    return found, missing


def runs(a, found, missing):
    """What each took, and its pairs."""
    env = {**os.environ, "OMP_NUM_THREADS": str(a.threads), "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": "",
           "TF_CPP_MIN_LOG_LEVEL": "3"}
    took, pairs, out = {}, {}, a.out / "work"
    with open(a.out / f"{a.name}-raw.csv", "w", newline="") as raw:
        table = csv.writer(raw)
        table.writerow(["round", "tool", "status", "wall_s", "cpu_s", "peak_bytes", "load"])
        for n in range(a.rounds):
            for tool, _, read, command in found:
                known = took.get(tool, [])
                if len(known) < n or (known and known[0]["cpu_s"] > 60):
                    continue
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir(parents=True)
                load = os.getloadavg()[0]
                one = measure(command(out), a.threads, a.out / f"{tool}.log", env)
                table.writerow([n, tool, one["status"], one["wall_s"], one["cpu_s"], one["peak_bytes"], round(load, 2)])
                raw.flush()
                print(f"round {n} {tool}: {one}", file=sys.stderr, flush=True)
                if one["status"]:
                    missing.append((tool, f"status {one['status']}, see {tool}.log"))
                    continue
                took.setdefault(tool, []).append(one)
                pairs.setdefault(tool, read(out))
    shutil.rmtree(out, ignore_errors=True)
    return took, pairs


def main():
    a = arguments()
    truth, negatives = named(a.truth), named(a.negatives) if a.negatives else set()
    found, missing = jobs(a)
    took, pairs = runs(a, found, missing)
    if "wirecopy" not in took:
        sys.exit(f"wirecopy did not run: {missing}")
    rows, base = [], statistics.median(one["cpu_s"] for one in took["wirecopy"])
    for tool, usual, *_ in found:
        if tool not in took:
            continue
        cpu = statistics.median(one["cpu_s"] for one in took[tool])
        peak = statistics.median(one["peak_bytes"] for one in took[tool])
        chosen = [("default", 0.0)] if usual is None else [("usual", usual), ("best here", best(pairs[tool], truth, negatives)[0])]
        for which, threshold in chosen:
            rows.append({"tool": tool, "threshold": f"{which} {threshold:.2f}" if usual else which,
                         **at(pairs[tool], threshold, truth, negatives), "cpu_s": round(cpu, 2),
                         "times_our_cpu": round(cpu / base, 1), "peak_mb": round(peak / 1e6)})
    with open(a.out / f"{a.name}.csv", "w", newline="") as f:
        table = csv.DictWriter(f, rows[0])
        table.writeheader()
        table.writerows(rows)
    lines = [f"### Edited copies, {Path(a.input).stem}: {len(truth)} pairs, {len(negatives)} pairs that are none", "",
             "| tool | threshold | precision | recall | F1 | negatives linked | CPU s | times our CPU | peak MB |",
             "|---|---|---|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(str(value) for value in row.values()) + " |" for row in rows]
    lines += [f"| {tool} | could not run: {reason} | | | | | | | |" for tool, reason in missing]
    (a.out / f"{a.name}.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
