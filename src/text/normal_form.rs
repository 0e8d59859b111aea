//! The version of the normal form, and what it promises.
//!
//! The normal form is the table of `fold`, which `scripts/fold_table.py` makes; `docs/method.md`
//! says for each script what folds and why. What keeps token hashes keeps this version with them.
//! Invariant: upper case, lower case, composed and decomposed spellings of a letter have one form,
//! and so do the pairs in the table of `docs/method.md`.

/// Version of the normal form: changes whenever any text can get other token hashes.
///
/// | version | what folds |
/// |---|---|
/// | 1 | case, accents, apostrophes, compatibility forms, Hebrew and Arabic points |
/// | 2 | also dotless i, Arabic and Persian forms of one letter, digits of all scripts, geresh |
pub const NORMAL_FORM: u32 = 2;

#[cfg(test)]
mod tests {
    use crate::text::tokenize_plain;

    fn hashes(text: &str) -> Vec<u64> {
        let mut found = Vec::new();
        tokenize_plain(text, |token| found.push(token.hash));
        found
    }

    /// The rows of the table in `docs/method.md`: script, pairs that fold, pairs that do not.
    fn rows() -> Vec<Vec<&'static str>> {
        let text = include_str!("../../docs/method.md");
        let table = text.lines().skip_while(|line| !line.starts_with("| script | one form"));
        let rows = table.skip(2).take_while(|line| line.starts_with('|'));
        rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
    }

    /// Pairs written as `x` `y`, in code quotes and separated by a sign.
    fn pairs<'t>(cell: &'t str, sign: &str) -> Vec<(&'t str, &'t str)> {
        let quoted = |side: &'t str| side.trim().trim_matches('`');
        let sides = cell.split(", ").filter_map(|pair| pair.split_once(sign));
        sides.map(|(x, y)| (quoted(x), quoted(y))).collect()
    }

    #[test]
    fn the_documented_table_is_what_the_tokeniser_does() {
        let rows = rows();
        assert!(rows.len() >= 10, "{rows:?}");
        for row in rows {
            let [script, alike, apart, _] = row[..] else { panic!("four columns: {row:?}") };
            let alike = pairs(alike, " = ");
            assert!(!alike.is_empty(), "{script}");
            for (x, y) in alike {
                assert!(!hashes(x).is_empty() && x != y, "{script}: {x}");
                assert_eq!(hashes(x), hashes(y), "{script}: {x} and {y}");
            }
            for (x, y) in pairs(apart, " \u{2260} ") {
                assert_ne!(hashes(x), hashes(y), "{script}: {x} and {y}");
            }
        }
    }

    /// With the letter inside a word, where a mark belongs to what is before it.
    #[test]
    fn every_letter_folds_like_its_capital() {
        for letter in ('\0'..=char::MAX).filter(|letter| letter.is_alphabetic()) {
            for other in [letter.to_uppercase().to_string(), letter.to_lowercase().to_string()] {
                let same = other.chars().eq([letter])
                    || hashes(&format!("x{letter}y")) == hashes(&format!("x{other}y"));
                assert!(same, "U+{:04X} and {other}", u32::from(letter));
            }
        }
    }

    #[test]
    fn turkish_headlines_in_capitals_are_the_same_words() {
        let title = "Karaköy\u{2019}deki balıkçılar ışıklı iskeleye sığındı, İzmir de bekliyor";
        let capitals: String = title
            .chars()
            .flat_map(|c| match c {
                'i' => vec!['İ'],
                'ı' => vec!['I'],
                c => c.to_uppercase().collect(),
            })
            .collect();
        assert_ne!(capitals, title.to_uppercase(), "Turkish has capitals of its own");
        assert_eq!(hashes(&capitals), hashes(title));
        assert_eq!(hashes(&title.to_uppercase()), hashes(title));
    }
}
