//! The table of acts.

use super::Goes::{From, Option as Key, Quoted, Rest, Text, Until, Word};
use super::Kind::{Choice, Date, Known, Line, Lines, Number, Series, Time, Url};
use super::{Act, Ask, Goes, Kind};
use crate::chat::command::Verb;

const fn ask(name: &'static str, label: &'static str, kind: Kind, goes: Goes) -> Ask {
    Ask {
        name,
        label,
        hint: "",
        kind,
        goes,
        required: false,
    }
}

const fn need(name: &'static str, label: &'static str, kind: Kind, goes: Goes) -> Ask {
    Ask {
        required: true,
        ..ask(name, label, kind, goes)
    }
}

impl Ask {
    const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
}

const fn act(
    name: &'static str,
    verb: Verb,
    title: &'static str,
    submit: &'static str,
    asks: &'static [Ask],
) -> Act {
    Act {
        name,
        verb,
        title,
        submit,
        danger: false,
        asks,
    }
}

impl Act {
    const fn takes_away(self) -> Self {
        Self {
            danger: true,
            ..self
        }
    }
}

const SESSION: Ask = need("session", "Session", Known, Word);
const MODES: Kind = Choice(&[
    ("online", "Online"),
    ("in person", "In person"),
    ("both", "Online and in person"),
]);
const MODES_OR_USUAL: Kind = Choice(&[
    ("", "As usual"),
    ("online", "Online"),
    ("in person", "In person"),
    ("both", "Online and in person"),
]);
const JOINT: Kind = Choice(&[
    ("", "As it is"),
    ("yes", "Each partner has to speak"),
    ("no", "No"),
    ("usual", "As usual for so many partners"),
]);
const WHO: &str = "Full name, @account or e-mail address.";
const WHEN: &str = "As you would say it: last Monday of every month 14:00-15:00.";

const ON_LIST: [Ask; 3] = [
    need("who", "Who", Line, Quoted).hint(WHO),
    need("item", "What", Line, Rest),
    ask("list", "On which list", Line, Key("list")),
];

