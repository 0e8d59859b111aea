"""Deduplication over the machines of a cluster, with Spark or Sail as the engine.

Tasks call the functions of the library, the engine does the rest: shuffle, retries, storage. Only
the DataFrame API is used, so the same code runs on Spark Connect and on Sail. Results are those of
:func:`wirecopy.dedup` on the same documents. ``docs/scale.md`` of the repository explains sizing
and set-up.
"""

from ._copies import Copies, copies
from ._near import NearDuplicates, near_duplicates
from ._passages import SharedPassages, shared_passages

__all__ = [
    "Copies",
    "NearDuplicates",
    "SharedPassages",
    "copies",
    "near_duplicates",
    "shared_passages",
]
