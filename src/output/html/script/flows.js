// Who took how much from whom: outlets, agencies apart, and what the order of is unknown. Only
// kinds in which something was taken count, and only families whose kind is sure.

const FLOW_ROWS = 6;
const TAKERS = 3;

/** The families that flows count, each with the outlets that have it. */
function takenFamilies() {
  derived.taken ??= familiesOf(new Set(TAKEN)).filter((n) => index.families.sure[n] >= SURE)
    .map((family) => ({ family, giver: giverOf(family),
      outlets: new Set(documentsOf(family).map((doc) => index.documents.outlet[doc])) }));
  return derived.taken;
}

function isAgency(outlet) {
  const n = index.outlets.indexOf(outlet);
  return n >= 0 && index.agencies[n] !== null;
}

/** Families that both outlets of a flow have. */
function familiesOfFlow(flow) {
  const [from, to] = [flow.from, flow.to].map((outlet) => index.outlets.indexOf(outlet));
  return takenFamilies().filter(({ family, outlets }) => outlets.has(from) && outlets.has(to) &&
    kindOf(family) === flow.kind);
}

/** Whether a family is copy of somebody else than the outlet of a flow, who is credited for it. */
function isBought({ giver }, flow) {
  return giver !== null && flat(giver) !== flat(flow.from);
}

/** A flow of some of its families, as the record counts one. */
function flowOver(flow, between) {
  const shares = between.flatMap(({ family }) => documentsOf(family)
    .filter((doc) => outletOf(doc) === flow.to).map((doc) => shareOf(family, doc)));
  const tokens = between.map(({ family }) => index.families.tokens[family]);
  return { ...flow, families: between.length, tokens: tokens.reduce((x, y) => x + y, 0),
    largest_share: Math.max(0, ...shares) };
}

/**
 * The flows between outlets: `known` in order of words, and `open` those of unknown order. What
 * comes from an agency is counted with the agency, also where one of the two printed it earlier,
 * and no agency is said to print after a paper because of a date. `bought` is how many are left out
 * as copy of somebody else.
 */
function outletFlows() {
  const known = [];
  const open = [];
  let bought = 0;
  for (const flow of index.flows) {
    if (isAgency(flow.from) || (isAgency(flow.to) && flow.basis !== "source")) continue;
    const all = familiesOfFlow(flow);
    const between = all.filter((one) => !isBought(one, flow));
    if (between.length === 0 && all.length > 0) {
      bought += 1;
      continue;
    }
    (flow.basis === null ? open : known).push({ between,
      flow: between.length < all.length ? flowOver(flow, between) : flow });
  }
  for (const list of [known, open]) list.sort((x, y) => y.flow.tokens - x.flow.tokens);
  return { known, open, bought };
}

/** What each agency or press service gave: the most words first. */
function agencyFlows() {
  const found = new Map();
  const outlets = new Set(index.outlets.filter((outlet) => !isAgency(outlet)).map(flat));
  for (const { family, giver } of takenFamilies()) {
    // An outlet of the corpus is among the outlets.
    if (giver === null || outlets.has(flat(giver))) continue;
    // What two agencies have, neither gave to the other for all we know.
    const docs = courseOf(family).others.filter((doc) => agencyOf(doc) === null);
    if (docs.length === 0) continue;
    const one = found.get(giver) ?? { giver, families: 0, words: 0, share: 0, takers: new Map() };
    found.set(giver, one);
    one.families += 1;
    for (const doc of docs) {
      const share = shareOf(family, doc);
      one.words += index.families.tokens[family];
      one.share = Math.max(one.share, share);
      const taker = speaker(doc);
      one.takers.set(taker, (one.takers.get(taker) ?? 0) + index.families.tokens[family]);
    }
  }
  return [...found.values()].sort((x, y) => y.words - x.words || (x.giver < y.giver ? -1 : 1));
}

function flowBlock() {
  if (index.outlets.length < 2 || index.summary.families === 0) return null;
  const { known, open, bought } = outletFlows();
  const agencies = agencyFlows();
  const most = Math.max(1, ...known.map(({ flow }) => flow.tokens));
  const mostOpen = Math.max(1, ...open.map(({ flow }) => flow.tokens));
  const mostGiven = Math.max(1, ...agencies.map((one) => one.words));
  const few = known.length < FLOW_ROWS / 2;
  return h("section", { "aria-labelledby": "flows", class: "flows" },
    h("h2", { id: "flows" }, "Who took from whom"),
    datesNote(),
    h("div", { class: "flow-columns" },
      h("div", null, h("h3", null, "Outlet from outlet"),
        known.length === 0
          ? h("p", { class: "caption" }, bought > 0 && open.length === 0
            ? "All that is sure comes from the sources that are credited."
            : "Nothing is sure enough, or no order is known.")
          : flowList(known.map((one) => flowRow(one, most)), "outlet-flows"),
        open.length === 0 ? null : h("details", { class: "flow-open", open: few },
          h("summary", null, `Order unknown: ${count(open.length, "pair", "pairs")} of outlets`),
          flowList(open.map((one) => openRow(one, mostOpen)), "open-flows"))),
      agencies.length === 0 ? null : h("div", null,
        h("h3", null, "From agencies and other credited sources"),
        flowList(agencies.map((one) => agencyRow(one, mostGiven)), "agency-flows"))),
    flowNote());
}

