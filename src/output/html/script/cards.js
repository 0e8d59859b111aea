// Families and copies as cards: who had it, who had it later, how much of an article it is.

const PREVIEW = 260;
const NAMED = 3;

/** Days from the first to the last witness of a family. */
function spanText(family) {
  const [first, last] = derived.spans[family];
  if (first === null) return "no date";
  return DAYS.formatRange(first * 1000, last * 1000);
}

function measures(family) {
  const { size, outlets, tokens } = index.families;
  return [
    outlets[family] > 0 ? count(outlets[family], "outlet", "outlets") : null,
    count(size[family], "place", "places"),
    count(tokens[family], "word", "words"),
    spanText(family),
  ].filter(Boolean);
}

function dotted(items) {
  return items.map((item, n) => [n > 0 ? " · " : null, item]);
}

/** Whole days from one document to another; null where a date is unknown. */
function daysBetween(x, y) {
  const { seconds } = index.documents;
  if (seconds[x] === null || seconds[y] === null) return null;
  return Math.floor(seconds[y] / 86400) - Math.floor(seconds[x] / 86400);
}

/** "+1 day", "the same day". */
function daysText(days) {
  if (days === 0) return "the same day";
  return `${days > 0 ? "+" : "\u2212"}${count(Math.abs(days), "day", "days")}`;
}

/** The agency that a document's outlet is, or null. */
function agencyOf(doc) {
  const outlet = index.documents.outlet[doc];
  return outlet < 0 ? null : index.agencies[outlet];
}

