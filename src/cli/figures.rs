//! `convene figures`: every figure with what defends it; and, with `--recompute`, whether what is kept by month is
//! what the records say.

use anyhow::Context as _;
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::Answer;
use super::place::Place;
use crate::actions::figures::reported::compare;
use crate::actions::figures::{AsOf, all};
use crate::chat::plain;
use crate::domain::figures::period::{Attended, SPAN};
use crate::domain::figures::reported::Fit;
use crate::domain::figures::{Figure, Period, Sums};
use crate::domain::when;
use crate::storage::figures::recompute::{self, Compared, Difference};
use crate::storage::figures::snapshots as stored;
use crate::words::figures::{self as words, snapshot as frozen};

/// Which days, or whether to count everything anew.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct FiguresArgs {
    /// The first day; from the beginning if left out
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// The last day; up to now if left out
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Show a snapshot as it was frozen
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["from", "to", "recompute"])]
    pub snapshot: Option<i64>,
    /// Show numbers that were reported without evidence, each beside what the records say
    #[arg(long, conflicts_with_all = ["from", "to", "recompute", "snapshot", "snapshots"])]
    pub reported: bool,
    /// List the snapshots, the newest first
    #[arg(long, conflicts_with_all = ["from", "to", "recompute", "snapshot"])]
    pub snapshots: bool,
    /// Count everything anew from the records and compare: nothing may differ
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub recompute: bool,
    /// With --recompute, write down what the records say wherever they differ
    #[arg(long, requires = "recompute")]
    pub repair: bool,
}

/// How long counting everything anew may take; the largest community takes seconds.
pub const LIMIT: std::time::Duration = std::time::Duration::from_mins(10);

/// Shows the figures of the community of `place`, or compares what is kept of them with its records.
///
/// # Errors
/// One line when a day cannot be read, or what the database says.
pub async fn run(args: &FiguresArgs, place: &Place) -> anyhow::Result<Answer> {
    if args.recompute {
        return recomputed(args.repair, place).await;
    }
    if args.reported {
        return reported(place).await;
    }
    if args.snapshots {
        return snapshots(place).await;
    }
    if let Some(number) = args.snapshot {
        return snapshot(number, place).await;
    }
    let period = period(args, place)?;
    let ctx = place.ctx.clone();
    let read = place.db.read(move |tx| {
        Box::pin(async move {
            let of = AsOf {
                community: &ctx.community,
                now: ctx.now,
            };
            all(tx, of, period).await
        })
    });
    Ok(shown(&read.await?, period, place))
}

fn period(args: &FiguresArgs, place: &Place) -> anyhow::Result<Period> {
    let today = when::today(place.ctx.now, place.ctx.community.zone);
    let day = |typed: &Option<String>, option: &str| -> anyhow::Result<Option<NaiveDate>> {
        let read = typed.as_deref().map(|typed| when::parse_date(typed, today));
        read.transpose().with_context(|| option.to_owned())
    };
    let (from, to) = (day(&args.from, "--from")?, day(&args.to, "--to")?);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        anyhow::bail!("the end lies before the beginning: check --from and --to");
    }
    Ok(Period { from, to })
}

fn shown(figures: &[Figure], period: Period, place: &Place) -> Answer {
    let (community, now) = (&place.ctx.community, place.ctx.now);
    let over = words::period(&period);
    let mut text = format!("Figures of {}, {over}.\n", community.name);
    for figure in figures {
        let body = plain::message(&words::body(figure, &over, words::usual(figure.name)));
        text.push_str(&format!("\n{}\n{body}\n", figure.name.title()));
    }
    let seen = words::Seen {
        now,
        zone: community.zone,
    };
    text.push_str(&format!("\n{}\n", plain::line(&words::as_of(seen))));
    let json = json!({
        "community": community.slug,
        "from": period.from,
        "to": period.to,
        "as_of": now,
        "zone": community.zone.name(),
        "figures": figures,
    });
    Answer::done(text, json)
}

async fn reported(place: &Place) -> anyhow::Result<Answer> {
    let ctx = place.ctx.clone();
    let read = place.db.read(move |tx| {
        Box::pin(async move {
            let of = AsOf {
                community: &ctx.community,
                now: ctx.now,
            };
            compare(tx, of, None).await
        })
    });
    let found = read.await?;
    let seen = words::Seen {
        now: place.ctx.now,
        zone: place.ctx.community.zone,
    };
    let shown = found.iter().map(|one| {
        let message = words::reported::shown(one, false, seen);
        format!("{}\n", plain::message(&message))
    });
    let text = match found.len() {
        0 => "No number was reported without evidence.\n".to_owned(),
        _ => shown.collect::<Vec<_>>().join("\n"),
    };
    let json = found.iter().map(|one| {
        let it = &one.reported;
        json!({
            "number": it.number,
            "name": it.name,
            "value": it.value,
            "verified": false,
            "of": it.of,
            "from": it.period.from,
            "as_of": it.period.to,
            "source": it.source,
            "fits": one.fitting().map(|reading| json!({
                "measure": reading.measure.title(),
                "series": reading.series,
                "rounded": reading.fit(it.value) == Fit::Rounded,
            })).collect::<Vec<_>>(),
        })
    });
    Ok(Answer::done(text, json.collect()))
}

/// How many snapshots are listed.
const LISTED: i64 = 1_000;

