//! What the user may type after `wirecopy serve`.

use clap::Args as ClapArgs;
use std::path::PathBuf;

/// `wirecopy serve`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  wirecopy serve news.index
      the page at http://127.0.0.1:8080/, for this machine alone; it only reads
  wirecopy serve news.index --token-file secret.txt
      programs that know the token may add and remove documents
  wirecopy serve news.index --listen 0.0.0.0:8080 --host desk.example
      for a network: put a server with TLS and a log-in before it

WIRECOPY_TOKEN has the token where no file is named. Ctrl-C ends the server.")]
pub(crate) struct ServeArgs {
    /// The index, a folder that `wirecopy index create` made
    #[arg(value_name = "INDEX")]
    pub index: PathBuf,
    /// Address and port; port 0 takes one that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Name under which browsers reach the server, besides that of this machine
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// File with the token that whoever adds or removes documents must send
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Shortest passage in tokens, unless a question says otherwise
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub min_tokens: u32,
    /// Largest body of a request
    #[arg(long, value_name = "SIZE", value_parser = crate::size::parse)]
    #[arg(default_value = "4MiB", help_heading = "Limits")]
    pub max_body: u64,
    /// Connections at once
    #[arg(long, value_name = "N", default_value_t = 1024, help_heading = "Limits")]
    pub max_connections: usize,
    /// Seconds for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, help_heading = "Limits")]
    pub max_seconds: u64,
    /// Documents of an index up to which families, flows and outlets are found
    #[arg(long, value_name = "N", default_value_t = 1_000_000, help_heading = "Limits")]
    pub max_browse: u64,
    /// Say nothing on standard error but failures to start
    #[arg(long, short)]
    pub quiet: bool,
}
