//! The thread in which all transfers of a corpus run, and what the workers see of them: bytes.
//!
//! Workers block on channels, so nothing else in the project knows of futures.

use bytes::Bytes;
use futures_util::StreamExt as _;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _};
use std::io::{self, Read};
use std::sync::Arc;
use std::thread;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};

/// Pieces of an object that wait to be read.
const PIECES: usize = 8;

/// The thread; it ends with the value.
#[derive(Debug)]
pub(crate) struct Net {
    handle: Handle,
    _end: oneshot::Sender<()>,
}

impl Net {
    pub(crate) fn new() -> io::Result<Arc<Self>> {
        // Fails where another is installed already, which does as well.
        rustls::crypto::ring::default_provider().install_default().ok();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        let work = move || {
            runtime.block_on(ended).ok();
        };
        thread::Builder::new().name("transfers".to_owned()).spawn(work)?;
        Ok(Arc::new(Self { handle, _end: end }))
    }

    /// Runs `work` in the thread and waits for it.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> io::Result<T> {
        let (to, from) = std::sync::mpsc::channel();
        self.handle.spawn(async move {
            to.send(work.await).ok();
        });
        from.recv().map_err(|_| io::Error::other("the thread of the transfers has ended"))
    }

    /// Starts to fetch an object.
    pub(crate) fn open(self: &Arc<Self>, store: Arc<dyn ObjectStore>, key: Key) -> Transfer {
        let (to, pieces) = mpsc::channel(PIECES);
        self.handle.spawn(async move {
            if let Err(error) = fetch(&*store, &key, &to).await {
                to.send(Err(error)).await.ok();
            }
        });
        Transfer { pieces, piece: Bytes::new(), _net: Arc::clone(self) }
    }
}

async fn fetch(
    store: &dyn ObjectStore,
    key: &Key,
    to: &mpsc::Sender<object_store::Result<Bytes>>,
) -> object_store::Result<()> {
    let got = store.get(key).await?;
    let (mut left, mut stream) = (got.range.end - got.range.start, got.into_stream());
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        left = left.saturating_sub(piece.len() as u64);
        if to.send(Ok(piece)).await.is_err() {
            // The reader has gone.
            return Ok(());
        }
    }
    if left == 0 {
        return Ok(());
    }
    let source = format!("the transfer ended {left} bytes early").into();
    Err(object_store::Error::Generic { store: "transfer", source })
}

/// An object on its way.
pub(crate) struct Transfer {
    pieces: mpsc::Receiver<object_store::Result<Bytes>>,
    piece: Bytes,
    /// The thread lives as long as it is read from.
    _net: Arc<Net>,
}

impl Read for Transfer {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !into.is_empty() {
            match self.pieces.blocking_recv() {
                None => return Ok(0),
                Some(piece) => {
                    self.piece = piece.map_err(|error| super::failed::failed(&error))?;
                }
            }
        }
        let count = self.piece.len().min(into.len());
        let piece = self.piece.split_to(count);
        if let Some(into) = into.get_mut(..count) {
            into.copy_from_slice(&piece);
        }
        Ok(count)
    }
}
