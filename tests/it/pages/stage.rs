//! A community whose pages are served, and browsers that ask for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use convene::app::pages::{self, Pieces};
use convene::domain::people::member::Permission;
use convene::domain::platform::Platform;
use convene::web::follow;
use convene::web::guard::headers::harden;
use convene::web::site::Base;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, header};

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

/// What links begin with.
pub const SITE: &str = "http://convene.example.org";
const PLANS: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";

/// A community with its pages.
pub struct Stage {
    pub world: World,
    pub base: String,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Stage {
    /// Sessions from 21 on, a manager `ada`, and a second community `other` that `zoe` manages.
    pub async fn new(place: Place) -> Self {
        Self::with(place, SETTINGS).await
    }

    /// The same with other settings.
    pub async fn with(place: Place, settings: &str) -> Self {
        let settings = format!("site = \"{SITE}\"\n{settings}");
        let mut world = World::with("2026-09-07T08:00:00Z", &settings, place).await;
        let other = format!("site = \"{SITE}/c/other\"\n{SETTINGS}");
        world.has_neighbour("other", &other).await;
        world.turns_to("other");
        world
            .joins("zoe", "Zoe Wren", Some("BETA"), Permission::Manager)
            .await;
        world.turns_to("joint");
        world.says("ada", PLANS).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let bot = Arc::clone(&world.bot);
        let pieces = Pieces {
            db: world.db.clone(),
            clock: world.clock.clone(),
            steady: world.steady.clone(),
            mint: Arc::clone(&world.mint),
            communities: world.communities(),
            connected: vec![Platform::Local],
            ask: Arc::new(move |asked| {
                let bot = Arc::clone(&bot);
                Box::pin(async move { bot.ask(asked).await })
            }),
            wake: Arc::new(|| {}),
        };
        let proxies = vec!["127.0.0.0/8".parse().unwrap()];
        let feeds = follow::router(
            world.db.clone(),
            world.clock.clone(),
            world.steady.clone(),
            world.communities(),
        );
        let routes = pages::router(pieces, Base::new(SITE, &base, proxies), "").merge(feeds);
        let routes = routes.layer(axum::middleware::from_fn(harden));
        let routes = routes.into_make_service_with_connect_info::<std::net::SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            world,
            base,
            serving,
        }
    }

    /// A browser that nobody used yet.
    pub fn browser(&self) -> Browser {
        Browser {
            base: self.base.clone(),
            client: Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .build()
                .unwrap(),
            held: Mutex::default(),
            address: "192.0.2.1".to_owned(),
        }
    }

    /// A browser in which somebody signed in by a link that they asked for in chat, to the pages below `under`.
    pub async fn signed_in(&self, who: &str, under: &str) -> Browser {
        let browser = self.browser();
        let link = link_in(&self.world.says(who, "sign in").await);
        assert!(link.starts_with(&format!("{under}/app/sign-in/")), "{link}");
        let entered = browser.posts(&link, &[]).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
        browser
    }

    /// Time goes on.
    pub fn later(&self, by: chrono::Duration) {
        self.world.clock.set(self.world.now() + by);
    }
}

/// The path of the first link of ours in what was said.
pub fn link_in(said: &str) -> String {
    let rest = said
        .split(SITE)
        .nth(1)
        .unwrap_or_else(|| panic!("a link in: {said}"));
    let end = rest
        .find(|c: char| c.is_whitespace() || c == ')')
        .unwrap_or(rest.len());
    rest[..end].to_owned()
}

/// What a browser holds and from where it asks.
pub struct Browser {
    base: String,
    client: Client,
    held: Mutex<HashMap<String, String>>,
    address: String,
}

/// What it got.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub text: String,
}

