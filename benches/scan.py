#!/usr/bin/env python3
"""Speed and memory of `wirecopy scan` compared with `wc -w`: same files, interleaved runs.

    python3 benches/scan.py FILE.jsonl [MORE.jsonl ...] [--rounds 7] [--threads 2] [--binary PATH]

For each file the median wall and CPU time of both, the ratio, and the peak memory of scan: VmHWM (all pages) and the
largest RssAnon seen (without file pages). Stage times come from `--log info` of one more run.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time


def status(pid):
    """VmHWM and RssAnon of a process in bytes."""
    try:
        with open(f"/proc/{pid}/status") as lines:
            found = dict(line.split(":", 1) for line in lines)
        return tuple(int(found[key].split()[0]) * 1024 for key in ("VmHWM", "RssAnon"))
    except (OSError, KeyError, ValueError):
        return 0, 0


def run(command, watch=False):
    """Wall seconds, CPU seconds, peak VmHWM and RssAnon of one run."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, "LC_ALL": "C.UTF-8"})
    high = anonymous = 0
    while watch and process.poll() is None:
        now = status(process.pid)
        high, anonymous = max(high, now[0]), max(anonymous, now[1])
        time.sleep(0.002)
    _, code, usage = os.wait4(process.pid, 0) if not watch else (0, process.returncode, None)
    wall = time.perf_counter() - start
    if code:
        sys.exit(f"{command}: status {code}")
    cpu = usage.ru_utime + usage.ru_stime if usage else 0.0
    return wall, cpu, max(high, usage.ru_maxrss * 1024 if usage else 0), anonymous


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("files", nargs="+")
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--binary", default="target/release/wirecopy")
    a = p.parse_args()
    print("| file | MB | `wc -w` s | scan s | ratio | scan CPU s | VmHWM MB | RssAnon MB | pairs | ns/pair |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for path in a.files:
        with tempfile.TemporaryDirectory() as folder:
            pairs = os.path.join(folder, "pairs.jsonl")
            scan = [a.binary, "scan", path, "--quiet", "--threads", str(a.threads), "--format", "jsonl",
                    "-o", pairs, "--families", os.path.join(folder, "families.jsonl")]
            with open(path, "rb") as warm:
                while warm.read(1 << 24):
                    pass
            rounds = [(run(["wc", "-w", path]), run(scan)) for _ in range(a.rounds)]
            _, _, high, anonymous = run(scan, watch=True)
            with open(pairs, "rb") as lines:
                count = sum(1 for _ in lines)
        wc = statistics.median(r[0][0] for r in rounds)
        wall = statistics.median(r[1][0] for r in rounds)
        cpu = statistics.median(r[1][1] for r in rounds)
        high = max(high, max(r[1][2] for r in rounds))
        print(f"| {os.path.basename(path)} | {os.path.getsize(path) / 1e6:.1f} | {wc:.3f} | {wall:.3f} | {wall / wc:.2f} |"
              f" {cpu:.3f} | {high / 1e6:.0f} | {anonymous / 1e6:.0f} | {count} | {wall * 1e9 / max(count, 1):.0f} |", flush=True)


main()
