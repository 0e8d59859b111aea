//! The page around the data: a shell of markup, one style, one script, and the policy.
//!
//! Last stage of the report. Shell, style and script are constants; their hashes stand in
//! `hashes.txt`, and a test keeps them true (`WIRECOPY_BLESS=1` writes them anew).
//! Invariant: the markup is the same for every corpus, but for the number of blocks.

use super::embed;
use super::index::Index;
use super::texts::Texts;
use std::io::{self, Write};

/// The shell, with a line for each thing that is put in.
const SHELL: &str = include_str!("page.html");
/// The style, in the order of the cascade. The dark palette is set in two ways: chosen on the page,
/// or by the system where nothing is chosen.
pub(super) const STYLE: &str = concat!(
    include_str!("style/theme.css"),
    "\n:root[data-theme=\"dark\"] {\n",
    include_str!("style/dark.css"),
    "}\n@media (prefers-color-scheme: dark) {\n:root:not([data-theme]) {\n",
    include_str!("style/dark.css"),
    "}\n}\n",
    include_str!("style/layout.css"),
    include_str!("style/views.css"),
    include_str!("style/reading.css"),
    include_str!("style/print.css"),
);
/// The script: what others use stands before them.
pub(super) const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("script/dom.js"),
    include_str!("script/english.js"),
    include_str!("script/model.js"),
    include_str!("script/state.js"),
    include_str!("script/kinds.js"),
    include_str!("script/words.js"),
    include_str!("script/parts.js"),
    include_str!("script/cards.js"),
    include_str!("script/marks.js"),
    include_str!("script/export.js"),
    include_str!("script/summary.js"),
    include_str!("script/flows.js"),
    include_str!("script/copies.js"),
    include_str!("script/families.js"),
    include_str!("script/family.js"),
    include_str!("script/witnesses.js"),
    include_str!("script/readings.js"),
    include_str!("script/timeline.js"),
    include_str!("script/outlets.js"),
    include_str!("script/network.js"),
    include_str!("script/articles.js"),
    include_str!("script/lit.js"),
    include_str!("script/compare.js"),
    include_str!("script/minimap.js"),
    include_str!("script/search.js"),
    include_str!("script/dossier.js"),
    include_str!("script/main.js"),
    "})();\n",
);
/// SHA-256 of style and script in Base64, a line each.
const HASHES: &str = include_str!("hashes.txt");

/// What the page may do: run this script, use this style. No image, no frame, no request.
pub(super) fn policy() -> String {
    let mut hashes = HASHES.lines();
    let mut next = || hashes.next().unwrap_or_default().trim();
    let (style, script) = (next(), next());
    format!(
        "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'"
    )
}

/// Writes the page.
pub(super) fn write(index: &Index<'_>, texts: &Texts<'_>, out: &mut dyn Write) -> io::Result<()> {
    for line in SHELL.split_inclusive('\n') {
        match line.trim() {
            "{{policy}}" => {
                let policy = policy();
                let name = "<meta http-equiv=\"Content-Security-Policy\"";
                writeln!(out, "{name} content=\"{policy}\">")?;
            }
            "{{style}}" => writeln!(out, "<style>{STYLE}</style>")?,
            "{{script}}" => writeln!(out, "<script>{SCRIPT}</script>")?,
            "{{index}}" => {
                let json = serde_json::to_vec(index).map_err(io::Error::other)?;
                data("index", out, &|out| embed::write(&json, out))?;
            }
            "{{texts}}" => {
                for n in 0..texts.block_count() {
                    data(&format!("text-{n}"), out, &|out| texts.write_block(n, out))?;
                }
            }
            _ => out.write_all(line.as_bytes())?,
        }
    }
    Ok(())
}

/// Writes a block of data, which no browser runs.
fn data(
    id: &str,
    out: &mut dyn Write,
    content: &dyn Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    write!(out, "<script type=\"application/octet-stream\" id=\"{id}\">")?;
    content(out)?;
    out.write_all(b"</script>\n")
}
