"""What results look like in a notebook: no script, no network, all text escaped."""

from __future__ import annotations

import difflib
from html import escape
from typing import Any

from ._inputs import counted

#: Families shown.
SHOWN = 5
#: Words of a passage shown.
WORDS = 80
#: Rows of a table shown.
ROWS = 8
#: Characters of a value shown.
CHARACTERS = 60

_STYLE = """<style scoped>
.wirecopy{font:14px/1.45 system-ui,sans-serif;max-width:72rem;color-scheme:light dark}
.wirecopy section{border:1px solid #8886;border-radius:8px;padding:.6rem .9rem;margin:.6rem 0}
.wirecopy h4{margin:0 0 .3rem;font-size:14px}
.wirecopy .two{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.wirecopy .who{font-weight:600}.wirecopy .when{opacity:.7}
.wirecopy p{margin:.2rem 0;overflow-wrap:anywhere}
.wirecopy mark{background:#ffe58a;color:#222;border-radius:2px;padding:0 1px}
.wirecopy table{border-collapse:collapse}.wirecopy td,.wirecopy th{padding:.1rem .8rem .1rem 0;text-align:left;white-space:nowrap}
</style>"""


def families(headline: str, shown: list[dict[str, Any]]) -> str:
    """The most important families, the first two places of each side by side."""
    sections = "".join(_family(family) for family in shown)
    return f'{_STYLE}<div class="wirecopy"><p>{escape(headline.strip("<>"))}</p>{sections}</div>'


def summary(headline: str, counts: dict[str, Any]) -> str:
    """Counts of a deduplication."""
    names = ("documents", "kept", "removed", "exact_duplicates", "near_duplicates", "clusters")
    rows = "".join(
        f"<tr><td>{name.replace('_', ' ')}</td><td>{counts[name]:,}</td></tr>" for name in names
    )
    title = escape(headline.strip("<>"))
    return f'{_STYLE}<div class="wirecopy"><p>{title}</p><table>{rows}</table></div>'


def table(names: list[str], rows: list[dict[str, Any]], count: int) -> str:
    """The first rows of a table; a document is shown by its id, a list by its length."""
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(row[name])}</td>' for name in names)}</tr>" for row in rows
    )
    more = f"<p>and {counted(count - len(rows), 'row')} more</p>" if count > len(rows) else ""
    title = f"wirecopy.Table: {counted(count, 'row')}"
    made = f"<table><tr>{head}</tr>{body}</table>{more}"
    return f'{_STYLE}<div class="wirecopy" style="overflow-x:auto"><p>{title}</p>{made}</div>'


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return _cell(value.get("id"))
    if isinstance(value, list):
        return f"list of {len(value)}"
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return escape(text if len(text) <= CHARACTERS else f"{text[:CHARACTERS]} …")


def _family(family: dict[str, Any]) -> str:
    members = family["members"]
    words, places = counted(family["tokens"], "word"), counted(len(members), "place")
    title = f"{family['kind']}, {words} in {places}"
    pair = members[:2]
    texts = _marked(*(member["text"] for member in pair)) if len(pair) == 2 else [""]
    sides = "".join(_side(member, text) for member, text in zip(pair, texts))
    return f'<section><h4>{escape(title)}</h4><div class="two">{sides}</div></section>'


def _side(member: dict[str, Any], text: str) -> str:
    who = escape(member["outlet"] or member["id"])
    when = escape(member["date"] or "no date")
    return f'<div><span class="who">{who}</span> <span class="when">{when}</span><p>{text}</p></div>'


def _marked(a: str, b: str) -> list[str]:
    """Both texts with what they have in common marked."""
    words = (a.split()[:WORDS], b.split()[:WORDS])
    folded = [[word.casefold() for word in side] for side in words]
    blocks = difflib.SequenceMatcher(None, folded[0], folded[1], autojunk=False)
    marked = []
    for side, text in ((0, a), (1, b)):
        parts, done = [], 0
        for block in blocks.get_matching_blocks():
            start = block[side]
            parts.append(escape(" ".join(words[side][done:start])))
            common = escape(" ".join(words[side][start : start + block.size]))
            parts.append(f"<mark>{common}</mark>" if common else "")
            done = start + block.size
        more = " …" if len(text.split()) > WORDS else ""
        marked.append(" ".join(part for part in parts if part) + more)
    return marked
