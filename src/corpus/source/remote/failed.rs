//! A failure of a transfer, on its way through readers.
//!
//! Made by net and enabled. Invariant: what is shown of it holds no signature.

use std::io;

/// Longest part of a store's message that is shown.
const SHOWN_CHARS: usize = 300;
const CURE: &str = "check the address, the network and the endpoint, and run it again";

/// A failure of a transfer, on its way through readers.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub(crate) struct Failed {
    cause: String,
    pub(crate) denied: bool,
}

/// A failure, for readers.
pub(crate) fn failed(error: &object_store::Error) -> io::Error {
    use object_store::Error as Store;
    let denied = matches!(error, Store::PermissionDenied { .. } | Store::Unauthenticated { .. });
    let cause = match error {
        Store::NotFound { .. } => "there is no such object (404)".to_owned(),
        Store::PermissionDenied { .. } => "access is denied (403)".to_owned(),
        Store::Unauthenticated { .. } => "access is denied (401)".to_owned(),
        other => {
            let text = other.to_string();
            let line: String =
                text.lines().next().unwrap_or_default().chars().take(SHOWN_CHARS).collect();
            // The address of the request may hold a signature.
            let words = line.split(' ').map(|word| match word.split_once('?') {
                Some((address, _)) if address.contains("://") => address,
                _ => word,
            });
            format!("cannot be fetched: {}", words.collect::<Vec<_>>().join(" "))
        }
    };
    io::Error::other(Failed { cause, denied })
}

/// Cause and cure, where an error is a failure of a transfer.
pub(crate) fn failure(error: &io::Error) -> Option<(String, String)> {
    let failed = error.get_ref()?.downcast_ref::<Failed>()?;
    let cure = if failed.denied { "check the credentials in the environment" } else { CURE };
    Some((failed.cause.clone(), cure.to_owned()))
}
