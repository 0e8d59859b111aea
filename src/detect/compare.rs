//! `compare`: two documents, all they share, and how alike they are as wholes.
//!
//! Runs a scan of the two, so that they are judged as in any other. Files of one document each have
//! the outlets that a scan of the folder above both would give them.

use super::result::ScanResult;
use super::scan::{scan_amended, scan_documents};
use super::{Progress, ScanConfig};
use crate::corpus::Document;
use crate::error::{Error, Result};
use crate::passage::Passage;
use crate::record::{CompareSummary, Compared};
use crate::shingle::{Shingler, Unit};
use crate::text::Span;
use crate::verify;
use std::path::{Component, Path};
use std::sync::Arc;

/// What two documents share.
#[derive(Debug)]
pub struct Comparison {
    result: ScanResult,
    tokens: [usize; 2],
    shared_tokens: [usize; 2],
    jaccard: f64,
    ngram_size: u32,
}

impl Comparison {
    /// The two documents as wholes.
    #[must_use]
    pub fn summary(&self) -> CompareSummary<'_> {
        CompareSummary {
            a: self.compared(0),
            b: self.compared(1),
            jaccard: self.jaccard,
            ngram_size: self.ngram_size,
        }
    }

    /// The passages they share.
    #[must_use]
    pub fn result(&self) -> &ScanResult {
        &self.result
    }

    /// The passages alone.
    #[must_use]
    pub fn into_result(self) -> ScanResult {
        self.result
    }

    fn compared(&self, side: usize) -> Compared<'_> {
        let document = &self.result.documents[side];
        Compared {
            id: &document.id,
            outlet: document.meta.outlet.as_deref(),
            date: document.meta.date.as_ref().map(|date| date.text.as_str()),
            title: document.meta.title.as_deref(),
            tokens: self.tokens[side],
            shared_tokens: self.shared_tokens[side],
        }
    }
}

/// Compares the one document of `config.inputs` with the one of `config.against`.
///
/// # Errors
/// As of [`scan`](super::scan()), and where either side holds more than one document.
pub fn compare(config: &ScanConfig, progress: &dyn Progress) -> Result<Comparison> {
    let outlets = outlets(config);
    let amend = |document: &mut Document| {
        let own = |(path, _): &&(&str, Arc<str>)| *path == document.id;
        let outlet = outlets.iter().flatten().find(own).map(|(_, outlet)| Arc::clone(outlet));
        document.meta.outlet = document.meta.outlet.take().or(outlet);
    };
    measured(scan_amended(config, &amend, progress)?, config)
}

/// As [`compare`], of two documents in memory.
///
/// # Errors
/// A setting out of range, or an interrupt.
///
/// # Examples
/// ```
/// use wirecopy::corpus::Document;
/// use wirecopy::detect::{ScanConfig, Silent, compare_documents};
/// let notice = "the harbor will stay closed until the last crane has been tested twice";
/// let document = |day: &str| Document::new(day, format!("On {day} {notice}."));
/// let (a, b) = (document("Sunday"), document("Monday"));
/// let config = ScanConfig { min_tokens: 10, ..ScanConfig::default() };
/// let comparison = compare_documents(a, b, &config, &Silent)?;
/// assert_eq!(comparison.summary().a.shared_tokens, 13);
/// # Ok::<(), wirecopy::error::Error>(())
/// ```
pub fn compare_documents(
    a: Document,
    b: Document,
    config: &ScanConfig,
    progress: &dyn Progress,
) -> Result<Comparison> {
    measured(scan_documents(vec![a], vec![b], config, progress)?, config)
}

/// The comparison of two documents, once their passages are found.
fn measured(result: ScanResult, config: &ScanConfig) -> Result<Comparison> {
    let [a, b] = result.documents.as_slice() else {
        return Err(Error::Setting {
            name: "inputs".into(),
            cause: format!("A and B hold {} documents together", result.documents.len()),
            cure: "name two files of one document each; scan compares many".to_owned(),
        });
    };
    let mut shingler = Shingler::new(Unit::Word, config.ngram_size as usize);
    let (tokens_a, set_a) = shingled(a, &mut shingler);
    let (tokens_b, set_b) = shingled(b, &mut shingler);
    let jaccard = verify::overlap(&set_a, &set_b).jaccard();
    let spans = |side: u32| {
        let of_side = move |doc: u32, span: Span| (doc == side).then_some(span);
        result
            .passages
            .iter()
            .flat_map(move |p: Passage| [of_side(p.doc_a, p.a), of_side(p.doc_b, p.b)])
            .flatten()
            .collect::<Vec<Span>>()
    };
    let shared_tokens = [0, 1].map(|side| Span::union(&mut spans(side)) as usize);
    let tokens = [tokens_a, tokens_b];
    Ok(Comparison { tokens, shared_tokens, jaccard, ngram_size: config.ngram_size, result })
}

/// The two files with the outlets that a scan of the folder above both would give them: the names
/// of the folders in which their paths part; none if either is right in that folder. The id of a
/// file of one document is its path, so that records of other files are not meant.
fn outlets(config: &ScanConfig) -> Option<[(&str, Arc<str>); 2]> {
    let [(a, x), (b, y)] = [config.inputs.first()?, config.against.first()?].map(|input| {
        let folder = Path::new(input).parent().map(Path::components);
        (input.as_str(), folder.into_iter().flatten().collect::<Vec<_>>())
    });
    let at = x.iter().zip(&y).take_while(|(x, y)| x == y).count();
    let outlet = |folder: &[Component<'_>]| match folder.get(at) {
        Some(Component::Normal(name)) => Some(Arc::from(&*name.to_string_lossy())),
        _ => None,
    };
    Some([(a, outlet(&x)?), (b, outlet(&y)?)])
}

/// How many tokens a document has, and its set of shingles, as `dedup` compares it.
fn shingled(document: &Document, shingler: &mut Shingler) -> (usize, Vec<u64>) {
    let mut set = shingler.shingles(&document.text).to_vec();
    verify::make_set(&mut set);
    (shingler.tokens().len(), set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Meta;

    #[test]
    fn files_have_the_outlets_of_the_folders_in_which_they_part() {
        let outlets_of = |a: &str, b: &str| {
            let (inputs, against) = (vec![a.to_owned()], vec![b.to_owned()]);
            let config = ScanConfig { inputs, against, ..ScanConfig::default() };
            let found = outlets(&config)?;
            Some(found.map(|(path, outlet)| format!("{path} {outlet}")))
        };
        let apart = outlets_of("in/wire/1.txt", "in/post/may/2.txt");
        assert_eq!(apart, Some(["in/wire/1.txt wire".into(), "in/post/may/2.txt post".into()]));
        for (a, b) in [("in/1.txt", "in/2.txt"), ("in/1.txt", "in/post/2.txt"), ("1.txt", "2.txt")]
        {
            assert_eq!(outlets_of(a, b), None);
        }
    }

    #[test]
    fn texts_shorter_than_a_shingle_are_compared_as_wholes() {
        let shingles = |text: &str| {
            let meta = Meta::default();
            let document = Document { id: String::new(), text: text.into(), meta };
            shingled(&document, &mut Shingler::default()).1
        };
        let jaccard = |a: &str, b: &str| verify::overlap(&shingles(a), &shingles(b)).jaccard();
        assert!((jaccard("Three words here", "three words, here") - 1.0).abs() < 1e-12);
        assert!(jaccard("Three words here", "three other words").abs() < 1e-12);
        assert!(jaccard("", "").abs() < 1e-12);
    }
}
