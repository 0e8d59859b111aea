"""Settings of runs, with all their names: what the caller leaves out has the library's default."""

from __future__ import annotations

from typing import Any

from ._inputs import bytes_of

_SCAN = (
    "min_tokens",
    "scope",
    "edits",
    "ngram_size",
    "max_days",
    "max_pairs",
    "seed",
    "ignore",
    "memory",
    "temp_dir",
    "threads",
)
_DEDUP = (
    "measure",
    "threshold",
    "edits",
    "ngram_size",
    "unit",
    "num_perm",
    "bands",
    "rows",
    "keep",
    "until",
    "within",
    "memory",
    "temp_dir",
    "threads",
)


def scan_settings(**chosen: Any) -> dict[str, Any]:
    """All settings of a scan."""
    return _all(_SCAN, chosen)


def dedup_settings(**chosen: Any) -> dict[str, Any]:
    """All settings of a deduplication."""
    return _all(_DEDUP, chosen)


def _all(names: tuple[str, ...], chosen: dict[str, Any]) -> dict[str, Any]:
    for name in chosen:
        if name not in names:
            raise TypeError(f"no setting is called `{name}`. give some of {', '.join(names)}")
    settings = {name: chosen.get(name) for name in names}
    settings["memory"] = bytes_of(settings["memory"])
    return settings
