// The word diff of the report against a plain twin.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./browser.mjs";

const source = readFileSync(join(ROOT, "src/output/html/script/words.js"), "utf8");
const { words, difference, marked, onlyIn } =
  new Function(`${source}; return { words, difference, marked, onlyIn };`)();

/** Numbers that look random and are the same each time. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** Length of the longest common subsequence, by the plain table. */
function common(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1
        : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table[0][0];
}

test("stretches cover both versions, and hardly any common word is missed", () => {
  const next = random(7);
  for (let round = 0; round < 20000; round += 1) {
    const make = () => Array.from({ length: next(14) }, () => "abcd"[next(4)]);
    const [a, b] = [make(), make()];
    const edits = difference(a.map((form) => ({ form })), b.map((form) => ({ form })));
    let [i, j, same, chance] = [0, 0, 0, 0];
    for (const edit of edits) {
      assert.deepEqual([edit.a[0], edit.b[0]], [i, j], `${a} ${b}`);
      [i, j] = [edit.a[1], edit.b[1]];
      if (!edit.same) {
        chance += Math.min(edit.a[1] - edit.a[0], edit.b[1] - edit.b[0]);
        continue;
      }
      assert.deepEqual(a.slice(...edit.a), b.slice(...edit.b));
      same += edit.a[1] - edit.a[0];
    }
    assert.deepEqual([i, j], [a.length, b.length]);
    const most = common(a, b);
    assert.ok(same <= most && same + chance >= most, `${a} ${b}`);
  }
});

test("the pieces of a version are its text", () => {
  const next = random(11);
  const signs = [" ", ", ", "\n", " - ", "'", "", "."];
  for (let round = 0; round < 3000; round += 1) {
    const make = () => Array.from({ length: 1 + next(9) }, () =>
      ["Sea", "wind", "a", "Éclair", "東", "the"][next(6)] + signs[next(7)]).join("");
    const [base, version] = [make(), make()];
    const flat = (text) => words(text).map((word) => word.form).join(" ");
    const pieces = marked(base, version);
    const kept = pieces.filter((piece) => piece.kind !== "gone").map((piece) => piece.text);
    assert.equal(flat(kept.join(" ")), flat(version), `${base} | ${version}`);
    const spans = onlyIn(base, version);
    assert.ok(spans.every(([start, end], n) =>
      start < end && end <= version.length && (n === 0 || start >= spans[n - 1][1])));
  }
});

test("case, accents and typography make no difference", () => {
  for (const [a, b] of [["Don't STOP", "don’t stop"], ["re\u00adport", "report"],
    ["caf\u00e9", "cafe\u0301"], ["“Yes,” he said", "\"yes\" - HE said"]]) {
    assert.deepEqual(words(a).map((word) => word.form), words(b).map((word) => word.form));
  }
  assert.equal(words("東京は晴れ").length, 5);
});

test("versions too far apart are given up early", () => {
  const make = (tag) => Array.from({ length: 20000 }, (_, n) => ({ form: `${tag}${n}` }));
  const begin = performance.now();
  assert.equal(difference(make("a"), make("b")), null);
  assert.equal(difference(make("a").concat(make("c")), make("b").concat(make("d"))), null);
  assert.ok(performance.now() - begin < 2000);
});
