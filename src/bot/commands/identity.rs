//! Who is who, and who stands in for whom.

use super::Call;
use crate::actions::identity::{link as link_action, merge as merge_action, undo as undo_action};
use crate::actions::{Actor, Done, deputy as deputy_action, identity, people, reach, refused};
use crate::bot::typed;
use crate::domain::events::reply::Reply;
use crate::domain::ids::LikenessId;
use crate::domain::people::told::PeopleReply;
use crate::domain::refusal::refuse;
use crate::domain::text::UserText;
use crate::storage::Tx;

pub(super) async fn link(tx: &mut Tx, actor: Option<&Actor>, mut call: Call<'_>) -> Done<Reply> {
    let (ctx, from) = (call.ctx, &call.inbound.from);
    let typed = call.args.rest();
    let name = match &call.inbound.display_name {
        name if name.is_empty() => UserText::trusted(from.id.clone()),
        name => name.clone(),
    };
    match (typed.as_str(), actor) {
        ("", Some(actor)) => link_action::give_code(tx, ctx, actor).await,
        ("", None) => {
            refused("I don't know you here yet. Join the community's rooms first, then ask again.")
        }
        (yes, _) if yes.eq_ignore_ascii_case("yes") => {
            link_action::confirm(tx, ctx, from, &name).await
        }
        (code, _) => link_action::take_code(tx, ctx, from, &name, code).await,
    }
}

pub(super) async fn orcid(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let (typed, member) = (call.args.rest(), &actor.member.id);
    match typed.to_lowercase().as_str() {
        "" => Ok(identity::answer(PeopleReply::Orcid)),
        "off" | "none" => identity::set_orcid(tx, call.ctx, member, None).await,
        _ => {
            let orcid = typed.parse().map_err(refuse)?;
            identity::set_orcid(tx, call.ctx, member, Some(&orcid)).await
        }
    }
}

pub(super) async fn deputy(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let since = typed::date_option(ctx, &call.args, "from")?.unwrap_or(typed::today(ctx));
    let until = typed::date_option(ctx, &call.args, "until")?;
    let who = call.args.rest();
    let (false, Some(until)) = (who.is_empty(), until) else {
        return call.usage("Say who, and until which day.");
    };
    let member = people::named(tx, ctx, &who).await?;
    deputy_action::appoint(tx, ctx, actor, &member, since, until).await
}

pub(super) async fn reachable(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let who = call.args.rest();
    if who.is_empty() {
        return call.usage("Say who; “unreachable” lists them.");
    }
    let member = people::named(tx, call.ctx, &who).await?;
    reach::again(tx, call.ctx, actor, &member).await
}

pub(super) async fn merge(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let quoted = call.args.peek().is_some_and(|word| word.quoted);
    let (one, other) = if quoted {
        let one = call.args.word().map(|word| word.text).unwrap_or_default();
        let other = call.args.rest();
        let other = other.strip_prefix("with ").unwrap_or(&other).trim();
        (one, other.trim_matches('"').to_owned())
    } else {
        let rest = call.args.rest();
        let split = rest.split_once(" with ").or_else(|| rest.split_once(';'));
        let split = split.or_else(|| rest.split_once(char::is_whitespace));
        let (one, other) = split.unwrap_or((rest.as_str(), ""));
        (one.trim().to_owned(), other.trim().to_owned())
    };
    if one.is_empty() || other.is_empty() {
        return call.usage("Say who is the same person as whom.");
    }
    let one = people::named(tx, ctx, &one).await?;
    let other = people::named(tx, ctx, &other).await?;
    merge_action::preview(tx, ctx, &one.id, &other.id).await
}

pub(super) async fn decide(
    tx: &mut Tx,
    actor: &Actor,
    mut call: Call<'_>,
    one: bool,
) -> Done<Reply> {
    let Some(pair) = call.args.word() else {
        return refused("Say which pair; the buttons of “merge list” do.");
    };
    let pair = LikenessId::new(pair.text);
    if one {
        merge_action::confirm(tx, call.ctx, actor, &pair).await
    } else {
        identity::tell_apart(tx, call.ctx, actor, &pair).await
    }
}

pub(super) async fn undo(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let typed = call.args.rest();
    match typed.trim_start_matches('#').parse() {
        Ok(number) => undo_action::undo(tx, call.ctx, actor, number).await,
        Err(_) => call.usage("Say which merge, by its number; “merge list” shows them."),
    }
}
