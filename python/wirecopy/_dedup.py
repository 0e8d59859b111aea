"""Near-duplicate documents."""

from __future__ import annotations

import json
import os
from functools import cached_property
from typing import Any, Literal

from . import _notebook, _wirecopy
from ._inputs import Documents, Report, columns_of, counted, reporting, table_of, warn
from ._settings import dedup_settings
from ._table import Table


class DedupResult:
    """Clusters of near-duplicates, and what is kept."""

    def __init__(self, run: _wirecopy.DedupRun) -> None:
        self._run = run

    @cached_property
    def kept(self) -> Table:
        """The rows that are kept, with all their columns, in their order."""
        return Table(self._run.kept())

    @property
    def kept_rows(self) -> list[int]:
        """Numbers of the rows that are kept, from 0."""
        return self._run.kept_rows

    @cached_property
    def duplicates(self) -> Table:
        """Every document in a cluster of two or more, with the one that is kept for it."""
        return Table(self._run.duplicates())

    @cached_property
    def pairs(self) -> Table:
        """Verified pairs with their similarity, which is exact."""
        return Table(self._run.pairs())

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Counts and settings of the run, and the time of each stage in nanoseconds."""
        counts, settings, stages = json.loads(self._run.summary)
        return {**counts, "settings": settings, "stages": stages}

    def rethreshold(self, threshold: float, *, progress: bool | Report = False) -> DedupResult:
        """The same documents at another threshold."""
        with reporting(progress) as report:
            run = self._run.rethreshold(threshold, report)
        warn(run.messages)
        return DedupResult(run)

    def __repr__(self) -> str:
        counts = self.summary
        return (
            f"<wirecopy.DedupResult: {counts['kept']:,} of "
            f"{counted(counts['documents'], 'document')} kept, "
            f"{counts['removed']:,} removed in {counted(counts['clusters'], 'cluster')}>"
        )

    def _repr_html_(self) -> str:
        return _notebook.summary(repr(self), self.summary)


def dedup(
    documents: Documents,
    against: Documents | None = None,
    *,
    measure: Literal["jaccard", "coverage"] | None = None,
    threshold: float | None = None,
    ngram_size: int | None = None,
    unit: Literal["word", "char"] | None = None,
    num_perm: int | None = None,
    bands: int | None = None,
    rows: int | None = None,
    edits: Literal["low", "normal", "high"] | None = None,
    keep: Literal["first", "longest", "earliest", "latest"] | None = None,
    until: int | None = None,
    within: str | None = None,
    text_column: str | None = None,
    id_column: str | None = None,
    outlet_column: str | None = None,
    date_column: str | None = None,
    date_format: str | None = None,
    threads: int | None = None,
    memory: int | str | None = None,
    temp_dir: str | os.PathLike[str] | None = None,
    progress: bool | Report = False,
) -> DedupResult:
    """Finds near-duplicate documents; every stated similarity is exact.

    Parameters
    ----------
    documents:
        An Arrow table of any library, a list of strings, or a list of dictionaries.
    against:
        Other documents: what is like one of these is removed too.
    measure:
        ``jaccard`` (similarity of the sets of shingles), or ``coverage`` (share of both texts in
        passages that they share, which finds edited, cut and noisy copies).
    threshold:
        Least similarity of duplicates: 0.7, or 0.45 by coverage.
    keep:
        Which document of a cluster is kept.
    until:
        Leave at most so many documents: takes the highest threshold that does, in thousandths
        (``summary["settings"]["threshold"]``); ``threshold`` is then the lowest (0.4, or 0.3 by
        coverage).
    within:
        Remove copies only inside one value of this column, such as the outlet. It is taken as the
        outlet's; what has no value there is no copy of any other.

    The names are those of text-dedup and datasketch; their ``column`` is ``text_column`` here and
    ``ngram`` is ``ngram_size``.

    Examples
    --------
    >>> import wirecopy
    >>> ferry = "The ferry to the island will not sail before noon, the port said"
    >>> result = wirecopy.dedup([f"{ferry}.", "A cat was found.", f"{ferry} today."])
    >>> result
    <wirecopy.DedupResult: 2 of 3 documents kept, 1 removed in 1 cluster>
    >>> result.kept_rows
    [0, 1]
    """
    if within is not None:
        if outlet_column not in (None, within):
            raise ValueError(
                f"within: `{within}` is not the outlet's column, `{outlet_column}`. name that, or "
                "leave out outlet_column"
            )
        outlet_column = within
    settings = dedup_settings(
        measure=measure,
        threshold=threshold,
        edits=edits,
        ngram_size=ngram_size,
        unit=unit,
        num_perm=num_perm,
        bands=bands,
        rows=rows,
        keep=keep,
        until=until,
        # By its meaning, which is the name that the library knows.
        within=None if within is None else "outlet",
        memory=memory,
        temp_dir=temp_dir,
        threads=threads,
    )
    columns = columns_of(
        text_column=text_column,
        id_column=id_column,
        outlet_column=outlet_column,
        date_column=date_column,
        date_format=date_format,
    )
    tables = (table_of(documents), None if against is None else table_of(against))
    with reporting(progress) as report:
        run = _wirecopy.dedup(tables, columns, settings, report)
    warn(run.messages)
    return DedupResult(run)
