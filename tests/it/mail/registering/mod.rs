//! Strangers register on the public page: as a browser sends it, and as they read it on pages and in letters.

mod floods;
mod form;
mod kept;
mod known;
mod seats;
mod shown;
mod speakers;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::HeaderMap;
use convene::app::pages::{self, Pieces};
use convene::web::site::Base;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use super::Mailing;
use super::server::Taken;
use crate::harness::databases::Place;
use crate::harness::world::SETTINGS;

const SITE: &str = "https://convene.example.org";
const PLANS: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";

/// A community with pages, and a browser.
pub(super) struct Open {
    pub(super) it: Mailing,
    base: String,
    client: Client,
    serving: tokio::task::JoinHandle<()>,
    visitors: AtomicU32,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A page as it came.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) html: String,
}

impl Page {
    /// What a person reads: the text between the tags, spaces as one.
    pub(super) fn text(&self) -> String {
        let body = self.html.split("<body").nth(1).unwrap_or(&self.html);
        let mut out = String::new();
        let mut inside = true;
        for c in body.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    out.push(' ');
                }
                c if !inside => out.push(c),
                _ => {}
            }
        }
        let words: Vec<&str> = out.split_whitespace().collect();
        unescaped(&words.join(" "))
    }

    /// The value that a field still has.
    pub(super) fn value(&self, field: &str) -> String {
        let start = format!("name=\"{field}\"");
        let rest = self.html.split(&start).nth(1).expect("the field");
        let rest = rest.split("value=\"").nth(1).expect("a value");
        unescaped(rest.split('"').next().unwrap())
    }
}

pub(super) fn unescaped(text: &str) -> String {
    let mut out = text.to_owned();
    for (written, meant) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        out = out.replace(written, meant);
    }
    out
}

/// Who fills in the form.
pub(super) const MEI: &[(&str, &str)] = &[
    ("name", "Mei Tanaka"),
    ("email", "mei@example.org"),
    ("organisation", "Open University"),
    ("country", "JP"),
    ("consent", "1"),
];

/// The same, called otherwise.
pub(super) fn somebody<'a>(name: &'a str, email: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("name", name), ("email", email), ("consent", "1")]
}

impl Open {
    /// Session 21 of Knowledge Share is announced.
    pub(super) async fn new(place: Place) -> Self {
        Self::with(place, "").await
    }

    /// The same with more settings.
    pub(super) async fn with(place: Place, more: &str) -> Self {
        let settings =
            format!("mail_from = \"convene@example.org\"\nsite = \"{SITE}\"\n{more}\n{SETTINGS}");
        let it = Mailing::with(place, &settings).await;
        it.world.says("ada", PLANS).await;
        it.world.says("ada", "session announce 21").await;
        it.world.presses("ada", "Post").await;
        it.post.unread();
        let world = &it.world;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let pieces = Pieces {
            db: world.db.clone(),
            clock: world.clock.clone(),
            steady: world.steady.clone(),
            mint: Arc::clone(&world.mint),
            communities: world.communities(),
            connected: Vec::new(),
            ask: Arc::new(|_| panic!("nothing is said in chat")),
            wake: Arc::new(|| {}),
        };
        let proxies = vec!["127.0.0.0/8".parse().unwrap()];
        let routes = pages::router(pieces, Base::new(SITE, &base, proxies), "");
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            it,
            base,
            client: Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .build()
                .unwrap(),
            serving,
            visitors: AtomicU32::new(1),
        }
    }

    fn here(&self, link: &str) -> String {
        match link.strip_prefix(SITE) {
            Some(path) => format!("{}{path}", self.base),
            None => format!("{}{link}", self.base),
        }
    }

    /// Somebody who comes from where nobody came from before.
    fn visitor(&self) -> String {
        let n = self.visitors.fetch_add(1, Ordering::SeqCst);
        format!("198.51.{}.{}", n / 250, n % 250 + 1)
    }

    async fn page(&self, request: reqwest::RequestBuilder) -> Page {
        let answer = request.send().await.unwrap();
        Page {
            status: answer.status(),
            headers: answer.headers().clone(),
            html: answer.text().await.unwrap(),
        }
    }

    /// Somebody looks at a page.
    pub(super) async fn gets(&self, link: &str) -> Page {
        let request = self.client.get(self.here(link));
        self.page(request.header("x-forwarded-for", self.visitor()))
            .await
    }

    /// Somebody sends a form from a page of ours, each time from another place.
    pub(super) async fn posts(&self, link: &str, form: &[(&str, &str)]) -> Page {
        self.posts_from(link, form, &self.visitor(), SITE).await
    }

    /// Somebody sends a form from there.
    pub(super) async fn posts_from(
        &self,
        link: &str,
        form: &[(&str, &str)],
        from: &str,
        origin: &str,
    ) -> Page {
        let request = self.client.post(self.here(link)).body(encoded(form));
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin);
        self.page(request.header("x-forwarded-for", from)).await
    }

    /// Letters that came since the last time.
    pub(super) async fn letters(&self) -> Vec<Taken> {
        self.it.world.tick().await;
        self.it.post.unread()
    }

    /// Somebody fills in the form of a session; the link in the letter that they get.
    pub(super) async fn asks(&self, number: i64, form: &[(&str, &str)]) -> String {
        let page = self.posts(&format!("/session/{number}"), form).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let mut letters = self.letters().await;
        letters.retain(|letter| letter.subject().starts_with("Please confirm"));
        assert_eq!(letters.len(), 1, "one letter that asks");
        link_in(&letters[0])
    }

    /// Somebody presses a button of the page that their link leads to; what they see then.
    pub(super) async fn answers(&self, link: &str, answer: &str) -> Page {
        let said = self.posts(link, &[("answer", answer)]).await;
        if said.status != StatusCode::SEE_OTHER {
            return said;
        }
        self.gets(said.headers["location"].to_str().unwrap()).await
    }

    /// Somebody registers and confirms it; their link.
    pub(super) async fn registers(&self, number: i64, name: &str, email: &str) -> String {
        let link = self.asks(number, &somebody(name, email)).await;
        let page = self.answers(&link, "yes").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        link
    }
}

/// A form as browsers send it.
pub(super) fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

/// The link in a letter that asks for a confirmation.
pub(super) fn link_in(letter: &Taken) -> String {
    let text = letter.text();
    let link = text
        .split_whitespace()
        .find_map(|word| {
            let word = word.trim_matches(['(', ')', '.', ',']);
            word.starts_with(&format!("{SITE}/registration/"))
                .then_some(word)
        })
        .unwrap_or_else(|| panic!("no link in {text}"));
    link.to_owned()
}
