"""Finds what was copied: shared passages, near-duplicate documents, and the families they form.

Documents come as any Arrow table (pyarrow, polars, DuckDB, pandas), as a list of strings, or as a
list of dictionaries. Results are Arrow tables that every such library takes as they are.

>>> import wirecopy
>>> quote = "the harbor will stay closed until the last crane has been tested twice by the port"
>>> found = wirecopy.scan([f"On Sunday {quote}.", f"It read: {quote}. Then came the rain."])
>>> found.pairs.to_pylist()[0]["tokens"]
16
"""

from . import batch
from ._compare import Comparison, compare
from ._dedup import DedupResult, dedup
from ._index import Added, Index, check
from ._scan import ScanResult, copies, scan
from ._table import Table
from ._wirecopy import VERSION as __version__
from ._inputs import WirecopyWarning

__all__ = [
    "Added",
    "Comparison",
    "DedupResult",
    "Index",
    "ScanResult",
    "Table",
    "WirecopyWarning",
    "__version__",
    "batch",
    "check",
    "compare",
    "copies",
    "dedup",
    "scan",
]
