//! Who may ask for which page: every route of the table, asked for by everybody there is. A route that is not listed here
//! fails, and so does one that is listed and not there.

use std::collections::BTreeMap;

use convene::chat::command::TABLE;
use convene::domain::people::member::Permission;
use convene::web::app::acts::ACTS;
use convene::web::routes::{Method, Place, all};
use reqwest::StatusCode;

use super::stage::{Browser, Got, Stage};
use crate::harness::databases::Place as Database;

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Anybody,
    Holder,
    From(Permission),
}

use May::{Anybody, From, Holder};

const ORGANISER: May = From(Permission::Organiser);
const DEPUTY: May = From(Permission::Deputy);
const MANAGER: May = From(Permission::Manager);

/// Every route but those of acts, which are for whom their command is.
const LISTED: &[(Method, &str, May)] = &[
    (Method::Get, "/assets/{file}", Anybody),
    (Method::Get, "/", Anybody),
    (Method::Get, "/session/{number}", Anybody),
    (Method::Post, "/session/{number}", Anybody),
    (Method::Get, "/registration/{token}", Holder),
    (Method::Post, "/registration/{token}", Holder),
    (Method::Get, "/speaker/{token}", Holder),
    (Method::Post, "/speaker/{token}", Holder),
    (Method::Get, "/app/sign-in", Anybody),
    (Method::Post, "/app/sign-in", Anybody),
    (Method::Get, "/app/sign-in/{token}", Holder),
    (Method::Post, "/app/sign-in/{token}", Holder),
    (Method::Post, "/app/sign-out", ORGANISER),
    (Method::Get, "/app", ORGANISER),
    (Method::Get, "/app/sessions/{number}", ORGANISER),
    (Method::Get, "/app/plan", DEPUTY),
    (Method::Post, "/app/plan", DEPUTY),
    (Method::Get, "/app/import", DEPUTY),
    (Method::Post, "/app/import", DEPUTY),
    (Method::Post, "/app/import/take", DEPUTY),
    (Method::Get, "/app/people", ORGANISER),
    (Method::Get, "/app/people/alike", MANAGER),
    (Method::Get, "/app/people/newcomers", ORGANISER),
    (Method::Get, "/app/people/{id}", ORGANISER),
    (Method::Get, "/app/people/{id}/held", MANAGER),
    (Method::Get, "/app/people/{id}/held.json", MANAGER),
    (Method::Post, "/app/people/{id}/forget", MANAGER),
    (Method::Get, "/app/outbox", ORGANISER),
    (Method::Get, "/app/drafts", ORGANISER),
    (Method::Get, "/app/rehearsal", ORGANISER),
    (Method::Get, "/app/figures", ORGANISER),
    (Method::Get, "/app/figures/{name}", ORGANISER),
    (Method::Get, "/app/series", ORGANISER),
    (Method::Get, "/app/series/{slug}", ORGANISER),
    (Method::Get, "/app/wordings", ORGANISER),
    (Method::Get, "/app/wordings/{name}", ORGANISER),
    (Method::Get, "/app/settings", ORGANISER),
    (Method::Get, "/app/log", MANAGER),
    (Method::Post, "/app/press", ORGANISER),
];

/// Every route with who may.
fn expected() -> BTreeMap<(String, String), May> {
    let listed = LISTED
        .iter()
        .map(|(method, path, may)| (key(*method, path), *may));
    let acts = ACTS.iter().flat_map(|act| {
        let spec = TABLE.iter().find(|spec| spec.verb == act.verb).unwrap();
        let may = From(spec.level.max(Permission::Organiser));
        let path = format!("/app/do/{}", act.name);
        [
            (key(Method::Get, &path), may),
            (key(Method::Post, &path), may),
        ]
    });
    listed.chain(acts).collect()
}

fn key(method: Method, path: &str) -> (String, String) {
    (format!("{method:?}"), path.to_owned())
}

/// Somebody who asks.
struct Asker {
    name: &'static str,
    level: Option<Permission>,
    browser: Browser,
    seal: String,
}

impl Asker {
    async fn asks(&self, method: Method, path: &str) -> Got {
        match method {
            Method::Get => self.browser.gets(path).await,
            Method::Post => {
                self.browser
                    .posts(path, &[("form", &self.seal), ("once", path)])
                    .await
            }
        }
    }
}

