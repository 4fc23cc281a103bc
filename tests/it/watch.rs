//! The service as it is watched from outside: what is measured, and why it would not be ready.

use std::collections::BTreeSet;

use convene::chat::{ChatPort, Said};
use convene::domain::people::member::Permission;
use convene::domain::time::StillClock;
use convene::web::health::Health;
use convene::web::metrics::Metrics;

use crate::harness::databases::on_both;
use crate::harness::program::run;
use crate::harness::scripted::Scripted;
use crate::harness::world::World;
use crate::serve::{Serving, talk};

/// The lines of one family, without its explanation.
fn family(text: &str, name: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with(name));
    lines.map(str::to_owned).collect()
}

/// Every family is explained and typed, and every line is a name, labels and a number.
fn is_sound(text: &str) {
    let (mut typed, mut explained) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(kind != "counter" || name.ends_with("_total"), "{line}");
            typed.insert(name.to_owned());
        } else if let Some(rest) = line.strip_prefix("# HELP ") {
            explained.insert(rest.split_once(' ').unwrap().0.to_owned());
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
            let name = sample.split('{').next().unwrap();
            let family = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| name.strip_suffix(end).filter(|base| typed.contains(*base)))
                .unwrap_or(name);
            assert!(typed.contains(family), "{line}");
        }
    }
    assert_eq!(typed, explained);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_measured_and_tells_of_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
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
    let serving = Serving::start(folder);
    talk(
        folder,
        "series new ks \"Whispered Title\" last Monday of every month 14:00-15:00\nrsvp yes 1\nrsvp yes 99\nmuttered nonsense\n",
    );
    run(folder, &["backup", "copy.sqlite"]).done();
    let address = format!("{}/metrics", serving.address);
    let answer = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = answer.get(address).send().await.unwrap();
    assert_eq!(
        answer.headers()["content-type"],
        "text/plain; version=0.0.4"
    );
    let text = answer.text().await.unwrap();
    is_sound(&text);
    for line in [
        r#"convene_actions_total{action="series new",outcome="done"} 1"#,
        r#"convene_actions_total{action="rsvp",outcome="done"} 1"#,
        r#"convene_actions_total{action="rsvp",outcome="refused"} 1"#,
        r#"convene_actions_total{action="unknown",outcome="refused"} 1"#,
        r#"convene_platform_connected{platform="local"} 1"#,
        r#"convene_outbox_settled_total{kind="reply",state="sent"} 4"#,
        "convene_database_measured 1",
        "convene_outbox_paused 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let above = |name: &str, least: f64| {
        let lines = family(&text, name);
        let value = lines[0].rsplit_once(' ').unwrap().1;
        assert!(value.parse::<f64>().unwrap() >= least, "{lines:?}");
    };
    above("convene_writer_actions_total", 4.0);
    above("convene_writer_commits_total", 4.0);
    above("convene_writer_wait_seconds_total", 0.000_001);
    above("convene_database_bytes{part=\"data\"}", 4096.0);
    above("convene_last_backup_timestamp_seconds", 1_700_000_000.0);
    above("convene_uptime_seconds", 0.0);
    for private in [
        "ada",
        "Whispered",
        "muttered",
        "northern",
        "announcements",
        "local:",
    ] {
        assert!(!text.contains(private), "{private}\n{text}");
    }
    assert_eq!(serving.stop().0, Some(0));
}

#[tokio::test]
async fn a_repeated_event_is_counted_as_one() {
    let world = World::new().await;
    world
        .joins("jo", "Jo Field", None, Permission::Member)
        .await;
    for _ in 0..2 {
        let said = Said::Typed("help".to_owned());
        world.hears_event("once", "jo", "dm-jo", said, None).await;
    }
    let registry = prometheus::Registry::new();
    world.bot.counts().register(&registry).unwrap();
    let text = prometheus::TextEncoder::new();
    let text = text.encode_to_string(&registry.gather()).unwrap();
    is_sound(&text);
    assert_eq!(
        family(&text, "convene_actions_total"),
        [r#"convene_actions_total{action="help",outcome="done"} 1"#]
    );
    assert_eq!(
        family(&text, "convene_inbound_repeats_total"),
        [r#"convene_inbound_repeats_total{platform="local"} 1"#]
    );
}

#[tokio::test]
async fn a_platform_that_is_not_connected_is_named_and_so_is_a_database_that_does_not_answer() {
    on_both(|db| async move {
        let clock = StillClock::at("2026-09-07T08:00:00Z".parse().unwrap());
        let port = Scripted::new();
        let ports: Vec<std::sync::Arc<dyn ChatPort>> = vec![port.clone()];
        let health = Health {
            db: db.clone(),
            clock: clock.clone(),
            ports: ports.clone(),
        };
        let registry = prometheus::Registry::new();
        let metrics = Metrics::new(registry, db.clone(), None, clock, ports).unwrap();
        assert_eq!(health.reasons().await, Vec::<String>::new());
        port.trouble(Some("its token was refused"));
        let reasons = health.reasons().await;
        assert_eq!(reasons, ["local is not connected: its token was refused"]);
        let text = metrics.text().await;
        let there = r#"convene_platform_connected{platform="local"} 0"#;
        assert!(text.contains(there), "{text}");
        port.trouble(None);
        db.close().await;
        let reasons = health.reasons().await;
        assert_eq!(
            reasons,
            [
                "the database cannot be written: see the log",
                "the outbox cannot be read: see the log"
            ]
        );
        assert!(metrics.text().await.contains("convene_database_measured 0"));
    })
    .await;
}
