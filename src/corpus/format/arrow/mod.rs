//! Apache Arrow: IPC files and streams, Feather (version 2), and the folders of Hugging Face
//! (`save_to_disk`), in record batches.
//!
//! A record batch is a block, so that several workers read one file; only the columns that are
//! wanted are read and decompressed. The place of a document is the number of its row; its text is
//! copied where it will be read again. Invariant: a file that is not what its messages claim costs
//! itself, and each buffer no more memory than its size or its limit allows.

#[cfg(feature = "arrow")]
mod cells;
#[cfg(feature = "arrow")]
mod file;
#[cfg(feature = "arrow")]
mod groups;
#[cfg(feature = "arrow")]
mod json;
#[cfg(feature = "arrow")]
mod parts;
#[cfg(feature = "arrow")]
pub(crate) mod rows;
#[cfg(test)]
mod tests;

use super::reader::InputFormat;
use crate::corpus::source::kind::{Facts, FormatLayout};
#[cfg(feature = "arrow")]
use {
    super::reader::{JsonLine, RowGroups},
    crate::corpus::inputs::Inputs,
    crate::corpus::problem::Refusal,
    crate::error::Result,
    std::ops::Range,
    std::path::Path,
};

/// Apache Arrow.
#[derive(Debug)]
pub(crate) struct Arrow;

static FACTS: Facts = Facts {
    name: "arrow",
    about: "Apache Arrow IPC (files and streams) and Feather",
    extensions: &["arrow", "feather", "ipc", "arrows"],
    magic: is_arrow,
    layout: FormatLayout::Rows,
    missing: if cfg!(feature = "arrow") { None } else { Some(("Arrow", "arrow")) },
    ..Facts::PLAIN
};

/// What starts every message.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// Longest schema in bytes by which a stream is recognised.
const SCHEMA_BYTES: u32 = 64 << 20;

/// Whether the first bytes are those of a file, or of a stream that starts with its schema.
fn is_arrow(head: &[u8]) -> bool {
    if head.starts_with(b"ARROW1\0\0") {
        return true;
    }
    let Some(rest) = head.strip_prefix(&CONTINUATION) else { return false };
    let Some((length, rest)) = rest.split_first_chunk() else { return false };
    let length = u32::from_le_bytes(*length);
    // The schema starts with the place of its root, in bytes.
    let root = rest.first_chunk().map(|root| u32::from_le_bytes(*root));
    (8..=SCHEMA_BYTES).contains(&length) && root.is_some_and(|root| (4..length).contains(&root))
}

impl InputFormat for Arrow {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    #[cfg(feature = "arrow")]
    fn open_rows(
        &self,
        inputs: &Inputs,
        source: usize,
    ) -> std::result::Result<Box<dyn RowGroups>, Refusal> {
        groups::open_rows(inputs, source)
    }

    #[cfg(feature = "arrow")]
    fn rows_to_json(
        &self,
        (inputs, source): (&Inputs, usize),
        rows: &[Range<u64>],
        line: JsonLine<'_>,
    ) -> Result<()> {
        groups::to_json(inputs, source, rows, line)
    }

    #[cfg(feature = "arrow")]
    fn same_columns(&self, a: &Path, b: &Path) -> bool {
        groups::same_columns(a, b)
    }
}

#[cfg(test)]
mod magic {
    use super::is_arrow;

    #[test]
    fn files_and_streams_are_known_by_their_first_bytes() {
        assert!(is_arrow(b"ARROW1\0\0\xff\xff\xff\xff"));
        assert!(is_arrow(b"\xff\xff\xff\xff\x80\x01\0\0\x10\0\0\0"));
        assert!(!is_arrow(b"ARROW1 is the name of a boat"));
        assert!(!is_arrow(b"\xff\xff\xff\xff"));
        assert!(!is_arrow(b"\xff\xff\xff\xff\0\0\0\0\x10\0\0\0"), "the end of a stream");
        assert!(!is_arrow(b"\xff\xff\xff\xff\x80\x01\0\0\xff\xff\xff\xff"));
        assert!(!is_arrow(b""));
    }
}
