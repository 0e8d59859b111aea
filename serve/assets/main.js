// The start: the views of a server, and the data that each is drawn over.

const VIEWS = {
  ask: { name: "Ask", draw: viewAsk, own: true },
  answer: { draw: viewAnswer, within: "ask", own: true },
  ...REPORT_VIEWS,
  flows: { name: "Flows", draw: viewFlows },
  family: { draw: viewKey, within: "families" },
};

let scans = true; // whether the server scans its index

const PAGE = {
  title: "wirecopy",
  name: "index",
  held: "on this page",
  numbered: false,
  whole: "the interface lists all of them",
  trouble: "",
  // Without a scan there is nothing but questions.
  shows: (key) => scans || VIEWS[key].own === true,
  // A view that is no question is drawn over the data that it is of.
  prepare: async (view, params) => {
    if (!Object.hasOwn(VIEWS, view) || VIEWS[view].own) return;
    if (OF_DATA.has(view) && params.get("in") === "answer") await useAnswer(params.get("of"));
    else await useArchive();
  },
};

/** A family by its key, or by one that it had before. */
async function viewKey(params) {
  const key = params.get("key") ?? "";
  let at = index.families.key.indexOf(key);
  let kept = null;
  if (at < 0 && /^[0-9a-f]{16}$/.test(key) && inUse === "") {
    try {
      kept = await (await fetched(`/api/families/${key}`)).json();
      at = index.families.key.indexOf(kept.key);
    } catch {
      // The view says that there is none.
    }
  }
  if (at < 0) return kept === null ? missing("family", key) : keptFamily(kept);
  const all = new URLSearchParams(params);
  all.set("n", index.families.number[at]);
  return viewFamily(all);
}

/** A family that the page has not, as the index keeps it: it has ended, or came a moment ago. */
function keptFamily({ key, former, kind, text, members }) {
  const card = ({ id, outlet, date, title }) => {
    const doc = derived.byId.get(id);
    const said = prose(title ?? id);
    return h("li", { class: "card" },
      h("p", { class: "card-who" }, outlet === null ? "No outlet" : name(outlet),
        date === null ? null : `, ${date.slice(0, 10)}`),
      h("p", { class: "card-headline", dir: "auto" },
        doc === undefined ? said : h("a", { href: articleLink(doc) }, said)));
  };
  const gone = members.length === 0 ? "No article of the index has this passage any more."
    : "The articles that made it a family were removed or changed. What is left of it:";
  return h("div", { class: "view" },
    heading(former ? "A family that has ended" : "A family",
      h("p", { class: "standfirst" }, former ? gone
        : "It is not yet among the families of this page."),
      h("p", { class: "card-meta" }, `${kind}, key `, h("span", { class: "label" }, key))),
    text === "" ? null : h("blockquote", { class: "passage", dir: "auto" }, prose(text)),
    members.length === 0 ? null : h("ol", { class: "cards" }, members.map(card)),
    h("p", null, h("a", { href: link("families") }, "All families")));
}

async function start() {
  openFrame();
  try {
    const stats = await (await fetched("/api/stats")).json();
    scans = stats.scans;
    document.getElementById("edition").replaceChildren(
      count(stats.index.documents, "article", "articles"));
    document.getElementById("foot").replaceChildren(h("p", null,
      `Served by wirecopy ${stats.version}. The page asks this server alone.`));
  } catch {
    // The view says what is wrong.
  }
  await openViews();
}

start();
