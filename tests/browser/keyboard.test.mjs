// The report without a pointer, and on a phone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { VIEWS, browse, sample, settled } from "./browser.mjs";

let it;
const active = () => it.page.evaluate(() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  return { text: one.textContent.trim(), tag: one.tagName, name: one.getAttribute("name"),
    label: one.getAttribute("aria-label"), outline: style.outlineStyle,
    width: parseFloat(style.outlineWidth) };
});

before(async () => { it = await browse(); });
after(async () => {
  await it.close();
  assert.deepEqual(it.events, []);
});

test("the first stop skips to the content, then come the views in order", async () => {
  await it.open(sample());
  await it.page.keyboard.press("Tab");
  assert.equal((await active()).text, "Skip to the content");
  await it.page.keyboard.press("Enter");
  assert.equal(await it.page.evaluate(() => document.activeElement.id), "main");
  await it.open(sample());
  const stops = [];
  for (let n = 0; n < 10; n += 1) {
    await it.page.keyboard.press("Tab");
    stops.push((await active()).text);
  }
  assert.deepEqual(stops.slice(1, 10), ["wirecopy", "Summary", "Copies", "Families",
    "Timeline", "Outlets", "Network", "Articles", "Marked"]);
});

test("every stop of every view shows that it has the focus", async () => {
  for (const view of VIEWS) {
    await it.open(sample(), view);
    for (let n = 0; n < 30; n += 1) {
      await it.page.keyboard.press("Tab");
      const { tag, text, outline, width } = await active();
      if (tag === "BODY" || tag === "HTML") break;
      assert.ok(outline !== "none" && width >= 1, `${view}: ${tag} ${text.slice(0, 40)}`);
    }
  }
});

test("from the list to a family and to both articles by keys alone", async () => {
  await it.open(sample(), "#/families");
  await it.page.focus("[name=text]");
  await it.page.keyboard.type("cable");
  await settled(it.page, 250);
  const until = async (test, most = 80) => {
    for (let n = 0; n < most; n += 1) {
      await it.page.keyboard.press("Tab");
      const now = await active();
      if (test(now)) return now;
    }
    throw new Error("not reached by Tab");
  };
  await until((now) => now.tag === "A" && /A cable on the Number/.test(now.text));
  await it.page.keyboard.press("Enter");
  await settled(it.page);
  assert.match(await it.page.textContent("h1"), /crane|port|harbor/i);
  await until((now) => now.name === "mode");
  await it.page.keyboard.press("ArrowRight");
  await settled(it.page);
  assert.match(await it.page.evaluate(() => location.hash), /mode=full/);
  await until((now) => now.text === "Side by side");
  await it.page.keyboard.press("Enter");
  await settled(it.page);
  await until((now) => /^passage 1:/.test(now.text));
  assert.ok(await it.page.locator(".panel .lit.is-linked").count() >= 2, "focus lights both");
  await it.page.keyboard.press("Enter");
  assert.equal(await it.page.locator(".panel[data-side=b] [aria-current=true]").count() > 0, true);
});

test("arrow keys walk the matrix, Enter opens a cell", async () => {
  await it.open(sample(), "#/outlets");
  await it.page.focus(".matrix td a[tabindex='0']");
  const start = await active();
  await it.page.keyboard.press("ArrowDown");
  const below = await active();
  assert.notEqual(below.label, start.label);
  await it.page.keyboard.press("ArrowUp");
  assert.equal((await active()).label, start.label);
  assert.equal(await it.page.locator(".matrix td [tabindex='0']").count(), 1, "one stop for Tab");
  await it.page.keyboard.press("Enter");
  await settled(it.page);
  assert.match(await it.page.textContent("h1"), /Families/);
});

test("no view is wider than a phone, and touch targets are large enough", async () => {
  const phone = await browse({ viewport: { width: 360, height: 740 }, hasTouch: true });
  for (const view of VIEWS) {
    await phone.open(sample(), view);
    const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${view} is ${wide} wide`);
    const small = await phone.page.$$eval("button, .button, select, .masthead nav a, .box", (all) =>
      all.filter((one) => one.offsetParent !== null && one.getBoundingClientRect().height < 24)
        .map((one) => one.textContent.trim()));
    assert.deepEqual(small, [], view);
  }
  await phone.open(sample(), VIEWS[VIEWS.length - 1]);
  await phone.page.tap(".panel[data-side=a] .lit-number >> nth=0");
  assert.ok(await phone.page.locator(".panel[data-side=b] .is-chosen").count() > 0);
  assert.deepEqual(phone.events, []);
  await phone.close();
});

test("nothing moves when reduced motion is asked for", async () => {
  const still = await browse({ reducedMotion: "reduce" });
  await still.open(sample(), VIEWS[VIEWS.length - 1]);
  const moving = await still.page.$$eval("*", (all) =>
    all.filter((one) => getComputedStyle(one).transitionDuration !== "0s").length);
  assert.equal(moving, 0);
  await still.close();
});

test("the chosen theme is kept", async () => {
  await it.open(sample());
  const paper = () => it.page.evaluate(() => getComputedStyle(document.documentElement)
    .backgroundColor);
  const light = await paper();
  await it.page.selectOption("[name=theme]", "dark");
  const dark = await paper();
  assert.notEqual(dark, light);
  await it.open(sample(), "#/families");
  assert.equal(await paper(), dark, "after opening again");
  await it.page.selectOption("[name=theme]", "");
});
