//! The columns with a meaning, which names they have in a source, and which of them records have.
//!
//! Used by every format that has columns, and by the tally. Invariant: the columns are numbered
//! once, here, and everything that holds one value for each is in this order; which name is read as
//! which column depends on the names of a source alone.

use super::problem::shortened;
use std::collections::{BTreeMap, BTreeSet};

/// Number of columns with a meaning.
pub(super) const COLUMNS: usize = 7;
/// Place of the text among them, and so on.
pub(super) const TEXT: usize = 0;
pub(super) const ID: usize = 1;
pub(super) const OUTLET: usize = 2;
pub(super) const DATE: usize = 3;
pub(super) const TITLE: usize = 4;
pub(super) const URL: usize = 5;
pub(super) const EXTRA: usize = 6;

/// What the columns hold, for people.
const MEANINGS: [&str; COLUMNS] = ["text", "id", "outlet", "date", "title", "address", "extra"];

/// Names that people use, in the order in which they are tried where the plain name is absent and
/// none was chosen. A name counts in any case, and with blanks between its words, where it is not
/// there as it is.
const KNOWN: [&[&str]; COLUMNS] = [
    &[
        "text",
        "body",
        "content",
        "article_text",
        "article_body",
        "articleBody",
        "body_text",
        "bodyText",
        "fields.bodyText",
        "full_text",
        "fulltext",
        "fullText",
        "maintext",
        "main_text",
        "plain_text",
        "plaintext",
        "raw_text",
        "clean_text",
        "raw_content",
        "article",
        "content.rendered",
        "content_text",
        "story_text",
        "content_html",
        "body_html",
        "html",
        "fields.body",
        "body.processed",
        "body.value",
    ],
    &["id", "_id", "article_id", "doc_id", "docid", "document_id", "uuid", "guid", "stories_id"],
    &[
        "outlet",
        "source.name",
        "source.title",
        "publication",
        "publication_name",
        "fields.publication",
        "publisher",
        "publisher.name",
        "newspaper",
        "outlet_name",
        "source_name",
        "sourceName",
        "media_name",
        "site_name",
        "sitename",
        "domain",
        "source_domain",
        "hostname",
        "name_source",
        "thread.site",
    ],
    &[
        "date",
        "published",
        "publishedAt",
        "published_at",
        "publish_date",
        "publishDate",
        "date_published",
        "datePublished",
        "date_publish",
        "published_date",
        "publishedDate",
        "pub_date",
        "pubDate",
        "publication_date",
        "publicationDate",
        "webPublicationDate",
        "publish_time",
        "seendate",
        "datetime",
        "created_utc",
    ],
    &[
        "title",
        "headline",
        "headline.main",
        "webTitle",
        "article_title",
        "heading",
        "title.rendered",
    ],
    &[
        "url",
        "link",
        "canonical_url",
        "canonicalUrl",
        "article_url",
        "web_url",
        "webUrl",
        "permalink",
        "page_url",
        "source_url",
        "href",
    ],
    &[],
];

/// Groups in which the names are tried after those of the record itself: what search engines, the
/// viewer of Hugging Face, `CouchDB`, JSON:API and collections of corpora put around them. Text and
/// id are looked for in all but the last.
const GROUPS: [&str; 6] = ["", "_source.", "row.", "doc.", "attributes.", "metadata."];

/// What programs write where they have no value, in lower case: those of Python's tables, of
/// databases and of JavaScript, and `\N` of database dumps.
const MISSING: [&str; 9] =
    ["\\n", "nan", "nat", "null", "none", "n/a", "<na>", "undefined", "unknown"];

/// Bytes of the longest of them.
const MISSING_BYTES: usize = 9;

/// What R writes there, which in small letters may be a name.
const MISSING_AS_IT_IS: [&str; 1] = ["NA"];

/// Whether an outlet, a date or an id says that there is none: thousands of articles of `nan` would
/// seem to be of one house, and to be one article.
pub(super) fn is_missing(column: usize, value: &str) -> bool {
    let value = value.trim();
    // Ids and names are mostly longer than the longest of them, or start with a digit.
    matches!(column, OUTLET | DATE | ID)
        && value.len() <= MISSING_BYTES
        && !value.starts_with(|first: char| first.is_ascii_digit())
        && (MISSING.iter().any(|word| value.eq_ignore_ascii_case(word))
            || MISSING_AS_IT_IS.contains(&value)
            || value.is_empty())
}

