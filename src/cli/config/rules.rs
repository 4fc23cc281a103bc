//! What must hold across the values of a configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use super::layers::{Layers, Origin, Step};
use super::privacy;
use super::problem::{self, ConfigError};
use super::{Config, Section};
use crate::domain::checklist::{Subject, Template};
use crate::domain::country::Country;
use crate::domain::events::draft;
use crate::domain::holidays::Place;
use crate::domain::people::organisation::fold;
use crate::domain::platform::Room;
use crate::domain::text::UserText;

/// The longest short name.
const SLUG_MAX: usize = 32;
/// The longest name of a community or partner.
const NAME_MAX: usize = 120;
/// The longest label of a partner.
const LABEL_MAX: usize = 20;

fn path(text: &str) -> Vec<Step> {
    text.split('.')
        .map(|part| match part.parse() {
            Ok(index) => Step::Item(index),
            Err(_) => Step::Key(part.to_owned()),
        })
        .collect()
}

/// Checks `config` and puts it into its final form: paths are whole, names clean, countries codes.
pub fn check(config: &mut Config, layers: &Layers) -> Result<(), ConfigError> {
    let wrong = |at: &str, what: String| problem::wrong(layers, &path(at), what);
    check_server(config, layers)?;
    check_database(config, layers)?;
    if EnvFilter::try_new(&config.log.level).is_err() {
        let what = "this is no level; write error, warn, info, debug or trace".to_owned();
        return Err(wrong("log.level", what));
    }
    if config.communities.is_empty() {
        return Err(ConfigError::Wrong {
            place: layers.file().display().to_string(),
            what:
                "there is no [[community]]; “convene init --config example.toml” writes an example"
                    .to_owned(),
        });
    }
    let (mut slugs, mut rooms) = (Vec::new(), BTreeMap::new());
    for (index, section) in config.communities.iter_mut().enumerate() {
        let at = |key: &str| format!("community.{index}.{key}");
        if let Some(what) = bad_slug(&section.slug) {
            return Err(wrong(&at("slug"), what));
        }
        if slugs.contains(&section.slug) {
            let what = format!("two communities are called “{}”; rename one", section.slug);
            return Err(wrong(&at("slug"), what));
        }
        slugs.push(section.slug.clone());
        section.name = clean(section.name.as_str(), NAME_MAX).map_err(|e| wrong(&at("name"), e))?;
        check_partners(section, index, layers)?;
        check_lists(section).map_err(|(key, what)| wrong(&at(&key), what))?;
        privacy::check(section).map_err(|(key, what)| wrong(&at(&key), what))?;
        check_numbers(section).map_err(|(key, what)| wrong(&at(key), what))?;
        check_rooms(section, index, &mut rooms).map_err(|(key, what)| wrong(&key, what))?;
        check_drafts(section)
            .map_err(|(place, what)| wrong(&at(&format!("drafts.{place}")), what))?;
        let mut digests = Vec::new();
        for (place, digest) in section.digest.iter().enumerate() {
            let at = |key: &str| at(&format!("digest.{place}.{key}"));
            if let Some(what) = bad_slug(&digest.slug) {
                return Err(wrong(&at("slug"), what));
            }
            if digests.contains(&&digest.slug) {
                let what = format!("two digests are called “{}”; rename one", digest.slug);
                return Err(wrong(&at("slug"), what));
            }
            if digest.room.is_some() && digest.role_group.is_some() {
                let what = "a digest goes to a room or to a role group; leave one out".to_owned();
                return Err(wrong(&at("role_group"), what));
            }
            digests.push(&digest.slug);
        }
    }
    Ok(())
}

fn check_server(config: &mut Config, layers: &Layers) -> Result<(), ConfigError> {
    let at = path("server.base_url");
    if let Some(url) = &mut config.server.base_url {
        let rest = url.strip_prefix("https://").or(url.strip_prefix("http://"));
        let fits = rest.is_some_and(|rest| {
            !rest.is_empty() && !rest.contains(['?', '#', '@', ' ']) && !rest.starts_with('/')
        });
        if !fits {
            let what = "this is no web address; write it like https://convene.example.org";
            return Err(problem::wrong(layers, &at, what));
        }
        url.truncate(url.trim_end_matches('/').len());
    }
    let at = path("server.chat_file");
    config.server.chat_file = beside(layers, &at, &config.server.chat_file);
    Ok(())
}

