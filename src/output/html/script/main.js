// The start: reads the index, draws the view of the address, and again when the address changes.

const VIEWS = {
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
  const known = VIEWS[view] ?? VIEWS.summary;
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  let content;
  try {
    content = await known.draw(params);
  } catch (error) {
    content = h("div", { class: "view" }, heading("This cannot be shown"),
      notice("The file may be cut off or changed. ", plain(error.message)));
  }
  if (mine !== drawn) return;
  main.replaceChildren(content);
  navigation(known.within ?? (VIEWS[view] ? view : "summary"));
  const title = content.querySelector("h1")?.textContent ?? "";
  document.title = `${title} · wirecopy report`;
  const target = focus ? main.querySelector(focus) ?? main.querySelector("h1") : null;
  target?.focus({ preventScroll: true });
  main.removeAttribute("aria-busy");
}

function navigation(current) {
  const hasOutlets = index.outlets.length > 0;
  const items = Object.entries(VIEWS).filter(([key, view]) =>
    view.name && (hasOutlets || (key !== "outlets" && key !== "network")) &&
    (key !== "copies" || index.copies.a.length > 0));
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
    // Not allowed for files here; the choice lasts as long as the page.
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

/** A report of two documents opens with both side by side. */
function openComparison() {
  const { documents, families } = index;
  if (location.hash !== "" || index.summary.documents !== 2) return;
  if (documents.id.length !== 2 || families.number.length === 0) return;
  history.replaceState(null, "", compareLink(0, 1));
}

async function start() {
  appearance();
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("loading").replaceChildren("This browser is too old for the report: ",
      "it cannot decompress. Firefox 113, Chrome 103, Safari 16.4 or a later one can.");
    return;
  }
  try {
    await readIndex();
  } catch (error) {
    document.getElementById("loading").replaceChildren(
      `The data of this file cannot be read; it may be cut off. ${plain(error.message)}`);
    return;
  }
  document.getElementById("edition").replaceChildren("report");
  document.getElementById("foot").replaceChildren(h("p", null,
    `Made by wirecopy ${index.program}. The file asks the network for nothing.`));
  marks.open();
  searchForm();
  addEventListener("hashchange", async () => {
    await draw({ focus: "h1" });
    scrollTo({ top: 0 });
  });
  openComparison();
  await draw();
  document.documentElement.dataset.ready = "yes";
}

start();
