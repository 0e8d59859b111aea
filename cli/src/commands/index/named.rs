//! Names of texts that are asked about, where the index has a document of the same name.
//!
//! Used by `check` and `index query`. A name from a column says which article a text is. One that
//! says where a text was read (`-`, `today.jsonl:1`) does not: the next text that is read from there
//! is another. Invariant: a document of the index that is not compared is counted.

use std::path::Path;
use wirecopy::corpus::{Document, is_place};
use wirecopy::error::Result;
use wirecopy::index::{Known, Reader};

/// Ids of documents of the index that are taken for the texts themselves, in their order.
#[derive(Debug, Default)]
pub(in crate::commands) struct Others(Vec<String>);

impl Others {
    /// What is said of them where a text is called so; none where there are none.
    pub(in crate::commands) fn said(&self, text: &str) -> Option<String> {
        let first = self.0.first()?;
        Some(match self.0.len() {
            1 => format!("the document with the id of the {text}, `{first}`, was left out"),
            n => {
                format!("{n} documents with the ids of {text}s were left out, the first `{first}`")
            }
        })
    }

    /// Whether one has this id.
    pub(in crate::commands) fn hold(&self, id: &str) -> bool {
        self.0.binary_search_by(|own| own.as_str().cmp(id)).is_ok()
    }
}

/// Names drafts that are checked: one that was read where another text was before gets a name of
/// its own, any other is the document that has its id.
pub(in crate::commands) fn drafts(reader: &Reader, drafts: &mut [Document]) -> Result<Others> {
    let mut others = Others::default();
    for draft in drafts {
        match reader.known(draft)? {
            Known::Absent => {}
            Known::OtherText if is_place(&draft.id) => rename(reader, draft)?,
            _ => others.0.push(draft.id.clone()),
        }
    }
    Ok(others)
}

/// Names texts that are asked about: one that is called by where it was read gets a name of its own
/// where the index has another text of that name, so that the two can be told apart. One that the
/// index has as it is, is the document that has its id.
pub(super) fn texts(reader: &Reader, texts: &mut [Document]) -> Result<Others> {
    let mut others = Others::default();
    for text in texts {
        let is_found = || is_place(&text.id) || Path::new(&text.id).is_file();
        match reader.known(text)? {
            Known::OtherText if is_found() => rename(reader, text)?,
            Known::Absent | Known::OtherText => {}
            Known::OtherFacts | Known::Same => others.0.push(text.id.clone()),
        }
    }
    Ok(others)
}

/// Gives a text a name that no document of the index has.
fn rename(reader: &Reader, text: &mut Document) -> Result<()> {
    let id = std::mem::take(&mut text.id);
    for n in 2_u64.. {
        text.id = format!("{id}#{n}");
        if reader.known(text)? == Known::Absent {
            break;
        }
    }
    Ok(())
}
