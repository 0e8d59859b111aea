// From one view to another: where the reader is, and the links to what a view shows.

/** {view, params} of the address. */
function here() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  return { view: path || HOME, params: new URLSearchParams(query ?? "") };
}

/** Changes the address without a step in the history, which keeps how far it was scrolled. */
function replaceAddress(view, settings) {
  history.replaceState(history.state, "", link(view, settings));
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
