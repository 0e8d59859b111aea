// Parts that several views are built of.

/**
 * A kind; with how sure it is where a family is meant. `said` are other words for both, which the
 * badge shows instead.
 */
function kindBadge(kind, sure, said) {
  const known = KINDS[kind] ?? { sign: "•", about: "" };
  const [word, chance] = sure === undefined ? ["", ""]
    : [sureWord(sure), `; ${Math.round(100 * sure)} in 100 such families are`];
  return h("span", {
    class: `kind kind-${kind in KINDS ? kind : "other"}${word ? " kind-unsure" : ""}`,
    title: known.about + chance,
  }, h("span", { class: "kind-sign", "aria-hidden": "true" }, known.sign), said ?? [word, kind]);
}

/** How sure a kind is, in a word; nothing where it is sure. */
function sureWord(sure) {
  if (sure >= SURE) return "";
  return sure >= 0.5 ? "probably " : "perhaps ";
}

/** The kind of a family, with how sure it is. */
function familyBadge(family) {
  return kindBadge(kindOf(family), index.families.sure[family]);
}

/** Heading of a view, which takes the focus when the view is reached by a link. */
function heading(text, ...below) {
  return h("header", { class: "view-head" },
    h("h1", { tabindex: "-1", id: "view-title" }, text), below);
}

/** Boxes for kinds; `changed` gets the new set. */
function kindBoxes(kinds, changed, available = index.kinds) {
  const box = (kind) => {
    const input = h("input", {
      type: "checkbox", name: "kind", value: kind, checked: kinds.has(kind),
      on: {
        change: () => {
          if (input.checked) kinds.add(kind);
          else kinds.delete(kind);
          changed(kinds);
        },
      },
    });
    return h("label", { class: "box" }, input, kindBadge(kind));
  };
  return h("fieldset", { class: "kinds" }, h("legend", null, "Kinds"), available.map(box));
}

/** Whether filters are open from the start: on a phone they would fill the screen. */
function openFilter() {
  return matchMedia("(min-width: 48rem)").matches;
}

/** The settings of a view, folded on a phone. */
function settingsBox(...fields) {
  return h("details", { class: "filter-more settings", open: openFilter() },
    h("summary", null, "Settings"), h("div", { class: "fields" }, fields));
}

/** A labelled field. */
function field(label, input, wide) {
  return h("label", { class: wide ? "field field-wide" : "field" },
    h("span", { class: "field-name" }, label), input);
}

function select(options, value, changed, attributes) {
  const list = options.map(([key, text]) =>
    h("option", { value: key, selected: key === value }, text));
  return h("select", { ...attributes, on: { change: (event) => changed(event.target.value) } },
    list);
}

/** A choice of an outlet: a list, or a field with suggestions where there are very many. */
function outletChoice(key, value, changed) {
  if (index.outlets.length <= MOST_OPTIONS) {
    const options = [["", "Any"], ...index.outlets.map((outlet) => [outlet, plain(outlet)])];
    return select(options, value, changed, { name: key });
  }
  const names = new Map();
  for (const outlet of index.documents.outlet) {
    if (outlet >= 0) names.set(outlet, (names.get(outlet) ?? 0) + 1);
  }
  const first = [...names].sort((x, y) => y[1] - x[1]).slice(0, MOST_OPTIONS);
  return [
    h("input", { type: "text", name: key, value, autocomplete: "off", list: `list-${key}`,
      on: { change: (event) => changed(event.target.value) } }),
    h("datalist", { id: `list-${key}` }, first.map(([outlet]) =>
      h("option", { value: index.outlets[outlet] }))),
  ];
}

const MOST_OPTIONS = 1500;

