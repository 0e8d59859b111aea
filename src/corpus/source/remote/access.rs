//! What stores are configured with, handed in by the program.

/// Names and values that stores are configured with, as in the environment: `AWS_REGION`,
/// `GOOGLE_SERVICE_ACCOUNT`, `AZURE_STORAGE_ACCOUNT_NAME` and so on. The library does not look into
/// the environment by itself.
#[derive(Clone, Default)]
pub struct Access(pub Vec<(String, String)>);

impl std::fmt::Debug for Access {
    /// Names alone: the values are secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Access {
    /// Whether a variable of the environment configures a store.
    #[must_use]
    pub fn takes(name: &str) -> bool {
        let prefixes = ["AWS_", "GOOGLE_", "AZURE_"];
        prefixes.iter().any(|prefix| name.starts_with(prefix))
            || ["SERVICE_ACCOUNT", "IDENTITY_ENDPOINT"].contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::Access;

    #[test]
    fn what_is_secret_is_not_printed() {
        let access = Access(vec![("AWS_SECRET_ACCESS_KEY".to_owned(), "hush".to_owned())]);
        assert_eq!(format!("{access:?}"), "[\"AWS_SECRET_ACCESS_KEY\"]");
    }

    #[test]
    fn variables_of_stores_are_taken() {
        for name in ["AWS_REGION", "GOOGLE_BUCKET", "AZURE_STORAGE_SAS_KEY", "SERVICE_ACCOUNT"] {
            assert!(Access::takes(name), "{name}");
        }
        assert!(!Access::takes("HOME") && !Access::takes("MY_AWS_REGION"));
    }
}
