// The list of families: filter, sort, page.

const FAMILIES_PAGE = 25;
const SORTS = [
  ["rank", "Most telling"], ["outlets", "Most outlets"], ["size", "Most places"],
  ["length", "Longest passage"], ["first", "Earliest"], ["last", "Latest"],
];

/** What a list is filtered by, from the address. */
function filterOf(params) {
  const whole = (key) => Math.max(0, Number.parseInt(params.get(key) ?? "", 10) || 0);
  const date = (key) => (/^\d{4}-\d{2}-\d{2}$/.test(params.get(key) ?? "") ? params.get(key) : "");
  return {
    kinds: chosenKinds(params),
    text: params.get("text") ?? "",
    outlet: params.get("outlet") ?? "",
    after: params.get("after") ?? "",
    both: params.get("both") ?? "",
    giver: params.get("giver") ?? "",
    marks: [...MARK_FILTERS.map(([key]) => key), "any"].includes(params.get("marks"))
      ? params.get("marks") : "",
    sure: params.get("sure") === "yes",
    handed: params.get("handed") === "yes",
    from: date("from"),
    to: date("to"),
    size: whole("size"),
    outlets: whole("outlets"),
    words: whole("words"),
    sort: SORTS.some(([key]) => key === params.get("sort")) ? params.get("sort") : "rank",
    page: whole("page") || 1,
  };
}

function settingsOf(filter) {
  const { text, outlet, after, both, giver, from, to } = filter;
  return {
    kind: kindSettings(filter.kinds), text, outlet, after, both, giver, marks: filter.marks,
    sure: filter.sure ? "yes" : "", handed: filter.handed ? "yes" : "", from, to,
    size: filter.size > 2 ? filter.size : "", outlets: filter.outlets > 1 ? filter.outlets : "",
    words: filter.words || "", sort: filter.sort === "rank" ? "" : filter.sort,
    page: filter.page > 1 ? filter.page : "",
  };
}

let searched = null; // of each family: its text and titles in lower case

function searchText(family) {
  searched ??= new Array(index.families.number.length);
  searched[family] ??= [index.families.text[family],
    ...documentsOf(family).flatMap((doc) => [index.documents.title[doc] ?? ""])]
    .join("\n").toLowerCase();
  return searched[family];
}

/** Families that pass, in the order asked for. */
function filtered(filter) {
  const { size, outlets, tokens } = index.families;
  const seconds = (text, more) => (text ? Date.parse(text + "T00:00:00Z") / 1000 + more : null);
  const [from, to] = [seconds(filter.from, 0), seconds(filter.to, 86399)];
  const outlet = outletNumber(filter.outlet);
  const [after, both] = [outletNumber(filter.after), outletNumber(filter.both)];
  const text = filter.text.trim().toLowerCase();
  const list = familiesOf(filter.kinds).filter((n) => {
    const [first, last] = derived.spans[n];
    if (size[n] < filter.size || outlets[n] < filter.outlets || tokens[n] < filter.words) {
      return false;
    }
    if (from !== null && (last === null || last < from)) return false;
    if (to !== null && (first === null || first > to)) return false;
    if (outlet !== null && !hasOutlet(n, outlet)) return false;
    if (after !== null && !(outlet !== null && outletOrder(n, outlet, after) > 0)) return false;
    if (both !== null && !hasOutlet(n, both)) return false;
    if (filter.sure && index.families.sure[n] < SURE) return false;
    if (filter.handed && !isHanded(n)) return false;
    if (filter.giver !== "" && !isGivenBy(n, filter.giver)) return false;
    if (filter.marks === "any" ? !marks.list.has(index.families.key[n])
      : filter.marks !== "" && !hasMarks(n, filter.marks)) return false;
    return text === "" || searchText(n).includes(text);
  });
  const start = (n) => derived.spans[n][0] ?? Infinity;
  const end = (n) => derived.spans[n][1] ?? -Infinity;
  const by = {
    outlets: (x, y) => outlets[y] - outlets[x] || size[y] - size[x],
    size: (x, y) => size[y] - size[x],
    length: (x, y) => tokens[y] - tokens[x],
    first: (x, y) => (start(x) === start(y) ? 0 : start(x) - start(y)),
    last: (x, y) => (end(x) === end(y) ? 0 : end(y) - end(x)),
  }[filter.sort];
  return by ? list.sort((x, y) => by(x, y) || x - y) : list;
}

/** Number of an outlet by its name: null for no name, -1 for an unknown one. */
function outletNumber(text) {
  return text === "" ? null : index.outlets.indexOf(text);
}

function hasOutlet(family, outlet) {
  return membersOf(family).some((n) =>
    index.documents.outlet[index.members.document[n]] === outlet);
}

