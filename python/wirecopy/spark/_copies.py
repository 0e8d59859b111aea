"""Copies among documents over the machines of a cluster, by the passages that they share.

Pairs that can reach the threshold are known by numbers alone, from the passages that
:mod:`._passages` has found. Their texts and those of families in many documents then go to where
their component is, since what is furniture of a house is seen in the texts. What must be known of
other components is small: the names of outlets, which of them are agencies, and which share
furniture; two rounds gather that first.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from .. import _wirecopy
from . import _tasks
from ._clusters import CLUSTERS, Clusters
from ._clusters import ROWS as CLUSTER_ROWS
from ._components import components
from ._engine import Result, without
from ._passages import Run, SharedPassages, begin, schema_row
from ._tasks import Call, Stream

#: As in the program.
COVERAGE = 0.45
#: What rounding may take from a sum of shares.
SLACK = 1e-9
#: Documents of a family from which it may be furniture: of a house, and of an article.
OF_HOUSE, OF_ARTICLE = 5, 3


class Copies(Result):
    """What :func:`copies` found; all tables are DataFrames over the work folder."""

    def __init__(
        self, documents: Any, run: Run, threshold: float, id_column: str, keep: str
    ) -> None:
        super().__init__(documents, run.documents)
        self._id_column = id_column
        self._keep = keep
        self._run = run
        self._threshold = threshold
        #: The passages that decide it.
        self.passages = SharedPassages(documents, run)

    @cached_property
    def _measured(self) -> Any:
        """Pairs by the numbers of their documents."""
        return _Measured(self._run, self._threshold).pairs()

    @cached_property
    def pairs(self) -> Any:
        """Pairs of documents: ``a``, ``b`` (ids; ``a`` is the earlier one where dates are known),
        ``coverage`` (the mean of ``cover_a`` and ``cover_b``), ``tokens``, ``identity``,
        ``passages``, ``first``."""
        ids = self._run.ids()
        named = self._measured
        for side in ("a", "b"):
            named = named.join(ids.selectExpr(f"number AS {side}", f"id AS {side}_id"), side)
        # The first of the two is one of them.
        first = "CASE first WHEN a THEN a_id WHEN b THEN b_id END AS first"
        shares = ("coverage", "cover_a", "cover_b", "tokens", "identity", "passages")
        return named.selectExpr("a_id AS a", "b_id AS b", *shares, first)

    @cached_property
    def clusters(self) -> Any:
        """Every document in a cluster of two or more: ``id``, ``cluster``, ``cluster_size``,
        ``representative``, ``duplicate_of``, ``coverage``. A document is in the cluster of a
        representative that it is a copy of, never of one that it is tied to by others alone."""
        work = self._run.work
        pairs = self._measured.selectExpr("a AS number", "b AS other", "coverage")
        homes = components(work, pairs.selectExpr("number AS u", "other AS v"))
        homes = work.keep("homes", homes.selectExpr("text AS number", "component"))
        own = self._run.ids().join(homes, "number")
        claim = CLAIMS[self._keep]
        rows = own.selectExpr(
            *schema_row(CLUSTER_ROWS, number="number", claim=claim, id="id", kind="0")
        )
        tied = pairs.join(homes, "number")
        names = {name: name for name in ("number", "other", "coverage")}
        rows = rows.union(tied.selectExpr(*schema_row(CLUSTER_ROWS, kind="1", **names)))
        order = ["component", "kind", "number"]
        return work.keep("clusters", work.stream(rows, order, Clusters(), CLUSTERS))

    @cached_property
    def kept(self) -> Any:
        """The documents that are kept, with all their columns. Of several documents with the same
        id, all stay unless all are copies: an id cannot say which of them is meant."""
        removed = self.clusters.filter("NOT representative").select("id")
        return without(self._documents, self._id_column, removed)


#: What the documents of a cluster claim to be kept by, the highest first.
CLAIMS = {
    "first": "0",
    "longest": "tokens",
    "earliest": "-seconds",
    "latest": "seconds",
}


def copies(
    documents: Any,
    *,
    work: str,
    threshold: float = COVERAGE,
    keep: Literal["first", "longest", "earliest", "latest"] = "first",
    scope: str = "documents",
    edits: str = "high",
    id_column: str = "id",
    text_column: str = "text",
    outlet_column: str | None = None,
    date_column: str | None = None,
    partitions: int | None = None,
    **settings: Any,
) -> Copies:
    """Finds pairs of documents that are copies of each other, edited, cut or noisy ones too: the
    same pairs as :func:`wirecopy.copies`.

    A pair is listed where, as the mean of both, at least ``threshold`` of the documents lies in
    passages that they share; furniture of a house does not count. To tell furniture, the texts of
    documents that may be copies, and of those that share a passage with many others, are sent to
    other machines and kept in the work folder. ``keep`` says which document of a cluster is kept:
    the first in the order of ids, or by length or date. The other arguments are those
    of :func:`shared_passages`.

    Raises
    ------
    ValueError
        A setting out of range, a missing column.
    RuntimeError
        A worker lacks pandas, pyarrow or wirecopy, or the work folder is not shared.
    """
    if not 0.0 <= threshold <= 1.0:
        raise ValueError(f"threshold: {threshold} is out of range. give a share from 0 to 1")
    if keep not in CLAIMS:
        raise ValueError(f"keep: `{keep}` is not known. give one of {', '.join(CLAIMS)}")
    columns = {"id": id_column, "text": text_column, "outlet": outlet_column, "date": date_column}
    place, texts, chosen = begin(
        documents, columns, (work, partitions), {**settings, "scope": scope, "edits": edits}
    )
    run = Run(place, texts, chosen, keeps_texts=True)
    return Copies(documents, run, threshold, id_column, keep)


class _Measured:
    """The stages after the families."""

    def __init__(self, run: Run, threshold: float) -> None:
        self.run = run
        self.work = run.work
        self.threshold = threshold
        self.passages = run.found.filter("b IS NOT NULL")
        self.places = run.found.filter("b IS NULL")
        self.homes = run.work.spark.read.parquet(f"{run.work.folder}/components")

    def pairs(self) -> Any:
        names, agencies, houses = self.run.outlets, list[int](), list[int]()
        if names:
            agencies = self._agencies(names)
            houses = self._houses((names, agencies, houses))
        known = names, agencies, houses
        passages = self._candidates()
        families = passages.select("family").join(self._sizes(OF_ARTICLE), "family").distinct()
        places = self.places.join(families, "family")
        task = Stream("ComponentCopies", _tasks.names_of_documents(), self.threshold, known)
        found = self.work.stream(self._rows(places, passages), ["component"], task, COPIES)
        numbers = [f"CAST({name} AS LONG) AS {name}" for name in ("a", "b", "first")]
        shares = ("coverage", "cover_a", "cover_b", "tokens", "identity", "passages")
        return self.work.keep("copies", found.selectExpr(*numbers, *shares))

    def _sizes(self, least: int) -> Any:
        """Families with so many places or more."""
        return self.places.groupBy("family").count().filter(f"count >= {least}").select("family")

    def _agencies(self, names: list[str]) -> list[int]:
        """Outlets whose own reports start as those of agencies do."""
        held = self._texts(self.homes.select("number")).select("id", "text", "outlet", "date")
        held = held.filter("outlet IS NOT NULL")
        found = held.mapInArrow(
            Call("agencies", _tasks.names_of_documents(), names), "outlet long"
        )
        return sorted(row["outlet"] for row in found.distinct().collect())

    def _houses(self, known: tuple[list[str], list[int], list[int]]) -> list[int]:
        """The house of each outlet, by the furniture that outlets share."""
        places = self.places.join(self._sizes(OF_HOUSE), "family")
        task = Stream("ComponentFurniture", _tasks.names_of_documents(), known)
        rows = self._rows(places, self.passages.filter("FALSE"))
        found = self.work.stream(rows, ["component"], task, FURNITURE)
        found = self.work.keep("furniture", found)
        return _wirecopy.houses_by_furniture(found.toArrow(), known[0], known[1])

    def _candidates(self) -> Any:
        """The passages of pairs that reach the threshold if all counts and nothing overlaps."""
        sums = self.passages.filter("a <> b").groupBy("a", "b")
        sums = sums.agg(*_sums())
        lengths = self.run.documents.select("row", "tokens").join(
            self.run.numbers.select("row", "number"), "row"
        )
        for side in ("a", "b"):
            own = lengths.selectExpr(f"number AS {side}", f"tokens AS {side}_tokens")
            sums = sums.join(own, side)
        share = " + ".join(f"least(1, {side}_sum / {side}_tokens)" for side in ("a", "b"))
        wanted = sums.filter(f"({share}) / 2 >= {self.threshold - SLACK!r}").select("a", "b")
        return self.work.keep("candidates", self.passages.join(wanted, ["a", "b"]))

    def _texts(self, wanted: Any) -> Any:
        """The documents of some numbers; these, with zeros before them, stand for their ids."""
        rows = wanted.join(self.run.numbers.select("row", "number"), "number")
        found = self.run.rows_of(rows, "text", "outlet", "date", "tokens")
        return found.selectExpr("*", f"lpad(CAST(number AS STRING), {DIGITS}, '0') AS id")

    def _rows(self, places: Any, passages: Any) -> Any:
        """Documents, places and passages with their components."""
        held = places.selectExpr("a AS number")
        held = held.union(passages.selectExpr("a AS number"))
        held = held.union(passages.selectExpr("b AS number")).distinct()
        names = ("id", "text", "outlet", "date", "tokens")
        texts = self._texts(self.homes.join(held, "number"))
        own = {name: name for name in names}
        rows = texts.selectExpr(*schema_row(ROWS, component="component", a="number", **own))
        homes = self.homes.selectExpr("number AS a", "component")
        spans = {name: name for name in ("a", "a_start", "a_end", "family")}
        tied = places.join(homes, "a")
        own = {**spans, "representative": "representative"}
        rows = rows.union(tied.selectExpr(*schema_row(ROWS, component="component", **own)))
        tied = passages.join(homes, "a")
        more = {name: name for name in ("b", "b_start", "b_end", "tokens", "matched")}
        return rows.union(tied.selectExpr(*schema_row(ROWS, component="component", **spans, **more)))


def _sums() -> list[Any]:
    from pyspark.sql import functions as F

    return [F.expr(f"sum({side}_end - {side}_start)").alias(f"{side}_sum") for side in ("a", "b")]


#: Digits of the number of a document, so that the order of strings is that of numbers.
DIGITS = 19
ROWS = (
    "component long, a long, b long, a_start long, a_end long, b_start long, b_end long, tokens long, "
    "matched long, family long, representative boolean, id string, text string, outlet string, "
    "date string"
)
FURNITURE = "family long, outlet long, documents long"
COPIES = (
    "a string, b string, coverage double, cover_a double, cover_b double, tokens long, "
    "identity double, passages long, first string"
)
