//! Two who run a community change the same: nobody overwrites what the other did without having seen it.

use std::collections::BTreeSet;

use convene::domain::people::member::Permission;
use convene::web::app::acts::CHANGES;
use reqwest::StatusCode;

use super::stage::{Browser, Got, Stage, unescaped};
use crate::harness::databases::Place;
use crate::harness::world::with_run_books;

/// Ada and Ben manage; Mei and Jo are members, Mei of the core group.
async fn stage(place: Place) -> Stage {
    let stage = Stage::with(place, &with_run_books()).await;
    for (id, name, permission) in [
        ("ben", "Ben Roth", Permission::Manager),
        ("mei", "Mei Tanaka", Permission::Member),
        ("jo", "Jo Field", Permission::Member),
    ] {
        stage.world.joins(id, name, Some("BETA"), permission).await;
    }
    stage.world.takes_role("mei", "core").await;
    stage.world.takes_role("jo", "researchers").await;
    stage
}

/// The form to `action` as it stands on `page`, with what somebody typed into it.
async fn filled(
    browser: &Browser,
    page: &str,
    action: &str,
    typed: &[(&str, &str)],
) -> Vec<(String, String)> {
    let page = browser.gets(page).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    typed_into(page.form(action), typed)
}

fn typed_into(form: Vec<(String, String)>, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut form = form;
    for (name, value) in typed {
        let field = form.iter_mut().find(|(known, _)| known == name);
        let field = field.unwrap_or_else(|| panic!("the form has no {name}"));
        field.1 = (*value).to_owned();
    }
    form
}

async fn sends(stage: &Stage, browser: &Browser, action: &str, form: &[(String, String)]) -> Got {
    stage.later(chrono::Duration::seconds(20));
    let fields: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.sends_form("", action, &fields).await
}

#[tokio::test]
async fn bad27_of_two_who_change_one_session_the_later_sees_both_versions_and_overwrites_nothing() {
    for place in Place::both() {
        let stage = stage(place).await;
        let (ada, ben) = (
            stage.signed_in("ada", "").await,
            stage.signed_in("ben", "").await,
        );
        let (page, act) = ("/app/sessions/21", "/app/do/session-theme");
        let from_ada = filled(&ada, page, act, &[("theme", "Synthetic data <for> care")]).await;
        let from_ben = filled(&ben, page, act, &[("theme", "Tables & “figures”")]).await;

        let first = sends(&stage, &ada, act, &from_ada).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
        let second = sends(&stage, &ben, act, &from_ben).await;
        assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.text);
        let shown = unescaped(&second.text);
        for version in ["Synthetic data <for> care", "Tables & “figures”"] {
            assert!(shown.contains(version), "{shown}");
        }
        assert_eq!(
            stage.world.session(21).await.theme.as_str(),
            "Synthetic data <for> care"
        );
        let log = "SELECT count(*) AS n FROM audit WHERE act = 'session theme'";
        assert_eq!(stage.world.number(log).await, 1, "nothing was done");

        // The very same form, sent again by going back, is told of the same.
        let seal = ben.gets("/app/outbox").await.hidden("form");
        for _ in 0..2 {
            let mut fields = vec![("form", seal.as_str()), ("once", "the same")];
            fields.extend(
                from_ben
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            );
            let got = ben.posts(act, &fields).await;
            assert_eq!(got.status, StatusCode::CONFLICT, "{}", got.text);
        }

        // What he typed stands in the form of that page, and having seen hers he may use it after all.
        let again = second.form(act);
        assert!(
            again.contains(&("theme".to_owned(), "Tables & “figures”".to_owned())),
            "{again:?}"
        );
        let used = sends(&stage, &ben, act, &again).await;
        assert_eq!(used.status, StatusCode::SEE_OTHER, "{}", used.text);
        assert_eq!(
            stage.world.session(21).await.theme.as_str(),
            "Tables & “figures”"
        );

        // Different things of one session are in nobody's way, also from a page that is old.
        let room = filled(&ada, page, "/app/do/session-place", &[("place", "Room 4")]).await;
        let title = filled(
            &ben,
            page,
            "/app/do/session-title",
            &[("title", "Knowledge")],
        )
        .await;
        for (who, act, form) in [
            (&ada, "/app/do/session-place", &room),
            (&ben, "/app/do/session-title", &title),
        ] {
            let done = sends(&stage, who, act, form).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}: {}", done.text);
        }
        let session = stage.world.session(21).await;
        assert_eq!(
            (session.place.as_str(), session.title.as_str()),
            ("Room 4", "Knowledge")
        );
    }
}

