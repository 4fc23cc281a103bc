//! What the figures of a period are made of, read once for all of them.

use super::made;
use super::months::months;
use super::{AsOf, beginning, end, today};
use crate::domain::figures::{Facet, Figure, Name, Partners, Period};
use crate::storage::figures::read::{self, Part};
use crate::storage::figures::records::{self, Members, Sessions};
use crate::storage::{StorageError, Tx, communities};

/// What several figures of one period share.
pub(super) struct Ground {
    pub(super) partners: Partners,
    pub(super) period: Period,
    pub(super) sessions: Sessions,
    pub(super) attendance: Vec<Part>,
}

/// All figures of a period.
///
/// # Errors
/// What the database says.
pub async fn all(tx: &mut Tx, of: AsOf<'_>, period: Period) -> Result<Vec<Figure>, StorageError> {
    let ground = lay(tx, of, period, None).await?;
    let mut figures = Vec::with_capacity(Name::ALL.len());
    for name in Name::ALL {
        figures.push(one(tx, of, &ground, *name).await?);
    }
    Ok(figures)
}

/// One figure of a period; with its months where they are asked for.
///
/// # Errors
/// What the database says.
pub async fn figure(
    tx: &mut Tx,
    of: AsOf<'_>,
    name: Name,
    period: Period,
    by_month: bool,
) -> Result<Figure, StorageError> {
    let ground = lay(tx, of, period, Some(name)).await?;
    let mut figure = one(tx, of, &ground, name).await?;
    if by_month && name.has_months() {
        figure.months = months(tx, of, name, period).await?;
    }
    Ok(figure)
}

/// Figures that are made of the sessions of a period, and those that are made of its attendances.
const OF_SESSIONS: [Name; 5] = [
    Name::Sessions,
    Name::Attendances,
    Name::Appearances,
    Name::Answers,
    Name::HeadCount,
];
const OF_ATTENDANCES: [Name; 4] = [
    Name::Attendances,
    Name::Countries,
    Name::Answers,
    Name::Minutes,
];

/// Reads what one figure is made of, or all of them.
async fn lay(
    tx: &mut Tx,
    of: AsOf<'_>,
    period: Period,
    only: Option<Name>,
) -> Result<Ground, StorageError> {
    let community = &of.community.id;
    let wanted = |names: &[Name]| only.is_none_or(|name| names.contains(&name));
    let partners = Partners::new(&communities::partners(tx, community).await?);
    let mut ground = Ground {
        partners,
        period,
        sessions: Sessions::default(),
        attendance: Vec::new(),
    };
    if wanted(&OF_SESSIONS) {
        ground.sessions = records::sessions(tx, community, &period, of.now).await?;
    }
    if wanted(&OF_ATTENDANCES) {
        ground.attendance = read::attendance(tx, community, &period.parts(today(of))).await?;
    }
    Ok(ground)
}

async fn one(tx: &mut Tx, of: AsOf<'_>, on: &Ground, name: Name) -> Result<Figure, StorageError> {
    let community = &of.community.id;
    Ok(match name {
        Name::Sessions => made::sessions(&on.sessions),
        Name::Attendances => made::attendances(on),
        Name::Countries => made::countries(on),
        Name::HeadCount => made::head_count(&on.sessions),
        Name::Minutes => made::minutes(on),
        Name::Appearances => {
            let spoke = records::appearances(tx, community, &on.period, of.now).await?;
            made::appearances(on, &spoke)
        }
        Name::Answers => {
            let yes = read::answers(tx, community, &on.period.parts(today(of))).await?;
            made::answers(on, &yes)
        }
        Name::Members => {
            let members = records::members_at(tx, community, end(of, &on.period)).await?;
            let undated = members.iter().map(|part| part.undated).sum();
            let split = split(members);
            made::people_figure(on, name, &split).unknown(
                "members of whom it is not known when they joined, counted from the beginning",
                undated,
            )
        }
        Name::NewMembers => {
            let from = on.period.from.map(|day| beginning(of, day));
            let joined = records::joined(tx, community, from, end(of, &on.period)).await?;
            let undated = records::undated_members(tx, community).await?;
            let split = split(joined);
            made::people_figure(on, name, &split).unknown(
                "members of whom it is not known when they joined, not counted",
                undated,
            )
        }
    })
}

fn split(parts: Vec<Members>) -> Vec<(Facet, i64)> {
    let parts = parts.into_iter();
    parts.map(|part| (part.facet, part.count)).collect()
}
