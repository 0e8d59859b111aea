//! Words by which short blocks of a page show that they are none of the article: rights and
//! credits, pointers to other articles, pleas.
//!
//! Used for the traits of blocks. Invariant: they count for a short text alone; an article may say
//! all of them.

/// Words of captions and rights.
const CREDITS: [&str; 26] = [
    "photo",
    "foto",
    "getty",
    "reuters",
    "afp",
    "dpa",
    "imago",
    "shutterstock",
    "picture",
    "image",
    "copyright",
    "credit",
    "bild",
    "photograph",
    "istock",
    "afp via",
    "ap photo",
    "file photo",
    "crédit",
    "crédito",
    "fuente",
    "quelle",
    "source",
    "epa",
    "alamy",
    "symbolbild",
];
/// Words that point to other articles.
const POINTERS: [&str; 40] = [
    "read more",
    "read also",
    "also read",
    "read:",
    "more:",
    "related",
    "see also",
    "click here",
    "watch:",
    "watch ",
    "listen",
    "lesen sie",
    "mehr zum thema",
    "mehr dazu",
    "lies auch",
    "auch interessant",
    "lire aussi",
    "à lire",
    "voir aussi",
    "leggi anche",
    "leggi",
    "lee también",
    "lea también",
    "te puede interesar",
    "leia também",
    "leia mais",
    "lees ook",
    "læs også",
    "läs även",
    "läs mer",
    "les også",
    "lue myös",
    "czytaj",
    "zobacz",
    "читайте",
    "baca juga",
    "weitere",
    "video",
    "podcast",
    "gallery",
];
/// Words that ask something of the reader, or speak of the site.
const PLEAS: [&str; 40] = [
    "subscribe",
    "newsletter",
    "sign up",
    "log in",
    "sign in",
    "follow us",
    "follow ",
    "whatsapp",
    "telegram",
    "cookie",
    "javascript",
    "browser",
    "all rights reserved",
    "abonnieren",
    "abonnement",
    "anmelden",
    "abonnez",
    "inscri",
    "suscríb",
    "síguenos",
    "iscriviti",
    "seguici",
    "assine",
    "inscreva",
    "siga",
    "abonneer",
    "prenumerera",
    "facebook",
    "twitter",
    "instagram",
    "youtube",
    "advertis",
    "anzeige",
    "publicidad",
    "comment",
    "share this",
    "download",
    "app ",
    "your email",
    "datenschutz",
];
/// Bytes of the longest text in which such words count.
const LONGEST: usize = 400;

/// Numbers of credits, pointers and pleas in a text; none for a long one.
pub(super) fn said(text: &str) -> [Option<usize>; 3] {
    if text.len() > LONGEST {
        return [None; 3];
    }
    let text = text.to_lowercase();
    let count = |words: &[&str]| words.iter().filter(|word| text.contains(**word)).count();
    [Some(count(&CREDITS)), Some(count(&POINTERS)), Some(count(&PLEAS))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_looked_at() {
        let credits = said("Photo: Ada Quill / Harbor IMAGES");
        assert_eq!(credits, [Some(2), Some(0), Some(0)]);
        let pointer = said("L\u{e4}s \u{e4}ven: the pump house");
        assert_eq!(pointer, [Some(0), Some(1), Some(0)]);
        assert_eq!(said("Subscribe to our newsletter"), [Some(0), Some(0), Some(2)]);
        assert_eq!(said(&"Photo ".repeat(100)), [None; 3]);
    }
}
