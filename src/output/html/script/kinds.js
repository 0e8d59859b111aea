// Kinds of families: what they mean, how sure they are, which of them a view shows.

// How sure a kind must be to be shown as a finding.
const SURE = 0.8;

// Kinds in which something was taken; flows, matrix and network count these.
const TAKEN = ["reuse", "wire"];

// Kinds that are rarely what a reader looks for; views leave them out until they are asked for.
const ASIDE = new Set(["boilerplate", "template", "internal"]);

const KINDS = {
  quotation: { sign: "“", about: "somebody's words, which several print because they were said" },
  wire: { sign: "≋", about: "copy of a news agency: bought, not copied" },
  boilerplate: { sign: "▤", about: "furniture of pages, such as pleas to subscribe or captions" },
  template: { sign: "#", about: "fixed wording that is filled in anew or that everybody uses" },
  internal: { sign: "↻", about: "within one outlet, one document or one house" },
  reuse: { sign: "⇉", about: "none of the other kinds: editorial text that several print" },
};

// What the reasons of a kind mean; `share` ones are parts of one.
const REASONS = {
  quoted: { share: true, about: "of the passage is inside quotation marks" },
  said: { share: true, about: "of the places have a word of saying near by" },
  signed: { share: true, about: "of the places are signed as posts" },
  credit: { share: true, about: "of the places credit an agency" },
  head: { share: true, about: "of the places are at the head of the text" },
  foot: { share: true, about: "of the places are at the foot of the text" },
  alone: { share: true, about: "of the places are paragraphs of their own" },
  contact: { share: true, about: "of the places hold an address or the like" },
  gallery: { share: true, about: "of the places are in a gallery" },
  author: { share: true, about: "of the places are a note on the author" },
  call: { share: true, about: "of the places ask the reader to do something" },
  notice: { share: true, about: "of the places are a notice of rights or thanks" },
  heading: { share: true, about: "of the places are headings" },
  joined: { share: true, about: "of the places are titles run together" },
  capitals: { share: true, about: "of the words start with a capital" },
  introduced: { share: true, about: "of the places are introduced as a quotation" },
  spoken: { share: true, about: "of the places are spoken on air" },
  caption: { share: true, about: "of the places are like a picture caption" },
  house: { share: true, about: "of the places are in one house" },
  edited: { share: true, about: "of the places are edited" },
  figures: { share: true, about: "of the edited words are figures" },
  names: { share: true, about: "of the edited words are names" },
  covered: { share: true, about: "of an article is this passage, at most" },
  documents: { about: "articles have it", one: "article has it" },
  days: { about: "days on which it was printed", one: "day on which it was printed" },
  spread: { about: "days from the first to the last", one: "day from the first to the last" },
};

/** A reason as the record has it, in words: "quoted 0.98" or "credit NAME 0.50". */
function reasonText(reason) {
  const parts = reason.split(" ");
  const known = REASONS[parts[0]];
  const value = Number(parts[parts.length - 1]);
  if (parts[0] === "one" && parts.length === 2) return `all are in one ${parts[1]}`;
  if (!known || parts.length < 2 || Number.isNaN(value)) return reason;
  const named = parts.slice(1, -1).join(" ");
  const plainly = value === 1 && known.one ? known.one : known.about;
  const about = named ? plainly.replace("an agency", calledOf(named)) : plainly;
  return `${known.share ? percent(value, 1) : number(value)} ${about}`;
}

function kindOf(family) {
  return index.kinds[index.families.kind[family]];
}

/** The kinds a view shows: those of the address, else all that are not aside. */
function chosenKinds(params) {
  const asked = params.getAll("kind").filter((kind) => index.kinds.includes(kind));
  if (asked.length > 0) return new Set(asked);
  const main = index.kinds.filter((kind) => !ASIDE.has(kind));
  return new Set(main.length > 0 ? main : index.kinds);
}

/** Kinds for an address; nothing where they are what a view shows anyway. */
function kindSettings(kinds) {
  const usual = chosenKinds(new URLSearchParams());
  const same = kinds.size === usual.size && [...kinds].every((kind) => usual.has(kind));
  return same ? [] : [...kinds];
}

/** Families of some kinds, in order of rank. */
function familiesOf(kinds) {
  const wanted = index.kinds.map((kind) => kinds.has(kind));
  const list = [];
  index.families.kind.forEach((kind, family) => {
    if (wanted[kind]) list.push(family);
  });
  return list;
}
