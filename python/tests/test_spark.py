"""Deduplication by Sail: what the program finds."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from engines import CORPUS, by_library, frame, rows, rows_of, run, words
from pyarrow import parquet

from wirecopy.spark import near_duplicates


@pytest.mark.parametrize(
    "settings", [{}, {"threshold": 0.9}, {"keep": "longest", "threshold": 0.5}], ids=str
)
def test_sail_finds_what_a_run_finds(sail: Any, tmp_path: Path, settings: Any) -> None:
    found = run(sail, tmp_path, **settings)
    expected = by_library(CORPUS, **settings)
    assert rows(found) == expected
    assert len(expected[0]) > 100 and found.without_text == 2


def test_many_edges_are_joined_by_stars(sail: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Where one task would not hold them: the same components."""
    from wirecopy.spark import _components

    monkeypatch.setattr(_components, "FEW_EDGES", -1)
    found = run(sail, tmp_path, threshold=0.5)
    assert rows(found) == by_library(CORPUS, threshold=0.5)
    assert (tmp_path / "work" / "stars-1").exists()


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