async fn snapshots(place: &Place) -> anyhow::Result<Answer> {
    let id = place.ctx.community.id.clone();
    let read = place
        .db
        .read(|tx| Box::pin(async move { stored::newest(tx, &id, LISTED).await }));
    let found = read.await?;
    let mut text = String::new();
    for one in &found {
        text.push_str(&format!("{}\n", plain::line(&frozen::line(one))));
    }
    if found.is_empty() {
        text = "Nothing is frozen yet.\n".to_owned();
    }
    let list = found.iter().map(|one| {
        json!({
            "number": one.number,
            "name": one.name,
            "from": one.period.from,
            "to": one.period.to,
            "taken_at": one.taken_at,
        })
    });
    Ok(Answer::done(text, list.collect()))
}

async fn snapshot(number: i64, place: &Place) -> anyhow::Result<Answer> {
    let id = place.ctx.community.id.clone();
    let read = place
        .db
        .read(move |tx| Box::pin(async move { stored::by_number(tx, &id, number).await }));
    let Some(found) = read.await? else {
        anyhow::bail!("there is no snapshot {number}; “convene figures --snapshots” lists them");
    };
    let over = words::period(&found.period);
    let mut text = format!("{}\n", plain::line(&frozen::line(&found)));
    for figure in &found.frozen.figures {
        let body = plain::message(&words::body(figure, &over, words::usual(figure.name)));
        text.push_str(&format!("\n{}\n{body}\n", figure.name.title()));
    }
    let json = json!({
        "number": found.number,
        "name": found.name,
        "from": found.period.from,
        "to": found.period.to,
        "taken_at": found.taken_at,
        "zone": found.frozen.zone.name(),
        "figures": found.frozen.figures,
        "sessions": found.frozen.sessions,
    });
    Ok(Answer::done(text, json))
}

async fn recomputed(repair: bool, place: &Place) -> anyhow::Result<Answer> {
    let id = place.ctx.community.id.clone();
    let compared = if repair {
        let write = place
            .db
            .write(|tx| Box::pin(async move { recompute::repair(tx, &id).await }));
        write.await?
    } else {
        let read = place
            .db
            .read(|tx| Box::pin(async move { recompute::compare(tx, &id).await }));
        read.await?
    };
    Ok(answer(&compared, repair))
}

fn answer(compared: &Compared, repaired: bool) -> Answer {
    let differences = &compared.differences;
    let mut text = String::new();
    for difference in differences {
        text.push_str(&format!("{}\n", told(difference)));
    }
    text.push_str(&format!(
        "{}, {} and the months of {} compared; {}.\n",
        words::counted(compared.records, ("record", "records")),
        words::counted(compared.counts as i64, ("count", "counts")),
        words::counted(compared.people as i64, ("person", "people")),
        match differences.len() {
            0 => "nothing differs".to_owned(),
            n => words::counted(n as i64, ("difference", "differences")),
        }
    ));
    let json = json!({
        "records": compared.records,
        "counts": compared.counts,
        "people": compared.people,
        "differences": differences.iter().map(as_json).collect::<Vec<_>>(),
        "repaired": repaired && !differences.is_empty(),
    });
    let mut answer = Answer::done(text, json);
    if !differences.is_empty() {
        if repaired {
            answer
                .notes
                .push("the counts are as the records say again".to_owned());
        } else {
            answer.trouble = Some(
                "what is kept by month is not what the records say; “convene figures --recompute --repair” writes \
                 down what they say"
                    .to_owned(),
            );
        }
    }
    answer
}

fn told(difference: &Difference) -> String {
    match difference {
        Difference::Counts {
            kind,
            month,
            facet,
            kept,
            records,
        } => format!(
            "{kind} in {month} of {facet}: kept {}; the records say {}",
            sums(kept),
            sums(records)
        ),
        Difference::Person {
            person,
            span,
            kept,
            records,
        } => {
            let months = |of: &Option<(String, Attended)>| match of {
                None => "nothing".to_owned(),
                Some((facet, months)) => {
                    let words: Vec<String> =
                        months.0.iter().map(|word| format!("{word:x}")).collect();
                    format!("{} months ({}) as {facet}", months.count(), words.join(" "))
                }
            };
            format!(
                "person {} in the forty years from {}: kept {}; the records say {}",
                hidden(person),
                span * SPAN / 12,
                months(kept),
                months(records)
            )
        }
    }
}

/// A member by their id; of anybody else no address and no name is printed.
fn hidden(person: &str) -> &str {
    match person.contains(['@', ':', ' ']) {
        true => "known by a report only",
        false => person,
    }
}

fn sums(of: &Sums) -> String {
    format!(
        "{} by {} (checked in {}, listed {}, reported {}, presenting {}, {} minutes of {})",
        of.n,
        words::counted(of.records, ("record", "records")),
        of.checked_in,
        of.listed,
        of.reported,
        of.presenting,
        of.minutes,
        of.timed
    )
}

fn as_json(difference: &Difference) -> Value {
    match difference {
        Difference::Counts {
            kind,
            month,
            facet,
            kept,
            records,
        } => json!({
            "kind": kind,
            "month": month.to_string(),
            "facet": facet,
            "kept": { "n": kept.n, "records": kept.records },
            "says": { "n": records.n, "records": records.records },
        }),
        Difference::Person {
            person,
            span,
            kept,
            records,
        } => json!({
            "kind": "months",
            "person": hidden(person),
            "from": span * SPAN / 12,
            "kept": kept.as_ref().map(|it| (&it.0, it.1.0)),
            "says": records.as_ref().map(|it| (&it.0, it.1.0)),
        }),
    }
}
