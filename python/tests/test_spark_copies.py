"""Copies by Sail: what a run finds."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from engines import frame, words

import wirecopy
from wirecopy.spark import copies

OUTLETS = ["Bay Herald", "Herald Weekend", "Echo", "Gulf Times", "ABN", None]


def corpus(documents: int = 160) -> pyarrow.Table:
    """Articles that are printed again whole, edited and in part, under the furniture of two houses;
    reports of an agency; tables that are filled in anew; equal ids, and rows without a text."""
    random_ = random.Random(5)
    stories = [words(random_, 90) for _ in range(documents // 4)]
    furniture = [". ".join(" ".join(words(random_, 9)) for _ in range(6)) for _ in range(2)]
    form = words(random_, 70)
    rows = []
    for n in range(documents):
        outlet = OUTLETS[random_.randrange(len(OUTLETS))]
        story = list(random_.choice(stories))
        for _ in range(random_.randrange(12)):
            story[random_.randrange(90)] = words(random_, 1)[0]
        start = random_.choice([0, 0, 0, 30, 60])
        parts = [" ".join(story[start:]).capitalize() + "."]
        if random_.random() < 0.5:
            parts.insert(0, " ".join(words(random_, random_.randrange(5, 50))) + ".")
        if outlet is not None and random_.random() < 0.6:
            parts.append(furniture["Herald" in outlet])
        if outlet == "ABN":
            parts[0] = "BERLIN (ABN) - " + parts[0]
        if n % 12 == 0:
            counts = [f"{random_.randrange(900)} {word}" for word in form]
            parts = [" ".join(counts) + "."]
        date = None if random_.random() < 0.1 else f"2024-03-{random_.randrange(1, 29):02}"
        rows.append({"id": f"d{n % (documents - 3)}", "outlet": outlet, "date": date})
        rows[-1]["text"] = "\n\n".join(parts)
    rows += [{**rows[0], "text": text} for text in ("", None, "a cat")]
    names = ("id", "text", "outlet", "date")
    return pyarrow.table({name: [row[name] for row in rows] for name in names})


CORPUS = corpus()
#: What a pair is, beside its ids.
COLUMNS = ("coverage", "cover_a", "cover_b", "tokens", "identity", "passages", "first")

Pairs = list[tuple[Any, ...]]


def in_order(rows: list[dict[str, Any]]) -> Pairs:
    return sorted(tuple(str(row[name]) for name in ("a", "b", *COLUMNS)) for row in rows)


def by_library(**settings: Any) -> Pairs:
    with pytest.warns(wirecopy.WirecopyWarning):
        return in_order(wirecopy.copies(CORPUS, **settings).to_pylist())


@pytest.mark.parametrize(
    "settings",
    [{}, {"threshold": 0.7, "scope": "auto", "edits": "normal"}],
    ids=str,
)
def test_sail_finds_the_copies_of_a_run(sail: Any, tmp_path: Path, settings: Any) -> None:
    found = copies(
        frame(sail, tmp_path, CORPUS),
        work=str(tmp_path / "work"),
        outlet_column="outlet",
        date_column="date",
        partitions=3,
        **settings,
    )
    pairs = in_order([row.asDict() for row in found.pairs.collect()])
    assert pairs == by_library(**settings)
    assert len(pairs) > 20 and found.without_text == 1
    assert found.passages.pairs.count() > len(pairs)


def test_copies_become_the_clusters_of_a_run(sail: Any, tmp_path: Path) -> None:
    # Long and different texts: short and equal ones are told by other means in a run.
    texts = CORPUS["text"].to_pylist()
    rows = [n for n, text in enumerate(texts) if text and len(text) > 400]
    table = CORPUS.take([n for n in rows if texts.index(texts[n]) == n])
    table = table.set_column(0, "id", pyarrow.array([f"d{n:03}" for n in range(table.num_rows)]))
    columns: Any = {"outlet_column": "outlet", "date_column": "date"}
    for keep in ("first", "longest"):
        work = tmp_path / keep
        work.mkdir()
        found = copies(
            frame(sail, work, table), work=str(work / "work"), partitions=3, keep=keep, **columns
        )
        rows_of = [row.asDict() for row in found.clusters.collect()]
        alone = wirecopy.dedup(table, measure="coverage", keep=keep)
        names = ("id", "cluster_size", "representative", "duplicate_of", "coverage")
        expected = alone.duplicates.to_pylist()
        assert sorted(tuple(str(row[name]) for name in names) for row in rows_of) == sorted(
            tuple(str(row[name]) for name in names) for row in expected
        )
        assert len(rows_of) > 40 and found.kept.count() == len(alone.kept_rows)
    with pytest.raises(ValueError, match="keep: `best` is not known"):
        copies(sail.range(1), work=str(tmp_path), keep="best")  # type: ignore[arg-type]


def test_copies_without_outlets(sail: Any, tmp_path: Path) -> None:
    table = CORPUS.select(["id", "text"]).slice(0, 60)
    found = copies(frame(sail, tmp_path, table), work=str(tmp_path / "work"), partitions=2)
    alone = wirecopy.copies(table)
    assert in_order([row.asDict() for row in found.pairs.collect()]) == in_order(alone.to_pylist())
    assert len(alone) > 10
    with pytest.raises(ValueError, match="threshold: 45 is out of range"):
        copies(sail.range(1), work=str(tmp_path / "work"), threshold=45)


def test_a_job_writes_copies_too(
    sail_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pyarrow import parquet

    from wirecopy.spark import submit

    source, out = tmp_path / "articles.parquet", tmp_path / "out"
    table = CORPUS.slice(0, 60)
    parquet.write_table(table, source)
    arguments = ["scan", str(source), "-o", str(out), "--work", str(tmp_path / "work"), "--copies"]
    more = ["--outlet-column", "outlet", "--date-column", "date", "--partitions", "2"]
    assert submit.main([*arguments, *more, "--remote", sail_url]) == 0
    found = wirecopy.scan(table)
    listed = parquet.read_table(out / "copies").to_pylist()
    assert in_order(listed) == in_order(found.copies().to_pylist()) and len(listed) > 3
    assert parquet.read_table(out / "pairs").num_rows == len(found.pairs)
    assert f"{len(listed)} pairs of copies in" in capsys.readouterr().out
