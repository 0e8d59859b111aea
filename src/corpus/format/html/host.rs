//! The host of an address, which names an outlet where a page does not.

/// The host of an address, without `www.`, `www1.`, `m.` and `amp.`: a house has one name.
pub(crate) fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let whole = host.to_ascii_lowercase();
    let mut host = whole.as_str();
    while let Some((label, rest)) = host.split_once('.')
        && (matches!(label, "m" | "amp") || is_web(label))
        && rest.contains('.')
    {
        host = rest;
    }
    Some(host.to_owned()).filter(|host| host.contains('.'))
}

/// Whether a label of a host is `www`, with a number or not.
fn is_web(label: &str) -> bool {
    label.strip_prefix("www").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
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
        assert_eq!(found("http://www1.a.example/").as_deref(), Some("a.example"));
        assert_eq!(found("http://www.de/").as_deref(), Some("www.de"));
        assert_eq!(found("http://wwwx.a.example/").as_deref(), Some("wwwx.a.example"));
        assert_eq!(found("http://a.example#x").as_deref(), Some("a.example"));
        assert_eq!(found("http://a.example:80").as_deref(), Some("a.example"));
        assert_eq!(found("urn:uuid:1").as_deref(), None);
        assert_eq!(found("http://localhost/").as_deref(), None);
    }
}
