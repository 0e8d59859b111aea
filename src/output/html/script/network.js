// The network of outlets: a list with arcs between those that share families, arrows to who printed
// later. Rows are sorted so that outlets with much in common are near each other, and a list stays
// readable with two outlets and with three hundred.

const NODE_CHOICES = [20, 40, 100, 300];
const CROWD = 60; // outlets from which each shows its strongest arc alone
const LINES_PER_NODE = 3; // of fewer outlets
const ROW = 24; // pixels
const [ARCS_WIDE, ARCS_NARROW] = [620, 170];
const WAYS_APART = 3; // pixels, of two arcs between the same outlets
const EDGE_ROWS = 40;

function viewNetwork(params) {
  const kinds = takenKinds(params);
  const sure = params.get("sure") !== "all";
  const most = NODE_CHOICES.includes(Number(params.get("top"))) ? Number(params.get("top")) : 40;
  const found = relations(kinds, most, sure);
  const marked = outletNumber(params.get("outlet") ?? "");
  const settings = (more) => ({
    kind: takenSettings(kinds), sure: sure ? "" : "all", top: most === 40 ? "" : most,
    outlet: params.get("outlet"), ...more,
  });
  const go = (more, focus) => {
    replaceAddress("network", settings(more));
    draw({ focus });
  };
  const all = edgesOf(found);
  const focus = found.outlets.indexOf(marked ?? -1);
  // Of one outlet all lines; else as many as the eye can follow.
  const edges = focus < 0 ? strongest(all, found.size > CROWD ? 1 : LINES_PER_NODE)
    : all.filter((edge) => edge.a === focus || edge.b === focus);
  return h("div", { class: "view" },
    heading("Network of outlets", h("p", { class: "standfirst" },
      "An arc joins two outlets that share families, the thicker the more. An arrow points to " +
      "the one that was later; where each was later at times, there is an arc for each way. A " +
      "dashed arc has no known order. Choose an outlet to see its arcs alone.")),
    settingsBox(
      field("Outlets", select(NODE_CHOICES.map((n) => [String(n), `The ${n} most active`]),
        String(most), (value) => go({ top: value === "40" ? "" : value }, "[name=top]"),
        { name: "top" })),
      field("Only arcs of", select([["", "All"], ...found.outlets.map((n) =>
        [index.outlets[n], plain(index.outlets[n])])], params.get("outlet") ?? "",
      (value) => go({ outlet: value }, "[name=one]"), { name: "one" })),
      takenFilter(kinds, sure, go)),
    found.size < 2 ? nothingTaken()
      : [arcDrawing(found, all, edges, focus, settings),
        edges.length < all.length && focus < 0 ? h("p", { class: "caption" },
          `${number(edges.length)} of ${count(all.length, "arc", "arcs")}: of each outlet the ` +
          `${found.size > CROWD ? "strongest" : `${LINES_PER_NODE} strongest`}.`) : null,
        edgeTable(found, edges, [...kinds], sure)],
    found.all > found.size ? h("p", { class: "caption" },
      `Not shown: ${count(found.all - found.size, "outlet", "outlets")} with fewer families.`)
      : null);
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

/** Of each outlet its strongest arcs, heaviest first. */
function strongest(all, most) {
  const shown = new Map();
  return all.filter(({ a, b }) => {
    const [x, y] = [shown.get(a) ?? 0, shown.get(b) ?? 0];
    if (x >= most && y >= most) return false;
    shown.set(a, x + 1);
    shown.set(b, y + 1);
    return true;
  });
}

/**
 * The order of the rows: each outlet below the more active one with which it shares most, so that
 * what belongs together is together.
 */
function rowOrder(found) {
  const { size, shared } = found;
  const below = Array.from({ length: size }, () => []);
  const tops = [];
  for (let n = 0; n < size; n += 1) {
    let best = -1;
    for (let m = 0; m < n; m += 1) {
      const value = shared[n * size + m];
      if (value > 0 && (best < 0 || value > shared[n * size + best])) best = m;
    }
    (best < 0 ? tops : below[best]).push(n);
  }
  const order = [];
  const open = tops.reverse();
  while (open.length > 0) {
    const next = open.pop();
    order.push(next);
    const weight = (n) => shared[n * size + next];
    open.push(...below[next].sort((x, y) => weight(x) - weight(y) || y - x));
  }
  return order;
}

/**
 * The course of an arc from row to row: to the right, the wider the more rows it spans. `outward`
 * is by how many pixels it goes around one that joins the same rows.
 */
function arcPath([from, to], rows, width, outward) {
  const down = from < to ? outward : -outward;
  const [y1, y2] = [from * ROW + ROW / 2 - down, to * ROW + ROW / 2 + down];
  const span = Math.abs(to - from) / Math.max(1, rows - 1);
  const reach = 12 + outward + (width - 38) / 0.75 * Math.sqrt(span);
  return `M12,${y1} C${12 + reach},${y1} ${12 + reach},${y2} 12,${y2}`;
}

/** The ways of an edge, {from, to, families, known}: one for each outlet that was ever later. */
function waysOf({ a, b, shared, ab, ba }) {
  const ways = [{ from: a, to: b, families: ab, known: true },
    { from: b, to: a, families: ba, known: true }].filter((way) => way.families > 0);
  return ways.length > 0 ? ways : [{ from: a, to: b, families: shared, known: false }];
}

function arcDrawing(found, all, edges, marked, settings) {
  const order = rowOrder(found);
  const rowOf = new Map(order.map((n, row) => [n, row]));
  const width = matchMedia("(min-width: 48rem)").matches ? ARCS_WIDE : ARCS_NARROW;
  const heaviest = Math.max(...all.map((edge) => edge.shared));
  const thick = found.size > CROWD ? 2 : 4;
  const heavy = (families) => 1 + thick * Math.log(families) / Math.max(1, Math.log(heaviest));
  const called = (n) => plain(index.outlets[found.outlets[n]]);
  const lines = (edge) => waysOf(edge).map(({ from, to, families, known }, n, ways) =>
    h("path", {
      class: known ? "edge" : "edge edge-open", "data-ends": `${edge.a} ${edge.b}`,
      d: arcPath([from, to].map((one) => rowOf.get(one)), found.size, width,
        ways.length < 2 ? 0 : WAYS_APART * (n === 0 ? 1 : -1)),
      "stroke-width": heavy(families).toFixed(1), "marker-end": known ? "url(#arrow)" : null,
    }, h("title", null, known
      ? `${called(to)} later than ${called(from)}: ${number(families)} of ` +
        `${familyCount(edge.shared)}`
      : `${called(from)}, ${called(to)}: ${familyCount(families)}, order unknown`)));
  const touched = new Set(edges.flatMap((edge) => [edge.a, edge.b]));
  const arcs = h("svg", { class: "arcs", width, height: found.size * ROW, "aria-hidden": "true",
    viewBox: `0 0 ${width} ${found.size * ROW}` },
  h("defs", null, h("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4,
    markerWidth: 9, markerHeight: 9, orient: "auto", markerUnits: "userSpaceOnUse" },
  h("path", { d: "M0,0 L8,4 L0,8 z", class: "arrow" }))), edges.map(lines));
  const light = (n, on) => {
    arcs.classList.toggle("has-lit", on);
    for (const edge of arcs.querySelectorAll(".edge")) {
      edge.classList.toggle("is-lit", on && edge.dataset.ends.split(" ").includes(String(n)));
    }
  };
  const node = (n) => {
    const label = index.outlets[found.outlets[n]];
    const total = found.totals[found.outlets[n]];
    const chosen = n === marked;
    const away = marked >= 0 && !touched.has(n);
    return h("li", null, h("a", {
      href: link("network", settings({ outlet: chosen ? "" : label })),
      class: `node${away ? " node-away" : ""}${chosen ? " node-chosen" : ""}`,
      "aria-current": chosen ? "true" : null, title: `${label}: ${familyCount(total)} shared`,
      on: { mouseenter: () => light(n, true), mouseleave: () => light(n, false),
        focus: () => light(n, true), blur: () => light(n, false) },
    }, h("span", { class: "node-name" }, name(label)),
    h("span", { class: "node-total" }, number(total),
      h("span", { class: "unseen" }, total === 1 ? " family shared" : " families shared"))));
  };
  return h("div", { class: "network" }, h("ol", { class: "nodes" }, order.map(node)), arcs);
}

