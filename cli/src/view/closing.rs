//! The closing words of a scan: what was done, and why nothing was found.
//!
//! Written for standard error, so that results stay the same from run to run. Invariant: a reason
//! names what was seen in numbers and the flag that would help; nothing is guessed.

use super::numbers::{count, grouped, seconds};
use std::time::Duration;
use wirecopy::detect::ScanConfig;
use wirecopy::output::{LeftOut, ReportSize};
use wirecopy::record::ScanSummary;

/// What was read and found, in one line.
#[must_use]
pub(crate) fn summary(summary: &ScanSummary, took: Duration) -> String {
    let documents = count(summary.documents, "document", "documents");
    let outlets = match summary.outlets {
        0 => String::new(),
        n => format!(" of {}", count(n, "outlet", "outlets")),
    };
    let skipped = match summary.skipped {
        0 => String::new(),
        n => format!(", {} left out", count(n, "record", "records")),
    };
    let families = count(summary.families, "family", "families");
    let pairs = count(summary.pairs, "pair", "pairs");
    let ignored = match summary.ignored {
        0 => String::new(),
        n => format!(", {} ignored", count(n, "passage", "passages")),
    };
    let took = seconds(took);
    format!("{documents}{outlets}{skipped}: {families} of {pairs}{ignored}, in {took}")
}

/// The line about pairs that were not listed; nothing where all were.
#[must_use]
pub(crate) fn cut(summary: &ScanSummary) -> Option<String> {
    let left = summary.pairs.checked_sub(summary.listed_pairs).filter(|left| *left > 0)?;
    Some(format!(
        "{} of {} listed; the other {} are only in the families, which are complete. \
         --max-pairs lists more, --families FILE writes the families",
        grouped(summary.listed_pairs as u64),
        count(summary.pairs, "pair", "pairs"),
        grouped(left as u64)
    ))
}

/// How large an HTML report became, and what is not in it.
#[must_use]
pub(crate) fn report(written: &ReportSize) -> String {
    let size = written.bytes as f64 / f64::from(1 << 20);
    let LeftOut { families, members, pairs, texts } = written.left_out;
    let parts = [
        (families, count(families, "family", "families"), ""),
        (members, count(members, "place", "places"), " of large families"),
        (
            texts,
            format!("the text around the passages of {}", count(texts, "article", "articles")),
            "",
        ),
        (pairs, format!("the exact ends of {}", count(pairs, "pair", "pairs")), ""),
    ];
    let left: Vec<String> = parts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(_, what, of)| format!("{what}{of}"))
        .collect();
    let left = match left.as_slice() {
        [] => "nothing left out".to_owned(),
        left => format!("left out: {}. --format jsonl has all", left.join(", ")),
    };
    format!("the report has {size:.1} MiB; {left}")
}

/// The time of each stage, in one line.
#[must_use]
pub(crate) fn stages(summary: &ScanSummary) -> String {
    let stages: Vec<String> = summary
        .stages
        .iter()
        .map(|(name, ns)| format!("{name} {}", seconds(Duration::from_nanos(*ns))))
        .collect();
    stages.join(", ")
}

/// Why a scan found nothing, and what would help; `index` is the number of documents of the index
/// that it was set against.
#[must_use]
pub(crate) fn nothing(summary: &ScanSummary, config: &ScanConfig, index: Option<u64>) -> String {
    let documents = summary.documents;
    let least = config.min_tokens;
    // Of an index only those documents were read that may share something.
    let is_all = index.is_none();
    let (cause, cure) = if index == Some(0) {
        let cause = "the index of --against has no documents";
        (cause.to_owned(), "add some to it with `index add`".to_owned())
    } else if is_all && is_alone(summary) {
        ("only one document was read".to_owned(), name_more())
    } else if summary.short_documents == documents {
        let all = if documents == 1 {
            "the only document is".to_owned()
        } else {
            format!("all {} are", count(documents, "document", "documents"))
        };
        (format!("{all} shorter than the shortest passage, {least} tokens"), lower_minimum(config))
    } else if is_all && is_of_one_outlet(summary) {
        let all = match documents {
            1 => "the only document is".to_owned(),
            n => format!("all {} are", count(n, "document", "documents")),
        };
        (
            format!("{all} from one outlet, and only passages shared by two outlets were wanted"),
            "--scope documents compares all documents with each other".to_owned(),
        )
    } else if summary.ignored > 0 {
        (
            format!(
                "everything found ({}) is on the list of --ignore",
                count(summary.ignored, "passage", "passages")
            ),
            "leave out --ignore to see it".to_owned(),
        )
    } else if summary.below_minimum > 0 {
        let seen = usize::try_from(summary.below_minimum).unwrap_or(usize::MAX);
        (
            format!(
                "{} seen, none with {least} equal tokens in a row or enough of them close together",
                count(seen, "shared run of words was", "shared runs of words were")
            ),
            lower_minimum(config),
        )
    } else {
        return unshared(summary, config);
    };
    format!("nothing found: {cause}. {cure}")
}

/// Whether there was nothing to compare the only document with.
fn is_alone(summary: &ScanSummary) -> bool {
    summary.documents == 1 && summary.scope != "all"
}

/// Whether no pair was wanted, all documents being of one outlet.
fn is_of_one_outlet(summary: &ScanSummary) -> bool {
    summary.scope == "outlets" && summary.outlets == 1 && summary.without_outlet == 0
}

