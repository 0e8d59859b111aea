#![cfg(unix)]

use super::super::{FolderDraft, WorkFolder};
use super::*;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

const WORK: &str = ".out.wirecopy-work";

/// What somebody else put in the way, and what must be as it was afterwards.
struct Scene {
    root: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("precious/sub")).unwrap();
        fs::write(root.path().join("precious/thesis"), "thesis").unwrap();
        fs::write(root.path().join("precious/sub/file"), "file").unwrap();
        Self { root }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn target(&self) -> PathBuf {
        self.at("out")
    }

    fn work(&self, name: &str) -> PathBuf {
        self.at(WORK).join(name)
    }

    /// A run that was killed.
    fn left(&self) -> &Self {
        let work = WorkFolder::open(&self.target(), None).unwrap();
        work.keep_state("run.json", b"run").unwrap();
        drop(work.create("texts").unwrap());
        work.leave(true);
        self
    }

    /// Neither a run of scan nor one of dedup goes on, and nothing is lost.
    #[track_caller]
    fn refused(&self, cause: &str) {
        let before = self.all();
        for error in [
            WorkFolder::open(&self.target(), None).map(|work| work.clear()).unwrap_err(),
            FolderDraft::begin(&self.target()).map(|mut draft| draft.clear()).unwrap_err(),
        ] {
            let error = error.to_string();
            assert!(error.contains(WORK) && error.contains(cause), "{error}");
        }
        assert_eq!(self.all(), before);
        assert_eq!(fs::read(self.at("precious/thesis")).unwrap(), b"thesis");
        assert_eq!(fs::read(self.at("precious/sub/file")).unwrap(), b"file");
    }

    /// All there is, with the length of plain files.
    fn all(&self) -> Vec<(PathBuf, u64)> {
        let (mut all, mut folders) = (Vec::new(), vec![self.root.path().to_path_buf()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let found = fs::symlink_metadata(&path).unwrap();
                all.push((path.clone(), if found.is_file() { found.len() } else { 0 }));
                folders.extend(found.is_dir().then_some(path));
            }
        }
        all.sort();
        all
    }
}

fn pipe(path: &Path) {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, path, kind, mode, 0).unwrap();
}

#[test]
fn a_link_or_a_file_in_the_place_of_the_folder_is_refused() {
    let scene = Scene::new();
    symlink(scene.at("precious"), scene.at(WORK)).unwrap();
    scene.refused("is a link or no folder");
    fs::remove_file(scene.at(WORK)).unwrap();
    fs::write(scene.at(WORK), "notes").unwrap();
    scene.refused("is a link or no folder");
}

#[test]
fn a_folder_of_somebody_else_is_refused() {
    let scene = Scene::new();
    fs::rename(scene.at("precious"), scene.at(WORK)).unwrap();
    fs::create_dir_all(scene.at("precious/sub")).unwrap();
    fs::write(scene.at("precious/thesis"), "thesis").unwrap();
    fs::write(scene.at("precious/sub/file"), "file").unwrap();
    scene.refused("did not put there");
    fs::write(scene.work(MARKER), "").unwrap();
    scene.refused("did not put there");
}

#[test]
fn a_lock_that_is_a_link_a_pipe_or_a_second_name_is_refused() {
    let scene = Scene::new();
    fs::create_dir(scene.at(WORK)).unwrap();
    let lock = scene.work(LOCK);
    symlink(scene.at("precious/thesis"), &lock).unwrap();
    scene.refused("holds lock");
    fs::remove_file(&lock).unwrap();
    fs::hard_link(scene.at("precious/thesis"), &lock).unwrap();
    scene.refused("holds lock");
    fs::remove_file(&lock).unwrap();
    pipe(&lock);
    scene.refused("holds lock");
    fs::remove_file(&lock).unwrap();
    symlink(scene.at("precious/thesis"), scene.work(MARKER)).unwrap();
    scene.refused("holds wirecopy-work");
}

#[test]
fn links_pipes_and_second_names_inside_are_refused() {
    for name in ["run.json", "texts"] {
        let scene = Scene::new();
        let inside = scene.left().work(name);
        fs::remove_file(&inside).unwrap();
        symlink(scene.at("precious/thesis"), &inside).unwrap();
        scene.refused(name);
        fs::remove_file(&inside).unwrap();
        fs::hard_link(scene.at("precious/thesis"), &inside).unwrap();
        scene.refused(name);
        fs::remove_file(&inside).unwrap();
        pipe(&inside);
        scene.refused(name);
    }
}

