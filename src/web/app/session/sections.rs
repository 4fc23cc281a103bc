//! The parts of a session's page: who has a part in it, what it is, who answered, what is left to do.

use askama::Template;

use super::about;
use super::forms::{Folded, button, folded, folded_showing, of_details};
use super::read::{ANSWERS, Whole};
use crate::domain::checklist::List;
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::events::session::{Mode, Presence};
use crate::domain::seen;
use crate::web::app::acts::showing;
use crate::web::said::line;
use crate::web::shown::{Fragment, Problem};
use crate::web::visit::Visit;
use crate::words::{joint, session as session_words, time};

/// Somebody with a part.
struct Player {
    name: String,
    organisation: String,
    part: &'static str,
    asked: bool,
    out: Fragment,
    agreed: Option<Fragment>,
}

#[derive(Template)]
#[template(path = "app/session/people.html")]
struct People {
    players: Vec<Player>,
    talks: Vec<(i64, String, String, Fragment)>,
    waived: Vec<Fragment>,
    forms: Vec<Folded>,
}

pub(super) fn people(visit: &Visit, whole: &Whole) -> Result<Fragment, Problem> {
    let number = whole.view.session.number;
    let mut players = Vec::new();
    for one in &whole.view.appearances {
        let asked = one.presence == Presence::Invited;
        let who = match one.organisation.is_empty() {
            true => one.name.to_string(),
            false => format!("{} ({})", one.name, one.organisation),
        };
        let out = about(number)
            .with("who", one.name.as_str())
            .with("as", one.part.as_str())
            .with("remove", "yes");
        let yes = about(number)
            .with("presence", "confirm")
            .with("who", who)
            .with("as", one.part.as_str());
        players.push(Player {
            name: one.name.to_string(),
            organisation: one.organisation.to_string(),
            part: one.part.as_str(),
            asked,
            out: button(
                visit,
                "session-speaker-remove",
                &out,
                "Take out",
                number,
                "",
            )?,
            agreed: match asked {
                true => Some(button(
                    visit,
                    "session-speaker",
                    &yes,
                    "Said yes",
                    number,
                    "",
                )?),
                false => None,
            },
        });
    }
    let mut talks = Vec::new();
    for (place, title, speaker) in &whole.view.talks {
        let out = about(number).with("place", place.to_string());
        let out = showing(
            "session-talk-remove",
            out,
            &seen::of_talk(title, speaker.as_ref()),
        );
        talks.push((
            *place,
            title.to_string(),
            speaker
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            button(visit, "session-talk-remove", &out, "Take out", number, "")?,
        ));
    }
    let mut forms = vec![
        folded(visit, number, "Add somebody", "session-speaker", &[])?,
        folded(visit, number, "Add a talk", "session-talk", &[])?,
    ];
    if !whole.partners.is_empty() {
        forms.push(folded(
            visit,
            number,
            "Go without a speaker of a partner",
            "session-waive",
            &[("rule", "joint")],
        )?);
    }
    Fragment::of(&People {
        players,
        talks,
        waived: joint::waivers(&whole.waived)
            .iter()
            .map(line)
            .collect::<Result<_, _>>()?,
        forms,
    })
}

#[derive(Template)]
#[template(path = "app/session/details.html")]
struct Details {
    lines: Vec<Fragment>,
    seats: Fragment,
    mode: &'static str,
    forms: Vec<Folded>,
}

pub(super) fn details(visit: &Visit, whole: &Whole) -> Result<Fragment, Problem> {
    let session = &whole.view.session;
    let mut bare = whole.view.clone();
    bare.appearances.clear();
    bare.talks.clear();
    let lines = session_words::details(&bare);
    Fragment::of(&Details {
        lines: lines.iter().map(line).collect::<Result<_, _>>()?,
        seats: line(&session_words::seats(&whole.view))?,
        mode: match session.mode {
            Mode::Online => "Online",
            Mode::InPerson => "In person",
            Mode::Both => "Online and in person",
        },
        forms: of_details(visit, session)?,
    })
}

#[derive(Template)]
#[template(path = "app/session/answers.html")]
struct Answers {
    groups: Vec<(&'static str, i64, Vec<String>)>,
    announced: bool,
    cut: bool,
}

pub(super) fn answers(whole: &Whole) -> Result<Fragment, Problem> {
    let tally = whole.view.session.tally;
    let named = |is: &dyn Fn(PartStat, Seat) -> bool| {
        let those = whole.answers.iter();
        let those = those.filter(|(_, answer)| is(answer.partstat, answer.seat));
        those.map(|(name, _)| name.to_string()).collect::<Vec<_>>()
    };
    let groups = vec![
        (
            "Yes",
            tally.yes(),
            named(&|said, seat| said == PartStat::Accepted && seat == Seat::Confirmed),
        ),
        (
            "In line",
            tally.waiting(),
            named(&|_, seat| matches!(seat, Seat::Waitlisted | Seat::Offered)),
        ),
        (
            "Maybe",
            tally.maybe,
            named(&|said, _| said == PartStat::Tentative),
        ),
        (
            "No",
            tally.declined,
            named(&|said, _| said == PartStat::Declined),
        ),
    ];
    Fragment::of(&Answers {
        groups,
        announced: whole.view.session.announced_at.is_some(),
        cut: whole.answers.len() as i64 >= ANSWERS,
    })
}

/// An item of the list.
struct Todo {
    place: i64,
    text: String,
    who: String,
    due: String,
    late: bool,
    done: bool,
    tick: Option<Fragment>,
}

#[derive(Template)]
#[template(path = "app/session/list.html")]
struct Todos {
    title: String,
    done: usize,
    late: usize,
    all: usize,
    items: Vec<Todo>,
    assign: Folded,
}

pub(super) fn list(visit: &Visit, whole: &Whole, list: &List) -> Result<Fragment, Problem> {
    let number = whole.view.session.number;
    let zone = visit.community.zone;
    let mut items = Vec::new();
    for item in &list.items {
        let (done, known) = (list.is_done(item), list.is_known_done(item));
        let doers = list.doers(item);
        let names: Vec<String> = doers
            .iter()
            .filter_map(|id| whole.names.iter().find(|(known, _)| known == id))
            .map(|(_, name)| name.to_string())
            .collect();
        let about = about(number).with("item", item.place.to_string());
        let (act, label) = match done {
            true => ("session-undone", "Not done"),
            false => ("session-done", "Done"),
        };
        items.push(Todo {
            place: item.place,
            text: item.text.to_string(),
            who: match names.is_empty() {
                true => item.owner.words().to_string(),
                false => names.join(", "),
            },
            due: time::day(item.due_at, zone),
            late: !done && item.due_at <= whole.now,
            done,
            // What the records say is so needs no tick, and takes none back.
            tick: match known {
                true => None,
                false => Some(button(visit, act, &about, label, number, "#list")?),
            },
        });
    }
    Fragment::of(&Todos {
        title: list.checklist.title.to_string(),
        done: items.iter().filter(|item| item.done).count(),
        late: items.iter().filter(|item| item.late).count(),
        all: items.len(),
        items,
        assign: folded_showing(
            visit,
            number,
            "Give a duty to somebody",
            "session-assign",
            about(number),
            &whole.duties,
        )?,
    })
}
