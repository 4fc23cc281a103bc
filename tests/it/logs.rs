//! Whatever is logged, at the finest level and in both forms, holds no secret, nobody's name or address, and
//! nothing that somebody said.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::databases::Place;
use crate::harness::program::{program, run};
use crate::serve::talk;

const PASSWORD: &str = "Hush4711";
/// Which must be in no line.
const PRIVATE: [&str; 10] = [
    PASSWORD,
    "mei.tanaka@north.example",
    "north.example",
    "Tanaka",
    "Jo Field",
    "harbour.example",
    "Whispered",
    "muttered",
    "Confidential reason",
    "rsvp yes",
];

/// A service in `folder` on a database of its kind, used by people for a while; what it logged.
fn lived(folder: &Path, place: &Place, format: &str) -> String {
    let config = folder.join("convene.toml");
    run(
        folder,
        &[
            "init",
            "--manager",
            "local:ada",
            "--name",
            "Northern Lights",
        ],
    )
    .done();
    let url = match place.name {
        "postgres" => format!("{}&password={PASSWORD}", place.url),
        _ => place.url.clone(),
    };
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("sqlite:convene.sqlite", &url)).unwrap();
    let people = "name,email,organisation,zone\n\
        Mei Tanaka,mei.tanaka@north.example,North Institute,Europe/London\n\
        Jo Field,jo@harbour.example,Harbour Labs,America/New_York\n";
    std::fs::write(folder.join("people.csv"), people).unwrap();
    let log = folder.join(format!("log.{format}"));
    let mut serve = program(folder);
    serve
        .args(["serve", "--json"])
        .env("CONVENE__LOG__LEVEL", "trace")
        .env("CONVENE__LOG__FORMAT", format)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap());
    let mut child = serve.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.contains("address"), "{line}");
    run(folder, &["import", "members", "people.csv"]).done();
    let said = talk(
        folder,
        "series new ks \"Whispered Title\" last Monday of every month 14:00-15:00\n\
         session speaker 1 Mei Tanaka (North Institute)\n\
         session announce 1\n\
         rsvp yes 1\n\
         session skip 2 Confidential reason\n\
         role add core Jo Field\n\
         muttered nonsense\n\
         outbox list\n",
    );
    assert!(said.contains("Whispered"), "{said}");
    let pid = child.id().to_string();
    assert!(Command::new("kill").arg(pid).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    std::fs::read_to_string(log).unwrap()
}

#[test]
fn nothing_private_is_logged_whatever_the_database_and_the_form() {
    for (place, format) in Place::both().iter().zip(["text", "json"]) {
        let folder = tempfile::tempdir().unwrap();
        let log = lived(folder.path(), place, format);
        assert!(log.lines().count() > 10, "{log}");
        for private in PRIVATE {
            let told = log.lines().find(|line| line.contains(private));
            assert_eq!(told, None, "{private} on {}", place.name);
        }
    }
}

/// A service that cannot start says where it wanted to, and not with which password.
#[test]
fn a_server_that_does_not_answer_is_named_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "--name", "Northern Lights"]).done();
    let mut serve = program(folder.path());
    serve.arg("serve").env("CONVENE__LOG__LEVEL", "trace").env(
        "CONVENE__DATABASE__URL",
        format!("postgres://convene:{PASSWORD}@127.0.0.1:1/convene"),
    );
    let ran = serve.output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
    assert!(said.contains("cannot reach PostgreSQL at"), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
}
