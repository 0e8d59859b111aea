// Who had a family and who had it later, by the functions of the page over data made here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./browser.mjs";

const source = ["dom", "english", "model", "kinds", "words", "cards", "summary", "flows", "copies"]
  .map((name) => readFileSync(join(ROOT, `src/output/html/script/${name}.js`), "utf8")).join("\n");
globalThis.document = { readyState: "complete" };
const page = new Function(`${source}
  return { courseOf, giverOf, calledOf, orderUnknown, documentsOf, outletFlows, agencyFlows,
    titleOf,
    take(data) {
      index = data;
      derived = nothingDerived();
      const { document: of } = index.members;
      derived.firstMember = Uint32Array.from([0, ...index.families.members.map((_, n) =>
        index.families.members.slice(0, n + 1).reduce((x, y) => x + y, 0))]);
      derived.membersOf = index.documents.id.map((_, doc) => [...of.keys()]
        .filter((n) => of[n] === doc));
    } };`)();

const AGENCIES = { Reuters: "Reuters", "Associated Press": "AP", "AP Fact Check": "AP" };

/**
 * Makes the data of families the page's: each is {kind, credit, first, docs}, a document
 * [outlet, day or null, number of the one it was taken from]. Members are 100 of 200 units.
 */
function take(families, flows = []) {
  const docs = families.flatMap((one) => one.docs);
  const outlets = [...new Set(docs.map(([outlet]) => outlet))].sort();
  const starts = families.map((_, n) =>
    families.slice(0, n).reduce((sum, one) => sum + one.docs.length, 0));
  const of = (value) => docs.map(() => value);
  page.take({
    outlets, agencies: outlets.map((outlet) => AGENCIES[outlet] ?? null), flows,
    kinds: ["reuse", "wire"], summary: { families: families.length, documents: docs.length },
    documents: {
      id: docs.map((_, n) => `d${n}`), title: docs.map(([, , , title]) => title ?? null),
      outlet: docs.map(([outlet]) => outlets.indexOf(outlet)), day_only: of(1), units: of(200),
      seconds: docs.map(([, day]) => (day === null ? null : 86400 * (19000 + day))),
    },
    families: {
      kind: families.map(({ kind }) => (kind === "reuse" ? 0 : 1)), sure: families.map(() => 0.9),
      why: families.map(({ credit }) => (credit ? [`credit ${credit}`] : [])),
      first: families.map(({ first }, n) => (first === undefined ? -1 : starts[n] + first)),
      tokens: families.map(() => 100), size: families.map((one) => one.docs.length),
      members: families.map((one) => one.docs.length), text: families.map(() => ""),
    },
    members: {
      document: docs.map((_, n) => n), start: of(0), end: of(100),
      source: families.flatMap((one, n) => one.docs.map(([, , from]) =>
        (from === undefined || from === null ? -1 : starts[n] + from))),
      basis: families.flatMap((one) => one.docs.map(() => one.basis ?? "credit")),
    },
  });
}

/** {lead, others, rest, basis, days} of the first family, with names for documents. */
function course() {
  const { lead, others, rest, basis, days } = page.courseOf(0);
  const names = (list) => list.map((doc) => page.titleOf(doc));
  return { lead, others: names(others), rest: names(rest), basis, days };
}

test("an agency that the record names goes before a credit without a name", () => {
  take([{ kind: "wire", credit: "agencies 1.00",
    docs: [["Reuters", 1], ["Hill Post", 1, 0, "Hill"]] }]);
  assert.equal(page.giverOf(0), "Reuters");
  assert.deepEqual(course(), { lead: "Reuters", others: ["Hill"], rest: [], basis: "credit",
    days: 0 });
  take([{ kind: "wire", credit: "agencies 0.50", docs: [["Bay Herald", 1], ["Hill Post", 1]] }]);
  assert.equal(page.giverOf(0), "agencies");
});

