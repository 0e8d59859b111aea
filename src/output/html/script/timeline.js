// Families in time: the lanes of one family, and the list of many with a strip to choose dates by.

const LANES = 30;
const LANE_DOTS = 14; // of a lane, before its dots become a density
const TIMELINE_PAGE = 40;
const PLACES = 120; // places of a line that are told apart
const STRIP_BARS = 120;
const [STRIP_WIDTH, STRIP_HEIGHT] = [1000, 60];
const DAY = 86400;

/** Where a date is on a line, in percent, with room at both ends. */
function scaleOf(low, high) {
  const reach = Math.max(high - low, DAY);
  return (at) => 1.5 + 97 * (at - low) / reach;
}

/** Dates gathered by their place on a line: [place in percent, items]. */
function gathered(items, at) {
  const places = new Map();
  for (const item of items) {
    const place = Math.round(at(item) / 100 * PLACES);
    if (places.has(place)) places.get(place).push(item);
    else places.set(place, [item]);
  }
  return [...places].map(([place, list]) => [100 * place / PLACES, list]);
}

/** A dot with a number: what is printed at one place of a line lies over itself. */
function several(at, value, title) {
  return h("span", { class: "track-many", title, vars: { "--at": `${at}%` } }, number(value));
}

/** A bar for many, as tall as their number. */
function density(at, value, most, title) {
  return h("span", { class: "track-tick", title, vars: {
    "--at": `${at}%`,
    "--tall": `${Math.round(25 + 75 * Math.log(1 + value) / Math.log(1 + most))}%`,
  } });
}

/** A family's witnesses by outlet and date. */
function familyTimeline(family) {
  const { seconds } = index.documents;
  const docs = documentsOf(family).filter((doc) => seconds[doc] !== null);
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
  const [low, high] = derived.spans[family];
  const scale = scaleOf(low, high);
  const dot = (doc) => h("a", {
    href: articleLink(doc),
    class: index.families.first[family] === doc ? "dot dot-first" : "dot",
    vars: { "--at": `${scale(seconds[doc])}%` },
    title: `${speaker(doc)}, ${dayOf(doc)}`,
    "aria-label": `${speaker(doc)}, ${dayOf(doc)}: ${titleOf(doc)}`,
  });
  const marksOf = (list) => {
    const groups = gathered(list, (doc) => scale(seconds[doc]));
    const said = (own) => `${dayOf(own[0])}: ${count(own.length, "article", "articles")}`;
    if (groups.length <= LANE_DOTS) {
      return groups.map(([at, own]) =>
        (own.length === 1 ? dot(own[0]) : several(at, own.length, said(own))));
    }
    const most = Math.max(...groups.map(([, own]) => own.length));
    return groups.map(([at, own]) => density(at, own.length, most, said(own)));
  };
  const row = ([who, list]) => h("li", { class: "lane" },
    h("span", { class: "lane-name" }, name(who), list.length > LANE_DOTS
      ? h("span", { class: "when" }, ` ${count(list.length, "article", "articles")}`) : null),
    h("span", { class: "track-line" }, marksOf(list)));
  return h("section", { "aria-labelledby": "line" },
    h("h2", { id: "line" }, "In time"),
    h("div", { class: "lanes" },
      h("div", { class: "lane-axis", "aria-hidden": "true" }, axis(low, high, scale, 4)),
      h("ol", { class: "track-list" }, shown.map(row))),
    hidden + undated > 0 ? h("p", { class: "caption" }, [
      hidden > 0 ? `${count(hidden, "outlet", "outlets")} more below in the list. ` : null,
      undated > 0 ? `${count(undated, "article has", "articles have")} no date.` : null]) : null);
}

/** Labels of a time axis; those at the ends stay inside. */
function axis(low, high, scale, most) {
  const marks = ticks(low, high, most).filter(([at]) => at >= low && at <= high);
  return marks.map(([at, text]) => {
    const place = scale(at);
    const side = place < 12 ? "tick-start" : place > 88 ? "tick-last" : "";
    return h("span", { class: `axis-label ${side}`, vars: { "--at": `${place}%` } }, text);
  });
}

