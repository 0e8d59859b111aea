//! Text exports of news databases: many articles in one file, each with its outlet and date.
//!
//! Four layouts, each a format of its own: what `LexisNexis` wrote (`1 of 50 DOCUMENTS`), what its
//! successor Nexis Uni writes (`End of Document`), Factiva (`Document` and a number at the end,
//! with fields of two letters or as it shows articles) and `ProQuest` (lines of underscores, fields
//! by name). A line decides where an article ends (`border`), `article` takes it apart. Fed with
//! blocks, feeds the batches.
//! Invariant: whatever is in a file, each line belongs to one article, and what is not the text of
//! one is not in it.

mod article;
mod border;
mod day;
mod factiva;
mod lexisnexis;
mod lines;
mod nexis_uni;
mod proquest;

use super::json_text;
use super::maker::{Columns, Emit, Maker};
use super::reader::{InputFormat, Splitter};
use crate::corpus::batch::Batch;
use crate::corpus::columns::{COLUMNS, DATE, OUTLET, TEXT, TITLE};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::records::RawRecords;
use crate::corpus::source::kind::{Facts, FormatLayout};
use border::Borders;
use memchr::memmem;

/// How an export is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    LexisNexis,
    NexisUni,
    Factiva,
    ProQuest,
}

/// An export of a news database.
#[derive(Debug)]
pub(crate) struct News {
    facts: &'static Facts,
    layout: Layout,
}

/// The formats, one for each layout.
pub(crate) static LEXISNEXIS: News = News { facts: &LEXISNEXIS_FACTS, layout: Layout::LexisNexis };
pub(crate) static NEXIS: News = News { facts: &NEXIS_FACTS, layout: Layout::NexisUni };
pub(crate) static FACTIVA: News = News { facts: &FACTIVA_FACTS, layout: Layout::Factiva };
pub(crate) static PROQUEST: News = News { facts: &PROQUEST_FACTS, layout: Layout::ProQuest };

const EXPORT: Facts = Facts {
    extensions: &["txt", "text"],
    layout: FormatLayout::Members,
    extracts: true,
    ..Facts::PLAIN
};

static LEXISNEXIS_FACTS: Facts = Facts {
    name: "lexisnexis",
    about: "Articles exported from LexisNexis as text",
    looks_like: |head| border::looks_like(head, Layout::LexisNexis),
    ..EXPORT
};

static NEXIS_FACTS: Facts = Facts {
    name: "nexis",
    about: "Articles exported from Nexis Uni as text",
    looks_like: |head| border::looks_like(head, Layout::NexisUni),
    ..EXPORT
};

static FACTIVA_FACTS: Facts = Facts {
    name: "factiva",
    about: "Articles exported from Factiva as text",
    looks_like: |head| border::looks_like(head, Layout::Factiva),
    ..EXPORT
};

static PROQUEST_FACTS: Facts = Facts {
    name: "proquest",
    about: "Articles exported from ProQuest as text",
    looks_like: |head| border::looks_like(head, Layout::ProQuest),
    ..EXPORT
};

/// A note about a text of several articles that is read as one, because its file is a document of a
/// word processor; none where it holds one.
pub(crate) fn several(text: &str) -> Option<Refusal> {
    if let Some(note) = unread(text) {
        return Some(note);
    }
    let layouts = [Layout::LexisNexis, Layout::NexisUni, Layout::Factiva, Layout::ProQuest];
    let layout = layouts.into_iter().find(|layout| border::looks_like(text.as_bytes(), *layout))?;
    let mut count = 0;
    border::each(layout, text.as_bytes(), &mut |_| count += 1);
    (count > 1).then(|| {
        let cause = "holds several articles of a news database, and is read as one document";
        Refusal::new(cause, "export or save it as text (.txt), which is read article by article")
    })
}

/// Lines that each article of a layout has which is not read, by their starts, and whose it is.
const UNREAD: [(&str, &str); 8] = [
    ("Accession Number:", "EBSCO"),
    ("Record Number: ", "NewsBank"),
    ("Record: ", "NewsBank"),
    ("Read News Document", "NewsBank"),
    ("OpenURL Link", "NewsBank"),
    ("CITATION (", "NewsBank"),
    ("Source Citation", "Gale"),
    ("news·", "Europresse"),
];

