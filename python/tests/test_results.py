"""Results are those of the program, and tables everywhere."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow
import pytest

import wirecopy

SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "articles.jsonl"
FERRY = "The ferry to the island will not sail before noon, the port said on Monday morning"


def sample() -> list[dict[str, Any]]:
    with SAMPLE.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def program(*arguments: str) -> list[dict[str, Any]]:
    """What the program says, which the script that runs these tests has built."""
    path = os.environ.get("WIRECOPY")
    if not path:
        pytest.skip("WIRECOPY names no program")
    run = subprocess.run([path, *arguments], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def filled(value: Any) -> Any:
    """A record of the program with the marks that objects leave out where they do not hold."""
    if isinstance(value, list):
        return [filled(item) for item in value]
    if not isinstance(value, dict):
        return value
    marks = ("date_inferred", "source_basis")
    return {name: filled(item) for name, item in value.items() if name not in marks}


def test_pairs_are_those_of_the_program() -> None:
    own = wirecopy.scan(sample()).pairs.to_pylist()
    theirs = program("scan", str(SAMPLE), "--format", "jsonl", "--quiet")
    assert len(own) == len(theirs) > 0
    for ours, other in zip(own, theirs):
        assert bool(ours.pop("why")) == bool(other.pop("why"))
        assert filled(ours) == filled(other)


def test_families_are_those_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "families.jsonl"
    program("scan", str(SAMPLE), "--format", "jsonl", "--quiet", "--families", str(path))
    theirs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    own = wirecopy.scan(sample()).families.to_pylist()
    assert [family["rank"] for family in own] == list(range(1, len(own) + 1))
    for ours, other in zip(own, sorted(theirs, key=lambda family: family["rank"])):
        assert bool(ours.pop("why")) == bool(other.pop("why"))
        assert filled(ours) == filled(other)


def test_threads_change_nothing() -> None:
    one, two = (wirecopy.scan(sample(), threads=n) for n in (1, 2))
    assert pyarrow.table(one.pairs) == pyarrow.table(two.pairs)
    assert pyarrow.table(one.families) == pyarrow.table(two.families)


def test_tables_go_everywhere() -> None:
    found = wirecopy.scan(sample())
    pairs = found.pairs
    assert pairs.to_pandas().shape == (len(pairs), len(pairs.column_names))
    assert polars.DataFrame(pairs).height == len(pairs)
    assert pairs.to_polars()["kind"].to_list() == [row["kind"] for row in pairs.to_pylist()]
    count = duckdb.sql("SELECT count(*) FROM pairs").fetchall()
    assert count == [(len(pairs),)]
    assert len(found.flows) >= 0
    assert "rows of a, b" in repr(pairs) or "row of a, b" in repr(pairs)


def test_what_is_kept_keeps_its_columns() -> None:
    table = pyarrow.table(
        {"text": [f"{FERRY}.", "A cat.", f"{FERRY}, too."], "id": [1, 2, 3], "more": [[1], [], None]}
    )
    result = wirecopy.dedup(table)
    assert pyarrow.table(result.kept) == table.slice(0, 2).combine_chunks()
    assert result.kept_rows == [0, 1]
    duplicates = result.duplicates.to_pylist()
    assert [(row["id"], row["duplicate_of"]) for row in duplicates] == [("1", None), ("3", "1")]
    assert duplicates[1]["jaccard"] == result.pairs.to_pylist()[0]["jaccard"] > 0.7


def test_a_threshold_can_be_moved() -> None:
    texts = [f"{FERRY}.", f"{FERRY} or later, or on Tuesday.", "A cat."]
    strict = wirecopy.dedup(texts, threshold=0.95)
    assert strict.kept_rows == [0, 1, 2]
    loose = strict.rethreshold(0.5)
    assert loose.kept_rows == [0, 2]
    assert pyarrow.table(loose.pairs) == pyarrow.table(wirecopy.dedup(texts, threshold=0.5).pairs)


def test_rows_without_a_text_are_not_kept() -> None:
    with pytest.warns(wirecopy.WirecopyWarning, match="1 rows have no text"):
        result = wirecopy.dedup([None, f"{FERRY}.", f"{FERRY}!"])
    assert result.kept_rows == [1]


def test_edited_copies_are_found_by_coverage() -> None:
    story = " ".join(f"{FERRY}, in the {n} week of the strike at the {n} pier." for n in range(9))
    cut = " ".join(story.split()[:90]) + " A reader wrote in with another view of the whole matter."
    result = wirecopy.dedup([story, cut, "A cat."], measure="coverage")
    assert result.kept_rows == [0, 2]
    assert result.pairs.to_pylist()[0]["coverage"] > 0.45
    assert [(row["a"], row["b"]) for row in wirecopy.copies([story, cut]).to_pylist()] == [("0", "1")]


def test_what_is_in_another_corpus_is_removed() -> None:
    result = wirecopy.dedup([f"{FERRY}.", "A cat."], against=[f"{FERRY}!"])
    assert result.kept_rows == [1]
    found = wirecopy.scan([f"{FERRY}.", f"{FERRY}."], against=["A cat."], min_tokens=10)
    assert len(found.pairs) == 0


def test_two_documents_are_compared() -> None:
    found = wirecopy.compare({"text": f"{FERRY}. Then it sailed.", "outlet": "Daily"}, f"{FERRY}.")
    assert (found.a["tokens"], found.a["shared_tokens"], found.b["shared_tokens"]) == (19, 16, 16)
    assert "84 % of a and 100 % of b" in repr(found)
    assert found.pairs.to_pylist()[0]["tokens"] == 16


def test_notebooks_show_texts_as_texts() -> None:
    attack = f"<script>alert(1)</script> {FERRY} <img src=x onerror=alert(1)>"
    shown = wirecopy.scan([{"text": attack, "outlet": "<b>A</b>"}, {"text": attack}])._repr_html_()
    assert "<script>" not in shown and "<img" not in shown and "<b>" not in shown
    assert "&lt;b&gt;A&lt;/b&gt;" in shown and "http" not in shown
    assert "documents" in wirecopy.dedup([attack, attack])._repr_html_()
    kept = wirecopy.dedup([{"id": f"<i>{n}", "text": f"{attack} {n}"} for n in range(12)]).pairs
    table = kept._repr_html_()
    assert "<script>" not in table and "<i>" not in table and "&lt;i&gt;0" in table
    assert f"{len(kept)} rows</p>" in table and table.count("<tr>") == 9
    assert f"and {len(kept) - 8} rows more" in table
    pairs = wirecopy.scan([{"id": n, "text": attack} for n in "xy"]).pairs
    assert "<td>x</td><td>y</td>" in pairs._repr_html_()


def days() -> list[dict[str, Any]]:
    """Four notices of two outlets and two without one, the later the longer."""
    outlets = ["Post", "Echo", "Post", "Echo", None, None]
    return [
        {"id": str(n), "paper": outlet, "text": f"{FERRY} {' '.join(MORE.split()[: 2 * n])}."}
        for n, outlet in enumerate(outlets)
    ]


MORE = "and a second boat has to wait for a pilot who fell ill during the night while on his way home"


def test_the_highest_threshold_that_leaves_few_is_taken() -> None:
    usual = wirecopy.dedup(days())
    fewer = wirecopy.dedup(days(), until=1)
    assert len(usual.kept_rows) > 1 == len(fewer.kept_rows)
    threshold = fewer.summary["settings"]["threshold"]
    assert 0.4 <= threshold < 0.7
    assert wirecopy.dedup(days(), threshold=threshold).kept_rows == fewer.kept_rows
    assert len(wirecopy.dedup(days(), threshold=threshold + 0.001).kept_rows) > 1
    assert fewer.rethreshold(0.7).kept_rows == usual.kept_rows
    with pytest.raises(ValueError, match="until: 0 documents would be left"):
        wirecopy.dedup(days(), until=0)


def test_copies_inside_one_value_of_a_column_are_removed() -> None:
    found = wirecopy.dedup(days(), threshold=0.3, within="paper")
    assert found.kept_rows == [0, 1, 4, 5]
    assert wirecopy.dedup(days(), threshold=0.3).kept_rows == [0]
    # One without a value in one table is no copy of one in the other table.
    other = wirecopy.dedup(days(), days()[4:], threshold=0.3, within="paper")
    assert other.kept_rows == [0, 1, 4, 5]
    with pytest.raises(ValueError, match="within: `paper` is not the outlet's column"):
        wirecopy.dedup(days(), within="paper", outlet_column="id")
    with pytest.raises(ValueError, match="no column `house`"):
        wirecopy.dedup(days(), within="house")
    with pytest.raises(ValueError, match="within: no document has an outlet"):
        wirecopy.dedup([{"text": "A cat.", "paper": None}], within="paper")


def test_known_passages_are_ignored_and_dates_read_as_said(tmp_path: Path) -> None:
    rows = [
        {"outlet": "Post", "date": "03/04/2024", "text": f"{FERRY} of this week."},
        {"outlet": "Echo", "date": "04/04/2024", "text": f"{FERRY}, it said."},
    ]
    assert len(wirecopy.scan(rows, date_format="%d/%m/%Y", max_days=1).pairs) == 1
    assert len(wirecopy.scan(rows, date_format="%m/%d/%Y", max_days=1).pairs) == 0
    with pytest.raises(ValueError, match="date_format: `%d/%m`"):
        wirecopy.scan(rows, date_format="%d/%m")
    known = tmp_path / "known.txt"
    known.write_text(FERRY + "\n", encoding="utf-8")
    rows = [{**row, "date": None} for row in rows]
    assert len(wirecopy.scan(rows, ignore=known, temp_dir=tmp_path).pairs) == 0
    with pytest.raises(OSError, match="none"):
        wirecopy.scan(rows, ignore=tmp_path / "none.txt")
