//! The host of an address, which names an outlet where a page does not.

/// The host of an address, without `www.`.
pub(crate) fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
    Some(host).filter(|host| host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_of_addresses() {
        let found = |address: &str| host(address);
        assert_eq!(found("https://www.Example.org/a/b").as_deref(), Some("example.org"));
        assert_eq!(found("http://a.example?q").as_deref(), Some("a.example"));
        assert_eq!(found("http://a.example#x").as_deref(), Some("a.example"));
        assert_eq!(found("http://a.example:80").as_deref(), Some("a.example"));
        assert_eq!(found("urn:uuid:1").as_deref(), None);
        assert_eq!(found("http://localhost/").as_deref(), None);
    }
}