function edgeTable(found, list, kind, sure) {
  const label = (n) => index.outlets[found.outlets[n]];
  const more = { kind, sure: sure ? "yes" : "" };
  const side = (earlier, later, value) => (value === 0 ? "0" : h("a", {
    href: link("families", { outlet: label(later), after: label(earlier), ...more }),
    "aria-label": `${label(later)} after ${label(earlier)}: ${value}`,
  }, number(value)));
  const row = (edge) => h("tr", null,
    h("td", null, name(label(edge.a))), h("td", null, name(label(edge.b))),
    h("td", null, h("a", {
      href: link("families", { outlet: label(edge.a), both: label(edge.b), ...more }),
      "aria-label": `${label(edge.a)} and ${label(edge.b)}: ${familyCount(edge.shared)}`,
    }, number(edge.shared))),
    h("td", null, side(edge.b, edge.a, edge.ba)), h("td", null, side(edge.a, edge.b, edge.ab)));
  const shown = list.slice(0, EDGE_ROWS);
  return h("section", { "aria-labelledby": "lines" },
    h("h2", { id: "lines" }, "The arcs as a table"),
    h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Table of arcs" },
      h("table", { class: "plain two-names" },
        h("thead", null, h("tr", null, ["One", "Other", "Families", "One later", "Other later"]
          .map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", null, shown.map(row)))),
    list.length > shown.length ? h("p", { class: "caption" },
      `${count(list.length - shown.length, "thinner arc", "thinner arcs")} not listed.`) : null);
}
