"""Near-duplicate documents over the machines of a cluster.

The stages are those of the program, each a job that writes to the work folder: signatures, buckets
of equal band keys, candidates by signature, components, and at the end the exact comparison and the
clusters of whole components. A text is read twice and never sent; sent are numbers (a row of 16
bytes for each band), signatures of candidates, and sets of shingles of texts that have a candidate.
"""

from __future__ import annotations

from typing import Any

from .._settings import dedup_settings
from .._wirecopy import Best, TextFilter
from . import _tasks
from ._components import components
from ._engine import PARTITIONS, Result, Work, as_strings, check_columns, quoted, without
from ._tasks import Stream


class NearDuplicates(Result):
    """What :func:`near_duplicates` found; all tables are DataFrames over the work folder."""

    def __init__(self, documents: Any, id_column: str, found: Any, signatures: Any) -> None:
        super().__init__(documents, signatures)
        self._id_column = id_column
        self._found = found

    @property
    def pairs(self) -> Any:
        """Pairs that reach the threshold: ``a``, ``b``, ``jaccard``."""
        return self._found.filter("kind = 'pair'").select("a", "b", "jaccard")

    @property
    def clusters(self) -> Any:
        """Every document in a cluster of two or more: ``id``, ``cluster``, ``cluster_size``,
        ``representative``, ``duplicate_of``, ``jaccard``."""
        return self._found.filter("kind = 'document'").selectExpr(
            "a AS id",
            "cluster",
            "cluster_size",
            "representative",
            "b AS duplicate_of",
            "jaccard",
        )

    @property
    def kept(self) -> Any:
        """The documents that are kept, with all their columns. Of several documents with the same
        id, all stay unless all are duplicates: an id cannot say which of them is meant."""
        removed = self.clusters.filter("NOT representative").select("id")
        return without(self._documents, self._id_column, removed)


def near_duplicates(
    documents: Any,
    *,
    work: str,
    id_column: str = "id",
    text_column: str = "text",
    date_column: str | None = None,
    order_column: str | None = None,
    partitions: int | None = None,
    **settings: Any,
) -> NearDuplicates:
    """Finds near-duplicate documents; every stated similarity is exact.

    Parameters
    ----------
    documents:
        A DataFrame of Spark or Sail.
    work:
        A folder that the driver and all workers reach (``hdfs://``, ``s3a://``, a shared disk);
        the stages are kept there, and the result reads from it.
    order_column:
        A column of whole numbers by which documents have an order, for ``keep="first"``; without
        it, that is the order of ids.
    partitions:
        Tasks of a shuffle (8). Of 100 million documents some thousand.
    settings:
        Those of :func:`wirecopy.dedup`: ``threshold``, ``keep``, ``ngram_size``, ``unit``,
        ``num_perm``, ``bands``, ``rows``.

    Raises
    ------
    ValueError
        A setting out of range, a missing column.
    RuntimeError
        A worker lacks pandas, pyarrow or wirecopy, or the work folder is not shared.
    """
    check_columns(documents, [order_column])
    columns: dict[str, str | None] = {"id": id_column, "text": text_column}
    if date_column is not None:
        columns["date"] = date_column
    wanted = as_strings(documents, columns)
    chosen = dedup_settings(**settings)
    # Refuses settings out of range before any job starts.
    Best(chosen)
    spark = documents.sparkSession
    place = Work(spark, work, partitions or PARTITIONS)
    place.check()
    order = "NULL" if order_column is None else quoted(order_column)
    position = f"COALESCE(CAST({order} AS LONG), {LAST}) AS position"
    texts = documents.selectExpr(*wanted, position)
    return _Run(place, texts, chosen).find(documents, id_column)


#: Where documents are that have no place in the order.
LAST = 2**63 - 1


