// The network of outlets: lines between outlets that share families, arrows to who printed later.

const NODE_CHOICES = [12, 20, 30, 45];
const LINES_PER_NODE = 3;
const ROUNDS = 400;
const [NET_WIDTH, NET_HEIGHT] = [960, 640];

function viewNetwork(params) {
  const kinds = chosenKinds(params);
  const most = NODE_CHOICES.includes(Number(params.get("top"))) ? Number(params.get("top")) : 20;
  const found = relations(kinds, most);
  const marked = outletNumber(params.get("outlet") ?? "");
  const settings = (more) => ({
    kind: kindSettings(kinds), top: most === 20 ? "" : most, outlet: params.get("outlet"), ...more,
  });
  const go = (more, focus) => {
    replaceAddress("network", settings(more));
    draw({ focus });
  };
  const all = edgesOf(found);
  const focus = found.outlets.indexOf(marked ?? -1);
  // Of one outlet all lines; else as many as the eye can follow.
  const edges = focus < 0 ? all.slice(0, LINES_PER_NODE * found.size)
    : all.filter((edge) => edge.a === focus || edge.b === focus);
  return h("div", { class: "view" },
    heading("Network of outlets", h("p", { class: "standfirst" },
      "A line joins two outlets that share families, the thicker the more. An arrow points to " +
      "the one that was later in most of them. Choose an outlet to see its lines alone.")),
    h("div", { class: "fields" },
      field("Outlets", select(NODE_CHOICES.map((n) => [String(n), `The ${n} most active`]),
        String(most), (value) => go({ top: value }, "[name=top]"), { name: "top" })),
      field("Only lines of", select([["", "All"], ...found.outlets.map((n) =>
        [index.outlets[n], plain(index.outlets[n])])], params.get("outlet") ?? "",
      (value) => go({ outlet: value }, "[name=one]"), { name: "one" })),
      index.kinds.length > 1 ? kindBoxes(kinds, (set) =>
        go({ kind: kindSettings(set) }, "[name=kind]")) : null),
    found.size < 2 ? notice("No two outlets share a family of these kinds.")
      : [netDrawing(found, all, edges, focus, settings),
        edges.length < all.length && focus < 0 ? h("p", { class: "caption" },
          `The ${number(edges.length)} thickest of ${number(all.length)} lines.`) : null,
        edgeTable(found, edges)]);
}

/** {a, b, shared, ab, ba}: ab families in which b was later. Heaviest first. */
function edgesOf(found) {
  const { size, shared, later } = found;
  const list = [];
  for (let a = 0; a < size; a += 1) {
    for (let b = a + 1; b < size; b += 1) {
      const value = shared[a * size + b];
      if (value > 0) {
        list.push({ a, b, shared: value, ab: later[b * size + a], ba: later[a * size + b] });
      }
    }
  }
  list.sort((x, y) => y.shared - x.shared || x.a - y.a || x.b - y.b);
  return list;
}

/** Places of the nodes by springs and repulsion, from a circle: the same each time. */
function layOut(size, edges) {
  const at = Array.from({ length: size }, (_, n) => {
    const angle = 2 * Math.PI * n / size;
    const away = n % 2 === 0 ? 1 : 0.6;
    return { x: Math.cos(angle) * away, y: Math.sin(angle) * away };
  });
  const heaviest = Math.max(1, ...edges.map((edge) => edge.shared));
  const ideal = 1.7 / Math.sqrt(size);
  for (let round = 0; round < ROUNDS; round += 1) {
    const force = at.map(() => ({ x: 0, y: 0 }));
    const push = (a, b, strength, dx, dy) => {
      force[a].x += dx * strength;
      force[a].y += dy * strength;
      force[b].x -= dx * strength;
      force[b].y -= dy * strength;
    };
    for (let a = 0; a < size; a += 1) {
      for (let b = a + 1; b < size; b += 1) {
        const [dx, dy] = [at[a].x - at[b].x, at[a].y - at[b].y];
        const square = Math.max(1e-4, dx * dx + dy * dy);
        push(a, b, ideal * ideal / square, dx, dy);
      }
    }
    for (const { a, b, shared } of edges) {
      const [dx, dy] = [at[a].x - at[b].x, at[a].y - at[b].y];
      const length = Math.max(1e-3, Math.hypot(dx, dy));
      const weight = 0.15 + 0.85 * Math.log(1 + shared) / Math.log(1 + heaviest);
      push(a, b, -weight * length / ideal * 0.35, dx, dy);
    }
    const step = 0.12 * (1 - round / ROUNDS);
    at.forEach((node, n) => {
      const { x, y } = force[n];
      const pull = Math.hypot(x - node.x * 0.4, y - node.y * 0.4) || 1;
      const move = Math.min(step, pull * 0.05) / pull;
      node.x += (x - node.x * 0.4) * move;
      node.y += (y - node.y * 0.4) * move;
    });
  }
  return fit(at);
}

/** Moves and stretches places into the frame. */
function fit(at) {
  const [xs, ys] = [at.map((node) => node.x), at.map((node) => node.y)];
  const scale = (value, list, low, high) => {
    const [from, to] = [Math.min(...list), Math.max(...list)];
    return to === from ? (low + high) / 2 : low + (value - from) / (to - from) * (high - low);
  };
  const placed = at.map((node) => ({
    x: scale(node.x, xs, 90, NET_WIDTH - 90), y: scale(node.y, ys, 40, NET_HEIGHT - 50),
  }));
  return spread(placed);
}

