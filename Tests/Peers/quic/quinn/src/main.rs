//! quinn as a server, a client and both at once, for comparison and interoperability:
//!
//!     peer serve ADDRESS CHAIN KEY MODE        MODE: echo, sink or source, as of quic-host
//!     peer fetch ADDRESS AUTHORITY MODE STREAMS BYTES DATAGRAMS [early]
//!     peer bench CHAIN KEY AUTHORITY quick|full
//!
//! Prints JSON.

use bytes::Bytes;
use quinn::{Connection, Endpoint, TransportConfig, VarInt};
use std::{
    fs,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const PROTOCOL: &[u8] = b"test";
const BLOCK: usize = 1 << 20;

fn block() -> Bytes {
    Bytes::from((0..BLOCK).map(|i| (i ^ i >> 8) as u8).collect::<Vec<_>>())
}

fn transport() -> Arc<TransportConfig> {
    let mut out = TransportConfig::default();
    out.max_concurrent_bidi_streams(VarInt::from_u32(20_000))
        .max_concurrent_uni_streams(VarInt::from_u32(20_000))
        .stream_receive_window(VarInt::from_u32(16 << 20))
        .receive_window(VarInt::from_u32(24 << 20))
        .send_window(24 << 20)
        .datagram_receive_buffer_size(Some(8 << 20))
        .datagram_send_buffer_size(8 << 20);
    Arc::new(out)
}

fn server_settings(chain: &str, key: &str) -> Result<quinn::ServerConfig, Failure> {
    let chain = rustls_pemfile::certs(&mut fs::read(chain)?.as_slice())?
        .into_iter()
        .map(rustls::Certificate)
        .collect();
    let keys = rustls_pemfile::pkcs8_private_keys(&mut fs::read(key)?.as_slice())?;
    let key = keys.into_iter().next().ok_or("no key in PKCS #8")?;
    let mut crypto = rustls::ServerConfig::builder()
        .with_safe_default_cipher_suites()
        .with_safe_default_kx_groups()
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, rustls::PrivateKey(key))?;
    crypto.alpn_protocols = vec![PROTOCOL.to_vec()];
    crypto.max_early_data_size = u32::MAX;
    let mut out = quinn::ServerConfig::with_crypto(Arc::new(crypto));
    out.transport_config(transport());
    Ok(out)
}

fn client_settings(authority: &str) -> Result<quinn::ClientConfig, Failure> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in rustls_pemfile::certs(&mut fs::read(authority)?.as_slice())? {
        roots.add(&rustls::Certificate(certificate))?;
    }
    let mut crypto = rustls::ClientConfig::builder()
        .with_cipher_suites(&[
            rustls::cipher_suite::TLS13_AES_128_GCM_SHA256,
            rustls::cipher_suite::TLS13_AES_256_GCM_SHA384,
            rustls::cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
        ])
        .with_safe_default_kx_groups()
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    crypto.alpn_protocols = vec![PROTOCOL.to_vec()];
    crypto.enable_early_data = true;
    let mut out = quinn::ClientConfig::new(Arc::new(crypto));
    out.transport_config(transport());
    Ok(out)
}

// Server

async fn serve(endpoint: Endpoint, mode: String) {
    while let Some(connecting) = endpoint.accept().await {
        let mode = mode.clone();
        tokio::spawn(async move {
            let connection = match connecting.into_0rtt() {
                Ok((connection, _)) => connection,
                Err(connecting) => match connecting.await {
                    Ok(connection) => connection,
                    Err(_) => return,
                },
            };
            let other = connection.clone();
            tokio::spawn(async move {
                while let Ok(datagram) = other.read_datagram().await {
                    if other.send_datagram(datagram).is_err() {
                        return;
                    }
                }
            });
            while let Ok((send, recv)) = connection.accept_bi().await {
                let mode = mode.clone();
                tokio::spawn(async move { answer(send, recv, &mode).await.ok() });
            }
        });
    }
}

async fn answer(
    mut send: quinn::SendStream,
    mut recv: quinn::RecvStream,
    mode: &str,
) -> Result<(), Failure> {
    match mode {
        "echo" => {
            while let Some(chunk) = recv.read_chunk(1 << 18, true).await? {
                send.write_chunk(chunk.bytes).await?;
            }
        }
        "sink" => {
            let mut count = 0;
            while let Some(chunk) = recv.read_chunk(1 << 18, true).await? {
                count += chunk.bytes.len();
            }
            send.write_all(count.to_string().as_bytes()).await?;
        }
        _ => {
            let request = recv.read_to_end(100).await?;
            let mut rest: usize = std::str::from_utf8(&request)?.parse()?;
            let block = block_of(rest);
            while rest > 0 {
                let count = rest.min(BLOCK);
                send.write_chunk(block.slice(..count)).await?;
                rest -= count;
            }
        }
    }
    send.finish().await?;
    Ok(())
}

