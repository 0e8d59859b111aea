//! Asking an index: which passages a text shares with what is there.
//!
//! Used by the program and by programs that embed the library. The candidates' texts are read and
//! searched by the engine of `scan`, the text against them. Invariant: an answer is the one that
//! `scan` would give over the same two sets, and says how many candidates it left out.

use super::candidates::{Candidate, candidates};
use super::documents;
use super::family::FamilyState;
use super::live::{Known, Live};
use super::recent::Recent;
use super::segment::{Segment, Unpacker};
use crate::corpus::Document;
use crate::detect::{
    Archive, Fetched, Keeper, LeaveOut, Proposed, ScanConfig, ScanResult, Scope, Silent, Wanted,
    fetch, scan_fetched,
};
use crate::error::{Error, Result};
use crate::hash::Set;
use crate::limits::narrow;
use crate::store::Shelf;
use crate::text::Tokenizer;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Shingles up to which a document that they lead to is compared with the text alone first, since
/// most such documents share a phrase and no passage.
const FEW_SHINGLES: u32 = 2;

/// An index that is open for questions.
///
/// It is one commit: what a writer adds later is seen by the next [`Reader::open`].
#[derive(Debug, Clone)]
pub struct Reader {
    path: PathBuf,
    live: Live,
    /// What questions looked at lately, those to clones of it too.
    recent: Arc<Recent>,
}

/// How an index is asked.
#[derive(Debug, Clone)]
pub struct QueryConfig {
    /// What counts as a passage, and which pairs are wanted.
    pub scan: ScanConfig,
    /// Most documents of the index that are searched for one text, those that most leads to.
    pub max_candidates: usize,
    /// The document that is the text itself.
    pub leave_out: LeaveOut,
}

/// Most candidates of a text: only what much furniture has in common with leads to more.
const MAX_CANDIDATES: usize = 4_000;

impl Default for QueryConfig {
    fn default() -> Self {
        let (scan, leave_out) = (ScanConfig::default(), LeaveOut::default());
        Self { scan, max_candidates: MAX_CANDIDATES, leave_out }
    }
}

/// What an index holds of some texts.
#[derive(Debug)]
pub struct Answer {
    /// Passages, families and verdicts over the texts and the documents that share something with
    /// them.
    pub result: ScanResult,
    /// Documents of the index that were searched.
    pub candidates: usize,
    /// Documents that few shingles led to, and that were not searched because there were too many.
    pub left_out: usize,
}

/// Documents of an index that may share something with some texts.
#[derive(Debug)]
pub struct Held {
    /// The documents, in the order of their ids.
    pub documents: Vec<Document>,
    /// Those that were read and found to share no passage.
    pub passed_over: usize,
    /// Those that were left out because there were too many for a text.
    pub left_out: usize,
}

/// As [`Held`], with the tokens that are known.
struct Found {
    documents: Vec<Fetched>,
    passed_over: usize,
    left_out: usize,
}

/// What an index is made of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Info {
    /// Version of the format.
    pub format: u64,
    /// Version of the normal form of tokens.
    pub normal_form: u64,
    /// Words of a shingle.
    pub ngram_size: u32,
    /// Shingles in a row of which one is kept.
    pub window: u64,
    /// Documents that can be found.
    pub documents: u64,
    /// Documents that were removed and still take space.
    pub removed: u64,
    /// Tokens of all documents in the segments.
    pub tokens: u64,
    /// Segments.
    pub segments: usize,
    /// Whether texts are kept, else their tokens alone.
    pub texts: bool,
    /// Bytes of all texts as they were read.
    pub text_bytes: u64,
    /// Bytes of postings.
    pub posting_bytes: u64,
    /// Bytes of tables and records.
    pub table_bytes: u64,
    /// Bytes of the texts, or of their tokens, as they are stored.
    pub stored_bytes: u64,
    /// What is known of families.
    pub family_state: FamilyState,
    /// Families; none where they were not found.
    pub families: Option<u64>,
    /// Keys of earlier families that still open; none as well.
    pub former_keys: Option<u64>,
    /// Bytes of the families and of those keys.
    pub family_bytes: u64,
}

