//! What a rehearsal says is what comes: the same posts, at the same times, in the same places, in the same words.

use super::harness::databases::Place;
use super::harness::world::World;
use convene::chat::plain;
use convene::clock::rehearsal::rehearse;
use convene::domain::people::member::Permission;
use convene::domain::platform::Platform;
use convene::domain::time::Zone;

const SETTINGS: &str = r##"
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
partner = [
  { name = "Alpha Institute", label = "ALPHA", zone = "Europe/London", country = "GB" },
  { name = "Beta Labs", label = "BETA", zone = "America/New_York", country = "US" },
]
digest = [
  { slug = "weekly", cron = "0 9 * * 1" },
  { slug = "core", cron = "30 8 * * 1", role_group = "core" },
]
"##;

/// The posts of a rehearsal of `days`, each as time, room and text.
async fn rehearsed(world: &World, days: i64) -> Vec<String> {
    let (community, now) = (world.community.clone(), world.now());
    let found = world.db.read(move |tx| {
        Box::pin(async move { rehearse(tx, &community, now, days, &[Platform::Local]).await })
    });
    let mut posts: Vec<String> = found
        .await
        .unwrap()
        .into_iter()
        .map(|post| {
            let to = match post.destination.strip_prefix("room:") {
                Some(room) => room.to_owned(),
                None => post.recipient,
            };
            format!("{} {to}\n{}", post.due.format("%F %T"), post.text)
        })
        .collect();
    posts.sort();
    posts
}

/// What is posted until `at`, in the same form.
async fn posted(world: &World, at: &str) -> Vec<String> {
    let before = world.posts().len();
    world.goes_to(at).await;
    let mut posts: Vec<String> = world.posts()[before..]
        .iter()
        .map(|post| {
            let to = match post.room.strip_prefix("dm-") {
                Some(account) => world.name_of(account),
                None => post.room.clone(),
            };
            let at = post.at.format("%F %T");
            format!("{at} {to}\n{}", plain::message(&post.message))
        })
        .collect();
    posts.sort();
    posts
}

async fn busy(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for (id, name) in [
        ("mei", "Mei Tanaka"),
        ("jo", "Jo Field"),
        ("kim", "Kim Lund"),
        ("noa", "Noa Stein"),
    ] {
        world
            .joins(id, name, Some("ALPHA"), Permission::Member)
            .await;
    }
    world.lives_in("jo", Zone::Asia__Tokyo).await;
    for typed in [
        "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31",
        "rsvp no 21",
        "session speaker 21 Mei Tanaka",
        "session theme 21 Synthetic data",
        "role add core Kim Lund",
        "deadline add 2026-10-02 Abstracts",
        "session announce 21",
    ] {
        world.says("ada", typed).await;
    }
    world.presses("ada", "Post").await;
    for (who, typed) in [
        ("jo", "rsvp yes 21"),
        ("kim", "rsvp maybe 21"),
        ("jo", "quiet 18:00-08:00"),
        ("kim", "remind 3d,2h"),
        ("kim", "quiet 19:00-09:15"),
        ("noa", "quiet 12:00-16:00"),
    ] {
        world.says(who, typed).await;
    }
    world
}

#[tokio::test]
async fn what_is_rehearsed_is_what_comes() {
    for place in Place::both() {
        let world = busy(place).await;
        // Also from the middle of somebody's quiet hours, with what they put off.
        for (from, to) in [
            ("2026-09-07T09:00:00Z", "2026-09-21T09:00:00Z"),
            ("2026-09-21T14:00:00Z", "2026-09-24T14:00:00Z"),
            ("2026-09-27T14:00:00Z", "2026-09-30T14:00:00Z"),
        ] {
            world.goes_to(from).await;
            let days =
                (to.parse::<convene::domain::time::Instant>().unwrap() - world.now()).num_days();
            let said = rehearsed(&world, days).await;
            let came = posted(&world, to).await;
            pretty(&said, &came);
        }
    }
}

/// Both are the same, or each difference is shown.
fn pretty(said: &[String], came: &[String]) {
    let more: Vec<_> = said.iter().filter(|post| !came.contains(post)).collect();
    let less: Vec<_> = came.iter().filter(|post| !said.contains(post)).collect();
    assert!(
        more.is_empty() && less.is_empty(),
        "said and did not come: {more:#?}\ncame and was not said: {less:#?}"
    );
    assert!(!said.is_empty());
}
