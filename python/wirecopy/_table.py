"""Results as tables."""

from __future__ import annotations

from typing import Any

from . import _notebook
from ._inputs import counted
from ._wirecopy import ArrowTable


class Table:
    """An Arrow table, which every library with the PyCapsule interface takes as it is.

    ``pyarrow.table(t)``, ``polars.DataFrame(t)`` and ``duckdb.sql("FROM t")`` need no conversion;
    the methods here call them.
    """

    __slots__ = ("_arrow",)

    def __init__(self, arrow: ArrowTable) -> None:
        self._arrow = arrow

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._arrow.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self._arrow)

    def __repr__(self) -> str:
        return f"<wirecopy.Table: {counted(len(self), 'row')} of {', '.join(self.column_names)}>"

    def _repr_html_(self) -> str | None:
        try:
            rows = self.to_arrow().slice(0, _notebook.ROWS).to_pylist()
        except ImportError:
            return None
        return _notebook.table(self.column_names, rows, len(self))

    @property
    def column_names(self) -> list[str]:
        """Names of the columns."""
        return self._arrow.column_names

    def to_arrow(self) -> Any:
        """The same as a ``pyarrow.Table``."""
        try:
            import pyarrow
        except ImportError as error:
            raise ImportError("to_arrow needs pyarrow. pip install pyarrow") from error
        return pyarrow.table(self)

    def to_pandas(self) -> Any:
        """The same as a ``pandas.DataFrame``."""
        try:
            return self.to_arrow().to_pandas()
        except ImportError as error:
            raise ImportError(
                "to_pandas needs pyarrow and pandas. pip install pyarrow pandas"
            ) from error

    def to_polars(self) -> Any:
        """The same as a ``polars.DataFrame``."""
        try:
            import polars
        except ImportError as error:
            raise ImportError("to_polars needs polars. pip install polars") from error
        return polars.DataFrame(self)

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        rows: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return rows
