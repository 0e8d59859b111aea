// Clicking and typing through the report of the bundled sample.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { VIEWS, browse, report, sample, settled } from "./browser.mjs";

// What a view shows when something went wrong in it.
const BROKEN = /undefined|NaN|null|cannot be shown/;

let it;
const texts = (selector) => it.page.locator(selector).allTextContents();
const count = (selector) => it.page.locator(selector).count();
// The middle of the second line of an inline element: where a reader would point.
const point = (selector) => it.page.$eval(selector, (one) => {
  const lines = [...one.getClientRects()];
  const { x, y, width, height } = lines[Math.min(1, lines.length - 1)];
  return [x + width / 2, y + height / 2];
});
const hash = () => it.page.evaluate(() => decodeURIComponent(location.hash));

before(async () => { it = await browse(); });
after(async () => {
  await it.close();
  assert.deepEqual(it.events, [], "no message, error, dialog, request or window in the whole run");
});

test("every view opens with a heading, a title and no message", async () => {
  for (const view of VIEWS) {
    await it.open(sample(), view);
    assert.equal(await count("h1"), 1, view);
    assert.match(await it.page.title(), /· wirecopy report$/);
    assert.doesNotMatch(await it.page.textContent("main"), BROKEN, view);
    assert.equal(await count(".masthead nav [aria-current=page]"), 1, view);
  }
  assert.deepEqual(it.events, []);
});

test("an address of no view says so, and leads to the summary", async () => {
  await it.open(sample(), "#/nowhere");
  assert.equal(await it.page.textContent("h1"), "There is nothing at this address");
  await it.page.click("main .notice a");
  await it.page.waitForFunction(() => location.hash === "#/summary");
  await settled(it.page);
  assert.equal(await count(".masthead nav [aria-current=page]"), 1);
});

