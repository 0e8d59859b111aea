// Families in time: the lanes of one family, and the list of many.

const LANES = 24;
const TIMELINE_PAGE = 40;
const MOST_DOTS = 160;

/** A family's witnesses by outlet and date. */
function familyTimeline(family) {
  const docs = documentsOf(family).filter((doc) => index.documents.seconds[doc] !== null);
  const undated = documentsOf(family).length - docs.length;
  if (docs.length < 2) return null;
  const lanes = new Map();
  for (const doc of docs) {
    const who = speaker(doc);
    if (lanes.has(who)) lanes.get(who).push(doc);
    else lanes.set(who, [doc]);
  }
  const shown = [...lanes].slice(0, LANES);
  const hidden = lanes.size - shown.length;
  const { seconds } = index.documents;
  const [low, high] = derived.spans[family];
  const reach = Math.max(high - low, 86400);
  const [left, width, lane, top] = [140, 560, 22, 22];
  const x = (at) => left + 10 + (at - low) / reach * (width - left - 42);
  const height = top + shown.length * lane + 6;
  const marks = ticks(low, high, 5).filter(([at]) => at >= low && at <= high);
  const dot = (doc, y) => svgLink(articleLink(doc), {
    "aria-label": `${speaker(doc)}, ${dayOf(doc)}: ${titleOf(doc)}`,
  }, h("circle", {
    class: index.families.first[family] === doc ? "dot dot-first" : "dot",
    cx: x(seconds[doc]), cy: y, r: index.families.first[family] === doc ? 7 : 5,
  }, h("title", null, `${plain(speaker(doc))}, ${dayOf(doc)}`)));
  const row = ([who, list], n) => {
    const y = top + n * lane + lane / 2;
    const label = plain(opening(who, 22));
    return h("g", null,
      h("line", { class: "lane", x1: left, x2: width, y1: y, y2: y }),
      h("text", { class: "lane-name", x: left - 8, y: y + 4 }, label),
      list.map((doc) => dot(doc, y)));
  };
  return h("section", { "aria-labelledby": "line" },
    h("h2", { id: "line" }, "In time"),
    h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Time line" },
      h("svg", { class: "lanes", viewBox: `0 0 ${width} ${height}`, width, height,
        role: "group", "aria-label": `Witnesses from ${day(low)} to ${day(high)}` },
      marks.map(([at, text]) => h("g", null,
        h("line", { class: "tick-line", x1: x(at), x2: x(at), y1: 16, y2: height }),
        h("text", { class: "tick tick-middle", x: x(at), y: 11 }, text))),
      shown.map(row))),
    hidden + undated > 0 ? h("p", { class: "caption" }, [
      hidden > 0 ? `${count(hidden, "outlet", "outlets")} more below in the list. ` : null,
      undated > 0 ? `${count(undated, "article has", "articles have")} no date.` : null]) : null);
}

/** All families that pass the kinds, one bar each from first to last witness. */
function viewTimeline(params) {
  const kinds = chosenKinds(params);
  const order = params.get("sort") === "rank" ? "rank" : "first";
  const list = familiesOf(kinds).filter((n) => derived.spans[n][0] !== null);
  const undated = familiesOf(kinds).length - list.length;
  if (order === "first") {
    list.sort((x, y) => derived.spans[x][0] - derived.spans[y][0] || x - y);
  }
  const page = pageOf(list, Number.parseInt(params.get("page") ?? "1", 10), TIMELINE_PAGE);
  const settings = (more) => ({
    kind: kindSettings(kinds), sort: order === "rank" ? "rank" : "",
    page: page.at > 1 ? page.at : "", ...more,
  });
  const go = (more, focus) => {
    replaceAddress("timeline", settings(more));
    draw({ focus });
  };
  return h("div", { class: "view" },
    heading("Timeline", h("p", { class: "standfirst" },
      "Each row is a family, from its first witness to its last; a dot is an article.")),
    h("div", { class: "fields" },
      field("Order", select([["first", "By date"], ["rank", "Most telling"]], order,
        (value) => go({ sort: value === "rank" ? "rank" : "", page: "" }, "[name=order]"),
        { name: "order" })),
      index.kinds.length > 1 ? kindBoxes(kinds, (set) =>
        go({ kind: kindSettings(set), page: "" }, "[name=kind]")) : null),
    page.items.length === 0 ? notice("No family of these kinds has a dated witness.")
      : timelineRows(page.items),
    undated > 0 ? h("p", { class: "caption" },
      `${count(undated, "family has", "families have")} no dated witness.`) : null,
    pager(page.at, page.pages, (to) => go({ page: to }, "h1"), "the timeline"));
}

function timelineRows(list) {
  const low = Math.min(...list.map((n) => derived.spans[n][0]));
  const high = Math.max(...list.map((n) => derived.spans[n][1]));
  const reach = Math.max(high - low, 86400);
  const share = (at) => 1 + 98 * (at - low) / reach;
  const marks = ticks(low, high, 5).filter(([at]) => at >= low && at <= high);
  const row = (family) => {
    const [first, last] = derived.spans[family];
    const dates = documentsOf(family).map((doc) => index.documents.seconds[doc]);
    const known = [...new Set(dates.filter((at) => at !== null))];
    const every = Math.ceil(known.length / MOST_DOTS);
    const dots = known.filter((_, n) => n % every === 0);
    return h("li", { class: "track" },
      h("a", { class: "track-name", href: familyLink(family), dir: "auto" },
        prose(opening(index.families.text[family], 90))),
      h("span", { class: "card-meta" }, dotted([
        kindOf(family), count(index.families.size[family], "place", "places"),
        spanText(family)])),
      h("span", { class: "track-line", "aria-hidden": "true" },
        h("span", { class: "track-bar",
          vars: { "--from": `${share(first)}%`, "--to": `${share(last)}%` } }),
        dots.map((at) => h("span", {
          class: dots.length > 12 ? "track-tick" : "track-dot",
          vars: { "--at": `${share(at)}%` },
        }))));
  };
  return h("div", { class: "tracks" },
    h("div", { class: "track-axis", "aria-hidden": "true" }, marks.map(([at, text]) =>
      h("span", { vars: { "--at": `${share(at)}%` } }, text))),
    h("ol", { class: "track-list" }, list.map(row)));
}
