//! What the classes and the id of an element call it.
//!
//! Used where a page is parted into its article and what stands beside it. Invariant: words are
//! compared whole, alone or as a run of two or three; pages use parts of words for anything.

use super::plain::start;
use crate::hash::Map;
use dom_query::NodeRef;
use std::sync::LazyLock;

/// Bytes of classes and of an id that are looked at.
const MOST_BYTES: usize = 1000;
/// Words that name something together, at most.
const MOST_WORDS: usize = 3;

/// What an element is called: each group of words is a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Called(u8);

/// None of the article, or a part of it that was changed later.
const OTHER: u8 = 1;
/// None of the article, whatever it holds.
const BESIDE: u8 = 1 << 1;
/// A dialog that asks for consent.
const CONSENT: u8 = 1 << 2;
/// What readers say of the article.
const THREAD: u8 = 1 << 3;
/// What one reader says, where a class or id says nothing else.
const REPLY: u8 = 1 << 4;
/// A box that points to other articles.
const POINTERS: u8 = 1 << 5;

const GROUPS: [(u8, &[&str]); 5] = [
    (
        OTHER,
        &[
            "newsletter",
            "teaser",
            "card",
            "widget",
            "latest",
            "more",
            "updated",
            "modified",
            "update",
        ],
    ),
    (
        BESIDE,
        &[
            "related",
            "sidebar",
            "recommended",
            "popular",
            "trending",
            "mostread",
            "most read",
            "most viewed",
            "recirc",
            "recirculation",
            "comment",
            "reply",
            "bio",
            "cookie",
            "cookies",
            "consent",
            "privacy",
            "gdpr",
            "rgpd",
        ],
    ),
    (
        // The dialogs of services that ask for consent in the name of many sites.
        CONSENT,
        &[
            "onetrust",
            "cybot",
            "cookiebot",
            "qc cmp2",
            "quantcast",
            "sp message",
            "fc consent",
            "usercentrics",
            "truste",
            "trustarc",
            "borlabs cookie",
            "borlabscookie",
            "tarteaucitron",
            "tarteaucitronroot",
            "axeptio",
            "didomi",
            "cmpbox",
            "cmpwrapper",
            "cmplz",
            "cky consent",
            "klaro",
            "iubenda",
            "osano",
            "moove gdpr",
            "evidon",
            "cookie law",
            "cookielaw",
            "cookie consent",
            "cookieconsent",
            "cookie banner",
            "cookiebanner",
            "cookie notice",
            "consent banner",
            "consent dialog",
            "consent layer",
            "consent popup",
            "gdpr banner",
            "gdpr popup",
            "rgpd banner",
        ],
    ),
    (
        THREAD,
        &[
            "comments",
            "commentlist",
            "comment list",
            "comment thread",
            "comment section",
            "kommentare",
            "kommentarer",
            "kommentarbereich",
            "commentaires",
            "comentarios",
            "commenti",
            "reacties",
            "komentarze",
            "disqus",
            "replies",
            "user posts",
            "leserkommentare",
        ],
    ),
    (
        POINTERS,
        &[
            "related articles",
            "related stories",
            "related posts",
            "related news",
            "more stories",
            "more news",
            "read also",
            "also read",
            "weitere artikel",
            "weitere meldungen",
            "weitere nachrichten",
            "weitere themen",
            "mehr zum thema",
            "auch interessant",
            "lesen sie auch",
            "a lire",
            "lire aussi",
            "voir aussi",
            "mas noticias",
            "mas leidas",
            "mas leido",
            "te puede interesar",
            "noticias relacionadas",
            "articulos relacionados",
            "leggi anche",
            "articoli correlati",
            "notizie correlate",
            "mais noticias",
            "leia mais",
            "leia tambem",
            "lees ook",
        ],
    ),
];
/// Classes and ids that name what one reader says, alone.
const REPLIES: [&str; 7] =
    ["comment", "kommentar", "commentaire", "comentario", "reply", "respond", "user-comment"];