test("summary leads to a family", async () => {
  await it.open(sample());
  assert.deepEqual(await texts(".figure dd"), ["4", "15", "11", "14", "6", "16\u00a0KiB"]);
  await it.page.click(".card-text >> nth=0");
  await settled(it.page);
  assert.match(await hash(), /^#\/family\?n=\d+/);
  assert.equal(await it.page.evaluate(() => document.activeElement.tagName), "H1");
  await it.page.goBack();
  await settled(it.page);
  assert.match(await texts("h1").then((all) => all[0]), /What was copied/);
});

test("the figure of all families leads to all of them", async () => {
  await it.open(sample());
  const [all] = await texts(".figure dd");
  await it.page.click(".figure a >> nth=0");
  await settled(it.page);
  assert.match((await texts("#results h2"))[0], new RegExp(`^${all} of ${all}`));
});

test("back returns to where the reader was, and so does forward", async () => {
  await it.open(sample());
  const top = () => it.page.evaluate(() => Math.round(scrollY));
  await it.page.evaluate(() => scrollTo(0, 400));
  const left = await top();
  assert.ok(left > 0);
  await it.page.$eval(".card-text", (one) => one.click());
  await settled(it.page, 100);
  assert.equal(await top(), 0, "a new view opens at its top");
  await it.page.evaluate(() => scrollTo(0, 250));
  await it.page.waitForTimeout(300);
  await it.page.goBack();
  await settled(it.page, 100);
  assert.equal(await top(), left);
  await it.page.goForward();
  await settled(it.page, 100);
  assert.equal(await top(), 250);
});

test("a key leads to its family", async () => {
  await it.open(sample(), "#/families");
  const key = await it.page.getAttribute("#results .card >> nth=1", "data-key");
  await it.page.click("#results .card-text >> nth=1");
  await settled(it.page);
  const heading = (await texts("h1"))[0];
  await it.open(sample(), `#/family?key=${key}`);
  assert.equal((await texts("h1"))[0], heading);
  for (const address of ["#/family?key=deadbeefdeadbeef", "#/family"]) {
    await it.open(sample(), address);
    assert.equal((await texts("h1"))[0], "Not in this report");
  }
});

test("families are filtered by text, outlet, kind, size and date, and sorted", async () => {
  await it.open(sample(), "#/families");
  const shown = async () => {
    await it.page.waitForTimeout(250);
    return (await texts("#results .label")).map((text) => text.replace("\u00a0", " "));
  };
  assert.deepEqual((await shown()).sort(), ["No. 1", "No. 2", "No. 3"]);
  await it.page.check("[name=kind][value=boilerplate]");
  assert.deepEqual((await shown()).sort(), ["No. 1", "No. 2", "No. 3", "No. 4"]);
  await it.page.fill("[name=text]", "TILLERSON");
  assert.deepEqual(await shown(), ["No. 3"]);
  assert.deepEqual(await texts("#results mark"), ["Tillerson"]);
  await it.page.fill("[name=text]", "no such words");
  assert.deepEqual(await shown(), []);
  assert.match(await it.page.textContent("#status"), /No family passes/);
  await it.page.fill("[name=text]", "");
  await it.page.selectOption("[name=outlet]", "prairie-post");
  assert.deepEqual((await shown()).sort(), ["No. 1", "No. 3"]);
  await it.page.selectOption("[name=after]", "capital-ledger");
  assert.deepEqual((await shown()).sort(), ["No. 1", "No. 3"]);
  await it.page.selectOption("[name=after]", "the-meridian");
  assert.deepEqual(await shown(), ["No. 3"]);
  await it.page.selectOption("[name=outlet]", "");
  await it.page.fill("[name=size]", "4");
  assert.deepEqual(await shown(), ["No. 1"]);
  await it.page.fill("[name=size]", "");
  await it.page.fill("[name=to]", "2017-09-24");
  assert.deepEqual((await shown()).sort(), ["No. 2"]);
  await it.page.fill("[name=to]", "");
  await it.page.selectOption("[name=sort]", "length");
  assert.deepEqual(await shown(), ["No. 2", "No. 1", "No. 4", "No. 3"]);
  await it.page.selectOption("[name=sort]", "first");
  assert.deepEqual(await shown(), ["No. 2", "No. 1", "No. 4", "No. 3"]);
});

test("the address holds the filter", async () => {
  await it.open(sample(), "#/families");
  await it.page.fill("[name=text]", "crane");
  await it.page.selectOption("[name=sort]", "size");
  await it.page.waitForTimeout(250);
  const address = await hash();
  assert.equal(address, "#/families?text=crane&sort=size");
  const before = await texts("#results .label");
  await it.open(sample(), address);
  assert.deepEqual(await texts("#results .label"), before);
  assert.equal(await it.page.inputValue("[name=text]"), "crane");
  await it.page.click("text=Clear the filter");
  await settled(it.page);
  assert.equal(await it.page.inputValue("[name=text]"), "");
});

test("a family shows every witness and marks what differs", async () => {
  await it.open(sample(), "#/family?n=0&mode=full");
  assert.deepEqual(await texts(".witness-who strong"),
    ["northwire", "harbor-courier", "capital-ledger", "prairie-post", "city-desk"]);
  assert.deepEqual(await texts(".witness ins"),
    ["Fourteen", "parted", "warned", "Two tug crews were sent home for the day"]);
  assert.deepEqual(await texts(".witness del"), ["Eleven", "snapped", "told",
    "who last examined the crane in March, test its remaining cables"]);
  await it.page.check("[name=mode][value=changes]");
  await settled(it.page);
  assert.match((await texts(".same"))[0], /Word for word/);
  assert.equal(await count(".holder"), 5);
  await it.page.check("[name=mode][value=table]");
  await settled(it.page);
  assert.deepEqual(await texts(".readings .other"), ["parted",
    "Two tug crews were sent home for the day", "Fourteen", "warned", "nothing"]);
  assert.match(await hash(), /mode=table/);
  await it.page.selectOption("[name=base]", { label: "capital-ledger, 28 Sept 2017" });
  await settled(it.page);
  assert.match(await hash(), /base=capital-ledger\/port-insurers.txt/);
  assert.match(await it.page.textContent(".passage"), /Quay parted shortly/);
});

test("a time line has a dot for each dated witness, the first marked", async () => {
  await it.open(sample(), "#/family?n=0");
  assert.equal(await count(".lanes .dot"), 5);
  assert.equal(await count(".lanes .dot-first"), 1);
  const places = await it.page.$$eval(".lanes .dot", (dots) =>
    dots.map((dot) => parseFloat(dot.style.getPropertyValue("--at"))));
  assert.deepEqual(places, [...places].sort((x, y) => x - y), "in order of date");
  await it.page.click(".lanes a >> nth=1");
  await settled(it.page);
  assert.match(await hash(), /^#\/article\?id=harbor-courier\/crane-failure.txt/);
});

test("side by side: passages are lit in both, linked by pointer and click", async () => {
  await it.open(sample(),
    "#/compare?a=northwire%2Fsaltmarsh-crane.txt&b=city-desk%2Fcrane-explainer.txt");
  assert.equal(await count(".panel"), 2);
  const lit = (side) => it.page.$$eval(`.panel[data-side=${side}] .lit`, (all) =>
    all.map((one) => one.lastChild && one.textContent.replace(/^passage \d+: /, "")).join(""));
  assert.match(await lit("a"), /^A cable on the Number Four .* remaining cables$/);
  assert.match(await lit("b"), /was hurt\. Two tug crews were sent home for the day\. Eleven/);
  assert.deepEqual(await texts(".panel[data-side=b] .edit"),
    ["Two tug crews were sent home for the day"]);
  assert.deepEqual(await texts(".panel[data-side=a] .edit"), []);
  for (const text of await texts(".panel .meter-text")) {
    assert.match(text, /^\d+\u00a0% of this text is shared/);
  }
  await it.page.mouse.move(...await point(".panel[data-side=a] .lit"));
  assert.ok(await count(".panel[data-side=b] .lit.is-linked") > 0, "the twin lights up");
  await it.page.mouse.move(2, 2);
  assert.equal(await count(".lit.is-linked"), 0);
  await it.page.mouse.click(...await point(".panel[data-side=b] .lit"));
  assert.ok(await count(".panel[data-side=a] .lit.is-chosen") > 0);
  assert.match(await hash(), /at=1/);
  assert.match(await it.page.textContent("#chosen"),
    /Passage 1 of 1, \d+\u00a0% of \d+ words alike/);
  await it.page.uncheck("[name=edits]");
  await settled(it.page);
  assert.equal(await count(".edit"), 0);
  await it.page.click("text=Swap sides");
  await settled(it.page);
  assert.match((await texts(".panel h2"))[0], /Why is the port closed/);
});

test("shares and places are those of the records", async () => {
  const quote = "the bell of the old customs house rang nine times although its clock had " +
    "stopped at a quarter past four on the day the harbor froze";
  const page = report("places", [
    { id: "a", outlet: "x", date: "2024-01-01", text: `\ufeff\u{1f426} e\u0301 ${quote}.` },
    { id: "b", outlet: "y", date: "2024-01-02", text: `\u{10348}${"\u00e4".repeat(50)} ${quote}` },
  ]);
  await it.open(page, "#/compare?a=a&b=b");
  for (const side of ["a", "b"]) {
    const lit = await texts(`.panel[data-side=${side}] .lit`);
    assert.equal(lit.join("").replace("passage 1: ", ""), quote, `side ${side}`);
  }
  await it.open(page, "#/family?n=0");
  assert.equal(await it.page.textContent(".passage"), quote);
});

test("text runs in its own direction, whatever is next to it", async () => {
  const quote = "אחת שתיים שלוש ארבע חמש שש שבע שמונה תשע עשר אחת עשרה שתים עשרה שלוש עשרה " +
    "ארבע עשרה";
  const page = report("rtl", [
    { id: "a", outlet: "x", title: "כותרת", text: `${quote}.` },
    { id: "b", outlet: "y", title: "title", text: `English first.\n${quote}` },
  ]);
  await it.open(page, "#/compare?a=a&b=b");
  const [right, left] = await it.page.$$eval(".panel-text", (all) => all.map((one) => {
    const box = one.getBoundingClientRect();
    const lit = one.querySelector(".lit").getClientRects();
    const last = lit[lit.length - 1];
    return { toRight: box.right - last.right < last.left - box.left, words: lit.length };
  }));
  assert.ok(right.toRight, "a passage that opens the text");
  assert.ok(left.toRight, "a passage in a paragraph of its own");
});

test("very many outlets are chosen by typing", async () => {
  const quote = "the night porter of the lower station wrote down every lantern that he had lent " +
    "and to whom and when it came back";
  const records = Array.from({ length: 1600 }, (_, n) => ({
    id: `d${n}`, outlet: `outlet ${n}`, date: `2024-01-${String(1 + n % 28).padStart(2, "0")}`,
    text: `In number ${n} of ${n * 7} we read that ${quote}.`,
  }));
  await it.open(report("outlets", records), "#/families?kind=boilerplate&kind=internal" +
    "&kind=quotation&kind=reuse&kind=template&kind=wire");
  await it.page.fill("[name=outlet]", "outlet 77");
  await it.page.press("[name=outlet]", "Enter");
  await settled(it.page, 250);
  assert.match(await hash(), /outlet=outlet\+77/);
  assert.equal(await count("#results .card"), 1);
  await it.page.fill("[name=outlet]", "nobody");
  await it.page.press("[name=outlet]", "Tab");
  await settled(it.page, 250);
  assert.equal(await count("#results .card"), 0);
});

test("the matrix counts who prints after whom, and leads to the families", async () => {
  await it.open(sample(), "#/outlets");
  const cell = (row, column) => it.page.getAttribute(
    `.matrix [aria-label^="${row} after ${column}:"]`, "aria-label");
  assert.match(await cell("prairie-post", "capital-ledger"), /: 1\. The other way: 0$/);
  // Quotations count on demand.
  await it.page.check("[name=kind][value=quotation]");
  await settled(it.page);
  assert.match(await cell("prairie-post", "capital-ledger"), /: 2\. The other way: 0$/);
  assert.match(await cell("capital-ledger", "prairie-post"), /: 0\. The other way: 2$/);
  const sum = await it.page.$$eval(".matrix td a", (all) =>
    all.reduce((total, one) => total + Number(one.textContent), 0));
  // Ten ordered pairs of the crane, three of the tweet, one of the keeper.
  assert.equal(sum, 14);
  await it.page.check("[name=unsure]");
  await settled(it.page);
  assert.match(await cell("the-meridian", "harbor-courier"), /: 1\./);
  await it.page.click(`.matrix [aria-label^="prairie-post after capital-ledger:"]`);
  await settled(it.page);
  assert.match(await texts("#results h2").then((all) => all[0]), /^2 of/);
});

test("the network leads to the lines of one outlet", async () => {
  await it.open(sample(), "#/network");
  assert.equal(await count(".node"), 6);
  const edges = await count(".edge");
  await it.page.click(".node:has-text('northwire')");
  await settled(it.page);
  assert.match(await hash(), /outlet=northwire/);
  assert.equal(await count(".node-chosen"), 1);
  assert.ok(await count(".edge") < edges);
  assert.equal(await count(".edge"), 4);
});

test("articles are found and shown with whom they share", async () => {
  await it.open(sample(), "#/articles");
  assert.equal(await count("#results .card"), 11);
  await it.page.fill("[name=text]", "grain");
  await settled(it.page, 250);
  assert.equal(await count("#results .card"), 1);
  await it.page.click("#results .card-title");
  await settled(it.page);
  assert.equal(await count(".partners >> nth=0 >> li"), 4);
  await it.page.click(".partners a >> nth=0");
  await settled(it.page);
  assert.equal(await count(".panel"), 2);
});

test("what the file leaves out is named", async () => {
  await it.open(sample(), "#/family?n=999");
  assert.match(await it.page.textContent("main"), /There is no family 999 in this file/);
  await it.open(sample(), "#/compare?a=nobody&b=nothing");
  assert.match(await it.page.textContent("main"), /There is no article nobody/);
});

test("a very long article is there with its passages", async () => {
  const line = (n) => `filler ${n} ${(n * 7919) % 10007} word${n} `;
  const filler = Array.from({ length: 60000 }, (_, n) => line(n)).join("");
  const quote = "forty baskets of plums went over the side before the ferry righted itself and " +
    "the captain went on reading his newspaper to the end";
  const page = report("long", [
    { id: "long", outlet: "x", date: "2024-01-01", text: `${filler}${quote}. ${filler.slice(9)}` },
    { id: "short", outlet: "y", date: "2024-01-02", text: `He wrote: ${quote}` },
  ], "--scope", "outlets");
  await it.open(page, "#/compare?a=long&b=short");
  assert.match(await it.page.textContent(".panel[data-side=a] .panel-text"), /not in this file/);
  const lit = await texts(".panel[data-side=a] .lit");
  assert.equal(lit.join("").replace("passage 1: ", ""), quote);
  await it.open(page);
  assert.match(await it.page.textContent("main"), /Of 1\u00a0article only the shared passages/);
});

test("views say when there are no results, outlets or dates", async () => {
  const page = report("bare", [
    { id: "a", text: "one two three four five six seven eight nine ten eleven twelve thirteen " +
      "fourteen fifteen sixteen seventeen" },
    { id: "b", text: "zero one two three four five six seven eight nine ten eleven twelve " +
      "thirteen fourteen fifteen sixteen seventeen" },
  ]);
  for (const view of ["#/summary", "#/families", "#/family?n=0", "#/timeline", "#/articles"]) {
    await it.open(page, view);
    assert.doesNotMatch(await it.page.textContent("main"), BROKEN, view);
  }
  assert.equal(await count(".masthead nav a"), 6, "no matrix and no network without outlets");
  const empty = report("empty", [{ id: "a", text: "nothing" }, { id: "b", text: "else" }]);
  await it.open(empty);
  assert.match(await it.page.textContent("main"), /Nothing was found that documents share/);
  assert.equal(await count(".flows, .cards, #leading"), 0, "and nothing says so once more");
});

test("without a script the page says what is missing", async () => {
  const plain = await browse({ javaScriptEnabled: false });
  const { pathToFileURL } = await import("node:url");
  await plain.page.goto(pathToFileURL(sample()).href);
  assert.match(await plain.page.textContent("noscript"), /drawn by a script/);
  await plain.close();
});

test("a file that is cut off says so", async () => {
  const { readFileSync, writeFileSync } = await import("node:fs");
  const { scratch } = await import("./browser.mjs");
  const whole = readFileSync(sample(), "utf8");
  const at = whole.indexOf("id=\"index\">") + 2000;
  const end = whole.indexOf("</script>", at);
  writeFileSync(scratch("cut.html"), whole.slice(0, at) + whole.slice(end));
  const { pathToFileURL } = await import("node:url");
  const cut = await browse();
  await cut.page.goto(pathToFileURL(scratch("cut.html")).href);
  await cut.page.waitForFunction(() => /cannot be read/.test(document.body.textContent));
  await cut.close();
});