/** A name without case and signs, as credits differ from the names of outlets. */
function flat(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Whether a document is of the agency or outlet that is credited under this name. */
function isOf(doc, giver) {
  const outlet = outletOf(doc);
  return outlet !== null && (agencyOf(doc) === giver || flat(outlet) === flat(giver));
}

/** Who is credited in the places of a family, or the agency that has it itself; null for nobody. */
function giverOf(family) {
  if (kindOf(family) !== "wire") return null;
  const credit = index.families.why[family].find((reason) => reason.startsWith("credit "));
  if (credit) {
    const words = credit.split(" ").slice(1);
    return Number.isNaN(Number(words.at(-1))) ? words.join(" ") : words.slice(0, -1).join(" ");
  }
  const agency = documentsOf(family).find((doc) => agencyOf(doc) !== null);
  return agency === undefined ? null : agencyOf(agency);
}

/** Members' places in one document as a share of it. */
function shareOf(family, doc) {
  const { document: of, start, end } = index.members;
  const spans = membersOf(family).filter((n) => of[n] === doc).map((n) => [start[n], end[n]]);
  return Math.min(1, covered(spans) / Math.max(1, index.documents.units[doc]));
}

/**
 * Who had a family and who had it later: {lead, from, others, basis, days, share, most}. `lead` is
 * a name or null where the order is unknown, `from` its document or -1, `most` the document of the
 * largest share. An agency is never among those who were later by their dates alone.
 */
function courseOf(family) {
  const docs = documentsOf(family);
  const first = index.families.first[family];
  const named = new Set();
  const { document: of, source } = index.members;
  for (const n of membersOf(family)) if (source[n] >= 0) named.add(of[n]);
  const giver = giverOf(family);
  const own = giver === null ? -1 : docs.find((doc) => isOf(doc, giver)) ?? -1;
  // Who printed the furniture of pages first says nothing.
  const [lead, from] = ASIDE.has(kindOf(family)) ? [null, -1]
    : giver !== null ? [own < 0 ? giver : speaker(own), own]
      : first >= 0 ? [speaker(first), first] : [null, -1];
  const later = docs.filter((doc) => doc !== from && speaker(doc) !== lead && (lead === null ||
    named.has(doc) || agencyOf(doc) === null));
  const others = later.length > 0 ? later : docs.filter((doc) => doc !== from);
  const days = from < 0 ? [] : others.map((doc) => daysBetween(from, doc))
    .filter((one) => one !== null && one >= 0);
  const shares = others.map((doc) => shareOf(family, doc));
  const share = Math.max(0, ...shares);
  const basis = lead === null ? null : giver !== null ? "credit"
    : others.some((doc) => named.has(doc)) ? "source" : "date";
  return { lead, from, others, basis, share, most: others[shares.indexOf(share)] ?? -1,
    days: days.length > 0 ? Math.min(...days) : null };
}

const BASES_SAID = {
  credit: "credited in the text", source: "named as the source", date: "by dates alone",
};

/** Why the order of documents is unknown. */
function orderUnknown(docs) {
  const undated = docs.filter((doc) => index.documents.seconds[doc] === null).length;
  if (undated === 0) return "order unknown: the same day";
  return undated === docs.length ? "order unknown: no dates"
    : `order unknown: ${number(undated)} of ${number(docs.length)} undated`;
}

/** A largest share; what is nearly all is not called all. */
function shareText(share) {
  return share > 0.01 && share < 1 ? `${Math.min(99, Math.round(100 * share))}\u00a0%`
    : percent(share, 1);
}

/** Names of documents' outlets, each once, the first few. */
function namesOf(docs, joint = ", ") {
  const own = [...new Set(docs.map(speaker))];
  return own.slice(0, NAMED).map((one, n) => [n > 0 ? joint : null, name(one)])
    .concat(own.length > NAMED ? ` and ${number(own.length - NAMED)} more` : []);
}

/** "Bay Herald → Hill Post, +2 days, 97 % of the article". */
function whoLine(family, course = courseOf(family)) {
  const { lead, others, basis, days, share } = course;
  const several = new Set(others).size > 1;
  const most = share > 0 ? `, ${several ? "up to " : ""}${shareText(share)} of the article` : null;
  if (lead === null) {
    return h("p", { class: "card-who" }, namesOf(others, " · "), most, " ",
      h("span", { class: "basis" },
        others.length > 1 && !ASIDE.has(kindOf(family)) ? orderUnknown(others) : null));
  }
  const later = days === null ? null : `, ${daysText(days)}`;
  return h("p", { class: "card-who" }, courseWords(name(lead), namesOf(others), basis), later, most,
    " ", h("span", { class: "basis" }, BASES_SAID[basis]));
}

/** An arrow where the text names the source; where only dates speak, "after". */
function courseWords(lead, others, basis) {
  return basis === "date" ? [others, " after ", lead] : [lead, arrow(), others];
}

function arrow() {
  return [" ", h("span", { class: "arrow-sign", "aria-hidden": "true" }, "→"),
    h("span", { class: "unseen" }, "then"), " "];
}

/** Two documents of a family that are worth comparing, the earlier first; null for one alone. */
function pairOf(family, course = courseOf(family)) {
  const [to, docs] = [course.most, documentsOf(family)];
  const from = course.from >= 0 && course.from !== to ? course.from
    : docs.find((doc) => doc !== to);
  return to < 0 || from === undefined ? null : [from, to];
}

/** The headline under which a family is shown. */
function headlineOf(family, course = courseOf(family)) {
  const docs = [course.most, course.from, ...documentsOf(family)].filter((doc) => doc >= 0);
  const found = docs.find((doc) => index.documents.title[doc]);
  return found === undefined ? null : index.documents.title[found];
}

/** Place of a family in the order of the report. */
function placeText(family) {
  return `No.\u00a0${number(family + 1)}`;
}

/** A family in a list. `found` is a text to be marked in it. */
function familyCard(family, found) {
  const course = courseOf(family);
  const text = opening(index.families.text[family], PREVIEW);
  const pair = pairOf(family, course);
  const headline = headlineOf(family, course);
  const mark = marks.of(family);
  return h("li", { class: `card${mark.cleared ? " card-cleared" : ""}`,
    "data-key": index.families.key[family] },
  h("div", { class: "card-top" }, whoLine(family, course),
    h("div", { class: "card-marks" }, familyBadge(family), starButton(family))),
  headline === null ? null : h("p", { class: "card-headline", dir: "auto" }, found
    ? highlighted(headline, found) : prose(headline)),
  h("a", { class: "card-text", href: familyLink(family), dir: "auto" }, found
    ? highlighted(text, found) : prose(text)),
  h("p", { class: "card-meta" }, h("span", { class: "label" }, placeText(family)), " · ",
    dotted(measures(family)),
    mark.cleared ? [" · ", h("span", { class: "flag" }, "cleared")] : null,
    pair === null ? null : h("span", { class: "no-print" }, " · ", h("a", { class: "side-link",
      href: compareLink(...pair, { family: index.families.number[family] }) }, "Side by side"))),
  mark.note ? h("p", { class: "card-note" }, prose(mark.note)) : null);
}
