//! Every line of the command language, typed on Monday 7 September 2026 in a community with partners ALPHA in London and
//! BETA in New York. Snapshots hold what the person reads.

use super::harness::databases::Place;
use super::harness::world::{World, with_run_books};
use convene::domain::people::member::Permission;

const SERIES: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30 capacity=300";

#[tokio::test]
async fn a_series_is_planned_changed_and_listed() {
    let world = World::new().await;
    world
        .lives_in("ada", convene::domain::time::Zone::Europe__London)
        .await;
    insta::assert_snapshot!("series_new", world.says("ada", SERIES).await);
    insta::assert_snapshot!(
        "series_change",
        world
            .says(
                "ada",
                "series change ks last Tuesday 14:00-15:00 from=2027-03-01"
            )
            .await
    );
    insta::assert_snapshot!("series_list", world.says("ada", "series list").await);
    insta::assert_snapshot!(
        "session_skip",
        world.says("ada", "session skip 24 Winter break").await
    );
    insta::assert_snapshot!("sessions", world.says("ada", "sessions").await);
    insta::assert_snapshot!(
        "session_restore",
        world.says("ada", "session restore 24").await
    );
    insta::assert_snapshot!(
        "series_break",
        world
            .says(
                "ada",
                "series break ks from=2026-12-20 to=2027-01-03 Winter break"
            )
            .await
    );
}

#[tokio::test]
async fn a_session_is_described_announced_moved_and_called_off() {
    let world = World::new().await;
    world.crowd(45).await;
    world.says("ada", SERIES).await;
    insta::assert_snapshot!(
        "session_theme",
        world.says("ada", "session theme 22 Synthetic data").await
    );
    insta::assert_snapshot!(
        "session_speaker",
        world
            .says(
                "ada",
                "session speaker 22 Mei Tanaka (ALPHA); Jo Field (BETA)"
            )
            .await
    );
    insta::assert_snapshot!(
        "session_link",
        world
            .says("ada", "session link 22 https://video.example.org/ks")
            .await
    );
    insta::assert_snapshot!(
        "session_talk",
        world
            .says(
                "ada",
                "session talk 22 speaker=\"Mei Tanaka\" Making tables up"
            )
            .await
    );
    insta::assert_snapshot!(
        "session_announce",
        world.says("ada", "session announce 22").await
    );
    insta::assert_snapshot!("announced", world.presses("ada", "Post").await);
    for n in 1..=41 {
        world.says(&format!("m{n:03}"), "rsvp yes 22").await;
    }
    world.goes_to("2026-10-25T15:30:00Z").await;
    insta::assert_snapshot!("card_with_41", world.room("announcements"));
    insta::assert_snapshot!(
        "session_move",
        world.says("ada", "session move 22 2026-11-02").await
    );
    let told = world.presses("ada", "Move").await;
    insta::assert_snapshot!("moved", told.split("\n\n").last().unwrap());
    assert_eq!(
        told.matches("New date").count(),
        41,
        "each of them is told once"
    );
    insta::assert_snapshot!(
        "moved_notice",
        told.split("\n\n")
            .find(|post| post.contains("dm-m001"))
            .unwrap()
    );
    let until = world.goes_to("2026-11-01T14:00:30Z").await;
    assert_eq!(
        until.matches("You said yes.").count(),
        41,
        "armed again: {until}"
    );
    insta::assert_snapshot!(
        "session_cancel",
        world
            .says("ada", "session cancel 22 speaker withdrew")
            .await
    );
    let told = world.presses("ada", "Cancel it").await;
    assert_eq!(told.matches("Called off: Mon 2 Nov").count(), 41, "{told}");
}

#[tokio::test]
async fn members_answer_and_say_what_they_prefer() {
    let world = World::new().await;
    world
        .joins("jo", "Jo Field", Some("BETA"), Permission::Member)
        .await;
    world.says("ada", SERIES).await;
    insta::assert_snapshot!(
        "zone_unknown",
        world.says("jo", "zone America/New_Yrok").await
    );
    insta::assert_snapshot!("zone", world.says("jo", "zone America/New_York").await);
    insta::assert_snapshot!("rsvp_yes", world.says("jo", "rsvp yes 21").await);
    insta::assert_snapshot!("rsvp_again", world.says("jo", "rsvp yes 21").await);
    insta::assert_snapshot!(
        "rsvp_no_following",
        world.says("jo", "rsvp no ks from=2027-01-01").await
    );
    insta::assert_snapshot!("quiet", world.says("jo", "quiet 18:00-08:00").await);
    insta::assert_snapshot!("remind_own", world.says("jo", "remind 3d,2h").await);
    insta::assert_snapshot!("snooze", world.says("jo", "snooze 1h").await);
    insta::assert_snapshot!("remind_off", world.says("jo", "remind off").await);
    insta::assert_snapshot!("mute", world.says("jo", "mute invitations").await);
    insta::assert_snapshot!("help_member", world.says("jo", "help").await);
    insta::assert_snapshot!("help_rsvp", world.says("jo", "help rsvp").await);
    insta::assert_snapshot!("help_manager", world.says("ada", "help").await);
    insta::assert_snapshot!("mistyped", world.says("jo", "rvsp yes 21").await);
    insta::assert_snapshot!("not_allowed", world.says("jo", "session cancel 21").await);
    insta::assert_snapshot!(
        "session_show",
        world.says("jo", "session show ks 2026-10-26").await
    );
    insta::assert_snapshot!(
        "ambiguous_date",
        world.says("ada", "session move 21 03/04").await
    );
}

