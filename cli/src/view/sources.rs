//! Where the documents of a family most likely have the passage from, in words.
//!
//! Used by the view of a family, below the reasons for its kind. Invariant: a source that is not
//! sure says so, and one that is not named is counted.

use super::numbers::{count, sureness};
use super::page::{Page, shorten};
use super::piece::{Ink, Piece};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use wirecopy::output::escape;
use wirecopy::record::{Basis, Family, Member};

/// Sources named.
const SHOWN: usize = 3;
/// Widest name of one.
const NAME_COLUMNS: usize = 32;

/// Appends `source: Bay Herald for 2 documents, probably Northwire for 1 document`, and where only
/// the dates speak `printed after: Bay Herald for 1 document`; nothing where no source is known.
pub(super) fn sources(family: &Family<'_>, indent: usize, page: &mut Page<'_>) {
    for (title, by_date) in [("source: ", false), ("printed after: ", true)] {
        let named = sorted(family, by_date);
        if !named.is_empty() {
            line(title, &named, indent, page);
        }
    }
}

fn line(title: &str, named: &[Source<'_>], indent: usize, page: &mut Page<'_>) {
    let faint = |text: String| Piece::own(Ink::Faint, text);
    let mut pieces = vec![faint(title.to_owned())];
    for (n, ((name, sure), documents)) in named.iter().take(SHOWN).enumerate() {
        let separator = if n > 0 { ", " } else { "" };
        pieces.push(faint(format!("{separator}{sure}")));
        pieces.push(Piece::own(Ink::Outlet, shorten(&escape::line(name), NAME_COLUMNS, true)));
        pieces.push(faint(format!(" for {}", count(*documents, "document", "documents"))));
    }
    if let Some(left) = named.len().checked_sub(SHOWN).filter(|left| *left > 0) {
        pieces.push(faint(format!(" and {}", count(left, "more", "more"))));
    }
    page.paragraph(&Piece::own(Ink::Plain, " ".repeat(indent)), &pieces);
}

/// A source with how sure it is, and the number of documents that have the passage from it.
type Source<'a> = ((&'a str, &'static str), usize);

/// The sources that are credited, or those that only dates name; those of most documents first.
fn sorted<'a>(family: &Family<'a>, by_date: bool) -> Vec<Source<'a>> {
    let outlets: BTreeMap<&str, &'a str> =
        family.members.iter().filter_map(|member| Some((member.id, member.outlet?))).collect();
    let mut documents: BTreeMap<(&'a str, &'static str), BTreeSet<&str>> = BTreeMap::new();
    let of_basis = |m: &&Member<'a>| (m.source_basis == Some(Basis::Date)) == by_date;
    let claims = family.members.iter().filter(of_basis).filter_map(|member: &Member<'a>| {
        let source = member.source?;
        let name = outlets.get(source).copied().unwrap_or(source);
        Some(((name, sureness(member.confidence.unwrap_or_default())), member.id))
    });
    for (source, id) in claims {
        documents.entry(source).or_default().insert(id);
    }
    let mut sorted: Vec<Source<'a>> =
        documents.into_iter().map(|(source, ids)| (source, ids.len())).collect();
    sorted.sort_by_key(|(source, documents)| (Reverse(*documents), *source));
    sorted
}
