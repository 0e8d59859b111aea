// Numbers, counts, shares and dates in words.

const NUMBERS = new Intl.NumberFormat("en");
const DAYS = new Intl.DateTimeFormat("en-GB",
  { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });

function number(value) {
  return NUMBERS.format(value);
}

/** "1 outlet", "3 outlets". */
function count(value, one, many) {
  return `${number(value)}\u00a0${value === 1 ? one : many}`;
}

function percent(part, whole) {
  if (whole === 0 || part === 0) return "0\u00a0%";
  const share = 100 * part / whole;
  if (share < 1) return "under 1\u00a0%";
  if (share > 99 && share < 100) return "over 99\u00a0%";
  return `${Math.round(share)}\u00a0%`;
}

function day(seconds) {
  return DAYS.format(new Date(seconds * 1000));
}

/** The first words of a passage. */
function opening(text, most) {
  const flat = text.replace(/\s+/g, " ").trim();
  if (flat.length <= most) return flat;
  const cut = flat.lastIndexOf(" ", most);
  let end = cut > most / 2 ? cut : most;
  if (/[\ud800-\udbff]/.test(flat[end - 1])) end -= 1;
  return flat.slice(0, end) + " …";
}
