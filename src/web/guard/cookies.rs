//! What a browser holds: that it asked to sign in, that it is signed in, and for a moment what was just done. None of it is
//! read by scripts, sent with requests of other sites, or set by another host (`__Host-`); a machine's own address has no
//! https to insist on.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

/// A thing that a browser holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// What tells the browser that asked for a link.
    Asking,
    /// That it is signed in.
    SignedIn,
    /// What was just done, until the next page tells it.
    Told,
}

impl Held {
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Asking, true) => "__Host-convene-asking",
            (Self::Asking, false) => "convene-asking",
            (Self::SignedIn, true) => "__Host-convene",
            (Self::SignedIn, false) => "convene",
            (Self::Told, true) => "__Host-convene-told",
            (Self::Told, false) => "convene-told",
        }
    }

    fn seconds(self) -> i64 {
        match self {
            Self::Asking => 20 * 60,
            Self::SignedIn => 7 * 24 * 3600,
            Self::Told => 60,
        }
    }
}

/// What the browser holds of this; none where it is no secret of ours, or no words of ours.
pub fn get(headers: &HeaderMap, held: Held, secure: bool) -> Option<String> {
    let name = held.name(secure);
    let values = headers.get_all(header::COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| Cookie::split_parse(text.to_owned()).flatten())
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
        .filter(|value| match held {
            Held::Told => value.len() < 4_000,
            _ => value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()),
        })
}

/// Has the browser hold `value`.
pub fn set(held: Held, value: &str, secure: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((held.name(secure), value))
        .path("/")
        .http_only(true)
        .secure(secure)
        // Lax, since the link to sign in is opened from a chat's page.
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(held.seconds()))
        .build();
    HeaderValue::from_str(&cookie.to_string()).ok()
}

/// Has the browser let go of it.
pub fn end(held: Held, secure: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((held.name(secure), ""))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::ZERO)
        .build();
    HeaderValue::from_str(&cookie.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_can_be_read_and_only_that() {
        let secret = "ab".repeat(32);
        let set = set(Held::SignedIn, &secret, true).unwrap();
        let set = set.to_str().unwrap();
        assert!(
            set.starts_with(&format!("__Host-convene={secret};")),
            "{set}"
        );
        for part in [
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
            "Path=/",
            "Max-Age=604800",
        ] {
            assert!(set.contains(part), "{set}");
        }
        let held = |text: &str, secure| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, text.parse().unwrap());
            get(&headers, Held::SignedIn, secure)
        };
        assert_eq!(
            held(&format!("a=b; __Host-convene={secret}"), true),
            Some(secret.clone())
        );
        assert_eq!(held(&format!("convene={secret}"), true), None);
        assert_eq!(held(&format!("convene={secret}"), false), Some(secret));
        assert_eq!(held("convene=short", false), None);
    }
}
