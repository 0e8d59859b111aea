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
/// Words that say that the rest of a text is for subscribers alone.
const GATES: [&str; 40] = [
    "for subscribers only",
    "subscribers only",
    "subscriber-only",
    "exclusive to subscribers",
    "only available to subscribers",
    "for members only",
    "already a subscriber",
    "already have a subscription",
    "to continue reading",
    "to keep reading",
    "to read the full",
    "to read the rest",
    "subscribe to read",
    "weiterlesen mit",
    "jetzt weiterlesen",
    "sofort weiterlesen",
    "um weiterzulesen",
    "schon ein abo",
    "bereits abonnent",
    "nur f\u{fc}r abonnenten",
    "exklusiv f\u{fc}r abonnenten",
    "r\u{e9}serv\u{e9} aux abonn\u{e9}s",
    "r\u{e9}serv\u{e9}e aux abonn\u{e9}s",
    "r\u{e9}serv\u{e9} \u{e0} nos abonn\u{e9}s",
    "pour lire la suite",
    "de cet article \u{e0} lire",
    "d\u{e9}j\u{e0} abonn\u{e9}",
    "para suscriptores",
    "para seguir leyendo",
    "ya eres suscriptor",
    "riservato agli abbonati",
    "riservata agli abbonati",
    "sei gi\u{e0} abbonato",
    "exclusivo para assinantes",
    "alleen voor abonnees",
    "verder lezen?",
    "artikeln \u{e4}r l\u{e5}st",
    "f\u{f6}r att l\u{e4}sa vidare",
    "forbeholdt abonnenter",
    "dla subskrybent\u{f3}w",
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

/// Whether a short text says that what follows is for subscribers.
pub(super) fn is_gate(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = text.to_lowercase();
    GATES.iter().any(|gate| text.contains(gate))
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
        assert!(is_gate("La suite est r\u{e9}serv\u{e9}e aux abonn\u{e9}s."));
        assert!(is_gate("Already a SUBSCRIBER? Log in") && !is_gate("Subscribe to our newsletter"));
    }
}