#[tokio::test]
async fn bad27_of_two_who_send_at_the_same_moment_one_is_told_of_the_other() {
    for place in Place::both() {
        let stage = stage(place).await;
        let (ada, ben) = (
            stage.signed_in("ada", "").await,
            stage.signed_in("ben", "").await,
        );
        let (page, act) = ("/app/sessions/21", "/app/do/session-theme");
        let from_ada = filled(&ada, page, act, &[("theme", "Hers")]).await;
        let from_ben = filled(&ben, page, act, &[("theme", "His")]).await;
        let (hers, his) = tokio::join!(
            sends(&stage, &ada, act, &from_ada),
            sends(&stage, &ben, act, &from_ben)
        );
        let done = |got: &Got| got.status == StatusCode::SEE_OTHER;
        assert!(
            done(&hers) != done(&his),
            "{} and {}",
            hers.status,
            his.status
        );
        let (kept, other) = if done(&hers) {
            ("Hers", his)
        } else {
            ("His", hers)
        };
        assert_eq!(other.status, StatusCode::CONFLICT);
        assert_eq!(stage.world.session(21).await.theme.as_str(), kept);
        assert!(
            other.text.contains("Hers") && other.text.contains("His"),
            "{}",
            other.text
        );
    }
}

/// A form that one has open while another changes what it shows.
struct Case {
    act: &'static str,
    /// Where it stands.
    page: String,
    typed: Vec<(&'static str, &'static str)>,
    /// What another says in chat meanwhile, and presses.
    meanwhile: String,
    press: &'static str,
    /// What is shown of that.
    theirs: &'static str,
}

fn case(
    act: &'static str,
    page: &str,
    typed: &[(&'static str, &'static str)],
    meanwhile: &str,
    theirs: &'static str,
) -> Case {
    Case {
        act,
        page: page.to_owned(),
        typed: typed.to_vec(),
        meanwhile: meanwhile.to_owned(),
        press: "",
        theirs,
    }
}

impl Case {
    fn pressing(self, press: &'static str) -> Self {
        Self { press, ..self }
    }
}

