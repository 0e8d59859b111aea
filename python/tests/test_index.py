"""Indexes are those of the program, and drafts are checked against them."""

import os
import subprocess
from pathlib import Path

import pytest

import wirecopy

QUOTE = "the harbor will stay closed until the last crane has been tested twice by the port"
ARTICLES = [
    {"id": "a", "outlet": "Daily", "text": f"On Sunday {QUOTE}. Then came the rain."},
    {"id": "b", "outlet": "Courier", "text": "A cat was found in a tree on Monday."},
]


def test_documents_are_kept_replaced_and_removed(tmp_path: Path) -> None:
    index = wirecopy.Index.create(tmp_path / "index")
    assert index.add(ARTICLES) == wirecopy.Added(2, 0, 0, 0)
    assert index.add([{**ARTICLES[1], "text": "A dog."}, ARTICLES[0]]) == (0, 1, 1, 0)
    assert len(index) == 2 and "2 documents" in repr(index)
    found = index.query(f"We wrote: {QUOTE}!").pairs.to_pylist()
    assert [(row["a"]["id"], row["b"]["id"], row["tokens"]) for row in found] == [
        ("a", "draft", 16)
    ]
    assert index.remove(["a", "z"]) == ["z"]
    index.compact()
    again = wirecopy.Index(tmp_path / "index")
    assert len(again) == 1 and len(again.query(QUOTE).pairs) == 0


def test_the_program_reads_the_same_index(tmp_path: Path) -> None:
    path = os.environ.get("WIRECOPY")
    if not path:
        pytest.skip("WIRECOPY names no program")
    wirecopy.Index.create(tmp_path / "index").add(ARTICLES)
    run = subprocess.run(
        [path, "index", "info", str(tmp_path / "index")], check=True, capture_output=True, text=True
    )
    assert "2" in run.stdout


def test_an_index_without_texts_answers_with_places(tmp_path: Path) -> None:
    index = wirecopy.Index.create(tmp_path / "index", no_text=True)
    index.add(ARTICLES)
    [pair] = index.query(f"We wrote: {QUOTE}!").pairs.to_pylist()
    with_texts = wirecopy.Index.create(tmp_path / "texts")
    with_texts.add(ARTICLES)
    [other] = with_texts.query(f"We wrote: {QUOTE}!").pairs.to_pylist()
    assert (pair["tokens"], pair["a"]["start"]) == (16, other["a"]["start"])
    assert QUOTE in other["a"]["text"] and QUOTE not in (pair["a"]["text"] or "")


def test_an_index_is_checked_and_keeps_its_families_if_asked(tmp_path: Path) -> None:
    index = wirecopy.Index.create(tmp_path / "index")
    index.add(ARTICLES, no_families=True)
    index.add([{"id": "c", "outlet": "Ours", "text": f"We wrote: {QUOTE}!"}], no_families=True)
    before = index.info()["families"]
    assert index.remove(["b"], no_families=True) == [] and index.info()["families"] == before
    index.add([{"id": "d", "text": "A bird."}])
    assert index.info()["families"] != before
    checked = index.check()
    # Removed documents are there until the index is made compact.
    assert (checked["documents"], checked["removed"], checked["damage"]) == (3, 1, [])
    segment = max(Path(index.path).rglob("*.segment"), key=lambda path: path.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    assert any(segment.name in damage for damage in index.check()["damage"])


def test_few_candidates_are_said(tmp_path: Path) -> None:
    index = wirecopy.Index.create(tmp_path / "index")
    index.add([{"id": f"d{n}", "text": f"On day {n} {QUOTE}."} for n in range(5)])
    assert len(index.query(QUOTE).pairs) == 5
    with pytest.warns(wirecopy.WirecopyWarning, match="3 documents of the index"):
        assert len(index.query(QUOTE, max_candidates=2).pairs) == 2


def test_drafts_are_checked_against_anything(tmp_path: Path) -> None:
    draft = {"text": f"We wrote: {QUOTE}!", "outlet": "Ours"}
    one = wirecopy.check(draft, ARTICLES).pairs.to_pylist()
    index = wirecopy.Index.create(tmp_path / "index")
    index.add(ARTICLES)
    two = wirecopy.check(draft, index).pairs.to_pylist()
    assert one == two and len(one) == 1


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none: there is no index here.*Index.create"):
        wirecopy.Index(tmp_path / "none")
    wirecopy.Index.create(tmp_path / "index")
    with pytest.raises((ValueError, OSError), match="index"):
        wirecopy.Index.create(tmp_path / "index")
    with pytest.raises(ValueError, match="ngram_size: 4 is asked for"):
        wirecopy.Index(tmp_path / "index").query("x", ngram_size=4)