/// A note about a text of several articles in a layout that is not read: it is one document, and
/// has no outlet.
pub(crate) fn unread(text: &str) -> Option<Refusal> {
    let found = UNREAD.iter().find(|(mark, _)| match *mark {
        // Each article says whose the rights are, too.
        "Record Number: " | "Record: " => {
            has_two(text, mark, |_| true) && has_two(text, "Copyright", |_| true)
        }
        "news·" => has_two(text, mark, is_europresse),
        _ => has_two(text, mark, |_| true),
    });
    found.map(|(_, database)| {
        let cause = format!("holds several articles of {database}, and is read as one document");
        Refusal::new(cause, "save each article as a file of its own, or make a table of them")
    })
}

/// Whether two lines of a text start with a mark, after which there is what fits.
fn has_two(text: &str, mark: &str, fits: impl Fn(&[u8]) -> bool) -> bool {
    let bytes = text.as_bytes();
    let is_mark = |at: &usize| {
        let starts = at.checked_sub(1).is_none_or(|before| bytes.get(before) == Some(&b'\n'));
        starts && fits(bytes.get(at + mark.len()..).unwrap_or_default())
    };
    memmem::find_iter(bytes, mark.as_bytes()).filter(is_mark).nth(1).is_some()
}

/// `20200106·LM·1`: day and number of an article of Europresse.
fn is_europresse(rest: &[u8]) -> bool {
    rest.first_chunk::<8>().is_some_and(|day| day.iter().all(u8::is_ascii_digit))
        && rest.get(8..).is_some_and(|rest| rest.starts_with("·".as_bytes()))
}

/// A note about a page that is an export of a news database as HTML, and is read as one document;
/// none where it holds one article.
pub(crate) fn several_in_page(page: &str) -> Option<Refusal> {
    let many = |mark: &str| memmem::find_iter(page.as_bytes(), mark).nth(1).is_some();
    // Europresse names the outlet of each article so, Factiva the paragraphs of its language.
    let europresse = many("class=\"DocPublicationName") && many("titreArticleVisu");
    let factiva = many("class=\"article ")
        && many("articleParagraph")
        && border::DOCUMENTS.iter().any(|name| many(&format!("<p>{name} ")));
    (europresse || factiva).then(|| {
        let cause = "holds several articles of a news database, and is read as one document";
        Refusal::new(cause, "export it as text or RTF, which are read article by article")
    })
}

impl InputFormat for News {
    fn facts(&self) -> &'static Facts {
        self.facts
    }

    fn splitter(&self) -> Box<dyn Splitter> {
        Box::new(Borders::new(self.layout))
    }

    fn each(&self, inputs: &Inputs, records: RawRecords, batch: &mut Batch, emit: Emit<'_>) {
        batch.columns.found(std::array::from_fn(|column| column == TEXT));
        let Some(mut maker) = Maker::new(inputs, records.source, batch) else { return };
        self.members(&records, &mut |number, member| {
            self.document(&mut maker, (records.source, number), member, emit);
        });
        inputs.recycle(records.raw);
    }

    fn members(&self, block: &RawRecords, sink: &mut dyn FnMut(u64, &[u8])) {
        let mut number = block.first_record;
        border::each(self.layout, &block.raw, &mut |range| {
            sink(number, block.raw.get(range).unwrap_or_default());
            number += 1;
        });
    }

    fn member_to_json(&self, _: &Inputs, id: &str, member: &[u8], out: &mut Vec<u8>) {
        let found = article::read(&String::from_utf8_lossy(member), self.layout);
        if let Some(article) = found.filter(|article| !article.text.is_empty()) {
            json_text::article(id, None, &article, out);
        }
    }
}

impl News {
    fn document(&self, maker: &mut Maker<'_>, at: (usize, u64), member: &[u8], emit: Emit<'_>) {
        let (_, number) = at;
        let most = maker.inputs.options.limits.record_bytes;
        if member.len() > most {
            return maker.refuse(number, Refusal::too_long(most));
        }
        // What is before the first article: a list of titles, the search that was made.
        let Some(found) = article::read(&String::from_utf8_lossy(member), self.layout) else {
            return maker.batch.pass_over("no article");
        };
        if found.text.is_empty() {
            let cure = "check the export; it may hold the headlines alone";
            return maker.refuse(number, Refusal::new("the article has no text", cure));
        }
        maker.batch.columns.record();
        let mut values: Columns<'_> = [const { None }; COLUMNS];
        values[OUTLET] = found.outlet.map(Into::into);
        values[DATE] = found.date.map(Into::into);
        values[TITLE] = found.title.map(Into::into);
        maker.batch.columns.found(values.each_ref().map(Option::is_some));
        maker.extracted(at, found.text, values, emit);
    }
}

#[cfg(test)]
mod tests;
