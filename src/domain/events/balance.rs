//! Who spoke over a year: by organisation, by career stage, and whether for the first time. Appearances and people are
//! always both counted: twelve sessions can have 35 appearances by 33 people.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::MemberId;
use crate::domain::people::career::CareerStage;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// Whom a speaker spoke for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// A partner, by its label.
    Partner(String),
    /// An organisation that is no partner.
    External,
    /// Nobody knows.
    Unknown,
}

/// One confirmed speaker in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoke {
    /// When.
    pub at: Instant,
    /// Who.
    pub member: MemberId,
    /// For whom.
    pub side: Side,
    /// Their career stage as it is known today.
    pub stage: Option<CareerStage>,
    /// When they first had a part as a speaker in any session of the community.
    pub first_at: Instant,
}

/// How often, and by how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Speakers of sessions, added up.
    pub appearances: i64,
    /// The people behind them.
    pub people: i64,
}

/// A session that one or more partners had nobody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneSided {
    /// Its number.
    pub number: i64,
    /// The partners without a confirmed speaker, each with the reason where the rule was waived.
    pub without: Vec<(String, Option<UserText>)>,
    /// How many confirmed speakers it has.
    pub speakers: i64,
    /// Whether it is still to come.
    pub to_come: bool,
}

impl OneSided {
    /// Whether somebody decided that it goes without a partner.
    pub fn is_waived(&self) -> bool {
        self.without.iter().any(|(_, reason)| reason.is_some())
    }
}

/// The balance of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Sessions that took place or will, with a speaker or without.
    pub sessions: i64,
    /// All of it.
    pub all: Count,
    /// By whom they spoke for: partners in order of their labels, then external, then unknown. Who spoke for two is a
    /// person of both.
    pub by_side: Vec<(Side, Count)>,
    /// By career stage; without one last.
    pub by_stage: Vec<(Option<CareerStage>, Count)>,
    /// Appearances that were somebody's first, and people whose first lies in this stretch of time.
    pub first: Count,
    /// The other appearances, and people who had spoken before.
    pub again: Count,
    /// Sessions that were not joint though they should have been.
    pub one_sided: Vec<OneSided>,
}

/// Counts what is in `spoke`. Partners without a single appearance are counted too, as none.
pub fn balance(
    spoke: &[Spoke],
    partners: &[String],
    sessions: i64,
    one_sided: Vec<OneSided>,
) -> Balance {
    let sides = partners.iter().map(|label| Side::Partner(label.clone()));
    let mut by_side: BTreeMap<Side, Vec<&Spoke>> = sides.map(|side| (side, Vec::new())).collect();
    // `None` sorts before every stage, and is told last.
    let mut by_stage: BTreeMap<(bool, Option<CareerStage>), Vec<&Spoke>> = BTreeMap::new();
    let (mut first, mut again) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for one in spoke {
        by_side.entry(one.side.clone()).or_default().push(one);
        let stage = (one.stage.is_none(), one.stage);
        by_stage.entry(stage).or_default().push(one);
        if one.at == one.first_at && seen.insert(&one.member) {
            first.push(one);
        } else {
            again.push(one);
        }
    }
    let again = Count {
        people: people(again.iter().filter(|one| !seen.contains(&one.member))),
        appearances: again.len() as i64,
    };
    let count = |list: &[&Spoke]| Count {
        appearances: list.len() as i64,
        people: people(list.iter()),
    };
    Balance {
        sessions,
        all: count(&spoke.iter().collect::<Vec<_>>()),
        by_side: by_side
            .iter()
            .map(|(side, list)| (side.clone(), count(list)))
            .collect(),
        by_stage: by_stage
            .iter()
            .map(|((_, stage), list)| (*stage, count(list)))
            .collect(),
        first: count(&first),
        again,
        one_sided,
    }
}

fn people<'a>(list: impl Iterator<Item = &'a &'a Spoke>) -> i64 {
    list.map(|one| &one.member).collect::<BTreeSet<_>>().len() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::time::instant_from_millis;

    proptest! {
        #[test]
        fn every_appearance_is_counted_once_on_each_side(
            said in prop::collection::vec((0usize..9, 0usize..4, 0usize..5, 0i64..6), 0..40)
        ) {
            // Each person's first time is before the stretch for every third, else their earliest in it.
            let at = |day: i64| instant_from_millis(day * 86_400_000);
            let earliest = |who: usize| said.iter().filter(|it| it.0 == who).map(|it| it.3).min().unwrap_or(0);
            let mut spoke: Vec<Spoke> = Vec::new();
            for (who, side, stage, day) in &said {
                // One part in one session, as the records have it.
                if spoke.iter().any(|it| it.member.as_str() == who.to_string() && it.at == at(*day)) {
                    continue;
                }
                spoke.push(Spoke {
                    at: at(*day),
                    member: MemberId::new(who.to_string()),
                    side: [Side::Partner("A".into()), Side::Partner("B".into()), Side::External, Side::Unknown][*side].clone(),
                    stage: CareerStage::ALL.get(*stage).copied(),
                    first_at: if who % 3 == 0 { at(-1) } else { at(earliest(*who)) },
                });
            }
            let found = balance(&spoke, &["A".to_owned(), "B".to_owned()], 6, Vec::new());
            let n = spoke.len() as i64;
            prop_assert_eq!(found.all.appearances, n);
            prop_assert_eq!(found.by_side.iter().map(|(_, it)| it.appearances).sum::<i64>(), n);
            prop_assert_eq!(found.by_stage.iter().map(|(_, it)| it.appearances).sum::<i64>(), n);
            prop_assert_eq!(found.first.appearances + found.again.appearances, n);
            prop_assert_eq!(found.first.people + found.again.people, found.all.people);
            prop_assert!(found.by_side.iter().map(|(_, it)| it.people).sum::<i64>() >= found.all.people);
            prop_assert!(found.by_side.iter().all(|(_, it)| it.people <= it.appearances));
            prop_assert_eq!(&found.by_side[0].0, &Side::Partner("A".to_owned()));
        }
    }
}
