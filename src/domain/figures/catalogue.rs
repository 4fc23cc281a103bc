//! Which figures there are, and what each of them means. A definition is part of the figure: it is shown with
//! it, and a snapshot keeps it as it was.

use crate::words_enum;

words_enum! {
    /// A headline figure.
    Name {
        /// Sessions held.
        Sessions = "sessions",
        /// Attendances, and the people behind them.
        Attendances = "attendances",
        /// Speaker appearances, and the people behind them.
        Appearances = "appearances",
        /// Countries that people who came are from.
        Countries = "countries",
        /// Yes to an invitation, beside who came.
        Answers = "answers",
        /// Heads that hosts estimated.
        HeadCount = "head-count",
        /// The time people spent in sessions.
        Minutes = "minutes",
        /// Members at the end of the period.
        Members = "members",
        /// Members who joined in the period.
        NewMembers = "new-members",
    }
}

impl Name {
    /// The figure that a person means by a word.
    pub fn called(typed: &str) -> Option<Self> {
        let typed = typed.trim().to_lowercase().replace([' ', '_'], "-");
        match typed.as_str() {
            "people" | "attendance" | "attended" | "attendees" | "participants" => {
                Some(Self::Attendances)
            }
            "speakers" | "speaker" | "appearance" | "talks" => Some(Self::Appearances),
            "country" => Some(Self::Countries),
            "rsvp" | "rsvps" | "yes" | "answer" => Some(Self::Answers),
            "heads" | "headcount" | "estimate" | "estimates" => Some(Self::HeadCount),
            "time" | "minute" | "hours" => Some(Self::Minutes),
            "member" => Some(Self::Members),
            "new" | "joined" | "newcomers" => Some(Self::NewMembers),
            "session" | "events" => Some(Self::Sessions),
            other => other.parse().ok(),
        }
    }

    /// The name that looks most like a word that names no figure.
    pub fn nearest(typed: &str) -> Option<&'static str> {
        let typed = typed.trim().to_lowercase().replace([' ', '_'], "-");
        let alike = |name: &str| strsim::normalized_damerau_levenshtein(name, &typed);
        let names = Self::ALL.iter().map(|name| name.as_str());
        let best = names.max_by(|a, b| alike(a).total_cmp(&alike(b)));
        best.filter(|name| alike(name) >= 0.5)
    }

    /// What the people behind it are called, where it tells them apart.
    pub fn people(self) -> (&'static str, &'static str) {
        match self {
            Self::Appearances => ("speaker", "speakers"),
            _ => ("person", "people"),
        }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sessions => "Sessions held",
            Self::Attendances => "Attendances",
            Self::Appearances => "Speaker appearances",
            Self::Countries => "Countries",
            Self::Answers => "Yes to invitations",
            Self::HeadCount => "Head counts",
            Self::Minutes => "Minutes spent",
            Self::Members => "Members",
            Self::NewMembers => "New members",
        }
    }

    /// What its value counts, for one and for several.
    pub fn unit(self) -> (&'static str, &'static str) {
        match self {
            Self::Sessions => ("session", "sessions"),
            Self::Attendances => ("attendance", "attendances"),
            Self::Appearances => ("appearance", "appearances"),
            Self::Countries => ("country", "countries"),
            Self::Answers => ("yes", "yeses"),
            Self::HeadCount => ("head", "heads"),
            Self::Minutes => ("minute", "minutes"),
            Self::Members | Self::NewMembers => ("member", "members"),
        }
    }

    /// The records it rests on, for one and for several.
    pub fn evidence(self) -> (&'static str, &'static str) {
        match self {
            Self::Sessions => ("session", "sessions"),
            Self::Attendances | Self::Countries => ("attendance record", "attendance records"),
            Self::Appearances => (
                "speaker put down at a session",
                "speakers put down at sessions",
            ),
            Self::Answers => ("answer", "answers"),
            Self::HeadCount => ("estimate", "estimates"),
            Self::Minutes => ("attendance with a length", "attendances with a length"),
            Self::Members | Self::NewMembers => ("member record", "member records"),
        }
    }

    /// Whether its value is split by partner.
    pub fn is_split(self) -> bool {
        !matches!(
            self,
            Self::Sessions | Self::Countries | Self::HeadCount | Self::Minutes
        )
    }

    /// Whether it is counted by country.
    pub fn has_countries(self) -> bool {
        matches!(
            self,
            Self::Attendances | Self::Countries | Self::Members | Self::NewMembers
        )
    }

    /// Whether it is counted by month.
    pub fn has_months(self) -> bool {
        !matches!(self, Self::Countries | Self::Members)
    }

    /// What it counts, in words.
    pub fn definition(self) -> &'static str {
        match self {
            Self::Sessions => {
                "Sessions of all series and single ones that began by now and were not left out or called off, each \
                 on the day that its own announcement names. Meetings of role groups are not among them, here and \
                 in every other figure. They belong to all partners together and are not split."
            }
            Self::Attendances => {
                "One attendance is one person at one session held, whichever of the sources saw them: check-in, host's \
                 list, video platform's report; who is in two of them counts once. Speakers and hosts who were seen \
                 count too, and are named apart. A person is a member or contact, else an e-mail address of a report, \
                 else a name that was decided to be a guest. Names that wait for a decision or were ignored do not \
                 count, and the host's estimate of heads is never added. People counts each person once in the whole \
                 period. Split by the organisation on record of a person now: a partner's people under its label, \
                 those of other organisations as external, all others as unknown."
            }
            Self::Appearances => {
                "One appearance is one person put down as a speaker of one session held; speakers counts each person \
                 once in the whole period. Hosts and chairs are not speakers. Split by the organisation named for the \
                 appearance, else by that on record of the person; a person who spoke for several counts under the \
                 latest."
            }
            Self::Countries => {
                "Countries of the people who came. A member's own country counts first (stated), then that of their \
                 organisation, then the one a report saw their connection come from; of somebody known by a report \
                 only it is the connection's. Each person has one country or none, and who has none is in no country."
            }
            Self::Answers => {
                "Answers “yes” that have a seat, to sessions held of which it is recorded who came, so that the two \
                 can be compared. Who is in line, said maybe, or had no seat is not in it. Split by the organisation \
                 on record of a person now."
            }
            Self::HeadCount => {
                "The hosts' estimates of heads, added up over the sessions that have one. It stands beside the \
                 attendances and is never added to them: the difference is people whom nobody identified, or \
                 estimates that were too high."
            }
            Self::Minutes => {
                "The time people spent in sessions as the video platform's reports say, overlapping connections of a \
                 person united, added up over attendances. Attendances without a length are not guessed."
            }
            Self::Members => {
                "People who had joined by the last day of the period and had not left by then. Contacts who never \
                 joined are not members. Split by the organisation on record of a person now."
            }
            Self::NewMembers => {
                "Members who joined within the period and have not left since; who asked to be forgotten since did join. \
                 Split by the organisation on record of a person now."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_call_a_figure_is_understood() {
        for name in Name::ALL {
            assert_eq!(Name::called(name.as_str()), Some(*name));
            assert_eq!(
                Name::called(&name.as_str().to_uppercase().replace('-', " ")),
                Some(*name)
            );
        }
        assert_eq!(Name::called("People"), Some(Name::Attendances));
        assert_eq!(Name::called("speakers"), Some(Name::Appearances));
        assert_eq!(Name::called("impact"), None);
        assert_eq!(Name::nearest("atendances"), Some("attendances"));
        assert_eq!(Name::nearest("New membres"), Some("new-members"));
        assert_eq!(Name::nearest("impact"), None);
    }
}
