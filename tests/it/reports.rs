//! Attendance reports: who came, from the files that video platforms give.

use std::fmt::Write as _;

use chrono::NaiveDate;
use convene::domain::events::attendance::Role;
use convene::formats::attendance::{self, Asked, Report, ReportCounts, Section};
use convene::formats::decode::Limits;
use convene::formats::problems::Refused;

const NEW_YORK: Asked = Asked {
    zone: chrono_tz::America::New_York,
    day: None,
};

fn try_read(bytes: &[u8]) -> Result<Report, Refused> {
    attendance::read(bytes, NEW_YORK, &Limits::default())
}

fn read(text: &str) -> Report {
    try_read(text.as_bytes()).unwrap()
}

fn counts(text: &str) -> ReportCounts {
    read(text).people().counts
}

/// The report as a person would check it: one line per row, then the notices and the counts.
fn shown(report: &Report) -> String {
    let mut out = String::new();
    for row in &report.rows {
        let at = |it: Option<convene::domain::time::Instant>| {
            it.map_or("-".to_owned(), |it| it.format("%dT%H:%M:%SZ").to_string())
        };
        let _ = writeln!(
            out,
            "{} {:?} {} <{}> {}..{} {} {} {}{}",
            row.line,
            row.section,
            row.name,
            row.email.as_ref().map_or("", |it| it.as_str()),
            at(row.join),
            at(row.leave),
            row.duration
                .map_or("-".to_owned(), |it| format!("{}s", it.num_seconds())),
            row.country.as_deref().unwrap_or("-"),
            if row.attended { "came" } else { "absent" },
            if row.registered { " registered" } else { "" },
        );
    }
    for notice in &report.notices {
        let _ = writeln!(out, "({notice})");
    }
    let _ = write!(out, "{:?}", report.people().counts);
    out
}

#[test]
fn the_real_webinar_report_gives_the_figures_worked_out_by_hand() {
    let folder = std::env::var("CONVENE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let path = std::path::Path::new(&folder).join("data/zoom/webinar-attendee-report.csv");
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("not tried: {} is not there", path.display());
        return;
    };
    let report = try_read(&bytes).unwrap();
    assert_eq!(report.notices, Vec::<String>::new());
    // The platform calls everybody but the panelists unique viewers, 446 = 445 + 1. Its 991
    // connections are the file's 1002 without the host's and without the ten that stand there
    // twice, at the same second, under two addresses of one person each.
    assert_eq!(report.stated.unique_viewers, Some(446));
    assert_eq!(report.stated.total_users, Some(991));
    assert_eq!(
        report.people().counts,
        ReportCounts {
            people: 477,
            attendees: 445,
            panelists: 31,
            hosts: 1,
            unidentified: 4,
            no_shows: 14,
            connections: 1002,
            // Forty-three names; Hong Kong is written in two ways.
            countries: 42,
            minutes_united: 72_179,
        }
    );
}

