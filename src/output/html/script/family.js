// A family: its passage, its time line, and all witnesses laid against one wording.

const WITNESSES = 40; // shown one by one
const GATHERED = 240; // gathered by their wording
const HOLDERS = 6; // of one wording, before the rest is folded
const BASES = 200;
const LONG = 1400; // units of a passage, from which it is folded
const CONTEXT = 5; // words around a change
const MODES = [["changes", "Changes"], ["full", "Full texts"], ["table", "Table of readings"]];

function viewFamily(params) {
  const family = familyAt(params);
  if (family === undefined) return missing("family", params.get("n") ?? params.get("key"));
  const state = {
    family,
    base: baseOf(family, params.get("base")),
    mode: MODES.some(([key]) => key === params.get("mode")) ? params.get("mode") : "changes",
    shown: GATHERED,
  };
  const label = index.families.number[family];
  const text = h("blockquote", { class: "passage", dir: "auto" });
  const folding = h("div", { class: "folding no-print" });
  const witnesses = h("div", { class: "witnesses" });
  const course = courseOf(family);
  const pair = pairOf(family, course);
  const [before, after] = [family - 1, family + 1].map((n) =>
    (n >= 0 && n < index.families.number.length ? n : null));
  const redraw = () => {
    const base = state.base === null ? "" : index.documents.id[memberDocument(state.base)];
    replaceAddress("family", { n: label, base, mode: state.mode === "changes" ? "" : state.mode });
    drawWitnesses(state, [text, folding], witnesses);
  };
  const view = h("div", { class: "view" },
    heading(familyTitle(family, course),
    whoLine(family, course),
    h("p", { class: "card-meta" }, familyBadge(family), " ",
      h("span", { class: "label" }, placeText(family)), " · ", dotted(measures(family))),
    h("p", { class: "card-meta" }, firstLine(family)),
    pair === null ? null : h("p", { class: "no-print" }, h("a", { class: "button",
      href: compareLink(...pair, { family: label }) }, "Both texts side by side"))),
    h("div", { class: "halves" }, h("div", null, text, folding, marksPanel(family)),
      h("div", null, familyTimeline(family), reasons(family),
        h("p", { class: "caption" }, PAGE.numbered ? `Family ${label} in the JSON Lines, key `
          : "Key ",
          h("span", { class: "label" }, index.families.key[family])))),
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
  drawWitnesses(state, [text, folding], witnesses);
  return view;
}

/** The family of an address: by its number, or by the key that holds in every report. */
function familyAt(params) {
  if (params.has("n")) return derived.byNumber.get(Number.parseInt(params.get("n"), 10));
  const found = index.families.key.indexOf(params.get("key") ?? "");
  return found < 0 ? undefined : found;
}

const TITLE = 90; // units of a passage that stand for it
const TITLED = 0.5; // share of an article from which its headline names a passage

/** What a family is called: the headline of an article that it nearly is, else its first words. */
function familyTitle(family, course) {
  const headline = course.share >= TITLED ? headlineOf(family, course) : null;
  return headline === null ? ["“", name(opening(index.families.text[family], TITLE)), "”"]
    : name(headline);
}

function memberDocument(member) {
  return index.members.document[member];
}

function missing(what, label) {
  return h("div", { class: "view" }, heading(`Not in this ${PAGE.name}`),
    notice(`There is no ${what} `, name(label ?? ""), ` ${PAGE.held}. `,
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
    ? ` ${count(houses[family], "house", "houses")} among ` +
      `${count(outlets[family], "outlet", "outlets")}.` : "";
  if (doc < 0) {
    const why = orderUnknown(documentsOf(family)).replace(/^.*?: /, "");
    return `Who had it first is unknown (${why}).${one}`;
  }
  const when = dayOf(doc);
  const giver = giverOf(family);
  // Agency copy has its source elsewhere: the first paper is only the first of these.
  return [giver === null || isOf(doc, giver) ? "First: " : "First of these: ",
    h("a", { href: articleLink(doc) }, name(speaker(doc))),
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
