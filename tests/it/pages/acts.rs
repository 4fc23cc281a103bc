//! What is done on pages is what is done in chat: the same answers, the same log, taken back the same way.

use reqwest::StatusCode;

use super::stage::Stage;
use crate::harness::databases::Place;

#[tokio::test]
async fn a_session_is_prepared_announced_moved_and_the_move_is_told() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let ada = stage.signed_in("ada", "").await;
        let does = async |act: &str, fields: &[(&str, &str)]| {
            let mut all = vec![("session", "21"), ("back", "/app/sessions/21")];
            all.extend_from_slice(fields);
            ada.sends_form("", &format!("/app/do/{act}"), &all).await
        };
        let set = does("session-theme", &[("theme", "Synthetic data & <b>you</b>")]).await;
        assert_eq!(
            (set.status, set.to()),
            (StatusCode::SEE_OTHER, "/app/sessions/21")
        );
        let page = ada.gets("/app/sessions/21").await.text;
        assert!(
            page.contains("Theme set") && page.contains("Take it back"),
            "{page}"
        );
        assert!(
            page.contains("Synthetic data &#38; &#60;b&#62;you&#60;/b&#62;"),
            "{page}"
        );
        // Told once.
        assert!(
            !ada.gets("/app/sessions/21")
                .await
                .text
                .contains("Theme set")
        );
        does(
            "session-speaker",
            &[
                ("presence", "confirm"),
                ("who", "Mei Tanaka (ALPHA); Jo Field (BETA)"),
                ("as", "speaker"),
            ],
        )
        .await;
        does("session-host", &[("who", "Ada Marsh")]).await;
        does("session-link", &[("link", "https://video.example.org/21")]).await;
        let page = ada.gets("/app/sessions/21").await.text;
        assert!(!page.contains("Still missing"), "{page}");
        // The announcement is looked at first.
        let preview = does("session-announce", &[]).await;
        assert_eq!(preview.status, StatusCode::OK);
        assert!(preview.text.contains("Synthetic data"), "{}", preview.text);
        assert_eq!(stage.world.room("announcements"), "");
        let press = preview.hidden("command");
        assert!(press.starts_with("confirm "), "{press}");
        ada.sends_form(
            "",
            "/app/press",
            &[("command", &press), ("back", "/app/sessions/21")],
        )
        .await;
        stage.world.tick().await;
        assert!(
            stage
                .world
                .room("announcements")
                .contains("Synthetic data & <b>you</b>")
        );
        assert!(
            ada.gets("/app/sessions/21")
                .await
                .text
                .contains("announced")
        );
        let moved = does(
            "session-move",
            &[("date", "2026-10-05"), ("start", "15:00"), ("end", "16:00")],
        )
        .await;
        if moved.status == StatusCode::OK {
            let press = moved.hidden("command");
            ada.sends_form("", "/app/press", &[("command", &press)])
                .await;
        }
        let session = stage.world.session(21).await;
        assert_eq!(session.plan.wall.to_string(), "2026-10-05 15:00:00");
        let log = ada.gets("/app/log").await.text;
        assert!(
            log.contains("session move") && log.contains("Ada Marsh"),
            "{log}"
        );
    }
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_acted_on_once() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let ada = stage.signed_in("ada", "").await;
        let seal = ada.gets("/app").await.hidden("form");
        let fields = [
            ("form", seal.as_str()),
            ("once", "the same"),
            ("session", "21"),
            ("title", "Making tables up"),
        ];
        for _ in 0..2 {
            let got = ada.posts("/app/do/session-talk", &fields).await;
            assert_eq!(got.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(
            stage.world.number("SELECT count(*) AS n FROM talks").await,
            1
        );
        assert!(ada.gets("/app").await.text.contains("sent twice"));
    }
}

#[tokio::test]
async fn what_was_done_on_a_page_is_taken_back_in_chat_and_the_other_way() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let ada = stage.signed_in("ada", "").await;
        ada.sends_form(
            "",
            "/app/do/session-theme",
            &[("session", "21"), ("theme", "First")],
        )
        .await;
        assert!(stage.world.says("ada", "undo").await.contains("Undone"));
        assert!(stage.world.session(21).await.theme.is_empty());
        stage.world.says("ada", "session theme 21 Second").await;
        let undone = ada.sends_form("", "/app/do/undo", &[]).await;
        assert_eq!(undone.status, StatusCode::SEE_OTHER);
        assert!(stage.world.session(21).await.theme.is_empty());
    }
}

#[tokio::test]
async fn what_somebody_typed_is_kept_whatever_it_is() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let ada = stage.signed_in("ada", "").await;
        for text in [
            "key=value as=host remove=yes “quoted” \"too\"",
            "=cmd|' /C calc'!A0",
            "<script>alert(1)</script>",
            "\" onmouseover=\"alert(1)",
            "社會科學院語學研究所 ÅÍÎÏ˝ÓÔ",
            "{{ 7 * 7 }} {% raw %} ${7*7} %s %d",
            "'; DROP TABLE sessions; --",
            "in other sign in",
            "../../../etc/passwd%00",
        ] {
            stage.later(chrono::Duration::seconds(5));
            let set = ada
                .sends_form(
                    "",
                    "/app/do/session-theme",
                    &[("session", "21"), ("theme", text)],
                )
                .await;
            assert_eq!(set.status, StatusCode::SEE_OTHER, "{text}: {}", set.text);
            assert_eq!(stage.world.session(21).await.theme.as_str(), text);
            let page = ada.gets("/app/sessions/21").await.text;
            assert!(
                !page.contains("<script>alert") && !page.contains("\" onmouseover=\"alert"),
                "{text}"
            );
            assert!(!page.contains("49 "), "{text}");
        }
    }
}

#[tokio::test]
async fn a_table_is_looked_at_first_and_then_taken_in_once() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let ada = stage.signed_in("ada", "").await;
        let bad = b"series,date,theme\nks,2026-99-28,Nothing\nks,2026-10-26,Fine\n";
        let refused = ada
            .brings("/app/import", &[("what", "series")], "bad.csv", bad)
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains(">2<"), "{}", refused.text);
        let good = "series,date,theme,speakers\nks,2026-09-28,Synthetic data,Mei Tanaka (ALPHA); Jo Field (BETA)\n";
        let looked = ada
            .brings(
                "/app/import",
                &[("what", "series")],
                "good.csv",
                good.as_bytes(),
            )
            .await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.text);
        assert!(looked.text.contains("1 updated"), "{}", looked.text);
        assert!(
            stage.world.session(21).await.theme.is_empty(),
            "nothing is done before somebody says yes"
        );
        let file = looked.hidden("file");
        let taken = ada
            .sends_form("", "/app/import/take", &[("file", &file)])
            .await;
        assert!(taken.text.contains("Taken in"), "{}", taken.text);
        assert_eq!(
            stage.world.session(21).await.theme.as_str(),
            "Synthetic data"
        );
        let again = ada
            .sends_form("", "/app/import/take", &[("file", &file)])
            .await;
        assert_eq!(again.status, StatusCode::CONFLICT);
    }
}
