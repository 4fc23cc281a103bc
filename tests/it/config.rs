//! The configuration: what is wrong with it is told in one line that names file, line and key.

use convene::cli::config::{Config, NewCommunity, template};
use serde_json::Value;

use crate::harness::program::{Ran, program, run};

/// The explained default for a community “Northern Lights”.
fn usual() -> String {
    template(&NewCommunity {
        slug: "northern-lights".to_owned(),
        name: "Northern Lights".to_owned(),
        manager: "local:ada".parse().ok(),
    })
}

/// The default with every example switched on.
fn all_on() -> String {
    let on = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => rest.to_owned(),
        _ => line.to_owned(),
    };
    // Those that are there instead of another.
    let others = [
        "url_file",
        "role_group",
        "access_token_file",
        "registration_secret_file",
        "client_id",
        "client_secret_file",
    ];
    let lines = usual();
    let lines = lines
        .lines()
        .map(on)
        .filter(|line| !others.iter().any(|key| line.starts_with(key)));
    lines.collect::<Vec<_>>().join("\n")
}

fn refusal(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("convene.toml"), text).unwrap();
    // As it stands in the file, also the listener.
    let mut check = program(folder.path());
    check.env_remove("CONVENE__SERVER__LISTEN").arg("check");
    let refused = Ran::from(check.output().unwrap()).refused();
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing else was made"
    );
    refused
}

