//! Connections: accepted, bounded in number and time, and ended in order.
//!
//! The start of the flow: routes gets what arrives here. Invariant: no connection is held by a side
//! that sends nothing, takes nothing or sends too slowly, and a stop ends what is in work.

use crate::archive::Archive;
use crate::guard::POLICY;
use crate::routes;
use crate::settings::Settings;
use crate::state::{Shared, State};
use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use wirecopy::error::{Error, Result};

/// Time to wait after the system refused a connection, so that it does not refuse at full speed.
const BREATH: Duration = Duration::from_millis(50);
/// What is said to a connection over the cap.
const FULL: &str = "{\"error\":{\"cause\":\"too many connections are open\",\
                    \"cure\":\"try again in a moment\"}}\n";

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: State,
    router: Router,
}

/// A future that is done when the server is to stop.
pub trait Stop: Future<Output = ()> + Send {}

impl<F: Future<Output = ()> + Send> Stop for F {}

impl Server {
    /// Opens the index and listens.
    ///
    /// # Errors
    /// Settings that cannot work; no index; an address that cannot be listened on.
    pub async fn bind(settings: Settings) -> Result<Self> {
        settings.check()?;
        let archive = Archive::open(&settings.index, settings.limits.browse_documents)?;
        // A question that names no length must be one that this index can answer.
        let ngram_size = archive.commit().reader.info().ngram_size;
        if settings.min_tokens < ngram_size {
            return Err(Error::Setting {
                name: "min_tokens".into(),
                cause: format!("the index finds no passage of less than {ngram_size} tokens"),
                cure: format!("give {ngram_size} or more"),
            });
        }
        let failed = |source| Error::Io {
            path: settings.listen.to_string().into(),
            source,
            cure: "give another address to listen on".to_owned(),
        };
        let listener = TcpListener::bind(settings.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let state = Shared::new(settings, archive);
        let router = routes::router(&state);
        Ok(Self { listener, address, state, router })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` is done, and then ends what is in work, within its time.
    pub async fn run(self, stop: impl Stop) {
        let watcher = tokio::spawn(Arc::clone(&self.state.archive).watch());
        let limits = &self.state.settings.limits;
        let places = Arc::new(Semaphore::new(limits.connections));
        let open = GracefulShutdown::new();
        tracing::info!(address = %self.address, index = %self.state.archive.path().display(),
            documents = self.state.archive.commit().reader.len(), "listening");
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => match Arc::clone(&places).try_acquire_owned() {
                    Ok(place) => self.answer(stream, place, &open),
                    Err(_) => self.turn_away(stream),
                },
                Err(error) => {
                    tracing::warn!(error = %error, "no connection can be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
        drop(self.listener);
        watcher.abort();
        tracing::info!(connections = open.count(), "stopping");
        if timeout(limits.stop_time, open.shutdown()).await.is_err() {
            tracing::warn!("some requests were not done in time");
        }
        tracing::info!("stopped");
    }

    fn answer(&self, stream: TcpStream, place: OwnedSemaphorePermit, open: &GracefulShutdown) {
        let limits = &self.state.settings.limits;
        stream.set_nodelay(true).ok();
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.write_time));
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(limits.header_time)
            .max_headers(limits.headers)
            .max_buf_size(limits.head_bytes);
        let service = TowerToHyperService::new(self.router.clone());
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = open.watch(connection);
        let state = Arc::clone(&self.state);
        tokio::spawn(async move {
            let _counted = state.metrics.connection();
            // What goes wrong with a connection concerns only the other side.
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, "connection");
            }
            drop(place);
        });
    }

    fn turn_away(&self, mut stream: TcpStream) {
        self.state.metrics.refused();
        tokio::spawn(async move {
            let answer = format!(
                "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n\
                 content-type: application/json\r\ncontent-security-policy: {POLICY}\r\n\
                 x-content-type-options: nosniff\r\ncontent-length: {}\r\n\r\n{FULL}",
                FULL.len()
            );
            // Whoever does not take it goes without.
            drop(timeout(Duration::from_secs(1), stream.write_all(answer.as_bytes())).await);
        });
    }
}

/// Done when the process is asked to stop: Ctrl-C, or SIGTERM where there is one.
pub(crate) async fn asked_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
