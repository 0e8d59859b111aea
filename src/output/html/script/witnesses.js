// The witnesses of a family: by wording, or one by one with their changes marked.

let drawing = 0; // a later drawing ends an earlier one

async function drawWitnesses(state, [text, folding], into) {
  drawing += 1;
  const mine = drawing;
  into.setAttribute("aria-busy", "true");
  const all = membersOf(state.family);
  const list = all.slice(0, state.shown);
  const own = index.families.text[state.family];
  let [base, texts] = [own, null];
  try {
    if (state.base !== null) base = await memberText(state.base);
    texts = await Promise.all(list.map(memberText));
  } catch (error) {
    if (mine !== drawing) return;
    // A server that was stopped: what the page has already stays.
    into.removeAttribute("aria-busy");
    text.replaceChildren(prose(own));
    fold(text, folding, own);
    into.replaceChildren(notice("The witnesses cannot be shown. ", PAGE.trouble,
      plain(error.message)));
    announce("The witnesses cannot be shown.");
    return;
  }
  if (mine !== drawing) return;
  into.removeAttribute("aria-busy");
  text.replaceChildren(prose(base));
  fold(text, folding, base);
  const rows = laidAgainst(base, list, texts);
  const body = state.mode === "table" ? readings(base, rows)
    : state.mode === "full" ? h("ol", { class: "witness-list" },
      rows.map((row) => witness(state, row)))
      : h("div", { class: "witness-list" }, wordings(rows).map((one) => wording(state, one)));
  into.replaceChildren(...[legend(state.mode), body,
    ...more(state, all, () => drawWitnesses(state, [text, folding], into))].filter(Boolean));
}

/** Shows the first lines of a long passage and offers all of it; paper gets all of it. */
function fold(text, folding, base) {
  text.classList.toggle("folded", base.length > LONG);
  const all = `Show all ${count(words(base).length, "word", "words")}`;
  const button = h("button", { type: "button", class: "small", "aria-expanded": "false",
    on: { click: () => {
      const folded = text.classList.toggle("folded");
      button.setAttribute("aria-expanded", String(!folded));
      button.replaceChildren(folded ? all : "Show less");
    } } }, all);
  folding.replaceChildren(...(base.length > LONG ? [button] : []));
}

/** Members with their texts and what differs; equal texts are compared once. */
function laidAgainst(base, list, texts) {
  const known = new Map();
  return list.map((member, n) => {
    const text = texts[n];
    if (!known.has(text)) known.set(text, marked(base, text));
    return { member, text, pieces: known.get(text) };
  });
}

/** Rows by their words: those of the base first, then the most common. */
function wordings(rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = words(row.text).map((word) => word.form).join(" ");
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].sort((x, y) => isSame(y[0]) - isSame(x[0]) || y.length - x.length);
}

function isSame({ pieces, text }) {
  return text !== "" && pieces !== null && pieces.every((one) => one.kind === "same");
}

/** A wording and who has it. */
function wording(state, rows) {
  const holder = (row) => h("li", { class: "holder" }, byline(state, row.member));
  const rest = rows.slice(HOLDERS);
  return h("section", { class: isSame(rows[0]) ? "witness witness-same" : "witness" },
    h("div", { class: "witness-text" }, witnessText(state, rows[0])),
    h("ul", { class: "holders" }, rows.slice(0, HOLDERS).map(holder)),
    rest.length === 0 ? null : h("details", null,
      h("summary", null, `and ${number(rest.length)} more with these words`),
      h("ul", { class: "holders" }, rest.map(holder))));
}

function legend(mode) {
  if (mode === "table") return null;
  return h("p", { class: "caption" }, "Beside the wording above: ",
    h("ins", null, "only here"), " ", h("del", null, "not here"));
}

