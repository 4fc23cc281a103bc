//! What each command of the table does.

mod agenda;
mod attendance;
mod calendar;
mod consent;
mod dates;
mod draft;
mod figures;
mod identity;
mod joint;
mod meeting;
mod onboarding;
mod operate;
mod parts;
mod personal;
mod privacy;
mod question;
mod reported;
mod run_book;
mod series;
mod session;
mod sign_in;
mod undo;
mod wording;

use crate::actions::{Actor, Context, Done, identity as identity_action, refused};
use crate::bot::Look;
use crate::chat::Inbound;
use crate::chat::command::{Command, Verb};
use crate::domain::events::draft::DraftReply;
use crate::domain::events::reply::Reply;
use crate::domain::people::member::Permission;
use crate::domain::people::told::PeopleReply;
use crate::storage::Tx;

/// Whether a command needs to know who says it; those that only show something do not.
pub(super) fn needs_person(command: &Command) -> bool {
    let shows = matches!(
        command.spec.verb,
        Verb::Help | Verb::Sessions | Verb::SessionShow
    );
    !shows && !is_for_strangers(command)
}

/// Whether a command is answered to somebody whom nobody knows and who speaks to the bot alone: a code that was got
/// with another account says who they are.
pub(super) fn is_for_strangers(command: &Command) -> bool {
    match command.spec.verb {
        Verb::Help | Verb::MyData | Verb::ForgetMe => true,
        Verb::Link => !command.args.is_empty(),
        _ => false,
    }
}

/// What a command has at hand.
pub(super) struct Call<'a> {
    pub(super) ctx: &'a Context,
    pub(super) inbound: &'a Inbound,
    pub(super) args: crate::chat::command::Args,
    pub(super) example: &'static str,
    pub(super) name: &'static str,
    pub(super) look: &'a Look,
}

impl Call<'_> {
    /// The preview whose button typed the command.
    fn preview(&mut self) -> Done<String> {
        match self.args.word() {
            Some(id) => Ok(id.text),
            None => refused("Say which preview; its buttons do."),
        }
    }
}

/// Does what a command asks.
pub(super) async fn dispatch(
    tx: &mut Tx,
    ctx: &Context,
    actor: Option<&Actor>,
    level: Permission,
    command: Command,
    inbound: &Inbound,
    look: &Look,
) -> Done<Reply> {
    let verb = command.spec.verb;
    let call = Call {
        ctx,
        inbound,
        args: command.args,
        example: command.spec.example,
        name: command.spec.name(),
        look,
    };
    match (verb, actor) {
        (Verb::Help, _) => personal::help(call, level),
        (Verb::Sessions, _) => session::list(tx, call).await,
        (Verb::SessionShow, _) => session::show(tx, actor, level, call).await,
        (Verb::Link, actor) => identity::link(tx, actor, call).await,
        (Verb::MyData, actor) => Ok(privacy::my_data(actor)),
        (Verb::ForgetMe, actor) => privacy::forget_me(tx, actor, call).await,
        (_, None) => {
            refused("I don't know you here yet. Join the community's rooms first, then ask again.")
        }
        (_, Some(actor)) => known(tx, actor, verb, call).await,
    }
}

