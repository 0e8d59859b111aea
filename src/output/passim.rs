//! Families in the form that passim writes: one JSON object for each member.
//!
//! For notebooks and scripts made for passim: the fields of the input (`id`, `series`, `date`,
//! `title`) and passim's own. `uid` is the number passim gives the same id (xxHash64, seed 42), so
//! that tables of both can be joined. Invariant: `begin` and `end` are code points, `text` is what
//! is between them.

use super::format::{Format, ReportSize, Wanted};
use super::jsonl::{field, number, optional};
use crate::hash::{self, Map};
use crate::record::{Family, Member};
use std::io::{self, Write};

/// The format.
#[derive(Debug)]
pub(super) struct Passim;

impl Format for Passim {
    fn name(&self) -> &'static str {
        "passim"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn write(&self, wanted: Wanted<'_>, out: &mut dyn Write) -> io::Result<Option<ReportSize>> {
        wanted.families(&family, out)?;
        Ok(None)
    }
}

/// Appends the members of a family, one a line.
fn family(family: &Family<'_>, out: &mut Vec<u8>) {
    let (origins, documents) = (origins(family), documents(family));
    let boilerplate = boilerplate(family, &origins);
    for (member, &origin) in family.members.iter().zip(&origins) {
        out.extend_from_slice(b"{\"uid\":");
        out.extend_from_slice(uid(member.id).to_string().as_bytes());
        number(",\"cluster\":", u64::from(family.family), out);
        number(",\"size\":", documents as u64, out);
        number(",\"begin\":", member.char_start as u64, out);
        number(",\"end\":", member.char_end as u64, out);
        out.extend_from_slice(b",\"src\":");
        source(origin, out);
        out.extend_from_slice(b",\"pboiler\":");
        // Writing a number to memory cannot fail.
        serde_json::to_writer(&mut *out, &boilerplate).ok();
        field(",\"id\":", member.id, out);
        optional(",\"series\":", member.outlet, out);
        optional(",\"date\":", member.date, out);
        optional(",\"title\":", member.title, out);
        field(",\"text\":", &member.text, out);
        out.extend_from_slice(b"}\n");
    }
}

/// The number passim gives an id.
fn uid(id: &str) -> i64 {
    hash::xxh64(id.as_bytes(), 42).cast_signed()
}

/// Different documents of a family.
fn documents(family: &Family<'_>) -> usize {
    let mut ids: Vec<&str> = family.members.iter().map(|member| member.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

/// For each member the place it was most likely taken from, where that is known.
fn origins<'f>(family: &'f Family<'_>) -> Vec<Option<&'f Member<'f>>> {
    let mut first: Map<&str, &Member<'_>> = Map::default();
    for member in &family.members {
        first.entry(member.id).or_insert(member);
    }
    let origin = |member: &Member<'_>| member.source.and_then(|id| first.get(id).copied());
    family.members.iter().map(origin).collect()
}

/// The place a member was most likely taken from, as passim's list of at most one.
fn source(origin: Option<&Member<'_>>, out: &mut Vec<u8>) {
    let Some(origin) = origin else { return out.extend_from_slice(b"[]") };
    out.extend_from_slice(b"[{\"uid\":");
    out.extend_from_slice(uid(origin.id).to_string().as_bytes());
    number(",\"begin\":", origin.char_start as u64, out);
    number(",\"end\":", origin.char_end as u64, out);
    out.extend_from_slice(b"}]");
}

/// Share of the links that stay within an outlet: of each member to its source, or else to the
/// member before it.
fn boilerplate(family: &Family<'_>, origins: &[Option<&Member<'_>>]) -> f64 {
    let links = family.members.len().saturating_sub(1);
    if links == 0 {
        return 0.0;
    }
    let mut within = 0;
    let later = family.members.iter().zip(&family.members[1..]).zip(&origins[1..]);
    for ((before, member), origin) in later {
        let from = origin.unwrap_or(before);
        within += usize::from(member.outlet.is_some() && from.outlet == member.outlet);
    }
    within as f64 / links as f64
}
