//! RTF: the text of a word processor's document, one document a file.
//!
//! A small reader of the layout that Microsoft documents (Rich Text Format, version 1.9): control
//! words, groups, and text in a code page or as `\u` with a fallback. Only what a reader would see
//! in the body is text: fonts, styles, pictures, headers and fields' instructions are not.
//! Invariant: memory grows with the length of the file alone, however deep its groups are.

use super::news;
use super::reader::{Article, InputFormat};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::source::encoding::Encoding;
use crate::corpus::source::kind::{Facts, Wanted};

/// How a file starts.
const START: &[u8] = b"{\\rtf";
/// Levels of groups whose state is remembered; what is deeper shares that of the last.
const MOST_LEVELS: usize = 4096;

/// Rich text, one document a file.
#[derive(Debug)]
pub(crate) struct Rtf;

static FACTS: Facts = Facts {
    name: "rtf",
    about: "Rich text, one document a file",
    extensions: &["rtf"],
    magic: |head| head.starts_with(START),
    extracts: true,
    inner: Some(|bytes, wanted| {
        let mut reader = Reader::default();
        reader.read(bytes, wanted);
        let note = reader.note();
        Some((tidy(&reader.text), note.map(|note| note.cause)))
    }),
    ..Facts::PLAIN
};

impl InputFormat for Rtf {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn article(&self, _: &Inputs, bytes: &[u8]) -> Result<(Article, Option<Refusal>), Refusal> {
        if bytes.trim_ascii().is_empty() {
            return Err(Refusal::empty());
        }
        if !bytes.starts_with(START) {
            return Err(Refusal::new("is no RTF", "save it as RTF again, or as text"));
        }
        let mut reader = Reader::default();
        reader.read(bytes, Wanted::All(bytes.len()));
        let note = reader.note();
        let text = tidy(&reader.text);
        if text.is_empty() {
            return Err(Refusal::holds_no("text"));
        }
        let note = note.or_else(|| news::several(&text));
        let title = tidy(&reader.title);
        let title = (!title.is_empty()).then_some(title);
        Ok((Article { text, title, ..Article::default() }, note))
    }
}

/// Paragraphs without blanks around them, and without empty ones.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Where the text of a group goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Goes {
    #[default]
    Text,
    Title,
    /// The table of fonts, which names their code pages.
    Fonts,
    Nowhere,
}

/// What holds inside a group.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    goes: Goes,
    /// Characters to skip after `\u`; none: one.
    fallback: Option<u32>,
    font: i32,
    /// Text that is hidden or deleted.
    hidden: bool,
}

#[derive(Default)]
struct Reader {
    state: State,
    outer: Vec<State>,
    /// Groups that are open, also those deeper than remembered.
    depth: usize,
    /// Characters of a fallback still to be skipped.
    skip: u32,
    page: Option<Encoding>,
    /// Fonts in a code page of their own.
    fonts: Vec<(i32, Encoding)>,
    /// Bytes in a code page, not decoded yet.
    bytes: Vec<u8>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
    /// The next control word begins a group.
    opened: bool,
    /// Something follows the end of the outermost group.
    more: bool,
    text: String,
    title: String,
}

impl Reader {
    /// Why the text is not whole.
    fn note(&self) -> Option<Refusal> {
        let what = match (self.depth, self.more) {
            (0, false) => return None,
            (0, true) => "the RTF closes before its end",
            _ => "the RTF ends early",
        };
        Some(Refusal::new(what, "fetch or save it again; what is there is used"))
    }

    fn read(&mut self, mut rest: &[u8], wanted: Wanted) {
        while let Some((first, after)) = rest.split_first() {
            if wanted.is_met(self.text.len()) {
                return;
            }
            rest = after;
            match first {
                b'{' => self.open(),
                b'}' => {
                    self.close();
                    if self.depth == 0 {
                        let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
                        self.more = !rest.iter().all(blank);
                        return;
                    }
                }
                b'\\' => rest = self.control(after),
                b'\r' | b'\n' => {}
                byte => self.byte(*byte),
            }
        }
        self.decode();
    }

