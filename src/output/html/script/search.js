// Search in all texts that the page holds.

const SEARCH_PAGE = 50; // articles
const SNIPPETS = 3; // of an article
const AROUND = 90; // units around a hit
const SEARCH_LEAST = 2; // units of what is searched

/** The field in the masthead. */
function searchForm() {
  const input = h("input", { type: "search", name: "search", autocomplete: "off",
    placeholder: "Search all text", "aria-label": "Search all text" });
  document.getElementById("tools").prepend(h("form", { role: "search", class: "search",
    "aria-label": "Search", on: { submit: (event) => {
      event.preventDefault();
      location.hash = link("search", { text: input.value.trim() });
    } } }, input));
}

/** Words of a search as a pattern: any space between them, any case. */
function pattern(text) {
  const words = text.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g,
    "\\$&"));
  return new RegExp(words.join("\\s+"), "giu");
}

async function viewSearch(params) {
  const text = params.get("text") ?? "";
  const field = document.querySelector("[name=search]");
  if (field) field.value = text;
  const head = heading(["Search for “", name(text), "”"]);
  if (text.trim().length < SEARCH_LEAST) {
    return h("div", { class: "view" }, head, notice("Type two characters or more."));
  }
  const wanted = pattern(text);
  const found = await allHits(text, wanted);
  const page = pageOf(found, Number.parseInt(params.get("page") ?? "1", 10), SEARCH_PAGE);
  const go = (to) => {
    replaceAddress("search", { text, page: to > 1 ? to : "" });
    draw({ focus: "h1" }).then(toTop);
  };
  const partial = index.left_out.texts > 0
    ? ` Of ${count(index.left_out.texts, "article", "articles")} the page holds only passages.`
    : "";
  head.append(h("p", { class: "standfirst" }, found.length === 0
    ? `Found in no article of this ${PAGE.name}.`
    : `Found in ${number(found.length)} of ${count(index.documents.id.length, "article",
      "articles")} that share a passage.`, partial));
  const view = h("div", { class: "view" }, head);
  add(view, [h("ol", { class: "cards", start: (page.at - 1) * SEARCH_PAGE + 1 },
    page.items.map(([doc, hits]) => hitCard(doc, hits, wanted))),
  pager(page.at, page.pages, go, "the search")]);
  return view;
}

let lastSearch = null; // {text, of, found}: pages of one search read the texts once

/** All documents that have what is searched: [document, hits]. */
async function allHits(text, wanted) {
  if (lastSearch?.text === text && lastSearch.of === index) return lastSearch.found;
  const of = index;
  const found = [];
  for (let doc = 0; doc < index.documents.id.length; doc += 1) {
    const hits = await hitsIn(doc, wanted);
    if (hits.length > 0) found.push([doc, hits]);
  }
  lastSearch = { text, of, found };
  return found;
}

/** Snippets of a document's title and text: {text, family}. */
async function hitsIn(doc, wanted) {
  const hits = [];
  if (index.documents.title[doc] && wanted.test(index.documents.title[doc])) {
    hits.push({ text: "", at: null });
  }
  wanted.lastIndex = 0;
  for (const [from, text] of await partsOf(doc)) {
    for (const match of text.matchAll(wanted)) {
      hits.push({ text: withWords(text, match.index, match.index + match[0].length),
        at: from + match.index });
      if (hits.length > SNIPPETS) return hits;
    }
  }
  return hits;
}

/** A place of a text with some whole words around it. */
function withWords(text, start, end) {
  const before = text.slice(Math.max(0, start - AROUND), start);
  const after = text.slice(end, end + AROUND);
  const head = start > AROUND ? before.slice(before.search(/\s/) + 1) : before;
  const tail = end + AROUND < text.length ? after.slice(0, after.search(/\s\S*$/)) : after;
  return head + text.slice(start, end) + tail;
}

function hitCard(doc, hits, wanted) {
  const { start, end } = index.members;
  const snippet = ({ text, at }) => {
    const member = derived.membersOf[doc].find((n) => start[n] <= at && at < end[n]);
    const family = member === undefined ? null : derived.familyOf[member];
    return h("p", { class: "reading", dir: "auto" }, "… ", foundIn(text, wanted), " … ",
      family === null ? null : h("a", { href: familyLink(family), class: "side-link" },
        "shared passage"));
  };
  const shown = hits.filter((one) => one.at !== null);
  return h("li", { class: "card" },
    h("a", { class: "card-title", href: articleLink(doc), dir: "auto" },
      foundIn(titleOf(doc), wanted)),
    h("p", { class: "card-meta" }, dotted([
      outletOf(doc) === null ? null : name(outletOf(doc)), dayOf(doc)].filter(Boolean))),
    shown.slice(0, SNIPPETS).map(snippet),
    shown.length > SNIPPETS ? h("p", { class: "caption" }, "and more in this article") : null);
}

/** Text in which a pattern is marked. */
function foundIn(text, wanted) {
  const out = document.createDocumentFragment();
  let done = 0;
  for (const match of text.matchAll(wanted)) {
    out.append(prose(text.slice(done, match.index)),
      h("mark", { class: "found" }, prose(match[0])));
    done = match.index + match[0].length;
  }
  out.append(prose(text.slice(done)));
  return out;
}
