//! The tokeniser: words and characters, each hashed once, with their place.
//!
//! A word is a run of letters, digits and the marks of Indic scripts, folded by
//! the `fold` table; apostrophes between two word characters, soft hyphens, zero-width characters
//! and accents are dropped; everything else separates. Han, kana, Hangul, Thai, Lao, Khmer and
//! Burmese yield one token per character, with its combining marks.
//!
//! ASCII runs found in the bit masks of [`simd`](crate::simd) are hashed straight from the text;
//! runs with anything else go through the state machine ([`Machine`]). [`tokenize_plain`] sends all
//! text through the machine: it defines what the fast path must return.

use super::fold::{Class, FOLD, Folded};
use crate::hash;
use crate::simd::{Kernel, Masks};

/// What a token is, for weighing evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenClass {
    /// A word of up to three letters: mostly function words.
    Short,
    /// A longer word.
    Long,
    /// A character of a script without spaces.
    Character,
}

impl TokenClass {
    /// The class kept in the two lowest bits of a token hash.
    #[inline(always)]
    #[must_use]
    pub fn of(hash: u64) -> Self {
        match hash & 3 {
            0 => Self::Short,
            2 => Self::Long,
            _ => Self::Character,
        }
    }
}

/// A token: hash of its normal form, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Hash of the folded bytes; the two lowest bits hold the [`TokenClass`].
    pub hash: u64,
    /// First byte in the original text.
    pub start: usize,
    /// Byte after the token.
    pub end: usize,
}

impl Token {
    /// The token in 32 bits, as the engine keeps it: the upper 30 bits of the hash, and the class
    /// in the lowest two.
    #[inline(always)]
    #[must_use]
    pub fn compact(self) -> u32 {
        (self.hash >> 32) as u32 & !3 | (self.hash & 3) as u32
    }
}

/// Hash of folded bytes with its class: a folded multiply up to 16 bytes, XXH3 beyond.
///
/// `lanes` holds the first 16 bytes, with anything after a shorter form.
#[inline(always)]
pub(super) fn hash_bytes(bytes: &[u8], lanes: u128, character: bool) -> u64 {
    if bytes.len() > 16 {
        return with_class(hash::xxh3_64(bytes), bytes.len() / 4, character);
    }
    let lanes = lanes & KEEP[bytes.len() % 32];
    // Continuation bytes are 10xxxxxx.
    let follows = lanes & !(lanes << 1) & (u128::MAX / 255 * 128);
    let letters = bytes.len() - follows.count_ones() as usize;
    with_class(hash_lanes(lanes, bytes.len()), letters, character)
}

/// Hash of up to 16 bytes in the low lanes of `bytes`, zero beyond.
#[inline(always)]
fn hash_lanes(bytes: u128, len: usize) -> u64 {
    let (low, high) = (hash::low64(bytes), hash::low64(bytes >> 64));
    hash::fold(low ^ hash::KEY0, high ^ hash::KEY1 ^ (len as u64) << 56)
}

/// Puts the class into the lowest bits. A word counts as long from four letters.
#[inline(always)]
fn with_class(hash: u64, letters: usize, character: bool) -> u64 {
    hash & !3 | if character { 1 } else { u64::from(letters >= 4) << 1 }
}

/// Masks that keep the first `n` bytes of 16; as long as a power of two, so that an index can be
/// shown to lie within.
static KEEP: [u128; 32] = {
    let mut keep = [u128::MAX; 32];
    let mut n = 0;
    while n < 16 {
        keep[n] = (1 << (8 * n)) - 1;
        n += 1;
    }
    keep
};

