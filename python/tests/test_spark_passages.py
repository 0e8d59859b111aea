"""Shared passages by Sail: what a run finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow
import pytest
from engines import frame
from passages import CORPUS, by_engine, by_library

from wirecopy.spark import _passages, shared_passages


@pytest.mark.parametrize(
    "settings",
    [{}, {"scope": "all", "max_days": 6, "min_tokens": 12, "edits": "high"}],
    ids=str,
)
def test_sail_finds_what_a_run_finds(sail: Any, tmp_path: Path, settings: Any) -> None:
    found = shared_passages(
        frame(sail, tmp_path, CORPUS),
        work=str(tmp_path / "work"),
        outlet_column="outlet",
        date_column="date",
        partitions=3,
        **settings,
    )
    pairs, families = by_library(**settings)
    assert by_engine(found) == (pairs, families)
    assert len(pairs) > 300 and len(families) > 30 and found.without_text == 1


def test_sail_finds_the_same_in_many_cells(sail: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Where documents are too many for one part and one cell: each goes to all cells that it meets
    others in."""
    monkeypatch.setattr(_passages, "PART_TOKENS", 1 << 10)
    monkeypatch.setattr(_passages, "GROUP_TOKENS", 1 << 10)
    documents, work = frame(sail, tmp_path, CORPUS), str(tmp_path / "work")
    columns = {"outlet_column": "outlet", "date_column": "date"}
    found = shared_passages(documents, work=work, partitions=6, **columns)
    assert by_engine(found) == by_library()
    cells = sail.read.parquet(f"{work}/meetings").select("part").distinct().count()
    assert cells == 6


def test_groups_are_as_many_as_they_need_to_be() -> None:
    few, many = _passages.GROUP_TOKENS, 1000 * _passages.GROUP_TOKENS
    assert [_passages.groups_of(n, 8) for n in (0, 1, few, few + 1, many)] == [1, 1, 1, 2, 4]
    assert _passages.groups_of(many, 1) == 1


def test_nothing_shared_and_what_is_wrong(sail: Any, tmp_path: Path) -> None:
    table = pyarrow.table({"id": ["a", "b"], "text": ["one text", None]})
    documents, work = frame(sail, tmp_path, table), str(tmp_path / "work")
    found = shared_passages(documents, work=work)
    assert found.pairs.count() == 0 and found.families.count() == 0
    with pytest.raises(ValueError, match="no column `house`; the columns are id, text"):
        shared_passages(documents, work=work, outlet_column="house")
    with pytest.raises(ValueError, match="min_tokens"):
        shared_passages(documents, work=work, min_tokens=0)
    with pytest.raises(ValueError, match="max_pairs: an engine lists all pairs"):
        shared_passages(documents, work=work, max_pairs=3)
