//! The chat as two people have it in their terminals, against a bot that answers.

use std::sync::Arc;

use clap::Parser;
use convene::adapters::local::{Access, LocalChat};
use convene::chat::message::Button;
use convene::chat::{ChatPort, Direct, Heard, Line, Message, Said, Sent};
use convene::cli::chat::{ChatArgs, run};
use convene::domain::ids::Mint;
use convene::domain::platform::MessageRef;
use convene::domain::time::StillClock;
use tokio::sync::mpsc;

use super::peer::{options, people, room, serve};

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    chat: ChatArgs,
}

struct Town {
    chat: Arc<LocalChat>,
    clock: Arc<StillClock>,
    base: String,
}

impl Town {
    /// A chat behind a token, with a card in a room and a bot that counts who comes.
    async fn start() -> Self {
        let (options, clock, from_people) = options(None);
        let chat = LocalChat::open(options).unwrap();
        chat.set_people(people());
        let base = serve(chat.router(&Access::Token("sesame".into()))).await;
        let posted = chat
            .post(&room("announcements"), None, &card(0), "card")
            .await;
        let Sent::Done(card) = posted else {
            panic!("{posted:?}");
        };
        tokio::spawn(bot(chat.clone(), from_people, card));
        Self { chat, clock, base }
    }

    /// What somebody reads who types `typed` and leaves.
    async fn visit(&self, args: &[&str], typed: &str) -> String {
        self.try_visit(args, typed).await.unwrap()
    }

    async fn try_visit(&self, args: &[&str], typed: &str) -> anyhow::Result<String> {
        let args = Program::parse_from([&["chat"], args].concat());
        let mut read = Vec::new();
        let seed = u64::try_from(typed.len()).unwrap();
        let mint = Mint::seeded(seed);
        run(
            &args.chat,
            &self.base,
            "sesame",
            &mint,
            typed.as_bytes(),
            &mut read,
        )
        .await?;
        Ok(String::from_utf8(read).unwrap())
    }
}

fn card(coming: usize) -> Message {
    let at = "2026-09-28T13:00:00Z".parse().unwrap();
    Message::default()
        .heading("Knowledge Share 21")
        .and(
            Line::new()
                .time(at, chrono_tz::Europe::London)
                .say(", online"),
        )
        .quiet(format!("{coming} coming"))
        .buttons(vec![
            Button::new("Yes", "rsvp yes 21"),
            Button::new("No", "rsvp no 21"),
        ])
}

async fn bot(chat: Arc<LocalChat>, mut heard: mpsc::Receiver<Heard>, posted: MessageRef) {
    let mut coming = 0;
    while let Some(Heard { inbound, done, .. }) = heard.recv().await {
        let _gone = done.send(());
        let (text, by_button) = match inbound.said {
            Said::Typed(text) => (text, false),
            Said::Pressed(text) => (text, true),
            _ => continue,
        };
        let answer = match text.as_str() {
            "rsvp yes 21" => {
                coming += 1;
                chat.edit(&posted, &card(coming), "edit").await;
                Message::text("You’re in: Mon 28 Sep, 14:00 London.")
            }
            "trick" => Message::text("\u{1b}[2Jgone\u{202e}"),
            other => Message::text(format!("There is no “{other}”.")),
        };
        let (room, thread) = match chat.open_direct(&inbound.from.id).await {
            Direct::Room(direct) if by_button => (direct, None),
            _ => (inbound.room, inbound.about),
        };
        chat.post(&room, thread.as_ref(), &answer, &inbound.event_id)
            .await;
    }
}

#[tokio::test]
async fn two_people_chat() {
    let town = Town::start().await;
    let ada = town
        .visit(
            &["--as", "ada", "--echo"],
            "hlep\n1\n#general Shall we meet?\n!here\n/room gen\n!here\n",
        )
        .await;
    town.clock.set("2026-09-08T08:05:00Z".parse().unwrap());
    let bo = town
        .visit(
            &["--as", "Bo Lind", "--room", "announcements", "--echo"],
            "/reply !why\n/rooms\n/who\n1\n7\n/quit\nnever read\n",
        )
        .await;
    insta::assert_snapshot!(format!("{ada}\n=====\n{bo}"));
}

#[tokio::test]
async fn a_post_does_not_steer_the_terminal() {
    let town = Town::start().await;
    let read = town.visit(&["--as", "ada"], "trick\n").await;
    assert!(
        read.contains("Convene: \u{fffd}[2Jgone\u{fffd}\n"),
        "{read:?}"
    );
}

#[tokio::test]
async fn names_are_found_or_suggested() {
    let town = Town::start().await;
    let said = async |args: &[&str]| town.try_visit(args, "").await.unwrap_err().to_string();
    assert!(
        town.visit(&["--as", "ADA Q"], "")
            .await
            .contains("You are Ada Quist")
    );
    assert_eq!(
        said(&["--as", "aba"]).await,
        "Nobody is called “aba”. Did you mean Ada Quist (ada)?"
    );
    assert_eq!(
        said(&["--as", "bo", "--room", "genreal"]).await,
        "There is no room “genreal”. There are: #announcements, #general."
    );
    town.chat.set_people(Vec::new());
    assert_eq!(
        said(&["--as", "bo"]).await,
        "Nobody is called “bo”, and nobody else is here yet."
    );
}

#[tokio::test]
async fn a_chat_that_is_not_there_is_said_so() {
    let args = Program::parse_from(["chat", "--as", "ada"]);
    let (mint, nothing) = (Mint::seeded(1), &b""[..]);
    let gone = run(
        &args.chat,
        "http://127.0.0.1:9",
        "",
        &mint,
        nothing,
        Vec::new(),
    );
    let error = gone.await.unwrap_err().to_string();
    assert!(error.starts_with("The chat does not answer: "), "{error}");
}
