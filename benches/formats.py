#!/usr/bin/env python3
"""Reading speed of every format, compared.

    python3 benches/formats.py FILE.jsonl [--wirecopy PATH] [--runs 5] [--threads 2]

Writes the documents of FILE (JSON Lines with id, outlet, date, title and text) in every format into
a temporary folder, runs `wirecopy dedup --dry-run` on each in turn, several times, and prints the
time of the reading stage as MB of text a second. The runs of the formats are interleaved, so that
other work of the machine affects all of them equally. Checks that all formats give the same counts.
Parquet is written by wirecopy itself; needs nothing but Python's standard library and the `zstd`
program.
"""

import argparse
import bz2
import csv
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile

COLUMNS = ["id", "outlet", "date", "title", "text"]


def records(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def write_all(source, folder, wirecopy):
    """Writes all formats; returns the bytes of text and the names."""
    text = 0
    at = lambda name: os.path.join(folder, name)
    with open(at("docs.jsonl"), "w", encoding="utf-8") as lines, \
            open(at("docs.json"), "w", encoding="utf-8") as array, \
            open(at("docs.csv"), "w", encoding="utf-8", newline="") as table, \
            open(at("docs.warc"), "wb") as crawl:
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(COLUMNS)
        separator = "["
        for record in records(source):
            record = {name: record.get(name) or "" for name in COLUMNS}
            text += len(record["text"].encode())
            line = json.dumps(record, ensure_ascii=False)
            lines.write(line + "\n")
            array.write(separator + line)
            separator = ",\n"
            rows.writerow([record[name] for name in COLUMNS])
            body = record["text"].encode()
            head = "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: %s\r\n" \
                "Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
            crawl.write((head % (record["id"].replace("\n", " "), len(body))).encode())
            crawl.write(body + b"\r\n\r\n")
        array.write("]\n")
    plain = open(at("docs.jsonl"), "rb").read()
    with gzip.open(at("docs.jsonl.gz"), "wb", 6) as out:
        out.write(plain)
    with open(at("docs.jsonl.bz2"), "wb") as out:
        out.write(bz2.compress(plain))
    with open(at("wide.jsonl"), "wb") as out:
        out.write(plain.decode().encode("utf-16"))
    subprocess.run(["zstd", "-q", "-k", at("docs.jsonl")], check=True)
    subprocess.run(["zstd", "-q", "-k", at("docs.csv")], check=True)
    subprocess.run(
        [wirecopy, "dedup", at("docs.jsonl"), "-o", at("out"), "--output-format", "parquet",
         "--threshold", "1", "--quiet"], check=True)
    os.rename(at("out/kept.parquet"), at("docs.parquet"))
    names = ["docs.jsonl", "docs.json", "docs.csv", "docs.parquet", "docs.warc", "wide.jsonl",
             "docs.jsonl.zst", "docs.csv.zst", "docs.jsonl.gz", "docs.jsonl.bz2"]
    return text, names


def read_seconds(wirecopy, path, threads):
    """Time of the reading stage, and the counts."""
    run = subprocess.run(
        [wirecopy, "dedup", path, "--dry-run", "--format", "json", "--threads", str(threads),
         "--no-progress"], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{path}: {run.stderr}")
    summary = json.loads(run.stdout)
    stages = dict(summary["run"]["stages"])
    return stages["read"] / 1e9, (summary["documents"], summary["tokens"], summary["kept"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--wirecopy", default="target/release/wirecopy")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Exact duplicates are removed first, because Parquet is written by dedup, which would remove them.
        once = os.path.join(folder, "once")
        subprocess.run(
            [args.wirecopy, "dedup", args.file, "-o", once, "--output-format", "jsonl",
             "--threshold", "1", "--quiet"], check=True)
        [kept] = [name for name in os.listdir(once) if name.startswith("kept")]
        text, names = write_all(os.path.join(once, kept), folder, args.wirecopy)
        times, counts = {name: [] for name in names}, {}
        for _ in range(args.runs):
            for name in names:
                seconds, found = read_seconds(args.wirecopy, os.path.join(folder, name), args.threads)
                times[name].append(seconds)
                counts[name] = found
        plain = counts["docs.jsonl"]
        base = statistics.median(times["docs.jsonl"])
        print(f"{text / 1e6:.1f} MB of text in {plain[0]} documents, {args.threads} threads")
        print(f"{'format':<16} {'stored MB':>10} {'text MB/s':>10} {'x JSON Lines':>13}")
        for name in names:
            seconds = statistics.median(times[name])
            stored = os.path.getsize(os.path.join(folder, name)) / 1e6
            note = "" if counts[name] == plain else f"  counts differ: {counts[name]} instead of {plain}"
            print(f"{name:<16} {stored:>10.1f} {text / 1e6 / seconds:>10.0f} {seconds / base:>13.2f}{note}")


if __name__ == "__main__":
    main()
