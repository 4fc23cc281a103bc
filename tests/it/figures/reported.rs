//! Numbers that were reported without evidence: kept apart, and held against the records.

use super::shown::autumn;
use crate::harness::databases::Place as Database;
use convene::cli::figures::{self, FiguresArgs};
use convene::cli::place::Place;

#[tokio::test]
async fn two_headlines_that_nobody_can_reconcile_are_held_against_the_records() {
    for place in Database::both() {
        let world = autumn(place).await;
        let ada = async |said: &str| world.says("ada", said).await;
        // Another event, so that one series is not all there is.
        ada("attendance list 28 Sam Novak; Mei Tanaka; Jo Field").await;
        let figures = ada("figures").await;
        let told = [
            ada("figures reported").await,
            ada("figures reported add \"Attended Knowledge Share\" 6 source=\"annual report, page 4\"").await,
            ada("figures reported add “Across all events” 9 source=\"slides for the board\" of=attendances as-of=2026-10-31").await,
            ada("figures reported add Reached 1,400 source=leaflet series=ks as-of=2026-09-30").await,
            ada("figures reported add Voices heard 3 source=\"a talk\" of=speakers").await,
            ada("figures reported add Members 5 source=\"web page\" of=members as-of=2026-09-30").await,
            ada("figures reported").await,
            ada("figures reported 2").await,
            ada("figures reported remove 3").await,
            ada("figures reported 3").await,
            ada("figures reported add Again 7 source=leaflet").await,
        ];
        insta::allow_duplicates! { insta::assert_snapshot!("reported", told.join("\n\n")); }
        assert_eq!(ada("figures").await, figures, "nothing of it is counted");
        let place = Place {
            db: world.db.clone(),
            ctx: world.context(),
        };
        let args = FiguresArgs {
            reported: true,
            ..FiguresArgs::default()
        };
        let printed = figures::run(&args, &place).await.unwrap();
        let said = printed.json.to_string();
        assert!(
            said.contains(r#""verified":false"#) && !said.contains("leaflet, "),
            "{said}"
        );
        assert!(
            printed
                .text
                .contains("Reported 1, unverified: Attended Knowledge Share 6.")
        );
    }
}

#[tokio::test]
async fn a_number_needs_a_name_and_a_source() {
    let world = autumn(Database::sqlite()).await;
    let ada = async |said: &str| world.says("ada", said).await;
    let told = [
        ada("figures reported add").await,
        ada("figures reported add Reached 1400").await,
        ada("figures reported add 1400 source=leaflet").await,
        ada("figures reported add Reached 1.400 source=leaflet").await,
        ada("figures reported add Reached 1400 source=leaflet of=impact").await,
        ada("figures reported add Reached 1400 source=leaflet series=kx").await,
        ada("figures reported add Reached 1400 source=leaflet from=2026-10-01 to=2026-09-01").await,
        ada("figures reported 1").await,
        ada("figures reported all").await,
        ada("figures reported remove 1").await,
        ada("figures reported remove").await,
    ];
    insta::assert_snapshot!("refused", told.join("\n\n"));
}
