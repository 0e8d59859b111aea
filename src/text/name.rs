//! The form in which names are compared: those of outlets above all.
//!
//! Used by detect and judge, which must agree on what is one outlet. Invariant: two spellings that
//! differ in case, blanks, composed characters or marks that are spelling variants have one form,
//! and so have the hosts of one house (`www.`, `m.`, `amp.`), alone or in an address; punctuation
//! counts.

use super::fold::{Class, FOLD, Folded};

/// What hosts of one house put before its name.
const PREFIXES: [&str; 4] = ["www.", "m.", "amp.", "mobile."];

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
    let address = form.strip_prefix("https://").or_else(|| form.strip_prefix("http://"));
    let host = match address {
        Some(rest) => rest.split(['/', '?', '#']).next().unwrap_or(rest),
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
    let mut rest = Some(authority(form)).filter(|form| is_host(form))?;
    while let Some(inner) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        if !inner.contains('.') {
            break;
        }
        rest = inner;
    }
    Some(rest)
}

/// What is left of a name where everything is taken away by which people write one house in two
/// ways: articles, blanks, punctuation, the end of a host.
pub(crate) fn loose_form(name: &str) -> String {
    let form = name_form(name);
    let form = match host(&form).and_then(|host| host.rsplit_once('.')) {
        // `theguardian.co.uk`: a short part before the last belongs to it.
        Some((rest, _)) => match rest.rsplit_once('.') {
            Some((name, second)) if second.len() <= 3 => name,
            _ => rest,
        },
        None => form.as_str(),
    };
    let plain: String = form.chars().filter(|c| c.is_alphanumeric()).collect();
    let without = plain.strip_prefix("the").filter(|rest| rest.len() > 2);
    without.unwrap_or(&plain).to_owned()
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
        ] {
            assert_eq!(loose_form(a), loose_form(b), "{a} {b}");
        }
        assert_ne!(loose_form("The Post"), loose_form("The Times"));
        assert_ne!(loose_form("a.example"), loose_form("b.example"));
    }
}
