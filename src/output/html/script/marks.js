// Stars, notes and "cleared" marks of families. They hang on the key of a family, which is the same
// in every report that holds the family. The browser keeps them where it may; a side file or an
// address carries them to another place.

const MARKS_KEY = "wirecopy-marks";
const MARKS_FORMAT = "wirecopy-marks-1";
const NOTE_MOST = 2000; // units of a note

const marks = {
  list: new Map(), // key -> {star, cleared, note}
  kept: true, // whether the browser keeps them

  /** The marks of a family. */
  of(family) {
    return this.list.get(index.families.key[family]) ?? { star: false, cleared: false, note: "" };
  },

  change(family, more) {
    this.put(index.families.key[family], { ...this.of(family), ...more });
    this.keep();
  },

  /** Takes marks for a key as they are; other kinds of values are dropped. */
  put(key, { star, cleared, note }) {
    const one = { star: star === true, cleared: cleared === true,
      note: typeof note === "string" ? note.slice(0, NOTE_MOST) : "" };
    if (one.star || one.cleared || one.note) this.list.set(key, one);
    else this.list.delete(key);
  },

  /** The side file. */
  text() {
    const sorted = [...this.list].sort(([x], [y]) => (x < y ? -1 : 1));
    return JSON.stringify({ format: MARKS_FORMAT, marks: Object.fromEntries(sorted) }, null, 1);
  },

  /** Takes the marks of a side file; returns how many there are. */
  read(text) {
    const found = JSON.parse(text);
    if (found?.format !== MARKS_FORMAT || typeof found.marks !== "object") {
      throw new Error("this is no file of marks");
    }
    const all = Object.entries(found.marks ?? {}).filter(([key, one]) =>
      /^[0-9a-f]{16}$/.test(key) && one !== null && typeof one === "object");
    for (const [key, one] of all) this.put(key, one);
    this.keep();
    return all.length;
  },

  keep() {
    try {
      localStorage.setItem(MARKS_KEY, this.text());
      this.kept = true;
    } catch {
      this.kept = false;
    }
  },

  open() {
    try {
      const text = localStorage.getItem(MARKS_KEY);
      if (text) this.read(text);
    } catch {
      this.kept = false;
    }
  },

  /** Families of this report that have any mark, in order of rank. */
  families() {
    return index.families.key.map((_, n) => n)
      .filter((n) => this.list.has(index.families.key[n]));
  },
};

/** A button that is on or off. */
function toggle(on, [no, yes], label, changed, more) {
  const button = h("button", {
    type: "button", class: `toggle ${more ?? ""}`, "aria-pressed": String(on), "aria-label": label,
    title: label, on: { click: () => {
      const now = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(now));
      button.replaceChildren(now ? yes : no);
      changed(now);
    } },
  }, on ? yes : no);
  return button;
}

function starButton(family) {
  return toggle(marks.of(family).star, ["☆", "★"], `Star ${placeText(family)}`,
    (star) => marks.change(family, { star }), "star");
}

/** Star, cleared and note of one family. */
function marksPanel(family) {
  const mark = marks.of(family);
  const note = h("textarea", { name: "note", rows: 2, maxlength: NOTE_MOST,
    on: { input: () => marks.change(family, { note: note.value }) } });
  note.value = mark.note;
  const said = h("p", { class: "caption" }, keptText());
  return h("section", { class: "marks no-print", "aria-labelledby": "marks" },
    h("h2", { id: "marks" }, "Your marks"),
    h("div", { class: "tools" },
      toggle(mark.star, ["☆ Star", "★ Starred"], null, (star) => marks.change(family, { star })),
      toggle(mark.cleared, ["Mark as cleared", "✓ Cleared"], null,
        (cleared) => marks.change(family, { cleared })),
      h("a", { href: link("marked") }, "All marks")),
    h("label", { class: "field" }, h("span", { class: "field-name" }, "Note"), note), said);
}

function keptText() {
  return marks.kept ? "Kept in this browser. “Marked” saves them as a file."
    : "This browser keeps nothing for files: save the marks as a file before you close the page.";
}

const MARK_FILTERS = [
  ["", "Any"], ["star", "Starred"], ["note", "With a note"], ["open", "Not cleared"],
  ["cleared", "Cleared"],
];

/** Whether a family has the marks that are asked for. */
function hasMarks(family, wanted) {
  const { star, cleared, note } = marks.of(family);
  return { star, note: note !== "", open: !cleared, cleared }[wanted] ?? true;
}

/** The view of all marked families. */
function viewMarked(params) {
  const said = [];
  const carried = params.get("m");
  if (carried !== null) {
    try {
      const taken = marks.read(carried);
      said.push(`${count(taken, "mark", "marks")} taken from the address.`);
    } catch {
      said.push("The marks in the address cannot be read.");
    }
    replaceAddress("marked", {});
  }
  const list = marks.families();
  const away = marks.list.size - list.length;
  const status = h("p", { class: "caption" }, said.join(" ") || keptText());
  const file = h("input", { type: "file", accept: ".json,application/json", hidden: true,
    id: "marks-file", "aria-label": "File of marks",
    on: { change: async () => {
      try {
        const taken = marks.read(await file.files[0].text());
        await draw({ focus: "h1" });
        announce(`${count(taken, "mark", "marks")} taken from the file.`);
      } catch (error) {
        status.replaceChildren(`The file cannot be read: ${plain(error.message)}.`);
      }
    } } });
  const empty = marks.list.size === 0;
  return h("div", { class: "view" },
    heading("Marked families", h("p", { class: "standfirst" },
      "Stars, notes and “cleared” marks. They belong to the text of a family, so they fit every ",
      "later report that has it.")),
    h("div", { class: "tools" },
      h("button", { type: "button", disabled: empty, on: { click: () =>
        download("marks.json", "application/json", marks.text()) } }, "Save as a file"),
      h("button", { type: "button", on: { click: () => file.click() } }, "Open a file"), file,
      copyButton("Copy a link with the marks", () => location.href.split("#")[0] +
        link("marked", { m: marks.text().replace(/\n */g, "") }), empty),
      list.length === 0 ? null : h("a", { class: "button", href: link("dossier",
        { marks: "any" }) }, "Dossier to print")),
    status,
    list.length === 0 ? notice(`Nothing in this ${PAGE.name} is marked. A star is on every card.`)
      : h("ol", { class: "cards" }, list.map((n) => familyCard(n))),
    away > 0 ? h("p", { class: "caption" },
      `${count(away, "mark is", "marks are")} of families that are not in this ${PAGE.name}.`)
      : null);
}
