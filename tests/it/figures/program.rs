//! `convene figures`: the same figures for whoever reports them, and for programs; and everything counted anew.

use super::shown::autumn;
use crate::harness::databases::Place as Database;
use crate::harness::program::run;
use crate::harness::world::World;
use convene::cli::figures::{self, FiguresArgs};
use convene::cli::place::Place;
use convene::params;
use convene::storage::StorageError;

async fn figures(world: &World, args: FiguresArgs) -> convene::cli::Answer {
    let place = Place {
        db: world.db.clone(),
        ctx: world.context(),
    };
    figures::run(&args, &place).await.unwrap()
}

#[tokio::test]
async fn they_are_printed_with_what_defends_them() {
    let world = autumn(Database::sqlite()).await;
    let all = figures(&world, FiguresArgs::default()).await;
    insta::assert_snapshot!("all", all.text);
    let args = FiguresArgs {
        from: Some("2026-09-08".to_owned()),
        to: Some("30 Sep 2026".to_owned()),
        ..FiguresArgs::default()
    };
    let some = figures(&world, args).await.json;
    assert_eq!(
        (&some["from"], &some["to"]),
        (&"2026-09-08".into(), &"2026-09-30".into())
    );
    let came = &some["figures"][1];
    assert_eq!(came["name"], "attendances");
    assert_eq!((&came["value"], &came["people"]), (&2.into(), &2.into()));
    insta::assert_snapshot!("one", format!("{came:#}"));
}

#[tokio::test]
async fn counting_anew_finds_nothing_and_names_what_was_made_wrong() {
    for place in Database::both() {
        let world = autumn(place).await;
        let anew = |repair| FiguresArgs {
            recompute: true,
            repair,
            ..FiguresArgs::default()
        };
        let fine = figures(&world, anew(false)).await;
        assert_eq!(fine.trouble, None);
        assert_eq!(
            fine.text,
            "7 records, 6 counts and the months of 4 people compared; nothing differs.\n"
        );
        let wrong = world.db.write(|tx| {
            Box::pin(async move {
                let sql = "UPDATE monthly_figures SET n = n + 1 WHERE kind = 'answer' AND facet LIKE '|%'";
                tx.run(sql, params![]).await?;
                let sql = "DELETE FROM attended_spans WHERE facet LIKE '%US%'";
                tx.run(sql, params![]).await?;
                Ok::<_, StorageError>(())
            })
        });
        wrong.await.unwrap();
        let found = figures(&world, anew(false)).await;
        assert!(found.trouble.is_some_and(|said| said.contains("--repair")));
        let told: Vec<_> = found.text.lines().collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(
            told[0],
            "answer in 2026-09 of ||unknown: kept 2 by 1 record (checked in 0, listed 0, reported 0, presenting 0, \
             0 minutes of 0); the records say 1 by 1 record (checked in 0, listed 0, reported 0, presenting 0, \
             0 minutes of 0)"
        );
        assert!(
            told[1].starts_with("person ")
                && told[1].contains("in the forty years from 2000: kept nothing;")
        );
        assert!(told[2].ends_with("; 2 differences."), "{}", told[2]);
        let mended = figures(&world, anew(true)).await;
        assert_eq!(mended.trouble, None);
        assert_eq!(figures(&world, anew(false)).await.text, fine.text);
    }
}

/// So many that they are not all asked for at once.
const MANY: i64 = 1_500;

#[tokio::test]
async fn everything_of_many_people_over_two_spans_is_written_anew() {
    for place in Database::both() {
        let world = autumn(place).await;
        let came = world.db.write(|tx| {
            Box::pin(async move {
                let sql = "UPDATE sessions SET wall = '1999' || substr(wall, 5) WHERE number = 22";
                tx.run(sql, params![]).await?;
                let sql = "WITH RECURSIVE k (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM k WHERE k < $1)
                     INSERT INTO attendance (id, community_id, session_id, source, identity, name, part, recorded_at)
                     SELECT 'many-' || s.number || '-' || k.k, s.community_id, s.id, 'report',
                         'email:p' || k.k || '@people.example', 'Somebody', 'attendee', 0
                     FROM k CROSS JOIN sessions s WHERE s.number IN (21, 22)";
                tx.run(sql, params![MANY]).await
            })
        });
        came.await
            .unwrap_or_else(|error: StorageError| panic!("{error}"));
        let anew = |repair| FiguresArgs {
            recompute: true,
            repair,
            ..FiguresArgs::default()
        };
        assert_eq!(figures(&world, anew(true)).await.trouble, None);
        let fine = figures(&world, anew(false)).await;
        assert!(
            fine.text
                .ends_with("the months of 1,504 people compared; nothing differs.\n"),
            "{}",
            fine.text
        );
    }
}

#[test]
fn the_program_takes_days_and_refuses_what_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "--manager", "local:ada"]).done();
    let said = run(folder.path(), &["figures", "--to", "2026-09-30"]).done();
    assert!(
        said.contains("0 attendances by 0 people, up to Wed 30 Sep 2026."),
        "{said}"
    );
    let anew = run(folder.path(), &["figures", "--recompute"]).done();
    assert!(anew.ends_with("nothing differs.\n"), "{anew}");
    let refused = run(folder.path(), &["figures", "--from", "03/04/2026"]).refused();
    assert!(refused.contains("can be 3 April or 4 March"), "{refused}");
    let turned = run(
        folder.path(),
        &["figures", "--from", "2026-09-30", "--to", "2026-09-01"],
    );
    assert!(turned.refused().contains("check --from and --to"));
}
