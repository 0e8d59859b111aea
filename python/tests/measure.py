"""What a run on a Spark cluster of two workers takes: bytes by its event log, and seconds.

Not a test: ``python tests/measure.py passages articles.jsonl``. The workers are processes on
loopback with a core each. ``--skew`` puts the same words at the start of a tenth of the documents,
``--repeat`` runs several times in one session, of which the first starts the workers.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from cluster import Cluster
from pyspark.sql import SparkSession

import wirecopy
from wirecopy.spark import copies, near_duplicates, shared_passages

#: Words of what a tenth of the documents start with: alike, but not near-duplicates of each other.
SKEW_WORDS = 60
#: Where a plan says which folder of the work folder it writes.
OUTPUT = r"Arguments: file:\S*?/stages/([\w-]+), "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("duplicates", "passages", "copies"))
    parser.add_argument("files", nargs="+")
    parser.add_argument("--partitions", type=int, default=None)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--most", type=int, help="documents of each file, the first ones")
    parser.add_argument("--skew", action="store_true")
    parser.add_argument("--stages", action="store_true", help="seconds of each stage, too")
    parser.add_argument("--memory", default="3g", help="of each worker")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="wirecopy-measure-"))
    cluster = Cluster(folder, asked.memory)
    try:
        spark = session(cluster, folder, asked.memory)
        for file in asked.files:
            for n in range(asked.repeat):
                measure(spark, folder, file, asked, n)
        spark.stop()
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def session(cluster: Cluster, folder: Path, memory: str) -> Any:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    (folder / "events").mkdir()
    heap = int(memory.removesuffix("g")) * 1024 - 200
    builder: Any = SparkSession.builder
    for name, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.executor.memory": f"{heap}m",
        "spark.executorEnv.PYTHONPATH": str(Path(wirecopy.__file__).parents[1]),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": f"file://{folder}/events",
    }.items():
        builder = builder.config(name, value)
    return builder.master(cluster.url).getOrCreate()


def measure(spark: Any, folder: Path, file: str, asked: argparse.Namespace, n: int) -> None:
    documents = prepared(spark, folder, file, asked)
    columns = set(documents.columns)
    work = str(folder / "stages")
    extra: dict[str, Any] = {"partitions": asked.partitions}
    if asked.what != "duplicates":
        extra |= {f"{name}_column": name for name in ("outlet", "date") if name in columns}
    seen = read_events(folder)
    started = time.monotonic()
    run: Any = {"duplicates": near_duplicates, "passages": shared_passages, "copies": copies}
    found = run[asked.what](documents, work=work, **extra)
    count = found.pairs.count()
    seconds = time.monotonic() - started
    time.sleep(1)
    stages = stages_of(read_events(folder)[len(seen) :])
    total = sum(stage["bytes"] for stage in stages.values())
    line = f"{Path(file).name} run {n}: {documents.count():,} documents, {count:,} pairs, "
    line += f"{seconds:.1f} s, {total:,} bytes"
    if asked.what != "duplicates":
        tokens = spark.read.parquet(f"{work}/documents").selectExpr("sum(tokens) AS n").first()["n"]
        line += f", {tokens:,} tokens, {total / tokens:.2f} bytes a token"
    print(line, flush=True)
    for name, stage in stages.items():
        if stage["bytes"] or asked.stages:
            print(
                f"  {name:14} {stage['bytes']:>12,} bytes {stage['rows']:>10,} rows "
                f"{stage['seconds']:6.1f} s in tasks, longest {stage['longest']:5.1f}",
                flush=True,
            )


def prepared(spark: Any, folder: Path, file: str, asked: argparse.Namespace) -> Any:
    source = folder / "documents"
    shutil.rmtree(source, ignore_errors=True)
    read = spark.read.json(file)
    if asked.most:
        read = read.limit(asked.most)
    if asked.skew:
        from pyspark.sql import functions as F

        opening = " ".join(f"opening{n}" for n in range(SKEW_WORDS))
        hot = F.pmod(F.xxhash64("id"), F.lit(10)) == 0
        text = F.when(hot, F.concat(F.lit(opening + " "), "text")).otherwise(F.col("text"))
        read = read.withColumn("text", text)
    read.repartition(4).write.parquet(str(source))
    return spark.read.parquet(str(source))


def read_events(folder: Path) -> list[str]:
    return [
        line for log in (folder / "events").iterdir() for line in log.read_text().splitlines()
    ]


def stages_of(events: list[str]) -> dict[str, dict[str, Any]]:
    """Of each frame that was written to the work folder, or else collected, what its tasks did."""
    names: dict[str, str] = {}
    of_stage: dict[int, str] = {}
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"bytes": 0, "rows": 0, "seconds": 0.0, "longest": 0.0}
    )
    for line in events:
        event = json.loads(line)
        kind = event["Event"].rpartition(".")[2]
        if kind == "SparkListenerSQLExecutionStart":
            written = event["physicalPlanDescription"]
            path = re.search(OUTPUT, written)
            names[str(event["executionId"])] = path.group(1) if path else "collected"
        elif kind == "SparkListenerJobStart":
            execution = event.get("Properties", {}).get("spark.sql.execution.id")
            for stage in event["Stage IDs"]:
                of_stage.setdefault(stage, names.get(execution, "other"))
        elif kind == "SparkListenerTaskEnd":
            metrics = event.get("Task Metrics") or {}
            own = found[of_stage.get(event["Stage ID"], "other")]
            written = metrics.get("Shuffle Write Metrics", {})
            seconds = metrics.get("Executor Run Time", 0) / 1000
            own["bytes"] += written.get("Shuffle Bytes Written", 0)
            own["rows"] += written.get("Shuffle Records Written", 0)
            own["seconds"] += seconds
            own["longest"] = max(own["longest"], seconds)
    return found


if __name__ == "__main__":
    main()
