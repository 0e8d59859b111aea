// The map of two articles over their texts, and scrolling that keeps both at the same passage.

const MAP_WIDTH = 1000;
const [MAP_BAR, MAP_GAP] = [12, 34];
const MAP_MOST = 400; // ribbons
const QUIET = 700; // milliseconds in which a scroll of ours may run

/** {drawing, follow}: two bars with what is shared between them, and what each panel shows. */
function minimap(state) {
  const { documents } = index;
  const height = 2 * MAP_BAR + MAP_GAP;
  const across = (doc, at) => MAP_WIDTH * at / Math.max(1, documents.units[doc]);
  const ribbon = (one, n) => {
    const [x1, x2] = one.a.map((at) => across(state.a, at));
    const [y1, y2] = one.b.map((at) => across(state.b, at));
    const [right, far] = [Math.max(x2, x1 + 2), Math.max(y2, y1 + 2)];
    const [top, low] = [MAP_BAR, MAP_BAR + MAP_GAP];
    const mid = (top + low) / 2;
    return h("path", {
      class: "ribbon", "data-n": n,
      d: `M${x1},0 L${right},0 L${right},${top} C${right},${mid} ${far},${mid} ${far},${low} ` +
        `L${far},${height} L${y1},${height} L${y1},${low} ` +
        `C${y1},${mid} ${x1},${mid} ${x1},${top} z`,
      on: { click: () => choose(state, n, null) },
    }, h("title", null, `Passage ${n + 1}`));
  };
  const sights = ["a", "b"].map((_, n) => h("rect", { class: "sight", x: 0,
    y: n === 0 ? 0 : MAP_BAR + MAP_GAP, width: 0, height: MAP_BAR }));
  const bar = (y) => h("rect", { class: "map-bar", x: 0, y, width: MAP_WIDTH, height: MAP_BAR });
  const drawing = h("div", { class: "minimap", "aria-hidden": "true" },
    h("p", { class: "map-name" }, name(speaker(state.a))),
    h("svg", { viewBox: `0 0 ${MAP_WIDTH} ${height}`, preserveAspectRatio: "none" },
      bar(0), bar(MAP_BAR + MAP_GAP), state.shared.slice(0, MAP_MOST).map(ribbon), sights),
    h("p", { class: "map-name" }, name(speaker(state.b))));
  const show = (n) => {
    const box = state.panels[n].querySelector(".panel-text");
    const share = (at) => MAP_WIDTH * at / Math.max(1, box.scrollHeight);
    sights[n].setAttribute("x", share(box.scrollTop));
    sights[n].setAttribute("width", share(box.clientHeight));
  };
  const follow = () => [0, 1].forEach((n) => {
    show(n);
    state.panels[n].querySelector(".panel-text").addEventListener("scroll", () => show(n));
  });
  return { drawing, follow };
}

/** A scroll of ours is about to move a box: it moves no other. */
function quiet(state, box) {
  state.still ??= new Map();
  state.still.set(box, performance.now() + QUIET);
}

/** Lets each panel follow the other, from passage to passage. */
function scrollTogether(state) {
  const boxes = state.panels.map((one) => one.querySelector(".panel-text"));
  boxes.forEach((box, n) => {
    const other = boxes[1 - n];
    box.addEventListener("scroll", () => {
      if (!state.together || state.shared.length === 0) return;
      if ((state.still?.get(box) ?? 0) > performance.now()) return;
      const stops = stopsOf(state, boxes);
      const line = box.scrollTop + box.clientHeight / 3;
      const to = between(stops, n, line) - other.clientHeight / 3;
      if (Math.abs(to - other.scrollTop) < 2) return;
      quiet(state, other);
      other.scrollTop = to;
    });
    // A hand on a panel takes the lead at once.
    for (const event of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      box.addEventListener(event, () => state.still?.delete(box), { passive: true });
    }
  });
}

/** Heights of the passages in both texts that ascend in both, from the top to the end. */
function stopsOf(state, boxes) {
  const place = (n, k) => {
    const lit = boxes[n].querySelector(`[data-passages~="${k}"]`);
    return lit === null ? null
      : lit.getBoundingClientRect().top - boxes[n].getBoundingClientRect().top +
        boxes[n].scrollTop;
  };
  const stops = [[0, 0]];
  state.shared.slice(0, MAP_MOST).forEach((_, k) => {
    const stop = [place(0, k), place(1, k)];
    const last = stops[stops.length - 1];
    if (stop.every((at, n) => at !== null && at > last[n])) stops.push(stop);
  });
  const last = stops[stops.length - 1];
  const end = boxes.map((box, n) => Math.max(last[n] + 1, box.scrollHeight));
  return [...stops, end];
}

/** The height in the other text for a height in text `n`. */
function between(stops, n, at) {
  const next = Math.max(1, stops.findIndex((stop) => stop[n] >= at));
  const [low, high] = [stops[next - 1], stops[next]];
  const share = (at - low[n]) / Math.max(1, high[n] - low[n]);
  return low[1 - n] + Math.min(1, share) * (high[1 - n] - low[1 - n]);
}