/// The pattern, made once.
fn block_of(_: usize) -> Bytes {
    static ONCE: std::sync::Once = std::sync::Once::new();
    static mut SHARED: Option<Bytes> = None;
    unsafe {
        ONCE.call_once(|| SHARED = Some(block()));
        SHARED.clone().unwrap()
    }
}

// Client

async fn request(connection: &Connection, mode: &str, size: usize) -> Result<(), Failure> {
    let (mut send, mut recv) = connection.open_bi().await?;
    let block = block_of(size);
    let sending = if mode == "source" {
        send.write_all(size.to_string().as_bytes()).await?;
        send.finish().await?;
        None
    } else {
        Some(tokio::spawn(async move {
            let mut rest = size;
            while rest > 0 {
                let count = rest.min(BLOCK);
                send.write_chunk(block.slice(..count)).await?;
                rest -= count;
            }
            send.finish().await?;
            Ok::<(), Failure>(())
        }))
    };
    let mut total = 0;
    let reference = block_of(size);
    while let Some(chunk) = recv.read_chunk(1 << 18, true).await? {
        let mut done = 0;
        while mode != "sink" && done < chunk.bytes.len() {
            let place = (total + done) % 65536;
            let part = (chunk.bytes.len() - done).min(BLOCK - place);
            if chunk.bytes[done..done + part] != reference[place..place + part] {
                return Err("other bytes than expected".into());
            }
            done += part;
        }
        total += chunk.bytes.len();
    }
    if let Some(sending) = sending {
        sending.await??;
    }
    if mode != "sink" && total != size {
        return Err(format!("{} bytes instead of {}", total, size).into());
    }
    Ok(())
}

async fn requests(
    connection: &Connection,
    mode: &'static str,
    streams: usize,
    size: usize,
) -> Result<(), Failure> {
    let tasks: Vec<_> = (0..streams)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move { request(&connection, mode, size).await })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// Datagrams there and back, 64 under way; how many came back, and in how many seconds.
async fn datagrams(connection: &Connection, count: usize, size: usize) -> (usize, f64) {
    let start = Instant::now();
    let data = block_of(size).slice(..size);
    let (mut sent, mut returned, mut lost) = (0, 0, 0);
    while returned + lost < count {
        while sent < count && sent - returned - lost < 64 {
            if connection.send_datagram(data.clone()).is_err() {
                return (returned, start.elapsed().as_secs_f64());
            }
            sent += 1;
        }
        match tokio::time::timeout(Duration::from_millis(200), connection.read_datagram()).await {
            Ok(Ok(_)) => returned += 1,
            Ok(Err(_)) => break,
            Err(_) => lost = sent - returned,
        }
    }
    (returned, start.elapsed().as_secs_f64())
}

fn mode_named(name: &str) -> &'static str {
    match name {
        "echo" => "echo",
        "sink" => "sink",
        _ => "source",
    }
}

// Measurements

fn cpu() -> f64 {
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}

struct Bench {
    client: Endpoint,
    address: SocketAddr,
    authority: String,
    figures: Vec<(String, f64)>,
}

impl Bench {
    async fn full(&self, count: usize) -> Result<Vec<f64>, Failure> {
        let mut times = vec![];
        for _ in 0..count {
            let settings = client_settings(&self.authority)?;
            let start = Instant::now();
            let connection = self.client.connect_with(settings, self.address, "localhost")?.await?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            connection.close(0u32.into(), b"");
        }
        Ok(times)
    }

    fn note(&mut self, name: &str, value: f64) {
        self.figures.push((name.to_string(), value));
    }

    async fn handshakes(&mut self, count: usize) -> Result<(), Failure> {
        self.full(20).await?;
        let start = Instant::now();
        let times = self.full(count).await?;
        self.note("handshakes-sequential", count as f64 / start.elapsed().as_secs_f64());
        self.note("handshake-full-p50", median(times));
        let start = Instant::now();
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let other = Bench {
                    client: self.client.clone(),
                    address: self.address,
                    authority: self.authority.clone(),
                    figures: vec![],
                };
                tokio::spawn(async move { other.full(count / 16).await.map(|_| ()) })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        let total = (count / 16 * 16) as f64;
        self.note("handshakes-16", total / start.elapsed().as_secs_f64());
        Ok(())
    }

    async fn early(&mut self, settings: &quinn::ClientConfig, count: usize) -> Result<(), Failure> {
        let (mut times, mut accepted) = (vec![], 0);
        for _ in 0..count {
            let start = Instant::now();
            let connecting =
                self.client.connect_with(settings.clone(), self.address, "localhost")?;
            match connecting.into_0rtt() {
                Ok((connection, is_accepted)) => {
                    let answer = request(&connection, "source", 1000).await;
                    if is_accepted.await {
                        answer?;
                        times.push(start.elapsed().as_secs_f64() * 1e3);
                        accepted += 1;
                    }
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    connection.close(0u32.into(), b"");
                }
                Err(connecting) => {
                    let connection = connecting.await?;
                    request(&connection, "source", 1000).await?;
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    connection.close(0u32.into(), b"");
                }
            }
        }
        self.note("early-accepted", accepted as f64);
        if !times.is_empty() {
            self.note("early-answer-p50", median(times));
        }
        Ok(())
    }

