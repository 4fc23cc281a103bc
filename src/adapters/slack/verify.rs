//! Whether a request comes from Slack: `v0=` and the HMAC-SHA256 of `v0:TIMESTAMP:BODY` in hex, over the body as it came
//! and before anything of it is read, compared in constant time; older than five minutes it is nobody's.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::domain::time::Instant;

/// How far a request's time may lie from ours, in seconds.
const WITHIN: u64 = 300;

/// Whether `signature` over `timestamp` and `body` was made with `secret`, and lately.
pub(super) fn is_genuine(
    secret: &SecretString,
    now: Instant,
    timestamp: &str,
    signature: &str,
    body: &[u8],
) -> bool {
    let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let Some(at) = timestamp.parse::<i64>().ok().filter(|_| digits) else {
        return false;
    };
    if now.timestamp().abs_diff(at) > WITHIN {
        return false;
    }
    let Some(claimed) = signature
        .strip_prefix("v0=")
        .and_then(|hex| hex::decode(hex).ok())
    else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
        return false;
    };
    for part in [b"v0:", timestamp.as_bytes(), b":", body] {
        mac.update(part);
    }
    mac.verify_slice(&claimed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::instant_from_millis;

    /// The example of Slack's own documentation.
    #[test]
    fn the_documented_example_is_genuine_and_nothing_beside_it() {
        let secret = SecretString::from("8f742231b10e8888abcd99yyyzzz85a5".to_owned());
        let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        let at = |seconds: i64| instant_from_millis(seconds * 1000);
        let now = at(1_531_420_618);
        assert!(is_genuine(&secret, now, "1531420618", signature, body));
        let other = SecretString::from("another".to_owned());
        assert!(!is_genuine(&other, now, "1531420618", signature, body));
        assert!(!is_genuine(
            &secret,
            now,
            "1531420618",
            signature,
            &body[..body.len() - 1]
        ));
        assert!(!is_genuine(&secret, now, "1531420619", signature, body));
        for late in [-301, 301] {
            let then = at(1_531_420_618 + late);
            assert!(!is_genuine(&secret, then, "1531420618", signature, body));
        }
        for odd in ["", "v0=", "v0=zz", "v1=00", &signature[3..]] {
            assert!(!is_genuine(&secret, now, "1531420618", odd, body), "{odd}");
        }
        for odd in ["", "+1531420618", "1531420618 ", "99999999999999999999"] {
            assert!(!is_genuine(&secret, now, odd, signature, body), "{odd}");
        }
    }
}