/// Everything that can be done by a form.
pub const ACTS: &[Act] = &[
    act("series-new", Verb::SeriesNew, "Plan a series", "Plan it", &[
        need("slug", "Short name", Line, Word).hint("Small letters, digits and dashes, for commands and addresses: ks"),
        need("title", "Title", Line, Quoted),
        need("when", "When", Line, Rest).hint(WHEN),
        ask("from", "From", Date, Key("from")),
        ask("to", "To", Date, Key("to")),
        ask("capacity", "Seats", Number, Key("capacity")),
        ask("mode", "Where people take part", MODES, Key("mode")),
        ask("link", "Video link", Url, Key("link")),
        ask("place", "Room", Line, Key("place")),
    ]),
    act("series-change", Verb::SeriesChange, "Another rule", "Change the rule", &[
        need("slug", "Series", Known, Word),
        need("when", "When, from then on", Line, Rest).hint(WHEN),
        need("from", "From", Date, Key("from")),
    ]),
    act("series-break", Verb::SeriesBreak, "A break", "Leave these days out", &[
        need("slug", "Series", Known, Word),
        need("from", "First day", Date, Key("from")),
        need("to", "Last day", Date, Key("to")),
        ask("reason", "Reason", Line, Rest),
    ]),
    act("series-set", Verb::SeriesSet, "What its sessions have in common", "Set", &[
        need("slug", "Series", Known, Word),
        ask("title", "Title", Line, Key("title")),
        ask("capacity", "Seats", Number, Key("capacity")),
        ask("mode", "Where people take part", MODES_OR_USUAL, Key("mode")),
        ask("link", "Video link", Url, Key("link")),
        ask("place", "Room", Line, Key("place")),
        ask("joint", "Presented jointly", JOINT, Key("joint")),
    ]),
    act("session-new", Verb::SessionNew, "Add a session to a series", "Add the session", &[
        need("series", "Series", Series, Word),
        need("date", "Day", Date, Word),
        ask("start", "Begins", Time, From).hint("Left out, as usual."),
        ask("end", "Ends", Time, Until),
    ]),
    act("session-alone", Verb::SessionNew, "Add a session of its own", "Add the session", &[
        need("title", "Title", Line, Quoted),
        need("date", "Day", Date, Word),
        need("start", "Begins", Time, From),
        ask("end", "Ends", Time, Until),
        ask("mode", "Where people take part", MODES, Key("mode")),
        ask("capacity", "Seats", Number, Key("capacity")),
        ask("link", "Video link", Url, Key("link")),
        ask("place", "Room", Line, Key("place")),
    ]),
    act("session-title", Verb::SessionTitle, "Title", "Set the title", &[
        SESSION,
        need("title", "Title", Line, Rest),
    ]),
    act("session-theme", Verb::SessionTheme, "Theme", "Set the theme", &[
        SESSION,
        need("theme", "Theme", Line, Rest),
    ]),
    act("session-talk", Verb::SessionTalk, "Add a talk", "Add the talk", &[
        SESSION,
        need("title", "Title of the talk", Line, Rest),
        ask("speaker", "Who gives it", Line, Key("speaker")).hint("Name (Organisation)"),
    ]),
    act("session-talk-remove", Verb::SessionTalk, "Take a talk out", "Take out", &[
        SESSION,
        need("place", "Talk", Known, Key("remove")),
    ]).takes_away(),
    act("session-speaker", Verb::SessionSpeaker, "Who has a part", "Add", &[
        SESSION,
        ask("presence", "Have they said yes?", Choice(&[
            ("confirm", "Yes, they agreed"),
            ("invite", "Not yet, they are asked"),
        ]), Word),
        need("who", "Who", Line, Rest).hint("Name (Organisation); several with ; between them."),
        ask("as", "As", Choice(&[("speaker", "Speaker"), ("host", "Host"), ("chair", "Chair")]), Key("as")),
    ]),
    act("session-speaker-remove", Verb::SessionSpeaker, "Take somebody out", "Take out", &[
        SESSION,
        need("who", "Who", Known, Rest),
        need("as", "As", Known, Key("as")),
        need("remove", "Take out", Known, Key("remove")),
    ]).takes_away(),
    act("session-host", Verb::SessionHost, "Who runs it", "Set the host", &[
        SESSION,
        need("who", "Host", Line, Rest).hint(WHO),
    ]),
    act("session-waive", Verb::SessionWaive, "Go without a speaker of a partner", "Waive", &[
        SESSION,
        need("rule", "Rule", Known, Word),
        need("reason", "Partner and reason", Line, Rest).hint("For example: BETA speaker ill"),
    ]),
    act("session-link", Verb::SessionLink, "Video link", "Set the link", &[
        SESSION,
        need("link", "Video link", Url, Rest),
    ]),
    act("session-place", Verb::SessionPlace, "Room", "Set the room", &[
        SESSION,
        need("place", "Room", Line, Rest),
    ]),
    act("session-recording", Verb::SessionRecording, "Recording", "Set the recording", &[
        SESSION,
        need("link", "Where the recording is", Url, Rest),
    ]),
    act("session-mode", Verb::SessionMode, "Where people take part", "Change", &[
        SESSION,
        need("mode", "Where people take part", MODES, Rest),
    ]),
    act("session-capacity", Verb::SessionCapacity, "Seats", "Set the seats", &[
        SESSION,
        need("seats", "Seats", Line, Rest).hint("A number, or none."),
        ask("way", "Which", Choice(&[("", "As the session is held"), ("online", "Online"), ("in-person", "In person")]), Key("way")),
    ]),
    act("session-announce", Verb::SessionAnnounce, "Announce", "Show the announcement", &[SESSION]),
    act("session-move", Verb::SessionMove, "Move", "Show what would happen", &[
        SESSION,
        need("date", "New day", Date, Word),
        ask("start", "Begins", Time, From),
        ask("end", "Ends", Time, Until),
    ]),
    act("session-skip", Verb::SessionSkip, "Leave it out", "Leave it out", &[
        SESSION,
        ask("reason", "Reason", Line, Rest),
    ]).takes_away(),
    act("session-restore", Verb::SessionRestore, "Put it back", "Put it back", &[SESSION]),
    act("session-cancel", Verb::SessionCancel, "Call it off", "Show what would happen", &[
        SESSION,
        need("reason", "Reason, which people read", Line, Rest),
    ]).takes_away(),
    act("session-chase", Verb::SessionChase, "Remind people now", "Show what would happen", &[
        SESSION,
        need("to", "Whom", Choice(&[
            ("unanswered", "Who has not answered"),
            ("coming", "Who is coming"),
            ("speakers", "Who speaks"),
        ]), Key("to")),
    ]),
    act("session-done", Verb::SessionDone, "Tick", "Tick", &[
        SESSION,
        need("item", "Item", Known, Rest),
    ]),
    act("session-undone", Verb::SessionUndone, "Take the tick back", "Take the tick back", &[
        SESSION,
        need("item", "Item", Known, Rest),
    ]),
    act("session-assign", Verb::SessionAssign, "Give a duty to somebody", "Give the duty", &[
        SESSION,
        need("duty", "Duty", Line, Word).hint("organiser, host, …"),
        need("who", "Who", Line, Rest).hint(WHO),
    ]),
    act("attendance-count", Verb::AttendanceCount, "How many came", "Write it down", &[
        SESSION,
        need("heads", "Your estimate of how many came", Number, Rest),
    ]),
    act("attendance-list", Verb::AttendanceList, "Who came", "Write it down", &[
        SESSION,
        need("names", "Names, with ; between them", Lines, Rest),
    ]),
    act("attendance-match", Verb::AttendanceMatch, "It is a member", "It is them", &[
        need("name", "Name in the report", Known, Quoted),
        ask("member", "Member", Line, Rest).hint(WHO),
    ]),
    act("attendance-guest", Verb::AttendanceGuest, "It is a guest", "A guest", &[
        need("name", "Name in the report", Known, Quoted),
    ]),
    act("attendance-guests", Verb::AttendanceGuest, "All with an address are guests", "All with an address are guests", &[
        need("all", "All", Known, Word),
        SESSION,
    ]),
    act("attendance-ignore", Verb::AttendanceIgnore, "It is nobody", "Nobody", &[
        need("name", "Name in the report", Known, Quoted),
    ]),
    act("meeting-new", Verb::MeetingNew, "Plan a meeting", "Plan it", &[
        need("slug", "Short name", Line, Word).hint("Small letters, digits and dashes: all-hands"),
        need("title", "Title", Line, Quoted),
        need("when", "When", Line, Rest).hint("A day and time (2026-11-12 09:30-12:30), or a rule: first Tuesday of every month 10:00-11:00."),
        need("for", "For which role groups", Line, Key("for")).hint("With commas: core,researchers"),
        ask("mode", "Where people take part", MODES, Key("mode")),
        ask("link", "Video link", Url, Key("link")),
        ask("place", "Room", Line, Key("place")),
    ]),
    act("meeting-for", Verb::MeetingFor, "Whom it is for", "Set", &[
        SESSION,
        need("groups", "Role groups", Line, Rest).hint("With commas: core,researchers"),
    ]),
    act("meeting-announce", Verb::MeetingAnnounce, "Tell those invited", "Show what would be said", &[SESSION]),
    act("meeting-notes", Verb::MeetingNotes, "Notes", "Set where the notes are", &[
        SESSION,
        need("link", "Where the notes are", Url, Rest),
    ]),
    act("agenda-add", Verb::AgendaAdd, "Put something on the agenda", "Add", &[
        SESSION,
        need("text", "What", Line, Rest),
        ask("minutes", "Minutes", Number, Key("minutes")),
    ]),
    act("agenda-remove", Verb::AgendaRemove, "Take an item off", "Take off", &[
        SESSION,
        need("item", "Item", Known, Word),
    ]).takes_away(),
    act("agenda-later", Verb::AgendaLater, "Take it over to the next meeting", "Next time", &[
        SESSION,
        need("item", "Item", Known, Word),
    ]),
    act("agenda-order", Verb::AgendaOrder, "Another order", "Order", &[
        SESSION,
        need("order", "The numbers in their new order", Line, Rest).hint("For example 3,1,2"),
    ]),
    act("update-add", Verb::UpdateAdd, "Add a written update", "Add", &[
        SESSION,
        need("text", "The update", Line, Rest),
        ask("about", "About", Line, Key("about")),
    ]),
    act("answer", Verb::Answer, "Answer a question", "Answer", &[
        need("question", "Question", Known, Word),
        need("text", "The answer", Line, Rest),
    ]),
    act("question-drop", Verb::QuestionDrop, "Take a question away", "Take away", &[
        need("question", "Question", Known, Word),
    ]).takes_away(),
    act("role-add", Verb::RoleAdd, "Take somebody into a role group", "Take in", &[
        need("group", "Role group", Line, Word).hint("One word; organisers and deputies may do more."),
        need("who", "Who", Line, Rest).hint(WHO),
        ask("from", "From", Date, Key("from")),
        ask("until", "Until", Date, Key("until")),
    ]),
    act("role-end", Verb::RoleEnd, "End a term in a role group", "End it", &[
        need("group", "Role group", Line, Word),
        need("who", "Who", Line, Rest).hint(WHO),
        ask("on", "Last day", Date, Key("on")),
    ]).takes_away(),
    act("deputy", Verb::Deputy, "Have somebody stand in for you", "Appoint", &[
        need("who", "Who", Line, Rest).hint(WHO),
        ask("from", "From", Date, Key("from")),
        need("until", "Until", Date, Key("until")),
    ]),
    act("merge", Verb::Merge, "Make two people one", "Show what would happen", &[
        need("one", "Who", Line, Quoted).hint(WHO),
        need("with", "With", Known, Word),
        need("other", "With whom", Line, Quoted).hint(WHO),
    ]),
    act("merge-undo", Verb::MergeUndo, "Make two of one again", "Make two of one again", &[need("merge", "Merge", Known, Word)]),
    act("consent-note", Verb::ConsentNote, "Write down what somebody said", "Write it down", &[
        need("who", "Who", Line, Quoted).hint(WHO),
        need("purpose", "What for", Choice(&[
            ("listed", "To be named"),
            ("recording", "To be recorded"),
            ("photos", "To be in photos"),
            ("mail", "To get mail"),
            ("mention", "To be mentioned"),
        ]), Word),
        need("answer", "What they said", Choice(&[("", "Choose"), ("yes", "Yes"), ("no", "No")]), Word),
        need("how", "How they said it", Line, Rest),
    ]),
    act("career", Verb::Career, "How far somebody is in their career", "Set", &[
        need("who", "Who", Line, Quoted).hint(WHO),
        need("stage", "Career stage", Choice(&[
            ("student", "Student"),
            ("early", "Early"),
            ("mid", "Middle"),
            ("senior", "Senior"),
            ("none", "Not known"),
        ]), Word),
    ]),
    act("onboarding-start", Verb::OnboardingStart, "Begin a checklist for somebody", "Begin", &[
        need("who", "Who", Line, Quoted).hint(WHO),
        ask("list", "List", Line, Key("list")),
    ]),
    act("onboarding-stop", Verb::OnboardingStop, "Give a newcomer’s list up", "Give it up", &[
        need("who", "Who", Line, Quoted).hint(WHO),
        ask("list", "List", Line, Key("list")),
    ]).takes_away(),
    act("onboarding-done", Verb::OnboardingDone, "Tick something on a newcomer’s list", "Tick", &ON_LIST),
    act("onboarding-undone", Verb::OnboardingUndone, "Take a tick on a newcomer’s list back", "Take the tick back", &ON_LIST),
    act("onboarding-welcome", Verb::OnboardingWelcome, "Welcome those who were imported", "Show what would happen", &[]),
    act("deadline-add", Verb::DeadlineAdd, "Add a deadline", "Add", &[
        need("date", "Day", Date, Word),
        need("text", "What is due", Line, Rest),
    ]),
    act("outbox-pause", Verb::OutboxPause, "Hold what would be posted unasked", "Pause", &[]).takes_away(),
    act("outbox-resume", Verb::OutboxResume, "Post again", "Post again", &[]),
    act("outbox-retry", Verb::OutboxRetry, "Post after all", "Post it", &[
        need("row", "Row", Known, Word),
    ]),
    act("outbox-drop", Verb::OutboxDrop, "Forget it", "Forget it", &[
        need("row", "Row", Known, Word),
    ]).takes_away(),
    act("draft-show", Verb::DraftShow, "A draft", "Look at it", &[need("draft", "Draft", Known, Word)]),
    act("draft-on", Verb::DraftOn, "See posts before they go", "See them first", &[
        need("what", "Room or kind of post", Line, Rest).hint("For example digest, or local:announcements."),
    ]),
    act("draft-off", Verb::DraftOff, "Let posts go by themselves", "Let them go", &[
        need("what", "Room or kind of post", Line, Rest),
    ]),
    act("wording-set", Verb::WordingSet, "Other words", "Show how it reads", &[
        need("name", "Message", Known, Word),
        need("text", "The words", Lines, Text),
    ]),
    act("wording-reset", Verb::WordingReset, "The usual words again", "Use the usual words", &[
        need("name", "Message", Known, Word),
    ]).takes_away(),
    act("figures-freeze", Verb::FiguresFreeze, "Freeze the figures", "Freeze them", &[
        need("name", "Name", Line, Quoted),
        ask("from", "From", Date, Key("from")),
        ask("to", "To", Date, Key("to")),
    ]),
    act("figures-reported-add", Verb::FiguresReportedAdd, "Write down a number that was reported", "Write it down", &[
        need("name", "Name", Line, Quoted),
        need("number", "Number", Number, Word),
        need("source", "Where it was reported", Line, Key("source")),
        ask("as-of", "As of", Date, Key("as-of")),
    ]),
    act("figures-reported-remove", Verb::FiguresReportedRemove, "Take a reported number out", "Take out", &[
        need("number", "Number", Known, Word),
    ]).takes_away(),
    act("undo", Verb::Undo, "Take back what you did last", "Undo", &[]),
];