function flowList(rows, id) {
  const rest = rows.slice(FLOW_ROWS);
  return [h("ul", { class: "flow-list", id }, rows.slice(0, FLOW_ROWS)),
    rest.length === 0 ? null : h("details", null,
      h("summary", null, `${number(rest.length)} more`), h("ul", { class: "flow-list" }, rest))];
}

function flowItem(href, who, measured, words, most) {
  return h("li", { class: "flow", vars: { "--share": `${100 * words / most}%` } },
    h("a", { class: "flow-who", href }, who),
    h("span", { class: "flow-bar", "aria-hidden": "true" }),
    h("span", { class: "flow-what" }, dotted(measured.filter(Boolean))));
}

function familyCount(value) {
  return count(value, "family", "families");
}

function wordsShared(value) {
  return `${count(value, "word", "words")} shared`;
}

function mostText(share) {
  return share > 0 ? `up to ${shareText(share)} of an article` : null;
}

/** Whether all texts of an outlet credit the source, a part of them, or none; if they are held. */
function creditedIn(between, outlet) {
  const { document: of, basis } = index.members;
  const named = between.flatMap(({ family }) => membersOf(family)
    .filter((n) => outletOf(of[n]) === outlet && (basis[n] ?? "date") !== "date")
    .map((n) => basis[n]));
  if (named.length === 0) return "source";
  const credited = named.filter((one) => one === "credit").length;
  return credited === named.length ? "credit" : credited > 0 ? "part" : "agency";
}

function flowRow({ flow, between }, most) {
  const href = between.length === 1 ? familyLink(between[0].family)
    : link("families", { outlet: flow.to, both: flow.from, kind: [flow.kind] });
  const later = flow.median_days === null ? "days unknown"
    : `${flow.families > 1 ? "median: " : ""}${daysText(Math.round(flow.median_days))}`;
  const basis = flow.basis === "source" ? creditedIn(between, flow.to) : flow.basis;
  const who = courseWords(name(flow.from), name(flow.to), basis);
  return flowItem(href, who, [familyCount(flow.families),
    wordsShared(flow.tokens), later, mostText(flow.largest_share), flow.kind,
    BASES_SAID[basis]], flow.tokens, most);
}

/** Why an order is unknown, in the few words that hold for several families. */
function openReason(docs) {
  const { seconds } = index.documents;
  if (docs.some((doc) => seconds[doc] === null)) return "dates missing";
  const days = new Set(docs.map((doc) => Math.floor(seconds[doc] / 86400)));
  return days.size === 1 ? "the same day" : "first unknown";
}

function openRow({ flow, between }, most) {
  const href = between.length === 1 ? familyLink(between[0].family)
    : link("families", { outlet: flow.to, both: flow.from, kind: [flow.kind] });
  const why = [...new Set(between.map(({ family }) => openReason(documentsOf(family))))];
  return flowItem(href, [name(flow.from), " · ", name(flow.to)], [familyCount(flow.families),
    wordsShared(flow.tokens), mostText(flow.largest_share),
    flow.kind, why.length > 0 ? why.join(" or ") : "order unknown"], flow.tokens, most);
}

function agencyRow({ giver, families, words, share, takers }, most) {
  const list = [...takers].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1));
  const named = list.slice(0, TAKERS).map(([one], n) => [n > 0 ? ", " : null, name(one)]);
  const rest = list.length - TAKERS;
  return flowItem(link("families", { giver: calledOf(giver), kind: ["wire"], sure: "yes" }),
    [name(calledOf(giver)), arrow(), named, rest > 0 ? ` and ${number(rest)} more` : null],
    [familyCount(families), wordsShared(words), mostText(share)], words, most);
}

/** How many dates are missing, where that matters. */
function datesNote() {
  const { without_date: undated, documents } = index.summary;
  if (undated === 0 || documents === 0) return null;
  const text = `${number(undated)} of ${count(documents, "document is", "documents are")} undated`;
  return 2 * undated > documents
    ? notice(`${text}, so who printed after whom is unknown for `,
      undated === documents ? "all of them." : "most of them.")
    : h("p", { class: "caption" }, `${text}; the order of these is unknown.`);
}

function flowNote() {
  const smaller = index.all_flows - index.flows.length;
  const about = index.kinds.includes("quotation") ? [" Quotations do not: they are among the ",
    h("a", { href: link("families", { kind: "quotation" }) }, "families"), "."] : null;
  return h("p", { class: "caption" }, "Only agency copy and reuse count whose kind is sure (",
    `${percent(SURE, 1)} or more).`, about, " An arrow: the text credits the source, or ",
    "it is the agency’s own article. “After”: only the dates say so. ",
    "Words and shares are of all passages that count. ",
    smaller > 0 ? `${count(smaller, "smaller flow is", "smaller flows are")} not ${PAGE.held}.`
      : null);
}
