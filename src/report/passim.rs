//! Families in the form that passim writes: one JSON object for each member.
//!
//! For notebooks and scripts made for passim: the fields of the input (`id`, `series`, `date`,
//! `title`) and passim's own. `uid` is the number passim gives the same id (xxHash64, seed 42), so
//! that tables of both can be joined. Invariant: `begin` and `end` are code points, `text` is what
//! stands between them.

use super::json::{field, number, optional};
use crate::hash;
use crate::record::{Family, Member};

/// Appends the members of a family, one a line.
pub fn family(family: &Family<'_>, out: &mut Vec<u8>) {
    let boilerplate = boilerplate(family);
    for member in &family.members {
        out.extend_from_slice(b"{\"uid\":");
        out.extend_from_slice(uid(member.id).to_string().as_bytes());
        number(",\"cluster\":", family.family as usize, out);
        number(",\"size\":", documents(family), out);
        number(",\"begin\":", member.char_start, out);
        number(",\"end\":", member.char_end, out);
        out.extend_from_slice(b",\"src\":");
        sources(family, member, out);
        out.extend_from_slice(b",\"pboiler\":");
        // Writing a number to memory cannot fail.
        serde_json::to_writer(&mut *out, &boilerplate).ok();
        field(",\"id\":", member.id, out);
        optional(",\"series\":", member.outlet, out);
        optional(",\"date\":", member.date, out);
        optional(",\"title\":", member.title, out);
        field(",\"text\":", member.text, out);
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

/// The place a member was most likely taken from, where that is known.
fn source<'f>(family: &'f Family<'_>, member: &Member<'_>) -> Option<&'f Member<'f>> {
    member.source.and_then(|id| family.members.iter().find(|other| other.id == id))
}

/// The place a member was most likely taken from, as passim's list of at most one.
fn sources(family: &Family<'_>, member: &Member<'_>, out: &mut Vec<u8>) {
    let Some(source) = source(family, member) else { return out.extend_from_slice(b"[]") };
    out.extend_from_slice(b"[{\"uid\":");
    out.extend_from_slice(uid(source.id).to_string().as_bytes());
    number(",\"begin\":", source.char_start, out);
    number(",\"end\":", source.char_end, out);
    out.extend_from_slice(b"}]");
}

/// Share of the links that stay within an outlet: of each member to its source, or else to the
/// member before it.
fn boilerplate(family: &Family<'_>) -> f64 {
    let links = family.members.len().saturating_sub(1);
    if links == 0 {
        return 0.0;
    }
    let mut within = 0;
    for (n, member) in family.members.iter().enumerate().skip(1) {
        let from = source(family, member).or_else(|| family.members.get(n - 1));
        within += usize::from(
            member.outlet.is_some() && from.is_some_and(|from| from.outlet == member.outlet),
        );
    }
    within as f64 / links as f64
}
