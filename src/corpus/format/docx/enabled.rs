//! The text in the XML of a Word document.
//!
//! Invariant: what was deleted, moved away or hidden, and what instructs Word, is no text; XML that
//! is cut off is used as far as it goes, and reported.

use crate::corpus::format::reader::Article;
use crate::corpus::problem::Refusal;
use crate::corpus::source::kind::Wanted;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// The part with the text, and the one with the title.
const BODY: &str = "word/document.xml";
const PROPERTIES: &str = "docProps/core.xml";
/// The part that says which part has the text, where that has another name.
const RELATIONS: &str = "_rels/.rels";

/// Bytes of the XML of a document of which only the start of the text is wanted.
const START_XML: u64 = 1 << 20;

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// The article in a document. Of one of which only the start is wanted, only the start of the XML
/// is expanded, too, and its properties are not read.
pub(super) fn article(bytes: &[u8], wanted: Wanted) -> Result<(Article, Option<Refusal>), Refusal> {
    let cure = "save it as a document again, or as text";
    let broken = |what: String| Refusal::new(format!("is not a whole DOCX: {what}"), cure);
    // Both a document with a password and one of the time before DOCX are stored so.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let cause = "is encrypted, or in the format of Word before DOCX";
        return Err(Refusal::new(cause, "save it as DOCX without a password, or as text"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(e.to_string()))?;
    let body = match part(&mut archive, BODY, wanted)? {
        None => other_body(&mut archive, wanted)?,
        found => found,
    };
    let (body, whole) = body
        .ok_or_else(|| Refusal::new(format!("is not a Word document: it has no {BODY}"), cure))?;
    let (text, valid) = text(&body, wanted);
    if matches!(wanted, Wanted::Start(_)) {
        return Ok((Article { text, ..Article::default() }, None));
    }
    let author_and_title = part(&mut archive, PROPERTIES, wanted).ok().flatten();
    let (title, author) = author_and_title.map_or((None, None), |(xml, _)| properties(&xml));
    let note = (!whole || !valid).then(|| {
        Refusal::new("the document's XML is damaged", "save it again; what is before is used")
    });
    Ok((Article { text, title, author, ..Article::default() }, note))
}

/// A part of the archive, as far as it can be read, and whether that is all of it.
type Part = (Vec<u8>, bool);

/// The part with the text under the name that the document says, where that is in the folder of
/// Word: tables and slides are in others.
fn other_body(archive: &mut Archive<'_>, wanted: Wanted) -> Result<Option<Part>, Refusal> {
    let Some((relations, _)) = part(archive, RELATIONS, wanted)? else { return Ok(None) };
    match main_part(&relations).filter(|name| name.starts_with("word/")) {
        Some(name) => part(archive, &name, wanted),
        None => Ok(None),
    }
}

/// The target of the relation that names the document itself.
fn main_part(relations: &[u8]) -> Option<String> {
    let mut reader = Reader::from_reader(relations);
    loop {
        let element = match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => element,
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => continue,
        };
        let value = |name: &str| attribute(&element, name);
        if value("Type").is_some_and(|kind| kind.ends_with("/officeDocument")) {
            return Some(value("Target")?.trim_start_matches(['/', '.']).to_owned());
        }
    }
}

/// The value of an attribute, whatever its prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = element.attributes();
    let found = all
        .with_checks(false)
        .flatten()
        .find(|found| found.key.local_name().as_ref() == name.as_bytes())?;
    Some(String::from_utf8_lossy(&found.value).into_owned())
}

fn part(archive: &mut Archive<'_>, name: &str, wanted: Wanted) -> Result<Option<Part>, Refusal> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    if file.encrypted() {
        return Err(Refusal::new("is encrypted", "save it without a password"));
    }
    let mut xml = Vec::new();
    let most = match wanted {
        Wanted::All(most) => most as u64 + 1,
        Wanted::Start(_) => START_XML,
    };
    let read = file.take(most).read_to_end(&mut xml);
    match wanted {
        Wanted::All(most) if xml.len() > most => Err(Refusal::too_long(most)),
        _ => Ok(Some((xml, read.is_ok()))),
    }
}

/// Where in the document the reading is.
#[derive(Default)]
struct Inside {
    /// In a run of text.
    text: bool,
    /// Levels of elements that are not read, where it is in one.
    skipped: usize,
    /// The runs that it is in, and whether each is hidden.
    runs: Vec<bool>,
    /// How many of them are.
    hidden: usize,
}

