// Where the reader is: the part of the address behind `#`, as in a report. Here a family goes by its
// key, which holds while the index grows, and what belongs to an answer says so.

/** {view, params} of the address. */
function here() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  return { view: path || "ask", params: new URLSearchParams(query ?? "") };
}

/** Views that show one thing of the data in use. */
const OF_DATA = new Set(["family", "article", "compare"]);

/** The address of a view. Settings that are empty are left out. */
function link(view, settings) {
  const { n, ...rest } = settings ?? {};
  const params = new URLSearchParams();
  const all = view === "family" && n !== undefined
    ? { key: index.families.key[derived.byNumber.get(Number(n))], ...rest } : { ...settings };
  if (OF_DATA.has(view) && inUse !== "") Object.assign(all, { in: inUse, of: answered?.of });
  for (const [key, value] of Object.entries(all)) {
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== "") params.append(key, one);
    }
  }
  const query = params.toString();
  return `#/${view}${query ? "?" + query : ""}`;
}

/** Changes the address without a step in the history. */
function replaceAddress(view, settings) {
  history.replaceState(null, "", link(view, settings));
}

function familyLink(family, more) {
  return link("family", { n: index.families.number[family], ...more });
}

function articleLink(doc) {
  return link("article", { id: index.documents.id[doc] });
}

function compareLink(a, b, more) {
  return link("compare", { a: index.documents.id[a], b: index.documents.id[b], ...more });
}
