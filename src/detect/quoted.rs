//! How much two texts share beside what somebody said.
//!
//! Asked by `copies` of pairs between houses. Two that report one speech have the speech in common,
//! or the same posts, and neither copied the other; of a story that one took from the other, the
//! words around the quotations are shared as well. Invariant: the answer is the same for both
//! orders of the two texts.

use crate::judge::said;
use crate::passage::Passage;
use crate::text::{Span, Tokenizer};

/// Share of a passage that is quoted in one of the two texts, from which it is in the other too,
/// with marks or without.
const QUOTED: f64 = 0.8;

/// The share of the words of two texts that are nobody's but their own, and are in passages of
/// both: the mean of both sides.
pub(super) fn own_share([a, b]: [&str; 2], passages: &[&Passage]) -> f64 {
    let (mut a, mut b) = (Side::of(a), Side::of(b));
    for passage in passages {
        let quoted = a.quoted(passage.a).max(b.quoted(passage.b)) >= QUOTED;
        a.add(passage.a, quoted);
        b.add(passage.b, quoted);
    }
    f64::midpoint(a.share(), b.share())
}

/// What is known of each token of a text.
struct Side {
    /// In quotation marks, or in a post.
    said: Vec<bool>,
    /// In a passage, and in one that the other text quotes.
    shared: Vec<bool>,
    quoted: Vec<bool>,
}

impl Side {
    fn of(text: &str) -> Self {
        let (mut said, mut spans) = (Vec::new(), said(text).into_iter().peekable());
        Tokenizer::default().tokenize(text, |token| {
            while spans.next_if(|span| span.end <= token.start).is_some() {}
            said.push(spans.peek().is_some_and(|span| span.start <= token.start));
        });
        let [shared, quoted] = [said.len(); 2].map(|count| vec![false; count]);
        Self { said, shared, quoted }
    }

    /// Share of a stretch that is somebody's words.
    fn quoted(&self, span: Span) -> f64 {
        let tokens = self.said.get(span.places()).unwrap_or_default();
        let said = tokens.iter().filter(|said| **said).count();
        said as f64 / tokens.len().max(1) as f64
    }

    fn add(&mut self, span: Span, quoted: bool) {
        self.shared.get_mut(span.places()).unwrap_or_default().fill(true);
        if quoted {
            self.quoted.get_mut(span.places()).unwrap_or_default().fill(true);
        }
    }

    fn share(&self) -> f64 {
        let (mut own, mut shared) = (0_u32, 0_u32);
        for ((said, quoted), is_shared) in self.said.iter().zip(&self.quoted).zip(&self.shared) {
            own += u32::from(!said && !quoted);
            shared += u32::from(!said && !quoted && *is_shared);
        }
        f64::from(shared) / f64::from(own.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> u32 {
        let mut count = 0;
        Tokenizer::default().tokenize(text, |_| count += 1);
        count
    }

    /// The tokens of `part` in `text`.
    fn find(text: &str, part: &str) -> Span {
        let start = count(&text[..text.find(part).unwrap()]);
        Span { start, end: start + count(part) }
    }

    fn share(a: &str, b: &str, parts: &[&str]) -> f64 {
        let passage = |part: &&str| Passage {
            doc_a: 0,
            doc_b: 1,
            a: find(a, part),
            b: find(b, part),
            columns: count(part),
            matched: count(part),
            score: 0,
            shadow: false,
        };
        let passages: Vec<Passage> = parts.iter().map(passage).collect();
        let turned: Vec<Passage> =
            passages.iter().map(|p| Passage { a: p.b, b: p.a, ..*p }).collect();
        let of =
            |texts: [&str; 2], all: &[Passage]| own_share(texts, &all.iter().collect::<Vec<_>>());
        let (one, other) = (of([a, b], &passages), of([b, a], &turned));
        assert!((one - other).abs() < 1e-12);
        one
    }

    const SPEECH: &str = "we shall mend the weir before the autumn rains come down the valley";

    #[test]
    fn a_speech_that_two_report_is_not_theirs() {
        let a =
            format!("The council met late on Monday. \u{201c}{SPEECH},\u{201d} the mayor said.");
        let b = format!("Nobody in the old town was surprised by this.\n\n\"{SPEECH}\"");
        assert!(share(&a, &b, &[SPEECH]) < 1e-12);
        // One of them has it as a block without marks.
        let block =
            format!("The speech of the mayor in full, as we have it:\n\n{SPEECH}\n\nMore soon.");
        assert!(share(&a, &block, &[SPEECH]) < 1e-12);
        let bare = format!("Our own report says that {SPEECH} as it does in every year.");
        assert!(share(&block, &bare, &[SPEECH]) > 0.5);
    }

    #[test]
    fn a_post_is_somebodys_words_up_to_its_signature() {
        let post = format!("{SPEECH} \u{2014} Ann Other (@annother) May 3, 2021");
        let a = format!("The mayor was quick to answer.\n\n{post}\n\nNo more was to be learned.");
        let b = format!("A storm of protest followed.\n\n{post}\n\nThe town is divided.");
        assert!(share(&a, &b, &[SPEECH]) < 1e-12);
        let named = format!("Ann Other (@annother) says that {SPEECH} and leaves it there.");
        assert!(share(&named, &named, &[SPEECH]) > 0.5);
    }

    #[test]
    fn the_words_around_a_quotation_count() {
        let around = "The council met late on Monday and heard from the engineers for two hours.";
        let text = format!("{around} \u{201c}{SPEECH},\u{201d} the mayor said.");
        assert!(share(&text, &text, &[around, SPEECH]) > 0.8);
        let passage = share(&text, &text, &[SPEECH]);
        assert!(passage < 1e-12, "{passage}");
        assert!(share(&text, &text, &[]) < 1e-12);
        assert!(own_share(["", ""], &[]) < 1e-12);
    }
}
