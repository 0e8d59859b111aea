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
/// Lists the modules of the script, what others use before them, and joins them.
macro_rules! modules {
    ($($name:literal),*) => {
        /// The modules of the script by their names, in the order in which they use each other.
        pub(super) const MODULES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("script/", $name, ".js")))),*];
        /// The script.
        pub(super) const SCRIPT: &str = concat!(
            "\"use strict\";\n(() => {\n",
            $(include_str!(concat!("script/", $name, ".js")),)*
            "})();\n",
        );
    };
}

modules!(
    "dom",
    "english",
    "model",
    "address",
    "state",
    "links",
    "kinds",
    "words",
    "parts",
    "cards",
    "marks",
    "export",
    "summary",
    "flows",
    "copies",
    "families",
    "family",
    "witnesses",
    "readings",
    "timeline",
    "outlets",
    "network",
    "articles",
    "lit",
    "compare",
    "minimap",
    "search",
    "dossier",
    "frame",
    "main"
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
