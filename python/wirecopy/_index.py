"""Documents that are kept, and what a draft shares with them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Union, cast

from . import _wirecopy
from ._inputs import Documents, columns_of, table_of, warn
from ._scan import ScanResult
from ._settings import scan_settings


class Added(NamedTuple):
    """What became of the documents of one call of :meth:`Index.add`."""

    added: int
    replaced: int
    unchanged: int
    #: Left out because another document of the same call has the id.
    repeated: int


class Index:
    """Documents in a folder, which can be asked what a text shares with them.

    The program reads the same folder (``wirecopy index``). The object holds no lock: other
    processes may write between two calls.

    Examples
    --------
    >>> import tempfile, wirecopy
    >>> quote = "the harbor will stay closed until the last crane has been tested twice by the port"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     index = wirecopy.Index.create(f"{folder}/articles")
    ...     added = index.add([{"id": "a", "outlet": "Daily", "text": f"On Sunday {quote}."}])
    ...     found = index.query(f"They wrote that {quote}.")
    >>> added.added, found.pairs.to_pylist()[0]["tokens"]
    (1, 16)
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Opens an index that is there."""
        self.path = os.fspath(path)
        if not os.path.isdir(self.path):
            raise FileNotFoundError(
                f"{self.path}: there is no index here. check the path, or make one with Index.create"
            )
        self.info()

    @classmethod
    def create(
        cls, path: str | os.PathLike[str], *, ngram_size: int = 5, no_text: bool = False
    ) -> Index:
        """Makes an empty index at `path`, where nothing may be.

        With ``no_text`` it keeps tokens in place of texts: answers are verified as ever, but no
        words of what was added can be shown, kinds are not sure, and no families are kept.
        """
        _wirecopy.index_create(os.fspath(path), ngram_size, no_text)
        return cls(path)

    def add(
        self, documents: Documents, *, no_families: bool = False, **columns: str | None
    ) -> Added:
        """Adds documents; one with an id that is there takes its place.

        ``text_column`` and so on name columns, and ``date_format`` says how dates are written, as
        in :func:`wirecopy.scan`. With ``no_families`` the families stay as they are; a later call
        without it finds them anew.
        """
        counts, messages = _wirecopy.index_add(
            self.path, table_of(documents), columns_of(**columns), no_families
        )
        warn(messages)
        return Added(*counts)

    def remove(self, ids: Iterable[str], *, no_families: bool = False) -> list[str]:
        """Removes documents; returns the ids that were not there."""
        return _wirecopy.index_remove(self.path, list(ids), no_families)

    def compact(self) -> None:
        """Gives back the space of what was removed or replaced."""
        _wirecopy.index_compact(self.path)

    def info(self) -> dict[str, Any]:
        """What the index is made of."""
        info: dict[str, Any] = json.loads(_wirecopy.index_info(self.path))
        return info

    def check(self) -> dict[str, Any]:
        """Reads every byte of the index: how many ``segments``, ``documents`` and ``bytes``
        there are, and a list of what is damaged (``damage``), empty of a whole one."""
        checked: dict[str, Any] = json.loads(_wirecopy.index_check(self.path))
        return checked

    def query(
        self,
        documents: Text | Documents,
        *,
        max_candidates: int | None = None,
        **settings: Any,
    ) -> ScanResult:
        """What one text, or each of some documents, shares with those of the index.

        A document of the index with the id of one that is asked about is passed over.
        At most ``max_candidates`` (4,000) documents of the index are searched for each; a warning
        says where that left some out. ``settings`` are those of :func:`wirecopy.scan`.
        """
        chosen = scan_settings(**settings)
        run = _wirecopy.index_query(self.path, drafts(documents), {}, (chosen, max_candidates))
        warn(run.messages)
        return ScanResult(run)

    def __len__(self) -> int:
        return int(self.info()["documents"])

    def __repr__(self) -> str:
        return f"<wirecopy.Index: {len(self):,} documents at {self.path}>"


#: One document: its text, or a dictionary with ``text`` and what else is known.
Text = Union[str, Mapping[str, Any]]


def drafts(documents: Text | Documents) -> Any:
    """A table of one text or of some documents."""
    if isinstance(documents, str):
        return table_of([{"id": "draft", "text": documents}])
    if isinstance(documents, Mapping):
        return table_of([{"id": "draft", **cast("Mapping[str, Any]", documents)}])
    return table_of(documents)


def check(draft: Text | Documents, against: Index | Documents, **settings: Any) -> ScanResult:
    """What a draft shares with the documents of an index, or with others.

    Examples
    --------
    >>> import wirecopy
    >>> quote = "the harbor will stay closed until the last crane has been tested twice by the port"
    >>> wirecopy.check(f"We say {quote}.", [f"On Sunday {quote}.", "A cat was found."])
    <wirecopy.ScanResult: 1 pair in 1 family of 2 documents>
    """
    if isinstance(against, Index):
        return against.query(draft, **settings)
    ngram_size = settings.get("ngram_size") or 5
    with tempfile.TemporaryDirectory() as folder:
        index = Index.create(os.path.join(folder, "index"), ngram_size=ngram_size)
        index.add(against)
        return index.query(draft, **settings)
