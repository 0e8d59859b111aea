"""Shared passages over the machines of a cluster.

Two passes over the documents: the first finds which shingles occur more than once, by sorted hashes
of few bits; the second sends the occurrences of these alone, with the hash of what follows, to where
all of one shingle meet. Of a shingle in very many documents all are paired with hubs alone. Pairs of
places go to cells, each of two groups of documents, with the tokens of the documents that have any
in that cell, and are aligned there. Sent are numbers, hashes and tokens, never a text.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

from .. import _wirecopy
from .._settings import scan_settings
from .._wirecopy import TextFilter
from . import _tasks
from ._components import components
from ._engine import PARTITIONS, Result, Work, as_strings
from ._tasks import Call, Stream


class SharedPassages(Result):
    """What :func:`shared_passages` found; all tables are DataFrames over the work folder."""

    def __init__(self, documents: Any, run: Run) -> None:
        super().__init__(documents, run.documents)
        self._run = run

    @cached_property
    def pairs(self) -> Any:
        """Pairs of places that share a passage: ``a``, ``b`` (ids; ``a`` comes first in the order
        of ids), ``a_start``, ``a_end``, ``b_start``, ``b_end`` (code points), ``tokens``,
        ``matched``, ``identity``, ``family``."""
        return self._run.pairs()

    @cached_property
    def families(self) -> Any:
        """All places of each family, a row for each: ``family``, ``id``, ``start``, ``end`` (code
        points), ``representative``."""
        return self._run.members()


def shared_passages(
    documents: Any,
    *,
    work: str,
    id_column: str = "id",
    text_column: str = "text",
    outlet_column: str | None = None,
    date_column: str | None = None,
    partitions: int | None = None,
    **settings: Any,
) -> SharedPassages:
    """Finds every passage that documents share: the same pairs, places and families
    as :func:`wirecopy.scan`.

    Kinds, directions and ranks are not judged.

    Parameters
    ----------
    documents:
        A DataFrame of Spark or Sail.
    work:
        A folder that the driver and all workers reach (``hdfs://``, ``s3a://``, a shared disk);
        the stages are kept there, and the result reads from it.
    outlet_column, date_column:
        Columns of the outlet, by which ``scope`` goes, and of the date, by which ``max_days`` goes.
    partitions:
        Tasks of a shuffle (8).
    settings:
        Those of :func:`wirecopy.scan`: ``min_tokens``, ``scope``, ``edits``, ``ngram_size``,
        ``max_days``, ``seed``.

    Raises
    ------
    ValueError
        A setting out of range, a missing column.
    RuntimeError
        A worker lacks pandas, pyarrow or wirecopy, or the work folder is not shared.
    """
    columns = {"id": id_column, "text": text_column, "outlet": outlet_column, "date": date_column}
    return SharedPassages(documents, Run(*begin(documents, columns, (work, partitions), settings)))


def begin(
    documents: Any,
    columns: dict[str, str | None],
    place: tuple[str, int | None],
    settings: dict[str, Any],
) -> tuple[Work, Any, dict[str, Any]]:
    """The work folder, the columns that count by their meaning, and all settings, once these are
    known to be in range and the workers to be able to do the work."""
    wanted = as_strings(documents, columns)
    chosen = scan_settings(**settings)
    if chosen["max_pairs"] is not None:
        raise ValueError("max_pairs: an engine lists all pairs. leave it out, and limit the result")
    if chosen["ignore"] is not None:
        raise ValueError("ignore: an engine knows no such list. leave it out, and filter the result")
    # Refuses settings out of range before any job starts; what `auto` means is known later.
    known = chosen["scope"] not in (None, "auto")
    _wirecopy.Shingles(chosen if known else {**chosen, "scope": "documents"}, 1, 1)
    folder, partitions = place
    work = Work(documents.sparkSession, folder, partitions or PARTITIONS)
    work.check()
    return work, documents.selectExpr(*wanted), chosen


#: Bits of a shingle beside those that count all shingles, by which the first pass tells them apart.
SPARE_BITS = 4
#: Fewest and most of them.
BITS = (16, 42)
#: Tokens of which the shingles go to one task. In smaller parts, what is said of each document again
#: is more than its shingles.
PART_TOKENS = 1 << 21
#: Tokens of a group of documents: 64 MB, aligned with each other in some seconds. More and smaller
#: groups are no faster, and each group more that a document meets is one more copy of its tokens.
GROUP_TOKENS = 1 << 24
#: Parts of components for each task of a shuffle.
PARTS_OF_TASK = 4


class Run:
    """One run: its folder, its documents (with their texts, where these are wanted again) and its
    settings."""

    def __init__(
        self, work: Work, texts: Any, settings: dict[str, Any], keeps_texts: bool = False
    ) -> None:
        self.work = work
        self.settings = settings
        task = Call("scan_documents", _tasks.names_of_documents(), keeps_texts)
        read = texts.mapInArrow(task, DOCUMENTS)
        read = read.selectExpr("monotonically_increasing_id() AS row", "*")
        self.documents = work.keep("documents", read)
        #: Names of all outlets.
        self.outlets: list[str] = []
        self.houses = 0
        self.numbers = self._numbers()
        self.found = self._families(self._passages())

    def pairs(self) -> Any:
        """Listed passages."""
        listed = self.found.filter("b IS NOT NULL AND NOT shadow")
        places = [f"{s}_char_{end} AS {s}_{end}" for s in ("a", "b") for end in ("start", "end")]
        ids = ("a_id AS a", "b_id AS b")
        return listed.selectExpr(
            *ids, *places, "tokens", "matched", "matched / tokens AS identity", "family"
        )

    def members(self) -> Any:
        """Members of families."""
        places = ("a_char_start AS start", "a_char_end AS end")
        members = self.found.filter("b IS NULL")
        return members.selectExpr("family", "a_id AS id", *places, "representative")

    def _numbers(self) -> Any:
        """The number of each document in the order of the program, and its house (from 1)."""
        rows = self.documents.select("outlet").filter("outlet IS NOT NULL").distinct().collect()
        names = sorted((row["outlet"] for row in rows), key=lambda name: name.encode())
        self.outlets = names
        scope = self.settings["scope"]
        if scope in (None, "auto"):
            scope = "outlets" if names else "documents"
        self.settings = {**self.settings, "scope": scope}
        ordered = self.documents.selectExpr(
            "row",
            "row_number() OVER (ORDER BY id, hash, outlet NULLS FIRST, seconds NULLS FIRST, "
            "date NULLS FIRST, row) AS number",
            "outlet",
            "day",
            "key",
        )
        if scope == "documents" or not names:
            ordered = ordered.selectExpr("row", "number", "0 AS house", "day", "key")
            return self.work.keep("numbers", ordered)
        self.houses = len(names)
        houses = list(zip(names, [house + 1 for house in _wirecopy.houses(names)]))
        known = self.work.spark.createDataFrame(houses, "name string, house long")
        ordered = ordered.join(known, ordered["outlet"] == known["name"], "left")
        ordered = ordered.selectExpr("row", "number", "COALESCE(house, 0) AS house", "day", "key")
        return self.work.keep("numbers", ordered)

    def _numbered(self) -> Any:
        """The tokens of documents with their numbers."""
        from pyspark.sql import functions as F

        words = self.documents.select("row", "words")
        return words.join(F.broadcast(self.numbers), "row")

    def _passages(self) -> Any:
        tokens = int(self.documents.selectExpr("COALESCE(sum(tokens), 0) AS n").first()["n"])
        parts = min(self.work.partitions, max(math.ceil(tokens / PART_TOKENS), 1))
        bits = min(max(math.ceil(math.log2(tokens + 2)) + SPARE_BITS, BITS[0]), BITS[1])
        shingles = self.documents.select("words")
        task = Stream("Shingles", self.settings, parts, bits)
        shingles = shingles.mapInArrow(task, PARTS)
        task = Stream("Repeated", self.settings)
        shared = self.work.stream(shingles, ["part"], task, "text long, runs boolean")
        shared = self.work.keep("shared", shared)
        filter_ = TextFilter(shared.select("text").toArrow()).to_bytes()
        runs = TextFilter(shared.filter("runs").select("text").toArrow()).to_bytes()
        occurrences = self._numbered().select("number", "house", "day", "key", "words")
        task = Stream("Occurrences", self.settings, (parts, bits), filter_, runs)
        occurrences = occurrences.mapInArrow(task, PARTS)
        groups = groups_of(tokens, self.work.partitions)
        task = Stream("Meetings", self.settings, groups, self.houses)
        meetings = self.work.stream(occurrences, ["part"], task, PARTS)
        meetings = self.work.keep("meetings", meetings)
        needed = meetings.mapInArrow(Call("needed"), "text long")
        filter_ = TextFilter(needed.toArrow()).to_bytes()
        carried = self._numbered().select("number", "words")
        carried = carried.mapInArrow(Stream("Carried", groups, filter_), CARRIED)
        rows = meetings.selectExpr("part", "CAST(-1 AS LONG) AS number", "packed").union(carried)
        task = Stream("CellPassages", self.settings)
        found = self.work.stream(rows, ["part", "number"], task, PASSAGES)
        return self.work.keep("passages", found)

    def _families(self, passages: Any) -> Any:
        """Passages and members with their families, of whole components of documents."""
        edges = passages.filter("a <> b").selectExpr("b AS u", "a AS v")
        joined = components(self.work, edges).selectExpr("text AS number", "component")
        held = passages.selectExpr("a AS number").union(passages.selectExpr("b AS number"))
        homes = held.distinct().join(joined, "number", "left")
        homes = homes.selectExpr("number", "COALESCE(component, number) AS component")
        homes = self.work.keep("components", homes)
        sides = [
            passages.selectExpr(f"{s} AS number", f"{s}_start AS start", f"{s}_end AS end")
            for s in ("a", "b")
        ]
        places = sides[0].union(sides[1])
        places = self.work.stream(places, ["number"], Stream("Places"), PLACES)
        # Components go by parts, so that documents of several are packed together.
        part = f"component % {PARTS_OF_TASK * self.work.partitions} AS part"
        known = places.join(homes.selectExpr("number", part), "number")
        known = known.join(self.numbers.select("row", "number"), "number")
        words = self.rows_of(self.work.keep("places", known), "id", "words", "places")
        words = words.mapInArrow(Stream("Blocks"), PARTS)
        rows = words.selectExpr(*schema_row(ROWS, part="part", packed="packed"))
        tied = passages.join(homes.selectExpr("number AS a", part), "a")
        names = ("a", "b", "a_start", "a_end", "b_start", "b_end", "tokens", "matched", "score")
        own = {name: name for name in (*names, "shadow")}
        rows = rows.union(tied.selectExpr(*schema_row(ROWS, part="part", **own)))
        task = Stream("ComponentFamilies", self.settings)
        found = self.work.stream(rows, ["part"], task, FOUND)
        return self.work.keep("families", found)

    def ids(self) -> Any:
        """The number and the id of each document, and what it claims to be kept by."""
        known = self.documents.select("row", "id", "tokens", "seconds")
        return known.join(self.numbers.select("row", "number"), "row")

    def rows_of(self, wanted: Any, *columns: str) -> Any:
        """Columns of the documents whose ``row`` is in a small table, with the rest of that."""
        from pyspark.sql import functions as F

        return self.documents.select("row", *columns).join(F.broadcast(wanted), "row")


def groups_of(tokens: int, parts: int) -> int:
    """Groups of documents, of which each pair is a cell: no more cells than there are tasks, about,
    and no groups that are smaller than they need to be."""
    most = max(round((math.sqrt(8 * parts + 1) - 1) / 2), 1)
    return min(most, max(math.ceil(tokens / GROUP_TOKENS), 1))


def schema_row(schema: str, **columns: str) -> list[str]:
    """A row in which only these columns of a schema say something."""
    fields = [field.split() for field in schema.split(", ")]
    return [f"CAST({columns.get(name, 'NULL')} AS {type_}) AS {name}" for name, type_ in fields]


PARTS = "part long, packed binary"
CARRIED = "part long, number long, packed binary"
DOCUMENTS = (
    "id string, outlet string, date string, seconds long, day long, hash long, key long, "
    "tokens long, words binary, places binary, text string"
)
PASSAGES = (
    "a long, b long, a_start long, a_end long, b_start long, b_end long, tokens long, "
    "matched long, score long, shadow boolean"
)
PLACES = "number long, spans binary"
ROWS = f"part long, {PASSAGES}, packed binary"
_SIDES = [
    f"{s}_id string, {s} long, {s}_start long, {s}_end long, {s}_char_start long, {s}_char_end long"
    for s in ("a", "b")
]
FOUND = (
    f"family long, {_SIDES[0]}, {_SIDES[1]}, tokens long, matched long, shadow boolean, "
    "representative boolean"
)
