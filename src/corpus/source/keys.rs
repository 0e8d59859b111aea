//! Columns in the names of folders: `outlet=alpha/` gives every record below it the outlet alpha.
//!
//! Asked by list for every source, used where documents are made from columns. Invariant: such a
//! value never replaces one that a record has itself.

use std::path::{Component, Path};

/// What the writers of partitioned tables call the folder of rows without a value.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// The name and value in the name of a folder, where it has the form `name=value`.
pub(crate) fn key(folder: &str) -> Option<(&str, &str)> {
    let (name, value) = folder.split_once('=')?;
    let plain = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
    (!name.is_empty() && name.chars().all(plain)).then_some((name, value))
}

/// Names and values in the folders above a file, the outermost first; without those that say that
/// there is no value.
pub(crate) fn keys(path: &Path) -> Box<[(String, String)]> {
    let Some(folder) = path.parent() else { return Box::default() };
    let names = folder.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    let known = names.filter_map(key).filter(|(_, value)| !value.is_empty() && *value != NO_VALUE);
    known.map(|(name, value)| (name.to_owned(), unescaped(value))).collect()
}

/// A value whose special characters are written as `%2F`.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code =
            code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = after.get(if code.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_name_columns() {
        let found = |path: &str| {
            let all = keys(Path::new(path)).into_iter();
            all.map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>()
        };
        assert_eq!(
            found("in/outlet=The%20Post/year=2020/x=1.parquet"),
            ["outlet:The Post", "year:2020"]
        );
        assert_eq!(found(&format!("outlet={NO_VALUE}/date=/x")), [""; 0]);
        assert_eq!(found("a=b=c/x"), ["a:b=c"]);
        assert_eq!(found("a=%zz%4/x"), ["a:%zz%4"], "no escapes");
        assert_eq!(found("a=%FF/x"), ["a:%FF"], "no text");
        assert_eq!(found("=x/page?id=3/plain/x"), [""; 0]);
    }
}
