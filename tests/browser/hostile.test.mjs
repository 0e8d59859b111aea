// Hostile text is shown as text and has no other effect.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browse, report, settled } from "./browser.mjs";

const PAYLOADS = [
  "<script>alert(1)</script>",
  "</script><script>window.pwned=1</script>",
  "</SCRIPT ><script>window.pwned=1</script>",
  "<!--<script>", "<!-- --!><img src=x onerror=alert(1)>", "]]><script>alert(1)</script>",
  "</title><script>alert(1)</script>", "</style><style>*{display:none}</style>",
  "</textarea><script>alert(1)</script>", "</noscript><img src=x onerror=alert(1)>",
  "<img src=x onerror=alert(1)>", "<img src=\"http://pwned.invalid/a.png\">",
  "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
  "<svg><a xlink:href=\"javascript:alert(1)\"><text y=20>x</text></a></svg>",
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<math><mtext><style><img src=x>",
  "<iframe src=javascript:alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'>",
  "<object data=http://pwned.invalid/x>", "<embed src=http://pwned.invalid/x>",
  "<link rel=stylesheet href=http://pwned.invalid/x.css>", "<meta http-equiv=refresh content=0>",
  "<base href=http://pwned.invalid/>", "<form action=http://pwned.invalid/><input name=q>",
  "<a href=javascript:alert(1)>click</a>", "javascript:alert(1)", "JaVaScRiPt:alert`1`",
  "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "http://pwned.invalid/",
  "<body onload=alert(1)>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>",
  "<audio src=x onerror=alert(1)>", "<input autofocus onfocus=alert(1)>",
  "<div style=\"background:url(http://pwned.invalid/)\">", "<style>@import 'http://pwned.invalid/'",
  "*{background:url(http://pwned.invalid/)}", "expression(alert(1))", "}}</style>{{",
  "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;img src=x&#62;", "&amp;&quot;&apos;", "&#x202e;",
  "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "` onmouseover=`alert(1)",
  "${alert(1)}", "{{constructor.constructor('alert(1)')()}}", "<%= alert(1) %>", "#{alert(1)}",
  "'; alert(1); //", "\\\"; alert(1); //", "\\u003cscript\\u003ealert(1)", "%3Cscript%3Ealert(1)",
  "<b>unclosed <i>tags <table><tr><td>", "<plaintext>", "<xmp>", "<template><script>alert(1)",
  "<x-custom onclick=alert(1)>", "__proto__", "constructor", "toString", "hasOwnProperty",
  "a&b=c#d?e=f", "#/family?n=0", "../../etc/passwd", "CON", "=1+1", "+cmd|' /C calc'!A0",
  "NUL \u0000 in the middle", "\u0000", "bell \u0007 escape \u001b[31m", "C1 \u0085 \u009b31m",
  "override \u202egnp.exe\u202c end", "embedding \u202b\u202a open", "isolates \u2066\u2067\u2068",
  "marks \u200e\u200f\u061c", "hidden \u200b\u2060\ufeff", "tags \u{e0041}\u{e007f}",
  "lines \u2028\u2029 end", "annotation \ufff9a\ufffab\ufffb", "soft\u00adhyphen",
  "\ud800 lone high", "lone low \udc00", "pair \ud83d\ude00 whole", "\uffff\ufffe not characters",
  "combining " + "\u0300".repeat(300), "\u05d0\u05d1\u05d2 rtl <b>", "\u0627\u0644\u0639 (rtl)",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", "İı ß ﬀ", "x".repeat(3000), " ", "\t\n\r\n\r",
];
const BAD = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/;
const TAGS = new Set(("a article bdi blockquote body button dd del details div dl dt em fieldset " +
  "footer form h1 h2 h3 head header html input ins label legend li main mark meta nav noscript ol " +
  "option p script section select span strong style summary table tbody td th thead title tr ul " +
  "svg g path circle rect line text defs marker textarea").split(" "));

// Each payload is a document's id, outlet, title and part of its text, before and in a passage.
function records() {
  const words = "the lamplighter of the lower town counted his steps aloud every evening so " +
    "that people behind their shutters knew how late it was";
  return PAYLOADS.flatMap((payload, n) => ["a", "b"].map((side) => ({
    id: `${n}${side} ${payload}`, outlet: `${payload} ${side}`, title: payload, url: payload,
    date: side === "a" ? "2024-01-01" : "2024-01-02",
    text: `${payload} ${words} number ${n} ${payload} of lamp ${n} ${n + 1} in street ${n} ` +
      `${payload} ${side}`,
  })));
}

