// Where the reader is: the part of the address behind `#`. It names a view and its settings, so
// that every view can be linked. Ids are those of the input and stay true in a later report.

/** {view, params} of the address. */
function here() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  return { view: path || "summary", params: new URLSearchParams(query ?? "") };
}

/** The address of a view. Settings that are empty are left out. */
function link(view, settings) {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(settings ?? {})) {
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
