// The front page: what was searched, what leads, when, and by whom.

const LEADING = 6;
const OUTLET_ROWS = 12;

function viewSummary(params) {
  const kinds = chosenKinds(params);
  const families = familiesOf(kinds);
  const { summary, title } = index;
  const changed = (set) => {
    replaceAddress("summary", { kind: kindSettings(set) });
    draw({ focus: `[name=kind][value=${[...set].at(-1) ?? ""}]` });
  };
  return h("div", { class: "view" },
    heading([title ? ["What was copied in ", name(title)] : "What was copied"],
      h("p", { class: "standfirst" }, standfirst())),
    summary.families === 0 ? nothingFound()
      : [flowBlock(), leadingBlocks(kinds, families, changed)]);
}

/** One sentence, and what was read: every list would say the same once more. */
function nothingFound() {
  return h("div", { class: "columns" },
    h("div", { class: "wide" }, notice("Nothing was found that documents share."), about()),
    h("div", { class: "side" }, figures()));
}

/** Copies, statements and the passages of highest rank, beside the figures. */
function leadingBlocks(kinds, families, changed) {
  const leading = clearedLast(families, (family) => family).slice(0, LEADING);
  return h("div", { class: "columns" },
    h("div", { class: "wide" }, copiesBlock(), statementsBlock(),
      h("section", { "aria-labelledby": "leading" },
        h("h2", { id: "leading" }, "Leading passages"),
        index.kinds.length > 1 ? kindBoxes(kinds, changed) : null,
        families.length === 0 ? notice("No family is of these kinds.")
          : [h("p", { class: "caption" }, "Words and share of a card are those of this one ",
            "passage; shares are of the article’s characters."),
          h("ol", { class: "cards" }, leading.map((n) => familyCard(n)))],
        families.length > LEADING ? h("p", null, h("a", {
          href: link("families", { kind: kindSettings(kinds) }),
        }, `All ${number(families.length)} families`)) : null)),
    h("div", { class: "side" }, figures(), kindTable(), overTime(families),
      outletTable(families), about()));
}

const STATEMENT = 50; // words from which a text is a statement rather than a sentence
const STATEMENTS_LEADING = 3;

/**
 * Whether a family is a text that somebody handed out: a long passage that is called a press
 * release near by, or a long quotation that is called a statement.
 */
function isHanded(family) {
  const { handed, tokens } = index.families;
  const kind = kindOf(family);
  return tokens[family] >= STATEMENT && !ASIDE.has(kind) &&
    (handed[family] === 2 || (handed[family] === 1 && kind === "quotation"));
}

/** Long texts of a third party that several outlets printed: statements and press releases. */
function statementsBlock() {
  const list = familiesOf(new Set(index.kinds)).filter(isHanded);
  if (list.length === 0) return null;
  const { handed, houses, tokens } = index.families;
  list.sort((x, y) => handed[y] - handed[x] || houses[y] - houses[x] || tokens[y] - tokens[x] ||
    x - y);
  return h("section", { "aria-labelledby": "statements" },
    h("h2", { id: "statements" }, "Press releases and statements"),
    h("p", { class: "caption" }, `Texts of ${STATEMENT} words and more that are called a release `,
      "or a statement near by: somebody handed them to all."),
    h("ol", { class: "cards" }, clearedLast(list, (family) => family)
      .slice(0, STATEMENTS_LEADING).map((n) => familyCard(n))),
    list.length > STATEMENTS_LEADING ? h("p", null, h("a", { href: link("families",
      { handed: "yes", sort: "length" }) }, `All ${number(list.length)} of them`)) : null);
}

function standfirst() {
  const { documents, outlets, families, skipped } = index.summary;
  const of = outlets > 0 ? ` of ${count(outlets, "outlet", "outlets")}` : "";
  const skip = skipped > 0 ? ` ${count(skipped, "record", "records")} could not be read.` : "";
  if (families === 0) return `${count(documents, "document", "documents")}${of} were read.${skip}`;
  return `${count(documents, "document", "documents")}${of} share ` +
    `${count(families, "passage", "passages")}.${alikeText()}${skip}`;
}