test(`${PAYLOADS.length} hostile texts are shown as text in every view`, async () => {
  assert.ok(PAYLOADS.length >= 50);
  const page = report("hostile", records());
  const it = await browse();
  const check = async (where) => {
    const found = await it.page.evaluate(() => ({
      tags: [...new Set([...document.querySelectorAll("*")].map((one) => one.localName))],
      handlers: [...document.querySelectorAll("*")].flatMap((one) =>
        one.getAttributeNames().filter((key) => key.startsWith("on") || key === "src" ||
          key === "srcdoc" || key === "action" || key === "xlink:href")),
      links: [...document.querySelectorAll("[href]")].map((one) => one.getAttribute("href"))
        .filter((href) => !/^#|^https?:\/\//.test(href)),
      scripts: document.querySelectorAll("script:not([type])").length,
      styles: document.querySelectorAll("style").length,
      pwned: window.pwned,
      text: document.querySelector("main").textContent + document.title,
      attributes: [...document.querySelectorAll("main *")].flatMap((one) =>
        [...one.attributes].filter((a) => a.name !== "value").map((a) => a.value)).join(" "),
    }));
    const strange = found.tags.filter((tag) => !TAGS.has(tag));
    assert.deepEqual(strange, [], where);
    assert.deepEqual([found.handlers, found.links, found.scripts, found.styles, found.pwned],
      [[], [], 1, 1, undefined], where);
    assert.doesNotMatch(found.text, BAD, where);
    assert.doesNotMatch(found.attributes, BAD, where);
    assert.deepEqual(it.events, [], where);
  };
  for (const view of ["#/summary", "#/families", "#/families?page=2", "#/timeline", "#/outlets",
    "#/outlets?top=50", "#/network", "#/network?top=300", "#/copies", "#/dossier", "#/marked",
    "#/search?text=lamplighter", "#/articles", "#/articles?page=2"]) {
    await it.open(page, view);
    await check(view);
  }
  const kinds = "&kind=boilerplate&kind=internal&kind=quotation&kind=reuse&kind=template&kind=wire";
  await it.open(page, `#/families?sort=length${kinds}`);
  const all = await it.page.evaluate(() => Number(document.querySelector("#results h2").textContent
    .match(/^\d+/)[0]));
  assert.ok(all > 0);
  for (let n = 0; n < PAYLOADS.length; n += 1) {
    const id = (side) => encodeURIComponent(`${n}${side} ${PAYLOADS[n]}`.toWellFormed());
    await it.go(`#/article?id=${id("a")}`);
    const shown = await it.page.textContent("main");
    assert.doesNotMatch(shown, /Not in this report/, `article ${n}`);
    await check(`article ${n}`);
    await it.go(`#/compare?a=${id("a")}&b=${id("b")}`);
    assert.equal(await it.page.locator(".panel").count(), 2, `compare ${n}`);
    assert.ok(await it.page.locator(".panel[data-side=b] .lit").count() > 0, `compare ${n}`);
    await check(`compare ${n}`);
  }
  await it.close();
});

test("each hostile text reads as it was written", async () => {
  const page = report("hostile", records());
  const it = await browse();
  await it.open(page, "#/articles");
  // Some characters are shown as a label, others are left out or become one character.
  const plain = (text) => text.toWellFormed().replace(/[^!-~]/gu, "");
  for (let n = 0; n < PAYLOADS.length; n += 1) {
    const id = `${n}a ${PAYLOADS[n]}`.toWellFormed();
    await it.go(`#/article?id=${encodeURIComponent(id)}`);
    const shown = await it.page.evaluate(() => {
      const copy = document.querySelector("article.text").cloneNode(true);
      for (const label of copy.querySelectorAll(".control, .unseen")) label.remove();
      return copy.textContent;
    });
    const wanted = plain(records()[2 * n].text);
    assert.equal(plain(shown), wanted, `payload ${n}`);
  }
  await it.close();
});

test("families of hostile texts open in every mode", async () => {
  const page = report("hostile", records());
  const it = await browse();
  await it.open(page, "#/families?kind=boilerplate&kind=internal&kind=quotation&kind=reuse" +
    "&kind=template&kind=wire");
  const numbers = await it.page.$$eval("#results .label", (all) =>
    all.map((one) => one.textContent.slice(1)));
  for (const n of numbers.slice(0, 12)) {
    for (const mode of ["", "&mode=full", "&mode=table"]) {
      await it.go(`#/family?n=${n}${mode}`);
      await settled(it.page);
      assert.doesNotMatch(await it.page.textContent("main"), /cannot be shown/);
      assert.equal(await it.page.evaluate(() => window.pwned), undefined);
    }
  }
  assert.deepEqual(it.events, []);
  await it.close();
});

test("hostile outlets can be chosen", async () => {
  const page = report("hostile", records());
  const it = await browse();
  await it.open(page, "#/articles");
  const options = await it.page.locator("[name=outlet] option").count();
  assert.ok(options > PAYLOADS.length);
  for (let n = 1; n < options; n += 1) {
    await it.page.selectOption("[name=outlet]", { index: n });
    const cards = await it.page.locator("#results .card").count();
    assert.ok(cards > 0, `outlet ${n}`);
  }
  assert.deepEqual(it.events, []);
  await it.close();
});

test("a hostile address does nothing", async () => {
  const page = report("hostile", records());
  const it = await browse();
  await it.open(page);
  for (const payload of PAYLOADS) {
    const text = encodeURIComponent(payload.toWellFormed());
    await it.go(`#/families?text=${text}&outlet=${text}&kind=${text}&sort=${text}`);
    await it.go(`#/family?n=${text}&mode=${text}`);
    await it.go(`#/${text}?a=${text}`);
  }
  for (const broken of ["#/families?text=%", "#/families?page=-1", "#/timeline?page=1e99",
    "#/families?from=9999-99-99&to=x", "#/article?id=%00", "#/compare?a=%ff&b=%fe", "#//??&&=="]) {
    await it.open(page, broken);
    assert.doesNotMatch(await it.page.textContent("main"), /cannot be shown/, broken);
  }
  assert.equal(await it.page.evaluate(() => window.pwned), undefined);
  assert.deepEqual(it.events, []);
  await it.close();
});