/** All families that pass the kinds and dates, one bar each from first to last witness. */
function viewTimeline(params) {
  const kinds = chosenKinds(params);
  const order = params.get("sort") === "rank" ? "rank" : "first";
  const date = (key) => (/^\d{4}-\d{2}-\d{2}$/.test(params.get(key) ?? "") ? params.get(key) : "");
  const [from, to] = [date("from"), date("to")];
  const all = familiesOf(kinds);
  const dated = all.filter((n) => derived.spans[n][0] !== null);
  const undated = all.length - dated.length;
  const span = dated.length === 0 ? null : [
    dated.reduce((x, n) => Math.min(x, derived.spans[n][0]), Infinity),
    dated.reduce((x, n) => Math.max(x, derived.spans[n][1]), -Infinity)];
  const sight = span && [from ? Date.parse(from) / 1000 : span[0],
    to ? Date.parse(to) / 1000 + DAY - 1 : span[1]];
  const seconds = (n) => documentsOf(n).map((doc) => index.documents.seconds[doc])
    .filter((at) => at !== null && at >= sight[0] && at <= sight[1]);
  const list = from || to ? dated.filter((n) => seconds(n).length > 0) : dated;
  if (order === "first") {
    list.sort((x, y) => derived.spans[x][0] - derived.spans[y][0] || x - y);
  }
  const page = pageOf(list, Number.parseInt(params.get("page") ?? "1", 10), TIMELINE_PAGE);
  const settings = (more) => ({
    kind: kindSettings(kinds), sort: order === "rank" ? "rank" : "", from, to,
    page: page.at > 1 ? page.at : "", ...more,
  });
  const go = (more, focus) => {
    replaceAddress("timeline", settings(more));
    return draw({ focus });
  };
  const zoom = (low, high, focus) => go({ page: "", ...dayRange(low, high, span) }, focus);
  return h("div", { class: "view" },
    heading("Timeline", h("p", { class: "standfirst" },
      "Each row is a family, from its first witness to its last. Drag over the strip to see " +
      "some days alone.")),
    settingsBox(
      field("Order", select([["first", "By date"], ["rank", "Most telling"]], order,
        (value) => go({ sort: value === "rank" ? "rank" : "", page: "" }, "[name=order]"),
        { name: "order" })),
      span === null ? null : [
        field("From", dateInput("from", from, (value) => go({ from: value, page: "" },
          "[name=from]"))),
        field("To", dateInput("to", to, (value) => go({ to: value, page: "" }, "[name=to]")))],
      index.kinds.length > 1 ? kindBoxes(kinds, (set) =>
        go({ kind: kindSettings(set), page: "" }, "[name=kind]")) : null),
    span === null ? null : [zoomButtons(sight, span, zoom), strip(dated, span, sight, zoom)],
    page.items.length === 0 ? notice("No family of these kinds has a witness in these days.")
      : [h("h2", null, count(list.length, "family", "families")),
        timelineRows(page.items, from || to ? sight : null)],
    undated > 0 ? h("p", { class: "caption" },
      `${count(undated, "family has", "families have")} no dated witness.`) : null,
    pager(page.at, page.pages, (at) => go({ page: at }, "h1").then(toTop), "the timeline"));
}

function dateInput(key, value, changed) {
  return h("input", { type: "date", name: key, value,
    on: { change: (event) => changed(event.target.value) } });
}

/** Days of a range for the address; nothing at the ends of all there is. */
function dayRange(low, high, span) {
  const text = (at) => new Date(at * 1000).toISOString().slice(0, 10);
  const [from, to] = [Math.max(low, span[0]), Math.min(high, span[1])];
  return { from: from <= span[0] ? "" : text(from), to: to >= span[1] ? "" : text(to) };
}

function zoomButtons([low, high], span, zoom) {
  const reach = Math.max(high - low, DAY);
  const whole = low <= span[0] && high >= span[1];
  const button = (key, text, from, to, disabled) => h("button", {
    type: "button", class: "small", name: key, disabled,
    on: { click: () => zoom(from, to, `[name=${key}]:enabled`) },
  }, text);
  return h("div", { class: "tools zoom", role: "group", "aria-label": "Zoom" },
    button("in", "Zoom in", low + reach / 4, high - reach / 4, reach <= 2 * DAY),
    button("out", "Zoom out", low - reach / 2, high + reach / 2, whole),
    button("earlier", "‹ Earlier", low - reach / 2, high - reach / 2, low <= span[0]),
    button("later", "Later ›", low + reach / 2, high + reach / 2, high >= span[1]),
    button("whole", "All dates", span[0], span[1], whole),
    h("span", { class: "caption" }, DAYS.formatRange(low * 1000, high * 1000)));
}