impl Reader {
    /// Opens the index at `path`.
    ///
    /// # Errors
    /// No index there; damage; another version; what the system says.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let shelf = Shelf::at(path.as_ref());
        let (live, recent) = (Live::open(&shelf)?, Arc::default());
        Ok(Self { path: shelf.path().to_path_buf(), live, recent })
    }

    /// The commit that it reads.
    pub(super) fn live(&self) -> &Live {
        &self.live
    }

    /// Where the index is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Documents that can be found.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.live.documents()
    }

    /// Tokens of a verbatim run that is always found: of passages of fewer, which a question may
    /// ask for, some are missed.
    #[must_use]
    pub fn sure_tokens(&self) -> u32 {
        narrow(self.live.parameters.run())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the index is made of.
    #[must_use]
    pub fn info(&self) -> Info {
        let parameters = self.live.parameters;
        let mut info = Info {
            format: super::FORMAT_VERSION,
            normal_form: parameters.normal_form,
            ngram_size: parameters.ngram_size,
            window: parameters.window,
            documents: self.len(),
            removed: 0,
            tokens: 0,
            segments: self.live.members.len(),
            texts: parameters.texts,
            text_bytes: 0,
            posting_bytes: 0,
            table_bytes: 0,
            stored_bytes: 0,
            family_state: self.live.books.state(),
            families: None,
            former_keys: None,
            family_bytes: 0,
        };
        if let Some(families) = &self.live.books.families {
            (info.families, info.former_keys) = (Some(families.book.len()), Some(0));
            info.family_bytes += families.book.bytes();
        }
        if let Some(history) = &self.live.books.history {
            info.former_keys = Some(history.book.len());
            info.family_bytes += history.book.bytes();
        }
        for member in &self.live.members {
            let sizes = member.segment.sizes();
            info.removed += member.named.removed.len() as u64;
            info.tokens += member.segment.tokens();
            info.text_bytes += sizes.text_bytes;
            info.posting_bytes += sizes.postings;
            info.table_bytes += sizes.tables;
            info.stored_bytes += sizes.texts;
        }
        info
    }

    /// The document with an id. Where no texts are kept its text is blank, and
    /// [`Text::as_withheld`](crate::corpus::Text::as_withheld) says so.
    ///
    /// # Errors
    /// Damage.
    pub fn document(&self, id: &str) -> Result<Option<Document>> {
        let Some((member, doc)) = self.live.find(id)? else { return Ok(None) };
        let Some(member) = self.live.members.get(member) else { return Ok(None) };
        member.segment.document(doc, &mut Unpacker::default()).map(Some)
    }

    /// All documents, in the order of their ids.
    ///
    /// # Errors
    /// Damage.
    pub fn documents(&self) -> Result<Vec<Document>> {
        let places = self.live.places();
        let mut all = places.read(0..places.len())?;
        all.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        Ok(all)
    }

    /// What the index has of a document.
    ///
    /// # Errors
    /// Damage.
    pub fn known(&self, document: &Document) -> Result<Known> {
        let record = documents::write(&document.id, &document.meta);
        self.compared(&document.id, (document.text.text_hash(), &record))
    }

    fn compared(&self, id: &str, own: (u64, &[u8])) -> Result<Known> {
        self.live.find(id)?.map_or(Ok(Known::Absent), |place| self.live.compare(place, own))
    }

    /// The documents that [`Writer::add`](super::Writer::add) would write of these, in the order of
    /// their ids: of several of one id the one that it keeps, and none that is there as it is.
    ///
    /// # Errors
    /// Damage.
    pub fn fresh(&self, all: &[Document]) -> Result<Vec<Document>> {
        // Of several documents of one id the last is kept.
        let mut last: Vec<&Document> = all.iter().rev().collect();
        last.sort_by_key(|one| &one.id);
        last.dedup_by(|first, later| first.id == later.id);
        let mut fresh = Vec::new();
        for document in last {
            let record = documents::write(&document.id, &document.meta);
            if self.compared(&document.id, (document.text.text_hash(), &record))? != Known::Same {
                fresh.push(document.clone());
            }
        }
        Ok(fresh)
    }

    /// What `text` shares with the documents of the index.
    ///
    /// # Errors
    /// A setting out of range; damage.
    pub fn query(&self, text: Document, config: &QueryConfig) -> Result<Answer> {
        self.query_all(vec![text], config)
    }

    /// What each of some texts shares with the documents of the index, in one answer.
    ///
    /// # Errors
    /// As of [`Reader::query`].
    pub fn query_all(&self, texts: Vec<Document>, config: &QueryConfig) -> Result<Answer> {
        let Found { documents, passed_over, left_out } = self.found(&texts, config)?;
        let candidates = documents.len() + passed_over;
        let mut scan = config.scan.clone();
        scan.scope = self.scope(&texts, scan.scope);
        // Only pairs with one side in each set are wanted, also where the other set is empty.
        scan.against = vec![self.path.display().to_string()];
        let texts = texts.into_iter().map(Fetched::from).collect();
        let result = scan_fetched([texts, documents], config.leave_out, &scan, &Silent)?;
        Ok(Answer { result, candidates, left_out })
    }

    /// What `auto` means with these texts and the whole index, whatever the candidates are.
    fn scope(&self, texts: &[Document], scope: Scope) -> Scope {
        let known = texts.iter().any(|text| text.meta.outlet.is_some()) || self.has_outlets();
        match scope {
            Scope::Auto if known => Scope::Outlets,
            Scope::Auto => Scope::Documents,
            chosen => chosen,
        }
    }

    /// The documents that may share a passage with any of `texts`.
    ///
    /// # Errors
    /// Shingles of another size than the index has; damage.
    pub fn held(&self, texts: &[Document], config: &QueryConfig) -> Result<Held> {
        let Found { documents, passed_over, left_out } = self.found(texts, config)?;
        let documents = documents.into_iter().map(|fetched| fetched.document).collect();
        Ok(Held { documents, passed_over, left_out })
    }

    fn found(&self, texts: &[Document], config: &QueryConfig) -> Result<Found> {
        config.scan.check()?;
        self.refuse_other_size(config.scan.ngram_size)?;
        let across = self.scope(texts, config.scan.scope) == Scope::Outlets;
        let (mut tokenizer, mut tokens) = (Tokenizer::default(), Vec::new());
        let (mut chosen, mut left_out) = (Set::default(), 0);
        let mut wanted = Vec::new();
        for text in texts {
            tokens.clear();
            tokenizer.compact_tokens(&text.text, &mut tokens);
            let mut taken = 0;
            let outlet = text.meta.outlet.as_deref().filter(|_| across);
            for Candidate { member, doc, shingles, .. } in candidates(&self.live, &tokens)? {
                let Some(of) = self.live.members.get(member) else { continue };
                // A document of the same outlet makes no pair, however much leads to it.
                if outlet.is_some() && of.segment.outlet(doc)?.as_deref() == outlet {
                    continue;
                }
                if taken == config.max_candidates {
                    left_out += 1;
                    continue;
                }
                taken += 1;
                if chosen.insert((member, doc)) {
                    let is_doubtful = shingles <= FEW_SHINGLES;
                    wanted.push(Wanted { place: (&*of.segment, (member, doc)), is_doubtful });
                }
            }
        }
        // Of many texts each document would be compared with many of them.
        let alone = (texts.len() == 1).then_some(tokens);
        let mut documents = fetch(&Remembered(self), &wanted, alone, &config.scan)?;
        let passed_over = wanted.len() - documents.len();
        // Of several texts another one may share something with it.
        if let [text] = texts {
            documents.retain(|one| !config.leave_out.is_one(&one.document, text));
        }
        documents.sort_unstable_by(|a, b| a.document.id.cmp(&b.document.id));
        Ok(Found { documents, passed_over, left_out })
    }

    fn refuse_other_size(&self, ngram_size: u32) -> Result<()> {
        let own = self.live.parameters.ngram_size;
        if ngram_size == own {
            return Ok(());
        }
        Err(Error::Setting {
            name: "ngram_size".into(),
            cause: format!("{ngram_size} is asked for, and the index has shingles of {own} words"),
            cure: format!("give {own}, or create another index"),
        })
    }
}

