// Elements and text. Text of strangers becomes text nodes here and nowhere else: there is no
// innerHTML in this program, and the policy of the page would refuse it.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "circle", "rect", "line", "text", "title", "defs",
  "marker"]);

// Characters that steer, turn or hide text around them. Joiners stay: scripts need them.
const UNSAFE = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u180e\\u200b" +
  "\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]|[\\ud800-\\udbff](?![\\udc00-\\udfff])" +
  "|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]|\\udb40[\\udc00-\\udc7f]", "g");

/** What is shown in the place of an unsafe character; "" where nothing is lost by leaving it. */
function visible(character, next) {
  const code = character.codePointAt(0);
  if (code === 0xad || (code === 0x0d && next === "\n")) return "";
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return "U+" + code.toString(16).toUpperCase().padStart(4, "0");
}

/** A string for attributes and titles: unsafe characters spelled out. */
function plain(text) {
  return String(text).replace(UNSAFE, (c, at, all) => visible(c, all[at + 1]));
}

/** Text of strangers as nodes: unsafe characters are shown as marked labels. */
function prose(text) {
  const all = String(text);
  const out = document.createDocumentFragment();
  let done = 0;
  for (const match of all.matchAll(UNSAFE)) {
    const label = visible(match[0], all[match.index + 1]);
    if (match.index > done) out.append(all.slice(done, match.index));
    if (label) {
      out.append(h("span", { class: "control", dir: "ltr", title: "control character" }, label));
    }
    done = match.index + match[0].length;
  }
  if (done < all.length) out.append(all.slice(done));
  return out;
}

/** A name of strangers in a sentence of ours, kept from turning the direction of the rest. */
function name(text) {
  return h("bdi", null, prose(text));
}

/**
 * An element. Attributes: `class`, `on` (event -> function), `vars` (custom properties), booleans,
 * strings. Links lead into this page only. Children: nodes, strings, arrays; null is nothing.
 */
function h(tag, attributes, ...children) {
  const svg = SVG_TAGS.has(tag);
  const element = svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") {
      for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
    } else if (key === "vars") {
      for (const [at, to] of Object.entries(value)) element.style.setProperty(at, to);
    } else if (key === "href" && !String(value).startsWith("#")) {
      throw new Error("a link out of the page");
    } else {
      // The value of a choice is compared with names as they are, and never shown.
      element.setAttribute(key, value === true ? "" : key === "value" ? value : plain(value));
    }
  }
  add(element, children);
  return element;
}

function add(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child);
  }
}

/** A link in an SVG. */
function svgLink(href, attributes, ...children) {
  const link = document.createElementNS(SVG, "a");
  if (!href.startsWith("#")) throw new Error("a link out of the page");
  link.setAttribute("href", href);
  for (const [key, value] of Object.entries(attributes ?? {})) link.setAttribute(key, plain(value));
  add(link, children);
  return link;
}
