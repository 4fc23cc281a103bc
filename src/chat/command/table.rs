//! The table of commands.

use crate::domain::people::member::Permission::{
    self, Deputy, Guest, Manager, Member, Organiser, Speaker,
};

macro_rules! commands {
    ($($verb:ident: [$($name:literal),+] $level:ident [$($key:literal),*] $usage:literal, $does:literal, $example:literal;)*) => {
        /// What a command does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Verb { $(#[doc = $does] $verb),* }

        /// Every command there is.
        pub const TABLE: &[Spec] = &[$(Spec {
            verb: Verb::$verb,
            names: &[$($name),+],
            level: $level,
            keys: &[$($key),*],
            usage: $usage,
            does: $does,
            example: $example,
        }),*];
    };
}

/// One command.
#[derive(Debug, PartialEq, Eq)]
pub struct Spec {
    /// What it does.
    pub verb: Verb,
    /// Its name, and other names it answers to.
    pub names: &'static [&'static str],
    /// The least permission it needs.
    pub level: Permission,
    /// The options it takes.
    pub keys: &'static [&'static str],
    /// Its values, for help.
    pub usage: &'static str,
    /// What it does, for help.
    pub does: &'static str,
    /// One line to copy.
    pub example: &'static str,
}

impl Spec {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.names[0]
    }
}

