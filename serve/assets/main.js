// The start: draws the view of the address over the data that it is of, and again when the address
// changes.

const VIEWS = {
  ask: { name: "Ask", draw: viewAsk, own: true },
  answer: { draw: viewAnswer, within: "ask", own: true },
  summary: { name: "Summary", draw: viewSummary },
  copies: { name: "Copies", draw: viewCopies },
  families: { name: "Families", draw: viewFamilies },
  timeline: { name: "Timeline", draw: viewTimeline },
  outlets: { name: "Outlets", draw: viewOutlets },
  network: { name: "Network", draw: viewNetwork },
  articles: { name: "Articles", draw: viewArticles },
  marked: { name: "Marked", draw: viewMarked },
  search: { draw: viewSearch, within: "articles" },
  dossier: { draw: viewDossier, within: "families" },
  family: { draw: viewKey, within: "families" },
  article: { draw: viewArticle, within: "articles" },
  compare: { draw: viewCompare, within: "articles" },
};

let drawn = 0;

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

/** Draws the view of the address. `focus` names what gets the focus. */
async function draw({ focus } = {}) {
  drawn += 1;
  const mine = drawn;
  const { view, params } = here();
  const known = VIEWS[view] ?? VIEWS.ask;
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  let content;
  try {
    if (!known.own) {
      if (OF_DATA.has(view) && params.get("in") === "answer") await useAnswer(params.get("of"));
      else await useArchive();
    }
    content = await known.draw(params);
  } catch (error) {
    content = h("div", { class: "view" }, heading("This cannot be shown"),
      notice(plain(error.message)));
  }
  if (mine !== drawn) return;
  main.replaceChildren(content);
  navigation(known.within ?? (VIEWS[view] ? view : "ask"));
  const title = content.querySelector("h1")?.textContent ?? "";
  document.title = `${title} · wirecopy`;
  const target = focus ? main.querySelector(focus) ?? main.querySelector("h1") : null;
  target?.focus({ preventScroll: true });
  main.removeAttribute("aria-busy");
}

function navigation(current) {
  const items = Object.entries(VIEWS).filter(([, view]) => view.name);
  document.getElementById("views").replaceChildren(h("ul", null, items.map(([key, view]) =>
    h("li", null, h("a", { href: link(key), "aria-current": key === current ? "page" : null },
      view.name)))));
}

/** The choice of colours; remembered where the browser allows it. */
function appearance() {
  const key = "wirecopy-colours";
  let kept = "";
  try {
    kept = localStorage.getItem(key) ?? "";
  } catch {
    // Not allowed here; the choice lasts as long as the page.
  }
  const apply = (value) => {
    if (value === "light" || value === "dark") document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  };
  apply(kept);
  const options = [["", "Auto"], ["light", "Light"], ["dark", "Dark"]];
  const choice = select(options, kept, (value) => {
    apply(value);
    try {
      localStorage.setItem(key, value);
    } catch {
      // As above.
    }
  }, { name: "theme" });
  document.getElementById("appearance").append(h("label", null,
    h("span", { class: "unseen" }, "Colours"), choice));
}

async function start() {
  appearance();
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
  marks.open();
  searchForm();
  addEventListener("hashchange", async () => {
    await draw({ focus: "h1" });
    scrollTo({ top: 0 });
  });
  await draw();
  document.documentElement.dataset.ready = "yes";
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
