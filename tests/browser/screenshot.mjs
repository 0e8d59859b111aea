// Writes docs/report.png: a family of the bundled sample, as the README shows it.

import { join } from "node:path";
import { ROOT, browse, sample } from "./browser.mjs";

const it = await browse({ viewport: { width: 1180, height: 1010 }, colorScheme: "light" });
await it.open(sample(), process.argv[2] ?? "#/family?n=0");
await it.page.evaluate(() => document.activeElement.blur());
await it.page.screenshot({ path: join(ROOT, "docs/report.png") });
await it.close();
