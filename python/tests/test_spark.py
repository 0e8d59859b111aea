"""Deduplication by an engine: what the program finds, on Sail and on a Spark cluster, whatever
dies.

The cluster is real: a master and two workers on loopback, started once for all tests.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

import wirecopy

pytest.importorskip("pyspark")

from wirecopy.spark import NearDuplicates, near_duplicates  # noqa: E402

PARTITIONS = 3


@pytest.fixture(scope="session")
def sail_url() -> Iterator[str]:
    server_of = pytest.importorskip("pysail.spark")
    server = server_of.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    yield f"sc://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="session")
def sail(sail_url: str) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(sail_url).create()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    from cluster import Cluster

    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
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
    session = builder.master(cluster.url).getOrCreate()
    yield session
    session.stop()


def words(random_: random.Random, count: int) -> list[str]:
    """Prose of its own: no two lists have much in common."""
    return [f"{random_.choice('bdfgklmnprst')}{random_.randrange(3_000)}" for _ in range(count)]


def corpus(documents: int = 400) -> pyarrow.Table:
    """Articles, edited copies, chains of them, equal texts, short and empty ones, one opening in a
    tenth of all, and rows without a text."""
    random_ = random.Random(7)
    opening = words(random_, 60)
    texts: list[str | None] = []
    while len(texts) < documents:
        story = words(random_, random_.randrange(40, 160))
        if random_.random() < 0.1:
            story = opening + story[:20]
        texts.append(" ".join(story))
        for copy in range(random_.choice([0, 0, 0, 1, 2, 6])):
            if copy % 3 == 2:
                texts.append(" ".join(story).upper() + ".")
                continue
            for _ in range(random_.randrange(1, 4)):
                story[random_.randrange(len(story))] = words(random_, 1)[0]
            texts.append(" ".join(story))
    texts += ["a cat", "A cat!", "", "...", None, None, " ".join(opening)]
    texts += [" ".join([*opening, f"end{n}"]) for n in range(60)]
    random_.shuffle(texts)
    numbers = list(range(len(texts)))
    ids = [f"d{random_.randrange(10**9)}-{n}" for n in numbers]
    dates = [f"2024-{1 + n % 12:02}-{1 + n % 28:02}" for n in numbers]
    return pyarrow.table({"id": ids, "text": texts, "date": dates, "n": numbers})


CORPUS = corpus()

Found = tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]


def by_library(table: pyarrow.Table, **settings: Any) -> Found:
    with pytest.warns(wirecopy.WirecopyWarning, match="2 rows have no text"):
        result = wirecopy.dedup(table, **settings)
    return rows_of(result.pairs.to_pylist(), result.duplicates.to_pylist())


def rows_of(pairs: list[Any], clusters: list[Any]) -> Found:
    return (
        {(row["a"], row["b"], row["jaccard"]) for row in pairs},
        {
            tuple(row[name] for name in ("id", "cluster_size", "duplicate_of", "jaccard"))
            for row in clusters
        },
    )


def rows(found: NearDuplicates) -> Found:
    pairs = [row.asDict() for row in found.pairs.collect()]
    clusters = [row.asDict() for row in found.clusters.collect()]
    assert len({row["cluster"] for row in clusters}) == sum(r["representative"] for r in clusters)
    return rows_of(pairs, clusters)


def frame(session: Any, folder: Path, table: pyarrow.Table = CORPUS) -> Any:
    """The documents as a DataFrame over several files."""
    source = folder / "documents"
    source.mkdir()
    for n in range(4):
        part = table.slice(n * table.num_rows // 4, (n + 1) * table.num_rows // 4)
        count = (n + 1) * table.num_rows // 4 - n * table.num_rows // 4
        parquet.write_table(part.slice(0, count), source / f"part-{n}.parquet")
    return session.read.parquet(str(source))


def run(session: Any, folder: Path, **settings: Any) -> NearDuplicates:
    return near_duplicates(
        frame(session, folder),
        work=str(folder / "work"),
        order_column="n",
        partitions=PARTITIONS,
        **settings,
    )


@pytest.mark.parametrize(
    "settings", [{}, {"threshold": 0.9}, {"keep": "longest", "threshold": 0.5}], ids=str
)
def test_sail_finds_what_a_run_finds(sail: Any, tmp_path: Path, settings: Any) -> None:
    found = run(sail, tmp_path, **settings)
    expected = by_library(CORPUS, **settings)
    assert rows(found) == expected
    assert len(expected[0]) > 100 and found.without_text == 2


def test_spark_finds_what_a_run_finds(spark: Any, tmp_path: Path) -> None:
    found = run(spark, tmp_path, date_column="date", keep="latest")
    assert rows(found) == by_library(CORPUS, keep="latest")
    removed = sum(1 for row in found.clusters.collect() if not row["representative"])
    assert found.kept.count() == CORPUS.num_rows - removed
    assert found.kept.columns == CORPUS.column_names


@pytest.mark.parametrize("stage", ["signatures", "found"])
def test_a_worker_that_dies_changes_nothing(
    spark: Any, cluster: Any, tmp_path: Path, stage: str
) -> None:
    """While documents are read, and when all that is left is to group them."""
    killed = []

    def kill() -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until and not (tmp_path / "work" / stage).exists():
            time.sleep(0.02)
        killed.extend(cluster.kill_worker())
        cluster.add_worker()

    killer = threading.Thread(target=kill)
    killer.start()
    found = rows(run(spark, tmp_path))
    killer.join()
    assert len(killed) >= 2, "a worker and its executor"
    assert found == by_library(CORPUS)


def test_no_duplicates_and_no_documents(sail: Any, tmp_path: Path) -> None:
    table = pyarrow.table({"id": ["a", "b"], "text": ["one text", None]})
    for rows_, name in ((2, "two"), (0, "none")):
        folder = tmp_path / name
        folder.mkdir()
        parquet.write_table(table.slice(0, rows_), folder / "documents.parquet")
        documents = sail.read.parquet(str(folder / "documents.parquet"))
        found = near_duplicates(documents, work=str(folder / "work"))
        assert found.pairs.count() == 0 and found.clusters.count() == 0
        assert found.kept.count() == rows_


def test_nothing_is_lost_where_documents_have_the_same_id(sail: Any, tmp_path: Path) -> None:
    story = " ".join(words(random.Random(1), 40))
    ids = ["a", "a", "b", "c", "c", "d"]
    texts = [story, story, f"{story} end", "another text", story, None]
    parquet.write_table(pyarrow.table({"id": ids, "text": texts}), tmp_path / "documents.parquet")
    documents = sail.read.parquet(str(tmp_path / "documents.parquet"))
    found = near_duplicates(documents, work=str(tmp_path / "work"))
    clusters = [row.asDict() for row in found.clusters.collect()]
    assert sorted(row["id"] for row in clusters) == ["a", "a", "b", "c"]
    assert sorted(row["id"] for row in found.kept.collect()) == ["a", "a", "c", "c", "d"]


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_a_job_reads_files_and_writes_parquet(
    sail_url: str, tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from wirecopy.spark import submit

    source = tmp_path / f"articles.{ending}"
    frame_ = CORPUS.select(["id", "text", "n"]).to_pandas()
    if ending == "jsonl":
        frame_.to_json(source, orient="records", lines=True)
    elif ending == "csv":
        frame_.to_csv(source, index=False)
    else:
        frame_.to_parquet(source)
    arguments = ["dedup", str(source), "-o", str(tmp_path / "out"), "--work", str(tmp_path / "w")]
    more = ["--order-column", "n", "--threshold", "0.8", "--remote", sail_url]
    assert submit.main([*arguments, *more]) == 0
    pairs = parquet.read_table(tmp_path / "out" / "pairs").to_pylist()
    clusters = parquet.read_table(tmp_path / "out" / "duplicates").to_pylist()
    assert rows_of(pairs, clusters) == by_library(CORPUS, threshold=0.8)
    said = capsys.readouterr().out
    assert f"{CORPUS.num_rows:,} documents" in said and "rows have no text" in said
    assert submit.main([*arguments, "--remote", sail_url, "--threshold", "7"]) == 1
    assert "error: threshold: 7" in capsys.readouterr().err
    assert submit.main(["--where"]) == 0


def test_what_is_wrong_is_said(sail: Any, tmp_path: Path) -> None:
    documents = frame(sail, tmp_path)
    work = str(tmp_path / "work")
    with pytest.raises(ValueError, match="no column `body`; the columns are id, text, date, n"):
        near_duplicates(documents, work=work, text_column="body")
    with pytest.raises(ValueError, match="threshold: 2 is not a Jaccard similarity"):
        near_duplicates(documents, work=work, threshold=2)
    with pytest.raises(TypeError, match="no setting is called `tresh`"):
        near_duplicates(documents, work=work, tresh=2)
    with pytest.raises(RuntimeError, match="give a folder that the driver and all workers reach"):
        near_duplicates(documents, work="/proc/none/work")


def test_a_worker_without_its_packages_is_said(sail: Any, monkeypatch: Any) -> None:
    from wirecopy.spark import _engine

    monkeypatch.setitem(_engine.NEEDED, "pandas", (99, 0))
    with pytest.raises(RuntimeError, match=r"a worker lacks what it needs \(pandas .* too old"):
        _engine.check_workers(sail)
    monkeypatch.setitem(_engine.NEEDED, "no_such_package", (1, 0))
    monkeypatch.delitem(_engine.NEEDED, "pandas")
    with pytest.raises(RuntimeError, match="lacks what it needs .no_such_package: No module"):
        _engine.check_workers(sail)
