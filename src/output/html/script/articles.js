// Articles: the list of all that share something, and one of them with its passages lit.

const ARTICLES_PAGE = 40;
const PARTNERS = 60;
const MOST_LIT = 3000; // passages lit in one text
const ARTICLE_SORTS = [["shared", "Most of its text shared"], ["families", "Most passages"],
  ["date", "Earliest"], ["length", "Longest"]];

function viewArticles(params) {
  const { documents } = index;
  const text = params.get("text") ?? "";
  const outlet = outletNumber(params.get("outlet") ?? "");
  const sort = ARTICLE_SORTS.some(([key]) => key === params.get("sort")) ? params.get("sort")
    : "shared";
  const state = { text, outlet, sort, page: Number.parseInt(params.get("page") ?? "1", 10) || 1 };
  const results = h("div", { id: "results" });
  const share = (doc) => sharedUnits(doc) / Math.max(1, documents.units[doc]);
  const shares = documents.id.map((_, doc) => share(doc));
  const when = (doc) => documents.seconds[doc] ?? Infinity;
  const by = {
    shared: (x, y) => shares[y] - shares[x],
    families: (x, y) => derived.membersOf[y].length - derived.membersOf[x].length,
    date: (x, y) => (when(x) === when(y) ? 0 : when(x) - when(y)),
    length: (x, y) => documents.units[y] - documents.units[x],
  };
  const show = (say) => {
    const named = state.outlet === null || state.outlet < 0 ? "" : index.outlets[state.outlet];
    replaceAddress("articles", {
      text: state.text, outlet: named, sort: state.sort === "shared" ? "" : state.sort,
      page: state.page > 1 ? state.page : "",
    });
    const words = state.text.trim().toLowerCase();
    const list = documents.id.map((_, doc) => doc).filter((doc) =>
      (state.outlet === null || documents.outlet[doc] === state.outlet) &&
      (words === "" || `${documents.title[doc] ?? ""}\n${documents.id[doc]}`.toLowerCase()
        .includes(words)));
    list.sort((x, y) => by[state.sort](x, y) || x - y);
    const page = pageOf(list, state.page, ARTICLES_PAGE);
    const go = (to) => {
      state.page = to;
      show(true);
      results.querySelector("h2").focus();
    };
    const said = `${number(list.length)} of ${count(documents.id.length, "article", "articles")}`;
    results.replaceChildren(...[h("h2", { tabindex: "-1" }, said), h("ul", { class: "cards" },
      page.items.map((doc) => articleCard(doc, shares[doc]))),
    pager(page.at, page.pages, go, "articles")].filter(Boolean));
    if (say) announce(said);
  };
  const changed = (key, value) => {
    state[key] = value;
    state.page = 1;
    show(true);
  };
  const view = h("div", { class: "view" },
    heading("Articles", h("p", { class: "standfirst" },
      "Every article that shares a passage, and how much of its text is shared.")),
    h("form", { class: "filter", role: "search", "aria-label": "Filter articles",
      on: { submit: (event) => event.preventDefault() } },
    h("div", { class: "fields" },
      field("Headline or id", h("input", { type: "search", name: "text", value: text,
        autocomplete: "off", on: { input: (event) => changed("text", event.target.value) } })),
      index.outlets.length > 0 ? field("Outlet", outletChoice("outlet",
        params.get("outlet") ?? "", (value) => changed("outlet", outletNumber(value)))) : null,
      field("Sort by", select(ARTICLE_SORTS, sort, (value) => changed("sort", value),
        { name: "sort" })))),
    results);
  show(false);
  return view;
}

function articleCard(doc, share) {
  const families = new Set(derived.membersOf[doc].map((n) => derived.familyOf[n])).size;
  return h("li", { class: "card" },
    h("a", { class: "card-title", href: articleLink(doc), dir: "auto" }, prose(titleOf(doc))),
    h("p", { class: "card-meta" }, dotted([
      outletOf(doc) === null ? null : name(outletOf(doc)), dayOf(doc),
      count(families, "passage", "passages")].filter(Boolean))),
    h("p", { class: "card-meta" }, meter(share, 1, "of the text is shared")));
}

