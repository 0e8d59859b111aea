//! Changing an index: documents are added, replaced and removed, segments are merged.
//!
//! Used by the program and by programs that embed the library. Every call that changes something is
//! one commit: new segments are published first, then the manifest that names them. Invariant: one
//! writer at a time; after a failure the index is what it was, and the writer takes nothing more.

use super::families::{self, Everything, Run};
use super::family::FamilyState;
use super::keys;
use super::live::{Known, Live, Member};
use super::manifest::{FAMILIES, HISTORY, Manifest, Named, Parameters, SUFFIX};
use super::merge::merge;
use super::prepared::{Prepared, Waiting};
use super::runs::Runs;
use super::segment::Segment;
use crate::corpus::{Document, is_place};
use crate::detect::{Made, Progress, ScanConfig, Silent, Texts};
use crate::detect::{each_of, each_tokenised, in_workers};
use crate::error::{Error, Result};
use crate::store::{Shelf, ShelfLock};
use std::path::Path;
use std::sync::Arc;

/// The writer of an index.
#[derive(Debug)]
pub struct Writer {
    shelf: Shelf,
    lock: ShelfLock,
    live: Live,
    failed: bool,
    /// Whether `live` is the commit that is there.
    is_sure: bool,
    families: bool,
}

/// What an `add` did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Added {
    /// Documents with an id that was not there.
    pub added: u64,
    /// Documents that took the place of others of their id.
    pub replaced: u64,
    /// Documents that were there already, as they are.
    pub unchanged: u64,
    /// Documents left out because a later one of the same `add` has their id.
    pub repeated: u64,
    /// The first id that several documents of the `add` had.
    pub repeated_id: Option<String>,
    /// Records left out, each reported.
    pub skipped: u64,
}

/// The documents that are new, and the places of those that they replace.
type Sorted = (Vec<Prepared>, Vec<(usize, u32)>);

/// The folder of an index that is there.
fn there(path: &Path) -> Result<Shelf> {
    let shelf = Shelf::at(path);
    if !shelf.is_there() {
        // Says that there is none, and makes no file of a lock there.
        Live::open(&shelf)?;
    }
    Ok(shelf)
}

/// Refuses an `add` in which several documents have one id: only the last of them would be there.
fn refuse_repeated(added: &Added) -> Result<()> {
    let Some(first) = &added.repeated_id else { return Ok(()) };
    let documents = match added.repeated {
        1 => "a document has".to_owned(),
        several => format!("{several} documents have"),
    };
    Err(Error::Setting {
        name: "strict".into(),
        cause: format!("{documents} the id of a later one, the first `{first}`"),
        cure: "give each an id of its own, or run without {strict}".to_owned(),
    })
}

/// Segments of a size that are merged.
const FAN_IN: usize = 4;

impl Writer {
    /// Makes an empty index at `path`, where nothing may be.
    ///
    /// # Errors
    /// Something at `path`; shingles of a size out of range; what the system says.
    pub fn create(path: impl AsRef<Path>, ngram_size: u32) -> Result<Self> {
        Self::made(path.as_ref(), Parameters::of(ngram_size, keys::RUN, true))
    }

    /// As [`Writer::create`], an index that leads to every passage of `min_tokens` equal tokens,
    /// also where these are fewer than 15. It takes the more space the fewer they are.
    ///
    /// # Errors
    /// As of [`Writer::create`], and where `min_tokens` are fewer than a shingle has.
    pub fn create_for(path: impl AsRef<Path>, ngram_size: u32, min_tokens: u32) -> Result<Self> {
        ScanConfig { min_tokens, ngram_size, ..ScanConfig::default() }.check()?;
        let run = (min_tokens as usize).min(keys::RUN);
        Self::made(path.as_ref(), Parameters::of(ngram_size, run, true))
    }

    /// As [`Writer::create`], an index that keeps no texts: of each document the tokens and their
    /// places are kept, by which answers are verified as ever, but no words of it can be shown and
    /// no families are found.
    ///
    /// # Errors
    /// As of [`Writer::create`].
    pub fn create_without_texts(path: impl AsRef<Path>, ngram_size: u32) -> Result<Self> {
        Self::made(path.as_ref(), Parameters::of(ngram_size, keys::RUN, false))
    }

    fn made(path: &Path, parameters: Parameters) -> Result<Self> {
        let Parameters { ngram_size, texts, .. } = parameters;
        // Any number of tokens that passages of such shingles may have.
        let min_tokens = ScanConfig::default().min_tokens.max(ngram_size);
        ScanConfig { min_tokens, ngram_size, ..ScanConfig::default() }.check()?;
        let shelf = Shelf::at(path);
        shelf.create()?;
        let lock = shelf.lock()?;
        let manifest = Manifest { parameters, ..Manifest::default() };
        shelf.commit(manifest.write().as_bytes())?;
        Ok(Self {
            shelf,
            lock,
            live: Live { parameters, ..Live::default() },
            failed: false,
            is_sure: true,
            families: texts,
        })
    }

