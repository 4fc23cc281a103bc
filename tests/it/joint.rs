//! Joint presenting: a session is complete when each partner has a confirmed speaker, or goes without for a reason; and
//! the balance of a year by organisation, career stage, and first appearance.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::cli::import::{self, Import, SeriesArgs};
use convene::domain::people::member::Permission;

const KS: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";

async fn planned(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("mei", "Mei Tanaka", Some("ALPHA"), Permission::Member)
        .await;
    world
        .joins("jo", "Jo Field", Some("BETA"), Permission::Member)
        .await;
    world.says("ada", KS).await;
    world
}

#[tokio::test]
async fn a_session_lacks_a_speaker_until_each_partner_has_one_who_agreed() {
    let world = planned(Place::sqlite()).await;
    let ada = async |said: &str| world.says("ada", said).await;
    insta::assert_snapshot!("theme", ada("session theme 21 Synthetic data").await);
    insta::assert_snapshot!("one", ada("session speaker 21 Mei Tanaka").await);
    insta::assert_snapshot!(
        "invited",
        ada("session speaker 21 invite Jo Field (BETA)").await
    );
    insta::assert_snapshot!("shown_inside", ada("session show 21").await);
    // Who is only invited is told to nobody else, and has no speaker's reminder.
    insta::assert_snapshot!("shown_outside", world.says("mei", "session show 21").await);
    let announced = ada("session announce 21").await;
    assert!(
        announced.contains("Missing: a speaker of BETA (invited: Jo Field), host, link."),
        "{announced}"
    );
    let card = announced.split("Missing").next().unwrap();
    assert!(
        card.contains("Mei Tanaka") && !card.contains("Jo Field"),
        "{announced}"
    );
    let chased = ada("session chase 21 to=speakers").await;
    assert!(
        chased.contains("1 people are asked.") || chased.contains("1 person"),
        "{chased}"
    );
    insta::assert_snapshot!(
        "confirmed",
        ada("session speaker 21 confirm Jo Field").await
    );
    let shown = world.says("mei", "session show 21").await;
    assert!(
        shown.contains("Mei Tanaka (ALPHA), Jo Field (BETA)"),
        "{shown}"
    );
    // Somebody who cannot come after all is taken out, and it lacks one again.
    let out = ada("session speaker 21 remove=yes Jo Field").await;
    assert!(
        out.contains("Missing: a speaker of BETA, host, link."),
        "{out}"
    );
}

#[tokio::test]
async fn the_organisers_are_reminded_of_the_partner_that_is_missing() {
    let world = planned(Place::sqlite()).await;
    world.says("ada", "session speaker 21 Mei Tanaka").await;
    let posted = world.goes_to("2026-09-21T14:00:00Z").await;
    let reminder: Vec<_> = posted
        .split("\n\n")
        .filter(|post| post.contains("organisers"))
        .collect();
    assert!(
        reminder
            .iter()
            .any(|post| post.contains("Missing: theme, a speaker of BETA, host, link.")),
        "{posted}"
    );
}

#[tokio::test]
async fn a_partner_is_waived_with_a_reason_and_that_can_be_taken_back() {
    for place in Place::both() {
        let world = planned(place).await;
        let ada = async |said: &str| world.says("ada", said).await;
        ada("session speaker 25 Mei Tanaka").await;
        let told = [
            ada("session waive 25 joint BETA speaker ill").await,
            ada("session show 25").await,
            ada("session waive 25 joint remove=yes").await,
            ada("session waive 25 joint remove=yes").await,
            ada("session waive 25 joint").await,
            ada("session waive 25 joint ALPHA away").await,
            ada("session waive 25 link no camera").await,
            ada("session waive 26 joint Review of the partnership").await,
            ada("series balance ks from=2026-09-01 to=2027-08-31").await,
        ];
        insta::assert_snapshot!("waivers", told.join("\n\n"));
    }
}

#[tokio::test]
async fn whether_it_is_joint_is_said_by_the_series() {
    let world = planned(Place::sqlite()).await;
    let ada = async |said: &str| world.says("ada", said).await;
    let told = [
        ada("series set ks joint=no").await,
        ada("session theme 21 Synthetic data").await,
        ada("session waive 21 joint speaker ill").await,
        ada("series set ks joint=yes").await,
        ada("series set ks joint=perhaps").await,
        ada("series set ks joint=usual").await,
        ada("series new clinic \"Methods Clinic\" every other Thursday 16:00-17:00 from=2026-09-10 to=2026-10-08 joint=no").await,
        ada("session theme clinic Bring your own data").await,
        // A single session belongs to no series and need not be joint. Its title says what it is, and whether
        // anybody speaks is its organisers' choice, until somebody is asked.
        ada("session new \"Town hall\" 2026-11-03 10:00-11:00").await,
        ada("session show 34").await,
        ada("session speaker 34 invite Jo Field").await,
    ];
    insta::assert_snapshot!("series", told.join("\n\n"));
    // With one partner there is nobody to be joint with.
    let one = SETTINGS
        .lines()
        .filter(|line| !line.contains("Beta Labs"))
        .collect::<Vec<_>>();
    let alone = World::with("2026-09-07T08:00:00Z", &one.join("\n"), Place::sqlite()).await;
    alone.says("ada", KS).await;
    let said = alone.says("ada", "session theme 21 Synthetic data").await;
    assert!(said.contains("Missing: speakers, link."), "{said}");
    let refused = alone.says("ada", "series set ks joint=yes").await;
    assert!(refused.contains("It takes two partners"), "{refused}");
}

