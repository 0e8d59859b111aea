// The question of the page: who printed this? A text is pasted or a file dropped; the answer shows
// the text with what others have of it lit, whose it is, who was first and who has most.

const TEXT_FILES = /\.(txt|md|text|json|html?)$/i;
const TABLES = /\.(csv|tsv|jsonl|ndjson)$/i;
const DROPPED = "A text, a web page, or one document as JSON with a field “text” can be dropped.";
const FILE_BYTES = 2 << 20;
const SOURCES = 40;

function viewAsk() {
  const text = h("textarea", { name: "draft", id: "draft", rows: 14, spellcheck: "false",
    placeholder: "Paste a draft, a press release, an article" });
  text.value = draft.get();
  const status = h("p", { class: "caption", role: "status" });
  const ask = () => {
    if (text.value.trim() === "") {
      status.replaceChildren("There is no text yet: paste one, or drop a file.");
      text.focus();
      return;
    }
    draft.set(text.value);
    location.hash = link("answer");
  };
  const take = async (file) => {
    if (!file) return;
    try {
      text.value = await fileText(file);
    } catch (error) {
      status.replaceChildren(name(file.name), ` ${error.message}`);
      return;
    }
    ask();
  };
  const file = h("input", { type: "file", hidden: true, id: "draft-file",
    "aria-label": "File with the text", on: { change: () => take(file.files[0]) } });
  const drop = h("form", { class: "ask", "aria-label": "Ask about a text", on: {
    submit: (event) => {
      event.preventDefault();
      ask();
    },
    dragover: (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    },
    dragleave: () => drop.classList.remove("is-over"),
    drop: (event) => {
      event.preventDefault();
      drop.classList.remove("is-over");
      const dropped = event.dataTransfer.files[0];
      if (dropped) take(dropped);
      else text.value = event.dataTransfer.getData("text/plain");
    },
    keydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
    },
  } },
  h("label", { class: "field-name", for: "draft" }, "Text"), text,
  h("div", { class: "tools ask-tools" },
    h("button", { type: "submit", class: "ask-button" }, "Who printed this?"),
    h("button", { type: "button", on: { click: () => file.click() } }, "Open a file"), file,
    h("button", { type: "button", class: "quiet", on: { click: () => {
      text.value = "";
      draft.set("");
      text.focus();
    } } }, "Clear"),
    h("span", { class: "caption" }, "Or drop a file on the field. Ctrl + Enter asks.")), status);
  return h("div", { class: "view" },
    heading("Who printed this?", h("p", { class: "standfirst" },
      "Paste a text to see which outlets carried which passages of it, and who was first. ",
      "The text stays on this server and is not kept.")), drop);
}

/** The text of a file, of a page or a record what it is about; an error says why there is none. */
async function fileText(file) {
  if (file.size > FILE_BYTES) {
    throw new Error("is larger than 2 MiB: ask the interface, or paste a part.");
  }
  const isTable = TABLES.test(file.name) || /csv|tab-separated/.test(file.type);
  if (isTable) throw new Error(`holds many documents. ${DROPPED}`);
  if (!file.type.startsWith("text/") && !TEXT_FILES.test(file.name)) {
    throw new Error(`is no text. ${DROPPED}`);
  }
  const text = decoded(new Uint8Array(await file.arrayBuffer()));
  if (/\.json$/i.test(file.name) || file.type === "application/json") return recordText(text);
  return /\.html?$/i.test(file.name) || file.type === "text/html" ? pageText(text) : text;
}

