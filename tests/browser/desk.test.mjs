// The desk: marks, exports, both texts together, time zoomed, search and dossier.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { browse, report, sample, scratch, settled } from "./browser.mjs";

let it;
const text = (selector) => it.page.textContent(selector);
const count = (selector) => it.page.locator(selector).count();
const hash = () => it.page.evaluate(() => decodeURIComponent(location.hash));
const NORTHWIRE = "#/compare?a=northwire%2Fsaltmarsh-crane.txt&b=";

before(async () => {
  it = await browse({ acceptDownloads: true, permissions: ["clipboard-read", "clipboard-write"] });
});
after(async () => {
  await it.close();
  assert.deepEqual(it.events.filter((line) => !/^request: blob:/.test(line)), []);
});

/** Clicks and returns the file that is saved. */
async function saved(selector) {
  const [file] = await Promise.all([it.page.waitForEvent("download"), it.page.click(selector)]);
  return readFileSync(await file.path(), "utf8");
}

test("marks stay with a family and go out and in as a file", async () => {
  await it.open(sample(), "#/families");
  await it.page.click(".card >> nth=0 >> .star");
  const own = await it.page.getAttribute(".card >> nth=0 >> .card-text", "href");
  await it.open(sample(), own);
  assert.equal(await it.page.getAttribute(".marks .toggle >> nth=0", "aria-pressed"), "true");
  await it.page.click(".marks .toggle >> nth=1");
  await it.page.fill("[name=note]", "=call the <b>editor</b>");
  await it.open(sample(), "#/marked");
  assert.equal(await count(".card"), 1);
  assert.match(await text(".card"), /cleared.*=call the <b>editor<\/b>/s);
  const file = await saved("text=Save as a file");
  const { format, marks } = JSON.parse(file);
  assert.equal(format, "wirecopy-marks-1");
  const [key] = Object.keys(marks);
  assert.match(key, /^[0-9a-f]{16}$/);
  assert.deepEqual(marks[key], { star: true, cleared: true, note: "=call the <b>editor</b>" });
  // Another browser, without what this one keeps.
  await it.page.evaluate(() => localStorage.clear());
  await it.open(sample(), "#/marked");
  assert.equal(await count(".card"), 0);
  writeFileSync(scratch("marks.json"), file);
  await it.page.setInputFiles("#marks-file", scratch("marks.json"));
  await it.page.waitForSelector(".card");
  writeFileSync(scratch("bad.json"), "{\"marks\": 1");
  await it.page.setInputFiles("#marks-file", scratch("bad.json"));
  await it.page.waitForFunction(() => /cannot be read/.test(document.body.textContent));
  await it.page.evaluate(() => localStorage.clear());
  await it.open(sample(), `#/marked?m=${encodeURIComponent(file)}`);
  assert.equal(await count(".card"), 1, "the address carries marks too");
  await it.go("#/families?marks=star");
  assert.equal(await count("#results .card"), 1);
  await it.go("#/families?marks=open");
  assert.equal(await count("#results .card"), 2);
  await it.page.evaluate(() => localStorage.clear());
});

test("the filtered list goes out as a table that runs nothing", async () => {
  const words = "the harbor bell rang nine times although the clock had stopped at four on the " +
    "day that the whole bay froze over and nobody sailed";
  const page = report("formulas", [
    { id: "a", outlet: "=1+1", title: "@SUM(A1)", date: "2024-01-01", text: `${words} one` },
    { id: "b", outlet: "+2", title: "-3, \"x\"", date: "2024-01-02", text: `${words} two` },
  ]);
  await it.open(page, "#/families?kind=reuse&kind=wire&kind=quotation&kind=template" +
    "&kind=boilerplate&kind=internal");
  const csv = await saved("text=Save as CSV");
  assert.ok(csv.startsWith("\ufeffplace,family,key,kind,"));
  const lines = csv.trim().split("\r\n");
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines[1], /(^|,)"?[=+@-]\D/);
  assert.match(lines[1], /'=1\+1|'\+2/);
});

