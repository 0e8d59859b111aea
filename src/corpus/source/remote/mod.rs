//! Inputs in object stores and on web servers: `s3://`, `gs://`, `az://`, `http(s)://`.
//!
//! Used by list, which asks for the objects below an address, and by file, which reads one as it
//! comes. Objects are streamed; what is read twice is copied on the way (`copies`), and a Parquet
//! file, which is read from its end, is fetched into a temporary file first.
//! Invariant: a transfer that fails, or ends early, fails the run: it says nothing about the
//! object, so it is never a reason to leave one out.

#[cfg(feature = "object-store")]
mod enabled;
#[cfg(feature = "object-store")]
mod failed;
#[cfg(feature = "object-store")]
mod net;
#[cfg(feature = "object-store")]
mod stores;
#[cfg(feature = "object-store")]
pub(crate) use enabled::{Object, Stores};
#[cfg(feature = "object-store")]
pub(crate) use failed::failure;

#[cfg(not(feature = "object-store"))]
mod disabled;
#[cfg(not(feature = "object-store"))]
pub(crate) use disabled::{Object, Stores, failure};

mod access;
mod listed;
pub use access::Access;

/// An object that was found.
pub(crate) type Listed = listed::Listed<Object>;

use std::borrow::Cow;

/// Schemes of addresses that are read.
const SCHEMES: [&str; 8] = ["s3", "s3a", "gs", "az", "azure", "abfs", "http", "https"];

/// Whether an input is an address and no path.
pub(crate) fn is_address(input: &str) -> bool {
    input.split_once("://").is_some_and(|(scheme, _)| SCHEMES.contains(&scheme))
}

/// An input as it may be shown: an address without the signature, name and password it may hold.
#[must_use]
pub fn shown(input: &str) -> Cow<'_, str> {
    if !is_address(input) || !input.starts_with("http") {
        return Cow::Borrowed(input);
    }
    let plain = input.split('?').next().unwrap_or_default();
    let (scheme, rest) = plain.split_once("://").unwrap_or(("", plain));
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    match place.rsplit_once('@') {
        Some((_, host)) => Cow::Owned(format!("{scheme}://{host}/{path}")),
        None => Cow::Borrowed(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_address, shown};

    #[test]
    fn what_is_secret_is_not_shown() {
        assert_eq!(shown("https://me:secret@h:81/a/b.gz?token=secret"), "https://h:81/a/b.gz");
        assert_eq!(shown("https://h/a@b"), "https://h/a@b");
        for plain in ["what?.jsonl", "s3://bucket/*/?.jsonl", "-"] {
            assert_eq!(shown(plain), plain);
        }
    }

    #[test]
    fn addresses_are_no_paths() {
        for address in ["s3://bucket/key", "gs://b/", "az://c/x", "http://h/x", "https://h/x?y=z"] {
            assert!(is_address(address), "{address}");
        }
        for path in ["docs.jsonl", "s3:/x", "a/b://c", "ftp://h/x", "-", "@list.txt"] {
            assert!(!is_address(path), "{path}");
        }
    }
}
