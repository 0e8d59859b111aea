// The report of 12,000 news articles: how large, how fast, how quiet.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { WITH_NEWS, browse, news, settled } from "./browser.mjs";

test("opens in less than two seconds and stays usable", WITH_NEWS, async () => {
  const file = news();
  const mib = statSync(file).size / 2 ** 20;
  const it = await browse();
  const times = [];
  for (let n = 0; n < 3; n += 1) {
    await it.page.goto("about:blank");
    const begin = performance.now();
    await it.page.goto(pathToFileURL(file).href, { waitUntil: "commit" });
    await it.page.waitForSelector("html[data-ready]");
    times.push(performance.now() - begin);
  }
  const best = Math.min(...times);
  const ready = times.map(Math.round).join(", ");
  console.log(`news_dev: ${mib.toFixed(1)} MiB, ready after ${ready} ms`);
  assert.ok(mib <= 40, `${mib} MiB`);
  assert.ok(best < 2000, `${best} ms`);
  const first = await it.page.evaluate(() => document.querySelector(".card-text").hash);
  for (const [view, wanted] of [["#/families?sort=size&kind=boilerplate", ".card"],
    ["#/timeline", ".track"], ["#/outlets?top=50", ".matrix td"], ["#/network?top=300", ".node"],
    ["#/copies", ".copy"], ["#/search?text=statement", ".found"], ["#/dossier", ".dossier-entry"],
    ["#/articles", ".card"], [first, ".witness"]]) {
    const begin = performance.now();
    await it.page.evaluate((to) => { location.hash = to; }, view);
    await it.page.waitForSelector(wanted);
    const took = performance.now() - begin;
    console.log(`  ${view}: ${Math.round(took)} ms`);
    assert.ok(took < 2000, `${view}: ${took} ms`);
    await settled(it.page);
  }
  const own = pathToFileURL(file).href;
  assert.deepEqual(it.events.filter((line) => line !== `request: ${own}`), []);
  await it.close();
});
