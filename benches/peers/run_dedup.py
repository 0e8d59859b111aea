#!/usr/bin/env python3
"""wirecopy dedup beside every peer, on one file.

    python3 benches/peers/run_dedup.py INPUT.jsonl --out FOLDER [--name NAME] [--rounds 5] [--threads 2]
                                       [--threshold 0.7] [--peers daft,gaoya,...] [--banding 16x8,32x4] [--slow 30]

Every tool reads INPUT and writes the kept lines and its pairs or clusters; same words, shingles of five, threshold and
number of permutations, and no more than THREADS processors. Ours runs at its default (the bands it chooses for the threshold).
Each peer runs at the bandings given: 16 bands of 8 rows (the usual choice for 0.7) and 32 of 4 (ours). Rounds are
interleaved: every round runs all tools once, in an order that is rotated by one each time. A tool that takes longer than --slow
seconds runs only twice, one that takes four times that only once, and the table says so. The tools write to memory
(/dev/shm) if it has room, so that a shared disk does not affect the comparison. FOLDER gets NAME-raw.csv (all runs), NAME.csv and NAME.md.
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
PEERS = ["daft", "gaoya", "rensa", "datasketch", "text-dedup", "datatrove"]


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("input"), p.add_argument("--out", type=Path, required=True), p.add_argument("--name", default=None)
    p.add_argument("--rounds", type=int, default=5), p.add_argument("--threads", type=int, default=2)
    p.add_argument("--threshold", type=float, default=0.7), p.add_argument("--num-perm", type=int, default=128)
    p.add_argument("--peers", default=",".join(PEERS)), p.add_argument("--banding", default="16x8,32x4")
    p.add_argument("--slow", type=float, default=30.0)
    p.add_argument("--binary", default=os.environ.get("WIRECOPY_BINARY", str(ROOT / "target/release/wirecopy")))
    p.add_argument("--work", type=Path, default=None, help="for what the tools write (default: in memory, or below FOLDER)")
    a = p.parse_args()
    a.name = a.name or Path(a.input).stem
    a.out.mkdir(parents=True, exist_ok=True)
    a.work = a.work or in_memory(a) or a.out / "work"
    a.work.mkdir(parents=True, exist_ok=True)
    return a


def in_memory(a):
    """A folder in memory with room for the output of two tools; None if there is none."""
    shared = Path("/dev/shm")
    room = shutil.disk_usage(shared).free if os.access(shared, os.W_OK) else 0
    return shared / f"wirecopy-bench-{os.getpid()}" if room > 8 * os.path.getsize(a.input) else None


def measure(command, threads, log, env):
    """What a command took; see measure.py."""
    done = subprocess.run([sys.executable, "-I", "-S", str(HERE / "measure.py"), str(threads), str(log), *command],
                          stdout=subprocess.PIPE, env=env, text=True)
    return json.loads(done.stdout)


def last_line(log):
    lines = [line for line in Path(log).read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no word"


def jobs(a):
    """Name, banding and command builder of each tool, and the tools that cannot run with the reason."""
    found, missing = [("wirecopy", "", lambda out: [
        a.binary, "dedup", a.input, "-o", str(out / "result"), "--quiet", "--threads", str(a.threads),
        "--threshold", str(a.threshold), "--num-perm", str(a.num_perm)])], []
    for peer in filter(None, a.peers.split(",")):
        reason = install.install(peer)
        if reason:
            missing.append((peer, "", "not installed: " + reason))
            continue
        for banding in a.banding.split(","):
            bands, rows = banding.split("x")

            def command(out, peer=peer, bands=bands, rows=rows):
                return [str(install.python(peer)), str(HERE / "dedup" / f"{peer.replace('-', '_')}_run.py"), a.input,
                        str(out), "--threshold", str(a.threshold), "--num-perm", str(a.num_perm), "--bands", bands,
                        "--rows", rows, "--ngram", "5", "--threads", str(a.threads)]
            found.append((peer, banding, command))
    return found, missing


def truth(a):
    """Exact pairs of the input, made once."""
    path = a.out / "work" / f"{a.name}-truth.tsv"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        reason = install.install("datasketch")
        if reason:
            sys.exit(f"the exact pairs need numpy: {reason}")
        part = path.with_suffix(".part")
        subprocess.run([str(install.python("datasketch")), str(HERE / "truth.py"), a.input, str(part), "--least", "0.5"],
                       check=True)
        part.rename(path)
    return path


def score(a, exact, out):
    folder = out / "result" if (out / "result").exists() else out
    done = subprocess.run([sys.executable, str(HERE / "score_dedup.py"), str(exact), str(folder), "--threshold",
                           str(a.threshold)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def rounds(a, found, missing, exact):
    """All runs, and the quality of each tool."""
    env = {**os.environ, "RAYON_NUM_THREADS": str(a.threads), "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false",
           "PYTHONPATH": "", "DAFT_PROGRESS_BAR": "0", "DO_NOT_TRACK": "1", "DAFT_ANALYTICS_ENABLED": "0"}
    runs, quality, out_of = {}, {}, {}
    with open(a.out / f"{a.name}-raw.csv", "w", newline="") as raw:
        table = csv.writer(raw)
        table.writerow(["round", "tool", "banding", "status", "wall_s", "cpu_s", "peak_bytes", "load"])
        for n in range(a.rounds):
            turned = found[n % len(found):] + found[:n % len(found)]
            for tool, banding, command in turned:
                key = (tool, banding)
                took = runs[key][0]["wall_s"] if key in runs else 0
                most = 1 if took > 4 * a.slow else 2 if took > a.slow else a.rounds
                if key in out_of or len(runs.get(key, [])) >= most:
                    continue
                out = a.work / "run"
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir()
                load = os.getloadavg()[0]
                took = measure(command(out), a.threads, a.work / "log", env)
                table.writerow([n, tool, banding, took["status"], took["wall_s"], took["cpu_s"], took["peak_bytes"],
                                round(load, 2)])
                raw.flush()
                print(f"round {n} {tool} {banding}: {took}", file=sys.stderr, flush=True)
                if took["status"]:
                    out_of[key] = f"status {took['status']}: {last_line(a.work / 'log')}"
                    missing.append((tool, banding, out_of[key]))
                    continue
                runs.setdefault(key, []).append(took)
                if key not in quality:
                    quality[key] = score(a, exact, out)
    return runs, quality


def summary(a, runs, quality, missing):
    """Medians, ratios and quality of each tool, ours first, then the quickest."""
    def middle(key, what):
        return statistics.median(run[what] for run in runs[key])
    ours = ("wirecopy", "")
    rows = []
    for key in sorted(runs, key=lambda k: (k != ours, middle(k, "wall_s"))):
        q = quality[key]
        rows.append({
            "tool": key[0], "banding": key[1], "runs": len(runs[key]), "wall_s": round(middle(key, "wall_s"), 3),
            "cpu_s": round(middle(key, "cpu_s"), 3), "peak_mb": round(middle(key, "peak_bytes") / 1e6, 1),
            "times_slower": round(middle(key, "wall_s") / middle(ours, "wall_s"), 2),
            "our_share_of_its_memory": round(middle(ours, "peak_bytes") / middle(key, "peak_bytes"), 3),
            "pair_recall": q["exact"]["pairs"]["recall"], "pair_precision": q["exact"]["pairs"]["precision"],
            "edge_recall": q["off_the_edge"]["pairs"]["recall"], "edge_precision": q["off_the_edge"]["pairs"]["precision"],
            "doc_recall": q["exact"]["documents"]["recall"], "doc_precision": q["exact"]["documents"]["precision"],
            "true_pairs": q["exact"]["pairs"]["true"], "found_pairs": q["exact"]["pairs"]["found"]})
    with open(a.out / f"{a.name}.csv", "w", newline="") as f:
        table = csv.DictWriter(f, rows[0])
        table.writeheader()
        table.writerows(rows)
    megabytes = os.path.getsize(a.input) / 1e6
    lines = [f"### dedup, {a.name}: {megabytes:.0f} MB, threshold {a.threshold}, {a.threads} threads", "",
             "| tool | bands x rows | wall s (runs) | CPU s | peak MB | times slower | our memory / its | pairs: recall,"
             " precision | off the edge | documents |", "|---|---|---|---|---|---|---|---|---|---|"]
    for r in rows:
        lines.append(
            f"| {r['tool']} | {r['banding'] or 'its own'} | {r['wall_s']:.2f} ({r['runs']}) | {r['cpu_s']:.2f} |"
            f" {r['peak_mb']:.0f} | {r['times_slower']:.1f} | {r['our_share_of_its_memory']:.2f} |"
            f" {r['pair_recall']:.4f}, {r['pair_precision']:.4f} | {r['edge_recall']:.4f}, {r['edge_precision']:.4f} |"
            f" {r['doc_recall']:.4f}, {r['doc_precision']:.4f} |")
    lines += [f"| {tool} | {banding} | could not run: {reason} | | | | | | | |" for tool, banding, reason in missing]
    (a.out / f"{a.name}.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def main():
    a = arguments()
    if not Path(a.binary).exists():
        sys.exit(f"{a.binary} is not there; build it (cargo build --release), or name it with --binary")
    found, missing = jobs(a)
    exact = truth(a)
    with open(a.input, "rb") as warm:
        while warm.read(1 << 24):
            pass
    runs, quality = rounds(a, found, missing, exact)
    if ("wirecopy", "") not in runs:
        sys.exit(f"wirecopy did not run: {missing}")
    summary(a, runs, quality, missing)
    shutil.rmtree(a.work / "run", ignore_errors=True)
    if a.work.parent == Path("/dev/shm"):
        shutil.rmtree(a.work, ignore_errors=True)


if __name__ == "__main__":
    main()
