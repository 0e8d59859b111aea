//! The manifest: which segments count, and which of their documents were removed.
//!
//! Read by live, written by writer, published by store. It is text, one fact a line, and its last
//! line is a checksum of all before it. Invariant: a manifest is used whole or not at all.

use super::FORMAT_VERSION;
use super::keys;
use super::words::at;
use crate::detect::ScanConfig;
use crate::error::{Error, Result};
use crate::hash::xxh3_64;
use crate::text::NORMAL_FORM;
use std::fmt::Write as _;
use std::path::Path;

/// What was chosen when the index was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameters {
    /// Version of the normal form of tokens.
    pub(super) normal_form: u64,
    /// Words of a shingle.
    pub(super) ngram_size: u32,
    /// Shingles in a row of which one is kept.
    pub(super) window: u64,
    /// Whether texts are kept, else their tokens alone.
    pub(super) texts: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self::of(ScanConfig::default().ngram_size, keys::RUN, true)
    }
}

impl Parameters {
    /// Those of an index that finds every shared run of so many tokens.
    pub(super) fn of(ngram_size: u32, run: usize, texts: bool) -> Self {
        let window = keys::window(ngram_size as usize, run) as u64;
        Self { normal_form: u64::from(NORMAL_FORM), ngram_size, window, texts }
    }

    /// Shingles of words in a row of which one is kept.
    pub(super) fn window(self) -> usize {
        at(self.window).clamp(1, keys::MOST_TOKENS)
    }

    /// Tokens of a shared run that is always found.
    pub(super) fn run(self) -> usize {
        keys::run(self.ngram_size as usize, self.window())
    }

    /// Whether what agrees with a text on neither side of a shingle can be passed over.
    pub(super) fn leads_by_a_side(self) -> bool {
        keys::leads_by_a_side(self.ngram_size as usize, self.run())
    }
}

/// A segment as the manifest names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Its name: a hash of its documents.
    pub(super) name: u64,
    /// Bytes of its file.
    pub(super) bytes: u64,
    /// Documents in it.
    pub(super) documents: u32,
    /// Those that were removed, ascending.
    pub(super) removed: Vec<u32>,
}

impl Named {
    /// The name of its file.
    pub(super) fn file(&self) -> String {
        file(self.name)
    }

    /// Documents that were not removed.
    pub(super) fn live(&self) -> u64 {
        u64::from(self.documents).saturating_sub(self.removed.len() as u64)
    }
}

/// End of the name of a segment's file.
pub(super) const SUFFIX: &str = ".segment";

/// The name of a segment's file.
pub(super) fn file(name: u64) -> String {
    format!("{name:016x}{SUFFIX}")
}

/// A book as the manifest names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct NamedBook {
    /// Its name: a hash of what is in it.
    pub(super) name: u64,
    /// Bytes of its file.
    pub(super) bytes: u64,
    /// Rows in it.
    pub(super) records: u32,
}

/// End of the name of the file of the families.
pub(super) const FAMILIES: &str = ".families";
/// End of the name of the file of what became of earlier families.
pub(super) const HISTORY: &str = ".history";

impl NamedBook {
    /// The name of its file.
    pub(super) fn file(&self, suffix: &str) -> String {
        format!("{:016x}{suffix}", self.name)
    }
}

/// The manifest of an index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) parameters: Parameters,
    /// The segments, the largest first.
    pub(super) segments: Vec<Named>,
    /// The families, where they are kept.
    pub(super) families: Option<NamedBook>,
    /// What became of keys of families that are no more.
    pub(super) history: Option<NamedBook>,
    /// Documents were added or removed since the families were found.
    pub(super) stale: bool,
}

impl Manifest {
    /// As text.
    pub(super) fn write(&self) -> String {
        let Parameters { normal_form, ngram_size, window, texts } = self.parameters;
        let mut text = format!(
            "wirecopy index {FORMAT_VERSION}\nnormal_form {normal_form}\nngram_size {ngram_size}\n\
             window {window}\n"
        );
        if !texts {
            text.push_str("texts tokens\n");
        }
        for Named { name, bytes, documents, removed } in &self.segments {
            let removed: Vec<String> = removed.iter().map(u32::to_string).collect();
            let removed = if removed.is_empty() { "-".to_owned() } else { removed.join(",") };
            writeln!(text, "segment {name:016x} {bytes} {documents} {removed}").ok();
        }
        let state = if self.stale { "stale" } else { "current" };
        for (what, book) in [("families", self.families), ("history", self.history)] {
            if let Some(NamedBook { name, bytes, records }) = book {
                writeln!(text, "{what} {name:016x} {bytes} {records} {state}").ok();
            }
        }
        let sum = xxh3_64(text.as_bytes());
        writeln!(text, "checksum {sum:016x}").ok();
        text
    }

