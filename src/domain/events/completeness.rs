//! What a session still lacks before it can go well. Where it is to be presented jointly, it lacks a speaker until
//! each partner has a confirmed one or the rule is waived for that partner, with a reason.

use super::session::{Appearance, Mode, Part, Presence, Session};
use crate::domain::ids::OrganisationId;
use crate::domain::people::organisation::Organisation;
use crate::domain::text::UserText;

/// Something that is not there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// What it is about.
    Theme,
    /// Anybody who speaks; those named are asked and have not said yes.
    Speakers {
        /// Who is asked.
        invited: Vec<UserText>,
    },
    /// A speaker of each of these partners.
    SpeakerOf(Vec<Gap>),
    /// Who runs it.
    Host,
    /// What a meeting is to be about.
    Agenda,
    /// Where it is seen.
    Link,
    /// Where it is held.
    Place,
}

/// A partner without a confirmed speaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The partner.
    pub partner: OrganisationId,
    /// Its label.
    pub label: String,
    /// Whom of it is asked.
    pub invited: Vec<UserText>,
}

/// The joint-presenting rule was waived for one partner in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Which partner.
    pub partner: OrganisationId,
    /// Its label.
    pub label: String,
    /// Why.
    pub reason: UserText,
}

/// Whether sessions of a series have to be presented jointly: as the series says, and where it does not, when there
/// are two partners or more. A rule that is in force unasked costs one word to end; one that was forgotten is noticed
/// when half the audience asks why nobody of theirs was on stage.
pub fn is_joint(said: Option<bool>, partners: usize) -> bool {
    said.unwrap_or(true) && partners >= 2
}

/// The partners without a confirmed speaker, waived or not. `partners` are those who have to present.
pub fn gaps(appearances: &[Appearance], partners: &[Organisation]) -> Vec<Gap> {
    let speaks_for = |appearance: &&Appearance, partner: &Organisation| {
        appearance.part == Part::Speaker && appearance.organisation_id.as_ref() == Some(&partner.id)
    };
    let mut found = Vec::new();
    for partner in partners {
        let (agreed, asked): (Vec<_>, Vec<_>) = appearances
            .iter()
            .filter(|appearance| speaks_for(appearance, partner))
            .partition(|appearance| appearance.presence == Presence::Confirmed);
        if agreed.is_empty() {
            found.push(Gap {
                partner: partner.id.clone(),
                label: partner.label.clone(),
                invited: asked.into_iter().map(|it| it.name.clone()).collect(),
            });
        }
    }
    found
}

/// What is missing, in the order in which it is needed. `partners` are those who have to present: none where the
/// session need not be joint.
pub fn missing(
    session: &Session,
    appearances: &[Appearance],
    partners: &[Organisation],
    waived: &[Waiver],
) -> Vec<Missing> {
    let mut missing = Vec::new();
    // A meeting has an agenda instead of a theme and speakers.
    if !session.is_meeting() {
        missing.extend(missing_of_programme(session, appearances, partners, waived));
    }
    if session.mode != Mode::InPerson && session.link.is_empty() {
        missing.push(Missing::Link);
    }
    if session.mode != Mode::Online && session.place.is_empty() {
        missing.push(Missing::Place);
    }
    missing
}

fn missing_of_programme(
    session: &Session,
    appearances: &[Appearance],
    partners: &[Organisation],
    waived: &[Waiver],
) -> Vec<Missing> {
    // The title of a session of its own says what it is; who plans a walk or a party asks nobody to speak.
    let alone = session.series.is_none();
    let mut missing = Vec::new();
    if session.theme.is_empty() && !alone {
        missing.push(Missing::Theme);
    }
    let speakers = |presence: Presence| {
        let part = move |a: &&Appearance| a.part == Part::Speaker && a.presence == presence;
        appearances.iter().filter(part)
    };
    let mut gaps = gaps(appearances, partners);
    gaps.retain(|gap| waived.iter().all(|waiver| waiver.partner != gap.partner));
    let somebody = speakers(Presence::Confirmed).next().is_some();
    if !gaps.is_empty() {
        missing.push(Missing::SpeakerOf(gaps));
    } else if !somebody {
        let invited = speakers(Presence::Invited);
        let invited: Vec<_> = invited.map(|appearance| appearance.name.clone()).collect();
        if !alone || !invited.is_empty() {
            missing.push(Missing::Speakers { invited });
        }
    }
    if somebody && !appearances.iter().any(|a| a.part == Part::Host) {
        missing.push(Missing::Host);
    }
    missing
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::MemberId;

    fn partner(n: usize) -> Organisation {
        Organisation {
            id: OrganisationId::new(format!("o{n}")),
            name: UserText::trusted(format!("Partner {n}")),
            partner: true,
            label: format!("P{n}"),
            country: None,
        }
    }

    fn speaker(n: usize, of: usize, confirmed: bool) -> Appearance {
        Appearance {
            member: MemberId::new(format!("m{n}")),
            name: UserText::trusted(format!("Speaker {n}")),
            organisation: UserText::default(),
            organisation_id: Some(OrganisationId::new(format!("o{of}"))),
            part: Part::Speaker,
            presence: if confirmed {
                Presence::Confirmed
            } else {
                Presence::Invited
            },
        }
    }

    #[test]
    fn the_usual_is_joint_where_there_is_somebody_to_be_joint_with() {
        assert!(!is_joint(None, 0) && !is_joint(None, 1) && is_joint(None, 2));
        assert!(!is_joint(Some(false), 3) && !is_joint(Some(true), 1));
    }

    proptest! {
        #[test]
        fn a_partner_is_missing_until_one_of_theirs_said_yes(
            said in prop::collection::vec((0usize..4, any::<bool>()), 0..8), count in 2usize..4
        ) {
            let partners: Vec<_> = (0..count).map(partner).collect();
            let appearances: Vec<_> =
                said.iter().enumerate().map(|(n, (of, yes))| speaker(n, *of, *yes)).collect();
            let found = gaps(&appearances, &partners);
            for (n, partner) in partners.iter().enumerate() {
                let gap = found.iter().find(|gap| gap.partner == partner.id);
                prop_assert_eq!(gap.is_none(), said.contains(&(n, true)));
                if let Some(gap) = gap {
                    let asked = said.iter().filter(|(of, _)| *of == n).count();
                    prop_assert_eq!(gap.invited.len(), asked);
                }
            }
        }
    }
}