/** Bytes as text: UTF-16 where a mark says so, UTF-8 where it is, else as old files have it. */
function decoded(bytes) {
  const [x, y] = bytes;
  const wide = x === 0xff && y === 0xfe ? "utf-16le" : x === 0xfe && y === 0xff ? "utf-16be" : null;
  if (wide !== null) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

// What of a page is no part of its article, and what is no text at all.
const FURNITURE = new Set(["nav", "header", "footer", "aside", "button", "select", "menu",
  "dialog"]);
const NO_TEXT = new Set(["head", "script", "style", "template", "noscript", "svg", "math", "iframe",
  "object", "textarea", "title", "video", "audio", "canvas"]);
// Between the tags of these nothing is markup.
const RAW = new Set(["script", "style", "iframe", "textarea", "title", "noscript"]);
const PARAGRAPHS = new Set(["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol",
  "blockquote", "section", "article", "main", "figure", "figcaption", "form", "table", "tr", "pre",
  "dd", "dt", "hr", ...FURNITURE]);
const TAG_NAME = /[a-z][^\s/>]*/iy;

/**
 * The text of a page without its furniture. The policy of this page forbids to have markup parsed
 * by the browser, whatever becomes of it, so tags are read here: once through, in linear time.
 */
function pageText(source) {
  const tidy = (text) => text.replace(/[^\S\n]+/g, " ").replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n").trim();
  const article = tidy(textOfTags(source, FURNITURE));
  // A page that never closes its menu would be all menu.
  return article === "" ? tidy(textOfTags(source, new Set())) : article;
}

function textOfTags(source, furniture) {
  const parts = [];
  let skipped = null; // name of the element that is left out
  let depth = 0; // elements of that name which are open
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf("<", at);
    const end = open < 0 ? source.length : open;
    if (skipped === null) parts.push(source.slice(at, end).replace(/\s+/g, " "));
    if (open < 0) break;
    const tag = tagAt(source, open);
    at = tag.end;
    if (tag.name === null) {
      if (skipped === null && tag.text) parts.push("<");
      continue;
    }
    if (RAW.has(tag.name) && !tag.closes) {
      at = rawEnd(source, at, tag.name);
    } else if (skipped !== null) {
      if (tag.name === skipped) depth += tag.closes ? -1 : 1;
      if (depth === 0) skipped = null;
    } else if (!tag.closes && (furniture.has(tag.name) || NO_TEXT.has(tag.name))) {
      if (!tag.empty) [skipped, depth] = [tag.name, 1];
    }
    if (PARAGRAPHS.has(tag.name)) parts.push("\n\n");
    else if (tag.name === "br") parts.push("\n");
    else if (tag.name === "td" || tag.name === "th") parts.push(" ");
  }
  return unescaped(parts.join(""));
}

/** What stands at a `<`: {name, closes, empty, end}; without a name it is a comment or a sign. */
function tagAt(source, open) {
  if (source.startsWith("<!--", open)) {
    const end = source.indexOf("-->", open + 4);
    return { name: null, end: end < 0 ? source.length : end + 3 };
  }
  const closes = source[open + 1] === "/";
  TAG_NAME.lastIndex = open + (closes ? 2 : 1);
  const name = TAG_NAME.exec(source)?.[0].toLowerCase() ?? null;
  if (name === null && !/[!?/]/.test(source[open + 1] ?? "")) {
    return { name, text: true, end: open + 1 };
  }
  let end = open + 1;
  let quote = "";
  while (end < source.length && (quote !== "" || source[end] !== ">")) {
    const sign = source[end];
    if (quote === sign) quote = "";
    // A quote opens only where a value may start.
    else if (quote === "" && (sign === "\"" || sign === "'") && /[=\s]/.test(source[end - 1])) {
      quote = sign;
    }
    end += 1;
  }
  return { name, closes, empty: source[end - 1] === "/", end: end + 1 };
}

/** Where an element without markup ends. */
function rawEnd(source, at, name) {
  const close = new RegExp(`</${name}[\\s/>]`, "gi");
  close.lastIndex = at;
  const found = close.exec(source);
  const end = found === null ? -1 : source.indexOf(">", found.index);
  return end < 0 ? source.length : end + 1;
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'", ndash: "\u2013",
  mdash: "\u2014", lsquo: "\u2018", rsquo: "\u2019", sbquo: "\u201a", ldquo: "\u201c",
  rdquo: "\u201d", bdquo: "\u201e", hellip: "\u2026", euro: "\u20ac", bull: "\u2022",
  trade: "\u2122", zwnj: "\u200c", zwj: "\u200d", shy: "" };
// The names of U+00A0 to U+00FF.
("nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg " +
  "plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest " +
  "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute " +
  "Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc " +
  "Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute " +
  "ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide " +
  "oslash ugrave uacute ucirc uuml yacute thorn yuml").split(" ").forEach((one, n) => {
  ENTITIES[one] ??= String.fromCharCode(0xa0 + n);
});

/** Text with its character references resolved; unknown ones stay as they are. */
function unescaped(text) {
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]\w{1,30});/gi, (whole, what) => {
    if (!what.startsWith("#")) return Object.hasOwn(ENTITIES, what) ? ENTITIES[what] : whole;
    const hex = /^#x/i.test(what);
    const code = Number.parseInt(what.slice(hex ? 2 : 1), hex ? 16 : 10);
    if (code === 0 || code > 0x10ffff) return "\ufffd";
    // Old pages mean their own signs by these.
    return code >= 0x80 && code < 0xa0 ? new TextDecoder("windows-1252").decode(Uint8Array.of(code))
      : String.fromCodePoint(code);
  });
}

/** The text of a document as JSON, alone or the only one of a list. */
function recordText(source) {
  let found = null;
  try {
    found = JSON.parse(source);
  } catch {
    throw new Error(`is no whole JSON. ${DROPPED}`);
  }
  const one = Array.isArray(found) && found.length === 1 ? found[0] : found;
  if (typeof one?.text !== "string") {
    throw new Error(`${Array.isArray(found) ? "holds many documents" : "has no field “text”"}. ` +
      DROPPED);
  }
  return one.text;
}

