//! The demo's 240 members.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use super::Dice;
use super::names::{DISCIPLINES, LANDS, Land};
use crate::actions::import::members::MemberLine;
use crate::domain::country::{Country, fold};
use crate::domain::people::career::CareerStage;
use crate::domain::people::member::Onboarded;
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;

/// Those who run the community: account, name, and which partner.
pub const MANAGER: (&str, &str) = ("ada", "Ada Marsh");
/// Who prepares sessions at the other partner.
pub const ORGANISER: (&str, &str) = ("jonas", "Jonas Whitlock");

/// Everybody, the manager and the organiser first.
pub fn everybody(dice: &Dice, today: NaiveDate) -> Vec<MemberLine> {
    let mut lines = vec![
        line(MANAGER, &LANDS[0], 0, dice),
        line(ORGANISER, &LANDS[1], 0, dice),
    ];
    lines[0].role_groups = vec![UserText::trusted("core")];
    lines[1].role_groups = vec![UserText::trusted("core")];
    let mut taken: HashSet<String> = lines.iter().map(|line| line.name.to_string()).collect();
    for (place, land) in LANDS.iter().enumerate() {
        // One of each partner is there already.
        let already = usize::from(place < 2);
        for n in already..land.members {
            let name = loop {
                let name = format!("{} {}", dice.pick(land.given), dice.pick(land.family));
                if taken.insert(name.clone()) {
                    break name;
                }
            };
            let id = account_of(&name);
            let mut line = line((&id, &name), land, n, dice);
            line.role_groups = groups(place, n);
            lines.push(line);
        }
    }
    for (n, line) in lines.iter_mut().enumerate() {
        line.line = n as u64 + 2;
        // A handful came last week, so that the digest has somebody to greet.
        let ago = if n % 50 == 30 {
            1 + dice.below(5)
        } else {
            20 + dice.below(500)
        };
        let day = today.checked_sub_days(Days::new(ago as u64));
        line.onboarded = day.map(Onboarded::On);
    }
    lines
}

/// `Mei-Lin van der Heide` is `mei-lin-van-der-heide`.
fn account_of(name: &str) -> String {
    let parts: Vec<String> = name
        .split([' ', '-'])
        .map(fold)
        .map(|part| part.chars().filter(char::is_ascii_alphanumeric).collect())
        .collect();
    parts.join("-")
}

fn line((id, name): (&str, &str), land: &Land, n: usize, dice: &Dice) -> MemberLine {
    let (organisation, sector, domain) = land.organisations[n % land.organisations.len()];
    MemberLine {
        line: 0,
        name: UserText::trusted(name),
        accounts: vec![
            Account {
                platform: Platform::Local,
                id: id.to_owned(),
            },
            Account {
                platform: Platform::Email,
                id: format!("{}@{domain}.example", id.replace('-', ".")),
            },
        ],
        organisation: Some(UserText::trusted(organisation)),
        sector: Some(UserText::trusted(sector)),
        country: Country::parse(land.country).ok(),
        country_source: None,
        discipline: Some(UserText::trusted(dice.pick(&DISCIPLINES))),
        career_stage: career(n),
        role_groups: Vec::new(),
        zone: Some(land.zone),
        onboarded: None,
    }
}

/// How far somebody is: all sorts, and of some nobody knows.
fn career(n: usize) -> Option<CareerStage> {
    match n % 7 {
        0 => Some(CareerStage::Senior),
        1 | 4 => Some(CareerStage::Early),
        2 => Some(CareerStage::Middle),
        3 | 5 => Some(CareerStage::Student),
        _ => None,
    }
}

/// Role groups by place and count: a core team at the partners, scholars and students among all.
fn groups(place: usize, n: usize) -> Vec<UserText> {
    let group = match (place, n) {
        (0 | 1, 1..=5) => "core",
        (0 | 1, 6..=29) => "researchers",
        (0 | 1, 30..=45) => "students",
        (_, 0) if place > 1 => "scholars",
        _ => "community",
    };
    vec![UserText::trusted(group)]
}
