// Two articles side by side: what they share is lit in both, and each passage knows its twin.

async function viewCompare(params) {
  const [a, b] = ["a", "b"].map((key) => derived.byId.get(params.get(key)));
  if (a === undefined) return missing("article", params.get("a"));
  if (b === undefined) return missing("article", params.get("b"));
  const all = sharedBy(a, b);
  const shared = all.slice(0, MOST_LIT);
  const state = { a, b, shared, edits: params.get("edits") !== "no", at: null, panels: null,
    map: null, together: true };
  const changes = state.edits ? await changesOf(state) : [[], []];
  const panels = await Promise.all([["a", a, changes[0]], ["b", b, changes[1]]]
    .map(([side, doc, edits]) => panel(state, side, doc, edits)));
  state.panels = panels;
  const map = minimap(state);
  state.map = map.drawing;
  const wanted = Number.parseInt(params.get("family") ?? "", 10);
  const start = shared.findIndex((one) => index.families.number[one.family] === wanted);
  const at = Number.parseInt(params.get("at") ?? "", 10) - 1;
  const view = h("div", { class: "view compare-view" },
    heading("Side by side", h("p", { class: "standfirst" }, shared.length === 0
      ? `These two articles share no passage in this ${PAGE.name}.`
      : [`${count(all.length, "passage", "passages")} shared`, courseText(a, b), ". ",
        "Choose one to find its twin."])),
    tools(state), map.drawing,
    h("div", { class: "panels" }, panels));
  // Once the view is on the page, both texts open at what they share first.
  const first = shared[at] ? at : Math.max(0, start);
  setTimeout(() => {
    if (shared.length > 0) choose(state, first, null, "auto");
    map.follow();
    scrollTogether(state);
  });
  return view;
}

/** Which of the two was printed later, in words. */
function courseText(a, b) {
  const [order, days] = [compareDates(a, b), daysBetween(a, b)];
  if (Number.isNaN(order)) return ", order unknown: a date is missing";
  if (order === 0) return ", both of the same day";
  const [early, late] = order < 0 ? [a, b] : [b, a];
  return [", ", name(speaker(late)), " after ", name(speaker(early)),
    ` (${daysText(Math.abs(days))})`];
}

function tools(state) {
  const step = (by) => {
    const n = state.shared.length;
    if (n === 0) return;
    choose(state, state.at === null ? (by > 0 ? 0 : n - 1) : (state.at + by + n) % n, null);
  };
  const changed = h("input", { type: "checkbox", name: "edits", checked: state.edits, on: {
    change: () => {
      replaceAddress("compare", { ...addressOf(state), edits: changed.checked ? "" : "no" });
      draw({ focus: "[name=edits]" });
    },
  } });
  const together = h("input", { type: "checkbox", name: "together", checked: true, on: {
    change: () => {
      state.together = together.checked;
    },
  } });
  return h("div", { class: "tools" },
    h("button", { type: "button", on: { click: () => step(-1) } }, "‹ Passage before"),
    h("button", { type: "button", on: { click: () => step(1) } }, "Next passage ›"),
    h("span", { class: "caption", id: "chosen" }, ""),
    h("label", { class: "box" }, together, "Scroll together"),
    h("label", { class: "box" }, changed, "Mark changed words"),
    copyButton("Copy as evidence", () => evidence(state.a, state.b, state.shared),
      state.shared.length === 0),
    h("a", { class: "button quiet", href: compareLink(state.b, state.a) }, "Swap sides"));
}

function addressOf(state) {
  return {
    a: index.documents.id[state.a], b: index.documents.id[state.b],
    at: state.at === null ? "" : state.at + 1, edits: state.edits ? "" : "no",
  };
}

/** Words in each article that the twin of their passage has not. */
async function changesOf({ a, b, shared }) {
  const [inA, inB] = [[], []];
  for (const one of shared) {
    const [x, y] = await Promise.all([textOf(a, ...one.a), textOf(b, ...one.b)]);
    const shift = (spans, by) => spans.map(([start, end]) => [start + by, end + by]);
    inA.push(...shift(onlyIn(y, x), one.a[0]));
    inB.push(...shift(onlyIn(x, y), one.b[0]));
  }
  return [inA, inB];
}

async function panel(state, side, doc, edits) {
  const spans = state.shared.map((one, n) => ({ start: one[side][0], end: one[side][1], key: n }));
  const text = await litText(doc, spans, edits, (keys, content, first) => {
    const n = keys[keys.length - 1];
    return h("a", {
      class: "lit", href: link("compare", { ...addressOf(state), at: n + 1 }),
      "data-passages": keys.join(" "),
      on: {
        click: (event) => {
          event.preventDefault();
          choose(state, n, side);
        },
        mouseenter: () => light(state, n, true),
        mouseleave: () => light(state, n, false),
        focus: () => light(state, n, true),
        blur: () => light(state, n, false),
      },
    }, first.map((k) => h("span", { class: "lit-number", dir: "ltr" },
      h("span", { class: "unseen" }, "passage "), String(k + 1),
      h("span", { class: "unseen" }, ": "))), content);
  });
  const units = covered(spans.map((span) => [span.start, span.end]));
  return h("article", { class: "panel", "data-side": side, "aria-label": plain(titleOf(doc)) },
    h("header", { class: "panel-head" }, articleHead(doc, "h2"),
      h("p", { class: "card-meta" }, meter(units, index.documents.units[doc],
        "of this text is shared with the other, in characters"), " · ",
      h("a", { href: articleLink(doc) }, "Alone"))),
    h("div", { class: "text panel-text", dir: "auto", tabindex: "0", role: "region",
      "aria-label": `Text of ${plain(titleOf(doc))}` }, text));
}

/** The stretches of a passage in both panels. */
function stretches(state, n) {
  const lit = state.panels.flatMap((one) =>
    [...one.querySelectorAll(`[data-passages~="${n}"]`)]);
  return [...lit, ...state.map.querySelectorAll(`[data-n="${n}"]`)];
}

function light(state, n, on) {
  for (const one of stretches(state, n)) one.classList.toggle("is-linked", on);
}

/**
 * Makes a passage the chosen one and brings it into sight, except on the side it was chosen
 * in.
 */
function choose(state, n, from, behavior = motion()) {
  for (const one of [...state.panels, state.map]) {
    for (const lit of one.querySelectorAll(".is-chosen")) {
      lit.classList.remove("is-chosen");
      lit.removeAttribute("aria-current");
    }
  }
  state.at = n;
  replaceAddress("compare", addressOf(state));
  for (const one of stretches(state, n)) {
    one.classList.add("is-chosen");
    one.setAttribute("aria-current", "true");
  }
  for (const one of state.panels) {
    if (one.dataset.side === from) continue;
    const lit = one.querySelector(`[data-passages~="${n}"]`);
    const box = one.querySelector(".panel-text");
    if (lit) {
      const away = lit.getBoundingClientRect().top - box.getBoundingClientRect().top;
      quiet(state, box);
      box.scrollTo({ top: box.scrollTop + away - box.clientHeight / 3, behavior });
    }
  }
  const { tokens, matched, family } = state.shared[n];
  const alike = tokens === null ? ""
    : `, ${percent(matched, tokens)} of ${number(tokens)} words alike`;
  const said = `Passage ${n + 1} of ${state.shared.length}${alike}`;
  document.getElementById("chosen")?.replaceChildren(said, " · ",
    familyBadge(family), " ",
    h("a", { href: familyLink(family) }, "All who have it"));
  announce(said);
}

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