#[test]
fn what_somebody_put_beside_our_files_is_refused() {
    let scene = Scene::new();
    fs::write(scene.left().work("notes"), "mine").unwrap();
    scene.refused("holds notes");
    fs::remove_file(scene.work("notes")).unwrap();
    symlink(scene.at("precious"), scene.work("result")).unwrap();
    scene.refused("holds result");
    symlink(scene.at("precious"), scene.work("old")).unwrap();
    fs::remove_file(scene.work("result")).unwrap();
    scene.refused("holds old");
    fs::remove_file(scene.work("old")).unwrap();
    let work = WorkFolder::open(&scene.target(), None).unwrap();
    assert_eq!(work.state("run.json").unwrap().as_deref(), Some(&b"run"[..]));
}

#[test]
fn links_deep_in_a_result_are_refused() {
    let scene = Scene::new();
    let draft = FolderDraft::begin(&scene.target()).unwrap();
    draft.write(Path::new("kept/a/b.txt"), b"text").unwrap();
    symlink(scene.at("precious"), scene.work("result/kept/link")).unwrap();
    draft.create(Path::new("kept/link/thesis")).unwrap_err();
    draft.leave();
    scene.refused("holds link");
}

#[test]
fn a_folder_that_others_own_or_may_write_to_is_refused() {
    let scene = Scene::new();
    scene.left();
    fs::set_permissions(scene.at(WORK), fs::Permissions::from_mode(0o777)).unwrap();
    scene.refused("written to by other users");
    fs::set_permissions(scene.at(WORK), fs::Permissions::from_mode(0o700)).unwrap();
    // Only the administrator can give a folder away.
    if std::os::unix::fs::chown(scene.at(WORK), Some(54321), None).is_ok() {
        scene.refused("belongs to another user");
    }
}

#[test]
fn a_run_that_was_killed_at_its_beginning_is_no_obstacle() {
    let scene = Scene::new();
    for bytes in [None, Some(0), Some(7)] {
        fs::create_dir(scene.at(WORK)).unwrap();
        if let Some(bytes) = bytes {
            fs::write(scene.work(LOCK), "").unwrap();
            fs::write(scene.work(MARKER), &FIRST[..bytes]).unwrap();
        }
        drop(FolderDraft::begin(&scene.target()).unwrap());
        assert!(!scene.at(WORK).exists());
    }
    // A name that was being noted, and a draft of a result with its old content.
    let marker = scene.left().work(MARKER);
    let mut noted = fs::read(&marker).unwrap();
    noted.extend_from_slice(b"hal");
    fs::write(&marker, noted).unwrap();
    fs::hard_link(scene.at("precious/thesis"), scene.work(".wirecopy-x.tmp")).unwrap();
    let work = WorkFolder::open(&scene.target(), None).unwrap();
    work.keep_state("more", b"more").unwrap();
    drop(work);
    let work = WorkFolder::open(&scene.target(), None).unwrap();
    assert_eq!(work.state("more").unwrap().as_deref(), Some(&b"more"[..]));
    work.clear().unwrap();
    drop(work);
    assert!(!scene.at(WORK).exists());
    assert_eq!(fs::read(scene.at("precious/thesis")).unwrap(), b"thesis");
}

#[test]
fn links_in_the_place_of_results_lead_to_what_is_replaced_or_are_refused() {
    let scene = Scene::new();
    symlink(scene.at("nowhere"), scene.target()).unwrap();
    let error = FolderDraft::begin(&scene.target()).unwrap_err().to_string();
    assert!(error.contains("leads nowhere"), "{error}");
    let error = super::super::publish(&scene.target(), |_| Ok(())).unwrap_err().to_string();
    assert!(error.contains("leads nowhere"), "{error}");
    assert!(scene.target().is_symlink());
    fs::remove_file(scene.target()).unwrap();
    symlink(scene.at("precious"), scene.target()).unwrap();
    let draft = FolderDraft::begin(&scene.target()).unwrap();
    draft.write(Path::new("x"), b"x").unwrap();
    draft.publish(false).unwrap_err();
    assert_eq!(fs::read(scene.at("precious/thesis")).unwrap(), b"thesis");
}
