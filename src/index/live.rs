//! An index as it is at one moment: the segments of a manifest, without what was removed.
//!
//! Opened by reader and writer. Invariant: it is one commit, whatever a writer does meanwhile.

use super::book::Book;
use super::documents::Entry;
use super::family::{FamilyState, KeptFamily};
use super::manifest::{FAMILIES, HISTORY, Manifest, Named, NamedBook, Parameters};
use super::segment::{Segment, Unpacker};
use crate::corpus::Document;
use crate::error::{Error, Result};
use crate::store::Shelf;
use crate::text::NORMAL_FORM;
use std::ops::Range;
use std::sync::Arc;

/// A segment and what was removed from it.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) named: Named,
    pub(super) segment: Arc<Segment>,
    /// A bit for every document, 64 in each number: whether it was removed.
    removed: Vec<u64>,
}

impl Member {
    /// A segment of the manifest.
    pub(super) fn new(named: Named, segment: Arc<Segment>) -> Self {
        let mut removed = Vec::new();
        if let Some(&last) = named.removed.last() {
            removed.resize(last as usize / 64 + 1, 0);
        }
        for &doc in &named.removed {
            if let Some(bits) = removed.get_mut(doc as usize / 64) {
                *bits |= 1 << (doc % 64);
            }
        }
        Self { named, segment, removed }
    }

    /// Whether a document is there and was not removed.
    pub(super) fn holds(&self, doc: u32) -> bool {
        let bits = self.removed.get(doc as usize / 64).copied().unwrap_or_default();
        doc < self.segment.documents() && bits >> (doc % 64) & 1 == 0
    }

    /// The documents that were not removed.
    pub(super) fn documents(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.segment.documents()).filter(|&doc| self.holds(doc))
    }
}

/// A book of the manifest.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) named: NamedBook,
    pub(super) book: Arc<Book>,
}

impl Opened {
    /// Opens a book of the manifest.
    pub(super) fn open(shelf: &Shelf, named: NamedBook, suffix: &str) -> Result<Self> {
        Ok(Self { named, book: Arc::new(Book::open(shelf, &named, suffix)?) })
    }
}

/// The families of a commit, and what became of earlier ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Books {
    pub(super) families: Option<Opened>,
    pub(super) history: Option<Opened>,
    /// Documents were added or removed since.
    pub(super) stale: bool,
}

impl Books {
    /// What is known of families.
    pub(super) fn state(&self) -> FamilyState {
        match &self.families {
            None => FamilyState::None,
            Some(_) if self.stale => FamilyState::Stale,
            Some(_) => FamilyState::Current,
        }
    }
}

/// One commit of an index.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    pub(super) parameters: Parameters,
    pub(super) members: Vec<Member>,
    pub(super) books: Books,
}

/// What an index has of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// No document has its id.
    Absent,
    /// The one with its id has another text.
    OtherText,
    /// The one with its id has its text, and another outlet, date, title or address.
    OtherFacts,
    /// It is there as it is.
    Same,
}

/// Where documents are, also when a later commit has them elsewhere.
#[derive(Debug)]
pub(super) struct Places(Vec<(Arc<Segment>, u32)>);

impl Places {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The documents of a range with their texts.
    pub(super) fn read(&self, range: Range<usize>) -> Result<Vec<Document>> {
        let mut unpacker = Unpacker::default();
        let read = |(segment, doc): &(Arc<Segment>, u32)| segment.document(*doc, &mut unpacker);
        self.0.get(range).unwrap_or_default().iter().map(read).collect()
    }
}

/// Times that a manifest is read again because a writer has replaced it meanwhile.
pub(super) const TRIES: usize = 16;

impl Live {
    /// Opens what the manifest names now.
    ///
    /// # Errors
    /// No index; damage; what the system says.
    pub(super) fn open(shelf: &Shelf) -> Result<Self> {
        let mut bytes = manifest(shelf)?;
        for _ in 0..TRIES {
            let manifest = Manifest::read(&bytes, &shelf.manifest_path())?;
            refuse_other_form(shelf, manifest.parameters)?;
            let failed = match Self::of(shelf, manifest) {
                Ok(live) => return Ok(live),
                Err(error) => error,
            };
            // A segment may be gone because a later commit does without it.
            let now = self::manifest(shelf)?;
            if now == bytes {
                return Err(failed);
            }
            bytes = now;
        }
        Err(Error::Input {
            path: shelf.path().to_path_buf(),
            cause: "the index changes too fast to be opened".to_owned(),
            cure: "try again".to_owned(),
        })
    }

