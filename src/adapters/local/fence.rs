//! Who may talk to the chat's routes. It runs on the visitor's own machine without a login, so
//! what must be kept out are the other pages in the visitor's browser: pages that post here from
//! their own origin, and pages whose name was pointed at this machine (DNS rebinding).

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::http::Problem;

/// The most bytes of a request.
const BODY: usize = 128 << 10;

/// Who is let in.
#[derive(Clone, Debug)]
pub enum Access {
    /// Whoever reaches this machine: the demo.
    Open,
    /// Whoever brings this token as `Authorization: Bearer` (RFC 6750 section 2.1).
    Token(SecretString),
}

/// Puts `router` behind the rules of the chat's own routes: the token where one is asked for, no
/// foreign pages, no large bodies, and headers that forbid the browser everything unneeded.
pub fn fence(router: Router, access: &Access) -> Router {
    router
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(Arc::new(access.clone()), check))
        .layer(from_fn(harden))
}

async fn check(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    match allowed(&access, request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn allowed(access: &Access, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |text: &str| Err(Problem::new(StatusCode::FORBIDDEN, text));
    let host = match text(headers, &header::HOST) {
        Some(host) if unspoofable(host) => host,
        _ => {
            return refuse("Open this chat by the address that was printed, not by another name.");
        }
    };
    let reading = matches!(*method, Method::GET | Method::HEAD);
    if !reading && headers.contains_key(header::ORIGIN) {
        let own = text(headers, &header::ORIGIN)
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|origin| origin.eq_ignore_ascii_case(host));
        if !own {
            return refuse("Another site may not speak here.");
        }
    }
    if let Access::Token(token) = access {
        let given = text(headers, &header::AUTHORIZATION)
            .and_then(|given| given.strip_prefix("Bearer "))
            .unwrap_or_default();
        let fits = given.as_bytes().ct_eq(token.expose_secret().as_bytes());
        if !bool::from(fits) {
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "This chat wants its token.",
            ));
        }
    }
    Ok(())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a Host header can only come from somebody who asked for this very machine: a numeric
/// address cannot be pointed elsewhere by a name server, and neither can `localhost`.
fn unspoofable(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bracketed = name.strip_prefix('[').and_then(|n| n.strip_suffix(']'));
    match bracketed {
        Some(v6) => v6.parse::<Ipv6Addr>().is_ok(),
        None => name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok(),
    }
}

const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// Adds the headers of every answer; a route's own `Cache-Control` stays.
pub(super) async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::unspoofable;

    #[test]
    fn names_that_a_stranger_could_point_here_are_not_trusted() {
        for host in [
            "127.0.0.1:8080",
            "localhost",
            "LOCALHOST:1",
            "[::1]:8080",
            "192.0.2.7:80",
        ] {
            assert!(unspoofable(host), "{host}");
        }
        for host in [
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "[evil]",
            "",
        ] {
            assert!(!unspoofable(host), "{host}");
        }
    }
}