test("copies are saved as a table, a row for each article", async () => {
  const words = Array.from({ length: 60 }, (_, n) => `word${n * 7} of ${n}`).join(" ");
  const page = report("copies", [
    { id: "a", outlet: "Bay Herald", title: "One", date: "2024-01-01", text: `${words} one` },
    { id: "b", outlet: "=Hill", title: "Two", date: "2024-01-02", text: `${words} two` },
  ]);
  await it.open(page, "#/copies");
  const lines = (await saved("text=Save as CSV")).trim().split("\r\n");
  assert.equal(lines[0], "group,from,basis,outlet,date,share_of_article,headline,id,url," +
    "words_alike,key");
  assert.equal(lines.length, 3);
  // The basis is that of the record.
  assert.match(lines[1], /^1,Bay Herald,(source|date),Bay Herald,2024-01-01,[01][.\d]*,One,a,/);
  assert.match(lines[2], /^1,Bay Herald,(source|date),'=Hill,2024-01-02,/);
  assert.match(await text(".copy .card-meta"), /^nearly the same.*words shared in all passages/);
  // What is cleared says so, also as a copy.
  await it.page.click(".copy >> text=Passage");
  await settled(it.page);
  await it.page.click("text=Mark as cleared");
  await it.open(page, "#/copies");
  assert.match(await text(".copy.card-cleared .card-meta"), /cleared/);
  await it.page.evaluate(() => localStorage.clear());
});

test("both texts open at what they share, and scroll together", async () => {
  const filler = (tag) => Array.from({ length: 400 }, (_, n) =>
    `${tag}${n} filler${(n * 7919) % 1009} of ${tag}.`).join(" ");
  const shared = (n) => `in the year ${n} the keeper of lamp ${n} wrote that the oil of store ` +
    `${n} was watered and that boat ${n} had brought it from quay ${n} after dark`;
  const body = (tag, order) => order.map((n) => `${filler(tag + n)} ${shared(n)}`).join("\n");
  const page = report("scroll", [
    { id: "a", outlet: "x", date: "2024-01-01", text: body("p", [1, 2, 3]) },
    { id: "b", outlet: "y", date: "2024-01-02", text: body("q", [1, 2, 3]) },
  ]);
  await it.open(page, "");
  assert.match(await hash(), /^#\/compare\?a=a&b=b&at=1/, "two documents open side by side");
  const top = (side, n) => it.page.$eval(`.panel[data-side=${side}]`, (panel, k) => {
    const box = panel.querySelector(".panel-text").getBoundingClientRect();
    const lit = panel.querySelector(`[data-passages~="${k}"]`).getBoundingClientRect();
    return { at: lit.top - box.top, tall: box.height };
  }, n);
  for (const side of ["a", "b"]) {
    const { at, tall } = await top(side, 0);
    assert.ok(at >= 0 && at < tall, `passage 1 is in sight in ${side}: ${at} of ${tall}`);
  }
  assert.equal(await count(".minimap .ribbon"), 3);
  await it.page.hover(".panel[data-side=a] .panel-text");
  const { at } = await top("a", 2);
  await it.page.mouse.wheel(0, at - 150);
  await it.page.waitForTimeout(400);
  const [one, other] = [await top("a", 2), await top("b", 2)];
  assert.ok(Math.abs(one.at - other.at) < 60, `passage 3 at ${one.at} and ${other.at}`);
  await it.page.evaluate(() => document.querySelector(".ribbon[data-n='1']").dispatchEvent(
    new MouseEvent("click", { bubbles: true })));
  assert.match(await hash(), /at=2/);
});

test("evidence holds both excerpts with outlets, dates and links", async () => {
  const quote = "forty baskets of plums went over the side before the ferry righted itself and " +
    "the captain went on reading his newspaper to the end";
  const page = report("evidence", [
    { id: "a", outlet: "Bay Herald", date: "2024-01-01", title: "Plums", text: `${quote}.`,
      url: "https://example.org/plums" },
    { id: "b", outlet: "Hill Post", date: "2024-01-02", text: `He wrote: ${quote}`,
      url: "javascript:alert(1)" },
  ]);
  await it.open(page, "#/compare?a=a&b=b");
  assert.deepEqual(await it.page.$$eval(".source-link", (all) => all.map((one) => [one.href,
    one.rel, one.target])), [["https://example.org/plums", "noopener noreferrer nofollow",
    "_blank"]], "only pages of the web are linked");
  await it.page.click("text=Copy as evidence");
  await it.page.waitForFunction(() => /Copied/.test(document.querySelector(".tools").textContent));
  const copied = await it.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.split(quote).length, 3);
  for (const part of ["Bay Herald, 1 Jan 2024", "Plums", "https://example.org/plums",
    "Hill Post, 2 Jan 2024", "family key "]) assert.ok(copied.includes(part), part);
});

test("the time line is zoomed by dragging and by buttons", async () => {
  await it.open(sample(), "#/timeline");
  const all = await count(".track");
  const box = await it.page.locator(".strip-chart").boundingBox();
  await it.page.mouse.move(box.x + 2, box.y + 20);
  await it.page.mouse.down();
  await it.page.mouse.move(box.x + box.width * 0.25, box.y + 20, { steps: 4 });
  await it.page.mouse.up();
  await settled(it.page);
  assert.match(await hash(), /to=2017-09-2\d/);
  assert.ok(await count(".track") < all);
  await it.page.click("[name=whole]");
  await settled(it.page);
  assert.equal(await hash(), "#/timeline");
  await it.page.focus("[name=in]");
  await it.page.keyboard.press("Enter");
  await settled(it.page);
  assert.match(await hash(), /from=.*to=/);
});

test("search finds words in the texts, in any case and over lines", async () => {
  await it.open(sample());
  await it.page.fill("[name=search]", "CABLE on the number");
  await it.page.press("[name=search]", "Enter");
  await settled(it.page);
  assert.match(await text("h1"), /CABLE on the number/);
  assert.ok(await count(".card mark") >= 4);
  await it.go("#/search?text=(.*)");
  assert.match(await text(".standfirst"), /Found in no article/, "signs are signs");
});

test("a search of many articles has pages, and a long dossier can be had whole", async () => {
  const words = (n) => Array.from({ length: 20 }, (_, k) => `word${n}x${k * 7}`).join(" ");
  const page = report("pages", Array.from({ length: 130 }, (_, n) => ({
    id: `d${n}`, outlet: `Outlet ${n % 2}`, date: `2024-01-0${1 + n % 2}`,
    text: `lamp ${n} opens. ${words(n - n % 2)}. And closes ${n * 31}.`,
  })));
  await it.open(page, "#/search?text=lamp");
  assert.match(await text(".standfirst"), /Found in 130 of 130\u00a0articles/);
  assert.equal(await count(".card"), 50);
  await it.page.click("text=Last »");
  await settled(it.page);
  assert.equal(await count(".card"), 30);
  assert.match(await hash(), /page=3/);
  assert.equal(await it.page.evaluate(() => scrollY), 0);
  await it.go("#/dossier?kind=reuse&kind=wire&kind=template&kind=quotation&kind=boilerplate");
  assert.equal(await count(".dossier-entry"), 60);
  await it.page.click("text=show all 65");
  await settled(it.page);
  assert.equal(await count(".dossier-entry"), 65);
});

test("the dossier holds whole passages, and paper cuts nothing", async () => {
  await it.open(sample(), "#/dossier");
  assert.equal(await count(".dossier-entry"), 3);
  assert.equal(await count(".dossier-table tbody tr"), 10);
  const words = Array.from({ length: 900 }, (_, n) => `word${n}x${n * 7}`).join(" ");
  const page = report("tall", [
    { id: "a", outlet: "x", date: "2024-01-01", text: words },
    { id: "b", outlet: "y", date: "2024-01-02", text: `${words} more` },
  ]);
  await it.open(page, "#/family?n=0");
  const tall = () => it.page.$eval(".passage", (one) => [one.scrollHeight, one.clientHeight]);
  const [whole, shown] = await tall();
  assert.ok(shown < whole, "folded at first");
  await it.page.click(".folding button");
  assert.deepEqual(await tall(), [whole, whole]);
  await it.page.click(".folding button");
  await it.page.emulateMedia({ media: "print" });
  const [full, printed] = await tall();
  assert.equal(printed, full);
  await it.page.emulateMedia({ media: "screen" });
});
