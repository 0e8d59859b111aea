// The frame of a page: it draws the view of the address, and again when the address changes. What a
// page has of its own is in `VIEWS`, its views by name, and in `PAGE`: `title`, `trouble` (words
// for a view that cannot be drawn), `shows` (whether a view has anything to show), `prepare` (what
// comes before a view is drawn), and words: `name` (what the page is of), `held` (where what it has
// is), `whole` (where all of it is) and `numbered` (whether families have numbers elsewhere).

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

/** What an address shows that names no view: a slip, or a link of another version. */
const NOWHERE = { draw: viewNowhere, own: true };

function viewNowhere() {
  return h("div", { class: "view" }, heading("There is nothing at this address"),
    notice(`No view of the ${PAGE.name} is called `, name(here().view), ". ",
      h("a", { href: link(HOME) }, VIEWS[HOME].name), "."));
}

let drawn = 0;

/** Draws the view of the address. `focus` names what gets the focus. */
async function draw({ focus } = {}) {
  drawn += 1;
  const mine = drawn;
  const { view, params } = here();
  const known = Object.hasOwn(VIEWS, view) ? VIEWS[view] : NOWHERE;
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
  navigation(known.within ?? view);
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

function toTop() {
  scrollTo({ top: 0 });
}

const SCROLL_REST = 120; // milliseconds without scrolling, after which the place is kept
const SCROLL_PATIENCE = 2000; // milliseconds that a view may take to become as long as it was

/**
 * Keeps how far each step of the history was scrolled, and returns a function that scrolls to it:
 * views are drawn too late for the browser to do so.
 */
function keepPlaces() {
  history.scrollRestoration = "manual";
  let waiting = 0;
  const keep = () => {
    clearTimeout(waiting);
    history.replaceState({ ...history.state, top: Math.round(scrollY) }, "");
  };
  addEventListener("scroll", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, SCROLL_REST);
  }, { passive: true });
  // A link leads away before scrolling has rested.
  addEventListener("click", keep, { capture: true });
  // Nothing of the step that is left may be written into the one that is reached.
  addEventListener("popstate", () => clearTimeout(waiting));
  return () => {
    const top = history.state?.top ?? 0;
    const end = performance.now() + SCROLL_PATIENCE;
    const go = () => {
      scrollTo({ top });
      const short = Math.abs(scrollY - top) > 1 && document.querySelector("[aria-busy]") !== null;
      if (short && performance.now() < end) requestAnimationFrame(go);
    };
    go();
  };
}

/** Draws the first view, and says that the page is ready. */
async function openViews() {
  marks.open();
  if (PAGE.shows("search")) searchForm();
  const toPlace = keepPlaces();
  addEventListener("hashchange", async () => {
    await draw({ focus: "h1" });
    toPlace();
  });
  await draw();
  toPlace();
  document.documentElement.dataset.ready = "yes";
}
