//! Segments become one: what was removed goes, what is left is in the order of ids.
//!
//! Used by writer, in `add` where segments are of a size, and in `compact` for all. Invariant: the
//! segment has the bytes that one `add` of the same documents to an empty index would write.

use super::documents;
use super::keys::Key;
use super::live::Member;
use super::manifest::{Named, Parameters};
use super::postings::{each, parts, posting};
use super::prepared::{Prepared, Waiting};
use super::runs::Runs;
use super::segment::{self, Part, Stored};
use crate::error::Result;
use crate::limits::narrow;
use crate::store::Shelf;
use std::borrow::Cow;

/// A document and its number in its source.
struct Placed<'a> {
    id: Cow<'a, str>,
    part: Part<'a>,
    /// Source (the members, then the new documents) and number there.
    from: (usize, u32),
}

/// New documents, ascending by id, and where what is long of them waits.
pub(super) type Fresh<'a> = (&'a [Prepared], Option<&'a Waiting>);

/// Writes a segment of what `members` hold and of `fresh`, which are different from what members
/// hold; `postings` is empty, and sorts them. None where that is nothing.
///
/// # Errors
/// Damage; too many documents; what the system says.
pub(super) fn merge(
    shelf: &Shelf,
    parameters: Parameters,
    members: &[&Member],
    (fresh, waiting): Fresh<'_>,
    mut postings: Runs,
) -> Result<Option<Named>> {
    let mut placed = Vec::new();
    for (source, member) in members.iter().enumerate() {
        for doc in member.documents() {
            placed.push(stored(member, doc, source)?);
        }
    }
    if let Some(waiting) = waiting {
        let new = fresh.iter().enumerate().map(|(n, one)| Placed {
            id: Cow::Borrowed(one.id.as_str()),
            part: Part {
                record: Cow::Borrowed(&one.record),
                stored: Stored::New(waiting, one),
                tokens: one.tokens,
                text_bytes: one.text_bytes,
                text_hash: one.text_hash,
            },
            from: (members.len(), narrow(n)),
        });
        placed.extend(new);
    }
    placed.sort_by(|a, b| a.id.cmp(&b.id));
    if placed.is_empty() {
        return Ok(None);
    }
    let mut numbers: Vec<Vec<u32>> =
        members.iter().map(|member| vec![GONE; member.segment.documents() as usize]).collect();
    numbers.push(vec![GONE; fresh.len()]);
    for (n, one) in placed.iter().enumerate() {
        let (source, doc) = one.from;
        if let Some(number) = numbers[source].get_mut(doc as usize) {
            *number = narrow(n);
        }
    }
    renumbered(members, (fresh, waiting), &numbers, &mut postings)?;
    let parts: Vec<Part<'_>> = placed.into_iter().map(|one| one.part).collect();
    segment::write(shelf, parameters, &parts, postings).map(Some)
}

/// The number of a document that goes.
const GONE: u32 = u32::MAX;

/// A document of a member.
fn stored(member: &Member, doc: u32, source: usize) -> Result<Placed<'_>> {
    let segment = &*member.segment;
    let entry = segment.entry(doc)?;
    let mut record = Vec::new();
    segment.record(&entry, &mut record)?;
    let id = documents::id(&record).unwrap_or_default().to_owned();
    let part = Part {
        record: Cow::Owned(record),
        stored: Stored::In(segment, entry),
        tokens: entry.tokens,
        text_bytes: entry.text_bytes,
        text_hash: entry.text_hash,
    };
    Ok(Placed { id: Cow::Owned(id), part, from: (source, doc) })
}

/// Gathers all postings with the new numbers.
fn renumbered(
    members: &[&Member],
    (fresh, waiting): Fresh<'_>,
    numbers: &[Vec<u32>],
    to: &mut Runs,
) -> Result<()> {
    to.reserve(fresh.iter().map(|one| one.key_count as usize).sum());
    for (member, numbers) in members.iter().zip(numbers) {
        each(&member.segment, &mut |page| {
            to.extend(page.iter().filter_map(|&old| {
                let (key, doc) = parts(old);
                let number = numbers.get(doc as usize).copied().filter(|&number| number != GONE);
                number.map(|number| posting(key, number))
            }))
        })?;
    }
    let Some(waiting) = waiting else { return Ok(()) };
    let mut keys = Vec::new();
    for (one, &number) in fresh.iter().zip(numbers.last().into_iter().flatten()) {
        keys.clear();
        waiting.keys(one, &mut keys)?;
        to.extend(keys.iter().map(|&bits| posting(Key::of_bits(bits), number)))?;
    }
    Ok(())
}
