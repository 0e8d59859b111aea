// The table of readings: where witnesses differ, and who reads what there.

/** The places where witnesses differ, and who reads what there. */
function readings(base, rows) {
  const list = words(base);
  const places = variantPlaces(rows);
  if (places.length === 0) return notice("All witnesses shown have the same words.");
  const cells = (place) => {
    const groups = new Map();
    for (const row of rows) {
      const reading = row.pieces === null ? "?" : readingAt(row, place, base, list);
      const known = groups.get(reading);
      if (known) known.push(row.member);
      else groups.set(reading, [row.member]);
    }
    const own = baseReading(base, list, place);
    const order = [...groups].sort((x, y) => (y[0] === own) - (x[0] === own) ||
      y[1].length - x[1].length);
    return order.map(([reading, members], n) => h("tr", null,
      n === 0 ? h("th", { scope: "rowgroup", rowspan: order.length, dir: "auto" },
        around(base, list, place)) : null,
      h("td", { class: reading === own ? "own" : "other", dir: "auto" },
        reading === "" ? h("em", null, "nothing") : prose(reading)),
      h("td", null, whoReads(members))));
  };
  return h("div", { class: "scroll", role: "region", tabindex: "0",
    "aria-label": "Table of readings" },
  h("table", { class: "readings" },
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Place"),
      h("th", { scope: "col" }, "Reading"), h("th", { scope: "col" }, "Witnesses"))),
    places.map((place) => h("tbody", null, cells(place)))));
}

function whoReads(members) {
  const names = [...new Set(members.map((n) => speaker(memberDocument(n))))];
  const shown = names.slice(0, 12);
  const rest = names.length - shown.length;
  return [shown.map((one, n) => [n > 0 ? ", " : null, name(one)]),
    rest > 0 ? ` and ${number(rest)} more` : null];
}

/** Ranges of words of the base where any witness differs, joined where they overlap. */
function variantPlaces(rows) {
  const all = rows.flatMap((row) => (row.pieces ?? []).filter((one) => one.kind !== "same")
    .map((one) => one.at)).sort((x, y) => x[0] - y[0] || x[1] - y[1]);
  const places = [];
  for (const [from, to] of all) {
    const last = places[places.length - 1];
    const same = last && from === last[0] && to === last[1];
    if (last && (same || from < last[1])) last[1] = Math.max(last[1], to);
    else places.push([from, to]);
  }
  return places;
}

function baseReading(base, list, [from, to]) {
  return from === to ? "" : base.slice(list[from].start, list[to - 1].end).replace(/\s+/g, " ");
}

/** What a witness has for a range of words of the base. */
function readingAt(row, [from, to], base, list) {
  // What is added at an end of the range is a place of its own.
  const inside = (one) => one.kind !== "same" && one.at[0] >= from && one.at[1] <= to &&
    (from === to || one.at[0] < one.at[1] || (one.at[0] > from && one.at[0] < to));
  const changes = row.pieces.filter(inside);
  if (changes.length === 0) return baseReading(base, list, [from, to]);
  const parts = [];
  let at = from;
  for (const change of changes) {
    if (change.at[0] > at) parts.push(baseReading(base, list, [at, change.at[0]]));
    if (change.kind === "added") parts.push(change.text);
    at = Math.max(at, change.at[1]);
  }
  if (at < to) parts.push(baseReading(base, list, [at, to]));
  return parts.join(" ").replace(/\s+/g, " ");
}

/** A place of the base with a few words around it. */
function around(base, list, [from, to]) {
  const cut = (i, j) => (j > i ? base.slice(list[i].start, list[j - 1].end) : "");
  const [low, high] = [Math.max(0, from - CONTEXT), Math.min(list.length, to + CONTEXT)];
  return [low > 0 ? "… " : null, prose(cut(low, from)), " ",
    from === to ? h("span", { class: "gap", title: "something is added here" }, "‸")
      : h("strong", null, prose(cut(from, to))),
    " ", prose(cut(to, high)), high < list.length ? " …" : null];
}