#[tokio::test]
async fn the_balance_of_a_year_counts_appearances_and_people() {
    for place in Place::both() {
        let world = planned(place).await;
        let ada = async |said: &str| world.says("ada", said).await;
        world.says("mei", "career PhD").await;
        ada("career Jo Field senior").await;
        let refused = world.says("mei", "career Jo Field student").await;
        assert!(refused.contains("of yourself only"), "{refused}");
        let unknown = ada("career Jo Field retired").await;
        assert!(unknown.contains("is no career stage"), "{unknown}");
        ada("session speaker 21 Mei Tanaka; Jo Field").await;
        ada("session speaker 22 Mei Tanaka; Ruth Okafor (Open University of Somewhere)").await;
        ada("session speaker 23 Jo Field; Sam Novak").await;
        // Neither who is only invited nor what is called off counts.
        ada("session speaker 23 invite Mei Tanaka").await;
        ada("session speaker 24 Mei Tanaka").await;
        ada("session skip 24 Winter break").await;
        let told = [
            ada("series balance ks").await,
            ada("series balance ks from=2026-10-01 to=2026-11-30").await,
            ada("series balance ks to=2026-08-31").await,
            ada("session speaker 25 invite Mei Tanaka").await,
            ada("session speaker 23 invite Ada Marsh").await,
        ];
        insta::assert_snapshot!("balance", told.join("\n\n"));
        let none = ada("series balance ks from=2026-10-01 to=2026-09-01").await;
        assert!(
            none.contains("The end lies before the beginning."),
            "{none}"
        );
    }
}

/// Who speaks in a made-up series: in twelve sessions 33 people 35 times, and in five more 39 people 43 times, like in
/// a real one.
const GUESTS: [&[u32]; 17] = [
    &[1, 2, 3],
    &[4, 5, 6],
    &[7, 8, 9],
    &[10, 11, 12],
    &[13, 14, 15],
    &[16, 17, 18],
    &[19, 20, 21],
    &[22, 23, 24],
    &[25, 26, 27],
    &[28, 29, 30],
    &[31, 32, 33],
    &[1, 4],
    &[34, 35],
    &[36, 20],
    &[37],
    &[38],
    &[39, 31],
];

fn made_up() -> String {
    let mut table = "session,month,theme,speakers\n".to_owned();
    for (at, guests) in GUESTS.iter().enumerate() {
        let names: Vec<_> = guests.iter().map(|n| format!("Guest {n:02}")).collect();
        let (year, month) = (2022 + (at + 3) / 12, (at + 3) % 12 + 1);
        let names = names.join(";");
        table.push_str(&format!(
            "{},{year}-{month:02},Theme {at},{names}\n",
            at + 1
        ));
    }
    table
}

/// The balances of the first twelve and of all seventeen sessions of a table.
async fn balances(table: &[u8]) -> Vec<String> {
    let world = World::with("2024-02-05T09:00:00Z", SETTINGS, Place::sqlite()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ks.csv");
    std::fs::write(&file, table).unwrap();
    let args = SeriesArgs {
        file,
        series: Some("ks".to_owned()),
        rule: Some("last Monday of every month 14:00-15:00".to_owned()),
        title: None,
        zone: None,
        dry_run: false,
        brought: None,
    };
    let done = import::run(&Import::Series(args), &world.db, &world.context())
        .await
        .unwrap();
    let sessions = done.to_json()["sessions"].as_array().unwrap().clone();
    let mut told = Vec::new();
    for last in [12, 17] {
        let day = &sessions[last - 1]["start"].as_str().unwrap()[..10];
        let said = format!("series balance ks from=2022-04-01 to={day}");
        let balance = world.says("ada", &said).await;
        told.push(balance.lines().nth(1).unwrap().to_owned());
    }
    told
}

#[tokio::test]
async fn the_figures_of_a_series_come_from_its_records() {
    let told = balances(made_up().as_bytes()).await;
    assert!(
        told[0].contains(": 12 sessions, 35 appearances by 33 people."),
        "{told:?}"
    );
    assert!(
        told[1].contains(": 17 sessions, 43 appearances by 39 people."),
        "{told:?}"
    );
}

#[tokio::test]
async fn the_figures_of_the_real_series_come_from_its_records() {
    let folder = std::env::var("CONVENE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let file = std::path::Path::new(&folder).join("practice/knowledge-share-series.csv");
    let Ok(table) = std::fs::read(&file) else {
        eprintln!("not tried: {} is not there", file.display());
        return;
    };
    let told = balances(&table).await;
    assert!(
        told[0].contains(": 12 sessions, 35 appearances by 33 people."),
        "{told:?}"
    );
    assert!(
        told[1].contains(": 17 sessions, 43 appearances by 39 people."),
        "{told:?}"
    );
}
