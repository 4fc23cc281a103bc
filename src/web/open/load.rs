//! What the public page shows, read as of one instant: nothing else is ever shown to strangers.

use std::collections::{HashMap, HashSet};

use crate::actions::figures::{self, AsOf};
use crate::domain::community::Community;
use crate::domain::country::Country;
use crate::domain::events::meeting::EventKind;
use crate::domain::events::session::{Part, Session};
use crate::domain::figures::small::{FEW, together};
use crate::domain::figures::{Figure, Name, Period};
use crate::domain::ids::{MemberId, SessionId};
use crate::domain::people::consent::{Purpose, Standing};
use crate::domain::people::registration::is_public;
use crate::domain::time::Instant;
use crate::storage::speaking::{self, Contribution};
use crate::storage::{StorageError, Tx, consents, series, sessions};
use crate::web::follow::load::{named, views};
use crate::words::view::SessionView;

/// Most sessions to come on the page.
const TO_COME: i64 = 12;
/// Most sessions that were held.
const HELD: i64 = 24;
/// Most pieces of news.
const NEWS: i64 = 6;
/// Most countries that are named.
const COUNTRIES: usize = 8;

/// Everything on the page.
pub(super) struct Shown {
    pub(super) to_come: Vec<SessionView>,
    pub(super) held: Vec<SessionView>,
    pub(super) news: Vec<SessionView>,
    pub(super) public: Public,
    /// Short name and title of each series that can be followed.
    pub(super) series: Vec<(String, String)>,
    pub(super) figures: Numbers,
}

/// What is known of people that everybody may know.
#[derive(Default)]
pub(super) struct Public {
    /// Those who want to be named.
    pub(super) named: HashSet<MemberId>,
    /// Those who gave their recording and slides to everybody.
    giving: HashSet<MemberId>,
    /// What speakers said of their talks and of themselves.
    said: HashMap<(SessionId, MemberId), Contribution>,
}

impl Public {
    /// What somebody said as a speaker of a session.
    pub(super) fn said(&self, view: &SessionView, member: &MemberId) -> Option<&Contribution> {
        self.said.get(&(view.session.id.clone(), member.clone()))
    }

    /// Where somebody's slides are, if they are for everybody.
    pub(super) fn slides(&self, view: &SessionView, member: &MemberId) -> &str {
        let said = self.said(view, member);
        said.filter(|_| self.giving.contains(member))
            .map_or("", |said| said.slides.as_str())
    }

    /// Whether the recording is for everybody: all who spoke said so.
    pub(super) fn shows_recording(&self, view: &SessionView) -> bool {
        let mut speakers = view.who(Part::Speaker).peekable();
        let known = speakers.peek().is_some();
        known && speakers.all(|speaker| self.giving.contains(&speaker.member))
    }
}

