//! What may go to somebody by mail. An address that a manager imported is known, and nobody asked whoever has it: what
//! follows from their own doing may go there, news may not.

use super::consent::Standing;
use crate::domain::checklist::ChecklistPost;
use crate::domain::events::meeting::MeetingPost;
use crate::domain::events::post::Post;
use crate::domain::events::reminder::Audience;
use crate::domain::people::member::MessageKind;
use crate::domain::people::told::PeoplePost;

/// Why something goes to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// They said something, and this answers it.
    Asked,
    /// They said that they come, or have a part in it.
    Own,
    /// They may want to know.
    News,
}

impl Why {
    /// Whether it may go by mail to somebody who says this to [`Purpose::Mail`](super::consent::Purpose::Mail).
    pub fn allows(self, standing: Standing) -> bool {
        match self {
            Self::Asked => true,
            Self::Own => standing != Standing::No,
            Self::News => standing == Standing::Yes,
        }
    }
}

impl Post {
    /// Whether this goes by mail and in no other way.
    pub fn is_letter(&self) -> bool {
        matches!(self, Self::CalendarEntry { .. })
    }

    /// Why this goes to whoever reads it.
    pub fn why(&self) -> Why {
        match self {
            Self::Reply { .. }
            | Self::Snoozed { .. }
            | Self::People {
                people: PeoplePost::Registered,
            } => Why::Asked,
            Self::Reminder { audience, .. } | Self::Chase { audience } => match audience {
                Audience::Unanswered => Why::News,
                _ => Why::Own,
            },
            Self::CalendarEntry { news: true, .. }
            | Self::Digest
            | Self::Checklist(ChecklistPost::Welcome { .. } | ChecklistPost::Conduct { .. })
            | Self::Meeting {
                meeting: MeetingPost::Invitation { .. } | MeetingPost::Agenda,
            } => Why::News,
            _ => Why::Own,
        }
    }

    /// The kind of message that its reader can be spared, where it is of one.
    pub fn spared_as(&self) -> Option<MessageKind> {
        match self {
            Self::Reminder { audience, .. } | Self::Chase { audience } => Some(match audience {
                Audience::Unanswered => MessageKind::Invitations,
                _ => MessageKind::Reminders,
            }),
            Self::Snoozed { .. } => Some(MessageKind::Reminders),
            Self::CalendarEntry { .. } => Some(MessageKind::Invitations),
            Self::Digest => Some(MessageKind::Digests),
            Self::Checklist(_) => Some(MessageKind::Tasks),
            Self::Meeting { meeting } => Some(meeting.message_kind()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_want_a_yes_and_nobody_who_said_no_hears_of_what_they_did_not_ask() {
        for standing in [Standing::Open, Standing::Older, Standing::Yes, Standing::No] {
            assert!(Why::Asked.allows(standing));
            assert_eq!(Why::Own.allows(standing), standing != Standing::No);
            assert_eq!(Why::News.allows(standing), standing == Standing::Yes);
        }
        assert_eq!(Post::Digest.why(), Why::News);
        assert_eq!(Post::Cancelled.why(), Why::Own);
    }
}