/// Every act that changes what there is; `meeting` is the number of a meeting, `jo` the id of a member.
fn cases(meeting: i64, jo: &str) -> Vec<Case> {
    let session = "/app/sessions/21";
    let held = format!("/app/sessions/{meeting}");
    let m = |rest: &str| format!("{rest} {meeting}");
    vec![
        case(
            "session-title",
            session,
            &[("title", "Mine")],
            "session title 21 Theirs",
            "Theirs",
        ),
        case(
            "session-theme",
            session,
            &[("theme", "Mine")],
            "session theme 21 Theirs",
            "Theirs",
        ),
        case(
            "session-link",
            session,
            &[("link", "https://mine.example.org/v")],
            "session link 21 https://theirs.example.org/v",
            "https://theirs.example.org/v",
        ),
        case(
            "session-place",
            session,
            &[("place", "Mine")],
            "session place 21 Theirs",
            "Theirs",
        ),
        case(
            "session-mode",
            session,
            &[("mode", "online")],
            "session mode 21 in person",
            "in person",
        ),
        case(
            "session-capacity",
            session,
            &[("seats", "11")],
            "session capacity 21 17",
            "17",
        ),
        case(
            "session-host",
            "/app/do/session-host?session=21",
            &[("who", "Mei Tanaka")],
            "session host 21 Jo Field",
            "Jo Field",
        ),
        case(
            "session-assign",
            session,
            &[("duty", "organiser"), ("who", "Mei Tanaka")],
            "session assign 21 organiser Jo Field",
            "Jo Field",
        ),
        case(
            "session-talk-remove",
            session,
            &[],
            "session talk 21 remove=1",
            "One talk",
        ),
        case(
            "session-move",
            "/app/do/session-move?session=22",
            &[("date", "2026-10-28")],
            "session move 22 2026-10-27 15:00-16:00",
            "2026-10-27",
        ),
        case(
            "session-skip",
            "/app/do/session-skip?session=22",
            &[("reason", "Nobody has time")],
            "session move 22 2026-10-29",
            "2026-10-29",
        ),
        case(
            "session-restore",
            "/app/do/session-restore?session=23",
            &[],
            "session restore 23",
            "planned",
        ),
        case(
            "meeting-for",
            &held,
            &[("groups", "core")],
            &format!("{} researchers", m("meeting for")),
            "researchers",
        ),
        case(
            "meeting-notes",
            &held,
            &[("link", "https://mine.example.org/n")],
            &format!("{} https://theirs.example.org/n", m("meeting notes")),
            "https://theirs.example.org/n",
        ),
        case(
            "agenda-order",
            &held,
            &[("order", "2,1,3")],
            &format!("{} 3,2,1", m("agenda order")),
            "1. Third thing",
        ),
        case(
            "agenda-remove",
            &held,
            &[],
            &format!("{} 3,2,1", m("agenda order")),
            "First thing",
        ),
        case(
            "agenda-later",
            &held,
            &[],
            &format!("{} 1", m("agenda remove")),
            "Third thing",
        ),
        case(
            "answer",
            &held,
            &[("text", "Mine")],
            "answer q1 Theirs",
            "Theirs",
        ),
        case("question-drop", &held, &[], "answer q1 Another", "Another"),
        case(
            "series-set",
            "/app/series/ks",
            &[("title", "Mine")],
            "series set ks title=Theirs",
            "Theirs",
        ),
        case(
            "series-change",
            "/app/series/ks",
            &[
                ("when", "first Friday of every month 10:00-11:00"),
                ("from", "2027-03-01"),
            ],
            "series change ks last Tuesday of every month 14:00-15:00 from=2027-02-01",
            "Tuesday",
        ),
        case(
            "wording-set",
            "/app/wordings/reminder-coming",
            &[("text", "Mine *{title}* starts {left}: {when}")],
            "wording set reminder-coming Theirs *{title}* starts {left}: {when}",
            "Theirs *{title}* starts {left}: {when}",
        )
        .pressing("Use it"),
        case(
            "wording-reset",
            "/app/wordings/reminder-coming",
            &[],
            "wording set reminder-coming Newer *{title}* starts {left}: {when}",
            "Newer *{title}* starts {left}: {when}",
        )
        .pressing("Use it"),
        case(
            "career",
            &format!("/app/people/{jo}"),
            &[("stage", "mid")],
            "career Jo Field senior",
            "senior",
        ),
        case(
            "role-end",
            &format!("/app/people/{jo}"),
            &[],
            "role end researchers Jo Field on=2026-12-20",
            "until 20 Dec 2026",
        ),
    ]
}

/// What can be told once session 21 has begun.
fn cases_of_what_was_held() -> Vec<Case> {
    let session = "/app/sessions/21";
    vec![
        case(
            "attendance-count",
            session,
            &[("heads", "12")],
            "attendance count 21 15",
            "15",
        ),
        case(
            "session-recording",
            session,
            &[("link", "https://mine.example.org/r")],
            "session recording 21 https://theirs.example.org/r",
            "https://theirs.example.org/r",
        ),
    ]
}

/// Ben has the form open, Ada changes what it shows, Ben sends it, looks, and sends his after all.
async fn tell(stage: &Stage, ben: &Browser, case: &Case) {
    let act = format!("/app/do/{}", case.act);
    stage.later(chrono::Duration::seconds(60));
    let form = filled(ben, &case.page, &act, &case.typed).await;
    let said = stage.world.says("ada", &case.meanwhile).await;
    if !case.press.is_empty() {
        stage.world.presses("ada", case.press).await;
    }
    let as_ada_left_it = ben.gets(&case.page).await.form(&act);
    let got = sends(stage, ben, &act, &form).await;
    assert_eq!(
        got.status,
        StatusCode::CONFLICT,
        "{} after {said}: {}",
        case.act,
        got.text
    );
    let shown = unescaped(&got.text);
    assert!(
        shown.contains(case.theirs),
        "{} shows theirs: {shown}",
        case.act
    );
    for (_, mine) in case
        .typed
        .iter()
        .filter(|(name, _)| *name != "mode" && *name != "stage")
    {
        assert!(shown.contains(mine), "{} keeps {mine}: {shown}", case.act);
    }
    assert_eq!(
        ben.gets(&case.page).await.form(&act),
        as_ada_left_it,
        "{}",
        case.act
    );
    if got.text.contains(&format!("action=\"{act}\"")) {
        let used = sends(stage, ben, &act, &got.form(&act)).await;
        assert_ne!(
            used.status,
            StatusCode::CONFLICT,
            "{}: {}",
            case.act,
            used.text
        );
        assert!(
            !used.status.is_server_error(),
            "{}: {}",
            case.act,
            used.text
        );
    }
}

