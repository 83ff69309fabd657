//! Connections within bounds: so many at a time, and none that waits for ever.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Pause after an accept that failed for want of something (file descriptors, memory).
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Accepts while fewer than so many connections are open; more wait in the system's queue.
pub(super) struct BoundedListener {
    listener: TcpListener,
    places: Arc<Semaphore>,
    patience: Duration,
}

impl BoundedListener {
    pub(super) fn new(listener: TcpListener, connections: usize, patience: Duration) -> Self {
        Self {
            listener,
            places: Arc::new(Semaphore::new(connections.min(Semaphore::MAX_PERMITS))),
            patience,
        }
    }

    /// Waits out what ails `accept`; a reader that hung up in the queue ails nobody.
    async fn connection(&self) -> (TcpStream, SocketAddr) {
        let mut warned = false;
        loop {
            match self.listener.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if is_the_readers(&error) => {}
                Err(error) => {
                    if !warned {
                        tracing::warn!(%error, "cannot accept readers' connections, trying on");
                        warned = true;
                    }
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

impl Listener for BoundedListener {
    type Io = PatientStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // The semaphore is never closed, so a place always comes.
        let place = self.places.clone().acquire_owned().await.ok();
        let (stream, address) = self.connection().await;
        // An answer is written whole: waiting to fill a packet only delays its end.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        (PatientStream::new(stream, self.patience, place), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn is_the_readers(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

/// A connection that ends when `patience` has passed without a byte of an answer being taken.
///
/// That one rule ends a request that drips in, a kept connection that nobody uses, and a reader
/// that stops reading: bytes that come in buy no time, because nothing here is asked for that
/// takes a reader long to send.
pub(super) struct PatientStream<S> {
    stream: S,
    patience: Duration,
    deadline: Pin<Box<Sleep>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl<S> PatientStream<S> {
    fn new(stream: S, patience: Duration, place: Option<OwnedSemaphorePermit>) -> Self {
        Self {
            stream,
            patience,
            deadline: Box::pin(sleep_until(Instant::now() + patience)),
            _place: place,
        }
    }

    /// What to answer while the other side keeps us waiting.
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            return self.wait(cx);
        }
        if matches!(written, Poll::Ready(Ok(1..))) {
            let deadline = Instant::now() + self.patience;
            self.deadline.as_mut().reset(deadline);
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PatientStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_pending() {
            return self.wait(cx);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PatientStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if flushed.is_pending() {
            return self.wait(cx);
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        if shut.is_pending() {
            return self.wait(cx);
        }
        shut
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_request_that_drips_in_buys_no_time() {
        let (near, mut far) = duplex(64);
        let mut stream = PatientStream::new(near, PATIENCE, None);
        let started = Instant::now();
        let drip = async {
            while far.write_all(b"x").await.is_ok() {
                sleep(Duration::from_secs(7)).await;
            }
        };
        let read = async {
            loop {
                let mut byte = [0];
                if let Err(error) = stream.read_exact(&mut byte).await {
                    return error.kind();
                }
            }
        };
        tokio::select! {
            kind = read => assert_eq!(kind, io::ErrorKind::TimedOut),
            () = drip => panic!("the far side hung up"),
        }
        assert_eq!(started.elapsed(), PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_bytes_is_waited_for() {
        let (near, mut far) = duplex(8);
        let mut stream = PatientStream::new(near, PATIENCE, None);
        let started = Instant::now();
        let read = async {
            let mut eight = [0; 8];
            for _ in 0..10 {
                sleep(Duration::from_secs(20)).await;
                far.read_exact(&mut eight).await.unwrap();
            }
        };
        let write = async {
            stream.write_all(&[7; 80]).await.unwrap();
        };
        tokio::join!(write, read);
        assert!(started.elapsed() > 5 * PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stops_reading_is_let_go() {
        let (near, _far) = duplex(8);
        let mut stream = PatientStream::new(near, PATIENCE, None);
        let started = Instant::now();
        let error = stream.write_all(&[7; 80]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(started.elapsed(), PATIENCE);
    }
}