fn check_database(config: &mut Config, layers: &Layers) -> Result<(), ConfigError> {
    let database = &mut config.database;
    let mut at = path("database.url");
    if let Some(file) = &database.url_file {
        let from = path("database.url_file");
        // The default address is not a choice; one that was written is, and two are one too many.
        if layers.origin(&at) != Origin::Default {
            let what = "“url” is set as well; leave one of them out";
            return Err(problem::wrong(layers, &from, what));
        }
        at = from;
        let file = beside(layers, &at, file);
        let text = std::fs::read_to_string(&file).map_err(|error| ConfigError::Unreadable {
            file: file.clone(),
            reason: error.to_string(),
        })?;
        database.url = SecretString::from(text.trim().to_owned());
        database.url_file = Some(file);
    }
    let log = path("database.erasure_log");
    database.erasure_log = beside(layers, &log, &database.erasure_log);
    let options = database.options();
    if let Some(file) = options.sqlite_path() {
        let file = beside(layers, &at, &file);
        database.url = SecretString::from(format!("sqlite:{}", file.display()));
    } else if !["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| database.url.expose_secret().starts_with(scheme))
    {
        let what = "write sqlite:PATH for a file or postgres://USER@HOST/NAME for a server";
        return Err(problem::wrong(layers, &at, what));
    }
    if !(1..=64).contains(&database.readers) {
        let what = "write a number from 1 to 64";
        return Err(problem::wrong(layers, &path("database.readers"), what));
    }
    Ok(())
}

/// A path counts from the folder of the file that it is written in; one from the environment from
/// where the program was started.
pub fn beside(layers: &Layers, at: &[Step], file: &Path) -> PathBuf {
    let folder = match layers.origin(at) {
        Origin::Variable(_) => None,
        _ => layers.file().parent(),
    };
    folder.map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

fn bad_slug(slug: &str) -> Option<String> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = !slug.is_empty()
        && slug.len() <= SLUG_MAX
        && slug.chars().all(letters)
        && !slug.starts_with('-')
        && !slug.ends_with('-');
    (!fits).then(|| {
        format!(
            "“{}” is no short name; write 1 to {SLUG_MAX} small letters, digits and hyphens",
            slug.chars().take(SLUG_MAX).collect::<String>()
        )
    })
}

fn clean(text: &str, max: usize) -> Result<UserText, String> {
    let (text, _) = UserText::line(text, max).map_err(|error| error.to_string())?;
    if text.is_empty() {
        return Err("this is empty; write a name".to_owned());
    }
    Ok(text)
}

fn check_partners(section: &mut Section, index: usize, layers: &Layers) -> Result<(), ConfigError> {
    let mut names = Vec::new();
    for (place, partner) in section.partner.iter_mut().enumerate() {
        let wrong = |key: &str, what: String| {
            let at = format!("community.{index}.partner.{place}.{key}");
            problem::wrong(layers, &path(&at), what)
        };
        partner.name = clean(&partner.name, NAME_MAX)
            .map_err(|what| wrong("name", what))?
            .to_string();
        partner.label = clean(&partner.label, LABEL_MAX)
            .map_err(|what| wrong("label", what))?
            .to_string();
        if let Some(typed) = &partner.country {
            let country =
                Country::parse(typed).map_err(|error| wrong("country", error.to_string()))?;
            partner.country = Some(country.code().to_owned());
            let region = partner.region.as_deref();
            Place::new(country.code(), region)
                .map_err(|error| wrong("region", error.to_string()))?;
        } else if partner.region.is_some() {
            let what = "a region needs its country; set “country” as well".to_owned();
            return Err(wrong("region", what));
        }
        let own = [("name", &partner.name), ("label", &partner.label)];
        let others = partner.aliases.iter().map(|alias| ("aliases", alias));
        let mut mine: Vec<String> = Vec::new();
        for (key, name) in own.into_iter().chain(others) {
            let folded = fold(name);
            if names.contains(&folded) {
                let what = format!("two partners are called “{name}”; rename one");
                return Err(wrong(key, what));
            }
            mine.push(folded);
        }
        names.extend(mine);
    }
    Ok(())
}

/// Numbers with which nothing would work.
fn check_numbers(section: &Section) -> Result<(), (&'static str, String)> {
    let planning = section.planning;
    let within = |key, value: u32, low: u32, high: u32| {
        if (low..=high).contains(&value) {
            Ok(())
        } else {
            Err((key, format!("write a number from {low} to {high}")))
        }
    };
    within("planning.horizon_days", planning.horizon_days, 1, 3660)?;
    within("planning.max_sessions", planning.max_sessions, 1, 10_000)?;
    within(
        "planning.card_pause_seconds",
        planning.card_pause_seconds,
        0,
        3600,
    )?;
    within(
        "waitlist.ask_within_hours",
        section.waitlist.ask_within_hours,
        0,
        24 * 60,
    )?;
    within("meetings.agenda_days", section.meetings.agenda_days, 0, 30)?;
    within(
        "waitlist.offer_minutes",
        section.waitlist.offer_minutes,
        1,
        7 * 24 * 60,
    )
}

/// The longest code of conduct that is said in a message.
const CONDUCT_MAX: usize = 600;

/// Lists are as they must be, and those that are named are there.
fn check_lists(section: &Section) -> Result<(), (String, String)> {
    let settings = section.settings();
    let mut names = Vec::new();
    for (place, list) in settings.checklist.iter().enumerate() {
        let at = |key: &str| format!("checklist.{place}.{key}");
        list.check().map_err(|bad| match bad.item {
            Some(item) => (at(&format!("item.{item}.{}", bad.key)), bad.what),
            None => (at(bad.key), bad.what),
        })?;
        if names.contains(&&list.name) {
            let what = format!("two checklists are called “{}”; rename one", list.name);
            return Err((at("name"), what));
        }
        names.push(&list.name);
    }
    let known = |name: &str, about: Subject| {
        let fits = |list: &&Template| list.about == about;
        if name.is_empty() || settings.template(name).filter(fits).is_some() {
            return Ok(());
        }
        let names = settings.templates().filter(fits);
        let names: Vec<&str> = names.map(|list| list.name.as_str()).collect();
        Err(format!(
            "there is no checklist “{name}” for a {about}; there is: {}",
            names.join(", ")
        ))
    };
    if let Some(conduct) = &settings.conduct {
        let wrong = |key: &str, what: &str| Err((format!("conduct.{key}"), what.to_owned()));
        let (version, link) = (&conduct.version, &conduct.link);
        let one_word = !version.is_empty() && !version.contains(char::is_whitespace);
        if !one_word || version.chars().nth(40).is_some() {
            return wrong(
                "version",
                "write one word of 40 characters at most, for example 2026-09",
            );
        }
        if conduct.text.trim().is_empty() && link.is_empty() {
            return wrong(
                "link",
                "say where the code of conduct is, or what it says in “text”",
            );
        }
        let plain = link.starts_with("https://") || link.starts_with("http://");
        if !link.is_empty()
            && (!plain || link.contains(|c: char| c.is_whitespace() || c.is_control()))
        {
            return wrong(
                "link",
                "this is no web address; write it like https://example.org/conduct",
            );
        }
        if UserText::line(&conduct.text, CONDUCT_MAX).is_err() {
            return wrong(
                "text",
                "this is longer than 600 characters; put it on a page and say “link”",
            );
        }
    }
    known(&settings.run_book.list, Subject::Session)
        .map_err(|what| ("run_book.list".to_owned(), what))?;
    let onboarding = &settings.onboarding;
    let wrong = |key: &str| {
        let key = format!("onboarding.{key}");
        move |what| (key, what)
    };
    known(&onboarding.list, Subject::Person).map_err(wrong("list"))?;
    for (group, list) in &onboarding.groups {
        known(list, Subject::Person).map_err(wrong(&format!("groups.{group}")))?;
    }
    Ok(())
}

/// What waits for an organiser is a room or a kind there is; it is kept as chat keeps it.
fn check_drafts(section: &mut Section) -> Result<(), (usize, String)> {
    let settings = section.settings();
    for (place, word) in section.drafts.iter_mut().enumerate() {
        *word = draft::rule(word, &settings).map_err(|why| (place, why.to_string()))?;
    }
    Ok(())
}

type Used = BTreeMap<Room, (usize, &'static str)>;

/// A room has one purpose in one community; a digest may go to any room of its own.
fn check_rooms(section: &Section, index: usize, used: &mut Used) -> Result<(), (String, String)> {
    let rooms = &section.rooms;
    let mirrors = rooms.mirrors.iter().enumerate();
    let named = [
        ("announcements", rooms.announcements.as_ref()),
        ("organisers", rooms.organisers.as_ref()),
    ];
    let named = named.map(|(purpose, room)| (purpose.to_owned(), purpose, room));
    let mirrors = mirrors.map(|(at, room)| (format!("mirrors.{at}"), "announcements", Some(room)));
    for (key, purpose, room) in named.into_iter().chain(mirrors) {
        let Some(room) = room else { continue };
        let what = match used.insert(room.0.clone(), (index, purpose)) {
            _ if purpose == "announcements" && rooms.announcements.is_none() => {
                "there is no announcements room to mirror; set rooms.announcements".to_owned()
            }
            Some((_, other)) => format!(
                "the room {} is the {other} room already; give each room one purpose in one community",
                room.0
            ),
            None => continue,
        };
        return Err((format!("community.{index}.rooms.{key}"), what));
    }
    let mut groups = Vec::new();
    for (place, it) in section.group_room.iter().enumerate() {
        let wrong = |key, what| (format!("community.{index}.group_room.{place}.{key}"), what);
        let group = fold(&it.group);
        if group.is_empty() || groups.contains(&group) {
            let what = format!(
                "“{}” names no role group, or one that has a room already",
                it.group
            );
            return Err(wrong("group", what));
        }
        groups.push(group);
        // Several groups may share one.
        let (owner, purpose) = *used.entry(it.room.0.clone()).or_insert((index, "group"));
        if owner != index || purpose != "group" {
            let what = format!(
                "the room {} is the {purpose} room of a community already",
                it.room.0
            );
            return Err(wrong("room", what));
        }
    }
    for (place, digest) in section.digest.iter().enumerate() {
        let Some(room) = &digest.room else { continue };
        let (owner, _) = *used.entry(room.0.clone()).or_insert((index, "digest"));
        if owner != index {
            let what = format!("the room {} belongs to another community", room.0);
            return Err((format!("community.{index}.digest.{place}.room"), what));
        }
    }
    Ok(())
}
