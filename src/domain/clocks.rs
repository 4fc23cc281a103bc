//! Weeks in which the clocks of two places differ by another number of hours than usual.
//!
//! Two places that both change their clocks seldom do so on one day: between London's Sunday and New York's lie one
//! to three weeks in which they are an hour nearer. What is usual is not fixed either: London and Sydney are nine
//! hours apart for one half of the year and eleven for the other, and Phoenix, which never changes, is seven or eight
//! hours behind. So a difference counts as usual when it lasts a season, and as odd when it does not.

use chrono::{Duration, NaiveDateTime};

use super::time::{Placed, Plan, Zone};

/// A difference that lasts longer than this is a season's, and usual in it.
const SEASON_DAYS: i64 = 60;

/// A time that is odd for those in another zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OddHour {
    /// Where.
    pub zone: Zone,
    /// What their clocks show.
    pub shows: NaiveDateTime,
    /// What they would show by the difference of the weeks before.
    pub before: NaiveDateTime,
    /// What they would show by the difference of the weeks after; mostly the same.
    pub after: NaiveDateTime,
}

/// Whether what is planned falls into a week in which the clocks of `there` differ from those of the plan by another
/// number of hours than before and after.
pub fn odd_hour(plan: Plan, there: Zone) -> Option<OddHour> {
    if there == plan.zone {
        return None;
    }
    let now = apart(plan, there);
    let another = |direction: i64| {
        (1..=SEASON_DAYS).find_map(|days| {
            let day = Plan {
                wall: plan
                    .wall
                    .checked_add_signed(Duration::days(direction * days))?,
                ..plan
            };
            Some((days, apart(day, there))).filter(|(_, then)| *then != now)
        })
    };
    let (days_before, before) = another(-1)?;
    let (days_after, after) = another(1)?;
    (days_before + days_after - 1 <= SEASON_DAYS).then(|| OddHour {
        zone: there,
        shows: plan.wall + now,
        before: plan.wall + before,
        after: plan.wall + after,
    })
}

/// By how much the clocks of `there` are ahead of those of the plan when it comes.
pub fn apart(plan: Plan, there: Zone) -> Duration {
    let (Placed::Once(at) | Placed::FirstOfTwo(at, _) | Placed::Gap { after: at, .. }) =
        plan.place();
    at.with_timezone(&there).naive_local() - at.with_timezone(&plan.zone).naive_local()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    fn at_two(day: NaiveDate, zone: Zone) -> Plan {
        Plan {
            wall: day.and_hms_opt(14, 0, 0).unwrap(),
            zone,
        }
    }

    /// The odd stretches of a range of years: their first and last days.
    fn stretches(home: Zone, there: Zone, from: i32, to: i32) -> Vec<String> {
        let mut found: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        let first = NaiveDate::from_ymd_opt(from, 1, 1).unwrap();
        let days = first
            .iter_days()
            .take_while(|day| *day <= NaiveDate::from_ymd_opt(to, 12, 31).unwrap());
        for day in days.filter(|day| odd_hour(at_two(*day, home), there).is_some()) {
            match found.last_mut() {
                Some((_, last)) if last.succ_opt() == Some(day) => *last = day,
                _ => found.push((day, day)),
            }
        }
        found
            .into_iter()
            .map(|(from, to)| format!("{} to {}", from.format("%-d %b"), to.format("%-d %b %Y")))
            .collect()
    }

    #[test]
    fn london_and_new_york_disagree_in_march_and_around_the_end_of_october() {
        assert_eq!(
            stretches(Zone::Europe__London, Zone::America__New_York, 2022, 2026),
            [
                "13 Mar to 26 Mar 2022",
                "30 Oct to 5 Nov 2022",
                "12 Mar to 25 Mar 2023",
                "29 Oct to 4 Nov 2023",
                "10 Mar to 30 Mar 2024",
                "27 Oct to 2 Nov 2024",
                "9 Mar to 29 Mar 2025",
                "26 Oct to 1 Nov 2025",
                "8 Mar to 28 Mar 2026",
                "25 Oct to 31 Oct 2026",
            ]
        );
        let day = NaiveDate::from_ymd_opt(2026, 10, 26).unwrap();
        let odd = odd_hour(at_two(day, Zone::Europe__London), Zone::America__New_York).unwrap();
        let hours = [odd.shows, odd.before, odd.after].map(|at| at.format("%H:%M").to_string());
        assert_eq!(hours, ["10:00", "09:00", "09:00"]);
    }

    #[test]
    fn the_southern_hemisphere_has_two_usual_differences_and_weeks_between() {
        assert_eq!(
            stretches(Zone::Europe__London, Zone::Australia__Sydney, 2026, 2026),
            ["29 Mar to 4 Apr 2026", "4 Oct to 24 Oct 2026"]
        );
        let day = NaiveDate::from_ymd_opt(2026, 10, 12).unwrap();
        let odd = odd_hour(at_two(day, Zone::Europe__London), Zone::Australia__Sydney).unwrap();
        let hours = [odd.shows, odd.before, odd.after].map(|at| at.format("%a %H:%M").to_string());
        assert_eq!(hours, ["Tue 00:00", "Mon 23:00", "Tue 01:00"]);
    }

    #[test]
    fn who_never_changes_has_seasons_and_no_odd_weeks() {
        for (home, there) in [
            (Zone::Europe__London, Zone::America__Phoenix),
            (Zone::Europe__London, Zone::Asia__Kolkata),
            (Zone::Asia__Tokyo, Zone::Africa__Nairobi),
            (Zone::Europe__London, Zone::Europe__Berlin),
        ] {
            assert_eq!(stretches(home, there, 2022, 2026), [""; 0], "{there}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Whoever looks from the other side finds the same days odd.
        #[test]
        fn both_sides_agree(which in 0usize..6, other in 0usize..6, offset in 0i64..3650) {
            const ZONES: [Zone; 6] = [
                Zone::Europe__London, Zone::America__New_York, Zone::Australia__Sydney,
                Zone::America__Santiago, Zone::Asia__Kolkata, Zone::Africa__Casablanca,
            ];
            let (home, there) = (ZONES[which], ZONES[other]);
            let day = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Duration::days(offset);
            // At noon in UTC, which no zone changes its clocks at.
            let here = |zone: Zone| Plan {
                wall: day.and_hms_opt(12, 0, 0).unwrap().and_utc().with_timezone(&zone).naive_local(),
                zone,
            };
            let (one, two) = (odd_hour(here(home), there), odd_hour(here(there), home));
            prop_assert_eq!(one.is_some(), two.is_some());
            if let Some(odd) = one {
                prop_assert_ne!(odd.shows, odd.before);
                prop_assert_ne!(odd.shows, odd.after);
            }
        }
    }
}