/// A column's name, and whether the user chose it (then it must exist).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Name of the key.
    pub name: String,
    /// Given by the user.
    pub chosen: bool,
}

impl Column {
    pub(super) fn default_name(name: &str) -> Self {
        Self { name: name.to_owned(), chosen: false }
    }
}

/// What the columns are called in a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// The number of each among the names of the source.
    pub(super) at: [Option<usize>; COLUMNS],
    /// The name of each; of one that is not there the name that was looked for.
    pub(super) names: [Option<String>; COLUMNS],
    /// Which of them have another name than the plain one, though none was chosen.
    pub(super) known: [bool; COLUMNS],
    /// The number of another column of the same name, which is not read.
    again: [Option<usize>; COLUMNS],
}

impl Plan {
    /// Finds the columns among the names of a source.
    pub(super) fn new(columns: [Option<&Column>; COLUMNS], names: &[String]) -> Self {
        let mut plan = Self::default();
        for (n, column) in columns.into_iter().enumerate() {
            let Some(column) = column else { continue };
            let same = exact(names, &column.name);
            let numbered = || numbered(&column.name).filter(|at| *at < names.len());
            let found = if column.chosen {
                same.or_else(numbered)
            } else {
                same.or_else(|| {
                    let found = well_known(n, names);
                    plan.known[n] = found.is_some();
                    found
                })
            };
            plan.at[n] = found;
            plan.again[n] = found.and_then(|at| {
                let mut later = names.iter().enumerate().skip(at + 1);
                later.find(|(_, name)| names.get(at) == Some(*name)).map(|(again, _)| again)
            });
            let name = found.and_then(|at| names.get(at)).unwrap_or(&column.name);
            plan.names[n] = Some(name.clone());
        }
        plan
    }

    /// Finds the columns that names of folders may give: no text, id or address, and one that was
    /// chosen by its name alone.
    pub(super) fn of_folders(columns: [Option<&Column>; COLUMNS], names: &[String]) -> Self {
        let mut columns = columns.map(|column| {
            column.filter(|column| !column.chosen || exact(names, &column.name).is_some())
        });
        for column in [TEXT, ID, URL] {
            columns[column] = None;
        }
        Self::new(columns, names)
    }

    /// Columns that share their name with one that is read, each as a sentence.
    pub(super) fn repeated(&self) -> impl Iterator<Item = String> {
        let columns = self.names.iter().zip(self.at).zip(self.again);
        columns.filter_map(|((name, at), again)| {
            let (name, at, again) = (shortened(name.as_deref()?), at? + 1, again? + 1);
            Some(format!("two columns have one name, #{at} is read and #{again} is not: `{name}`"))
        })
    }

