//! Documents become a shard: tokens in canonical order, and the role of each document.
//!
//! Canonical order is that of (id, hash of the text), so that nothing after this point can
//! depend on the order of the input.

use super::mapped::{Mapped, Spot};
use super::spilled::Shard;
use super::twins::Outlets;
use super::{Progress, ScanConfig, Scope};
use crate::corpus::{Date, Document, Meta, Problem, shortened_to};
use crate::error::{Error, Result};
use crate::hash;
use crate::limits::narrow;
use crate::passage::{MAX_TOKENS, Role};
use crate::simd;
use crate::store::{Spill, Words};
use crate::text::Tokenizer;
use rayon::prelude::*;
use std::iter::repeat;
use std::path::PathBuf;
use std::sync::Arc;

/// A document, and its tokens where they are known.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) document: Document,
    pub(crate) tokens: Option<Arc<[u32]>>,
}

impl From<Document> for Fetched {
    fn from(document: Document) -> Self {
        Self { document, tokens: None }
    }
}

/// A document with its tokens, as a worker hands it on.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) document: Document,
    /// Its tokens, where they were wanted at once.
    pub(super) tokens: Vec<u32>,
    /// How many there are, once they are known.
    pub(super) count: u32,
    /// Where text and tokens are instead, once they were moved to a file.
    pub(super) spot: Option<Spot>,
    /// First byte of the tokens in a file where these alone wait.
    pub(super) aside: Option<u64>,
    /// 0: the inputs, 1: the other set; [`APART`].
    pub(super) side: u8,
    /// Breaks ties between documents of one id.
    pub(super) text_hash: u64,
}

/// Side of a document that is compared with all but others of this side.
pub(super) const APART: u8 = 3;

impl Prepared {
    /// A document whose text and tokens are in files.
    pub(super) fn spilled(document: Document, spot: Spot, side: u8, text_hash: u64) -> Self {
        let count = spot.count;
        let (tokens, spot) = (Vec::new(), Some(spot));
        Self { document, tokens, count, spot, aside: None, side, text_hash }
    }

    /// Tokens of the document, wherever they are.
    pub(super) fn token_count(&self) -> usize {
        self.count as usize
    }

    /// Bytes of the text, wherever it is.
    pub(super) fn text_bytes(&self) -> u64 {
        self.spot.map_or(self.document.text.len() as u64, |spot| u64::from(spot.bytes))
    }
}

/// When documents are tokenised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// At once, since text and tokens may go to files together.
    Now,
    /// Once all are in order ([`tokens`]), so that no tokens need to be moved.
    Later,
}

/// Prepares documents of one side.
///
/// # Errors
/// A text of more than 4 GiB; a panic in the tokeniser (a bug), as an error that names the
/// document.
pub(super) fn prepare(documents: Vec<Document>, side: u8, when: When) -> Result<Vec<Prepared>> {
    fetched(documents.into_iter().map(Fetched::from), side, when)
}

/// As [`prepare`], of documents whose tokens may be known.
///
/// # Errors
/// As of [`prepare`].
pub(super) fn fetched(
    documents: impl IntoIterator<Item = Fetched>,
    side: u8,
    when: When,
) -> Result<Vec<Prepared>> {
    let mut tokenizer = Tokenizer::default();
    let mut scratch = Vec::new();
    let each = documents.into_iter().map(|Fetched { document, tokens: known }| {
        refuse_giant(&document)?;
        scratch.clear();
        if let Some(known) = known {
            scratch.extend_from_slice(&known);
        } else if when == When::Now {
            tokenise(&document, &mut tokenizer, &mut scratch)?;
        }
        let text_hash = document.text.text_hash();
        let (tokens, count) = (scratch.as_slice().to_vec(), narrow(scratch.len()));
        Ok(Prepared { tokens, count, spot: None, aside: None, document, side, text_hash })
    });
    each.collect()
}

/// Appends the tokens of a document; returns how many there are.
pub(super) fn tokenise(
    document: &Document,
    tokenizer: &mut Tokenizer,
    to: &mut Vec<u32>,
) -> Result<u32> {
    if let Some(withheld) = document.text.as_withheld() {
        to.extend_from_slice(withheld.tokens());
        return Ok(narrow(withheld.tokens().len()));
    }
    let before = to.len();
    guarded(&document.id, || tokenizer.compact_tokens(&document.text, to))?;
    Ok(narrow(to.len() - before))
}

/// Characters of an id that are shown.
const SHOWN_ID: usize = 80;