    fn of(shelf: &Shelf, manifest: Manifest) -> Result<Self> {
        let parameters = manifest.parameters;
        let open = |named: Named| {
            let segment = Segment::open(shelf, parameters, &named)?;
            Ok(Member::new(named, Arc::new(segment)))
        };
        let members = manifest.segments.into_iter().map(open).collect::<Result<_>>()?;
        let book = |named: Option<NamedBook>, suffix| {
            named.map(|named| Opened::open(shelf, named, suffix)).transpose()
        };
        let books = Books {
            families: book(manifest.families, FAMILIES)?,
            history: book(manifest.history, HISTORY)?,
            stale: manifest.stale,
        };
        Ok(Self { parameters, members, books })
    }

    /// The manifest of it.
    pub(super) fn manifest(&self) -> Manifest {
        let segments = self.members.iter().map(|member| member.named.clone()).collect();
        let named = |book: &Option<Opened>| book.as_ref().map(|opened| opened.named);
        Manifest {
            parameters: self.parameters,
            segments,
            families: named(&self.books.families),
            history: named(&self.books.history),
            stale: self.books.stale,
        }
    }

    /// Documents in it.
    pub(super) fn documents(&self) -> u64 {
        self.members.iter().map(|member| member.named.live()).sum()
    }

    /// Where the document with an id is: the member and its number there.
    pub(super) fn find(&self, id: &str) -> Result<Option<(usize, u32)>> {
        for (n, member) in self.members.iter().enumerate() {
            if let Some(doc) = member.segment.find(id)?.filter(|&doc| member.holds(doc)) {
                return Ok(Some((n, doc)));
            }
        }
        Ok(None)
    }

    /// What is left of a family, the members whose documents are there, and whether any is.
    pub(super) fn still(&self, mut family: KeptFamily) -> Result<(KeptFamily, bool)> {
        let mut failed = None;
        let is_left = family.keep(&mut |id| match self.find(id) {
            Ok(place) => place.is_some(),
            Err(error) => {
                failed = Some(error);
                true
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok((family, is_left)),
        }
    }

    /// Where all documents are.
    pub(super) fn places(&self) -> Places {
        let of = |member: &Member| {
            let segment = Arc::clone(&member.segment);
            let documents: Vec<u32> = member.documents().collect();
            documents.into_iter().map(move |doc| (Arc::clone(&segment), doc))
        };
        Places(self.members.iter().flat_map(of).collect())
    }

    /// How the document at a place compares with one that has its id.
    pub(super) fn compare(
        &self,
        place: (usize, u32),
        (text_hash, record): (u64, &[u8]),
    ) -> Result<Known> {
        let Some(entry) = self.entry(place)? else { return Ok(Known::Absent) };
        if entry.text_hash != text_hash {
            return Ok(Known::OtherText);
        }
        let mut own = Vec::new();
        if let Some(member) = self.members.get(place.0) {
            member.segment.record(&entry, &mut own)?;
        }
        Ok(if own == record { Known::Same } else { Known::OtherFacts })
    }

    /// The entry of a document.
    pub(super) fn entry(&self, (member, doc): (usize, u32)) -> Result<Option<Entry>> {
        self.members.get(member).map(|member| member.segment.entry(doc)).transpose()
    }
}

fn manifest(shelf: &Shelf) -> Result<Vec<u8>> {
    shelf.manifest()?.ok_or_else(|| Error::Input {
        path: shelf.path().to_path_buf(),
        cause: "there is no index here".to_owned(),
        cure: "check the path, or make one with `index create`".to_owned(),
    })
}

/// Hashes of another normal form would lead nowhere, in silence.
fn refuse_other_form(shelf: &Shelf, parameters: Parameters) -> Result<()> {
    if parameters.normal_form == u64::from(NORMAL_FORM) {
        return Ok(());
    }
    Err(Error::Input {
        path: shelf.path().to_path_buf(),
        cause: format!(
            "the index has tokens of normal form {}, and this program makes form {NORMAL_FORM}",
            parameters.normal_form
        ),
        cure: "create the index anew".to_owned(),
    })
}
