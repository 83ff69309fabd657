//! An upstream behind TLS, speaking HTTP/1.1 or, frame by frame, HTTP/2.

#![expect(
    clippy::unwrap_used,
    reason = "a test server that cannot do its part must fail its test"
)]

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::upstream::answer;

type Stream = StreamOwned<ServerConnection, TcpStream>;

/// A protocol to be spoken inside TLS (ALPN, RFC 7301).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

/// A server on loopback with the certificate in `tests/fixtures/tls/NAME.pem`, that answers every
/// request with 200 and one body.
pub(crate) struct TlsUpstream {
    address: SocketAddr,
    is_stopping: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl TlsUpstream {
    pub(crate) fn start(certificate: &str, protocol: Protocol, body: &'static [u8]) -> Self {
        let config = Arc::new(server_config(certificate, protocol));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let is_stopping = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&is_stopping);
        let acceptor = thread::spawn(move || {
            for stream in listener.incoming() {
                if until.load(Ordering::SeqCst) {
                    return;
                }
                // An error here is a client that does not trust us, which some tests want.
                drop(serve(stream.unwrap(), &config, protocol, body));
            }
        });
        Self {
            address,
            is_stopping,
            acceptor: Some(acceptor),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for TlsUpstream {
    fn drop(&mut self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

/// A file of the TLS fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/tls")
        .join(name)
}

fn server_config(certificate: &str, protocol: Protocol) -> ServerConfig {
    let chain = CertificateDer::from_pem_file(fixture(certificate)).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap();
    config.alpn_protocols = match protocol {
        Protocol::Http1 => vec![b"http/1.1".to_vec()],
        Protocol::Http2 => vec![b"h2".to_vec()],
    };
    config
}

fn serve(
    socket: TcpStream,
    config: &Arc<ServerConfig>,
    protocol: Protocol,
    body: &[u8],
) -> io::Result<()> {
    socket.set_read_timeout(Some(Duration::from_secs(5)))?;
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut stream = StreamOwned::new(connection, socket);
    match protocol {
        Protocol::Http1 => serve_http1(&mut stream, body)?,
        Protocol::Http2 => serve_http2(&mut stream, body)?,
    }
    stream.conn.send_close_notify();
    stream.flush()
}

fn serve_http1(stream: &mut Stream, body: &[u8]) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    stream.write_all(&answer("200 OK", &[("connection", "close")], body))
}

/// Frame types and flags (RFC 9113 §6).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const ACK_OR_END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// The static table's entry for `:status: 200` (RFC 7541, appendix A).
const STATUS_200: &[u8] = &[0x88];

fn serve_http2(stream: &mut Stream, body: &[u8]) -> io::Result<()> {
    let mut preface = [0; 24];
    stream.read_exact(&mut preface)?;
    write_frame(stream, SETTINGS, 0, 0, &[])?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap()];
        stream.read_exact(&mut payload)?;
        match kind {
            SETTINGS if flags & ACK_OR_END_STREAM == 0 => {
                write_frame(stream, SETTINGS, ACK_OR_END_STREAM, 0, &[])?;
            }
            HEADERS => {
                let id = u32::from_be_bytes(id);
                write_frame(stream, HEADERS, END_HEADERS, id, STATUS_200)?;
                return write_frame(stream, DATA, ACK_OR_END_STREAM, id, body);
            }
            _ => {}
        }
    }
}

fn write_frame(stream: &mut Stream, kind: u8, flags: u8, id: u32, body: &[u8]) -> io::Result<()> {
    let [_, a, b, c] = u32::try_from(body.len()).unwrap().to_be_bytes();
    stream.write_all(&[a, b, c, kind, flags])?;
    stream.write_all(&id.to_be_bytes())?;
    stream.write_all(body)?;
    stream.flush()
}
