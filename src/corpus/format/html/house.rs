//! The name of a house in what its pages show of it: logos, links to the front page, feeds.
//!
//! Used by `metadata` where a page states no name but its host. Invariant: a name is taken only
//! where the host bears it out, as a whole or by its initials.

use super::plain::letters;

/// Words of what is shown that are no part of a name, in small letters.
const SIGNS: [&str; 8] = ["logo", "rss", "feed", "home", "homepage", "website", "app", "icon"];
/// What follows a name in the title of a feed.
const ENDS: [&str; 5] = [" \u{bb}", " | ", " - ", " \u{2013} ", ": "];
/// Last labels but one of hosts under which houses have theirs.
const SHARED: [&str; 8] = ["co", "com", "org", "net", "or", "ne", "gov", "ac"];
/// Letters of a host that are the initials of its house.
const INITIALS: std::ops::RangeInclusive<usize> = 2..=5;

/// The name that a host bears out, of those that a page shows.
pub(super) fn name(host: &str, shown: &[String]) -> Option<String> {
    let label = label(host)?;
    let whole = || shown.iter().filter_map(|text| whole(text, &label));
    // A name of several words says more than the host does.
    let several = whole().find(|name| name.contains(' '));
    let initials = || shown.iter().find_map(|text| by_initials(text, &label));
    several.or_else(initials).or_else(|| whole().next())
}

/// The part of a host that names its house, in small letters.
fn label(host: &str) -> Option<String> {
    let mut labels = host.split('.').rev().skip(1);
    let last = labels.next()?;
    let label = if SHARED.contains(&last) { labels.next().unwrap_or(last) } else { last };
    Some(letters(label)).filter(|label| !label.is_empty())
}

/// The words of a text that are the label, without their blanks and signs.
fn whole(text: &str, label: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().map(bare).collect();
    (0..words.len()).find_map(|from| {
        let mut joined = String::new();
        let rest = words.get(from..).unwrap_or_default();
        let length = rest.iter().position(|word| {
            joined.push_str(&folded(word));
            joined.len() >= label.len()
        })?;
        let name = rest.get(..=length).unwrap_or_default().join(" ");
        let fits = joined == label || letters(&name) == label;
        (fits && !name.is_empty() && !name.contains('.')).then_some(name)
    })
}

/// A text whose words, without those that are no part of a name, begin with the letters of the
/// label.
fn by_initials(text: &str, label: &str) -> Option<String> {
    let end = ENDS.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
    let words = text.get(..end).unwrap_or_default().split_whitespace().map(bare);
    let words: Vec<&str> = words.filter(|word| !is_sign(word)).collect();
    let initials = words.iter().filter_map(|word| word.chars().next());
    let is_name = initials.clone().all(char::is_uppercase) && INITIALS.contains(&words.len());
    let same = letters(&initials.collect::<String>()) == label;
    (is_name && same).then(|| words.join(" "))
}

/// A word without signs around it, and without a logo's name at its end.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    match word.rsplit_once('-') {
        Some((name, last)) if is_sign(last) => name,
        _ => word,
    }
}

fn is_sign(word: &str) -> bool {
    let word = word.to_lowercase();
    word.is_empty() || SIGNS.contains(&word.as_str())
}

/// The letters of a word, those with two dots as hosts write them.
fn folded(word: &str) -> String {
    let mut out = String::new();
    for letter in letters(word).chars() {
        match letter {
            '\u{e4}' => out.push_str("ae"),
            '\u{f6}' => out.push_str("oe"),
            '\u{fc}' => out.push_str("ue"),
            '\u{df}' => out.push_str("ss"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(host: &str, shown: &[&str]) -> Option<String> {
        let shown: Vec<String> = shown.iter().map(|&text| text.to_owned()).collect();
        name(host, &shown)
    }

    #[test]
    fn a_name_is_one_that_the_host_bears_out() {
        for (host, shown, name) in [
            ("quillpost.example", "To Quill Post front page", "Quill Post"),
            ("quill-post.example", "QUILL POST", "QUILL POST"),
            ("quillpost.co.example", "Quill Post-Logo", "Quill Post"),
            ("moewen-bote.example", "M\u{f6}wen-Bote", "M\u{f6}wen-Bote"),
            ("quill.example", "quill", "quill"),
            ("hc.example", "Harbor Courier-Logo", "Harbor Courier"),
            ("hc.com.example", "Harbor Courier \u{bb} RSS", "Harbor Courier"),
            ("news.hc.example", "Logo Harbor Courier", "Harbor Courier"),
        ] {
            assert_eq!(named(host, &[shown]).as_deref(), Some(name), "{host} {shown}");
        }
        for (host, shown) in [
            ("quillpost.example", "Quill Office"),
            ("hc.example", "Harbor"),
            ("hc.example", "Harbor Courier Daily"),
            ("hc.example", "harbor courier"),
            ("example", "Example"),
            ("h.example", "Harbor"),
        ] {
            assert_eq!(named(host, &[shown]), None, "{host} {shown}");
        }
        let both = named("quillpost.example", &["quillpost", "Quill Post"]);
        assert_eq!(both.as_deref(), Some("Quill Post"), "the one of several words");
        let both = named("hc.example", &["HC", "Harbor Courier"]);
        assert_eq!(both.as_deref(), Some("Harbor Courier"), "the one that the initials are of");
    }
}
