// Writes docs/report.png: the front page of the bundled sample's report, as the README shows it.

import { join } from "node:path";
import { ROOT, browse, sample } from "./browser.mjs";

const it = await browse({ viewport: { width: 1180, height: 1010 }, colorScheme: "light" });
await it.open(sample(), process.argv[2] ?? "#/summary");
await it.page.evaluate(() => document.activeElement.blur());
await it.page.screenshot({ path: join(ROOT, "docs/report.png") });
await it.close();
