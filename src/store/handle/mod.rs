//! A folder held open: what is in it is reached from the open folder, never by the folder's name.
//!
//! Used by [`own`](super::own) for the folders that this program makes itself. On unix every call
//! is relative to the descriptor of the folder; elsewhere a plain twin asks by path before it acts.
//! Invariant: a symbolic link is never followed, and only plain files are opened.

#[cfg(any(not(unix), test))]
#[cfg_attr(unix, expect(dead_code, reason = "compiled on unix only to be compared"))]
mod plain;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(in crate::store) use plain::{Handle, make};
#[cfg(unix)]
pub(in crate::store) use unix::{Handle, make};

use std::io;

/// What something in a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Kind {
    File,
    Folder,
    /// A link, a pipe, a device or a socket.
    Other,
}

/// What the system says about something in a folder, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Facts {
    pub(in crate::store) kind: Kind,
    /// It belongs to the user of this process.
    pub(in crate::store) owned: bool,
    /// No other user may write to it.
    pub(in crate::store) private: bool,
    /// In how many folders it has a name; 1 where the system does not count.
    pub(in crate::store) names: u64,
    pub(in crate::store) bytes: u64,
}

impl Facts {
    /// A plain file of this user, known by one name only: to write to it changes nothing else.
    pub(in crate::store) fn is_own_file(self) -> bool {
        self.kind == Kind::File && self.owned && self.names == 1
    }
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Access {
    /// One that is there, to be read.
    Read,
    /// One that is there, to be read and written.
    Write,
    /// A new one; an error where the name is taken.
    New,
}

/// The error of something that is there and is not what this program makes.
fn not_ours() -> io::Error {
    io::Error::other("is a link or no plain file of this user")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{Read as _, Write as _};
    use std::os::unix::fs::symlink;
    use std::path::Path;

    /// The same steps for the handle and its plain twin.
    macro_rules! agree {
        ($test:ident, $handle:ty) => {
            #[test]
            fn $test() {
                let root = tempfile::tempdir().unwrap();
                let folder = root.path().join("folder");
                fs::create_dir(&folder).unwrap();
                fs::write(root.path().join("victim"), "kept").unwrap();
                symlink(&folder, root.path().join("link")).unwrap();
                assert!(<$handle>::open(&root.path().join("link")).is_err());
                assert!(<$handle>::open(&root.path().join("victim")).is_err());
                let handle = <$handle>::open(&folder).unwrap();
                assert_eq!(handle.facts().unwrap().kind, Kind::Folder);
                handle.file(Path::new("one"), Access::New).unwrap().write_all(b"1").unwrap();
                assert!(handle.file(Path::new("one"), Access::New).is_err());
                let mut text = String::new();
                let mut one = handle.file(Path::new("one"), Access::Read).unwrap();
                one.read_to_string(&mut text).unwrap();
                assert_eq!(text, "1");
                symlink(root.path().join("victim"), folder.join("away")).unwrap();
                symlink(root.path(), folder.join("up")).unwrap();
                for access in [Access::Read, Access::Write, Access::New] {
                    assert!(handle.file(Path::new("away"), access).is_err(), "{access:?}");
                    assert!(
                        handle.file(Path::new("sub"), access).is_ok() == (access == Access::New)
                    );
                    handle.remove(Path::new("sub")).ok();
                }
                assert!(handle.enter(Path::new("up")).is_err());
                let kind = |name: &str| handle.look(Path::new(name)).unwrap().map(|f| f.kind);
                assert_eq!(kind("away"), Some(Kind::Other));
                assert_eq!(kind("none"), None);
                fs::hard_link(root.path().join("victim"), folder.join("hard")).unwrap();
                assert!(handle.file(Path::new("hard"), Access::Write).is_err());
                handle.make(Path::new("below")).unwrap();
                assert_eq!(kind("below"), Some(Kind::Folder));
                let mut names = handle.names().unwrap();
                names.sort();
                assert_eq!(names, ["away", "below", "hard", "one", "up"]);
                let below = handle.enter(Path::new("below")).unwrap();
                drop(below.file(Path::new("x"), Access::New).unwrap());
                assert!(handle.remove_folder(Path::new("below")).is_err());
                below.remove(Path::new("x")).unwrap();
                handle.remove_folder(Path::new("below")).unwrap();
                handle.rename(Path::new("one"), Path::new("two")).unwrap();
                handle.move_out(Path::new("two"), &root.path().join("two")).unwrap();
                handle.move_in(&root.path().join("two"), Path::new("one")).unwrap();
                assert!(root.path().join("folder/one").exists());
                handle.sync().unwrap();
                assert_eq!(fs::read(root.path().join("victim")).unwrap(), b"kept");
            }
        };
    }

    agree!(the_handle_follows_no_link, unix::Handle);
    agree!(the_plain_twin_follows_no_link, plain::Handle);
}
