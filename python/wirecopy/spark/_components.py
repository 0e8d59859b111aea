"""Connected components inside the engine: large star and small star in turn.

Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii, "Connected components in MapReduce and beyond",
SoCC 2014. Every step is one shuffle of edges; the rows of a node come sorted, so that no task holds
the neighbours of a node, however many they are. Before the first step and after each, a task ties
what hangs together among some millions of its own edges to the least node there: that shuffles
nothing, and few rounds are left. All three steps only ever tie a node to a lesser one, so what none
of them changes is the result. Where so few edges are left that one task can tie them all, it does:
a round of stars costs some seconds, however few edges it has.
"""

from __future__ import annotations

from typing import Any

from ._engine import Work
from ._tasks import CHECKSUM, COMPONENTS, EDGES, Checksum, Joined, Stream

#: Rounds after which something is wrong: each at least halves the longest way to a root.
MOST_ROUNDS = 64
#: Edges that one task ties: 16 MB of them, and fewer than `Contract` takes at a time.
FEW_EDGES = 1 << 20


def components(work: Work, edges: Any) -> Any:
    """The ``component`` of every ``text`` in the edges (``u``, ``v``): its least text."""

    def star(frame: Any, large: bool) -> Any:
        return work.stream(frame, ["u", "v"], Stream("Star", large), EDGES)

    def contracted(frame: Any) -> Any:
        return frame.mapInArrow(Stream("Contract"), EDGES)

    edges = work.keep("edges", contracted(edges))
    if edges.count() <= FEW_EDGES:
        return edges.coalesce(1).mapInArrow(Joined(), COMPONENTS)
    last = None
    for round_ in range(MOST_ROUNDS):
        turned = edges.selectExpr("v AS u", "u AS v")
        step = contracted(star(star(edges.union(turned), True), False))
        # Two names in turn: a round reads what the last one wrote.
        edges = work.keep(f"stars-{round_ % 2}", step)
        rows = edges.mapInArrow(Checksum(), CHECKSUM).collect()
        sums = sum(row["edges"] for row in rows), sum(int(row["sum"]) for row in rows) % 2**64
        if sums == last:
            roots = edges.selectExpr("v AS text", "v AS component").distinct()
            return edges.selectExpr("u AS text", "v AS component").union(roots)
        last = sums
    raise RuntimeError("internal error: components do not converge. please report it")
