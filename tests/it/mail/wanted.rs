//! What goes by mail to whom: news to those who said yes, what follows from their own doing to all who did not say no.

use convene::actions::people;
use convene::domain::people::member::Permission;
use convene::domain::text::UserText;

use super::invitations::does;
use super::{Mailing, mailbox};
use crate::harness::databases::Place;
use crate::harness::world::SETTINGS;

#[tokio::test]
async fn an_imported_address_gets_what_follows_from_its_owners_doing_and_no_news() {
    for place in Place::both() {
        let settings = format!(
            "{}\nreminders = {{ unanswered = \"7d\" }}\n",
            SETTINGS.replace("digest = [{ slug = \"weekly\", cron = \"0 9 * * 1\" }]", "")
        );
        let it = Mailing::with(place, &settings).await;
        it.world
            .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30")
            .await;
        for (name, said) in [
            ("open", None),
            ("yes", Some("consent mail yes")),
            ("no", Some("consent mail no")),
        ] {
            let address = format!("{name}@example.org");
            it.knows(&address, name).await;
            it.knows(
                &format!("{name}-quiet@example.org"),
                &format!("{name} quiet"),
            )
            .await;
            it.says(&address, "rsvp yes 21").await;
            if let Some(said) = said {
                it.says(&address, said).await;
                it.says(&format!("{name}-quiet@example.org"), said).await;
            }
        }
        it.world.says("ada", "session announce 21").await;
        it.world.presses("ada", "Post").await;
        it.post.unread();
        let to = |letters: Vec<super::server::Taken>| {
            let mut names: Vec<String> = letters
                .into_iter()
                .map(|one| one.to.replace("@example.org", ""))
                .collect();
            names.sort();
            names.dedup();
            names
        };
        it.world.goes_to("2026-09-22T08:00:00Z").await;
        assert_eq!(
            to(it.post.unread()),
            ["yes-quiet"],
            "asked whether they come"
        );
        it.world.goes_to("2026-09-28T13:30:00Z").await;
        assert_eq!(
            to(it.post.unread()),
            ["open", "yes"],
            "reminded of what they said yes to"
        );
        it.world.says("ada", "session cancel 21 ill").await;
        assert_eq!(to(it.post.unread()), ["open", "yes"]);
    }
}

#[tokio::test]
async fn a_move_is_told_by_mail_too() {
    let it = Mailing::new(Place::sqlite()).await;
    it.world
        .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30")
        .await;
    it.knows("mei@example.org", "Mei Tanaka").await;
    it.says("mei@example.org", "rsvp yes 22").await;
    it.post.unread();
    it.world.says("ada", "session move 22 2026-11-02").await;
    let letters = it.post.unread();
    assert_eq!(letters.len(), 1);
    insta::assert_snapshot!(
        letters[0]
            .text()
            .replace("\r\n", "\n")
            .lines()
            .take_while(|line| *line != "-- ")
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[tokio::test]
async fn whoever_wants_news_by_mail_is_invited_to_meetings_of_their_groups_and_gets_the_agenda() {
    for place in Place::both() {
        let it = Mailing::new(place).await;
        for (name, said) in [("mei", "consent mail yes"), ("jo", "consent mail no")] {
            let address = format!("{name}@example.org");
            it.knows(&address, name).await;
            it.says(&address, said).await;
            it.world
                .says("ada", &format!("role add core {address}"))
                .await;
        }
        it.world
            .says(
                "ada",
                "meeting new ops \"Operations\" 2026-09-22 10:00-10:30 for=core",
            )
            .await;
        it.world
            .says("ada", "agenda add 21 Data access for the new cohort")
            .await;
        it.post.unread();
        does(&it, "meeting announce 21").await;
        let invited = it.post.unread();
        let to: Vec<_> = invited.iter().map(|letter| letter.to.as_str()).collect();
        assert_eq!(to, ["mei@example.org"]);
        assert!(invited[0].text().contains("Are you coming?"));
        it.world.goes_to("2026-09-19T08:00:00Z").await;
        let mut sent = it.post.unread();
        sent.retain(|letter| letter.text().contains("Data access for the new cohort"));
        let to: Vec<_> = sent.iter().map(|letter| letter.to.as_str()).collect();
        assert_eq!(to, ["mei@example.org"]);
    }
}

#[tokio::test]
async fn a_link_to_sign_in_is_asked_for_each_time_and_offers_no_way_out() {
    let it = Mailing::new(Place::sqlite()).await;
    let (ctx, account) = (it.world.context(), mailbox("run@example.org"));
    let known = it.world.db.write(move |tx| {
        let name = UserText::trusted("Rua Runs");
        Box::pin(
            async move { people::join(tx, &ctx, &account, &name, Permission::Organiser).await },
        )
    });
    known.await.unwrap();
    it.says("run@example.org", "sign in").await;
    let letters = it.post.unread();
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}");
    };
    assert!(letter.text().contains("/app/"), "{}", letter.text());
    assert!(
        !letter.text().contains("No more letters"),
        "{}",
        letter.text()
    );
    it.says("run@example.org", "help rsvp").await;
    let letters = it.post.unread();
    assert!(letters[0].text().contains("No more letters"), "{letters:?}");
}