/** How many articles there are on which days, and which of them are in sight. */
function strip(families, span, sight, zoom) {
  const reach = Math.max(span[1] - span[0], DAY);
  const bars = new Uint32Array(STRIP_BARS);
  for (const family of families) {
    for (const doc of documentsOf(family)) {
      const at = index.documents.seconds[doc];
      if (at === null) continue;
      bars[Math.min(STRIP_BARS - 1, Math.floor((at - span[0]) / reach * STRIP_BARS))] += 1;
    }
  }
  const most = bars.reduce((x, y) => Math.max(x, y), 1);
  const step = STRIP_WIDTH / STRIP_BARS;
  const x = (at) => STRIP_WIDTH * Math.min(1, Math.max(0, (at - span[0]) / reach));
  const brush = h("rect", { class: "brush", y: 0, height: STRIP_HEIGHT, x: x(sight[0]),
    width: Math.max(2, x(sight[1]) - x(sight[0])) });
  const tall = (value) => (value === 0 ? 0 : Math.max(3, (STRIP_HEIGHT - 4) * value / most));
  const svg = h("svg", { viewBox: `0 0 ${STRIP_WIDTH} ${STRIP_HEIGHT}`, class: "strip-chart",
    preserveAspectRatio: "none", role: "img",
    "aria-label": `Articles from ${day(span[0])} to ${day(span[1])}` },
  [...bars].map((value, n) => h("rect", { class: "bar", x: n * step, width: step * 0.8,
    y: STRIP_HEIGHT - tall(value), height: tall(value) })), brush);
  let start = null;
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * STRIP_WIDTH;
  };
  const range = (event) => [start, at(event)].sort((low, high) => low - high);
  const move = (event) => {
    if (start === null) return;
    const [low, high] = range(event);
    brush.setAttribute("x", low);
    brush.setAttribute("width", Math.max(2, high - low));
  };
  svg.addEventListener("pointerdown", (event) => {
    start = at(event);
    svg.setPointerCapture(event.pointerId);
    move(event);
  });
  svg.addEventListener("pointermove", move);
  svg.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [low, high] = range(event);
    start = null;
    const days = (place) => span[0] + place / STRIP_WIDTH * reach;
    // A click alone shows everything again.
    if (high - low < 4) zoom(span[0], span[1], "h1");
    else zoom(days(low), days(high), "h1");
  });
  const scale = (time) => x(time) / STRIP_WIDTH * 100;
  return h("div", { class: "strip" }, svg,
    h("div", { class: "strip-axis", "aria-hidden": "true" }, axis(span[0], span[1], scale, 6)));
}

function timelineRows(list, sight) {
  const low = sight?.[0] ?? Math.min(...list.map((n) => derived.spans[n][0]));
  const high = sight?.[1] ?? Math.max(...list.map((n) => derived.spans[n][1]));
  const scale = scaleOf(low, high);
  const inside = (at) => Math.min(high, Math.max(low, at));
  const row = (family) => {
    const [first, last] = derived.spans[family];
    const dates = documentsOf(family).map((doc) => index.documents.seconds[doc])
      .filter((at) => at !== null && at >= low && at <= high);
    const groups = gathered(dates, scale);
    const most = Math.max(1, ...groups.map(([, own]) => own.length));
    return h("li", { class: "track" },
      h("a", { class: "track-name", href: familyLink(family), dir: "auto" },
        prose(opening(index.families.text[family], 90))),
      h("span", { class: "card-meta" }, dotted([
        kindOf(family), count(index.families.size[family], "place", "places"),
        spanText(family)])),
      h("span", { class: "track-line", "aria-hidden": "true" },
        h("span", { class: "track-bar",
          vars: { "--from": `${scale(inside(first))}%`, "--to": `${scale(inside(last))}%` } }),
        groups.map(([at, own]) => {
          const said = `${day(own[0])}: ${count(own.length, "place", "places")}`;
          if (groups.length > LANE_DOTS) return density(at, own.length, most, said);
          return own.length > 1 ? several(at, own.length, said)
            : h("span", { class: "track-dot", vars: { "--at": `${at}%` } });
        })));
  };
  return h("div", { class: "tracks" },
    h("div", { class: "track-axis", "aria-hidden": "true" }, axis(low, high, scale, 5)),
    h("ol", { class: "track-list" }, list.map(row)));
}
