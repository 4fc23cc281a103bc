//! What those who run a community do about people: what is held on one and forgetting them, and who has what left on a list.

use convene::domain::people::member::Permission;
use reqwest::StatusCode;

use super::stage::{Stage, unescaped};
use crate::harness::databases::Place;

async fn stage(place: Place) -> (Stage, String) {
    let stage = Stage::new(place).await;
    stage
        .world
        .joins("mei", "Mei Tanaka", Some("ALPHA"), Permission::Member)
        .await;
    let mei = "SELECT id AS t FROM members WHERE name = 'Mei Tanaka'";
    let mei = stage.world.text(mei).await;
    (stage, mei)
}

#[tokio::test]
async fn what_is_held_is_shown_given_as_a_file_and_forgotten_after_the_name_was_typed() {
    for place in Place::both() {
        let (stage, mei) = stage(place).await;
        let world = &stage.world;
        world.says("mei", "rsvp yes 21").await;
        world.says("ada", "session speaker 22 Mei Tanaka").await;
        let ada = stage.signed_in("ada", "").await;
        let person = ada.gets(&format!("/app/people/{mei}")).await;
        let held = format!("/app/people/{mei}/held");
        assert!(
            person.text.contains(&format!("href=\"{held}\"")),
            "{}",
            person.text
        );
        let page = unescaped(&ada.gets(&held).await.text);
        for part in [
            "What is held on",
            "Mei Tanaka",
            "Answers to session 21 taken back",
            "A part in session 22",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let file = ada.gets(&format!("{held}.json")).await;
        assert_eq!(
            file.headers["content-disposition"],
            "attachment; filename=\"held.json\""
        );
        let file: serde_json::Value = serde_json::from_str(&file.text).unwrap();
        assert!(file.to_string().contains("Mei Tanaka"), "{file}");

        let forget = format!("/app/people/{mei}/forget");
        for wrong in ["", "Mei", "Jo Field"] {
            let got = ada.sends_form("", &forget, &[("name", wrong)]).await;
            assert_eq!(
                got.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{wrong}: {}",
                got.text
            );
            assert!(got.text.contains("Nobody was forgotten"), "{}", got.text);
        }
        assert_eq!(
            world
                .number("SELECT count(*) AS n FROM members WHERE name = 'Mei Tanaka'")
                .await,
            1
        );
        let got = ada
            .sends_form("", &forget, &[("name", " mei tanaka ")])
            .await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.text);
        assert_eq!(
            world
                .number("SELECT count(*) AS n FROM members WHERE name = 'Mei Tanaka'")
                .await,
            0
        );
        assert_eq!(world.session(21).await.tally.yes(), 0);
        for gone in [
            &held,
            &format!("/app/people/{mei}"),
            &format!("{held}.json"),
        ] {
            assert_eq!(ada.gets(gone).await.status, StatusCode::NOT_FOUND, "{gone}");
        }
        let again = ada.sends_form("", &forget, &[("name", "Mei Tanaka")]).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        let log = ada.gets("/app/log").await.text;
        assert!(log.contains("forget") && !log.contains("Mei"), "{log}");
    }
}

#[tokio::test]
async fn who_manages_by_the_configuration_and_who_is_elsewhere_is_not_forgotten_here() {
    let (stage, _) = stage(Place::sqlite()).await;
    let ada = stage.signed_in("ada", "").await;
    let world = &stage.world;
    let zoe = world
        .text("SELECT id AS t FROM members WHERE name = 'Zoe Wren'")
        .await;
    for path in ["held", "held.json"] {
        let got = ada.gets(&format!("/app/people/{zoe}/{path}")).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{}", got.text);
    }
    let got = ada
        .sends_form(
            "",
            &format!("/app/people/{zoe}/forget"),
            &[("name", "Zoe Wren")],
        )
        .await;
    assert_eq!(got.status, StatusCode::NOT_FOUND, "{}", got.text);
    let me = world
        .text("SELECT id AS t FROM members WHERE name = 'Ada Marsh'")
        .await;
    let page = ada.gets(&format!("/app/people/{me}/held")).await.text;
    assert!(!page.contains("Forget them for good"), "{page}");
    let got = ada
        .sends_form(
            "",
            &format!("/app/people/{me}/forget"),
            &[("name", "Ada Marsh")],
        )
        .await;
    assert_eq!(got.status, StatusCode::CONFLICT, "{}", got.text);
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM members WHERE name = 'Zoe Wren'")
            .await,
        1
    );
}

