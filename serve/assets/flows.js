// The flows of the whole index, as `wirecopy flows` prints them: asked for page by page, since an
// index has more than a page of a report can hold.

const FLOWS_A_PAGE = 50;

async function viewFlows(params) {
  const settings = { source: params.get("source") ?? "", to: params.get("to") ?? "",
    kind: params.get("kind") ?? "", basis: params.get("basis") ?? "" };
  const page = Math.max(1, Math.trunc(Number(params.get("page"))) || 1);
  const asked = new URLSearchParams(Object.entries(settings).filter(([, value]) => value !== ""));
  asked.set("from", (page - 1) * FLOWS_A_PAGE);
  asked.set("count", FLOWS_A_PAGE);
  const { flows, total } = await (await fetched(`/api/flows?${asked}`)).json();
  const go = (more, focus) => {
    replaceAddress("flows", { ...settings, ...more });
    draw({ focus });
  };
  const choice = (key, options) => select([["", "Any"], ...options], settings[key],
    (value) => go({ [key]: value }, `[name=${key}]`), { name: key });
  const outlet = (key) => outletChoice(key, settings[key],
    (value) => go({ [key]: value }, `[name=${key}]`));
  const most = Math.max(1, ...index.flows.map((flow) => flow.tokens),
    ...flows.map((flow) => flow.tokens));
  const row = (flow) => {
    const between = familiesOfFlow(flow);
    if (flow.basis !== null) return flowRow({ flow, between }, most);
    return between.length > 0 ? openRow({ flow, between }, most) : unlistedRow(flow, most);
  };
  const pages = Math.max(1, Math.ceil(total / FLOWS_A_PAGE));
  return h("div", { class: "view flows" },
    heading("Flows", h("p", { class: "standfirst" },
      "How much each outlet printed after another, or took from it. An arrow: the text names the ",
      "source. “After”: only the dates say so. A dot between the names: the order is unknown.")),
    settingsBox(field("From", outlet("source")), field("To", outlet("to")),
      field("Kind", choice("kind", TAKEN.map((kind) => [kind, kind]))),
      field("Known by", choice("basis", [["source", "The text names the source"],
        ["date", "Dates"]]))),
    h("p", { class: "caption", role: "status" }, count(total, "flow", "flows")),
    flows.length === 0 ? h("p", null, "No flow is of this sort.")
      : h("ul", { class: "flow-list", id: "all-flows" }, flows.map(row)),
    pager(page, pages, (to) => go({ page: to === 1 ? "" : to }, "h1"), "flows"));
}

/** A flow of unknown order whose families are too many for the data of the page. */
function unlistedRow(flow, most) {
  return flowItem(link("families", { outlet: flow.to, both: flow.from, kind: [flow.kind] }),
    [name(flow.from), " · ", name(flow.to)], [familyCount(flow.families),
      wordsShared(flow.tokens), mostText(flow.largest_share), flow.kind,
      "order unknown"], flow.tokens, most);
}