#[tokio::test]
async fn bad27_every_form_that_changes_something_says_when_somebody_else_did() {
    for place in Place::both() {
        let stage = stage(place).await;
        let ben = stage.signed_in("ben", "").await;
        let world = &stage.world;
        world
            .says(
                "ada",
                "meeting new all-hands \"All hands\" 2026-11-12 09:30-12:30 for=core",
            )
            .await;
        let meeting = world.number("SELECT max(number) AS n FROM sessions").await;
        let jo = world
            .text("SELECT id AS t FROM members WHERE name = 'Jo Field'")
            .await;
        for said in [
            "session talk 21 One talk".to_owned(),
            "session talk 21 Another talk".to_owned(),
            "session todo 21".to_owned(),
            "session done 21 1".to_owned(),
            "session skip 23".to_owned(),
            format!("agenda add {meeting} First thing"),
            format!("agenda add {meeting} Second thing"),
            format!("agenda add {meeting} Third thing"),
            format!("ask {meeting} Who pays?"),
        ] {
            stage.later(chrono::Duration::seconds(5));
            world.says("ada", &said).await;
        }
        let mut told = BTreeSet::new();
        for case in cases(meeting, &jo) {
            tell(&stage, &ben, &case).await;
            told.insert(case.act);
        }
        world.clock.set("2026-09-29T09:00:00Z".parse().unwrap());
        let ben = stage.signed_in("ben", "").await;
        for case in cases_of_what_was_held() {
            tell(&stage, &ben, &case).await;
            told.insert(case.act);
        }
        let all: BTreeSet<&str> = CHANGES.iter().map(|(name, _)| *name).collect();
        assert_eq!(told, all, "each of them is told");
    }
}

#[tokio::test]
async fn bad27_of_two_who_give_somebody_the_same_days_in_a_group_the_later_is_told_of_the_first() {
    for place in Place::both() {
        let stage = stage(place).await;
        let (ada, ben) = (
            stage.signed_in("ada", "").await,
            stage.signed_in("ben", "").await,
        );
        let world = &stage.world;
        let jo = "SELECT id AS t FROM members WHERE name = 'Jo Field'";
        let page = format!("/app/people/{}", world.text(jo).await);
        for (name, group) in [("role-add", "core"), ("deputy", "deputies")] {
            let act = format!("/app/do/{name}");
            let typed = |from, until| {
                let mut typed = vec![("from", from), ("until", until)];
                if name == "role-add" {
                    typed.push(("group", "core"));
                }
                typed
            };
            // Hers lie within his, so that neither begins on a day of the other's that was there first.
            let hers = filled(&ada, &page, &act, &typed("2026-12-10", "2026-12-20")).await;
            let his = filled(&ben, &page, &act, &typed("2026-12-01", "2026-12-31")).await;
            let first = sends(&stage, &ada, &act, &hers).await;
            assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
            let second = sends(&stage, &ben, &act, &his).await;
            assert_eq!(
                second.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{name}: {}",
                second.text
            );
            let shown = unescaped(&second.text);
            for part in ["from 10 Dec 2026 until 20 Dec 2026", "2026-12-31"] {
                assert!(shown.contains(part), "{name}: {part}: {shown}");
            }
            let kept = match group {
                "core" => {
                    "SELECT count(*) AS n FROM role_terms WHERE role_group = 'core' AND since >= '2026-12-01'"
                }
                _ => "SELECT count(*) AS n FROM role_terms WHERE role_group = 'deputies'",
            };
            assert_eq!(world.number(kept).await, 1, "{name}");
            // Days that are free are in nobody's way.
            let other = filled(&ben, &page, &act, &typed("2026-12-21", "2026-12-31")).await;
            let done = sends(&stage, &ben, &act, &other).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{name}: {}", done.text);
            assert_eq!(world.number(kept).await, 2, "{name}");
        }
    }
}