/** Text in which `found` (lower case) is marked. */
function highlighted(text, found) {
  const out = document.createDocumentFragment();
  const lower = text.toLowerCase();
  // A few characters change their length with their case; then nothing is marked.
  if (lower.length !== text.length) return prose(text);
  let done = 0;
  for (let at = lower.indexOf(found); at >= 0; at = lower.indexOf(found, done)) {
    out.append(prose(text.slice(done, at)));
    out.append(h("mark", { class: "found" }, prose(text.slice(at, at + found.length))));
    done = at + found.length;
  }
  out.append(prose(text.slice(done)));
  return out;
}

/** Buttons for pages; `go` gets the number of the page, from 1. */
function pager(page, pages, go, what) {
  if (pages <= 1) return null;
  const button = (text, to, label) => h("button", {
    type: "button", class: "quiet", disabled: to < 1 || to > pages, "aria-label": label,
    on: { click: () => go(to) },
  }, text);
  return h("nav", { class: "pager", "aria-label": `Pages of ${what}` },
    button("« First", page === 1 ? 0 : 1, "First page"),
    button("‹ Previous", page - 1, "Previous page"),
    h("span", null, `Page ${number(page)} of ${number(pages)}`),
    button("Next ›", page + 1, "Next page"),
    button("Last »", page === pages ? 0 : pages, "Last page"));
}

function pageOf(list, page, size) {
  const pages = Math.max(1, Math.ceil(list.length / size));
  const at = Math.min(Math.max(1, page || 1), pages);
  return { at, pages, items: list.slice((at - 1) * size, at * size) };
}

/** What is said to those who do not see that something has changed. */
function announce(text) {
  document.getElementById("status").textContent = text;
}

/** A share as a bar with its figure. */
function meter(part, whole, label) {
  const share = whole === 0 ? 0 : 100 * part / whole;
  return h("span", { class: "meter" },
    h("span", { class: "meter-bar", "aria-hidden": "true", vars: { "--share": `${share}%` } }),
    h("span", { class: "meter-text" }, percent(part, whole), " ", label));
}

function notice(...children) {
  return h("p", { class: "notice" }, children);
}

/** Sentences about what is not in the file. */
function leftOut() {
  const { families, members, pairs, texts } = index.left_out;
  return [
    families > 0 && `${count(families, "family", "families")} of lower rank ` +
      `${families === 1 ? "is" : "are"} not ${PAGE.held}; ${PAGE.whole}.`,
    members > 0 && `${count(members, "place", "places")} of very large families ` +
      `${members === 1 ? "is" : "are"} not listed.`,
    texts > 0 && `Of ${count(texts, "article", "articles")} only the shared passages are ` +
      `${PAGE.held}, not the text around them.`,
    pairs > 0 && `${count(pairs, "pair", "pairs")} of places ${pairs === 1 ? "is" : "are"} shown ` +
      "by the ends of the family, which may be a few words wider.",
  ].filter(Boolean);
}

/** Ticks of a time axis from `low` to `high` (seconds): [seconds, label]. */
function ticks(low, high, most) {
  const DAY = 86400;
  const days = Math.max(1, (high - low) / DAY);
  const list = [];
  if (days / most > 250) {
    const step = Math.max(1, Math.ceil(days / 365.25 / most));
    const year = new Date(low * 1000).getUTCFullYear();
    for (let y = year; y <= year + days / 365 + 1; y += step) {
      list.push([Date.UTC(y, 0, 1) / 1000, String(y)]);
    }
  } else if (days / most > 20) {
    const step = Math.max(1, Math.ceil(days / 30.4 / most));
    const start = new Date(low * 1000);
    for (let m = 0; m <= days / 28 + 1; m += step) {
      const at = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + m, 1) / 1000;
      list.push([at, day(at).split(" ").slice(1).join(" ")]);
    }
  } else {
    const step = Math.max(1, Math.ceil(days / most));
    const start = Math.floor(low / DAY) * DAY;
    for (let n = 0; n <= days; n += step) {
      const at = start + n * DAY;
      list.push([at, day(at).split(" ").slice(0, 2).join(" ")]);
    }
  }
  return list.filter(([at]) => at >= low - DAY && at <= high + DAY);
}
