"""What the tests of engines share: documents, a run over them, and what the library finds in them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

import wirecopy

pytest.importorskip("pyspark")

from wirecopy.spark import NearDuplicates, near_duplicates  # noqa: E402

PARTITIONS = 3


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