/// A report of the same shape with people of our own: one host, panelists who come back and some
/// of whom were attendees too, attendees who rejoin, no-shows of whom one came as a panelist, and
/// people without identity.
fn webinar() -> String {
    let at = |minute: u32| {
        format!(
            "\"Mar 28, 2030 {:02}:{:02}:00\"",
            8 + minute / 60,
            minute % 60
        )
    };
    let mut report = "Attendee Report,\nReport Generated:,\"Apr 09, 2030 8:50 PM\"\n\
        Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views\n\
        Open Data Day,123-456-789,\"Mar 28, 2030 8:00 AM\", 300, 50, 0,41,99,0\n\
        Host Details,\n\
        Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n"
        .to_owned();
    let _ = writeln!(
        report,
        "Yes,Hope Host,hope@example.org,{},{},300,Ireland",
        at(0),
        at(300)
    );
    report += "Panelist Details,\nAttended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n";
    for n in 1..=5 {
        for (join, leave) in [(0, 60), (50, 100)] {
            let _ = writeln!(
                report,
                "\"Yes\",\"Pan {n}\",\"PAN{n}@example.org\",{},{},\"60\",\"Kenya\"",
                at(join + n),
                at(leave + n)
            );
        }
    }
    report += "Attendee Details,\n\"Attended\",\"First Name\",\"Last Name\",\"Email\",\"Registration Time\",\"Approval Status\",\"Join Time\",\"Leave Time\",\"Time in Session (minutes)\",\"Country/Region Name\"\n";
    for n in 1..=40 {
        // The first two of the panelists came as attendees before they were let up.
        let email = if n <= 2 {
            format!("pan{n}@example.org")
        } else {
            format!("at{n}@example.org")
        };
        let country = [
            "United Kingdom",
            "Hong Kong",
            "Hong Kong, China",
            "Korea, Republic of",
        ][n as usize % 4];
        let _ = writeln!(
            report,
            "\"Yes\",\"At\",\"{n}\",\"{email}\",{},\"approved\",{},{},\"30\",\"{country}\"",
            at(n),
            at(n),
            at(n + 30)
        );
        for again in 0..n % 3 {
            let _ = writeln!(
                report,
                "\"Yes\",\"At\",\"{n}\",\" {email} \",NA,NA,{},{},\"10\",\"{country}\"",
                at(n + 20 + again),
                at(n + 40 + again)
            );
        }
    }
    for n in 41..=50 {
        let email = if n == 41 {
            "pan3@example.org".to_owned()
        } else {
            format!("at{n}@example.org")
        };
        let _ = writeln!(
            report,
            "\"No\",\"At\",\"{n}\",\"{email}\",{},\"approved\",\"--\",\"--\",\"--\",\"--\"",
            at(0)
        );
    }
    report += "Other Attended,\n\"User Name\",\"Join Time\",\"Leave Time\",\"Time in Session (minutes)\",\"Country/Region Name\"\n";
    for n in 1..=3 {
        let _ = writeln!(
            report,
            "\"Phone {}\",\"Mar 28, 2030 2:20 PM\",\"Mar 28, 2030 2:21 PM\",1,\"India\"",
            n / 2
        );
    }
    report
}

#[test]
fn a_webinar_of_our_own_is_counted_by_person() {
    let report = read(&webinar());
    let people = report.people();
    // Attendees: 13 of 40 rejoin once and 13 twice. The two who are panelists too were there
    // from 1 to 101 and from 2 to 102; of their attendee times nothing is left over.
    let rejoined = 13 * 2 + 14;
    let minutes: u64 = 300 + 5 * 100 + (3..=40).map(|n| [30, 40, 41][n % 3]).sum::<u64>();
    assert_eq!(
        people.counts,
        ReportCounts {
            people: 1 + 5 + 38,
            attendees: 38,
            panelists: 5,
            hosts: 1,
            unidentified: 3,
            no_shows: 9,
            connections: 1 + 10 + 40 + rejoined + 3,
            // Ireland, Kenya, the United Kingdom, Hong Kong, South Korea, India.
            countries: 6,
            minutes_united: minutes,
        }
    );
    let pan = people
        .identified
        .iter()
        .find(|it| it.email.as_str() == "pan1@example.org")
        .unwrap();
    assert_eq!(pan.role(), Role::Panelist);
    assert!(pan.registered && pan.came);
    assert_eq!(
        (pan.connections, pan.intervals.len(), pan.time.num_minutes()),
        (4, 1, 100)
    );
    let groups: Vec<_> = people
        .unnamed
        .iter()
        .map(|it| (it.name.as_str(), it.lines.len()))
        .collect();
    assert_eq!(groups, [("Phone 0", 1), ("Phone 1", 2)]);
    assert_eq!(
        report.rows.last().map(|row| row.section),
        Some(Section::Other)
    );
}