/// Turns texts into tokens; keeps its scratch space from text to text.
///
/// # Examples
/// ```
/// use wirecopy::text::Tokenizer;
/// let (text, mut words) = ("Don\u{2019}t STOP!", Vec::new());
/// let mut tokenizer = Tokenizer::default();
/// tokenizer.tokenize(text, |token| words.push(&text[token.start..token.end]));
/// assert_eq!(words, ["Don\u{2019}t", "STOP"]);
///
/// let (mut a, mut b) = (Vec::new(), Vec::new());
/// tokenizer.compact_tokens(text, &mut a);
/// tokenizer.compact_tokens("dont stop", &mut b);
/// assert_eq!(a, b);
/// ```
#[derive(Debug)]
pub struct Tokenizer {
    kernel: Kernel,
    masks: Masks,
    borders: Vec<u32>,
    folded: Folded,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self::with_kernel(Kernel::best())
    }
}

impl Tokenizer {
    /// A tokeniser that uses `kernel`, for tests and measurements.
    #[must_use]
    pub fn with_kernel(kernel: Kernel) -> Self {
        Self { kernel, masks: Masks::default(), borders: Vec::new(), folded: Folded::default() }
    }

    /// Appends the tokens of `text` to `tokens`, each as its [`compact`](Token::compact) form.
    #[inline]
    pub fn compact_tokens(&mut self, text: &str, tokens: &mut Vec<u32>) {
        self.tokenize(text, |token| tokens.push(token.compact()));
    }

    /// Calls `sink` with every token of `text`, in order.
    #[inline]
    pub fn tokenize(&mut self, text: &str, mut sink: impl FnMut(Token)) {
        if u32::try_from(text.len()).is_err() {
            // Run borders are kept in 32 bits.
            return tokenize_plain(text, sink);
        }
        self.masks.fill(text.as_bytes(), self.kernel);
        self.find_borders(text.as_bytes());
        let bytes = text.as_bytes();
        let runs = self.borders.as_chunks::<2>().0;
        let mut at = 0;
        while let Some(&[start, end]) = runs.get(at) {
            let (start, end) = (start as usize, end as usize);
            at += 1;
            if let Some(hash) = self.hash_run(bytes, start, end) {
                sink(Token { hash, start, end });
                continue;
            }
            // Between runs there are only separators, which the machine takes as well: it is
            // left running over neighbours that need it too.
            let mut last = end;
            while let Some(&[start, end]) = runs.get(at)
                && self.special_bytes(start as usize, end as usize) != 0
            {
                last = end as usize;
                at += 1;
            }
            run_machine(bytes, start..last, &mut self.folded, &mut sink);
        }
    }

    /// Hash of a run of at most 16 bytes that is one ASCII word, also with one apostrophe in it.
    #[inline(always)]
    fn hash_run(&self, text: &[u8], start: usize, end: usize) -> Option<u64> {
        let len = end - start;
        if len > 16 {
            return None;
        }
        let mut lanes = match text.get(start..start + 16).and_then(|b| b.first_chunk()) {
            Some(chunk) => u128::from_le_bytes(*chunk),
            None => load_tail(&text[start..end]),
        };
        let mut letters = len;
        let special = self.special_bytes(start, end);
        if special != 0 {
            let (apostrophe, size) = single_apostrophe(lanes, special)?;
            letters -= size;
            if apostrophe == 0 || apostrophe >= letters {
                return None;
            }
            // Closes the gap.
            let after = lanes >> (8 * (apostrophe + size)) << (8 * apostrophe);
            lanes = lanes & KEEP[apostrophe % 32] | after;
        }
        let folded = (lanes | 0x2020_2020_2020_2020_2020_2020_2020_2020) & KEEP[letters % 32];
        Some(with_class(hash_lanes(folded, letters), letters, false))
    }

