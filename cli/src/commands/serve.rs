//! `wirecopy serve`: the web page and the HTTP interface over an index.

use crate::args::ServeArgs;
use crate::exit::Outcome;
use crate::output;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;
use wirecopy::error::{Error, Result};
use wirecopy_serve::{Limits, Settings, Token};

/// Runs the command.
pub(super) fn run(args: &ServeArgs) -> anyhow::Result<Outcome> {
    let (listen, name) = address(&args.listen)?;
    let limits = Limits {
        body_bytes: usize::try_from(args.max_body).unwrap_or(usize::MAX),
        connections: args.max_connections,
        request_time: Duration::from_secs(args.max_seconds),
        browse_documents: args.max_browse,
        ..Limits::default()
    };
    let settings = Settings {
        listen,
        hosts: args.host.iter().cloned().chain(name).collect(),
        token: token(args.token_file.as_deref())?,
        min_tokens: args.min_tokens,
        limits,
        ..Settings::new(&args.index)
    };
    if !args.quiet {
        wirecopy_serve::log_to_stderr();
        if !listen.ip().is_loopback() {
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

/// Where to listen; and the name that was given for it, under which the server is reached then.
fn address(given: &str) -> Result<(SocketAddr, Option<String>)> {
    if let Ok(address) = given.parse() {
        return Ok((address, None));
    }
    let refused = |cause: String| Error::Setting {
        name: "--listen".into(),
        cause,
        cure: "give an address of this machine and a port, such as 127.0.0.1:8080, or \
               0.0.0.0:8080 for all its addresses"
            .to_owned(),
    };
    let named = given.rsplit_once(':').and_then(|(name, port)| Some((name, port.parse().ok()?)));
    let Some((name, port)) = named.filter(|(name, _): &(&str, u16)| is_name(name)) else {
        return Err(refused(format!("`{given}` is no address with a port")));
    };
    let found = (name, port).to_socket_addrs();
    let found = found.map_err(|error| refused(format!("`{name}` is not found: {error}")))?;
    // `localhost` has two addresses, of which programs try this one first or fall back to it.
    let first = found.min_by_key(SocketAddr::is_ipv6);
    let first = first.ok_or_else(|| refused(format!("`{name}` has no address")))?;
    Ok((first, Some(name.to_owned())))
}

/// Whether this is not an address of digits whose port is missing.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains([':', '[', ']'])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_port_and_may_be_a_name() {
        for (given, name) in
            [("127.0.0.1:8080", None), ("[::1]:8080", None), ("localhost:8080", Some("localhost"))]
        {
            let (address, named) = address(given).unwrap();
            assert!(address.ip().is_loopback() && address.port() == 8080, "{given}: {address}");
            assert_eq!(named.as_deref(), name);
        }
        for given in [
            "",
            ":",
            ":8080",
            "8080",
            "localhost",
            "localhost:",
            "localhost:99999",
            "::1:8080",
            "[::1]",
            "http://localhost:8080",
            "no such name:80",
        ] {
            let refused = address(given).unwrap_err().to_string();
            assert!(
                refused.starts_with("--listen: ") && refused.contains("127.0.0.1:8080"),
                "{refused}"
            );
        }
    }
}