    fn open(&mut self) {
        self.decode();
        if self.outer.len() < MOST_LEVELS {
            self.outer.push(self.state);
        }
        self.depth += 1;
        (self.opened, self.skip) = (true, 0);
    }

    fn close(&mut self) {
        self.decode();
        self.depth = self.depth.saturating_sub(1);
        (self.opened, self.skip) = (false, 0);
        if self.depth < self.outer.len()
            && let Some(state) = self.outer.pop()
        {
            self.state = state;
        }
    }

    /// A control word or symbol, without its backslash; returns what follows it.
    fn control<'b>(&mut self, rest: &'b [u8]) -> &'b [u8] {
        let Some((first, after)) = rest.split_first() else { return rest };
        if !first.is_ascii_alphabetic() {
            return self.symbol(*first, after);
        }
        let letters = rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, after) = rest.split_at(letters);
        let sign = usize::from(after.first() == Some(&b'-'));
        let digits = after.iter().skip(sign).take(10).take_while(|b| b.is_ascii_digit()).count();
        let length = if digits == 0 { 0 } else { sign + digits };
        let (number, mut after) = after.split_at(length);
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        if after.first() == Some(&b' ') {
            after = after.get(1..).unwrap_or_default();
        }
        if word == b"bin" {
            let length = number.and_then(|n: i32| usize::try_from(n).ok()).unwrap_or(0);
            return after.get(length..).unwrap_or_default();
        }
        self.word(word, number);
        self.opened = false;
        after
    }

    fn symbol<'b>(&mut self, symbol: u8, after: &'b [u8]) -> &'b [u8] {
        match symbol {
            b'\'' => {
                let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
                if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
                    self.byte(byte);
                    return after.get(2..).unwrap_or_default();
                }
            }
            b'*' if self.opened => self.state.goes = Goes::Nowhere,
            b'~' => self.char('\u{a0}'),
            b'_' => self.char('\u{2011}'),
            b'\r' | b'\n' => self.char('\n'),
            b'{' | b'}' | b'\\' => self.byte(symbol),
            _ => {}
        }
        after
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        if self.opened && self.destination(word) {
            return;
        }
        let is_on = number != Some(0);
        match word {
            b"par" | b"line" | b"page" | b"sect" | b"row" | b"softline" => self.char('\n'),
            b"tab" | b"cell" | b"nestcell" => self.char('\t'),
            b"emdash" => self.char('\u{2014}'),
            b"endash" => self.char('\u{2013}'),
            b"lquote" => self.char('\u{2018}'),
            b"rquote" => self.char('\u{2019}'),
            b"ldblquote" => self.char('\u{201c}'),
            b"rdblquote" => self.char('\u{201d}'),
            b"bullet" => self.char('\u{2022}'),
            b"emspace" | b"enspace" | b"qmspace" => self.char(' '),
            b"u" => self.unicode(number.unwrap_or(0)),
            b"uc" => self.state.fallback = number.and_then(|n| u32::try_from(n).ok()),
            b"ansicpg" => self.page = number.and_then(code_page),
            b"mac" => self.page = Encoding::named("macintosh"),
            b"f" => {
                self.decode();
                self.state.font = number.unwrap_or(0);
            }
            b"fcharset" if self.state.goes == Goes::Fonts => {
                if let Some(page) = number.and_then(charset) {
                    self.fonts.push((self.state.font, page));
                }
            }
            b"v" | b"deleted" => self.state.hidden = is_on,
            b"plain" => self.state.hidden = false,
            _ => {}
        }
    }

    /// Whether a group begins with the name of something else than text.
    fn destination(&mut self, word: &[u8]) -> bool {
        let goes = match word {
            b"fonttbl" => Goes::Fonts,
            b"title" => Goes::Title,
            b"info" | b"colortbl" | b"stylesheet" | b"pict" | b"object" | b"header"
            | b"headerl" | b"headerr" | b"headerf" | b"footer" | b"footerl" | b"footerr"
            | b"footerf" | b"footnote" | b"annotation" | b"fldinst" | b"listtable"
            | b"listoverridetable" | b"revtbl" | b"rsidtbl" | b"themedata" | b"datastore"
            | b"latentstyles" | b"xmlnstbl" | b"generator" | b"author" | b"operator"
            | b"subject" | b"keywords" | b"comment" | b"doccomm" | b"company" | b"category"
            | b"manager" | b"nonshppict" | b"xe" | b"tc" | b"bkmkstart" | b"bkmkend"
            | b"filetbl" | b"private" => Goes::Nowhere,
            _ => return false,
        };
        // The information holds the title, and nothing else that is wanted.
        let inside = self.state.goes == Goes::Nowhere && goes != Goes::Title;
        self.state.goes = if inside { Goes::Nowhere } else { goes };
        true
    }

    /// A character by its number; its fallback follows.
    fn unicode(&mut self, number: i32) {
        self.skip = 0;
        // Numbers above 32767 are written as negative ones.
        let unit = u32::try_from(if number < 0 { number + 0x1_0000 } else { number }).unwrap_or(0);
        if unit == 0 {
            return;
        }
        match (u16::try_from(unit), self.high.take()) {
            (Ok(low @ 0xdc00..=0xdfff), Some(high)) => {
                let pair = char::decode_utf16([high, low]).next().and_then(Result::ok);
                self.char(pair.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (Ok(high @ 0xd800..=0xdbff), _) => self.high = Some(high),
            _ => self.char(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
        self.skip = self.state.fallback.unwrap_or(1);
    }

    fn byte(&mut self, byte: u8) {
        self.opened = false;
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.shows() {
            self.bytes.push(byte);
        }
    }

    fn char(&mut self, character: char) {
        if self.skip > 0 && !character.is_control() {
            self.skip -= 1;
            return;
        }
        self.decode();
        if let Some(to) = self.target() {
            to.push(character);
        }
    }

    fn shows(&self) -> bool {
        !self.state.hidden && matches!(self.state.goes, Goes::Text | Goes::Title)
    }

    fn target(&mut self) -> Option<&mut String> {
        match self.state.goes {
            Goes::Text if !self.state.hidden => Some(&mut self.text),
            Goes::Title => Some(&mut self.title),
            _ => None,
        }
    }

    /// Decodes what has gathered; the code page is that of the font, else that of the file.
    fn decode(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let font = self.fonts.iter().rev().find(|(font, _)| *font == self.state.font);
        let page = font.map(|(_, page)| *page).or(self.page);
        let page = page.or_else(|| Encoding::named("windows-1252"));
        let text = page.map_or_else(
            || String::from_utf8_lossy(&bytes).into_owned(),
            |page| page.decode(&bytes).0.into_owned(),
        );
        if let Some(to) = self.target() {
            to.push_str(&text);
        }
        self.bytes = bytes;
        self.bytes.clear();
    }
}

/// A code page by its number.
fn code_page(number: i32) -> Option<Encoding> {
    let name = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        866 => "ibm866".to_owned(),
        10_000 => "macintosh".to_owned(),
        65_001 => "utf-8".to_owned(),
        874 | 1250..=1258 => format!("windows-{number}"),
        _ => return None,
    };
    Encoding::named(&name)
}

/// The code page of a font's character set.
fn charset(number: i32) -> Option<Encoding> {
    code_page(match number {
        0 => 1252,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Format, ReadOptions};

    fn read(rtf: impl AsRef<[u8]>) -> Result<(Article, bool), String> {
        let inputs = Inputs::of_one(Format(&FACTS), ReadOptions::default());
        let found = Rtf.article(&inputs, rtf.as_ref());
        found.map(|(article, note)| (article, note.is_some())).map_err(|refusal| refusal.cause)
    }

    fn text(body: &str) -> String {
        read(format!("{{\\rtf1\\ansi {body}}}")).unwrap().0.text
    }

    #[test]
    fn text_is_what_a_reader_sees() {
        assert_eq!(
            text("One \\b bold\\b0  word.\\par\r\nTwo\\line three\\tab x\\par\\par"),
            "One bold word.\nTwo\nthree\tx"
        );
        assert_eq!(text("a\\'e9b \\{x\\} \\\\ \\~c"), "aéb {x} \\ \u{a0}c");
        assert_eq!(
            text("\\ldblquote so\\rdblquote\\emdash\\bullet"),
            "\u{201c}so\u{201d}\u{2014}\u{2022}"
        );
        assert_eq!(
            text("a{\\*\\no x}{\\pict 0a}{\\header h}{\\field{\\*\\fldinst X}{\\fldrslt link}}b"),
            "alinkb"
        );
        assert_eq!(text("a{\\v hidden}b\\v c\\v0 d"), "abd");
        assert_eq!(text("a\\bin3 }}}b"), "ab");
        assert_eq!(text("one\\cell two\\cell\\row three"), "one\ttwo\nthree");
    }

    #[test]
    fn characters_come_by_number_and_by_code_page() {
        assert_eq!(text("\\u233?t\\u233\\'e9t\\uc0\\u8212x"), "étét\u{2014}x");
        assert_eq!(text("\\u-10179?\\u-8704?"), "\u{1f600}", "a pair");
        assert_eq!(text("\\uc2\\u233 ab{\\uc0\\u233}c"), "ééc");
        let russian = "{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0}";
        assert_eq!(read(russian).unwrap().0.text, "\u{41f}\u{440}");
        let font =
            "{\\rtf1{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset204 B;}}\\f1\\'cf\\f0\\'e9}";
        assert_eq!(read(font).unwrap().0.text, "\u{41f}é");
        let two = "{\\rtf1\\ansi\\ansicpg932 \\'83\\'65}";
        assert_eq!(read(two).unwrap().0.text, "\u{30c6}", "two bytes, one character");
    }

    #[test]
    fn several_articles_in_one_document_are_said() {
        let article = |n: u32| {
            let lines = ["Story", "Post", "5 January 2020", "Length: 9 words", "Body", "Text"];
            format!("{} {n}.\\par End of Document\\par ", lines.join("\\par "))
        };
        let read_all = |body: String| read(format!("{{\\rtf1 {body}}}")).unwrap();
        assert!(read_all(article(1) + &article(2)).1);
        assert!(!read_all(article(1)).1, "one is what it seems");
    }

    #[test]
    fn the_title_is_in_the_information() {
        let rtf = "{\\rtf1{\\info{\\title A title}{\\author Ann}}{\\stylesheet{\\s1 x;}}Body}";
        let (article, _) = read(rtf).unwrap();
        assert_eq!((article.title.as_deref(), article.text.as_str()), (Some("A title"), "Body"));
    }

    #[test]
    fn hostile_files_cost_little() {
        let deep = format!("{{\\rtf1 a{}b{}c}}", "{".repeat(200_000), "}".repeat(200_000));
        assert_eq!(
            read(deep).unwrap(),
            (Article { text: "abc".to_owned(), ..Article::default() }, false)
        );
        assert!(read("{\\rtf1 cut off {\\b here").unwrap().1, "reported");
        assert!(read("{\\rtf1 one} two").unwrap().1, "what follows is reported, too");
        assert!(!read("{\\rtf1 one}\r\n\0").unwrap().1);
        assert!(read("{\\rtf1 {\\pict 00}}").unwrap_err().contains("no text"));
        assert!(read("words").unwrap_err().contains("no RTF"));
        assert_eq!(read("").unwrap_err(), "is empty");
        for odd in
            ["\\", "\\'", "\\'g", "\\u", "\\bin99999999999", "}}}", "\\u99999999999?x", "\\-1"]
        {
            read(format!("{{\\rtf1 x{odd}")).unwrap();
        }
    }
}
