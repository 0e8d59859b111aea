//! Plain text: one document a file.
//!
//! Invariant: the text is the file as decoded, without a change.

use super::news;
use super::reader::{Article, InputFormat};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::source::encoding;
use crate::corpus::source::kind::Facts;

/// Text, one document a file.
#[derive(Debug)]
pub(crate) struct PlainText;

static FACTS: Facts = Facts {
    name: "text",
    about: "One document a file",
    extensions: &["txt", "text", "md", "markdown"],
    ..Facts::PLAIN
};

impl InputFormat for PlainText {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn article(
        &self,
        inputs: &Inputs,
        bytes: &[u8],
    ) -> Result<(Article, Option<Refusal>), Refusal> {
        let decoded = encoding::decode(bytes, inputs.options.encoding)?;
        let (text, note) = encoding::full(decoded)?;
        let note = note.or_else(|| news::unread(&text));
        // A copy with no more room than needed.
        Ok((Article { text: text.as_ref().to_owned(), ..Article::default() }, note))
    }
}