#[test]
fn the_same_webinar_in_a_later_vintage() {
    // Commas behind every line, US dates with AM and PM, questions, guests, other names.
    let report = read(
        "\u{FEFF}Attendee Report,,,,,\r\n\
        Report Generated:,\"03/22/2025 08:50:12 PM\",,,,\r\n\
        Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views,Enable Registration,\r\n\
        Open Data,123 456 789,03/22/2025 06:55:01 PM,75,4,0,2,3,2,Yes,\r\n\
        Host Details,,,,,\r\n\
        Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name,\r\n\
        Yes,Hope Host,hope@example.org,03/22/2025 06:55:01 PM,03/22/2025 08:10:01 PM,75,No,United Kingdom,\r\n\
        Attendee Details,,,,,\r\n\
        Attended,User Name (Original Name),First Name,Last Name,Email,Organization,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest,What do you hope for?,Country/Region Name,\r\n\
        Yes,Ada (A. Example),Ada,Example,ada@example.org,Alpha Institute,03/01/2025 10:00:00 AM,approved,03/22/2025 07:13:27 PM,03/22/2025 07:43:27 PM,30,Yes,\"Answers, and questions\",Hong Kong, China,\r\n\
        No,--,Bo,Sample,bo@example.org,--,03/01/2025 10:00:00 AM,approved,--,--,--,--,--,--,\r\n\
        No,--,Cy,Turned,cy@example.org,--,03/01/2025 10:00:00 AM,denied,--,--,--,--,--,--,\r\n",
    );
    insta::assert_snapshot!(shown(&report), @r##"
    7 Host Hope Host <hope@example.org> 22T22:55:01Z..23T00:10:01Z 4500s United Kingdom came
    10 Attendee Ada Example <ada@example.org> 22T23:13:27Z..22T23:43:27Z 1800s Hong Kong, China came registered
    11 Attendee Bo Sample <bo@example.org> -..- - - absent registered
    12 Attendee Cy Turned <cy@example.org> -..- - - absent
    (Columns that were not used: What do you hope for?.)
    ReportCounts { people: 2, attendees: 1, panelists: 0, hosts: 1, unidentified: 0, no_shows: 1, connections: 2, countries: 2, minutes_united: 105 }
    "##);
    assert_eq!(
        report.rows[1].original_name.as_ref().unwrap().as_str(),
        "Ada"
    );
    assert_eq!(
        report.rows[1].organisation.as_ref().unwrap().as_str(),
        "Alpha Institute"
    );
}

#[test]
fn meetings_with_and_without_times() {
    let with_times = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,\n\
        123 456 7890,Core team,03/22/2025 09:58:00 AM,03/22/2025 11:00:00 AM,hope@example.org,62,4,\n\
        \n\
        Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room\n\
        Hope Host,hope@example.org,03/22/2025 09:58:00 AM,03/22/2025 11:00:00 AM,62,No,No\n\
        Ada (Ada Example),Ada@Example.org,03/22/2025 10:00:00 AM,03/22/2025 10:20:00 AM,20,Yes,No\n\
        Ada (she/her),ada@example.org,03/22/2025 10:10:00 AM,03/22/2025 10:40:00 AM,30,Yes,No\n\
        iPhone (2),,03/22/2025 10:10:00 AM,03/22/2025 10:40:00 AM,30,Yes,No\n\
        Late,late@example.org,03/22/2025 10:55:00 AM,03/22/2025 11:00:00 AM,5,Yes,Yes\n";
    insta::assert_snapshot!(shown(&read(with_times)), @r##"
    5 Host Hope Host <hope@example.org> 22T13:58:00Z..22T15:00:00Z 3720s - came
    6 Attendee Ada <ada@example.org> 22T14:00:00Z..22T14:20:00Z 1200s - came
    7 Attendee Ada (she/her) <ada@example.org> 22T14:10:00Z..22T14:40:00Z 1800s - came
    8 Attendee iPhone (2) <> 22T14:10:00Z..22T14:40:00Z 1800s - came
    9 Attendee Late <late@example.org> 22T14:55:00Z..22T15:00:00Z 300s - absent
    ReportCounts { people: 2, attendees: 1, panelists: 0, hosts: 1, unidentified: 1, no_shows: 0, connections: 4, countries: 0, minutes_united: 102 }
    "##);
    let without = "Name (Original Name),User Email,Total Duration (Minutes),Guest\n\
        Hope Host,hope@example.org,62,No\nAda Example,ada@example.org,40,Yes\niPhone,,30,Yes\n";
    insta::assert_snapshot!(shown(&read(without)), @r##"
    2 Attendee Hope Host <hope@example.org> -..- 3720s - came
    3 Attendee Ada Example <ada@example.org> -..- 2400s - came
    4 Attendee iPhone <> -..- 1800s - came
    ReportCounts { people: 2, attendees: 2, panelists: 0, hosts: 0, unidentified: 1, no_shows: 0, connections: 3, countries: 0, minutes_united: 102 }
    "##);
    let latest = "Topic,ID,Host,Duration (minutes),Start time,End time,Participants\n\
        Core team,123,Hope Host,62,2025-03-22 09:58:00,2025-03-22 11:00:00,2\n\n\
        Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n\
        Ada Example,ada@example.org,2025-03-22 10:00:00,2025-03-22 10:40:00,40,Yes\n";
    assert_eq!(counts(latest).minutes_united, 40);
}

/// UTF-16LE with a byte order mark, as the second platform writes it.
fn utf16(text: &str) -> Vec<u8> {
    let units = text.replace('\n', "\r\n");
    let units = std::iter::once(0xFEFF).chain(units.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

const NUMBERED: &str = "1. Summary\n\
    Meeting title\tCore team, weekly\n\
    Attended participants\t4\n\
    Start time\t3/22/23, 9:58:12 AM\n\
    End time\t3/22/23, 11:00:00 AM\n\
    Meeting duration\t1h 1m 48s\n\
    Average attendance time\t45m 2s\n\
    \n\
    2. Participants\n\
    Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n\
    Hope Host\t3/22/23, 9:58:12 AM\t3/22/23, 11:00:00 AM\t1h 1m 48s\thope@example.org\thope@example.org\tOrganizer\n\
    Ada Example\t3/22/23, 10:00:00 AM\t3/22/23, 10:50:00 AM\t30m\t\tada@example.org\tPresenter\n\
    Bo Sample\t3/22/23, 10:00:00 AM\t3/22/23, 10:30:00 AM\t30m\tbo@example.org\tbo@example.org\tAttendee\n\
    Cy Dialled\t3/22/23, 10:00:00 AM\t3/22/23, 10:30:00 AM\t30m\t\t\tAttendee\n\
    \n\
    3. In-Meeting Activities\n\
    Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n\
    Hope Host\t3/22/23, 9:58:12 AM\t3/22/23, 11:00:00 AM\t1h 1m 48s\thope@example.org\tOrganizer\n\
    Ada Example\t3/22/23, 10:00:00 AM\t3/22/23, 10:20:00 AM\t20m\t\tPresenter\n\
    Ada Example\t3/22/23, 10:40:00 AM\t3/22/23, 10:50:00 AM\t10m\t\tPresenter\n\
    Bo Sample\t3/22/23, 10:00:00 AM\t3/22/23, 10:30:00 AM\t30m\tbo@example.org\tAttendee\n";

#[test]
fn numbered_parts_with_tabs_are_joined() {
    let report = try_read(&utf16(NUMBERED)).unwrap();
    insta::assert_snapshot!(shown(&report), @r##"
    14 Attendee Cy Dialled <> 22T14:00:00Z..22T14:30:00Z 1800s - came
    18 Host Hope Host <hope@example.org> 22T13:58:12Z..22T15:00:00Z 3708s - came
    19 Panelist Ada Example <ada@example.org> 22T14:00:00Z..22T14:20:00Z 1200s - came
    20 Panelist Ada Example <ada@example.org> 22T14:40:00Z..22T14:50:00Z 600s - came
    21 Attendee Bo Sample <bo@example.org> 22T14:00:00Z..22T14:30:00Z 1800s - came
    (Read as UTF-16LE.)
    ReportCounts { people: 3, attendees: 1, panelists: 1, hosts: 1, unidentified: 1, no_shows: 0, connections: 5, countries: 0, minutes_united: 122 }
    "##);
    assert_eq!(report.stated.topic.unwrap().as_str(), "Core team, weekly");
    // Without the list of connections, the time between first join and last leave is no presence.
    let people_only = NUMBERED.split("3. In-Meeting").next().unwrap();
    let people = read(people_only).people();
    let ada = people
        .identified
        .iter()
        .find(|it| it.email.as_str() == "ada@example.org")
        .unwrap();
    assert_eq!((ada.time.num_minutes(), ada.role()), (30, Role::Panelist));
    // Where everybody is a presenter the word says nothing.
    let all = NUMBERED.replace("\tAttendee\n", "\tPresenter\n");
    let counts = read(&all).people().counts;
    assert_eq!(
        (counts.panelists, counts.attendees, counts.hosts),
        (0, 2, 1)
    );
}

#[test]
fn other_languages_and_other_clocks() {
    for translated in [
        "1. Zusammenfassung\nBesprechungstitel\tKernteam\nStartzeit\t22.03.23, 09:58:12\n\n\
        2. Teilnehmer\nName\tErster Beitritt\tLetztes Verlassen\tDauer in der Besprechung\tE-Mail\tTeilnehmer-ID (UPN)\tRolle\n\
        Hope Host\t22.03.23, 09:58:12\t22.03.23, 11:00:00\t1 Std. 1 Min. 48 Sek.\thope@example.org\thope@example.org\tOrganisator\n\
        Bo Sample\t22.03.23, 10:00:00\t22.03.23, 10:30:00\t30 Min.\tbo@example.org\tbo@example.org\tTeilnehmer\n",
        "1. Résumé\nTitre de la réunion\tÉquipe\nHeure de début\t22/03/2023 09:58:12\n\n\
        2. Participants\nNom\tPremière arrivée\tDernier départ\tDurée de la réunion\tE-mail\tID de participant (UPN)\tRôle\n\
        Hope Host\t22/03/2023 09:58:12\t22/03/2023 11:00:00\t1 h 1 min 48 s\thope@example.org\thope@example.org\tOrganisateur\n\
        Bo Sample\t22/03/2023 10:00:00\t22/03/2023 10:30:00\t30 min\tbo@example.org\tbo@example.org\tParticipant\n",
        "1. Resumen\nTítulo de la reunión\tEquipo\nHora de inicio\t22/03/2023, 9:58:12 a. m.\n\n\
        2. Participantes\nNombre\tPrimera entrada\tÚltima salida\tDuración en la reunión\tCorreo electrónico\tId. de participante (UPN)\tRol\n\
        Hope Host\t22/03/2023, 9:58:12 a. m.\t22/03/2023, 11:00:00 a. m.\t1h 1m 48s\thope@example.org\thope@example.org\tOrganizador\n\
        Bo Sample\t22/03/2023, 10:00:00 a. m.\t22/03/2023, 10:30:00 a. m.\t30m\tbo@example.org\tbo@example.org\tAsistente\n",
    ] {
        let report = try_read(&utf16(translated)).unwrap();
        assert_eq!(report.notices, ["Read as UTF-16LE."], "{translated}");
        assert_eq!(
            report.stated.start.unwrap().to_rfc3339(),
            "2023-03-22T13:58:12+00:00"
        );
        assert_eq!(report.rows[0].join, report.stated.start);
        let counts = report.people().counts;
        assert_eq!(
            (counts.people, counts.hosts, counts.minutes_united),
            (2, 1, 92)
        );
    }
    // A language that nobody taught it: told from what stands below, and said.
    let polish = "1. Podsumowanie\nTytuł\tZespół\nPoczątek\t22.03.2023, 09:58:12\n\n\
        2. Uczestnicy\nImię\tPierwsze dołączenie\tOstatnie wyjście\tCzas\tAdres\tRola\n\
        Hope Host\t22.03.2023, 09:58:12\t22.03.2023, 11:00:00\t1h 1m 48s\thope@example.org\tOrganizator\n\
        Bo Sample\t22.03.2023, 10:00:00\t22.03.2023, 10:30:00\t30m\tbo@example.org\tUczestnik\n";
    insta::assert_snapshot!(shown(&read(polish)), @r##"
    7 Attendee Hope Host <hope@example.org> 22T13:58:12Z..22T15:00:00Z 3708s - came
    8 Attendee Bo Sample <bo@example.org> 22T14:00:00Z..22T14:30:00Z 1800s - came
    (Line 6: the heading Pierwsze dołączenie was not understood; it was taken as the time of joining, going by what stands below it.)
    (Line 6: the heading Ostatnie wyjście was not understood; it was taken as the time of leaving, going by what stands below it.)
    (Line 6: the heading Adres was not understood; it was taken as the e-mail address, going by what stands below it.)
    (Line 6: the heading Czas was not understood; it was taken as the duration, going by what stands below it.)
    (Line 6: the heading Imię was not understood; it was taken as the name, going by what stands below it.)
    (Columns that were not used: Rola.)
    ReportCounts { people: 2, attendees: 2, panelists: 0, hosts: 0, unidentified: 0, no_shows: 0, connections: 2, countries: 0, minutes_united: 92 }
    "##);
    let dutch = "Naam,E-mailadres,Deelnametijd,Vertrektijd\n\
        Ada,ada@example.org,2025-03-22 10:00:00,2025-03-22 10:40:00\n";
    insta::assert_snapshot!(shown(&read(dutch)), @r##"
    2 Attendee Ada <ada@example.org> 22T14:00:00Z..22T14:40:00Z - - came
    (Line 1: the heading Deelnametijd was not understood; it was taken as the time of joining, going by what stands below it.)
    (Line 1: the heading Vertrektijd was not understood; it was taken as the time of leaving, going by what stands below it.)
    (Line 1: the heading E-mailadres was not understood; it was taken as the e-mail address, going by what stands below it.)
    (Line 1: the heading Naam was not understood; it was taken as the name, going by what stands below it.)
    ReportCounts { people: 1, attendees: 1, panelists: 0, hosts: 0, unidentified: 0, no_shows: 0, connections: 1, countries: 0, minutes_united: 40 }
    "##);
}

#[test]
fn old_lists_and_times_without_a_date() {
    let actions = "Full Name\tUser Action\tTimestamp\n\
        Ada Example\tJoined before\t3/22/2023, 9:58:12 AM\n\
        Bo Sample\tJoined\t3/22/2023, 10:00:00 AM\n\
        Ada Example\tLeft\t3/22/2023, 10:08:12 AM\n\
        Ada Example\tJoined\t3/22/2023, 10:10:12 AM\n";
    insta::assert_snapshot!(shown(&read(actions)), @r##"
    2 Attendee Ada Example <> 22T13:58:12Z..22T14:08:12Z - - came
    3 Attendee Bo Sample <> 22T14:00:00Z..- - - came
    5 Attendee Ada Example <> 22T14:10:12Z..- - - came
    ReportCounts { people: 0, attendees: 0, panelists: 0, hosts: 0, unidentified: 3, no_shows: 0, connections: 3, countries: 0, minutes_united: 0 }
    "##);
    let listed = "Meeting Summary\nTotal Number of Participants\t1\nMeeting Title\tCore\nMeeting Start Time\t3/22/2023, 11:30:00 PM\n\n\
        Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n\
        Ada Example\t11:40:00 PM\t12:10:00 AM\t30m\tada@example.org\tAttendee\n";
    let report = read(listed);
    assert_eq!(report.people().counts.minutes_united, 30);
    assert_eq!(
        report.rows[0].leave.unwrap().to_rfc3339(),
        "2023-03-23T04:10:00+00:00"
    );
    // Without any day there are durations only; with one that is asked for there are times.
    let undated =
        "Name,Email,Join Time,Leave Time,Duration (Minutes)\nAda,ada@example.org,10:00,10:40,40\n";
    insta::assert_snapshot!(shown(&read(undated)), @r##"
    2 Attendee Ada <ada@example.org> -..- 2400s - came
    (Line 2: a time without a date, and the day is not known; only durations were used. Say the day of the session to have the times too.)
    ReportCounts { people: 1, attendees: 1, panelists: 0, hosts: 0, unidentified: 0, no_shows: 0, connections: 1, countries: 0, minutes_united: 40 }
    "##);
    let asked = Asked {
        day: NaiveDate::from_ymd_opt(2025, 3, 22),
        ..NEW_YORK
    };
    let report = attendance::read(undated.as_bytes(), asked, &Limits::default()).unwrap();
    assert_eq!(
        report.rows[0].join.unwrap().to_rfc3339(),
        "2025-03-22T14:00:00+00:00"
    );
}

#[test]
fn dates_that_read_two_ways_are_settled_by_the_file_or_said() {
    let dated = |join: &str, leave: &str| {
        format!("Name,Email,Join Time,Leave Time\nAda,ada@example.org,{join},{leave}\n")
    };
    let open = dated("03/04/2025 10:00:00", "03/04/2025 10:40:00");
    let report = read(&open);
    assert_eq!(
        report.rows[0].join.unwrap().to_rfc3339(),
        "2025-03-04T15:00:00+00:00"
    );
    assert_eq!(report.notices.len(), 1);
    let asked = Asked {
        day: NaiveDate::from_ymd_opt(2025, 4, 3),
        ..NEW_YORK
    };
    let report = attendance::read(open.as_bytes(), asked, &Limits::default()).unwrap();
    assert_eq!(
        report.rows[0].join.unwrap().to_rfc3339(),
        "2025-04-03T14:00:00+00:00"
    );
    assert!(report.notices.is_empty());
    // The hour that comes twice in autumn, and an offset in the cell.
    let autumn = read(&dated("2025-11-02 01:50:00", "2025-11-02 01:10:00"));
    assert_eq!(autumn.people().counts.minutes_united, 20);
    let offset = read(&dated("2025-03-22T10:00:00Z", "2025-03-22T10:40:00+00:00"));
    assert_eq!(
        offset.rows[0].join.unwrap().to_rfc3339(),
        "2025-03-22T10:00:00+00:00"
    );
}

#[test]
fn reports_are_refused_in_words_that_help() {
    let mut said = String::new();
    for text in [
        "name,answer\nAda,yes\n",
        "",
        "Name,Email,Join Time,Leave Time\nAda,ada@example.org,soon,2025-03-22 10:40:00\nBo,bo@example.org,2025-03-22 10:40:00,later,x,y\n",
        "Name,Email,Join Time,Leave Time,Duration (Minutes)\nAda,ada@example.org,03/22/2025 10:00,22/03/2025 10:10,long\n",
    ] {
        let _ = writeln!(said, "{}\n", try_read(text.as_bytes()).unwrap_err());
    }
    insta::assert_snapshot!(said, @r##"
    No list of people was found. Expected a webinar's or meeting's report, with headings such as Name, Email, Join Time, Leave Time.

    No list of people was found. Expected a webinar's or meeting's report, with headings such as Name, Email, Join Time, Leave Time.

    Line 2: soon is not a time.
    Line 3: 6 columns, but the heading of its part (line 1) has 4.

    Line 2: 22/03/2025 10:10 is not a time with the month before the day, as other lines have it.
    Line 2: long is not a duration.
    "##);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_file_makes_a_reader_fall(cut in 0_usize..3000, put in "[\\PC\t\n\r\";,:/.@0-9-]{0,12}") {
        for text in [webinar(), NUMBERED.to_owned()] {
            let at = text.floor_char_boundary(cut.min(text.len()));
            let file = format!("{}{put}{}", &text[..at], &text[at..]);
            if let Ok(report) = try_read(file.as_bytes()) {
                let counts = report.people().counts;
                proptest::prop_assert!(counts.attendees <= counts.people);
            }
            let _ = convene::formats::members::read(file.as_bytes(), &Limits::default());
        }
    }
}
