//! The blocks of text that a page is made of, with the elements around them.
//!
//! Fed with the parsed page before anything is taken out of it, feeds `traits`. Invariant: each
//! character of text that a reader may see is in one block, in the order of the page; one pass.

use super::plain::joined;
use super::signs::{self, Signs};
use crate::hash::xxh3_64;
use dom_query::{Document, NodeData, NodeRef};

/// Blocks that are looked at.
const MOST: usize = 20_000;
/// Elements whose content is no text of the page.
const SILENT: [&str; 17] = [
    "script", "style", "noscript", "template", "iframe", "svg", "math", "object", "video", "audio",
    "canvas", "select", "textarea", "datalist", "map", "head", "title",
];
/// Elements that are part of a line of text.
const INLINE: [&str; 43] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del",
    "dfn", "em", "font", "i", "img", "input", "ins", "kbd", "label", "mark", "nobr", "output",
    "picture", "q", "ruby", "rb", "rt", "rp", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// What kind of text an element holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    /// `h1`.
    Title,
    /// `h2` to `h6`.
    Heading,
    /// An item of a list, or a term.
    Item,
    /// A part of a table.
    Cell,
    Quote,
    Pre,
    Other,
}

/// An element that is no part of a line.
#[derive(Debug, Clone)]
pub(super) struct Around {
    /// Place of the element around it; its own for the outermost.
    pub(super) parent: usize,
    pub(super) kind: Kind,
    /// What its name, class and attributes say.
    pub(super) own: Signs,
    /// The same of those around it, without those that hold much of the page.
    pub(super) all: Signs,
    /// Its name, and the first of its classes.
    pub(super) key: u64,
    /// Letters in it, and those of paragraphs.
    pub(super) letters: usize,
    pub(super) prose: usize,
    pub(super) linked: usize,
    pub(super) depth: usize,
    /// It is in a post of a social network that the page shows.
    pub(super) post: bool,
}

impl Around {
    /// The place of the element that holds paragraphs like this one, which is at `place`.
    pub(super) fn home(&self, place: usize) -> usize {
        if self.kind == Kind::Other { place } else { self.parent }
    }
}

/// A block of text.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) text: String,
    /// Place of its element.
    pub(super) around: usize,
    pub(super) letters: usize,
    /// Letters in links, and in bold or italic text.
    pub(super) linked: usize,
    pub(super) stressed: usize,
    /// An image or a player is between it and the block before.
    pub(super) after_image: bool,
}

/// All blocks of a page, and the elements around them.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) all: Vec<Block>,
    pub(super) around: Vec<Around>,
    open: String,
    linked: usize,
    stressed: usize,
    breaks: usize,
    image: bool,
}

/// Where the walk is.
#[derive(Debug, Clone, Copy)]
struct Here {
    around: usize,
    link: bool,
    stress: bool,
}

/// A step of the walk.
enum Step<'d> {
    Enter(NodeRef<'d>, Here),
    Leave(usize),
}

impl Blocks {
    /// Reads the blocks of a page.
    pub(super) fn of(document: &Document) -> Self {
        let mut blocks = Self::default();
        let Some(body) = document.body() else { return blocks };
        blocks.around.push(Around {
            parent: 0,
            kind: Kind::Other,
            own: Signs::NONE,
            all: Signs::NONE,
            key: 0,
            letters: 0,
            prose: 0,
            linked: 0,
            depth: 0,
            post: false,
        });
        let mut todo: Vec<Step<'_>> = Vec::new();
        let here = Here { around: 0, link: false, stress: false };
        todo.extend(body.children_it(true).map(|child| Step::Enter(child, here)));
        while let Some(step) = todo.pop() {
            match step {
                Step::Leave(around) => blocks.close(around),
                Step::Enter(node, here) => blocks.enter(&node, here, &mut todo),
            }
        }
        blocks.close(0);
        blocks.sum_up();
        blocks
    }

    /// The place of the largest heading, where there is only one.
    pub(super) fn main_heading(&self) -> Option<usize> {
        let is_title = |place: &usize| {
            self.around.get(*place).is_some_and(|around| around.kind == Kind::Title)
        };
        let mut places = self.all.iter().map(|block| block.around).filter(is_title);
        let first = places.next()?;
        places.all(|other| other == first).then_some(first)
    }