impl Got {
    /// Where it leads.
    pub fn to(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |to| to.to_str().unwrap())
    }

    /// What the first form that is sent to `action` would send as it stands, but for what tells it from every other.
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let start = format!("action=\"{action}\"");
        let rest = self.text.split(&start).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("no form to {action} in {}", self.text));
        let form = rest.split("</form>").next().unwrap();
        let mut fields = Vec::new();
        for tag in form.split('<').skip(1) {
            let (tag, text) = tag.split_once('>').unwrap();
            let attribute = |name: &str| {
                let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
                Some(unescaped(rest.split('"').next()?))
            };
            if tag.starts_with("input ") || tag.starts_with("textarea ") {
                // The first line end of a textarea is not its text.
                let text = unescaped(text.strip_prefix('\n').unwrap_or(text));
                let name = attribute("name").unwrap();
                fields.push((name, attribute("value").unwrap_or(text)));
            } else if tag.starts_with("select ") {
                fields.push((attribute("name").unwrap(), String::new()));
            } else if tag.starts_with("option ") && tag.contains(" selected") {
                fields.last_mut().unwrap().1 = attribute("value").unwrap();
            }
        }
        fields.retain(|(name, _)| name != "form" && name != "once");
        fields
    }

    /// The value of the first hidden field of that name.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.text.split(&start).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("no {name} in {}", self.text));
        rest.split('"').next().unwrap().to_owned()
    }
}

/// What a page shows of what stands escaped in it.
pub fn unescaped(text: &str) -> String {
    let parts = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
    ];
    let text = parts
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&#38;", "&")
}

impl Browser {
    /// The same, from another address.
    pub fn from(mut self, address: &str) -> Self {
        self.address = address.to_owned();
        self
    }

    /// What it holds, by name.
    pub fn holds(&self, name: &str) -> Option<String> {
        self.held.lock().unwrap().get(name).cloned()
    }

    /// Takes something into its hands.
    pub fn takes(&self, name: &str, value: &str) {
        self.held
            .lock()
            .unwrap()
            .insert(name.to_owned(), value.to_owned());
    }

    async fn sends(&self, request: reqwest::RequestBuilder) -> Got {
        let held: Vec<String> = self
            .held
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request.header("x-forwarded-for", &self.address);
        let request = match held.is_empty() {
            true => request,
            false => request.header(header::COOKIE, held.join("; ")),
        };
        let answer = request.send().await.unwrap();
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            let mut held = self.held.lock().unwrap();
            match cookie.contains("Max-Age=0") {
                true => held.remove(name),
                false => held.insert(name.to_owned(), value.to_owned()),
            };
        }
        Got {
            status: answer.status(),
            headers: answer.headers().clone(),
            text: answer.text().await.unwrap(),
        }
    }

    /// Looks at a page.
    pub async fn gets(&self, path: &str) -> Got {
        self.sends(self.client.get(format!("{}{path}", self.base)))
            .await
    }

    /// Sends a form as a page of ours would.
    pub async fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        self.posts_from(SITE, path, fields).await
    }

    /// Sends a form as a page of `origin` would.
    pub async fn posts_from(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.finish());
        self.sends(request).await
    }

    /// Sends a form of somebody who is signed in: with what every form of theirs carries, and an id of its own.
    pub async fn sends_form(&self, under: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let seal = self
            .gets(&format!("{under}/app/outbox"))
            .await
            .hidden("form");
        let once = format!("{:?}", std::time::Instant::now());
        let mut all = vec![("form", seal.as_str()), ("once", once.as_str())];
        all.extend_from_slice(fields);
        self.posts(&format!("{under}{path}"), &all).await
    }

    /// Sends a file with a form.
    pub async fn brings(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        bytes: &[u8],
    ) -> Got {
        let seal = self.gets("/app/outbox").await.hidden("form");
        let mut body = Vec::new();
        let mut part = |head: String, bytes: &[u8]| {
            body.extend_from_slice(
                format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        part("name=\"form\"".to_owned(), seal.as_bytes());
        for (name, value) in fields {
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        part(format!("name=\"file\"; filename=\"{name}\""), bytes);
        body.extend_from_slice(b"--edge--\r\n");
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(header::ORIGIN, SITE)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .body(body);
        self.sends(request).await
    }
}