commands! {
    Help: ["help", "hilfe", "aide"] Guest []
        "[command]", "Shows what you can do here.", "help rsvp";
    Sessions: ["sessions", "session list", "next"] Guest []
        "[series]", "Lists the sessions to come, with your answers.", "sessions ks";
    SessionShow: ["session show", "session", "meeting show", "meeting"] Guest []
        "SESSION", "Shows one session.", "session show 21";
    Rsvp: ["rsvp"] Guest ["from", "was", "way"]
        "yes|no|maybe|none [SESSION] [in person|online] [from=DATE]",
        "Answers an invitation; with a series and from=, all that follow.", "rsvp yes 21";
    Here: ["here", "check-in", "checkin"] Guest []
        "[SESSION]", "Checks you in to a session that is on.", "here 21";
    Zone: ["zone"] Member []
        "[ZONE]", "Shows or sets the time zone you are told times in.", "zone Europe/Zurich";
    Quiet: ["quiet"] Member []
        "[FROM-UNTIL|off]", "Shows or sets the hours in which you are left alone.", "quiet 18:00-08:00";
    Remind: ["remind"] Member []
        "[on|off|LADDER]", "Shows or sets when you are reminded before a session.", "remind 1d,1h";
    Career: ["career"] Member []
        "[NAME] student|early|mid|senior|none", "Says how far you are in your career, for the balance of speakers; organisers say it of others.",
        "career early";
    Mute: ["mute"] Guest []
        "reminders|invitations|digests|tasks", "Spares you one kind of message.", "mute invitations";
    Unmute: ["unmute"] Guest []
        "reminders|invitations|digests|tasks", "Sends you that kind of message again.", "unmute invitations";
    Snooze: ["snooze"] Member []
        "DURATION [SESSION]", "Sends the latest reminder again later.", "snooze 1h";
    Todo: ["todo", "to do"] Member []
        "", "Lists what is left for you to do.", "todo";
    Done: ["done"] Member []
        "NUMBER|WORDS", "Ticks something of yours.", "done 4";
    Undone: ["undone"] Member []
        "NUMBER|WORDS", "Takes such a tick back.", "undone 4";
    Conduct: ["conduct", "code of conduct"] Member []
        "", "Shows the code of conduct, and whether you agreed to it.", "conduct";
    Agree: ["agree", "conduct agree"] Member []
        "", "Says that you agree to the code of conduct.", "agree";
    Link: ["link"] Guest []
        "[CODE]", "Makes your accounts on two platforms one: asks for a code here, or takes one you got there.", "link";
    Calendar: ["calendar", "calendar link", "calendar new"] Member []
        "", "Gives you a link by which your calendar program follows what you said yes to.", "calendar";
    CalendarStop: ["calendar stop", "calendar off"] Member []
        "", "Ends all links to your calendar.", "calendar stop";
    Orcid: ["orcid"] Member []
        "[ID|off]", "Shows or sets your ORCID iD.", "orcid 0000-0002-1825-0097";
    Consent: ["consent", "consents"] Guest []
        "[listed|recording|photos|mail|mention|publishing] [yes|no]", "Shows what you allow, or says yes or no to one of it; you can always say otherwise.",
        "consent photos no";
    MyData: ["my data", "mydata"] Guest []
        "", "Shows what is held on you.", "my data";
    ForgetMe: ["forget me"] Guest []
        "[CODE]", "Has everything that is held on you taken away, after saying what goes and what stays.", "forget me";
    Undo: ["undo"] Guest []
        "", "Takes back what you did last, while nobody was told of it.", "undo";
    SeriesNew: ["series new", "series add"] Deputy ["from", "to", "zone", "capacity", "mode", "link", "place", "joint", "checklist"]
        "SLUG \"TITLE\" WHEN [from=DATE] [to=DATE] [zone=ZONE] [capacity=N] [mode=online|in-person|both] [link=URL] [joint=yes|no] [checklist=NAME|none]",
        "Plans a series.", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30 capacity=300";
    SeriesChange: ["series change"] Deputy ["from"]
        "SLUG WHEN from=DATE", "Changes a series' rule from a date onward; answers are kept.",
        "series change ks last Tuesday 14:00-15:00 from=2027-03-01";
    SeriesBreak: ["series break"] Deputy ["from", "to"]
        "SLUG from=DATE to=DATE [REASON]", "Leaves out the sessions of a stretch of days.",
        "series break ks from=2026-12-20 to=2027-01-03 Winter break";
    SeriesSet: ["series set"] Deputy ["capacity", "mode", "link", "place", "title", "to", "joint", "checklist"]
        "SLUG [capacity=N] [mode=…] [link=URL] [place=TEXT] [title=TEXT] [joint=yes|no|usual] [checklist=NAME|none|usual] [to=DATE]",
        "Changes what the sessions to come of a series have in common; joint=yes wants a speaker of each partner, checklist= says what is to be done for each.", "series set ks capacity=300";
    SeriesList: ["series list", "series"] Member []
        "", "Lists the series and their rules.", "series list";
    SeriesBalance: ["series balance", "balance"] Organiser ["from", "to"]
        "SLUG [from=DATE] [to=DATE]",
        "Counts who spoke in a year: by organisation, by career stage, for the first time or again.",
        "series balance ks from=2026-01-01 to=2026-12-31";
    SessionNew: ["session new", "session add"] Deputy ["zone", "capacity", "mode", "link", "place"]
        "SLUG|\"TITLE\" DATE TIME[-TIME] [zone=ZONE] [capacity=N] [mode=…] [link=URL]",
        "Adds one session, to a series or on its own.", "session new ks 2026-10-05 14:00-15:00";
    SessionTitle: ["session title"] Organiser []
        "SESSION TITLE", "Sets a session's title.", "session title 21 Knowledge Share: data";
    SessionTheme: ["session theme"] Organiser []
        "SESSION THEME", "Sets a session's theme.", "session theme 21 Synthetic data";
    SessionPage: ["session page", "speaker page", "session pages"] Organiser []
        "SESSION [WHO] [stop]", "Sends speakers the link to a page where they say what is missing; stop ends the links.",
        "session page 21 \"Mei Tanaka\"";
    SessionTalk: ["session talk"] Organiser ["speaker", "remove"]
        "SESSION TITLE [speaker=WHO] | SESSION remove=N", "Adds a talk, or takes one out.",
        "session talk 21 speaker=\"Mei Tanaka\" Making tables up";
    SessionSpeaker: ["session speaker", "session speakers"] Organiser ["as", "remove"]
        "SESSION [invite|confirm] NAME (ORGANISATION)[; …] [as=speaker|host|chair] [remove=yes]",
        "Adds speakers, a host or a chair, or takes them out; who is only invited is not announced until confirmed.", "session speaker 21 Mei Tanaka (ALPHA); Jo Field (BETA)";
    SessionHost: ["session host"] Organiser []
        "SESSION NAME", "Sets who runs the session.", "session host 21 Mei Tanaka";
    SessionWaive: ["session waive"] Organiser ["remove"]
        "SESSION joint [PARTNER] REASON | SESSION joint remove=yes",
        "Lets a session go without a speaker of a partner, or takes that back.",
        "session waive 25 joint BETA speaker ill";
    SessionLink: ["session link", "meeting link"] Organiser []
        "SESSION URL", "Sets the video link.", "session link 21 https://video.example.org/ks";
    SessionPlace: ["session place", "meeting place"] Organiser []
        "SESSION PLACE", "Sets the room.", "session place 21 Turing lecture theatre";
    SessionRecording: ["session recording"] Organiser []
        "SESSION URL", "Sets where the recording is.", "session recording 21 https://video.example.org/21";
    SessionMode: ["session mode"] Organiser []
        "SESSION online|in-person|both", "Sets where people take part.", "session mode 21 both";
    SessionCapacity: ["session capacity"] Organiser ["way"]
        "SESSION N|none [way=online|in-person]", "Sets how many seats there are.", "session capacity 21 300";
    SessionAnnounce: ["session announce"] Organiser []
        "SESSION", "Posts the session's card, after a preview.", "session announce 21";
    SessionMove: ["session move", "meeting move"] Deputy []
        "SESSION DATE [TIME[-TIME]]", "Moves a session; answers are kept and people are told.", "session move 22 2026-11-02";
    SessionSkip: ["session skip", "meeting skip"] Deputy []
        "SESSION [REASON]", "Leaves a date out that nobody was told of yet.", "session skip 24 Winter break";
    SessionRestore: ["session restore", "meeting restore"] Deputy []
        "SESSION", "Puts a skipped or cancelled session back.", "session restore 24";
    SessionCancel: ["session cancel", "meeting cancel"] Deputy []
        "SESSION [REASON]", "Calls a session off and tells those concerned.", "session cancel 22 speaker withdrew";
    SessionChase: ["session chase", "meeting chase"] Organiser ["to"]
        "SESSION to=unanswered|coming|speakers", "Reminds people now, after a preview.", "session chase 21 to=unanswered";
    SessionAnswers: ["session answers", "rsvp list", "meeting answers"] Organiser []
        "SESSION", "Shows who answered what.", "session answers 21";
    SessionTodo: ["session todo", "meeting todo", "run-book", "runbook"] Organiser ["remove"]
        "[SESSION] [remove=yes]", "Shows what is left to do for a session, and what is late; remove=yes gives it up.",
        "session todo 21";
    SessionDone: ["session done", "meeting done"] Organiser []
        "SESSION NUMBER|WORDS", "Ticks something on a session's list.", "session done 21 7";
    SessionUndone: ["session undone", "meeting undone"] Organiser []
        "SESSION NUMBER|WORDS", "Takes such a tick back.", "session undone 21 7";
    SessionAssign: ["session assign", "meeting assign"] Organiser []
        "SESSION DUTY NAME", "Gives a duty on a session's list to somebody, who is told.", "session assign 21 organiser Jo Field";
    AgendaShow: ["agenda", "agenda show"] Member []
        "[MEETING]", "Shows what is gathered for a meeting.", "agenda 31";
    AgendaAdd: ["agenda add"] Member ["minutes"]
        "[MEETING] TEXT [minutes=N]", "Puts something on the agenda of a meeting you are invited to.",
        "agenda add 31 Data access for the new cohort";
    AgendaRemove: ["agenda remove"] Member []
        "[MEETING] ITEM", "Takes your own item off an agenda; organisers take off any.", "agenda remove 31 3";
    UpdateAdd: ["update add", "update"] Member ["about"]
        "[MEETING] TEXT [about=GROUP]", "Adds a short written update, sent out with the agenda.",
        "update add 31 about=\"Methods group\" Two papers submitted, one open post";
    UpdateRemove: ["update remove"] Member []
        "[MEETING] UPDATE", "Takes your own update away; organisers take away any.", "update remove 31 1";
    Ask: ["ask"] Member ["anonymous"]
        "[MEETING] [anonymous=yes] TEXT", "Asks a question for a meeting; anonymously, nothing leads back to you.",
        "ask 31 anonymous=yes Who owns the data licence?";
    Questions: ["questions", "question list"] Member []
        "[MEETING]", "Shows the questions for a meeting.", "questions 31";
    Answer: ["answer", "question answer"] Speaker []
        "QUESTION TEXT", "Answers a question of a meeting you host; organisers answer any.",
        "answer q7 Both partners; see the agreement";
    QuestionDrop: ["question drop"] Speaker []
        "QUESTION", "Takes away a question of a meeting you host; organisers take away any.", "question drop q7";
    AgendaOrder: ["agenda order"] Organiser []
        "MEETING ITEM,ITEM,…", "Puts the items of an agenda into another order.", "agenda order 31 3,1,2";
    AgendaLater: ["agenda later"] Organiser []
        "MEETING ITEM", "Takes an item that was not discussed over to the next meeting.", "agenda later 31 3";
    MeetingNew: ["meeting new", "meeting add"] Deputy ["for", "from", "to", "zone", "capacity", "mode", "link", "place", "closes"]
        "SLUG \"TITLE\" WHEN for=GROUPS [from=DATE] [to=DATE] [zone=ZONE] [mode=…] [link=URL] [closes=DAYS]",
        "Plans a meeting of some role groups, by its date or by a rule.",
        "meeting new all-hands \"Autumn all-hands\" 2026-11-12 09:30-12:30 for=core,researchers,students";
    MeetingFor: ["meeting for"] Deputy []
        "MEETING|SERIES GROUPS", "Changes which role groups a meeting is for, or all to come of its series.",
        "meeting for 31 core,students";
    MeetingAnnounce: ["meeting announce"] Organiser []
        "MEETING|SERIES", "Tells those invited, after a preview: of one meeting, or of all of a series at once.",
        "meeting announce operations";
    MeetingNotes: ["meeting notes", "notes"] Member []
        "[MEETING] [URL|none]", "Shows where a meeting's notes are; its host and organisers set that.",
        "meeting notes 31 https://notes.example.org/31";
    AttendanceCount: ["attendance count"] Organiser []
        "SESSION N", "Writes down your estimate of how many came.", "attendance count 21 87";
    AttendanceList: ["attendance list"] Organiser []
        "SESSION NAME; NAME; …", "Writes down who came.", "attendance list 21 Mei Tanaka; Jo Field";
    AttendanceReview: ["attendance review"] Organiser []
        "SESSION", "Shows the names of a report that matched nobody.", "attendance review 21";
    AttendanceMatch: ["attendance match"] Organiser []
        "\"NAME IN THE REPORT\" [MEMBER]", "Decides that a name of a report is this member.",
        "attendance match \"iPhone (2)\" Mei Tanaka";
    AttendanceGuest: ["attendance guest"] Organiser []
        "\"NAME IN THE REPORT\"|all SESSION",
        "Decides that a name of a report is a person who is no member; or that all with an address are.",
        "attendance guest \"iPhone (2)\"";
    AttendanceIgnore: ["attendance ignore"] Organiser []
        "\"NAME IN THE REPORT\"", "Decides that a name of a report is nobody.", "attendance ignore \"iPhone (2)\"";
    AttendanceSummary: ["attendance summary", "attendance"] Organiser []
        "SESSION", "Shows the figures of a session that was held.", "attendance summary 20";
    ConsentList: ["consent list"] Organiser []
        "listed|recording|photos|mail|mention [SESSION]", "Shows who allows what, of everybody or of those who come to a session.",
        "consent list photos 21";
    ConsentNote: ["consent note"] Organiser []
        "\"NAME\" listed|recording|photos|mail|mention yes|no HOW", "Writes down what somebody said elsewhere, and how they said it.",
        "consent note \"Mei Tanaka\" recording yes Signed the speakers' form";
    Figures: ["figures", "figures all"] Organiser ["from", "to"]
        "[from=DATE] [to=DATE]", "Shows every figure, a line each.", "figures from=2026-01-01 to=2026-12-31";
    FiguresShow: ["figures show", "figure"] Organiser ["from", "to", "by"]
        "NAME [from=DATE] [to=DATE] [by=partner|country|month]",
        "Shows one figure: what it counts, whose, what it rests on, and what is not known.",
        "figures show attendances from=2022-04-01 to=2023-05-31";
    FiguresList: ["figures list", "figures define"] Organiser []
        "[NAME]", "Lists the figures there are, or says what one of them counts.", "figures list attendances";
    FiguresFreeze: ["figures freeze"] Organiser ["from", "to"]
        "NAME [from=DATE] [to=DATE]", "Keeps every figure as it is now, for good, under a number.",
        "figures freeze \"Annual review\"";
    FiguresSnapshots: ["figures snapshots", "snapshots"] Organiser []
        "", "Lists the figures that were frozen.", "figures snapshots";
    FiguresSnapshot: ["figures snapshot", "snapshot"] Organiser []
        "NUMBER [NAME]", "Shows figures as they were frozen: all of them, or one in full.", "figures snapshot 1";
    FiguresReported: ["figures reported", "figures report"] Organiser []
        "[NUMBER]", "Shows numbers that were reported without evidence, each beside what the records say.",
        "figures reported";
    FiguresReportedAdd: ["figures reported add"] Organiser ["source", "of", "series", "from", "to", "as-of"]
        "\"NAME\" NUMBER source=WHERE [of=FIGURE] [series=SLUG] [from=DATE] [as-of=DATE]",
        "Writes down a number that was reported without evidence; it is compared with the records and never added.",
        "figures reported add \"Attended so far\" 1400 source=\"annual report 2025, page 4\" as-of=2025-12-31";
    FiguresReportedRemove: ["figures reported remove", "figures reported drop"] Organiser []
        "NUMBER", "Takes such a number out of the list; its number is not given again.", "figures reported remove 2";
    OnboardingStart: ["onboarding start"] Organiser ["list", "from", "supervisor", "project-manager", "community-manager"]
        "WHO [list=NAME] [from=DATE] [supervisor=WHO] [project-manager=WHO]", "Begins a checklist for somebody.",
        "onboarding start @mei list=researcher";
    OnboardingList: ["onboarding list", "onboarding"] Organiser []
        "", "Shows what is left for each newcomer, a line each.", "onboarding list";
    OnboardingShow: ["onboarding show"] Organiser []
        "WHO", "Shows what is left for one newcomer.", "onboarding show @mei";
    OnboardingDone: ["onboarding done"] Organiser ["list"]
        "@ACCOUNT|\"NAME\" ITEM [list=NAME]", "Ticks something on a newcomer's list.", "onboarding done @mei laptop";
    OnboardingUndone: ["onboarding undone"] Organiser ["list"]
        "@ACCOUNT|\"NAME\" ITEM [list=NAME]", "Takes such a tick back.", "onboarding undone @mei laptop";
    OnboardingAssign: ["onboarding assign"] Organiser ["list"]
        "@ACCOUNT|\"NAME\" DUTY WHO [list=NAME]", "Gives a duty on a newcomer's list to somebody.",
        "onboarding assign @mei supervisor Jo Field";
    OnboardingStop: ["onboarding stop"] Organiser ["list"]
        "WHO [list=NAME]", "Gives a newcomer's list up.", "onboarding stop @mei list=researcher";
    OnboardingWelcome: ["onboarding welcome"] Organiser []
        "[nobody]", "Welcomes those who were imported and wait for it, after a preview.", "onboarding welcome";
    DigestPreview: ["digest preview", "digest"] Organiser []
        "[NAME]", "Shows the next digest as it stands now.", "digest preview weekly";
    DeadlineAdd: ["deadline add", "deadline"] Organiser []
        "DATE TEXT", "Adds a deadline to the digests.", "deadline add 2026-10-01 Abstracts for the workshop";
    RoleAdd: ["role add"] Manager ["from", "until"]
        "GROUP NAME [from=DATE] [until=DATE]", "Takes a person into a role group; organisers and deputies may do more.", "role add core Mei Tanaka";
    RoleEnd: ["role end"] Manager ["on"]
        "GROUP NAME [on=DATE]", "Ends a person's term in a role group.", "role end core Mei Tanaka";
    Deputy: ["deputy"] Manager ["from", "until"]
        "WHO [from=DATE] until=DATE", "Has somebody stand in for you on these days; it ends by itself.",
        "deputy Mei Tanaka from=2026-09-14 until=2026-09-25";
    Deputies: ["deputies", "deputy list"] Organiser []
        "", "Shows who stands in for the managers, now or later.", "deputies";
    MergeList: ["merge list", "merges"] Manager []
        "", "Shows people who look alike, and merges that can be undone.", "merge list";
    MergeUndo: ["merge undo"] Manager []
        "N", "Makes two of one again; each has what they had.", "merge undo 3";
    MergeYes: ["merge yes"] Manager []
        "PAIR", "Makes two people one; the button of a preview types this.", "merge yes 01JB…";
    MergeTwo: ["merge two"] Manager []
        "PAIR", "Says that two people are two; the button of a preview types this.", "merge two 01JB…";
    Merge: ["merge"] Manager []
        "WHO with WHO", "Makes two people one, after a preview.", "merge @mei with mei@example.org";
    Unreachable: ["unreachable"] Organiser []
        "", "Lists those to whom nothing is sent because it came back.", "unreachable";
    Reachable: ["reachable"] Organiser []
        "WHO", "Sends to somebody again whose letters came back.", "reachable mei@example.org";
    Audit: ["audit", "audit log"] Manager []
        "[WHO|SESSION]", "Shows who did what, where and when: those who run the community, and what was undone.",
        "audit Mei Tanaka";
    SignIn: ["sign in", "signin", "login"] Organiser []
        "", "Gives you a link to the pages of those who run the community, by direct message.", "sign in";
    Rehearse: ["rehearse"] Organiser ["days"]
        "[days=N]", "Counts what would be posted, and shows what needs you.", "rehearse days=30";
    OutboxList: ["outbox list", "outbox"] Organiser []
        "", "Shows what waits, what failed and what is unknown.", "outbox list";
    OutboxPause: ["outbox pause"] Deputy []
        "", "Holds everything that would be posted unasked.", "outbox pause";
    OutboxResume: ["outbox resume"] Deputy []
        "", "Posts again.", "outbox resume";
    OutboxRetry: ["outbox retry"] Deputy []
        "ROW|held", "Posts a row that failed or was missed; or all that were due before a restore.", "outbox retry 01JB…";
    OutboxDrop: ["outbox drop"] Deputy []
        "ROW|missed|held", "Forgets a row that failed or was missed; all that were missed; or all due before a restore.", "outbox drop 01JB…";
    DraftList: ["drafts", "draft", "draft list"] Organiser []
        "", "Shows what waits for an organiser before it is posted.", "drafts";
    DraftOn: ["draft on"] Deputy []
        "ROOM|KIND", "Has an organiser see each post before it goes.", "draft on digest";
    DraftOff: ["draft off"] Deputy []
        "ROOM|KIND", "Lets such posts go by themselves again.", "draft off digest";
    DraftShow: ["draft show"] Organiser []
        "DRAFT", "Shows a draft; its button types this.", "draft show 01JB…";
    DraftPost: ["draft post"] Organiser []
        "DRAFT", "Lets a draft go; its button types this.", "draft post 01JB…";
    DraftDrop: ["draft drop"] Organiser []
        "DRAFT", "Takes a draft back; its button types this.", "draft drop 01JB…";
    WordingList: ["wording list", "wording", "wordings"] Organiser []
        "[WORD]", "Lists what can be said in other words.", "wording list reminder";
    WordingShow: ["wording show"] Organiser []
        "NAME", "Shows the words of one message and its placeholders.", "wording show reminder-coming";
    WordingSet: ["wording set"] Deputy []
        "NAME TEXT", "Shows how a message would read in other words, to be used or not; buttons stay.",
        "wording set reminder-coming # {title}\\nSee you {left}: {when}";
    WordingReset: ["wording reset"] Deputy []
        "NAME", "Goes back to the usual words of a message.", "wording reset reminder-coming";
    WordingHistory: ["wording history"] Organiser []
        "NAME", "Shows who gave a message which words when.", "wording history reminder-coming";
    WordingUse: ["wording use"] Deputy []
        "PREVIEW", "Uses the words of a preview; its button types this.", "wording use 01JB…";
    WordingForget: ["wording forget"] Deputy []
        "PREVIEW", "Forgets the words of a preview; its button types this.", "wording forget 01JB…";
    Confirm: ["confirm"] Organiser []
        "PREVIEW", "Does what a preview showed; its button types this.", "confirm 01JB…";
    Dismiss: ["dismiss", "not now"] Organiser []
        "PREVIEW", "Forgets a preview; its button types this.", "dismiss 01JB…";
}
