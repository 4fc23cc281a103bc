//! What the records know: an item that names a fact ticks itself as soon as it holds.

use crate::domain::events::session::{Mode, Session, Status};
use crate::words_enum;

words_enum! {
    /// Something that the records can say.
    Fact {
        /// The session has a date on which it takes place.
        Date = "date",
        /// It has a theme.
        Theme = "theme",
        /// It has the speakers it needs.
        Speakers = "speakers",
        /// Somebody hosts it.
        Host = "host",
        /// It has the link or the place that its mode asks for.
        Link = "link",
        /// It was announced.
        Announced = "announced",
        /// Its recording can be found.
        Recording = "recording",
        /// Where its notes are was said, of a meeting.
        Notes = "notes",
        /// Who came was written down.
        Attendance = "attendance",
        /// The person has joined the chat.
        Chat = "chat",
        /// The person agreed to the code of conduct as it stands.
        Conduct = "conduct",
    }
}

impl Fact {
    /// Whether it is about a person; else it is about a session.
    pub fn is_of_person(self) -> bool {
        matches!(self, Self::Chat | Self::Conduct)
    }

    /// The facts that hold of a session. Whether it has its speakers, and somebody to host it, is known from its
    /// appearances.
    pub fn of_session(session: &Session, speakers: bool, host: bool) -> Vec<Self> {
        let online = session.mode == Mode::InPerson || !session.link.is_empty();
        let in_person = session.mode == Mode::Online || !session.place.is_empty();
        let holds = |fact: &Self| match fact {
            Self::Date => session.status == Status::Planned,
            Self::Theme => !session.theme.is_empty(),
            Self::Speakers => speakers,
            Self::Host => host,
            Self::Link => online && in_person,
            Self::Announced => session.announced_at.is_some(),
            Self::Recording => !session.recording.is_empty(),
            Self::Notes => !session.notes.is_empty(),
            Self::Attendance => session.recorded > 0 || session.estimate.is_some(),
            Self::Chat | Self::Conduct => false,
        };
        Self::ALL.iter().copied().filter(holds).collect()
    }
}
