// A family: its passage, its time line, and all witnesses laid against one wording.

const WITNESSES = 40; // shown one by one
const GATHERED = 240; // gathered by their wording
const HOLDERS = 6; // of one wording, before the rest is folded
const BASES = 200;
const LONG = 900; // units of a passage
const CONTEXT = 5; // words around a change
const MODES = [["changes", "Changes"], ["full", "Full texts"], ["table", "Table of readings"]];

function viewFamily(params) {
  const family = derived.byNumber.get(Number(params.get("n")));
  if (family === undefined) return missing("family", params.get("n"));
  const state = {
    family,
    base: baseOf(family, params.get("base")),
    mode: MODES.some(([key]) => key === params.get("mode")) ? params.get("mode") : "changes",
    shown: GATHERED,
  };
  const label = index.families.number[family];
  const text = h("blockquote", { class: "passage", dir: "auto" });
  const witnesses = h("div", { class: "witnesses" });
  const [before, after] = [family - 1, family + 1].map((n) =>
    (n >= 0 && n < index.families.number.length ? n : null));
  const redraw = () => {
    const base = state.base === null ? "" : index.documents.id[memberDocument(state.base)];
    replaceAddress("family", { n: label, base, mode: state.mode === "changes" ? "" : state.mode });
    drawWitnesses(state, text, witnesses);
  };
  const view = h("div", { class: "view" },
    heading(`Family ${label}`,
      h("p", { class: "card-meta" }, familyBadge(family), " ", dotted(measures(family))),
      h("p", { class: "card-meta" }, firstLine(family))),
    h("div", { class: "halves" }, text,
      h("div", null, familyTimeline(family), reasons(family))),
    h("section", { "aria-labelledby": "witnesses" },
      h("h2", { id: "witnesses" }, "Witnesses"),
      h("div", { class: "fields" },
        field("Laid against", select(baseOptions(family), baseKey(state.base), (value) => {
          state.base = value === "" ? null : Number(value);
          redraw();
        }, { name: "base" }), true),
        modeChoice(state, redraw)),
      witnesses),
    h("nav", { class: "pager", "aria-label": "Neighbouring families" },
      before === null ? null : h("a", { class: "button quiet", href: familyLink(before) },
        "‹ Family before"),
      after === null ? null : h("a", { class: "button quiet", href: familyLink(after) },
        "Next family ›")));
  drawWitnesses(state, text, witnesses);
  return view;
}

function memberDocument(member) {
  return index.members.document[member];
}

function missing(what, label) {
  return h("div", { class: "view" }, heading("Not in this report"),
    notice(`There is no ${what} `, name(label ?? ""), " in this file. ",
      h("a", { href: link("families") }, "All families")));
}

/** The member of an id, or null: the wording of the family. */
function baseOf(family, id) {
  const found = membersOf(family).find((n) => index.documents.id[memberDocument(n)] === id);
  return found ?? null;
}

function baseKey(base) {
  return base === null ? "" : String(base);
}

function baseOptions(family) {
  const option = (n) => {
    const doc = memberDocument(n);
    const when = dayOf(doc);
    return [String(n), plain(speaker(doc)) + (when ? `, ${when}` : "")];
  };
  return [["", "The most common wording"], ...membersOf(family).slice(0, BASES).map(option)];
}

function modeChoice(state, changed) {
  const choice = ([key, text]) => h("label", { class: "box" },
    h("input", {
      type: "radio", name: "mode", value: key, checked: state.mode === key,
      on: {
        change: () => {
          state.mode = key;
          state.shown = key === "full" ? WITNESSES : GATHERED;
          changed();
        },
      },
    }), text);
  return h("fieldset", { class: "kinds modes" }, h("legend", null, "Show"), MODES.map(choice));
}

function firstLine(family) {
  const { first, confidence, houses, outlets } = index.families;
  const doc = first[family];
  const one = houses[family] < outlets[family]
    ? ` ${count(houses[family], "house", "houses")} among ${outlets[family]} outlets.` : "";
  if (doc < 0) return "Who had it first is not known: dates are missing or tie." + one;
  const when = dayOf(doc);
  return ["First: ", h("a", { href: articleLink(doc) }, name(speaker(doc))),
    when ? `, ${when}` : null, sure(confidence[family]), ".", one];
}

/** A confidence as a phrase. */
function sure(confidence) {
  return confidence === null ? "" : `, ${percent(confidence, 1)} sure`;
}

/** Why a family is of its kind. */
function reasons(family) {
  const list = index.families.why[family].filter((reason) => !reason.endsWith(" 0.00"));
  if (list.length === 0) return null;
  const kind = kindOf(family);
  return h("section", { class: "why", "aria-labelledby": "why" },
    h("h2", { id: "why" }, `Why ${kind}`),
    KINDS[kind] ? h("p", { class: "caption" }, `${kind}: ${KINDS[kind].about}.`) : null,
    h("ul", { class: "caption" }, list.map((reason) => h("li", null, prose(reasonText(reason))))));
}

let drawing = 0; // a later drawing ends an earlier one

async function drawWitnesses(state, text, into) {
  drawing += 1;
  const mine = drawing;
  into.setAttribute("aria-busy", "true");
  const all = membersOf(state.family);
  const list = all.slice(0, state.shown);
  const base = state.base === null ? index.families.text[state.family]
    : await memberText(state.base);
  const texts = await Promise.all(list.map(memberText));
  if (mine !== drawing) return;
  into.removeAttribute("aria-busy");
  text.replaceChildren(prose(base));
  // A long passage scrolls in its box, also by keys.
  if (base.length > LONG) text.setAttribute("tabindex", "0");
  const rows = laidAgainst(base, list, texts);
  const body = state.mode === "table" ? readings(base, rows)
    : state.mode === "full" ? h("ol", { class: "witness-list" },
      rows.map((row) => witness(state, row)))
      : h("div", { class: "witness-list" }, wordings(rows).map((one) => wording(state, one)));
  into.replaceChildren(...[legend(state.mode), body,
    ...more(state, all, () => drawWitnesses(state, text, into))].filter(Boolean));
}

