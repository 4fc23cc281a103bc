//! The built-in chat, spoken to over a real socket: what people see, what the bot hears, who is
//! kept out, and what a restart remembers.

mod guard;
mod page;
mod peer;
mod restart;
mod terminal;

use convene::chat::message::Button;
use convene::chat::{ChatPort, Direct, Line, Message, Said, Sent};
use reqwest::StatusCode;
use serde_json::{Value, json};

use peer::{Peer, room, spoken};

fn card() -> Message {
    Message::default()
        .heading("Session 21")
        .and(
            Line::new()
                .say("It is ")
                .time(
                    "2026-09-28T13:00:00Z".parse().unwrap(),
                    chrono_tz::Europe::London,
                )
                .say("."),
        )
        .buttons(vec![
            Button::new("Yes", "rsvp yes 21").primary(),
            Button::new("No", "rsvp no 21"),
        ])
}

#[tokio::test]
async fn a_person_sees_public_rooms_and_their_own_direct_room_only() {
    let peer = Peer::start().await;
    let Direct::Room(to_ada) = peer.chat.open_direct("ada").await else {
        panic!("ada is there");
    };
    let Direct::Room(to_bo) = peer.chat.open_direct("bo").await else {
        panic!("bo is there");
    };
    peer.post(&room("general"), "Hello all", "t1").await;
    peer.post(&to_ada, "Hello Ada", "t2").await;
    peer.post(&to_bo, "Hello Bo", "t3").await;

    let state = peer.state("ada").await;
    assert_eq!(spoken(&state), ["Convene: Hello all", "Convene: Hello Ada"]);
    let rooms: Vec<_> = state["rooms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["id"])
        .collect();
    assert_eq!(rooms, ["announcements", "general", "dm-ada"]);

    let (status, refused) = peer.say("ada", "dm-bo", "!help", "x1").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(refused["error"], "There is no such room for you.");
    assert!(matches!(
        peer.chat.open_direct("eve").await,
        Direct::Refused(_)
    ));
}

#[tokio::test]
async fn the_bot_hears_what_is_addressed_to_it_and_nothing_else() {
    let peer = Peer::start().await;
    let card = peer.post(&room("general"), "A card", "t1").await;

    let (_, talk) = peer.say("ada", "general", "shall we go?", "a1").await;
    assert_eq!(talk["heard"], false);
    for (text, id) in [("!rsvp yes 21", "a2"), ("/convene help", "a3")] {
        let (status, answer) = peer.say("ada", "general", text, id).await;
        assert_eq!((status, &answer["heard"]), (StatusCode::OK, &json!(true)));
    }
    peer.answer("ada", "general", "yes please", &card.id, "a4")
        .await;
    peer.say("bo", "dm-bo", "todo", "b1").await;

    let heard = peer.heard();
    let gist: Vec<_> = heard
        .iter()
        .map(|inbound| {
            let Said::Typed(text) = &inbound.said else {
                panic!("typed");
            };
            (
                inbound.room.id.as_str(),
                inbound.direct,
                inbound.space.as_deref(),
                text.as_str(),
            )
        })
        .collect();
    assert_eq!(
        gist,
        [
            ("general", false, Some("space"), "rsvp yes 21"),
            ("general", false, Some("space"), "help"),
            ("general", false, Some("space"), "yes please"),
            ("dm-bo", true, None, "todo"),
        ]
    );
    assert_eq!(heard[2].about, Some(card));
    assert_eq!(heard[3].display_name.as_str(), "Bo Lind");
}

#[tokio::test]
async fn bad15_the_bot_does_not_hear_itself() {
    let peer = Peer::start().await;
    let command = "!help\nhelp\n/convene help";
    let posted = peer.post(&room("general"), command, "t1").await;
    peer.chat.edit(&posted, &Message::text(command), "t1").await;
    peer.post(&room("dm-bo"), "todo", "t2").await;
    // Nor can anybody speak as the bot: it is nobody's account.
    for name in ["convene", "Convene", "bot"] {
        let (status, refused) = peer.say(name, "general", "!help", "x1").await;
        assert_ne!(status, StatusCode::OK, "{refused}");
    }
    assert_eq!(peer.heard(), []);
}

#[tokio::test]
async fn a_button_stands_for_its_command_and_a_repeat_for_the_same_event() {
    let peer = Peer::start().await;
    let Sent::Done(posted) = peer.chat.post(&room("general"), None, &card(), "t1").await else {
        panic!("posted");
    };
    for _ in 0..2 {
        let (status, _) = peer.press("ada", &posted, "rsvp yes 21", "p1").await;
        assert_eq!(status, StatusCode::OK);
    }
    let heard = peer.heard();
    assert_eq!(heard[0].said, Said::Pressed("rsvp yes 21".to_owned()));
    assert_eq!(heard[0].about.as_ref(), Some(&posted));
    assert_eq!(heard[0].event_id, heard[1].event_id);

    let (status, refused) = peer.press("ada", &posted, "series cancel ks", "p2").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("no longer there")
    );
}