/** How many pairs of articles are copies, and how many of these are nearly the same. */
function alikeText() {
  const { all_copies: all, copies: { cover_a: coverA, cover_b: coverB } } = index;
  if (coverA.length === 0) return "";
  const same = coverA.filter((share, n) => Math.min(share, coverB[n]) >= ALIKE).length;
  const pairs = ` ${count(all, "pair", "pairs")} of articles`;
  if (same === all) return `${pairs} ${all === 1 ? "is" : "are"} nearly the same.`;
  const some = same === 0 ? ""
    : `; ${number(same)} of them ${same === 1 ? "is" : "are"} nearly the same`;
  return `${pairs} ${all === 1 ? "shares" : "share"} much of their text${some}.`;
}

function figures() {
  const { documents, outlets, families, pairs, text_bytes: bytes } = index.summary;
  const involved = index.documents.id.length;
  const one = (value, label, href) => h("div", { class: "figure" },
    h("dt", null, href ? h("a", { href }, label) : label), h("dd", null, value));
  return h("dl", { class: "figures" },
    // All kinds: a list of the usual ones would be shorter than the figure says.
    one(number(families), "families", families === 0 ? null
      : link("families", { kind: index.kinds })),
    one(number(pairs), "pairs of places"),
    one(number(involved), "articles involved", involved === 0 ? null : link("articles")),
    one(number(documents), "documents read"),
    outlets > 0 ? one(number(outlets), "outlets", families === 0 ? null : link("outlets")) : null,
    one(size(bytes), "of text"));
}

