// The page of a server in Chromium: a text pasted and dropped, browsing, addresses, keys, texts of
// strangers.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PROGRAM, ROOT, browse, scratch, settled } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SAMPLE = readFileSync(join(ROOT, "examples/articles.jsonl"), "utf8").trim().split("\n")
  .map((line) => JSON.parse(line));
const STRANGE = "<img src=x onerror=alert(1)>\u202e<script>alert(2)</script>";
const SHARED = "the ferry line will not sail from the northern pier before the last of the seven " +
  "winter storms has passed and the harbor has been sounded again from end to end";
const HOSTILE = ["a", "b"].map((id) => ({ id: `${id}/${STRANGE}`, outlet: `${id} ${STRANGE}`,
  date: "2020-01-01", title: STRANGE, text: `${STRANGE} We learn that ${SHARED}. ${STRANGE}` }));
const DRAFT = "An opening of our own, which nobody has printed so far.\n\n" +
  `${SAMPLE[0].text.slice(0, 1500)}\n\nAn end of our own, of which the same is true.`;

let server;
let base;
let it;

/** Serves an index: the process, and where it answers. */
async function serve(path) {
  const started = spawn(PROGRAM, ["serve", path, "--listen", "localhost:0"]);
  const address = await new Promise((done, failed) => {
    let said = "";
    started.stderr.on("data", (data) => {
      said += data;
      const found = said.match(/open (http:\S+)/);
      if (found) done(found[1]);
    });
    started.on("exit", (code) => failed(new Error(`ended with ${code}: ${said}`)));
  });
  return [started, address];
}

async function stop(started) {
  const ended = new Promise((done) => started.on("exit", done));
  started.kill("SIGTERM");
  assert.equal(await ended, 0, "a request to stop ends it in order");
}

const records = scratch("serve.jsonl");

before(async () => {
  const path = scratch("serve.index");
  writeFileSync(records, [...SAMPLE, ...HOSTILE].map((one) => JSON.stringify(one) + "\n").join(""));
  execFileSync(PROGRAM, ["index", "create", path]);
  execFileSync(PROGRAM, ["index", "add", path, records, "--quiet"]);
  [server, base] = await serve(path);
  it = await browse();
});

after(async () => {
  await stop(server);
  const foreign = it.events.filter((event) => !event.startsWith(`request: ${base}`) &&
    !event.startsWith("request: data:,"));
  await it.close();
  assert.deepEqual(foreign, []);
});

const open = async (address) => {
  await it.page.goto("about:blank");
  await it.page.goto(base + address);
  await it.page.waitForSelector("html[data-ready]");
  await settled(it.page);
};
const title = () => it.page.textContent("h1");
const asked = async () => {
  await it.page.waitForSelector(".answer h1");
  await settled(it.page);
};

test("a pasted text shows who printed which passages, and both side by side", async () => {
  await open("#/ask");
  await it.page.fill("[name=draft]", DRAFT);
  await it.page.click(".ask-button");
  await asked();
  assert.match(await title(), /% of this is printed elsewhere/);
  const lit = (await it.page.$$eval(".answer-text .lit", (all) =>
    all.map((one) => one.textContent))).join("");
  assert.ok(lit.length > 1000 && !lit.includes("of our own"), lit.slice(0, 80));
  assert.ok((await it.page.textContent("#whose + ul")).includes(SAMPLE[0].outlet));
  assert.ok(await it.page.isVisible(".card-marks .flag >> text=most complete"));
  await it.page.click(".side-link");
  await it.page.waitForSelector(".compare-view");
  await settled(it.page);
  assert.equal(await it.page.locator(".panel").count(), 2);
  assert.ok(await it.page.locator(".panel .lit").count() >= 2);
  await it.page.goBack();
  await asked();
  await it.page.click(".answer-text .lit");
  await it.page.waitForSelector("#witnesses");
  assert.match(it.page.url(), /#\/family\?key=[0-9a-f]{16}&in=answer/);
  await it.page.reload();
  await it.page.waitForSelector("#witnesses");
});

test("a dropped file is asked about", async () => {
  await open("#/ask");
  const data = await it.page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "draft.txt", { type: "text/plain" }));
    return data;
  }, DRAFT);
  await it.page.dispatchEvent(".ask", "drop", { dataTransfer: data });
  await asked();
  assert.match(await title(), /% of this is printed elsewhere/);
});

