// The data of the page. The index is read at once, texts block by block when they are needed.
// Names are those of index.rs; places are UTF-16 units of a document's text.

const LAYOUT = 4;
const BLOCKS_KEPT = 48;

let index = null;
// Where the data comes from: in the file of a report, blocks of data behind the script.
let source = {
  index: () => unpack("index"),
  text: (number) => parsed.then(() => unpack(`text-${number}`)),
};
// What is derived from the index once.
const nothingDerived = () => ({
  firstMember: null, // of each family in the columns of members, and one more
  familyOf: null, // of each member
  membersOf: null, // of each document: members, ascending by place
  pairsOf: new Map(), // "a/b" -> pairs
  byId: new Map(), // document
  byNumber: new Map(), // family
  taken: null, // families that flows count
  copies: null, // groups of documents that are copies
  called: null, // names of givers -> the name that is shown
  spans: null, // of each family: [first day or null, last day or null]
});
let derived = nothingDerived();

/** Bytes of a data block. */
function bytesOf(id) {
  const text = document.getElementById(id)?.textContent ?? "";
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let n = 0; n < binary.length; n += 1) bytes[n] = binary.charCodeAt(n);
  return bytes;
}

/** Text of a compressed data block. */
async function unpack(id) {
  const stream = new Blob([bytesOf(id)]).stream();
  const plain = stream.pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = await new Response(plain).arrayBuffer();
  // A mark of byte order at the start of a text is text: places count it.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

async function readIndex() {
  index = JSON.parse(await source.index());
  derived = nothingDerived();
  if (index.layout !== LAYOUT) throw new Error("the data has another layout than the script");
  const { documents, families, members, pairs } = index;
  derived.firstMember = new Uint32Array(families.members.length + 1);
  derived.familyOf = new Uint32Array(members.document.length);
  derived.membersOf = documents.id.map(() => []);
  families.members.forEach((length, family) => {
    const first = derived.firstMember[family];
    derived.firstMember[family + 1] = first + length;
    for (let n = first; n < first + length; n += 1) {
      derived.familyOf[n] = family;
      derived.membersOf[members.document[n]].push(n);
    }
  });
  for (const list of derived.membersOf) {
    list.sort((x, y) => members.start[x] - members.start[y] || x - y);
  }
  documents.id.forEach((id, n) => derived.byId.set(id, n));
  families.number.forEach((label, n) => derived.byNumber.set(label, n));
  for (let n = 0; n < pairs.family.length; n += 1) {
    const key = pairKey(pairs.a[n], pairs.b[n]);
    const list = derived.pairsOf.get(key);
    if (list) list.push(n);
    else derived.pairsOf.set(key, [n]);
  }
  derived.spans = families.number.map((_, family) => dateSpan(family));
}

function pairKey(x, y) {
  return x < y ? `${x}/${y}` : `${y}/${x}`;
}

/** Members of a family, in order of date. */
function membersOf(family) {
  const list = [];
  for (let n = derived.firstMember[family]; n < derived.firstMember[family + 1]; n += 1) {
    list.push(n);
  }
  return list;
}

/** Documents of a family, each once, in order of date. */
function documentsOf(family) {
  return [...new Set(membersOf(family).map((n) => index.members.document[n]))];
}

function dateSpan(family) {
  let first = null;
  let last = null;
  for (const n of membersOf(family)) {
    const seconds = index.documents.seconds[index.members.document[n]];
    if (seconds === null) continue;
    if (first === null || seconds < first) first = seconds;
    if (last === null || seconds > last) last = seconds;
  }
  return [first, last];
}

function outletOf(doc) {
  const outlet = index.documents.outlet[doc];
  return outlet < 0 ? null : index.outlets[outlet];
}

/** The name under which a document is spoken of: its outlet, else its id. */
function speaker(doc) {
  return outletOf(doc) ?? index.documents.id[doc];
}

/** A document's title, or null where there is none that can be seen. */
function headingOf(doc) {
  const title = index.documents.title[doc] ?? "";
  return plain(title).trim() === "" ? null : title;
}

/** What a document is called: a link needs words, also where title and id are blank. */
function titleOf(doc) {
  const id = index.documents.id[doc];
  return headingOf(doc) ?? (plain(id).trim() === "" ? "untitled" : id);
}

function dayOf(doc) {
  const seconds = index.documents.seconds[doc];
  return seconds === null ? null : day(seconds);
}

/**
 * Which of two documents is earlier: below 0, above 0, 0 for the same time, NaN for unknown.
 * Where one is only a day, days are compared.
 */
function compareDates(x, y) {
  const { seconds, day_only: only } = index.documents;
  const [a, b] = [seconds[x], seconds[y]];
  if (a === null || b === null) return NaN;
  if (only[x] || only[y]) return Math.floor(a / 86400) - Math.floor(b / 86400);
  return a - b;
}

let blocks = new Map();

/** A block of texts; the last ones used are kept. */
function block(number) {
  const known = blocks.get(number);
  blocks.delete(number);
  const text = known ?? source.text(number);
  blocks.set(number, text);
  // What could not be had is asked for again: a server may have been started anew.
  if (known === undefined) text.catch(() => blocks.delete(number));
  if (blocks.size > BLOCKS_KEPT) blocks.delete(blocks.keys().next().value);
  return text;
}

// Blocks of text stand behind this script.
const parsed = new Promise((done) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done);
  else done();
});

