"""Batch functions: one Arrow batch in, one out, for Spark, Sail, Ray, Daft and others.

Each function takes a ``pyarrow.RecordBatch`` or table and returns a ``pyarrow.RecordBatch``. What
comes out depends on the rows alone, with the same hashes on every machine as in the program. Rows
without a text are left out; an empty batch gives an empty one with the same columns. Texts may be
``Utf8``, ``LargeUtf8``, ``Utf8View`` or dictionaries. Texts are known by numbers: the upper half of
the hash of their words, signed and in the same order, so that no task has to know of another's.

>>> import pyarrow
>>> from wirecopy import batch
>>> port = "the ferry to the island will not sail before noon, the port said"
>>> texts = pyarrow.record_batch({"id": ["a", "b"], "text": [f"{port}.", port.upper()]})
>>> numbers = batch.signatures(texts)["text"].to_pylist()
>>> numbers[0] == numbers[1]
True
"""

from __future__ import annotations

from typing import Any

from . import _wirecopy
from ._inputs import columns_of
from ._settings import dedup_settings, scan_settings

__all__ = [
    "align_pairs",
    "bands",
    "candidates",
    "coverage",
    "postings",
    "signatures",
    "verify_pairs",
]


def signatures(
    batch: Any,
    *,
    text_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
    **settings: Any,
) -> Any:
    """A row for each document: ``row`` (its row in the batch), ``id``, ``text`` and ``text_low``
    (the hash of its words), ``tokens``, ``claim`` (to be kept), ``lanes`` and ``keys``.

    ``settings`` are those of :func:`wirecopy.dedup`.
    """
    names = columns_of(text_column=text_column, id_column=id_column, date_column=date_column)
    return record_batch(_wirecopy.signatures(batch, names, dedup_settings(**settings)))


def bands(batch: Any, *, text_column: str | None = None, **settings: Any) -> Any:
    """A row for each band of each text: ``text`` and ``key``, whose upper half is the band.

    Takes documents, or what :func:`signatures` returned. Texts that share a key may be similar.
    """
    names = columns_of(text_column=text_column)
    return record_batch(_wirecopy.bands(batch, names, dedup_settings(**settings)))


def candidates(batch: Any, **settings: Any) -> Any:
    """The pairs of texts that share a key, of rows of :func:`bands` sorted by key and text.

    Of a key of few texts all pairs (``low``, ``high``); of a key of very many each of its texts,
    with the key as ``bucket``, since their pairs are too many: compare each with a few of them.
    """
    buckets = _wirecopy.Buckets(dedup_settings(**settings))
    return _joined([buckets.push(batch), buckets.finish()])


def verify_pairs(batch: Any, **settings: Any) -> Any:
    """The exact similarity of the texts in ``text_a`` and ``text_b``: ``row`` and ``jaccard`` of
    each pair that reaches the threshold."""
    return record_batch(_wirecopy.verify_pairs(batch, dedup_settings(**settings)))


def align_pairs(batch: Any, **settings: Any) -> Any:
    """The passages that ``text_a`` and ``text_b`` share: ``row``, ``a_start``, ``a_end``,
    ``b_start``, ``b_end`` (code points), ``tokens``, ``identity``.

    ``settings`` are those of :func:`wirecopy.scan`.
    """
    return record_batch(_wirecopy.align_pairs(batch, scan_settings(**settings)))


def coverage(batch: Any, **settings: Any) -> Any:
    """How much of ``text_a`` and ``text_b`` lies in passages that they share: ``row``,
    ``coverage``, ``cover_a``, ``cover_b``, ``passages`` of each pair that shares one."""
    return record_batch(_wirecopy.coverage(batch, scan_settings(**settings)))


def postings(batch: Any, *, text_column: str | None = None, **settings: Any) -> Any:
    """A row for each shingle of each document: ``shingle`` (a hash), ``row``, ``place`` (of its
    first word)."""
    names = columns_of(text_column=text_column)
    return record_batch(_wirecopy.postings(batch, names, scan_settings(**settings)))


def record_batch(table: Any) -> Any:
    """One batch of pyarrow, of a table of ours."""
    return _joined([table])


def _joined(tables: list[Any]) -> Any:
    import pyarrow

    whole = pyarrow.concat_tables([pyarrow.table(table) for table in tables]).combine_chunks()
    batches = whole.to_batches()
    if batches:
        return batches[0]
    return pyarrow.RecordBatch.from_pylist([], schema=whole.schema)