    async fn streams(&mut self, connection: &Connection, share: usize) -> Result<(), Failure> {
        let mut times = vec![];
        for _ in 0..10_000 / share {
            let start = Instant::now();
            request(connection, "source", 1000).await?;
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
        self.note("request-p50", median(times));
        for count in [1_000, 10_000] {
            let mut times = vec![];
            for _ in 0..5 {
                let start = Instant::now();
                requests(connection, "source", count, 1000).await?;
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
            self.note(&format!("streams-{}", count), median(times));
        }
        Ok(())
    }

    async fn transfer(
        &mut self,
        settings: quinn::ClientConfig,
        address: SocketAddr,
        mode: &'static str,
        name: &'static str,
        size: usize,
    ) -> Result<(), Failure> {
        let connection = self.client.connect_with(settings, address, "localhost")?.await?;
        request(&connection, mode, size / 16).await?;
        let (used, start) = (cpu(), Instant::now());
        request(&connection, mode, size).await?;
        let seconds = start.elapsed().as_secs_f64();
        self.note(&format!("{}-gbps", name), size as f64 * 8.0 / seconds / 1e9);
        let gigabytes = size as f64 / (1u64 << 30) as f64;
        self.note(&format!("{}-cpu", name), (cpu() - used) / gigabytes);
        Ok(())
    }
}

async fn bench(arguments: &[String]) -> Result<(), Failure> {
    let share = if arguments[4] == "quick" { 8 } else { 1 };
    let any: SocketAddr = "127.0.0.1:0".parse()?;
    let server = Endpoint::server(server_settings(&arguments[1], &arguments[2])?, any)?;
    let address = server.local_addr()?;
    tokio::spawn(serve(server, "source".into()));
    let sink = Endpoint::server(server_settings(&arguments[1], &arguments[2])?, any)?;
    let sink_address = sink.local_addr()?;
    tokio::spawn(serve(sink, "sink".into()));
    let authority = arguments[3].clone();
    let settings = client_settings(&authority)?;
    let mut bench = Bench { client: Endpoint::client(any)?, address, authority, figures: vec![] };
    bench.handshakes(1_000 / share).await?;
    bench.early(&settings, 250 / share).await?;
    let connection = bench.client.connect_with(settings.clone(), address, "localhost")?.await?;
    bench.streams(&connection, share).await?;
    let size = (1 << 30) / share;
    bench.transfer(settings.clone(), address, "source", "down", size).await?;
    bench.transfer(settings, sink_address, "sink", "up", size).await?;
    let (returned, seconds) = datagrams(&connection, 100_000 / share, 1000).await;
    bench.note("datagrams", returned as f64 / seconds);
    let figures: Vec<_> =
        bench.figures.iter().map(|(name, value)| format!("\"{}\":{}", name, value)).collect();
    println!("{{{}}}", figures.join(","));
    Ok(())
}

async fn fetch(arguments: &[String]) -> Result<(), Failure> {
    let settings = client_settings(&arguments[2])?;
    let client = Endpoint::client("127.0.0.1:0".parse()?)?;
    let address: SocketAddr = arguments[1].parse()?;
    let mode = mode_named(&arguments[3]);
    let connect = || client.connect_with(settings.clone(), address, "localhost");
    let mut was_early = false;
    let connection = if arguments.len() > 7 {
        let first = connect()?.await?;
        request(&first, mode, 100).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        first.close(0u32.into(), b"");
        let (connection, is_accepted) =
            connect()?.into_0rtt().map_err(|_| "there is no ticket for early data")?;
        request(&connection, mode, 100).await?;
        was_early = is_accepted.await;
        connection
    } else {
        connect()?.await?
    };
    requests(&connection, mode, arguments[4].parse()?, arguments[5].parse()?).await?;
    let wanted: usize = arguments[6].parse()?;
    let (returned, _) = datagrams(&connection, wanted, 1000).await;
    if returned != wanted {
        return Err(format!("{} datagrams of {} came back", returned, wanted).into());
    }
    println!("{{\"event\":\"fetched\",\"early\":{}}}", was_early);
    connection.close(0u32.into(), b"done");
    client.wait_idle().await;
    Ok(())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments[0].as_str() {
        "serve" => {
            let settings = server_settings(&arguments[2], &arguments[3])?;
            let server = Endpoint::server(settings, arguments[1].parse()?)?;
            println!("{{\"event\":\"listening\",\"address\":\"{}\"}}", server.local_addr()?);
            serve(server, arguments[4].clone()).await;
            Ok(())
        }
        "fetch" => fetch(&arguments).await,
        _ => bench(&arguments).await,
    }
}
