//! What people outside follow, over HTTP: the calendar of a series, one's own, and news.

use convene::web::follow;
use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, StatusCode};

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

const PLANS: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";

/// A community whose feeds are served.
struct Followed {
    world: World,
    base: String,
    client: Client,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Followed {
    async fn new(place: Place) -> Self {
        let settings = format!("site = \"https://convene.example.org\"\n{SETTINGS}");
        let mut world = World::with("2026-09-07T08:00:00Z", &settings, place).await;
        world.has_neighbour("other", SETTINGS).await;
        for (who, name) in [("mei", "Mei Tanaka"), ("jo", "Jo Field")] {
            world
                .joins(
                    who,
                    name,
                    Some("ALPHA"),
                    convene::domain::people::member::Permission::Member,
                )
                .await;
        }
        world.says("ada", PLANS).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let routes = follow::router(
            world.db.clone(),
            world.clock.clone(),
            world.steady.clone(),
            world.communities(),
        );
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            world,
            base,
            client: Client::builder().no_proxy().build().unwrap(),
            serving,
        }
    }

    /// Whoever follows asks again after a while.
    async fn gets(&self, path: &str) -> (StatusCode, String) {
        self.world.kept_for(1_000);
        let answer = self
            .client
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    /// The file at `path`, unfolded, which is there.
    async fn reads(&self, path: &str) -> String {
        let (status, text) = self.gets(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        text.replace("\r\n ", "").replace("\r\n", "\n")
    }

    async fn does(&self, said: &str) {
        let answer = self.world.says("ada", said).await;
        for label in ["Post", "Move", "Cancel it"] {
            if answer.contains(&format!("[{label}]")) {
                self.world.presses("ada", label).await;
            }
        }
        self.world.kept_for(1_000);
    }
}

/// The address in an answer, without what it begins with.
fn address(answer: &str) -> String {
    let rest = answer
        .split("https://convene.example.org")
        .nth(1)
        .expect("a link");
    rest.split(char::is_whitespace).next().unwrap().to_owned()
}

fn entries(calendar: &str) -> Vec<&str> {
    calendar.split("BEGIN:VEVENT").skip(1).collect()
}

#[tokio::test]
async fn a_series_is_followed_as_far_as_everybody_may_know_it() {
    for place in Place::both() {
        let it = Followed::new(place).await;
        assert!(
            entries(&it.reads("/calendar/ks.ics").await).is_empty(),
            "nothing was announced"
        );
        for said in [
            "session theme 21 Synthetic, data; \\n and\\more",
            "session link 21 https://video.example.org/secret",
            "session speaker 21 Mei Tanaka",
            "session speaker 21 Jo Field",
            "session announce 21",
            "session announce 22",
        ] {
            it.does(said).await;
        }
        it.world.says("mei", "consent listed yes").await;
        let calendar = it.reads("/calendar/ks.ics").await;
        if it.world.db.is_sqlite() {
            let stable = calendar.replace(&uid(&calendar), "SERIES@convene");
            insta::assert_snapshot!(stable);
        }
        assert!(!calendar.contains("secret"), "{calendar}");
        assert!(
            calendar.contains("Mei Tanaka") && !calendar.contains("Jo Field"),
            "{calendar}"
        );
        it.does("session move 22 2026-11-02").await;
        it.does("session cancel 21 speaker withdrew").await;
        let after = it.reads("/calendar/ks.ics").await;
        let (before, after) = (entries(&calendar), entries(&after));
        assert_eq!(after.len(), 2);
        assert!(
            after[0].contains("STATUS:CANCELLED") && after[0].contains("SEQUENCE:2"),
            "{}",
            after[0]
        );
        assert!(!after[0].contains("withdrew"), "{}", after[0]);
        assert!(
            after[1].contains("DTSTART;TZID=Europe/London:20261102T140000"),
            "{}",
            after[1]
        );
        let name = |entry: &str| entry.lines().skip(1).take(2).collect::<Vec<_>>().join("\n");
        assert_eq!(name(before[1]), name(after[1]));
        assert!(
            after[1].contains("RECURRENCE-ID:20261026T140000Z"),
            "{}",
            after[1]
        );
        it.world
            .says(
                "ada",
                "meeting new board \"Board\" 2026-11-12 09:30-12:30 for=core",
            )
            .await;
        assert_eq!(
            it.gets("/calendar/board.ics").await.0,
            StatusCode::NOT_FOUND
        );
    }
}

fn uid(calendar: &str) -> String {
    let line = calendar.lines().find_map(|line| line.strip_prefix("UID:"));
    line.expect("a UID").to_owned()
}

#[tokio::test]
async fn whoever_has_it_already_is_told_so() {
    let it = Followed::new(Place::sqlite()).await;
    it.does("session announce 21").await;
    for path in [
        "/calendar/ks.ics",
        "/feed.atom",
        "/feed.json",
        "/c/joint/feed.atom",
    ] {
        let url = format!("{}{path}", it.base);
        let first = it.client.get(&url).send().await.unwrap();
        let (tag, date) = (
            first.headers()[ETAG].clone(),
            first.headers()[LAST_MODIFIED].clone(),
        );
        let ask = |name, value: &reqwest::header::HeaderValue| {
            it.client.get(&url).header(name, value).send()
        };
        for (name, value) in [(IF_NONE_MATCH, &tag), (IF_MODIFIED_SINCE, &date)] {
            let again = ask(name.clone(), value).await.unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path} by {name}");
            assert_eq!(again.headers()[ETAG], tag);
            assert!(again.text().await.unwrap().is_empty());
        }
        // Within the same second, and by the name of a speaker alone.
        let theme = format!("session theme 21 About {}", path.len());
        it.does(&theme).await;
        for (name, value) in [(IF_NONE_MATCH, &tag), (IF_MODIFIED_SINCE, &date)] {
            let again = ask(name.clone(), value).await.unwrap();
            assert_eq!(again.status(), StatusCode::OK, "{path} by {name}");
        }
        let stale = reqwest::header::HeaderValue::from_static("\"x\", W/\"y\"");
        assert_eq!(
            ask(IF_NONE_MATCH, &stale).await.unwrap().status(),
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn ones_own_calendar_is_for_whoever_has_its_link() {
    for place in Place::both() {
        let it = Followed::new(place).await;
        it.does("session announce 21").await;
        it.does("session link 21 https://video.example.org/21")
            .await;
        let path = address(&it.world.says("mei", "calendar").await);
        assert!(entries(&it.reads(&path).await).is_empty());
        it.world.says("mei", "rsvp yes 21").await;
        it.world.says("mei", "rsvp maybe 22").await;
        it.world.says("jo", "rsvp yes 23").await;
        let calendar = it.reads(&path).await;
        let found = entries(&calendar);
        assert_eq!(found.len(), 2, "{calendar}");
        assert!(
            found[0].contains("https://video.example.org/21")
                && found[0].contains("STATUS:CONFIRMED")
        );
        assert!(found[1].contains("STATUS:TENTATIVE"), "{}", found[1]);
        it.does("session cancel 22 ill").await;
        let cancelled = it.reads(&path).await;
        assert!(
            entries(&cancelled)[1].contains("STATUS:CANCELLED"),
            "{cancelled}"
        );
        it.world.says("mei", "rsvp no 21").await;
        assert_eq!(entries(&it.reads(&path).await).len(), 1);

        // Nothing that is kept leads to the link.
        let token = path
            .strip_prefix("/calendar/")
            .and_then(|rest| rest.strip_suffix(".ics"))
            .unwrap();
        let kept = "SELECT count(*) AS n FROM calendar_links WHERE unsent <> ''";
        assert_eq!(it.world.number(kept).await, 0);
        let payloads = "SELECT COALESCE(min(payload), '') AS t FROM outbox WHERE payload LIKE '%\"calendar\"%'";
        assert!(!it.world.text(payloads).await.contains(token));

        let other = format!("/c/other{path}");
        let wrong = path.replace(&token[..1], if token.starts_with('0') { "1" } else { "0" });
        for path in [
            &other,
            &wrong,
            "/calendar/none.ics",
            "/calendar/ks",
            "/c/none/calendar/ks.ics",
            "/calendar/..%2Fks.ics",
        ] {
            let (status, said) = it.gets(path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(
                said.contains("ask for a new one in chat: calendar"),
                "{said}"
            );
        }
        let second = address(&it.world.says("mei", "calendar").await);
        assert_ne!(path, second);
        assert_eq!(
            it.gets(&path).await.0,
            StatusCode::OK,
            "each device has its own"
        );
        it.world.says("mei", "calendar stop").await;
        for path in [&path, &second] {
            assert_eq!(it.gets(path).await.0, StatusCode::NOT_FOUND);
        }
        for _ in 0..6 {
            it.world.says("jo", "calendar").await;
        }
        assert_eq!(
            it.world
                .number("SELECT count(*) AS n FROM calendar_links")
                .await,
            5
        );
    }
}

#[tokio::test]
async fn who_is_forgotten_has_no_calendar() {
    let it = Followed::new(Place::sqlite()).await;
    let path = address(&it.world.says("mei", "calendar").await);
    assert_eq!(it.gets(&path).await.0, StatusCode::OK);
    it.world.forgets("mei").await;
    assert_eq!(it.gets(&path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn news_are_read_as_atom_and_as_json() {
    for place in Place::both() {
        let it = Followed::new(place).await;
        for said in [
            "session theme 21 Synthetic <data> & \u{1F600} ]]>",
            "session link 21 https://video.example.org/secret",
            "session announce 21",
            "session announce 22",
            "session cancel 22 ill",
        ] {
            it.does(said).await;
        }
        let (status, text) = it.gets("/feed.atom").await;
        assert_eq!(status, StatusCode::OK);
        let atom: atom_syndication::Feed = text.parse().unwrap();
        let titles: Vec<&str> = atom
            .entries()
            .iter()
            .map(|entry| entry.title().as_str())
            .collect();
        let one = "Knowledge Share: Synthetic <data> & \u{1F600} ]]>";
        assert_eq!(titles, ["Called off: Knowledge Share", one]);
        assert_eq!(
            atom.links()[0].href(),
            "https://convene.example.org/feed.atom"
        );
        assert!(!text.contains("secret"));
        let json: serde_json::Value = serde_json::from_str(&it.gets("/feed.json").await.1).unwrap();
        assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(json["items"][1]["title"], one);
        assert_eq!(json["items"][1]["id"], atom.entries()[1].id());
        assert!(
            json["items"][1]["content_text"]
                .as_str()
                .unwrap()
                .contains("14:00 London")
        );
        let other = it.gets("/c/other/feed.json").await.1;
        let other: serde_json::Value = serde_json::from_str(&other).unwrap();
        assert_eq!(other["items"], serde_json::json!([]));
    }
}