/// The default with `line` in place of the one that begins with `key`, from the n-th on.
fn with(key: &str, line: &str) -> String {
    let text = usual();
    assert!(text.lines().any(|line| line.starts_with(key)), "no {key}");
    let lines = text
        .lines()
        .map(|old| if old.starts_with(key) { line } else { old });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_default_is_read_with_and_without_its_examples() {
    let file = std::path::Path::new("convene.toml");
    Config::check_text(file, &usual()).unwrap();
    let config = Config::check_text(file, &all_on()).unwrap();
    // What an example says is what holds without it, or the text above it lies.
    let settings = config.communities[0].settings();
    let plain = Config::check_text(file, &usual()).unwrap();
    let usual = plain.communities[0].settings();
    assert_eq!(settings.reminders, usual.reminders);
    assert_eq!(settings.waitlist, usual.waitlist);
    assert_eq!(settings.planning, usual.planning);
    assert_eq!(settings.nudges, usual.nudges);
    assert_eq!(settings.retention, usual.retention);
    assert_eq!(settings.onboarding.welcome, usual.onboarding.welcome);
    assert_eq!(settings.onboarding.list, usual.onboarding.list);
    assert_eq!(settings.onboarding.groups, usual.onboarding.groups);
}

#[test]
fn the_default_explains_every_key() {
    let text = usual();
    let file = std::path::Path::new("convene.toml");
    let config = Config::check_text(file, &all_on()).unwrap();
    let mut above = "";
    for line in text.lines() {
        let setting = line.trim_start_matches('#');
        let is_setting = !line.starts_with("# ") && setting.contains(" = ");
        if is_setting {
            assert!(above.starts_with("# "), "{setting} is not explained");
        }
        above = line;
    }
    fn keys(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(section) => {
                for (key, value) in section {
                    found.push(key.clone());
                    keys(value, found);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    keys(
        &serde_json::to_value(&config.communities).unwrap(),
        &mut found,
    );
    keys(&serde_json::to_value(&config.server).unwrap(), &mut found);
    for key in found {
        let named = text.lines().any(|line| {
            let line = line.trim_start_matches('#');
            line.starts_with(&format!("{key} = "))
                || line.ends_with(&format!(".{key}]"))
                || line.ends_with(&format!(".{key}]]"))
        });
        assert!(named, "config/default.toml does not name {key}");
    }
}

/// The default with a checklist of one item.
fn list(item: &str) -> String {
    let list = "[[community.checklist]]\nname = \"own\"\ntitle = \"Own\"\nabout = \"person\"";
    with(
        "#[[community.checklist]]",
        &format!("{list}\n[[community.checklist.item]]\n{item}"),
    )
}

#[test]
fn what_is_wrong_is_named_by_file_line_and_key() {
    let cases = [
        with("listen", "listn = \"127.0.0.1:0\""),
        with("listen", "listen = \"here\""),
        with("listen", "listen = "),
        with("readers", "readers = \"many\""),
        with("readers", "readers = 0"),
        with("format", "format = \"xml\""),
        with("level", "level = \"a=b=c\""),
        with("url", "url = \"mysql://root@localhost/x\""),
        with("url", "url = \"sqlite:a\"\nurl_file = \"b\""),
        with("chat_file", "chat_file = 7"),
        with("#base_url", "base_url = \"convene.example.org\""),
        with("zone", "zone = \"Europe/Londn\""),
        with("name", "name = \" \""),
        with("slug = \"northern-lights\"", "slug = \"Northern Lights\""),
        with("slug = \"northern-lights\"", ""),
        with("managers", "managers = [\"ada\"]"),
        with("organisers", "organizers = \"local:organisers\""),
        with("organisers", "organisers = \"organisers\""),
        with("cron", "cron = \"every Monday\""),
        with(
            "#[community.reminders]",
            "[community.reminders]\ncoming = \"1w\"",
        ),
        with(
            "#[community.waitlist]",
            "[community.waitlist]\noffer_minutes = -1",
        ),
        with(
            "#[community.planning]",
            "[community.planning]\nhorizon_days = 0",
        ),
        with("#quiet", "quiet = \"at night\""),
        list("key = \"a\"\ntext = \"A\"\nowner = \"newcomer\"\ndue = \"soon\""),
        list("key = \"a\"\ntext = \"A\"\nowner = \"newcomer\"\ndue = \"at the start\""),
        list(
            "key = \"a\"\ntext = \"A\"\nowner = \"newcomer\"\ndue = \"1 day after\"\nticks = \"themes\"",
        ),
        list(
            "key = \"a\"\ntext = \"A\"\nowner = \"newcomer\"\ndue = \"1 day after\"\nticks = \"theme\"",
        ),
        list("key = \"A b\"\ntext = \"A\"\nowner = \"newcomer\"\ndue = \"1 day after\""),
        list("key = \"a\"\ntext = \" \"\nowner = \"newcomer\"\ndue = \"1 day after\""),
        list("key = \"a\"\ntxt = \"A\"\nowner = \"newcomer\"\ndue = \"1 day after\""),
        with(
            "#[community.conduct]",
            "[community.conduct]\nversion = \"1\"",
        ),
        with(
            "#[community.conduct]",
            "[community.conduct]\nversion = \"a b\"\ntext = \"Be kind.\"",
        ),
        with(
            "#[community.conduct]",
            "[community.conduct]\nversion = \"1\"\nlink = \"example.org\"",
        ),
        with(
            "#[community.retention]",
            "[community.retention]\nevents_days = 0",
        ),
        with(
            "#[community.retention]",
            "[community.retention]\naudit_days = 3",
        ),
        with(
            "#[[community.consent]]",
            "[[community.consent]]\npurpose = \"selfies\"\nversion = \"1\"\ntext = \"Smile.\"",
        ),
        with(
            "#[[community.consent]]",
            "[[community.consent]]\npurpose = \"photos\"\nversion = \"1 2\"\ntext = \"Smile.\"",
        ),
        with(
            "#[community.nudges]",
            "[community.nudges]\npeople = \"daily\"",
        ),
        with(
            "#[community.onboarding]",
            "[community.onboarding]\nlist = \"session\"",
        ),
        with(
            "#[community.onboarding.groups]",
            "[community.onboarding.groups]\nstudents = \"student\"",
        ),
        with(
            "#[[community.partner]]",
            "[[community.partner]]\nname = \"Northfield\"\nlabel = \"N\"\nzone = \"Europe/London\"\ncountry = \"Brittain\"",
        ),
        with(
            "#[[community.partner]]",
            "[[community.partner]]\nname = \"Northfield\"\nlabel = \"N\"\nzone = \"Europe/London\"\n\
             [[community.partner]]\nname = \"Harbour\"\nlabel = \"n\"\nzone = \"Europe/London\"",
        ),
        format!(
            "{}\n[[community]]\nslug = \"northern-lights\"\nname = \"B\"\nzone = \"UTC\"",
            usual()
        ),
        "[server]\n".to_owned(),
    ];
    let said: Vec<String> = cases.iter().map(|text| refusal(text)).collect();
    insta::assert_snapshot!(said.join("\n"));
}

/// What is wrong with what a community has on Matrix.
#[test]
fn an_account_on_matrix_is_said_once_and_whole() {
    let account = "homeserver = \"https://matrix.example.org\"\nuser = \"@convene:example.org\"";
    let section = |lines: &str| format!("{}\n[community.matrix]\n{lines}\n", usual());
    let second = "[[community]]\nslug = \"b\"\nname = \"B\"\nzone = \"UTC\"\n[community.matrix]";
    for (text, said) in [
        (
            section("user = \"@convene:example.org\""),
            "this lacks “homeserver”",
        ),
        (
            section("homeserver = \"matrix.example.org\""),
            "this is no web address",
        ),
        (section(account), "say one way to sign in"),
        (
            section(&format!(
                "{account}\npassword_file = \"p\"\naccess_token_file = \"t\""
            )),
            "say one way to sign in",
        ),
        (
            section(&format!("{account}\npassword = \"hunter2\"")),
            "a secret does not belong into this file",
        ),
        (
            section(&format!(
                "{account}\npassword_file = \"p\"\nspace = \"Lights\""
            )),
            "write the space's id",
        ),
        (
            section(&format!(
                "{account}\npassword_file = \"p\"\n{second}\ndevice_name = \"B\""
            )),
            "the account is the one of the first [community.matrix]",
        ),
        (
            with("managers", "managers = [\"matrix:ada\"]"),
            "write the manager's full user id",
        ),
        (
            with("organisers", "organisers = \"matrix:organisers\""),
            "write the room's id",
        ),
    ] {
        let refused = refusal(&text);
        assert!(refused.contains(said), "{refused}");
        assert!(!refused.contains("hunter2"), "{refused}");
    }
}

/// “config with two channels of one id … config error names line and key”
#[test]
fn bad40_two_rooms_of_one_id() {
    let twice = with("organisers", "organisers = \"local:announcements\"");
    let other = format!(
        "{}\n[[community]]\nslug = \"b\"\nname = \"B\"\nzone = \"UTC\"\n[community.rooms]\nannouncements = \"local:announcements\"",
        usual()
    );
    let said = [refusal(&twice), refusal(&other)].join("\n");
    insta::assert_snapshot!(said);
}

#[test]
fn the_environment_wins_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "--manager", "local:ada"]).done();
    let mut check = program(folder.path());
    check.env("CONVENE__COMMUNITY__0__NAME", "Southern Lights");
    check.env("CONVENE__DATABASE__READERS", "2");
    let found = check.args(["check", "--json"]).output().unwrap();
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    let from = |key: &str| {
        let values = found["values"].as_array().unwrap();
        let value = values.iter().find(|value| value["key"] == key).unwrap();
        format!("{} from {}", value["value"], value["from"])
    };
    assert_eq!(
        from("community[0].name"),
        "\"Southern Lights\" from \"CONVENE__COMMUNITY__0__NAME\""
    );
    assert_eq!(
        from("database.readers"),
        "2 from \"CONVENE__DATABASE__READERS\""
    );
    assert_eq!(
        from("community[0].reminders.coming"),
        "\"1d,1h\" from \"default\""
    );
    let mut wrong = program(folder.path());
    wrong.env("CONVENE__DATABASE__REEDERS", "2");
    let wrong = wrong.arg("check").output().unwrap();
    assert_eq!(
        String::from_utf8(wrong.stderr).unwrap(),
        "convene: CONVENE__DATABASE__REEDERS: there is no key “database.reeders”; did you mean “readers”?\n"
    );
}

#[test]
fn a_password_is_never_printed() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("address");
    std::fs::write(&secret, "postgres://convene:hunter2@127.0.0.1:1/x\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&secret, mode).unwrap();
    let text = with("url", "url_file = \"address\"");
    std::fs::write(folder.path().join("convene.toml"), text).unwrap();
    for words in [&["check"][..], &["check", "--json"], &["outbox", "list"]] {
        let ran = run(folder.path(), words);
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains("cannot reach PostgreSQL"), "{}", ran.err);
        assert!(!format!("{ran:?}").contains("hunter2"), "{ran:?}");
    }
}