/// Documents that one worker tokenises at a time.
const TOKENISED: usize = 64;
/// Bytes of a text for each of its tokens, in most languages more.
const TOKEN_BYTES: usize = 5;
/// Units of such work between which tokens are put together, for each worker.
const UNITS: usize = 8;

/// Moves the tokens of a block of documents to a file, where they wait for [`tokens`]. Many small
/// pieces of memory between the texts would leave holes there that nothing larger fits into.
///
/// # Errors
/// What the system says.
pub(super) fn put_aside(block: &mut [Prepared], file: &Spill) -> Result<()> {
    let mut all = Vec::with_capacity(block.iter().map(Prepared::token_count).sum());
    for one in block.iter() {
        all.extend_from_slice(&one.tokens);
    }
    let mut start = file.words(&all)?;
    for one in block {
        one.tokens = Vec::new();
        one.aside = Some(start);
        start += 4 * u64::from(one.count);
    }
    Ok(())
}

/// Takes back the tokens of a block of documents.
///
/// # Errors
/// What the system says.
pub(super) fn take_back(block: &mut [Prepared], file: &Spill) -> Result<()> {
    for one in block {
        if let Some(start) = one.aside.take() {
            file.read_words(start, one.count as usize, &mut one.tokens)?;
        }
    }
    Ok(())
}

/// Tokens of all documents, one after the other: those that wait in the file are read, and those
/// that were prepared for [`When::Later`] are tokenised now.
///
/// # Errors
/// A panic in the tokeniser (a bug), as an error that names the document; what the system says.
pub(super) fn tokens(prepared: &mut [Prepared], aside: Option<&Spill>) -> Result<Vec<u32>> {
    let part = |documents: &mut [Prepared]| -> Result<Vec<u32>> {
        let (mut tokenizer, mut tokens) = (Tokenizer::default(), Vec::new());
        tokens.reserve(documents.iter().map(|one| one.count as usize).sum());
        for one in documents {
            if let (Some(file), Some(start)) = (aside, one.aside.take()) {
                file.read_words(start, one.count as usize, &mut tokens)?;
            } else if one.count == 0 && one.tokens.is_empty() {
                one.count = tokenise(&one.document, &mut tokenizer, &mut tokens)?;
            } else {
                tokens.append(&mut one.tokens);
                one.tokens = Vec::new();
            }
        }
        Ok(tokens)
    };
    // Room that is asked for at once comes in large pages; few texts have more tokens.
    let count = |one: &Prepared| match one.count {
        0 => one.document.text.len() / TOKEN_BYTES,
        known => known as usize,
    };
    let mut all: Vec<u32> = Vec::with_capacity(prepared.iter().map(count).sum());
    let mut parts: Vec<Vec<u32>> = Vec::new();
    let mut room = 0;
    for window in prepared.chunks_mut(TOKENISED * UNITS * rayon::current_num_threads()) {
        if all.capacity() > room {
            simd::prefer_large_pages(&mut all);
            room = all.capacity();
        }
        // Those of the window before are put together meanwhile.
        let work = || window.par_chunks_mut(TOKENISED).map(part).collect::<Result<_>>();
        let (next, ()) = rayon::join(work, || parts.iter().for_each(|part| all.extend(part)));
        parts = next?;
    }
    for part in &parts {
        all.extend(part);
    }
    all.shrink_to_fit();
    Ok(all)
}

/// Offsets in a text are 32 bits wide.
fn refuse_giant(document: &Document) -> Result<()> {
    if u32::try_from(document.text.len()).is_ok() {
        return Ok(());
    }
    Err(Error::Limit {
        what: format!("bytes in the text of `{}`", document.id),
        got: document.text.len() as u64,
        limit: u64::from(u32::MAX),
        cure: "cut it into several documents".to_owned(),
    })
}

/// Does some work on a document; a panic there becomes an error that names it.
pub(super) fn guarded<T>(id: &str, work: impl FnOnce() -> T) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        let what = text.unwrap_or("a panic without a message").to_owned();
        Error::Internal { id: id.to_owned(), what }
    })
}

/// Outlet, date, title and address.
type Rest<'a> = (Option<&'a str>, Option<(i64, &'a str)>, Option<&'a str>, Option<&'a str>);

/// What distinguishes documents of one id and text.
fn rest(document: &Document) -> Rest<'_> {
    let Meta { outlet, date, title, url } = &document.meta;
    let date = date.as_ref().map(|date| (date.seconds, date.text.as_str()));
    (outlet.as_deref(), date, title.as_deref(), url.as_deref())
}

