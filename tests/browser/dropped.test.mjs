// What is read of a file that is dropped on the page of a server.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./browser.mjs";

const { pageText, decoded, recordText, fileText } = new Function(
  `${readFileSync(join(ROOT, "serve/assets/ask.js"), "utf8")}
  return { pageText, decoded, recordText, fileText };`)();

test("of a page the article is read, without its furniture", () => {
  const page = "<!doctype html><html><head><title>no</title><style>p>a{}</style>" +
    "<script>if (a<b) {\"</p>\"}</script></head><body><header><header>no</header>no</header>" +
    "<nav><a href=\"x>y\">no</a></nav><article><h1>A &amp; B</h1><p>One <b title='a > b'>two</b>" +
    "<br>three &eacute;&#8220;&#x201d; &unknown; 3 < 4</p><!-- no --><div>don't<p>last</div>" +
    "</article><aside>no</aside><footer>no</footer></body></html>";
  assert.equal(pageText(page), "A & B\n\nOne two\nthree é“” &unknown; 3 < 4\n\ndon't\n\nlast");
  assert.equal(pageText("<nav>never closed <p>words"), "never closed\n\nwords");
  for (const cut of ["words <script>x", "words <!-- x", "words <a href='x"]) {
    assert.equal(pageText(cut), "words");
  }
});

test("hostile pages are read in linear time", () => {
  for (const part of ["<a", "<", "<script>", "<!--", "<p>", "&", "<nav></nav", "</title", "\n"]) {
    const begin = performance.now();
    pageText(part.repeat(Math.floor((1 << 19) / part.length)));
    assert.ok(performance.now() - begin < 3000, part);
  }
});

test("bytes are UTF-8, UTF-16 with its mark, or those of old files", () => {
  assert.equal(decoded(new TextEncoder().encode("größer – 東")), "größer – 東");
  assert.equal(decoded(Uint8Array.of(0x67, 0x72, 0xf6, 0xdf, 0x65, 0x72)), "größer");
  assert.equal(decoded(Uint8Array.of(0xff, 0xfe, 0x41, 0, 0xe9, 0)), "Aé");
});

test("of JSON one document is taken; what is none says what can be dropped", async () => {
  assert.equal(recordText("{\"id\": 1, \"text\": \"words\"}"), "words");
  assert.equal(recordText("[{\"text\": \"words\"}]"), "words");
  const file = (name, text, type = "") => new File([text], name, { type });
  assert.equal(await fileText(file("a.html", "<p>words")), "words");
  assert.equal(await fileText(file("a.txt", "<p>words", "text/plain")), "<p>words");
  const json = file("a.json", "{\"text\": \"words\"}", "application/json");
  assert.equal(await fileText(json), "words");
  for (const [name, text, type] of [["a.json", "[{\"text\": \"x\"}, {\"text\": \"y\"}]"],
    ["a.json", "{}"], ["a.json", "null"], ["a.json", "{"], ["a.csv", "a,b", "text/csv"],
    ["a.jsonl", "{}\n{}"], ["a.docx", "PK"]]) {
    await assert.rejects(fileText(file(name, text, type)), /one document as JSON/, name);
  }
});
