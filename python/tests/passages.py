"""What the tests of shared passages share: documents, what a run finds in them, and what an engine."""

from __future__ import annotations

import random
from typing import Any

import pyarrow
import pytest
from engines import words

import wirecopy
from wirecopy.spark import SharedPassages


def corpus(documents: int = 240) -> pyarrow.Table:
    """Articles that share edited passages, a notice in very many of them, lists that repeat
    themselves, texts without Latin letters, equal ids, and rows without a text."""
    random_ = random.Random(3)
    notice = " ".join(words(random_, 40))
    tail = " ".join(words(random_, 18))
    stories = [words(random_, 60) for _ in range(documents // 4)]
    texts: list[str | None] = []
    for n in range(documents):
        parts = [" ".join(words(random_, random_.randrange(5, 60)))]
        for _ in range(random_.choice([0, 1, 2])):
            story = list(random_.choice(stories))
            for _ in range(random_.randrange(4)):
                story[random_.randrange(60)] = words(random_, 1)[0]
            start = random_.randrange(30)
            parts.append(" ".join(story[start : start + random_.randrange(12, 60)]) + ".")
        if n % 3 == 0:
            parts.append(notice if n % 2 else f"{notice} {tail}")
        if n % 10 == 0:
            parts.append("one two " * random_.randrange(8, 30))
        if n % 11 == 0:
            parts.append("\u6e2f\u53e3\u306f\u660e\u65e5\u307e\u3067\u9589\u9396\u3055\u308c\u308b" * 2)
        random_.shuffle(parts)
        texts.append(" ".join(parts))
    texts += ["", "a cat", None, texts[0]]
    numbers = range(len(texts))
    return pyarrow.table(
        {
            "id": [f"d{n % (documents - 2)}" for n in numbers],
            "text": texts,
            "outlet": [[None, "Post", "post", "Times", "Echo", ""][n % 6] for n in numbers],
            "date": [None if n % 9 == 0 else f"2024-01-{1 + n % 28:02}" for n in numbers],
        }
    )


CORPUS = corpus()

Side = tuple[str, int, int]


def place(side: dict[str, Any]) -> Side:
    return side["id"], side["char_start"], side["char_end"]


def by_library(**settings: Any) -> tuple[list[Any], list[Any]]:
    with pytest.warns(wirecopy.WirecopyWarning):
        found = wirecopy.scan(CORPUS, max_pairs=10**9, **settings)
    pairs = found.pairs.to_pylist()
    families = found.families.to_pylist()
    return (
        sorted((*sorted([place(p["a"]), place(p["b"])]), p["tokens"], p["matched"]) for p in pairs),
        sorted(sorted(map(place, family["members"])) for family in families),
    )


def by_engine(found: SharedPassages) -> tuple[list[Any], list[Any]]:
    pairs = []
    for row in found.pairs.collect():
        sides = [(row[s], row[f"{s}_start"], row[f"{s}_end"]) for s in ("a", "b")]
        pairs.append((*sorted(sides), row["tokens"], row["matched"]))
    families: dict[int, list[Side]] = {}
    for row in found.families.collect():
        families.setdefault(row["family"], []).append((row["id"], row["start"], row["end"]))
    return sorted(pairs), sorted(sorted(members) for members in families.values())
