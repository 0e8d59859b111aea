//! The page and the HTTP interface over an index: who printed this before, in a browser.
//!
//! Above the library, whose public names are all it sees; started by the program. `listen` accepts
//! connections and bounds them, `guard` checks every request, `routes` has the table of addresses,
//! `api` and `page` answer. `archive` holds the index as it is now, `listing` its families,
//! outlets and documents, `browse` what a scan of it found, `answer` what a text shares with it.
//! Invariants: without a token nothing is written and no lock is held; every answer is of one
//! commit, which it names; no byte of a stranger becomes markup, and no file is read by a name that
//! a request gives.

mod answer;
mod api;
mod archive;
mod body;
mod browse;
mod commit;
mod guard;
mod listen;
mod listing;
mod log;
mod metrics;
mod packed;
mod page;
mod query;
mod refusal;
mod routes;
mod settings;
mod state;
mod token;
mod unchanged;
mod write;

pub use listen::{Server, Stop};
pub use log::log_to_stderr;
pub use routes::addresses;
pub use settings::{Limits, Settings};
pub use token::Token;

use wirecopy::error::{Error, Result};

/// Serves an index until the process is asked to stop (Ctrl-C, SIGTERM). `ready` gets the address
/// once connections are accepted.
///
/// # Errors
/// Settings that cannot work, no index, an address that cannot be listened on, and what the system
/// says of threads.
pub fn serve(settings: Settings, ready: impl FnOnce(std::net::SocketAddr)) -> Result<()> {
    let runtime = runtime(&settings)?;
    let served = runtime.block_on(async {
        let server = Server::bind(settings).await?;
        ready(server.address());
        server.run(listen::asked_to_stop()).await;
        Ok(())
    });
    // A question that nobody waits for any more would hold the end up. A commit is whole or not
    // there, whenever the process ends.
    runtime.shutdown_background();
    served
}

fn runtime(settings: &Settings) -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let built = builder
        .worker_threads(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
        // Every question and look at work has one, the watcher and the writer have the others.
        .max_blocking_threads(settings.limits.queries + settings.limits.looks + 8)
        .enable_all()
        .build();
    built.map_err(|source| Error::Io {
        path: settings.index.clone(),
        source,
        cure: "close other programs, and start again".to_owned(),
    })
}