    /// The place of the innermost article that is, or is around, the element at a place.
    pub(super) fn article(&self, mut place: usize) -> Option<usize> {
        loop {
            let around = self.around.get(place)?;
            if around.own.has(signs::ARTICLE) {
                return Some(place);
            }
            if around.parent == place {
                return None;
            }
            place = around.parent;
        }
    }

    fn enter<'d>(&mut self, node: &NodeRef<'d>, mut here: Here, todo: &mut Vec<Step<'d>>) {
        let Some(name) = node.node_name() else {
            node.query(|inner| {
                if let NodeData::Text { contents } = &inner.data {
                    self.text(contents, here);
                }
            });
            return;
        };
        let name = &*name;
        self.image |= matches!(name, "img" | "video" | "iframe" | "audio" | "picture" | "amp-img");
        if SILENT.contains(&name) || self.all.len() >= MOST {
            return;
        }
        if matches!(name, "br" | "hr") {
            self.breaks += 1;
            if self.breaks > 1 || name == "hr" {
                self.close(here.around);
            } else {
                self.open.push('\n');
            }
            return;
        }
        if INLINE.contains(&name) || self.is_of_line(name, here.around) {
            here.link |= name == "a";
            here.stress |= matches!(name, "b" | "strong" | "em" | "i");
        } else {
            self.close(here.around);
            here.around = self.add(node, name, here.around);
            todo.push(Step::Leave(here.around));
        }
        todo.extend(node.children_it(true).map(|child| Step::Enter(child, here)));
    }

    /// Whether an element of a name that HTML does not know is part of a line: what is in a
    /// paragraph or a heading is, as browsers show it.
    fn is_of_line(&self, name: &str, around: usize) -> bool {
        let kind = self.around.get(around).map(|around| around.kind);
        let is_line = matches!(kind, Some(Kind::Paragraph | Kind::Title | Kind::Heading));
        is_line && name.contains('-')
    }

    /// Adds an element that is no part of a line; returns its place.
    fn add(&mut self, node: &NodeRef<'_>, name: &str, parent: usize) -> usize {
        let class = node.attr_or("class", "");
        let first = class.split_ascii_whitespace().next().unwrap_or_default();
        let own = signs::of(node, name, &class);
        let above = self.around.get(parent);
        let kind = match name {
            "p" => Kind::Paragraph,
            "h1" => Kind::Title,
            "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
            "li" | "dt" | "dd" => Kind::Item,
            "td" | "th" | "caption" => Kind::Cell,
            "blockquote" => Kind::Quote,
            "pre" => Kind::Pre,
            // What is in an item, a cell or a heading, and says nothing more, is one.
            _ => match above.map(|above| above.kind) {
                Some(kind @ (Kind::Item | Kind::Cell | Kind::Title | Kind::Heading)) => kind,
                _ => Kind::Other,
            },
        };
        self.around.push(Around {
            parent,
            kind,
            own,
            all: Signs::NONE,
            key: xxh3_64(format!("{name} {first}").as_bytes()),
            letters: 0,
            prose: 0,
            linked: 0,
            depth: above.map_or(0, |above| above.depth + 1),
            post: above.is_some_and(|above| above.post) || name == "blockquote" && is_post(&class),
        });
        self.around.len() - 1
    }

    fn text(&mut self, text: &str, here: Here) {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric()).count();
        if letters > 0 || !text.trim().is_empty() {
            self.breaks = 0;
        }
        self.linked += if here.link { letters } else { 0 };
        self.stressed += if here.stress { letters } else { 0 };
        // The line breaks that a page shows are those of its elements.
        self.open.extend(text.chars().map(|letter| if letter == '\n' { ' ' } else { letter }));
    }

    /// Ends the block that is open in an element.
    fn close(&mut self, around: usize) {
        self.breaks = 0;
        let (linked, stressed) =
            (std::mem::take(&mut self.linked), std::mem::take(&mut self.stressed));
        let text = lines(&self.open);
        self.open.clear();
        let letters = text.chars().filter(|letter| letter.is_alphanumeric()).count();
        if letters > 0 {
            let after_image = std::mem::take(&mut self.image);
            self.all.push(Block { text, around, letters, linked, stressed, after_image });
        }
    }

    /// Sums up what is in each element, and hands down what the elements around it say.
    fn sum_up(&mut self) {
        for block in &self.all {
            if let Some(own) = self.around.get_mut(block.around) {
                own.letters += block.letters;
                own.linked += block.linked;
                if is_prose(block, own.kind) {
                    own.prose += block.letters;
                }
            }
        }
        for place in (1..self.around.len()).rev() {
            let Some(own) = self.around.get(place) else { continue };
            let (parent, letters, prose, linked) = (own.parent, own.letters, own.prose, own.linked);
            if let Some(parent) = self.around.get_mut(parent) {
                parent.letters += letters;
                parent.linked += linked;
                parent.prose += prose;
            }
        }
        let whole = self.around.first().map_or(0, |body| body.letters);
        for place in 1..self.around.len() {
            let Some(own) = self.around.get(place) else { continue };
            let above = self.around.get(own.parent).map_or(Signs::NONE, |above| above.all);
            // What holds much of the page is called by many names.
            let signs = if own.letters * 3 > whole { own.own.lasting() } else { own.own };
            let all = above.with(signs);
            if let Some(own) = self.around.get_mut(place) {
                own.all = all;
            }
        }
    }
}

