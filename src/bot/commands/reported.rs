//! Numbers that were reported without evidence.

use super::Call;
use super::figures::{called, say};
use crate::actions::figures::reported as action;
use crate::actions::{Actor, Done, refused};
use crate::bot::typed;
use crate::chat::command::Args;
use crate::domain::events::reply::Reply;
use crate::domain::figures::{FiguresReply, Period, Reported};
use crate::domain::refusal::refuse;
use crate::domain::text::{LINE_MAX, UserText};
use crate::storage::figures::reported as stored;
use crate::storage::{Tx, series};

/// Takes the number of a reported number; none when nothing is left.
fn number(call: &mut Call<'_>) -> Done<Option<i64>> {
    let Some(word) = call.args.word() else {
        return Ok(None);
    };
    match word.text.trim_start_matches('#').parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => {
            call.usage("Reported numbers are numbered from 1; “figures reported” lists them.")
        }
    }
}

pub(super) async fn show(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let Some(number) = number(&mut call)? else {
        return say(FiguresReply::AllReported);
    };
    let all = stored::all(tx, &call.ctx.community.id).await?;
    if !all.iter().any(|one| one.number == number) {
        return refused(format!(
            "There is no reported number {number}. “figures reported” lists them."
        ));
    }
    let added = false;
    say(FiguresReply::Reported { number, added })
}

pub(super) async fn add(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let source = call.args.option("source").unwrap_or_default();
    let (source, _) = UserText::line(source, LINE_MAX).map_err(refuse)?;
    let of = call.args.option("of").map(called).transpose()?;
    let series = match call.args.option("series") {
        None => None,
        Some(slug) => match series::by_slug(tx, &ctx.community.id, slug).await? {
            Some(found) => Some(found.id),
            None => return refused("There is no such series. “series list” shows them."),
        },
    };
    let from = typed::date_option(ctx, &call.args, "from")?;
    let to = match typed::date_option(ctx, &call.args, "as-of")? {
        Some(day) => Some(day),
        None => typed::date_option(ctx, &call.args, "to")?,
    };
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return refused("The end lies before the beginning. Check from= and as-of=.");
    }
    let quoted = quoted_name(&call.args);
    let typed = call.args.rest();
    let split = match &quoted {
        Some((name, value)) => Some((name.as_str(), value.as_str())),
        None => split(&typed),
    };
    let Some((name, value)) = split else {
        return call.usage("Say what it was called, then the number.");
    };
    if source.is_empty() {
        return call.usage("Say where it was reported, by source=.");
    }
    let (name, _) = UserText::line(name, LINE_MAX).map_err(refuse)?;
    let Some(value) = whole_number(value) else {
        return call.usage(&format!(
            "“{}” is no whole number such as 1400 or 1,400.",
            value.chars().take(40).collect::<String>()
        ));
    };
    let reported = Reported {
        number: 0,
        name,
        value,
        of,
        series,
        period: Period { from, to },
        source,
        recorded_at: ctx.now,
    };
    let reply = action::add(tx, ctx, actor, &reported).await?;
    if let FiguresReply::Reported { number, .. } = &reply {
        let subject = format!("reported number {number}");
        ctx.audit(tx, actor, call.name, &subject).await?;
    }
    say(reply)
}

pub(super) async fn remove(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let Some(number) = number(&mut call)? else {
        return call.usage("Say the number of what is to be taken out.");
    };
    let reply = action::withdraw(tx, call.ctx, number).await?;
    let subject = format!("reported number {number}");
    call.ctx.audit(tx, actor, call.name, &subject).await?;
    say(reply)
}

/// A name in quotes and the number behind it: what stands in the quotes is the name as it is, other quotes included.
fn quoted_name(args: &Args) -> Option<(String, String)> {
    let mut left = args.clone();
    let name = left.word().filter(|word| word.quoted)?;
    let value = left.word()?;
    left.is_empty().then_some((name.text, value.text))
}

/// The name, with its quotes taken off, and the number, which is the last word.
fn split(typed: &str) -> Option<(&str, &str)> {
    let (name, value) = typed.trim().rsplit_once(char::is_whitespace)?;
    let name = name
        .trim()
        .trim_matches(['"', '“', '”', '„', '«', '»'])
        .trim();
    (!name.is_empty()).then_some((name, value))
}

/// A number as people write it: `1400`, `1,400`.
fn whole_number(typed: &str) -> Option<i64> {
    let groups: Vec<&str> = typed.split(',').collect();
    let digits = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let fine = groups.iter().all(digits)
        && groups.iter().skip(1).all(|group| group.len() == 3)
        && (groups.len() == 1 || groups[0].len() <= 3);
    let number = groups.concat();
    (fine && number.len() <= 12)
        .then(|| number.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (typed, number) in [
            ("1400", 1_400),
            ("1,400", 1_400),
            ("0", 0),
            ("2,030,000", 2_030_000),
        ] {
            assert_eq!(whole_number(typed), Some(number), "{typed}");
        }
        for typed in [
            "",
            "1.400",
            "1,40",
            "1400,000",
            "about",
            "-3",
            ",400",
            "1e3",
            "99999999999999",
        ] {
            assert_eq!(whole_number(typed), None, "{typed}");
        }
        assert_eq!(
            split("“Attended so far” 1,400"),
            Some(("Attended so far", "1,400"))
        );
        assert_eq!(split("1,400"), None);
    }
}
