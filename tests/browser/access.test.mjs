// axe-core over every view in both themes, at desktop and phone width.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, VIEWS, WITH_NEWS, browse, news, sample } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Contrast of two colours (WCAG 2.2). */
function contrast(x, y) {
  const light = (colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [light(x), light(y)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// What axe cannot measure (drawings, text over text): every pair of adjacent colours.
test("adjacent colours have AA contrast in both themes", () => {
  for (const name of ["theme.css", "dark.css"]) {
    const block = readFileSync(join(ROOT, "src/output/html/style", name), "utf8");
    const colours = Object.fromEntries([...block.split("}")[0].matchAll(/--([\w-]+): (#\w{6})/g)]
      .map((match) => [match[1], match[2]]));
    const text = ["ink", "soft", "accent", "link", "quotation", "wire", "boilerplate", "template",
      "internal", "reuse"].flatMap((ink) => [[ink, "paper"], [ink, "sheet"]]);
    text.push(["ink", "lit"], ["ink", "lit-on"], ["edit", "lit"], ["added-ink", "added"],
      ["gone-ink", "gone"], ["ink", "found"], ["ink", "heat-1"], ["heat-ink-low", "heat-1"],
      ["heat-ink-low", "heat-2"], ["heat-ink-low", "heat-3"], ["heat-ink-high", "heat-4"],
      ["heat-ink-high", "heat-5"], ["paper", "ink"]);
    const shapes = [["strong-rule", "sheet"], ["strong-rule", "paper"], ["lit-edge", "lit"],
      ["bar", "sheet"], ["bar", "paper"], ["focus", "paper"], ["focus", "sheet"],
      ["accent", "sheet"]];
    for (const [pairs, least] of [[text, 4.5], [shapes, 3]]) {
      for (const [x, y] of pairs) {
        const found = contrast(colours[x], colours[y]);
        assert.ok(found >= least, `${x} on ${y}: ${found}`);
      }
    }
  }
});

/** axe-core over views of a report. */
async function clean(file, views, colorScheme, width) {
  const it = await browse({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true,
    reducedMotion: "reduce" });
  for (const view of views) {
    await it.open(file, view);
    await it.page.evaluate(AXE);
    const found = await it.page.evaluate((values) =>
      window.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
    const said = found.violations.flatMap((one) =>
      one.nodes.map((node) => `${one.impact} ${one.id}: ${node.html.slice(0, 120)} ` +
        node.failureSummary.replace(/\s+/g, " ").slice(0, 200)));
    assert.deepEqual(said, [], view);
    assert.ok(found.passes.some((one) => one.id === "color-contrast"), "contrast was measured");
  }
  await it.close();
}

const NEWS_VIEWS = ["#/summary", "#/copies", "#/families", "#/timeline", "#/outlets", "#/network",
  "#/search?text=press+release"];

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    test(`no violation in the ${colorScheme} theme at ${width}`, () =>
      clean(sample(), VIEWS, colorScheme, width));
    test(`none in the report of news_dev, ${colorScheme}, at ${width}`, WITH_NEWS, () =>
      clean(news(), NEWS_VIEWS, colorScheme, width));
  }
}
