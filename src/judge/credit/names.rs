//! The names of all agencies, and where a text has them.
//!
//! Used by `credit` for stretches of texts and for names of outlets. Invariant: a name counts only
//! as words of its own, but in scripts without spaces.

use crate::hash::Map;
use crate::judge::agencies::AGENCIES;
use crate::judge::finder::{Finder, is_plain};
use crate::judge::starts::{Starts, is_held};
use std::sync::LazyLock;

/// A name, its agency, and whether it means nothing else.
pub(super) type Name = (&'static str, &'static str, bool);

/// The names of all agencies.
pub(super) struct Names {
    /// Longest first.
    pub(super) sorted: Vec<Name>,
    /// The same names where they start words ..
    starts: Starts,
    /// .. and those of other letters, with their numbers.
    others: (Finder, Vec<usize>),
    pub(super) agencies: Map<&'static str, &'static str>,
}

pub(super) static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let names = AGENCIES.iter().flat_map(|agency| {
        let full = agency.full.iter().map(|name| (*name, agency.name, true));
        full.chain(agency.short.iter().map(|name| (*name, agency.name, false)))
    });
    let mut names: Vec<Name> = names.collect();
    names.sort_by_key(|entry| std::cmp::Reverse(entry.0.len()));
    let numbered = || names.iter().map(|entry| entry.0).enumerate();
    let starts = Starts::new(numbered());
    let (numbers, others) = numbered().filter(|(_, name)| !is_held(name)).unzip();
    let others = (Finder::new(others), numbers);
    let agencies = names.iter().rev().map(|entry| (entry.0, entry.1)).collect();
    Names { sorted: names, starts, others, agencies }
});

/// The names of agencies in a stretch of text: the place and the number of each, in order. Most
/// stretches have none.
pub(super) fn named_in(stretch: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut add = |name: usize, at| {
        if is_name(stretch, at, NAMES.sorted[name].0) {
            found.push((at, name));
        }
    };
    NAMES.starts.each(stretch, &mut add);
    if !is_plain(stretch) {
        let (finder, numbers) = &NAMES.others;
        finder.each(stretch, false, |name, end| {
            let name = numbers[name];
            add(name, end - NAMES.sorted[name].0.len());
        });
    }
    found.sort_unstable();
    found
}

/// Whether `name`, which occurs at `at`, is a word of its own there.
pub(super) fn is_name(text: &str, at: usize, name: &str) -> bool {
    // In scripts without spaces, names are between letters.
    if name.chars().any(|c| u32::from(c) >= 0x2e80) {
        return true;
    }
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !letter(text[..at].chars().next_back()) && !letter(text[at + name.len()..].chars().next())
}
