//! The public page of a community with 50,000 attendances, beside the same bytes served by axum as they are, in turns of one
//! run; and at 200 requests a second, while somebody answers an invitation ten times a second.
//!
//! `cargo bench --bench public`. The bars: half the throughput of the same bytes, and a p99 of 20 ms.

#[path = "common/answer.rs"]
mod answer;
#[path = "common/bars.rs"]
mod bars;
#[expect(dead_code, reason = "another bench asks who comes")]
#[path = "common/crowd.rs"]
mod crowd;
#[path = "common/figures.rs"]
mod figures;
#[path = "common/series.rs"]
mod series;
#[path = "common/town.rs"]
mod town;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderName, header};
use axum::middleware::from_fn;
use axum::routing::get;
use convene::app;
use convene::app::pages::Pieces;
use convene::clock::steady::Steady;
use convene::domain::time::StillClock;
use convene::storage::StorageError;
use convene::web::guard::headers::harden;
use convene::web::site::Base;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use bars::against;
use figures::{median, ms};
use town::Town;

const MEMBERS: usize = 5_000;
const SESSIONS: usize = 500;
const EACH: usize = 100;
const ROUNDS: usize = 5;
/// Connections at once.
const AT_ONCE: usize = 32;
/// How long a round lasts.
const ROUND: Duration = Duration::from_secs(2);
/// Requests a second, and for how long.
const PACE: u64 = 200;
const PACED: Duration = Duration::from_secs(20);

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let town = Town::found(
        MEMBERS,
        "mail_from = \"a@example.org\"\nsite = \"http://town.example\"",
        |_| {},
    )
    .await;
    crowd::settle(&town).await;
    let held = crowd::plan(&town, &town.ctx, SESSIONS).await;
    crowd::fill(&town, &held, EACH).await;
    series::plan(&town, 50).await;
    let ours = listen(pages(&town)).await;
    let (page, headers) = fetch(ours).await;
    println!(
        "the public page, {} attendances, {} bytes, {ROUNDS} rounds of {} s in turn, {AT_ONCE} connections",
        SESSIONS * EACH,
        page.len(),
        ROUND.as_secs()
    );
    let theirs = listen(as_it_is(page, headers)).await;
    let (mut us, mut them) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        us.push(hammer(ours).await);
        them.push(hammer(theirs).await);
    }
    let middle = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (us, them) = (middle(us), middle(them));
    println!("  requests a second                  {us:>9.0}   the bytes as they are: {them:.0}");
    against("of their throughput", us / them, 0.5, false);
    println!(
        "{PACE} requests a second for {} s, ten answers a second beside",
        PACED.as_secs()
    );
    let (mut times, answers) = paced(&town, ours).await;
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "  half within {}, {} answers committed",
        ms(median(times.clone())),
        answers
    );
    against("p99 (ms)", at(0.99).as_secs_f64() * 1e3, 20.0, true);
    println!("  the slowest {}", ms(at(1.0)));
}

/// The pages, as the service serves them.
fn pages(town: &Town) -> Router {
    let pieces = Pieces {
        db: town.db.clone(),
        clock: StillClock::at(town.ctx.now),
        steady: Arc::new(Steady::running_from(town.ctx.now)),
        mint: Arc::clone(&town.ctx.mint),
        communities: vec![Arc::clone(&town.ctx.community)],
        connected: Vec::new(),
        ask: Arc::new(|_| Box::pin(async { Err(StorageError::Closed) })),
        wake: Arc::new(|| {}),
    };
    let proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    let base = Base::new("http://town.example", "http://town.example", proxies);
    app::pages::router(pieces, base, "").layer(from_fn(harden))
}

/// The same bytes with the same headers, without anything of ours.
fn as_it_is(page: Bytes, headers: Vec<(HeaderName, String)>) -> Router {
    let headers: axum::http::HeaderMap = headers
        .into_iter()
        .filter(|(name, _)| *name != header::CONTENT_LENGTH && *name != header::DATE)
        .map(|(name, value)| (name, value.parse().expect("a header")))
        .collect();
    Router::new().route(
        "/",
        get(move || async move { (headers, axum::body::Body::from(page)) }),
    )
}

