//! `wirecopy serve`: the web page and the HTTP interface over an index.

use crate::args::ServeArgs;
use crate::exit::Outcome;
use crate::{output, size};
use std::path::Path;
use std::time::Duration;
use wirecopy::error::{Error, Result};
use wirecopy_serve::{Limits, Settings, Token};

/// Runs the command.
pub(super) fn run(args: &ServeArgs) -> anyhow::Result<Outcome> {
    let body_bytes = size::parse(&args.max_body).map_err(|cause| Error::Setting {
        name: "--max-body".into(),
        cause,
        cure: "give a size such as 4MiB".to_owned(),
    })?;
    let limits = Limits {
        body_bytes: usize::try_from(body_bytes).unwrap_or(usize::MAX),
        connections: args.max_connections.max(1),
        request_time: Duration::from_secs(args.max_seconds.max(1)),
        browse_documents: args.max_browse,
        ..Limits::default()
    };
    let settings = Settings {
        listen: args.listen,
        hosts: args.host.clone(),
        token: token(args.token_file.as_deref())?,
        min_tokens: args.min_tokens,
        limits,
        ..Settings::new(&args.index)
    };
    if !args.quiet {
        wirecopy_serve::log_to_stderr();
        if !args.listen.ip().is_loopback() {
            output::message(
                "whoever reaches this address may read all of the index. put a server with TLS \
                 and a log-in before it",
            );
        }
    }
    wirecopy_serve::serve(settings, |address| {
        if !args.quiet {
            output::message(&format!("open http://{address}/ in a browser; Ctrl-C ends"));
        }
    })?;
    Ok(Outcome::Done)
}

/// The token of a file, or that of the environment.
fn token(file: Option<&Path>) -> Result<Option<Token>> {
    let secret = match file {
        Some(path) => {
            let read = std::fs::read_to_string(path);
            Some(read.map_err(|source| Error::Io {
                path: path.to_path_buf(),
                source,
                cure: "name a file that holds the token".to_owned(),
            })?)
        }
        None => std::env::var("WIRECOPY_TOKEN").ok(),
    };
    secret.map(|secret| Token::new(&secret)).transpose()
}
