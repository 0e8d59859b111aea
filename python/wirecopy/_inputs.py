"""What callers pass: documents in any shape become one Arrow table."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Union

from . import _wirecopy

#: Documents: an Arrow table of any library, a list of strings, or a list of dictionaries.
Documents = Union[Iterable[str], Iterable[Mapping[str, Any]], Any]

#: What is told about a run: the stage, the units done, and all units (0: unknown).
Report = Callable[[str, int, int], None]


class WirecopyWarning(UserWarning):
    """Something about the documents or the run that you should know."""


def table_of(documents: Documents) -> Any:
    """The documents as an object with ``__arrow_c_stream__``."""
    if hasattr(documents, "__arrow_c_stream__"):
        return documents
    module = type(documents).__module__.partition(".")[0]
    if type(documents).__name__ == "LazyFrame":
        raise TypeError("a LazyFrame holds no rows yet. pass frame.collect()")
    if isinstance(documents, (str, bytes)):
        raise TypeError("one text has nothing to be compared with. pass a list of texts")
    if hasattr(documents, "__arrow_c_array__"):
        return _pyarrow().table([documents]) if module != "pyarrow" else _of_batch(documents)
    if module == "pandas":
        raise TypeError("this pandas has no Arrow interface. install pandas 2.2 or later")
    for method in ("to_arrow_table", "fetch_arrow_table"):
        if hasattr(documents, method):
            return getattr(documents, method)()
    if not isinstance(documents, Iterable):
        raise TypeError(
            f"{type(documents).__name__} holds no documents. pass an Arrow table, a list of "
            "strings, or a list of dictionaries"
        )
    return _of_rows(list(documents))


def _of_batch(batch: Any) -> Any:
    return _pyarrow().Table.from_batches([batch])


def _of_rows(rows: list[Any]) -> Any:
    """A table of strings or of dictionaries."""
    if all(row is None or isinstance(row, str) for row in rows):
        return _wirecopy.strings_table(["text"], [rows])
    if not all(isinstance(row, Mapping) for row in rows):
        odd = next(row for row in rows if not isinstance(row, (str, Mapping)) and row is not None)
        raise TypeError(
            f"a document is a string or a dictionary, not {type(odd).__name__}. "
            "pass an Arrow table, a list of strings, or a list of dictionaries"
        )
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    columns = [[_written(row.get(name)) for row in rows] for name in names]
    return _wirecopy.strings_table(names, columns)


def _written(value: Any) -> str | None:
    """A value as a column of strings has it."""
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def columns_of(**chosen: str | None) -> dict[str, str]:
    """The columns that the caller has named, by meaning."""
    return {
        meaning.removesuffix("_column"): name for meaning, name in chosen.items() if name is not None
    }


def bytes_of(size: int | str | None) -> int | None:
    """A size in bytes: a number, or a string such as ``"512MiB"``."""
    if size is None or isinstance(size, int):
        return size
    for unit, factor in (("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)):
        number = size.removesuffix(unit).strip()
        if size.endswith(unit) and number.isdecimal():
            return int(number) * factor
    raise ValueError(f"memory: `{size}` is no size. write a number of bytes, or one with KiB, MiB, GiB")


def counted(count: int, noun: str) -> str:
    """A number with its noun: ``1 pair``, ``2 families``."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count:,} {noun if count == 1 else plural}"


def warn(messages: list[str]) -> None:
    """Passes on what a run says."""
    for message in messages:
        warnings.warn(message, WirecopyWarning, stacklevel=3)


@contextmanager
def reporting(progress: bool | Report) -> Iterator[Report | None]:
    """A function that shows progress, by a bar of tqdm where none is given."""
    if callable(progress):
        yield progress
        return
    if not progress:
        yield None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ImportError("progress bars need tqdm. pip install wirecopy[progress]") from error
    bar = tqdm(total=0, unit_scale=True, leave=False)

    def show(stage: str, done: int, total: int) -> None:
        if bar.desc != stage:
            bar.set_description_str(stage)
        bar.total = total or None
        bar.n = done
        bar.refresh()

    try:
        yield show
    finally:
        bar.close()


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError("this needs pyarrow. pip install pyarrow") from error
    return pyarrow
