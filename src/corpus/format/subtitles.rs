//! Subtitles (`SubRip` and `WebVTT`): what is said in a broadcast, one document a file.
//!
//! The lines of all cues in their order, separated by line feeds, are the text; numbers, times,
//! styles, notes and tags are not. A line that is equal to the one before it is left out, because
//! captions that roll repeat each line while the next appears. Invariant: a file without a single
//! cue is refused, never read as an empty text.

use super::reader::{Article, InputFormat};
use crate::corpus::inputs::Inputs;
use crate::corpus::problem::Refusal;
use crate::corpus::source::kind::Facts;

/// Subtitles, one document a file.
#[derive(Debug)]
pub(crate) struct Subtitles;

static FACTS: Facts = Facts {
    name: "subtitles",
    about: "SubRip or WebVTT, one document a file",
    extensions: &["srt", "vtt"],
    magic: |head| head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).starts_with(b"WEBVTT"),
    extracts: true,
    ..Facts::PLAIN
};

/// How characters are written in a cue.
const ENTITIES: [(&str, &str); 6] =
    [("lt;", "<"), ("gt;", ">"), ("nbsp;", "\u{a0}"), ("lrm;", ""), ("rlm;", ""), ("amp;", "&")];

impl InputFormat for Subtitles {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn article_in(&self, _: &Inputs, file: &str) -> Result<(Article, Option<Refusal>), Refusal> {
        let text = spoken(file);
        if text.is_empty() {
            return Err(Refusal::holds_no("subtitles"));
        }
        Ok((Article { text, ..Article::default() }, None))
    }
}

/// The text of all cues.
fn spoken(file: &str) -> String {
    let (mut text, mut last, mut in_cue) = (String::new(), String::new(), false);
    for line in file.lines() {
        if is_timing(line) {
            in_cue = true;
        } else if line.trim().is_empty() {
            in_cue = false;
        } else if in_cue {
            let line = plain(line);
            let line = line.trim();
            if !line.is_empty() && line != last {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(line);
                line.clone_into(&mut last);
            }
        }
    }
    text
}

/// Whether a line is the start and the end of a cue: `00:01:02,500 --> 00:01:04,000`.
fn is_timing(line: &str) -> bool {
    let is_time = |text: &str| {
        let time = text.split_whitespace().next().unwrap_or_default();
        let known = |c: char| c.is_ascii_digit() || matches!(c, ':' | ',' | '.');
        time.contains(':')
            && time.starts_with(|c: char| c.is_ascii_digit())
            && time.chars().all(known)
    };
    line.split_once("-->").is_some_and(|(from, to)| is_time(from) && is_time(to))
}

/// A line of a cue without its tags (`<i>`, `<v Name>`, `{\an8}`) and with its characters.
fn plain(line: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(at) = rest.find(['<', '{', '&']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let tag = if after.starts_with('<') {
            after.find('>')
        } else if after.starts_with("{\\") {
            after.find('}')
        } else {
            None
        };
        if let Some(end) = tag {
            rest = after.get(end + 1..).unwrap_or_default();
            continue;
        }
        let name = after.get(1..).unwrap_or_default();
        let entity = ENTITIES.iter().find(|(entity, _)| name.starts_with(entity));
        if let Some((entity, character)) = entity.filter(|_| after.starts_with('&')) {
            out.push_str(character);
            rest = name.get(entity.len()..).unwrap_or_default();
        } else {
            out.push_str(after.get(..1).unwrap_or_default());
            rest = name;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_cues_are_the_text() {
        let srt = "1\r\n00:00:01,000 --> 00:00:02,500\r\nThe <i>old</i> pump house\r\n\
                   will open.\r\n\r\n\
                   2\r\n00:00:03,000 --> 00:00:04,000 X1:10\r\n{\\an8}On Saturday.\r\n";
        assert_eq!(spoken(srt), "The old pump house\nwill open.\nOn Saturday.");
        let vtt = "WEBVTT - pumps\nKind: captions\n\nNOTE\nnot spoken\n\nSTYLE\n\
                   ::cue { color: red }\n\n\
                   intro\n00:01.000 --> 00:02.000 align:start\n<v Ada Quill>Brass &amp; steam\n\n\
                   01:00:02.000 --> 01:00:03.000\nBrass &amp; steam\n2 &lt; 3 &gt; 1&lrm;&rlm;\n";
        assert_eq!(spoken(vtt), "Brass & steam\n2 < 3 > 1");
    }

    #[test]
    fn only_cues_are_spoken() {
        assert_eq!(spoken("WEBVTT\n\nno cue --> here\nwords\n"), "");
        assert_eq!(spoken("a --> 00:01\nwords"), "");
        assert_eq!(spoken("00:01 --> b:c\nwords"), "");
        assert_eq!(spoken("1 --> 2\nwords"), "", "no times");
        assert_eq!(spoken("00:01 --> 00:02\n\nwords"), "", "the cue has ended");
        assert_eq!(spoken("00:01 --> 00:02\nwords, cut o"), "words, cut o");
        assert_eq!(spoken("00:01 --> 00:02\n<i></i>\nwords"), "words", "an empty line is none");
    }

    #[test]
    fn what_is_no_tag_stays() {
        assert_eq!(plain("a < b {c} & d &copy; e"), "a < b {c} & d &copy; e");
        assert_eq!(plain("{\\b1}a{\\b0}{\\open"), "a{\\open");
        assert_eq!(plain("&amp;lt; &nbsp;é"), "&lt; \u{a0}é");
    }

    #[test]
    fn the_first_bytes_show_webvtt() {
        assert!((FACTS.magic)(b"WEBVTT\n") && (FACTS.magic)(b"\xef\xbb\xbfWEBVTT"));
        assert!(!(FACTS.magic)(b"1\n00:00:01,000"));
    }
}
