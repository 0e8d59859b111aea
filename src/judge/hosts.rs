//! Names of outlets that are hosts, as texts write them: `thehill.com` as `The Hill`.
//!
//! Used by `naming`. A host in small letters has no blanks, so that its words are known only by
//! those that names of outlets start and end with; any other host is written as one word.
//! Invariant: looks at one name.

use super::outlets::host_of;

/// A name without the ending of a host; an abbreviation that ran into the next word is set apart
/// again (`BHNews.com` is written `BH News`), and so are the words of a host in small letters.
pub(super) fn without_host(name: &str) -> String {
    if let Some(label) = small_label(name) {
        return parted(label).unwrap_or_else(|| label.to_owned());
    }
    let Some(main) = HOSTS.iter().find_map(|ending| name.strip_suffix(ending)) else {
        return name.to_owned();
    };
    let letters: Vec<char> = main.chars().collect();
    let mut parted = String::with_capacity(main.len() + 1);
    for (n, &letter) in letters.iter().enumerate() {
        let capitals = n >= 2 && letters[n - 2..=n].iter().all(|letter| letter.is_uppercase());
        if capitals && letters.get(n + 1).is_some_and(|next| next.is_lowercase()) {
            parted.push(' ');
        }
        parted.push(letter);
    }
    parted
}

/// Endings of hosts in names of outlets.
static HOSTS: &[&str] = &[".com", ".org", ".net"];

/// The name in a host in small letters: `bay-herald` of `www.bay-herald.co.uk`.
fn small_label(name: &str) -> Option<&str> {
    let bare = name.strip_prefix("www.").unwrap_or(name);
    let (label, _) = bare.split_once('.')?;
    (!name.contains(char::is_uppercase) && host_of(bare).is_some()).then_some(label)
}

/// The words of a label that starts with an article or ends in a word of outlets.
fn parted(label: &str) -> Option<String> {
    let (article, rest) = match label.strip_prefix("the") {
        Some(rest) if rest.len() >= LEAST_BYTES && !rest.starts_with('-') => ("The ", rest),
        _ => ("", label),
    };
    let last = LAST.iter().find_map(|last| {
        let first = rest.strip_suffix(last)?;
        let is_word = first.len() >= 2 && !LAST.contains(&first) && !first.ends_with('-');
        is_word.then(|| format!("{article}{} {}", spelt(first), capitalised(last)))
    });
    last.or_else(|| (!article.is_empty()).then(|| format!("{article}{}", capitalised(rest))))
}

/// A word with a capital, or in capitals if it is an abbreviation: `ny`, `abc`, but not `bay`.
fn spelt(word: &str) -> String {
    let is_vowel = |letter: char| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let is_word = word.len() > 2 && word.chars().skip(1).any(is_vowel);
    if word.len() <= 3 && !is_word { word.to_uppercase() } else { capitalised(word) }
}

/// Fewest bytes of what is after an article: `theo` is one word.
const LEAST_BYTES: usize = 4;

/// Words that names of outlets end in. None of them is the end of a longer word that is not made of
/// two, and a longer one comes before a shorter one that it ends in.
static LAST: &[&str] = &[
    "chronicle",
    "courier",
    "examiner",
    "express",
    "gazette",
    "guardian",
    "herald",
    "independent",
    "inquirer",
    "journal",
    "mirror",
    "monitor",
    "news",
    "observer",
    "post",
    "reporter",
    "standard",
    "telegraph",
    "times",
    "tribune",
];

/// A word with a capital at its start.
pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_written_as_words() {
        for (host, written) in [
            ("BayHerald.com", "BayHerald"),
            ("BHNews.com", "BH News"),
            ("thequay.com", "The Quay"),
            ("bayherald.com", "Bay Herald"),
            ("www.thebayherald.co.uk", "The Bay Herald"),
            ("bhpost.com", "BH Post"),
            ("bay-herald.de", "bay-herald"),
            ("hafenbote.de", "hafenbote"),
            ("newspost.com", "newspost"),
            ("theo.org", "theo"),
            ("outpost", "outpost"),
            ("Bay Herald", "Bay Herald"),
            ("no.1", "no.1"),
        ] {
            assert_eq!(without_host(host), written, "{host}");
        }
    }
}
