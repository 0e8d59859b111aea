// Text of an article with what it shares lit.

/**
 * The text of a document with spans lit. `spans`: {start, end, key}; `edits`: [start, end] of
 * words to be marked; `make(keys, content, first)` wraps a lit stretch, `first` naming the spans
 * that begin there. Spans may overlap.
 */
async function litText(doc, spans, edits, make) {
  const out = document.createDocumentFragment();
  const borders = [...spans, ...edits.map(([start, end]) => ({ start, end }))]
    .flatMap((span) => [span.start, span.end]);
  const starts = [...spans].sort((x, y) => x.start - y.start);
  const marks = [...edits].sort((x, y) => x[0] - y[0]);
  let [nextSpan, nextMark, open] = [0, 0, []];
  const parts = await partsOf(doc);
  parts.forEach(([from, text], n) => {
    const to = from + text.length;
    const inside = borders.filter((at) => at > from && at < to);
    const cuts = [...new Set([from, ...inside, to])].sort((x, y) => x - y);
    if (from > 0 || n > 0) out.append(h("p", { class: "cut" }, `text between not ${PAGE.held}`));
    for (let k = 0; k + 1 < cuts.length; k += 1) {
      const [start, end] = [cuts[k], cuts[k + 1]];
      open = open.filter((span) => span.end > start);
      const first = [];
      while (nextSpan < starts.length && starts[nextSpan].start <= start) {
        if (starts[nextSpan].end > start) {
          open.push(starts[nextSpan]);
          first.push(starts[nextSpan].key);
        }
        nextSpan += 1;
      }
      while (nextMark < marks.length && marks[nextMark][1] <= start) nextMark += 1;
      const edited = nextMark < marks.length && marks[nextMark][0] <= start;
      const words = prose(text.slice(start - from, end - from));
      const content = edited ? h("span", { class: "edit" }, words) : words;
      if (open.length === 0) out.append(content);
      else out.append(make([...new Set(open.map((span) => span.key))], content, first));
    }
  });
  return out;
}
