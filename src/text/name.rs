//! The form in which names are compared: those of outlets above all.
//!
//! Used by detect and judge, which must agree on what is one outlet. Invariant: two spellings that
//! differ in case, blanks, composed characters or marks that are spelling variants have one form,
//! and so have the hosts of one house (`www.`, `m.`, `amp.`), alone or in an address; punctuation
//! counts.

use super::fold::{Class, FOLD, Folded};

/// What hosts of one house put before its name, and `www2.`.
const PREFIXES: [&str; 4] = ["www.", "m.", "amp.", "mobile."];

/// Hosts of parts of a house, of which only one that looks like another is said.
const PARTS: [&str; 10] = [
    "edition.",
    "news.",
    "online.",
    "web.",
    "touch.",
    "wap.",
    "international.",
    "en.",
    "us.",
    "uk.",
];

/// What tells the edition of a house on the web from the printed one, in its name.
const ON_THE_WEB: [&str; 4] = ["(online)", "(web)", "(website)", "(internet)"];

/// The form of a name.
pub(crate) fn name_form(name: &str) -> String {
    let (mut form, mut folded) = (Vec::with_capacity(name.len()), Folded::default());
    for word in name.split_whitespace() {
        if !form.is_empty() {
            form.push(b' ');
        }
        for c in word.chars() {
            let mut source = [0; 4];
            let source = c.encode_utf8(&mut source).as_bytes();
            let entry = FOLD.entry(u32::from(c));
            match entry.class() {
                Class::Word | Class::Character | Class::Extend => {
                    FOLD.append(entry, u32::from(c), source, &mut folded);
                    folded.take(|bytes, _| form.extend_from_slice(bytes));
                }
                Class::Drop => {}
                Class::Separator | Class::Apostrophe => form.extend_from_slice(source),
            }
        }
    }
    let form = String::from_utf8_lossy(&form).into_owned();
    host(&form).map_or_else(|| form.clone(), str::to_owned)
}

/// The host in an address, or what may be one: without scheme, path and port.
fn authority(form: &str) -> &str {
    let mut schemes = ["https://", "http://", "//"].iter();
    let host = match schemes.find_map(|scheme| form.strip_prefix(scheme)) {
        Some(rest) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
            // Behind a name of a user.
            authority.rsplit_once('@').map_or(authority, |(_, host)| host)
        }
        None => form.strip_suffix('/').unwrap_or(form),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host)
}

/// A host without what comes before the name of its house; none for what is no host.
fn host(form: &str) -> Option<&str> {
    let is_host = |text: &str| {
        text.contains('.') && text.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
    };
    let host = Some(authority(form)).filter(|form| is_host(form))?;
    // The dot of the root says nothing.
    let mut rest = host.strip_suffix('.').filter(|host| host.contains('.')).unwrap_or(host);
    while let Some(inner) = prefixed(rest).filter(|inner| inner.contains('.')) {
        rest = inner;
    }
    Some(rest)
}

/// What is behind a prefix of hosts.
fn prefixed(host: &str) -> Option<&str> {
    let numbered = || {
        let rest = host.strip_prefix("www")?.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix('.')
    };
    PREFIXES.iter().find_map(|prefix| host.strip_prefix(prefix)).or_else(numbered)
}

/// What is left of a name where everything is taken away by which people write one house in two
/// ways: articles, blanks, punctuation, the end of a host.
pub(crate) fn loose_form(name: &str) -> String {
    // What is left of HTML.
    let form = name_form(name).replace("&amp;", "&");
    let form = if let Some(host) = host(&form) {
        house(host).to_owned()
    } else {
        let plain = ON_THE_WEB.iter().find_map(|end| form.strip_suffix(end));
        let plain = plain.unwrap_or(&form).trim_end();
        plain.strip_suffix(", the").unwrap_or(plain).replace(" & ", " and ")
    };
    let plain: String = form.chars().filter(|c| c.is_alphanumeric()).collect();
    let without = plain.strip_prefix("the").filter(|rest| rest.len() > 2);
    without.unwrap_or(&plain).to_owned()
}

/// The name of the house in a host, without its end and what names a part of the house.
fn house(host: &str) -> &str {
    let Some((rest, last)) = host.rsplit_once('.') else { return host };
    // `theguardian.co.uk`: a short part before a country's belongs to it.
    let rest = match rest.rsplit_once('.') {
        Some((name, second)) if second.len() <= 3 && last.len() == 2 => name,
        _ => rest,
    };
    PARTS.iter().find_map(|part| rest.strip_prefix(part)).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_form() {
        for (a, b) in [
            ("The Post", " the  POST\u{a0}"),
            ("Zürich", "Zu\u{308}rich"),
            ("www.Example.org", "m.example.org"),
            ("amp.www.example.org", "example.org"),
            ("m.example.co.uk", "example.co.uk"),
            ("https://www.example.org/", "example.org"),
            ("http://m.example.org:8080/news?x=1", "Example.org"),
            ("example.org/", "example.org:443"),
            ("www2.example.org", "example.org."),
            ("//www.example.org/news", "https://ann@example.org"),
        ] {
            assert_eq!(name_form(a), name_form(b), "{a} {b}");
        }
        for (a, b) in [
            ("Post", "Posts"),
            ("A.B.", "AB"),
            ("news.example.org", "sport.example.org"),
            ("m.de", "www.de"),
            ("The Post", "Post"),
            ("https://a.example/", "https://b.example/"),
            ("Channel 4: News", "Channel 4"),
            ("example.org/sport", "example.org"),
            ("wwworld.example", "orld.example"),
            ("www2.de", "de."),
            ("St. Louis.", "St. Louis"),
        ] {
            assert_ne!(name_form(a), name_form(b), "{a} {b}");
        }
        assert_eq!(name_form(""), "");
    }

    #[test]
    fn one_house_in_two_ways_has_one_loose_form() {
        for (a, b) in [
            ("The Guardian", "theguardian.com"),
            ("CNN", "cnn.com"),
            ("The Daily Post", "www.dailypost.co.uk"),
            ("Al-Ahram", "Al Ahram"),
            ("edition.cnn.com", "CNN"),
            ("news.example.org", "example.org"),
            ("Harbor Post, The", "The Harbor Post"),
            ("Harbor Post (Online)", "harborpost.com"),
            ("Stone &amp; Sons", "Stone and Sons"),
        ] {
            assert_eq!(loose_form(a), loose_form(b), "{a} {b}");
        }
        assert_ne!(loose_form("The Post"), loose_form("The Times"));
        assert_ne!(loose_form("a.example"), loose_form("b.example"));
        assert_ne!(loose_form("a.blogs.example"), loose_form("b.blogs.example"));
        assert_ne!(loose_form("Post (Harbor)"), loose_form("Post (Lake)"));
    }
}
