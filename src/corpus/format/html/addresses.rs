//! The address of a page as it gives it.
//!
//! Used by `metadata`. Invariant: an address has a host, its own or that of the page's base.

use super::host::host;
use super::marks::Marks;

/// Names of `meta` elements that say it.
const ADDRESSES: [&str; 4] = ["og:url", "parsely-link", "sailthru.url", "citation_public_url"];

/// The address of the page.
pub(super) fn address(marks: &Marks) -> Option<String> {
    let stated = marks.canonical.iter().cloned().chain(marks.all(&ADDRESSES));
    let whole = stated.filter_map(|address| whole(&address, marks.base.as_deref()));
    let whole = whole.map(|address| copied(&address).unwrap_or(address));
    let known: Vec<String> = whole.filter(|address| host(address).is_some()).collect();
    let own = known.iter().find(|address| !is_front_page(address)).or(known.first());
    own.cloned()
}

/// An address with its host: one that has none starts from the base.
fn whole(address: &str, base: Option<&str>) -> Option<String> {
    if let Some(rest) = address.strip_prefix("//") {
        let scheme = base.and_then(|base| base.split_once("://")).map_or("https", |base| base.0);
        return Some(format!("{scheme}://{rest}"));
    }
    if address.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':')) {
        return Some(address.to_owned());
    }
    let base = whole(base?, None)?;
    let start = base.find("://")? + 3;
    let root = base.get(start..)?.find('/').map_or(base.len(), |end| start + end);
    if address.starts_with('/') {
        return Some(format!("{}{address}", base.get(..root)?));
    }
    let folder = base.rfind('/').filter(|end| *end >= root).unwrap_or(root);
    let address = address.strip_prefix("./").unwrap_or(address);
    Some(format!("{}/{address}", base.get(..folder)?)).filter(|_| !address.starts_with('.'))
}

/// The address of which another one is a copy: archives keep pages under the moment at which they
/// were copied, in digits, and their own address.
fn copied(address: &str) -> Option<String> {
    const DIGITS: usize = 14;
    let (_, path) = address.split_once("://")?;
    let start = path.find("/http:/").or_else(|| path.find("/https:/"))?;
    let moment = path.get(..start)?.rsplit('/').next()?;
    let digits = moment.get(..DIGITS)?.bytes().all(|byte| byte.is_ascii_digit());
    let (scheme, rest) = path.get(start + 1..)?.split_once(":/")?;
    digits.then(|| format!("{scheme}://{}", rest.trim_start_matches('/')))
}

/// Whether an address is that of a site, not of an article.
fn is_front_page(address: &str) -> bool {
    let path = address.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    path.is_none_or(|(_, path)| path.is_empty())
}

/// Whether two addresses name one page, whatever precedes the host and follows the path.
pub(super) fn same_address(a: &str, b: &str) -> bool {
    let key = |address: &str| {
        let (_, rest) = address.split_once("://")?;
        let rest = rest.split(['?', '#']).next()?.trim_end_matches('/');
        Some(rest.strip_prefix("www.").unwrap_or(rest).to_owned())
    };
    !is_front_page(a) && key(a).is_some() && key(a) == key(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_of_an_archive_has_the_address_of_the_page() {
        let start = "https://archive.example/web/20240506101500";
        for (address, expected) in [
            (format!("{start}/http://x.example/a"), Some("http://x.example/a")),
            (format!("{start}im_/https://x.example/a"), Some("https://x.example/a")),
            (format!("{start}/http:/x.example/a"), Some("http://x.example/a")),
            ("https://x.example/share/http://y.example/a".to_owned(), None),
            ("https://x.example/20240506101500/a".to_owned(), None),
            ("http://x.example/a".to_owned(), None),
        ] {
            assert_eq!(copied(&address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn addresses_start_from_the_base() {
        let base = Some("https://x.example/a/b.html");
        for (address, base, expected) in [
            ("https://y.example/c", base, Some("https://y.example/c")),
            ("//y.example/c", base, Some("https://y.example/c")),
            ("//y.example/c", None, Some("https://y.example/c")),
            ("/c", base, Some("https://x.example/c")),
            ("c?d=e:f", base, Some("https://x.example/a/c?d=e:f")),
            ("./c", base, Some("https://x.example/a/c")),
            ("../c", base, None),
            ("/c", Some("//x.example"), Some("https://x.example/c")),
            ("c", Some("http://x.example"), Some("http://x.example/c")),
            ("/c", Some("/a/"), None),
            ("/c", None, None),
            ("urn:c", base, Some("urn:c")),
        ] {
            assert_eq!(whole(address, base).as_deref(), expected, "{address} {base:?}");
        }
    }
}
