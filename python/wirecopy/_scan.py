"""Passages that documents share."""

from __future__ import annotations

import json
import os
from functools import cached_property
from typing import Any, Literal

from . import _notebook, _wirecopy
from ._inputs import Documents, Report, columns_of, counted, reporting, table_of, warn
from ._settings import scan_settings
from ._table import Table

Scope = Literal["auto", "outlets", "documents", "all"]
Edits = Literal["low", "normal", "high"]


class ScanResult:
    """Passages that documents share, and the families these form.

    In a notebook it shows the most important families side by side.
    """

    def __init__(self, run: _wirecopy.ScanRun) -> None:
        self._run = run

    @cached_property
    def pairs(self) -> Table:
        """Pairs of places that share a passage: one row a pair.

        ``a`` and ``b`` are structs with id, outlet, date, place and text; ``family`` links the
        pair to its family.
        """
        return Table(self._run.pairs())

    @cached_property
    def families(self) -> Table:
        """Families of passages, the most important first; ``members`` lists all places."""
        return Table(self._run.families())

    @cached_property
    def flows(self) -> Table:
        """Who printed how much after whom: one row for two outlets and a kind."""
        return Table(self._run.flows())

    def copies(self, threshold: float | None = None) -> Table:
        """Pairs of documents of which at least ``threshold`` (0.45) lies in shared passages."""
        return Table(self._run.copies(threshold))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Counts of the run, and the time of each stage in nanoseconds."""
        counts: dict[str, Any] = json.loads(self._run.summary)
        return counts

    def __repr__(self) -> str:
        return (
            f"<wirecopy.ScanResult: {counted(self._run.pair_count, 'pair')} in "
            f"{counted(self._run.family_count, 'family')} "
            f"of {counted(self.summary['documents'], 'document')}>"
        )

    def _repr_html_(self) -> str:
        return _notebook.families(repr(self), json.loads(self._run.top(_notebook.SHOWN)))


def scan(
    documents: Documents,
    against: Documents | None = None,
    *,
    min_tokens: int | None = None,
    scope: Scope | None = None,
    edits: Edits | None = None,
    ngram_size: int | None = None,
    max_days: int | None = None,
    max_pairs: int | None = None,
    text_column: str | None = None,
    id_column: str | None = None,
    outlet_column: str | None = None,
    date_column: str | None = None,
    title_column: str | None = None,
    url_column: str | None = None,
    date_format: str | None = None,
    ignore: str | os.PathLike[str] | None = None,
    threads: int | None = None,
    memory: int | str | None = None,
    temp_dir: str | os.PathLike[str] | None = None,
    seed: int | None = None,
    progress: bool | Report = False,
) -> ScanResult:
    """Finds every passage that documents share.

    Parameters
    ----------
    documents:
        An Arrow table of any library, a list of strings, or a list of dictionaries. Columns are
        found by their usual names (``text``, ``id``, ``outlet``, ``date``, ``title``, ``url``, and
        others that people use); the parameters that end in ``_column`` name yours.
    against:
        Other documents: then only passages that one of each set shares are found.
    min_tokens:
        Shortest passage in words (15).
    scope:
        Which pairs are wanted: of different ``outlets`` where these are known, else of different
        ``documents`` (``auto``), or ``all``.
    edits:
        How much rewording is tolerated: ``low``, ``normal`` or ``high``.
    ngram_size:
        Words in a row by which passages are noticed (5).
    max_days:
        Only documents dated within so many days of each other.
    date_format:
        How dates are written that could be read in several ways, such as ``%d/%m/%Y``.
    ignore:
        A file of known passages to leave out: one a line, or families or pairs as the program writes
        them (JSON Lines, JSON, CSV, TSV or Parquet, also compressed).
    threads, memory:
        Workers (all cores), and a budget such as ``"512MiB"``, past which the run uses files, in
        ``temp_dir`` (the system's folder for such).
    progress:
        True for a bar of tqdm, or a function that is called with stage, done and total.

    Raises
    ------
    ValueError
        A setting out of range, a missing column, a text column that holds no strings.
    KeyboardInterrupt
        Ctrl-C; the run has stopped.

    Examples
    --------
    >>> import wirecopy
    >>> quote = "the harbor will stay closed until the last crane has been tested twice by the port"
    >>> found = wirecopy.scan([
    ...     {"outlet": "Daily", "text": f"On Sunday {quote}."},
    ...     {"outlet": "Courier", "text": f"It read: {quote}. Then came the rain."},
    ... ])
    >>> found
    <wirecopy.ScanResult: 1 pair in 1 family of 2 documents>
    """
    settings = scan_settings(
        min_tokens=min_tokens,
        scope=scope,
        edits=edits,
        ngram_size=ngram_size,
        max_days=max_days,
        max_pairs=max_pairs,
        seed=seed,
        ignore=ignore,
        memory=memory,
        temp_dir=temp_dir,
        threads=threads,
    )
    columns = columns_of(
        text_column=text_column,
        id_column=id_column,
        outlet_column=outlet_column,
        date_column=date_column,
        title_column=title_column,
        url_column=url_column,
        date_format=date_format,
    )
    tables = (table_of(documents), None if against is None else table_of(against))
    with reporting(progress) as report:
        run = _wirecopy.scan(tables, columns, settings, report)
    warn(run.messages)
    return ScanResult(run)


def copies(
    documents: Documents,
    against: Documents | None = None,
    *,
    threshold: float | None = None,
    scope: Scope = "documents",
    edits: Edits = "high",
    **settings: Any,
) -> Table:
    """Pairs of documents that are copies of each other, edited, cut or noisy ones too.

    A pair is listed where, as the mean of both, at least ``threshold`` (0.45) of the documents lies
    in passages that they share. The other settings are those of :func:`scan`.

    Examples
    --------
    >>> import wirecopy
    >>> story = "The ferry to the island will not sail before noon, the port said on Monday. " * 3
    >>> table = wirecopy.copies([story, story + "Rain is likely.", "A cat was found in a tree."])
    >>> [(row["a"], row["b"]) for row in table.to_pylist()]
    [('0', '1')]
    """
    found = scan(documents, against, scope=scope, edits=edits, **settings)
    return found.copies(threshold)