/// Puts documents into canonical order; reports ids that several documents have.
pub(super) fn sort(prepared: &mut [Prepared], config: &ScanConfig, progress: &dyn Progress) {
    let order = order(prepared);
    arrange(prepared, order);
    let same = |x: &Prepared, y: &Prepared| x.side == y.side && x.document.id == y.document.id;
    let shared: Vec<_> = prepared.chunk_by(same).filter(|group| group.len() > 1).collect();
    if let Some(first) = shared.first() {
        progress.problem(&Problem {
            path: config.inputs.first().map_or_else(PathBuf::new, PathBuf::from),
            line: None,
            cause: format!(
                "{} ids name more than one document, the first: {} documents have the same id \
                 `{}`",
                shared.len(),
                first.len(),
                shortened_to(SHOWN_ID, &first[0].document.id),
            ),
            cure: "give each its own to tell them apart in the results; all are used".to_owned(),
            skipped: false,
        });
    }
}

/// Bytes of an id that are compared as a number, which needs no look at the document.
const ID_BYTES: usize = size_of::<u128>();

fn id(one: &Prepared) -> &[u8] {
    one.document.id.as_bytes()
}

/// The documents in canonical order; those that nothing tells apart keep their order.
fn order(prepared: &[Prepared]) -> Vec<u32> {
    // Ids often start alike, with the name of the corpus.
    let first = prepared.first().map_or(&[][..], id);
    let common = prepared.iter().fold(first.len(), |common, one| {
        first.iter().take(common).zip(id(one)).take_while(|(x, y)| x == y).count()
    });
    let key = |one: &Prepared| {
        let own = id(one).iter().skip(common).copied().chain(repeat(0));
        own.take(ID_BYTES).fold(0, |key, byte| (key << 8) | u128::from(byte))
    };
    let keys = prepared.par_iter().zip(0_u32..narrow(prepared.len()));
    let mut order: Vec<(u8, u128, u32)> = keys.map(|(one, n)| (one.side, key(one), n)).collect();
    order.par_sort_unstable_by(|x, y| {
        (x.0, x.1).cmp(&(y.0, y.1)).then_with(|| {
            let (one, other) = (&prepared[x.2 as usize], &prepared[y.2 as usize]);
            // The metadata is asked for only where all else ties.
            (&one.document.id, one.text_hash)
                .cmp(&(&other.document.id, other.text_hash))
                .then_with(|| rest(&one.document).cmp(&rest(&other.document)))
                .then(x.2.cmp(&y.2))
        })
    });
    order.into_iter().map(|(_, _, n)| n).collect()
}