    /// Fills `borders` with start and end of every run of word bytes, high bytes and apostrophes
    /// between such; marks bytes that need the machine in `masks.high`.
    fn find_borders(&mut self, bytes: &[u8]) {
        self.borders.clear();
        let blocks = self.masks.word.len();
        // Every run may look at the word after its own.
        self.masks.high.push(0);
        // One border per byte at worst, and room for whole groups.
        let need = |found: usize| found + 64 + GROUP;
        let (mut found, mut carry) = (0_usize, 0_u64);
        for n in 0..blocks {
            if self.borders.len() < need(found) {
                self.borders.resize(need(found) * 2, 0);
            }
            let solid = self.masks.word[n] | self.masks.high[n];
            let mut inner = self.masks.apostrophe[n];
            if inner != 0 {
                let next =
                    self.masks.word.get(n + 1).map_or(0, |word| word | self.masks.high[n + 1]);
                inner &= (solid << 1 | carry) & (solid >> 1 | next << 63);
                self.masks.high[n] |= inner;
            }
            let runs = solid | inner;
            let borders = runs ^ (runs << 1 | carry);
            carry = runs >> 63;
            found = push_bits(&mut self.borders, found, borders, crate::limits::narrow(n * 64));
        }
        self.borders.truncate(found);
        if found % 2 == 1 {
            self.borders.push(crate::limits::narrow(bytes.len()));
        }
    }

    /// Which bytes of a run (bit 0: the first) are not ASCII letters and digits. Of a run longer
    /// than 16 bytes some bit is always set: it never takes the short way.
    #[inline(always)]
    fn special_bytes(&self, start: usize, end: usize) -> u64 {
        let len = end - start;
        if len > 16 {
            return 1;
        }
        let [first, second] = self.masks.high[start / 64..start / 64 + 2] else { return 1 };
        let both = u128::from(first) | u128::from(second) << 64;
        hash::low64(both >> (start % 64)) & ((1 << len) - 1)
    }
}

/// Place and size of the apostrophe that `special` marks in `lanes`, if it is one and no more.
#[inline(always)]
fn single_apostrophe(lanes: u128, special: u64) -> Option<(usize, usize)> {
    let at = special.trailing_zeros() as usize;
    match special >> at {
        1 => Some((at, 1)),
        // U+2018 or U+2019, which differ in the lowest bit.
        7 if (lanes >> (8 * at)) & 0xfe_ffff == 0x98_80e2 => Some((at, 3)),
        _ => None,
    }
}

/// Writes the positions of the bits of `bits`, plus `base`, after the first `found` entries.
///
/// Twenty-four at a time without asking whether there are as many (English has about 21 borders in
/// 64 bytes): what is too much is overwritten, and one branch instead of three is seldom wrong.
#[inline(always)]
fn push_bits(to: &mut [u32], found: usize, mut bits: u64, base: u32) -> usize {
    let count = bits.count_ones() as usize;
    let mut at = found;
    while bits != 0 {
        let Some(group) = to.get_mut(at..at + GROUP) else { break };
        for slot in group {
            *slot = base.wrapping_add(bits.trailing_zeros());
            bits &= bits.wrapping_sub(1);
        }
        at += GROUP;
    }
    found + count
}

/// Borders written at a time.
const GROUP: usize = 24;

/// The last run of a text: fewer than 16 bytes follow its start.
#[cold]
fn load_tail(run: &[u8]) -> u128 {
    let mut padded = [0_u8; 16];
    padded[..run.len()].copy_from_slice(run);
    u128::from_le_bytes(padded)
}

/// Calls `sink` with every token of `text`, in order: the definition of the tokenisation, without
/// vector instructions or shortcuts.
pub fn tokenize_plain(text: &str, mut sink: impl FnMut(Token)) {
    run_machine(text.as_bytes(), 0..text.len(), &mut Folded::default(), &mut sink);
}

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Word,
    /// A word, then an apostrophe that counts only if the word goes on.
    WordThenApostrophe,
    Character,
}

/// The state machine over code points; lives only while it runs, so that it stays in registers.
#[derive(Debug)]
struct Machine<'a> {
    folded: &'a mut Folded,
    open: Open,
    start: usize,
    end: usize,
}

