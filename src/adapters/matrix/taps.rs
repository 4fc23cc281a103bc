//! Who tapped what: a reaction that is taken back no longer says what it stood for, so that is kept. Of several
//! reactions of one person to one post the last that is left counts.

use matrix_sdk::Client;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{MatrixError, keep};

/// A reaction of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tap {
    event: String,
    command: String,
}

/// Keeps that the reaction `event` of `who` to `post` stands for `command`.
pub(super) async fn tapped(
    client: &Client,
    event: &str,
    who: &str,
    post: &str,
    command: &str,
) -> Result<(), MatrixError> {
    let place = place(who, post);
    let mut taps: Vec<Tap> = keep::get(client, &place).await?.unwrap_or_default();
    if taps.iter().all(|tap| tap.event != event) {
        taps.push(Tap {
            event: event.to_owned(),
            command: command.to_owned(),
        });
        keep::set(client, &place, &taps).await?;
    }
    keep::set(client, &reaction(event), &(place, post)).await
}

/// What it means that `who` took back the reaction `event`: the post it was for, and what to do now. Nothing when it
/// was no reaction of theirs.
pub(super) async fn untapped(
    client: &Client,
    event: &str,
    who: &str,
) -> Result<Option<(String, String)>, MatrixError> {
    let Some((place, post)) = keep::get::<(String, String)>(client, &reaction(event)).await? else {
        return Ok(None);
    };
    // Somebody who keeps order may remove what others said; that is no answer of theirs.
    if place != self::place(who, &post) {
        return Ok(None);
    }
    let mut taps: Vec<Tap> = keep::get(client, &place).await?.unwrap_or_default();
    let Some(at) = taps.iter().position(|tap| tap.event == event) else {
        return Ok(None);
    };
    let was_last = at + 1 == taps.len();
    let gone = taps.remove(at);
    match taps.is_empty() {
        true => keep::forget(client, &place).await?,
        false => keep::set(client, &place, &taps).await?,
    }
    Ok(match taps.last() {
        _ if !was_last => None,
        Some(left) => Some((post, left.command.clone())),
        None => taken_back(&gone.command).map(|command| (post, command)),
    })
}

/// The command that takes back what `command` said, where something does, if it is that answer still.
fn taken_back(command: &str) -> Option<String> {
    let answer = command
        .split_whitespace()
        .skip_while(|word| *word != "rsvp")
        .nth(1)?;
    Some(format!("{} was={answer}", cleared(command)?))
}

/// The command that takes back whatever was answered to what `command` answers.
pub(super) fn cleared(command: &str) -> Option<String> {
    let mut words: Vec<&str> = command.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "rsvp")?;
    *words.get_mut(at + 1)? = "none";
    Some(words.join(" "))
}

fn reaction(event: &str) -> String {
    format!("convene.reaction|{event}")
}

/// Where the taps of somebody on a post are kept; the name says nothing about them.
fn place(who: &str, post: &str) -> String {
    let hash = Sha256::digest(format!("{who}|{post}").as_bytes());
    format!("convene.taps|{}", hex::encode(&hash[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_back_and_other_buttons_are_not() {
        let back = |command| taken_back(command);
        assert_eq!(back("rsvp yes 21").as_deref(), Some("rsvp none 21 was=yes"));
        assert_eq!(
            back("in lab rsvp no 21").as_deref(),
            Some("in lab rsvp none 21 was=no")
        );
        assert_eq!(back("confirm abc"), None);
    }
}