/** What is kept of a document, as a list of [start, text]. */
async function partsOf(doc) {
  const { block: blockOf, at, parts, units } = index.documents;
  const all = await block(blockOf[doc]);
  const borders = parts[doc] ?? [0, units[doc]];
  let from = at[doc];
  const list = [];
  for (let n = 0; n < borders.length; n += 2) {
    const length = borders[n + 1] - borders[n];
    list.push([borders[n], all.slice(from, from + length)]);
    from += length;
  }
  return list;
}

/** The text of a place. */
async function textOf(doc, start, end) {
  for (const [from, text] of await partsOf(doc)) {
    if (start >= from && end <= from + text.length) return text.slice(start - from, end - from);
  }
  return "";
}

/** What a member has of the passage: of a quotation the quoted words. */
function memberText(member) {
  const { document: doc, quote_start: start, quote_end: end } = index.members;
  return textOf(doc[member], start[member], end[member]);
}

/** Units that any of the spans covers. */
function covered(spans) {
  let [sum, done] = [0, 0];
  for (const [start, end] of [...spans].sort((x, y) => x[0] - y[0])) {
    sum += Math.max(0, end - Math.max(start, done));
    done = Math.max(done, end);
  }
  return sum;
}

/** Units of a document that it shares with any other. */
function sharedUnits(doc) {
  const { start, end } = index.members;
  return covered(derived.membersOf[doc].map((n) => [start[n], end[n]]));
}

/**
 * What two documents share: {family, a: [start, end], b: [start, end], tokens, matched}. From the
 * pairs where they are listed; else from the places of their common families.
 */
function sharedBy(a, b) {
  const { pairs, members } = index;
  const found = [];
  const families = new Set();
  for (const n of derived.pairsOf.get(pairKey(a, b)) ?? []) {
    const x = [pairs.a_start[n], pairs.a_end[n]];
    const y = [pairs.b_start[n], pairs.b_end[n]];
    const straight = pairs.a[n] === a;
    families.add(pairs.family[n]);
    found.push({
      family: pairs.family[n], a: straight ? x : y, b: straight ? y : x,
      tokens: pairs.tokens[n], matched: pairs.matched[n],
    });
  }
  const others = a === b ? [] : derived.membersOf[a];
  for (const n of others) {
    const family = derived.familyOf[n];
    if (families.has(family)) continue;
    const partner = derived.membersOf[b].find((m) => derived.familyOf[m] === family);
    if (partner === undefined) continue;
    found.push({
      family, a: [members.start[n], members.end[n]],
      b: [members.start[partner], members.end[partner]], tokens: null, matched: null,
    });
  }
  found.sort((x, y) => x.a[0] - y.a[0] || x.b[0] - y.b[0]);
  return found;
}
