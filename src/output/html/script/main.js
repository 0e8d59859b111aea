// The start: the views of a report, and its index.

const VIEWS = REPORT_VIEWS;

const PAGE = {
  title: "wirecopy report",
  name: "report",
  held: "in this file",
  numbered: true,
  whole: "the JSON Lines hold all of them",
  trouble: "The file may be cut off or changed. ",
  shows: (key) => (key === "copies" ? index.copies.a.length > 0
    : index.outlets.length > 0 || (key !== "outlets" && key !== "network")),
  prepare: () => {},
};

/** A report of two documents opens with both side by side. */
function openComparison() {
  const { documents, families } = index;
  if (location.hash !== "" || index.summary.documents !== 2) return;
  if (documents.id.length !== 2 || families.number.length === 0) return;
  history.replaceState(null, "", compareLink(0, 1));
}

async function start() {
  openFrame();
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
  openComparison();
  await openViews();
}

start();