/// Everybody there is: nobody, somebody who registered by mail, a member, a speaker, those who run the community, and
/// who manages another one. Those who may not sign in hold what a browser would hold that did before they might no more.
async fn askers(stage: &Stage) -> Vec<Asker> {
    let world = &stage.world;
    for (id, name, permission) in [
        ("meg", "Meg Brook", Permission::Organiser),
        ("sam", "Sam Frost", Permission::Organiser),
        ("reg", "Reg Lane", Permission::Organiser),
        ("ora", "Ora Finch", Permission::Organiser),
        ("dan", "Dan Hill", Permission::Deputy),
    ] {
        world.joins(id, name, Some("ALPHA"), permission).await;
    }
    world.says("ada", "session speaker 22 Sam Frost").await;
    let mut found = vec![Asker {
        name: "anonymous",
        level: None,
        browser: stage.browser().from("198.51.100.1"),
        seal: String::new(),
    }];
    let people = [
        ("registrant", "reg", None),
        ("member", "meg", Some(Permission::Member)),
        ("speaker", "sam", Some(Permission::Speaker)),
        ("organiser", "ora", Some(Permission::Organiser)),
        ("deputy", "dan", Some(Permission::Deputy)),
        ("manager", "ada", Some(Permission::Manager)),
    ];
    for (at, (name, id, level)) in people.into_iter().enumerate() {
        let browser = stage
            .signed_in(id, "")
            .await
            .from(&format!("198.51.100.{}", at + 2));
        let seal = browser.gets("/app").await.hidden("form");
        found.push(Asker {
            name,
            level,
            browser,
            seal,
        });
    }
    for (id, permission) in [("meg", "member"), ("sam", "member"), ("reg", "guest")] {
        let sql = format!(
            "UPDATE members SET permission = '{permission}' WHERE name_folded = (SELECT m.name_folded FROM members m JOIN accounts a ON a.member_id = m.id WHERE a.account = '{id}')"
        );
        let sql: &'static str = Box::leak(sql.into_boxed_str());
        let changed = world
            .db
            .write(move |tx| Box::pin(async move { tx.run(sql, Vec::new()).await }));
        assert_eq!(changed.await.unwrap(), 1);
    }
    let browser = stage
        .signed_in("zoe", "/c/other")
        .await
        .from("198.51.100.99");
    let seal = browser.gets("/c/other/app").await.hidden("form");
    found.push(Asker {
        name: "another community's manager",
        level: None,
        browser,
        seal,
    });
    found
}

#[tokio::test]
async fn every_page_is_for_those_it_is_for_and_for_nobody_else() {
    let expected = expected();
    let there: Vec<(String, String)> = all()
        .iter()
        .map(|route| key(route.method, &route.path))
        .collect();
    for route in &there {
        assert!(
            expected.contains_key(route),
            "{route:?} is in no list of who may: add it here"
        );
    }
    for route in expected.keys() {
        assert!(there.contains(route), "{route:?} is listed and not there");
    }
    for database in Database::both() {
        asked_by_everybody(&expected, database).await;
    }
}

/// Asks for each route as everybody there is.
async fn asked_by_everybody(expected: &BTreeMap<(String, String), May>, database: Database) {
    let stage = Stage::new(database).await;
    let askers = askers(&stage).await;
    for route in all() {
        let may = expected[&key(route.method, &route.path)];
        let path = route
            .path
            .replace("{file}", "site.css")
            .replace("{token}", "0")
            .replace("{number}", "21")
            .replace("{id}", "nobody")
            .replace("{name}", "attendances")
            .replace("{slug}", "ks");
        // Signing out goes last, below.
        if path == "/app/sign-out" {
            continue;
        }
        let below = match route.place {
            Place::Root => vec![path.clone()],
            Place::Community => vec![path.clone(), format!("/c/joint{path}")],
        };
        for path in below {
            for asker in &askers {
                // So that nobody is slowed down.
                stage.later(chrono::Duration::seconds(40));
                let got = asker.asks(route.method, &path).await;
                let allowed = match may {
                    Anybody | Holder => true,
                    From(least) => asker.level.is_some_and(|level| level >= least),
                };
                let kept_out =
                    matches!(got.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
                        || got.to().ends_with("/app/sign-in");
                assert_eq!(
                    kept_out, !allowed,
                    "{} asks {:?} {path}: {} {}",
                    asker.name, route.method, got.status, got.text
                );
                assert!(
                    !got.status.is_server_error(),
                    "{} asks {path}: {}",
                    asker.name,
                    got.text
                );
                if !allowed {
                    assert!(
                        !got.text.contains("Knowledge Share"),
                        "{} reads {path}",
                        asker.name
                    );
                }
            }
        }
    }
    for asker in &askers {
        let out = asker.asks(Method::Post, "/app/sign-out").await;
        let allowed = asker
            .level
            .is_some_and(|level| level >= Permission::Organiser);
        assert_eq!(
            out.status == StatusCode::SEE_OTHER,
            allowed,
            "{}",
            asker.name
        );
        assert_eq!(
            asker.asks(Method::Get, "/app").await.to(),
            "/app/sign-in",
            "{}",
            asker.name
        );
    }
}