/// Puts items into an order, given by their numbers.
fn arrange<T>(items: &mut [T], mut order: Vec<u32>) {
    for first in 0..order.len() {
        // Each cycle of the order once; a place that is done names itself.
        let mut at = first;
        loop {
            let from = std::mem::replace(&mut order[at], narrow(at)) as usize;
            if from == first {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

/// Where the tokens of all documents are: in memory, in order, or in files.
#[derive(Debug)]
pub(super) enum Held {
    Tokens(Vec<u32>),
    Mapped(Mapped),
}

/// The documents (in canonical order) apart from their tokens, and their shard.
pub(super) fn assemble(
    prepared: Vec<Prepared>,
    held: Held,
    outlets: &Outlets,
    config: &ScanConfig,
) -> Result<(Vec<Document>, Shard)> {
    let total: usize = prepared.iter().map(Prepared::token_count).sum();
    if total > MAX_TOKENS {
        return Err(Error::Limit {
            what: "tokens in one run".to_owned(),
            got: total as u64,
            limit: MAX_TOKENS as u64,
            cure: "scan fewer documents at a time".to_owned(),
        });
    }
    let scope = resolve(config.scope, outlets.names > 0);
    // Documents of another corpus are there only where pairs with it are wanted; of an index there
    // may be none.
    let is_sided = !config.against.is_empty() || prepared.iter().any(|one| one.side == 1);
    let (mut at, mut places) = (0, Vec::new());
    let mut starts = Vec::with_capacity(prepared.len() + 1);
    let mut roles = Vec::with_capacity(prepared.len());
    let mut documents = Vec::with_capacity(prepared.len());
    // No document has this group for its own.
    let apart = narrow(outlets.names + prepared.len());
    for (mut one, group) in prepared.into_iter().zip(groups(outlets, scope)) {
        starts.push(narrow(at));
        at += one.token_count();
        if let (Held::Mapped(mapped), Some(spot)) = (&held, one.spot) {
            // No more tokens than positions, which are 32 bits wide.
            places.push(u32::try_from(spot.tokens).unwrap_or(u32::MAX));
            if one.document.text.as_withheld().is_none() {
                one.document.text = mapped.text(spot);
            }
        }
        roles.push(Role {
            group: if one.side == APART { apart } else { group },
            side: if is_sided { one.side } else { 2 },
            day: one.document.meta.date.as_ref().and_then(day),
            key: hash::xxh3_64(one.document.id.as_bytes()) ^ one.text_hash.rotate_left(1),
        });
        documents.push(one.document);
    }
    starts.push(narrow(at));
    let mut shard = match held {
        Held::Mapped(mapped) => Shard::scattered(mapped.tokens, places, starts, roles),
        Held::Tokens(tokens) => Shard::new(Words::Held(tokens), starts, roles),
    };
    shard.internal = scope == Scope::All;
    shard.max_days = config.max_days;
    Ok((documents, shard))
}

/// Days since 1970.
pub(super) fn day(date: &Date) -> Option<i32> {
    i32::try_from(date.day()).ok()
}

/// The scope that `auto` means with these documents.
pub(super) fn resolve(scope: Scope, outlets_known: bool) -> Scope {
    match (scope, outlets_known) {
        (Scope::Auto, true) => Scope::Outlets,
        (Scope::Auto, false) => Scope::Documents,
        (chosen, _) => chosen,
    }
}

/// Group of each document: the house of its outlet where outlets count, else itself.
fn groups(outlets: &Outlets, scope: Scope) -> impl Iterator<Item = u32> {
    let by_outlet = matches!(scope, Scope::Outlets | Scope::All);
    let group = move |(n, house): (usize, &Option<u32>)| {
        house.filter(|_| by_outlet).unwrap_or_else(|| narrow(outlets.names + n))
    };
    outlets.houses.iter().enumerate().map(group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Tokens that wait in a file, those that are in memory and those that are made later are
        /// the same, in whatever order documents are taken, and also once they were taken back.
        #[test]
        fn tokens_are_the_same_wherever_they_wait(
            texts in prop::collection::vec("[a-c ]{0,40}", 0..150),
            turned: bool,
            block in 1_usize..70,
        ) {
            let all = |when| {
                let document = |text: &String| Document::new("d", text.as_str());
                prepare(texts.iter().map(document).collect(), 0, when).unwrap()
            };
            let file = crate::store::Vault::scratch(None).nameless().unwrap();
            let waiting = || {
                let mut all = all(When::Now);
                all.chunks_mut(block).try_for_each(|block| put_aside(block, &file)).unwrap();
                assert!(all.iter().all(|one| one.tokens.is_empty()));
                all
            };
            let mut back = waiting();
            take_back(&mut back, &file).unwrap();
            let mut found = Vec::new();
            for mut prepared in [all(When::Now), all(When::Later), waiting(), back] {
                if turned {
                    prepared.reverse();
                }
                let tokens = tokens(&mut prepared, Some(&file)).unwrap();
                let counts: Vec<u32> = prepared.iter().map(|one| one.count).collect();
                prop_assert_eq!(counts.iter().sum::<u32>() as usize, tokens.len());
                found.push((tokens, counts));
            }
            prop_assert!(found.windows(2).all(|two| two[0] == two[1]));
        }
    }

    proptest! {
        #[test]
        fn documents_are_put_in_the_order_of_sides_ids_and_texts(
            documents in prop::collection::vec(
                (0_u8..2, "(corpus-)?[a\0]{0,3}([0-9]{18})?[ab]{0,2}", 0_u32..3), 0..30),
        ) {
            let prepared = |(n, (side, id, text)): (u32, &(u8, String, u32))| {
                let document = Document::new(id.as_str(), format!("text {text}"));
                let mut one = prepare(vec![document], *side, When::Later).unwrap().remove(0);
                // Tells apart what nothing else does.
                one.count = n;
                one
            };
            let mut found: Vec<Prepared> = (0..).zip(&documents).map(prepared).collect();
            let names = |all: &[Prepared]| all.iter().map(|one| one.count).collect::<Vec<_>>();
            let mut expected: Vec<Prepared> = (0..).zip(&documents).map(prepared).collect();
            expected.sort_by(|x, y| {
                (x.side, &x.document.id, x.text_hash).cmp(&(y.side, &y.document.id, y.text_hash))
            });
            let order = order(&found);
            arrange(&mut found, order);
            prop_assert_eq!(names(&found), names(&expected));
        }
    }
}
