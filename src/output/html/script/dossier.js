// The dossier: the families of a filter, whole, one after the other, as paper wants them.

const DOSSIER_MOST = 60; // families at first
const DOSSIER_WHOLE = 2000; // where all are asked for

async function viewDossier(params) {
  const filter = filterOf(params);
  if (!params.has("kind") && filter.marks !== "") filter.kinds = new Set(index.kinds);
  const all = filtered(filter);
  const whole = params.get("all") === "yes";
  const list = all.slice(0, whole ? DOSSIER_WHOLE : DOSSIER_MOST);
  const more = Math.min(all.length, DOSSIER_WHOLE);
  const entries = await Promise.all(list.map(dossierEntry));
  return h("div", { class: "view dossier" },
    heading(["Dossier", index.title ? [": ", name(index.title)] : null],
      h("p", { class: "standfirst" }, filterText(filter, all.length)),
      all.length > list.length ? h("p", { class: "caption" },
        `The first ${number(list.length)} are here: `, whole ? null : [h("a", { href:
          link("dossier", { ...settingsOf(filter), all: "yes" }), class: "no-print" },
        more < all.length ? `show ${number(more)}` : `show all ${number(more)}`), ", "],
        "narrow the filter or star what you want.") : null),
    h("div", { class: "tools no-print" },
      h("button", { type: "button", on: { click: () => print() } }, "Print"),
      h("a", { class: "button", href: link("families", settingsOf(filter)) }, "Back to the list")),
    all.length === 0 ? notice("No family passes the filter.") : null,
    entries,
    h("p", { class: "caption" }, `Made by wirecopy ${index.program}. Shares are of an article’s `,
      "characters. It shows which words are printed in several places, and the dates given; who ",
      "copied whom is for you to judge."));
}

/** What the dossier holds, in a sentence. */
function filterText(filter, total) {
  const { outlet, after, both, giver, text, from, to, marks: marked } = filter;
  const said = [
    outlet && `in ${plain(outlet)}`, after && `after ${plain(after)}`, both && `and ${plain(both)}`,
    giver && `credited to ${plain(giver)}`, text && `with “${plain(text)}”`, from && `from ${from}`,
    to && `to ${to}`, marked && `marks: ${marked}`,
    `kinds: ${[...filter.kinds].join(", ")}`,
  ].filter(Boolean);
  return `${count(total, "family", "families")}, ${said.join(", ")}.`;
}

async function dossierEntry(family) {
  const course = courseOf(family);
  const mark = marks.of(family);
  const { document: of } = index.members;
  const giver = giverOf(family);
  const docs = documentsOf(family);
  const headline = headlineOf(family, course);
  const row = (doc) => {
    const member = membersOf(family).find((n) => of[n] === doc && takenFrom(n, giver) >= 0);
    return h("tr", null,
      h("th", { scope: "row" }, name(speaker(doc)), index.families.first[family] === doc
        ? " (first)" : null),
      h("td", null, dayOf(doc) ?? "no date"),
      h("td", { dir: "auto" }, prose(titleOf(doc)), member === undefined ? null
        : [index.members.basis[member] === "date" ? " (after " : " (from ",
          name(speaker(takenFrom(member, giver))), ")"], linkLine(doc)),
      h("td", null, percent(shareOf(family, doc), 1)));
  };
  return h("section", { class: "dossier-entry" },
    h("h2", null, placeText(family), headline === null ? null : [". ", name(headline)]),
    whoLine(family, course),
    h("p", { class: "card-meta" }, familyBadge(family), " ", dotted(measures(family)), " · ",
      h("span", { class: "label" }, `key ${index.families.key[family]}`),
      mark.star ? " · ★ starred" : null, mark.cleared ? " · cleared" : null),
    mark.note ? h("p", { class: "card-note" }, prose(mark.note)) : null,
    h("blockquote", { class: "passage", dir: "auto" }, prose(index.families.text[family])),
    h("table", { class: "plain dossier-table" },
      h("thead", null, h("tr", null, ["Outlet", "Date", "Article", "Share"].map((text) =>
        h("th", { scope: "col" }, text)))),
      h("tbody", null, docs.slice(0, WITNESSES).map(row))),
    docs.length > WITNESSES ? h("p", { class: "caption" },
      `and ${count(docs.length - WITNESSES, "article", "articles")} more`) : null);
}

/** The address of a document in words, for paper. */
function linkLine(doc) {
  const anchor = sourceLink(doc, "Source");
  if (anchor === null) return null;
  return h("span", { class: "link-line" }, anchor,
    h("span", { class: "only-print" }, plain(index.documents.url[doc])));
}
