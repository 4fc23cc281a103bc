//! `convene import rsvps`.

use convene::actions::Actor;
use convene::actions::rsvp::answer;
use convene::cli::import::{Import, ImportError, Imported, TableArgs};
use convene::domain::events::rsvp::PartStat;
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};
use convene::storage::{StorageError, members, sessions};
use serde_json::json;

use super::world::World;
use crate::harness::databases::on_both;

impl World {
    async fn rsvps(&self, content: impl AsRef<[u8]>) -> Result<Imported, ImportError> {
        let args = TableArgs {
            file: self.file("rsvps.csv", content),
            dry_run: false,
            brought: None,
        };
        self.import(Import::Rsvps(args)).await
    }

    /// Members Ada, Bo, Cy, Dee and Eve.
    async fn with_members(&self) {
        let table: String = ["Ada", "Bo", "Cy", "Dee", "Eve"]
            .map(|name| format!("{name},{}@example.org\n", name.to_lowercase()))
            .concat();
        self.members(format!("name,email\n{table}")).await.unwrap();
    }

    /// Somebody answers in chat, now.
    async fn answers(&self, name: &str, number: i64, said: PartStat) {
        let (ctx, id) = (self.ctx.clone(), format!("{name}@example.org"));
        let answered = self.db.write(move |tx| {
            Box::pin(async move {
                let account = Account {
                    platform: Platform::Email,
                    id,
                };
                let member = members::by_account(tx, &ctx.community.id, &account).await?;
                let actor = Actor {
                    member: member.ok_or(StorageError::NotFound)?,
                    account,
                    level: Permission::Member,
                };
                let session = sessions::by_number(tx, &ctx.community.id, number).await?;
                answer(
                    tx,
                    &ctx,
                    &actor,
                    session.ok_or(StorageError::NotFound)?,
                    said,
                    None,
                )
                .await
            })
        });
        answered.await.unwrap();
    }
}

const ANSWERS: &str =
    "SELECT CAST(s.number AS TEXT) || '|' || m.name || '|' || r.partstat || '|' || r.seat || '|' ||
    COALESCE(CAST(r.place AS TEXT), '-') AS line FROM rsvps r JOIN sessions s ON s.id = r.session_id
    JOIN members m ON m.id = r.member_id ORDER BY s.number, m.name";

const TALLY: &str = "SELECT CAST(yes_online AS TEXT) || ' yes, ' || CAST(waiting_online AS TEXT) || ' waiting, ' ||
    CAST(maybe AS TEXT) || ' maybe, ' || CAST(declined AS TEXT) || ' no' AS line FROM sessions ORDER BY number";

