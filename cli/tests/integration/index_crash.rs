//! `wirecopy index` under kills and power cuts: what was acknowledged is there, and all is whole.

use crate::faults::{self, Fault, Tally, step};
use crate::util::Dir;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use wirecopy::index::{Reader, check};

/// What an index holds: the texts by the ids.
type Held = BTreeMap<String, String>;

fn text(n: usize) -> String {
    let words = (0..30).map(|word| format!("w{}", (n * 31 + word * word) % 97));
    let shared = "the harbor will stay closed until the last crane has been tested twice by all";
    format!("{} {shared} number {n}", words.collect::<Vec<_>>().join(" "))
}

fn lines(range: std::ops::Range<usize>) -> String {
    let line = |n| serde_json::json!({"id": format!("d{n:02}"), "text": text(n)}).to_string();
    range.map(line).collect::<Vec<_>>().join("\n")
}

/// An index of twelve documents in three segments, and more to add, which makes the fourth: once it
/// is there, they are merged.
fn folder() -> Dir {
    let dir = Dir::new();
    dir.command(&["index", "create", "ix"]).run().expect(0);
    for (n, part) in [0..5, 5..9, 9..12].into_iter().enumerate() {
        let name = format!("{n}.jsonl");
        dir.create(&name, lines(part));
        dir.command(&["index", "add", "ix", &name]).run().expect(0);
    }
    dir.create("more.jsonl", lines(12..20));
    dir
}

/// The changes that are disturbed, one after the other.
const CHANGES: [&[&str]; 4] = [
    &["index", "add", "ix", "more.jsonl", "--threads", "1", "--quiet"],
    &["index", "remove", "ix", "d03", "d14"],
    &["index", "add", "ix", "0.jsonl", "--no-families", "--threads", "1", "--quiet"],
    &["index", "compact", "ix"],
];

/// What an index holds; none where it does not open.
fn held(path: &Path) -> Result<Held, String> {
    let reader = Reader::open(path).map_err(|error| error.to_string())?;
    let listed = reader.documents_after(None, 1_000).map_err(|error| error.to_string())?;
    let mut all = Held::new();
    for one in listed {
        let document = reader.document(&one.id).map_err(|error| error.to_string())?;
        let document = document.ok_or_else(|| format!("{} is listed and not there", one.id))?;
        all.insert(one.id, document.text.as_str().to_owned());
    }
    let checked = check(path).map_err(|error| error.to_string())?;
    match checked.damage.first() {
        Some(damage) => Err(damage.to_string()),
        None => Ok(all),
    }
}

/// What is wrong with an index that may hold one of these.
fn wrong(path: &Path, may: [&Held; 2]) -> Vec<String> {
    match held(path) {
        Ok(held) if may.contains(&&held) => Vec::new(),
        Ok(held) => vec![format!("holds {:?}", held.keys().collect::<Vec<_>>())],
        Err(error) => vec![error],
    }
}