    /// What is read as what, where that is not by its plain name; empty where all is plain.
    pub(super) fn reading(&self) -> String {
        let known = self.names.iter().zip(self.known).zip(MEANINGS);
        let parts = known.filter_map(|((name, known), meaning)| {
            let name = name.as_deref().filter(|_| known)?;
            Some(format!("`{}` as {meaning}", shortened(name)))
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// Whether names of columns are surely those of articles: by their well-known names there is a text
/// and one more column.
pub(super) fn are_of_articles(names: &[String]) -> bool {
    let has = |column: usize| well_known(column, names).is_some();
    has(TEXT) && (ID..EXTRA).any(has)
}

/// Whether a key is a well-known name of a text, in any case, alone or at the end of a path.
pub(super) fn is_of_text(key: &[u8]) -> bool {
    let is = |name: &&str| key.eq_ignore_ascii_case(name.as_bytes());
    KNOWN[TEXT].iter().filter_map(|name| name.rsplit('.').next()).any(|name| is(&name))
}

fn exact(names: &[String], wanted: &str) -> Option<usize> {
    names.iter().position(|name| name == wanted)
}

/// The place of the column `#3`, counted from 0.
pub(super) fn numbered(name: &str) -> Option<usize> {
    name.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)
}

/// Whether two names are one where case means nothing, nor what separates words.
fn is_same(name: &str, wanted: &str) -> bool {
    let plain =
        |byte: u8| if matches!(byte, b' ' | b'-') { b'_' } else { byte.to_ascii_lowercase() };
    name.len() == wanted.len() && name.bytes().map(plain).eq(wanted.bytes().map(plain))
}

fn well_known(column: usize, names: &[String]) -> Option<usize> {
    let known = KNOWN.get(column)?;
    let groups = if matches!(column, TEXT | ID) { &GROUPS[..5] } else { &GROUPS[..] };
    let in_group = |group: &&str| {
        // Most records have none but that of their own names, and there are many names to try.
        let is_of = |name: &String| name.get(..group.len()).is_some_and(|own| is_same(own, group));
        if !names.iter().any(is_of) {
            return None;
        }
        let as_it_is = known.iter().find_map(|name| exact(names, &format!("{group}{name}")));
        as_it_is.or_else(|| {
            known.iter().find_map(|name| {
                let wanted = format!("{group}{name}");
                names.iter().position(|name| is_same(name, &wanted))
            })
        })
    };
    groups.iter().find_map(in_group)
}

/// What the records of a source have that was named as an input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NamedSource {
    /// One has a text.
    pub(super) has_text: bool,
    /// What they have instead, as long as none has.
    pub(super) names: BTreeSet<String>,
}

impl NamedSource {
    pub(super) fn merge(&mut self, other: &Self) {
        self.has_text |= other.has_text;
        if self.has_text {
            self.names.clear();
        } else {
            self.names.extend(other.names.iter().cloned());
        }
    }
}

/// Which columns some records have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnsSeen {
    pub(super) records: u64,
    pub(super) found: [bool; COLUMNS],
    pub(super) names: BTreeSet<String>,
    /// Of each source that was named as an input and has records, what these have.
    pub(super) named: BTreeMap<usize, NamedSource>,
    /// Documents that have a value, by column; not attributed to a name yet.
    pub(super) with: [u64; COLUMNS],
    /// Documents with a value, by column and name, of columns read by well-known names.
    pub(super) read_as: BTreeMap<(usize, String), u64>,
    /// What was read as what, once for each source that differs.
    pub(super) readings: BTreeSet<String>,
    /// Days read from addresses and file names.
    pub(super) inferred: u64,
    /// Texts that hold HTML and are read as they are.
    pub(super) tagged: u64,
    /// Texts in which line ends are written as `\n`, and read as words.
    pub(super) escaped: u64,
    /// Texts with letters that were encoded twice.
    pub(super) garbled: u64,
}

impl ColumnsSeen {
    /// Notes a column's name, up to `most` different ones.
    pub(super) fn name(&mut self, key: &[u8], most: usize) {
        let key = String::from_utf8_lossy(key);
        let key = shortened(&key);
        if self.names.len() < most && !self.names.contains(key.as_ref()) {
            self.names.insert(key.into_owned());
        }
    }

    /// Counts a record, and notes which of the wanted columns it has.
    pub(super) fn count(&mut self, values: &[Option<&str>; COLUMNS]) {
        self.records += 1;
        for (found, value) in self.found.iter_mut().zip(values) {
            *found |= value.is_some();
        }
    }

    /// Notes which of the wanted columns a table has.
    pub(super) fn found(&mut self, columns: [bool; COLUMNS]) {
        self.found.iter_mut().zip(columns).for_each(|(found, has)| *found |= has);
    }

    /// Counts a record of a table.
    pub(super) fn record(&mut self) {
        self.records += 1;
    }

    /// Attributes what was counted to the names that the columns have in its source.
    pub(super) fn attribute(&mut self, plan: Option<&Plan>) {
        let with = std::mem::take(&mut self.with);
        let Some(plan) = plan.filter(|plan| plan.known.contains(&true)) else { return };
        self.readings.insert(plan.reading());
        for (n, count) in with.into_iter().enumerate().filter(|(n, _)| plan.known[*n]) {
            let Some(name) = &plan.names[n] else { continue };
            *self.read_as.entry((n, shortened(name).into_owned())).or_default() += count;
        }
    }

