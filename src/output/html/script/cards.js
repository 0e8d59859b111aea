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
    `passage of ${count(tokens[family], "word", "words")}`,
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

/** What texts credit that name no agency: "agency reports", "wire services". */
const UNNAMED = "agencies";

/** Who is credited, and in how many of a family's places; null for nobody. */
function creditIn(family) {
  const credit = index.families.why[family].find((reason) => reason.startsWith("credit "));
  if (credit === undefined) return null;
  const words = credit.split(" ").slice(1);
  const share = Number(words.at(-1));
  return Number.isNaN(share) ? { name: words.join(" "), places: index.families.size[family] }
    : { name: words.slice(0, -1).join(" "), places: share * index.families.size[family] };
}

/**
 * Whom agency copy is from: {giver, own, said}; null where nobody but dates speaks. `own` is the
 * giver's article or -1, `said` whether a place of somebody else credits the giver. An agency whose
 * article the record names goes before the words of a credit, which may say "agencies" alone.
 */
function givenBy(family) {
  if (kindOf(family) !== "wire") return null;
  const docs = documentsOf(family);
  const { document: of, source } = index.members;
  const members = membersOf(family);
  const named = members.map((n) => source[n]).find((doc) => doc >= 0 && agencyOf(doc) !== null);
  const credit = creditIn(family);
  if (named === undefined && credit === null) return null;
  const agency = named ?? (credit.name === UNNAMED
    ? docs.find((doc) => agencyOf(doc) !== null) : undefined);
  const giver = agency === undefined ? credit.name : agencyOf(agency);
  const own = named ?? docs.find((doc) => isOf(doc, giver)) ?? -1;
  // The giver's own places credit it as well, which says nothing of the others. A share has two
  // digits, so it is not exact where there are many places.
  const credited = credit === null || (credit.name !== giver && credit.name !== UNNAMED) ? 0
    : credit.places - members.filter((n) => isOf(of[n], giver)).length;
  const said = credited > Math.max(0.5, 0.005 * index.families.size[family]);
  return said || members.some((n) => source[n] >= 0 && isOf(source[n], giver))
    ? { giver, own, said } : null;
}

/** The name of whom agency copy is from, or null. */
function giverOf(family) {
  return givenBy(family)?.giver ?? null;
}

/**
 * The one name under which a giver is spoken of: that of its outlet with most articles where the
 * data have any, so that no page says "AP" here and "Associated Press" there.
 */
function calledOf(giver) {
  derived.called ??= new Map();
  if (!derived.called.has(giver)) {
    const own = new Map(index.outlets.flatMap((outlet, n) =>
      (index.agencies[n] === giver || flat(outlet) === flat(giver) ? [[n, 0]] : [])));
    for (const n of index.documents.outlet) if (own.has(n)) own.set(n, own.get(n) + 1);
    const [most] = [...own].sort((x, y) => y[1] - x[1] || x[0] - y[0]);
    derived.called.set(giver, most === undefined ? giver : index.outlets[most[0]]);
  }
  return derived.called.get(giver);
}

/**
 * The document that a member was taken from, or -1. Where agency copy has a giver (else null), a
 * paper that printed it earlier is no source of it.
 */
function takenFrom(member, giver) {
  const from = index.members.source[member];
  return from < 0 || giver === null || isOf(from, giver) ? from : -1;
}

/** Members' places in one document as a share of it. */
function shareOf(family, doc) {
  const { document: of, start, end } = index.members;
  const spans = membersOf(family).filter((n) => of[n] === doc).map((n) => [start[n], end[n]]);
  return Math.min(1, covered(spans) / Math.max(1, index.documents.units[doc]));
}

/**
 * Who had a family and who had it later: {lead, from, others, rest, basis, days, share, most}.
 * `lead` is a name or null where the order is unknown, `from` its document or -1, `others` those of
 * whom the basis speaks, `rest` those who were later by their dates alone beside them, `most` the
 * document of the largest share. An agency is never among those who were later by dates alone.
 */