test("an agency whose article is later is credited only where another house says so", () => {
  const docs = [["Bay Herald", 1, null, "Bay"], ["Reuters", 3, null, "Agency"]];
  take([{ kind: "wire", credit: "Reuters 0.50", first: 0, docs }]);
  assert.equal(page.giverOf(0), null);
  assert.equal(course().lead, null, "no agency is later by a date alone");
  assert.match(page.orderUnknown(page.documentsOf(0)), /an agency’s date may be late/);
  take([{ kind: "wire", credit: "Reuters 1.00", first: 0, docs }]);
  assert.deepEqual(course(), { lead: "Reuters", others: ["Bay"], rest: [], basis: "credit",
    days: null });
});

test("what the record names is apart from what dates alone say", () => {
  const docs = [["Bay Herald", 1, null, "Bay"], ["Hill Post", 2, 0, "Hill"],
    ["Town Crier", 4, null, "Town"]];
  take([{ kind: "reuse", first: 0, docs }]);
  assert.deepEqual(course(), { lead: "Bay Herald", others: ["Hill"], rest: ["Town"],
    basis: "credit", days: 1 });
  take([{ kind: "reuse", first: 0, docs, basis: "date" }]);
  assert.deepEqual(course(), { lead: "Bay Herald", others: ["Hill", "Town"], rest: [],
    basis: "date", days: 1 }, "a source that only dates name is said as dates are");
  take([{ kind: "wire", credit: "AP 0.50", first: 0,
    docs: [["Associated Press", 1, null, "Own"], ["Hill Post", 1, 0, "Hill"]] }]);
  assert.equal(course().basis, "agency");
  take([{ kind: "reuse", first: 0, docs: [["Bay Herald", 1, null, "Bay"],
    ["Hill Post", 2, null, "Hill"], ["Town Crier", 4, 1, "Town"]] }]);
  assert.equal(course().basis, "date", "a source that is not the first names not the first");
});

test("a pair that printed the copy of an agency is no flow, and agencies take nothing", () => {
  const flow = { from: "Bay Herald", to: "Hill Post", basis: "source", kind: "wire", families: 1,
    documents: 1, tokens: 100, median_days: 1, largest_share: 0.5 };
  const bought = { kind: "wire", credit: "AP 0.50", first: 0,
    docs: [["Bay Herald", 1], ["Hill Post", 2, 0]] };
  take([bought], [flow]);
  assert.deepEqual(page.outletFlows(), { known: [], open: [], bought: 1 });
  assert.deepEqual(page.agencyFlows().map((one) => [one.giver, [...one.takers.keys()]]),
    [["AP", ["Bay Herald", "Hill Post"]]]);
  take([bought, { kind: "wire", credit: "Bay Herald 0.50", first: 0, docs: bought.docs }], [
    { ...flow, families: 2, tokens: 200 }]);
  const [{ flow: left }] = page.outletFlows().known;
  assert.deepEqual([left.families, left.tokens, left.largest_share], [1, 100, 0.5]);
  take([{ kind: "wire", credit: "agencies 1.00", docs: [["Reuters", 1], ["Hill Post", 1, 0],
    ["Associated Press", 1]] }]);
  assert.deepEqual(page.agencyFlows().map((one) => [...one.takers.keys()]), [["Hill Post"]]);
});

test("an agency has one name: that of its outlet with most articles", () => {
  take([{ kind: "wire", credit: "AP 1.00", docs: [["AP Fact Check", 1], ["Associated Press", 1],
    ["Associated Press", 1], ["Hill Post", 1]] }]);
  assert.equal(page.calledOf("AP"), "Associated Press");
  assert.equal(page.calledOf("dpa"), "dpa");
});

test("an unknown order is the same day only where all are of one", () => {
  const said = (...days) => {
    take([{ kind: "reuse", docs: days.map((day, n) => [`Outlet ${n}`, day]) }]);
    return page.orderUnknown(page.documentsOf(0));
  };
  assert.equal(said(1, 1), "order unknown: the same day");
  assert.equal(said(1, 1, 33), "first unknown: 2 on the same day");
  assert.equal(said(null, 1), "order unknown: 1 of 2 undated");
  assert.equal(said(null, null), "order unknown: no dates");
});

test("what has a blank title goes by its id", () => {
  take([{ kind: "reuse", docs: [["Bay Herald", 1, null, "  \u00ad\n"], ["Hill Post", 1]] }]);
  assert.equal(page.titleOf(0), "d0");
});