    /// Opens the index at `path` for changes, and removes what an interrupted writer has left.
    ///
    /// # Errors
    /// No index there; another writer; damage; what the system says.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let shelf = there(path.as_ref())?;
        let lock = shelf.lock()?;
        Self::locked(shelf, lock)
    }

    /// As [`Writer::open`]; none while another writer has the index.
    ///
    /// # Errors
    /// No index there; damage; what the system says.
    pub fn try_open(path: impl AsRef<Path>) -> Result<Option<Self>> {
        let shelf = there(path.as_ref())?;
        let lock = shelf.try_lock()?;
        lock.map(|lock| Self::locked(shelf, lock)).transpose()
    }

    fn locked(shelf: Shelf, lock: ShelfLock) -> Result<Self> {
        let live = Live::open(&shelf)?;
        let families = live.parameters.texts;
        let writer = Self { shelf, lock, live, failed: false, is_sure: true, families };
        writer.sweep();
        Ok(writer)
    }

    /// Whether families are found with every change, as they are unless this says otherwise.
    /// Without it the families that are there stay, less the documents that go. An index without
    /// texts has none: their kinds could not be judged.
    pub fn set_families(&mut self, found: bool) {
        self.families = found && self.live.parameters.texts;
    }

    /// Adds documents; one of an id that is there takes its place.
    ///
    /// # Errors
    /// Damage; what the system says. Then nothing was added.
    pub fn add(&mut self, documents: Vec<Document>) -> Result<Added> {
        self.add_with(documents, &ScanConfig::default())
    }

    /// As [`Writer::add`], with the settings of a run; where these are strict, several documents
    /// of one id are refused.
    ///
    /// # Errors
    /// As of [`Writer::add`].
    pub fn add_with(&mut self, documents: Vec<Document>, config: &ScanConfig) -> Result<Added> {
        let waiting = Waiting::new(config.temp_dir.clone(), self.live.parameters)?;
        let made = each_of(documents, self.families, &|block| waiting.prepare(block))?;
        let run = Run { config, progress: &Silent };
        self.latched(|writer| writer.add_made((made, waiting), run))
    }

    /// Adds all documents of `config.inputs`; where it is strict, several of one id are refused.
    ///
    /// # Errors
    /// As of [`Writer::add`], and of reading as of [`scan`](crate::detect::scan).
    pub fn add_inputs(&mut self, config: &ScanConfig, progress: &dyn Progress) -> Result<Added> {
        let waiting = Waiting::new(config.temp_dir.clone(), self.live.parameters)?;
        // Within a budget the texts are read back from the segment, a part at a time.
        let is_kept = self.families && config.memory.is_none();
        let made = each_tokenised(config, progress, is_kept, &|block| waiting.prepare(block))?;
        let skipped = made.skipped;
        let added = self.latched(|writer| {
            in_workers(config, || writer.add_made((made, waiting), Run { config, progress }))
        })?;
        Ok(Added { skipped, ..added })
    }

    /// Removes the documents with these ids; those that are not there are returned.
    ///
    /// # Errors
    /// Damage; what the system says. Then nothing was removed.
    pub fn remove(&mut self, ids: &[String]) -> Result<Vec<String>> {
        self.latched(|writer| {
            let (mut removed, mut missing) = (Vec::new(), Vec::new());
            for id in ids {
                match writer.live.find(id)? {
                    Some(place) => removed.push(place),
                    None => missing.push(id.clone()),
                }
            }
            let mut next = writer.without(&removed);
            next.members.retain(|member| member.named.live() > 0);
            if !removed.is_empty() {
                let run = Run { config: &ScanConfig::default(), progress: &Silent };
                writer.judged(&mut next, None, run)?;
                writer.commit(next)?;
            }
            Ok(missing)
        })
    }

    /// Makes one segment of all, without what was removed: the same bytes for the same documents,
    /// however they were added.
    ///
    /// # Errors
    /// Damage; what the system says. Then the index is as before.
    pub fn compact(&mut self) -> Result<()> {
        self.latched(|writer| {
            if let [only] = writer.live.members.as_slice()
                && only.named.removed.is_empty()
            {
                return Ok(());
            }
            let members: Vec<&Member> = writer.live.members.iter().collect();
            let named = merge(
                &writer.shelf,
                writer.live.parameters,
                &members,
                (&[], None),
                Runs::new(None, None),
            )?;
            let (parameters, books) = (writer.live.parameters, writer.live.books.clone());
            let mut next = Live { parameters, members: Vec::new(), books };
            writer.join(named, &mut next)?;
            writer.commit(next)
        })
    }

    /// Does some work, after a failure of which nothing more is done.
    fn latched<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.failed {
            return Err(Error::Input {
                path: self.shelf.path().to_path_buf(),
                cause: "an earlier change of the index failed".to_owned(),
                cure: "open it again".to_owned(),
            });
        }
        let done = work(self);
        self.failed = done.is_err();
        // On a full disk what was begun would take the room that is left.
        if self.failed && self.is_sure {
            self.sweep();
        }
        done
    }

    fn add_made(
        &mut self,
        (made, waiting): (Made<Prepared>, Waiting),
        run: Run<'_>,
    ) -> Result<Added> {
        self.settled(run.config)?;
        let (mut prepared, mut texts) = (made.all, made.texts);
        prepared.iter_mut().enumerate().for_each(|(n, one)| one.number = n);
        let mut added = Added::default();
        let (fresh, replaced) = self.sorted(prepared, &mut added)?;
        if run.config.strict {
            refuse_repeated(&added)?;
        }
        if fresh.is_empty() && (!self.families || self.live.books.state() == FamilyState::Current) {
            return Ok(added);
        }
        let mut next = self.without(&replaced);
        next.members.retain(|member| member.named.live() > 0);
        let mut chosen: Vec<usize> = fresh.iter().map(|one| one.number).collect();
        chosen.sort_unstable();
        texts.choose(&chosen);
        let everything = (!texts.is_empty()).then(|| Everything { texts, others: next.places() });
        self.written((&fresh, &waiting), &mut next, run)?;
        // The search needs the room.
        drop((fresh, waiting));
        self.judged(&mut next, everything, run)?;
        self.commit(next)?;
        Ok(added)
    }

    /// The documents that are new, and the places of those that they replace.
    fn sorted(&self, mut prepared: Vec<Prepared>, added: &mut Added) -> Result<Sorted> {
        prepared.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
        let before = prepared.len();
        let is_repeated = |pair: &[Prepared]| matches!(pair, [a, b] if a.id == b.id);
        let repeated = prepared.windows(2).find(|pair| is_repeated(pair));
        added.repeated_id = repeated.and_then(<[_]>::first).map(|one| one.id.clone());
        prepared.dedup_by(|later, first| later.id == first.id);
        added.repeated = (before - prepared.len()) as u64;
        let (mut fresh, mut replaced) = (Vec::with_capacity(prepared.len()), Vec::new());
        for one in prepared {
            match self.live.find(&one.id)? {
                None => {
                    added.added += 1;
                    fresh.push(one);
                }
                Some(place) => {
                    let own = (one.text_hash, one.record.as_slice());
                    match self.live.compare(place, own)? {
                        Known::Same => {
                            added.unchanged += 1;
                            continue;
                        }
                        Known::OtherText if is_place(&one.id) => return Err(self.taken(&one.id)),
                        _ => {}
                    }
                    added.replaced += 1;
                    replaced.push(place);
                    fresh.push(one);
                }
            }
        }
        Ok((fresh, replaced))
    }

    /// Another text has the place that a document is called by: neither is a version of the other.
    fn taken(&self, id: &str) -> Error {
        Error::Input {
            path: self.shelf.path().to_path_buf(),
            cause: format!(
                "it has another text under `{id}`, which only says where a text was read"
            ),
            cure: "give texts ids of their own ({id_column}), or remove that one first".to_owned(),
        }
    }

    /// Merges segments where several are of a size, in a commit of its own that has the same
    /// documents. An `add` does so with those of the adds before it, so that it need not be called
    /// to keep their number low: after an `add` it spares the next one the time.
    ///
    /// # Errors
    /// Damage; what the system says. Then the index is as before.
    pub fn settle(&mut self, config: &ScanConfig) -> Result<()> {
        self.latched(|writer| writer.settled(config))
    }

    fn settled(&mut self, config: &ScanConfig) -> Result<()> {
        let chosen = absorbed(&self.live.members);
        if chosen.is_empty() {
            return Ok(());
        }
        let mut next = self.without(&[]);
        let (taken, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut next.members)
            .into_iter()
            .enumerate()
            .partition(|(n, _)| chosen.contains(n));
        next.members = kept.into_iter().map(|(_, member)| member).collect();
        let taken: Vec<&Member> = taken.iter().map(|(_, member)| member).collect();
        let postings = Runs::new(config.memory, config.temp_dir.clone());
        let named = merge(&self.shelf, next.parameters, &taken, (&[], None), postings)?;
        self.join(named, &mut next)?;
        self.commit(next)
    }

    /// Writes a segment of new documents.
    fn written(
        &self,
        (fresh, waiting): (&[Prepared], &Waiting),
        next: &mut Live,
        run: Run<'_>,
    ) -> Result<()> {
        if fresh.is_empty() {
            return Ok(());
        }
        let postings = Runs::new(run.config.memory, run.config.temp_dir.clone());
        let fresh = (fresh, Some(waiting));
        let named = merge(&self.shelf, next.parameters, &[], fresh, postings)?;
        self.join(named, next)
    }

    /// Finds the families of the next commit, or says that those it has are of an earlier one.
    /// `everything` is what the next commit has, if some of it is in memory.
    fn judged(&self, next: &mut Live, everything: Option<Everything>, run: Run<'_>) -> Result<()> {
        if self.families {
            let everything = everything
                .unwrap_or_else(|| Everything { texts: Texts::default(), others: next.places() });
            next.books = families::find(&self.shelf, (next, everything), &self.live.books, run)?;
        } else {
            next.books.stale = next.books.families.is_some();
        }
        Ok(())
    }

    /// The index without the documents at these places.
    fn without(&self, places: &[(usize, u32)]) -> Live {
        let mut members = Vec::new();
        for (n, member) in self.live.members.iter().enumerate() {
            let mut named = member.named.clone();
            named.removed.extend(places.iter().filter(|place| place.0 == n).map(|place| place.1));
            named.removed.sort_unstable();
            named.removed.dedup();
            members.push(Member::new(named, Arc::clone(&member.segment)));
        }
        Live { parameters: self.live.parameters, members, books: self.live.books.clone() }
    }

    /// Puts a segment that was written among those of a commit.
    fn join(&self, named: Option<Named>, next: &mut Live) -> Result<()> {
        if let Some(named) = named {
            let segment = Segment::open(&self.shelf, next.parameters, &named)?;
            next.members.push(Member::new(named, Arc::new(segment)));
        }
        let key = |member: &Member| (std::cmp::Reverse(member.named.documents), member.named.name);
        next.members.sort_by_key(key);
        Ok(())
    }

    /// Makes `next` what readers see from now on.
    fn commit(&mut self, next: Live) -> Result<()> {
        // Should this fail, either commit may be the one that is there.
        self.is_sure = false;
        self.shelf.commit(next.manifest().write().as_bytes())?;
        (self.live, self.is_sure) = (next, true);
        self.sweep();
        Ok(())
    }

    /// Removes files that no commit names any more. Readers that have them open keep them.
    fn sweep(&self) {
        let mut names: Vec<String> =
            self.live.members.iter().map(|member| member.named.file()).collect();
        let books = &self.live.books;
        for (opened, suffix) in [(&books.families, FAMILIES), (&books.history, HISTORY)] {
            names.extend(opened.as_ref().map(|opened| opened.named.file(suffix)));
        }
        for suffix in [SUFFIX, FAMILIES, HISTORY] {
            self.shelf.sweep(&self.lock, suffix, &|name| names.iter().any(|own| own == name));
        }
    }
}