    /// From the bytes of the file at `path`.
    ///
    /// # Errors
    /// Damage; another version of the format.
    pub(super) fn read(bytes: &[u8], path: &Path) -> Result<Self> {
        let damage = |offset: usize, what: &str| Error::Corrupt {
            path: path.to_path_buf(),
            offset: offset as u64,
            what: what.to_owned(),
            cure: "take the index from a copy, or create it anew".to_owned(),
        };
        let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let version = first.strip_prefix(b"wirecopy index ").and_then(number::<u64>);
        let known = version == Some(FORMAT_VERSION);
        let checked = checked(bytes);
        match (version, checked) {
            (Some(version), _) if !known => return Err(other_version(path, version)),
            (None, _) => return Err(damage(0, "this is no manifest of an index")),
            (_, None) => return Err(damage(0, "the checksum of the manifest is another")),
            _ => {}
        }
        let text = std::str::from_utf8(checked.unwrap_or_default());
        let text = text.map_err(|error| damage(error.valid_up_to(), "this is no text"))?;
        let mut manifest = Self::default();
        let mut offset = 0;
        for line in text.lines() {
            if offset > 0 && manifest.take(line).is_none() {
                return Err(damage(offset, "this line says nothing known"));
            }
            offset += line.len() + 1;
        }
        Ok(manifest)
    }

    /// Takes what a line says.
    fn take(&mut self, line: &str) -> Option<()> {
        let mut words = line.split(' ');
        let (what, value) = (words.next()?, words.next()?);
        match what {
            "normal_form" => self.parameters.normal_form = value.parse().ok()?,
            "ngram_size" => self.parameters.ngram_size = value.parse().ok()?,
            "window" => self.parameters.window = value.parse().ok()?,
            "texts" if value == "tokens" => self.parameters.texts = false,
            "segment" => {
                let name = u64::from_str_radix(value, 16).ok()?;
                let (bytes, documents) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
                let removed: Vec<u32> = match words.next()? {
                    "-" => Vec::new(),
                    list => list.split(',').map(|one| one.parse().ok()).collect::<Option<_>>()?,
                };
                let ascends = removed.windows(2).all(|two| two[0] < two[1]);
                let within = removed.last().is_none_or(|&last| last < documents);
                if !ascends || !within {
                    return None;
                }
                self.segments.push(Named { name, bytes, documents, removed });
            }
            "families" | "history" => {
                let name = u64::from_str_radix(value, 16).ok()?;
                let (bytes, records) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
                self.stale = match words.next()? {
                    "stale" => true,
                    "current" => false,
                    _ => return None,
                };
                let book = if what == "families" { &mut self.families } else { &mut self.history };
                *book = Some(NamedBook { name, bytes, records });
            }
            _ => return None,
        }
        words.next().is_none().then_some(())
    }
}

/// The bytes before the checksum, if that is right.
fn checked(bytes: &[u8]) -> Option<&[u8]> {
    const LAST: usize = "checksum 0123456789abcdef\n".len();
    let (before, last) = bytes.split_at_checked(bytes.len().checked_sub(LAST)?)?;
    let sum = last.strip_prefix(b"checksum ")?.strip_suffix(b"\n")?;
    (sum == format!("{:016x}", xxh3_64(before)).as_bytes()).then_some(before)
}

fn number<T: std::str::FromStr>(bytes: &[u8]) -> Option<T> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

fn other_version(path: &Path, version: u64) -> Error {
    Error::Input {
        path: path.to_path_buf(),
        cause: format!("the index has format {version}, and this program reads {FORMAT_VERSION}"),
        cure: "use the program that made it, or create the index anew".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let segment = |name: u64, removed: &[u32]| Named {
            name,
            bytes: 8192,
            documents: 40,
            removed: removed.to_vec(),
        };
        let segments = vec![segment(0xffff_0000_1111_2222, &[]), segment(7, &[0, 3, 39])];
        Manifest { segments, ..Manifest::default() }
    }

    #[test]
    fn what_is_written_is_read() {
        let text = manifest().write();
        assert_eq!(Manifest::read(text.as_bytes(), Path::new("m")).unwrap(), manifest());
        let parameters = Parameters { texts: false, ..Parameters::default() };
        let tokens = Manifest { parameters, ..manifest() };
        assert_eq!(Manifest::read(tokens.write().as_bytes(), Path::new("m")).unwrap(), tokens);
        let none = Manifest::default();
        assert_eq!(Manifest::read(none.write().as_bytes(), Path::new("m")).unwrap(), none);
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let bytes = manifest().write().into_bytes();
        let path = Path::new("ix/wirecopy-index");
        for n in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[n] ^= 1 << bit;
                let refused = Manifest::read(&damaged, path).unwrap_err().to_string();
                assert!(refused.starts_with("ix/wirecopy-index: "), "{refused}");
            }
            Manifest::read(&bytes[..n], path).unwrap_err();
        }
        let newer = String::from_utf8(bytes).unwrap().replace("index 2", "index 3");
        let refused = Manifest::read(newer.as_bytes(), path).unwrap_err().to_string();
        assert!(refused.contains("has format 3, and this program reads 2"), "{refused}");
    }
}
