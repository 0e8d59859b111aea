// The start: the views of a server, and the data that each is drawn over.

const VIEWS = {
  ask: { name: "Ask", draw: viewAsk, own: true },
  answer: { draw: viewAnswer, within: "ask", own: true },
  ...REPORT_VIEWS,
  flows: { name: "Flows", draw: viewFlows },
  family: { draw: viewKey, within: "families" },
};

const PAGE = {
  title: "wirecopy",
  name: "index",
  held: "on this page",
  numbered: false,
  whole: "the interface lists all of them",
  trouble: "",
  shows: () => true,
  // A view that is no question is drawn over the data that it is of.
  prepare: async (view, params) => {
    if ((VIEWS[view] ?? VIEWS[HOME]).own) return;
    if (OF_DATA.has(view) && params.get("in") === "answer") await useAnswer(params.get("of"));
    else await useArchive();
  },
};

/** A family by its key, or by one that it had before. */
async function viewKey(params) {
  const key = params.get("key") ?? "";
  let at = index.families.key.indexOf(key);
  if (at < 0 && /^[0-9a-f]{16}$/.test(key) && inUse === "") {
    try {
      const now = await (await fetched(`/api/families/${key}`)).json();
      at = index.families.key.indexOf(now.key);
    } catch {
      // The view says that there is none.
    }
  }
  if (at < 0) return missing("family", key);
  const all = new URLSearchParams(params);
  all.set("n", index.families.number[at]);
  return viewFamily(all);
}

async function start() {
  openFrame();
  await openViews();
  try {
    const stats = await (await fetched("/api/stats")).json();
    document.getElementById("edition").replaceChildren(
      count(stats.index.documents, "article", "articles"));
    document.getElementById("foot").replaceChildren(h("p", null,
      `Served by wirecopy ${stats.version}. The page asks this server alone.`));
  } catch {
    // The view says what is wrong.
  }
}

start();