/// Which members are merged: where [`FAN_IN`] are of one size, these and all that are smaller, and
/// those of the size that they make where these are as many. A large one is left alone by a few
/// small ones, however often they come: else each would cost as much as all that is there.
fn absorbed(members: &[Member]) -> Vec<usize> {
    let tier = |documents: u64| documents.max(1).ilog2() / 2;
    let live = |member: &Member| member.named.live();
    let mut tiers: Vec<u32> = members.iter().map(|member| tier(live(member))).collect();
    tiers.sort_unstable();
    let are = |own: u32| tiers.iter().filter(|&&tier| tier == own).count();
    let Some(mut most) = tiers.iter().copied().find(|&own| are(own) >= FAN_IN) else {
        return Vec::new();
    };
    loop {
        let is_chosen = |member: &&Member| tier(live(member)) <= most;
        let made = tier(members.iter().filter(is_chosen).map(live).sum());
        // What is chosen will be one of these.
        if made <= most || are(made) + 1 < FAN_IN {
            let chosen = |(n, member)| is_chosen(&member).then_some(n);
            return members.iter().enumerate().filter_map(chosen).collect();
        }
        most = made;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failed_change_wrote_goes_at_once_unless_it_may_be_of_a_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ix");
        let mut writer = Writer::create(&path, 5).unwrap();
        writer.add(vec![Document::new("a", "Nine ships were seen off the bar.")]).unwrap();
        let left = path.join("0123456789abcdef.segment");
        let fail = |writer: &mut Writer, is_sure| {
            writer.failed = false;
            let failed: Result<()> = writer.latched(|writer| {
                std::fs::write(&left, "x").unwrap();
                writer.is_sure = is_sure;
                Err(Error::Internal { id: "a".to_owned(), what: "full".to_owned() })
            });
            failed.unwrap_err();
            left.exists()
        };
        assert!(!fail(&mut writer, true));
        assert!(fail(&mut writer, false));
        drop(writer);
        assert_eq!(super::super::Reader::open(&path).unwrap().len(), 1);
    }
}