class _Run:
    """One run: its folder, its documents and its settings."""

    def __init__(self, work: Work, texts: Any, settings: dict[str, Any]) -> None:
        self.work = work
        self.texts = texts
        self.settings = settings

    def find(self, documents: Any, id_column: str) -> NearDuplicates:
        read = self.texts.mapInArrow(_tasks.Signatures(self.settings), _tasks.SIGNATURES)
        signatures = self.work.keep("signatures", read)
        candidates = self._candidates(signatures)
        edges = candidates.selectExpr("high AS u", "low AS v")
        joined = components(self.work, edges)
        joined = self.work.keep("components", joined)
        found = self._group(signatures, candidates, joined)
        return NearDuplicates(documents, id_column, found, signatures)

    def _candidates(self, signatures: Any) -> Any:
        """The pairs of texts that share a band and whose signatures are similar enough."""
        settings = self.settings
        bands = signatures.select("text", "tokens", "keys")
        bands = bands.mapInArrow(_tasks.Bands(settings), _tasks.BANDS)
        task = Stream("Buckets", settings)
        proposed = self.work.stream(bands, ["key", "text"], task, _tasks.PROPOSALS)
        proposed = self.work.keep("proposals", proposed)
        lanes = signatures.filter("tokens > 0").select("text", "lanes").dropDuplicates(["text"])
        small = proposed.filter("bucket IS NULL").select("low", "high").distinct()
        small = small.join(lanes.selectExpr("text AS low", "lanes AS lanes_low"), "low")
        small = small.join(lanes.selectExpr("text AS high", "lanes AS lanes_high"), "high")
        small = small.select("low", "high", "lanes_low", "lanes_high")
        small = small.mapInArrow(_tasks.Compare(settings), _tasks.CANDIDATES)
        large = proposed.filter("bucket IS NOT NULL").selectExpr("bucket", "low AS text")
        large = large.join(lanes, "text").select("bucket", "text", "lanes")
        task = Stream("LargeBuckets", settings)
        large = self.work.stream(large, ["bucket", "text"], task, _tasks.CANDIDATES)
        order = ["high", "unequal", "low"]
        task = Stream("Best", settings)
        best = self.work.stream(small.union(large), order, task, _tasks.CANDIDATES)
        return self.work.keep("candidates", best)

    def _group(self, signatures: Any, candidates: Any, joined: Any) -> Any:
        """Verified pairs and clusters of documents."""
        only = TextFilter(joined.select("text").toArrow()).to_bytes()
        sets = self.texts.mapInArrow(_tasks.Sets(self.settings, only), _tasks.SETS)
        sets = sets.dropDuplicates(["text"]).join(joined, "text")
        homes = self._homes(signatures, joined)
        members = signatures.filter("tokens > 0").select("text", "id", "position", "tokens", "claim")
        members = members.join(homes, "text")
        tied = candidates.join(joined.selectExpr("text AS high", "component"), "high")
        rows = members.selectExpr(*_row(0, "id", "position", "tokens", "claim"))
        rows = rows.union(sets.selectExpr(*_row(1, "lanes", "hashes")))
        tied = tied.selectExpr("component", "high AS text", "low", "unequal")
        rows = rows.union(tied.selectExpr(*_row(2, "low", "unequal")))
        order = ["component", "kind", "position", "id"]
        task = Stream("Groups", self.settings)
        found = self.work.stream(rows, order, task, _tasks.RESULT)
        return self.work.keep("found", found)

    def _homes(self, signatures: Any, joined: Any) -> Any:
        """The component of every text with a candidate or with several documents."""
        repeated = (
            signatures.filter("tokens > 0")
            .groupBy("text")
            .agg(*_aggregates())
            .filter("documents > 1")
        )
        repeated = self.work.keep("repeated", repeated)
        clashes = repeated.filter("least <> most").count()
        if clashes:
            raise RuntimeError(
                f"{clashes} pairs of different texts have the same number, which happens once in a "
                "run of some billion texts. deduplicate in two parts, then what is kept of both"
            )
        both = repeated.select("text").join(joined, "text", "full_outer")
        return both.selectExpr("text", "COALESCE(component, text) AS component")


def _aggregates() -> list[Any]:
    from pyspark.sql import functions as F

    return [
        F.count("text").alias("documents"),
        F.min("text_low").alias("least"),
        F.max("text_low").alias("most"),
    ]


def _row(kind: int, *columns: str) -> list[str]:
    """A row of a group, in which only these columns say something."""
    row = []
    for field in _tasks.ROWS.split(","):
        name, type_ = field.split()
        value = name if name in ("component", "text", *columns) else "NULL"
        value = str(kind) if name == "kind" else value
        row.append(f"CAST({value} AS {type_}) AS {name}")
    return row