fn name_more() -> String {
    "name a folder or several files; --scope all looks for repeats inside one document".to_owned()
}

fn lower_minimum(config: &ScanConfig) -> String {
    let half = (config.min_tokens / 2).max(config.ngram_size);
    if config.min_tokens <= config.ngram_size {
        "a lower --ngram-size with a lower --min-tokens finds shorter ones".to_owned()
    } else {
        format!("a lower --min-tokens, such as {half}, finds shorter ones")
    }
}

/// The reason where no passage was seen at all.
fn unshared(summary: &ScanSummary, config: &ScanConfig) -> String {
    let (cause, cure) = if let Some(days) = config.max_days {
        let undated = match summary.without_date {
            0 => String::new(),
            without => format!(
                "; {} of {} have no date",
                grouped(without as u64),
                count(summary.documents, "document", "documents")
            ),
        };
        (
            format!(
                "no two documents within {} share a passage{undated}",
                count(days as usize, "day", "days")
            ),
            "a higher --max-days, or none, compares more",
        )
    } else if !config.against.is_empty() {
        (
            "no passage occurs on both sides".to_owned(),
            "without --against, INPUT is compared with itself",
        )
    } else if summary.shared_shingles == 0 {
        let size = config.ngram_size;
        // In scripts without spaces a character counts half.
        let characters = (2 * size).min(config.min_tokens);
        // What repeats a few words is not looked at, so that nothing is known of it.
        let varied = ", but for stretches of few different words";
        let row = if characters > size {
            format!("{size} words or {characters} characters in a row")
        } else {
            format!("{size} tokens in a row")
        };
        (
            match summary.scope {
                "outlets" => format!("no two outlets share {row}{varied}"),
                "all" => format!("no {row} occur twice{varied}"),
                _ => format!("no two documents share {row}{varied}"),
            },
            "--ngram-size 3 with a lower --min-tokens finds shorter ones",
        )
    } else if summary.scope == "outlets" {
        (
            format!("no two outlets share a passage of {} tokens", config.min_tokens),
            "--scope documents looks within outlets too, --min-tokens for shorter passages",
        )
    } else {
        (
            format!("only short phrases are shared, none of {} tokens", config.min_tokens),
            "a lower --min-tokens finds shorter ones, --edits high more reworded ones",
        )
    };
    format!("nothing found: {cause}. {cure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> ScanSummary {
        ScanSummary {
            documents: 3,
            outlets: 2,
            scope: "outlets",
            tokens: 900,
            shared_shingles: 4,
            ..ScanSummary::default()
        }
    }

    #[test]
    fn the_reason_fits_the_numbers() {
        let normal = ScanConfig::default();
        let nothing = |summary: &ScanSummary, config: &ScanConfig| nothing(summary, config, None);
        let reasons = [
            nothing(&ScanSummary { documents: 1, ..three() }, &normal),
            nothing(&ScanSummary { short_documents: 3, ..three() }, &normal),
            nothing(
                &ScanSummary { documents: 1, short_documents: 1, scope: "all", ..three() },
                &normal,
            ),
            nothing(&ScanSummary { outlets: 1, ..three() }, &normal),
            nothing(&ScanSummary { ignored: 1, ..three() }, &normal),
            nothing(&ScanSummary { below_minimum: 12, ..three() }, &normal),
            nothing(
                &ScanSummary { below_minimum: 1, ..three() },
                &ScanConfig { min_tokens: 5, ..ScanConfig::default() },
            ),
            nothing(
                &ScanSummary { without_date: 2, ..three() },
                &ScanConfig { max_days: Some(1), ..ScanConfig::default() },
            ),
            nothing(
                &three(),
                &ScanConfig { against: vec!["x".to_owned()], ..ScanConfig::default() },
            ),
            nothing(&ScanSummary { shared_shingles: 0, ..three() }, &normal),
            nothing(&three(), &normal),
            nothing(&ScanSummary { scope: "documents", ..three() }, &normal),
        ];
        let one = ScanSummary { documents: 1, outlets: 1, ..three() };
        let beside = [0, 7].map(|index| super::nothing(&one, &normal, Some(index)));
        let reasons: Vec<String> = reasons.into_iter().chain(beside).collect();
        insta::assert_snapshot!(reasons.join("\n"));
    }

    #[test]
    fn what_was_done() {
        let all = ScanSummary { pairs: 1234, listed_pairs: 1234, families: 56, ..three() };
        let line = summary(&all, Duration::from_millis(1250));
        assert_eq!(line, "3 documents of 2 outlets: 56 families of 1,234 pairs, in 1.25 s");
        assert_eq!(cut(&all), None);
        let some = ScanSummary {
            documents: 1,
            outlets: 0,
            skipped: 1,
            ignored: 2,
            listed_pairs: 1000,
            stages: vec![("read", 20_000_000), ("seed", 75_000_000_000)],
            ..all
        };
        assert_eq!(
            summary(&some, Duration::from_secs(125)),
            "1 document, 1 record left out: 56 families of 1,234 pairs, 2 passages ignored, \
             in 2 min 5 s"
        );
        insta::assert_snapshot!(cut(&some).unwrap());
        assert_eq!(stages(&some), "read 20 ms, seed 1 min 15 s");
    }
}