fn copy(from: &Path, to: &Path) {
    fs::remove_dir_all(to).ok();
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Killed at a system call, an index is as before or as after, and the same change ends what was
/// begun. With `WIRECOPY_CRASH=all` at each of them.
#[test]
fn a_kill_at_any_system_call_loses_nothing() {
    let (dir, temporary, mut tally) = (folder(), Dir::new(), Tally::default());
    for change in CHANGES {
        let before = held(&dir.join("ix")).unwrap();
        copy(&dir.join("ix"), &dir.join("before"));
        dir.command(change).run().expect(0);
        let after = held(&dir.join("ix")).unwrap();
        copy(&dir.join("ix"), &dir.join("after"));
        for k in (1..).step_by(step(5)) {
            copy(&dir.join("before"), &dir.join("ix"));
            let fault = (Fault::Kill, k);
            let ended = faults::disturbed((&dir, &temporary), change, |_| true, fault);
            let Some(call) = ended.met else { break };
            let mut wrongs = wrong(&dir.join("ix"), [&before, &after]);
            dir.command(change).run().expect(0);
            wrongs.extend(wrong(&dir.join("ix"), [&after, &after]));
            let paths = fs::read_dir(dir.join("ix")).unwrap().map(|entry| entry.unwrap().path());
            let strays = paths.filter(|path| path.extension().is_some_and(|end| end == "tmp"));
            wrongs.extend(strays.map(|path| path.display().to_string()));
            tally.add(call, &format!("{k} of {change:?}"), wrongs);
        }
        copy(&dir.join("after"), &dir.join("ix"));
    }
    tally.finish("index killed", 200 / step(5));
}

/// The files of a folder: of each name the file, by its number.
type Names = BTreeMap<String, u64>;

/// A disk that is cut off: what is live, and what is durable.
#[derive(Default)]
struct Double {
    /// Names and contents as a program sees them.
    live: Names,
    contents: BTreeMap<u64, Vec<u8>>,
    /// The files by the numbers that the system gives them.
    files: BTreeMap<u64, u64>,
    /// Names and contents that were synced.
    names: Names,
    synced: BTreeMap<u64, Vec<u8>>,
}

impl Double {
    /// The folder as it is, all of it durable.
    fn durable(path: &Path) -> Self {
        let mut double = Self::default();
        double.look(path);
        double.names = double.live.clone();
        double.synced = double.contents.clone();
        double
    }

    fn look(&mut self, path: &Path) {
        let before = std::mem::take(&mut self.live);
        for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
            // A file may be renamed or removed meanwhile.
            let Ok(bytes) = fs::read(entry.path()) else { continue };
            let Ok(facts) = entry.metadata() else { continue };
            // The number of a file that was removed is given to another one.
            let known =
                self.files.get(&facts.ino()).filter(|file| before.values().any(|f| f == *file));
            let file = known.copied().unwrap_or(self.contents.len() as u64);
            self.files.insert(facts.ino(), file);
            self.live.insert(entry.file_name().into_string().unwrap(), file);
            self.contents.insert(file, bytes);
        }
    }

    /// Takes what a call has done.
    fn after(&mut self, folder: &Path, call: &str, path: Option<&Path>) {
        self.look(folder);
        if !["fsync", "fdatasync", "syncfs"].contains(&call) {
            return;
        }
        let Some(path) = path else { return };
        if path == folder {
            self.names = self.live.clone();
        } else if let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str)
            && let Some(file) = self.live.get(name)
        {
            self.synced.insert(*file, self.contents[file].clone());
        }
    }

    /// Writes one of the folders that may be found after a power cut, as `choice` has it: each
    /// change of names that was not synced has come about or not, and of contents that were not
    /// synced all, none, a part, or a part and nothing but zeros is there.
    fn image(&self, to: &Path, choice: &mut dyn FnMut(usize) -> usize) {
        fs::remove_dir_all(to).ok();
        fs::create_dir(to).unwrap();
        let names: std::collections::BTreeSet<&String> =
            self.live.keys().chain(self.names.keys()).collect();
        for name in names {
            let (live, durable) = (self.live.get(name), self.names.get(name));
            let file = if live == durable || choice(2) == 0 { durable } else { live };
            let Some(file) = file else { continue };
            let (whole, none) = (&self.contents[file], Vec::new());
            let synced = self.synced.get(file).unwrap_or(&none);
            let bytes = match choice(4) {
                _ if whole == synced => whole.clone(),
                0 => synced.clone(),
                1 => whole.clone(),
                2 => whole[..choice(whole.len() + 1)].to_vec(),
                _ => {
                    let mut bytes = whole.clone();
                    let from = choice(bytes.len() + 1);
                    bytes[from..].fill(0);
                    bytes
                }
            };
            fs::write(to.join(name), bytes).unwrap();
        }
    }
}

/// Numbers below a bound, the same in every run.
fn choices() -> impl FnMut(usize) -> usize {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below as u64).unwrap()
    }
}

/// Of the folders that may be left by a power cut after each system call of a change, as a disk
/// allows that keeps only what was synced: every one is an index as before or as after, and once
/// the change is acknowledged, as after. With `WIRECOPY_CRASH=all` more of them.
#[test]
fn a_power_cut_at_any_system_call_loses_nothing() {
    let (dir, temporary) = (folder(), Dir::new());
    let (path, image) = (dir.join("ix").canonicalize().unwrap(), dir.join("image"));
    let (mut choice, mut images, mut wrongs) = (choices(), 0, Vec::new());
    let each = 240 / step(12);
    for change in CHANGES {
        let before = held(&path).unwrap();
        copy(&path, &dir.join("before"));
        dir.command(change).run().expect(0);
        let after = held(&path).unwrap();
        // The run that is watched has the same files before it.
        copy(&dir.join("before"), &path);
        let mut double = Double::durable(&path);
        let mut last = (Names::new(), BTreeMap::new());
        let mut watch = |call: &'static str, about: Option<PathBuf>| {
            double.after(&path, call, about.as_deref());
            let state = (double.live.clone(), double.contents.clone());
            if state == last && !call.contains("sync") {
                return;
            }
            last = state;
            for _ in 0..each {
                double.image(&image, &mut choice);
                images += 1;
                for one in wrong(&image, [&before, &after]) {
                    wrongs.push(format!("after {call} of {change:?}: {one}"));
                }
            }
        };
        let ended = faults::watched((&dir, &temporary), change, &mut watch);
        assert_eq!(ended.code, Some(0), "{}", ended.said);
        for _ in 0..each {
            double.image(&image, &mut choice);
            images += 1;
            for one in wrong(&image, [&after, &after]) {
                wrongs.push(format!("acknowledged {change:?}: {one}"));
            }
        }
    }
    eprintln!("{images} images");
    wrongs.truncate(20);
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
    assert!(images >= 5_000 / step(12), "{images} images are too few");
}
