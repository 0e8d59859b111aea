//! DOCX: the text of a Word document, one document a file.
//!
//! The file is a ZIP archive of XML, so it is read by crates in a build with the feature
//! `documents`. Offsets refer to the text that is extracted here: paragraphs separated by line
//! feeds. Invariant: a part of the archive that would expand beyond the limit of a record is
//! refused before it is held.

use super::news;
use super::reader::{Article, InputFormat};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::source::kind::{Facts, Wanted};
use memchr::memmem;

#[cfg(feature = "documents")]
mod enabled;
#[cfg(feature = "documents")]
use enabled::article;

#[cfg(not(feature = "documents"))]
mod disabled;
#[cfg(not(feature = "documents"))]
use disabled::article;

/// Word documents, one a file.
#[derive(Debug)]
pub(crate) struct Docx;

static FACTS: Facts = Facts {
    name: "docx",
    about: "Word documents, one document a file",
    extensions: &["docx", "docm"],
    magic: is_word,
    extracts: true,
    inner: Some(|bytes, wanted| {
        let (article, note) = article(bytes, wanted).ok()?;
        Some((article.text, note.map(|note| note.cause)))
    }),
    missing: if cfg!(feature = "documents") { None } else { Some(("DOCX", "documents")) },
    ..Facts::PLAIN
};

impl InputFormat for Docx {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn article(
        &self,
        inputs: &Inputs,
        bytes: &[u8],
    ) -> Result<(Article, Option<Refusal>), Refusal> {
        if bytes.is_empty() {
            return Err(Refusal::empty());
        }
        let (article, note) = article(bytes, Wanted::All(inputs.options.limits.record_bytes))?;
        if article.text.is_empty() {
            return Err(Refusal::holds_no("text"));
        }
        let note = note.or_else(|| news::several(&article.text));
        Ok((article, note))
    }
}

/// Whether an archive starts as Word writes it.
fn is_word(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") && memmem::find(head, b"word/").is_some()
}