async fn listen(routes: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

async fn fetch(from: SocketAddr) -> (Bytes, Vec<(HeaderName, String)>) {
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
        .get(format!("http://{from}/"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    let headers = answer.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.clone(), value.to_str().expect("text").to_owned()));
    let headers = headers.collect();
    (answer.bytes().await.expect("a page"), headers)
}

/// A connection that asks again and again. A client of few lines, so that most of the time is the server's.
struct Visitor {
    stream: TcpStream,
    buffer: Vec<u8>,
}

static VISITS: AtomicU64 = AtomicU64::new(0);

impl Visitor {
    async fn come(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self {
            stream,
            buffer: vec![0; 256 << 10],
        }
    }

    async fn look(&mut self) {
        // One of a thousand people, behind a proxy.
        let n = VISITS.fetch_add(1, Ordering::Relaxed) % 1_000;
        let request = format!(
            "GET / HTTP/1.1\r\nhost: town.example\r\nx-forwarded-for: 198.51.{}.{}\r\n\r\n",
            n / 250,
            n % 250
        );
        self.stream
            .write_all(request.as_bytes())
            .await
            .expect("a request");
        let (mut read, mut whole) = (0, usize::MAX);
        while read < whole {
            let more = self
                .stream
                .read(&mut self.buffer[read..])
                .await
                .expect("an answer");
            assert!(more > 0, "the server closed the connection");
            read += more;
            if whole == usize::MAX {
                whole = length(&self.buffer[..read]).unwrap_or(usize::MAX);
            }
        }
        assert!(self.buffer.starts_with(b"HTTP/1.1 200"));
    }
}

/// How long an answer is, once its head is there.
fn length(answer: &[u8]) -> Option<usize> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..end])
        .expect("a head")
        .to_ascii_lowercase();
    let body = head.split("content-length: ").nth(1).expect("a length");
    Some(
        end + body
            .split("\r\n")
            .next()?
            .parse::<usize>()
            .expect("a number"),
    )
}

/// As many requests as come through; how many a second.
async fn hammer(at: SocketAddr) -> f64 {
    let clock = Stopwatch::now();
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            tokio::spawn(async move {
                let (mut visitor, mut looked) = (Visitor::come(at).await, 0u64);
                while clock.elapsed() < ROUND {
                    visitor.look().await;
                    looked += 1;
                }
                looked
            })
        })
        .collect();
    let mut looked = 0;
    for task in tasks {
        looked += task.await.expect("a visitor");
    }
    looked as f64 / clock.elapsed().as_secs_f64()
}

/// Requests at their times, whether the ones before were answered or not; how long each took from when it was to go, and how
/// many answers to an invitation were committed meanwhile.
async fn paced(town: &Town, at: SocketAddr) -> (Vec<Duration>, u64) {
    let committed = Arc::new(AtomicU64::new(0));
    let (db, counted) = (town.db.clone(), Arc::clone(&committed));
    let writing = tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_millis(100));
        loop {
            every.tick().await;
            let changed = db.write(move |tx| {
                Box::pin(async move {
                    tx.run(
                        "UPDATE sessions SET yes_online = yes_online + 1 WHERE id IN (SELECT s.id FROM sessions s
                             WHERE s.announced_at IS NOT NULL ORDER BY s.starts_at LIMIT 1)",
                        Vec::new(),
                    )
                    .await
                })
            });
            let changed: Result<u64, StorageError> = changed.await;
            counted.fetch_add(changed.expect("a commit"), Ordering::Relaxed);
        }
    });
    let began = Stopwatch::now();
    let count = PACE * PACED.as_secs();
    let (idle, mut waiting) = tokio::sync::mpsc::channel::<Visitor>(AT_ONCE);
    for _ in 0..AT_ONCE {
        idle.send(Visitor::come(at).await).await.expect("room");
    }
    let mut looks = Vec::new();
    for n in 0..count {
        let due = began + Duration::from_millis(n * 1_000 / PACE);
        tokio::time::sleep_until(due.into()).await;
        let mut visitor = waiting.recv().await.expect("a visitor");
        let idle = idle.clone();
        looks.push(tokio::spawn(async move {
            visitor.look().await;
            let took = due.elapsed();
            let _ = idle.send(visitor).await;
            took
        }));
    }
    let mut times = Vec::new();
    for look in looks {
        times.push(look.await.expect("a look"));
    }
    writing.abort();
    (times, committed.load(Ordering::Relaxed))
}
