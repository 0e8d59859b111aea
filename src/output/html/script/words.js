// Words of a passage and what differs between two versions of it. Words are compared without
// case, typography and accents, much as the search does; the marks are for the eye alone.

const WORD = new RegExp("[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}" +
  "\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]\\p{M}*" +
  "|[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}\\u00ad\\u200b-\\u200d]|['’](?=[\\p{L}\\p{N}]))*", "gu");
const MOST_EDITS = 800;
const MOST_WORDS = 60000;

/** [{form, start, end}] */
function words(text) {
  const list = [];
  for (const match of text.matchAll(WORD)) {
    const form = match[0].normalize("NFKD").replace(/[\p{M}'’\u00ad\u200b-\u200d]/gu, "");
    list.push({
      form: form.toLowerCase(), start: match.index, end: match.index + match[0].length,
    });
  }
  return list;
}

/**
 * Stretches {same, a: [from, to], b: [from, to]} of words that cover both versions in order, or
 * null where they are too far apart (Myers, Algorithmica 1986).
 */
function difference(a, b) {
  if (a.length + b.length > MOST_WORDS) return null;
  let head = 0;
  while (head < a.length && head < b.length && a[head].form === b[head].form) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head &&
    a[a.length - 1 - tail].form === b[b.length - 1 - tail].form) tail += 1;
  const path = shortest(a, b, head, tail);
  if (path === null) return null;
  const edits = [];
  push(edits, true, head, head);
  for (const [same, x, y] of path) push(edits, same, x, y);
  push(edits, true, tail, tail);
  return calm(edits);
}

/** Appends a stretch of `x` words of one and `y` of the other. */
function push(edits, same, x, y) {
  if (x === 0 && y === 0) return;
  const last = edits[edits.length - 1];
  if (last && last.same === same) {
    last.a[1] += x;
    last.b[1] += y;
    return;
  }
  const [i, j] = last ? [last.a[1], last.b[1]] : [0, 0];
  edits.push({ same, a: [i, i + x], b: [j, j + y] });
}

/** Joins changes around a single common word: in a reworded sentence it is chance. */
function calm(edits) {
  const size = (edit) => edit.a[1] - edit.a[0] + edit.b[1] - edit.b[0];
  const calmed = [];
  edits.forEach((edit, n) => {
    const [before, after] = [edits[n - 1], edits[n + 1]];
    const chance = edit.same && size(edit) === 2 && before && after &&
      size(before) + size(after) >= 6;
    push(calmed, edit.same && !chance, edit.a[1] - edit.a[0], edit.b[1] - edit.b[0]);
  });
  return calmed;
}

/** The edit path between head and tail as [same, words of a, words of b]. */
function shortest(a, b, head, tail) {
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  if (n === 0 || m === 0) return n + m === 0 ? [] : [[false, n, m]];
  const most = Math.min(MOST_EDITS, n + m);
  const far = new Int32Array(2 * most + 3).fill(-1); // furthest x on diagonal x - y
  const zero = most + 1;
  const fronts = [];
  far[zero + 1] = 0;
  for (let d = 0; d <= most; d += 1) {
    fronts.push(far.slice());
    for (let k = -d; k <= d; k += 2) {
      let x = down(far, zero + k, k, d) ? far[zero + k + 1] : far[zero + k - 1] + 1;
      while (x < n && x - k < m && a[head + x].form === b[head + x - k].form) x += 1;
      far[zero + k] = x;
      if (x >= n && x - k >= m) return trace(fronts, zero, n, m);
    }
  }
  return null;
}

/** Whether the path to a diagonal comes from the one above it: a word of b that a has not. */
function down(far, at, k, d) {
  return k === -d || (k !== d && far[at - 1] < far[at + 1]);
}

function trace(fronts, zero, n, m) {
  const path = [];
  let [x, y] = [n, m];
  for (let d = fronts.length - 1; d >= 0 && (x > 0 || y > 0); d -= 1) {
    const [far, k] = [fronts[d], x - y];
    const from = down(far, zero + k, k, d) ? k + 1 : k - 1;
    const [i, j] = d === 0 ? [0, 0] : [far[zero + from], far[zero + from] - from];
    const run = Math.min(x - i, y - j);
    if (run > 0) path.push([true, run, run]);
    if (d > 0) path.push([false, x - i - run, y - j - run]);
    [x, y] = [i, j];
  }
  return path.reverse();
}

/**
 * Pieces of a version beside another: {kind: "same" | "added" | "gone", text}. Spaces and signs
 * between words go with the words before them.
 */
function marked(base, version) {
  const [a, b] = [words(base), words(version)];
  const edits = difference(a, b);
  if (edits === null) return null;
  const cut = (text, list, from, to) => {
    const start = from === 0 ? 0 : list[from].start;
    const end = to === list.length ? text.length : list[to].start;
    return text.slice(start, end);
  };
  const pieces = [];
  for (const { same, a: x, b: y } of edits) {
    if (same) {
      pieces.push({ kind: "same", text: cut(version, b, y[0], y[1]), words: y[1] - y[0] });
      continue;
    }
    if (x[1] > x[0]) {
      pieces.push({ kind: "gone", text: within(base, a, x), words: x[1] - x[0], at: x });
    }
    if (y[1] > y[0]) {
      const text = within(version, b, y);
      pieces.push({ kind: "added", text, words: y[1] - y[0], at: x });
      const next = y[1] === b.length ? version.length : b[y[1]].start;
      const rest = version.slice(b[y[1] - 1].end, next);
      if (rest) pieces.push({ kind: "same", text: rest, words: 0 });
    } else {
      pieces.push({ kind: "same", text: " ", words: 0 });
    }
  }
  return pieces;
}

/** Words and what stands between them, without what stands around them. */
function within(text, list, [from, to]) {
  return text.slice(list[from].start, list[to - 1].end);
}

/** Spans of `version` whose words `base` has not in this order. */
function onlyIn(base, version) {
  const [a, b] = [words(base), words(version)];
  const edits = difference(a, b);
  if (edits === null) return [];
  const changed = edits.filter((edit) => !edit.same && edit.b[1] > edit.b[0]);
  return changed.map((edit) => [b[edit.b[0]].start, b[edit.b[1] - 1].end]);
}
