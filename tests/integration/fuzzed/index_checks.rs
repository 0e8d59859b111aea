//! What must hold for any bytes in the files of an index, and for any order of changes.
//!
//! Run by the fuzz targets `index_open` and `index_ops`, and by the tests in this folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use wirecopy::corpus::Document;
use wirecopy::hash::{mix, xxh3_64};
use wirecopy::index::{FamilyFilter, KeptFamily, QueryConfig, Reader, Writer, check};

/// Bytes of a page, and of its content.
const PAGE: usize = 4096;
const CONTENT: usize = PAGE - 8;

/// A text of some of eight sentences: the bits of `which`.
fn text(which: u8) -> String {
    let sentence = |n: u8| {
        let word = |w: u64| format!("w{:x}", mix(u64::from(n) << 8 | w) >> 48);
        (0..18).map(word).collect::<Vec<_>>().join(" ")
    };
    (0..8).filter(|n| which >> n & 1 == 1).map(sentence).collect::<Vec<_>>().join(". ")
}

fn document(id: u8, which: u8) -> Document {
    Document::new(format!("d{id}"), text(which))
}

/// Names and bytes of the files of an index.
type Files = Vec<(String, Vec<u8>)>;

/// An index with families and a history, and one without texts.
static INDEXES: LazyLock<[Files; 2]> =
    LazyLock::new(|| [made(Writer::create), made(Writer::create_without_texts)]);

/// How an index is created.
type Create = fn(PathBuf, u32) -> wirecopy::error::Result<Writer>;

fn made(create: Create) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    let mut writer = create(path.clone(), 5).unwrap();
    writer.add(vec![document(0, 0b11), document(1, 0b110), document(2, 0b1010)]).unwrap();
    writer.remove(&["d2".to_owned()]).unwrap();
    writer.add(vec![document(3, 0b1100)]).unwrap();
    drop(writer);
    let mut files = read(&path);
    files.retain(|(name, _)| name != "lock");
    files
}

