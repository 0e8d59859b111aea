//! What the name, classes and attributes of an element say of the text in it.
//!
//! Used by `blocks`. Invariant: a sign is a bit; each group of words is one.

use crate::hash::Map;
use dom_query::NodeRef;
use std::sync::LazyLock;

/// A set of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signs(pub(super) u64);

/// Names of elements, each a sign.
const ELEMENTS: [&str; 16] = [
    "article",
    "main",
    "aside",
    "nav",
    "footer",
    "header",
    "form",
    "figure",
    "figcaption",
    "table",
    "ul",
    "ol",
    "blockquote",
    "button",
    "dialog",
    "details",
];
/// Sign of an article.
pub(super) const ARTICLE: usize = 0;
/// Signs of what is beside the text: `aside`, `nav`, `footer`.
pub(super) const BESIDE: [usize; 3] = [2, 3, 4];
/// Signs of what holds the text: `article`, `main`.
pub(super) const MAIN: [usize; 2] = [ARTICLE, 1];
/// Signs of the page's outline, which last whatever an element holds.
const LASTING: u64 = 0b1111;
/// Groups of words in classes and ids, each a sign.
const WORDS: [&[&str]; 24] = [
    &[
        "related",
        "recommended",
        "recommendations",
        "recommendation",
        "recirc",
        "similar",
        "readmore",
        "also",
        "alsoread",
        "onward",
        "relacionadas",
        "relacionados",
        "linkbox",
        "crosslink",
        "inlinelink",
    ],
    &[
        "newsletter",
        "newsletters",
        "subscribe",
        "subscription",
        "signup",
        "abo",
        "abonnement",
        "register",
        "optin",
        "mailing",
    ],
    &[
        "share", "sharing", "social", "socials", "facebook", "whatsapp", "follow", "bookmark",
        "print", "toolbar", "tools", "actions",
    ],
    &["comment", "comments", "respond", "reply", "discussion", "disqus", "forum", "kommentare"],
    &[
        "caption",
        "captions",
        "credit",
        "credits",
        "copyright",
        "photo",
        "photos",
        "image",
        "images",
        "picture",
        "media",
        "gallery",
        "slideshow",
        "video",
        "videos",
        "thumbnail",
        "thumb",
        "img",
        "carousel",
        "slider",
        "player",
    ],
    &[
        "author",
        "authors",
        "byline",
        "bylines",
        "bio",
        "autor",
        "writer",
        "contributor",
        "profile",
        "avatar",
        "journalist",
        "reporter",
    ],
    &[
        "teaser",
        "teasers",
        "card",
        "cards",
        "promo",
        "promos",
        "promotion",
        "tile",
        "tiles",
        "item",
        "items",
        "snippet",
        "feed",
        "list",
        "listing",
        "grid",
        "stories",
    ],
    &[
        "ad",
        "ads",
        "advert",
        "advertisement",
        "adslot",
        "sponsored",
        "sponsor",
        "outbrain",
        "taboola",
        "dfp",
        "banner",
        "werbung",
        "anzeige",
        "publicidad",
        "affiliate",
        "shop",
        "product",
        "products",
        "deal",
        "deals",
    ],
    &[
        "meta",
        "metadata",
        "date",
        "dates",
        "time",
        "timestamp",
        "dateline",
        "published",
        "updated",
        "posted",
        "kicker",
        "eyebrow",
        "category",
        "categories",
        "section",
        "label",
        "topic",
        "topics",
    ],
    &[
        "tags",
        "tag",
        "keywords",
        "breadcrumb",
        "breadcrumbs",
        "taglist",
        "themen",
        "pagination",
        "pager",
        "pagenav",
    ],
    &[
        "cookie", "cookies", "consent", "gdpr", "privacy", "cmp", "onetrust", "modal", "popup",
        "overlay", "lightbox", "tooltip",
    ],
    &[
        "articlebody",
        "entry",
        "story",
        "storybody",
        "post",
        "content",
        "text",
        "richtext",
        "paragraph",
        "paragraphs",
        "prose",
        "wysiwyg",
        "copy",
        "bodytext",
        "rte",
        "artikel",
    ],
    &["body"],
    &["article"],
    &[
        "lead",
        "lede",
        "intro",
        "introduction",
        "standfirst",
        "summary",
        "dek",
        "deck",
        "subtitle",
        "subheadline",
        "subhead",
        "subheading",
        "sottotitolo",
        "chapeau",
        "excerpt",
        "abstract",
        "description",
        "teasertext",
        "sapo",
        "vorspann",
        "preamble",
    ],
    &[
        "twitter",
        "tweet",
        "instagram",
        "embed",
        "embedded",
        "tiktok",
        "youtube",
        "embeds",
        "oembed",
    ],
    &["headline", "headlines", "title", "heading", "titre", "titulo"],
    &[
        "widget",
        "widgets",
        "sidebar",
        "side",
        "rail",
        "module",
        "aside",
        "complementary",
        "right",
        "bottom",
        "extra",
        "extras",
        "secondary",
    ],
    &[
        "paywall",
        "premium",
        "piano",
        "regwall",
        "login",
        "meter",
        "metered",
        "account",
        "subscriber",
    ],
    &[
        "infobox",
        "factbox",
        "box",
        "fact",
        "facts",
        "faktenbox",
        "info",
        "callout",
        "highlight",
        "highlights",
        "key",
        "summarybox",
        "takeaways",
        "bullets",
        "keypoints",
        "expandable",
        "accordion",
    ],
    &[
        "popular", "trending", "latest", "more", "most", "mostread", "top", "next", "previous",
        "prev", "weitere", "news", "ticker", "live",
    ],
    &[
        "menu",
        "nav",
        "navigation",
        "navbar",
        "header",
        "masthead",
        "footer",
        "foot",
        "skip",
        "search",
        "topbar",
        "sitemap",
    ],
    &[
        "toc",
        "contents",
        "disclaimer",
        "correction",
        "editorsnote",
        "notice",
        "footnote",
        "footnotes",
        "endnote",
        "note",
        "notes",
        "source",
        "sources",
        "license",
        "rights",
        "legal",
        "rating",
        "poll",
        "quiz",
        "survey",
        "vote",
    ],
    &["pullquote", "quote", "quotes", "blockquote", "zitat"],
];

