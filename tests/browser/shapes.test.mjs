// Reports of every shape: two outlets and three hundred, no dates, one family, none, ten thousand.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browse, report, settled } from "./browser.mjs";

const BROKEN = /undefined|NaN|null|Infinity|cannot be shown/;
const ALL = "kind=boilerplate&kind=internal&kind=quotation&kind=reuse&kind=template&kind=wire";
const VIEWS = ["#/summary", "#/copies", `#/families?${ALL}`, "#/timeline", "#/outlets?" + ALL,
  `#/outlets?sure=all&${ALL}`, `#/network?sure=all&${ALL}`, "#/articles", "#/marked", "#/dossier",
  "#/search?text=lamp"];

let it;
const text = (selector) => it.page.textContent(selector);
const count = (selector) => it.page.locator(selector).count();

before(async () => { it = await browse({ viewport: { width: 1440, height: 900 } }); });
after(async () => {
  await it.close();
  assert.deepEqual(it.events, []);
});

/** A sentence of its own for each number. */
function sentence(n) {
  const word = (k) => "abcdefghij"[Math.floor(n / 10 ** k) % 10];
  return `the ${word(0)}${word(1)} keeper of lamp ${n} on the ${word(2)}${word(3)} quay wrote ` +
    `that boat ${n} had brought ${n + 3} barrels of oil and ${n + 5} coils of rope after dark`;
}

/** Documents that share sentences: of each pair [x, y] of outlets one. */
function records(pairs, more = {}) {
  return pairs.flatMap(([x, y], n) => [x, y].map((outlet, side) => ({
    id: `${n}${"ab"[side]}`, outlet, date: `2024-0${1 + side}-${String(1 + n % 28).padStart(2, "0")}`,
    text: `${outlet} ${n} opens in its own words ${n * 31 + side}. ${sentence(n)}. And closes so ` +
      `${n * 17 + side}.`, ...more,
  })));
}

async function everyView(file) {
  for (const view of VIEWS) {
    await it.open(file, view);
    assert.equal(await count("h1"), 1, view);
    assert.doesNotMatch(await text("main"), BROKEN, view);
    const wide = await it.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 1440, `${view} is ${wide} wide`);
  }
}

test("two outlets: an arc that can be read, and every view", async () => {
  const file = report("two", records([["Bay Herald", "Hill Post"], ["Bay Herald", "Hill Post"]]));
  await everyView(file);
  await it.open(file, `#/network?sure=all&${ALL}`);
  assert.equal(await count(".node"), 2);
  assert.equal(await count(".edge"), 1);
  const box = await it.page.locator(".network").boundingBox();
  assert.ok(box.height < 120, "no taller than its two rows");
});

test("an arc for each way where each outlet was later at times", async () => {
  const barrels = "the harbour master counted eleven empty barrels under the old stair before the " +
    "tide came in and wrote the number with chalk on the door of the shed";
  const wheel = "every teacher in the valley walked to the mill on Thursday because the only bus " +
    "had lost a wheel near the bridge and no driver would mend it in the rain";
  const article = (id, outlet, day, text) => ({ id, outlet, date: `2024-03-${day}`,
    text: `${outlet} begins article ${id} so. ${text}. And so it ends ${id}.` });
  await it.open(report("ways", [article("a", "Bay Herald", "01", barrels),
    article("b", "Hill Post", "02", barrels), article("c", "Hill Post", "03", wheel),
    article("d", "Bay Herald", "04", wheel)]), `#/network?sure=all&${ALL}`);
  const said = await it.page.$$eval(".edge title", (all) => all.map((one) =>
    one.textContent.replace(/[\u2066-\u2069]/g, "").replaceAll("\u00a0", " ")));
  assert.deepEqual(said.sort(), ["Bay Herald later than Hill Post: 1 of 2 families",
    "Hill Post later than Bay Herald: 1 of 2 families"]);
  const ways = await it.page.$$eval(".edge", (all) => all.map((one) => one.getAttribute("d")));
  assert.equal(new Set(ways).size, 2);
});

test("three hundred outlets: a row for each, and no name over another", async () => {
  const pairs = Array.from({ length: 300 }, (_, n) => [`Outlet ${n}`, `Outlet ${(n * 7 + 1) % 300}`])
    .filter(([x, y]) => x !== y);
  const file = report("many", records(pairs));
  await everyView(file);
  await it.open(file, `#/network?top=300&sure=all&${ALL}`);
  const places = await it.page.$$eval(".node-name", (all) => all.map((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return [top, bottom];
  }));
  assert.equal(places.length, 300);
  assert.ok(places.every(([top], n) => n === 0 || top >= places[n - 1][1]));
  await it.page.click(".node >> nth=5");
  await settled(it.page);
  assert.equal(await count(".node-chosen"), 1);
});

test("without dates the order is said to be unknown, and no row is empty", async () => {
  const list = records([["Bay Herald", "Hill Post"], ["Hill Post", "Town Crier"],
    ["Bay Herald", "Town Crier"]], { date: undefined });
  list[0].date = "2024-01-01";
  const file = report("undated", list);
  await everyView(file);
  await it.open(file);
  assert.match(await text(".flows"), /5 of 6\u00a0documents are undated/);
  const none = report("dateless", list.map(({ date, ...more }) => more));
  await it.open(none);
  assert.match(await text(".flows .notice"), /unknown for all of them/);
  await it.open(file, `#/families?${ALL}`);
  for (const who of await it.page.locator(".card-who").allTextContents()) {
    assert.doesNotMatch(who, /→| after /);
  }
});

test("one family, and none at all", async () => {
  const one = report("one", records([["Bay Herald", "Hill Post"]]));
  await everyView(one);
  await it.open(one, "");
  assert.match(await text("h1"), /Side by side/);
  const none = report("none", [{ id: "a", outlet: "x", text: "nothing" },
    { id: "b", outlet: "y", text: "else" }, { id: "c", outlet: "z", text: "here" }]);
  await everyView(none);
  await it.open(none);
  assert.match(await text("main"), /Nothing was found that documents share/);
});

/** Twenty words of its own for each number. */
function words(n) {
  let state = n + 1;
  return Array.from({ length: 20 }, () => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 374761393 >>> 0;
    return state.toString(36).replace(/\d/g, (digit) => "aeioulnrst"[digit]);
  }).join(" ");
}

test("ten thousand families: every view in two seconds", async () => {
  // Two documents each share ten passages of their own.
  const docs = Array.from({ length: 4200 }, (_, n) => ({
    id: `d${n}`, outlet: `Outlet ${n % 2 === 0 ? n % 50 : n % 47 + 100}`,
    date: `20${10 + n % 10}-0${1 + n % 9}-11`, title: `Headline ${n}`,
    text: Array.from({ length: 10 }, (_, k) =>
      `own ${words(1e6 + 10 * n + k)}. ${words(5 * (n - n % 2) + k)}.`).join("\n"),
  }));
  await it.open(report("tenthousand", docs), "#/families?" + ALL);
  const found = Number((await text("#results h2")).match(/of ([\d,]+)/)[1].replace(",", ""));
  assert.ok(found >= 10000, found);
  for (const view of VIEWS.slice(0, -1)) {
    const begin = performance.now();
    await it.go(view);
    const took = performance.now() - begin;
    console.log(`  ${view}: ${Math.round(took)} ms`);
    assert.ok(took < 2000, `${view}: ${took} ms`);
    assert.doesNotMatch(await text("main"), BROKEN, view);
  }
});