#[tokio::test]
async fn newcomers_are_listed_with_what_is_left_and_ticked_on_their_page() {
    for place in Place::both() {
        let (stage, mei) = stage(place).await;
        let ada = stage.signed_in("ada", "").await;
        let empty = ada.gets("/app/people/newcomers").await.text;
        assert!(empty.contains("Nobody has anything left"), "{empty}");
        let page = format!("/app/people/{mei}");
        let form = ada.gets(&page).await.form("/app/do/onboarding-start");
        let who = form
            .iter()
            .find(|(name, _)| name == "who")
            .unwrap()
            .1
            .clone();
        let begun = ada
            .sends_form(
                "",
                "/app/do/onboarding-start",
                &[("who", &who), ("list", "general"), ("back", &page)],
            )
            .await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
        let shown = ada.gets(&page).await;
        let before = left(&shown.text);
        let tick = shown.form("/app/do/onboarding-done");
        let fields: Vec<(&str, &str)> = tick
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let ticked = ada.sends_form("", "/app/do/onboarding-done", &fields).await;
        assert_eq!(ticked.status, StatusCode::SEE_OTHER, "{}", ticked.text);
        let after = ada.gets(&page).await;
        assert_eq!(
            left(&after.text),
            (before.0 + 1, before.1),
            "{}",
            after.text
        );
        let all = ada.gets("/app/people/newcomers").await.text;
        let done = format!("{} of {}", before.0 + 1, before.1);
        assert!(
            all.contains("Mei Tanaka") && all.contains(&done),
            "{done}: {all}"
        );
        // Taken back by the button that stands there now.
        let back = after.form("/app/do/onboarding-undone");
        let fields: Vec<(&str, &str)> = back
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        ada.sends_form("", "/app/do/onboarding-undone", &fields)
            .await;
        assert_eq!(left(&ada.gets(&page).await.text), before);
        // Weeks later something is late, and the page says so.
        stage.later(chrono::Duration::days(60));
        let ada = stage.signed_in("ada", "").await;
        let all = ada.gets("/app/people/newcomers").await.text;
        assert!(
            all.contains("with something late") && all.contains("late since"),
            "{all}"
        );
    }
}

/// How many of how many are done, on a person's page.
fn left(page: &str) -> (usize, usize) {
    let list = page.split_once("<progress value=\"").unwrap().1;
    let (done, rest) = list.split_once("\" max=\"").unwrap();
    let all = rest.split('"').next().unwrap();
    (done.parse().unwrap(), all.parse().unwrap())
}

#[tokio::test]
async fn people_are_found_by_a_part_of_a_name_or_of_an_account_a_page_at_a_time() {
    for place in Place::both() {
        let (stage, _) = stage(place).await;
        let world = &stage.world;
        world.crowd(260).await;
        world
            .joins("U0Heron7", "Quinn Reed", None, Permission::Member)
            .await;
        let ada = stage.signed_in("ada", "").await;
        let finds = async |typed: &str| {
            let typed = typed.replace(' ', "+").replace('%', "%25");
            let page = ada.gets(&format!("/app/people?q={typed}")).await;
            unescaped(&page.text)
        };
        for (typed, found) in [
            ("tanak", "Mei Tanaka"),
            ("EI  TAN", "Mei Tanaka"),
            ("U0Her", "Quinn Reed"),
            ("U0Heron7", "Quinn Reed"),
            ("inn re", "Quinn Reed"),
        ] {
            let page = finds(typed).await;
            assert!(page.contains(found), "{typed}: {page}");
            assert!(!page.contains("Ada Marsh</bdi></a>"), "{typed}: {page}");
        }
        for nobody in ["nobody at all", "%", "_", "anaka mei"] {
            let page = finds(nobody).await;
            assert!(page.contains("Nobody is called that"), "{nobody}: {page}");
        }
        // What nearly every account has in it is walked in the order of names, to the last page and nobody twice.
        for typed in ["m", "member 0"] {
            let (mut names, mut at) = (
                Vec::new(),
                format!("/app/people?q={}", typed.replace(' ', "+")),
            );
            loop {
                let page = unescaped(&ada.gets(&at).await.text);
                let rows = page.split("<tr><th scope=\"row\">").skip(1);
                names.extend(rows.filter_map(|row| {
                    let name = row.split("<bdi>").nth(1)?;
                    Some(name.split("</bdi>").next()?.to_owned())
                }));
                let Some((before, _)) = page.split_once("\">Show more</a>") else {
                    break;
                };
                at = before.rsplit("href=\"").next().unwrap().to_owned();
            }
            let all = names.len();
            let expected = match typed {
                "m" => "SELECT count(*) AS n FROM members m WHERE m.community_id = (SELECT id FROM communities WHERE slug = 'joint')
                     AND (m.name_folded LIKE '%m%' OR m.id IN (SELECT member_id FROM accounts WHERE account LIKE '%m%'))",
                _ => "SELECT count(*) AS n FROM members m WHERE m.community_id = (SELECT id FROM communities WHERE slug = 'joint')
                     AND m.name_folded LIKE '%member 0%'",
            };
            assert_eq!(
                all as i64,
                world.number(expected).await,
                "{typed}: {names:?}"
            );
            assert!(all > 90, "{typed}: {all}");
            names.dedup();
            assert_eq!(names.len(), all, "{typed}: nobody twice");
        }
    }
}
