//! Tables and reports, broken in every way: what is read is bounded by the limits, and what is refused by how many problems
//! are listed.

use convene::domain::time::Zone;
use convene::formats::attendance::{self, Asked};
use convene::formats::decode::Limits;
use convene::formats::problems::{LISTED, Refused};
use convene::formats::{members, rsvps, series};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{answered, config};

/// Small, so that they are met.
const LIMITS: Limits = Limits {
    bytes: 6_000,
    cell: 300,
    columns: 24,
    rows: 60,
};

const MEMBERS: &str = "name,email,organisation,sector,country,discipline,role_groups,zone,matrix,slack,discord,onboarded\n\
    Mei Tanaka,mei@north.example,North,academic,JP,statistics,core; adviser,Asia/Tokyo,@mei:north.example,,,yes\n\
    \"Field, Jo\",jo@south.example,\"South\nInstitute\",industry,UK,,,,,,,2026-03-01\n";
const SERIES: &str = "series;date;start;zone;theme;speakers;link;capacity;mode\r\n\
    ks;2026-10-26;14:00;Europe/London;Tables;Mei Tanaka (North); Jo Field;https://v.example.org/1;300;online\r\n\
    ks;2026-11-30;14:00-15:00;;Figures;;;;both\r\n";
const RSVPS: &str = "session,email,answer,at\n21,mei@north.example,yes,2026-09-01T10:00:00Z\nks 2026-10-26,jo@south.example,maybe,\n";
const WEBINAR: &str = "Attendee Report\n\nReport Generated:,\"Nov 30, 2026 16:12:03\"\n\
    Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views\n\
    Knowledge Share,812 0000 0000,\"Nov 30, 2026 13:55:10\",72,3,0,2,3,2\n\
    Host Details,\nAttended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name\n\
    Yes,Ada Marsh,ada@alpha.example,\"Nov 30, 2026 13:55:10\",\"Nov 30, 2026 15:07:00\",72,No,United Kingdom\n\
    Attendee Details,\nAttended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name\n\
    Yes,Mei (Mei Tanaka),Mei,Tanaka,mei@north.example,\"Nov 1, 2026 10:00:00\",approved,\"Nov 30, 2026 14:00:00\",\"Nov 30, 2026 14:30:00\",30,Yes,Japan\n\
    No,Jo Field,Jo,Field,jo@south.example,\"Nov 2, 2026 10:00:00\",approved,--,--,--,--,\n";
const MEETING: &str = "1. Summary\nMeeting title\tAll-hands\nStart time\t11/12/26, 9:30:00 AM\n\n2. Participants\n\
    Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n\
    Mei Tanaka\t11/12/26, 9:31:00 AM\t11/12/26, 12:00:10 PM\t2h 29m 10s\tmei@north.example\tmei@north.example\tPresenter\n";

/// What may be put into a file anywhere.
fn any_scrap() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![
        b",",
        b";",
        b"\t",
        b"\"",
        b"\"\"",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xef\xbf\xbd",
        b"=HYPERLINK(1)",
        b"99999999999999999999",
        b"2026-02-30",
        b"--",
        b"name,name",
        b"PK\x03\x04",
        b"Nov 31, 2026 25:61:61",
        b"\xe2\x80\xa8",
        b"1h 99m",
        b"@",
        b"a@b",
        b"(((",
        b")",
    ];
    prop_oneof![
        5 => select(known).prop_map(<[u8]>::to_vec),
        2 => vec(any::<u8>(), 0..20),
        1 => (any::<u8>(), 1..2_000_usize).prop_map(|(byte, times)| vec![byte; times]),
    ]
}

/// One thing done to a file: a piece cut out, put in, or said again.
type Breakage = (Index, Index, Vec<u8>, u8);

fn broken(text: &str, breakages: &[Breakage], wide: bool) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, end, scrap, how) in breakages {
        let (a, b) = (at.index(bytes.len() + 1), end.index(bytes.len() + 1));
        let (a, b) = (a.min(b), a.max(b));
        match how {
            0 => drop(bytes.drain(a..b)),
            1 => {
                let again = bytes[a..b].to_vec();
                drop(bytes.splice(b..b, again));
            }
            2 => bytes.truncate(b),
            _ => drop(bytes.splice(a..a, scrap.iter().copied())),
        }
        bytes.truncate(20_000);
    }
    if !wide {
        return bytes;
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let text = select(vec![MEMBERS, SERIES, RSVPS, WEBINAR, MEETING, ""]);
    let breakages = vec((any::<Index>(), any::<Index>(), any_scrap(), 0..6_u8), 0..8);
    (text, breakages, any::<bool>())
        .prop_map(|(text, breakages, wide)| broken(text, &breakages, wide))
}

/// What was made of a file: how many rows, the longest text in them, and why it was refused.
type Made = Result<(usize, usize), Refused>;

fn longest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(str::len).max().unwrap_or(0)
}

fn made(bytes: &[u8]) -> Vec<Made> {
    let asked = Asked {
        zone: Zone::UTC,
        day: None,
    };
    vec![
        members::read(bytes, &LIMITS).map(|read| {
            (
                read.rows.len(),
                longest(read.rows.iter().map(|row| row.name.as_str())),
            )
        }),
        series::read(bytes, &LIMITS).map(|read| (read.rows.len(), 0)),
        rsvps::read(bytes, Zone::UTC, &LIMITS).map(|read| {
            (
                read.rows.len(),
                longest(read.rows.iter().map(|row| row.email.as_str())),
            )
        }),
        attendance::read(bytes, asked, &LIMITS).map(|read| {
            let people = read.people();
            assert!(
                people.counts.people <= read.rows.len() as u64,
                "{:?}",
                people.counts
            );
            (
                read.rows.len(),
                longest(read.rows.iter().map(|row| row.name.as_str())),
            )
        }),
    ]
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_file_is_read_within_its_limits_or_refused_line_by_line(bytes in any_file()) {
        let (lines, brought) = (bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1, bytes.clone());
        for made in answered(move || made(&brought)) {
            match made {
                Ok((rows, longest)) => {
                    prop_assert!(bytes.len() <= LIMITS.bytes);
                    prop_assert!(rows <= LIMITS.rows && rows <= lines, "{rows} rows of {lines} lines");
                    prop_assert!(longest <= LIMITS.cell, "{longest} bytes");
                }
                Err(why) => {
                    prop_assert!(why.problems.len() <= LISTED && why.total >= why.problems.len());
                    for problem in &why.problems {
                        prop_assert!(problem.reason.chars().count() <= 1_000, "{}", problem.reason);
                        prop_assert!(problem.line.unwrap_or(1) <= bytes.len() as u64 + 1);
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_but_bytes_is_read_within_its_limits(bytes in vec(any::<u8>(), 0..9_000)) {
        for (rows, _) in answered(move || made(&bytes)).into_iter().flatten() {
            prop_assert!(rows <= LIMITS.rows);
        }
    }
}
