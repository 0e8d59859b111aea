"""The adapters and examples of docs/scale.md, as they are there."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow
import pytest

import wirecopy
from wirecopy import batch

FERRY = "The ferry to the island will not sail before noon, the port said on Monday morning"
ROWS = [
    {"id": "a", "text": f"{FERRY}."},
    {"id": "b", "text": "A cat was found in a tall tree behind the old mill on the river."},
    {"id": "c", "text": f"{FERRY}, again."},
    {"id": "d", "text": "Forecasters expect the storm to move out over the sea during the night."},
]
TABLE = pyarrow.Table.from_pylist(ROWS)


def test_datasets() -> None:
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_list(ROWS)
    # docs/scale.md: Hugging Face datasets
    result = wirecopy.dedup(dataset.with_format("arrow")[:])
    kept = dataset.select(result.kept_rows)
    assert kept["id"] == ["a", "b", "d"]


def test_datatrove() -> None:
    pytest.importorskip("datatrove")
    from datatrove.data import Document
    from datatrove.pipeline.base import PipelineStep

    # docs/scale.md: datatrove
    class Dedup(PipelineStep):  # type: ignore[misc, unused-ignore]
        name = "wirecopy"

        def run(self, data: Iterable[Any], rank: int = 0, world_size: int = 1) -> Iterator[Any]:
            documents = list(data)
            rows = [{"id": document.id, "text": document.text} for document in documents]
            for row in wirecopy.dedup(rows).kept_rows:
                yield documents[row]

    documents = [Document(text=row["text"], id=row["id"]) for row in ROWS]
    assert [document.id for document in Dedup().run(documents)] == ["a", "b", "d"]


def pairs_of(members: Iterable[list[str]]) -> set[tuple[str, str]]:
    """Pairs of ids that share a key, verified."""
    texts = {row["id"]: row["text"] for row in ROWS}
    pairs = sorted({pair for ids in members for pair in itertools.combinations(sorted(ids), 2)})
    asked = {"text_a": [texts[a] for a, _ in pairs], "text_b": [texts[b] for _, b in pairs]}
    found = batch.verify_pairs(pyarrow.table(asked))
    return {pairs[row] for row in found["row"].to_pylist()}


def test_daft() -> None:
    daft = pytest.importorskip("daft")

    # docs/scale.md: Daft
    @daft.func.batch(return_dtype=daft.DataType.list(daft.DataType.int64()))
    def keys(text: Any) -> Any:
        texts = pyarrow.table({"text": text.to_arrow()})
        read = batch.signatures(texts).select(["row", "text", "tokens", "keys"])
        lists: list[list[int]] = [[] for _ in range(len(texts))]
        for n, row in enumerate(read["row"].to_pylist()):
            lists[row] = batch.bands(read.slice(n, 1))["key"].to_pylist()
        return lists

    frame = daft.from_arrow(TABLE).with_column("key", keys(daft.col("text"))).explode("key")
    shared = frame.groupby("key").agg(daft.col("id").list_agg()).to_pydict()["id"]
    assert pairs_of(shared) == {("a", "c")}


def test_ray() -> None:
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        # docs/scale.md: Ray
        def keys(rows: pyarrow.Table) -> pyarrow.Table:
            read = batch.signatures(rows)
            parts = [read.slice(n, 1) for n in range(read.num_rows)]
            keyed = [(part["id"][0].as_py(), batch.bands(part)["key"]) for part in parts]
            ids = [name for name, found in keyed for _ in range(len(found))]
            return pyarrow.table({"id": ids, "key": [key for _, found in keyed for key in found]})

        def members(rows: pyarrow.Table) -> pyarrow.Table:
            return pyarrow.table({"ids": [rows["id"].to_pylist()]})

        documents = ray.data.from_arrow(TABLE)
        keyed = documents.map_batches(keys, batch_format="pyarrow")
        groups = keyed.groupby("key", num_partitions=1).map_groups(members, batch_format="pyarrow")
        shared = [list(row["ids"]) for row in groups.take_all()]
    finally:
        ray.shutdown()
    assert pairs_of(shared) == {("a", "c")}
