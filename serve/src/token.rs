//! The secret that whoever changes the index must know.
//!
//! Read by write. Invariant: it is compared in constant time, whatever its length, and never shown.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest as _, Sha256};
use std::fmt;
use subtle::ConstantTimeEq as _;
use wirecopy::error::{Error, Result};

/// Fewest characters: what is shorter is guessed.
const LEAST: usize = 16;

/// A secret.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// A token; spaces and line ends around it do not count.
    ///
    /// # Errors
    /// One that is too short, or that no request could show.
    pub fn new(secret: &str) -> Result<Self> {
        let secret = secret.trim();
        if secret.chars().count() < LEAST {
            return Err(Error::Setting {
                name: "token".into(),
                cause: format!("it has fewer than {LEAST} characters"),
                cure: "make one with `openssl rand -hex 24`".to_owned(),
            });
        }
        if !secret.chars().all(|letter| (' '..='~').contains(&letter)) {
            return Err(Error::Setting {
                name: "token".into(),
                cause: "it has several lines, or characters that no header carries".to_owned(),
                cure: "make one with `openssl rand -hex 24`".to_owned(),
            });
        }
        Ok(Self(digest(secret)))
    }

    /// Whether a request shows it: `Authorization: Bearer TOKEN`.
    pub(crate) fn is_shown_by(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some((scheme, secret)) = shown.and_then(|shown| shown.split_once(' ')) else {
            return false;
        };
        // Of hashes of one length nothing is learned from the time of a comparison.
        let same: bool = digest(secret.trim()).ct_eq(&self.0).into();
        same && scheme.eq_ignore_ascii_case("bearer")
    }
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

impl fmt::Debug for Token {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn only_the_same_secret_passes() {
        let token = Token::new("a secret of some length\n").unwrap();
        for value in ["Bearer a secret of some length", "bearer a secret of some length "] {
            assert!(token.is_shown_by(&shown(value)), "{value}");
        }
        for value in
            ["Bearer a secret of some lengt", "Basic a secret of some length", "Bearer", ""]
        {
            assert!(!token.is_shown_by(&shown(value)), "{value}");
        }
        assert!(!token.is_shown_by(&HeaderMap::new()));
        assert_eq!(format!("{token:?}"), "Token");
    }

    #[test]
    fn a_secret_that_is_short_or_cannot_be_shown_is_refused() {
        for secret in
            ["  short  ", "two lines of it\nof which one is more", "\u{fc}ber sechzehn Zeichen"]
        {
            let refused = Token::new(secret).unwrap_err().to_string();
            assert!(refused.starts_with("token: "), "{refused}");
        }
    }
}
