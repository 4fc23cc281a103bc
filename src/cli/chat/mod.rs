//! `convene chat --as NAME`: the built-in chat in the terminal. It is a client of the chat's HTTP
//! routes like the page in the browser, so that both see the same rooms at the same time.

mod screen;
mod session;
mod show;
mod typed;
mod wire;

use anyhow::bail;
use tokio::io::{AsyncBufRead, AsyncWrite};

use self::session::Session;
use self::wire::{Person, Server};
use crate::domain::ids::Mint;

/// Whom to be and where to write.
#[derive(Clone, Debug, clap::Args)]
pub struct ChatArgs {
    /// Whom to be: an account, a name or the beginning of one.
    #[arg(long = "as", value_name = "NAME")]
    pub name: String,
    /// The room to write to; without it, the direct room with the bot.
    #[arg(long, value_name = "ROOM")]
    pub room: Option<String>,
    /// Show what is typed too, for lines that come from a file.
    #[arg(long)]
    pub echo: bool,
}

/// Chats until the input ends or `/quit`. `base_url` is where the chat's routes are, for example
/// `http://127.0.0.1:8080`; `token` is what they want, or empty; `mint` gives each line its id. What is typed is answered before
/// the next line is read, so that lines may also come from a file.
///
/// # Errors
/// When the chat cannot be reached or is lost, nobody or several people are called that, there is
/// no such room, or the output cannot be written.
pub async fn run(
    args: &ChatArgs,
    base_url: &str,
    token: &str,
    mint: &Mint,
    input: impl AsyncBufRead + Unpin,
    output: impl AsyncWrite + Unpin,
) -> anyhow::Result<()> {
    let server = Server::new(base_url, token)?;
    let people = server.people().await?;
    let me = find(&people, &args.name)?.clone();
    let mut session = Session::enter(server, mint, people, me, output).await?;
    if let Some(room) = &args.room {
        session.switch(room)?;
    }
    session.talk(input, args.echo).await
}

/// The one person that `name` means.
fn find<'a>(people: &'a [Person], name: &str) -> anyhow::Result<&'a Person> {
    let wanted = name.trim().to_lowercase();
    let exactly = |person: &&Person| {
        person.id.to_lowercase() == wanted || person.name.to_lowercase() == wanted
    };
    let begins = |person: &&Person| {
        person.id.to_lowercase().starts_with(&wanted)
            || person.name.to_lowercase().starts_with(&wanted)
    };
    let exact: Vec<_> = people.iter().filter(exactly).collect();
    let found = match exact[..] {
        [] if wanted.is_empty() => Vec::new(),
        [] => people.iter().filter(begins).collect(),
        _ => exact,
    };
    match found[..] {
        [one] => Ok(one),
        [] => match nearest(people, &wanted) {
            Some(near) => bail!(
                "Nobody is called “{name}”. Did you mean {} ({})?",
                near.name,
                near.id
            ),
            None => bail!("Nobody is called “{name}”, and nobody else is here yet."),
        },
        _ => {
            let some: Vec<_> = found.iter().take(5).map(|p| p.id.as_str()).collect();
            let rest = if found.len() > 5 { ", …" } else { "" };
            bail!(
                "{} people are called that. Say which: {}{rest}.",
                found.len(),
                some.join(", ")
            )
        }
    }
}

fn nearest<'a>(people: &'a [Person], wanted: &str) -> Option<&'a Person> {
    let likeness = |person: &Person| {
        let name = person.name.to_lowercase();
        let words = name.split_whitespace().chain([name.as_str(), &person.id]);
        let best = words.map(|word| strsim::normalized_damerau_levenshtein(word, wanted));
        best.fold(0.0, f64::max)
    };
    people
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}