/// The documents of a reader, with what it remembers of them.
struct Remembered<'a>(&'a Reader);

impl<'a> Keeper for Remembered<'a> {
    /// A segment, its number and that of the document.
    type Place = (&'a Segment, (usize, u32));
    type Reader = Unpacker;

    fn read(&self, unpacker: &mut Unpacker, &(of, place): &Self::Place) -> Result<Document> {
        match self.0.recent.document(place) {
            Some(document) => Ok(document),
            None => of.document(place.1, unpacker),
        }
    }

    fn tokens(&self, &(_, place): &Self::Place) -> Option<Arc<[u32]>> {
        self.0.recent.tokens(place)
    }

    fn remember(&self, &(_, place): &Self::Place, tokens: &Arc<[u32]>) {
        self.0.recent.remember(place, tokens);
    }

    fn note(&self, &(_, place): &Self::Place, document: Document) -> Document {
        self.0.recent.note(place, document)
    }
}

impl Archive for Reader {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn has_outlets(&self) -> bool {
        self.live.members.iter().any(|member| member.segment.has_outlets())
    }

    fn proposed(&self, documents: &[Document], config: &ScanConfig) -> Result<Proposed> {
        let config = QueryConfig { scan: config.clone(), ..QueryConfig::default() };
        let Held { documents, left_out, .. } = self.held(documents, &config)?;
        Ok(Proposed { documents, left_out })
    }
}
