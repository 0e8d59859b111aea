//! The host of an address, which names an outlet where a page does not.

/// The host of an address, without `www.`, `m.` and `amp.`: a house has one name.
pub(crate) fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let whole = host.to_ascii_lowercase();
    let mut host = whole.as_str();
    let inner =
        |host: &str| ["www.", "m.", "amp."].iter().find_map(|p| host.strip_prefix(p).map(str::len));
    while let Some(length) = inner(host) {
        let rest = host.get(host.len() - length..).filter(|rest| rest.contains('.'));
        let Some(rest) = rest else { break };
        host = rest;
    }
    Some(host.to_owned()).filter(|host| host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_of_addresses() {
        let found = |address: &str| host(address);
        assert_eq!(found("https://www.Example.org/a/b").as_deref(), Some("example.org"));
        assert_eq!(found("http://a.example?q").as_deref(), Some("a.example"));
        assert_eq!(found("http://amp.www.a.example").as_deref(), Some("a.example"));
        assert_eq!(found("http://m.de/").as_deref(), Some("m.de"));
        assert_eq!(found("http://a.example#x").as_deref(), Some("a.example"));
        assert_eq!(found("http://a.example:80").as_deref(), Some("a.example"));
        assert_eq!(found("urn:uuid:1").as_deref(), None);
        assert_eq!(found("http://localhost/").as_deref(), None);
    }
}