/// Elements of which nothing is read: a second form of the same for older programs, where text was
/// before it was moved, and properties of a paragraph's mark or of an earlier state.
const SKIPPED: [&[u8]; 4] = [b"Fallback", b"moveFrom", b"pPr", b"rPrChange"];

impl Inside {
    fn reads(&self) -> bool {
        self.skipped == 0 && self.hidden == 0
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let name = element.local_name();
        let skips = SKIPPED.contains(&name.as_ref());
        self.skipped += usize::from(self.skipped > 0 || skips);
        self.text = name.as_ref() == b"t";
        if name.as_ref() == b"r" {
            self.runs.push(false);
        }
        self.property(element);
    }

    fn end(&mut self, name: &[u8]) {
        self.skipped = self.skipped.saturating_sub(1);
        self.text = false;
        if name == b"r" && self.runs.pop() == Some(true) {
            self.hidden -= 1;
        }
    }

    /// Notes that the run is hidden, where a property says so.
    fn property(&mut self, element: &BytesStart<'_>) {
        if self.skipped > 0 || element.local_name().as_ref() != b"vanish" {
            return;
        }
        let off = attribute(element, "val");
        let off = off.is_some_and(|value| ["0", "false", "off"].contains(&value.as_str()));
        if let Some(run) = self.runs.last_mut().filter(|run| !**run && !off) {
            *run = true;
            self.hidden += 1;
        }
    }
}

/// The text of a document, and whether its XML is whole as far as it was read.
fn text(xml: &[u8], wanted: Wanted) -> (String, bool) {
    let (mut out, mut inside) = (String::new(), Inside::default());
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    while !wanted.is_met(out.len()) {
        match reader.read_event() {
            Ok(Event::Start(element)) => inside.start(&element),
            Ok(Event::End(element)) => {
                inside.end(element.local_name().as_ref());
                if element.local_name().as_ref() == b"p" && inside.reads() {
                    line_feed(&mut out);
                }
            }
            Ok(Event::Empty(element)) => {
                inside.property(&element);
                match element.local_name().as_ref() {
                    b"tab" if inside.reads() => out.push('\t'),
                    b"br" | b"cr" if inside.reads() => line_feed(&mut out),
                    b"noBreakHyphen" if inside.reads() => out.push('\u{2011}'),
                    _ => {}
                }
            }
            Ok(Event::Text(piece)) if inside.text && inside.reads() => {
                out.push_str(&String::from_utf8_lossy(&piece));
            }
            Ok(Event::GeneralRef(name)) if inside.text && inside.reads() => {
                reference(&name, &mut out);
            }
            Ok(Event::Eof) => break,
            Err(_) => return (tidy(&out), false),
            Ok(_) => {}
        }
    }
    (tidy(&out), true)
}

/// Adds the character that a reference names.
fn reference(name: &BytesRef<'_>, out: &mut String) {
    if let Ok(Some(character)) = name.resolve_char_ref() {
        out.push(character);
    } else if let Some(text) = resolve_predefined_entity(&String::from_utf8_lossy(name)) {
        out.push_str(text);
    }
}