/** Headline, who, when, id. */
function articleHead(doc, level) {
  const date = index.documents.date[doc];
  return [
    h(level, { dir: "auto", class: "article-title", tabindex: level === "h1" ? "-1" : null,
      id: level === "h1" ? "view-title" : null }, prose(titleOf(doc))),
    h("p", { class: "card-meta" }, dotted([
      outletOf(doc) === null ? null : name(outletOf(doc)),
      dayOf(doc) === null ? null : h("span", { title: date }, dayOf(doc)),
      sourceLink(doc),
      headingOf(doc) !== null ? h("span", { class: "label" }, name(index.documents.id[doc]))
        : null].filter(Boolean))),
  ];
}

async function viewArticle(params) {
  const doc = derived.byId.get(params.get("id"));
  if (doc === undefined) return missing("article", params.get("id"));
  const { start, end } = index.members;
  const spans = derived.membersOf[doc].map((n) => ({
    start: start[n], end: end[n], key: derived.familyOf[n],
  }));
  const lit = spans.slice(0, MOST_LIT);
  const text = await litText(doc, lit, [], (keys, content) => h("a", {
    class: "lit", href: familyLink(keys[0]), title: `Passage: ${placeText(keys[0])}`,
  }, content));
  const shared = covered(spans.map((span) => [span.start, span.end]));
  return h("div", { class: "view" },
    h("header", { class: "view-head" }, articleHead(doc, "h1"),
      h("p", { class: "card-meta" }, meter(shared, index.documents.units[doc],
        "of the text is shared with other places"))),
    h("div", { class: "columns" },
      h("article", { class: "wide text", dir: "auto", "aria-label": "Text" }, text),
      h("div", { class: "side" }, partners(doc), passagesOf(doc))));
}

/** Articles with which one shares passages, the most first. */
function partners(doc) {
  const found = new Map();
  const { document: of, start, end } = index.members;
  for (const n of derived.membersOf[doc]) {
    for (const other of membersOf(derived.familyOf[n])) {
      const partner = of[other];
      if (partner === doc) continue;
      const spans = found.get(partner);
      if (spans) spans.push([start[n], end[n]]);
      else found.set(partner, [[start[n], end[n]]]);
    }
  }
  const list = [...found].map(([partner, spans]) => [partner, covered(spans)]);
  const copies = copiesOf(doc);
  list.sort((x, y) => copies.has(y[0]) - copies.has(x[0]) || y[1] - x[1] || x[0] - y[0]);
  const row = ([partner, units]) => h("li", null,
    h("a", { href: compareLink(doc, partner), dir: "auto" }, name(titleOf(partner))),
    copies.has(partner) ? [" ", h("span", { class: "flag" }, "copy")] : null,
    h("p", { class: "card-meta" }, dotted([
      outletOf(partner) === null ? null : name(outletOf(partner)), dayOf(partner)]
      .filter(Boolean))),
    meter(units, index.documents.units[doc], "of this text"));
  return h("section", { "aria-labelledby": "with" },
    h("h2", { id: "with" }, "Shared with"),
    h("ul", { class: "partners" }, list.slice(0, PARTNERS).map(row)),
    list.length > PARTNERS ? h("p", { class: "caption" },
      `and ${count(list.length - PARTNERS, "article", "articles")} with less`) : null);
}

function passagesOf(doc) {
  const families = [...new Set(derived.membersOf[doc].map((n) => derived.familyOf[n]))];
  const row = (family) => h("li", null, familyBadge(family), " ",
    h("a", { href: familyLink(family), dir: "auto" },
      prose(opening(index.families.text[family], 90))));
  return h("section", { "aria-labelledby": "passages" },
    h("h2", { id: "passages" }, "Passages"),
    h("ol", { class: "partners" }, families.slice(0, PARTNERS).map(row)),
    families.length > PARTNERS ? h("p", { class: "caption" },
      `and ${number(families.length - PARTNERS)} more, lit in the text`) : null);
}