/// Tokens of the bytes `range` of valid UTF-8 text; both ends are code-point borders.
#[inline]
fn run_machine(
    text: &[u8],
    range: std::ops::Range<usize>,
    folded: &mut Folded,
    sink: &mut impl FnMut(Token),
) {
    let fold = &*FOLD;
    let mut machine = Machine { folded, open: Open::Nothing, start: 0, end: 0 };
    let mut at = range.start;
    while at < range.end {
        let (code, size) = decode(&text[at..range.end]);
        let next = at + size;
        let entry = fold.entry(code);
        let kind = match entry.class() {
            Class::Word => {
                if machine.open == Open::Character {
                    machine.flush(sink);
                }
                Open::Word
            }
            Class::Character => {
                machine.flush(sink);
                Open::Character
            }
            Class::Extend => {
                if machine.open != Open::Character {
                    machine.flush(sink);
                }
                Open::Character
            }
            class => {
                machine.pass(class, next, sink);
                at = next;
                continue;
            }
        };
        machine.open(kind, at, next);
        fold.append(entry, code, &text[at..next], machine.folded);
        at = next;
    }
    machine.flush(sink);
}

impl Machine<'_> {
    /// Opens a token at `at` or goes on with the open one, to `next`.
    #[inline(always)]
    fn open(&mut self, what: Open, at: usize, next: usize) {
        if self.open == Open::Nothing {
            self.start = at;
        }
        self.open = what;
        self.end = next;
    }

    /// Takes a code point that is part of no token, or does not count in it.
    #[inline(always)]
    fn pass(&mut self, class: Class, next: usize, sink: &mut impl FnMut(Token)) {
        match (class, self.open) {
            (Class::Drop, Open::Word | Open::Character) => self.end = next,
            // After an apostrophe too: `don't` with a soft hyphen there is the same word.
            (Class::Drop, Open::Nothing | Open::WordThenApostrophe) => {}
            (Class::Apostrophe, Open::Word) => self.open = Open::WordThenApostrophe,
            _ => self.flush(sink),
        }
    }

    #[inline(always)]
    fn flush(&mut self, sink: &mut impl FnMut(Token)) {
        if self.open == Open::Nothing {
            return;
        }
        let character = self.open == Open::Character;
        self.open = Open::Nothing;
        let hash = self.folded.take(|bytes, lanes| hash_bytes(bytes, lanes, character));
        sink(Token { hash, start: self.start, end: self.end });
    }
}

