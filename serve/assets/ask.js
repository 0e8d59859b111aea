// The question of the page: who printed this? A text is pasted or a file dropped; the answer shows
// the text with what others have of it lit, whose it is, who was first and who has most.

const TEXT_FILES = /\.(txt|md|text|json|jsonl|csv|html?)$/i;
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
    if (file.size > FILE_BYTES) {
      status.replaceChildren("The file is larger than 2 MiB: ask the interface, or paste a part.");
      return;
    }
    if (!file.type.startsWith("text/") && !TEXT_FILES.test(file.name)) {
      status.replaceChildren(name(file.name), " is no text file: paste its text here.");
      return;
    }
    const read = new TextDecoder("utf-8").decode(await file.arrayBuffer());
    text.value = read;
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
    title: plain(`${kindOf(keys[0])}: ${holdersOf(keys[0], doc)}`),
  }, content));
  const whole = answer.share >= 0.995 ? "All" : percent(answer.share, 1);
  return h("div", { class: "view answer" },
    heading(`${whole} of this is printed elsewhere`,
      id === null ? null : h("p", { class: "card-headline" }, prose(titleOf(doc))),
      verdictLine(answer), leftOutLine(answer), address, again),
    h("div", { class: "columns" },
      h("article", { class: "wide text answer-text", dir: "auto", tabindex: "0",
        "aria-label": "The text, what is printed elsewhere lit" }, text),
      h("div", { class: "side" }, whose(answer), kindsOfAnswer(answer))),
    sourceList(answer, doc), answerTimeline(answer));
}

/** Who else has a family. */
function holdersOf(family, doc) {
  const others = documentsOf(family).filter((one) => one !== doc).map(speaker);
  const own = [...new Set(others)];
  const more = own.length > 3 ? ` and ${own.length - 3} more` : "";
  return own.slice(0, 3).join(", ") + more;
}

function leftOutLine({ left_out: most, texts }) {
  return [most === 0 ? null : h("p", { class: "caption" },
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
      date ? [", from ", prose(date.slice(0, 10))] : null),
    h("br"), meter(share, 1, "of this text"));
  return h("section", { "aria-labelledby": "whose" }, h("h2", { id: "whose" }, "Whose it is"),
    h("ul", { class: "partners" }, answer.outlets.slice(0, 20).map(row)),
    answer.outlets.length > 20 ? h("p", { class: "caption" },
      `and ${number(answer.outlets.length - 20)} more outlets with less`) : null);
}

function kindsOfAnswer(answer) {
  return h("section", { "aria-labelledby": "what" }, h("h2", { id: "what" }, "What it is"),
    h("ul", { class: "partners" }, answer.kinds.map(({ kind, share }) =>
      h("li", null, kindBadge(kind), " ", meter(share, 1, "")))));
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
          h("span", { class: "track-line" }, own.slice(0, LANE_DOTS).map(dot)))))));
}
