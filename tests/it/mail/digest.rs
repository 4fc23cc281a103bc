//! The weekly digest as somebody reads it who has nothing but mail.

use super::Mailing;
use crate::harness::databases::Place;
use crate::harness::world::SETTINGS;

/// Each link is sealed anew.
fn without_links(text: &str) -> String {
    let mut parts = text.split("https://convene.example.org/mail/");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest =
            part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        plain.push_str("LINK");
        plain.push_str(rest);
    }
    plain
}

#[tokio::test]
async fn a_week_comes_by_mail_to_those_who_want_it_until_they_do_not() {
    for place in Place::both() {
        let settings = SETTINGS.replace(
            "digest = [{ slug = \"weekly\", cron = \"0 9 * * 1\" }]",
            "digest = [{ slug = \"core\", cron = \"0 9 * * 1\", role_group = \"core\" }]",
        );
        assert_ne!(settings, SETTINGS);
        let it = Mailing::with(place, &settings).await;
        it.world
            .says("ada", "series new ks \"Knowledge Share\" every Tuesday 14:00-15:00 from=2026-09-08 to=2026-10-20")
            .await;
        it.world
            .says("ada", "session theme 22 Synthetic data")
            .await;
        for number in 21..=24 {
            it.world
                .says("ada", &format!("session announce {number}"))
                .await;
            it.world.presses("ada", "Post").await;
        }
        for (name, said) in [
            ("mei", Some("yes")),
            ("una", Some("yes")),
            ("jo", Some("no")),
            ("quiet", None),
        ] {
            let address = format!("{name}@example.org");
            it.knows(&address, name).await;
            if let Some(said) = said {
                it.says(&address, &format!("consent mail {said}")).await;
            }
            it.world
                .says("ada", &format!("role add core {address}"))
                .await;
        }
        it.says("mei@example.org", "rsvp yes 22").await;
        it.post.unread();

        it.world.goes_to("2026-09-14T08:30:00Z").await;
        let mut first = it.post.unread();
        first.retain(|one| one.subject().contains("week") || one.text().contains("This week"));
        first.sort_by(|a, b| a.to.cmp(&b.to));
        let to: Vec<_> = first.iter().map(|one| one.to.as_str()).collect();
        assert_eq!(
            to,
            ["mei@example.org", "una@example.org"],
            "those who said yes"
        );
        let mei = &first[0];
        let plain = without_links(&mei.text().replace("\r\n", "\n"));
        insta::allow_duplicates! { insta::assert_snapshot!("weekly", plain); }
        assert!(mei.html().contains("Synthetic data"), "{}", mei.html());
        let leave = mei.header("List-Unsubscribe").expect("a way out");
        assert_eq!(
            mei.header("List-Unsubscribe-Post").as_deref(),
            Some("List-Unsubscribe=One-Click")
        );
        assert!(
            leave.starts_with("<https://convene.example.org/mail/"),
            "{leave}"
        );

        it.says("una@example.org", "mute digests").await;
        it.post.unread();
        it.world.goes_to("2026-09-21T08:30:00Z").await;
        let mut next = it.post.unread();
        next.retain(|one| one.text().contains("This week"));
        let to: Vec<_> = next.iter().map(|one| one.to.as_str()).collect();
        assert_eq!(to, ["mei@example.org"]);
        assert_ne!(next[0].header("Message-ID"), mei.header("Message-ID"));
    }
}