function size(bytes) {
  if (bytes < 1024) return count(bytes, "byte", "bytes");
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0${units[unit]}`;
}

/** Bins of equal calendar units: {label, from, to}. */
function bins(low, high) {
  const days = (high - low) / 86400;
  const start = new Date(low * 1000);
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  const list = [];
  const unit = days > 365 * 6 ? 12 : days > 200 ? 3 : days > 60 ? 1 : 0;
  for (let n = 0; list.length < 400; n += 1) {
    const at = (k) => unit === 0
      ? (Math.floor(low / 86400) + k) * 86400
      : Date.UTC(year, (unit === 12 ? 0 : unit === 3 ? month - month % 3 : month) + k * unit, 1)
        / 1000;
    const [from, to] = [at(n), at(n + 1)];
    if (from > high) break;
    const label = unit === 12 ? String(new Date(from * 1000).getUTCFullYear())
      : unit === 0 ? day(from)
        : unit === 1 ? day(from).split(" ").slice(1).join(" ")
          : `from ${day(from).split(" ").slice(1).join(" ")}`;
    list.push({ label, from, to, families: 0 });
  }
  return list;
}

function overTime(families) {
  const dated = families.filter((n) => derived.spans[n][0] !== null);
  if (dated.length === 0) return null;
  const starts = dated.map((n) => derived.spans[n][0]);
  const low = starts.reduce((x, y) => Math.min(x, y));
  const high = starts.reduce((x, y) => Math.max(x, y));
  const list = bins(low, high);
  for (const at of starts) {
    const bin = list.find((one) => at < one.to);
    if (bin) bin.families += 1;
  }
  const heading = h("h2", { id: "when" }, "When");
  if (list.length === 1) {
    // One bar would say no more than this.
    return h("section", { "aria-labelledby": "when" }, heading, h("p", { class: "caption" },
      `All were first printed on ${list[0].label}. `,
      h("a", { href: link("timeline") }, "Timeline")));
  }
  const most = Math.max(...list.map((one) => one.families));
  const [width, height] = [320, 96];
  const step = width / list.length;
  const bars = list.map((one, n) => {
    const tall = one.families === 0 ? 0 : Math.max(2, one.families / most * (height - 18));
    const bar = h("rect", {
      class: "bar", x: n * step + 0.5, y: height - 16 - tall, width: Math.max(1, step - 1.5),
      height: tall,
    }, h("title", null, `${one.label}: ${count(one.families, "family", "families")}`));
    return bar;
  });
  const busiest = list.reduce((x, y) => (y.families > x.families ? y : x));
  const label = `Families by the date of their first witness, ${list[0].label} to ` +
    `${list[list.length - 1].label}. Most: ${busiest.label}, ${number(busiest.families)}.`;
  return h("section", { "aria-labelledby": "when" },
    heading,
    h("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": label }, bars,
    h("line", { class: "axis", x1: 0, x2: width, y1: height - 15.5, y2: height - 15.5 }),
    h("text", { class: "tick", x: 0, y: height - 3 }, list[0].label),
    h("text", { class: "tick tick-end", x: width, y: height - 3 }, list[list.length - 1].label)),
    h("p", { class: "caption" }, "Families by the date of their first witness. ",
      h("a", { href: link("timeline") }, "Timeline")));
}

/** How many families there are of each kind. */
function kindTable() {
  if (index.kinds.length < 2) return null;
  const counts = index.kinds.map((kind, n) =>
    [kind, index.families.kind.reduce((sum, one) => sum + (one === n), 0)]);
  counts.sort((x, y) => y[1] - x[1]);
  const most = counts[0][1];
  const row = ([kind, value]) => h("tr", null,
    h("th", { scope: "row" }, h("a", { href: link("families", { kind }) }, kindBadge(kind))),
    h("td", { class: "bar-cell", vars: { "--share": `${100 * value / most}%` } },
      number(value)));
  return h("section", { "aria-labelledby": "kinds" },
    h("h2", { id: "kinds" }, "What"),
    h("table", { class: "plain" },
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "Kind"),
        h("th", { scope: "col" }, "Families"))),
      h("tbody", null, counts.map(row))));
}

function outletTable(families) {
  if (index.outlets.length === 0) return null;
  const rows = index.outlets.map((outlet, n) => ({ outlet, n, families: 0, first: 0 }));
  for (const family of families) {
    const here = new Set(documentsOf(family).map((doc) => index.documents.outlet[doc]));
    for (const outlet of here) if (outlet >= 0) rows[outlet].families += 1;
    const first = index.families.first[family];
    const outlet = first < 0 ? -1 : index.documents.outlet[first];
    if (outlet >= 0) rows[outlet].first += 1;
  }
  rows.sort((x, y) => y.families - x.families || x.n - y.n);
  const most = rows[0].families;
  const row = (one) => h("tr", null,
    h("th", { scope: "row" }, h("a", { href: link("families", { outlet: one.outlet }) },
      name(one.outlet))),
    h("td", { class: "bar-cell", vars: { "--share": `${100 * one.families / most}%` } },
      number(one.families)),
    h("td", null, number(one.first)));
  return h("section", { "aria-labelledby": "who" },
    h("h2", { id: "who" }, "Who"),
    h("table", { class: "plain" },
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "Outlet"),
        h("th", { scope: "col" }, "Families"), h("th", { scope: "col" }, "First"))),
      h("tbody", null, rows.filter((one) => one.families > 0).slice(0, OUTLET_ROWS).map(row))),
    h("p", { class: "caption" }, "First: the outlet was the one to print it before all others. ",
      h("a", { href: link("outlets") }, "Who printed after whom")));
}

function about() {
  const { summary } = index;
  const lines = [
    summary.without_date > 0 &&
      `${count(summary.without_date, "document has", "documents have")} no readable date. ` +
      "Who was first is not known where a date is missing or ties.",
    summary.without_outlet > 0 && summary.outlets > 0 &&
      `${count(summary.without_outlet, "document has", "documents have")} no outlet.`,
    ...leftOut(),
  ].filter(Boolean);
  return h("section", { "aria-labelledby": "about" },
    h("h2", { id: "about" }, `About this ${PAGE.name}`),
    h("p", { class: "caption" }, "It shows which words several printed, and the dates ",
      "it was given. Who copied whom is for you to judge."),
    lines.length > 0 ? h("ul", { class: "caption" }, lines.map((line) => h("li", null, line)))
      : null);
}