test("of a dropped page the article is asked about, in the bytes of old files too", async () => {
  for (const [name, bytes] of [
    ["page.html", `<html><head><title>x</title></head><body><nav>menu</nav><p>` +
      `${SAMPLE[0].text.slice(0, 900)}</p><footer>foot</footer></body></html>`],
    ["one.json", JSON.stringify({ text: SAMPLE[0].text.slice(0, 900) })]]) {
    await open("#/ask");
    await it.page.setInputFiles("#draft-file", { name, mimeType: "", buffer: Buffer.from(bytes) });
    await asked();
    assert.match(await title(), /^(All|Over 99\u00a0%) of this/, name);
    const shown = await it.page.textContent(".answer-text");
    assert.doesNotMatch(shown, /menu|foot|<p>|"text"/, name);
  }
  await open("#/ask");
  await it.page.setInputFiles("#draft-file", { name: "old.txt", mimeType: "text/plain",
    buffer: Buffer.from("Die Br\u00fccke wurde gesperrt", "latin1") });
  await it.page.waitForFunction(() => document.querySelector("h1").textContent
    .startsWith("Nothing of this"));
  await it.page.click("text=Change the text");
  await settled(it.page);
  assert.equal(await it.page.inputValue("[name=draft]"), "Die Br\u00fccke wurde gesperrt");
  await it.page.setInputFiles("#draft-file", { name: "all.csv", mimeType: "text/csv",
    buffer: Buffer.from("a,b\n1,2\n") });
  await it.page.waitForFunction(() => /one document as JSON/.test(
    document.querySelector("form [role=status]").textContent));
});

test("an answer says what is sure and what is not, in words that add up", async () => {
  await open(`#/answer?id=${encodeURIComponent(SAMPLE[0].id)}`);
  await asked();
  const said = await it.page.locator("#what + ul .kind").allTextContents();
  assert.ok(said.length > 0);
  for (const one of said) assert.doesNotMatch(one, /reuse/, "unexplained, as the terminal says it");
  const parts = (await it.page.locator("#what + ul .meter-text").allTextContents())
    .map((text) => Number(text.match(/\d+/)[0]));
  const whole = (await title()).startsWith("All") ? 100 : Number((await title()).match(/\d+/)[0]);
  const sum = parts.reduce((x, y) => x + y, 0);
  assert.ok(Math.abs(sum - whole) <= parts.length, `${parts.join(" + ")} of ${whole}`);
});

test("a family says so where the server does not answer, and shows what it has", async () => {
  await open("#/families");
  await it.page.route("**/page/texts/**", (route) => route.abort());
  const events = it.events.length;
  await it.page.click(".card-text >> nth=0");
  await it.page.waitForSelector(".witnesses .notice");
  assert.match(await it.page.textContent(".witnesses"), /server does not answer/);
  assert.equal(await it.page.locator("[aria-busy]").count(), 0);
  assert.ok((await it.page.textContent(".passage")).length > 20);
  await it.page.unroute("**/page/texts/**");
  it.events.splice(events);
  await it.page.reload();
  await it.page.waitForSelector(".witness");
});

test("a text of our own is found nowhere, and an empty one is not asked about", async () => {
  await open("#/ask");
  await it.page.click(".tools >> text=Clear");
  await it.page.click(".ask-button");
  assert.match(await it.page.textContent("form [role=status]"), /no text yet/);
  await it.page.fill("[name=draft]", "Nobody has printed a word of this sentence before today.");
  await it.page.keyboard.press("Control+Enter");
  await it.page.waitForFunction(() => document.querySelector("h1").textContent
    .startsWith("Nothing of this"));
});

