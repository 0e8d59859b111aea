// The frame of a page: it draws the view of the address, and again when the address changes. What a
// page has of its own is in `VIEWS`, its views by name, and in `PAGE`: `title`, `trouble` (words
// for a view that cannot be drawn), `shows` (whether a view has anything to show) and `prepare`
// (what comes before a view is drawn).

/** The views of a report. */
const REPORT_VIEWS = {
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
  family: { draw: viewFamily, within: "families" },
  article: { draw: viewArticle, within: "articles" },
  compare: { draw: viewCompare, within: "articles" },
};

let drawn = 0;

/** Draws the view of the address. `focus` names what gets the focus. */
async function draw({ focus } = {}) {
  drawn += 1;
  const mine = drawn;
  const { view, params } = here();
  const known = VIEWS[view] ?? VIEWS[HOME];
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  let content;
  try {
    await PAGE.prepare(view, params);
    content = await known.draw(params);
  } catch (error) {
    content = h("div", { class: "view" }, heading("This cannot be shown"),
      notice(PAGE.trouble, plain(error.message)));
  }
  if (mine !== drawn) return;
  main.replaceChildren(content);
  navigation(known.within ?? (VIEWS[view] ? view : HOME));
  const title = content.querySelector("h1")?.textContent ?? "";
  document.title = `${title} · ${PAGE.title}`;
  const target = focus ? main.querySelector(focus) ?? main.querySelector("h1") : null;
  target?.focus({ preventScroll: true });
  main.removeAttribute("aria-busy");
}

function navigation(current) {
  const items = Object.entries(VIEWS).filter(([key, view]) => view.name && PAGE.shows(key));
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

/** What works before there are data: the colours, and the way past the masthead. */
function openFrame() {
  appearance();
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
}

/** Draws the first view, and says that the page is ready. */
async function openViews() {
  marks.open();
  searchForm();
  addEventListener("hashchange", async () => {
    await draw({ focus: "h1" });
    scrollTo({ top: 0 });
  });
  await draw();
  document.documentElement.dataset.ready = "yes";
}
