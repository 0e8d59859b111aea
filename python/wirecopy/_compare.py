"""Two documents side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import _wirecopy
from ._inputs import table_of, warn
from ._scan import Edits, ScanResult
from ._settings import scan_settings


class Comparison(ScanResult):
    """What two documents share; ``a``, ``b`` and ``jaccard`` say how alike they are as wholes."""

    def __init__(self, run: _wirecopy.ScanRun, whole: dict[str, Any]) -> None:
        super().__init__(run)
        self.a: dict[str, Any] = whole["a"]
        self.b: dict[str, Any] = whole["b"]
        self.jaccard: float = whole["jaccard"]

    def __repr__(self) -> str:
        shares = [
            f"{100 * side['shared_tokens'] / max(side['tokens'], 1):.0f} % of {name}"
            for side, name in ((self.a, "a"), (self.b, "b"))
        ]
        return f"<wirecopy.Comparison: {' and '.join(shares)} shared, Jaccard {self.jaccard:.2f}>"


def compare(
    a: str | Mapping[str, Any],
    b: str | Mapping[str, Any],
    *,
    min_tokens: int | None = None,
    edits: Edits | None = None,
    ngram_size: int | None = None,
) -> Comparison:
    """Compares two documents: all passages that they share, and the share of each text.

    Each is a string, or a dictionary with ``text`` and what else is known (``outlet``, ``date``).

    Examples
    --------
    >>> import wirecopy
    >>> notice = "the harbor will stay closed until the last crane has been tested twice"
    >>> wirecopy.compare(f"On Sunday {notice}.", f"On Monday {notice}.", min_tokens=10)
    <wirecopy.Comparison: 87 % of a and 87 % of b shared, Jaccard 0.69>
    """
    settings = scan_settings(
        min_tokens=min_tokens, scope="documents", edits=edits, ngram_size=ngram_size
    )
    tables = (_one(a, "a"), _one(b, "b"))
    run, whole = _wirecopy.compare(tables, settings)
    warn(run.messages)
    return Comparison(run, json.loads(whole))


def _one(document: str | Mapping[str, Any], name: str) -> Any:
    row = {"text": document} if isinstance(document, str) else dict(document)
    return table_of([{"id": name, **row}])
