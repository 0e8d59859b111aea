// The data that the views draw: that of the whole index, or that of an answer.

let inUse = ""; // "" for the index, "answer" for the last answer
const sets = new Map();

/** What the server answers; a refusal becomes an error with its cause and cure. */
async function fetched(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The server does not answer. Start it again, and load this page anew.");
  }
  if (response.ok) return response;
  let said = null;
  try {
    said = (await response.json()).error;
  } catch {
    // No answer of ours: something between this page and the server.
  }
  throw new Error(said ? `${said.cause}. ${said.cure}.` : `The server says ${response.status}.`);
}

/** Makes a set of data the one that is drawn. */
async function openSet(key, from) {
  source = from;
  blocks = new Map();
  inUse = key;
  await readIndex();
  sets.set(key, { index, derived, source, blocks });
}

function useSet(key) {
  ({ index, derived, source, blocks } = sets.get(key));
  inUse = key;
}

/** The data of the whole index, asked for once. */
async function useArchive() {
  if (sets.has("")) return useSet("");
  const response = await fetched("/page/index");
  const commit = (response.headers.get("etag") ?? "").replaceAll("\"", "");
  const text = await response.text();
  await openSet("", {
    index: async () => text,
    text: async (n) => (await fetched(`/page/texts/${commit}/${n}`)).text(),
  });
  return undefined;
}

/** The text that is asked about, kept by this tab alone until it is closed. */
const draft = {
  key: "wirecopy-draft",
  text: null,
  get() {
    if (this.text === null) {
      try {
        this.text = sessionStorage.getItem(this.key) ?? "";
      } catch {
        this.text = "";
      }
    }
    return this.text;
  },
  set(text) {
    this.text = text;
    try {
      sessionStorage.setItem(this.key, text);
    } catch {
      // Too long for the browser, or not allowed: it lasts as long as the page.
    }
  },
};

let answered = null; // {about, of, answer}

/** The answer about the draft, or about the document `id`; the last one is kept. */
async function useAnswer(id) {
  if (id === null && draft.get().trim() === "") {
    throw new Error("The text of this answer is known to the tab alone in which it was asked " +
      "about. Ask again, or open the address of the answer.");
  }
  const about = JSON.stringify([id, id === null ? draft.get() : ""]);
  if (answered?.about !== about) {
    let body = draft.get();
    let type = "text/plain";
    if (id !== null) {
      const found = await fetched(`/api/documents?id=${encodeURIComponent(id)}`);
      const { text, outlet, date, title } = await found.json();
      if (text === null) {
        throw new Error("The index keeps no texts: paste the text to ask about it.");
      }
      body = JSON.stringify({ id, text, outlet, date, title });
      type = "application/json";
    }
    const response = await fetched("/api/query?report=true",
      { method: "POST", headers: { "content-type": type }, body });
    const answer = await response.json();
    const { index: data, texts } = answer.report;
    await openSet("answer",
      { index: async () => JSON.stringify(data), text: async (n) => texts[n] });
    answered = { about, of: id, answer };
  }
  useSet("answer");
  return answered.answer;
}
