//! Which commands can be undone, and what is said of those that cannot, or not any more. A command that is added to the
//! table says it here.

use crate::chat::command::{Command, Spec, TABLE, Verb};

/// Whether a command can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undoing {
    /// It changes nothing, or nothing that lasts.
    Shows,
    /// The rows that it changed are put back; else this would be needed. `{}` is what it was about.
    Rows(&'static str),
    /// It is an answer, and the one before it is given again; else this would be needed.
    Answer(&'static str),
    /// It cannot be; this would be needed.
    Never(&'static str),
}

use Undoing::{Answer, Never, Rows, Shows};

pub(super) fn of(verb: Verb) -> Undoing {
    match verb {
        Verb::Help
        | Verb::Sessions
        | Verb::SessionShow
        | Verb::Todo
        | Verb::Conduct
        | Verb::MyData
        | Verb::SeriesList
        | Verb::SeriesBalance
        | Verb::SessionAnswers
        | Verb::AgendaShow
        | Verb::Questions
        | Verb::AttendanceReview
        | Verb::AttendanceSummary
        | Verb::Figures
        | Verb::FiguresShow
        | Verb::FiguresList
        | Verb::FiguresSnapshots
        | Verb::FiguresSnapshot
        | Verb::FiguresReported
        | Verb::OnboardingList
        | Verb::OnboardingShow
        | Verb::DigestPreview
        | Verb::Deputies
        | Verb::Unreachable
        | Verb::MergeList
        | Verb::Merge
        | Verb::Rehearse
        | Verb::OutboxList
        | Verb::DraftList
        | Verb::DraftShow
        | Verb::WordingList
        | Verb::WordingShow
        | Verb::WordingHistory
        | Verb::WordingSet
        | Verb::WordingForget
        | Verb::Dismiss
        | Verb::Undo
        | Verb::Audit => Shows,
        Verb::Rsvp => Answer("Answer again to change it; “rsvp none” takes it back."),
        Verb::Here => Rows("An organiser can correct who came."),
        Verb::Zone => Rows("“zone ZONE” sets another."),
        Verb::Quiet => Rows("“quiet FROM-UNTIL” sets others, “quiet off” none."),
        Verb::Remind => Rows("“remind on” gives you everybody's ladder again."),
        Verb::Career => Rows("“career” says it anew."),
        Verb::Mute => Rows("“unmute” sends you such messages again."),
        Verb::Unmute => Rows("“mute” spares you such messages again."),
        Verb::Snooze => Rows(""),
        Verb::Done => Rows("“undone NUMBER” takes a tick back."),
        Verb::Undone => Rows("“done NUMBER” ticks it again."),
        Verb::Agree => Rows(""),
        Verb::Link => Never("A manager can part the two again: “merge list”."),
        Verb::Calendar => Never("“calendar stop” ends every link to your calendar."),
        Verb::SignIn => {
            Never("The link works once and for ten minutes; leave it alone and it ends.")
        }
        Verb::CalendarStop => Never("“calendar” gives you a new link."),
        Verb::Orcid => Rows("“orcid ID” sets another, “orcid off” none."),
        Verb::Consent => Never(
            "“consent {} yes” or “consent {} no” says otherwise; every answer stays written down.",
        ),
        Verb::ForgetMe => Never("Nothing brings back what was forgotten."),
        Verb::Reachable => Never("It is noted again when the next letter comes back."),
        Verb::Confirm => Rows(""),
        verb => of_those_who_run(verb),
    }
}

fn of_those_who_run(verb: Verb) -> Undoing {
    match verb {
        Verb::SeriesNew | Verb::MeetingNew => Rows(
            "“session cancel” calls off what people know of, “session skip” leaves out the rest.",
        ),
        Verb::SeriesChange => Rows("“series change” gives it another rule; answers are kept."),
        Verb::SeriesBreak => Rows("“session restore” puts a session back."),
        Verb::SeriesSet => Rows("“series set” sets it anew."),
        Verb::SessionNew => {
            Rows("“session skip {}” leaves it out, “session cancel {}” calls it off.")
        }
        Verb::SessionTitle => Rows("“session title {} …” sets another."),
        Verb::SessionTheme => Rows("“session theme {} …” sets another."),
        Verb::SessionPage => {
            Never("“session page {} stop” ends the links; what was sent stays sent.")
        }
        Verb::SessionTalk => Rows("“session talk {} remove=N” takes a talk out."),
        Verb::SessionSpeaker => Rows("“session speaker {} NAME remove=yes” takes somebody out."),
        Verb::SessionHost => Rows("“session host {} NAME” sets another."),
        Verb::SessionWaive => Rows("“session waive {} joint remove=yes” takes it back."),
        Verb::SessionLink => Rows("“session link {} URL” sets another."),
        Verb::SessionPlace => Rows("“session place {} PLACE” sets another."),
        Verb::SessionRecording => Rows("“session recording {} URL” sets another."),
        Verb::SessionMode => Rows("“session mode {} …” changes it, and people are told."),
        Verb::SessionCapacity => Rows("“session capacity {} N” sets another number."),
        Verb::SessionAnnounce => {
            Rows("“session cancel {} REASON” calls it off; every detail can still be changed.")
        }
        Verb::SessionMove => Rows("“session move {} DATE” moves it again, and people are told."),
        Verb::SessionSkip => Rows("“session restore {}” puts it back."),
        Verb::SessionRestore => {
            Rows("“session cancel {} REASON” calls it off again, and people are told.")
        }
        Verb::SessionCancel => Rows("“session restore {}” puts it back, and people are told."),
        Verb::SessionChase => Rows("Who was reminded was reminded."),
        Verb::SessionTodo => Rows("“session todo {}” shows its list."),
        Verb::SessionDone => Rows("“session undone {} NUMBER” takes a tick back."),
        Verb::SessionUndone => Rows("“session done {} NUMBER” ticks it again."),
        Verb::SessionAssign => {
            Rows("“session assign {} DUTY NAME” gives it to somebody else, who is told.")
        }
        Verb::AgendaAdd => Rows("“agenda remove” takes an item off."),
        Verb::AgendaRemove => Rows("“agenda add” puts it on again."),
        Verb::UpdateAdd => Rows("“update remove” takes an update away."),
        Verb::UpdateRemove => Rows("“update add” adds it again."),
        Verb::Ask => Rows("The host can take it away: “question drop”."),
        Verb::Answer => Rows("“answer” answers it anew."),
        Verb::QuestionDrop => Rows("It can be asked again."),
        Verb::AgendaOrder => Rows("“agenda order” orders it anew."),
        Verb::AgendaLater => Rows("“agenda” shows where it is now."),
        Verb::MeetingFor => Rows("“meeting for” says anew whom it is for."),
        Verb::MeetingAnnounce => {
            Rows("“session cancel {} REASON” calls it off; every detail can still be changed.")
        }
        Verb::MeetingNotes => Rows("“meeting notes {} URL” sets another place."),
        Verb::AttendanceCount => Rows("“attendance count {} N” writes another number."),
        Verb::AttendanceList => Rows("“attendance list {} …” writes more names."),
        Verb::AttendanceMatch | Verb::AttendanceGuest | Verb::AttendanceIgnore => {
            Rows("Import the report again to decide anew.")
        }
        Verb::FiguresFreeze => {
            Never("What is frozen stays, under its number; freeze anew what is right.")
        }
        Verb::FiguresReportedAdd => {
            Rows("“figures reported remove NUMBER” takes it out of the list.")
        }
        Verb::FiguresReportedRemove => Rows("“figures reported add” writes it down again."),
        Verb::OnboardingStart => Rows("“onboarding stop” gives the list up."),
        Verb::OnboardingDone => Rows("“onboarding undone” takes a tick back."),
        Verb::OnboardingUndone => Rows("“onboarding done” ticks it again."),
        Verb::OnboardingAssign => Rows("“onboarding assign” gives it to somebody else."),
        Verb::OnboardingStop => Rows("“onboarding start” begins the list again."),
        Verb::OnboardingWelcome => Rows("Who was welcomed was welcomed."),
        Verb::ConsentNote => {
            Never("“consent note” writes down what they say now; every answer stays written down.")
        }
        Verb::DeadlineAdd => Rows(""),
        Verb::RoleAdd => Rows("“role end GROUP NAME” ends it."),
        Verb::RoleEnd => Rows("“role add GROUP NAME” begins it again."),
        Verb::Deputy => Rows("“role end deputies NAME” ends it."),
        Verb::MergeYes => {
            Never("“merge list” shows its number; “merge undo N” makes two of one again.")
        }
        Verb::MergeUndo => Never("“merge WHO with WHO” makes them one again."),
        Verb::MergeTwo => Rows("“merge WHO with WHO” makes them one."),
        Verb::OutboxPause => Rows("“outbox resume” posts again."),
        Verb::OutboxResume => Rows("“outbox pause” holds what has not gone out."),
        Verb::OutboxRetry => Rows("What is posted is posted."),
        Verb::OutboxDrop => Rows("“outbox retry ROW” posts it after all."),
        Verb::DraftOn => Rows("“draft off” lets such posts go again."),
        Verb::DraftOff => Rows("“draft on” holds such posts again."),
        Verb::DraftPost => Rows("What is posted is posted."),
        Verb::DraftDrop => Rows("Do again what it was about."),
        Verb::WordingUse => {
            Rows("“wording set” gives it other words, “wording reset” the usual ones.")
        }
        Verb::WordingReset => Rows("“wording history” has the words it had."),
        _ => Shows,
    }
}

/// Whether what a command changes is kept, so that it can be put back.
pub(super) fn keeps_rows(command: &Command) -> bool {
    let looks = command.spec.verb == Verb::SessionTodo && command.args.option("remove").is_none();
    !looks && matches!(of(command.spec.verb), Rows(_))
}

/// The command that a line of the audit log is of.
pub(super) fn spec_of(act: &str) -> Option<&'static Spec> {
    let verb = match act {
        "accepted" | "declined" | "tentative" | "none" => Verb::Rsvp,
        "merge" => Verb::MergeYes,
        "forget" => Verb::ForgetMe,
        _ => return TABLE.iter().find(|spec| spec.names.contains(&act)),
    };
    TABLE.iter().find(|spec| spec.verb == verb)
}

/// What would be needed instead of undoing something, `subject` being what it was about.
pub(super) fn instead(spec: &Spec, subject: &str) -> String {
    let words = match of(spec.verb) {
        Rows(words) | Answer(words) | Never(words) => words,
        Shows => "",
    };
    let about = subject.rsplit(' ').next().unwrap_or_default();
    words.replace("{}", about)
}
