// Articles that are copies of each other: whole texts, not passages.

const COPIES_PAGE = 25;
const COPIES_LEADING = 5;
const ALIKE = 0.8; // share of both articles from which they are nearly the same

/**
 * Copies by group: {docs, lead, family, words, shares, least}. `docs` ascend by date, `lead` is the
 * one that is surely the earliest or -1, `family` the one of most words that two of them share,
 * `least` the smallest share of an article in a pair.
 */
function copyGroups() {
  if (derived.copies) return derived.copies;
  const { a, b, tokens } = index.copies;
  const parent = new Map();
  const root = (doc) => {
    let at = doc;
    while (parent.has(at) && parent.get(at) !== at) {
      parent.set(at, parent.get(parent.get(at))); // halves the way for the next one
      at = parent.get(at);
    }
    return at;
  };
  a.forEach((doc, n) => {
    const [x, y] = [root(doc), root(b[n])];
    parent.set(Math.max(x, y), Math.min(x, y));
    if (!parent.has(Math.min(x, y))) parent.set(Math.min(x, y), Math.min(x, y));
  });
  const groups = new Map();
  a.forEach((doc, n) => {
    const key = root(doc);
    const group = groups.get(key) ?? { pairs: [], words: 0 };
    group.pairs.push(n);
    group.words = Math.max(group.words, tokens[n]);
    groups.set(key, group);
  });
  derived.copies = [...groups.values()].map(copyGroup)
    .sort((x, y) => x.aside - y.aside || y.words - x.words || x.docs[0] - y.docs[0]);
  return derived.copies;
}

/** The documents that are copies of one. */
function copiesOf(doc) {
  const { a, b } = index.copies;
  const found = new Set();
  a.forEach((one, n) => {
    if (one === doc) found.add(b[n]);
    else if (b[n] === doc) found.add(one);
  });
  return found;
}

function copyGroup({ pairs, words }) {
  const { a, b, cover_a: coverA, cover_b: coverB } = index.copies;
  const seconds = (doc) => index.documents.seconds[doc] ?? Infinity;
  const docs = [...new Set(pairs.flatMap((n) => [a[n], b[n]]))]
    .sort((x, y) => (seconds(x) === seconds(y) ? x - y : seconds(x) - seconds(y)));
  const surely = docs.slice(1).every((doc) => compareDates(docs[0], doc) < 0);
  const shares = new Map(); // of each document the largest share, and with whom
  pairs.forEach((n) => {
    for (const [doc, other, share] of [[a[n], b[n], coverA[n]], [b[n], a[n], coverB[n]]]) {
      if ((shares.get(doc)?.share ?? -1) < share) shares.set(doc, { share, other });
    }
  });
  const shared = sharedBy(a[pairs[0]], b[pairs[0]]).map((one) => one.family);
  const family = shared.reduce((x, y) =>
    (x === null || index.families.tokens[y] > index.families.tokens[x] ? y : x), null);
  const outlets = new Set(docs.map(speaker));
  const aside = family === null || ASIDE.has(kindOf(family)) || outlets.size < 2 ? 1 : 0;
  const least = Math.min(...pairs.map((n) => Math.min(coverA[n], coverB[n])));
  return { docs, words, shares, family, aside, least, ...copyLead(docs, family, surely) };
}

/** Who has the copy first, where that is known: a document, or the name of an agency. */
function copyLead(docs, family, surely) {
  const course = family === null ? null : courseOf(family);
  const given = family === null ? null : givenBy(family);
  if (given !== null && course.lead !== null) {
    const own = docs.find((doc) => isOf(doc, given.giver)) ?? -1;
    return { lead: own, from: calledOf(given.giver), basis: course.basis };
  }
  if (!surely || docs.slice(1).every((doc) => agencyOf(doc) !== null)) {
    return { lead: -1, from: null, basis: null };
  }
  const own = course !== null && course.from === docs[0] ? course.basis : null;
  return { lead: docs[0], from: speaker(docs[0]), basis: own ?? "date" };
}

/** How much of them the articles of a group share; of two without an order both are said. */
function copyShare({ docs, lead, from, shares }, later, most) {
  const [x, y] = docs.map((doc) => shares.get(doc).share);
  if (from === null && docs.length === 2 && Math.abs(x - y) >= 0.01) {
    return `, ${shareText(x)} and ${shareText(y)} of the articles`;
  }
  return `, ${shareSaid(shares.get(most).share, later.length > 1 || lead < 0)}`;
}

