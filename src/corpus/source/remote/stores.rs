//! Which store an address belongs to, with the access that was handed in.

use super::access::Access;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::http::HttpBuilder;
use object_store::path::Path as Key;
use object_store::{BackoffConfig, ClientConfigKey, ClientOptions, ObjectStore, RetryConfig};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// An answer, or the next piece of one, comes within this time.
const PATIENCE: &str = "30s";
const PATIENCE_SECONDS: u64 = 30;
/// A whole object may take this long.
const WHOLE: &str = "7days";
/// Times that a request is made again.
const RETRIES: usize = 4;
/// No request is made again after this time.
const RETRY_TIME: Duration = Duration::from_secs(60);

/// An address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub scheme: String,
    /// Bucket, container or host.
    pub place: String,
    /// What follows, as it is written; of a web page without what follows `?`.
    pub key: String,
    /// Of a web page what follows `?`, which may be secret.
    pub query: Option<String>,
}

impl Address {
    pub(crate) fn parse(input: &str) -> Option<Self> {
        let (scheme, rest) = input.split_once("://")?;
        let (place, key) = rest.split_once('/').unwrap_or((rest, ""));
        if place.is_empty() {
            return None;
        }
        let (key, query) = match key.split_once('?').filter(|_| scheme.starts_with("http")) {
            Some((key, query)) => (key, Some(query.to_owned())),
            None => (key, None),
        };
        let key = key.to_owned();
        Some(Self { scheme: scheme.to_owned(), place: place.to_owned(), key, query })
    }

    /// Web servers cannot be asked what they have.
    pub(crate) fn is_web(&self) -> bool {
        self.scheme.starts_with("http")
    }

    /// The address of another object of the same store, without what is secret.
    pub(crate) fn of(&self, key: &str) -> String {
        // Name and password may precede the host.
        let place = self.place.rsplit('@').next().unwrap_or_default();
        format!("{}://{place}/{key}", self.scheme)
    }

    /// The key as the store knows it.
    pub(crate) fn key(&self) -> object_store::Result<Key> {
        Ok(if self.is_web() { Key::from_url_path(&self.key)? } else { Key::parse(&self.key)? })
    }

    /// What distinguishes stores.
    pub(crate) fn store_name(&self) -> (String, String, Option<String>) {
        (self.scheme.clone(), self.place.clone(), self.query.clone())
    }

    /// Its store, with the credentials in `access`.
    pub(crate) fn store(&self, access: &Access) -> object_store::Result<Arc<dyn ObjectStore>> {
        let (whole, read) = (ClientConfigKey::Timeout, ClientConfigKey::ReadTimeout);
        let store: Arc<dyn ObjectStore> = match self.scheme.as_str() {
            "s3" | "s3a" => Arc::new(
                s3(access)
                    .with_bucket_name(&self.place)
                    .with_config(AmazonS3ConfigKey::Client(whole), WHOLE)
                    .with_config(AmazonS3ConfigKey::Client(read), PATIENCE)
                    .with_retry(retry())
                    .build()?,
            ),
            "gs" => Arc::new(
                google(access)
                    .with_bucket_name(&self.place)
                    .with_config(GoogleConfigKey::Client(whole), WHOLE)
                    .with_config(GoogleConfigKey::Client(read), PATIENCE)
                    .with_retry(retry())
                    .build()?,
            ),
            "az" | "azure" | "abfs" => Arc::new(
                azure(access)
                    .with_container_name(&self.place)
                    .with_config(AzureConfigKey::Client(whole), WHOLE)
                    .with_config(AzureConfigKey::Client(read), PATIENCE)
                    .with_retry(retry())
                    .build()?,
            ),
            scheme => {
                let query = self.query.as_ref().map_or(String::new(), |query| format!("?{query}"));
                let options = ClientOptions::new()
                    .with_allow_http(true)
                    .with_timeout_disabled()
                    .with_read_timeout(Duration::from_secs(PATIENCE_SECONDS));
                let url = format!("{scheme}://{}{query}", self.place);
                let http = HttpBuilder::new().with_url(url).with_client_options(options);
                Arc::new(http.with_retry(retry()).build()?)
            }
        };
        Ok(store)
    }
}

/// The settings of `access` with this prefix, by the keys of a builder.
fn keyed<'a, K: FromStr>(
    access: &'a Access,
    prefix: &'static str,
) -> impl Iterator<Item = (K, &'a str)> {
    let own = access.0.iter().filter(move |(name, _)| name.starts_with(prefix));
    own.filter_map(|(name, value)| Some((name.to_ascii_lowercase().parse().ok()?, value.as_str())))
}

/// The value of one setting.
fn value<'a>(access: &'a Access, wanted: &str) -> Option<&'a str> {
    access.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

fn s3(access: &Access) -> AmazonS3Builder {
    let start = AmazonS3Builder::new();
    keyed::<AmazonS3ConfigKey>(access, "AWS_").fold(start, |to, (key, v)| to.with_config(key, v))
}

fn google(access: &Access) -> GoogleCloudStorageBuilder {
    let mut start = GoogleCloudStorageBuilder::new();
    if let Some(path) = value(access, "SERVICE_ACCOUNT") {
        start = start.with_service_account_path(path);
    }
    keyed::<GoogleConfigKey>(access, "GOOGLE_").fold(start, |to, (key, v)| to.with_config(key, v))
}

fn azure(access: &Access) -> MicrosoftAzureBuilder {
    let start = MicrosoftAzureBuilder::new();
    let mut to = keyed::<AzureConfigKey>(access, "AZURE_")
        .fold(start, |to, (key, v)| to.with_config(key, v));
    if let Some(endpoint) = value(access, "IDENTITY_ENDPOINT") {
        to = to.with_msi_endpoint(endpoint);
    }
    to
}

fn retry() -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(5),
        base: 2.0,
    };
    RetryConfig { backoff, max_retries: RETRIES, retry_timeout: RETRY_TIME }
}

/// What may be missing in the environment.
pub(crate) fn cure_of_access(scheme: &str) -> &'static str {
    match scheme {
        "gs" => "set GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS to a file with a key",
        "az" | "azure" | "abfs" => {
            "set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or \
             AZURE_STORAGE_SAS_KEY"
        }
        "http" | "https" => "check the address; what must be signed is given with its signature",
        _ => {
            "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or \
             AWS_SKIP_SIGNATURE=true for a public bucket"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let address = Address::parse("s3://news/2024/a b?.jsonl").unwrap();
        assert_eq!((address.place.as_str(), address.key.as_str()), ("news", "2024/a b?.jsonl"));
        assert_eq!(address.of("2024/x"), "s3://news/2024/x");
        let web = Address::parse("https://me:secret@host:81/a%20b.jsonl?token=secret").unwrap();
        assert_eq!((web.key.as_str(), web.query.as_deref()), ("a%20b.jsonl", Some("token=secret")));
        assert_eq!(web.of(&web.key), "https://host:81/a%20b.jsonl", "nothing secret is shown");
        assert_eq!(web.key().unwrap().as_ref(), "a b.jsonl");
        assert_eq!(Address::parse("s3://bucket").unwrap().key, "");
        assert_eq!(Address::parse("s3:///key"), None);
    }
}
