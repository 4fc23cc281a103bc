//! What Slack sends, read field by field: what is not there is empty, and nothing is believed to be of a kind it is not.

use reqwest::Url;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::domain::text::UserText;
use crate::domain::time::{Instant, instant_from_millis};

/// The most characters of what somebody typed that are kept; a command has far fewer, and is told so.
const LONGEST: usize = 20_000;

/// A field of text by its path, of which no name holds a `/` or `~`; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    let mut names = path.split('/').skip(1);
    let found = names.try_fold(value, |within, name| match within {
        Value::Array(all) => all.get(name.parse::<usize>().ok()?),
        within => within.get(name),
    });
    found.and_then(Value::as_str).unwrap_or("")
}

/// A form as an object of texts.
pub(super) fn form(body: &[u8]) -> Value {
    let fields = form_urlencoded::parse(body)
        .map(|(key, value)| (key.into_owned(), Value::String(value.into_owned())));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// What tells one body from another, for requests that have no id of their own.
pub(super) fn print(body: &[u8]) -> String {
    format!("body:{}", hex::encode(Sha256::digest(body)))
}

/// What somebody typed, as they typed it: Slack writes `& < >` as entities and puts addresses in brackets.
pub(super) fn typed(said: &str) -> String {
    let said: String = said.chars().take(LONGEST).collect();
    let (mut out, mut rest) = (String::new(), said.as_str());
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let inside = rest[1..].find(['<', '>']).map(|end| &rest[1..=end]);
        let closed = inside.filter(|it| rest[1 + it.len()..].starts_with('>'));
        match closed.and_then(address) {
            Some((address, length)) => {
                out.push_str(address);
                rest = &rest[length + 2..];
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .trim()
        .to_owned()
}

/// The address in what stood between brackets, and the length of that.
fn address(inside: &str) -> Option<(&str, usize)> {
    let (address, shown) = inside.split_once('|').unwrap_or((inside, ""));
    let web = address.starts_with("https://") || address.starts_with("http://");
    let mail = address.strip_prefix("mailto:");
    match mail {
        Some(mail) if shown.is_empty() || shown == mail => Some((mail, inside.len())),
        Some(_) => Some((shown, inside.len())),
        None => web.then_some((address, inside.len())),
    }
}

/// A name as it may be kept.
pub(super) fn named(name: &str) -> UserText {
    let clean = UserText::line(name, 120);
    clean.map(|(name, _)| name).unwrap_or_default()
}

/// An instant written as seconds with a fraction; none where it is no such number.
pub(super) fn instant(stamp: &str) -> Option<Instant> {
    let (seconds, fraction) = stamp.split_once('.').unwrap_or((stamp, ""));
    let seconds: i64 = seconds.parse().ok().filter(|s| (0..1 << 40).contains(s))?;
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(instant_from_millis(
        seconds * 1_000 + fraction.parse::<i64>().ok()?,
    ))
}

/// Where an answer may be sent: to Slack's own host, or where the Web API is a stand-in on this machine, there.
pub(super) fn answer_url(said: &str, api: &Url) -> Option<Url> {
    let url = Url::parse(said).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    let slack = url.scheme() == "https"
        && url.host_str() == Some("hooks.slack.com")
        && url.port().is_none();
    let stand_in = api.scheme() == "http"
        && url.scheme() == "http"
        && url.host() == api.host()
        && url.port_or_known_default() == api.port_or_known_default();
    (plain && (slack || stand_in)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_read_as_it_was_typed() {
        for (said, read) in [
            ("rsvp yes 21", "rsvp yes 21"),
            ("R&amp;D &lt;!channel&gt;", "R&D <!channel>"),
            ("<!channel> <@U1> `x`", "<!channel> <@U1> `x`"),
            (
                "link 21 <https://video.example.org/ks>",
                "link 21 https://video.example.org/ks",
            ),
            (
                "<https://a.example/?a=1&amp;b=2|a.example> x",
                "https://a.example/?a=1&b=2 x",
            ),
            ("<mailto:a@b.example|a@b.example>", "a@b.example"),
            ("a < b <https://x", "a < b <https://x"),
            ("<<https://a.example>>", "<https://a.example>"),
            ("", ""),
        ] {
            assert_eq!(typed(said), read);
        }
    }

    #[test]
    fn bad38_an_answer_goes_to_slack_and_nowhere_else() {
        let slack = Url::parse("https://slack.com/api/").unwrap();
        let here = Url::parse("http://127.0.0.1:4000/api/").unwrap();
        assert!(answer_url("https://hooks.slack.com/commands/T1/2/3", &slack).is_some());
        assert!(answer_url("http://127.0.0.1:4000/r/1", &here).is_some());
        for elsewhere in [
            "http://169.254.169.254/",
            "http://[::ffff:127.0.0.1]/",
            "http://127.0.0.1:4001/",
            "http://127.0.0.1/",
            "http://localhost:4000/",
            "https://127.0.0.1:4000/",
            "file:///etc/passwd",
            "http://hooks.slack.com/x",
            "https://hooks.slack.com:8443/x",
            "https://hooks.slack.com.example/x",
            "https://a@hooks.slack.com/x",
            "https://hooks.slack.com@example.org/x",
            "//hooks.slack.com/x",
            "",
        ] {
            assert!(answer_url(elsewhere, &slack).is_none(), "{elsewhere}");
            assert!(answer_url(elsewhere, &here).is_none(), "{elsewhere}");
        }
        assert!(answer_url("http://127.0.0.1:4000/r/1", &slack).is_none());
    }

    #[test]
    fn an_instant_is_read_with_its_fraction() {
        let millis = |stamp| instant(stamp).map(|at| at.timestamp_millis());
        assert_eq!(millis("1700000000.123456"), Some(1_700_000_000_123));
        assert_eq!(millis("1700000000"), Some(1_700_000_000_000));
        assert_eq!(millis("99999999999999999999"), None);
        assert_eq!(millis(""), None);
    }
}
