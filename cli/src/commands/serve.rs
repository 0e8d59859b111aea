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
        connections: args.max_connections,
        request_time: Duration::from_secs(args.max_seconds),
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
    let (name, secret) = if let Some(path) = file {
        let read = std::fs::read_to_string(path);
        let read = read.map_err(|source| Error::Io {
            path: path.to_path_buf(),
            source,
            cure: "name a file that holds the token".to_owned(),
        });
        ("--token-file", Some(read?))
    } else {
        // What is no UTF-8 is refused with all else that no header carries.
        let secret = std::env::var_os(VARIABLE);
        (VARIABLE, secret.map(|secret| secret.to_string_lossy().into_owned()))
    };
    let token = secret.map(|secret| Token::new(&secret)).transpose();
    // Said of where it comes from: the token itself is no flag.
    token.map_err(|error| match error {
        Error::Setting { cause, cure, .. } => Error::Setting { name: name.into(), cause, cure },
        error => error,
    })
}

/// The variable that has the token where no file is named.
const VARIABLE: &str = "WIRECOPY_TOKEN";