/// Figures as they may be published.
#[derive(Default)]
pub(super) struct Numbers {
    /// A number, and what it counts.
    pub(super) tiles: Vec<(i64, &'static str)>,
    /// Countries with their people; the last without a name holds those that are kept together.
    pub(super) countries: Vec<(Option<&'static str>, i64)>,
}

pub(super) async fn shown(
    tx: &mut Tx,
    community: &Community,
    now: Instant,
) -> Result<Shown, StorageError> {
    let id = &community.id;
    let to_come = sessions::public_to_come(tx, id, now, TO_COME).await?;
    let to_come = views(tx, to_come).await?;
    let held = sessions::public_held(tx, id, now, HELD).await?;
    let held = views(tx, held).await?;
    let news = sessions::public_changes(tx, id, NEWS).await?;
    let news = views(tx, news).await?;
    let mut all: Vec<SessionView> = Vec::new();
    all.extend(to_come.iter().chain(&held).chain(&news).cloned());
    let mut followed: Vec<(String, String)> = Vec::new();
    for one in series::all(tx, id).await? {
        let of_sessions = one.gathering.kind == EventKind::Session;
        let shown = (all.iter()).any(|view| view.session.series.as_ref() == Some(&one.id));
        if of_sessions && one.gathering.groups.is_everybody() && shown {
            followed.push((one.slug.clone(), one.title.to_string()));
        }
    }
    Ok(Shown {
        public: public(tx, community, &all).await?,
        figures: numbers(tx, community, now).await?,
        to_come,
        held,
        news,
        series: followed,
    })
}

/// What is known of those who have a part in `views`.
pub(super) async fn public(
    tx: &mut Tx,
    community: &Community,
    views: &[SessionView],
) -> Result<Public, StorageError> {
    let parts = views.iter().flat_map(|view| &view.appearances);
    let mut people: Vec<MemberId> = parts.map(|part| part.member.clone()).collect();
    people.sort();
    people.dedup();
    let said = consents::among(tx, Purpose::Publishing, &people).await?;
    let text = community.settings.consent_text(Purpose::Publishing);
    people.retain(|who| Standing::of(said.get(who), &text.version) == Standing::Yes);
    let ids: Vec<SessionId> = views.iter().map(|view| view.session.id.clone()).collect();
    Ok(Public {
        named: named(tx, community, views).await?,
        giving: people.into_iter().collect(),
        said: speaking::of_sessions(tx, &ids).await?,
    })
}

/// A session that strangers may see by its number.
pub(super) async fn one(
    tx: &mut Tx,
    community: &Community,
    number: i64,
    now: Instant,
) -> Result<Option<(SessionView, Public)>, StorageError> {
    let found = sessions::by_number(tx, &community.id, number).await?;
    let Some(session) = found.filter(|session| may_be_seen(session, now)) else {
        return Ok(None);
    };
    let mut views = views(tx, vec![session]).await?;
    let public = public(tx, community, &views).await?;
    Ok(views.pop().map(|view| (view, public)))
}

/// Announced, or held: then nothing is left to be moved.
fn may_be_seen(session: &Session, now: Instant) -> bool {
    let was_held = Session {
        announced_at: Some(session.ends_at),
        ..session.clone()
    };
    is_public(session) || (session.ends_at <= now && is_public(&was_held))
}

async fn numbers(
    tx: &mut Tx,
    community: &Community,
    now: Instant,
) -> Result<Numbers, StorageError> {
    let of = AsOf { community, now };
    let mut by_name = HashMap::new();
    for name in [
        Name::Sessions,
        Name::Attendances,
        Name::Countries,
        Name::Appearances,
    ] {
        let figure = figures::figure(tx, of, name, Period::default(), false).await?;
        by_name.insert(name, figure);
    }
    let Some(attended) = by_name.get(&Name::Attendances) else {
        return Ok(Numbers::default());
    };
    let people = attended.people.unwrap_or(0);
    let value = |name| by_name.get(&name).map_or(0, |figure: &Figure| figure.value);
    let spoke = by_name
        .get(&Name::Appearances)
        .and_then(|figure| figure.people);
    let mut tiles = vec![(value(Name::Sessions), "sessions held")];
    let countries = countries(attended, people);
    // Of few people nothing is said, and not where they are from.
    if people >= FEW {
        tiles.push((people, "people came"));
        tiles.push((value(Name::Countries), "countries"));
    }
    if let Some(spoke) = spoke.filter(|spoke| *spoke >= FEW) {
        tiles.push((spoke, "speakers"));
    }
    tiles.retain(|(count, _)| *count > 0);
    Ok(Numbers { tiles, countries })
}

/// People by country, those of few kept together with as many others as it takes.
fn countries(figure: &Figure, people: i64) -> Vec<(Option<&'static str>, i64)> {
    if people < FEW {
        return Vec::new();
    }
    let mut all: Vec<(Option<&'static str>, i64)> = figure
        .countries
        .iter()
        .map(|one| {
            let country = Country::parse(&one.country).ok();
            (country.map(Country::name), one.people)
        })
        .collect();
    all.sort_by_key(|(name, people)| (-people, *name));
    let known: i64 = all.iter().map(|(_, people)| people).sum();
    // The whole is known, so whoever is from nowhere known is a part as well.
    let parts: Vec<i64> = all
        .iter()
        .map(|(_, people)| *people)
        .chain([people - known])
        .collect();
    let merged = together(&parts);
    let mut rest = 0;
    let mut shown = Vec::new();
    for (place, count) in parts.iter().enumerate() {
        match all.get(place).and_then(|(name, _)| *name) {
            Some(name) if !merged.contains(&place) && shown.len() < COUNTRIES => {
                shown.push((Some(name), *count));
            }
            _ => rest += count,
        }
    }
    if rest > 0 {
        shown.push((None, rest));
    }
    shown
}