fn read(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(path)
        .unwrap()
        .map(Result::unwrap)
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// Gives every page the checksum of its content, as a file that is wrong by intent would have.
fn seal(name: &str, bytes: &mut [u8]) {
    let name = name.split('.').next().and_then(|name| u64::from_str_radix(name, 16).ok());
    for (page, bytes) in (0_u64..).zip(bytes.chunks_exact_mut(PAGE)) {
        let (content, sum) = bytes.split_at_mut(CONTENT);
        let own = mix(xxh3_64(content) ^ mix(name.unwrap_or_default() ^ mix(page)));
        sum.copy_from_slice(&own.to_le_bytes());
    }
}

/// Everything that an index can be asked; none where it has refused something.
fn answers(path: &Path) -> Option<Vec<String>> {
    let reader = Reader::open(path).ok()?;
    let answer = reader.query(document(9, 0b111), &QueryConfig::default()).ok()?;
    let result = answer.result;
    let mut said: Vec<String> =
        (0..result.pair_count()).map(|n| format!("{:?}", result.pair(n))).collect();
    let page = reader.families(&FamilyFilter::default(), 0, 100).ok()?;
    said.extend(page.families.iter().map(|family| format!("{family:?}")));
    said.extend(reader.documents().ok()?.iter().map(|document| format!("{document:?}")));
    Some(said)
}

/// A changed file of an index is refused, or its answers are the right ones. One whose checksums
/// were made to fit may answer anything, and never breaks a reader.
///
/// The first byte chooses the file and whether checksums are mended, each further four a byte.
pub fn index_open(bytes: &[u8]) {
    let Some((&first, patches)) = bytes.split_first() else { return };
    let folder = tempfile::tempdir().unwrap();
    let n = usize::from(first >> 1) % INDEXES.iter().map(Vec::len).sum::<usize>();
    let [with, without] = &*INDEXES;
    let (files, n) = n.checked_sub(with.len()).map_or((with, n), |n| (without, n));
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let right = answers(folder.path()).unwrap();
    let (name, whole) = &files[n];
    let mut changed = whole.clone();
    for patch in patches.as_chunks::<4>().0 {
        let at =
            usize::from(u16::from_le_bytes([patch[0], patch[1]])) + PAGE * usize::from(patch[2]);
        let length = changed.len().max(1);
        if let Some(byte) = changed.get_mut(at % length) {
            *byte = patch[3];
        }
    }
    if patches.len() % 4 == 3 {
        changed.truncate(changed.len() * usize::from(patches[patches.len() - 1]) / 256);
    }
    let is_mended = first & 1 == 1 && name != "wirecopy-index";
    if is_mended {
        seal(name, &mut changed);
    }
    fs::write(folder.path().join(name), &changed).unwrap();
    let answer = answers(folder.path());
    let checked = check(folder.path());
    if !is_mended {
        assert!(answer.is_none_or(|answer| answer == right), "{name}");
        let is_clean = checked.is_ok_and(|checked| checked.damage.is_empty());
        assert_eq!(is_clean, changed == *whole, "{name}");
    }
    // A writer refuses it as well, or goes on.
    if let Ok(mut writer) = Writer::open(folder.path()) {
        drop(writer.add(vec![document(8, 0b101)]));
        drop(writer.compact());
    }
}

fn families(path: &Path) -> Vec<KeptFamily> {
    let reader = Reader::open(path).unwrap();
    reader.families(&FamilyFilter::default(), 0, 1_000).unwrap().families
}

/// After any changes an index has the documents of a map that was changed alike, and the families
/// and, once compacted, the segment of an index to which they were added at once.
///
/// Each change is three bytes: what, the id, the sentences of the text. One byte more than these
/// makes it an index without texts.
pub fn index_ops(bytes: &[u8]) {
    let is_bare = bytes.len() % 3 == 1;
    let create: Create = if is_bare { Writer::create_without_texts } else { Writer::create };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ix");
    let mut writer = create(path.clone(), 5).unwrap();
    let mut model: BTreeMap<u8, u8> = BTreeMap::new();
    for &[what, id, which] in bytes.as_chunks::<3>().0.iter().take(12) {
        let id = id % 6;
        writer.set_families(what & 8 == 0);
        match what % 8 {
            0..3 => {
                writer.add(vec![document(id, which)]).unwrap();
                model.insert(id, which);
            }
            3 => {
                writer.add(vec![document(id, which), document(6, !which)]).unwrap();
                model.extend([(id, which), (6, !which)]);
            }
            4 | 5 => {
                let missing = writer.remove(&[format!("d{id}")]).unwrap();
                assert_eq!(missing.is_empty(), model.remove(&id).is_some());
            }
            6 => writer.compact().unwrap(),
            _ => {
                drop(writer);
                writer = Writer::open(&path).unwrap();
            }
        }
        let expected: Vec<Document> =
            model.iter().map(|(&id, &which)| document(id, which)).collect();
        let found = Reader::open(&path).unwrap().documents().unwrap();
        if is_bare {
            let facts = |one: &Document| (one.id.clone(), one.text.len());
            assert!(found.iter().map(facts).eq(expected.iter().map(facts)));
        } else {
            assert_eq!(found, expected);
        }
    }
    // Families that were left as they are are found now.
    writer.set_families(true);
    writer.add(vec![document(7, 1)]).unwrap();
    writer.compact().unwrap();
    assert!(check(&path).unwrap().damage.is_empty());
    let once = folder.path().join("once");
    let mut all: Vec<Document> = model.iter().map(|(&id, &which)| document(id, which)).collect();
    all.push(document(7, 1));
    create(once.clone(), 5).unwrap().add(all).unwrap();
    assert_eq!(families(&path), families(&once));
    let segments = |path: &Path| {
        let mut files = read(path);
        files.retain(|(name, _)| name.ends_with(".segment") || name.ends_with(".families"));
        files
    };
    assert!(segments(&path) == segments(&once));
}