/** "Bay Herald → Hill Post, +1 day, 97 % of the article", headline, kind, both texts. */
function copyCard(group) {
  const { docs, lead, from, basis, family, words, shares, least } = group;
  const later = docs.filter((doc) => doc !== lead);
  const most = later.reduce((x, y) => (shares.get(y).share > shares.get(x).share ? y : x));
  // No agency is said to print after a paper because of a date.
  const others = later.filter((doc) => speaker(doc) !== from && agencyOf(doc) === null);
  const days = lead < 0 ? null : daysBetween(lead, most);
  const other = lead >= 0 ? lead : shares.get(most).other;
  const share = copyShare(group, later, most);
  // An article that is dated after a copy of it was updated, or is a copy itself.
  const who = from === null ? [namesOf(docs, " · "), share]
    : [courseWords(name(from), namesOf(others.length > 0 ? others : later), basis),
      days === null || days < 0 ? null : `, ${daysText(days)}`, share];
  const more = docs.length > 2 ? docs.filter((doc) => doc !== other) : [];
  const mark = family === null ? null : marks.of(family);
  return h("li", { class: `card copy${mark?.cleared ? " card-cleared" : ""}`,
    "data-key": family === null ? null : index.families.key[family] },
  h("div", { class: "card-top" },
    h("p", { class: "card-who" }, who, " ", h("span", { class: "basis" },
      basis === null ? orderUnknown(docs) : BASES_SAID[basis])),
    h("div", { class: "card-marks" }, family === null ? null
      : [familyBadge(family), starButton(family)])),
  h("a", { class: "card-headline", href: compareLink(other, most), dir: "auto" },
    prose(headingOf(most) ?? (family === null ? titleOf(most)
      : opening(index.families.text[family], TITLE)))),
  h("p", { class: "card-meta" }, dotted([least >= ALIKE ? "nearly the same" : null,
    count(docs.length, "article", "articles"),
    `${wordsShared(words)} in all passages`].filter(Boolean)),
  mark?.cleared ? [" · ", h("span", { class: "flag" }, "cleared")] : null,
  h("span", { class: "no-print" }, family === null ? null
    : [" · ", h("a", { href: familyLink(family) }, "Passage")],
  " · ", h("a", { class: "side-link", href: compareLink(other, most) }, "Side by side"))),
  mark?.note ? h("p", { class: "card-note" }, prose(mark.note)) : null,
  more.length < 2 ? null : h("details", null,
    h("summary", null, `All ${number(docs.length)} articles`),
    h("ul", { class: "copy-list" }, more.map((doc) => h("li", null,
      h("a", { href: compareLink(other, doc), dir: "auto" }, name(speaker(doc))),
      ` ${dayOf(doc) ?? "no date"}, ${shareText(shares.get(doc).share)} `)))));
}

/** Items with those last whose family is cleared: what is done does not lead. */
function clearedLast(items, familyOf) {
  const done = (item) => {
    const family = familyOf(item);
    return family !== null && marks.of(family).cleared;
  };
  return [...items.filter((item) => !done(item)), ...items.filter(done)];
}

/** The copies on the front page. */
function copiesBlock() {
  const groups = clearedLast(copyGroups(), (group) => group.family);
  if (groups.length === 0) return null;
  const leading = groups.slice(0, COPIES_LEADING);
  return h("section", { "aria-labelledby": "copies" },
    h("h2", { id: "copies" }, leading.every((group) => group.least >= ALIKE)
      ? "Articles that are nearly the same" : "Articles that share much of their text"),
    h("ol", { class: "cards" }, leading.map(copyCard)),
    groups.length > COPIES_LEADING ? h("p", null, h("a", { href: link("copies") },
      `All ${number(groups.length)} groups of copies`)) : null);
}

function viewCopies(params) {
  const all = copyGroups();
  const outlet = params.get("outlet") ?? "";
  const list = outlet === "" ? all
    : all.filter((group) => group.docs.some((doc) => outletOf(doc) === outlet));
  const page = pageOf(list, Number.parseInt(params.get("page") ?? "1", 10), COPIES_PAGE);
  const go = (more, focus) => {
    replaceAddress("copies", { outlet, ...more });
    return draw({ focus });
  };
  const left = index.all_copies - index.copies.a.length;
  return h("div", { class: "view" },
    heading("Copies", h("p", { class: "standfirst" },
      "Articles that share much of their text. Where the order is known, the share is that of the ",
      "later article. Words and shares are of all passages, without the furniture of pages.")),
    index.outlets.length === 0 ? null : h("div", { class: "fields" },
      field("Outlet", outletChoice("outlet", outlet, (value) =>
        go({ outlet: value, page: "" }, "[name=outlet]")))),
    h("div", { class: "results-head" },
      h("h2", null, count(list.length, "group", "groups"), " of copies"),
      list.length === 0 ? null : h("div", { class: "tools" }, h("button", { type: "button",
        class: "small", on: { click: () =>
          download("copies.csv", "text/csv", copiesCsv(list)) } }, "Save as CSV"))),
    list.length === 0 ? notice(`No two articles in this ${PAGE.name} are copies of each other.`)
      : h("ol", { class: "cards", start: (page.at - 1) * COPIES_PAGE + 1 },
        page.items.map(copyCard)),
    pager(page.at, page.pages, (to) => go({ page: to }, "h1").then(toTop), "copies"),
    left > 0 ? h("p", { class: "caption" },
      `${count(left, "pair", "pairs")} of copies ${left === 1 ? "is" : "are"} not ${PAGE.held}.`)
      : null);
}
