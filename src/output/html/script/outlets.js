// Outlet by outlet: who prints after whom, as a table that is also a heat map.

const MATRIX_SIZES = [12, 20, 30, 50];
const HEATS = 6;

/**
 * For the most active outlets of some kinds: families they share, and in how many the one of the
 * row was later, by their first dates in each family.
 */
function relations(kinds, most, sure) {
  const families = familiesOf(kinds).filter((n) => !sure || index.families.sure[n] >= SURE);
  const totals = new Uint32Array(index.outlets.length);
  const present = families.map((family) => {
    const first = new Map(); // outlet -> its earliest document, or -1 where a date is missing
    for (const doc of documentsOf(family)) {
      const outlet = index.documents.outlet[doc];
      if (outlet < 0) continue;
      const known = first.get(outlet);
      if (index.documents.seconds[doc] === null || known === -1) first.set(outlet, -1);
      else if (known === undefined || compareDates(doc, known) < 0) first.set(outlet, doc);
    }
    if (first.size > 1) for (const outlet of first.keys()) totals[outlet] += 1;
    return first;
  });
  const order = [...totals.keys()].filter((n) => totals[n] > 0)
    .sort((x, y) => totals[y] - totals[x] || x - y);
  const outlets = order.slice(0, most);
  const place = new Map(outlets.map((outlet, n) => [outlet, n]));
  const size = outlets.length;
  const [shared, later] = [new Uint32Array(size * size), new Uint32Array(size * size)];
  for (const first of present) {
    const list = [...first].filter(([outlet]) => place.has(outlet));
    for (const [x, docX] of list) {
      for (const [y, docY] of list) {
        if (x === y) continue;
        const cell = place.get(x) * size + place.get(y);
        shared[cell] += 1;
        // No agency is said to print after a paper because of a date.
        if (index.agencies[x] !== null || docX < 0 || docY < 0) continue;
        if (compareDates(docX, docY) > 0) later[cell] += 1;
      }
    }
  }
  return { outlets, totals, shared, later, size, all: order.length };
}

/** The kinds of matrix and network: those of the address, else the ones that take something. */
function takenKinds(params) {
  const asked = params.getAll("kind").filter((kind) => index.kinds.includes(kind));
  if (asked.length > 0) return new Set(asked);
  const taken = TAKEN.filter((kind) => index.kinds.includes(kind));
  return taken.length > 0 ? new Set(taken) : chosenKinds(new URLSearchParams());
}

/** Kinds for an address of matrix or network. */
function takenSettings(kinds) {
  const usual = takenKinds(new URLSearchParams());
  const same = kinds.size === usual.size && [...kinds].every((kind) => usual.has(kind));
  return same ? [] : [...kinds];
}

/** The choice of kinds, and whether unsure ones count. */
function takenFilter(kinds, sure, go) {
  const box = h("input", { type: "checkbox", name: "unsure", checked: !sure, on: {
    change: () => go({ sure: box.checked ? "all" : "" }, "[name=unsure]"),
  } });
  return [
    index.kinds.length > 1 ? kindBoxes(kinds, (set) =>
      go({ kind: takenSettings(set) }, "[name=kind]")) : null,
    h("label", { class: "box box-wide" }, box, "Also families whose kind is not sure")];
}

function nothingTaken() {
  return notice("No two outlets share a family of these kinds that is sure. ",
    index.kinds.includes("quotation") ? "Quotations are counted when their box is ticked." : null);
}

function viewOutlets(params) {
  const kinds = takenKinds(params);
  const sure = params.get("sure") !== "all";
  const most = MATRIX_SIZES.includes(Number(params.get("top"))) ? Number(params.get("top")) : 20;
  const found = relations(kinds, most, sure);
  const dated = found.later.some((value) => value > 0);
  const sum = (values) => values.reduce((x, y) => x + y, 0);
  // Where little is known of the order, a table of it would be empty.
  const usual = 4 * sum(found.later) >= sum(found.shared) ? "later" : "shared";
  const asked = params.get("count");
  const mode = !dated ? "shared" : asked === "later" || asked === "shared" ? asked : usual;
  const byName = params.get("order") === "name";
  const settings = (more) => ({
    kind: takenSettings(kinds), sure: sure ? "" : "all", top: most === 20 ? "" : most,
    count: mode === usual ? "" : mode, order: byName ? "name" : "", ...more,
  });
  const go = (more, focus) => {
    replaceAddress("outlets", settings(more));
    draw({ focus });
  };
  const options = settingsBox(
    dated ? field("Count", select([["later", "Printed after"], ["shared", "Shared, any order"]],
      mode, (value) => go({ count: value === usual ? "" : value }, "[name=count]"),
      { name: "count" })) : null,
    field("Outlets", select(MATRIX_SIZES.map((n) => [String(n), `The ${n} most active`]),
      String(most), (value) => go({ top: value }, "[name=top]"), { name: "top" })),
    field("Order", select([["", "Most families first"], ["name", "By name"]],
      byName ? "name" : "", (value) => go({ order: value }, "[name=order]"), { name: "order" })),
    takenFilter(kinds, sure, go));
  const lead = mode === "later"
    ? "A figure is the number of families that the outlet of the row printed after the outlet of " +
      "the column, by the first date of each. The same day counts for neither, and no agency is " +
      "counted as later."
    : "A figure is the number of families that both outlets have. " +
      (dated ? "" : "No order is known: dates are missing or the same.");
  return h("div", { class: "view" },
    heading(mode === "later" ? "Who printed after whom" : "Who shares with whom",
      h("p", { class: "standfirst" }, lead)),
    options,
    datesNote(),
    found.size === 0 ? nothingTaken()
      : [matrix(found, mode, byName, { kind: [...kinds], sure: sure ? "yes" : "" }),
        heatLegend(found, mode)],
    found.all > found.size ? h("p", { class: "caption" },
      `Not shown: ${count(found.all - found.size, "outlet", "outlets")} with fewer families.`)
      : null);
}

