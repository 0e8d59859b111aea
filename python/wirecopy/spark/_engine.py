"""What every job does with an engine: look whether its workers can do the work, and keep what the
stages make in a folder that all of them reach."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ._tasks import InOrder, Sorting, Task

#: What the workers need, and from which version on.
NEEDED = {"wirecopy": (0, 1), "pyarrow": (18, 0), "pandas": (2, 2)}
#: Tasks of a shuffle where no number is given.
PARTITIONS = 8
#: Tasks that look whether workers can do the work.
PROBES = 8


class Result:
    """What a run found in some documents, of which it could read those with a text."""

    def __init__(self, documents: Any, readable: Any) -> None:
        self._documents = documents
        self._readable = readable

    @cached_property
    def without_text(self) -> int:
        """Documents without a text, which were left out."""
        return int(self._documents.count() - self._readable.count())


def without(documents: Any, id_column: str, removed: Any) -> Any:
    """The documents without those of some ids; ``removed`` has an ``id`` for each document that
    goes. Of several with the same id, all stay unless all go."""
    from pyspark.sql import functions as F

    named = documents[id_column].cast("string")
    counts = removed.groupBy("id").count().selectExpr("id AS _removed", "count AS _times")
    all_of = documents.select(named.alias("_id")).join(counts, F.col("_id") == F.col("_removed"))
    whole = all_of.groupBy("_removed", "_times").count().filter("count = _times")
    whole = whole.select("_removed")
    return documents.join(whole, named == whole["_removed"], "left_anti")


class Work:
    """A folder of Parquet files, one for each stage.

    What a stage has written is read again by the next: a lost worker costs the tasks it had, never
    a stage that is done.
    """

    def __init__(self, spark: Any, folder: str, partitions: int) -> None:
        self.spark = spark
        self.folder = folder.rstrip("/")
        self.partitions = partitions
        self.keeps_order = True

    def keep(self, name: str, frame: Any) -> Any:
        """Writes a stage, and returns what was written."""
        path = f"{self.folder}/{name}"
        schema = frame.schema
        frame.write.mode("overwrite").parquet(path)
        # With its schema: a stage without rows may have no file.
        return self.spark.read.schema(schema).parquet(path)

    def stream(self, frame: Any, order: list[str], task: Task, schema: str) -> Any:
        """Sends the rows of equal keys, the first name of `order`, to one task, in order."""
        spread = frame.repartition(self.partitions, order[0])
        if self.keeps_order:
            return spread.sortWithinPartitions(*order).mapInArrow(task, schema)
        return spread.mapInArrow(Sorting(order, task), schema)

    def check(self) -> None:
        """Looks whether all workers have what they need and write where the driver reads."""
        check_workers(self.spark)
        spread = self.spark.range(0, PROBES, 1, PROBES)
        try:
            found = self.keep("probe", spread).count()
        except Exception as error:
            raise RuntimeError(_unreachable(self.folder)) from error
        if found != PROBES:
            raise RuntimeError(_unreachable(self.folder))
        self.keeps_order = keeps_order(self.spark)


def keeps_order(spark: Any) -> bool:
    """Whether rows come to a function in the order that was asked for."""
    rows = spark.range(0, 1000, 1, 4).selectExpr("id % 7 AS key", "-id AS value")
    rows = rows.repartition(2, "key").sortWithinPartitions("key", "value")
    return all(row["sorted"] for row in rows.mapInArrow(InOrder(), "sorted boolean").collect())


def _unreachable(folder: str) -> str:
    return (
        f"work: what the workers wrote to `{folder}` cannot be read again. give a folder that the "
        "driver and all workers reach, such as hdfs:// or s3a://"
    )


def check_workers(spark: Any) -> None:
    """Raises an error that says what a worker lacks."""
    from pyspark.sql import functions as F

    needed = dict(NEEDED)

    # Inside a function, so that it is sent by value: a worker may not have wirecopy.
    def lacks(_: int) -> str:
        from importlib import import_module

        for name, least in needed.items():
            try:
                version = str(import_module(name).__version__)
            except ImportError as error:
                return f"{name}: {error}"
            if tuple(int(part) for part in version.split(".")[:2]) < least:
                return f"{name} {version} is too old"
        return ""

    probe = F.udf(lacks, "string", useArrow=False)
    rows = spark.range(0, PROBES, 1, PROBES).select(probe("id").alias("lack")).collect()
    lack = next((row["lack"] for row in rows if row["lack"]), None)
    if lack is not None:
        wanted = ", ".join(f"{name} {a}.{b}" for name, (a, b) in NEEDED.items())
        raise RuntimeError(
            f"a worker lacks what it needs ({lack}). install {wanted} or later on every worker, or "
            "send an environment by spark.archives"
        )


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def as_strings(documents: Any, columns: dict[str, str | None]) -> list[str]:
    """Columns by their meaning, as strings; a column of no name says nothing.

    Raises
    ------
    ValueError
        The documents have no such column.
    """
    check_columns(documents, list(columns.values()))
    values = [("NULL" if own is None else quoted(own), name) for name, own in columns.items()]
    return [f"CAST({value} AS STRING) AS {name}" for value, name in values]


def check_columns(documents: Any, wanted: list[str | None]) -> None:
    for name in wanted:
        if name is not None and name not in documents.columns:
            raise ValueError(
                f"no column `{name}`; the columns are {', '.join(documents.columns)}. name yours "
                "with text_column, id_column, date_column or order_column"
            )
