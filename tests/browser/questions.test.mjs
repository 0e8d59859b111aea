// What a first-time reader asks of the report of 12,000 news articles, each in two clicks at most.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NEWS, WITH_NEWS, browse, news, settled } from "./browser.mjs";

const MOST = 2;

let it;
let file;
let clicks;
const text = (selector) => it.page.locator(selector).first().textContent();
async function click(selector) {
  clicks += 1;
  await it.page.locator(selector).first().click();
  await settled(it.page);
}
async function front() {
  clicks = 0;
  await it.open(file);
}

before(async () => {
  if (!NEWS) return;
  file = news();
  it = await browse({ viewport: { width: 1440, height: 900 } });
});
after(async () => {
  if (!NEWS) return;
  await it.close();
  assert.deepEqual(it.events, []);
});

test("who took most from whom", WITH_NEWS, async () => {
  await front();
  const flow = await text("#outlet-flows .flow");
  assert.match(flow, /Louisville Courier-Journal.*→.*USA TODAY/);
  assert.match(flow, /words.*\+1\u00a0day.*9\d\u00a0% of an article/);
  await click("#outlet-flows .flow-who");
  assert.match(await text(".card-who"), /Louisville Courier-Journal.*USA TODAY/);
  assert.ok(clicks <= MOST);
});

test("which article is nearly whole someone else's", WITH_NEWS, async () => {
  await front();
  assert.match(await text(".copy .card-who"), /USA TODAY.*9\d\u00a0% of the article/);
  await click(".copy .card-headline");
  const shares = await it.page.locator(".panel .meter-text").allTextContents();
  assert.ok(shares.every((share) => /^9\d|^100/.test(share)), shares.join());
  assert.ok(clicks <= MOST);
});

test("what did AP give", WITH_NEWS, async () => {
  await front();
  await click("#agency-flows .flow:has-text('Associated Press') .flow-who");
  const heading = await text("#results h2");
  const found = Number(heading.match(/^\d+/)[0]);
  assert.ok(found >= 20, heading);
  const cards = await it.page.locator("#results .card-who").allTextContents();
  assert.ok(cards.every((who) => who.startsWith("Associated Press ")), cards.join("\n"));
  assert.ok(clicks <= MOST);
});

test("what is one press release", WITH_NEWS, async () => {
  await front();
  await click("#statements ~ p a");
  assert.match(await text("#results h2"), /^\d+ of/);
  const words = (await it.page.locator("#results .card-meta").allTextContents())
    .map((meta) => Number(meta.match(/([\d,]+)\u00a0words/)[1].replace(",", "")));
  assert.ok(words.every((value, n) => value >= 50 && (n === 0 || value <= words[n - 1])), words);
  assert.ok(clicks <= MOST);
  await front();
  await click("#statements ~ .cards .side-link");
  const around = (await it.page.locator(".panel-text").allTextContents()).join("\n");
  assert.match(around, /press release|news release|statement/i, "a text calls it so");
  assert.ok(clicks <= MOST);
});

test("show me the two texts", WITH_NEWS, async () => {
  await front();
  await click(".copy .side-link");
  assert.equal(await it.page.locator(".panel").count(), 2);
  assert.equal(await it.page.locator(".lit.is-chosen").count() > 1, true, "open at the passage");
  assert.ok(clicks <= MOST);
});