/** Members with their texts and what differs; equal texts are compared once. */
function laidAgainst(base, list, texts) {
  const known = new Map();
  return list.map((member, n) => {
    const text = texts[n];
    if (!known.has(text)) known.set(text, marked(base, text));
    return { member, text, pieces: known.get(text) };
  });
}

/** Rows by their words: those of the base first, then the most common. */
function wordings(rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = words(row.text).map((word) => word.form).join(" ");
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].sort((x, y) => isSame(y[0]) - isSame(x[0]) || y.length - x.length);
}

function isSame({ pieces, text }) {
  return text !== "" && pieces !== null && pieces.every((one) => one.kind === "same");
}

/** A wording and who has it. */
function wording(state, rows) {
  const holder = (row) => h("li", { class: "holder" }, byline(state, row.member));
  const rest = rows.slice(HOLDERS);
  return h("section", { class: isSame(rows[0]) ? "witness witness-same" : "witness" },
    h("div", { class: "witness-text" }, witnessText(state, rows[0])),
    h("ul", { class: "holders" }, rows.slice(0, HOLDERS).map(holder)),
    rest.length === 0 ? null : h("details", null,
      h("summary", null, `and ${number(rest.length)} more with these words`),
      h("ul", { class: "holders" }, rest.map(holder))));
}

function legend(mode) {
  if (mode === "table") return null;
  return h("p", { class: "caption" }, "Beside the wording above: ",
    h("ins", null, "only here"), " ", h("del", null, "not here"));
}

function more(state, all, redraw) {
  const rest = all.length - state.shown;
  const cut = index.families.size[state.family] - all.length;
  const said = cut > 0 ? notice(`${count(cut, "more place", "more places")} of this family ` +
    `${cut === 1 ? "is" : "are"} not in this file.`) : null;
  if (rest <= 0) return [said];
  return [h("p", null, h("button", {
    type: "button", on: {
      click: () => {
        state.shown += 4 * WITNESSES;
        redraw();
      },
    },
  }, `Show more (${number(rest)} left)`)), said];
}

/** Who holds a passage: outlet, date, headline, with links. */
function byline(state, member) {
  const doc = memberDocument(member);
  const source = index.members.source[member];
  const when = dayOf(doc);
  const other = state.base === null ? index.families.first[state.family]
    : memberDocument(state.base);
  const partner = other >= 0 && other !== doc ? other : otherMember(state.family, doc);
  return [
    h("div", { class: "witness-who" },
      h("strong", null, name(speaker(doc))),
      index.families.first[state.family] === doc ? h("span", { class: "flag" }, "first") : null,
      h("span", { class: "when" }, when ?? "no date")),
    h("div", { class: "witness-title" },
      h("a", { href: articleLink(doc), dir: "auto" }, name(titleOf(doc))),
      source >= 0 ? h("span", { class: "caption" }, " likely from ", name(speaker(source)),
        sure(index.members.confidence[member])) : null),
    partner === null ? null : h("a", {
      class: "button quiet small",
      href: compareLink(partner, doc, { family: index.families.number[state.family] }),
      "aria-label": `Compare ${plain(speaker(doc))} side by side with ${plain(speaker(partner))}`,
    }, "Side by side"),
  ];
}

function otherMember(family, doc) {
  const found = documentsOf(family).find((other) => other !== doc);
  return found ?? null;
}

function witnessText(state, row) {
  const { text, pieces } = row;
  if (text === "") return h("p", { class: "caption" }, "The text is not in this file.");
  if (pieces === null) {
    return [h("p", { class: "caption" }, "Too different to be marked word by word."),
      h("p", { class: "reading", dir: "auto" }, prose(text))];
  }
  if (state.mode === "full") {
    return h("p", { class: "reading", dir: "auto" }, pieces.map(piece));
  }
  if (isSame(row)) return h("p", { class: "same" }, "Word for word the same");
  return snippets(pieces).map((snippet) => h("p", { class: "reading", dir: "auto" }, snippet));
}

function witness(state, row) {
  return h("li", { class: "witness witness-one" },
    h("div", { class: "witness-head" }, byline(state, row.member)),
    h("div", { class: "witness-text" }, witnessText(state, row)));
}

function piece({ kind, text }) {
  if (kind === "same") return prose(text);
  return [h(kind === "added" ? "ins" : "del", null, prose(text)), kind === "gone" ? " " : null];
}

/** Changes with a few words around each; near ones stand together. */
function snippets(pieces) {
  const list = [];
  let open = null;
  pieces.forEach((one, n) => {
    if (one.kind !== "same") {
      open ??= n === 0 ? [] : [lastWords(pieces[n - 1].text, n === 1)];
      open.push(piece(one));
      return;
    }
    if (open === null) return;
    const found = words(one.text);
    if (n < pieces.length - 1 && found.length <= 2 * CONTEXT) {
      open.push(prose(one.text));
      return;
    }
    const end = found.length > CONTEXT ? found[CONTEXT - 1].end : one.text.length;
    open.push(prose(one.text.slice(0, end)), found.length > CONTEXT ? " …" : null);
    list.push(open);
    open = null;
  });
  if (open !== null) list.push(open);
  return list;
}

function lastWords(text, isStart) {
  const found = words(text);
  if (found.length <= CONTEXT) return isStart ? prose(text) : ["… ", prose(text)];
  return ["… ", prose(text.slice(found[found.length - CONTEXT].start))];
}

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
