"""Pairs of copies become clusters around representatives, component by component.

The rule is that of the program (``src/detect/dedup/linked.rs``): the document with the best claim
represents all that are copies of it by a measurement of the two, and the rest is split likewise. A
document that holds several others which are no copies of each other comes last, and every member
goes to the representative that it is most alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

#: Copies of a document that are looked at to see whether it holds several articles.
LOOKED_AT = 64

#: Rows of components: documents (``kind`` 0), then pairs of them by number (``kind`` 1).
ROWS = (
    "component long, kind long, number long, other long, coverage double, claim double, id string"
)
CLUSTERS = (
    "id string, cluster long, cluster_size long, representative boolean, duplicate_of string, "
    "coverage double"
)

#: Of each document its copies by number, with the coverage.
Near = dict[int, dict[int, float]]


class Clusters:
    """Rows of `ROWS`, sorted by component and kind, become rows of `CLUSTERS`."""

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow

        open_: list[dict[str, Any]] = []
        for batch in batches:
            made = []
            for row in batch.to_pylist():
                if open_ and open_[0]["component"] != row["component"]:
                    made += clusters(open_)
                    open_ = []
                open_.append(row)
            yield _table(pyarrow, made)
        yield _table(pyarrow, clusters(open_) if open_ else [])


def _table(pyarrow: Any, rows: list[tuple[Any, ...]]) -> Any:
    fields = [field.split() for field in CLUSTERS.split(", ")]
    types = {
        "string": pyarrow.string(),
        "long": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
        "double": pyarrow.float64(),
    }
    columns: list[Any] = list(zip(*rows)) if rows else [[] for _ in fields]
    arrays = [
        pyarrow.array(list(values), types[type_]) for values, (_, type_) in zip(columns, fields)
    ]
    return pyarrow.RecordBatch.from_arrays(arrays, names=[name for name, _ in fields])


def clusters(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows of the clusters of one component."""
    documents = {row["number"]: row for row in rows if row["kind"] == 0}
    near: Near = {number: {} for number in documents}
    for row in rows:
        if row["kind"] == 1:
            near[row["number"]][row["other"]] = row["coverage"]
            near[row["other"]][row["number"]] = row["coverage"]
    # The best claim first; equal ones in the order of the documents.
    order = sorted(documents, key=lambda number: (-documents[number]["claim"], number))
    made = []
    for representative, members in split(order, near).items():
        size = 1 + len(members)
        own = documents[representative]["id"]
        made.append((own, representative, size, True, None, 1.0))
        for member in sorted(members):
            coverage = near[member][representative]
            id_ = documents[member]["id"]
            made.append((id_, representative, size, False, own, coverage))
    return made


def split(order: list[int], near: Near) -> dict[int, set[int]]:
    """The members of each representative; `order` is that of the claims, the best first."""
    order = sorted(order, key=lambda number: holds_several(number, near))
    place = {number: n for n, number in enumerate(order)}
    taken: set[int] = set()
    found: dict[int, set[int]] = {}
    for number in order:
        if number not in taken:
            found[number] = {other for other in near[number] if other not in taken}
            found[number].discard(number)
            taken |= {number, *found[number]}
    moved = [
        (representative, member, better)
        for representative, members in found.items()
        for member in members
        if (better := _nearest(member, found, near, place)) != representative
    ]
    for representative, member, better in moved:
        found[representative].remove(member)
        found[better].add(member)
    return {representative: members for representative, members in found.items() if members}


def _nearest(member: int, found: dict[int, set[int]], near: Near, place: dict[int, int]) -> int:
    """The representative before a member that it is most alike, of equal ones the first."""
    able = [other for other in near[member] if other in found and place[other] < place[member]]
    return min(able, key=lambda other: (-near[member][other], other))


def holds_several(number: int, near: Near) -> bool:
    """Whether the copies of a document fall apart into groups that share nothing."""
    around = sorted(near[number])[:LOOKED_AT]
    reached, left = around[:1], set(around[1:])
    while reached and left:
        own = left & near[reached.pop()].keys()
        reached += own
        left -= own
    return bool(left)
