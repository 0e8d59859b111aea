// Where the reader is: the part of the address behind `#`, as in a report. Here a family goes by
// its key, which holds while the index grows, and what belongs to an answer says so.

/** The view of an address that names none. */
const HOME = "ask";

/** Views that show one thing of the data in use. */
const OF_DATA = new Set(["family", "article", "compare"]);

/** The address of a view. */
function link(view, settings) {
  const { n, ...rest } = settings ?? {};
  const all = view === "family" && n !== undefined
    ? { key: index.families.key[derived.byNumber.get(Number(n))], ...rest } : { ...settings };
  if (OF_DATA.has(view) && inUse !== "") Object.assign(all, { in: inUse, of: answered?.of });
  return addressWith(view, all);
}
