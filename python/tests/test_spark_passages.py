"""Shared passages by Sail: what a run finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow
import pytest
from engines import frame
from passages import CORPUS, by_engine, by_library

from wirecopy.spark import shared_passages


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
