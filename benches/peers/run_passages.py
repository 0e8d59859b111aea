#!/usr/bin/env python3
"""wirecopy scan beside tools that find shared passages.

    python3 benches/peers/run_passages.py --out FOLDER --speed ARTICLES.jsonl [--sample 100] [--rounds 5]
                                          [--set NAME DOCS.jsonl truth=TABLE [pairs=TABLE] [also=TABLE,...] [scope=SCOPE] ...]
                                          [--peers ...]

Speed: all documents of ARTICLES against all. Tools that compare two texts at a time would need days, so they compare a
sample of the pairs drawn at random, and the time for all pairs is estimated from it (said in the table). Quality: for each --set the
tools compare the pairs of documents of its table of pairs (without one, those of the truth), and plagdet is computed on
these pairs for all; ours searches all documents at once, within the scope given (`scan --scope`). Rounds of the speed runs are interleaved. passim and the
suffix-array tool run where WIRECOPY_PASSIM or WIRECOPY_SUFFIX_ARRAY names a local build.
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
from run_dedup import HERE, ROOT, last_line, measure

PAIRWISE = ["text-matcher", "copydetect", "difflib"]
# Pairs of a sample as a multiple of --sample: the quicker a tool, the more.
SHARE = {"copydetect": 20, "difflib": 4}
HOOKS = {"passim": "WIRECOPY_PASSIM", "suffix-array": "WIRECOPY_SUFFIX_ARRAY"}


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", type=Path, required=True), p.add_argument("--speed"), p.add_argument("--sample", type=int, default=100)
    p.add_argument("--set", nargs="+", action="append", default=[], dest="sets")
    p.add_argument("--rounds", type=int, default=5), p.add_argument("--threads", type=int, default=2)
    p.add_argument("--peers", default=",".join([*PAIRWISE, *HOOKS]))
    p.add_argument("--binary", default=os.environ.get("WIRECOPY_BINARY", str(ROOT / "target/release/wirecopy")))
    a = p.parse_args()
    a.work = a.out / "work"
    a.work.mkdir(parents=True, exist_ok=True)
    return a


def python_of(peer):
    """The interpreter for a peer, or the reason why there is none."""
    if peer == "difflib":
        return sys.executable, None
    if peer in HOOKS:
        return (sys.executable, None) if os.environ.get(HOOKS[peer]) else (None, f"{HOOKS[peer]} names no local build")
    reason = install.install(peer)
    return (None, f"not installed: {reason}") if reason else (str(install.python(peer)), None)


def peers(a):
    found, missing = {}, []
    for peer in filter(None, a.peers.split(",")):
        python, reason = python_of(peer)
        if reason:
            missing.append((peer, reason))
        else:
            found[peer] = [python, str(HERE / "passages" / f"{peer.replace('-', '_')}_run.py")]
    return found, missing


def ours(a, path, out, scope=None):
    more = ["--scope", scope] if scope else []
    return [a.binary, "scan", path, "--quiet", "--threads", str(a.threads), "--format", "jsonl", "-o",
            str(out / "found.jsonl"), "--families", str(out / "families.jsonl"), *more]


def fresh(a):
    out = a.work / "run"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    return out


def environment(a):
    return {**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


def speed(a, found, missing):
    """All runs of all tools over the articles, with the estimate for all pairs."""
    runs = {}
    with open(a.out / "passages-speed-raw.csv", "w", newline="") as raw:
        table = csv.writer(raw)
        table.writerow(["round", "tool", "status", "wall_s", "cpu_s", "peak_bytes", "compared_pairs", "all_pairs",
                        "estimated_wall_s", "load"])
        for n in range(a.rounds):
            for tool in ["wirecopy", *found]:
                out, load = fresh(a), os.getloadavg()[0]
                command = ours(a, a.speed, out) if tool == "wirecopy" else [*found[tool], a.speed, str(out), "--threads",
                                                                            str(a.threads), "--sample",
                                                                            str(a.sample * SHARE.get(tool, 1))]
                took = measure(command, a.threads, a.work / "log", environment(a))
                note = json.loads((out / "note.json").read_text()) if (out / "note.json").exists() else {}
                took["all_s"] = note.get("estimated_s", took["wall_s"])
                table.writerow([n, tool, took["status"], took["wall_s"], took["cpu_s"], took["peak_bytes"],
                                note.get("compared", ""), note.get("all_pairs", ""), round(took["all_s"], 2), round(load, 2)])
                raw.flush()
                print(f"round {n} {tool}: {took}", file=sys.stderr, flush=True)
                if took["status"]:
                    missing.append((tool, f"status {took['status']}: {last_line(a.work / 'log')}"))
                    found.pop(tool, None)
                    break
                runs.setdefault(tool, []).append({**took, "sampled": bool(note)})
    return runs


def score(a, one, out):
    """The scores of one run on the pairs of its set, by `wirecopy eval`."""
    command = [a.binary, "eval", "passages", one["truth"], str(out / "found.jsonl"), "--format", "json",
               "--pairs", one.get("pairs", one["truth"])]
    for more in filter(None, one.get("also", "").split(",")):
        command += ["--also", more]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    scores = json.loads(done.stdout)
    return scores.get("score", scores)


def quality(a, found, missing):
    """Scores of each tool on each set."""
    rows = []
    for name, documents, *rest in a.sets:
        one = dict(part.split("=", 1) for part in rest)
        for tool in ["wirecopy", *found]:
            if tool == "suffix-array":
                continue
            out = fresh(a)
            command = ours(a, documents, out, one.get("scope")) if tool == "wirecopy" else [
                *found[tool], documents, str(out), "--threads", str(a.threads), "--pairs", one.get("pairs", one["truth"])]
            took = measure(command, a.threads, a.work / "log", environment(a))
            if took["status"]:
                missing.append((tool, f"{name}: status {took['status']}: {last_line(a.work / 'log')}"))
                continue
            s = score(a, one, out)
            rows.append({"set": name, "tool": tool, "wall_s": took["wall_s"], "plagdet": s["plagdet"],
                         "precision": s["macro"]["precision"], "recall": s["macro"]["recall"],
                         "granularity": s["granularity"], "covered": s["covered"]})
            print(rows[-1], file=sys.stderr, flush=True)
    return rows


def tables(a, runs, rows, missing):
    lines = []
    if runs:
        def middle(tool, what):
            return statistics.median(run[what] for run in runs[tool])
        lines += [f"### passages: {Path(a.speed).name}, {os.path.getsize(a.speed) / 1e6:.1f} MB, {a.threads} threads", "",
                  "| tool | wall s for all pairs (runs) | peak MB | times slower | our memory / its |", "|---|---|---|---|---|"]
        table = []
        for tool in runs:
            wall, peak = middle(tool, "all_s"), middle(tool, "peak_bytes")
            note = f"{wall:.0f}, estimated from {a.sample * SHARE.get(tool, 1)} pairs" if runs[tool][0]["sampled"] else f"{wall:.3f}"
            slower, share = wall / middle("wirecopy", "all_s"), middle("wirecopy", "peak_bytes") / peak
            lines.append(f"| {tool} | {note} ({len(runs[tool])}) | {peak / 1e6:.0f} | {slower:.0f} | {share:.2f} |")
            table.append([tool, len(runs[tool]), round(wall, 3), round(peak / 1e6, 1), round(slower, 1), round(share, 3)])
        with open(a.out / "passages-speed.csv", "w", newline="") as f:
            csv.writer(f).writerows([["tool", "runs", "wall_s", "peak_mb", "times_slower", "our_share_of_its_memory"], *table])
        lines.append("")
    if rows:
        lines += ["### passages: quality on given pairs of documents", "",
                  "| set | tool | plagdet | precision | recall | granularity | covered |", "|---|---|---|---|---|---|---|"]
        for r in rows:
            lines.append(f"| {r['set']} | {r['tool']} | {r['plagdet']:.3f} | {r['precision']:.3f} | {r['recall']:.3f} |"
                         f" {r['granularity']:.3f} | {r['covered']:.3f} |")
        with open(a.out / "passages-quality.csv", "w", newline="") as f:
            table = csv.DictWriter(f, rows[0])
            table.writeheader()
            table.writerows(rows)
        lines.append("")
    lines += [f"* {tool} could not run: {reason}" for tool, reason in missing]
    (a.out / "passages.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def main():
    a = arguments()
    if not Path(a.binary).exists():
        sys.exit(f"{a.binary} is not there; build it (cargo build --release), or name it with --binary")
    found, missing = peers(a)
    runs = speed(a, dict(found), missing) if a.speed else {}
    rows = quality(a, found, missing)
    tables(a, runs, rows, missing)
    shutil.rmtree(a.work, ignore_errors=True)


if __name__ == "__main__":
    main()
