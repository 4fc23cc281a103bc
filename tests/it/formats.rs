//! Tables and reports from outside: what is read, what is refused, and in which words.

use std::io::Read;

use convene::domain::country::Country;
use convene::domain::events::rsvp::PartStat;
use convene::formats::dates::DateOrMonth;
use convene::formats::decode::Limits;
use convene::formats::members::{self, Onboarded};
use convene::formats::problems::Refused;
use convene::formats::{people_csv, rsvps, series};

/// A file of the shared practice folder, or a note that it is not there.
fn shared(path: &str) -> Option<Vec<u8>> {
    let folder = std::env::var("CONVENE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let path = std::path::Path::new(&folder).join(path);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("not tried: {} is not there", path.display());
    }
    bytes
}

fn read_members(bytes: &[u8]) -> Result<members::Members, Refused> {
    members::read(bytes, &Limits::default())
}

fn names(bytes: &[u8]) -> Vec<String> {
    let members = read_members(bytes).unwrap();
    let names = members.rows.iter().map(|row| row.name.to_string());
    names.collect()
}

#[test]
fn a_full_row_of_members_is_read() {
    let table = "Email,NAME ,organisation,Sector,country,discipline,Role Groups,zone,matrix,slack,discord,onboarded\n\
        Ada@Example.org,Ada Example,Alpha Institute,academic,UK,statistics,core; adviser;,europe/london,@ada:example.org,U0ADA,ada,2026-03-01\n\
        ,Bo Sample,,,,,,,@bo:example.org,,,yes\n";
    let members = read_members(table.as_bytes()).unwrap();
    let ada = &members.rows[0];
    assert_eq!(ada.line, 2);
    assert_eq!(ada.email.as_ref().unwrap().as_str(), "ada@example.org");
    assert_eq!(ada.country.map(Country::code), Some("GB"));
    assert_eq!(ada.role_groups.len(), 2);
    assert_eq!(ada.zone.unwrap().name(), "Europe/London");
    assert!(matches!(ada.onboarded, Some(Onboarded::On(_))));
    assert_eq!(members.rows[1].onboarded, Some(Onboarded::Yes));
    assert_eq!(members.rows[1].email, None);
}

#[test]
fn bad17_marks_semicolons_and_quoted_newlines_are_read() {
    let table = "\u{FEFF}name;email\r\n\"Ada\nExample\";ada@example.org\r\n\r\n\"Bo; Sample\";bo@example.org";
    assert_eq!(names(table.as_bytes()), ["Ada\nExample", "Bo; Sample"]);
    let members = read_members(table.as_bytes()).unwrap();
    assert_eq!(members.rows[1].line, 5);
    assert_eq!(members.notices, ["Cells are separated by semicolons."]);
    for ends in ["\n", "\r\n", "\r"] {
        let table = [
            "name\temail",
            "Ada\tada@example.org",
            "",
            "Bo\tbo@example.org",
        ]
        .join(ends);
        let members = read_members(table.as_bytes()).unwrap();
        assert_eq!(
            members.rows.iter().map(|row| row.line).collect::<Vec<_>>(),
            [2, 4]
        );
    }
    assert_eq!(
        names(b"sep=;\r\nname;email\r\nAda;ada@example.org\r\n"),
        ["Ada"]
    );
}