async fn known(tx: &mut Tx, actor: &Actor, verb: Verb, call: Call<'_>) -> Done<Reply> {
    match verb {
        Verb::Help
        | Verb::Sessions
        | Verb::SessionShow
        | Verb::Link
        | Verb::MyData
        | Verb::ForgetMe => Ok(Reply::SeriesList),
        Verb::Rsvp => personal::rsvp(tx, actor, call).await,
        Verb::Here => personal::here(tx, actor, call).await,
        Verb::Zone => personal::zone(tx, actor, call).await,
        Verb::Quiet => personal::quiet(tx, actor, call).await,
        Verb::Remind => personal::remind(tx, actor, call).await,
        Verb::Mute => personal::mute(tx, actor, call, true).await,
        Verb::Unmute => personal::mute(tx, actor, call, false).await,
        Verb::Snooze => personal::snooze(tx, actor, call).await,
        Verb::Todo => onboarding::todo(tx, actor, call).await,
        Verb::Done => onboarding::tick(tx, actor, call, true).await,
        Verb::Undone => onboarding::tick(tx, actor, call, false).await,
        Verb::Conduct => Ok(onboarding::conduct()),
        Verb::Agree => onboarding::agree(tx, actor, call).await,
        Verb::OnboardingWelcome => onboarding::welcome(tx, actor, call).await,
        Verb::OnboardingStart
        | Verb::OnboardingList
        | Verb::OnboardingShow
        | Verb::OnboardingDone
        | Verb::OnboardingUndone
        | Verb::OnboardingAssign
        | Verb::OnboardingStop => onboarding::manage(tx, actor, verb, call).await,
        Verb::SeriesNew => series::new(tx, actor, call).await,
        Verb::SeriesChange => series::change(tx, actor, call).await,
        Verb::SeriesBreak => series::pause(tx, actor, call).await,
        Verb::SeriesSet => series::set(tx, actor, call).await,
        Verb::SeriesList => Ok(Reply::SeriesList),
        Verb::SessionNew => session::new(tx, actor, call).await,
        Verb::SessionTitle
        | Verb::SessionTheme
        | Verb::SessionLink
        | Verb::SessionPlace
        | Verb::SessionRecording
        | Verb::SessionCapacity => session::set(tx, actor, verb, call).await,
        Verb::SessionPage => parts::page(tx, actor, call).await,
        Verb::SessionTalk => parts::talk(tx, actor, call).await,
        Verb::SessionSpeaker => parts::speaker(tx, actor, call).await,
        Verb::SessionHost => parts::host(tx, actor, call).await,
        Verb::SessionWaive => joint::waive(tx, actor, call).await,
        Verb::SeriesBalance => joint::balance(tx, call).await,
        Verb::Career => joint::career(tx, actor, call).await,
        Verb::SessionAnnounce => dates::announce(tx, actor, call).await,
        Verb::SessionMode => dates::hold(tx, actor, call).await,
        Verb::SessionMove => dates::shift(tx, actor, call).await,
        Verb::SessionSkip => dates::skip(tx, actor, call).await,
        Verb::SessionRestore => dates::restore(tx, actor, call).await,
        Verb::SessionCancel => dates::cancel(tx, actor, call).await,
        Verb::SessionChase => dates::chase(tx, actor, call).await,
        Verb::SessionAnswers => session::answers(tx, call).await,
        Verb::SessionTodo => run_book::show(tx, actor, call).await,
        Verb::SessionDone => run_book::tick(tx, actor, call, true).await,
        Verb::SessionUndone => run_book::tick(tx, actor, call, false).await,
        Verb::SessionAssign => run_book::assign(tx, actor, call).await,
        Verb::AgendaShow => agenda::show(tx, actor, call).await,
        Verb::AgendaAdd => agenda::add(tx, actor, call).await,
        Verb::UpdateAdd => agenda::add_update(tx, actor, call).await,
        Verb::AgendaRemove | Verb::AgendaOrder | Verb::AgendaLater | Verb::UpdateRemove => {
            agenda::change(tx, actor, verb, call).await
        }
        Verb::Ask => question::ask(tx, actor, call).await,
        Verb::Questions => question::list(tx, actor, call).await,
        Verb::Answer => question::answer(tx, actor, call).await,
        Verb::QuestionDrop => question::remove(tx, actor, call).await,
        Verb::MeetingNew => meeting::new(tx, actor, call).await,
        Verb::MeetingFor => meeting::set_groups(tx, actor, call).await,
        Verb::MeetingNotes => meeting::notes(tx, actor, call).await,
        Verb::MeetingAnnounce => meeting::announce(tx, actor, call).await,
        Verb::AttendanceCount => attendance::count(tx, actor, call).await,
        Verb::AttendanceList => attendance::list(tx, actor, call).await,
        Verb::AttendanceReview => attendance::review(tx, call).await,
        Verb::AttendanceMatch | Verb::AttendanceGuest | Verb::AttendanceIgnore => {
            attendance::decide(tx, actor, verb, call).await
        }
        Verb::AttendanceSummary => attendance::summary(tx, call).await,
        Verb::SignIn => sign_in::sign_in(tx, actor, call).await,
        Verb::Undo => undo::undo(tx, actor, call).await,
        Verb::Audit => undo::audit(tx, call).await,
        Verb::Figures => figures::headlines(call),
        Verb::FiguresShow => figures::show(call),
        Verb::FiguresList => figures::list(call),
        Verb::FiguresFreeze => figures::freeze(tx, actor, call).await,
        Verb::FiguresReported => reported::show(tx, call).await,
        Verb::FiguresReportedAdd => reported::add(tx, actor, call).await,
        Verb::FiguresReportedRemove => reported::remove(tx, actor, call).await,
        Verb::FiguresSnapshots => figures::snapshots(call),
        Verb::FiguresSnapshot => figures::snapshot(tx, call).await,
        Verb::DigestPreview => operate::digest(call),
        Verb::DeadlineAdd => operate::deadline(tx, actor, call).await,
        Verb::RoleAdd => operate::begin_role(tx, actor, call).await,
        Verb::RoleEnd => operate::end_role(tx, actor, call).await,
        Verb::Consent => consent::own(tx, actor, call).await,
        Verb::ConsentList => consent::list(tx, call).await,
        Verb::ConsentNote => consent::note(tx, actor, call).await,
        Verb::Calendar => calendar::calendar(tx, actor, call, false).await,
        Verb::CalendarStop => calendar::calendar(tx, actor, call, true).await,
        Verb::Orcid => identity::orcid(tx, actor, call).await,
        Verb::Deputy => identity::deputy(tx, actor, call).await,
        Verb::Deputies => Ok(identity_action::answer(PeopleReply::Deputies)),
        Verb::Unreachable => Ok(identity_action::answer(PeopleReply::Unreachable)),
        Verb::Reachable => identity::reachable(tx, actor, call).await,
        Verb::MergeList => Ok(identity_action::answer(PeopleReply::Merges)),
        Verb::Merge => identity::merge(tx, call).await,
        Verb::MergeYes => identity::decide(tx, actor, call, true).await,
        Verb::MergeTwo => identity::decide(tx, actor, call, false).await,
        Verb::MergeUndo => identity::undo(tx, actor, call).await,
        Verb::Rehearse => operate::rehearse(call),
        Verb::OutboxList => Ok(Reply::Outbox),
        Verb::OutboxPause => operate::pause(tx, actor, call, true).await,
        Verb::OutboxResume => operate::pause(tx, actor, call, false).await,
        Verb::OutboxRetry => operate::row(tx, actor, call, false).await,
        Verb::OutboxDrop => operate::row(tx, actor, call, true).await,
        Verb::DraftList => Ok(Reply::Draft(DraftReply::List)),
        Verb::DraftShow => draft::show(tx, call).await,
        Verb::DraftOn => draft::switch(tx, actor, call, true).await,
        Verb::DraftOff => draft::switch(tx, actor, call, false).await,
        Verb::DraftPost => {
            let look = call.look;
            draft::post(tx, actor, call, look).await
        }
        Verb::DraftDrop => draft::drop(tx, actor, call).await,
        Verb::WordingList => Ok(wording::list(call)),
        Verb::WordingShow => wording::show(call),
        Verb::WordingHistory => wording::history(call),
        Verb::WordingSet => wording::set(tx, actor, call).await,
        Verb::WordingUse => wording::decide(tx, actor, call, true).await,
        Verb::WordingForget => wording::decide(tx, actor, call, false).await,
        Verb::WordingReset => wording::reset(tx, actor, call).await,
        Verb::Confirm => operate::decide(tx, actor, call, true).await,
        Verb::Dismiss => operate::decide(tx, actor, call, false).await,
    }
}

impl Call<'_> {
    /// Refuses with the command's example.
    pub(super) fn usage<T>(&self, words: &str) -> Done<T> {
        refused(format!("{words} For example: {}", self.example))
    }
}