#[tokio::test]
async fn a_line_sent_twice_stands_once() {
    let peer = Peer::start().await;
    let (_, first) = peer.say("ada", "dm-ada", "help", "same").await;
    let (_, second) = peer.say("ada", "dm-ada", "help", "same").await;
    assert_eq!(first["message"], second["message"]);
    assert_eq!(spoken(&peer.state("ada").await), ["Ada Quist: help"]);
    let heard = peer.heard();
    assert_eq!(heard[0].event_id, heard[1].event_id);
}

#[tokio::test]
async fn a_bot_that_loses_a_line_is_said_so() {
    let peer = Peer::deaf().await;
    let (status, refused) = peer.say("ada", "dm-ada", "help", "a1").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused["error"].as_str().unwrap().contains("Try again"));
}

#[tokio::test]
async fn readers_are_told_of_posts_and_edits_and_resume_where_they_were() {
    let peer = Peer::start().await;
    let state = peer.state("bo").await;
    let mut events = peer
        .follow("bo", state["cursor"].as_str().unwrap(), None)
        .await;

    let Sent::Done(posted) = peer.chat.post(&room("general"), None, &card(), "t1").await else {
        panic!("posted");
    };
    let (kind, first, place) = events.next().await;
    assert_eq!(kind, "post");
    let spans = &first["blocks"][1]["spans"];
    assert_eq!(spans[1]["text"], "Mon 28 Sep 2026, 14:00 London");
    assert_eq!(spans[1]["yours"], "Mon 28 Sep 2026, 09:00 New York");
    drop(events);

    let edit = Message::text("Session 21: 1 coming");
    assert!(matches!(
        peer.chat.edit(&posted, &edit, "t2").await,
        Sent::Done(_)
    ));
    peer.chat.clock_moved();
    let mut events = peer.follow("bo", "", Some(&place)).await;
    let (kind, edited, _) = events.next().await;
    assert_eq!((kind.as_str(), &edited["edited"]), ("edit", &json!(true)));
    assert_eq!(edited["id"], first["id"]);
    assert_eq!(events.next().await.0, "clock");

    let mut stranger = peer.follow("bo", "another-run.3", None).await;
    assert_eq!(stranger.next().await.0, "reset");

    peer.chat.close();
    assert!(stranger.ended().await);
}

#[tokio::test]
async fn old_posts_are_let_go_and_the_chat_says_it_cannot_tell() {
    use convene::chat::Found;
    let peer = Peer::start().await;
    let first = peer.post(&room("general"), "number 0", "t0").await;
    for n in 1..=2_000 {
        peer.post(&room("general"), &format!("number {n}"), &format!("t{n}"))
            .await;
    }
    let since = peer.now();
    let found = peer.chat.find_by_token(&room("general"), "t0", since).await;
    assert_eq!(found, Found::Cannot);
    let found = peer
        .chat
        .find_by_token(&room("announcements"), "t0", since)
        .await;
    assert_eq!(found, Found::Absent);
    let gone = peer.chat.edit(&first, &card(), "e").await;
    assert!(matches!(gone, Sent::Refused(_)));

    let state = peer.state("ada").await;
    assert_eq!(state["rooms"][1]["earlier"], true);
    let oldest = state["posts"][0]["id"].as_str().unwrap().to_owned();
    let page = peer
        .get(&format!(
            "/chat/earlier?as=ada&room=general&before={oldest}"
        ))
        .await;
    let ids: Vec<u64> = page["posts"]
        .as_array()
        .unwrap()
        .iter()
        .map(number)
        .collect();
    assert_eq!(ids.last(), Some(&(oldest.parse::<u64>().unwrap() - 1)));
}

fn number(post: &Value) -> u64 {
    post["id"].as_str().unwrap().parse().unwrap()
}
