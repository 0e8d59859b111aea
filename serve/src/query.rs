//! The settings of a request: what comes after `?` in its address.
//!
//! Read by api. Invariant: a setting that is not known is refused by name, and so is a value out of
//! its range; nothing is ignored in silence.

use crate::refusal::{Answered, Refusal};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use wirecopy::record::Kind;

/// The setting that may have several values.
const KIND: &str = "kind";
/// Most settings of a request.
const SETTINGS: usize = 64;

/// The settings of a request, each read once.
#[derive(Debug)]
pub(crate) struct Asked(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answered<Self> {
        let read = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(all) = read.map_err(|error| {
            Refusal::bad(
                format!("the settings cannot be read: {error}"),
                "encode them as in a form",
            )
        })?;
        if all.len() > SETTINGS {
            let cause = format!("there are {} settings", all.len());
            return Err(Refusal::bad(cause, format!("give {SETTINGS} at most")));
        }
        // Of two values one would be ignored.
        let again = |n: &usize| all[..*n].iter().any(|(key, _)| *key != KIND && *key == all[*n].0);
        match (0..all.len()).find(again) {
            Some(n) => {
                let cause = format!("the setting `{}` is there twice", shortened(&all[n].0));
                Err(Refusal::bad(cause, "give it once"))
            }
            None => Ok(Self(all)),
        }
    }
}

impl Asked {
    /// Takes the value of a setting.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        let (_, value) = self.0.remove(at);
        Some(value).filter(|value| !value.is_empty())
    }

    /// Takes kinds: several settings, or one with commas.
    pub(crate) fn kinds(&mut self) -> Answered<Vec<Kind>> {
        let mut kinds = Vec::new();
        for (_, value) in self.0.extract_if(.., |(key, _)| key == KIND) {
            for name in value.split(',').filter(|name| !name.is_empty()) {
                let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
                let known = || format!("the kinds are {}", Kind::ALL.map(Kind::name).join(", "));
                kinds.push(kind.ok_or_else(|| not_one(KIND, name, &known()))?);
            }
        }
        Ok(kinds)
    }

    /// Takes a number within bounds.
    pub(crate) fn number(
        &mut self,
        name: &str,
        usual: usize,
        bounds: std::ops::RangeInclusive<usize>,
    ) -> Answered<usize> {
        let Some(text) = self.text(name) else { return Ok(usual) };
        let read = text.parse().ok().filter(|number| bounds.contains(number));
        let (low, high) = (bounds.start(), bounds.end());
        read.ok_or_else(|| not_one(name, &text, &format!("give a number from {low} to {high}")))
    }

    /// Takes a yes or no.
    pub(crate) fn flag(&mut self, name: &str) -> Answered<bool> {
        match self.text(name).as_deref() {
            None | Some("false" | "0" | "no") => Ok(false),
            Some("true" | "1" | "yes") => Ok(true),
            Some(other) => Err(not_one(name, other, "give true or false")),
        }
    }

    /// Takes one of some values.
    pub(crate) fn one_of(&mut self, name: &str, known: &[&str]) -> Answered<Option<String>> {
        match self.text(name) {
            Some(other) if !known.contains(&other.as_str()) => {
                Err(not_one(name, &other, &format!("give {}", known.join(" or "))))
            }
            value => Ok(value),
        }
    }

    /// Refuses what nobody has taken.
    pub(crate) fn done(self, known: &str) -> Answered<()> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(Refusal::bad(format!("there is no setting `{}` here", shortened(name)), known))
            }
        }
    }
}

fn not_one(name: &str, value: &str, cure: &str) -> Refusal {
    Refusal::bad(format!("{name}: `{}` is not understood", shortened(value)), cure)
}

/// What a message shows of a name or a value.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}
