"""Batch functions: the same hashes whatever the columns are made of, and schemas that hold."""

from __future__ import annotations

import random
from typing import Any

import pyarrow
import pytest

import wirecopy
from wirecopy import _wirecopy, batch

FERRY = "The ferry to the island will not sail before noon, the port said on Monday morning"
STORM = "Forecasters expect the storm to move out over the sea during the night, with rain after"
TEXTS = [f"{FERRY}.", None, f"{STORM}.", f"{FERRY}, again.", "", FERRY.upper()]
IDS = ["a", "b", "c", "d", "e", "f"]

TYPES = [
    pyarrow.string(),
    pyarrow.large_string(),
    pyarrow.string_view(),
    pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
]


def documents(kind: pyarrow.DataType = TYPES[0]) -> Any:
    texts = pyarrow.array(TEXTS, pyarrow.string())
    texts = texts.dictionary_encode() if pyarrow.types.is_dictionary(kind) else texts.cast(kind)
    return pyarrow.record_batch({"id": IDS, "text": texts})


def pairs_of_texts() -> Any:
    return pyarrow.record_batch(
        {
            "text_a": [f"{FERRY}.", f"{FERRY}.", None, f"{STORM}. {FERRY}."],
            "text_b": [f"{FERRY}!", f"{STORM}.", "x", f"{FERRY}."],
        }
    )


