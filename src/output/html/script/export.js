// What leaves the page: files to save and texts for the clipboard.

/** Offers a text as a file. */
function download(file, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = file;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Puts a text on the clipboard, also where the browser's own way is closed to files. */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** A button that copies what `make` returns. */
function copyButton(label, make, disabled) {
  const button = h("button", { type: "button", disabled, on: { click: async () => {
    const done = await toClipboard(await make());
    button.replaceChildren(done ? "Copied" : "The browser refuses to copy");
    announce(done ? "Copied" : "The browser refuses to copy");
    setTimeout(() => button.replaceChildren(label), 2500);
  } } }, label);
  return button;
}

// How a formula starts, in narrow and wide signs.
const FORMULA = /^[\s\u0000]*[=+\-@|%\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A field of a table: one that a spreadsheet would run as a formula becomes a text. */
function csvField(value) {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = typeof value !== "number" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll("\"", "\"\"")}"` : safe;
}

/** Rows as CSV with a mark of byte order, which spreadsheets take as a sign of UTF-8. */
function csv(rows) {
  return "\ufeff" + rows.map((row) => row.map(csvField).join(",") + "\r\n").join("");
}

const CSV_COLUMNS = ["place", "family", "key", "kind", "kind_confidence", "from", "to", "basis",
  "days", "largest_share", "headline", "words", "places", "outlets", "first_date", "last_date",
  "star", "cleared", "note", "text", "links"];

/** A day as tables have it, 2024-05-31; null where it is not known. */
function isoDay(seconds) {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Families as a table. */
function familiesCsv(list) {
  const row = (family) => {
    const { families } = index;
    const course = courseOf(family);
    const mark = marks.of(family);
    const links = documentsOf(family).map((doc) => index.documents.url[doc]).filter(Boolean);
    return [family + 1, families.number[family], families.key[family], kindOf(family),
      families.sure[family], course.lead, [...new Set(course.others.map(speaker))].join("; "),
      course.basis, course.days, Number(course.share.toFixed(3)), headlineOf(family, course),
      families.tokens[family], families.size[family], families.outlets[family],
      ...derived.spans[family].map(isoDay), mark.star ? 1 : 0, mark.cleared ? 1 : 0, mark.note,
      families.text[family], [...new Set(links)].join(" ")];
  };
  return csv([CSV_COLUMNS, ...list.map(row)]);
}

const COPY_COLUMNS = ["group", "from", "basis", "outlet", "date", "share_of_article", "headline",
  "id", "url", "words_alike", "key"];

/** Groups of copies as a table: a row for each article. */
function copiesCsv(groups) {
  const { title, id, url, seconds } = index.documents;
  const rows = groups.flatMap((group, n) => group.docs.map((doc) => [n + 1, group.from,
    group.basis, outletOf(doc), isoDay(seconds[doc]),
    Number((group.shares.get(doc)?.share ?? 0).toFixed(3)),
    title[doc], id[doc], url[doc], group.words,
    group.family === null ? null : index.families.key[group.family]]));
  return csv([COPY_COLUMNS, ...rows]);
}

/** Who, when, headline and link of a document, line by line. */
function citation(doc) {
  const { title, url, id } = index.documents;
  return [[outletOf(doc), dayOf(doc) ?? "no date"].filter(Boolean).join(", "), title[doc],
    url[doc], `id ${id[doc]}`].filter(Boolean);
}

/** Both excerpts of what two documents share, with outlets, dates and links. */
async function evidence(a, b, shared) {
  const lines = [`Shared by two articles (wirecopy ${index.program}` +
    `${index.title ? `, ${index.title}` : ""})`, ""];
  for (const [letter, doc] of [["A", a], ["B", b]]) {
    lines.push(...citation(doc).map((line, n) => (n === 0 ? `${letter}: ${line}` : `   ${line}`)));
  }
  for (const [n, one] of shared.entries()) {
    const [x, y] = await Promise.all([textOf(a, ...one.a), textOf(b, ...one.b)]);
    const alike = one.tokens === null ? ""
      : `, ${percent(one.matched, one.tokens)} of ${count(one.tokens, "word", "words")} alike`;
    const place = ([start, end]) => `characters ${number(start)} to ${number(end)}`;
    lines.push("", `Passage ${n + 1}: ${kindOf(one.family)}${alike}, family key ` +
      index.families.key[one.family]);
    lines.push(`A (${place(one.a)}): “${plainText(x)}”`, `B (${place(one.b)}): “${plainText(y)}”`);
  }
  return lines.join("\n") + "\n";
}

/** A text as one line, with unsafe characters spelled out. */
function plainText(text) {
  return plain(text.replace(/\s+/g, " ").trim());
}

/** A link to a document's source, where it has one that is a page of the web; else nothing. */
function sourceLink(doc, text = "Source") {
  const address = index.documents.url[doc];
  let parsed = null;
  try {
    parsed = new URL(address);
  } catch {
    return null;
  }
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return null;
  const anchor = h("a", { class: "source-link", rel: "noopener noreferrer nofollow",
    target: "_blank", title: address, "aria-label": `${text}: ${parsed.hostname}` },
  text, " ", h("span", { "aria-hidden": "true" }, "↗"));
  anchor.href = parsed.href;
  return anchor;
}