    /// In how many records each column was that was read by a well-known name.
    pub(super) fn summary(&self) -> Option<String> {
        let parts: Vec<String> = self
            .read_as
            .iter()
            .map(|((n, name), count)| format!("`{name}` as {} in {count}", MEANINGS[*n]))
            .collect();
        (!parts.is_empty()).then(|| format!("documents with what was read: {}", parts.join(", ")))
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.inferred += other.inferred;
        self.tagged += other.tagged;
        self.escaped += other.escaped;
        self.garbled += other.garbled;
        for (found, other) in self.found.iter_mut().zip(other.found) {
            *found |= other;
        }
        for (with, other) in self.with.iter_mut().zip(other.with) {
            *with += other;
        }
        self.names.extend(other.names.iter().cloned());
        for (source, found) in &other.named {
            self.named.entry(*source).or_default().merge(found);
        }
        self.readings.extend(other.readings.iter().cloned());
        for (key, count) in &other.read_as {
            *self.read_as.entry(key.clone()).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(names: &[&str], chosen: Option<&str>) -> Plan {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let plain = ["text", "id", "outlet", "date", "title", "url"].map(Column::default_name);
        let chosen = chosen.map(|name| Column { name: name.to_owned(), chosen: true });
        let mut columns = [None; COLUMNS];
        columns.iter_mut().zip(&plain).for_each(|(slot, column)| *slot = Some(column));
        columns[TEXT] = chosen.as_ref().or(columns[TEXT]);
        Plan::new(columns, &names)
    }

    #[test]
    fn well_known_names_are_tried_in_their_order() {
        let found = plan(&["domain", "Content", "body", "link", "publishedAt"], None);
        assert_eq!(found.at, [Some(2), None, Some(0), Some(4), None, Some(3), None]);
        let reading =
            "`body` as text, `domain` as outlet, `publishedAt` as date, `link` as address";
        assert_eq!(found.reading(), reading);
        let found = plan(&["TEXT", "body", "source.name", "publication"], None);
        assert_eq!((found.at[TEXT], found.at[OUTLET]), (Some(1), Some(2)));
        assert_eq!(plan(&["TEXT"], None).at[TEXT], Some(0));
        let spaced = plan(&["Article ID", "Source Name", "Publication Date", "Full Text"], None);
        assert_eq!(spaced.at, [Some(3), Some(0), Some(1), Some(2), None, None, None]);
        let plain = plan(&["body", "text", "id", "_id"], None);
        assert_eq!(
            (plain.at[TEXT], plain.at[ID], plain.reading()),
            (Some(1), Some(2), String::new())
        );
        let hits = plan(&["_id", "_source.body", "_source.date", "metadata.outlet"], None);
        assert_eq!(hits.at, [Some(1), Some(0), Some(3), Some(2), None, None, None]);
        let rows = plan(&["row_idx", "row.text", "row.id"], None);
        assert_eq!((rows.at[TEXT], rows.at[ID]), (Some(1), Some(2)));
        assert_eq!(plan(&["metadata.text"], None).at[TEXT], None);
    }

    #[test]
    fn of_two_columns_with_one_name_it_is_said_which_is_read() {
        let found = plan(&["id", "text", "x", "text", "x"], None);
        let said: Vec<String> = found.repeated().collect();
        assert_eq!(said, ["two columns have one name, #2 is read and #4 is not: `text`"]);
        let chosen = plan(&["id", "text", "x", "text", "x"], Some("#4"));
        assert_eq!((chosen.at[TEXT], chosen.repeated().count()), (Some(3), 0));
    }

    #[test]
    fn a_chosen_name_is_that_name_or_a_number() {
        assert_eq!(plan(&["body", "a", "b"], Some("text")).at[TEXT], None);
        assert_eq!(plan(&["body", "a", "b"], Some("#3")).at[TEXT], Some(2));
        assert_eq!(plan(&["body", "#3", "b"], Some("#3")).at[TEXT], Some(1));
        assert_eq!(plan(&["body"], Some("#3")).at[TEXT], None);
        assert_eq!((numbered("#0"), numbered("#1"), numbered("1")), (None, Some(0), None));
    }
}
