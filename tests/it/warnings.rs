//! Warnings: public holidays of every partner country, weeks in which clocks disagree, and people who would be in two
//! places, all told before anybody else hears of a date.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

const RULE: &str = "last Monday of every month 14:00-15:00";

#[tokio::test]
async fn the_mondays_that_were_bank_holidays_are_told_of_when_they_are_planned() {
    let world = World::with("2022-04-04T08:00:00Z", SETTINGS, Place::sqlite()).await;
    let said = format!("series new ks \"Knowledge Share\" {RULE} from=2022-04-25 to=2023-06-30");
    let planned = world.says("ada", &said).await;
    assert!(
        planned.contains("(Mon 29 Aug, England: Late Summer Bank Holiday)"),
        "{planned}"
    );
    assert!(
        planned.contains(
            "(Mon 29 May, United Kingdom: Spring Bank Holiday; United States: Memorial Day)"
        ),
        "{planned}"
    );
    insta::assert_snapshot!("planned_2022", planned);
    insta::assert_snapshot!(
        "shown_2022",
        world.says("ada", "session show ks 2022-08-29").await
    );
}

#[tokio::test]
async fn before_anything_is_announced_each_way_to_a_date_tells_of_it() {
    let world = World::new().await;
    let ada = async |said: &str| world.says("ada", said).await;
    ada(&format!(
        "series new ks \"Knowledge Share\" {RULE} from=2026-09-01 to=2027-06-30"
    ))
    .await;
    insta::assert_snapshot!(
        "changed",
        ada("series change ks first Monday of every month from=2027-03-01").await
    );
    insta::assert_snapshot!(
        "added",
        ada("session new \"Data clinic\" 2026-12-25 10:00-11:00").await
    );
    insta::assert_snapshot!("moved", ada("session move 21 2026-10-28").await);
    insta::assert_snapshot!("announce", ada("session announce 24").await);
    world.crowd(21).await;
    for n in 1..=21 {
        world.says(&format!("m{n:03}"), "rsvp yes 23").await;
    }
    // The preview of a move tells of the date that it would have.
    insta::assert_snapshot!("move_preview", ada("session move 23 2026-11-26").await);
    // Nobody else is told: a member sees the date alone.
    world
        .joins("mei", "Mei Tanaka", Some("BETA"), Permission::Member)
        .await;
    let shown = world.says("mei", "session show 24").await;
    assert!(!shown.contains("Public holiday"), "{shown}");
}

#[tokio::test]
async fn a_partner_can_keep_the_days_of_its_region_and_others_can_be_watched() {
    let settings = SETTINGS.replace(
        "country = \"GB\"",
        "country = \"GB\", region = \"Scotland\"",
    ) + "\nwarnings = { holidays = [\"DE-BY\", \"CH\"] }\n";
    let world = World::with("2026-07-01T08:00:00Z", &settings, Place::sqlite()).await;
    let ada = async |said: &str| world.says("ada", said).await;
    // Bank holidays of Scotland and of England, a day of nobody, and holidays of Switzerland and Bavaria.
    let mut told = String::new();
    for day in [
        "2026-08-03",
        "2026-08-31",
        "2026-07-25",
        "2026-08-01",
        "2026-11-01",
    ] {
        told.push_str(&ada(&format!("session new \"Open day\" {day} 14:00-15:00")).await);
        told += "\n\n";
    }
    insta::assert_snapshot!("regions", told);
}

#[tokio::test]
async fn what_is_not_known_of_a_day_is_said() {
    let settings = SETTINGS.replace(", country = \"US\"", "");
    let world = World::with("2036-07-01T08:00:00Z", &settings, Place::sqlite()).await;
    let said = format!("series new ks \"Knowledge Share\" {RULE} from=2036-11-01 to=2037-02-28");
    insta::assert_snapshot!("no_data", world.says("ada", &said).await);
    insta::assert_snapshot!("no_data_of_one", world.says("ada", "session show 23").await);
}

#[tokio::test]
async fn an_hour_that_is_odd_in_sydney_is_told_with_what_is_usual_before_and_after() {
    let settings = SETTINGS
        .replace("America/New_York", "Australia/Sydney")
        .replace("\"US\"", "\"AU\"");
    let world = World::with("2026-09-07T08:00:00Z", &settings, Place::sqlite()).await;
    let said =
        "series new ks \"Knowledge Share\" every Monday 13:30-14:30 from=2026-09-07 to=2027-05-31";
    insta::assert_snapshot!("sydney", world.says("ada", said).await);
    insta::assert_snapshot!(
        "sydney_one",
        world.says("ada", "session show ks 2026-10-12").await
    );
}

#[tokio::test]
async fn people_who_would_be_in_two_places_are_counted() {
    for place in Place::both() {
        let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
        world.crowd(12).await;
        let ada = async |said: &str| world.says("ada", said).await;
        ada("series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31").await;
        let clinic = "series new clinic \"Methods Clinic\" every Monday 14:30-15:30 from=2026-09-14 to=2026-11-30";
        let planned = ada(clinic).await;
        assert!(
            planned.contains("At the same time: 27 and 21 · Knowledge Share"),
            "{planned}"
        );
        // 21 on 28 September and 27 of the clinic; three say yes to both, one yes and maybe, one to one of them.
        for (who, said) in [
            ("m001", "rsvp yes 21"),
            ("m001", "rsvp yes 27"),
            ("m002", "rsvp yes 21"),
            ("m002", "rsvp yes 27"),
            ("m003", "rsvp yes 21"),
            ("m003", "rsvp maybe 27"),
            ("m004", "rsvp yes 21"),
            ("m005", "rsvp no 21"),
            ("m005", "rsvp yes 27"),
        ] {
            world.says(who, said).await;
        }
        // A speaker of one who comes to the other is in two places too.
        world.says("m006", "rsvp yes 27").await;
        ada("session speaker 21 Member 006").await;
        let shown = ada("session show 21").await;
        assert!(
            shown.contains("At the same time: 27 · Methods Clinic; 3 people said yes to both, 1 person more may come to both."),
            "{shown}"
        );
        // What ends when the other begins is not at the same time.
        ada("session move 27 2026-09-28 15:00").await;
        let shown = ada("session show 21").await;
        assert!(!shown.contains("At the same time"), "{shown}");
        // Whoever comes to both series is counted before they answer.
        world.goes_to("2026-10-01T08:00:00Z").await;
        let next = ada("session show ks 2026-10-26").await;
        assert!(
            next.contains("At the same time: 31 · Methods Clinic; 2 people come to both series."),
            "{next}"
        );
    }
}

#[tokio::test]
async fn when_the_service_plans_by_itself_the_organisers_hear_of_dates_that_need_a_look() {
    let settings = format!("{SETTINGS}\nplanning = {{ horizon_days = 60 }}\n");
    let world = World::with("2026-05-18T08:00:00Z", &settings, Place::sqlite()).await;
    world
        .says(
            "ada",
            &format!("series new ks \"Knowledge Share\" {RULE} from=2026-06-01"),
        )
        .await;
    let posted = world.goes_to("2026-07-20T08:00:00Z").await;
    let told: Vec<&str> = posted
        .split("\n\n")
        .filter(|post| post.contains("planned by its rule"))
        .collect();
    insta::assert_snapshot!("planned_further", told.join("\n\n"));
}
