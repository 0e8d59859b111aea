"""A run as a job: the program's flags, Parquet, JSON Lines or CSV in, Parquet out.

``spark-submit submit.py dedup INPUT... -o DIR --work DIR`` (or ``scan``), with the path that
``python -m wirecopy.spark.submit --where`` prints; or ``python -m wirecopy.spark.submit dedup …``
with ``--remote sc://host:port`` for Spark Connect and Sail.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

FORMATS = ("parquet", "jsonl", "csv")
ENDINGS = {
    "parquet": (".parquet", ".pq"),
    "jsonl": (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".json.gz", ".jsonl.zst"),
    "csv": (".csv", ".csv.gz"),
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="wirecopy.spark.submit", description=__doc__)
    top.add_argument("--where", action="store_true", help="print the path of this file, and end")
    commands = top.add_subparsers(dest="command")
    dedup = commands.add_parser("dedup", help="near-duplicate documents")
    scan = commands.add_parser("scan", help="passages that documents share")
    for command in (dedup, scan):
        _common(command)
    dedup.add_argument("--order-column", metavar="NAME")
    dedup.add_argument("--threshold", type=float, metavar="J")
    dedup.add_argument("--keep", choices=("first", "longest", "earliest", "latest"))
    dedup.add_argument("--unit", choices=("word", "char"))
    for number in ("num-perm", "bands", "rows"):
        dedup.add_argument(f"--{number}", type=int, metavar="N")
    scan.add_argument("--outlet-column", metavar="NAME")
    scan.add_argument("--copies", action="store_true", help="also copies, in DIR/copies, their clusters, and what is kept")
    scan.add_argument("--scope", choices=("auto", "outlets", "documents", "all"))
    scan.add_argument("--edits", choices=("low", "normal", "high"))
    for number in ("min-tokens", "max-days", "seed"):
        scan.add_argument(f"--{number}", type=int, metavar="N")
    return top


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("inputs", nargs="+", metavar="INPUT", help="files or folders of one format")
    command.add_argument("-o", "--output", required=True, metavar="DIR", help="folder of the result")
    command.add_argument("--work", required=True, metavar="DIR", help="folder that all workers reach")
    command.add_argument("--input-format", choices=FORMATS, help="default: told from the names")
    for column in ("text", "id"):
        command.add_argument(f"--{column}-column", metavar="NAME", default=column)
    command.add_argument("--date-column", metavar="NAME")
    for number in ("ngram-size", "partitions"):
        command.add_argument(f"--{number}", type=int, metavar="N")
    command.add_argument("--remote", metavar="URL", help="a Spark Connect or Sail server, sc://…")


def main(arguments: list[str] | None = None) -> int:
    """Runs the job; returns the exit code."""
    top = parser()
    asked = top.parse_args(arguments)
    if asked.where:
        print(__file__)
        return 0
    if asked.command is None:
        top.error("say what to do: dedup or scan")
    try:
        if asked.command == "scan":
            _scan(asked)
        else:
            _dedup(asked)
    except (ValueError, TypeError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _chosen(asked: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """The arguments of a run: those that were given, of these and of all runs."""
    names = (*names, "work", "id_column", "text_column", "date_column", "ngram_size", "partitions")
    return {name: getattr(asked, name) for name in names if getattr(asked, name) is not None}


def _dedup(asked: argparse.Namespace) -> None:
    # Absolute: spark-submit runs this file by itself.
    from wirecopy.spark import near_duplicates

    spark = _session(asked.remote)
    documents = read(spark, asked.inputs, asked.input_format)
    names = ("threshold", "keep", "unit", "num_perm", "bands", "rows", "order_column")
    found = near_duplicates(documents, **_chosen(asked, names))
    output = asked.output.rstrip("/")
    found.pairs.write.parquet(f"{output}/pairs")
    found.clusters.write.parquet(f"{output}/duplicates")
    found.kept.write.parquet(f"{output}/kept")
    kept = spark.read.parquet(f"{output}/kept").count()
    removed = found.clusters.filter("NOT representative").count()
    print(f"{kept + removed:,} documents, {removed:,} removed, {kept:,} kept in {output}/kept")
    if found.without_text:
        print(f"{found.without_text:,} rows have no text: they are kept and were not compared")


def _scan(asked: argparse.Namespace) -> None:
    from wirecopy.spark import copies, shared_passages

    documents = read(_session(asked.remote), asked.inputs, asked.input_format)
    names = ("min_tokens", "scope", "edits", "max_days", "seed", "outlet_column")
    chosen = _chosen(asked, names)
    output = asked.output.rstrip("/")
    if asked.copies:
        listed = copies(documents, **{"scope": "auto", "edits": "normal", **chosen})
        found = listed.passages
        listed.pairs.write.parquet(f"{output}/copies")
        listed.clusters.write.parquet(f"{output}/duplicates")
        listed.kept.write.parquet(f"{output}/kept")
        print(f"{listed.pairs.count():,} pairs of copies in {output}/copies")
    else:
        found = shared_passages(documents, **chosen)
    found.pairs.write.parquet(f"{output}/pairs")
    found.families.write.parquet(f"{output}/families")
    pairs, families = found.pairs.count(), found.families.select("family").distinct().count()
    print(f"{pairs:,} pairs in {families:,} families in {output}")
    if found.without_text:
        print(f"{found.without_text:,} rows have no text and were not compared")


def _session(remote: str | None) -> Any:
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    return builder.remote(remote).getOrCreate() if remote else builder.getOrCreate()


def read(spark: Any, inputs: list[str], format_: str | None = None) -> Any:
    """The documents of some files or folders."""
    format_ = format_ or format_of(inputs)
    if format_ == "parquet":
        return spark.read.parquet(*inputs)
    if format_ == "jsonl":
        return spark.read.json(inputs)
    options = {"header": "true", "multiLine": "true", "escape": '"'}
    return spark.read.options(**options).csv(inputs)


def format_of(inputs: list[str]) -> str:
    """The format that the names of the files tell."""
    for format_, endings in ENDINGS.items():
        if all(name.lower().rstrip("/*").endswith(endings) for name in inputs):
            return format_
    raise ValueError(
        f"input_format: the names of {', '.join(inputs)} do not tell one format. say "
        "--input-format parquet, jsonl or csv"
    )


if __name__ == "__main__":
    sys.exit(main())