function courseOf(family) {
  const docs = documentsOf(family);
  const first = index.families.first[family];
  const { document: of } = index.members;
  const given = givenBy(family);
  // Who printed the furniture of pages first says nothing.
  const [lead, from] = ASIDE.has(kindOf(family)) ? [null, -1]
    : given !== null ? [calledOf(given.giver), given.own]
      : first >= 0 ? [speaker(first), first] : [null, -1];
  const isLead = (doc) => doc === from || speaker(doc) === lead ||
    (given !== null && isOf(doc, given.giver));
  const named = new Set(lead === null ? [] : membersOf(family).filter((n) => {
    const source = takenFrom(n, given?.giver ?? null);
    return source >= 0 && index.members.basis[n] !== "date" && isLead(source);
  }).map((n) => of[n]));
  // What was printed before the giver's own article was not taken from that.
  const early = (doc) => from >= 0 && daysBetween(from, doc) < 0;
  const later = docs.filter((doc) => !isLead(doc) && (lead === null || named.has(doc) ||
    (agencyOf(doc) === null && !early(doc))));
  const apart = docs.filter((doc) => !isLead(doc));
  const said = given !== null && given.said;
  // Agencies alone were later: their articles may be older than their dates.
  const open = lead !== null && later.length === 0 && apart.length > 0 && !said;
  const taken = said ? [] : later.filter((doc) => named.has(doc));
  const others = open ? docs : taken.length > 0 ? taken : later.length > 0 ? later
    : apart.length > 0 ? apart : docs.filter((doc) => doc !== from);
  const rest = taken.length > 0 ? later.filter((doc) => !named.has(doc)) : [];
  const days = from < 0 || open ? [] : others.map((doc) => daysBetween(from, doc))
    .filter((one) => one !== null && one >= 0);
  const shares = others.map((doc) => shareOf(family, doc));
  const share = Math.max(0, ...shares);
  const basis = lead === null || open ? null : said ? "credit"
    : taken.length === 0 ? "date" : given === null ? "credit" : "agency";
  return { lead: open ? null : lead, from, others, rest, basis, share,
    most: others[shares.indexOf(share)] ?? -1, days: days.length > 0 ? Math.min(...days) : null };
}

const BASES_SAID = {
  credit: "credited in the text", agency: "the agency’s own article", date: "by dates alone",
  part: "credited in a part of the texts", source: "credited, or the agency’s own article",
};

/** Why the order of documents is unknown. */
function orderUnknown(docs) {
  const { seconds } = index.documents;
  const dated = docs.filter((doc) => seconds[doc] !== null);
  const undated = docs.length - dated.length;
  if (dated.length === 0) return "order unknown: no dates";
  if (undated > 0) return `order unknown: ${number(undated)} of ${number(docs.length)} undated`;
  const days = dated.map((doc) => Math.floor(seconds[doc] / 86400));
  const start = days.reduce((x, y) => Math.min(x, y));
  const together = days.filter((one) => one === start).length;
  if (together === docs.length) return "order unknown: the same day";
  if (together > 1) return `first unknown: ${number(together)} on the same day`;
  return docs.some((doc) => agencyOf(doc) !== null)
    ? "order unknown: an agency’s date may be late" : "order unknown: the dates are in doubt";
}

/** Documents by date, those without one last. */
function byDate(docs) {
  const seconds = (doc) => index.documents.seconds[doc] ?? Infinity;
  return [...docs].sort((x, y) => (seconds(x) === seconds(y) ? x - y : seconds(x) - seconds(y)));
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
  const { lead, others, rest, basis, days, share } = course;
  const several = new Set(others).size > 1;
  const most = share > 0 ? `, ${shareSaid(share, several)}` : null;
  if (lead === null) {
    return h("p", { class: "card-who" }, namesOf(byDate(others), " · "), most, " ",
      h("span", { class: "basis" },
        others.length > 1 && !ASIDE.has(kindOf(family)) ? orderUnknown(others) : null));
  }
  const later = days === null ? null : `, ${daysText(days)}`;
  return h("p", { class: "card-who" }, courseWords(name(lead), namesOf(others), basis), later, most,
    rest.length > 0 ? ["; later: ", namesOf(rest)] : null,
    " ", h("span", { class: "basis" }, BASES_SAID[basis]));
}

/** "97 % of the article", "up to 97 % of an article" where there are several. */
function shareSaid(share, several) {
  return several ? `up to ${shareText(share)} of an article` : `${shareText(share)} of the article`;
}

/** An arrow where a credit or an agency is the source; where only dates speak, "after". */
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
  const found = docs.find((doc) => headingOf(doc) !== null);
  return found === undefined ? null : headingOf(found);
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
