//! What whoever plans a session should know of its date before anybody is told: public holidays where partners are,
//! and hours that are not the usual ones on their clocks.

use chrono::NaiveDate;

use crate::domain::clocks::{OddHour, odd_hour};
use crate::domain::holidays::{self, Holiday, NoData, Place};
use crate::domain::time::{Plan, Zone};

/// A partner, or another country that a community has an eye on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The partner's label; empty for a country without one.
    pub label: String,
    /// Its zone; without one the session's own day counts.
    pub zone: Option<Zone>,
    /// Whose holidays are its; none where nobody said its country.
    pub place: Option<Place>,
}

/// One thing to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The day is a public holiday.
    Holiday {
        /// The day where it is one.
        day: NaiveDate,
        /// Which.
        holiday: Holiday,
    },
    /// It is another hour than usual there.
    OddHour(OddHour),
    /// Whether the day is a holiday is not known: the table ends before it, or does not have the country.
    NoData(NoData),
    /// Whether the day is a holiday is not known: nobody said which country this partner is in.
    NoCountry {
        /// The partner.
        label: String,
    },
}

/// What there is to know of a plan, each thing once: holidays first.
pub fn of_plan(plan: Plan, watched: &[Watched]) -> Vec<Warning> {
    let mut found: Vec<Warning> = Vec::new();
    let mut add = |warning: Warning| {
        if !found.contains(&warning) {
            found.push(warning);
        }
    };
    for one in watched {
        let Some(place) = one.place else {
            add(Warning::NoCountry {
                label: one.label.clone(),
            });
            continue;
        };
        let day = local_day(plan, one.zone);
        match holidays::on(place, day) {
            Ok(Some(holiday)) => add(Warning::Holiday { day, holiday }),
            Ok(None) => {}
            Err(no_data) => add(Warning::NoData(no_data)),
        }
    }
    for zone in watched.iter().filter_map(|one| one.zone) {
        if let Some(odd) = odd_hour(plan, zone) {
            add(Warning::OddHour(odd));
        }
    }
    found.sort_by_key(|warning| match warning {
        Warning::Holiday { .. } => 0,
        Warning::OddHour(_) => 1,
        Warning::NoData(_) | Warning::NoCountry { .. } => 2,
    });
    found
}

/// The day on which it begins there.
fn local_day(plan: Plan, zone: Option<Zone>) -> NaiveDate {
    let there = zone.and_then(|zone| Some(plan.instant()?.with_timezone(&zone).date_naive()));
    there.unwrap_or(plan.wall.date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(label: &str, zone: Zone, country: &str) -> Watched {
        Watched {
            label: label.to_owned(),
            zone: Some(zone),
            place: Place::new(country, None).ok(),
        }
    }

    fn plan(wall: &str, zone: Zone) -> Plan {
        Plan {
            wall: wall.parse().unwrap(),
            zone,
        }
    }

    fn holidays(found: &[Warning]) -> Vec<String> {
        let named = found.iter().filter_map(|warning| match warning {
            Warning::Holiday { day, holiday } => Some(format!("{day} {}", holiday.name)),
            _ => None,
        });
        named.collect()
    }

    #[test]
    fn a_day_is_the_day_where_the_partner_is() {
        let partners = [
            watched("ALPHA", Zone::Europe__London, "GB"),
            watched("BETA", Zone::Australia__Sydney, "AU"),
        ];
        // Monday evening in London is Australia Day in Sydney.
        let found = of_plan(plan("2026-01-25T20:00:00", Zone::Europe__London), &partners);
        assert_eq!(holidays(&found), ["2026-01-26 Australia Day"]);
    }

    #[test]
    fn two_partners_of_one_country_are_told_of_once() {
        let partners = [
            watched("ALPHA", Zone::Europe__London, "GB"),
            watched("GAMMA", Zone::Europe__London, "GB"),
        ];
        let found = of_plan(plan("2022-08-29T14:00:00", Zone::Europe__London), &partners);
        assert_eq!(holidays(&found), ["2022-08-29 Late Summer Bank Holiday"]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn what_is_not_known_is_said() {
        let nowhere = Watched {
            label: "BETA".to_owned(),
            zone: None,
            place: None,
        };
        let partners = [watched("ALPHA", Zone::Europe__London, "GB"), nowhere];
        let found = of_plan(plan("2050-03-01T14:00:00", Zone::Europe__London), &partners);
        let [Warning::NoData(no_data), Warning::NoCountry { label }] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!((no_data.year, label.as_str()), (2050, "BETA"));
    }
}