/** Moves nodes apart until their circles and names have room. */
function spread(at) {
  const [wide, tall] = at.length > 30 ? [84, 46] : [116, 62];
  for (let round = 0; round < 120; round += 1) {
    let moved = false;
    for (let a = 0; a < at.length; a += 1) {
      for (let b = a + 1; b < at.length; b += 1) {
        const [dx, dy] = [at[b].x - at[a].x, at[b].y - at[a].y];
        const [overX, overY] = [wide - Math.abs(dx), tall - Math.abs(dy)];
        if (overX <= 0 || overY <= 0) continue;
        moved = true;
        if (overX / wide < overY / tall) shift(at[a], at[b], "x", overX / 4, dx);
        else shift(at[a], at[b], "y", overY / 4, dy);
      }
    }
    if (!moved) break;
  }
  return at;
}

function shift(a, b, axis, by, away) {
  const [low, high] = axis === "x" ? [70, NET_WIDTH - 70] : [30, NET_HEIGHT - 40];
  const sign = away < 0 ? -1 : 1;
  a[axis] = Math.min(high, Math.max(low, a[axis] - sign * by));
  b[axis] = Math.min(high, Math.max(low, b[axis] + sign * by));
}

function netDrawing(found, all, edges, marked, settings) {
  const at = layOut(found.size, all);
  const heaviest = Math.max(...all.map((edge) => edge.shared));
  const biggest = Math.max(...found.outlets.map((outlet) => found.totals[outlet]));
  const radius = (n) => 6 + 16 * Math.sqrt(found.totals[found.outlets[n]] / biggest);
  const line = (edge) => {
    const forward = edge.ab >= edge.ba;
    const [from, to] = forward ? [edge.a, edge.b] : [edge.b, edge.a];
    const [dx, dy] = [at[to].x - at[from].x, at[to].y - at[from].y];
    const length = Math.hypot(dx, dy) || 1;
    const stop = (length - radius(to) - 4) / length;
    const start = (radius(from) + 1) / length;
    const directed = edge.ab !== edge.ba;
    return h("line", {
      class: "edge",
      x1: at[from].x + dx * start, y1: at[from].y + dy * start,
      x2: at[from].x + dx * stop, y2: at[from].y + dy * stop,
      "stroke-width": (0.7 + 5 * edge.shared / heaviest).toFixed(2),
      "marker-end": directed ? "url(#arrow)" : null,
    });
  };
  const touched = new Set(edges.flatMap((edge) => [edge.a, edge.b]));
  const node = (outlet, n) => {
    const label = index.outlets[outlet];
    const away = marked >= 0 && !touched.has(n);
    const chosen = n === marked;
    return svgLink(link("network", settings({ outlet: chosen ? "" : label })), {
      class: `node${away ? " node-away" : ""}${chosen ? " node-chosen" : ""}`,
      "aria-label": `${label}: ${found.totals[outlet]} families shared` +
        (chosen ? ", chosen" : ""),
    }, h("circle", { cx: at[n].x, cy: at[n].y, r: radius(n) },
      h("title", null, `${plain(label)}: ${found.totals[outlet]} families shared`)),
    h("text", { x: at[n].x, y: at[n].y + radius(n) + 13 }, plain(opening(label, 24))));
  };
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Drawing" },
    h("svg", { class: "network", viewBox: `0 0 ${NET_WIDTH} ${NET_HEIGHT}`, role: "group",
      "aria-label": `${found.size} outlets and ${edges.length} lines` },
    h("defs", null, h("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4,
      markerWidth: 8, markerHeight: 8, orient: "auto", markerUnits: "userSpaceOnUse" },
    h("path", { d: "M0,0 L8,4 L0,8 z", class: "arrow" }))),
    edges.map(line), found.outlets.map(node)));
}

function edgeTable(found, list) {
  const label = (n) => index.outlets[found.outlets[n]];
  const side = (earlier, later, value) => (value === 0 ? "0" : h("a", {
    href: link("families", { outlet: label(later), after: label(earlier) }),
    "aria-label": `${label(later)} after ${label(earlier)}: ${value}`,
  }, number(value)));
  const row = (edge) => h("tr", null,
    h("td", null, name(label(edge.a))), h("td", null, name(label(edge.b))),
    h("td", null, h("a", {
      href: link("families", { outlet: label(edge.a), both: label(edge.b) }),
      "aria-label": `${label(edge.a)} and ${label(edge.b)}: ${edge.shared} families`,
    }, number(edge.shared))),
    h("td", null, side(edge.b, edge.a, edge.ba)), h("td", null, side(edge.a, edge.b, edge.ab)));
  const shown = list.slice(0, 40);
  return h("section", { "aria-labelledby": "lines" },
    h("h2", { id: "lines" }, "The lines as a table"),
    h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Table of lines" },
      h("table", { class: "plain two-names" },
        h("thead", null, h("tr", null, ["One", "Other", "Families", "One later", "Other later"]
          .map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", null, shown.map(row)))),
    list.length > shown.length ? h("p", { class: "caption" },
      `${number(list.length - shown.length)} thinner lines not listed.`) : null);
}