test("families are browsed and filtered, and an address opens the same again", async () => {
  await open("#/families");
  const all = await it.page.locator(".card").count();
  await it.page.fill("[name=text]", "ferry line will not sail");
  await settled(it.page, 400);
  const some = await it.page.locator(".card").count();
  assert.ok(some >= 1 && some < all, `${some} of ${all}`);
  await it.page.click(".card-text");
  await it.page.waitForSelector("#witnesses");
  const address = it.page.url();
  assert.match(address, /#\/family\?key=[0-9a-f]{16}/);
  const heading = await title();
  await open(address.slice(address.indexOf("#")));
  assert.equal(await title(), heading);
  await it.page.goto(`${base}#/outlets`);
  await settled(it.page, 300);
  await it.page.goBack();
  await it.page.waitForSelector("#witnesses");
  assert.equal(await title(), heading);
});

test("an answer about a document of the index has an address", async () => {
  await open(`#/answer?id=${encodeURIComponent(SAMPLE[0].id)}`);
  await asked();
  assert.match(await title(), /printed elsewhere/);
  assert.match(await it.page.textContent(".side"), /from \d+ [A-Z]\w+ \d{4}/, "one form of dates");
  await it.page.click(".side-link");
  await it.page.waitForSelector(".compare-view");
  await it.page.reload();
  await it.page.waitForSelector(".compare-view");
});

test("an answer about a pasted text has an address that opens in another browser", async () => {
  await open("#/ask");
  await it.page.fill("[name=draft]", DRAFT.slice(0, 1500));
  await it.page.click(".ask-button");
  await asked();
  const heading = await title();
  const address = await it.page.getAttribute(".shared-link", "href");
  const other = await browse();
  await other.page.goto(base + address);
  await other.page.waitForSelector(".answer h1");
  assert.equal(await other.page.textContent("h1"), heading);
  await other.page.goto("about:blank");
  await other.page.goto(base + address.slice(0, -40));
  await other.page.waitForSelector("html[data-ready]");
  assert.match(await other.page.textContent("main"), /address holds no whole text/);
  await other.close();
  const words = Array.from({ length: 9000 }, (_, n) => Math.imul(n + 7, 2654435761).toString(36));
  await open("#/ask");
  await it.page.fill("[name=draft]", words.join(" "));
  await it.page.click(".ask-button");
  await it.page.waitForFunction(() => document.querySelector("h1").textContent
    .startsWith("Nothing of this"));
  assert.match(await it.page.textContent("main"), /passage of 15\swords or more/);
  assert.match(await it.page.textContent("main"), /too long for an address/);
});

test("flows are listed as the interface has them, and filtered", async () => {
  const of = async (query) => (await (await fetch(`${base}api/flows?${query}`)).json());
  const all = await of("count=200");
  assert.ok(all.total > 1, JSON.stringify(all).slice(0, 200));
  await open("#/flows");
  assert.equal(await it.page.locator("#all-flows .flow").count(), Math.min(50, all.total));
  const [{ to }] = all.flows;
  await it.page.selectOption("[name=to]", to);
  const some = (await of(`to=${encodeURIComponent(to)}`)).total;
  await it.page.waitForFunction((count) =>
    document.querySelectorAll("#all-flows .flow").length === count, some);
  assert.match(it.page.url(), /#\/flows\?to=/);
  await it.page.reload();
  await it.page.waitForSelector("#all-flows");
  assert.equal(await it.page.locator("#all-flows .flow").count(), some);
});

test("strangers' texts are text", async () => {
  await open(`#/answer?id=${encodeURIComponent(HOSTILE[0].id)}`);
  await asked();
  const shown = await it.page.textContent("main");
  assert.ok(shown.includes("<img src=x onerror=alert(1)>"), shown.slice(0, 300));
  assert.equal(await it.page.locator("main img, main script").count(), 0);
  assert.ok(!shown.includes("\u202e"));
  await open("#/ask");
  await it.page.fill("[name=draft]", HOSTILE[1].text);
  await it.page.click(".ask-button");
  await asked();
  assert.equal(await it.page.locator("main img, main script").count(), 0);
});

test("by keys alone from the text to both side by side", async () => {
  await open("#/ask");
  await it.page.focus("[name=draft]");
  await it.page.keyboard.insertText(DRAFT);
  await it.page.keyboard.press("Control+Enter");
  await asked();
  assert.equal(await it.page.evaluate(() => document.activeElement.tagName), "H1");
  for (let n = 0; n < 80; n += 1) {
    await it.page.keyboard.press("Tab");
    const stop = await it.page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return { text: document.activeElement.textContent, outline: style.outlineStyle };
    });
    assert.notEqual(stop.outline, "none", stop.text.slice(0, 60));
    if (stop.text === "Side by side") break;
  }
  await it.page.keyboard.press("Enter");
  await it.page.waitForSelector(".compare-view");
});

test("axe finds nothing in question and answer, in both themes and on a phone", async () => {
  for (const [colorScheme, width] of [["light", 1440], ["dark", 1440], ["light", 390],
    ["dark", 390]]) {
    const own = await browse({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true,
      reducedMotion: "reduce" });
    for (const view of ["#/ask", "#/flows", `#/answer?id=${encodeURIComponent(SAMPLE[0].id)}`]) {
      await own.page.goto("about:blank");
      await own.page.goto(base + view);
      await own.page.waitForSelector("html[data-ready]");
      await own.page.evaluate(AXE);
      const found = await own.page.evaluate((values) =>
        window.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
      assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`), [], view);
      const wide = await own.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${view} is ${wide} wide`);
    }
    await own.close();
  }
});

test("an address of no view says so, and leads back", async () => {
  for (const view of ["nowhere", "constructor", "__proto__", "<b>x"]) {
    await open(`#/${encodeURIComponent(view)}?n=3`);
    assert.equal(await title(), "There is nothing at this address", view);
    assert.equal(await it.page.locator("nav [aria-current]").count(), 0, view);
  }
  await it.page.click("main .notice a");
  await it.page.waitForSelector("[name=draft]");
  await open("");
  assert.equal(await title(), "Who printed this?");
});

test("an index without texts has no entries that lead nowhere", async () => {
  const path = scratch("bare.index");
  execFileSync(PROGRAM, ["index", "create", path, "--no-text"]);
  execFileSync(PROGRAM, ["index", "add", path, records, "--quiet"]);
  const [bare, address] = await serve(path);
  const other = await browse();
  const { page } = other;
  await page.goto(address);
  await page.waitForSelector("html[data-ready]");
  assert.deepEqual(await page.locator("#views a").allTextContents(), ["Ask"]);
  assert.equal(await page.locator("#tools input").count(), 0);
  await page.fill("[name=draft]", DRAFT);
  await page.click(".ask-button");
  await page.waitForSelector(".answer h1");
  assert.match(await page.textContent("main"), /keeps no texts/);
  await page.goto(`${address}#/families`);
  await page.waitForFunction(() =>
    document.querySelector("h1").textContent === "This cannot be shown");
  assert.match(await page.textContent("main"), /keeps no texts/);
  await other.close();
  await stop(bare);
});