/// First code point of valid UTF-8 and its length in bytes.
#[inline(always)]
fn decode(text: &[u8]) -> (u32, usize) {
    let low = |i: usize| text.get(i).map_or(0, |&byte| u32::from(byte & 0x3f));
    let lead = u32::from(text[0]);
    match lead {
        0..0x80 => (lead, 1),
        0x80..0xe0 => ((lead & 0x1f) << 6 | low(1), 2.min(text.len())),
        0xe0..0xf0 => ((lead & 0xf) << 12 | low(1) << 6 | low(2), 3.min(text.len())),
        _ => ((lead & 7) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4.min(text.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        tokenize_plain(text, |t| tokens.push(t));
        tokens
    }

    fn hashes(text: &str) -> Vec<u64> {
        plain(text).iter().map(|t| t.hash).collect()
    }

    fn words(text: &str) -> Vec<&str> {
        plain(text).iter().map(|t| &text[t.start..t.end]).collect()
    }

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(hashes(a), hashes(b), "{a} against {b}");
    }

    #[test]
    fn spelling_variants_fold_to_one_form() {
        same("Don't STOP", "don\u{2019}t stop");
        same("dont stop", "don't stop");
        same("\u{201c}Hello\u{201d} \u{2014} world", "\"hello\" - WORLD");
        same("exam\u{ad}ple", "example");
        same("don'\u{ad}t don\u{ad}\u{2019}t", "don't dont");
        same("\u{fb01}nd", "find");
        same("\u{ff37}\u{ff49}\u{ff52}\u{ff45}", "wire");
        same("caf\u{e9}", "cafe\u{301}");
        same("Erdo\u{11f}an na\u{ef}ve", "Erdogan naive");
        same("Stra\u{df}e", "STRASSE");
        same("\u{39f}\u{394}\u{39f}\u{3a3}", "\u{3bf}\u{3b4}\u{3cc}\u{3c2}");
        same(
            "\u{41c}\u{43e}\u{441}\u{43a}\u{432}\u{430}",
            "\u{43c}\u{43e}\u{441}\u{43a}\u{432}\u{430}",
        );
        same("\u{643}\u{650}\u{62a}\u{627}\u{628}", "\u{643}\u{62a}\u{640}\u{627}\u{628}");
        same("\u{5e9}\u{5b8}\u{5dc}\u{5d5}\u{5b9}\u{5dd}", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}");
        same("\u{ff76}\u{ff9e}\u{ff97}\u{ff7d}", "\u{30ac}\u{30e9}\u{30b9}");
        same("\u{d55c}\u{ad6d}", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}");
    }

    #[test]
    fn words_end_where_they_should() {
        assert_eq!(
            words("'Tis the dogs' rock'n'roll, isn\u{2019}t it?"),
            ["Tis", "the", "dogs", "rock'n'roll", "isn\u{2019}t", "it"]
        );
        assert_eq!(words("well-known U.S. a''b"), ["well", "known", "U", "S", "a", "b"]);
        assert_eq!(words("cafe\u{301}!"), ["cafe\u{301}"]);
    }

    #[test]
    fn scripts_without_spaces_give_characters() {
        assert_eq!(
            words("\u{65e5}\u{672c}\u{8a9e}abc\u{3067}"),
            ["\u{65e5}", "\u{672c}", "\u{8a9e}", "abc", "\u{3067}"]
        );
        // Thai consonant, vowel above and tone are one token; a leading vowel is its own.
        assert_eq!(
            words("\u{e19}\u{e49}\u{e33}\u{e44}\u{e17}"),
            ["\u{e19}\u{e49}\u{e33}", "\u{e44}", "\u{e17}"]
        );
        assert!(plain("\u{65e5}").iter().all(|t| TokenClass::of(t.hash) == TokenClass::Character));
    }

    #[test]
    fn hindi_words_keep_their_vowel_signs() {
        assert_eq!(
            words("\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940} \u{92e}\u{947}\u{902}").len(),
            2
        );
        assert_ne!(hashes("\u{915}\u{93f}"), hashes("\u{915}\u{940}"));
    }

    #[test]
    fn golden_hashes_of_the_normal_form() {
        insta::assert_snapshot!(
            hashes(
                "The president's caf\u{e9} internationalisation-committee \u{65e5} \u{131} \u{6cc}"
            )
            .iter()
            .map(|h| format!("{h:016x}"))
            .collect::<Vec<_>>()
            .join(" ")
        );
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[a-zA-Z0-9]{1,20}",
            2 => Just(" ".to_owned()),
            1 => "[ '\u{2019}\u{2018}\u{201c}\u{2014}.,_-]{1,3}",
            1 => "[\u{e0}-\u{ff}\u{430}-\u{44f}\u{5d0}-\u{5ea}\u{621}-\u{652}]{1,6}",
            1 => "[\u{e0}-\u{ff}\u{430}-\u{44f}\u{ad}\u{200b}\u{301}]{1,6}",
            1 => "[\u{4e00}-\u{4e20}\u{3041}-\u{3050}\u{ac00}-\u{ac20}]{1,5}",
            1 => "[\u{e01}-\u{e4e}\u{1100}-\u{11ff}\u{fb01}]{1,5}",
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|v| v.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 2000 }))]
        #[test]
        fn every_kernel_gives_the_plain_tokens(text in text()) {
            let expected = plain(&text);
            for kernel in Kernel::all() {
                let mut tokens = Vec::new();
                Tokenizer::with_kernel(kernel).tokenize(&text, |t| tokens.push(t));
                prop_assert_eq!(&tokens, &expected, "{:?}", kernel);
            }
        }

        #[test]
        fn tokens_are_in_order_on_code_point_borders(text in text()) {
            let mut last = 0;
            for token in plain(&text) {
                let (start, end) = (token.start, token.end);
                prop_assert!(start >= last && start < end);
                prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
                last = token.end;
            }
        }
    }
}