/// Whether the class of a quotation is that of a post of a social network. Their scripts turn it
/// into the post; without them the page shows its words, which others quote as well.
fn is_post(class: &str) -> bool {
    const NETWORKS: [&str; 8] =
        ["twitter", "tweet", "instagram", "tiktok", "bluesky", "mastodon", "reddit", "threads"];
    NETWORKS.iter().any(|network| class.contains(network))
}

/// Whether a block is text that is written to be read, by its length and links.
pub(super) fn is_prose(block: &Block, kind: Kind) -> bool {
    let least = if matches!(kind, Kind::Paragraph | Kind::Quote) { 40 } else { 80 };
    block.letters >= least && block.linked * 2 < block.letters
}

/// The lines of a text, with single blanks in them.
fn lines(text: &str) -> String {
    let lines = text.lines().map(joined).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Blocks {
        Blocks::of(&Document::from(format!("<html><body>{body}</body></html>")))
    }

    fn texts(blocks: &Blocks) -> Vec<&str> {
        blocks.all.iter().map(|block| block.text.as_str()).collect()
    }

    #[test]
    fn blocks_end_where_elements_and_empty_lines_do() {
        for (body, expected) in [
            ("<p>One <b>bold</b> word.</p><p>Two.</p>", vec!["One bold word.", "Two."]),
            ("<div>One<p>Two</p>three</div>", vec!["One", "Two", "three"]),
            ("One<br>two<br> <br>three<hr>four", vec!["One\ntwo", "three", "four"]),
            ("<ul><li>One<li><a href=x>Two</a></ul>", vec!["One", "Two"]),
            ("<p>One</p><script>two</script><svg><text>x</text></svg> - ", vec!["One"]),
            ("<x-y>One</x-y><x-y>two</x-y>", vec!["One", "two"]),
            ("<p>One <x-y>two</x-y>, <a href=x><u>three</u></a>.</p>", vec!["One two, three."]),
            ("<p><b><u>One:</u></b><br>two<br>three</p>", vec!["One:\ntwo\nthree"]),
        ] {
            assert_eq!(texts(&of(body)), expected, "{body}");
        }
    }

    #[test]
    fn letters_in_links_and_after_images_are_known() {
        let blocks = of("<p>One <a href=x>two <b>three</b></a>.</p><img src=x><p>Four</p>");
        let [first, second] = blocks.all.as_slice() else { panic!("{blocks:?}") };
        assert_eq!((first.letters, first.linked, first.stressed), (11, 8, 5));
        assert!(!first.after_image && second.after_image);
    }

    #[test]
    fn names_of_what_holds_much_are_not_handed_down() {
        let text = "The pump house opens on Saturday. ".repeat(9);
        let signs = |body: &str| {
            let blocks = of(body);
            blocks.around.get(blocks.all[0].around).unwrap().all
        };
        let small = format!("<div class=sidebar><p>x</p></div><p>{text}</p>");
        let large = format!("<div class=sidebar><p>{text}</p></div>");
        assert_ne!(signs(&small), Signs::NONE);
        assert_eq!(signs(&large), Signs::NONE);
    }

    #[test]
    fn one_large_heading_is_the_main_one() {
        assert!(of("<h1>One</h1><h2>Two</h2>").main_heading().is_some());
        assert_eq!(of("<h1>One</h1><h1>Two</h1>").main_heading(), None);
        assert_eq!(of("<h2>One</h2>").main_heading(), None);
    }
}