function more(state, all, redraw) {
  const rest = all.length - state.shown;
  const cut = index.families.size[state.family] - all.length;
  const said = cut > 0 ? notice(`${count(cut, "more place", "more places")} of this family ` +
    `${cut === 1 ? "is" : "are"} not ${PAGE.held}.`) : null;
  if (rest <= 0) return [said];
  return [h("p", null, h("button", {
    type: "button", on: {
      click: () => {
        state.shown += 4 * WITNESSES;
        redraw();
      },
    },
  }, `Show more (${number(rest)} left)`)), said];
}

/** Who holds a passage: outlet, date, headline, with links. */
function byline(state, member) {
  const doc = memberDocument(member);
  const source = takenFrom(member, giverOf(state.family));
  const when = dayOf(doc);
  const other = state.base === null ? index.families.first[state.family]
    : memberDocument(state.base);
  const partner = other >= 0 && other !== doc ? other : otherMember(state.family, doc);
  return [
    h("div", { class: "witness-who" },
      h("strong", null, name(speaker(doc))),
      index.families.first[state.family] === doc ? h("span", { class: "flag" }, "first") : null,
      h("span", { class: "when" }, when ?? "no date"), sourceLink(doc)),
    h("div", { class: "witness-title" },
      h("a", { href: articleLink(doc), dir: "auto" }, name(titleOf(doc))),
      source >= 0 ? h("span", { class: "caption" },
        index.members.basis[member] === "date" ? " printed after " : " likely from ",
        name(speaker(source)),
        sure(index.members.confidence[member])) : null),
    partner === null ? null : h("a", {
      class: "button quiet small",
      href: compareLink(partner, doc, { family: index.families.number[state.family] }),
      "aria-label": `Compare ${plain(speaker(doc))} side by side with ${plain(speaker(partner))}`,
    }, "Side by side"),
  ];
}

function otherMember(family, doc) {
  const found = documentsOf(family).find((other) => other !== doc);
  return found ?? null;
}

function witnessText(state, row) {
  const { text, pieces } = row;
  if (text === "") return h("p", { class: "caption" }, `The text is not ${PAGE.held}.`);
  if (pieces === null) {
    return [h("p", { class: "caption" }, "Too different to be marked word by word."),
      h("p", { class: "reading", dir: "auto" }, prose(text))];
  }
  if (state.mode === "full") {
    return h("p", { class: "reading", dir: "auto" }, pieces.map(piece));
  }
  if (isSame(row)) return h("p", { class: "same" }, "Word for word the same");
  return snippets(pieces).map((snippet) => h("p", { class: "reading", dir: "auto" }, snippet));
}

function witness(state, row) {
  return h("li", { class: "witness witness-one" },
    h("div", { class: "witness-head" }, byline(state, row.member)),
    h("div", { class: "witness-text" }, witnessText(state, row)));
}

function piece({ kind, text }) {
  if (kind === "same") return prose(text);
  return [h(kind === "added" ? "ins" : "del", null, prose(text)), kind === "gone" ? " " : null];
}

/** Changes with a few words around each; near ones stand together. */
function snippets(pieces) {
  const list = [];
  let open = null;
  pieces.forEach((one, n) => {
    if (one.kind !== "same") {
      open ??= n === 0 ? [] : [lastWords(pieces[n - 1].text, n === 1)];
      open.push(piece(one));
      return;
    }
    if (open === null) return;
    const found = words(one.text);
    if (n < pieces.length - 1 && found.length <= 2 * CONTEXT) {
      open.push(prose(one.text));
      return;
    }
    const end = found.length > CONTEXT ? found[CONTEXT - 1].end : one.text.length;
    open.push(prose(one.text.slice(0, end)), found.length > CONTEXT ? " …" : null);
    list.push(open);
    open = null;
  });
  if (open !== null) list.push(open);
  return list;
}

function lastWords(text, isStart) {
  const found = words(text);
  if (found.length <= CONTEXT) return isStart ? prose(text) : ["… ", prose(text)];
  return ["… ", prose(text.slice(found[found.length - CONTEXT].start))];
}