#[tokio::test]
async fn a_newcomer_works_through_a_list() {
    let world = World::new().await;
    world
        .joins("mei", "Mei Tanaka", Some("ALPHA"), Permission::Member)
        .await;
    insta::assert_snapshot!(
        "onboarding_start",
        world
            .says("ada", "onboarding start @mei list=researcher")
            .await
    );
    insta::assert_snapshot!("todo", world.says("mei", "todo").await);
    insta::assert_snapshot!("done", world.says("mei", "done 4").await);
    insta::assert_snapshot!(
        "onboarding_list",
        world.says("ada", "onboarding list").await
    );
}

#[tokio::test]
async fn a_session_is_prepared_by_its_run_book() {
    let (now, settings) = ("2026-09-07T08:00:00Z", with_run_books());
    let world = World::with(now, &settings, Place::sqlite()).await;
    world.says("ada", SERIES).await;
    insta::assert_snapshot!("session_todo", world.says("ada", "session todo 21").await);
    insta::assert_snapshot!(
        "session_done",
        world.says("ada", "session done 21 bios").await
    );
}

#[tokio::test]
async fn who_came_is_written_down_and_summed_up() {
    let world = World::new().await;
    world.crowd(6).await;
    world.says("ada", SERIES).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    for n in 1..=4 {
        world.says(&format!("m{n:03}"), "rsvp yes 21").await;
    }
    world.goes_to("2026-09-28T13:02:30Z").await;
    insta::assert_snapshot!("here", world.says("m001", "here 21").await);
    insta::assert_snapshot!("here_again", world.says("m001", "here").await);
    insta::assert_snapshot!(
        "attendance_list",
        world
            .says(
                "ada",
                "attendance list 21 Member 002; Member 003; Nobody Known"
            )
            .await
    );
    insta::assert_snapshot!(
        "attendance_count",
        world.says("ada", "attendance count 21 87").await
    );
    insta::assert_snapshot!(
        "attendance_review",
        world.says("ada", "attendance review 21").await
    );
    insta::assert_snapshot!("summary", world.goes_to("2026-09-28T15:00:30Z").await);
}

#[tokio::test]
async fn the_week_is_summed_up_and_rehearsed() {
    let world = World::new().await;
    world.crowd(3).await;
    world.says("ada", SERIES).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world
        .says("ada", "deadline add 2026-09-25 Abstracts for the workshop")
        .await;
    insta::assert_snapshot!(
        "digest_preview",
        world.says("ada", "digest preview weekly").await
    );
    insta::assert_snapshot!(
        "session_chase",
        world.says("ada", "session chase 21 to=unanswered").await
    );
    insta::assert_snapshot!("rehearse", world.says("ada", "rehearse days=30").await);
    insta::assert_snapshot!("outbox", world.says("ada", "outbox list").await);
    insta::assert_snapshot!(
        "to_the_weekly_digest",
        world.goes_to("2026-09-21T08:00:30Z").await
    );
}

#[tokio::test]
async fn a_meeting_is_planned_and_prepared() {
    let world = World::new().await;
    world.crowd(70).await;
    for n in 1..=64 {
        let group = ["core", "researchers", "students"][n % 3];
        world.takes_role(&format!("m{n:03}"), group).await;
    }
    world.says("ada", SERIES).await;
    insta::assert_snapshot!(
        "meeting_new",
        world
            .says("ada", "meeting new all-hands \"Autumn all-hands\" 2026-11-12 09:30-12:30 for=core,researchers,students")
            .await
    );
    world.says("m001", "agenda add 31 Who is new").await;
    world.says("m002", "agenda add 31 Where we stand").await;
    insta::assert_snapshot!(
        "agenda_add",
        world
            .says("m003", "agenda add 31 Data access for the new cohort")
            .await
    );
    for n in 1..=6 {
        world.says("m004", &format!("ask 31 Question {n}")).await;
    }
    insta::assert_snapshot!(
        "ask",
        world
            .says("m005", "ask 31 anonymous=yes Who owns the data licence?")
            .await
    );
}

#[tokio::test]
async fn what_is_counted_and_what_is_held_on_somebody() {
    let world = World::new().await;
    world
        .joins("jo", "Jo Field", Some("BETA"), Permission::Member)
        .await;
    world.says("ada", SERIES).await;
    insta::assert_snapshot!(
        "session_waive",
        world
            .says("ada", "session waive 25 joint BETA speaker ill")
            .await
    );
    world.says("jo", "rsvp yes 21").await;
    world.goes_to("2026-09-28T13:05:00Z").await;
    world.says("jo", "here 21").await;
    world.goes_to("2026-09-29T08:00:00Z").await;
    insta::assert_snapshot!(
        "figures_show",
        world
            .says(
                "ada",
                "figures show attendances from=2022-04-01 to=2023-05-31"
            )
            .await
    );
    insta::assert_snapshot!(
        "figures_show_now",
        world.says("ada", "figures show attendances").await
    );
    insta::assert_snapshot!(
        "figures_freeze",
        world.says("ada", "figures freeze \"Annual review\"").await
    );
    insta::assert_snapshot!("my_data", world.says("jo", "my data").await);
    insta::assert_snapshot!("link", world.says("jo", "link").await);
    insta::assert_snapshot!("forget_me", world.says("jo", "forget me").await);
}