fn line_feed(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn tidy(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Title and author, where the document says them.
fn properties(xml: &[u8]) -> (Option<String>, Option<String>) {
    let (mut title, mut author) = (String::new(), String::new());
    let mut reader = Reader::from_reader(xml);
    let (mut at, mut other) = (Vec::new(), String::new());
    loop {
        let of = match at.as_slice() {
            b"title" => &mut title,
            b"creator" => &mut author,
            _ => &mut other,
        };
        match reader.read_event() {
            Ok(Event::Start(element)) => at = element.local_name().as_ref().to_vec(),
            Ok(Event::End(_)) => at.clear(),
            Ok(Event::Text(text)) => of.push_str(&String::from_utf8_lossy(&text)),
            Ok(Event::GeneralRef(name)) => reference(&name, of),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let full = |value: String| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
    (full(title), full(author))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use zip::write::SimpleFileOptions;

    fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, xml) in parts {
            out.start_file(*name, SimpleFileOptions::default()).unwrap();
            out.write_all(xml.as_bytes()).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    fn body(inner: &str) -> Vec<u8> {
        docx(&[(BODY, &format!("<w:document xmlns:w=\"w\"><w:body>{inner}</w:body></w:document>"))])
    }

    fn read(inner: &str) -> String {
        article(&body(inner), Wanted::All(1 << 20)).unwrap().0.text
    }

    #[test]
    fn text_is_what_a_reader_sees() {
        let two = "<w:p><w:r><w:t>One</w:t></w:r><w:r><w:t> two &amp; &#233;</w:t></w:r></w:p>\
            <w:p/><w:p><w:r><w:t>Three</w:t><w:br/><w:t>four</w:t><w:tab/>\
            <w:t>five</w:t></w:r></w:p>";
        assert_eq!(read(two), "One two & é\nThree\nfour\tfive");
        let changed = "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del>\
            <w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r>\
            </w:p>";
        assert_eq!(read(changed), "new");
        let twice = "<w:p><mc:AlternateContent><mc:Choice><w:t>once</w:t></mc:Choice>\
            <mc:Fallback><w:p><w:t>again</w:t></w:p></mc:Fallback></mc:AlternateContent>\
            <w:t> more</w:t></w:p>";
        assert_eq!(read(twice), "once more");
    }

    #[test]
    fn what_is_hidden_or_moved_away_is_no_text() {
        let hidden = "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>a</w:t></w:r>\
            <w:r><w:rPr><w:b/><w:vanish/></w:rPr><w:t>hidden</w:t><w:tab/><w:br/></w:r>\
            <w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>b</w:t></w:r>\
            <w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>\
            <w:t>c</w:t></w:r></w:p>";
        assert_eq!(read(hidden), "abc");
        let moved = "<w:p><w:moveFromRangeStart w:id=\"1\"/><w:moveFrom><w:r><w:t>old</w:t></w:r>\
            </w:moveFrom><w:moveFromRangeEnd/></w:p><w:p><w:moveTo><w:r><w:t>new</w:t></w:r>\
            </w:moveTo></w:p>";
        assert_eq!(read(moved), "new");
    }

    #[test]
    fn the_body_may_have_another_name() {
        let relations = |target: &str| {
            let kind = "http://schemas.example/relationships";
            format!(
                "<Relationships><Relationship Type=\"{kind}/styles\" Target=\"x.xml\"/>\
                 <Relationship Type=\"{kind}/officeDocument\" Target=\"{target}\"/></Relationships>"
            )
        };
        let xml = "<w:document><w:p><w:t>x</w:t></w:p></w:document>";
        for target in ["word/document2.xml", "/word/document2.xml"] {
            let made = docx(&[(RELATIONS, &relations(target)), ("word/document2.xml", xml)]);
            assert_eq!(article(&made, Wanted::All(999)).unwrap().0.text, "x", "{target}");
        }
        let table = docx(&[(RELATIONS, &relations("xl/workbook.xml")), ("xl/workbook.xml", xml)]);
        let cause = article(&table, Wanted::All(999)).unwrap_err().cause;
        assert!(cause.contains("not a Word document"), "{cause}");
    }

    #[test]
    fn properties_name_title_and_author() {
        let core = "<cp><dc:title>A title &amp; &#233;</dc:title><dc:creator>Ann</dc:creator></cp>";
        let xml = "<w:document><w:p><w:t>x</w:t></w:p></w:document>";
        let (found, note) =
            article(&docx(&[(BODY, xml), (PROPERTIES, core)]), Wanted::All(999)).unwrap();
        assert_eq!(
            (found.title.as_deref(), found.author.as_deref()),
            (Some("A title & é"), Some("Ann"))
        );
        assert!(note.is_none());
    }

    #[test]
    fn damage_is_reported_and_bombs_are_refused() {
        let cause = |bytes: &[u8], most| article(bytes, Wanted::All(most)).unwrap_err().cause;
        let whole = body(&format!("<w:p><w:t>{}</w:t></w:p>", "words ".repeat(50_000)));
        assert!(whole.len() < 10_000 && cause(&whole, 10_000).contains("limit: 10000 bytes"));
        assert!(cause(&whole[..whole.len() - 30], 1 << 20).contains("not a whole DOCX"));
        assert!(cause(b"PK\x03\x04word/", 9).contains("not a whole DOCX"));
        assert!(cause(&docx(&[("xl/workbook.xml", "<x/>")]), 99).contains("not a Word document"));
        let (found, note) =
            article(&docx(&[(BODY, "<w:p><w:t>kept</w:t></w:p><w:p <")]), Wanted::All(99)).unwrap();
        assert_eq!((found.text.as_str(), note.is_some()), ("kept", true));
        let deep = format!("{}<w:t>x</w:t>", "<w:p>".repeat(100_000));
        assert_eq!(article(&docx(&[(BODY, &deep)]), Wanted::All(1 << 20)).unwrap().0.text, "x");
    }
}
