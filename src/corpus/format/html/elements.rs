//! What the names of elements mean for the nesting of a page, by the rules of the HTML standard.
//!
//! Used by `open`. Invariant: an element that the parser holds to be a border of a scope, or
//! special, is one here too, so that never more is closed here than there.

use crate::hash;

/// What an element does to those that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Has no content.
    Void,
    /// `html`, `head`, `body`: there is one of each, whatever is written.
    Root,
    /// Its content is text.
    Raw,
    /// All that follows is text.
    Rest,
    /// Opened anew in the next block; a number below [`FORMATTING`].
    Formatting(usize),
    /// A paragraph: the next block closes it.
    Paragraph,
    /// An item of a list: the next item closes it.
    Item,
    /// `dt` or `dd`: the next of both closes it.
    Term,
    /// `option`, `optgroup` or a piece of ruby: the next closes it.
    Choice,
    /// A block that closes a paragraph.
    Block,
    /// `h1` to `h6`, which close each other.
    Heading,
    /// `ul` and `ol`, the borders of items.
    List,
    /// A block that is taken out from among the open ones when it ends.
    Form,
    /// Special to the parser in no other way.
    Special,
    /// A border of scopes.
    Scope,
    /// A border of the scope of paragraphs.
    Button,
    /// A table.
    Table,
    /// `td` or `th`.
    Cell,
    /// `tr`.
    Row,
    /// `tbody` and its like.
    Rows,
    /// Of SVG or `MathML`.
    Foreign,
    /// Of SVG or `MathML`, with HTML in it.
    Point,
    /// Any other.
    Inline,
}

/// Number of formatting elements.
pub(super) const FORMATTING: usize = 14;
/// Elements that are opened anew in the next block; the first two are closed by the next of their
/// kind.
const FORMATTING_NAMES: [&[u8]; FORMATTING] = [
    b"a", b"nobr", b"b", b"big", b"code", b"em", b"font", b"i", b"s", b"small", b"strike",
    b"strong", b"tt", b"u",
];
/// Longest name that means anything.
const LONGEST: usize = 16;

/// An element by its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    /// A hash of the name in lower case; headings share one.
    pub(super) name: u64,
    pub(super) kind: Kind,
    /// What it holds is SVG or `MathML`.
    pub(super) foreign: bool,
}

/// The element of this name, in SVG or `MathML` or not.
pub(super) fn element(name: &[u8], foreign: bool) -> Element {
    let mut short = [0_u8; LONGEST];
    let Some(lower) = short.get_mut(..name.len()) else {
        let kind = if foreign { Kind::Foreign } else { Kind::Inline };
        let name = hash::xxh3_64(&name.to_ascii_lowercase());
        return Element { name, kind, foreign };
    };
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    let lower = &*lower;
    let kind = match (foreign, lower) {
        (
            true,
            b"foreignobject" | b"desc" | b"title" | b"mi" | b"mo" | b"mn" | b"ms" | b"mtext"
            | b"annotation-xml",
        ) => Kind::Point,
        (true, _) | (false, b"svg" | b"math") => Kind::Foreign,
        (false, _) => kind(lower),
    };
    let name = if kind == Kind::Heading { b"h1" } else { lower };
    Element { name: hash::xxh3_64(name), kind, foreign: kind == Kind::Foreign }
}

/// Whether an element ends SVG and `MathML` where it starts.
pub(super) fn leaves_foreign(name: &[u8]) -> bool {
    const LEAVING: [&str; 43] = [
        "b",
        "big",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "i",
        "img",
        "li",
        "listing",
        "menu",
        "meta",
        "nobr",
        "ol",
        "p",
        "pre",
        "ruby",
        "s",
        "small",
        "span",
        "strong",
        "strike",
        "sub",
        "sup",
        "table",
        "tt",
        "u",
        "ul",
    ];
    LEAVING.iter().any(|leaving| leaving.as_bytes().eq_ignore_ascii_case(name))
}

/// Whether the parser keeps only one formatting element of this kind open.
pub(super) fn closes_its_like(formatting: usize) -> bool {
    formatting < 2
}

fn kind(name: &[u8]) -> Kind {
    match name {
        b"p" => Kind::Paragraph,
        b"div" | b"address" | b"article" | b"aside" | b"blockquote" | b"center" | b"details"
        | b"dialog" | b"dir" | b"dl" | b"fieldset" | b"figcaption" | b"figure" | b"footer"
        | b"header" | b"hgroup" | b"main" | b"menu" | b"nav" | b"search" | b"section"
        | b"summary" | b"pre" | b"listing" => Kind::Block,
        b"ul" | b"ol" => Kind::List,
        b"li" => Kind::Item,
        b"dt" | b"dd" => Kind::Term,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Kind::Heading,
        b"td" | b"th" => Kind::Cell,
        b"tr" => Kind::Row,
        b"tbody" | b"thead" | b"tfoot" | b"caption" | b"colgroup" => Kind::Rows,
        b"table" => Kind::Table,
        b"form" => Kind::Form,
        b"button" => Kind::Button,
        b"html" | b"head" | b"body" => Kind::Root,
        b"script" | b"style" | b"textarea" | b"title" | b"iframe" | b"noembed" | b"noframes"
        | b"xmp" => Kind::Raw,
        b"plaintext" => Kind::Rest,
        b"area" | b"base" | b"basefont" | b"bgsound" | b"br" | b"col" | b"embed" | b"frame"
        | b"hr" | b"image" | b"img" | b"input" | b"keygen" | b"link" | b"meta" | b"param"
        | b"source" | b"track" | b"wbr" => Kind::Void,
        b"applet" | b"marquee" | b"object" | b"select" | b"template" => Kind::Scope,
        b"option" | b"optgroup" | b"rb" | b"rp" | b"rt" | b"rtc" => Kind::Choice,
        b"noscript" | b"frameset" => Kind::Special,
        _ => {
            let which = FORMATTING_NAMES.iter().position(|formatting| *formatting == name);
            which.map_or(Kind::Inline, Kind::Formatting)
        }
    }
}

impl Kind {
    /// The parser does not look for an open element beyond this one.
    pub(super) fn is_scope(self) -> bool {
        matches!(self, Self::Scope | Self::Table | Self::Cell | Self::Rows | Self::Point)
    }

    /// The end tag of an unknown element closes nothing beyond this one.
    pub(super) fn is_special(self) -> bool {
        !matches!(self, Self::Inline | Self::Choice | Self::Foreign)
    }

    /// It closes a paragraph where it starts.
    pub(super) fn closes_paragraph(self) -> bool {
        matches!(
            self,
            Self::Paragraph
                | Self::Block
                | Self::List
                | Self::Item
                | Self::Term
                | Self::Heading
                | Self::Form
        )
    }
}
