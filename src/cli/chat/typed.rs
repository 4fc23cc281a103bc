//! What a typed line means to the terminal; everything else is for the room.

/// One line, understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// To the room that is open.
    Say(String),
    /// To another room, once.
    SayIn(String, String),
    /// In the thread of the latest message.
    Reply(String),
    /// The numbered button of the latest message that has some.
    Press(usize),
    /// From now on to this room.
    Switch(String),
    /// The rooms there are.
    Rooms,
    /// The people there are, or those called so.
    Who(String),
    Help,
    Quit,
    Nothing,
    /// A command of the terminal that there is not.
    Unknown(String),
}

pub(super) const HELP: &str = "\
What you type goes to the bot; in a room, begin with ! to ask the bot.
  1              press button 1 of the latest message with buttons
  #ROOM TEXT     say something in a room
  #ROOM          write to that room from now on
  /room NAME     the same; /room alone goes back to the bot
  /reply TEXT    answer the latest message in its thread
  /rooms         the rooms there are
  /who [NAME]    the people there are
  /quit          leave
For what the bot can do, type help.";

pub(super) fn understand(line: &str) -> Typed {
    let line = line.trim();
    if let Ok(number) = line.parse() {
        return Typed::Press(number);
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    if let Some(room) = word.strip_prefix('#').filter(|room| !room.is_empty()) {
        return match rest {
            "" => Typed::Switch(room.to_owned()),
            text => Typed::SayIn(room.to_owned(), text.to_owned()),
        };
    }
    match word {
        "" => Typed::Nothing,
        "/room" => Typed::Switch(rest.trim_start_matches('#').to_owned()),
        "/reply" => Typed::Reply(rest.to_owned()),
        "/rooms" => Typed::Rooms,
        "/who" => Typed::Who(rest.to_owned()),
        "/help" | "/?" => Typed::Help,
        "/quit" | "/exit" => Typed::Quit,
        "/convene" => Typed::Say(line.to_owned()),
        _ if word.starts_with('/') => Typed::Unknown(word.to_owned()),
        _ => Typed::Say(line.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_mean_what_the_help_says() {
        assert_eq!(understand(" 2 "), Typed::Press(2));
        assert_eq!(
            understand("#general hello all"),
            Typed::SayIn("general".into(), "hello all".into())
        );
        assert_eq!(understand("#general"), Typed::Switch("general".into()));
        assert_eq!(understand("/room"), Typed::Switch(String::new()));
        assert_eq!(understand("/whom"), Typed::Unknown("/whom".into()));
        assert_eq!(understand("# of seats"), Typed::Say("# of seats".into()));
        assert_eq!(
            understand("1 more thing"),
            Typed::Say("1 more thing".into())
        );
    }
}
