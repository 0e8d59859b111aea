// A text as a part of an address, so that an answer about it can be shared: compressed, in the
// letters of Base64 that need no escape. It is behind `#`, which a browser sends to no server.

/** Longest address of a text: what mail programs and chats pass on whole. */
const SHARED_LETTERS = 8000;
/** Longest text that an address may unpack to. */
const SHARED_BYTES = 1 << 20;

async function throughStream(bytes, stream, most = Infinity) {
  const writer = stream.writable.getWriter();
  // What goes wrong is thrown by the reader.
  writer.write(bytes).then(() => writer.close()).catch(() => {});
  const parts = [];
  let size = 0;
  const reader = stream.readable.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error("too long");
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The text for an address; null where it is too long for one. */
async function packedText(text) {
  const plain = new TextEncoder().encode(text);
  if (plain.length > SHARED_BYTES) return null;
  const packed = await throughStream(plain, new CompressionStream("deflate-raw"));
  if (packed.length * 4 / 3 > SHARED_LETTERS) return null;
  return btoa(String.fromCharCode(...packed))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The text of an address. */
async function unpackedText(letters) {
  try {
    const bytes = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
    const plain = await throughStream(packed, new DecompressionStream("deflate-raw"), SHARED_BYTES);
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch {
    throw new Error("The address holds no whole text. Ask for it again: a part may be cut off.");
  }
}

/** A link to the answer about the draft that others can open, or why there is none. */
async function sharedLink() {
  const letters = await packedText(draft.get());
  return h("p", { class: "caption no-print" }, letters === null
    ? "This text is too long for an address of its own: to share the answer, share the text."
    : [h("a", { class: "shared-link", href: link("answer", { text: letters }) },
      "Address of this answer"), " (it holds the text; whoever opens it asks anew)"]);
}
