"""Duplicates, passages and copies by a Spark cluster: what the program finds, whatever dies.

The cluster is real: a master and two workers on loopback, started once for these tests. It ends
before those of Sail begin (`test_spark`): a process has sessions of one kind at a time.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import passages
from engines import CORPUS, PARTITIONS, by_library, frame, rows, run

import wirecopy
from wirecopy.spark import copies, shared_passages


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    from cluster import Cluster

    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def spark(cluster: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    package = str(Path(wirecopy.__file__).parents[1])
    builder: Any = SparkSession.builder
    for name, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.executor.memory": "900m",
        "spark.executorEnv.PYTHONPATH": package,
        "spark.sql.shuffle.partitions": str(PARTITIONS),
        "spark.ui.port": "0",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        builder = builder.config(name, value)
    interrupt = signal.getsignal(signal.SIGINT)
    session = builder.master(cluster.url).getOrCreate()
    yield session
    session.stop()
    # Spark's answer to Ctrl-C fails once its session has ended.
    signal.signal(signal.SIGINT, interrupt)


def test_spark_finds_what_a_run_finds(spark: Any, tmp_path: Path) -> None:
    found = run(spark, tmp_path, date_column="date", keep="latest")
    assert rows(found) == by_library(CORPUS, keep="latest")
    removed = sum(1 for row in found.clusters.collect() if not row["representative"])
    assert found.kept.count() == CORPUS.num_rows - removed
    assert found.kept.columns == CORPUS.column_names


def test_spark_finds_the_passages_and_copies_of_a_run(spark: Any, tmp_path: Path) -> None:
    columns = {"outlet_column": "outlet", "date_column": "date"}
    documents = frame(spark, tmp_path, passages.CORPUS)
    found = copies(documents, work=str(tmp_path / "work"), partitions=PARTITIONS, **columns)
    pairs = {(row["a"], row["b"], row["coverage"]) for row in found.pairs.collect()}
    assert passages.by_engine(found.passages) == passages.by_library(
        scope="documents", edits="high"
    )
    with pytest.warns(wirecopy.WirecopyWarning):
        alone = wirecopy.copies(passages.CORPUS).to_pylist()
    assert pairs == {(row["a"], row["b"], row["coverage"]) for row in alone} and len(pairs) > 20


class Killer:
    """Kills a worker and its executor once a run writes a stage, and starts another worker."""

    def __init__(self, cluster: Any, stage: Path) -> None:
        self.cluster = cluster
        self.stage = stage
        self.killed: list[int] = []
        self.thread = threading.Thread(target=self.kill)

    def kill(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until and not self.stage.exists():
            time.sleep(0.02)
        if self.stage.exists():
            self.killed = self.cluster.kill_worker()
            self.cluster.add_worker()

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.thread.join()
        assert len(self.killed) >= 2, "a worker and its executor"


@pytest.mark.parametrize("stage", ["signatures", "found"])
def test_a_worker_that_dies_changes_nothing(
    spark: Any, cluster: Any, tmp_path: Path, stage: str
) -> None:
    """While documents are read, and when all that is left is to group them."""
    with Killer(cluster, tmp_path / "work" / stage):
        found = rows(run(spark, tmp_path))
    assert found == by_library(CORPUS)


@pytest.mark.parametrize("stage", ["documents", "meetings", "passages"])
def test_a_worker_that_dies_changes_no_passage(
    spark: Any, cluster: Any, tmp_path: Path, stage: str
) -> None:
    """While documents are read, and when places and tokens that were shuffled are lost with it."""
    documents = frame(spark, tmp_path, passages.CORPUS)
    columns = {"outlet_column": "outlet", "date_column": "date"}
    with Killer(cluster, tmp_path / "work" / stage):
        work = str(tmp_path / "work")
        run_ = shared_passages(documents, work=work, partitions=PARTITIONS, **columns)
        found = passages.by_engine(run_)
    assert found == passages.by_library() and len(found[0]) > 300