static WORDS: LazyLock<Map<&str, u8>> = LazyLock::new(|| {
    let mut words = Map::default();
    for (group, names) in GROUPS {
        for name in names {
            *words.entry(*name).or_insert(0) |= group;
        }
    }
    words
});

impl Called {
    /// Whether it is called something that is no part of the article as it was printed.
    pub(super) fn is_other(self) -> bool {
        self.0 != 0
    }

    /// Whether it is called something that never is a part of an article.
    pub(super) fn is_beside(self) -> bool {
        self.0 & !OTHER != 0
    }

    pub(super) fn is_consent(self) -> bool {
        self.0 & CONSENT != 0
    }

    pub(super) fn is_thread(self) -> bool {
        self.0 & THREAD != 0
    }

    pub(super) fn is_reply(self) -> bool {
        self.0 & REPLY != 0
    }

    pub(super) fn are_pointers(self) -> bool {
        self.0 & POINTERS != 0
    }
}

/// What the classes and the id of an element call it.
pub(super) fn called(node: &NodeRef<'_>) -> Called {
    let mut bits = 0;
    for names in [node.attr("class"), node.attr("id")].into_iter().flatten() {
        for name in start(&names, MOST_BYTES).split_ascii_whitespace() {
            bits |= meaning(name);
        }
    }
    Called(bits)
}

/// What one name says, all its words and runs of words.
fn meaning(name: &str) -> u8 {
    let lower = name.to_ascii_lowercase();
    let mut bits = if REPLIES.contains(&lower.as_str()) { REPLY } else { 0 };
    for words in [words(name), lower.split(|c: char| !c.is_ascii_alphanumeric()).collect()] {
        for at in 0..words.len() {
            let mut run = String::new();
            for word in words.iter().skip(at).take(MOST_WORDS) {
                run.push_str(&word.to_ascii_lowercase());
                bits |= WORDS.get(run.as_str()).copied().unwrap_or_default();
                run.push(' ');
            }
        }
    }
    bits
}

/// The words of a name: `mostRead`, `most-read` and `most__read` are two each.
pub(super) fn words(name: &str) -> Vec<&str> {
    let (mut words, mut from, mut lower_before) = (Vec::new(), 0, false);
    for (at, letter) in name.char_indices() {
        let is_word = letter.is_ascii_alphanumeric();
        if !is_word || (letter.is_ascii_uppercase() && lower_before) {
            words.extend(name.get(from..at).filter(|word| !word.is_empty()));
            from = if is_word { at } else { at + letter.len_utf8() };
        }
        lower_before = letter.is_ascii_lowercase();
    }
    words.extend(name.get(from..).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    fn of(attributes: &str) -> Called {
        let document = Document::from(format!("<body><div {attributes}>x</div></body>"));
        called(&document.select_single("div").nodes()[0])
    }

    #[test]
    fn words_are_whole_however_they_are_written() {
        for name in ["related", "x_related-news", "RelatedStories", "x mostRead", "most-read"] {
            assert!(of(&format!("class='{name}'")).is_beside(), "{name}");
        }
        for name in ["unrelated", "story", "most most_x read", "discard"] {
            assert!(!of(&format!("class='{name}'")).is_other(), "{name}");
        }
        assert!(of("id=sideBar").is_beside(), "as one word too");
        assert!(of("class=last-updated").is_other() && !of("class=last-updated").is_beside());
    }

    #[test]
    fn what_is_beside_an_article_has_names() {
        for name in ["CybotCookiebotDialog", "qc-cmp2-main", "sp_message_container_1"] {
            assert!(of(&format!("id={name}")).is_consent(), "{name}");
        }
        assert!(of("id=disqus_thread").is_thread() && of("class=kommentare").is_thread());
        assert!(of("class='odd reply'").is_reply() && !of("class=in-reply-to").is_reply());
        assert!(of("class=tone-comment").is_beside() && !of("class=tone-comment").is_thread());
        assert!(of("class=weitere-artikel").are_pointers() && of("id=a-lire-aussi").are_pointers());
    }
}
