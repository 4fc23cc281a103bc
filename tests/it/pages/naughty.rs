//! What breaks programs, typed into every field of those who run a community: read back byte for byte as the field is meant
//! to hold it, or refused with what was typed still there.

use convene::domain::text::UserText;
use convene::storage::StorageError;
use reqwest::StatusCode;

use super::stage::{Browser, Got, SITE, Stage, unescaped};
use crate::harness::databases::Place;
use crate::harness::naughty::naughty;

/// A field, what else its form says, where its text is kept, and how long it may be.
struct Field {
    act: &'static str,
    field: &'static str,
    others: Vec<(&'static str, String)>,
    kept: &'static str,
    most: usize,
    /// What has a meaning in it; a text with one of these is read as more than one thing.
    apart: &'static [char],
}

fn field(
    act: &'static str,
    field: &'static str,
    others: &[(&'static str, &str)],
    kept: &'static str,
) -> Field {
    Field {
        act,
        field,
        others: others
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        kept,
        most: 300,
        apart: &[],
    }
}

/// Every field that takes free text; `meeting` is the number of a meeting.
fn fields(meeting: &str) -> Vec<Field> {
    let session = [("session", "21")];
    let of_meeting = [("session", meeting)];
    vec![
        field(
            "session-theme",
            "theme",
            &session,
            "SELECT theme AS t FROM sessions WHERE number = 21",
        ),
        field(
            "session-title",
            "title",
            &session,
            "SELECT title AS t FROM sessions WHERE number = 21",
        ),
        field(
            "session-place",
            "place",
            &session,
            "SELECT place AS t FROM sessions WHERE number = 21",
        ),
        field(
            "session-talk",
            "title",
            &session,
            "SELECT title AS t FROM talks",
        ),
        Field {
            // `Name (Organisation)`, several of them; and what looks like an account is looked for.
            apart: &['(', ')', ';', '@'],
            most: 200,
            ..field(
                "session-speaker",
                "who",
                &[
                    ("session", "21"),
                    ("presence", "confirm"),
                    ("as", "speaker"),
                ],
                "SELECT m.name AS t FROM appearances a JOIN members m ON m.id = a.member_id",
            )
        },
        field(
            "series-set",
            "title",
            &[("slug", "ks")],
            "SELECT title AS t FROM series WHERE slug = 'ks'",
        ),
        field(
            "series-set",
            "place",
            &[("slug", "ks")],
            "SELECT place AS t FROM series WHERE slug = 'ks'",
        ),
        field(
            "agenda-add",
            "text",
            &of_meeting,
            "SELECT text AS t FROM agenda_items",
        ),
        Field {
            most: 1_000,
            ..field(
                "update-add",
                "text",
                &of_meeting,
                "SELECT text AS t FROM updates ORDER BY place DESC",
            )
        },
        field(
            "update-add",
            "about",
            &[("session", meeting), ("text", "News")],
            "SELECT about AS t FROM updates ORDER BY place DESC",
        ),
        Field {
            most: 1_000,
            ..field(
                "answer",
                "text",
                &[("question", "q1")],
                "SELECT answer AS t FROM questions",
            )
        },
        field(
            "deadline-add",
            "text",
            &[("date", "2026-12-01")],
            "SELECT title AS t FROM deadlines",
        ),
        field(
            "figures-reported-add",
            "name",
            &[("number", "12"), ("source", "A report")],
            "SELECT name AS t FROM reported_figures ORDER BY number DESC",
        ),
        field(
            "figures-reported-add",
            "source",
            &[("number", "12"), ("name", "People")],
            "SELECT source AS t FROM reported_figures ORDER BY number DESC",
        ),
        field(
            "consent-note",
            "how",
            &[
                ("who", "Jo Field"),
                ("purpose", "listed"),
                ("answer", "yes"),
            ],
            "SELECT note AS t FROM consents WHERE replaced_at IS NULL",
        ),
    ]
}

/// What adds rows is taken away again, so that each text stands alone.
async fn clear(stage: &Stage) {
    let cleared = stage.world.db.write(|tx| {
        Box::pin(async move {
            for all in [
                "DELETE FROM appearances",
                // Somebody of a name that reads the same but for its case would be the one who is meant.
                "DELETE FROM members WHERE standing = 'contact'",
                "DELETE FROM talks",
                "DELETE FROM agenda_items",
                "DELETE FROM updates",
                "DELETE FROM deadlines",
                "DELETE FROM reported_figures",
                "DELETE FROM consents",
            ] {
                tx.run(all, Vec::new()).await?;
            }
            Ok(())
        })
    });
    let cleared: Result<(), StorageError> = cleared.await;
    cleared.unwrap();
}

/// The text that is kept; empty where there is no row.
async fn held(stage: &Stage, sql: &'static str) -> String {
    let read = stage.world.db.read(move |tx| {
        Box::pin(async move {
            let row = tx.opt(sql, Vec::new()).await?;
            row.map_or(Ok(String::new()), |row| row.get("t"))
        })
    });
    let read: Result<String, StorageError> = read.await;
    read.unwrap()
}

/// One who manages, and what every form of theirs carries.
struct Typist {
    stage: Stage,
    browser: Browser,
    seal: String,
    sent: u32,
}

impl Typist {
    async fn types(&mut self, field: &Field, text: &str) -> Got {
        self.stage.later(chrono::Duration::milliseconds(600));
        self.sent += 1;
        let once = self.sent.to_string();
        let mut form = vec![
            ("form", self.seal.as_str()),
            ("once", once.as_str()),
            (field.field, text),
        ];
        form.extend(
            field
                .others
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        let path = format!("/app/do/{}", field.act);
        self.browser.posts_from(SITE, &path, &form).await
    }
}

#[tokio::test]
async fn naughty_strings_in_every_field_of_the_managers_pages_are_read_back_as_they_were_typed() {
    for place in Place::both() {
        typed_and_read_back(place).await;
    }
}

async fn typed_and_read_back(place: Place) {
    let stage = Stage::new(place).await;
    let world = &stage.world;
    world
        .joins(
            "jo",
            "Jo Field",
            Some("BETA"),
            convene::domain::people::member::Permission::Member,
        )
        .await;
    world.takes_role("jo", "core").await;
    world
        .says(
            "ada",
            "meeting new all-hands \"All hands\" 2026-11-12 09:30-12:30 for=core",
        )
        .await;
    let meeting = world
        .number("SELECT max(number) AS n FROM sessions")
        .await
        .to_string();
    world.says("ada", &format!("ask {meeting} Who pays?")).await;
    let browser = stage.signed_in("ada", "").await;
    let gathering = format!("/app/sessions/{meeting}");
    let pages = [
        "/app/sessions/21",
        gathering.as_str(),
        "/app/series/ks",
        "/app/figures",
    ];
    let mut scripts = Vec::new();
    for page in pages {
        scripts.push(browser.gets(page).await.text.matches("<script").count());
    }
    let seal = browser.gets("/app/outbox").await.hidden("form");
    let fields = fields(&meeting);
    let mut ada = Typist {
        stage,
        browser,
        seal,
        sent: 0,
    };
    // All are told together.
    let mut faults = Vec::new();
    let (mut taken, mut refused) = (0, 0);
    // Alike ones stand together in the list, so that each field gets some of each kind; all of them where that is asked for.
    let all = std::env::var("CONVENE_NAUGHTY").is_ok_and(|word| word == "all");
    let every = if all { 1 } else { 5 };
    for (n, text) in naughty().into_iter().enumerate() {
        clear(&ada.stage).await;
        let mut kept = Vec::new();
        let mine = fields.iter().enumerate();
        let mine = mine
            .filter(|(at, field)| (n + at).is_multiple_of(every) && !text.contains(field.apart));
        for (at, field) in mine {
            let theme = at == 0;
            let got = ada.types(field, &text).await;
            let at = format!("{text:?} as {} of {}", field.field, field.act);
            let expected = UserText::line(&text, field.most).map(|(text, _)| text);
            match expected.ok().filter(|expected| !expected.is_empty()) {
                Some(expected) => {
                    let held = held(&ada.stage, field.kept).await;
                    // What it was already is refused as no change.
                    let fine = [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY];
                    if held != expected.as_str() || !fine.contains(&got.status) {
                        faults.push(format!("{at}: {} and {held:?}", got.status));
                    }
                    if theme {
                        kept.push(expected);
                    }
                    taken += 1;
                }
                // Nothing is left of it, or too much: where it may be left out, nothing was said.
                None if got.status == StatusCode::SEE_OTHER => {}
                None => {
                    if got.status != StatusCode::UNPROCESSABLE_ENTITY
                        || !unescaped(&got.text).contains(text.trim())
                    {
                        faults.push(format!("{at} is not kept: {}", got.status));
                    }
                    refused += 1;
                }
            }
        }
        let looked_at = pages.iter().zip(&scripts).enumerate();
        for (_, (page, scripts)) in looked_at.filter(|(at, _)| (n + at).is_multiple_of(every)) {
            ada.stage.later(chrono::Duration::milliseconds(200));
            let got = ada.browser.gets(page).await;
            assert_eq!(got.status, StatusCode::OK, "{text:?}: {page}");
            assert_eq!(
                got.text.matches("<script").count(),
                *scripts,
                "{text:?}: {page}"
            );
            let shown = unescaped(&got.text);
            if let (Some(theme), "/app/sessions/21") = (kept.first(), *page) {
                assert!(shown.contains(theme.as_str()), "{text:?}: {page}");
            }
        }
    }
    assert!(faults.is_empty(), "{}: {faults:#?}", faults.len());
    assert!(taken > 150 && refused > 5, "{taken} and {refused}");
}
