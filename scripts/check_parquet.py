#!/usr/bin/env python3
"""Loads what wirecopy writes with other programs: pyarrow, DuckDB and (if it is there) datasets.

    scripts/check_parquet.sh            installs pyarrow and duckdb into target/venv and runs this
    python3 scripts/check_parquet.py [--wirecopy PATH]

Scans and deduplicates the sample in several formats, and compares what the programs load with the
JSON Lines of the same run: names, types, values.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def check(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: {got!r} instead of {expected!r}")


def pairs(folder, at):
    """Pairs as Parquet and CSV against JSON Lines."""
    expected = lines(at("pairs.jsonl"))
    check("pairs found", len(expected) > 0, True)
    table = pq.read_table(at("pairs.parquet"))
    side = table.schema.field("a").type
    check("type of a", pa.types.is_struct(side), True)
    check("type of a.start", side.field("start").type, pa.int64())
    check("type of identity", table.schema.field("identity").type, pa.float64())
    check("type of a.text", side.field("text").type, pa.string())
    rows = table.to_pylist()
    for row in expected:
        row["why"] = "; ".join(row["why"])
        for side in (row["a"], row["b"]):
            # Objects leave it out where the date is the input's own.
            side.setdefault("date_inferred", None)
        # And this where no source is known.
        row.setdefault("source_basis", None)
    check("pairs in pyarrow", rows, expected)
    db = duckdb.connect()
    found = db.sql(f"SELECT a.id, b.id, tokens, family FROM '{at('pairs.parquet')}'").fetchall()
    want = [(row["a"]["id"], row["b"]["id"], row["tokens"], row["family"]) for row in expected]
    check("pairs in DuckDB", found, want)
    found = db.sql(f"SELECT a_id, b_id, tokens, family FROM '{at('pairs.csv')}'").fetchall()
    check("pairs as CSV in DuckDB", found, want)
    members = db.sql(f"SELECT count(*) FROM '{at('families.parquet')}'").fetchall()[0][0]
    want = sum(len(family["members"]) for family in lines(at("families.jsonl")))
    check("members in DuckDB", members, want)


def kept(folder, at):
    """Kept records as Parquet against JSON Lines, and rows that are copied unchanged."""
    expected = lines(at("lines/kept.jsonl"))
    rows = pq.read_table(at("rows/kept.parquet")).to_pylist()
    names = list(dict.fromkeys(name for record in expected for name in record))
    check("kept records", rows, [{name: r.get(name) for name in names} for r in expected])
    rich = pa.table({
        "id": pa.array([f"d{n}" for n in range(2000)]),
        "text": pa.array([f"number {n // 2} of the old pump house on Canal Row" for n in range(2000)]),
        "tags": pa.array([["a", None] * (n % 3) for n in range(2000)]),
        "meta": pa.array([{"outlet": "x", "n": n} if n % 5 else None for n in range(2000)]),
        "when": pa.array([n * 1000 for n in range(2000)], pa.timestamp("us", "UTC")),
        "price": pa.array([None if n % 7 else n for n in range(2000)], pa.decimal128(9, 2)),
        "raw": pa.array([bytes([n % 256]) * 3 for n in range(2000)], pa.binary(3)),
        "large": pa.array([f"x{n}" for n in range(2000)], pa.large_string()),
    })
    pq.write_table(rich, at("rich.parquet"), row_group_size=300)
    run(["dedup", "rich.parquet", "-o", "same", "--threshold", "1", "--quiet"], folder)
    same = pq.read_table(at("same/kept.parquet"))
    check("schema of kept rows", same.schema.equals(rich.schema, check_metadata=False), True)
    check("kept rows", same.to_pylist(), rich.take(list(range(0, 2000, 2))).to_pylist())
    run(["dedup", "rich.parquet", "-o", "lines2", "--threshold", "1", "--output-format", "jsonl",
         "--quiet"], folder)
    first = lines(at("lines2/kept.jsonl"))[1]
    check("a row as JSON", (first["id"], first["tags"], first["meta"]),
          ("d2", ["a", None, "a", None], {"outlet": "x", "n": 2}))


def datasets_load(at):
    try:
        import datasets
    except ImportError:
        print("SKIPPED: datasets is not installed")
        return
    for name in ["pairs.parquet", "rows/kept.parquet"]:
        loaded = datasets.load_dataset("parquet", data_files=at(name), split="train",
                                       cache_dir=at("cache"))
        check(f"{name} in datasets", len(loaded), pq.read_table(at(name)).num_rows)


WIRECOPY = ""


def run(args, folder):
    subprocess.run([WIRECOPY, *args], cwd=folder, check=True)


def main():
    global WIRECOPY
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--wirecopy", default="target/release/wirecopy")
    WIRECOPY = os.path.abspath(parser.parse_args().wirecopy)
    sample = os.path.abspath("examples/articles.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        for end in ["jsonl", "parquet", "csv"]:
            run(["scan", sample, "-o", f"pairs.{end}", "--families", f"families.{end}", "--quiet"],
                folder)
        run(["dedup", sample, "-o", "lines", "--threshold", "0.6", "--quiet"], folder)
        run(["dedup", sample, "-o", "rows", "--threshold", "0.6", "--quiet", "--output-format",
             "parquet"], folder)
        pairs(folder, at)
        kept(folder, at)
        datasets_load(at)
    print(f"pyarrow {pa.__version__} and DuckDB {duckdb.__version__} load everything")


if __name__ == "__main__":
    main()