async function viewAnswer(params) {
  const id = params.get("id");
  const shared = params.get("text");
  if (id === null && shared !== null) draft.set(await unpackedText(shared));
  if (id === null && draft.get().trim() === "") return viewAsk();
  const answer = await useAnswer(id);
  const doc = derived.byId.get(answer.id);
  const again = h("p", { class: "no-print" }, h("a", { class: "button", href: link("ask") },
    id === null ? "Change the text" : "Ask about another text"));
  const address = id === null ? await sharedLink() : null;
  if (doc === undefined || answer.sources.length === 0) {
    return h("div", { class: "view" },
      heading("Nothing of this is printed elsewhere", h("p", { class: "standfirst" },
        `The index has no passage of ${count(answer.min_tokens, "word", "words")} or more in `,
        "common with these ",
        count(answer.tokens, "word", "words"), ".")), leftOutLine(answer), address, again);
  }
  const { start, end } = index.members;
  const spans = derived.membersOf[doc].map((n) => ({
    start: start[n], end: end[n], key: derived.familyOf[n],
  }));
  const text = await litText(doc, spans, [], (keys, content) => h("a", {
    class: "lit", href: familyLink(keys[0]), "data-family": keys.join(" "),
    title: plain(`${saidOf(keys[0])}: ${holdersOf(keys[0], doc)}`),
  }, content));
  const share = percent(answer.share, 1);
  const whole = answer.share >= 0.995 ? "All" : share[0].toUpperCase() + share.slice(1);
  return h("div", { class: "view answer" },
    heading(`${whole} of this is printed elsewhere`,
      id === null ? null : h("p", { class: "card-headline" }, prose(titleOf(doc))),
      verdictLine(answer), leftOutLine(answer), address, again),
    h("div", { class: "columns" },
      h("article", { class: "wide text answer-text", dir: "auto", tabindex: "0",
        "aria-label": "The text, what is printed elsewhere lit" }, text),
      h("div", { class: "side" }, whose(answer), partsOfAnswer(answer))),
    sourceList(answer, doc), answerTimeline(answer));
}

/** Who else has a family. */
function holdersOf(family, doc) {
  const others = documentsOf(family).filter((one) => one !== doc).map(speaker);
  const own = [...new Set(others)];
  const more = own.length > 3 ? ` and ${own.length - 3} more` : "";
  return own.slice(0, 3).join(", ") + more;
}

function leftOutLine({ left_out: most, texts, min_tokens: least, sure_tokens: all }) {
  return [least >= all ? null : h("p", { class: "caption" },
    `Of passages of fewer than ${count(all, "word", "words")} some may be missing.`),
  most === 0 ? null : h("p", { class: "caption" },
    `${count(most, "document", "documents")} that few phrases lead to were not searched.`),
  texts ? null : h("p", { class: "caption" }, "The index keeps no texts: what is shared was ",
    "compared word by word, but the words of its documents cannot be shown.")];
}

/** Who was first, and who has most. */
function verdictLine(answer) {
  const said = (id) => {
    const one = derived.byId.get(id);
    if (one === undefined) return name(id);
    return [h("a", { href: compareLink(derived.byId.get(answer.id), one) }, name(speaker(one))),
      dayOf(one) ? `, ${dayOf(one)}` : null];
  };
  const [most] = answer.sources;
  return h("p", { class: "standfirst" }, "Most of it: ", said(most.id),
    ` (${percent(most.share, 1)}). `, answer.first === null
      ? "Who had it first is unknown: dates are missing or tie."
      : ["First: ", said(answer.first), "."]);
}

/** How much of the text each outlet has. */
function whose(answer) {
  const row = ({ outlet, share, documents, first_date: date }) => h("li", null,
    h("strong", null, outlet === null ? "No outlet" : name(outlet)), " ",
    h("span", { class: "label" }, count(documents, "article", "articles"),
      date ? [", from ", prose(dayText(date))] : null),
    h("br"), meter(share, 1, "of this text"));
  return h("section", { "aria-labelledby": "whose" }, h("h2", { id: "whose" }, "Whose it is"),
    h("ul", { class: "partners" }, answer.outlets.slice(0, 20).map(row)),
    answer.outlets.length > 20 ? h("p", { class: "caption" },
      `and ${number(answer.outlets.length - 20)} more outlets with less`) : null);
}

/** A date of an answer as all others of the page. */
function dayText(date) {
  const seconds = Date.parse(date.slice(0, 10)) / 1000;
  return Number.isNaN(seconds) ? date : day(seconds);
}

