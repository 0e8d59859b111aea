"""What runs in the tasks of an engine: batches of Arrow in, batches of Arrow out.

Objects of these classes are sent to the workers, which have wirecopy themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .. import _wirecopy
from ..batch import record_batch

#: Columns of what each task returns.
SIGNATURES = (
    "id string, position long, text long, text_low long, tokens int, claim double, lanes binary, "
    "keys binary"
)
BANDS = "text long, key long"
PROPOSALS = "low long, high long, bucket long"
CANDIDATES = "high long, unequal int, low long"
EDGES = "u long, v long"
CHECKSUM = "edges long, sum string"
COMPONENTS = "text long, component long"
SETS = "text long, lanes binary, hashes binary"
ROWS = (
    "component long, kind long, text long, low long, unequal long, id string, position long, "
    "tokens long, claim double, lanes binary, hashes binary"
)
RESULT = (
    "kind string, a string, b string, cluster long, cluster_size long, representative boolean, "
    "jaccard double"
)

Batches = Iterable[Any]
#: What runs in a task: batches in, batches out.
Task = Callable[[Batches], Iterator[Any]]
Settings = dict[str, Any]


class Signatures:
    """Documents (``id``, ``text``, ``date``, ``position``) become rows of `SIGNATURES`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self, batches: Batches) -> Iterator[Any]:
        import pyarrow

        for batch in batches:
            made = record_batch(_wirecopy.signatures(batch, _names(batch), self.settings))
            position = batch.column("position").take(made.column("row"))
            columns = [
                position if name == "position" else made.column(name)
                for name in names_of(SIGNATURES)
            ]
            yield pyarrow.RecordBatch.from_arrays(columns, names=names_of(SIGNATURES))


class Bands:
    """Rows of `SIGNATURES` become rows of `BANDS`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self, batches: Batches) -> Iterator[Any]:
        for batch in batches:
            yield record_batch(_wirecopy.bands(batch, {}, self.settings))


class Sets:
    """Documents become rows of `SETS`, as far as a filter of texts lets them through."""

    def __init__(self, settings: Settings, only: bytes) -> None:
        self.settings = settings
        self.only = only

    def __call__(self, batches: Batches) -> Iterator[Any]:
        only = _wirecopy.TextFilter.from_bytes(self.only)
        for batch in batches:
            yield record_batch(_wirecopy.sets(batch, _names(batch), self.settings, only))


class Compare:
    """Pairs with both signatures become rows of `CANDIDATES`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self, batches: Batches) -> Iterator[Any]:
        for batch in batches:
            yield record_batch(_wirecopy.compare_signatures(batch, self.settings))


class Call:
    """Batches go through a function of the library, with a filter of documents if one is given."""

    def __init__(self, name: str, *arguments: Any, only: bytes | None = None) -> None:
        self.name = name
        self.arguments = arguments
        self.only = only

    def __call__(self, batches: Batches) -> Iterator[Any]:
        function = getattr(_wirecopy, self.name)
        more = () if self.only is None else (_wirecopy.TextFilter.from_bytes(self.only),)
        for batch in batches:
            yield record_batch(function(batch, *self.arguments, *more))


class Stream:
    """Sorted rows go through a class of the library that keeps the open run."""

    def __init__(self, name: str, *arguments: Any) -> None:
        self.name = name
        self.arguments = arguments

    def __call__(self, batches: Batches) -> Iterator[Any]:
        stream = getattr(_wirecopy, self.name)(*self.arguments)
        for batch in batches:
            yield record_batch(stream.push(batch))
        if hasattr(stream, "finish"):
            yield record_batch(stream.finish())


#: Rows of a batch of rows that a task has sorted itself.
BATCH_ROWS = 1 << 14


class Sorting:
    """The rows of a task are sorted before another task gets them: for engines that take a sort
    for needless where a function follows. It holds all rows of the task."""

    def __init__(self, order: list[str], task: Task) -> None:
        self.order = order
        self.task = task

    def __call__(self, batches: Batches) -> Iterator[Any]:
        import pyarrow

        held = list(batches)
        if not held:
            yield from self.task([])
            return
        rows = pyarrow.Table.from_batches(held)
        keys = [(name, "ascending") for name in self.order]
        yield from self.task(rows.sort_by(keys).to_batches(max_chunksize=BATCH_ROWS))


class InOrder:
    """Says of the rows of a task (``key``, ``value``) whether they are sorted."""

    def __call__(self, batches: Batches) -> Iterator[Any]:
        import pyarrow

        rows = [
            pair
            for batch in batches
            for pair in zip(batch.column("key").to_pylist(), batch.column("value").to_pylist())
        ]
        yield pyarrow.RecordBatch.from_pydict({"sorted": [rows == sorted(rows)]})


class Joined:
    """All edges, in one task, become rows of `COMPONENTS`: each node with the least that it hangs
    together with."""

    def __call__(self, batches: Batches) -> Iterator[Any]:
        import pyarrow

        tied = pyarrow.Table.from_batches(list(Stream("Contract")(batches)))
        roots = tied["v"].unique()
        for text, component in ((tied["u"], tied["v"]), (roots, roots)):
            rows = pyarrow.table({"text": text, "component": component})
            yield from rows.to_batches(max_chunksize=BATCH_ROWS)


class Checksum:
    """Rows of `EDGES` become one row of `CHECKSUM`."""

    def __call__(self, batches: Batches) -> Iterator[Any]:
        import pyarrow

        edges, total = 0, 0
        for batch in batches:
            count, sum_of_hashes = _wirecopy.checksum(batch)
            edges, total = edges + count, (total + sum_of_hashes) % 2**64
        yield pyarrow.RecordBatch.from_pydict({"edges": [edges], "sum": [str(total)]})


def names_of(schema: str) -> list[str]:
    """The names of the columns of a schema."""
    return [field.split()[0] for field in schema.split(",")]


def names_of_documents() -> dict[str, str]:
    """The columns of documents that are scanned."""
    return {name: name for name in ("text", "id", "outlet", "date")}


def _names(batch: Any) -> dict[str, str]:
    """The columns of a batch of documents, which have these names by then."""
    wanted = ("text", "id", "date")
    return {name: name for name in wanted if name in batch.schema.names}
