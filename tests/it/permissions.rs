//! Who may do what: every command of the table, typed by everybody there is.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::chat::command::{NotUnderstood, TABLE, parse};
use convene::domain::people::member::Permission;

/// Somebody of every level, by the account they type with.
const PEOPLE: [(&str, Permission); 8] = [
    ("gus", Permission::Guest),
    ("meg", Permission::Member),
    ("sam", Permission::Speaker),
    ("ora", Permission::Organiser),
    ("oli", Permission::Organiser),
    ("dan", Permission::Deputy),
    ("dot", Permission::Deputy),
    ("ada", Permission::Manager),
];

/// `ora` and `dan` are appointed by their record, `oli` and `dot` by a dated term, `sam` speaks at session 22.
async fn community(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for (id, name, permission) in [
        ("meg", "Meg Brook", Permission::Member),
        ("sam", "Sam Frost", Permission::Member),
        ("ora", "Ora Finch", Permission::Organiser),
        ("oli", "Oli Penn", Permission::Member),
        ("dan", "Dan Hill", Permission::Deputy),
        ("dot", "Dot Marsh", Permission::Member),
    ] {
        world.joins(id, name, Some("ALPHA"), permission).await;
    }
    world
        .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30")
        .await;
    world.says("ada", "session speaker 22 Sam Frost").await;
    world
        .says("ada", "role add organisers Oli Penn until=2026-12-31")
        .await;
    world
        .says("ada", "role add deputies Dot Marsh until=2026-12-31")
        .await;
    world
}

fn forbidden(answer: &str) -> bool {
    answer.contains("You are not ") || answer.contains("I don't know you here yet")
}

#[tokio::test]
async fn every_command_is_allowed_to_those_it_is_for_and_refused_to_the_others() {
    for place in Place::both() {
        for (who, level) in PEOPLE {
            if place.name == "postgres" && !matches!(who, "meg" | "dot") {
                continue;
            }
            let world = community(Place::of(place.name)).await;
            let before = world.number(REFUSALS).await;
            let mut refused = 0;
            for spec in TABLE {
                let answer = world.says(who, spec.example).await;
                // A stranger who writes to the bot alone is shown nothing of the community, and everything that is held
                // on them: nothing.
                let open = matches!(spec.name(), "help" | "my data" | "forget me");
                let known = who != "gus" || open;
                let allowed = spec.level <= level && known;
                assert_eq!(
                    !forbidden(&answer),
                    allowed,
                    "{who} ({level}) types {}: {answer}",
                    spec.example
                );
                assert!(
                    answer.starts_with("[Mon 7 Sep"),
                    "{who} types {}: no answer",
                    spec.example
                );
                refused += i64::from(!allowed && spec.level >= Permission::Organiser);
            }
            // Whoever may use a command may still have typed something that does not fit.
            let written = world.number(REFUSALS).await - before;
            let right = if level < Permission::Organiser {
                written == refused
            } else {
                written >= refused
            };
            assert!(
                right,
                "{who}: {written} refusals on record, {refused} refused"
            );
        }
    }
}

const REFUSALS: &str = "SELECT count(*) AS n FROM audit WHERE outcome = 'refused'";

#[tokio::test]
async fn help_shows_each_person_what_they_may_do_and_nothing_else() {
    let world = community(Place::sqlite()).await;
    for (who, level, role) in [
        ("gus", Permission::Guest, "a guest"),
        ("meg", Permission::Member, "a member"),
        ("sam", Permission::Speaker, "a speaker"),
        ("oli", Permission::Organiser, "an organiser"),
        ("dot", Permission::Deputy, "a deputy of the manager"),
        ("ada", Permission::Manager, "a manager"),
    ] {
        let help = world.says(who, "help").await;
        assert!(help.contains(&format!("You are here as {role}.")), "{help}");
        for spec in TABLE.iter().filter(|spec| {
            !matches!(
                spec.name(),
                "confirm" | "dismiss" | "merge yes" | "merge two"
            )
        }) {
            let one = world.says(who, &format!("help {}", spec.name())).await;
            let shown = one.contains(spec.does);
            assert_eq!(
                shown,
                spec.level <= level,
                "{who}: help {}: {one}",
                spec.name()
            );
        }
    }
}

#[tokio::test]
async fn a_suggestion_never_names_what_one_may_not_use() {
    let world = community(Place::sqlite()).await;
    for (who, level) in PEOPLE {
        for spec in TABLE {
            for name in spec.names {
                let typo = format!("{}x 21", &name[..name.len() - 1]);
                if !matches!(
                    parse(&typo, Permission::Manager),
                    Err(NotUnderstood::Unknown { .. })
                ) {
                    continue;
                }
                let answer = world.says(who, &typo).await;
                let meant = answer.split("Did you mean “").nth(1);
                let Some(meant) = meant.and_then(|rest| rest.split('”').next()) else {
                    continue;
                };
                let suggested = TABLE
                    .iter()
                    .find(|spec| spec.names.contains(&meant))
                    .unwrap();
                assert!(suggested.level <= level, "{who} typed {typo}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_term_ends_and_so_does_what_it_allowed() {
    let world = community(Place::sqlite()).await;
    let now = world.says("dot", "series set ks capacity=200").await;
    assert!(now.contains("10 sessions to come follow"), "{now}");
    let others = world.says("dot", "role add organisers Meg Brook").await;
    assert!(
        others.contains("You are not a manager here"),
        "a deputy appoints nobody: {others}"
    );
    world
        .says("ada", "role end deputies Dot Marsh on=2026-09-10")
        .await;
    world.goes_to("2026-09-11T09:00:00Z").await;
    let later = world.says("dot", "series set ks capacity=100").await;
    assert!(
        later.contains("You are not a manager here, and “series set” needs one."),
        "{later}"
    );
    world
        .says("ada", "role add deputies Meg Brook from=2026-10-01")
        .await;
    let early = world.says("meg", "outbox pause").await;
    assert!(early.contains("You are not a manager here"), "{early}");
}