/** From 0 to HEATS - 1; counts spread over decades, so steps are logarithmic. */
function heat(value, most) {
  if (value === 0) return 0;
  if (most === 1) return HEATS - 1;
  return 1 + Math.round((HEATS - 2) * Math.log(value) / Math.log(most));
}

function matrix(found, mode, byName, filter) {
  const { outlets, size } = found;
  const values = found[mode];
  const most = values.reduce((x, y) => Math.max(x, y), 1);
  const order = outlets.map((_, n) => n);
  if (byName) order.sort((x, y) => outlets[x] - outlets[y]);
  const label = (n) => index.outlets[outlets[n]];
  const cell = (row, column, at) => {
    if (row === column) return h("td", { class: "self", tabindex: "-1" }, "");
    const value = values[row * size + column];
    const back = values[column * size + row];
    const phrase = mode === "later"
      ? `${label(row)} after ${label(column)}: ${value}. The other way: ${back}`
      : `${label(row)} and ${label(column)}: ${value}`;
    const href = link("families", mode === "later"
      ? { outlet: label(row), after: label(column), ...filter }
      : { outlet: label(row), both: label(column), ...filter });
    return h("td", { class: `heat heat-${heat(value, most)}`, title: phrase },
      value === 0 ? h("span", { tabindex: "-1", "aria-label": phrase }, "·")
        : h("a", { href, tabindex: at === 0 ? "0" : "-1", "aria-label": phrase }, number(value)));
  };
  let first = 0;
  const table = h("table", { class: "matrix", "aria-label": "Outlets by outlets",
    on: { keydown: matrixKeys } },
  h("thead", null, h("tr", null,
    h("th", { scope: "col", class: "corner" }, mode === "later" ? "later ╲ earlier" : "in both"),
    order.map((n) => h("th", { scope: "col" }, h("span", null, name(label(n))))))),
  h("tbody", null, order.map((row) => h("tr", null,
    h("th", { scope: "row" }, h("a", { href: link("families", { outlet: label(row) }) },
      name(label(row)))),
    order.map((column) => {
      const filled = row !== column && values[row * size + column] > 0;
      const td = cell(row, column, filled ? first : 1);
      if (filled) first += 1;
      return td;
    })))));
  return h("div", { class: "scroll matrix-scroll", role: "region", tabindex: "0",
    "aria-label": "Matrix of outlets. Arrow keys move from cell to cell" }, table);
}

/** Arrow keys in the matrix. */
function matrixKeys(event) {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const step = steps[event.key];
  const cell = event.target.closest("td");
  if (!step || !cell) return;
  const rows = [...cell.closest("tbody").rows];
  let [y, x] = [rows.indexOf(cell.parentElement), cell.cellIndex];
  event.preventDefault();
  for (;;) {
    [y, x] = [y + step[0], x + step[1]];
    const next = rows[y]?.cells[x];
    if (!next || x < 1) return;
    const target = next.firstElementChild;
    if (!target) continue;
    for (const other of cell.closest("tbody").querySelectorAll("td [tabindex='0']")) {
      other.setAttribute("tabindex", "-1");
    }
    target.setAttribute("tabindex", "0");
    target.focus();
    return;
  }
}

function heatLegend(found, mode) {
  const most = found[mode].reduce((x, y) => Math.max(x, y), 1);
  return h("p", { class: "caption heat-legend" }, "Shade: ",
    h("span", { class: "heat heat-1 swatch" }, "1"), " to ",
    h("span", { class: `heat heat-${HEATS - 1} swatch` }, number(most)),
    " families, in logarithmic steps.");
}