#[tokio::test]
async fn answers_take_seats_in_the_order_in_which_they_were_given() {
    on_both(|db| async move {
        let world = World::on(db).await;
        world.with_members().await;
        world.session("2026-07-27T14:00:00", Some(2)).await;
        // The lines stand in no order.
        let table = "Session,E-mail,Answer,At\n\
            1,dee@example.org,yes,2026-07-04 10:00\n\
            1,ada@example.org,yes,2026-07-01 10:00\n\
            1,cy@example.org,yes,2026-07-03 10:00\n\
            1,bo@example.org,yes,2026-07-02T10:00:00Z\n\
            1,eve@example.org,maybe,2026-07-05 10:00\n\
            1,ada@example.org,no,2026-07-06 10:00\n";
        let done = world.rsvps(table).await.unwrap();
        assert_eq!(
            done.to_json(),
            json!({"taken": 6, "unchanged": 0, "older": 0, "people": 5, "sessions": 1, "waiting": 1, "forgotten": 0, "dry_run": false})
        );
        // Ada gave her seat back, so Cy, who was first in line, had it.
        let found = [world.rows(ANSWERS).await, world.rows(TALLY).await];
        insta::allow_duplicates! {
            insta::assert_snapshot!(found.clone().map(|rows| rows.join("\n")).join("\n\n"), @r"
            1|Ada|declined|not-asked|-
            1|Bo|accepted|confirmed|-
            1|Cy|accepted|confirmed|1
            1|Dee|accepted|waitlisted|2
            1|Eve|tentative|not-asked|-

            2 yes, 1 waiting, 1 maybe, 1 no
            ");
        }
        let again = world.rsvps(table).await.unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(again, @r"
            0 answers taken, 5 known before, 1 older than what the same person said later.
            5 people, 1 session; 1 waits for a seat.
            ");
        }
        assert_eq!([world.rows(ANSWERS).await, world.rows(TALLY).await], found);
        // It is history: nobody hears of it.
        assert_eq!(world.rows("SELECT kind AS line FROM outbox").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn answers_to_a_session_to_come_move_the_line_and_whoever_gets_in_is_told() {
    let world = World::new().await;
    world.with_members().await;
    world.session("2026-09-28T14:00:00", Some(1)).await;
    world.answers("ada", 1, PartStat::Accepted).await;
    world.answers("bo", 1, PartStat::Accepted).await;
    let done = world
        .rsvps(
            "session,email,answer,at\n\
             1,ada@example.org,no,\n\
             1,cy@example.org,yes,2026-09-01 09:00\n\
             1,bo@example.org,no,2026-09-01 09:00\n",
        )
        .await
        .unwrap();
    // Bo said yes in chat after the time of the table.
    assert_eq!(
        (
            done.to_json()["taken"].clone(),
            done.to_json()["older"].clone()
        ),
        (json!(2), json!(1))
    );
    insta::assert_snapshot!(
        [world.rows(ANSWERS).await, world.rows(TALLY).await,
         world.rows("SELECT kind AS line FROM outbox WHERE kind <> 'reminder' ORDER BY kind").await]
            .map(|rows| rows.join("\n")).join("\n\n"), @r"
            1|Ada|declined|not-asked|-
            1|Bo|accepted|confirmed|1
            1|Cy|accepted|waitlisted|2

            1 yes, 1 waiting, 0 maybe, 1 no

            promoted
            ");
}

#[tokio::test]
async fn lines_of_nobody_and_of_no_session_are_named() {
    let world = World::new().await;
    world.with_members().await;
    world.session("2026-07-27T14:00:00", None).await;
    let refused = world
        .rsvps(
            "session,email,answer,at\n\
             1,ada@example.org,yes,2026-07-01 10:00\n\
             1,zoe@example.org,yes,2026-07-01 10:00\n\
             7,ada@example.org,yes,2026-07-01 10:00\n\
             1,bo@example.org,perhaps,2026-07-01 10:00\n\
             2026-07-27,cy@example.org,yes,2026-07-27 15:30\n\
             1,dee@example.org,no,2027-07-01 10:00\n",
        )
        .await
        .unwrap_err();
    insta::assert_snapshot!(refused, @r"
    Line 3: nobody has the e-mail zoe@example.org. Import the person first.
    Line 4: There is no session 7. Nearest are 1 (Mon 2026-07-27).
    Line 5: perhaps is not an answer; write yes, no or maybe.
    Line 6: 2026-07-27 15:30 is too late: session 1 began at 2026-07-27 14:00.
    Line 7: 2027-07-01 10:00 is in the future.
    ");
    assert_eq!(world.rows(ANSWERS).await, Vec::<String>::new());
}

#[tokio::test]
async fn ten_thousand_answers_are_taken_in_one_go() {
    let world = World::new().await;
    let people: String = (0..1_000)
        .map(|n| format!("Person {n},p{n}@example.org\n"))
        .collect();
    world
        .members(format!("name,email\n{people}"))
        .await
        .unwrap();
    let mut table = "session,email,answer,at\n".to_owned();
    for number in 1..=10 {
        world
            .session(&format!("2026-07-{number:02}T14:00:00"), Some(300))
            .await;
        for n in 0..1_000 {
            table.push_str(&format!(
                "{number},p{n}@example.org,yes,2026-06-01 {:02}:{:02}:{:02}\n",
                n / 3600,
                n / 60 % 60,
                n % 60
            ));
        }
    }
    let done = world.rsvps(&table).await.unwrap().to_json();
    assert_eq!(
        (done["taken"].clone(), done["waiting"].clone()),
        (json!(10_000), json!(7_000))
    );
    assert_eq!(
        world.rows(TALLY).await,
        ["300 yes, 700 waiting, 0 maybe, 0 no"; 10]
    );
}
