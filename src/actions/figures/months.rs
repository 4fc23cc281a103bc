//! A figure month by month.

use std::collections::BTreeMap;

use super::made::total;
use super::{AsOf, beginning, end, today};
use crate::domain::figures::{Month, MonthCount, Name, Period};
use crate::storage::figures::{read, records};
use crate::storage::{StorageError, Tx};

/// A figure month by month, from the first month in which there is anything.
pub(super) async fn months(
    tx: &mut Tx,
    of: AsOf<'_>,
    name: Name,
    period: Period,
) -> Result<Vec<MonthCount>, StorageError> {
    let community = &of.community.id;
    let Some((first, last)) = read::span(tx, community).await? else {
        return Ok(Vec::new());
    };
    let last = last.min(Month::of(today(of)));
    let came = match name {
        Name::Attendances | Name::Minutes => read::by_month(tx, community, first, last).await?,
        _ => BTreeMap::new(),
    };
    let joined = match name {
        Name::NewMembers => records::joined_when(tx, community, end(of, &period)).await?,
        _ => Vec::new(),
    };
    let mut months = Vec::new();
    for (month, part) in period.months(first, last) {
        let parts = part.parts(today(of));
        let (value, people) = match name {
            Name::Attendances | Name::Minutes => {
                let (sums, people) = match parts.edges.is_empty() {
                    true => came.get(&month).copied().unwrap_or_default(),
                    false => total(&read::attendance(tx, community, &parts).await?),
                };
                match name {
                    Name::Minutes => (sums.minutes, None),
                    _ => (sums.n, Some(people)),
                }
            }
            Name::Answers => {
                let yes = read::answers(tx, community, &parts).await?;
                (yes.iter().map(|(_, n)| n).sum(), None)
            }
            Name::Sessions => (
                records::sessions(tx, community, &part, of.now).await?.held,
                None,
            ),
            Name::HeadCount => (
                records::sessions(tx, community, &part, of.now).await?.heads,
                None,
            ),
            Name::Appearances => {
                let spoke = records::appearances(tx, community, &part, of.now).await?;
                let mut who: Vec<&str> = spoke.iter().map(|one| one.member.as_str()).collect();
                who.dedup();
                (
                    spoke.iter().map(|one| one.times).sum(),
                    Some(who.len() as i64),
                )
            }
            Name::NewMembers => {
                let before = |at| joined.partition_point(|joined| *joined < at);
                let from = part.from.map_or(0, |day| before(beginning(of, day)));
                ((before(end(of, &part)) - from) as i64, None)
            }
            Name::Countries | Name::Members => continue,
        };
        months.push(MonthCount {
            month,
            value,
            people,
        });
    }
    Ok(months)
}
