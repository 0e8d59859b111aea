// axe-core over every view in both themes, on a desk and on a phone.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { VIEWS, browse, sample } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`no violation in the ${colorScheme} theme at ${width}`, async () => {
      const it = await browse({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true,
        reducedMotion: "reduce" });
      for (const view of VIEWS) {
        await it.open(sample(), view);
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
    });
  }
}