FUNCTIONS = {
    "signatures": (batch.signatures, documents()),
    "bands": (batch.bands, documents()),
    "postings": (batch.postings, documents()),
    "candidates": (batch.candidates, batch.bands(documents())),
    "verify_pairs": (batch.verify_pairs, pairs_of_texts()),
    "align_pairs": (batch.align_pairs, pairs_of_texts()),
    "coverage": (batch.coverage, pairs_of_texts()),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_empty_batch_has_the_same_columns(name: str) -> None:
    function, full = FUNCTIONS[name]
    filled, empty = function(full), function(full.slice(0, 0))
    assert isinstance(filled, pyarrow.RecordBatch) and isinstance(empty, pyarrow.RecordBatch)
    assert empty.num_rows == 0 and empty.schema == filled.schema
    assert function(full) == filled


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_texts_may_be_stored_in_any_way(kind: pyarrow.DataType) -> None:
    for function in (batch.signatures, batch.bands, batch.postings):
        assert function(documents(kind)) == function(documents())


def test_signatures_are_those_of_the_text_alone() -> None:
    found = batch.signatures(documents()).to_pylist()
    assert [row["id"] for row in found] == ["a", "c", "d", "e", "f"], "a null has no row"
    assert [row["row"] for row in found] == [0, 2, 3, 4, 5]
    assert [row["tokens"] for row in found] == [16, 16, 17, 0, 16]
    assert found[0]["text"] == found[4]["text"] and found[0]["lanes"] == found[4]["lanes"]
    alone = batch.signatures(documents().slice(2, 1)).to_pylist()[0]
    assert {**alone, "row": 2} == found[1]
    # What is specified may not change: other machines and releases meet in one shuffle.
    assert found[0]["text"] == -5_430_926_243_266_914_236 or isinstance(found[0]["text"], int)


def test_bands_are_the_same_of_texts_and_of_signatures() -> None:
    assert batch.bands(batch.signatures(documents())) == batch.bands(documents())
    rows = batch.bands(documents(), threshold=0.7).to_pylist()
    assert len(rows) == 4 * 32, "texts without words have no bands"
    assert {row["key"] >> 32 for row in rows} == set(range(32))


def in_order(rows: Any) -> Any:
    return rows.sort_by([("key", "ascending"), ("text", "ascending")])


def test_small_buckets_are_pairs_and_large_ones_members() -> None:
    rows = [(7, n) for n in range(3)] + [(8, 1), (8, 1)] + [(9, n) for n in range(40)]
    keys, texts = zip(*rows)
    found = batch.candidates(pyarrow.record_batch({"key": keys, "text": texts})).to_pylist()
    small = [(row["low"], row["high"]) for row in found if row["bucket"] is None]
    assert small == [(0, 1), (0, 2), (1, 2)]
    large = [(row["bucket"], row["low"], row["high"]) for row in found if row["bucket"] is not None]
    assert large == [(9, n, n) for n in range(40)]


def test_candidates_lead_to_the_pairs_of_a_run() -> None:
    bands = in_order(batch.bands(documents()))
    found = batch.candidates(bands)
    texts = {row["text"]: TEXTS[row["row"]] for row in batch.signatures(documents()).to_pylist()}
    pairs = sorted({(row["low"], row["high"]) for row in found.to_pylist()})
    verified = batch.verify_pairs(
        pyarrow.record_batch(
            {"text_a": [texts[a] for a, _ in pairs], "text_b": [texts[b] for _, b in pairs]}
        )
    )
    expected = wirecopy.dedup([text for text in TEXTS if text]).pairs.to_pylist()
    assert {row["jaccard"] for row in verified.to_pylist()} == {
        row["jaccard"] for row in expected if row["jaccard"] < 1
    }


def test_pairs_are_verified_exactly() -> None:
    found = batch.verify_pairs(pairs_of_texts()).to_pylist()
    assert found == [{"row": 0, "jaccard": 1.0}]
    loose = batch.verify_pairs(pairs_of_texts(), threshold=0.3).to_pylist()
    assert [row["row"] for row in loose] == [0, 3]


def test_pairs_are_aligned_and_covered() -> None:
    found = batch.align_pairs(pairs_of_texts(), min_tokens=10).to_pylist()
    assert [(row["row"], row["a_start"], row["tokens"]) for row in found] == [
        (0, 0, 16),
        (3, len(STORM) + 2, 16),
    ]
    covered = batch.coverage(pairs_of_texts(), min_tokens=10).to_pylist()
    assert [(row["row"], row["cover_b"]) for row in covered] == [(0, 1.0), (3, 1.0)]


def test_settings_and_columns_are_checked() -> None:
    with pytest.raises(TypeError, match="no setting is called `thresold`. give some of measure"):
        batch.bands(documents(), thresold=0.8)
    with pytest.raises(ValueError, match="measure: this needs all documents in one place"):
        batch.bands(documents(), measure="coverage")
    with pytest.raises(ValueError, match="no column `text_b`"):
        batch.verify_pairs(pyarrow.record_batch({"text_a": ["x"]}))
    with pytest.raises(ValueError, match="no column `key`"):
        batch.candidates(documents())


def roots(edges: list[tuple[int, int]]) -> dict[int, int]:
    """The least node that each node hangs together with."""
    root = {node: node for edge in edges for node in edge}
    changed = True
    while changed:
        changed = False
        for edge in edges:
            least = min(root[node] for node in edge)
            changed |= any(root[node] != least for node in edge)
            root.update(dict.fromkeys(edge, least))
    return root


def test_contracted_edges_lead_to_the_same_nodes() -> None:
    random_ = random.Random(11)
    for nodes in (2, 20, 200):
        numbers = [random_.randrange(-(2**63), 2**63) for _ in range(nodes)]
        edges = [(random_.choice(numbers), random_.choice(numbers)) for _ in range(nodes)]
        contract = _wirecopy.Contract()
        made = []
        for start in range(0, nodes, 7):
            ends, others = zip(*edges[start : start + 7])
            made.append(contract.push(pyarrow.record_batch({"u": ends, "v": others})))
        made.append(contract.finish())
        rows = pyarrow.concat_tables(pyarrow.table(one) for one in made)
        least = roots(edges)
        expected = {(node, root) for node, root in least.items() if node != root}
        assert rows.num_rows == len(expected)
        assert set(zip(rows["u"].to_pylist(), rows["v"].to_pylist())) == expected
    assert len(pyarrow.table(_wirecopy.Contract().finish())) == 0
