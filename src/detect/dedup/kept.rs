//! The kept records, unchanged: bytes are copied in runs, nothing is parsed again.

use super::documents::Documents;
use super::result::DedupResult;
use crate::corpus::{Corpus, Format, FormatLayout, RecordPlace};
use crate::error::{Error, Result};
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Neighbouring kept records of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Number of the source.
    pub source: u32,
    /// First byte of the first record, in the source as decompressed; of Parquet and WARC its
    /// number.
    pub offset: u64,
    /// Bytes to the end of the last record, with the line feeds between records and without the
    /// one behind the last; of Parquet and WARC the number of records.
    pub bytes: u64,
    /// Number of the first document.
    pub first: u32,
    /// Records.
    pub documents: u32,
}

/// Iterator over the runs.
pub(super) struct Runs<'a> {
    places: Box<dyn Iterator<Item = (u32, RecordPlace)> + 'a>,
    next: Option<(u32, RecordPlace)>,
    corpus: Option<&'a Corpus>,
}

/// Bytes from which a run ends, so that it can be held.
const RUN_BYTES: u64 = 1 << 20;

impl<'a> Runs<'a> {
    /// The runs of all input documents but those of `removed` (ascending).
    pub(super) fn new(
        documents: &'a Documents,
        removed: &'a [u32],
        corpus: Option<&'a Corpus>,
    ) -> Self {
        let mut removed = removed.iter().copied().peekable();
        let inputs = documents.parts().filter(|(_, part)| part.side == 0);
        let all = inputs.flat_map(|(first, part)| (first..).zip(part.places.iter().copied()));
        let kept = all.filter(move |(document, _)| removed.next_if_eq(document).is_none());
        let mut places: Box<dyn Iterator<Item = (u32, RecordPlace)> + 'a> = Box::new(kept);
        let next = places.next();
        Self { places, next, corpus }
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let (first, place) = self.next?;
        let RecordPlace { source, mut offset, .. } = place;
        let format = self.corpus.map(|corpus| corpus.source_format(source as usize));
        let in_runs = format.is_some_and(|format| format.layout() == FormatLayout::Lines);
        let numbered = format.is_some_and(Format::is_numbered);
        if numbered {
            offset = place.line;
        }
        let bytes = if numbered { 1 } else { u64::from(place.bytes) };
        let mut run = Run { source, offset, bytes, first, documents: 1 };
        loop {
            self.next = self.places.next();
            let Some((_, place)) = self.next else { return Some(run) };
            if numbered {
                if place.source != source || place.line != offset + run.bytes {
                    return Some(run);
                }
                run.documents += 1;
                run.bytes += 1;
                continue;
            }
            let follows = place.source == source && place.offset == offset + run.bytes + 1;
            if !follows || !in_runs || run.bytes > RUN_BYTES {
                return Some(run);
            }
            run.bytes = place.offset + u64::from(place.bytes) - offset;
            run.documents += 1;
        }
    }
}

/// Bytes copied at once.
const COPY_BYTES: usize = 1 << 20;
/// Buffers on their way from the reading to the writing thread.
const BUFFERS: usize = 3;

impl DedupResult {
    /// Writes the kept records of JSON Lines unchanged, each with a line feed behind it, in input
    /// order. A second thread reads ahead.
    ///
    /// # Errors
    /// What the system says about the sources; [`Error::Input`] where one has changed; what `out`
    /// returns, as an error of `to`. Text files cannot be written one behind the other, and are an
    /// [`Error::Input`] too.
    pub fn write_kept(&self, to: &Path, out: &mut dyn Write) -> Result<()> {
        self.check_unchanged()?;
        let (full, filled) = sync_channel::<Vec<u8>>(BUFFERS);
        let (empty, emptied) = sync_channel::<Vec<u8>>(BUFFERS);
        std::thread::scope(|scope| {
            let reader = scope.spawn(move || self.read_kept(&full, &emptied));
            let mut written = Ok(());
            for buffer in &filled {
                written = out.write_all(&buffer).map_err(|error| Error::io(to, error));
                if written.is_err() {
                    break;
                }
                // The last buffers find no reader any more.
                empty.try_send(buffer).ok();
            }
            // Ends a reader that waits for room.
            drop(filled);
            let read = reader.join().unwrap_or_else(|_| {
                let what = "the reader of kept records failed".to_owned();
                Err(Error::Internal { id: to.display().to_string(), what })
            });
            written.and(read)
        })?;
        self.check_unchanged()
    }

    /// Reads the kept records into buffers, until nobody takes them any more.
    fn read_kept(&self, full: &SyncSender<Vec<u8>>, emptied: &Receiver<Vec<u8>>) -> Result<()> {
        let Some(mut reader) = self.reread() else { return Ok(()) };
        let mut buffer = Vec::with_capacity(COPY_BYTES + 1);
        for run in self.kept_runs() {
            if !(self.source_format(run.source).layout() == FormatLayout::Lines) {
                return Err(Error::Input {
                    path: self.source_path(run.source).to_path_buf(),
                    cause: "is not of lines, which can be written back one by one".to_owned(),
                    cure: "copy the files that are kept".to_owned(),
                });
            }
            let (mut at, end) = (run.offset, run.offset + run.bytes);
            while at < end {
                let room = COPY_BYTES - buffer.len();
                let size = usize::try_from(end - at).unwrap_or(room).min(room);
                let start = buffer.len();
                buffer.resize(start + size, 0);
                reader.read(run.source, at, &mut buffer[start..])?;
                at += size as u64;
                if at == end {
                    buffer.push(b'\n');
                }
                if buffer.len() >= COPY_BYTES {
                    let next = emptied.try_recv().unwrap_or_default();
                    if full.send(std::mem::replace(&mut buffer, next)).is_err() {
                        return Ok(());
                    }
                    buffer.clear();
                }
            }
        }
        // Nobody to take it: the writer has failed and says so.
        full.send(buffer).ok();
        Ok(())
    }
}