/// The words by their signs.
static GROUPS: LazyLock<Map<&str, u64>> = LazyLock::new(|| {
    let mut groups = Map::default();
    for (group, words) in WORDS.iter().enumerate() {
        for word in *words {
            *groups.entry(*word).or_insert(0) |= 1 << (ELEMENTS.len() + group);
        }
    }
    groups
});

impl Signs {
    pub(super) const NONE: Self = Self(0);
    /// Bits in use.
    pub(super) const COUNT: usize = ELEMENTS.len() + WORDS.len() + 2;

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that hold for an element with much of the page too.
    pub(super) fn lasting(self) -> Self {
        Self(self.0 & LASTING)
    }

    pub(super) fn has(self, bit: usize) -> bool {
        (self.0 >> bit) & 1 == 1
    }
}

/// The signs of an element.
pub(super) fn of(node: &NodeRef<'_>, name: &str, class: &str) -> Signs {
    let mut bits = 0;
    if let Some(place) = ELEMENTS.iter().position(|known| *known == name) {
        bits |= 1 << place;
    }
    let id = node.attr_or("id", "");
    let role = node.attr_or("role", "");
    let item = node.attr_or("itemprop", "");
    let part = node.attr_or("data-testid", "");
    let component = node.attr_or("data-component", "");
    for names in [class, &*id, &*role, &*item, &*part, &*component] {
        if names.is_empty() || names.len() > 1000 {
            continue;
        }
        words(names, |word| {
            bits |= GROUPS.get(word).copied().unwrap_or_default();
        });
    }
    let hidden = node.has_attr("hidden")
        || node.attr("aria-hidden").is_some_and(|value| &*value == "true")
        || node.attr("style").is_some_and(|style| {
            let style = style.replace(' ', "").to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        });
    bits |= u64::from(hidden) << (ELEMENTS.len() + WORDS.len());
    bits |= u64::from(&*item == "articleBody") << (ELEMENTS.len() + WORDS.len() + 1);
    Signs(bits)
}

/// Goes through the words of names, in lower case: `articleBody`, `article-body` and
/// `article__body` are two words each.
fn words(names: &str, mut each: impl FnMut(&str)) {
    let mut word = String::new();
    let mut lower_before = false;
    for letter in names.chars().chain([' ']) {
        let starts = letter.is_ascii_uppercase() && lower_before;
        if (starts || !letter.is_ascii_alphabetic()) && !word.is_empty() {
            each(&word);
            word.clear();
        }
        if letter.is_ascii_alphabetic() {
            word.push(letter.to_ascii_lowercase());
        }
        lower_before = letter.is_ascii_lowercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    fn signs(tag: &str) -> Signs {
        let document = Document::from(format!("<body><div {tag}>x</div></body>"));
        let node = document.select_single("div").nodes()[0];
        of(&node, "div", &node.attr_or("class", ""))
    }

    #[test]
    fn words_are_found_however_names_are_written() {
        let known = signs("class=related");
        assert_ne!(known, Signs::NONE);
        for tag in ["id='story__related'", "class='RelatedStories_3x'", "class='x relatedPosts'"] {
            assert_eq!(signs(tag).0 & known.0, known.0, "{tag}");
        }
        assert_eq!(signs("class=unrelated"), Signs::NONE);
        assert_eq!(signs("style='DISPLAY: none'"), signs("hidden"));
        assert_ne!(signs("hidden"), Signs::NONE);
    }
}