/** Order in which two outlets first have a family: above 0 where `x` is later, else 0 or NaN. */
function outletOrder(family, x, y) {
  const earliest = (outlet) => {
    const docs = documentsOf(family).filter((doc) => index.documents.outlet[doc] === outlet);
    if (docs.some((doc) => index.documents.seconds[doc] === null)) return null;
    return docs.reduce((a, b) => (a !== null && compareDates(a, b) <= 0 ? a : b), null);
  };
  const [a, b] = [earliest(x), earliest(y)];
  return a === null || b === null ? NaN : compareDates(a, b);
}

/** Whether a family is agency copy of this giver, by any of the names it goes by. */
function isGivenBy(family, wanted) {
  const giver = giverOf(family);
  return giver !== null && [giver, calledOf(giver)].some((one) => flat(one) === flat(wanted));
}

function viewFamilies(params) {
  const filter = filterOf(params);
  const results = h("div", { id: "results" });
  let waiting = 0;
  const show = (say) => {
    replaceAddress("families", settingsOf(filter));
    const list = filtered(filter);
    const page = pageOf(list, filter.page, FAMILIES_PAGE);
    filter.page = page.at;
    const go = (to) => {
      filter.page = to;
      show(true);
      results.querySelector("h2").focus();
      results.scrollIntoView({ block: "start" });
    };
    const first = (page.at - 1) * FAMILIES_PAGE + 1;
    const total = index.families.number.length;
    const text = list.length === 0 ? "No family passes the filter"
      : `${number(list.length)} of ${count(total, "family", "families")}`;
    results.replaceChildren(
      h("div", { class: "results-head" }, h("h2", { tabindex: "-1" }, text),
        list.length === 0 ? null : h("div", { class: "tools" },
          h("button", { type: "button", class: "small", on: { click: () =>
            download("families.csv", "text/csv", familiesCsv(list)) } }, "Save as CSV"),
          h("a", { class: "button small", href: link("dossier", settingsOf(filter)) },
            "Dossier to print"))),
      list.length === 0 ? notice("Take something out of the filter, or ",
        h("a", { href: link("families") }, "start again"), ".")
        : h("ol", { class: "cards", start: first },
          page.items.map((n) => familyCard(n, filter.text.trim().toLowerCase()))),
      ...[pager(page.at, page.pages, go, "families")].filter(Boolean));
    if (say) announce(text);
  };
  const changed = () => {
    filter.page = 1;
    clearTimeout(waiting);
    waiting = setTimeout(() => show(true), 120);
  };
  const view = h("div", { class: "view" },
    heading("Families", h("p", { class: "standfirst" },
      "A family is one passage with every place where it is printed.")),
    filterForm(filter, changed), results);
  show(false);
  return view;
}

function filterForm(filter, changed) {
  const input = (key, type, more) => h("input", {
    type, name: key, value: filter[key] || "", autocomplete: "off", ...more,
    on: {
      input: (event) => {
        const { value } = event.target;
        filter[key] = type === "number" ? Math.max(0, Number.parseInt(value, 10) || 0) : value;
        changed();
      },
    },
  });
  const choose = (key) => outletChoice(key, filter[key], (value) => {
    filter[key] = value;
    if (key === "outlet" && value === "") filter.after = "";
    changed();
  });
  const kinds = index.kinds.length > 1 ? kindBoxes(filter.kinds, changed) : null;
  const box = (key, text) => {
    const input = h("input", { type: "checkbox", name: key, checked: filter[key], on: {
      change: () => {
        filter[key] = input.checked;
        changed();
      },
    } });
    return h("label", { class: "box" }, input, text);
  };
  const { outlets } = index;
  const more = h("details", { class: "filter-more", open: openFilter() },
    h("summary", null, "More filters"),
    h("div", { class: "fields" },
      outlets.length > 0 ? field("Outlet", choose("outlet")) : null,
      outlets.length > 0 ? field("… which printed after", choose("after")) : null,
      outlets.length > 0 ? field("Also in", choose("both")) : null,
      field("Credits", input("giver", "text", { placeholder: "AP, Reuters …" })),
      field("From", input("from", "date")),
      field("To", input("to", "date")),
      field("Places, at least", input("size", "number", { min: 0, inputmode: "numeric" })),
      field("Outlets, at least", input("outlets", "number", { min: 0, inputmode: "numeric" })),
      field("Words, at least", input("words", "number", { min: 0, inputmode: "numeric" })),
      field("Marks", select(MARK_FILTERS, filter.marks, (value) => {
        filter.marks = value;
        changed();
      }, { name: "marks" }))),
    kinds,
    h("p", { class: "filter-end" },
      box("sure", "Only where the kind is sure"), " ",
      box("handed", "Only press releases and statements"), " ",
      h("a", { href: link("families"), class: "button quiet small" }, "Clear the filter")));
  return h("form", { class: "filter", role: "search", "aria-label": "Filter families",
    on: { submit: (event) => event.preventDefault() } },
  h("div", { class: "fields fields-first" },
    field("Text", input("text", "search", { placeholder: "passage or headline" }), true),
    field("Sort by", select(SORTS, filter.sort, (value) => {
      filter.sort = value;
      changed();
    }, { name: "sort" }))),
  more);
}
