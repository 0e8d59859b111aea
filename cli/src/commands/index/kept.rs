//! The documents of an index that a run of `dedup` is set against, as a file that it reads.
//!
//! Used by `dedup --against INDEX`. Invariant: of the index it has the documents that share
//! shingles with what is read, which are those that can be copies.

use super::documents;
use crate::resolve;
use serde_json::{Map, Value};
use std::io::{BufWriter, Write};
use std::path::Path;
use tempfile::TempDir;
use wirecopy::corpus::{Document, ReadOptions};
use wirecopy::detect::{DedupConfig, Progress, ScanConfig};
use wirecopy::error::{Error, Result};
use wirecopy::index::{QueryConfig, Reader, is_index};

/// Replaces an index that `config` is set against by a file of its documents, which is there until
/// what is returned is dropped.
pub(in crate::commands) fn kept(
    config: &mut DedupConfig,
    resume: bool,
    progress: &dyn Progress,
) -> Result<Option<TempDir>> {
    let Some(index) = config.against.iter().find(|path| is_index(Path::new(path))) else {
        return Ok(None);
    };
    let refuse = |name: &'static str, what: &str, cure| resolve::refuse(name, what, cure);
    if config.against.len() > 1 {
        return refuse("--against", "an index is named beside others", "name it alone");
    }
    if resume {
        let what = "a run against an index is not kept to be gone on with";
        return refuse("--resume", what, "leave it out");
    }
    if config.read.format.is_some() {
        let what = "an index has a format of its own";
        return refuse("--input-format", what, "leave it out beside an index");
    }
    let reader = Reader::open(index)?;
    if !reader.info().texts {
        let what = "the index keeps no texts, and copies are found by them";
        return refuse("--against", what, "name an index with texts, or the documents themselves");
    }
    let scan = ScanConfig {
        inputs: config.inputs.clone(),
        read: config.read.clone(),
        threads: config.threads,
        strict: config.strict,
        scope: wirecopy::detect::Scope::Documents,
        ..ScanConfig::default()
    };
    let scan = scan.with_ngram_size(reader.info().ngram_size);
    let texts = documents(&scan, progress)?;
    let held = reader.held(&texts, &QueryConfig { scan, ..QueryConfig::default() })?;
    if held.left_out > 0 {
        progress.note(&format!("{} documents of {index} were not looked at", held.left_out));
    }
    let folder = tempfile::tempdir_in(config.temp_dir.clone().unwrap_or_else(std::env::temp_dir));
    let folder = folder.map_err(|error| Error::io(Path::new(index), error))?;
    let path = folder.path().join("kept.jsonl");
    write(&path, &held.documents, &config.read)?;
    config.against = vec![path.display().to_string()];
    config.against_documents = Some(usize::try_from(reader.len()).unwrap_or(usize::MAX));
    Ok(Some(folder))
}

/// Writes documents under the names of columns that a run reads.
fn write(path: &Path, documents: &[Document], read: &ReadOptions) -> Result<()> {
    let failed = |error| Error::io(path, error);
    let file = std::fs::File::create(path).map_err(failed)?;
    let mut out = BufWriter::new(file);
    for document in documents {
        let meta = &document.meta;
        let mut row = Map::new();
        let mut put = |name: &str, value: Option<&str>| match value {
            // A column that is a number has no name in JSON Lines.
            Some(_) if name.starts_with('#') => false,
            Some(value) => {
                insert(&mut row, name, value);
                true
            }
            None => true,
        };
        let named = put(&read.text.name, Some(document.text.as_str()))
            && put(&read.id.name, Some(&document.id))
            && put(&read.outlet.name, meta.outlet.as_deref())
            && put(&read.date.name, meta.date.as_ref().map(|date| date.text.as_str()))
            && put(&read.title.name, meta.title.as_deref())
            && put(&read.url.name, meta.url.as_deref());
        if !named {
            let what = "a column is named by its number";
            return resolve::refuse("--against", what, "name columns beside an index");
        }
        serde_json::to_writer(&mut out, &row).map_err(|error| failed(error.into()))?;
        out.write_all(b"\n").map_err(failed)?;
    }
    out.flush().map_err(failed)
}

/// Puts a value under a name, which may be a path.
fn insert(row: &mut Map<String, Value>, name: &str, value: &str) {
    match name.split_once('.') {
        None => {
            row.insert(name.to_owned(), value.into());
        }
        Some((first, rest)) => {
            let inner = row.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