#[test]
fn bad18_other_encodings_are_named_or_decoded() {
    let refused =
        read_members(b"name,email\nAda,ada@example.org\nRen\xE9 \xA35,rene@example.org\n");
    insta::assert_snapshot!(refused.unwrap_err(), @r##"Line 3, column 4: not UTF-8 (byte 0xE9); the file looks like windows-1252. Save it as UTF-8 (in a spreadsheet: "CSV UTF-8") and try again."##);
    let table = "name,email\r\nRené £5,rene@example.org\r\n";
    for (mark, bytes) in [
        (&b"\xFF\xFE"[..], u16::to_le_bytes as fn(u16) -> [u8; 2]),
        (b"\xFE\xFF", u16::to_be_bytes),
        (b"", u16::to_le_bytes),
        (b"", u16::to_be_bytes),
    ] {
        let mut file = mark.to_vec();
        file.extend(table.encode_utf16().flat_map(bytes));
        assert_eq!(names(&file), ["René £5"]);
        assert!(read_members(&file).unwrap().notices[0].starts_with("Read as UTF-16"));
    }
}

/// A hundred lines, of which 57 has a bad e-mail, 80 repeats 3, and 90 has twelve columns.
fn three_bad_lines() -> String {
    let mut table = "name,email\n".to_owned();
    for line in 2..=100 {
        table.push_str(&match line {
            57 => "Person 57,person57@@example.org\n".to_owned(),
            80 => "Person 80,Person3@example.org\n".to_owned(),
            90 => "Person 90,person90@example.org,,,,,,,,,,x\n".to_owned(),
            _ => format!("Person {line},person{line}@example.org\n"),
        });
    }
    table
}

#[test]
fn bad19_every_bad_line_is_named() {
    let refused = read_members(three_bad_lines().as_bytes()).unwrap_err();
    insta::assert_snapshot!(refused, @r##"
    Line 57: person57@@example.org is not an e-mail address.
    Line 80: repeats line 3 (e-mail person3@example.org).
    Line 90: 12 columns, but the heading has 2.
    "##);
    let many = "x,y\n".repeat(250);
    let refused = read_members(format!("name,email\n{many}").as_bytes()).unwrap_err();
    assert_eq!((refused.problems.len(), refused.total), (100, 250));
    assert!(refused.to_string().ends_with("\nand 150 more"));
}

#[test]
fn bad20_headings_are_matched_leniently_and_never_by_place() {
    for table in [
        " EMAIL ,Name\nada@example.org,Ada\n",
        "\"Name\",\"E-mail\",,\nAda,ada@example.org,,\n",
        "time zone,Full Name,email\n,Ada,ada@example.org\n",
    ] {
        assert_eq!(names(table.as_bytes()), ["Ada"]);
    }
    let mut refusals = String::new();
    for table in [
        "email,country\nada@example.org,GB\n",
        "name,email,Email \nAda,ada@example.org,x@example.org\n",
        "name,emial,shoe size\nAda,ada@example.org,38\n",
        "name,,email\nAda,,ada@example.org\n",
        "name,country\nAda,GB\n",
        "",
        "name,email\nAda\n",
    ] {
        refusals.push_str(&format!(
            "{}\n\n",
            read_members(table.as_bytes()).unwrap_err()
        ));
    }
    insta::assert_snapshot!(refusals, @r##"
    Line 1: the heading name is missing.
    Line 1: Expected headings: name, email, organisation, sector, country, discipline, role_groups, zone, matrix, slack, discord, onboarded, country_source, local, career_stage.

    Line 1: the heading email is there twice.
    Line 1: Expected headings: name, email, organisation, sector, country, discipline, role_groups, zone, matrix, slack, discord, onboarded, country_source, local, career_stage.

    Line 1: unknown heading emial; did you mean email?
    Line 1: unknown heading shoe size.
    Line 1: Expected headings: name, email, organisation, sector, country, discipline, role_groups, zone, matrix, slack, discord, onboarded, country_source, local, career_stage.

    Line 1: column 2 has no heading.
    Line 1: Expected headings: name, email, organisation, sector, country, discipline, role_groups, zone, matrix, slack, discord, onboarded, country_source, local, career_stage.

    A member is found again by e-mail or account: the table needs one of the headings email, matrix, slack, discord.
    Line 2: neither e-mail nor account, so nobody could be found again.

    The file is empty. Expected a first line with these headings: name, email, organisation, sector, country, discipline, role_groups, zone, matrix, slack, discord, onboarded, country_source, local, career_stage.

    Line 2: 1 column, but the heading has 2.
    "##);
}

const FORMULAS: [&str; 11] = [
    "=HYPERLINK(\"http://evil\",\"x\")",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "-",
    "+44 20 7946 0000",
    "'=1",
    "''=1",
    "O'Neil",
];

#[test]
fn bad21_formulas_are_neutral_in_an_export_and_whole_after_it() {
    let written = people_csv::to_text(
        &["name", "email"],
        FORMULAS
            .iter()
            .enumerate()
            .map(|(at, name)| [(*name).into(), format!("person{at}@example.org").into()]),
    );
    let mut reader = csv::Reader::from_reader(written.as_bytes());
    for record in reader.records() {
        let record = record.unwrap();
        assert!(
            !record[0].starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{record:?}"
        );
    }
    assert_eq!(names(written.as_bytes()), FORMULAS);
    // A file that never went through an export keeps its text as well.
    let typed = "name,email\n\"=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\",a@example.org\n";
    assert_eq!(names(typed.as_bytes()), FORMULAS[..1]);
}

proptest::proptest! {
    #[test]
    fn every_text_comes_back_from_an_export(cells in proptest::collection::vec("['=+@\t\r\n\"; ,a-]{0,6}", 1..4)) {
        for cell in &cells {
            let guarded = people_csv::guard(cell);
            proptest::prop_assert_eq!(people_csv::unguard(&guarded), cell);
            proptest::prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}

/// Gives letters for ever, and counts how many were taken.
struct Endless(usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(b'a');
        self.0 += buffer.len();
        Ok(buffer.len())
    }
}

#[test]
fn bad22_what_is_too_large_is_refused_before_all_of_it_is_read() {
    let limits = Limits::default();
    let mut file = Endless(0);
    let refused = members::read(&mut file, &limits).unwrap_err();
    assert!(refused.too_large);
    assert_eq!(refused.to_string(), "Too large (max 20 MB).");
    assert!(
        file.0 <= limits.bytes + 64 * 1024,
        "{} bytes were taken",
        file.0
    );

    let mut said = String::new();
    for file in [
        format!("name,email\n{},a@example.org\n", "a".repeat(5_000_000)),
        format!(
            "name,email\nAda,a@example.org\n\"{}\n",
            "a\n".repeat(1_000_000)
        ),
        ",".repeat(2_000_000),
        format!("name,email\n{}\n", ",".repeat(2_000_000)),
        format!("name,email\n{}", "a,a@example.org\n".repeat(200_001)),
        "PK\u{3}\u{4}rest".to_owned(),
        "name,email\nAda,a@example.org\nBo,\"b@example.org\nCy,c@example.org\n".to_owned(),
    ] {
        said.push_str(&format!("{}\n", read_members(file.as_bytes()).unwrap_err()));
    }
    said.push_str(
        &read_members(b"\x1F\x8B\x08\x00rest")
            .unwrap_err()
            .to_string(),
    );
    insta::assert_snapshot!(said, @r##"
    Line 2: Too large: a cell of more than 65536 bytes.
    Line 3: Too large: a cell of more than 65536 bytes (is its quotation mark closed?).
    Line 1: Too large: more than 200 columns.
    Line 2: Too large: more than 200 columns.
    Line 200002: Too many rows (max 200000).
    This is a zip archive; unpack it first. (A spreadsheet is one too: save its sheet as "CSV UTF-8".)
    Line 3: the quotation mark that opens a cell here is never closed.
    This is a gzip archive; unpack it first.
    "##);
}

#[test]
fn bad23_what_no_text_holds_is_refused_by_line_and_column() {
    let mut said = String::new();
    for bytes in [
        &b"name,email\nA\0da,ada@example.org\nB\0,b@example.org"[..],
        "name,email\r\n\r\nAd\u{FFFD},ada@example.org".as_bytes(),
        b"name,email\nAda\xC0\x80,ada@example.org",
        b"name,email\nAda \xED\xA0\xBD,ada@example.org",
        b"name,email\nAda \\ud83d,ada@example.org",
        b"\xFF\xFEn\0a\0\n\0x\0\x3D\xD8\n\0",
    ] {
        said.push_str(&format!("{}\n", read_members(bytes).unwrap_err()));
    }
    insta::assert_snapshot!(said, @r##"
    Line 2, column 2: a NUL byte, which no text holds; take it out.
    Line 3, column 2: a NUL byte, which no text holds; take it out.
    Line 3, column 3: the character U+FFFD, which stands where another program lost one; write what was there.
    Line 2, column 4: overlong UTF-8, which no honest program writes; save the file as UTF-8 again.
    Line 2, column 5: half a character (a lone surrogate); save the file as UTF-8 again.
    Line 2, column 5: half a character written as \uD...; write the character itself.
    Line 2, column 2: half a character (a lone surrogate); save the file as UTF-8 and try again.
    "##);
    // A pair of escapes is odd but whole.
    assert_eq!(names(b"name,email\n\\ud83d\\ude00,a@example.org").len(), 1);
}

#[test]
fn members_are_refused_in_words_that_help() {
    let table = "name,email,country,zone,matrix,slack,onboarded\n\
        Ada,ada@example.org,Untied Kingdom,Europe/Londn,ada:example.org,U 1,perhaps\n\
        ,bo@example.org,,,,,\n\
        Cy,,,,,,\n\
        Dee,dee@example.org,GB,Europe/London,@dee:example.org,U4,2026-02-30\n\
        Eve,eve@example.org,,,@dee:example.org,,no\n";
    insta::assert_snapshot!(read_members(table.as_bytes()).unwrap_err(), @r##"
    Line 2: Unknown country Untied Kingdom; did you mean United Kingdom?
    Line 2: Unknown time zone Europe/Londn; did you mean Europe/London?
    Line 2: ada:example.org is not a Matrix account; write @name:server.
    Line 2: U 1 is not an account: it has no spaces and at most 255 letters.
    Line 2: onboarded is yes, no or a date. perhaps is not a date; write 2022-04-25, or 2022-04 for a month.
    Line 3: the name is missing.
    Line 4: neither e-mail nor account, so nobody could be found again.
    Line 5: onboarded is yes, no or a date. 30 February 2026 does not exist.
    Line 6: repeats line 5 (matrix account @dee:example.org).
    "##);
}

#[test]
fn a_full_series_is_read() {
    let table = "session;Series;date;start;zone;theme;speakers;link;capacity;mode\n\
        1;ks;2026-09-28;14:00;Europe/London;Synthetic data;\"Ada Example (Alpha); Bo Sample\";https://video.example/1;300;Both\n\
        2;ks;26 Oct 2026;2 pm;;;;;;in person\n";
    let series = series::read(table.as_bytes(), &Limits::default()).unwrap();
    insta::assert_debug_snapshot!(series.rows[0], @r##"
    SeriesRow {
        line: 2,
        session: Some(
            1,
        ),
        series: Some(
            UserText(
                "ks",
            ),
        ),
        when: Date(
            2026-09-28,
        ),
        start: Some(
            14:00:00,
        ),
        zone: Some(
            Europe/London,
        ),
        theme: Some(
            UserText(
                "Synthetic data",
            ),
        ),
        speakers: [
            SpeakerCell {
                name: UserText(
                    "Ada Example",
                ),
                organisation: Some(
                    UserText(
                        "Alpha",
                    ),
                ),
            },
            SpeakerCell {
                name: UserText(
                    "Bo Sample",
                ),
                organisation: None,
            },
        ],
        link: Some(
            "https://video.example/1",
        ),
        capacity: Some(
            300,
        ),
        mode: Some(
            Both,
        ),
    }
    "##);
    assert_eq!(series.rows[1].start, series.rows[0].start);
}

#[test]
fn a_bad_series_is_refused_by_line() {
    let table = "session,date,start,zone,link,capacity,mode,speakers\n\
        1,03/04/2027,25:00,Mars,javascript:alert(1),0,telepathy,Ada;Ada\n\
        2,2026-02-30,,,ftp://files.example,1000001,,\n\
        x,,,,https://,,,\n\
        4,2026-04-01,14:00,,,,,\n\
        5,2026-04-01,14:00,,,,,\n\
        4,2026-05-01,,,,,,\n";
    let refused = series::read(table.as_bytes(), &Limits::default()).unwrap_err();
    insta::assert_snapshot!(refused, @r##"
    Line 2: 03/04/2027 may be 2027-04-03 or 2027-03-04; write one of these.
    Line 2: 25:00 is not a time; write it as 14:00.
    Line 2: Unknown time zone Mars; write one such as Europe/London.
    Line 2: speaker Ada is named twice.
    Line 2: javascript:alert(1) is not a web address; a link begins with https:// or http://.
    Line 2: capacity 0: write a number from 1 to 1000000.
    Line 2: mode telepathy: write online, in person or both.
    Line 3: 30 February 2026 does not exist.
    Line 3: ftp://files.example is not a web address; a link begins with https:// or http://.
    Line 3: capacity 1000001: write a number from 1 to 1000000.
    Line 4: x is not a session number.
    Line 4: https:// is not a web address; a link begins with https:// or http://.
    Line 4: the date or month is missing.
    Line 6: repeats line 5.
    Line 7: repeats line 5.
    "##);
}

#[test]
fn the_shared_series_gives_its_appearances_and_people() {
    let Some(bytes) = shared("practice/knowledge-share-series.csv") else {
        return;
    };
    let series = series::read(&bytes[..], &Limits::default()).unwrap();
    assert_eq!(series.rows.len(), 17);
    assert_eq!(
        series.rows[0].when,
        DateOrMonth::Month {
            year: 2022,
            month: 4
        }
    );
    for (sessions, appearances, people) in [(12, 35, 33), (17, 43, 39)] {
        let speakers = series.rows[..sessions].iter().flat_map(|row| &row.speakers);
        let names: Vec<_> = speakers.map(|speaker| speaker.name.as_str()).collect();
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!((names.len(), distinct.len()), (appearances, people));
    }
}

#[test]
fn answers_are_read_and_refused() {
    let zone = chrono_tz::Europe::London;
    let table = "session,email,answer,at\n\
        21,ada@example.org,Yes,2026-09-07T14:00:00Z\n\
        21,ada@example.org,no,2026-09-08 14:00\n\
        ks 2026-10-26,bo@example.org,maybe,\n";
    let rsvps = rsvps::read(table.as_bytes(), zone, &Limits::default()).unwrap();
    assert_eq!(
        rsvps.rows[1].at.unwrap().to_rfc3339(),
        "2026-09-08T13:00:00+00:00"
    );
    assert_eq!(rsvps.rows[2].answer, PartStat::Tentative);
    let table = "session,email,answer,at\n\
        21,ada@example.org,perhaps,yesterday\n\
        ,,,2027-03-28 01:30\n\
        21,bo@example.org,yes,\n\
        21,bo@example.org,no,\n";
    let refused = rsvps::read(table.as_bytes(), zone, &Limits::default()).unwrap_err();
    insta::assert_snapshot!(refused, @r##"
    Line 2: perhaps is not an answer; write yes, no or maybe.
    Line 2: yesterday is not a time; write 2026-09-07T14:00:00Z or 2026-09-07 14:00.
    Line 3: 2027-03-28 01:30 does not exist in Europe/London: clocks go forward over it.
    Line 3: the session is missing.
    Line 3: the email is missing.
    Line 3: the answer is missing.
    Line 5: repeats line 4 (bo@example.org).
    "##);
}