/** What a passage is called, as `check` says it: whose it is where that is known, else its kind. */
function saidOf(family) {
  const kind = kindOf(family);
  const giver = kind === "wire" ? creditIn(family) : null;
  const called = giver !== null ? calledOf(giver.name) : kind === "reuse" ? "unexplained" : kind;
  return sureWord(index.families.sure[family]) + called;
}

/** The parts of the text by what they are: {said, family, tokens}, as the server counts them. */
function partsBySaid(answer) {
  const parts = new Map();
  for (const [number, tokens] of answer.report.parts) {
    const family = derived.byNumber.get(number);
    if (family === undefined) continue;
    const part = parts.get(saidOf(family)) ?? { said: saidOf(family), family, tokens: 0 };
    part.tokens += tokens;
    parts.set(part.said, part);
  }
  return [...parts.values()].sort((x, y) => y.tokens - x.tokens);
}

/** What the text is, part by part; together they are the share that is printed elsewhere. */
function partsOfAnswer(answer) {
  const parts = partsBySaid(answer);
  return h("section", { "aria-labelledby": "what" }, h("h2", { id: "what" }, "What it is"),
    h("ul", { class: "partners" }, parts.map(({ said, family, tokens }) => h("li", null,
      kindBadge(kindOf(family), index.families.sure[family], said), " ",
      meter(tokens, answer.tokens, "of this text")))),
    parts.some(({ family }) => index.families.sure[family] < SURE) ? h("p", { class: "caption" },
      "“Probably” and “perhaps”: the kind is less sure. “Unexplained”: nothing says why others ",
      "have it as well.") : null);
}

/** The articles that have something of the text, those with most of it first. */
function sourceList(answer, doc) {
  const row = ({ id, passages, share }) => {
    const one = derived.byId.get(id);
    if (one === undefined) return h("li", { class: "card" }, name(id));
    return h("li", { class: "card" },
      h("div", { class: "card-top" }, h("p", { class: "card-who" }, name(speaker(one)),
        dayOf(one) ? `, ${dayOf(one)}` : null),
      h("div", { class: "card-marks" },
        answer.most_complete === id ? h("span", { class: "flag" }, "most complete") : null,
        answer.first === id ? h("span", { class: "flag" }, "first") : null)),
      h("a", { class: "card-headline", href: compareLink(doc, one), dir: "auto" },
        prose(titleOf(one))),
      h("p", { class: "card-meta" }, meter(share, 1, "of this text"), " · ",
        count(passages, "passage", "passages"), " · ",
        h("a", { class: "side-link", href: compareLink(doc, one) }, "Side by side"),
        sourceLink(one) ? [" · ", sourceLink(one)] : null));
  };
  const list = answer.sources;
  return h("section", { "aria-labelledby": "sources" },
    h("h2", { id: "sources" }, count(list.length, "article has", "articles have"),
      " something of it"),
    h("ol", { class: "cards" }, list.slice(0, SOURCES).map(row)),
    list.length > SOURCES ? h("p", { class: "caption" },
      `and ${number(list.length - SOURCES)} more with less`) : null);
}

/** The articles by outlet and date. */
function answerTimeline(answer) {
  const { seconds } = index.documents;
  const docs = answer.sources.map(({ id }) => derived.byId.get(id))
    .filter((one) => one !== undefined && seconds[one] !== null);
  if (docs.length < 2) return null;
  const dates = docs.map((one) => seconds[one]);
  const [low, high] = [Math.min(...dates), Math.max(...dates)];
  const scale = scaleOf(low, high);
  const lanes = new Map();
  for (const one of docs.sort((x, y) => seconds[x] - seconds[y])) {
    lanes.set(speaker(one), [...lanes.get(speaker(one)) ?? [], one]);
  }
  const dot = (one) => h("a", {
    href: articleLink(one),
    class: answer.first === index.documents.id[one] ? "dot dot-first" : "dot",
    vars: { "--at": `${scale(seconds[one])}%` },
    title: `${speaker(one)}, ${dayOf(one)}`,
    "aria-label": `${speaker(one)}, ${dayOf(one)}: ${titleOf(one)}`,
  });
  return h("section", { "aria-labelledby": "line" }, h("h2", { id: "line" }, "In time"),
    h("div", { class: "lanes" },
      h("div", { class: "lane-axis", "aria-hidden": "true" }, axis(low, high, scale, 4)),
      h("ol", { class: "track-list" }, [...lanes].slice(0, LANES).map(([who, own]) =>
        h("li", { class: "lane" }, h("span", { class: "lane-name" }, name(who)),
          h("span", { class: "track-line" }, gathered(own, (one) => scale(seconds[one]))
            .slice(0, LANE_DOTS).map(([at, list]) => (list.length === 1 ? dot(list[0])
              : several(at, list.length,
                `${dayOf(list[0])}: ${count(list.length, "article", "articles")}`)))))))));
}
